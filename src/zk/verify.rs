//! Checking proofs: one, or many together (SPEC.md, section 19.4).

use alloc::vec::Vec;

use super::proof::Proof;
use super::proof_key::{ProofKey, Provenance};
use super::statement::{PUBLIC_INPUTS, PublicInputs};
use crate::curve::{
    G1, Gt, PreparedG2, PublicScalar, PublicTables, Right, Scalar, Weight, pairing,
    pairing_product, weighted_g1, weighted_sum_g1,
};
use crate::error::{Error, Result};
use crate::random::Randomness;

/// Which keys of proofs a verifier relies on: the word stands in its code or on its command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The key with this digest, which a ceremony made.
    Pinned([u8; 32]),
    /// Any key, one that a single party made among them: its maker can prove anything. For tests.
    Development,
}

/// A key of proofs that a verifier relies on, prepared for many checks: 1 MB of tables.
pub struct PreparedKey {
    key: ProofKey,
    alpha_beta: Gt,
    gamma: PreparedG2,
    delta: PreparedG2,
    tables: PublicTables,
}

impl PreparedKey {
    /// Takes a key of proofs about the circuit with this id.
    ///
    /// # Errors
    /// [`Error::ProofKey`] for a key that is not the pinned one, for one of development where that
    /// was not asked for, and for one of another circuit.
    pub fn new(key: ProofKey, circuit: &[u8; 32], trust: Trust) -> Result<Self> {
        let refused = |what| Err(Error::ProofKey(what));
        if key.circuit() != circuit {
            return refused("of another circuit");
        }
        match (trust, key.provenance()) {
            (Trust::Development, _) => {}
            (Trust::Pinned(_), Provenance::Development) => {
                return refused("made by one party, who can prove anything");
            }
            (Trust::Pinned(digest), Provenance::Ceremony { .. }) => {
                if digest != key.digest() {
                    return refused("not the one that was pinned");
                }
            }
        }
        let points = key.points();
        Ok(Self {
            alpha_beta: pairing(&points.alpha, &points.beta),
            gamma: points.gamma.prepare(),
            delta: points.delta.prepare(),
            tables: PublicTables::new(&points.inputs),
            key,
        })
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &ProofKey {
        &self.key
    }

    /// Checks one proof.
    ///
    /// # Errors
    /// [`Error::Verify`].
    pub fn verify(&self, inputs: &PublicInputs, proof: &Proof) -> Result<()> {
        let inputs = self.combined(Scalar::ONE, &inputs.to_scalars());
        let product = pairing_product(&[
            (proof.a, Right::Point(&proof.b)),
            (-inputs, Right::Prepared(&self.gamma)),
            (-proof.c, Right::Prepared(&self.delta)),
        ]);
        if product == self.alpha_beta {
            Ok(())
        } else {
            Err(Error::Verify)
        }
    }

    /// Checks a proof of public inputs that came as field elements.
    ///
    /// # Errors
    /// [`Error::InputCount`] for too many or too few; those of [`PublicInputs::from_scalars`];
    /// [`Error::Verify`].
    pub fn verify_scalars(&self, inputs: &[Scalar], proof: &Proof) -> Result<()> {
        let inputs: &[Scalar; PUBLIC_INPUTS] = inputs
            .try_into()
            .map_err(|_| Error::InputCount(inputs.len()))?;
        self.verify(&PublicInputs::from_scalars(inputs)?, proof)
    }

    /// Checks many proofs together: which one is wrong, if one is, it does not tell. The weights
    /// are drawn here, when all proofs are fixed; a wrong proof passes with probability 2^-128.
    ///
    /// # Errors
    /// [`Error::Verify`] also for none; [`Error::Randomness`].
    pub fn verify_batch(
        &self,
        proofs: &[(PublicInputs, Proof)],
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        if proofs.is_empty() {
            return Err(Error::Verify);
        }
        let weights: Vec<Weight> = proofs
            .iter()
            .map(|_| Weight::random(rng))
            .collect::<Result<_>>()?;

        let mut inputs = [Scalar::ZERO; PUBLIC_INPUTS];
        let mut total = Scalar::ZERO;
        for ((own, _), weight) in proofs.iter().zip(&weights) {
            let weight = Scalar::from(weight.scalar());
            total = total + weight;
            for (sum, input) in inputs.iter_mut().zip(own.to_scalars()) {
                *sum = *sum + weight * input;
            }
        }
        let inputs = self.combined(total, &inputs);
        let (left, answers): (Vec<G1>, Vec<G1>) =
            proofs.iter().map(|(_, proof)| (proof.a, proof.c)).unzip();
        let left = weighted_g1(&left, &weights);
        let answers = weighted_sum_g1(&answers, &weights);

        let right = proofs.iter().map(|(_, proof)| Right::Point(&proof.b));
        let mut terms: Vec<(G1, Right<'_>)> = left.into_iter().zip(right).collect();
        terms.push((-inputs, Right::Prepared(&self.gamma)));
        terms.push((-answers, Right::Prepared(&self.delta)));
        if pairing_product(&terms) == self.alpha_beta.pow(&total) {
            Ok(())
        } else {
            Err(Error::Verify)
        }
    }

    /// The key's points times how many proofs there are, and the inputs.
    fn combined(&self, total: Scalar, inputs: &[Scalar; PUBLIC_INPUTS]) -> G1 {
        let scalars = core::iter::once(&total).chain(inputs);
        let scalars: Vec<PublicScalar> = scalars.map(|it| it.declassify()).collect();
        self.tables.sum(&scalars)
    }
}
