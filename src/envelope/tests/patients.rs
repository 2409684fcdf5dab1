//! Records sealed to patients: capsule stanzas, grants on them, and policy and patient together.

use super::*;
use crate::policy::{LabelFrame, LabelKey, LabelPolicy};
use crate::pre::{
    Answer, Cache, Capsule, Circumstances, Claims, Conditions, GrantTerms, GrantTo, LIST_AGE,
    MemoryRelayState, PatientKey, REQUEST_AGE, RecipientGrant, RecipientKey, RelayKey, RelayShare,
    Sight, Through, VerifiedAnswer,
};
use crate::secret::Secret;
use crate::symmetric::hkdf;
use crate::tags;

const TEXTS: [&str; 2] = ["type=Observation", "conf=N"];

pub(super) fn patient(seed: u64) -> PatientKey {
    PatientKey::generate(&mut rng(seed)).unwrap()
}

pub(super) fn labels() -> Labels {
    Labels::parse(TEXTS).unwrap()
}

pub(super) fn labels_policy(text: &str) -> LabelPolicy {
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    LabelPolicy::parse(text, &frame).unwrap()
}

/// Sealed to the patient, and to nobody else.
pub(super) fn to_patient(patient: &PatientKey, record: &Record, seed: u64) -> Vec<u8> {
    Sealer::new()
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(record, b"content", &mut rng(seed))
        .unwrap()
}

/// Sealed to those who satisfy `a=x` and open the patient's capsule.
fn to_both(authority: &AuthorityKey, patient: &PatientKey, seed: u64) -> Vec<u8> {
    let both = BothRecipient::new(
        PolicyRecipient::new(authority.public(), policy("a=x"), Expiry::Never),
        PatientRecipient::new(patient.profile()),
    );
    Sealer::new()
        .recipient(Box::new(both))
        .seal(&record().labels(labels()), b"content", &mut rng(seed))
        .unwrap()
}

fn with_both(key: &UserKey, opener: impl CapsuleOpener, bytes: &[u8]) -> Option<Error> {
    let both = BothHolder::new(key, Box::new(opener));
    let opened = Opener::new().unwrap_with(Box::new(both)).open(bytes);
    opened
        .map(|it| assert_eq!(it.plaintext.expose(), b"content"))
        .err()
}

fn capsule(bytes: &[u8]) -> (Capsule, [u8; 32]) {
    let header = Header::from_bytes(bytes).unwrap().0;
    let stanza = &header.access().stanzas()[0];
    let labels = header.fixed().label_set();
    let capsule = match stanza.kind() {
        Stanza::CAPSULE => capsule_stanza(stanza, labels).unwrap().0,
        _ => both_stanza(stanza, labels).unwrap().1,
    };
    (capsule, *header.digest())
}

/// A grant to one recipient through one relay, and the relay's answer for a record.
pub(super) fn granted(
    patient: &PatientKey,
    policy: &LabelPolicy,
    bytes: &[u8],
) -> (RecipientGrant, VerifiedAnswer) {
    let (held, mut relays) = through(patient, policy, &[bytes], (1, 1));
    let (_, answer) = relays.remove(0);
    let answer = answer.verify(held.grant()).unwrap();
    (held, answer)
}

