//! Every byte of what a verifier reads, changed: with a checksum that fits, so that something else
//! has to notice.

use super::sample::{NOW, enrolled, inputs, signer};
use crate::curve::Scalar;
use crate::error::Error;
use crate::symmetric::sha256;
use crate::zk::known_key::{CIRCUIT, Trapdoor, prepared};
use crate::zk::{
    Checkpoint, Depth, EnrolmentPath, PlaceReceipt, PlaceRevocation, PreparedKey, Proof, ProofKey,
    ProofReceipt, Provenance, Registry, RevocationPath, SignedProof, Trust,
};

/// Bytes of an object's header and of its checksum.
const HEADER: usize = 8;
const CHECKSUM: usize = 32;

/// The object with each byte of its body changed in one bit.
fn changed(object: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> + '_ {
    let end = object.len() - CHECKSUM;
    (HEADER..end).map(move |at| {
        let mut bytes = object.to_vec();
        bytes[at] ^= 1 << (at % 8);
        let sum = sha256(&[&bytes[..end]]);
        bytes[end..].copy_from_slice(&sum);
        (at, bytes)
    })
}

#[test]
fn no_bit_of_a_proof_can_be_changed() {
    let key = prepared();
    let good = Trapdoor::new().prove(&inputs(), 1).to_bytes();
    for bit in 0..8 * good.len() {
        let mut bytes = good;
        bytes[bit / 8] ^= 1 << (bit % 8);
        let verified = Proof::from_bytes(&bytes).map(|proof| key.verify(&inputs(), &proof));
        assert!(!matches!(verified, Ok(Ok(()))), "bit {bit}");
    }
}

#[test]
fn what_is_signed_cannot_be_changed() {
    let (mut registry, witness) = enrolled(Depth::Ten);
    let (own, log) = (signer(50), signer(70));
    let proof = Trapdoor::new().prove(&inputs(), 1);
    let proof = SignedProof::sign(&signer(52), [7; 32], inputs(), proof).unwrap();
    let receipt = ProofReceipt::sign(&log, &proof, NOW).unwrap();
    let checkpoint = registry.checkpoint(NOW, &own).unwrap();
    let revoker = signer(51);
    let place = registry.give_place(&revoker.verifying_key(), NOW, &own, &mut getrandom::SysRng);
    let index = witness.consent.index;
    let revocation = PlaceRevocation::sign(&revoker, registry.key(), index).unwrap();

    for (at, bytes) in changed(&proof.to_bytes()) {
        assert!(SignedProof::from_bytes(&bytes).is_err(), "proof, byte {at}");
    }
    for (at, bytes) in changed(&receipt.to_bytes()) {
        let read = ProofReceipt::from_bytes(&bytes, &log.verifying_key());
        assert!(read.is_err(), "receipt, byte {at}");
    }
    for (at, bytes) in changed(&checkpoint.to_bytes()) {
        let read = Checkpoint::from_bytes(&bytes, registry.key());
        assert!(read.is_err(), "checkpoint, byte {at}");
    }
    for (at, bytes) in changed(&place.unwrap().to_bytes()) {
        assert!(
            PlaceReceipt::from_bytes(&bytes).is_err(),
            "place, byte {at}"
        );
    }
    // Who has to sign, the registry knows.
    for (at, bytes) in changed(&revocation.to_bytes()) {
        let read = PlaceRevocation::from_bytes(&bytes);
        let revoked = read.and_then(|word| registry.revoke(&word));
        assert!(revoked.is_err(), "revocation, byte {at}");
    }
    assert!(!registry.revocation_path(index).is_revoked());
}

