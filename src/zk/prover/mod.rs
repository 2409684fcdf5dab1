//! The circuit, proofs, and the keys for them (SPEC.md, sections 19.5 and 19.6).

#![allow(dead_code)]
mod circuit;
mod field;
mod gadget;
mod matrices;
mod private;
#[cfg(test)]
mod testing;
