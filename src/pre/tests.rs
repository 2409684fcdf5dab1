use std::vec::Vec;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::error::{Error, Result};
use crate::policy::{Date, LabelFrame, LabelPolicy, LabelSet, Labels};
use crate::secret::Secret;

mod capsules;
mod care;
mod carers;
mod collusion;
mod dealers;
mod forged;
mod grants;
mod held;
mod impostors;
#[cfg(feature = "std")]
mod journals;
mod keys;
mod limits;
mod makers;
mod opening;
mod order;
mod publishers;
mod recovery;
mod refresh;
mod relays;
mod requests;
mod revocations;
mod roles;
mod rounds;
#[cfg(feature = "std")]
mod sharings_kept;
mod span;
mod standing;
mod successions;
mod together;
mod waiting;

/// A Tuesday.
const NOW: u64 = 1_795_500_000;
const H: [u8; 32] = [7; 32];

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn labels(texts: &[&str]) -> LabelSet {
    LabelSet::from(&Labels::parse(texts.iter().copied()).unwrap())
}

fn policy(text: &str) -> LabelPolicy {
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap())
        .and_then(|frame| frame.vocabulary("hv1", ["HIV", "PSY"]))
        .unwrap();
    LabelPolicy::parse(text, &frame).unwrap()
}

/// A patient, a recipient and relays.
struct World {
    patient: PatientKey,
    recipient: RecipientKey,
    relays: Vec<RelayKey>,
}

/// One grant in everybody's hands.
struct Granted {
    grant: Grant<Verified>,
    shares: Vec<GrantShare>,
    held: RecipientGrant,
    installed: Vec<RelayShare>,
}

impl World {
    fn new(seed: u64, relays: usize) -> Self {
        let rng = &mut rng(seed);
        Self {
            patient: PatientKey::generate(rng).unwrap(),
            recipient: RecipientKey::generate("study 12", rng).unwrap(),
            relays: (0..relays)
                .map(|at| RelayKey::generate(&std::format!("relay {at}"), rng).unwrap())
                .collect(),
        }
    }

    fn publics(&self) -> Vec<RelayPublic> {
        self.relays.iter().map(|it| it.public().clone()).collect()
    }

    fn deal(
        &self,
        text: &str,
        threshold: u8,
        change: impl FnOnce(&mut GrantTerms<'_>),
        seed: u64,
    ) -> (Grant<Verified>, Vec<GrantShare>) {
        self.try_deal(text, threshold, change, seed).unwrap()
    }

    fn try_deal(
        &self,
        text: &str,
        threshold: u8,
        change: impl FnOnce(&mut GrantTerms<'_>),
        seed: u64,
    ) -> Result<(Grant<Verified>, Vec<GrantShare>)> {
        let policy = policy(text);
        let relays = self.publics();
        let mut terms = GrantTerms {
            recipient: GrantTo::Recipient(self.recipient.public()),
            policy: &policy,
            hide_policy: false,
            through: Through::Relays {
                relays: &relays,
                threshold,
            },
            sequence: 5,
            not_before: NOW - 1_000,
            not_after: NOW + 1_000_000,
            conditions: Conditions::any(),
            publisher: None,
            consent: None,
        };
        change(&mut terms);
        self.patient
            .grant(&terms, &mut Cache::new(), &mut rng(seed))
    }

    fn grant(&self, text: &str, threshold: u8) -> Granted {
        let (grant, shares) = self.deal(text, threshold, |_| {}, 99);
        self.install(grant, shares)
    }

    fn install(&self, grant: Grant<Verified>, shares: Vec<GrantShare>) -> Granted {
        let state = MemoryRelayState::default();
        let installed = shares
            .iter()
            .zip(&self.relays)
            .map(|(share, key)| {
                RelayShare::install(grant.clone(), share, key, NOW, &state).unwrap()
            })
            .collect();
        let held =
            RecipientGrant::install(grant.clone(), &self.recipient, &mut Cache::new()).unwrap();
        Granted {
            grant,
            shares,
            held,
            installed,
        }
    }

    fn seal(&self, texts: &[&str], seed: u64) -> (Capsule, Secret<[u8; 32]>) {
        self.patient
            .profile()
            .mint(&labels(texts), &mut Cache::new(), &mut rng(seed))
            .unwrap()
            .seal(&H)
    }

    fn ask(&self, granted: &Granted, capsules: &[&Capsule], sight: Sight) -> Requests {
        let capsules: Vec<_> = capsules.iter().map(|capsule| (*capsule, &H)).collect();
        granted
            .held
            .request(
                &self.recipient,
                &capsules,
                sight,
                &Claims::none(),
                NOW,
                &mut rng(4),
            )
            .unwrap()
    }

    /// What the relay with this index answers, without revocations.
    fn serve(&self, granted: &Granted, requests: &Requests, index: u8) -> Result<Answer> {
        let at = usize::from(index) - 1;
        granted.installed[at].transform(
            requests.for_relay(index).unwrap(),
            &self.relays[at],
            &circumstances(NOW, None),
            &mut MemoryRelayState::default(),
        )
    }

    /// Verified answers of these relays for one capsule.
    fn answers(&self, granted: &Granted, capsule: &Capsule, relays: &[u8]) -> Vec<VerifiedAnswer> {
        let requests = self.ask(granted, &[capsule], Sight::Open);
        relays
            .iter()
            .map(|index| {
                self.serve(granted, &requests, *index)
                    .unwrap()
                    .verify(&granted.grant)
                    .unwrap()
            })
            .collect()
    }

    fn open(
        &self,
        granted: &Granted,
        capsule: &Capsule,
        answers: &[VerifiedAnswer],
    ) -> Result<Secret<[u8; 32]>> {
        let answers: Vec<_> = answers.iter().collect();
        granted.held.open(capsule, &answers, &H, &mut Cache::new())
    }
}

fn circumstances(now: u64, current: Option<&Current>) -> Circumstances<'_> {
    Circumstances {
        now,
        request_age: REQUEST_AGE,
        list_age: LIST_AGE,
        current,
    }
}

#[test]
fn a_grant_opens_what_its_policy_allows_through_enough_relays() {
    let world = World::new(1, 3);
    let granted = world.grant("type=Observation and conf=N", 2);
    let (capsule, key) = world.seal(&["type=Observation", "conf=N", "ym=2026-11"], 2);
    for relays in [[1, 2], [3, 1], [2, 3]] {
        let answers = world.answers(&granted, &capsule, &relays);
        let opened = world.open(&granted, &capsule, &answers).unwrap();
        assert!(opened.matches(key.expose()), "{relays:?}");
    }
    // The patient needs nobody.
    let own = world.patient.open(&capsule, &H, &mut Cache::new()).unwrap();
    assert!(own.matches(key.expose()));
    // Another record's header gives another key.
    let other = world.patient.open(&capsule, &[8; 32], &mut Cache::new());
    assert!(!other.unwrap().matches(key.expose()));
}
