use super::sample::{NOW, enrolled, key, signer};
use crate::error::Error;
use crate::zk::{
    Checkpoint, Depth, PlaceReceipt, PlaceRevocation, ProvenKey, Registry, RegistryDirectory,
};
use getrandom::SysRng;

#[test]
fn a_registry_enrols_a_key_once_and_only_its_holder() {
    let mut registry = Registry::new(signer(50).verifying_key(), Depth::Ten);
    let proven = ProvenKey::prove(&key(1), &[1; 32], &mut SysRng).unwrap();
    let bytes = proven.to_bytes();
    let for_another = ProvenKey::from_bytes(&bytes, &[2; 32]);
    assert_eq!(for_another.err(), Some(Error::Verify));
    let mut of_another = bytes;
    of_another[..32].copy_from_slice(&key(2).public().to_bytes());
    let of_another = ProvenKey::from_bytes(&of_another, &[1; 32]);
    assert_eq!(of_another.err(), Some(Error::Verify));
    let read = ProvenKey::from_bytes(&bytes, &[1; 32]).unwrap();
    assert_eq!(registry.enrol(&read), Ok(0));
    // The same key with another proof, of another patient, is still enrolled.
    let again = ProvenKey::prove(&key(1), &[2; 32], &mut SysRng).unwrap();
    assert!(matches!(registry.enrol(&again), Err(Error::Registry(_))));
    assert_eq!(registry.enrolled(), 1);
}

#[test]
fn paths_lead_to_the_roots_of_the_checkpoint() {
    for depth in [Depth::Ten, Depth::Sixteen] {
        let (registry, witness) = enrolled(depth);
        let checkpoint = registry.checkpoint(NOW, &signer(50)).unwrap();
        let read = Checkpoint::from_bytes(&checkpoint.to_bytes(), registry.key()).unwrap();
        let leaf = witness.key.leaf();
        assert!(witness.enrolment.root(leaf) == read.enrolment_root());
        assert!(witness.revocation.root() == read.revocation_root());
        assert!(registry.has_roots_of(&read));
        assert!(!witness.revocation.is_revoked());
    }
}

#[test]
fn the_tree_is_that_of_all_leaves() {
    // A tree of two levels, computed in full.
    use crate::curve::Scalar;
    use crate::zk::{Use, poseidon::hash4, sparse_tree::SparseTree};
    let mut tree = SparseTree::new(Use::EnrolmentNode, 2, Scalar::from_u64(7));
    let mut leaves = [Scalar::from_u64(7); 16];
    for place in [0_u32, 5, 15, 5] {
        let leaf = Scalar::from_u64(u64::from(place) + 100);
        leaves[place as usize] = leaf;
        tree.set(place, leaf);
        let node = |four: &[Scalar]| hash4(Use::EnrolmentNode, four.try_into().unwrap());
        let nodes: Vec<Scalar> = leaves.chunks(4).map(node).collect();
        assert!(tree.root() == node(&nodes));
    }
}

#[test]
fn places_never_given_read_as_revoked() {
    let (registry, witness) = enrolled(Depth::Ten);
    let given = witness.consent.index;
    for index in [given ^ 1, given ^ (1 << 20), 0, u32::MAX] {
        let path = registry.revocation_path(index);
        assert!(index == given || path.is_revoked());
        assert!(path.root() == witness.revocation.root());
    }
}

#[test]
fn only_the_key_of_the_receipt_revokes() {
    let (mut registry, witness) = enrolled(Depth::Ten);
    let index = witness.consent.index;
    let sign = |seed, registry: &Registry, index| {
        let signed = PlaceRevocation::sign(&signer(seed), registry.key(), index).unwrap();
        PlaceRevocation::from_bytes(&signed.to_bytes()).unwrap()
    };
    let by_other = sign(52, &registry, index);
    assert_eq!(registry.revoke(&by_other), Err(Error::Verify));
    let elsewhere = sign(51, &registry, index ^ 1);
    assert!(matches!(
        registry.revoke(&elsewhere),
        Err(Error::Registry(_))
    ));
    let other = Registry::new(signer(60).verifying_key(), Depth::Ten);
    let for_other = sign(51, &other, index);
    assert!(matches!(
        registry.revoke(&for_other),
        Err(Error::Registry(_))
    ));
    assert!(!registry.revocation_path(index).is_revoked());
    let before = registry.revocation_path(index).root();
    let own = sign(51, &registry, index);
    registry.revoke(&own).unwrap();
    assert!(registry.revocation_path(index).is_revoked());
    assert!(registry.revocation_path(index).root() != before);
    registry.revoke(&own).unwrap();
}

