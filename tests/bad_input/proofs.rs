//! Damaged objects of proofs of consent.

use hippocrypt::Secret;
use hippocrypt::asymmetric::{Signer, SigningKey};
use hippocrypt::zk::{
    Checkpoint, Consent, ConsentKey, Depth, Masks, PlaceReceipt, PlaceRevocation, Proof,
    ProofReceipt, ProvableConsent, ProvenKey, PublicInputs, Registry, Scalar, SignedProof,
};

use super::trials::{all_refused, each_damage, with_checksum};

const NOW: u64 = 1_790_000_000;

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::build(|bytes| bytes.fill(seed)))
}

fn key() -> ConsentKey {
    ConsentKey::from_seed(&Secret::build(|bytes| bytes.fill(5))).unwrap()
}

fn proven() -> ProvenKey {
    ProvenKey::prove(&key(), &[7; 32], &mut getrandom::SysRng).unwrap()
}

fn registry() -> (Registry, PlaceReceipt) {
    let own = signer(1);
    let mut registry = Registry::new(own.verifying_key(), Depth::Ten);
    registry.enrol(&proven()).unwrap();
    let revoker = signer(2).verifying_key();
    let rng = &mut getrandom::SysRng;
    let place = registry.give_place(&revoker, NOW, &own, rng).unwrap();
    (registry, place)
}

fn consent(index: u32) -> ProvableConsent {
    let consent = Consent {
        vocabulary: [3; 32],
        terms: [4; 32],
        masks: Masks::new(7, 3, 1).unwrap(),
        grantee: signer(3).verifying_key(),
        not_before: NOW,
        expires: NOW + 1,
        index,
        seed: Secret::new(Scalar::from_u64(9)),
    };
    ProvableConsent::sign(consent, &key(), &mut getrandom::SysRng).unwrap()
}

fn proof() -> SignedProof {
    let number = Scalar::from_u64;
    let inputs = PublicInputs {
        enrolment_root: number(1),
        revocation_root: number(2),
        now: NOW,
        masks: Masks::new(7, 3, 1).unwrap(),
        grantee: number(3),
        vocabulary: number(4),
        context: number(5),
        nullifier: number(6),
        pseudonym: number(7),
        subject: number(8),
        binding: number(9),
    };
    // The generators, which prove nothing and are points.
    let mut bytes = Vec::new();
    let g1 = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
    let g2 = "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8";
    for text in [g1, g2, g1] {
        let digits = text.as_bytes().chunks(2);
        bytes.extend(
            digits.map(|it| u8::from_str_radix(core::str::from_utf8(it).unwrap(), 16).unwrap()),
        );
    }
    let proof = Proof::from_bytes(&bytes.try_into().unwrap()).unwrap();
    SignedProof::sign(&signer(3), [6; 32], inputs, proof).unwrap()
}

/// Damage behind a checksum that was mended: only what is signed cannot change.
fn mended<T>(seed: u64, good: &[u8], read: impl Fn(&[u8]) -> hippocrypt::Result<T>) {
    each_damage(seed, good, |name, bad| {
        let bad = with_checksum(bad);
        if bad != good {
            assert!(read(&bad).is_err(), "{name}");
        }
    });
}

#[test]
fn damaged_registries_and_their_words() {
    let (registry, place) = registry();
    let own = signer(1);
    all_refused(70, &registry.to_bytes().unwrap(), Registry::from_bytes);
    let checkpoint = registry.checkpoint(NOW, &own).unwrap().to_bytes();
    let read = |bytes: &[u8]| Checkpoint::from_bytes(bytes, registry.key());
    all_refused(71, &checkpoint, read);
    mended(72, &checkpoint, read);
    all_refused(73, &place.to_bytes(), PlaceReceipt::from_bytes);
    mended(74, &place.to_bytes(), PlaceReceipt::from_bytes);
    let revoker = signer(2);
    let revocation = PlaceRevocation::sign(&revoker, registry.key(), place.index()).unwrap();
    all_refused(75, &revocation.to_bytes(), PlaceRevocation::from_bytes);
    mended(76, &revocation.to_bytes(), |bytes| {
        let word = PlaceRevocation::from_bytes(bytes)?;
        registry.clone().revoke(&word)
    });
    // A registry is not signed; one that was tampered with leads to no root that is.
    each_damage(77, &registry.to_bytes().unwrap(), |_, bad| {
        let _ = Registry::from_bytes(&with_checksum(bad));
    });
}

#[test]
fn damaged_consents_and_proofs() {
    let provable = consent(registry().1.index());
    let bytes = provable.to_bytes();
    all_refused(80, bytes.expose(), ProvableConsent::from_bytes);
    mended(81, bytes.expose(), ProvableConsent::from_bytes);
    let proof = proof();
    all_refused(82, &proof.to_bytes(), SignedProof::from_bytes);
    mended(83, &proof.to_bytes(), SignedProof::from_bytes);
    let log = signer(4);
    let receipt = ProofReceipt::sign(&log, &proof, NOW).unwrap().to_bytes();
    let read = |bytes: &[u8]| ProofReceipt::from_bytes(bytes, &log.verifying_key());
    all_refused(84, &receipt, read);
    mended(85, &receipt, read);
    all_refused(86, &proven().to_bytes(), |bytes| {
        let bytes = bytes.try_into().map_err(|_| hippocrypt::Error::Truncated)?;
        ProvenKey::from_bytes(bytes, &[7; 32])
    });
}
