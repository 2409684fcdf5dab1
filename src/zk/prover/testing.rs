//! True statements for tests.

use ark_bls12_381::Fr;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::field;
use super::private::Private;
use crate::asymmetric::SigningKey;
use crate::curve::Scalar;
use crate::secret::Secret;
use crate::zk::{
    Consent, ConsentKey, Depth, EnrolmentPath, Masks, PUBLIC_INPUTS, PublicInputs,
    REVOCATION_LEVELS, RevocationPath, Witness,
};

pub const INDEX: u32 = 0xa1b2_c3d4;

/// A source of the same bytes for the same seed.
pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// The key of the patient of [`statement`].
pub fn patient() -> ConsentKey {
    ConsentKey::from_seed(&Secret::build(|seed| seed.fill(9))).unwrap()
}

/// A consent for categories 0b1011, and a request in it for 0b0011.
pub fn statement(depth: Depth) -> (PublicInputs, Witness) {
    let source = &mut rng(8);
    let mut scalar = || Scalar::random(source).unwrap();
    let enrolment = (0..depth.levels())
        .map(|_| [scalar(), scalar(), scalar()])
        .collect();
    let revocation = [(); REVOCATION_LEVELS].map(|()| [scalar(), scalar(), scalar()]);
    let (seed, opening, context, binding) = (scalar(), scalar(), scalar(), scalar());
    let key = patient();
    let grantee = SigningKey::from_seed(&Secret::build(|seed| seed.fill(3)));
    let consent = Consent {
        vocabulary: [4; 32],
        terms: [5; 32],
        masks: Masks::new(0b1011, 1 << 63 | 6, 0x8001).unwrap(),
        grantee: grantee.verifying_key(),
        not_before: 1_000,
        expires: 2_000,
        index: INDEX,
        seed: Secret::new(seed),
    };
    let signature = consent.sign(&key, &mut rng(9)).unwrap();
    // Every other consent of the same bitmap is revoked.
    let bitmap = !(1 << (INDEX & 127));
    let witness = Witness {
        key: *key.public(),
        enrolment: EnrolmentPath::new(0x000b_16e4, enrolment).unwrap(),
        consent,
        signature,
        revocation: RevocationPath::new(INDEX, bitmap, revocation),
        opening: Secret::new(opening),
    };
    let request = Masks::new(0b0011, 4, 1).unwrap();
    let inputs = witness
        .public_inputs(1_500, request, context, binding)
        .unwrap();
    witness.check(&inputs).unwrap();
    (inputs, witness)
}

/// The same as the circuit takes it.
pub fn elements(depth: Depth) -> ([Fr; PUBLIC_INPUTS], Private) {
    let (inputs, witness) = statement(depth);
    let public = inputs.to_scalars().map(|scalar| field::from(&scalar));
    (public, Private::new(&witness).unwrap())
}
