//! A patient, a recipient and relays to measure with.

use std::hint::black_box;

use hippocrypt::policy::{Date, LabelFrame, LabelPolicy, LabelSet, Labels};
use hippocrypt::pre::{
    Cache, Capsule, Circumstances, Claims, Conditions, Grant, GrantShare, GrantTerms, GrantTo,
    LIST_AGE, MemoryRelayState, PatientKey, REQUEST_AGE, RecipientGrant, RecipientKey, RelayKey,
    RelayShare, Requests, Sight, Through, Verified, VerifiedAnswer,
};

use crate::support;

pub const NOW: u64 = 1_795_500_000;
pub const H: [u8; 32] = [5; 32];
pub struct World {
    pub patient: PatientKey,
    pub recipient: RecipientKey,
    pub relays: Vec<RelayKey>,
}

/// One grant in everybody's hands.
pub struct Granted {
    pub grant: Grant<Verified>,
    pub held: RecipientGrant,
    pub installed: Vec<RelayShare>,
}

pub fn labels(count: usize) -> LabelSet {
    let texts: Vec<_> = (0..count).map(|at| format!("a{at:02}=value")).collect();
    LabelSet::from(&Labels::parse(texts.iter().map(String::as_str)).unwrap())
}

/// Four labels that must be there and an OR of the others: 4 rows used of 10, where there are 10.
pub fn policy(rows: usize) -> LabelPolicy {
    let all: Vec<_> = (0..rows).map(|at| format!("a{at:02}=value")).collect();
    let text = match rows {
        0..=4 => all.join(" and "),
        _ => format!("{} and ({})", all[..3].join(" and "), all[3..].join(" or ")),
    };
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    LabelPolicy::parse(&text, &frame).unwrap()
}

impl World {
    pub fn new() -> Self {
        let rng = &mut support::rng();
        Self {
            patient: PatientKey::generate(rng).unwrap(),
            recipient: RecipientKey::generate("study", rng).unwrap(),
            relays: (0..5)
                .map(|at| RelayKey::generate(&format!("relay {at}"), rng).unwrap())
                .collect(),
        }
    }

    pub fn deal(
        &self,
        (policy, threshold, relays): (&LabelPolicy, u8, usize),
        cache: &mut Cache,
    ) -> (Grant<Verified>, Vec<GrantShare>) {
        let relays: Vec<_> = self.relays[..relays]
            .iter()
            .map(|it| it.public().clone())
            .collect();
        let terms = GrantTerms {
            recipient: GrantTo::Recipient(self.recipient.public()),
            policy,
            hide_policy: false,
            through: Through::Relays {
                relays: &relays,
                threshold,
            },
            sequence: 1,
            not_before: NOW - 1000,
            not_after: NOW + 1000,
            conditions: Conditions::any(),
            publisher: None,
            consent: None,
        };
        self.patient
            .grant(&terms, cache, &mut support::rng())
            .unwrap()
    }

    pub fn granted(&self, policy: &LabelPolicy, threshold: u8, relays: usize) -> Granted {
        let (grant, shares) = self.deal((policy, threshold, relays), &mut Cache::new());
        let state = MemoryRelayState::default();
        let installed = shares
            .iter()
            .zip(&self.relays)
            .map(|(share, key)| {
                RelayShare::install(grant.clone(), share, key, NOW, &state).unwrap()
            })
            .collect();
        let held = RecipientGrant::install(grant.clone(), &self.recipient, &mut Cache::new());
        Granted {
            grant,
            held: held.unwrap(),
            installed,
        }
    }

    pub fn seal(&self, labels: &LabelSet, cache: &mut Cache) -> Capsule {
        let profile = self.patient.profile();
        let coupon = profile.mint(labels, cache, &mut support::rng()).unwrap();
        coupon.seal(&H).0
    }

    pub fn ask(&self, granted: &Granted, capsules: &[Capsule]) -> Requests {
        let capsules: Vec<_> = capsules.iter().map(|it| (it, &H)).collect();
        let rng = &mut support::rng();
        let claims = Claims::none();
        granted
            .held
            .request(&self.recipient, &capsules, Sight::Open, &claims, NOW, rng)
            .unwrap()
    }

    pub fn serve(&self, granted: &Granted, requests: &Requests, relay: usize) -> VerifiedAnswer {
        let circumstances = Circumstances {
            now: NOW,
            request_age: REQUEST_AGE,
            list_age: LIST_AGE,
            current: None,
        };
        granted.installed[relay]
            .transform(
                requests.for_relay(relay as u8 + 1).unwrap(),
                &self.relays[relay],
                &circumstances,
                &mut MemoryRelayState::default(),
            )
            .unwrap()
            .verify(&granted.grant)
            .unwrap()
    }

    pub fn open(
        &self,
        granted: &Granted,
        capsule: &Capsule,
        answers: &[&VerifiedAnswer],
        cache: &mut Cache,
    ) {
        let opened = granted.held.open(capsule, answers, &H, cache);
        black_box(opened).unwrap();
    }
}
