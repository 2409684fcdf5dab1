//! Relays that answer.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::pre::{
    Begin, Circumstances, Current, FileRelayState, Grant, GrantShare, HeldSharing, LIST_AGE,
    MemoryRelayState, REQUEST_AGE, RelayKey, RelayShare, RelayState, Requests, RevocationList,
    Verified,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::error::Raise;
use crate::grant::{PyGrant, PyGrantShare};
use crate::input::{self, Buffer, Moment};
use crate::party::{PyPatientProfile, PyRelay};
use crate::sharing::{
    PyRefreshDealing, PyRefreshInvitation, PyRefreshStatement, PySharingEnd, PySharingShare,
    PyStandingSharing,
};

/// A relay at work: its key, and what it must not forget.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "RelayService",
    skip_from_py_object
)]
pub struct PyRelayService {
    relay: std::sync::Arc<RelayKey>,
    state: Mutex<Memory>,
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
        let state = match state {
            Some(folder) => Memory::Folder(Box::new(FileRelayState::open(folder, now).raise()?)),
            None => Memory::Process(MemoryRelayState::started_at(now)),
        };
        let relay = relay.get().inner.clone();
        Ok(Self {
            relay,
            state: Mutex::new(state),
            request_age,
            list_age,
        })
    }

    /// Answers what a recipient asks under a grant; nothing without a current list of revocations
    /// by the grant's publisher, first or among `revocations`. `share` is the relay's, for a grant
    /// with shares of its own; those of a standing sharing are in the state. `patient` is the
    /// patient's latest profile, in which the carer of a grant must still stand.
    ///
    /// Raises Error: 400 and 402 for a grant that has ended or was revoked, 403 for what it does
    /// not allow, 404 for a request that was served before or is too old, 405 for lists, 326 and
    /// 406 for sharings.
    #[pyo3(signature = (request, *, grant, revocations, share = None, patient = None, now = None))]
    #[allow(clippy::too_many_arguments)] // Named ones, all but the first.
    fn transform<'py>(
        &self,
        py: Python<'py>,
        request: Buffer<'_>,
        grant: &Bound<'_, PyGrant>,
        revocations: Lists<'_>,
        share: Option<&Bound<'_, PyGrantShare>>,
        patient: Option<&Bound<'_, PyPatientProfile>>,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let now = input::moment(now)?;
        let grant = grant.get().inner.clone();
        let share = share.map(|it| it.get().inner.clone());
        let patient = patient.map(|it| it.get().inner.clone());
        let request = request.as_slice();
        let lists: Vec<&[u8]> = revocations.0.iter().map(Buffer::as_slice).collect();
        let answer = py
            .detach(|| -> hippocrypt::Result<Vec<u8>> {
                let requests = Requests::from_bytes(request)?;
                let lists = lists.iter().map(|bytes| RevocationList::from_bytes(bytes));
                let lists = lists.collect::<hippocrypt::Result<Vec<_>>>()?;
                let mut state = lock(&self.state);
                let current = self.accept(lists, &grant, state.common(), now)?;
                if let Some(latest) = &patient {
                    grant.header().check_carer(latest)?;
                }
                let installed = state.install(&grant, share.as_deref(), &self.relay, now)?;
                let asked = requests.for_relay(installed.index());
                let asked = asked.ok_or(Error::Missing("a request to this relay"))?;
                let circumstances = Circumstances {
                    now,
                    request_age: self.request_age,
                    list_age: self.list_age,
                    current: Some(&current),
                };
                let answer =
                    installed.transform(asked, &self.relay, &circumstances, state.common())?;
                Ok(answer.to_bytes())
            })
            .raise()?;
        Ok(PyBytes::new(py, &answer))
    }

    /// Takes the relay's share of a standing sharing into the state; delete it elsewhere.
    ///
    /// Raises Error: 7 without a folder, 303 for another relay's share, 502 for a sharing whose
    /// share is there already, 406 for one that has ended.
    fn add_share(
        &self,
        py: Python<'_>,
        sharing: &Bound<'_, PyStandingSharing>,
        share: &Bound<'_, PySharingShare>,
    ) -> PyResult<()> {
        let (sharing, share) = (sharing.get().inner.clone(), share.get().inner.clone());
        py.detach(|| {
            let mut state = lock(&self.state);
            let folder = state.folder()?;
            match folder.sharing(sharing.digest(), &self.relay) {
                // A share that was refreshed since is not replaced by the one that was dealt.
                Ok(_) => return Err(Error::Exists),
                Err(Error::Sharing(_)) => {}
                Err(other) => return Err(other),
            }
            let held = HeldSharing::install((*sharing).clone(), &share, &self.relay, folder)?;
            folder.keep_sharing(&held, &self.relay, &mut SysRng)
        })
        .raise()
    }

    /// Refuses an epoch of a sharing for ever and erases its share; gives whether there was one.
    fn end_sharing(&self, py: Python<'_>, end: &Bound<'_, PySharingEnd>) -> PyResult<bool> {
        let end = end.get().inner.clone();
        py.detach(|| lock(&self.state).folder()?.end_sharing(&end))
            .raise()
    }

    /// Begins to refresh the relay's share, or joins who began: give the invitation to all relays.
    /// `again` gives up a refresh that is on its way.
    ///
    /// Raises Error: 330 where it cannot begin, 329 that names the relay whose invitation does not
    /// fit.
    #[pyo3(signature = (sharing, invitations = Vec::new(), *, again = false))]
    fn begin_refresh(
        &self,
        py: Python<'_>,
        sharing: &Bound<'_, PyStandingSharing>,
        invitations: Vec<Bound<'_, PyRefreshInvitation>>,
        again: bool,
    ) -> PyResult<PyRefreshInvitation> {
        let given = invitations.iter().map(|it| (*it.get().inner).clone());
        let given: Vec<_> = given.collect();
        let begin = if again { Begin::Again } else { Begin::GoOn };
        self.refresh(py, sharing, |held, key, folder| {
            held.begin_refresh(key, (begin, &given), folder, &mut SysRng)
        })
        .map(PyRefreshInvitation::new)
    }

    /// Deals to all relays, from the invitations of all: give the dealing to all.
    fn deal_refresh(
        &self,
        py: Python<'_>,
        sharing: &Bound<'_, PyStandingSharing>,
        invitations: Vec<Bound<'_, PyRefreshInvitation>>,
    ) -> PyResult<PyRefreshDealing> {
        let given = invitations.iter().map(|it| (*it.get().inner).clone());
        let given: Vec<_> = given.collect();
        self.refresh(py, sharing, |held, key, _| {
            held.deal_refresh(&given, key, &mut SysRng)
        })
        .map(PyRefreshDealing::new)
    }

    /// Checks what all dealt and signs what the next shares commit to: give the statement to all.
    /// The old share serves until the refresh is finished.
    ///
    /// Raises Error 328, which names the relay that dealt wrongly.
    fn accept_refresh(
        &self,
        py: Python<'_>,
        sharing: &Bound<'_, PyStandingSharing>,
        dealings: Vec<Bound<'_, PyRefreshDealing>>,
    ) -> PyResult<PyRefreshStatement> {
        let given = dealings.iter().map(|it| (*it.get().inner).clone());
        let given: Vec<_> = given.collect();
        self.refresh(py, sharing, |held, key, _| held.accept_refresh(&given, key))
            .map(PyRefreshStatement::new)
    }

    /// Takes the next share into use and erases the old one, once all have signed.
    fn finish_refresh(
        &self,
        py: Python<'_>,
        sharing: &Bound<'_, PyStandingSharing>,
        statements: Vec<Bound<'_, PyRefreshStatement>>,
    ) -> PyResult<PyRefreshStatement> {
        let given = statements.iter().map(|it| (*it.get().inner).clone());
        let given: Vec<_> = given.collect();
        self.refresh(py, sharing, |held, _, _| held.finish_refresh(&given))
            .map(PyRefreshStatement::new)
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.RelayService>"
    }
}

