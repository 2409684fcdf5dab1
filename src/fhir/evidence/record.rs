//! What was decided, for whom, by what means.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

use super::time;
use crate::consent::{By, Decision, Request, Terms};
use crate::error::{Error, Result};
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::text;

/// Longest text.
const TEXT: usize = 1000;
/// Most records, consents and purposes of one decision.
const MANY: usize = 10_000;

/// What a decision was carried out with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// A key opened the record by its attributes.
    AttributeKey,
    /// Relays transformed a capsule under this grant.
    Grant([u8; 16]),
    /// A proof was verified; its SHA-256.
    Proof([u8; 32]),
}

impl Mechanism {
    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AttributeKey => "attribute-key",
            Self::Grant(_) => "grant",
            Self::Proof(_) => "proof",
        }
    }
}

/// Somebody or something that took part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// A FHIR reference, `Practitioner/7` or absolute.
    pub reference: String,
    /// The name, for people who read the accounting.
    pub name: Option<String>,
    /// The postal address, if known: for the accounting only.
    pub address: Option<String>,
    /// The address in the network, for the audit event.
    pub network: Option<String>,
}

/// A record that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// The id of its envelope.
    pub envelope: [u8; 16],
    /// SHA-256 of the sealed record.
    pub digest: [u8; 32],
    /// The FHIR reference by which a server knows it.
    pub reference: Option<String>,
}

/// What the record of a decision holds, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionDraft {
    /// What was decided.
    pub decision: Decision,
    /// The digest of the Terms that decided.
    pub terms: [u8; 32],
    /// SHA-256 of the vocabulary.
    pub vocabulary: [u8; 32],
    /// The patient: a FHIR reference.
    pub subject: String,
    /// When, in Unix seconds.
    pub time: i64,
    /// Codes of the purposes that were stated.
    pub purposes: Vec<String>,
    /// What was to be done.
    pub action: String,
    /// By what means.
    pub mechanism: Mechanism,
    /// Who asked.
    pub user: Party,
    /// For which organisation.
    pub organization: Option<Party>,
    /// The program that asked on their behalf.
    pub client: Party,
    /// The service that decided and released: a relay, a key service, a server.
    pub server: Party,
    /// The FHIR references of the consents, with their versions.
    pub consents: Vec<String>,
    /// The records, none where only the right was decided.
    pub records: Vec<Released>,
    /// What was disclosed, in words, for the accounting.
    pub description: String,
    /// The id (`jti`) of the token that the client showed.
    pub token: Option<String>,
    /// The id of the request, as its header `X-Request-Id` has it.
    pub request_id: Option<String>,
    /// The nonce of the request.
    pub nonce: Option<[u8; 32]>,
    /// Why glass was broken, if it was.
    pub emergency: Option<String>,
    /// The digest of the record before; zeros for the first.
    pub previous: [u8; 32],
}

impl DecisionDraft {
    /// From what was decided; the parties are to be filled in, and all the rest as far as it is
    /// known.
    ///
    /// # Errors
    /// Those of [`Terms::digest`].
    pub fn new(
        terms: &Terms,
        request: &Request,
        decision: Decision,
        mechanism: Mechanism,
    ) -> Result<Self> {
        let purposes = request.purposes.iter();
        Ok(Self {
            decision,
            terms: terms.digest()?,
            vocabulary: request.vocabulary,
            subject: request.subject.clone(),
            time: request.time,
            purposes: purposes.map(|it| it.code().into()).collect(),
            action: request.action.clone(),
            mechanism,
            user: Party::default(),
            organization: None,
            client: Party::default(),
            server: Party::default(),
            consents: Vec::new(),
            records: Vec::new(),
            description: String::new(),
            token: None,
            request_id: None,
            nonce: None,
            emergency: None,
            previous: [0; 32],
        })
    }
}

/// The record of a decision: what audit events, provenance and the accounting are made of.
///
/// It reads as its [`DecisionDraft`]. It is personal data of the patient and of who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRecord(DecisionDraft);

impl Deref for DecisionRecord {
    type Target = DecisionDraft;

    fn deref(&self) -> &DecisionDraft {
        &self.0
    }
}

