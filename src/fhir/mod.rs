//! FHIR.
mod definition;
mod extension;
mod path;
mod primitive;
mod refusal;
mod shape;
mod time;
pub use refusal::{Code, Refusal, Refusals};
