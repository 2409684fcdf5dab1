use super::*;
use crate::Secret;
use crate::abe::AuthorityKey;
use crate::asymmetric::{SigningKey, VerifyingKey};
use crate::consent::Vocabulary;
use crate::envelope::{Expiry, Header, Record, Sealer, Subject};
use crate::error::Error;
use crate::policy::{LabelKey, Labels, Policy};
use crate::zk::{
    Checkpoint, Consent, ConsentKey, Depth, Freshness, Masks, MemoryReplayStore, ProofPolicy,
    ProofVerifier, ProvenKey, Registry, Scalar, SignedProof, Witness, known_key,
};
use getrandom::SysRng;

const NOW: u64 = 1_790_000_000;
const LABELS: [&str; 3] = ["type=Observation", "conf=N", "sens.none=hv1"];

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::build(|bytes| bytes.fill(seed)))
}

fn patient(seed: u8) -> ConsentKey {
    ConsentKey::from_seed(&Secret::build(|bytes| bytes.fill(seed))).unwrap()
}

fn words() -> Vocabulary {
    Vocabulary::hv1().unwrap()
}

fn request() -> ProofRequest {
    ProofRequest {
        verifier: signer(1).verifying_key(),
        study: "sleep".into(),
        log: "log".into(),
        nonce: [9; 32],
        purposes: vec!["HRESCH".into()],
        action: "access".into(),
        buckets: vec![Labels::parse(LABELS).unwrap()],
        record: None,
    }
}

fn asked() -> Asked {
    request().under(&words()).unwrap()
}

/// A record about a patient, sealed and signed by the custodian with this seed.
fn sealed(about: Option<&Subject>, labels: &[&str], custodian: u8) -> Header {
    let authority = AuthorityKey::generate("a", &mut SysRng).unwrap();
    let custodian = signer(custodian);
    let mut record = Record::new("r")
        .unwrap()
        .labels(Labels::parse(labels.iter().copied()).unwrap())
        .vocabulary(*words().hash());
    if let Some(subject) = about {
        record = record.subject(subject.clone());
    }
    let policy = Policy::parse("a=x").unwrap();
    let bytes = Sealer::new()
        .policy(authority.public(), policy, Expiry::Never)
        .sender(&custodian)
        .seal(&record, b"content", &mut SysRng)
        .unwrap();
    Header::from_bytes(&bytes).unwrap().0
}

fn claim(header: &Header) -> crate::Result<RecordClaim> {
    RecordClaim::of(header, &[signer(2).verifying_key()], &words())
}

#[test]
fn what_is_asked_for_is_computed_from_labels_and_codes() {
    let own = asked();
    assert_eq!(own.masks().purposes().count_ones(), 1);
    for refused in [
        |it: &mut ProofRequest| it.purposes = vec!["NONE".into()],
        |it: &mut ProofRequest| it.purposes.clear(),
        |it: &mut ProofRequest| it.action = "none".into(),
        |it: &mut ProofRequest| it.buckets.clear(),
        |it: &mut ProofRequest| it.buckets = vec![it.buckets[0].clone(); 64],
        |it: &mut ProofRequest| it.study = "x".repeat(1025),
    ] {
        let mut request = request();
        refused(&mut request);
        assert!(matches!(
            request.under(&words()).err(),
            Some(Error::Argument(_))
        ));
    }
    for open in [
        vec!["conf=N", "sens.none=hv1"],
        vec!["type=Observation", "sens.none=hv1"],
        vec!["type=Observation", "conf=N"],
    ] {
        let mut request = request();
        request.buckets.push(Labels::parse(open).unwrap());
        assert!(matches!(
            request.under(&words()).err(),
            Some(Error::Masks(_))
        ));
    }
}

#[test]
fn every_part_of_a_request_is_in_its_digest() {
    let changes: [fn(&mut ProofRequest); 8] = [
        |it| it.verifier = signer(3).verifying_key(),
        |it| it.study.push('x'),
        |it| it.log.push('x'),
        |it| it.nonce[0] ^= 1,
        |it| it.purposes = vec!["TREAT".into()],
        |it| it.action = "collect".into(),
        |it| it.buckets.push(it.buckets[0].clone()),
        |it| it.record = Some([0; 32]),
    ];
    for change in changes {
        let mut other = request();
        change(&mut other);
        let other = other.under(&words()).unwrap();
        assert!(other.digest() != asked().digest());
        let binding = |it: &Asked| it.expected(None).unwrap().binding;
        assert!(binding(&other) != binding(&asked()));
    }
    let whom = |subject| asked().expected(subject).unwrap().binding;
    assert!(whom(None) != whom(Some(Scalar::ONE)));
    assert!(whom(Some(Scalar::ZERO)) != whom(Some(Scalar::ONE)));
}

