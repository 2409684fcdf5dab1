//! Recovery of patients' keys by trustees.

use getrandom::SysRng;
use hippocrypt::pre::{
    PatientKey, RecipientPublic, ReleasedShare, SeedBackup, Splitting, TrusteeShare,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::party::{PyPatient, PyPatientProfile, PyRecipient, PyRecipientPublic};
use crate::succession::PySuccession;

/// What a share says of itself, whoever has it.
macro_rules! share_class {
    ($(#[$doc:meta])* $class:ident, $name:literal, $share:ty, { $($more:tt)* }) => {
        public_class!(
            $(#[$doc])*
            $class, $name, $share, <$share>::from_bytes, {
                /// Which trustee's it is, from 1.
                #[getter]
                fn index(&self) -> u8 {
                    self.inner.index()
                }

                /// How many shares give the key back, and how many there are.
                #[getter]
                fn trustees(&self) -> (u8, u8) {
                    self.inner.trustees()
                }

                /// The patient as the profile was when the recovery secret was split.
                #[getter]
                fn profile(&self) -> PyPatientProfile {
                    PyPatientProfile::new(self.inner.profile().clone())
                }

                /// 32 bytes, equal in all shares of one split and in no other's.
                #[getter]
                fn backup_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
                    PyBytes::new(py, &self.inner.backup_id())
                }

                /// Raises Error unless the share is of use to the patient with this profile: 322
                /// for one of an earlier split, 323 for one of another.
                fn require_current(&self, profile: &Bound<'_, PyPatientProfile>) -> PyResult<()> {
                    self.inner.is_current(&profile.get().inner).raise()
                }

                fn __repr__(&self) -> String {
                    let (_, count) = self.inner.trustees();
                    format!(concat!("<hippocrypt.", $name, " {} of {}>"), self.inner.index(), count)
                }

                $($more)*
            }
        );
    };
}

share_class!(
    /// One share of a patient's recovery secret, sealed to its trustee.
    PyTrusteeShare, "TrusteeShare", TrusteeShare, {
        /// A drill: raises Error unless the share is whole and opens with the trustee's key.
        fn check(&self, py: Python<'_>, key: &Bound<'_, PyRecipient>) -> PyResult<()> {
            let key = key.get().inner.clone();
            py.detach(|| self.inner.check(&key)).raise()
        }

        /// Seals the share again, to the keys of the device that the patient holds now: make sure,
        /// by voice or in person, that the patient asks and that the keys are the device's.
        ///
        /// Raises Error: 303 for another trustee's key, 321 for a share that is not the one dealt.
        #[pyo3(signature = (key, *, to))]
        fn release(
            &self,
            py: Python<'_>,
            key: &Bound<'_, PyRecipient>,
            to: &Bound<'_, PyRecipientPublic>,
        ) -> PyResult<PyReleasedShare> {
            let (key, to) = (key.get().inner.clone(), to.get().inner.clone());
            py.detach(|| self.inner.release(&key, &to, &mut SysRng))
                .raise()
                .map(PyReleasedShare::new)
        }
    }
);

share_class!(
    /// A trustee's share, released to the device that recovers a patient's key.
    PyReleasedShare,
    "ReleasedShare",
    ReleasedShare,
    {}
);

public_class!(
    /// The seed of a rotated key for the trustees of before, of use to nobody else.
    PySeedBackup, "SeedBackup", SeedBackup, SeedBackup::from_bytes, {
        /// The number of the profile whose seed it is.
        #[getter]
        fn sequence(&self) -> u64 {
            self.inner.sequence()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.SeedBackup {}>", self.inner.sequence())
        }
    }
);

/// What splitting a patient's recovery secret gives.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Splitting",
    skip_from_py_object
)]
pub struct PySplitting {
    /// The key from now on, without the recovery secret: no copy of the one before should stay.
    key: Py<PyPatient>,
    /// One share for each trustee, in their order.
    shares: Vec<Py<PyTrusteeShare>>,
    /// For those who know an earlier profile; None for a first split, and where the earlier
    /// recovery secret is not at hand.
    succession: Option<Py<PySuccession>>,
}

#[pymethods]
impl PySplitting {
    fn __repr__(&self) -> String {
        format!("<hippocrypt.Splitting among {}>", self.shares.len())
    }
}

/// Splits a patient's recovery secret, or a fresh one.
pub fn split(
    py: Python<'_>,
    key: &PatientKey,
    trustees: &[Bound<'_, PyRecipientPublic>],
    threshold: u8,
    again: bool,
) -> PyResult<PySplitting> {
    let trustees = trustees.iter().map(|it| (*it.get().inner).clone());
    let trustees: Vec<RecipientPublic> = trustees.collect();
    let split = py.detach(|| match again {
        true => key.split_again(&trustees, threshold, &mut SysRng),
        false => key.split(&trustees, threshold, &mut SysRng),
    });
    let Splitting {
        key,
        shares,
        succession,
    } = split.raise()?;
    let shares = shares.into_iter().map(PyTrusteeShare::new);
    Ok(PySplitting {
        key: Py::new(py, PyPatient::new(key))?,
        shares: shares
            .map(|share| Py::new(py, share))
            .collect::<PyResult<_>>()?,
        succession: succession
            .map(|it| Py::new(py, PySuccession::of(&it).raise()?))
            .transpose()?,
    })
}

/// A patient's key again, from the shares that were released to a device.
pub fn recover(
    py: Python<'_>,
    parts: &[Bound<'_, PyReleasedShare>],
    device: &Bound<'_, PyRecipient>,
    backups: &[Bound<'_, PySeedBackup>],
    known: Option<&Bound<'_, PyPatientProfile>>,
) -> PyResult<PyPatient> {
    let parts = parts.iter().map(|it| (*it.get().inner).clone());
    let parts: Vec<ReleasedShare> = parts.collect();
    let backups = backups.iter().map(|it| (*it.get().inner).clone());
    let backups: Vec<SeedBackup> = backups.collect();
    let device = device.get().inner.clone();
    let known = known.map(|it| it.get().inner.clone());
    py.detach(|| {
        if let Some(known) = &known {
            parts.iter().try_for_each(|part| part.is_current(known))?;
        }
        let key = PatientKey::recover(&parts, &device, &backups)?;
        let own = key.profile();
        match known.filter(|it| it.id() == own.id() && it.sequence() > own.sequence()) {
            // What the profile has said since, of carers above all.
            Some(later) => key.with_profile(&later),
            None => Ok(key),
        }
    })
    .raise()
    .map(PyPatient::new)
}
