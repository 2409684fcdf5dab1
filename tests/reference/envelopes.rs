//! Sealed records of every kind, with everything that an independent program needs to make them
//! again and to open them.

use hippocrypt::Secret;
use hippocrypt::abe::{AuthorityKey, UserKey};
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{
    BothHolder, BothRecipient, ConsentScope, Content, CouponRecipient, Expiry, Header, Opener,
    Owner, PatientRecipient, PolicyRecipient, Record, RecordId, Sealer, SessionStatus, Stanza,
    Suite, both_of, policy_of,
};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Attributes, Date, LabelKey, Labels, Policy};
use hippocrypt::pre::{Cache, PatientKey};
use serde_json::{Value, json};

use crate::vectors::{NOW, Recorder, hex};

/// Whose keys everything here is sealed for.
struct People {
    hospital: AuthorityKey,
    nurse: UserKey,
    patient: PatientKey,
    ward: SignerKey,
    clerk: SignerKey,
    labels: LabelKey,
}

fn people() -> People {
    let source = &mut Recorder::new(20);
    let hospital = AuthorityKey::generate("Hospital", source).unwrap();
    let attributes = Attributes::parse(["role=nurse", "level:u8=3", "icd10:code=E11"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    People {
        nurse: hospital.issue(&attributes, until, source).unwrap(),
        hospital,
        patient: PatientKey::generate(source).unwrap(),
        ward: signer("Ward 3", 33),
        clerk: signer("Clerk", 34),
        labels: LabelKey::generate(source).unwrap(),
    }
}

fn signer(name: &str, seed: u8) -> SignerKey {
    SignerKey::new(SigningKey::from_seed(&Secret::new([seed; 32])), name).unwrap()
}

impl People {
    fn policy(&self, text: &str, expiry: Expiry) -> PolicyRecipient<'_> {
        PolicyRecipient::new(self.hospital.public(), Policy::parse(text).unwrap(), expiry)
    }

    fn capsule(&self) -> PatientRecipient<'_> {
        PatientRecipient::new(self.patient.profile())
    }

    /// All keys that open anything here.
    fn opener(&self) -> Opener<'_> {
        let both = BothHolder::new(&self.nurse, Box::new(Owner::new(&self.patient)));
        Opener::new()
            .key(&self.nurse)
            .patient(&self.patient)
            .unwrap_with(Box::new(both))
    }

    /// The stanzas of a header from `first` on, as somebody would describe them who is to make
    /// them again.
    fn stanzas(&self, header: &Header, first: usize) -> Value {
        let authority = hex(self.hospital.public().to_bytes());
        let profile = hex(self.patient.profile().to_bytes());
        let described = |stanza: &Stanza| match stanza.kind() {
            Stanza::POLICY => json!({
                "type": 1,
                "authority": authority,
                "policy": hex(policy_of(stanza).unwrap().1.as_bytes()),
            }),
            Stanza::CAPSULE => json!({"type": 2, "profile": profile}),
            _ => json!({
                "type": 3,
                "authority": authority,
                "policy": hex(both_of(stanza).unwrap().1.as_bytes()),
                "profile": profile,
            }),
        };
        header.access().stanzas()[first..]
            .iter()
            .map(described)
            .collect()
    }
}

/// What a record says of itself, and what its header shows.
fn described(sealed: &[u8], metadata: Option<&[u8]>, people: &People) -> Value {
    let (header, _) = Header::from_bytes(sealed).unwrap();
    let fixed = header.fixed();
    json!({
        "record": {
            "suite": fixed.suite() as u8,
            "id": hex(fixed.record_id().as_str()),
            "created": fixed.created(),
            "labels": fixed.label_set().iter().map(hex).collect::<Vec<_>>(),
            "label_key": fixed.label_key_id().map(hex),
            "vocabulary": fixed.vocabulary().map(hex),
            "clear": fixed.clear_metadata().map(hex),
            "metadata": metadata.map(hex),
            "chunk": fixed.chunk_size(),
        },
        "stanzas": people.stanzas(&header, 0),
        "h": hex(header.digest()),
    })
}