#[test]
fn no_byte_of_a_key_of_proofs_can_be_changed() {
    let key = Trapdoor::new().key(Provenance::Ceremony {
        id: [1; 32],
        transcript: [2; 32],
    });
    let pinned = Trust::Pinned(key.digest());
    let proof = Trapdoor::new().prove(&inputs(), 1);
    for (at, bytes) in changed(&key.to_bytes()) {
        let Ok(other) = ProofKey::from_bytes(&bytes) else {
            continue;
        };
        let refused = PreparedKey::new(other.clone(), &CIRCUIT, pinned).err();
        assert!(matches!(refused, Some(Error::ProofKey(_))), "byte {at}");
        // Where nothing is pinned, a changed point verifies no proof.
        let points = key.points();
        let same = |one: &ProofKey| {
            let own = one.points();
            own.alpha == points.alpha
                && own.beta == points.beta
                && own.gamma == points.gamma
                && own.delta == points.delta
                && own.inputs == points.inputs
        };
        if let Ok(loose) = PreparedKey::new(other.clone(), &CIRCUIT, Trust::Development) {
            let verified = loose.verify(&inputs(), &proof);
            assert_eq!(verified.is_ok(), same(&other), "byte {at}");
        }
    }
}

/// Everything that a path holds is in its root.
#[test]
fn no_part_of_a_path_can_be_changed() {
    let (_, witness) = enrolled(Depth::Ten);
    let leaf = witness.key.leaf();
    let place = witness.enrolment.place();
    let others: Vec<[Scalar; 3]> = witness.enrolment.levels().map(|(_, it)| *it).collect();
    let root = witness.enrolment.root(leaf);
    for bit in 0..20 {
        let path = EnrolmentPath::new(place ^ 1 << bit, others.clone()).unwrap();
        assert!(path.root(leaf) != root, "bit {bit} of the place");
    }
    for level in 0..others.len() {
        for child in 0..3 {
            let mut others = others.clone();
            others[level][child] = others[level][child] + Scalar::ONE;
            let path = EnrolmentPath::new(place, others).unwrap();
            assert!(path.root(leaf) != root, "level {level}, child {child}");
        }
    }

    let (index, bitmap) = (witness.revocation.index(), witness.revocation.bitmap());
    let mut others = witness.revocation.levels().map(|(_, it)| *it);
    let others = core::array::from_fn(|_| others.next().unwrap());
    let root = witness.revocation.root();
    for bit in 0..128 {
        let path = RevocationPath::new(index, bitmap ^ 1 << bit, others);
        assert!(path.root() != root, "bit {bit} of the bitmap");
    }
    for bit in 7..32 {
        let path = RevocationPath::new(index ^ 1 << bit, bitmap, others);
        assert!(path.root() != root, "bit {bit} of the index");
    }
    for level in 0..others.len() {
        for child in 0..3 {
            let mut others = others;
            others[level][child] = others[level][child] + Scalar::ONE;
            let path = RevocationPath::new(index, bitmap, others);
            assert!(path.root() != root, "level {level}, child {child}");
        }
    }
}

/// Nodes on the way up are not read for a path, nor are others' keys: what is given is right, or
/// leads to another root than the signed one.
#[test]
fn a_changed_registry_gives_no_other_path_to_its_roots() {
    let (registry, witness) = enrolled(Depth::Ten);
    let checkpoint = registry.checkpoint(NOW, &signer(50)).unwrap();
    let index = witness.consent.index;
    let paths = |read: &Registry| {
        let roots = read.key() == registry.key() && read.has_roots_of(&checkpoint);
        let enrolment = read.enrolment_path(&witness.key).ok().filter(|_| roots)?;
        let revocation = read.revocation_path(index);
        let lead = enrolment.root(witness.key.leaf()) == checkpoint.enrolment_root()
            && revocation.root() == checkpoint.revocation_root();
        let answer = (enrolment.place(), revocation.bitmap());
        lead.then_some(answer)
    };
    let (own, mut refused) = (paths(&registry), 0);
    assert!(own.is_some());
    let all = registry.to_bytes().unwrap();
    // Everything before the nodes, and a part of those: a registry takes long to read.
    for (at, bytes) in changed(&all).filter(|(at, _)| *at < 190 || at % 7 == 0) {
        match Registry::from_bytes(&bytes).ok().and_then(|it| paths(&it)) {
            None => refused += 1,
            given => assert_eq!(given, own, "byte {at}"),
        }
    }
    // At least the registry's key, height and counts, the patient's key, the place and whether it
    // is revoked, and some of both roots and of the leaves beside the patient's.
    assert!(refused >= 32 + 1 + 8 + 32 + 5 + 16, "{refused}");
}
