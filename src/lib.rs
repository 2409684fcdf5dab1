#![doc = include_str!("../README.md")]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

// A floor offers more than the floors above it use today; `hazmat` shows all of it.
macro_rules! foundation {
    ($($name:ident),+) => {$(
        #[cfg(feature = "hazmat")]
        pub mod $name;
        #[cfg(not(feature = "hazmat"))]
        #[allow(dead_code, unused_imports)]
        pub(crate) mod $name;
    )+};
}
foundation!(curve, share, symmetric, wire);

pub mod abe;
pub mod asymmetric;
pub mod consent;
pub mod envelope;
pub mod error;
#[cfg(feature = "fhir")]
pub mod fhir;
mod kem;
pub mod keys;
#[cfg(feature = "fhir")]
pub mod lifecycle;
pub mod policy;
pub mod pre;
#[cfg(feature = "zk")]
pub mod proof;
pub mod random;
pub mod secret;
mod tags;
mod transcript;
#[cfg(feature = "zk")]
pub mod zk;

pub use error::{Error, Result};
pub use rand_core;
pub use random::Randomness;
pub use secret::Secret;

// The guides' examples are compiled and run with the other examples.
#[cfg(all(doctest, feature = "fhir"))]
mod guides {
    #[doc = include_str!("../docs/ehr.md")]
    struct Ehr;
    #[doc = include_str!("../docs/patient-app.md")]
    struct PatientApp;
}