/// Both keys, or the one of them that the stanzas ask for.
fn with_keys(mut vector: Value, people: &People) -> Value {
    let kinds: Vec<u64> = vector["stanzas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["type"].as_u64().unwrap())
        .collect();
    if kinds.iter().any(|kind| *kind != 2) {
        vector["user_key"] = hex(people.nurse.to_bytes().expose()).into();
    }
    if kinds.iter().any(|kind| *kind != 1) {
        vector["patient_key"] = hex(people.patient.to_bytes().expose()).into();
    }
    vector
}

fn add(vector: &mut Value, more: Value) {
    let more = more.as_object().unwrap().clone();
    vector.as_object_mut().unwrap().extend(more);
}

fn record(id: &str, labels: &[&str]) -> Record {
    let labels = Labels::parse(labels.iter().copied()).unwrap();
    Record::new(id).unwrap().created(NOW).labels(labels)
}

/// Some text of so many bytes.
fn text(length: usize) -> Vec<u8> {
    (0..length).map(|at| b'a' + (at * at % 23) as u8).collect()
}

pub fn envelopes() -> Value {
    json!({
        "envelope_policy": policy(),
        "envelope_aes": aes(),
        "envelope_capsule": capsule(),
        "envelope_blinded": blinded(),
        "envelope_both": both(),
        "envelope_detached": detached(),
        "rewrap": rewrap(),
        "batch": batch(true),
        "batch_unsigned": batch(false),
        "session": session(),
        "session_interrupted": interrupted(),
    })
}

/// Sender, writer, consent, both kinds of metadata, and chunks: all that suite 1 has.
fn policy() -> Value {
    let people = people();
    let source = &mut Recorder::new(21);
    let record = record("obs-1", &["type=Observation", "ymd=2026-11-24"])
        .vocabulary([0x76; 32])
        .chunk_size(1024)
        .and_then(|it| it.clear_metadata(b"monitor 4"))
        .and_then(|it| it.sealed_metadata(b"from bed 12"))
        .unwrap();
    let consent = ConsentScope {
        terms: [0x5a; 32],
        scope: b"research".to_vec(),
    };
    let content = text(2_500);
    let recipient = people.policy(
        "role=nurse and (level>=2 or icd10:code=E1*) and not level<1",
        Expiry::DayOfSealing,
    );
    let sealed = Sealer::new()
        .recipient(Box::new(recipient))
        .sender(&people.ward)
        .writer(&people.clerk)
        .consent(consent.clone())
        .seal(&record, &content, source)
        .unwrap();
    let mut vector = described(&sealed, Some(b"from bed 12"), &people);
    let more = json!({
        "sender": hex(people.ward.to_bytes().expose()),
        "writer": hex(people.clerk.to_bytes().expose()),
        "consent": {"terms": hex(consent.terms), "scope": hex(&consent.scope)},
    });
    add(&mut vector, more);
    opened(vector, &sealed, &content, source, &people)
}

/// A sealed record, held against its content.
fn opened(
    mut vector: Value,
    sealed: &[u8],
    content: &[u8],
    source: &Recorder,
    people: &People,
) -> Value {
    let opened = people.opener().open(sealed).unwrap();
    assert_eq!(opened.plaintext.expose(), content);
    let more = json!({
        "drawn": source.drawn(),
        "plaintext": hex(content),
        "envelope": hex(sealed),
    });
    add(&mut vector, more);
    with_keys(vector, people)
}

/// As little as a record can have, under suite 2: no labels, no content, no clause on expiry.
fn aes() -> Value {
    let people = people();
    let source = &mut Recorder::new(22);
    let record = Record::new("e").unwrap().suite(Suite::Aes256Gcm);
    let sealed = Sealer::new()
        .recipient(Box::new(people.policy("role=nurse", Expiry::Never)))
        .seal(&record, b"", source)
        .unwrap();
    let vector = described(&sealed, None, &people);
    opened(vector, &sealed, b"", source, &people)
}

fn capsule() -> Value {
    let people = people();
    let source = &mut Recorder::new(23);
    let record = record("obs-2", &["type=Observation", "conf=N", "ym=2026-11"]);
    let record = record.suite(Suite::Aes256Gcm).chunk_size(1024).unwrap();
    let content = text(2_048);
    let sealed = Sealer::new()
        .recipient(Box::new(people.capsule()))
        .sender(&people.ward)
        .seal(&record, &content, source)
        .unwrap();
    let mut vector = described(&sealed, None, &people);
    vector["sender"] = hex(people.ward.to_bytes().expose()).into();
    opened(vector, &sealed, &content, source, &people)
}

/// Labels that only whoever has the label key can read.
fn blinded() -> Value {
    let people = people();
    let source = &mut Recorder::new(24);
    let labels = Labels::parse(["type=Observation", "conf=N"]).unwrap();
    let record = Record::new("obs-3").unwrap();
    let record = record.blinded_labels(&labels, &people.labels);
    let sealed = Sealer::new()
        .recipient(Box::new(people.capsule()))
        .seal(&record, b"72/min", source)
        .unwrap();
    let mut vector = described(&sealed, None, &people);
    let more = json!({
        "clear_labels": labels.iter().map(hex).collect::<Vec<_>>(),
        "label_key": hex(people.labels.to_bytes().expose()),
    });
    add(&mut vector, more);
    opened(vector, &sealed, b"72/min", source, &people)
}

fn both() -> Value {
    let people = people();
    let source = &mut Recorder::new(25);
    let recipient = BothRecipient::new(people.policy("level>=3", Expiry::Never), people.capsule());
    let sealed = Sealer::new()
        .recipient(Box::new(recipient))
        .seal(&record("obs-4", &["conf=R"]), b"73/min", source)
        .unwrap();
    let vector = described(&sealed, None, &people);
    opened(vector, &sealed, b"73/min", source, &people)
}

/// Two stanzas, and the payload apart from its header.
fn detached() -> Value {
    let people = people();
    let source = &mut Recorder::new(26);
    let sealed = Sealer::new()
        .recipient(Box::new(people.policy("role=nurse", Expiry::Never)))
        .recipient(Box::new(people.capsule()))
        .sender(&people.ward)
        .seal_detached(&record("img-1", &["conf=N"]), b"pixels", source)
        .unwrap();
    let (header, _) = Header::from_bytes(&sealed.header).unwrap();
    let header = people.opener().unlock(header).unwrap();
    let (content, _) = header.open_detached(&sealed.object).unwrap();
    assert_eq!(content.expose(), b"pixels");
    let mut vector = described(&sealed.header, None, &people);
    let more = json!({
        "sender": hex(people.ward.to_bytes().expose()),
        "drawn": source.drawn(),
        "plaintext": hex("pixels"),
        "envelope": hex(&sealed.header),
        "object": hex(&sealed.object),
    });
    add(&mut vector, more);
    with_keys(vector, &people)
}

/// A patient's record, which nurses are let in to later.
fn rewrap() -> Value {
    let people = people();
    let mut source = Recorder::new(27);
    let before = Sealer::new()
        .recipient(Box::new(people.capsule()))
        .seal(&record("obs-5", &["conf=N"]), b"74/min", &mut source)
        .unwrap();
    let (header, payload) = Header::from_bytes(&before).unwrap();
    let opened = people.opener().unlock(header).unwrap();
    let mut source = Recorder::new(28);
    let mut after = Sealer::new()
        .recipient(Box::new(people.policy("role=nurse", Expiry::DayOfSealing)))
        .rewrap(&opened, &mut |_| true, NOW, &mut source)
        .unwrap();
    after.extend_from_slice(payload);
    let content = Opener::new().key(&people.nurse).open(&after).unwrap();
    assert_eq!(content.plaintext.expose(), b"74/min");
    let (header, _) = Header::from_bytes(&after).unwrap();
    json!({
        "before": hex(before),
        "earlier_keys": {"patient_key": hex(people.patient.to_bytes().expose())},
        "drawn": source.drawn(),
        "stanzas": people.stanzas(&header, 1),
        "envelope": hex(after),
        "later_keys": {"user_key": hex(people.nurse.to_bytes().expose())},
        "plaintext": hex("74/min"),
    })
}

fn batch(signed: bool) -> Value {
    let people = people();
    let source = &mut Recorder::new(29);
    let members = [("r-1", &b"72/min"[..]), ("r-2", b""), ("r-3", b"75/min")];
    let ids = members.map(|(id, _)| RecordId::new(id).unwrap());
    let mut sealer = Sealer::new().recipient(Box::new(people.policy("role=nurse", Expiry::Never)));
    let suite = if signed {
        sealer = sealer.sender(&people.ward);
        Suite::ChaCha20Poly1305
    } else {
        Suite::Aes256Gcm
    };
    let record = record("ward-3", &["type=Observation"]).suite(suite);
    let contents = members.map(|(_, content)| content);
    let batch = sealer
        .seal_batch(&record, ids.iter().zip(contents), source)
        .unwrap();
    let mut opener = people.opener();
    let opened = opener.open_batch(&batch).unwrap();
    assert_eq!(opened.open(2).unwrap().0.expose(), b"75/min");
    let mut vector = described(&batch, None, &people);
    let more = json!({
        "sender": signed.then(|| hex(people.ward.to_bytes().expose())),
        "drawn": source.drawn(),
        "members": members.map(|(id, content)| [hex(id), hex(content)]),
        "batch": hex(&batch),
    });
    add(&mut vector, more);
    with_keys(vector, &people)
}

/// Whole, signed, in segments of several chunks.
fn session() -> Value {
    let people = people();
    let source = &mut Recorder::new(30);
    let contents = [text(1_500), Vec::new(), text(10)];
    let record = record("night-1", &["type=ECG"]).chunk_size(1024).unwrap();
    let mut sealer = Sealer::new()
        .recipient(Box::new(people.capsule()))
        .sender(&people.ward);
    let mut session = sealer.session(&record, source).unwrap();
    let mut sealed = session.header().to_vec();
    for content in &contents {
        sealed.extend(session.segment(content).unwrap());
    }
    sealed.extend(session.end().unwrap());
    assert_eq!(read(&sealed, &people), (3, SessionStatus::Ended));
    let mut vector = described(&sealed, None, &people);
    let more = json!({
        "sender": hex(people.ward.to_bytes().expose()),
        "drawn": source.drawn(),
        "segments": contents.map(hex),
        "lost": [],
        "ended": true,
        "session": hex(&sealed),
    });
    add(&mut vector, more);
    with_keys(vector, &people)
}

/// How many segments are there, and how it ends.
fn read(sealed: &[u8], people: &People) -> (usize, SessionStatus) {
    let (header, mut unread) = Header::from_bytes(sealed).unwrap();
    assert_eq!(header.fixed().content(), Content::Session);
    let mut session = people.opener().unlock(header).unwrap().session().unwrap();
    let mut count = 0;
    while session.next(&mut unread).unwrap().is_some() {
        count += 1;
    }
    (count, session.status())
}

/// By a coupon, with a segment that was never stored, and cut short.
fn interrupted() -> Value {
    let people = people();
    let mut coupons = Recorder::new(31);
    let record = record("night-2", &["type=ECG"]).suite(Suite::Aes256Gcm);
    let labels = (&Labels::parse(["type=ECG"]).unwrap()).into();
    let coupon = people
        .patient
        .profile()
        .mint(&labels, &mut Cache::new(), &mut coupons)
        .unwrap();
    let source = &mut Recorder::new(32);
    let mut sealer = Sealer::new().recipient(Box::new(CouponRecipient::one(coupon)));
    let mut session = sealer.session(&record, source).unwrap();
    let contents = ["one", "two", "three"];
    let mut sealed = session.header().to_vec();
    for (number, content) in contents.iter().enumerate() {
        let segment = session.segment(content.as_bytes()).unwrap();
        if number != 1 {
            sealed.extend(segment);
        }
    }
    let status = SessionStatus::Interrupted;
    assert_eq!(read(&sealed, &people), (2, status));
    let mut vector = described(&sealed, None, &people);
    let more = json!({
        // What minting drew is what sealing with the patient's profile would have drawn.
        "drawn": source.drawn() + &coupons.drawn(),
        "segments": contents.map(hex),
        "lost": [1],
        "ended": false,
        "session": hex(&sealed),
    });
    add(&mut vector, more);
    with_keys(vector, &people)
}
