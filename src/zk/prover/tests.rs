use std::sync::OnceLock;

use super::setup::matrices;
use super::testing::{rng, statement};
use super::*;
use crate::error::Error;
use crate::zk::{Depth, PreparedKey, Trust};

fn key() -> &'static ProvingKey {
    static KEY: OnceLock<ProvingKey> = OnceLock::new();
    KEY.get_or_init(|| development_key(Depth::Ten, &mut rng(5)).unwrap())
}

#[test]
fn the_ids_of_the_circuits_are_those_of_their_constraints() {
    for depth in [Depth::Ten, Depth::Sixteen] {
        let matrices = matrices(depth).unwrap();
        assert_eq!(matrices.id(), *depth.circuit(), "SPEC.md has it too");
    }
}

#[test]
fn a_true_statement_has_a_proof_and_the_proof_is_of_it_alone() {
    let (inputs, witness) = statement(Depth::Ten);
    let key = key();
    let proof = key.prove(&inputs, &witness, &mut rng(1)).unwrap();
    let circuit = Depth::Ten.circuit();
    let verifier = PreparedKey::new(key.proof_key().clone(), circuit, Trust::Development).unwrap();
    assert_eq!(verifier.verify(&inputs, &proof), Ok(()));
    for at in 0..11 {
        let mut other = inputs.to_scalars();
        other[at] = other[at] + crate::curve::Scalar::ONE;
        assert_eq!(
            verifier.verify_scalars(&other, &proof),
            Err(Error::Verify),
            "input {at}"
        );
    }
}
