//! One step up a tree whose nodes have four children.

use super::choice::is_at;
use super::permutation::Permutation;
use super::{Bit, Synthesis, System, Var};
use crate::zk::Use;

/// The node over `children`, of which `below` is the one at the place of these two bits, lowest
/// first; 3 constraints and those of the permutation.
pub fn step(
    system: &System,
    permutation: &Permutation<5>,
    of: Use,
    below: &Var,
    place: &[Bit],
    children: &[Var; 4],
) -> Synthesis<Var> {
    is_at(system, place, children, below)?;
    permutation.hash(of, children)
}
