//! FHIR at the border: labels of resources, and sealed resources among others (SPEC.md, section
//! 17).

pub mod labels;

pub use crate::wire::Json;