impl DecisionRecord {
    /// Checks a draft.
    ///
    /// # Errors
    /// [`Error::Argument`] for references and texts that are missing or none, and for an
    /// emergency under no purpose; [`Error::Time`]; [`Error::TooLarge`].
    pub fn check(draft: DecisionDraft) -> Result<Self> {
        time::instant(draft.time)?;
        for party in [&draft.user, &draft.client, &draft.server]
            .into_iter()
            .chain(&draft.organization)
        {
            check_reference(&party.reference)?;
            for text in [&party.name, &party.address, &party.network]
                .into_iter()
                .flatten()
            {
                check_text(text)?;
            }
        }
        let records = draft.records.iter().filter_map(|it| it.reference.as_ref());
        for reference in draft.consents.iter().chain(records).chain([&draft.subject]) {
            check_reference(reference)?;
        }
        let texts = [&draft.token, &draft.request_id, &draft.emergency];
        let texts = texts.into_iter().flatten();
        for text in texts
            .chain([&draft.description, &draft.action])
            .chain(&draft.purposes)
        {
            check_text(text)?;
        }
        if draft.emergency.is_some() && draft.purposes.is_empty() {
            return Err(Error::Argument("an emergency has a purpose of use"));
        }
        if draft.consents.is_empty() {
            return Err(Error::Argument("a decision names the consents it rests on"));
        }
        for many in [
            draft.records.len(),
            draft.consents.len(),
            draft.purposes.len(),
        ] {
            if many > MANY {
                return Err(Error::TooLarge("10,000 records of a decision"));
            }
        }
        Ok(Self(draft))
    }

    /// SHA-256 over a tag and all of it, each item behind its length: what the next record names
    /// as `previous` (SPEC.md, section 17.3).
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut all = Transcript::new(tags::DECISION);
        let decision = &self.decision;
        let rule = match decision.by {
            By::Rule(place) => u64::try_from(place).unwrap_or(u64::MAX),
            _ => u64::MAX,
        };
        all = all
            .item(decision.outcome.code().as_bytes())
            .item(decision.by.code().as_bytes())
            .item(&rule.to_be_bytes());
        all = list(all, decision.missing.iter().map(|it| it.code().as_bytes()));
        all = list(all, decision.obligations.iter().map(String::as_bytes));
        all = all
            .item(&self.terms)
            .item(&self.vocabulary)
            .item(self.subject.as_bytes())
            .item(&self.time.to_be_bytes());
        all = list(all, self.purposes.iter().map(String::as_bytes));
        all = all
            .item(self.action.as_bytes())
            .item(self.mechanism.code().as_bytes());
        all = match &self.mechanism {
            Mechanism::AttributeKey => all.item(&[]),
            Mechanism::Grant(id) => all.item(id),
            Mechanism::Proof(hash) => all.item(hash),
        };
        let nobody = Party::default();
        let organization = self.organization.as_ref().unwrap_or(&nobody);
        for party in [&self.user, organization, &self.client, &self.server] {
            all = all.item(party.reference.as_bytes());
            for text in [&party.name, &party.address, &party.network] {
                all = option(all, text.as_deref().map(str::as_bytes));
            }
        }
        all = list(all, self.consents.iter().map(String::as_bytes));
        all = all.item(&length(self.records.len()));
        for record in &self.records {
            all = all.item(&record.envelope).item(&record.digest);
            all = option(all, record.reference.as_deref().map(str::as_bytes));
        }
        all = all.item(self.description.as_bytes());
        for text in [&self.token, &self.request_id] {
            all = option(all, text.as_deref().map(str::as_bytes));
        }
        all = option(all, self.nonce.as_ref().map(<[u8; 32]>::as_slice));
        all = option(all, self.emergency.as_deref().map(str::as_bytes));
        all.item(&self.previous).finish()
    }
}

fn list<'a>(all: Transcript, items: impl ExactSizeIterator<Item = &'a [u8]>) -> Transcript {
    let all = all.item(&length(items.len()));
    items.fold(all, Transcript::item)
}

fn option(all: Transcript, item: Option<&[u8]>) -> Transcript {
    match item {
        None => all.item(&[0]),
        Some(item) => all.item(&[1]).item(item),
    }
}

fn length(count: usize) -> [u8; 8] {
    u64::try_from(count).unwrap_or(u64::MAX).to_be_bytes()
}

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() || text.len() > TEXT {
        return Err(Error::Argument("a text of 1 to 1,000 bytes"));
    }
    text::check(text).map(|_| ())
}

/// `Type/id`, `Type/id/_history/version`, or absolute.
pub(super) fn check_reference(reference: &str) -> Result<()> {
    let legal = reference
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"');
    if !legal || reference.len() > TEXT || !reference.contains(['/', ':']) {
        return Err(Error::Argument("a FHIR reference to a resource"));
    }
    Ok(())
}