/// A grant to one recipient through relays, and what each answers for these records.
fn through(
    patient: &PatientKey,
    policy: &LabelPolicy,
    records: &[&[u8]],
    (count, threshold): (u8, u8),
) -> (RecipientGrant, Vec<(RelayKey, Answer)>) {
    let rng = &mut rng(40);
    let study = RecipientKey::generate("", rng).unwrap();
    let keys: Vec<RelayKey> = (0..count)
        .map(|_| RelayKey::generate("", rng).unwrap())
        .collect();
    let relays: Vec<_> = keys.iter().map(|key| key.public().clone()).collect();
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(study.public()),
        policy,
        hide_policy: false,
        through: Through::Relays {
            relays: &relays,
            threshold,
        },
        sequence: 1,
        not_before: CREATED,
        not_after: CREATED + 10,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let cache = &mut Cache::new();
    let (grant, shares) = patient.grant(&terms, cache, rng).unwrap();
    let held = RecipientGrant::install(grant.clone(), &study, cache).unwrap();
    let capsules: Vec<_> = records.iter().map(|bytes| capsule(bytes)).collect();
    let asked: Vec<_> = capsules.iter().map(|(capsule, h)| (capsule, h)).collect();
    let claims = Claims::none();
    let requests = held
        .request(&study, &asked, Sight::Open, &claims, CREATED, rng)
        .unwrap();
    let circumstances = Circumstances {
        now: CREATED,
        request_age: REQUEST_AGE,
        list_age: LIST_AGE,
        current: None,
    };
    let answer = |(index, key): (u8, RelayKey)| {
        let mut state = MemoryRelayState::started_at(CREATED);
        let share = &shares[usize::from(index) - 1];
        let share = RelayShare::install(grant.clone(), share, &key, CREATED, &state).unwrap();
        let request = requests.for_relay(index).unwrap();
        let answer = share.transform(request, &key, &circumstances, &mut state);
        (key, answer.unwrap())
    };
    (held, (1..).zip(keys).map(answer).collect())
}

/// The answer with U itself in the place of the last power, signed by its relay.
fn wrong((key, answer): &(RelayKey, Answer)) -> Answer {
    let mut bytes = answer.to_bytes();
    let signature = bytes.len() - 32 - 64;
    let point = signature - 96;
    bytes.copy_within(point - 96..point, point);
    let tag = tags::ANSWER_SIGNATURE;
    let digest = crate::transcript::Transcript::new(tag)
        .item(&bytes[8..signature])
        .finish();
    let seed = key.to_bytes().expose()[8..40].try_into().unwrap();
    let key = crate::asymmetric::SigningKey::from_seed(&Secret::new(seed));
    bytes[signature..signature + 64].copy_from_slice(&key.sign(&[tag, &digest]));
    let sum = crate::symmetric::sha256(&[&bytes[..signature + 64]]);
    bytes[signature + 64..].copy_from_slice(&sum);
    Answer::from_bytes(&bytes).unwrap()
}

/// Relay 1 is wrong about the second record, and right about the first.
#[test]
fn a_wrong_answer_is_told_and_left_out_where_others_suffice() {
    let patient = patient(20);
    let records = [3, 4].map(|seed| to_patient(&patient, &record().labels(labels()), seed));
    let [first, second] = &records;
    let policy = labels_policy("conf=N");
    let (held, relays) = through(&patient, &policy, &[first, second], (3, 2));
    let last = *relays[0].1.digests().last().unwrap();
    assert_eq!(last, *capsule(second).0.digest());
    let verified = |answer: Answer| answer.verify(held.grant()).unwrap();
    let bad = verified(wrong(&relays[0]));
    let [two, three] = [1, 2].map(|at| verified(relays[at].1.clone()));
    let told = std::sync::Mutex::new(Vec::new());
    let keep = |answer: &VerifiedAnswer, capsule: &Capsule| {
        let told = &mut told.lock().unwrap();
        told.push((answer.answer().relay(), *capsule.digest()));
    };
    let open = |opener: &mut GrantHolder<'_>, bytes: &[u8]| {
        let (capsule, h) = capsule(bytes);
        opener.open_capsule(&capsule, &h).map(|key| key.is_some())
    };
    let told_now = || std::mem::take(&mut *told.lock().unwrap());
    let enough = GrantHolder::new(&held, [&two, &bad, &three].into());
    let mut enough = enough.on_wrong_answer(keep);
    assert_eq!(open(&mut enough, second), Ok(true));
    assert_eq!(told_now(), [(1, last)]);
    // The others come first from then on.
    assert_eq!(open(&mut enough, second), Ok(true));
    assert_eq!(open(&mut enough, first), Ok(true));
    assert_eq!(told_now(), []);
    // Too few without it: it is named, and still counts where it is right.
    let few = GrantHolder::new(&held, [&bad, &two].into());
    let mut few = few.on_wrong_answer(keep);
    assert_eq!(open(&mut few, second), Err(Error::BadShare(1)));
    assert_eq!(told_now(), [(1, last)]);
    assert_eq!(open(&mut few, first), Ok(true));
}

