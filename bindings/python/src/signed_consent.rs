//! Consents that were signed.

use std::sync::Arc;

use hippocrypt::consent::{ConsentSigner, SignedConsent, VerifiedConsent};
use hippocrypt::keys::file;
use hippocrypt::pre::CarerKind;
use hippocrypt::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::consent::PyTerms;
use crate::error::Raise;
use crate::input::{self, Buffer, Moment};
use crate::party::{PyPatient, PyPatientProfile, PySigner};

/// A consent that its patient, or somebody who may sign for the patient, has signed.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "VerifiedConsent",
    skip_from_py_object
)]
pub struct PyVerifiedConsent {
    pub inner: Arc<VerifiedConsent>,
}

#[pymethods]
impl PyVerifiedConsent {
    /// What was consented to.
    #[getter]
    fn terms(&self) -> PyTerms {
        PyTerms::new(self.inner.terms().clone())
    }

    /// `patient`, `guardian`, `attorney` or `helper`.
    #[getter]
    fn signer(&self) -> &'static str {
        match self.inner.signer() {
            ConsentSigner::Patient => "patient",
            ConsentSigner::Carer(CarerKind::Guardian) => "guardian",
            ConsentSigner::Carer(CarerKind::Attorney) => "attorney",
            ConsentSigner::Carer(CarerKind::Helper) => "helper",
        }
    }

    /// When it was signed, as the signer says, in Unix seconds.
    #[getter]
    fn time(&self) -> u64 {
        self.inner.time()
    }

    fn __repr__(&self) -> String {
        format!(
            "<hippocrypt.VerifiedConsent signed by the {}>",
            self.signer()
        )
    }
}

/// Signs Terms as the patient, or as a `carer` whom the patient's `profile` names; gives the
/// signed consent's bytes.
#[pyfunction]
#[pyo3(signature = (terms, *, patient = None, carer = None, profile = None, now = None))]
pub fn sign_consent<'py>(
    py: Python<'py>,
    terms: &Bound<'_, PyTerms>,
    patient: Option<&Bound<'_, PyPatient>>,
    carer: Option<&Bound<'_, PySigner>>,
    profile: Option<&Bound<'_, PyPatientProfile>>,
    now: Option<Moment>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (terms, now) = ((*terms.get().inner).clone(), input::moment(now)?);
    let signed = match (patient, carer, profile) {
        (Some(patient), None, None) => SignedConsent::by_patient(terms, &patient.get().inner, now),
        (None, Some(carer), Some(profile)) => {
            let (profile, carer) = (&profile.get().inner, carer.get().inner.as_ref());
            SignedConsent::by_carer(terms, profile, carer, now).and_then(|signed| {
                // Nobody keeps a signature that whoever verifies it will refuse.
                signed.verify(profile, now).map(|_| signed)
            })
        }
        _ => Err(Error::Argument(
            "the patient, or a carer and the patient's profile",
        )),
    };
    let bytes = signed.and_then(|it| it.to_bytes()).raise()?;
    Ok(PyBytes::new(py, &bytes))
}

/// Checks a signed consent, in binary or armoured, of the patient of `profile`; `received` is
/// when it came, now by default. With `document` it must have been made from exactly that.
#[pyfunction]
#[pyo3(signature = (signed, *, profile, received = None, document = None))]
pub fn verify_consent(
    py: Python<'_>,
    signed: Buffer<'_>,
    profile: &Bound<'_, PyPatientProfile>,
    received: Option<Moment>,
    document: Option<Buffer<'_>>,
) -> PyResult<PyVerifiedConsent> {
    let received = input::moment(received)?;
    let profile = profile.get().inner.clone();
    let bytes = signed.as_slice();
    let document = document.as_ref().map(Buffer::as_slice);
    let verified = py.detach(|| -> Result<VerifiedConsent> {
        let signed = SignedConsent::from_bytes(&binary(bytes)?)?;
        let verified = signed.verify(&profile, received)?;
        match document {
            Some(document) if !signed.is_of_document(document) => {
                Err(Error::Argument("the document that was signed"))
            }
            _ => Ok(verified),
        }
    });
    Ok(PyVerifiedConsent {
        inner: Arc::new(verified.raise()?),
    })
}

/// An object in binary, which comes so or armoured.
pub fn binary(either: &[u8]) -> Result<Vec<u8>> {
    match either.starts_with(b"-----BEGIN ") {
        true => Ok(file::unarmour(either)?.expose().clone()),
        false => Ok(either.to_vec()),
    }
}
