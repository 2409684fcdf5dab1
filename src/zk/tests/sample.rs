//! One patient, one consent, one statement.

use crate::Secret;
use crate::asymmetric::SigningKey;
use crate::curve::Scalar;
use crate::zk::{Consent, ConsentKey, Depth, Masks, ProvenKey, PublicInputs, Registry, Witness};
use getrandom::SysRng;

pub(super) const NOW: u64 = 1_790_000_000;

/// A scalar of no meaning.
pub(super) fn scalar(number: u64) -> Scalar {
    Scalar::from_u64(number) * Scalar::from_u64(0x9e37_79b9_7f4a_7c15) * Scalar::from_u64(number)
}

pub(super) fn masks() -> Masks {
    Masks::new(0b100, 0b10, 0b100).unwrap()
}

pub(super) fn inputs() -> PublicInputs {
    PublicInputs {
        enrolment_root: scalar(1),
        revocation_root: scalar(2),
        now: NOW,
        masks: masks(),
        grantee: scalar(3),
        vocabulary: scalar(4),
        context: scalar(5),
        nullifier: scalar(6),
        pseudonym: scalar(7),
        subject: scalar(8),
        binding: scalar(9),
    }
}

pub(super) fn signer(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::build(|bytes| bytes.fill(seed)))
}

pub(super) fn key(seed: u8) -> ConsentKey {
    ConsentKey::from_seed(&Secret::build(|bytes| bytes.fill(seed))).unwrap()
}

/// A registry with three patients, and the witness of the second one's consent.
pub(super) fn enrolled(depth: Depth) -> (Registry, Witness) {
    let own = signer(50);
    let mut registry = Registry::new(own.verifying_key(), depth);
    for seed in 1..=3 {
        let key = key(seed);
        let proven = ProvenKey::prove(&key, &[seed; 32], &mut SysRng).unwrap();
        registry.enrol(&proven).unwrap();
    }
    let revoker = signer(51).verifying_key();
    let place = registry
        .give_place(&revoker, NOW, &own, &mut SysRng)
        .unwrap();
    let consent = Consent {
        vocabulary: [3; 32],
        terms: [4; 32],
        masks: Masks::new(0b111, 0b11, 0b110).unwrap(),
        grantee: signer(52).verifying_key(),
        not_before: NOW - 100,
        expires: NOW + 100,
        index: place.index(),
        seed: Secret::new(scalar(77)),
    };
    let key = key(2);
    let witness = Witness {
        key: *key.public(),
        enrolment: registry.enrolment_path(key.public()).unwrap(),
        signature: consent.sign(&key, &mut SysRng).unwrap(),
        revocation: registry.revocation_path(consent.index),
        consent,
        opening: Secret::new(scalar(88)),
    };
    (registry, witness)
}
