//! Making a proof.

use ark_bls12_381::{Bls12_381, Fr};
use ark_groth16::{Groth16, Proof as Points};
use ark_relations::gr1cs::SynthesisMode;
use zeroize::Zeroize;

use super::circuit::{Hashes, synthesise};
use super::field;
use super::matrices::Matrices;
use super::points::compressed;
use super::private::Private;
use super::proving_key::ProvingKey;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::zk::{PreparedKey, Proof, PublicInputs, Trust, Witness};

const MODE: SynthesisMode = SynthesisMode::Prove {
    construct_matrices: true,
    generate_lc_assignments: false,
};

impl ProvingKey {
    /// Proves that the statement is true; takes about a second on one processor, and memory for a
    /// few copies of the witness that are not all wiped.
    ///
    /// The statement is checked before anything is computed of it, and the proof is verified
    /// before it is handed out: a key that does not belong to the circuit gives no proof.
    ///
    /// # Errors
    /// [`Error::Unprovable`] if the statement is not true of the witness, with the part that is
    /// not; [`Error::ProvingKey`] for a key of another circuit, or one that gives proofs that do
    /// not verify; [`Error::Randomness`].
    pub fn prove(
        &self,
        inputs: &PublicInputs,
        witness: &Witness,
        rng: &mut dyn Randomness,
    ) -> Result<Proof> {
        witness.check(inputs)?;
        let private = Private::new(witness)?;
        let public = inputs.to_scalars().map(|scalar| field::from(&scalar));
        let proof = self.prove_elements(&public, &private, rng)?;
        let circuit = self.proof_key().circuit();
        let key = PreparedKey::new(self.proof_key().clone(), circuit, Trust::Development)?;
        let verified = key.verify(inputs, &proof);
        verified.map_err(|_| Error::ProvingKey("its proofs do not verify"))?;
        Ok(proof)
    }

    fn prove_elements(
        &self,
        public: &[Fr; crate::zk::PUBLIC_INPUTS],
        private: &Private,
        rng: &mut dyn Randomness,
    ) -> Result<Proof> {
        let unprovable = |_| Error::Unprovable("the statement has no constraints");
        let (matrices, mut assignment, _) = Matrices::build(MODE, |system| {
            synthesise(system, &Hashes::new(), public, private)
        })
        .map_err(unprovable)?;
        let proof = self.prove_assignment(&matrices, &assignment, rng);
        assignment.zeroize();
        proof
    }

    /// A proof of this assignment of all variables.
    pub(super) fn prove_assignment(
        &self,
        matrices: &Matrices,
        assignment: &[Fr],
        rng: &mut dyn Randomness,
    ) -> Result<Proof> {
        if matrices.id() != *self.proof_key().circuit() {
            return Err(Error::ProvingKey("of another circuit"));
        }
        let points = self.points();
        let fits = points.a_query.len() == matrices.variables
            && points.h_query.len() + 1 == matrices.domain();
        if !fits {
            return Err(Error::ProvingKey("of another size than its circuit"));
        }
        // Without this the proof system answers a false statement with a proof that is none.
        if matrices.broken(assignment).next().is_some() {
            return Err(Error::Unprovable("a constraint of the circuit"));
        }
        let [r, s] = [
            field::from(&Scalar::random(rng)?),
            field::from(&Scalar::random(rng)?),
        ];
        let proof = Groth16::<Bls12_381>::create_proof_with_reduction_and_matrices(
            points,
            r,
            s,
            &matrices.rows,
            matrices.inputs,
            matrices.constraints(),
            assignment,
        );
        encode(&proof.map_err(|_| Error::ProvingKey("of another circuit"))?)
    }
}

fn encode(proof: &Points<Bls12_381>) -> Result<Proof> {
    let mut bytes = Vec::with_capacity(Proof::BYTES);
    bytes.extend(compressed::<48>(&proof.a)?);
    bytes.extend(compressed::<96>(&proof.b)?);
    bytes.extend(compressed::<48>(&proof.c)?);
    Proof::from_bytes(&bytes.try_into().map_err(|_| Error::Truncated)?)
}
