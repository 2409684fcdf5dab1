//! Secret keys of whichever kind.

use std::path::PathBuf;

use hippocrypt::abe::{AuthorityKey, AuthorityShare, UserKey};
use hippocrypt::keys::{LinkageKey, SignerKey, disk, file};
use hippocrypt::policy::LabelKey;
use hippocrypt::pre::{PatientKey, RecipientKey, RelayKey};
use hippocrypt::{Error, Result, Secret};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::authority::{HeldAuthority, PyAuthority, PyAuthorityShare, PyUserKey};
use crate::error::{Raise, raise};
use crate::input::Buffer;
use crate::key_file::{load_secret, unlocked};
use crate::label_key::PyLabelKey;
use crate::linkage::PyLinkageKey;
use crate::party::{PyPatient, PyRecipient, PyRelay, PySigner};

/// A secret key of one of the kinds.
enum AnyKey {
    Authority(AuthorityKey),
    User(UserKey),
    Patient(PatientKey),
    Recipient(RecipientKey),
    Relay(RelayKey),
    Signer(SignerKey),
    Linkage(LinkageKey),
    Label(LabelKey),
    Share(AuthorityShare),
}

/// Reads a key of one kind.
type Reader = fn(&[u8]) -> Result<AnyKey>;

/// The kind stands in the file: what is of another one is tried as the next.
fn read(bytes: &[u8]) -> Result<AnyKey> {
    let readers: [Reader; 9] = [
        |bytes| UserKey::from_bytes(bytes).map(AnyKey::User),
        |bytes| PatientKey::from_bytes(bytes).map(AnyKey::Patient),
        |bytes| RecipientKey::from_bytes(bytes).map(AnyKey::Recipient),
        |bytes| SignerKey::from_bytes(bytes).map(AnyKey::Signer),
        |bytes| AuthorityKey::from_bytes(bytes).map(AnyKey::Authority),
        |bytes| RelayKey::from_bytes(bytes).map(AnyKey::Relay),
        |bytes| LinkageKey::from_bytes(bytes).map(AnyKey::Linkage),
        |bytes| LabelKey::from_bytes(bytes).map(AnyKey::Label),
        |bytes| AuthorityShare::from_bytes(bytes).map(AnyKey::Share),
    ];
    let mut refused = Error::Magic;
    for reader in readers {
        match reader(bytes) {
            Err(error @ Error::Kind(_)) => refused = error,
            other => return other,
        }
    }
    Err(refused)
}

fn to_python(py: Python<'_>, key: AnyKey) -> PyResult<Py<PyAny>> {
    Ok(match key {
        AnyKey::Authority(key) => Py::new(py, PyAuthority::new(HeldAuthority::of(key)))?.into_any(),
        AnyKey::User(key) => Py::new(py, PyUserKey::new(key))?.into_any(),
        AnyKey::Patient(key) => Py::new(py, PyPatient::new(key))?.into_any(),
        AnyKey::Recipient(key) => Py::new(py, PyRecipient::new(key))?.into_any(),
        AnyKey::Relay(key) => Py::new(py, PyRelay::new(key))?.into_any(),
        AnyKey::Signer(key) => Py::new(py, PySigner::new(key))?.into_any(),
        AnyKey::Linkage(key) => Py::new(py, PyLinkageKey::new(key))?.into_any(),
        AnyKey::Label(key) => Py::new(py, PyLabelKey::new(key))?.into_any(),
        AnyKey::Share(key) => Py::new(py, PyAuthorityShare::new(key))?.into_any(),
    })
}

/// Reads a secret key of any kind from a file of mode 0600.
#[pyfunction]
#[pyo3(signature = (path, *, passphrase = None))]
pub fn load_key(py: Python<'_>, path: PathBuf, passphrase: Option<String>) -> PyResult<Py<PyAny>> {
    let key = load_secret(py, path, passphrase, read)?;
    to_python(py, key)
}

/// Reads a secret key of any kind from its bytes, in binary or armoured.
#[pyfunction]
#[pyo3(signature = (data, *, passphrase = None))]
pub fn read_key(
    py: Python<'_>,
    data: Buffer<'_>,
    passphrase: Option<String>,
) -> PyResult<Py<PyAny>> {
    let bytes = data.as_slice();
    let passphrase = passphrase.map(Secret::new);
    let key = py
        .detach(|| read(unlocked(bytes, passphrase.as_ref())?.expose()))
        .raise()?;
    to_python(py, key)
}

/// The bytes of a file that only its owner can read, at most 2 MiB.
#[pyfunction]
pub fn read_private(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyBytes>> {
    let bytes = py
        .detach(|| disk::read_secret_file(path, file::LIMIT))
        .raise()?;
    Ok(PyBytes::new(py, bytes.expose()))
}

/// The exception for something that is missing.
#[pyfunction]
pub fn missing(py: Python<'_>, what: &str) -> Py<PyAny> {
    let what = match what {
        "a variable of the environment" => "a variable of the environment",
        _ => "an optional package",
    };
    raise(&Error::Missing(what)).into_value(py).into_any()
}

/// A secret key's bytes in binary: for `hippocrypt.hazmat`.
#[pyfunction]
pub fn secret_bytes<'py>(key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = if let Ok(key) = key.cast::<PyUserKey>() {
        key.get().inner.to_bytes()
    } else if let Ok(key) = key.cast::<PyPatient>() {
        key.get().inner.to_bytes()
    } else if let Ok(key) = key.cast::<PyRecipient>() {
        key.get().inner.to_bytes()
    } else if let Ok(key) = key.cast::<PySigner>() {
        key.get().inner.to_bytes()
    } else if let Ok(key) = key.cast::<PyRelay>() {
        key.get().inner.to_bytes()
    } else if let Ok(key) = key.cast::<PyLinkageKey>() {
        key.get().inner.to_bytes()
    } else if let Ok(key) = key.cast::<PyLabelKey>() {
        key.get().inner.to_bytes()
    } else if let Ok(key) = key.cast::<PyAuthorityShare>() {
        key.get().inner.to_bytes()
    } else {
        key.cast::<PyAuthority>()?.get().inner.to_bytes()
    };
    Ok(PyBytes::new(key.py(), bytes.expose()))
}
