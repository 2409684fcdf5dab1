//! Keys for tests and development, made by one party.

use ark_bls12_381::{Bls12_381, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::{AdditiveGroup, Field};
use ark_groth16::Groth16;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisMode};
use zeroize::Zeroize;

use super::circuit::{Hashes, Parts, synthesise};
use super::field;
use super::gadget::Synthesis;
use super::matrices::Matrices;
use super::private::Private;
use super::proving_key::ProvingKey;
use super::random::Source;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::zk::{Depth, PUBLIC_INPUTS, Provenance};

/// Makes a **development key**: who runs this could keep the numbers it is made of, and prove
/// anything with them. Verifiers refuse the key unless they ask for it by name. For keys that
/// others can rely on there is the [ceremony](super::ceremony).
///
/// # Errors
/// [`Error::Randomness`].
pub fn development_key(depth: Depth, rng: &mut dyn Randomness) -> Result<ProvingKey> {
    let mut secrets = [Fr::ZERO; 3];
    for secret in &mut secrets {
        *secret = field::from(&Scalar::random(rng)?);
    }
    let [alpha, beta, delta] = secrets;
    let mut source = Source::new(rng);
    let points = Groth16::<Bls12_381>::generate_parameters_with_qap(
        Blank(depth),
        alpha,
        beta,
        Fr::ONE,
        delta,
        G1Projective::generator(),
        G2Projective::generator(),
        &mut source,
    );
    secrets.zeroize();
    source.finish()?;
    let points = points.map_err(|_| Error::ProvingKey("the circuit has no key"))?;
    ProvingKey::new(depth, *depth.circuit(), Provenance::Development, points)
}

/// How many constraints the circuit for trees so high has.
///
/// # Errors
/// None that can happen.
pub fn constraints(depth: Depth) -> Result<usize> {
    matrices(depth).map(|matrices| matrices.constraints())
}

/// The constraints without values.
pub(super) fn matrices(depth: Depth) -> Result<Matrices> {
    let built = Matrices::build(SynthesisMode::Setup, |system| blank(depth, system));
    let (matrices, _, _) = built.map_err(|_| Error::ProvingKey("the circuit has no key"))?;
    Ok(matrices)
}

fn blank(depth: Depth, system: &ConstraintSystemRef<Fr>) -> Synthesis<Parts> {
    let private = Private::blank(depth.levels());
    synthesise(system, &Hashes::new(), &[Fr::ZERO; PUBLIC_INPUTS], &private)
}

/// The circuit as the proof system asks for it.
struct Blank(Depth);

impl ConstraintSynthesizer<Fr> for Blank {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Synthesis<()> {
        blank(self.0, &system).map(|_| ())
    }
}