impl PyRelayService {
    /// Keeps the entries of the grant's publisher, whose list must be current, and the patient's
    /// own from any other list: a list of somebody else must not fill the relay's memory.
    fn accept(
        &self,
        lists: Vec<RevocationList>,
        grant: &Grant<Verified>,
        state: &mut dyn RelayState,
        now: u64,
    ) -> hippocrypt::Result<Current> {
        let mut current = None;
        for list in lists {
            if list.publisher() == grant.header().publisher() {
                current = Some(Current::accept(list, state, now, self.list_age)?);
            } else {
                let patient = grant.header().patient();
                let own = list.entries().iter().filter(|it| it.is_by(patient));
                state.keep_all(&own.copied().collect::<Vec<_>>())?;
            }
        }
        current.ok_or(Error::StaleList("not by the publisher of the grant"))
    }

    /// One step of a refresh: on the disk before anybody else sees what follows from it.
    fn refresh<T: Send>(
        &self,
        py: Python<'_>,
        sharing: &Bound<'_, PyStandingSharing>,
        step: impl FnOnce(&mut HeldSharing, &RelayKey, &mut FileRelayState) -> hippocrypt::Result<T>
        + Send,
    ) -> PyResult<T> {
        let digest = *sharing.get().inner.digest();
        py.detach(|| {
            let mut state = lock(&self.state);
            let folder = state.folder()?;
            let mut held = folder.sharing(&digest, &self.relay)?;
            let said = step(&mut held, &self.relay, folder)?;
            folder.keep_sharing(&held, &self.relay, &mut SysRng)?;
            Ok(said)
        })
        .raise()
    }
}

/// Where a relay remembers.
enum Memory {
    Folder(Box<FileRelayState>),
    Process(MemoryRelayState),
}

impl Memory {
    fn common(&mut self) -> &mut dyn RelayState {
        match self {
            Self::Folder(state) => state.as_mut(),
            Self::Process(state) => state,
        }
    }

    /// Shares of standing sharings outlive the process.
    fn folder(&mut self) -> hippocrypt::Result<&mut FileRelayState> {
        match self {
            Self::Folder(state) => Ok(state),
            Self::Process(_) => Err(Error::Missing("a folder for the state")),
        }
    }

    /// The relay's share of a grant, or of the sharing that the grant hangs on.
    fn install(
        &mut self,
        grant: &Grant<Verified>,
        share: Option<&GrantShare>,
        key: &RelayKey,
        now: u64,
    ) -> hippocrypt::Result<RelayShare> {
        match (grant.sharing(), share) {
            (None, Some(share)) => {
                RelayShare::install(grant.clone(), share, key, now, self.common())
            }
            (None, None) => Err(Error::Missing("the relay's share of the grant")),
            (Some(_), Some(_)) => Err(Error::Sharing("the relay's share of it is in its state")),
            (Some(sharing), None) => {
                let folder = self.folder()?;
                folder
                    .sharing(&sharing, key)?
                    .admit(grant.clone(), now, folder)
            }
        }
    }
}

/// One list of revocations, or several.
pub struct Lists<'py>(Vec<Buffer<'py>>);

impl<'py> FromPyObject<'_, 'py> for Lists<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
            return object.extract().map(Self);
        }
        Ok(Self(vec![object.extract()?]))
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
