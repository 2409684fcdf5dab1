//! Relays that answer, and lists of what patients revoked.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hippocrypt::Error;
use hippocrypt::pre::{
    Circumstances, Current, FileRelayState, Grant, LIST_AGE, MemoryRelayState, PatientKey,
    PublisherState, REQUEST_AGE, RelayShare, RelayState, Requests, RevocationList, Verified,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::grant::{PyGrant, PyGrantShare};
use crate::input::{self, Buffer, Moment};
use crate::party::{PyPatient, PyRelay};

/// A relay at work: its key, and what it must not forget.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "RelayService",
    skip_from_py_object
)]
pub struct PyRelayService {
    relay: std::sync::Arc<hippocrypt::pre::RelayKey>,
    state: Mutex<Box<dyn RelayState>>,
    request_age: u64,
    list_age: u64,
}

#[pymethods]
impl PyRelayService {
    /// `state` is a folder in which it remembers revocations and requests; without one it
    /// remembers them in memory, and refuses requests from before now. `request_age` and
    /// `list_age` are seconds: how old requests and lists of revocations may be.
    #[new]
    #[pyo3(signature = (
        relay, *, state = None, request_age = REQUEST_AGE, list_age = LIST_AGE, now = None
    ))]
    fn new(
        relay: &Bound<'_, PyRelay>,
        state: Option<PathBuf>,
        request_age: u64,
        list_age: u64,
        now: Option<Moment>,
    ) -> PyResult<Self> {
        let now = input::moment(now)?;
        let state: Box<dyn RelayState> = match state {
            Some(folder) => Box::new(FileRelayState::open(folder, now).raise()?),
            None => Box::new(MemoryRelayState::started_at(now)),
        };
        let relay = relay.get().inner.clone();
        Ok(Self {
            relay,
            state: Mutex::new(state),
            request_age,
            list_age,
        })
    }

    /// Answers what a recipient asks under a grant; nothing without a current list of
    /// revocations by the grant's publisher.
    #[pyo3(signature = (request, *, grant, share, revocations, now = None))]
    fn transform<'py>(
        &self,
        py: Python<'py>,
        request: Buffer<'_>,
        grant: &Bound<'_, PyGrant>,
        share: &Bound<'_, PyGrantShare>,
        revocations: Buffer<'_>,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let now = input::moment(now)?;
        let (grant, share) = (grant.get().inner.clone(), share.get().inner.clone());
        let (request, list) = (request.as_slice(), revocations.as_slice());
        let answer = py
            .detach(|| -> hippocrypt::Result<Vec<u8>> {
                let requests = Requests::from_bytes(request)?;
                let list = RevocationList::from_bytes(list)?;
                let mut state = lock(&self.state);
                let current = self.accept(list, &grant, state.as_mut(), now)?;
                let grant = (*grant).clone();
                let installed =
                    RelayShare::install(grant, &share, &self.relay, now, state.as_ref())?;
                let asked = requests.for_relay(share.index());
                let asked = asked.ok_or(Error::Missing("a request to this relay"))?;
                let circumstances = Circumstances {
                    now,
                    request_age: self.request_age,
                    list_age: self.list_age,
                    current: Some(&current),
                };
                let answer =
                    installed.transform(asked, &self.relay, &circumstances, state.as_mut())?;
                Ok(answer.to_bytes())
            })
            .raise()?;
        Ok(PyBytes::new(py, &answer))
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.RelayService>"
    }
}

impl PyRelayService {
    /// A list of somebody else must not fill the relay's memory with other people's entries.
    fn accept(
        &self,
        list: RevocationList,
        grant: &Grant<Verified>,
        state: &mut dyn RelayState,
        now: u64,
    ) -> hippocrypt::Result<Current> {
        if list.publisher() != grant.header().publisher() {
            return Err(Error::StaleList("not by the publisher of the grant"));
        }
        Current::accept(list, state, now, self.list_age)
    }
}

/// What a patient must not forget: the numbers of grants, and what was revoked.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "PublisherState",
    skip_from_py_object
)]
pub struct PyPublisherState {
    state: Mutex<PublisherState>,
}

#[pymethods]
impl PyPublisherState {
    /// Of a patient who has granted nothing yet.
    #[new]
    fn new(patient: &Bound<'_, PyPatient>) -> Self {
        let owner = *patient.get().inner.profile().signing_key();
        Self {
            state: Mutex::new(PublisherState::new(owner)),
        }
    }

    /// Reads what `to_bytes` gave.
    #[staticmethod]
    #[pyo3(signature = (data, *, patient))]
    fn from_bytes(data: Buffer<'_>, patient: &Bound<'_, PyPatient>) -> PyResult<Self> {
        let owner = patient.get().inner.profile().signing_key();
        let state = PublisherState::from_bytes(data.as_slice(), owner).raise()?;
        Ok(Self {
            state: Mutex::new(state),
        })
    }

    /// The state, to save after each grant and revocation.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = lock(&self.state).to_bytes().raise()?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Revokes a grant; relays follow once they have the next list.
    #[pyo3(signature = (patient, grant, *, now = None))]
    fn revoke(
        &self,
        py: Python<'_>,
        patient: &Bound<'_, PyPatient>,
        grant: &Bound<'_, PyGrant>,
        now: Option<Moment>,
    ) -> PyResult<()> {
        let (key, now) = (patient.get().inner.clone(), input::moment(now)?);
        let grant = *grant.get().inner.header().grant_id();
        py.detach(|| self.state(&key)?.revoke(&key, &grant, now))
            .raise()
    }

    /// Revokes all grants so far.
    #[pyo3(signature = (patient, *, now = None))]
    fn revoke_all(
        &self,
        py: Python<'_>,
        patient: &Bound<'_, PyPatient>,
        now: Option<Moment>,
    ) -> PyResult<()> {
        let (key, now) = (patient.get().inner.clone(), input::moment(now)?);
        py.detach(|| self.state(&key)?.revoke_all(&key, now).map(|_| ()))
            .raise()
    }

    /// The signed list that relays want to see, at least daily.
    #[pyo3(signature = (patient, *, now = None))]
    fn publish<'py>(
        &self,
        py: Python<'py>,
        patient: &Bound<'_, PyPatient>,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (key, now) = (patient.get().inner.clone(), input::moment(now)?);
        let list = py.detach(|| {
            self.state(&key)?
                .publish_as(&key, now)
                .map(|it| it.to_bytes())
        });
        Ok(PyBytes::new(py, &list.raise()?))
    }
}

impl PyPublisherState {
    /// The state, if it is this patient's.
    pub fn state(
        &self,
        patient: &PatientKey,
    ) -> hippocrypt::Result<MutexGuard<'_, PublisherState>> {
        let state = lock(&self.state);
        // Reading its own bytes for another owner is how a state says whose it is.
        PublisherState::from_bytes(&state.to_bytes()?, patient.profile().signing_key())?;
        Ok(state)
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
