//! Grants, as recipients hold them.

use std::collections::BTreeSet;
use std::sync::Arc;

use getrandom::SysRng;
use hippocrypt::abe::UserKey;
use hippocrypt::envelope::{GrantHolder, Header, capsules, install_in_role};
use hippocrypt::pre::{
    Answer, Blame, Cache, Capsule, Claims, Credential, RecipientGrant, RecipientKey,
    RefreshStatement, Sight, VerifiedAnswer,
};
use hippocrypt::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::authority::PyUserKey;
use crate::credential::PyCredential;
use crate::error::Raise;
use crate::grant::{PyGrant, read_grant};
use crate::input::{self, Buffer, Moment, hex};
use crate::party::PyRecipient;
use crate::sharing::PyRefreshStatement;
use crate::signed_consent::binary;

/// A grant in the recipient's hands: asks relays, and with their answers becomes a key.
#[pyclass(frozen, module = "hippocrypt", name = "HeldGrant", skip_from_py_object)]
pub struct PyHeldGrant {
    grant: Arc<RecipientGrant>,
    /// Who asks, and what tells relays that they may, under a grant to a role.
    requester: Option<Arc<RecipientKey>>,
    credential: Option<Arc<Credential>>,
    refreshed: Vec<Arc<RefreshStatement>>,
}

#[pymethods]
impl PyHeldGrant {
    /// Takes a grant that was made to the recipient of `key`. A grant to a role opens with the
    /// UserKey `key` of somebody in it, and its requests are signed by `requester`, whom
    /// `credential` speaks for. `refreshed` are the statements of refreshes of a standing sharing:
    /// what it takes to find out which relay answered wrongly.
    ///
    /// Raises Error: 303 for somebody else's grant, 204 for somebody who is not in the role, 301
    /// where a part of the grant is wrong.
    #[new]
    #[pyo3(signature = (
        grant, key, *, requester = None, credential = None, refreshed = Vec::new()
    ))]
    fn new(
        py: Python<'_>,
        grant: &Bound<'_, PyGrant>,
        key: HolderKey,
        requester: Option<&Bound<'_, PyRecipient>>,
        credential: Option<&Bound<'_, PyCredential>>,
        refreshed: Vec<Bound<'_, PyRefreshStatement>>,
    ) -> PyResult<Self> {
        let grant = grant.get().inner.clone();
        let refreshed: Vec<_> = refreshed.iter().map(|it| it.get().inner.clone()).collect();
        let held = py.detach(|| {
            let (grant, cache) = ((*grant).clone(), &mut Cache::new());
            let mut held = match &key {
                HolderKey::Recipient(key) => RecipientGrant::install(grant, key, cache)?,
                HolderKey::User(key) => install_in_role(grant, key, cache)?,
            };
            refreshed.iter().try_for_each(|it| held.know_refresh(it))?;
            Ok(held)
        });
        let requester = requester.map(|it| it.get().inner.clone());
        Ok(Self {
            grant: Arc::new(held.raise()?),
            requester: match key {
                HolderKey::Recipient(key) => Some(key),
                HolderKey::User(_) => requester,
            },
            credential: credential.map(|it| it.get().inner.clone()),
            refreshed,
        })
    }

    /// What to send to the relays to have these records opened. With `skip`, records that the
    /// grant does not open are passed over. With `blind`, relays see digests instead of labels.
    #[pyo3(signature = (
        records, *, purpose = None, action = None, role = None, break_glass = false,
        blind = false, skip = false, now = None
    ))]
    #[allow(clippy::too_many_arguments)] // Named ones, all but the first.
    fn request<'py>(
        &self,
        py: Python<'py>,
        records: Vec<Buffer<'_>>,
        purpose: Option<&str>,
        action: Option<&str>,
        role: Option<&str>,
        break_glass: bool,
        blind: bool,
        skip: bool,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut claims = Claims::none();
        if let Some(code) = purpose {
            claims = claims.purpose(code).raise()?;
        }
        if let Some(code) = action {
            claims = claims.action(code).raise()?;
        }
        if let Some(code) = role {
            claims = claims.role(code).raise()?;
        }
        if break_glass {
            claims = claims.break_glass();
        }
        let sight = if blind { Sight::Blind } else { Sight::Open };
        let now = input::moment(now)?;
        let records: Vec<&[u8]> = records.iter().map(Buffer::as_slice).collect();
        let asked = py
            .detach(|| {
                let asked = self.capsules(&records, skip)?;
                let asked: Vec<_> = asked.iter().map(|(capsule, h)| (capsule, h)).collect();
                let (grant, rng) = (&self.grant, &mut SysRng);
                let key = self.requester.as_ref();
                let key = key.ok_or(Error::Missing("a requester and their credential"))?;
                let requests = match &self.credential {
                    None => grant.request(key, &asked, sight, &claims, now, rng)?,
                    Some(it) => {
                        grant.request_in_role((key, it), &asked, sight, &claims, now, rng)?
                    }
                };
                requests.to_bytes()
            })
            .raise()?;
        Ok(PyBytes::new(py, &asked))
    }

    /// The key that these answers of relays make of the grant; each is checked, and a relay that
    /// answered wrongly is named when a record is opened.
    fn with_answers(&self, py: Python<'_>, answers: Vec<Buffer<'_>>) -> PyResult<PyGrantedKey> {
        let answers: Vec<&[u8]> = answers.iter().map(Buffer::as_slice).collect();
        let answers = py
            .detach(|| {
                let verify = |bytes: &&[u8]| Answer::from_bytes(bytes)?.verify(self.grant.grant());
                answers
                    .iter()
                    .map(verify)
                    .collect::<hippocrypt::Result<Vec<_>>>()
            })
            .raise()?;
        Ok(PyGrantedKey {
            inner: Arc::new(Answered {
                grant: self.grant.clone(),
                answers,
                refreshed: self.refreshed.clone(),
            }),
        })
    }

    fn __repr__(&self) -> String {
        format!(
            "<hippocrypt.HeldGrant {}>",
            hex(self.grant.grant().header().grant_id())
        )
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(crate::error::never_pickled(&slf.get_type()))
    }
}

