//! The objects of grants: SPEC.md, sections 6 and 14.

use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{
    BothRecipient, Expiry, Header, PatientRecipient, PolicyRecipient, Record, Sealer, Stanza,
    capsule_stanza,
};
use hippocrypt::policy::{Date, LabelFrame, LabelKey, LabelPolicy, Labels, Policy};
use hippocrypt::pre::{
    Answer, Blame, Cache, Circumstances, Claims, Conditions, Current, Grant, GrantShare,
    GrantTerms, GrantTo, LIST_AGE, MemoryRelayState, PatientKey, REQUEST_AGE, RecipientGrant,
    RecipientKey, RelayKey, RelayShare, Requests, RevocationList, Revoked, Sight, Through,
    Verified,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sha2::{Digest, Sha256};

use crate::dump::Dump;

const NOW: u64 = 1_795_478_400;

/// Everything is made from one source, in the order below.
pub struct Made {
    pub label_key: LabelKey,
    pub patient: PatientKey,
    pub study: RecipientKey,
    pub relays: [RelayKey; 2],
    pub policy: LabelPolicy,
    pub record: Vec<u8>,
    pub both: Vec<u8>,
    pub grant: Grant<Verified>,
    pub shares: Vec<GrantShare>,
    pub requests: Requests,
    pub answers: Vec<Answer>,
    pub list: RevocationList,
    pub blame: Vec<u8>,
}

pub fn capsule_of(record: &[u8]) -> (hippocrypt::pre::Capsule, [u8; 32]) {
    let (header, _) = Header::from_bytes(record).unwrap();
    let stanza = &header.access().stanzas()[0];
    let (capsule, _) = capsule_stanza(stanza, header.fixed().label_set()).unwrap();
    (capsule, *header.digest())
}

pub fn made(authority: &hippocrypt::abe::AuthorityPublic) -> Made {
    let rng = &mut ChaCha20Rng::from_seed([0x47; 32]);
    let label_key = LabelKey::generate(rng).unwrap();
    let patient = PatientKey::generate(rng).unwrap();
    let study = RecipientKey::generate("study 12", rng).unwrap();
    let relays = ["north", "south"].map(|name| RelayKey::generate(name, rng).unwrap());
    let labels = || Labels::parse(["type=Observation", "conf=N"]).unwrap();
    let record = Record::new("obs-1").unwrap().created(NOW).labels(labels());
    let sealed = Sealer::new()
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(&record, b"72/min", rng)
        .unwrap();
    let nurse = Policy::parse("role=nurse").unwrap();
    let both = BothRecipient::new(
        PolicyRecipient::new(authority, nurse, Expiry::Never),
        PatientRecipient::new(patient.profile()),
    );
    let both = Sealer::new()
        .recipient(Box::new(both))
        .seal(&record, b"72/min", rng)
        .unwrap();

    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let policy = LabelPolicy::parse("type=Observation and conf=N", &frame).unwrap();
    let publics = relays.each_ref().map(|relay| relay.public().clone());
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(study.public()),
        policy: &policy,
        hide_policy: false,
        through: Through::Relays {
            relays: &publics,
            threshold: 2,
        },
        sequence: 1,
        not_before: NOW,
        not_after: NOW + 30 * 86_400,
        conditions: Conditions::any().purposes(["HRESCH"]).unwrap(),
        publisher: None,
        consent: None,
    };
    let cache = &mut Cache::new();
    let (grant, shares) = patient.grant(&terms, cache, rng).unwrap();
    let held = RecipientGrant::install(grant.clone(), &study, cache).unwrap();
    let (capsule, h) = capsule_of(&sealed);
    let claims = Claims::none().purpose("HRESCH").unwrap();
    let requests = held
        .request(&study, &[(&capsule, &h)], Sight::Open, &claims, NOW, rng)
        .unwrap();
    let none = patient.publish(Vec::new(), 1, NOW).unwrap();
    let answers = relays
        .iter()
        .zip(&shares)
        .map(|(relay, sealed)| {
            let mut state = MemoryRelayState::started_at(NOW);
            let share = RelayShare::install(grant.clone(), sealed, relay, NOW, &state).unwrap();
            let current = Current::accept(none.clone(), &mut state, NOW, LIST_AGE).unwrap();
            let circumstances = Circumstances {
                now: NOW,
                request_age: REQUEST_AGE,
                list_age: LIST_AGE,
                current: Some(&current),
            };
            let request = requests.for_relay(sealed.index()).unwrap();
            share
                .transform(request, relay, &circumstances, &mut state)
                .unwrap()
        })
        .collect::<Vec<_>>();
    let id = *grant.header().grant_id();
    let entries = vec![
        patient.revoke(Revoked::Grant(id), 1, NOW + 60),
        patient.revoke(Revoked::Floor(7), 2, NOW + 120),
    ];
    let list = patient.publish(entries, 2, NOW + 120).unwrap();
    let wrong = wrong(&answers[0], &answers[1], &relays[0])
        .verify(&grant)
        .unwrap();
    let blame = Blame::new(&grant, &wrong, &capsule, cache).unwrap();
    Made {
        blame: blame.to_bytes().unwrap(),
        label_key,
        patient,
        study,
        relays,
        policy,
        record: sealed,
        both,
        grant,
        shares,
        requests,
        answers,
        list,
    }
}

