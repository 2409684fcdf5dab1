//! Sealed records of every kind, with everything that an independent program needs to make them
//! again and to open them.

use hippocrypt::Secret;
use hippocrypt::abe::{AuthorityKey, UserKey};
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{
    BothHolder, BothRecipient, ConsentScope, Expiry, Header, Opener, Owner, PatientRecipient,
    PolicyRecipient, Record, Sealer, Stanza, Suite, both_of, policy_of,
};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Attributes, Date, LabelKey, Labels, Policy};
use hippocrypt::pre::PatientKey;
use serde_json::{Value, json};

use crate::vectors::{NOW, Recorder, hex};

/// Whose keys everything here is sealed for.
pub struct People {
    hospital: AuthorityKey,
    nurse: UserKey,
    pub patient: PatientKey,
    pub ward: SignerKey,
    clerk: SignerKey,
    labels: LabelKey,
}

pub fn people() -> People {
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
    pub fn policy(&self, text: &str, expiry: Expiry) -> PolicyRecipient<'_> {
        PolicyRecipient::new(self.hospital.public(), Policy::parse(text).unwrap(), expiry)
    }

    pub fn capsule(&self) -> PatientRecipient<'_> {
        PatientRecipient::new(self.patient.profile())
    }

    /// All keys that open anything here.
    pub fn opener(&self) -> Opener<'_> {
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
pub fn described(sealed: &[u8], metadata: Option<&[u8]>, people: &People) -> Value {
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
pub fn with_keys(mut vector: Value, people: &People) -> Value {
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

pub fn add(vector: &mut Value, more: Value) {
    let more = more.as_object().unwrap().clone();
    vector.as_object_mut().unwrap().extend(more);
}

pub fn record(id: &str, labels: &[&str]) -> Record {
    let labels = Labels::parse(labels.iter().copied()).unwrap();
    Record::new(id).unwrap().created(NOW).labels(labels)
}

/// Some text of so many bytes.
pub fn text(length: usize) -> Vec<u8> {
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
