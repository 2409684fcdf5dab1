//! Secrets in memory: which types hold them, what those types cannot do, and that no freed block of
//! memory holds one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod freed;
mod list;
