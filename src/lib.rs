#![doc = "hippocrypt"]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

// Public with the feature `hazmat` only; a floor offers more than those above it use today.
#[cfg(not(feature = "hazmat"))]
#[allow(dead_code, unused_imports)]
pub(crate) mod curve;
#[cfg(feature = "hazmat")]
pub mod curve;
pub mod error;
pub mod policy;
pub mod secret;
#[cfg(not(feature = "hazmat"))]
#[allow(dead_code, unused_imports)]
pub(crate) mod share;
#[cfg(feature = "hazmat")]
pub mod share;
pub mod symmetric;
mod tags;
pub mod wire;

pub use error::{Error, Result};
pub use rand_core;
pub use secret::Secret;
