//! Lists of what patients revoked, and who publishes them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hippocrypt::asymmetric::{Signer, VerifyingKey};
use hippocrypt::keys::SignerKey;
use hippocrypt::pre::{PatientKey, PublisherState, RecipientKey, RevocationList, Revoked};
use hippocrypt::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::grant::PyGrant;
use crate::input::{self, Buffer, Moment};
use crate::party::{PyPatient, PyPatientProfile, PyRecipient, PySigner};

/// Who publishes: a patient, or a carer or institution by a key that signs.
pub enum Publisher {
    Patient(Arc<PatientKey>),
    Signer(Arc<SignerKey>),
    Recipient(Arc<RecipientKey>),
}

impl FromPyObject<'_, '_> for Publisher {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(key) = object.cast::<PyPatient>() {
            return Ok(Self::Patient(key.get().inner.clone()));
        }
        if let Ok(key) = object.cast::<PySigner>() {
            return Ok(Self::Signer(key.get().inner.clone()));
        }
        match object.cast::<PyRecipient>() {
            Ok(key) => Ok(Self::Recipient(key.get().inner.clone())),
            Err(_) => Err(PyTypeError::new_err("a Patient, Signer or Recipient")),
        }
    }
}

impl Publisher {
    fn key(&self) -> VerifyingKey {
        match self {
            Self::Patient(key) => *key.profile().signing_key(),
            Self::Signer(key) => key.verifying_key(),
            Self::Recipient(key) => key.signing().verifying_key(),
        }
    }

    /// The patient's key, for what nobody else can do.
    fn patient(&self) -> Result<&PatientKey> {
        match self {
            Self::Patient(key) => Ok(key),
            _ => Err(Error::Argument("a patient's key")),
        }
    }
}

/// What a patient, or another publisher, must not forget: the numbers of grants and lists, and
/// what was revoked.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "PublisherState",
    skip_from_py_object
)]
pub struct PyPublisherState {
    state: Mutex<PublisherState>,
    owner: VerifyingKey,
}

#[pymethods]
impl PyPublisherState {
    /// Of a Patient who has granted nothing yet, or a Signer or Recipient who publishes for others.
    #[new]
    fn new(owner: Publisher) -> Self {
        Self {
            state: Mutex::new(PublisherState::new(owner.key())),
            owner: owner.key(),
        }
    }

    /// Reads what `to_bytes` gave, of the same owner.
    #[staticmethod]
    #[pyo3(signature = (data, *, owner))]
    fn from_bytes(data: Buffer<'_>, owner: Publisher) -> PyResult<Self> {
        let owner = owner.key();
        let state = PublisherState::from_bytes(data.as_slice(), &owner).raise()?;
        Ok(Self {
            state: Mutex::new(state),
            owner,
        })
    }

    /// The state, to save after each grant, revocation and list.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.lock().to_bytes().raise()?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Revokes a grant, as its patient or as a guardian or attorney whose scope covers it; relays
    /// follow once they have the next list.
    ///
    /// Raises Error: 1 for another owner's state, CallError for a carer who may not.
    #[pyo3(signature = (owner, grant, *, now = None))]
    fn revoke(
        &self,
        py: Python<'_>,
        owner: Publisher,
        grant: &Bound<'_, PyGrant>,
        now: Option<Moment>,
    ) -> PyResult<()> {
        let (grant, now) = (grant.get().inner.clone(), input::moment(now)?);
        py.detach(|| {
            let mut state = self.of(&owner)?;
            let header = grant.header();
            match &owner {
                Publisher::Patient(key) => {
                    if header.patient().id() != key.profile().id() {
                        return Err(Error::Argument("another patient's grant"));
                    }
                    state.revoke(key, header.grant_id(), now)
                }
                Publisher::Signer(key) => state.revoke_as_carer(key.as_ref(), header, now),
                Publisher::Recipient(key) => state.revoke_as_carer(key.signing(), header, now),
            }
        })
        .raise()
    }

    /// Revokes all grants so far.
    #[pyo3(signature = (owner, *, now = None))]
    fn revoke_all(&self, py: Python<'_>, owner: Publisher, now: Option<Moment>) -> PyResult<()> {
        let now = input::moment(now)?;
        py.detach(|| {
            let mut state = self.of(&owner)?;
            state.revoke_all(owner.patient()?, now).map(|_| ())
        })
        .raise()
    }

    /// Revokes by the recovery key that a recovered key holds: a grant, or with `profile` all
    /// grants of a patient whose profile names this recovery key, a thief's too.
    #[pyo3(signature = (owner, *, grant = None, profile = None, now = None))]
    fn revoke_by_recovery(
        &self,
        py: Python<'_>,
        owner: Publisher,
        grant: Option<&Bound<'_, PyGrant>>,
        profile: Option<&Bound<'_, PyPatientProfile>>,
        now: Option<Moment>,
    ) -> PyResult<()> {
        let now = input::moment(now)?;
        let (profile, revoked) = match (grant, profile) {
            (Some(grant), None) => {
                let header = grant.get().inner.header();
                let id = *header.grant_id();
                (header.patient().clone(), Revoked::Grant(id))
            }
            (None, Some(profile)) => ((*profile.get().inner).clone(), Revoked::Floor(u64::MAX)),
            _ => return Err(Error::Argument("a grant, or a profile")).raise(),
        };
        py.detach(|| {
            let mut state = self.of(&owner)?;
            state.revoke_by_recovery(owner.patient()?, &profile, revoked, now)
        })
        .raise()
    }

    /// Ends a key that was rotated: all grants under it are revoked for good.
    #[pyo3(signature = (owner, *, now = None))]
    fn retire(&self, py: Python<'_>, owner: Publisher, now: Option<Moment>) -> PyResult<()> {
        let now = input::moment(now)?;
        py.detach(|| self.of(&owner)?.retire(owner.patient()?, now))
            .raise()
    }

    /// Takes over what a list says, for a state that begins anew or a publisher of many patients'
    /// revocations. The list and each entry is verified.
    fn take(&self, py: Python<'_>, revocations: Buffer<'_>) -> PyResult<()> {
        let bytes = revocations.as_slice();
        py.detach(|| self.lock().take(&RevocationList::from_bytes(bytes)?))
            .raise()
    }

    /// The signed list that relays want to see, at least daily.
    #[pyo3(signature = (owner, *, now = None))]
    fn publish<'py>(
        &self,
        py: Python<'py>,
        owner: Publisher,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let now = input::moment(now)?;
        let list = py.detach(|| {
            let mut state = self.of(&owner)?;
            let list = match &owner {
                Publisher::Patient(key) => state.publish_as(key, now),
                Publisher::Signer(key) => state.publish(key.as_ref(), now),
                Publisher::Recipient(key) => state.publish(key.signing(), now),
            };
            list.map(|it| it.to_bytes())
        });
        Ok(PyBytes::new(py, &list.raise()?))
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.PublisherState>"
    }
}

impl PyPublisherState {
    /// The state, if it is this patient's.
    pub fn state(&self, patient: &PatientKey) -> Result<MutexGuard<'_, PublisherState>> {
        match self.owner == *patient.profile().signing_key() {
            true => Ok(self.lock()),
            false => Err(Error::Argument("the state of another key")),
        }
    }

    fn of(&self, owner: &Publisher) -> Result<MutexGuard<'_, PublisherState>> {
        match self.owner == owner.key() {
            true => Ok(self.lock()),
            false => Err(Error::Argument("the state of another key")),
        }
    }

    fn lock(&self) -> MutexGuard<'_, PublisherState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