/// What opens a grant's part.
pub enum HolderKey {
    Recipient(Arc<RecipientKey>),
    User(Arc<UserKey>),
}

impl FromPyObject<'_, '_> for HolderKey {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(key) = object.cast::<PyUserKey>() {
            return Ok(Self::User(key.get().inner.clone()));
        }
        match object.cast::<PyRecipient>() {
            Ok(key) => Ok(Self::Recipient(key.get().inner.clone())),
            Err(_) => Err(PyTypeError::new_err("a Recipient, or a UserKey for a role")),
        }
    }
}

impl PyHeldGrant {
    /// The capsules that the grant opens, each with the digest of its record's fixed part.
    fn capsules(
        &self,
        records: &[&[u8]],
        skip: bool,
    ) -> hippocrypt::Result<Vec<(Capsule, [u8; 32])>> {
        let patient = self.grant.grant().header().patient().id();
        let (mut asked, mut seen) = (Vec::new(), BTreeSet::new());
        for record in records {
            let (header, _) = Header::from_bytes(record)?;
            let mut own = capsules(&header)?;
            own.retain(|capsule| capsule.patient() == patient);
            let refusal = if own.is_empty() {
                Some(Error::NoStanza)
            } else if own.iter().all(|it| self.grant.satisfies(it.labels())) {
                None
            } else {
                Some(Error::NotSatisfied)
            };
            match refusal {
                Some(_) if skip => {}
                Some(refusal) => return Err(refusal),
                None => {
                    // The same record twice is asked for once.
                    own.retain(|capsule| seen.insert(*capsule.digest()));
                    asked.extend(own.into_iter().map(|capsule| (capsule, *header.digest())));
                }
            }
        }
        Ok(asked)
    }
}

/// A grant with answers.
pub struct Answered {
    grant: Arc<RecipientGrant>,
    answers: Vec<VerifiedAnswer>,
    refreshed: Vec<Arc<RefreshStatement>>,
}

