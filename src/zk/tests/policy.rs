use super::sample::{NOW, enrolled, masks, scalar, signer};
use crate::error::Error;
use crate::zk::known_key::{Trapdoor, prepared};
use crate::zk::{
    Checkpoint, Depth, DirectoryReplayStore, Expected, Freshness, Masks, MemoryReplayStore,
    PlaceRevocation, PreparedKey, ProofPolicy, ProofReceipt, ProofVerifier, ProvableConsent,
    PublicInputs, Registry, ReplayStore, Scalar, SignedProof, Witness,
};
use getrandom::SysRng;

struct Case {
    registry: Registry,
    witness: Witness,
    key: PreparedKey,
}

impl Case {
    fn new() -> Self {
        let (registry, witness) = enrolled(Depth::Ten);
        Self {
            registry,
            witness,
            key: prepared(),
        }
    }

    fn checkpoint(&self, time: u64) -> Checkpoint {
        self.registry.checkpoint(time, &signer(50)).unwrap()
    }

    fn inputs(&self) -> PublicInputs {
        let (context, binding) = (scalar(31), scalar(32));
        self.witness
            .public_inputs(NOW, masks(), context, binding)
            .unwrap()
    }

    fn expected(&self) -> Expected {
        Expected {
            request: [7; 32],
            masks: masks(),
            vocabulary: [3; 32],
            context: scalar(31),
            binding: scalar(32),
            subject: Some(self.inputs().subject),
        }
    }

    fn signed(&self, inputs: PublicInputs) -> SignedProof {
        let proof = Trapdoor::new().prove(&inputs, 1);
        let signed = SignedProof::sign(&signer(52), [7; 32], inputs, proof).unwrap();
        SignedProof::from_bytes(&signed.to_bytes()).unwrap()
    }

    /// What a verifier with these checkpoints says at this time.
    fn answer(
        &self,
        proof: &SignedProof,
        expected: &Expected,
        time: u64,
        checkpoints: &[Checkpoint],
    ) -> Option<Error> {
        let policy = ProofPolicy::default();
        let verifier = ProofVerifier::new(&self.key, checkpoints, policy).unwrap();
        verifier.check(proof, expected, Freshness::Now(time)).err()
    }
}

#[test]
fn a_fresh_proof_of_what_is_expected_counts() {
    let case = Case::new();
    let proof = case.signed(case.inputs());
    for (time, taken) in [(NOW - 60, NOW), (NOW, NOW + 300), (NOW + 299, NOW - 300)] {
        let answer = case.answer(&proof, &case.expected(), taken, &[case.checkpoint(time)]);
        assert_eq!(answer, None);
    }
}

#[test]
fn a_proof_of_anything_else_is_refused() {
    let case = Case::new();
    let proof = case.signed(case.inputs());
    let changes: [fn(&mut Expected); 6] = [
        |it| it.request[0] ^= 1,
        |it| it.masks = Masks::new(0b1, 0b10, 0b100).unwrap(),
        |it| it.vocabulary[0] ^= 1,
        |it| it.context = scalar(1),
        |it| it.binding = scalar(1),
        |it| it.subject = Some(scalar(1)),
    ];
    for change in changes {
        let mut expected = case.expected();
        change(&mut expected);
        let answer = case.answer(&proof, &expected, NOW, &[case.checkpoint(NOW)]);
        assert!(matches!(answer, Some(Error::Statement(_))));
    }
    // Signed by somebody else than the grantee whom the consent names.
    let inputs = case.inputs();
    let stolen = SignedProof::sign(&signer(53), [7; 32], inputs, *proof.proof()).unwrap();
    let answer = case.answer(&stolen, &case.expected(), NOW, &[case.checkpoint(NOW)]);
    assert!(matches!(answer, Some(Error::Statement(_))));
    // The statement is right, and the proof is of another one.
    let mut other = case.inputs();
    other.nullifier = scalar(1);
    let wrong = SignedProof::sign(&signer(52), [7; 32], other, *proof.proof()).unwrap();
    let answer = case.answer(&wrong, &case.expected(), NOW, &[case.checkpoint(NOW)]);
    assert_eq!(answer, Some(Error::Verify));
}

