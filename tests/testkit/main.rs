//! The test kit: files with one fault each, named for it, and a table of what each must be refused
//! with. This makes them again and compares, and runs the table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod calls;
mod documents;
mod envelopes;
mod kinds;
mod kit;
mod mutations;
mod objects;
mod table;
mod texts;
