//! The circuit, proofs, and the keys for them (SPEC.md, sections 19.5 and 19.6).

mod circuit;
mod field;
mod gadget;
mod matrices;
mod points;
mod private;
mod prove;
mod proving_key;
mod random;
mod setup;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use proving_key::ProvingKey;
pub use setup::development_key;
