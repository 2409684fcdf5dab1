//! What records are opened with.

use std::sync::Arc;

use hippocrypt::Error;
use hippocrypt::abe::UserKey;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::envelope::{AcceptedSenders, BothHolder, CapsuleOpener, Opener, Owner};
use hippocrypt::pre::PatientKey;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyTuple, PyType};

use crate::authority::PyUserKey;
use crate::error::Raise;
use crate::held::{Answered, PyGrantedKey};
use crate::party::{PyPatient, PySignerPublic};

/// One way to a data key.
#[derive(Clone)]
pub enum ReaderKey {
    User(Arc<UserKey>),
    Patient(Arc<PatientKey>),
    Granted(Arc<Answered>),
}

/// Every way to a data key that was given: one key, a KeySource of one, or a list of these.
#[derive(Clone)]
pub struct Keyring(Vec<ReaderKey>);

impl FromPyObject<'_, '_> for Keyring {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let mut keys = Vec::new();
        if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
            for item in object.try_iter()? {
                keys.push(one(&item?)?);
            }
        } else {
            keys.push(one(&object)?);
        }
        Ok(Self(keys))
    }
}

fn one(object: &Bound<'_, PyAny>) -> PyResult<ReaderKey> {
    if let Ok(key) = object.cast::<PyUserKey>() {
        return Ok(ReaderKey::User(key.get().inner.clone()));
    }
    if let Ok(key) = object.cast::<PyPatient>() {
        return Ok(ReaderKey::Patient(key.get().inner.clone()));
    }
    if let Ok(key) = object.cast::<PyGrantedKey>() {
        return Ok(ReaderKey::Granted(key.get().inner.clone()));
    }
    if object.is_instance(source(object.py())?)? {
        let loaded = object.call_method0("load")?;
        if !loaded.is_instance(source(object.py())?)? {
            return one(&loaded);
        }
    }
    let name = object.get_type().name()?.to_string();
    Err(PyTypeError::new_err(format!(
        "a UserKey, Patient, GrantedKey or KeySource, or a list of these, not {name}"
    )))
}

fn source(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static SOURCE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    SOURCE.import(py, "hippocrypt._source", "KeySource")
}

impl Keyring {
    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = &ReaderKey> {
        self.0.iter()
    }

    /// An opener that tries each of them, and each pair for records that ask for two.
    pub fn opener<'a>(&'a self, senders: &'a Senders) -> Opener<'a> {
        let mut opener = Opener::new().senders(senders.accepted());
        for key in &self.0 {
            opener = match key {
                ReaderKey::User(key) => opener.key(key),
                other => match other.capsules() {
                    Some(capsules) => opener.capsules(capsules),
                    None => opener,
                },
            };
        }
        for user in &self.0 {
            let ReaderKey::User(user) = user else {
                continue;
            };
            for capsules in self.0.iter().filter_map(ReaderKey::capsules) {
                opener = opener.unwrap_with(Box::new(BothHolder::new(user, capsules)));
            }
        }
        opener
    }
}

impl ReaderKey {
    fn capsules(&self) -> Option<Box<dyn CapsuleOpener + '_>> {
        match self {
            Self::User(_) => None,
            Self::Patient(key) => Some(Box::new(Owner::new(key))),
            Self::Granted(answered) => Some(Box::new(answered.opener())),
        }
    }
}

/// Whose records are accepted: anybody's, or those of the signers in a list.
#[derive(Clone, Default)]
pub struct Senders(Option<Vec<VerifyingKey>>);

impl Senders {
    pub fn accepted(&self) -> AcceptedSenders<'_> {
        match &self.0 {
            None => AcceptedSenders::Any,
            Some(keys) => AcceptedSenders::Known(keys),
        }
    }
}

impl FromPyObject<'_, '_> for Senders {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(one) = object.cast::<PySignerPublic>() {
            return Ok(Self(Some(vec![one.get().inner.verifying_key()])));
        }
        if object.is_none() {
            return Ok(Self::default());
        }
        let mut keys = Vec::new();
        for item in object.try_iter()? {
            let item = item?;
            keys.push(item.cast::<PySignerPublic>()?.get().inner.verifying_key());
        }
        if keys.is_empty() {
            return Err(Error::Argument("a sender; None accepts any")).raise();
        }
        Ok(Self(Some(keys)))
    }
}
