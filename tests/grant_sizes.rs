//! The sizes of grants and their objects that SPEC.md section 12 states, of real objects.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use getrandom::SysRng;
use hippocrypt::asymmetric::Signer;
use hippocrypt::envelope::{Header, PatientRecipient, Record, Sealer, capsule_stanza};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy, LabelSet, Labels};
use hippocrypt::pre::{
    Cache, Circumstances, Claims, Conditions, GrantTerms, GrantTo, LIST_AGE, MemoryRelayState,
    PatientKey, REQUEST_AGE, RecipientGrant, RecipientKey, RelayKey, RelayShare, Revoked, Sight,
    Through,
};

const NOW: u64 = 1_795_478_400;
const LABELS: [&str; 6] = [
    "type=Observation",
    "conf=N",
    "code=8867-4",
    "y=2026",
    "ym=2026-11",
    "sens.none=v1",
];

fn patient() -> PatientKey {
    PatientKey::generate(&mut SysRng).unwrap()
}

/// What the labels take in a header beside their count.
fn labels_bytes() -> usize {
    LABELS.iter().map(|label| 2 + label.len()).sum()
}

fn sealed(patient: &PatientKey, plaintext: usize) -> Vec<u8> {
    let labels = Labels::parse(LABELS).unwrap();
    let record = Record::new("12345678901234567890").unwrap().labels(labels);
    Sealer::new()
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(&record, &vec![7; plaintext], &mut SysRng)
        .unwrap()
}

#[test]
fn a_record_sealed_to_a_patient() {
    let patient = patient();
    for plaintext in [0_usize, 1, 1_024, 65_536, 65_537] {
        let chunks = plaintext.div_ceil(65_536).max(1);
        let formula = 428 + 20 + 48 * 6 + labels_bytes() + plaintext + 16 * chunks;
        assert_eq!(sealed(&patient, plaintext).len(), formula);
    }
    // The design's promise, for a KiB under six labels.
    assert!(sealed(&patient, 1_024).len() <= 2_200);
}

#[test]
fn keys_and_public_files() {
    let patient = patient();
    assert_eq!(patient.to_bytes().expose().len(), 439);
    assert_eq!(patient.profile().to_bytes().len(), 372);
    for name in ["", "north"] {
        let relay = RelayKey::generate(name, &mut SysRng).unwrap();
        assert_eq!(relay.to_bytes().expose().len(), 105 + name.len());
        assert_eq!(relay.public().to_bytes().len(), 169 + name.len());
    }
}

