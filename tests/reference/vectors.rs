//! What the library makes of bytes that are known. Byte strings stand in hexadecimal.

use std::fmt::Write;

use hippocrypt::abe::{self, AuthorityKey, UserKey};
use hippocrypt::policy::{Attributes, Date, LabelFrame, LabelPolicy, LabelSet, Labels, Policy};
use hippocrypt::pre::{
    Cache, Capsule, Circumstances, Claims, Conditions, Grant, GrantShare, GrantTerms, GrantTo,
    LIST_AGE, MemoryRelayState, PatientKey, REQUEST_AGE, RecipientGrant, RecipientKey, RelayKey,
    RelayShare, Requests, Sight, Through, Unverified,
};
use hippocrypt::rand_core::{Rng, SeedableRng};
use hippocrypt::{Randomness, Result, Secret};
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};

pub const NOW: u64 = 1_795_500_000; // 2026-11-24
pub const H: [u8; 32] = [7; 32];
const LABELS: [&str; 6] = [
    "type=Observation",
    "conf=R",
    "code=a",
    "code=c",
    "ymd=2027-12-05",
    "sens.none=hv2",
];

/// A source that remembers what it gave.
pub struct Recorder {
    rng: ChaCha20Rng,
    drawn: Vec<u8>,
}

impl Recorder {
    pub fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha20Rng::seed_from_u64(seed),
            drawn: Vec::new(),
        }
    }

    pub fn drawn(&self) -> String {
        hex(&self.drawn)
    }
}

impl Randomness for Recorder {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.rng.fill_bytes(bytes);
        self.drawn.extend_from_slice(bytes);
        Ok(())
    }
}

pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn labels() -> LabelSet {
    LabelSet::from(&Labels::parse(LABELS).unwrap())
}

fn patient() -> (PatientKey, String) {
    let mut source = Recorder::new(1);
    let patient = PatientKey::generate(&mut source).unwrap();
    (patient, source.drawn())
}

fn sealed(patient: &PatientKey) -> (Capsule, Secret<[u8; 32]>, String) {
    let mut source = Recorder::new(2);
    let coupon = patient
        .profile()
        .mint(&labels(), &mut Cache::new(), &mut source)
        .unwrap();
    let (capsule, key) = coupon.seal(&H);
    (capsule, key, source.drawn())
}

pub fn capsules() -> Value {
    let (patient, drawn) = patient();
    let (capsule, key, capsule_drawn) = sealed(&patient);
    json!({"capsule": {
        "patient_drawn": drawn,
        "patient_key": hex(patient.to_bytes().expose()),
        "profile": hex(patient.profile().to_bytes()),
        "labels": labels().iter().map(hex).collect::<Vec<_>>(),
        "h": hex(H),
        "drawn": capsule_drawn,
        "capsule": hex(capsule.to_bytes()),
        "d": hex(capsule.digest()),
        "key": hex(key.expose()),
    }})
}

pub fn grants() -> Value {
    json!({"grant": grant(false), "hidden_grant": grant(true)})
}

