#![doc = "hippocrypt"]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod error;
pub mod policy;
pub mod secret;
mod tags;

pub use error::{Error, Result};
pub use rand_core;
pub use secret::Secret;
