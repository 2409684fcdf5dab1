//! From Terms to what enforces them (SPEC.md, section 16.7).
//!
//! The same Terms become a policy over a record's labels for one recipient
//! ([`plan_grants`]), a policy over attributes for the holders of keys who may open one record
//! ([`holder_policy`]), and the fields of the statement that a proof is about
//! ([`short_consents`]). All three open what [`decide`](super::decide) permits. What a mechanism
//! cannot express is an error: nothing is approximated.

mod context;
mod data;
mod expression;
mod grants;
mod holders;
mod statement;
#[cfg(test)]
mod tests;

pub use grants::{GrantWindow, PlannedGrant, plan_grants};
pub use holders::{HolderPolicy, holder_policy};
pub use statement::{ShortConsent, short_consents};
