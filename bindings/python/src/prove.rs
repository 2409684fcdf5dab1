//! Making proofs of consent: for a verifier's request, about the patient of a record.

use std::path::PathBuf;
use std::sync::Arc;

use getrandom::SysRng;
use hippocrypt::asymmetric::Signer;
use hippocrypt::envelope::Subject;
use hippocrypt::keys::disk;
use hippocrypt::proof::{Asked, ProofRequest, witness};
use hippocrypt::zk::prover::{ProvingKey, development_key};
use hippocrypt::zk::{
    Checkpoint, Depth, ProvableConsent, Registry, RegistryDirectory, Scalar, SignedProof, Witness,
};
use hippocrypt::{Error, Result, Secret};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Raise, never_pickled};
use crate::input::Buffer;
use crate::json::Document;
use crate::party::{PyPatientProfile, PySignerPublic};
use crate::proof::{PyCheckpoint, PyProofExpectation, array};
use crate::registry::proven;
use crate::signed_consent::binary;
use crate::vocabulary::{PyVocabulary, words};

/// Longest file of a proving key in bytes.
const PROVING_KEY: usize = 64 << 20;
/// Longest file of a provable consent in bytes.
const PROVABLE_CONSENT: usize = 4096;

/// A request that has to come with a proof of consent.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ProofRequest",
    skip_from_py_object
)]
pub struct PyProofRequest {
    inner: Asked,
}

#[pymethods]
impl PyProofRequest {
    /// Reads a request as a verifier writes it (SPEC.md, section 19.4): a dict, a text or a
    /// buffer of at most 1 MiB.
    ///
    /// Raises Error: 627 for a member that is unknown, missing or of another form, 341 for
    /// records whose level, type or sensitivity is open, 1 for codes that the vocabulary lacks.
    #[staticmethod]
    #[pyo3(signature = (document, *, vocabulary = None))]
    fn from_json(
        document: Document,
        vocabulary: Option<&Bound<'_, PyVocabulary>>,
    ) -> PyResult<Self> {
        let words = words(vocabulary)?;
        let asked = ProofRequest::from_json(&document.0)
            .and_then(|request| request.under(&words))
            .raise()?;
        Ok(Self { inner: asked })
    }

    /// What the grantee signs: 32 bytes.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.digest())
    }

    /// What a proof for this request has to say: about the patient whom the record commits to
    /// with `subject`, 32 bytes.
    #[pyo3(signature = (*, subject))]
    fn expectation(&self, subject: Buffer<'_>) -> PyResult<PyProofExpectation> {
        let subject = Scalar::from_bytes(&array(&subject)?);
        let expected = subject.and_then(|it| self.inner.expected(Some(it)));
        Ok(PyProofExpectation::of(expected.raise()?))
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.ProofRequest>"
    }
}

impl PyProofRequest {
    pub fn asked(&self) -> &Asked {
        &self.inner
    }
}

/// Whom a record is about: the commitment that everybody sees, and what opens it. Whoever has
/// both and knows a patient's key recognises the patient, so it is never pickled.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ProofSubject",
    skip_from_py_object
)]
pub struct PyProofSubject {
    pub inner: Subject,
}

#[pymethods]
impl PyProofSubject {
    /// Both as the record's sealer made them, 32 bytes each: the members `subject` and `r` of the
    /// file that `proof subject` writes. `Opened.subject` has them too.
    #[new]
    fn new(commitment: Buffer<'_>, opening: Buffer<'_>) -> PyResult<Self> {
        Ok(Self {
            inner: Subject::new(array(&commitment)?, array(&opening)?),
        })
    }

    /// A fresh one about the patient of a profile that has a key for proofs, to seal a record
    /// with: `Record(..., subject=...)`.
    ///
    /// Raises Error 7 for a profile without such a key.
    #[staticmethod]
    fn about(py: Python<'_>, profile: &Bound<'_, PyPatientProfile>) -> PyResult<Self> {
        let profile = profile.get().inner.clone();
        py.detach(|| Subject::of(proven(&profile)?.key(), &mut SysRng))
            .raise()
            .map(|inner| Self { inner })
    }

    /// What stands in the record for everybody to read, 32 bytes.
    #[getter]
    fn commitment<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.commitment())
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.ProofSubject>"
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(never_pickled(&slf.get_type()))
    }
}

/// A registry's trees at one time, with the checkpoint that it signed over them.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "RegistrySnapshot",
    skip_from_py_object
)]
pub struct PyRegistrySnapshot {
    registry: Arc<Registry>,
    checkpoint: Arc<Checkpoint>,
}

#[pymethods]
impl PyRegistrySnapshot {
    /// Reads a copy of the registry's directory: its files `registry` and `checkpoint`, which
    /// `registry` must have signed.
    ///
    /// Raises Error: 501 where they cannot be read, 346 where they do not fit together.
    #[staticmethod]
    #[pyo3(signature = (directory, *, registry))]
    fn load(
        py: Python<'_>,
        directory: PathBuf,
        registry: &Bound<'_, PySignerPublic>,
    ) -> PyResult<Self> {
        let key = registry.get().inner.verifying_key();
        let read = py.detach(|| RegistryDirectory::open(directory).snapshot(&key));
        let (registry, checkpoint) = read.raise()?;
        Ok(Self {
            registry: Arc::new(registry),
            checkpoint: Arc::new(checkpoint),
        })
    }

    /// What verifiers hold proofs against.
    #[getter]
    fn checkpoint(&self) -> PyCheckpoint {
        PyCheckpoint::of(self.checkpoint.clone())
    }

    /// How many patients are enrolled.
    #[getter]
    fn enrolled(&self) -> usize {
        self.registry.enrolled()
    }
}