#[test]
fn a_record_opens_for_its_patient_and_under_a_grant() {
    let (one, other) = (patient(20), patient(21));
    let bytes = to_patient(&one, &record().labels(labels()), 3);
    let opened = Opener::new().patient(&one).open(&bytes).unwrap();
    assert_eq!(opened.plaintext.expose(), b"content");
    let refused = Opener::new().patient(&other).open(&bytes).err();
    assert_eq!(refused, Some(Error::NoStanza));

    let policy = labels_policy("type=Observation and conf=N");
    let (held, answer) = granted(&one, &policy, &bytes);
    let opened = Opener::new().grant(&held, [&answer].into()).open(&bytes);
    assert_eq!(opened.unwrap().plaintext.expose(), b"content");
    let refused = Opener::new().grant(&held, Vec::new()).open(&bytes).err();
    assert_eq!(refused, Some(Error::TooFewAnswers(1)));
    let secret = record().labels(Labels::parse(["type=Observation", "conf=R"]).unwrap());
    let secret = to_patient(&one, &secret, 4);
    let refused = Opener::new().grant(&held, [&answer].into()).open(&secret);
    assert_eq!(refused.err(), Some(Error::NotSatisfied));
    // The answer is for one record.
    let next = to_patient(&one, &record().labels(labels()), 5);
    let refused = Opener::new().grant(&held, [&answer].into()).open(&next);
    assert_eq!(refused.err(), Some(Error::TooFewAnswers(1)));
}

#[test]
fn a_record_without_labels_is_not_sealed_to_a_patient() {
    let patient = patient(20);
    let refused = Sealer::new()
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(&record(), b"content", &mut rng(3));
    assert!(matches!(refused.err(), Some(Error::Label(_))));
}

#[test]
fn a_policy_and_a_capsule_side_by_side_open_each_alone() {
    let (authority, patient) = (authority(), patient(20));
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(&record().labels(labels()), b"content", &mut rng(3))
        .unwrap();
    assert!(Opener::new().key(&held).open(&bytes).is_ok());
    let header = Opener::new().patient(&patient);
    let header = { header }
        .unlock(Header::from_bytes(&bytes).unwrap().0)
        .unwrap();
    // Rewritten with the capsule alone, which stays byte for byte.
    let mut keep = |stanza: &Stanza| stanza.kind() == Stanza::CAPSULE;
    let rewrapped = Sealer::new()
        .rewrap(&header, &mut keep, CREATED, &mut rng(9))
        .unwrap();
    let kept = Header::from_bytes(&rewrapped).unwrap().0;
    assert_eq!(kept.access().stanzas(), &header.access().stanzas()[1..]);
    assert!(Opener::new().patient(&patient).unlock(kept).is_ok());
    let kept = Header::from_bytes(&rewrapped).unwrap().0;
    let refused = Opener::new().key(&held).unlock(kept).err();
    assert_eq!(refused, Some(Error::NoStanza));
}

