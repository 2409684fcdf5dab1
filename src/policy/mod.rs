//! Policies: who may open a record, and how that becomes shares of a secret (SPEC.md, Policies).

mod date;
mod formula;
mod literal;
mod number;

pub(crate) use formula::{Shape, Shares};
pub(crate) use literal::code_key_literals;
pub(crate) use number::{comparison, key_literals, range};

pub use date::Date;
pub use formula::Formula;
pub use literal::Literal;
pub use number::{Comparison, Triviality, Width};
