//! A recipient's grant with the answers of its relays.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hippocrypt::Error;
use hippocrypt::abe::UserKey;
use hippocrypt::envelope::{CapsuleOpener, GrantHolder, install_in_role};
use hippocrypt::keys::{Fingerprint, disk};
use hippocrypt::pre::{
    Blame, Cache, Capsule, RecipientGrant, RecipientKey, RefreshStatement, VerifiedAnswer,
};

use crate::args::Keys;
use crate::failure::{Outcome, Role};
use crate::objects;
use crate::output::Output;

/// A grant that opens capsules, and who was caught while it did.
pub struct Granted {
    grant: RecipientGrant,
    answers: Vec<VerifiedAnswer>,
    /// What the relays' shares commit to after refreshes.
    refreshed: Vec<RefreshStatement>,
    /// Wrong answers, each with the capsule that shows it.
    wrong: Mutex<Vec<(VerifiedAnswer, Capsule)>>,
}

impl Granted {
    /// Reads grant and answers; `None` if no grant was given.
    pub fn read(
        args: &Keys,
        recipients: &[RecipientKey],
        users: &[UserKey],
    ) -> Outcome<Option<Self>> {
        let Some(path) = &args.grant else {
            return match recipients {
                [] => Ok(None),
                _ => Err(Error::Missing("--grant, for a recipient's key")).role("--key"),
            };
        };
        let grant = objects::grant(path, "--grant")?;
        let to_role = grant.header().role().is_some();
        if recipients.is_empty() && (!to_role || users.is_empty()) {
            return Err(Error::Missing("--key with the recipient's key")).role("--grant");
        }
        let own = recipients
            .iter()
            .map(|key| RecipientGrant::install(grant.clone(), key, &mut Cache::new()));
        let in_role = users
            .iter()
            .filter(|_| to_role)
            .map(|key| install_in_role(grant.clone(), key, &mut Cache::new()));
        let mut refusal = Error::NoStanza;
        let mut installed = None;
        for result in own.chain(in_role) {
            match result {
                Ok(grant) => installed = Some(grant),
                Err(error) => refusal = error,
            }
        }
        let mut grant = installed.ok_or(refusal).role("--grant")?;
        let mut refreshed = Vec::new();
        for path in &args.refreshed {
            let statement = objects::refreshed(path)?;
            grant.know_refresh(&statement).role("--refreshed")?;
            refreshed.push(statement);
        }
        let answers = args
            .parts
            .iter()
            .map(|path| objects::answer(path)?.verify(grant.grant()).role("--part"))
            .collect::<Outcome<Vec<_>>>()?;
        Ok(Some(Self {
            grant,
            answers,
            refreshed,
            wrong: Mutex::default(),
        }))
    }

    /// The grant.
    pub fn grant(&self) -> &RecipientGrant {
        &self.grant
    }

    /// How many relays have answered for this capsule.
    pub fn answers_for(&self, capsule: &Capsule) -> usize {
        self.answers.iter().filter(|it| it.is_for(capsule)).count()
    }

    /// What opens its capsules; wrong answers are kept as evidence.
    pub fn opener(&self) -> Box<dyn CapsuleOpener + '_> {
        let holder = GrantHolder::new(&self.grant, self.answers.iter().collect());
        Box::new(holder.on_wrong_answer(|answer, capsule| {
            self.wrong().push((answer.clone(), capsule.clone()));
        }))
    }

    /// The relays that have answered wrongly: index and fingerprint.
    pub fn culprits(&self) -> Vec<(u8, Option<Fingerprint>)> {
        let header = self.grant.grant().header();
        let name = |relay: u8| header.relays().nth(usize::from(relay).checked_sub(1)?);
        let relays: BTreeSet<u8> = self
            .wrong()
            .iter()
            .map(|(answer, _)| answer.answer().relay())
            .collect();
        relays.iter().map(|relay| (*relay, name(*relay))).collect()
    }

    /// Writes the proof against the first of them, if there is any.
    pub fn blame(&self, mut output: Output) -> Outcome<bool> {
        const ROLE: &str = "--blame";
        let wrong = self.wrong();
        let Some((answer, capsule)) = wrong.first() else {
            return Ok(false);
        };
        let number = answer.answer().refresh();
        let statement = self.refreshed.iter().find(|it| it.number() == number);
        let grant = self.grant.grant();
        let blame = Blame::after_refresh(grant, answer, capsule, statement, &mut Cache::new());
        let bytes = objects::text(blame.role(ROLE)?.to_bytes()?)?;
        output.write_all(&bytes).role(ROLE)?;
        output.commit(ROLE)?;
        Ok(true)
    }

    fn wrong(&self) -> MutexGuard<'_, Vec<(VerifiedAnswer, Capsule)>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where proofs go: nobody else's file, and there before anything is opened.
pub fn proof(path: &OsStr, force: bool) -> Outcome<Output> {
    Output::create(path, force, disk::PUBLIC_MODE, "--blame")
}