#[test]
fn policy_and_patient_together_open_only_together() {
    let (authority, one, other) = (authority(), patient(20), patient(21));
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = to_both(&authority, &one, 3);
    assert_eq!(with_both(&held, Owner::new(&one), &bytes), None);
    let grant = granted(&one, &labels_policy("conf=N"), &bytes);
    let holder = GrantHolder::new(&grant.0, [&grant.1].into());
    assert_eq!(with_both(&held, holder, &bytes), None);
    // Either alone.
    let refused = Opener::new().key(&held).patient(&one).open(&bytes).err();
    assert_eq!(refused, Some(Error::NoStanza));
    // Another patient, another authority, another attribute, no answers.
    let refused = with_both(&held, Owner::new(&other), &bytes);
    assert_eq!(refused, Some(Error::NoStanza));
    let elsewhere = AuthorityKey::generate("test", &mut rng(77)).unwrap();
    let foreign = key(&elsewhere, "a=x", "2027-12-31");
    let refused = with_both(&foreign, Owner::new(&one), &bytes);
    assert_eq!(refused, Some(Error::NoStanza));
    let lacking = key(&authority, "a=y", "2027-12-31");
    let refused = with_both(&lacking, Owner::new(&one), &bytes);
    assert_eq!(refused, Some(Error::NotSatisfied));
    let holder = GrantHolder::new(&grant.0, Vec::new());
    let refused = with_both(&held, holder, &bytes);
    assert_eq!(refused, Some(Error::TooFewAnswers(1)));
}

/// The key of a stanza of both, as SPEC.md has it, from its two halves.
#[test]
fn the_key_hangs_on_both_halves_and_on_the_record() {
    let (authority, patient) = (authority(), patient(20));
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = to_both(&authority, &patient, 3);
    let header = Header::from_bytes(&bytes).unwrap().0;
    let stanza = &header.access().stanzas()[0];
    let (ciphertext, capsule, wrapped) = both_stanza(stanza, header.fixed().label_set()).unwrap();
    let h = header.digest();
    let mut cache = crate::abe::Cache::new();
    let one = held.decapsulate(&ciphertext, h, &mut cache).unwrap();
    let two = patient.open(&capsule, h, &mut Cache::new()).unwrap();
    let none = Secret::new([0; 32]);
    let unwrapped = |one: &Secret<[u8; 32]>, two: &Secret<[u8; 32]>, d: &[u8; 32]| {
        let both = [*one.expose(), *two.expose()].concat();
        let info = [tags::ENVELOPE_BOTH, &ciphertext.digest(), d, h];
        let key = hkdf(&[], &both, &info);
        DataKey::unwrap(&wrapped, &key, Stanza::BOTH, h).err()
    };
    assert_eq!(unwrapped(&one, &two, capsule.digest()), None);
    let refused = Some(Error::Open);
    assert_eq!(unwrapped(&none, &two, capsule.digest()), refused);
    assert_eq!(unwrapped(&one, &none, capsule.digest()), refused);
    assert_eq!(unwrapped(&one, &two, &[0; 32]), refused);
    for (key, kind) in [(&one, Stanza::POLICY), (&two, Stanza::CAPSULE)] {
        assert_eq!(DataKey::unwrap(&wrapped, key, kind, h).err(), refused);
    }
}

#[test]
fn stanzas_of_one_record_do_not_serve_another() {
    let (authority, patient) = (authority(), patient(20));
    let held = key(&authority, "a=x", "2027-12-31");
    let tried = |stanzas: &[u8], record: &[u8]| {
        let stanza = Header::from_bytes(stanzas).unwrap().0.access().stanzas()[0].clone();
        let header = Header::from_bytes(record).unwrap().0;
        let binding = Binding {
            h: header.digest(),
            fixed: header.fixed(),
            time: 0,
        };
        let owner = || Box::new(Owner::new(&patient));
        let found = match stanza.kind() {
            Stanza::BOTH => BothHolder::new(&held, owner()).unwrap(&stanza, &binding),
            _ => super::super::patient::CapsuleHolder(owner()).unwrap(&stanza, &binding),
        };
        found.map(|found| found.is_some())
    };
    let [one, two] = [3, 4].map(|seed| to_patient(&patient, &record().labels(labels()), seed));
    assert_eq!(tried(&one, &one), Ok(true));
    assert_eq!(tried(&one, &two), Err(Error::Open));
    let [one, two] = [3, 4].map(|seed| to_both(&authority, &patient, seed));
    assert_eq!(tried(&one, &one), Ok(true));
    assert_eq!(tried(&one, &two), Err(Error::Open));
}

