//! Revocations, lists of them, and the proof against a relay that answered wrongly.

use hippocrypt::Secret;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy, LabelSet, Labels};
use hippocrypt::pre::{
    Answer, Blame, Cache, Capsule, Circumstances, Claims, Conditions, Grant, GrantTerms, GrantTo,
    LIST_AGE, MemoryRelayState, PatientKey, PublisherState, REQUEST_AGE, RecipientGrant,
    RecipientKey, RelayKey, RelayShare, Revoked, Sight, Through, Verified,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::vectors::{H, NOW, Recorder, hex};

pub fn revocations() -> Value {
    json!({"revocations": list(), "publisher": publisher(), "blame": blame()})
}

fn list() -> Value {
    let patient = PatientKey::generate(&mut Recorder::new(90)).unwrap();
    let entries = vec![
        patient.revoke(Revoked::Grant([7; 16]), 1, NOW + 60),
        patient.revoke(Revoked::Floor(7), 2, NOW + 120),
    ];
    let none = patient.publish(Vec::new(), 1, NOW).unwrap();
    let list = patient.publish(entries, 2, NOW + 120).unwrap();
    json!({
        "patient_key": hex(patient.to_bytes().expose()),
        "entries": [
            {"kind": 1, "grant": hex([7; 16]), "sequence": 1, "time": NOW + 60},
            {"kind": 2, "floor": 7, "sequence": 2, "time": NOW + 120},
        ],
        "empty_time": NOW,
        "empty": hex(none.to_bytes()),
        "list_time": NOW + 120,
        "list": hex(list.to_bytes()),
    })
}

/// A publisher's state with numbers, entries, and the policy of a blind grant.
fn publisher() -> Value {
    let patient = PatientKey::generate(&mut Recorder::new(92)).unwrap();
    let owner = *patient.profile().signing_key();
    let mut state = PublisherState::new(owner);
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let policy = LabelPolicy::parse("conf=N", &frame).unwrap();
    let grant = state.next_grant(NOW).unwrap();
    state.keep_policy(&[7; 16], &policy).unwrap();
    state.revoke(&patient, &[8; 16], NOW + 60).unwrap();
    state.revoke(&patient, &[6; 16], NOW + 60).unwrap();
    let list = state.publish_as(&patient, NOW + 120).unwrap();
    let bytes = state.to_bytes().unwrap();
    assert!(PublisherState::from_bytes(&bytes, &owner).is_ok());
    json!({
        "patient_key": hex(patient.to_bytes().expose()),
        "entries": [
            {"kind": 1, "grant": hex([8; 16]), "sequence": NOW + 60, "time": NOW + 60},
            {"kind": 1, "grant": hex([6; 16]), "sequence": NOW + 61, "time": NOW + 60},
        ],
        "last_grant": grant,
        "last_revocation": NOW + 61,
        "last_list": list.sequence(),
        "grant": hex([7; 16]),
        "policy": hex(policy.as_bytes()),
        "list": hex(list.to_bytes()),
        "list_time": NOW + 120,
        "state": hex(bytes),
    })
}

/// Two relays, of whom the first sends what the second answered.
fn blame() -> Value {
    let source = &mut Recorder::new(91);
    let cache = &mut Cache::new();
    let patient = PatientKey::generate(source).unwrap();
    let study = RecipientKey::generate("study 12", source).unwrap();
    let relays = ["north", "south"].map(|name| RelayKey::generate(name, source).unwrap());
    let publics = relays.each_ref().map(|relay| relay.public().clone());
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let policy = LabelPolicy::parse("conf=N", &frame).unwrap();
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
        not_after: NOW + 86_400,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let (grant, shares) = patient.grant(&terms, cache, source).unwrap();
    let labels = LabelSet::from(&Labels::parse(["conf=N", "type=ECG"]).unwrap());
    let coupon = patient.profile().mint(&labels, cache, source).unwrap();
    let (capsule, _) = coupon.seal(&H);
    let held = RecipientGrant::install(grant.clone(), &study, cache).unwrap();
    let requests = held
        .request(
            &study,
            &[(&capsule, &H)],
            Sight::Open,
            &Claims::none(),
            NOW,
            source,
        )
        .unwrap();
    let answers = [0, 1].map(|at: usize| {
        let state = &mut MemoryRelayState::default();
        let share = &shares[at];
        let circumstances = Circumstances {
            now: NOW,
            request_age: REQUEST_AGE,
            list_age: LIST_AGE,
            current: None,
        };
        RelayShare::install(grant.clone(), share, &relays[at], NOW, state)
            .unwrap()
            .transform(
                requests.for_relay(share.index()).unwrap(),
                &relays[at],
                &circumstances,
                state,
            )
            .unwrap()
    });
    let wrong = wrong(&answers[0], &answers[1], &relays[0]);
    proof(&grant, &wrong, &capsule, cache)
}

fn proof(grant: &Grant<Verified>, wrong: &Answer, capsule: &Capsule, cache: &mut Cache) -> Value {
    let verified = wrong.clone().verify(grant).unwrap();
    let blame = Blame::new(grant, &verified, capsule, cache).unwrap();
    assert_eq!(blame.check(cache), Ok(1));
    json!({
        "grant": hex(grant.to_bytes()),
        "answer": hex(wrong.to_bytes()),
        "relay": 1,
        "blame": hex(blame.to_bytes().unwrap()),
    })
}

/// The first relay's answer with the power of the second, signed by the first: section 14.8.
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
    let signature = SigningKey::from_seed(&Secret::new(seed)).sign(&[TAG, &digest]);
    bytes.truncate(end);
    bytes.extend_from_slice(&signature);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    Answer::from_bytes(&bytes).unwrap()
}