#[test]
fn a_record_counts_under_a_custodian_who_is_known() {
    let subject = Subject::of(patient(5).public(), &mut SysRng).unwrap();
    let own = claim(&sealed(Some(&subject), &LABELS, 2)).unwrap();
    assert_eq!(own.subject().to_bytes(), *subject.commitment());
    assert_eq!(own.categories(), asked().masks().categories());
    let stranger = claim(&sealed(Some(&subject), &LABELS, 3));
    assert_eq!(stranger.err(), Some(Error::Sender));
    let nobody = claim(&sealed(None, &LABELS, 2));
    assert!(matches!(nobody.err(), Some(Error::Subject(_))));
    let unlabelled = claim(&sealed(Some(&subject), &["conf=N"], 2));
    assert!(matches!(unlabelled.err(), Some(Error::Masks(_))));
    let no_element = Subject::new([0xff; 32], [0; 32]);
    let no_element = claim(&sealed(Some(&no_element), &LABELS, 2));
    assert_eq!(no_element.err(), Some(Error::ScalarRange));
}

fn label_key(seed: u8) -> LabelKey {
    LabelKey::generate(&mut Fixed(seed)).unwrap()
}

/// A record by the custodian 2, with blinded labels.
fn blinded(labels: &Labels, key: &LabelKey) -> Header {
    let subject = Subject::of(patient(5).public(), &mut SysRng).unwrap();
    let authority = AuthorityKey::generate("a", &mut SysRng).unwrap();
    let record = Record::new("r")
        .unwrap()
        .blinded_labels(labels, key)
        .vocabulary(*words().hash())
        .subject(subject);
    let policy = Policy::parse("a=x").unwrap();
    let bytes = Sealer::new()
        .policy(authority.public(), policy, Expiry::Never)
        .sender(&signer(2))
        .seal(&record, b"", &mut SysRng)
        .unwrap();
    Header::from_bytes(&bytes).unwrap().0
}

#[test]
fn labels_that_are_known_are_told_and_no_others() {
    let (own, other) = (label_key(1), label_key(2));
    let told = |texts: &[&str], named: &[&str], key: &LabelKey| {
        let labels = Labels::parse(texts.iter().copied()).unwrap();
        let named = [Labels::parse(named.iter().copied()).unwrap()];
        let header = blinded(&labels, &own);
        let known = KnownLabels::new(key, &words(), &named);
        known.of(header.fixed()).map(|it| it == labels)
    };
    let all = [
        "type=Observation",
        "conf=R",
        "sens=HIV",
        "sens.not=SUD",
        "sens.none=hv1",
        "ymd=2079-06-06",
    ];
    assert_eq!(told(&all, &[], &own), Ok(true));
    assert_eq!(told(&["ymd=1900-01-01"], &[], &own), Ok(true));
    assert_eq!(told(&["ym=unknown"], &[], &own), Ok(true));
    assert_eq!(told(&["conf=N", "enc=1"], &["enc=1"], &own), Ok(true));
    for (texts, key) in [
        (["conf=N", "enc=1"], &own),
        (["conf=N", "sens=X"], &own),
        (["conf=N", "type=Observation"], &other),
    ] {
        let refused = told(&texts, &[], key);
        assert!(matches!(refused, Err(Error::Subject(_))), "{texts:?}");
    }
    let clear = sealed(None, &LABELS, 2);
    let known = KnownLabels::new(&own, &words(), &[]);
    assert!(matches!(known.of(clear.fixed()), Err(Error::Subject(_))));
}

#[test]
fn blinded_labels_need_their_key() {
    let (own, other) = (label_key(1), label_key(2));
    let labels = Labels::parse(LABELS).unwrap();
    let custodian = signer(2);
    let header = blinded(&labels, &own);
    assert!(matches!(claim(&header).err(), Some(Error::Subject(_))));
    let custodians = [custodian.verifying_key()];
    let with = |labels: &Labels, key: &LabelKey| {
        RecordClaim::of_blinded(&header, &custodians, &words(), labels, key)
    };
    assert!(with(&labels, &own).is_ok());
    assert!(with(&labels, &other).is_err());
    let fewer = Labels::parse(["type=Observation", "conf=N"]).unwrap();
    assert!(with(&fewer, &own).is_err());
}

/// A source of one byte.
struct Fixed(u8);