/// The first relay's answer with the power of the second, signed by the first as section 14.8
/// says: the bytes alone, without the library.
fn wrong(answer: &Answer, other: &Answer, relay: &RelayKey) -> Answer {
    const TAG: &[u8] = b"HIPPO-V01-RELAY-SIGNS-ANSWER";
    let mut bytes = answer.to_bytes();
    let end = bytes.len() - 32 - 64;
    bytes[end - 96..end].copy_from_slice(&other.to_bytes()[end - 96..end]);
    let body = &bytes[8..end];
    let digest = Sha256::new()
        .chain_update((TAG.len() as u16).to_be_bytes())
        .chain_update(TAG)
        .chain_update((body.len() as u32).to_be_bytes())
        .chain_update(body)
        .finalize();
    let seed = relay.to_bytes().expose()[8..40].try_into().unwrap();
    let signature = SigningKey::from_seed(&hippocrypt::Secret::new(seed)).sign(&[TAG, &digest]);
    bytes.truncate(end);
    bytes.extend_from_slice(&signature);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    Answer::from_bytes(&bytes).unwrap()
}

fn header(dump: &mut Dump<'_>, kind: &str) {
    dump.field(5, "magic HIPPO");
    dump.field(1, "version 1");
    dump.field(1, "suite 1");
    dump.field(1, kind);
}

fn profile_body(dump: &mut Dump<'_>) {
    dump.field(96, "P = g2^alpha");
    dump.field(32, "Ed25519 public key");
    dump.field(1, "no key for proofs");
    dump.field(33, "recovery: Ed25519 public key");
    dump.field(32, "and X25519 public key");
    dump.field(2, "no trustees");
    dump.field(8, "sequence 0");
    dump.field(32, "proof of possession: e");
    dump.field(32, "z");
    dump.field(
        64,
        "self-signature over PROFILE_SIGNATURE || the body before",
    );
}

fn label_key(made: &Made) -> String {
    let bytes = made.label_key.to_bytes();
    let mut dump = Dump::new(bytes.expose());
    header(&mut dump, "kind 22: a label key");
    dump.field(32, "32 random bytes");
    dump.field(32, "checksum");
    dump.finish()
}

fn patient_key(made: &Made) -> String {
    let bytes = made.patient.to_bytes();
    let mut dump = Dump::new(bytes.expose());
    header(&mut dump, "kind 24: a patient's key");
    dump.field(32, "seed");
    dump.field(33, "recovery secret");
    dump.field(2, "profile: 332 bytes");
    dump.long(332, "the body of the profile below");
    dump.field(32, "checksum");
    dump.finish()
}

fn patient_public(made: &Made) -> String {
    let bytes = made.patient.profile().to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 25: a patient's profile");
    profile_body(&mut dump);
    dump.field(32, "checksum");
    dump.finish()
}

fn recipient_key(made: &Made) -> String {
    let bytes = made.study.to_bytes();
    let mut dump = Dump::new(bytes.expose());
    header(&mut dump, "kind 26: a recipient's key; 28: a relay's");
    dump.field(32, "Ed25519 seed");
    dump.field(32, "X25519 private key, clamped");
    dump.field(9, "name: 8 bytes, \"study 12\"");
    dump.field(32, "checksum");
    dump.finish()
}

fn relay_public(made: &Made) -> String {
    let bytes = made.relays[0].public().to_bytes();
    let mut dump = Dump::new(&bytes);
    header(
        &mut dump,
        "kind 29: a relay's public file; 27: a recipient's",
    );
    dump.field(32, "X25519 public key");
    dump.field(32, "Ed25519 public key");
    dump.field(6, "name: 5 bytes, \"north\"");
    dump.field(
        64,
        "self-signature over PARTY_SIGNATURE || all bytes before",
    );
    dump.field(32, "checksum");
    dump.finish()
}

