//! Whole charts: a FHIR bundle sealed as a folder of batches, and such a folder opened to a bundle.

pub mod open;
pub mod seal;