impl rand_core::TryRng for Fixed {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_ne_bytes([self.0; 4]))
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_ne_bytes([self.0; 8]))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(self.0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Fixed {}

/// Patients who are enrolled, with a consent of each to the grantee.
struct World {
    registry: Registry,
    checkpoint: Checkpoint,
    subjects: Vec<Subject>,
    witnesses: Vec<Witness>,
}

fn grantee() -> VerifyingKey {
    signer(4).verifying_key()
}

impl World {
    fn new(patients: u8) -> Self {
        let own = signer(6);
        let mut registry = Registry::new(own.verifying_key(), Depth::Ten);
        let mut places = Vec::new();
        for seed in 10..10 + patients {
            let proven = ProvenKey::prove(&patient(seed), &[seed; 32], &mut SysRng).unwrap();
            registry.enrol(&proven).unwrap();
            let revoker = signer(seed).verifying_key();
            places.push(
                registry
                    .give_place(&revoker, NOW, &own, &mut SysRng)
                    .unwrap()
                    .index(),
            );
        }
        let subjects: Vec<Subject> = (10..10 + patients)
            .map(|seed| Subject::of(patient(seed).public(), &mut SysRng).unwrap())
            .collect();
        let witnesses = (10..10 + patients)
            .zip(&places)
            .zip(&subjects)
            .map(|((seed, index), subject)| {
                let key = patient(seed);
                let masks = asked();
                let masks = masks.masks();
                let consent = Consent {
                    vocabulary: *words().hash(),
                    terms: [4; 32],
                    masks: Masks::new(
                        masks.categories() | 1,
                        masks.purposes() | 1,
                        masks.actions(),
                    )
                    .unwrap(),
                    grantee: grantee(),
                    not_before: NOW - 100,
                    expires: NOW + 100,
                    index: *index,
                    seed: Secret::new(Scalar::random(&mut SysRng).unwrap()),
                };
                Witness {
                    key: *key.public(),
                    enrolment: registry.enrolment_path(key.public()).unwrap(),
                    signature: consent.sign(&key, &mut SysRng).unwrap(),
                    revocation: registry.revocation_path(consent.index),
                    consent,
                    opening: Secret::new(Scalar::from_bytes(subject.opening()).unwrap()),
                }
            })
            .collect();
        Self {
            checkpoint: registry.checkpoint(NOW, &own).unwrap(),
            registry,
            subjects,
            witnesses,
        }
    }

    fn prove(&self, place: usize) -> SignedProof {
        let inputs = asked().statement(&self.witnesses[place], NOW).unwrap();
        let proof = known_key::Trapdoor::new().prove(&inputs, 1);
        asked().sign(&signer(4), inputs, proof).unwrap()
    }

    fn record(&self, place: usize, labels: &[&str]) -> crate::Result<RecordClaim> {
        claim(&sealed(Some(&self.subjects[place]), labels, 2))
    }
}

#[test]
fn an_extraction_is_covered_record_by_record() {
    let world = World::new(3);
    assert_eq!(world.registry.enrolled(), 3);
    let key = known_key::prepared();
    let verifier = ProofVerifier::new(&key, [&world.checkpoint], ProofPolicy::default()).unwrap();
    let records = [
        world.record(0, &LABELS),
        world.record(0, &LABELS),
        world.record(1, &LABELS),
        world.record(2, &LABELS),
        world.record(0, &["type=Condition", "conf=N", "sens.none=hv1"]),
        claim(&sealed(None, &LABELS, 2)),
    ];
    let (first, second) = (world.prove(0), world.prove(1));
    // The proof of another statement stands in the third patient's place.
    let third = asked().statement(&world.witnesses[2], NOW).unwrap();
    let third = asked().sign(&signer(4), third, *first.proof()).unwrap();
    let now = Freshness::Now(NOW);
    let proofs = [(&first, now), (&second, now), (&third, now)];
    let mut store = MemoryReplayStore::new();
    let found = asked()
        .verify_extraction(&verifier, &records, &proofs, Some(&mut store), &mut SysRng)
        .unwrap();
    let coverage: Vec<&Coverage> = found.rows().iter().map(|row| &row.coverage).collect();
    assert!(matches!(
        coverage.as_slice(),
        [
            Coverage::Covered(0),
            Coverage::Covered(0),
            Coverage::Covered(1),
            Coverage::Refused(2, Error::Verify),
            Coverage::Beyond,
            Coverage::NotUsable(Error::Subject(_)),
        ]
    ));
    assert_eq!((found.covered(), found.is_complete()), (3, false));
    // Once more: every proof is used up.
    let again = asked()
        .verify_extraction(&verifier, &records, &proofs, Some(&mut store), &mut SysRng)
        .unwrap();
    assert_eq!(again.covered(), 0);
    // An audit uses nothing up.
    let audit = asked()
        .verify_extraction(&verifier, &records[..3], &proofs, None, &mut SysRng)
        .unwrap();
    assert!(audit.is_complete());
    let none = asked()
        .verify_extraction(&verifier, &[], &proofs, None, &mut SysRng)
        .unwrap();
    assert!(!none.is_complete());
}

#[test]
fn one_patients_proof_does_not_cover_another_patients_record() {
    let world = World::new(2);
    let key = known_key::prepared();
    let verifier = ProofVerifier::new(&key, [&world.checkpoint], ProofPolicy::default()).unwrap();
    let proof = world.prove(0);
    let now = [(&proof, Freshness::Now(NOW))];
    let records = [world.record(1, &LABELS)];
    let found = asked()
        .verify_extraction(&verifier, &records, &now, None, &mut SysRng)
        .unwrap();
    assert_eq!(found.rows()[0].coverage, Coverage::NoProof);
    // Another subject of the same patient is another one, too: seal batches of one patient.
    let again = Subject::of(patient(10).public(), &mut SysRng).unwrap();
    let records = [claim(&sealed(Some(&again), &LABELS, 2))];
    let found = asked()
        .verify_extraction(&verifier, &records, &now, None, &mut SysRng)
        .unwrap();
    assert_eq!(found.rows()[0].coverage, Coverage::NoProof);
}

#[test]
fn what_the_consent_does_not_say_has_no_statement() {
    let mut world = World::new(1);
    let mut wider = request();
    wider.purposes.push("TREAT".into());
    let wider = wider.under(&words()).unwrap();
    let beyond = wider.statement(&world.witnesses[0], NOW);
    assert!(matches!(beyond.err(), Some(Error::Unprovable(_))));
    let late = asked().statement(&world.witnesses[0], NOW + 100);
    assert!(matches!(late.err(), Some(Error::Unprovable(_))));
    world.witnesses[0].consent.vocabulary[0] ^= 1;
    let other = asked().statement(&world.witnesses[0], NOW);
    assert!(matches!(other.err(), Some(Error::Unprovable(_))));
}

#[test]
fn without_a_record_somebody_consented() {
    let world = World::new(1);
    let key = known_key::prepared();
    let verifier = ProofVerifier::new(&key, [&world.checkpoint], ProofPolicy::default()).unwrap();
    let mut store = MemoryReplayStore::new();
    let proof = world.prove(0);
    let now = Freshness::Now(NOW);
    let checked = asked()
        .verify_that_someone_consented(&verifier, &proof, now, &mut store)
        .unwrap();
    assert!(*checked.grantee() == grantee());
    let again = asked().verify_that_someone_consented(&verifier, &proof, now, &mut store);
    assert!(matches!(again.err(), Some(Error::Replayed(_))));
}

/// The size of a study: 10,000 records of 240 patients, one of whom gave no proof.
#[test]
fn an_extraction_of_ten_thousand_records_is_joined_on_its_patients() {
    const PATIENTS: u8 = 240;
    const RECORDS: usize = 10_000;
    let world = World::new(PATIENTS);
    let key = known_key::prepared();
    let verifier = ProofVerifier::new(&key, [&world.checkpoint], ProofPolicy::default()).unwrap();
    // One header for each patient's batch; its members share the subject.
    let claims: Vec<RecordClaim> = (0..usize::from(PATIENTS))
        .map(|place| world.record(place, &LABELS).unwrap())
        .collect();
    let records: Vec<crate::Result<RecordClaim>> = (0..RECORDS)
        .map(|record| Ok(claims[record % claims.len()].clone()))
        .collect();
    let silent = 7;
    let proofs: Vec<SignedProof> = (0..claims.len())
        .filter(|place| *place != silent)
        .map(|place| world.prove(place))
        .collect();
    let proofs: Vec<_> = proofs.iter().map(|it| (it, Freshness::Now(NOW))).collect();
    let found = asked()
        .verify_extraction(&verifier, &records, &proofs, None, &mut SysRng)
        .unwrap();
    assert_eq!(found.rows().len(), RECORDS);
    for row in found.rows() {
        let own = row.record % claims.len();
        let expected = match own {
            _ if own == silent => Coverage::NoProof,
            _ => Coverage::Covered(own - usize::from(own > silent)),
        };
        assert_eq!(row.coverage, expected);
    }
    let uncovered = (0..RECORDS)
        .filter(|it| it % claims.len() == silent)
        .count();
    assert_eq!(found.covered(), RECORDS - uncovered);
}
