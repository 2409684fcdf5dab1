//! From a patient's bundle, labels and consent to sealed batches, and back (SPEC.md, section 18).
//!
//! [`Chart`] puts the resources of one patient together by their labels; [`ChartSealer`] seals
//! each group as a batch: for the patient, and for the holders of keys whom the consent permits
//! records with these labels.

mod chart;
mod patient;
mod relevant;
mod sealer;
#[cfg(test)]
mod tests;

pub use chart::{Chart, Group};
pub use relevant::relevant;
pub use sealer::{ChartSealer, GroupReaders};