/// A source that gives the same place again, and then another one.
struct Repeating(u8);

impl crate::Randomness for Repeating {
    fn fill(&mut self, bytes: &mut [u8]) -> crate::Result<()> {
        bytes.fill(self.0 / 3);
        self.0 += 1;
        Ok(())
    }
}

#[test]
fn no_place_is_given_twice_not_even_after_its_revocation() {
    let own = signer(50);
    let mut registry = Registry::new(own.verifying_key(), Depth::Ten);
    let revoker = signer(51);
    let mut source = Repeating(0);
    let mut given = Vec::new();
    for _ in 0..3 {
        let receipt = registry
            .give_place(&revoker.verifying_key(), NOW, &own, &mut source)
            .unwrap();
        let receipt = PlaceReceipt::from_bytes(&receipt.to_bytes()).unwrap();
        assert!(!given.contains(&receipt.index()));
        given.push(receipt.index());
        let word = PlaceRevocation::sign(&revoker, registry.key(), receipt.index()).unwrap();
        registry.revoke(&word).unwrap();
    }
}

#[test]
fn only_the_registry_signs_for_itself() {
    let (mut registry, _) = enrolled(Depth::Ten);
    let stranger = signer(60);
    assert!(matches!(
        registry.checkpoint(NOW, &stranger),
        Err(Error::Registry(_))
    ));
    assert!(matches!(
        registry.give_place(&stranger.verifying_key(), NOW, &stranger, &mut SysRng),
        Err(Error::Registry(_))
    ));
    let other = Registry::new(stranger.verifying_key(), Depth::Ten);
    let foreign = other.checkpoint(NOW, &stranger).unwrap().to_bytes();
    assert!(matches!(
        Checkpoint::from_bytes(&foreign, registry.key()),
        Err(Error::Roots(_))
    ));
}

#[test]
fn a_registry_survives_its_bytes_and_its_disk() {
    let (registry, witness) = enrolled(Depth::Sixteen);
    let bytes = registry.to_bytes().unwrap();
    assert_eq!(Registry::from_bytes(&bytes).unwrap().to_bytes(), Ok(bytes));

    let directory = tempfile::tempdir().unwrap();
    let disk = RegistryDirectory::create(directory.path(), &registry).unwrap();
    assert!(matches!(
        RegistryDirectory::create(directory.path(), &registry),
        Err(Error::Exists)
    ));
    let own = signer(50);
    let index = witness.consent.index;
    let revocation = PlaceRevocation::sign(&signer(51), registry.key(), index).unwrap();
    disk.change(NOW, &own, |it| it.revoke(&revocation)).unwrap();
    let (read, checkpoint) = disk.snapshot(registry.key()).unwrap();
    assert!(read.revocation_path(index).is_revoked());
    assert!(read.revocation_path(index).root() == checkpoint.revocation_root());
    let back = disk.change(NOW - 1, &own, |_| Ok(()));
    assert!(matches!(back, Err(Error::Time(_))));
    assert_eq!(disk.checkpoints(registry.key()).unwrap().len(), 1);
    disk.change(NOW + 1, &own, |_| Ok(())).unwrap();
    let times = disk.checkpoints(registry.key()).unwrap();
    let times: Vec<u64> = times.iter().map(Checkpoint::time).collect();
    assert_eq!(times, [NOW, NOW + 1]);
    assert!(disk.checkpoints(&signer(60).verifying_key()).is_err());
    // What fails changes nothing.
    let failed = disk.change(NOW + 1, &own, |it| {
        it.give_place(&own.verifying_key(), NOW, &own, &mut SysRng)?;
        Err::<(), _>(Error::Open)
    });
    assert_eq!(failed, Err(Error::Open));
    assert_eq!(disk.read().unwrap().to_bytes(), read.to_bytes());
}
