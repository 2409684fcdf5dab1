//! The command-line tool, as its users meet it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod batches;
mod blinded;
mod both;
mod carers;
mod ceremonies;
mod charts;
mod consents;
mod coupons;
mod custody;
mod detached;
mod files;
mod flags;
mod following;
mod generations;
mod granting;
mod grants;
#[cfg(unix)]
mod kills;
mod lifecycle;
mod looking;
mod passphrases;
mod profiles;
mod proofs;
mod records;
mod recovery;
mod relays;
mod schema;
mod senders;
mod sessions;
mod standing;
#[path = "../support/mod.rs"]
mod support;
mod user_keys;
mod vocabularies;