impl Answered {
    /// What opens the grant's capsules: a wrong answer is left out where there are enough others.
    pub fn opener(&self) -> GrantHolder<'_> {
        GrantHolder::new(&self.grant, self.answers.iter().collect())
    }

    /// What stands in the way of opening a capsule, if anything does.
    pub fn fits(&self, capsule: &Capsule) -> std::result::Result<(), String> {
        let header = self.grant.grant().header();
        if header.patient().id() != capsule.patient() {
            let own = hex(header.patient().id().as_bytes());
            return Err(format!("the grant is of patient {own}"));
        }
        if !self.grant.satisfies(capsule.labels()) {
            let policy = self.grant.policy();
            return Err(format!(
                "the record's labels do not satisfy the grant: {policy}"
            ));
        }
        let here = self.answers.iter().filter(|it| it.is_for(capsule)).count();
        let needed = header.threshold();
        match here >= usize::from(needed) {
            true => Ok(()),
            false => Err(format!(
                "{here} of {needed} answers for this record are here"
            )),
        }
    }

    /// The proofs against those who answered wrongly for these capsules.
    fn blame(&self, capsules: &[Capsule]) -> Result<Vec<Vec<u8>>> {
        let (mut proofs, mut cache) = (Vec::new(), Cache::new());
        for answer in &self.answers {
            let number = answer.answer().refresh();
            let statement = self.refreshed.iter().find(|it| it.number() == number);
            let (grant, statement) = (self.grant.grant(), statement.map(AsRef::as_ref));
            let Some(capsule) = capsules.iter().find(|it| answer.is_for(it)) else {
                continue;
            };
            match Blame::after_refresh(grant, answer, capsule, statement, &mut cache) {
                Ok(blame) => proofs.push(blame.to_bytes()?),
                // It answered rightly.
                Err(Error::Verify) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(proofs)
    }
}

/// A key that a patient's grant and relays' answers make: it opens the records asked for.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "GrantedKey",
    skip_from_py_object
)]
pub struct PyGrantedKey {
    pub inner: Arc<Answered>,
}

#[pymethods]
impl PyGrantedKey {
    /// The proofs against each relay that answered wrongly for this record: anybody checks one
    /// with `check_blame`, and nothing in it is secret. None where all answered rightly.
    ///
    /// Opening names the relay (307) where too few others answered.
    fn blame<'py>(
        &self,
        py: Python<'py>,
        record: Buffer<'_>,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let bytes = record.as_slice();
        let proofs = py.detach(|| {
            let (header, _) = Header::from_bytes(bytes)?;
            self.inner.blame(&capsules(&header)?)
        });
        let proofs = proofs.raise()?;
        Ok(proofs.iter().map(|it| PyBytes::new(py, it)).collect())
    }

    fn __repr__(&self) -> String {
        format!(
            "<hippocrypt.GrantedKey with {} answers>",
            self.inner.answers.len()
        )
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(crate::error::never_pickled(&slf.get_type()))
    }
}

/// Checks a proof that a relay answered wrongly; gives the relay's index in its grant, from 1, the
/// twelve words of its fingerprint, and the grant.
///
/// Raises Error: 301 for a proof that does not hold, 306 where the record's maker is at fault.
#[pyfunction]
pub fn check_blame(py: Python<'_>, proof: Buffer<'_>) -> PyResult<(u8, String, PyGrant)> {
    let bytes = proof.as_slice();
    let checked = py.detach(|| {
        let mut cache = Cache::new();
        let blame = Blame::from_bytes(&binary(bytes)?, &mut cache)?;
        let relay = blame.check(&mut cache)?;
        let place = usize::from(relay).checked_sub(1).ok_or(Error::Verify)?;
        let fingerprint = blame.grant().header().relays().nth(place);
        let words = fingerprint.ok_or(Error::Verify)?.to_words();
        Ok((relay, words, read_grant(&blame.grant().to_bytes())?))
    });
    let (relay, words, grant) = checked.raise()?;
    Ok((relay, words, PyGrant::new(grant)))
}