#[test]
fn a_grant_and_what_follows() {
    let patient = patient();
    let study = RecipientKey::generate("", &mut SysRng).unwrap();
    let relays: Vec<_> = (0..5)
        .map(|_| RelayKey::generate("", &mut SysRng).unwrap())
        .collect();
    let publics: Vec<_> = relays.iter().map(|it| it.public().clone()).collect();
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let text = "type=Observation and (conf=N or 2 of (code=a, code=b, ym>=2026-11))";
    let policy = LabelPolicy::parse(text, &frame).unwrap();
    let rows = policy.formula().unwrap().rows().len();
    let bytes = sealed(&patient, 10);
    let header = Header::from_bytes(&bytes).unwrap().0;
    let stanza = &header.access().stanzas()[0];
    let (capsule, _) = capsule_stanza(stanza, header.fixed().label_set()).unwrap();
    let cache = &mut Cache::new();
    for (n, threshold, hide_policy, consent) in [
        (1, 1, false, None),
        (5, 3, false, Some([5; 32])),
        (5, 3, true, None),
    ] {
        let terms = GrantTerms {
            recipient: GrantTo::Recipient(study.public()),
            policy: &policy,
            hide_policy,
            through: Through::Relays {
                relays: &publics[..n],
                threshold,
            },
            sequence: 1,
            not_before: NOW,
            not_after: NOW + 10,
            conditions: Conditions::any()
                .purposes(["HRESCH", "TREAT"])
                .and_then(|it| it.roles(["nurse"]))
                .unwrap(),
            publisher: None,
            consent,
        };
        let (grant, shares) = patient.grant(&terms, cache, &mut SysRng).unwrap();
        let codes = 7 + 6 + 6;
        let extra = if hide_policy { 64 } else { 0 } + if consent.is_some() { 32 } else { 0 };
        let formula = 691
            + policy.as_bytes().len()
            + codes
            + 64 * n
            + 96 * usize::from(threshold)
            + 144 * rows
            + extra;
        assert_eq!(grant.to_bytes().len(), formula);
        assert_eq!(shares.len(), n);
        assert!(shares.iter().all(|share| share.to_bytes().len() == 153));

        let held = RecipientGrant::install(grant.clone(), &study, cache).unwrap();
        let claims = Claims::none().purpose("TREAT").unwrap();
        let claims = claims.role("nurse").unwrap();
        for (sight, item) in [(Sight::Blind, 224), (Sight::Open, 257 + labels_bytes())] {
            let asked = vec![(&capsule, header.digest()); 3];
            let requests = held
                .request(&study, &asked, sight, &claims, NOW, &mut SysRng)
                .unwrap();
            let formula = 73 + n * (132 + 10 + 3 * item);
            assert_eq!(requests.to_bytes().unwrap().len(), formula);
            let mut state = MemoryRelayState::started_at(NOW);
            let share = RelayShare::install(grant.clone(), &shares[0], &relays[0], NOW, &state);
            let circumstances = Circumstances {
                now: NOW,
                request_age: REQUEST_AGE,
                list_age: LIST_AGE,
                current: None,
            };
            let request = requests.for_relay(1).unwrap();
            let answer = share
                .unwrap()
                .transform(request, &relays[0], &circumstances, &mut state)
                .unwrap();
            assert_eq!(answer.to_bytes().len(), 143 + 224 * 3);
        }
    }
}

#[test]
fn a_list_of_revocations() {
    let patient = patient();
    for count in [0, 1, 7] {
        let entries = (0..count)
            .map(|at| patient.revoke(Revoked::Floor(at), at, NOW))
            .collect();
        let list = patient.publish(entries, 1, NOW).unwrap();
        assert_eq!(list.to_bytes().len(), 156 + 161 * count as usize);
    }
}

#[test]
fn coupons_and_packs() {
    let (patient, rng) = (patient(), &mut SysRng);
    let device = RecipientKey::generate("monitor", rng).unwrap();
    let phone = SignerKey::generate("phone", rng).unwrap();
    let labels = LabelSet::from(&Labels::parse(LABELS).unwrap());
    let (n, cache) = (LABELS.len(), &mut Cache::with_tables());
    let profile = patient.profile();
    let coupon = profile.mint(&labels, cache, rng).unwrap().into_bytes();
    assert_eq!(coupon.expose().len(), 297 + 48 * n + labels_bytes());
    for count in [1, 3] {
        for minter in [None, Some(&phone as &dyn Signer)] {
            let pack = profile.mint_pack(device.public(), (&labels, count), minter, cache, rng);
            let signed = if minter.is_some() { 96 } else { 0 };
            let formula = 208 + labels_bytes() + count * (256 + 48 * n) + signed;
            assert_eq!(pack.unwrap().to_bytes().unwrap().len(), formula);
        }
    }
}

#[test]
fn segments_of_sessions() {
    let (patient, ward) = (patient(), SignerKey::generate("ward", &mut SysRng).unwrap());
    let record = Record::new("night").unwrap().chunk_size(1024).unwrap();
    let record = record.labels(Labels::parse(LABELS).unwrap());
    for signed in [0, 64] {
        let mut sealer =
            Sealer::new().recipient(Box::new(PatientRecipient::new(patient.profile())));
        if signed > 0 {
            sealer = sealer.sender(&ward);
        }
        let mut session = sealer.session(&record, &mut SysRng).unwrap();
        for (length, chunks) in [(0, 1), (1024, 1), (1025, 2)] {
            let segment = session.segment(&vec![7; length]).unwrap();
            assert_eq!(segment.len(), 9 + length + 16 * chunks + signed);
        }
        assert_eq!(session.end().unwrap().len(), 37 + signed);
    }
}