fn label_policy(made: &Made) -> String {
    let mut dump = Dump::new(made.policy.as_bytes());
    policy_bytes(&mut dump);
    dump.finish()
}

fn policy_bytes(dump: &mut Dump<'_>) {
    dump.field(1, "encoding 2: a policy over labels");
    dump.field(2, "frame: from the year 2000");
    dump.field(2, "to day 46750: 2027-12-31");
    dump.field(1, "no vocabularies");
    dump.field(3, "AND of 2");
    dump.field(17, "type=Observation");
    dump.field(7, "conf=N");
}

fn blinded_policy(made: &Made) -> String {
    let blinded = made.policy.blinded(&made.label_key).unwrap();
    let mut dump = Dump::new(blinded.as_bytes());
    dump.field(1, "encoding 3: a policy over blinded labels");
    dump.field(3, "AND of 2");
    dump.field(1, "a label");
    dump.field(32, "type=Observation, blinded");
    dump.field(1, "a label");
    dump.field(32, "conf=N, blinded");
    dump.finish()
}

fn capsule(dump: &mut Dump<'_>) {
    dump.field(32, "patient id");
    dump.field(96, "U");
    dump.field(48, "T of conf=N");
    dump.field(48, "T of type=Observation");
    dump.field(32, "masked message c");
    dump.field(32, "proof: e");
    dump.field(32, "z");
}

fn stanza_of(record: &[u8], kind: u8) -> Vec<u8> {
    let (header, _) = Header::from_bytes(record).unwrap();
    let stanza = &header.access().stanzas()[0];
    assert_eq!(stanza.kind(), kind);
    let mut bytes = vec![kind];
    bytes.extend_from_slice(&(stanza.body().len() as u32).to_be_bytes());
    bytes.extend_from_slice(stanza.body());
    bytes
}

fn capsule_stanza_dump(made: &Made) -> String {
    let bytes = stanza_of(&made.record, Stanza::CAPSULE);
    let mut dump = Dump::new(&bytes);
    dump.field(5, "type 2, 368 bytes");
    capsule(&mut dump);
    dump.field(48, "wrapped data key");
    dump.finish()
}

fn both_stanza_dump(made: &Made) -> String {
    let bytes = stanza_of(&made.both, Stanza::BOTH);
    let mut dump = Dump::new(&bytes);
    dump.field(5, "type 3, 692 bytes");
    dump.field(4, "ciphertext: 320 bytes");
    dump.long(320, "C of section 7.5");
    dump.long(32 + 96 + 96 + 32 + 64, "a capsule, as in type 2");
    dump.field(48, "wrapped data key");
    dump.finish()
}

fn grant_body(dump: &mut Dump<'_>, header: usize) {
    dump.field(4, &format!("header: {header} bytes"));
    dump.field(1, "version of the header");
    dump.field(16, "grant id");
    dump.field(8, "sequence 1");
    dump.field(2, "profile: 332 bytes");
    dump.long(332, "the body of the patient's profile");
    dump.field(32, "recipient: X25519 public key");
    dump.field(32, "and Ed25519 public key");
    dump.field(1, "the policy is shown");
    dump.field(4, "policy: 33 bytes");
    dump.long(33, "type=Observation and conf=N");
    dump.field(8, "not before 2026-11-24 00:00:00 UTC");
    dump.field(8, "not after 2026-12-24 00:00:00 UTC");
    dump.field(8, "one purpose, \"HRESCH\"");
    dump.field(3, "any action, any role, no break-glass");
    dump.field(32, "publisher's Ed25519 public key");
    dump.field(1, "no consent");
    dump.field(16, "sharing id");
    dump.field(2, "t = 2 of n = 2");
    for relay in 1..=2 {
        dump.field(32, &format!("relay {relay}: X25519 public key"));
        dump.field(32, "and Ed25519 public key");
    }
    dump.field(96, "C_0");
    dump.field(96, "C_1");
    dump.field(32, "KEYC: digest of the components");
    dump.field(
        64,
        "the patient's signature over GRANT_SIGNATURE || digest of the header",
    );
    dump.field(4, "recipient's part: 336 bytes");
    dump.long(336, "HPKE of D, D, R, R");
}