#[test]
fn stanzas_of_another_length_or_type_are_refused() {
    let (authority, patient) = (authority(), patient(20));
    let record = record().labels(labels());
    for bytes in [
        to_patient(&patient, &record, 3),
        to_both(&authority, &patient, 3),
    ] {
        let header = Header::from_bytes(&bytes).unwrap().0;
        let stanza = &header.access().stanzas()[0];
        let labels = header.fixed().label_set();
        let read = |kind: u8, body: &[u8]| {
            let stanza = Stanza::new(kind, body.to_vec()).unwrap();
            match stanza.kind() {
                Stanza::CAPSULE => capsule_stanza(&stanza, labels).err(),
                _ => both_stanza(&stanza, labels).err(),
            }
        };
        let (kind, body) = (stanza.kind(), stanza.body());
        assert_eq!(read(kind, body), None);
        assert_eq!(
            read(kind, &[body, &[0]].concat()),
            Some(Error::TrailingBytes)
        );
        for cut in [0, 31, body.len() - 1] {
            assert_eq!(read(kind, &body[..cut]), Some(Error::Truncated), "{cut}");
        }
        let other = Stanza::new(Stanza::POLICY, body.to_vec()).unwrap();
        let refused = Some(Error::Field("stanza type"));
        assert_eq!(capsule_stanza(&other, labels).err(), refused);
        assert_eq!(both_stanza(&other, labels).err(), refused);
    }
}

/// A stanza of a policy whose first bytes happen to be the patient's.
#[test]
fn only_capsule_stanzas_are_tried_as_capsules() {
    let patient = patient(20);
    let bytes = to_patient(&patient, &record().labels(labels()), 3);
    let header = Header::from_bytes(&bytes).unwrap().0;
    let binding = Binding {
        h: header.digest(),
        fixed: header.fixed(),
        time: 0,
    };
    let body = header.access().stanzas()[0].body().to_vec();
    let other = Stanza::new(200, body).unwrap();
    let owner = Box::new(Owner::new(&patient));
    let found = super::super::patient::CapsuleHolder(owner).unwrap(&other, &binding);
    assert!(matches!(found, Ok(None)));
}

#[test]
fn blinded_labels_are_granted_by_a_blinded_policy() {
    let patient = patient(20);
    let label_key = LabelKey::generate(&mut rng(30)).unwrap();
    let hidden = record().blinded_labels(&labels(), &label_key);
    let bytes = to_patient(&patient, &hidden, 3);
    assert!(!bytes.windows(11).any(|it| it == b"Observation"));
    assert!(Opener::new().patient(&patient).open(&bytes).is_ok());
    let policy = labels_policy("type=Observation and conf=N");
    let blinded = policy.blinded(&label_key).unwrap();
    let (held, answer) = granted(&patient, &blinded, &bytes);
    let opened = Opener::new().grant(&held, [&answer].into()).open(&bytes);
    assert_eq!(opened.unwrap().plaintext.expose(), b"content");
    // Not under another key, nor by a policy in clear.
    let other = LabelKey::generate(&mut rng(31)).unwrap();
    let set = capsule(&bytes).0.labels().clone();
    for policy in [policy.clone(), policy.blinded(&other).unwrap()] {
        let formula = policy.formula().unwrap();
        assert!(!formula.is_satisfied(&|row| set.iter().any(|it| it == row.as_bytes())));
    }
    let formula = blinded.formula().unwrap();
    assert!(formula.is_satisfied(&|row| set.iter().any(|it| it == row.as_bytes())));
}
