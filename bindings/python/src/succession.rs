//! Rotation of patients' keys, and who follows it.

use std::sync::{Mutex, PoisonError};

use getrandom::SysRng;
use hippocrypt::keys::Fingerprint;
use hippocrypt::pre::{
    Objection, PatientKey, PatientProfile, Rank, SeenSuccessions, Succession, Unverified, Verified,
};
use hippocrypt::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::input::Buffer;
use crate::party::{PyPatient, PyPatientProfile};
use crate::recovery::PySeedBackup;

public_class!(
    /// A patient's later profile, signed for those who know an earlier one. Whether it holds,
    /// `PatientProfile.follow` says.
    PySuccession, "Succession", Succession<Unverified>, Succession::from_bytes, {
        /// `recovery`, or `device`: the recovery key outranks the device's, which a thief could
        /// have.
        #[getter]
        fn signed_by(&self) -> &'static str {
            match self.inner.rank() {
                Rank::Device => "device",
                Rank::Recovery => "recovery",
            }
        }

        /// Twelve words of the whole succession, to compare over the telephone.
        #[getter]
        fn fingerprint(&self) -> String {
            self.inner.fingerprint().to_words()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.Succession by the {}>", self.signed_by())
        }
    }
);

impl PySuccession {
    /// A verified one goes the way of all others: whoever follows it verifies it themselves.
    pub fn of(succession: &Succession<Verified>) -> Result<Self> {
        Succession::from_bytes(&succession.to_bytes()).map(Self::new)
    }

    fn verify(&self, known: &PatientProfile) -> Result<Succession<Verified>> {
        (*self.inner).clone().verify(known)
    }
}

public_class!(
    /// A device's word that it does not know of a recovery: whoever waits waits three times as
    /// long.
    PyObjection,
    "Objection",
    Objection,
    Objection::from_bytes,
    {
        fn __repr__(&self) -> &'static str {
            "<hippocrypt.Objection>"
        }
    }
);

/// Which successions were seen, and since when: to keep, at most 1,024.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "SeenSuccessions",
    skip_from_py_object
)]
pub struct PySeenSuccessions {
    inner: Mutex<SeenSuccessions>,
}

#[pymethods]
impl PySeenSuccessions {
    /// None yet.
    #[new]
    fn new() -> Self {
        Self {
            inner: Mutex::default(),
        }
    }

    /// Reads what `to_bytes` gave.
    #[staticmethod]
    fn from_bytes(data: Buffer<'_>) -> PyResult<Self> {
        let seen = SeenSuccessions::from_bytes(data.as_slice()).raise()?;
        Ok(Self {
            inner: Mutex::new(seen),
        })
    }

    /// To keep, also where `follow` raised 340: where it is lost, waiting begins anew.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let seen = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        PyBytes::new(py, &seen.to_bytes())
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.SeenSuccessions>"
    }
}

/// What a rotation gives.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Rotation",
    skip_from_py_object
)]
pub struct PyRotation {
    /// The new key.
    key: Py<PyPatient>,
    /// For everybody who knows the old profile.
    succession: Py<PySuccession>,
    /// The new seed for the trustees of before; None where the new key has its recovery secret.
    backup: Option<Py<PySeedBackup>>,
}

#[pymethods]
impl PyRotation {
    fn __repr__(&self) -> &'static str {
        "<hippocrypt.Rotation>"
    }
}

/// A successor of a patient's key.
pub fn rotate(py: Python<'_>, key: &PatientKey) -> PyResult<PyRotation> {
    let done = py.detach(|| key.rotate(&mut SysRng)).raise()?;
    Ok(PyRotation {
        succession: Py::new(py, PySuccession::of(&done.succession).raise()?)?,
        key: Py::new(py, PyPatient::new(done.key))?,
        backup: done
            .backup
            .map(|it| Py::new(py, PySeedBackup::new(it)))
            .transpose()?,
    })
}

/// A device's objection to a recovery.
pub fn object(
    py: Python<'_>,
    key: &PatientKey,
    succession: &PySuccession,
) -> PyResult<PyObjection> {
    py.detach(|| key.object(&succession.verify(key.profile())?))
        .raise()
        .map(PyObjection::new)
}

/// How somebody waits before they follow a recovery.
pub struct Waiting<'a, 'py> {
    pub seconds: u64,
    pub seen: &'a Bound<'py, PySeenSuccessions>,
    pub objections: &'a [Bound<'py, PyObjection>],
    pub confirmed: Option<&'a str>,
    pub now: u64,
}

/// The profile that the highest of these successions leads to.
pub fn follow(
    py: Python<'_>,
    known: &PatientProfile,
    successions: &[Bound<'_, PySuccession>],
    waiting: Option<Waiting<'_, '_>>,
) -> PyResult<PyPatientProfile> {
    let given: Vec<&PySuccession> = successions.iter().map(|it| it.get()).collect();
    let verified = py.detach(|| {
        let each = given.iter().map(|it| it.verify(known));
        each.collect::<Result<Vec<_>>>()
    });
    let highest = highest(&verified.raise()?).raise()?;
    if let Some(waiting) = waiting {
        wait(&highest, known, &waiting).raise()?;
    }
    Ok(PyPatientProfile::new(highest.later().clone()))
}

/// The one that outranks all others; of one and the same, either.
fn highest(all: &[Succession<Verified>]) -> Result<Succession<Verified>> {
    let same = |one: &Succession<Verified>, other: &Succession<Verified>| {
        one.later().to_bytes() == other.later().to_bytes()
    };
    let found = all.iter().find(|it| {
        let mut others = all.iter().filter(|other| !same(it, other));
        others.all(|other| it.outranks(other))
    });
    match found {
        Some(highest) => Ok(highest.clone()),
        None if all.is_empty() => Err(Error::Missing("a succession")),
        None => Err(Error::Succession("two are alike: ask the patient")),
    }
}

fn wait(
    succession: &Succession<Verified>,
    known: &PatientProfile,
    waiting: &Waiting<'_, '_>,
) -> Result<()> {
    let seen = &waiting.seen.get().inner;
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let first = seen.first_seen(succession, waiting.now)?;
    if let Some(words) = waiting.confirmed {
        return match Fingerprint::parse(words)?.to_bytes() == succession.fingerprint().to_bytes() {
            true => Ok(()),
            false => Err(Error::Argument("the fingerprint of another succession")),
        };
    }
    let mut objections = waiting.objections.iter().map(|it| &it.get().inner);
    let objected = objections.any(|it| it.is_to(succession, known));
    let from = succession.counts_from(first, waiting.seconds, objected);
    match waiting.now < from {
        true => Err(Error::Waits(from)),
        false => Ok(()),
    }
}