#[test]
fn an_old_proof_is_refused_unless_a_log_received_it_then() {
    let case = Case::new();
    let proof = case.signed(case.inputs());
    let checkpoints = [case.checkpoint(NOW)];
    for clock in [NOW + 301, NOW - 301] {
        let answer = case.answer(&proof, &case.expected(), clock, &checkpoints);
        assert!(matches!(answer, Some(Error::Replayed(_))));
    }
    let log = signer(70);
    let received = |time, of: &SignedProof| {
        let receipt = ProofReceipt::sign(&log, of, time).unwrap();
        ProofReceipt::from_bytes(&receipt.to_bytes(), &log.verifying_key()).unwrap()
    };
    let verifier = ProofVerifier::new(&case.key, &checkpoints, ProofPolicy::default()).unwrap();
    let check = |receipt: &ProofReceipt| {
        let checked = verifier.check(&proof, &case.expected(), Freshness::Received(receipt));
        checked.map(|it| it.received())
    };
    assert_eq!(check(&received(NOW + 300, &proof)), Ok(NOW + 300));
    let late = check(&received(NOW + 301, &proof));
    assert!(matches!(late, Err(Error::Replayed(_))));
    let mut other = case.inputs();
    other.pseudonym = scalar(1);
    let of_another = check(&received(NOW, &case.signed(other)));
    assert!(matches!(of_another, Err(Error::Statement(_))));
    let stranger = ProofReceipt::sign(&signer(71), &proof, NOW).unwrap();
    assert!(ProofReceipt::from_bytes(&stranger.to_bytes(), &log.verifying_key()).is_err());
}

#[test]
fn roots_count_as_the_current_pair_of_one_registry() {
    let mut case = Case::new();
    let proof = case.signed(case.inputs());
    let answer = |case: &Case, checkpoints: &[Checkpoint]| match case.answer(
        &proof,
        &case.expected(),
        NOW,
        checkpoints,
    ) {
        Some(Error::Roots(why)) => why,
        None => "none",
        other => panic!("{other:?}"),
    };
    assert_eq!(answer(&case, &[]), "not in any checkpoint");
    let own = case.checkpoint(NOW - 10);
    let stale = case.checkpoint(NOW - 3601);
    assert_eq!(answer(&case, &[stale]), "too old to know of revocations");
    assert_eq!(answer(&case, &[case.checkpoint(NOW - 3600)]), "none");
    let later = case.checkpoint(NOW + 301);
    assert_eq!(answer(&case, &[later]), "later than the proof");
    // Somebody else is enrolled: the old pair is current no more, the new enrolment root with the
    // old revocation root is no pair at all.
    let key = super::sample::key(9);
    let proven = crate::zk::ProvenKey::prove(&key, &[9; 32], &mut SysRng).unwrap();
    let before = case.registry.clone();
    case.registry.enrol(&proven).unwrap();
    let newer = case.checkpoint(NOW - 5);
    assert_eq!(
        answer(&case, &[own.clone(), newer.clone()]),
        "not current any more at the proof's time"
    );
    assert_eq!(answer(&case, &[newer.clone()]), "not in any checkpoint");
    // Newer than the proof's time: the older pair was current then.
    let after = case.checkpoint(NOW + 1);
    assert_eq!(answer(&case, &[own.clone(), after]), "none");
    let revoker = signer(51);
    let index = case.witness.consent.index;
    let word = PlaceRevocation::sign(&revoker, before.key(), index).unwrap();
    let mut revoked = before;
    revoked.revoke(&word).unwrap();
    let revoked = revoked.checkpoint(NOW - 8, &signer(50)).unwrap();
    // The enrolment root of one, the revocation root of the other.
    assert_eq!(answer(&case, &[revoked, newer]), "of different checkpoints");
    let other = Registry::new(signer(60).verifying_key(), Depth::Ten);
    let foreign = other.checkpoint(NOW, &signer(60)).unwrap();
    let both = [own, foreign];
    let mixed = ProofVerifier::new(&case.key, &both, ProofPolicy::default());
    assert!(matches!(mixed.err(), Some(Error::Roots(_))));
    let tall = Registry::new(signer(50).verifying_key(), Depth::Sixteen);
    let tall = [tall.checkpoint(NOW, &signer(50)).unwrap()];
    let mixed = ProofVerifier::new(&case.key, &tall, ProofPolicy::default());
    assert!(matches!(mixed.err(), Some(Error::Roots(_))));
}

