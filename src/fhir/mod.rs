//! FHIR at the border: labels of resources, sealed records among resources, and evidence of
//! decisions (SPEC.md, section 17).

mod base64;
pub mod evidence;
mod json;
pub mod labels;
pub mod wrap;

pub use crate::wire::Json;
