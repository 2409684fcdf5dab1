//! Standing sharings, their refresh and their end; credentials, and a grant to a role.

use hippocrypt::abe::AuthorityKey;
use hippocrypt::envelope::{RoleRecipient, install_in_role};
use hippocrypt::policy::{Attributes, Date, LabelFrame, LabelPolicy, LabelSet, Labels, Policy};
use hippocrypt::pre::{
    Begin, Cache, Circumstances, Claims, Conditions, Credential, GrantTerms, GrantTo, HeldSharing,
    LIST_AGE, MemoryRelayState, PatientKey, REQUEST_AGE, RecipientKey, RelayKey, Sight, Through,
};
use serde_json::{Value, json};

use crate::vectors::{H, NOW, Recorder, hex};

/// One committee: dealt, refreshed once, serving a grant to a role, and ended.
pub fn sharings() -> Value {
    let source = &mut Recorder::new(80);
    let patient = PatientKey::generate(source).unwrap();
    let relays = ["north", "south"].map(|name| RelayKey::generate(name, source).unwrap());
    let publics = relays.each_ref().map(|relay| relay.public().clone());
    let cache = &mut Cache::new();
    let dealt = &mut Recorder::new(81);
    let (sharing, shares) = patient.new_sharing(&publics, 2, cache, dealt).unwrap();
    let state = MemoryRelayState::default();
    let mut held: Vec<HeldSharing> = relays
        .iter()
        .zip(&shares)
        .map(|(key, share)| HeldSharing::install(sharing.clone(), share, key, &state).unwrap())
        .collect();
    let invitations: Vec<_> = held
        .iter_mut()
        .zip(&relays)
        .map(|(held, key)| {
            held.begin_refresh(key, (Begin::GoOn, &[]), &state, source)
                .unwrap()
        })
        .collect();
    // What a relay keeps of its round: the private key, sealed to itself.
    let begun: Vec<Vec<u8>> = held
        .iter()
        .zip(&relays)
        .map(|(held, key)| held.to_bytes(key, source).unwrap().expose().clone())
        .collect();
    let dealings: Vec<_> = held
        .iter()
        .zip(&relays)
        .map(|(held, key)| held.deal_refresh(&invitations, key, source).unwrap())
        .collect();
    let statements: Vec<_> = held
        .iter_mut()
        .zip(&relays)
        .map(|(held, key)| held.accept_refresh(&dealings, key).unwrap())
        .collect();
    let whole: Vec<_> = held
        .iter_mut()
        .map(|it| it.finish_refresh(&statements).unwrap())
        .collect();
    let kept: Vec<Vec<u8>> = held
        .iter()
        .zip(&relays)
        .map(|(held, key)| held.to_bytes(key, source).unwrap().expose().clone())
        .collect();
    let end = patient.end_sharing(&sharing, NOW + 60, cache).unwrap();

    let list = |all: &[Vec<u8>]| all.iter().map(hex).collect::<Vec<_>>();
    json!({
        "sharing": {
            "patient_key": hex(patient.to_bytes().expose()),
            "relay_keys": relays.each_ref().map(|it| hex(it.to_bytes().expose())),
            "threshold": 2,
            "epoch": 1,
            "drawn": dealt.drawn(),
            "sharing": hex(sharing.to_bytes().unwrap()),
            "shares": shares.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
            "end_time": NOW + 60,
            "end": hex(end.to_bytes().unwrap()),
        },
        "refresh": {
            "sharing": hex(sharing.to_bytes().unwrap()),
            "relay_keys": relays.each_ref().map(|it| hex(it.to_bytes().expose())),
            "shares": shares.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
            "invitations": invitations.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
            "begun": list(&begun),
            "dealings": dealings.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
            "statements": statements.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
            "whole": hex(whole[0].to_bytes()),
            "kept": list(&kept),
        },
        "role_grant": role(&patient, &relays, &held),
    })
}

fn role(patient: &PatientKey, relays: &[RelayKey; 2], held: &[HeldSharing]) -> Value {
    let source = &mut Recorder::new(82);
    let cache = &mut Cache::new();
    let hospital = AuthorityKey::generate("Hospital", source).unwrap();
    let attributes = || Attributes::parse(["role=nurse"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let nurse = hospital.issue(&attributes(), until, source).unwrap();
    let anna = RecipientKey::generate("anna", source).unwrap();
    let ends = NOW + 30 * 86_400;
    let credential = Credential::issue(&hospital, anna.public(), attributes(), NOW, ends).unwrap();
    let policy = Policy::parse("role=nurse").unwrap();
    let role = RoleRecipient::new(hospital.public(), policy, None, None, false).unwrap();
    let frame = LabelFrame::new(2000, until).unwrap();
    let policy = LabelPolicy::parse("conf=N", &frame).unwrap();
    let terms = GrantTerms {
        recipient: GrantTo::Role(&role),
        policy: &policy,
        hide_policy: false,
        through: Through::Standing(held[0].sharing()),
        sequence: 1,
        not_before: NOW,
        not_after: ends,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let (grant, none) = patient.grant(&terms, cache, source).unwrap();
    assert!(none.is_empty());
    let installed = install_in_role(grant.clone(), &nurse, cache).unwrap();
    let labels = LabelSet::from(&Labels::parse(["conf=N", "type=ECG"]).unwrap());
    let (capsule, key) = patient
        .profile()
        .mint(&labels, cache, source)
        .unwrap()
        .seal(&H);
    let claims = Claims::none();
    let capsules = [(&capsule, &H)];
    let asking = (&anna, &credential);
    let requests = installed
        .request_in_role(asking, &capsules, Sight::Open, &claims, NOW, source)
        .unwrap();
    let state = &mut MemoryRelayState::default();
    let circumstances = Circumstances {
        now: NOW,
        request_age: REQUEST_AGE,
        list_age: LIST_AGE,
        current: None,
    };
    let answers: Vec<_> = held
        .iter()
        .zip(relays)
        .map(|(held, relay)| {
            let share = held.admit(grant.clone(), NOW, state).unwrap();
            let request = requests.for_relay(held.index()).unwrap();
            share
                .transform(request, relay, &circumstances, state)
                .unwrap()
        })
        .collect();
    let verified: Vec<_> = answers
        .iter()
        .map(|it| it.clone().verify(&grant).unwrap())
        .collect();
    let opened = installed
        .open(&capsule, &[&verified[0], &verified[1]], &H, cache)
        .unwrap();
    assert!(opened.matches(key.expose()));
    json!({
        "hospital": hex(hospital.public().to_bytes()),
        "hospital_key": hex(hospital.to_bytes().expose()),
        "user_key": hex(nurse.to_bytes().expose()),
        "patient_key": hex(patient.to_bytes().expose()),
        "recipient_key": hex(anna.to_bytes().expose()),
        "relay_keys": relays.each_ref().map(|it| hex(it.to_bytes().expose())),
        "attributes": hex(attributes().to_bytes()),
        "not_before": NOW,
        "not_after": ends,
        "credential": hex(credential.to_bytes().unwrap()),
        "grant": hex(grant.to_bytes()),
        "labels": labels.iter().map(hex).collect::<Vec<_>>(),
        "capsule": hex(capsule.to_bytes()),
        "h": hex(H),
        "requests": hex(requests.to_bytes().unwrap()),
        "answers": answers.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
        "key": hex(key.expose()),
    })
}