#[test]
fn a_proof_counts_once_however_its_bytes_were_changed() {
    let case = Case::new();
    let checkpoints = [case.checkpoint(NOW)];
    let folder = tempfile::tempdir().unwrap();
    let mut durable = DirectoryReplayStore::open(folder.path()).unwrap();
    let mut memory = MemoryReplayStore::new();
    let stores: [&mut dyn ReplayStore; 2] = [&mut memory, &mut durable];
    for store in stores {
        let once = ProofPolicy {
            one_use: true,
            ..ProofPolicy::default()
        };
        let verifier = ProofVerifier::new(&case.key, &checkpoints, once).unwrap();
        let many = ProofVerifier::new(&case.key, &checkpoints, ProofPolicy::default()).unwrap();
        let now = Freshness::Now(NOW);
        let proof = case.signed(case.inputs());
        verifier
            .verify(&proof, &case.expected(), now, store)
            .unwrap();
        // Another proof of the same statement.
        let other = Trapdoor::new().prove(&case.inputs(), 2);
        let other = SignedProof::sign(&signer(52), [7; 32], case.inputs(), other).unwrap();
        assert!(other.to_bytes() != proof.to_bytes());
        for again in [&proof, &other] {
            let refused = many.verify(again, &case.expected(), now, store);
            assert!(matches!(refused.err(), Some(Error::Replayed(_))));
        }
        // The same consent in the same context, for another request.
        let mut next = case.expected();
        next.binding = scalar(33);
        let mut inputs = case.inputs();
        inputs.binding = scalar(33);
        let next_proof = case.signed(inputs);
        let refused = verifier.verify(&next_proof, &next, now, store);
        assert!(matches!(refused.err(), Some(Error::Replayed(_))));
        next.binding = scalar(34);
        inputs.binding = scalar(34);
        many.verify(&case.signed(inputs), &next, now, store)
            .unwrap();
    }
    // It lasts.
    let mut reopened = DirectoryReplayStore::open(folder.path()).unwrap();
    let verifier = ProofVerifier::new(&case.key, &checkpoints, ProofPolicy::default()).unwrap();
    let proof = case.signed(case.inputs());
    let refused = verifier.verify(&proof, &case.expected(), Freshness::Now(NOW), &mut reopened);
    assert!(matches!(refused.err(), Some(Error::Replayed(_))));
}

#[test]
fn many_are_checked_together_and_the_wrong_ones_named() {
    let case = Case::new();
    let checkpoints = [case.checkpoint(NOW)];
    let verifier = ProofVerifier::new(&case.key, &checkpoints, ProofPolicy::default()).unwrap();
    let right = case.signed(case.inputs());
    let wrong = Trapdoor::new().prove(&super::sample::inputs(), 1);
    let wrong = SignedProof::sign(&signer(52), [7; 32], case.inputs(), wrong).unwrap();
    let now = Freshness::Now(NOW);
    let mut other = case.expected();
    other.subject = Some(Scalar::ONE);
    let all = [
        (&right, case.expected(), now),
        (&wrong, case.expected(), now),
        (&right, other, now),
    ];
    let answers = verifier.check_all(&all, &mut SysRng).unwrap();
    let errors: Vec<_> = answers.into_iter().map(Result::err).collect();
    assert_eq!(
        errors,
        [
            None,
            Some(Error::Verify),
            Some(Error::Statement("the patient of the record"))
        ]
    );
    let sound = [(); 3].map(|()| (&right, case.expected(), now));
    let answers = verifier.check_all(&sound, &mut SysRng).unwrap();
    assert!(answers.iter().all(Result::is_ok));
    let refused = [(&right, other, now)];
    let answers = verifier.check_all(&refused, &mut SysRng).unwrap();
    assert!(matches!(answers.as_slice(), [Err(Error::Statement(_))]));
    assert!(verifier.check_all(&[], &mut SysRng).unwrap().is_empty());
}

#[test]
fn a_provable_consent_is_what_its_patient_signed() {
    let case = Case::new();
    let consent = case.witness.consent;
    let signed = ProvableConsent::sign(consent, &super::sample::key(2), &mut SysRng).unwrap();
    let bytes = signed.to_bytes();
    let read = ProvableConsent::from_bytes(bytes.expose()).unwrap();
    assert_eq!(read.to_bytes().expose(), bytes.expose());
    // The mended checksum of damaged bytes hides nothing.
    let body = 8..bytes.expose().len() - 32;
    for at in body {
        let mut changed = bytes.expose().clone();
        changed[at] ^= 1;
        let end = changed.len() - 32;
        let sum = crate::symmetric::sha256(&[&changed[..end]]);
        changed[end..].copy_from_slice(&sum);
        assert!(ProvableConsent::from_bytes(&changed).is_err(), "byte {at}");
    }
}
