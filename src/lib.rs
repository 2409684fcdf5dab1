#![doc = "hippocrypt"]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod asymmetric;
pub mod error;
pub mod keys;
pub mod secret;
pub mod symmetric;
mod tags;
pub mod wire;

pub use error::{Error, Result};
pub use rand_core;
pub use secret::Secret;
