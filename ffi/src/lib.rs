//! The C library of hippocrypt: what `include/hippocrypt.h` declares.
//!
//! One file for each noun. A function names its arguments and outputs by types that read and
//! write them ([`argument`], [`answer`]), and its body is safe code; objects live behind handles
//! whose type says who owns them ([`handle`]); nothing panics into C ([`fault`]).

#[macro_use]
mod export;

mod answer;
mod argument;
mod callback;
mod fault;
mod handle;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod header;
mod kept;

pub mod authority;
pub mod batch;
pub mod buffer;
pub mod consent;
pub mod coupon;
pub mod grant;
pub mod inspect;
pub mod key_file;
pub mod label;
pub mod library;
pub mod opened;
pub mod opener;
pub mod party;
pub mod patient;
pub mod policy;
pub mod proof;
pub mod record;
pub mod relay;
pub mod request;
pub mod requirements;
pub mod revocation;
pub mod sealer;
pub mod signer;
pub mod user_key;
pub mod vocabulary;