fn grant(made: &Made) -> String {
    let bytes = made.grant.to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 40: a grant");
    grant_body(&mut dump, bytes.len() - 8 - 4 - 64 - 4 - 336 - 32);
    dump.field(32, "checksum");
    dump.finish()
}

fn grant_share(made: &Made) -> String {
    let bytes = made.shares[0].to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 41: a relay's share");
    dump.field(32, "digest of the grant's header");
    dump.field(1, "relay 1");
    dump.field(32, "HPKE: encapsulated key");
    dump.field(48, "x_1 and tag");
    dump.field(32, "checksum");
    dump.finish()
}

fn requests(made: &Made) -> String {
    let bytes = made.requests.to_bytes().unwrap();
    let each = (bytes.len() - 8 - 33 - 8 - 32) / 2;
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 42: requests");
    dump.field(32, "patient id");
    dump.field(1, "two requests");
    dump.field(4, &format!("{each} bytes"));
    dump.field(32, "digest of the grant's header");
    dump.field(1, "to relay 1");
    dump.field(1, "open");
    dump.field(7, "purpose \"HRESCH\"");
    dump.field(3, "no action, no role, no break-glass");
    dump.field(8, "time 2026-11-24 00:00:00 UTC");
    dump.field(16, "nonce");
    dump.field(2, "one capsule");
    dump.field(32, "h of its record");
    dump.field(96, "U");
    dump.field(32, "proof: e");
    dump.field(32, "z");
    dump.field(27, "the two labels, as the record stores them");
    dump.field(32, "TH");
    dump.field(32, "masked message c");
    dump.field(64, "signature over REQUEST_SIGNATURE || the request before");
    dump.field(4, &format!("{each} bytes"));
    dump.long(each, "the request to relay 2");
    dump.field(32, "checksum");
    dump.finish()
}

fn answer_body(dump: &mut Dump<'_>) {
    dump.field(32, "digest of the grant's header");
    dump.field(1, "of relay 1");
    dump.field(4, "refresh number 0");
    dump.field(2, "one capsule");
    dump.field(32, "d");
    dump.field(96, "U");
    dump.field(96, "U^x_1");
    dump.field(64, "signature over ANSWER_SIGNATURE || digest of the body");
}

fn answer(made: &Made) -> String {
    let bytes = made.answers[0].to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 43: an answer");
    answer_body(&mut dump);
    dump.field(32, "checksum");
    dump.finish()
}

fn revocations(made: &Made) -> String {
    let bytes = made.list.to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 44: a list of revocations");
    dump.field(32, "publisher's Ed25519 public key");
    dump.field(8, "sequence 2");
    dump.field(8, "issued 2026-11-24 00:02:00 UTC");
    dump.field(4, "two entries");
    for (what, place) in [("grant id", 1), ("zeros, and the floor 7", 2)] {
        dump.field(32, "patient id");
        dump.field(1, &format!("{place}"));
        dump.field(16, what);
        dump.field(8, "sequence");
        dump.field(8, "time");
        dump.field(32, "the patient's Ed25519 public key");
        dump.field(64, "signature over REVOCATION_ENTRY || the entry before");
    }
    dump.field(
        64,
        "publisher's signature over REVOCATION_LIST || all bytes before",
    );
    dump.field(32, "checksum");
    dump.finish()
}

fn blame(made: &Made) -> String {
    let mut dump = Dump::new(&made.blame);
    header(&mut dump, "kind 45: a proof against a relay");
    let grant = made.grant.to_bytes().len();
    dump.field(4, &format!("grant: {grant} bytes"));
    dump.long(grant, "the whole object");
    let answer = made.answers[0].to_bytes().len();
    dump.field(4, &format!("answer: {answer} bytes"));
    dump.long(answer, "the whole object");
    dump.field(27, "labels of the record");
    dump.field(2, "capsule: 320 bytes");
    dump.long(320, "as in its stanza");
    dump.field(32, "checksum");
    dump.finish()
}

type Object = (&'static str, fn(&Made) -> String);
pub const OBJECTS: [Object; 15] = [
    ("label key", label_key),
    ("patient key", patient_key),
    ("patient profile", patient_public),
    ("recipient key", recipient_key),
    ("relay public", relay_public),
    ("label policy", label_policy),
    ("blinded policy", blinded_policy),
    ("capsule stanza", capsule_stanza_dump),
    ("policy and capsule stanza", both_stanza_dump),
    ("grant", grant),
    ("grant share", grant_share),
    ("requests", requests),
    ("answer", answer),
    ("revocation list", revocations),
    ("blame", blame),
];
