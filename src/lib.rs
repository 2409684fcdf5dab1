#![doc = "hippocrypt"]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

// A floor offers more than the floors above it use today; `hazmat` shows all of it.
macro_rules! foundation {
    ($($name:ident),+) => {$(
        #[cfg(feature = "hazmat")]
        pub(crate) mod $name;
        #[cfg(not(feature = "hazmat"))]
        #[allow(dead_code, unused_imports)]
        pub(crate) mod $name;
    )+};
}
foundation!(curve, share, symmetric, wire);

pub mod asymmetric;
pub mod error;
mod tags;
pub mod random;
pub mod secret;
mod kem;
mod transcript;

pub mod abe;
pub mod envelope;
pub mod keys;

pub use error::{Error, Result};
pub use rand_core;
pub use random::Randomness;
pub use secret::Secret;