fn grant(hidden: bool) -> Value {
    let (patient, patient_drawn) = patient();
    let source = &mut Recorder::new(3);
    let recipient = RecipientKey::generate("study 12", source).unwrap();
    let relays: Vec<RelayKey> = ["north", "south", "west"]
        .map(|name| RelayKey::generate(name, source).unwrap())
        .into();
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap())
        .and_then(|frame| frame.vocabulary("hv1", ["HIV", "PSY"]))
        .and_then(|frame| frame.vocabulary("hv2", ["HIV"]))
        .unwrap();
    let policy = LabelPolicy::parse(
        "type=Observation and (conf=N or 2 of (code=a, code=b, code=c)) \
         and ymd>=2027-11-30 and not sens=HIV and (type=Observation or conf=N)",
        &frame,
    )
    .unwrap();
    let publics: Vec<_> = relays.iter().map(|it| it.public().clone()).collect();
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(recipient.public()),
        policy: &policy,
        hide_policy: hidden,
        through: Through::Relays {
            relays: &publics,
            threshold: 2,
        },
        sequence: 5,
        not_before: NOW - 1_000,
        not_after: NOW + 1_000_000,
        conditions: Conditions::any().purposes(["HRESCH", "TREAT"]).unwrap(),
        publisher: None,
        consent: None,
    };
    let mut source = Recorder::new(4);
    let cache = &mut Cache::new();
    let (grant, shares) = patient.grant(&terms, cache, &mut source).unwrap();
    let dealt = source.drawn();

    let held = RecipientGrant::install(grant.clone(), &recipient, cache).unwrap();
    let (capsule, key, _) = sealed(&patient);
    let claims = Claims::none().purpose("HRESCH").unwrap();
    let ask = |sight| {
        let mut source = Recorder::new(5);
        let capsules = [(&capsule, &H)];
        let requests = held
            .request(&recipient, &capsules, sight, &claims, NOW, &mut source)
            .unwrap();
        (requests, source.drawn())
    };
    let (open, open_drawn) = ask(Sight::Open);
    let (blind, blind_drawn) = ask(Sight::Blind);
    let answered = [3, 1];
    let answers = answered.map(|index: u8| {
        let at = usize::from(index) - 1;
        let installed = install(&grant.to_bytes(), &shares[at], &relays[at]);
        let circumstances = Circumstances {
            now: NOW,
            request_age: REQUEST_AGE,
            list_age: LIST_AGE,
            current: None,
        };
        let state = &mut MemoryRelayState::default();
        let read = Requests::from_bytes(&open.to_bytes().unwrap()).unwrap();
        let request = read.for_relay(index).unwrap();
        installed
            .transform(request, &relays[at], &circumstances, state)
            .unwrap()
    });
    let verified = answers.clone().map(|answer| answer.verify(&grant).unwrap());
    let opened = held
        .open(&capsule, &[&verified[0], &verified[1]], &H, cache)
        .unwrap();
    assert!(opened.matches(key.expose()));

    json!({
        "patient_drawn": patient_drawn,
        "recipient_key": hex(recipient.to_bytes().expose()),
        "recipient": hex(recipient.public().to_bytes()),
        "relay_keys": relays.iter().map(|it| hex(it.to_bytes().expose())).collect::<Vec<_>>(),
        "relays": relays.iter().map(|it| hex(it.public().to_bytes())).collect::<Vec<_>>(),
        "terms": {
            "policy": hex(policy.as_bytes()),
            "hidden": hidden,
            "threshold": grant.header().threshold(),
            "sequence": terms.sequence,
            "not_before": terms.not_before,
            "not_after": terms.not_after,
            "conditions": [[hex("HRESCH"), hex("TREAT")], [], []],
        },
        "drawn": dealt,
        "grant": hex(grant.to_bytes()),
        "shares": shares.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
        "labels": labels().iter().map(hex).collect::<Vec<_>>(),
        "capsule": hex(capsule.to_bytes()),
        "h": hex(H),
        "claims": [hex("HRESCH"), "", ""],
        "time": NOW,
        "open_drawn": open_drawn,
        "open_requests": hex(open.to_bytes().unwrap()),
        "blind_drawn": blind_drawn,
        "blind_requests": hex(blind.to_bytes().unwrap()),
        "answered": answered,
        "answers": answers.map(|it| hex(it.to_bytes())),
        "key": hex(key.expose()),
    })
}

/// A relay reads everything from bytes.
fn install(grant: &[u8], share: &GrantShare, key: &RelayKey) -> RelayShare {
    let grant = Grant::<Unverified>::from_bytes(grant).unwrap();
    let share = GrantShare::from_bytes(&share.to_bytes()).unwrap();
    let state = MemoryRelayState::default();
    RelayShare::install(grant.verify().unwrap(), &share, key, NOW, &state).unwrap()
}

pub fn ciphertexts() -> Value {
    let mut source = Recorder::new(6);
    let authority = AuthorityKey::generate("Hospital", &mut source).unwrap();
    let authority_drawn = source.drawn();
    let attributes = Attributes::parse(["role=a", "dept=b", "level=3"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let mut source = Recorder::new(7);
    let user: UserKey = authority.issue(&attributes, until, &mut source).unwrap();
    let issue_drawn = source.drawn();
    let policy = Policy::parse(
        "role=a and (dept=c or role=a) and 2 of (dept=b, dept=c, level>=3 and dept=b, role=a) \
         and expires:date>=2026-11-24",
    )
    .unwrap();
    let mut source = Recorder::new(8);
    let cache = &mut abe::Cache::new();
    let (ciphertext, key) = authority
        .public()
        .encapsulate(&policy, &H, cache, &mut source)
        .unwrap();
    let opened = user.decapsulate(&ciphertext, &H, cache).unwrap();
    assert!(opened.matches(key.expose()));
    json!({"ciphertext": {
        "authority_drawn": authority_drawn,
        "name": hex("Hospital"),
        "authority_key": hex(authority.to_bytes().expose()),
        "authority": hex(authority.public().to_bytes()),
        "issue_drawn": issue_drawn,
        "attributes": hex(user.attributes().to_bytes()),
        "user_key": hex(user.to_bytes().expose()),
        "policy": hex(policy.as_bytes()),
        "h": hex(H),
        "drawn": source.drawn(),
        "ciphertext": hex(ciphertext.to_bytes()),
        "key": hex(key.expose()),
    }})
}