/// A short consent that its patient signed for one grantee. It names the patient's key, and
/// whoever has it can link its pseudonyms: it is never pickled.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ProvableConsent",
    skip_from_py_object
)]
pub struct PyProvableConsent {
    inner: Arc<ProvableConsent>,
}

#[pymethods]
impl PyProvableConsent {
    /// Reads a consent, in binary or armoured; the patient's signature is checked.
    #[staticmethod]
    fn from_bytes(data: Buffer<'_>) -> PyResult<Self> {
        Self::read(data.as_slice()).raise()
    }

    /// Reads the file of mode 0600 that `proof consent` writes.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        py.detach(|| Self::read(disk::read_secret_file(path, PROVABLE_CONSENT)?.expose()))
            .raise()
    }

    /// Writes a file of mode 0600, whole or not at all.
    #[pyo3(signature = (path, *, overwrite = false))]
    fn save(&self, py: Python<'_>, path: PathBuf, overwrite: bool) -> PyResult<()> {
        py.detach(|| disk::write_secret_file(path, self.inner.to_bytes().expose(), overwrite))
            .raise()
    }

    /// The Ed25519 key of who may prove it, 32 bytes.
    #[getter]
    fn grantee<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.consent().grantee.to_bytes())
    }

    /// The first second of its validity, in Unix seconds.
    #[getter]
    fn not_before(&self) -> u64 {
        self.inner.consent().not_before
    }

    /// The first Unix second behind its validity; 2^64 - 1 where it has no end.
    #[getter]
    fn expires(&self) -> u64 {
        self.inner.consent().expires
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.ProvableConsent>"
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(never_pickled(&slf.get_type()))
    }
}

impl PyProvableConsent {
    pub fn of(consent: ProvableConsent) -> Self {
        Self {
            inner: Arc::new(consent),
        }
    }

    fn read(either: &[u8]) -> Result<Self> {
        let bytes = Secret::new(binary(either)?);
        Ok(Self {
            inner: Arc::new(ProvableConsent::from_bytes(bytes.expose())?),
        })
    }
}

/// The key that makes proofs, about 8 MB. It is public, but its maker can see the consent in
/// whatever is proven with a key that the maker prepared for that: pin the digest of a ceremony's.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ProvingKey",
    skip_from_py_object
)]
pub struct PyProvingKey {
    inner: Arc<ProvingKey>,
}

#[pymethods]
impl PyProvingKey {
    /// Reads the file `proving.key` of `proof setup` or a ceremony. `pinned` is its SHA-256, 32
    /// bytes, that people agreed on; without it every point is checked, which takes seconds and
    /// does not say who made the key.
    ///
    /// Raises Error: 350 for another digest, 501 where the file cannot be read.
    #[staticmethod]
    #[pyo3(signature = (path, *, pinned = None))]
    fn load(py: Python<'_>, path: PathBuf, pinned: Option<Buffer<'_>>) -> PyResult<Self> {
        let pinned = pinned.as_ref().map(array).transpose()?;
        let read = py.detach(|| {
            let bytes = disk::read_file(path, PROVING_KEY)?;
            match &pinned {
                Some(digest) => ProvingKey::from_pinned(&bytes, digest),
                None => ProvingKey::from_bytes(&bytes),
            }
        });
        Ok(Self {
            inner: Arc::new(read.raise()?),
        })
    }

    /// What it is pinned by, 32 bytes: the SHA-256 of its file.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let digest = py.detach(|| self.inner.digest()).raise()?;
        Ok(PyBytes::new(py, &digest))
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.ProvingKey>"
    }
}

/// What a proof is made of.
pub struct Parts<'a> {
    pub key: &'a PyProvingKey,
    pub request: &'a PyProofRequest,
    pub consent: &'a PyProvableConsent,
    pub subject: &'a PyProofSubject,
    pub registry: &'a PyRegistrySnapshot,
    pub signer: &'a dyn Signer,
}

impl Parts<'_> {
    /// When the registry signed what the proof will be about.
    pub fn checkpoint_time(&self) -> u64 {
        self.registry.checkpoint.time()
    }

    /// The proof at this time, signed.
    pub fn prove(&self, now: u64) -> Result<SignedProof> {
        if now < self.checkpoint_time() {
            return Err(Error::Time("before the registry's last checkpoint"));
        }
        if self.consent.inner.consent().grantee != self.signer.verifying_key() {
            return Err(Error::Argument("not the grantee of the consent"));
        }
        let asked = &self.request.inner;
        let witness = self.witness()?;
        let inputs = asked.statement(&witness, now)?;
        let proof = self.key.inner.prove(&inputs, &witness, &mut SysRng)?;
        asked.sign(self.signer, inputs, proof)
    }

    fn witness(&self) -> Result<Witness> {
        // A witness owns its consent, and secrets have no copies but their bytes.
        let consent = ProvableConsent::from_bytes(self.consent.inner.to_bytes().expose())?;
        witness(consent, &self.subject.inner, &self.registry.registry)
    }
}

/// Fresh **development keys**, for registries of 10 or 16 levels: the files `proving.key` and
/// `verifying.key`. Whoever runs this could prove anything with them: for `hippocrypt.hazmat`.
#[pyfunction]
#[pyo3(signature = (*, levels = 10))]
pub fn development_keys<'py>(
    py: Python<'py>,
    levels: u8,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let made = py.detach(|| {
        let depth = Depth::from_levels(levels).map_err(|_| Error::Argument("10 or 16"))?;
        let key = development_key(depth, &mut SysRng)?;
        Ok((key.to_bytes()?, key.proof_key().to_bytes()))
    });
    let (proving, verifying) = made.raise()?;
    Ok((PyBytes::new(py, &proving), PyBytes::new(py, &verifying)))
}
