//! FHIR at the border (SPEC.md, section 17).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod evidence;
mod labels;
mod models;
mod overlooked;
mod records;
mod shapes;
mod wrap;
