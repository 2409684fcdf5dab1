//! Proofs in zero knowledge that a consent covers a request: without names.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use getrandom::SysRng;
use hippocrypt::zk::{
    Checkpoint, DirectoryReplayStore, Expected, Freshness, Masks, MemoryReplayStore, PreparedKey,
    ProofKey, ProofPolicy, ProofReceipt, ProofVerifier, RegistryDirectory, ReplayStore, Scalar,
    SignedProof, Trust, binding, context,
};
use hippocrypt::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::extraction::{self, PyExtraction};
use crate::input::{self, Buffer, Moment};
use crate::party::{PySigner, PySignerPublic};
use crate::prove::{
    Parts, PyProofRequest, PyProofSubject, PyProvableConsent, PyProvingKey, PyRegistrySnapshot,
};
use crate::signed_consent::binary;
use crate::vocabulary::{PyVocabulary, words};

/// A proof, signed by who was granted something, that some enrolled patient consented.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ConsentProof",
    skip_from_py_object
)]
pub struct PyConsentProof {
    inner: SignedProof,
}

#[pymethods]
impl PyConsentProof {
    /// Reads a signed proof, in binary or armoured; its signature is checked.
    #[staticmethod]
    fn from_bytes(data: Buffer<'_>) -> PyResult<Self> {
        let read = binary(data.as_slice()).and_then(|bytes| SignedProof::from_bytes(&bytes));
        read.raise().map(|inner| Self { inner })
    }

    /// Proves to whoever asked with `request` that the patient of `subject`, enrolled in
    /// `registry`, consented; `signer` is the grantee of `consent` and signs. `now` is the time
    /// that the consent is in force at and the proof is fresh from: without it the clock's, but
    /// not before the registry's checkpoint.
    ///
    /// Takes about a second of one processor, and the interpreter runs other threads. Raises
    /// Error: 342 for what is not so and therefore has no proof, such as a request beyond the
    /// consent, another patient's record or a consent that is revoked; 345 for a patient who is
    /// not enrolled; 350 for a key of another circuit; 1 for another signer than the grantee.
    #[staticmethod]
    #[pyo3(signature = (*, key, request, consent, subject, registry, signer, now = None))]
    #[allow(clippy::too_many_arguments)] // All of them named.
    fn prove(
        py: Python<'_>,
        key: &Bound<'_, PyProvingKey>,
        request: &Bound<'_, PyProofRequest>,
        consent: &Bound<'_, PyProvableConsent>,
        subject: &Bound<'_, PyProofSubject>,
        registry: &Bound<'_, PyRegistrySnapshot>,
        signer: &Bound<'_, PySigner>,
        now: Option<Moment>,
    ) -> PyResult<Self> {
        let parts = Parts {
            key: key.get(),
            request: request.get(),
            consent: consent.get(),
            subject: subject.get(),
            registry: registry.get(),
            signer: signer.get().inner.as_ref(),
        };
        let now = match now {
            Some(moment) => moment.0,
            None => input::moment(None)?.max(parts.checkpoint_time()),
        };
        let proven = py.detach(|| parts.prove(now));
        proven.raise().map(|inner| Self { inner })
    }

    /// The proof's one encoding (SPEC.md, section 19.4).
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_bytes())
    }

    /// The Ed25519 key of who asked and signed, 32 bytes.
    #[getter]
    fn grantee<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.grantee().to_bytes())
    }

    /// What the consent is called in this study, whoever gave it, 32 bytes: the same for each
    /// proof of one consent in one study, and unrelated in another.
    #[getter]
    fn pseudonym<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.inputs().pseudonym.to_bytes())
    }

    /// When it was made, as the grantee says, in Unix seconds.
    #[getter]
    fn time(&self) -> u64 {
        self.inner.inputs().now
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.ConsentProof>"
    }
}

/// What proofs are verified under.
#[pyclass(frozen, module = "hippocrypt", name = "ProofKey", skip_from_py_object)]
pub struct PyProofKey {
    inner: Arc<PreparedKey>,
}

#[pymethods]
impl PyProofKey {
    /// Reads a key of proofs. `pinned` is the digest, 32 bytes, that people agreed on: without it
    /// any key is taken, also one whose maker can forge proofs. That is for development.
    #[staticmethod]
    #[pyo3(signature = (data, *, pinned = None))]
    fn from_bytes(py: Python<'_>, data: Buffer<'_>, pinned: Option<Buffer<'_>>) -> PyResult<Self> {
        let trust = match pinned {
            None => Trust::Development,
            Some(digest) => Trust::Pinned(array(&digest)?),
        };
        let bytes = data.as_slice();
        let key = py.detach(|| {
            let key = ProofKey::from_bytes(&binary(bytes)?)?;
            let circuit = *key.depth().circuit();
            PreparedKey::new(key, &circuit, trust)
        });
        Ok(Self {
            inner: Arc::new(key.raise()?),
        })
    }

    /// What it is pinned by, 32 bytes.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.key().digest())
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.ProofKey>"
    }
}

/// What a registry said of who was enrolled, and whose consent was revoked, at a time.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "Checkpoint",
    skip_from_py_object
)]
pub struct PyCheckpoint {
    inner: Arc<Checkpoint>,
}

impl PyCheckpoint {
    pub fn of(inner: Arc<Checkpoint>) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl PyCheckpoint {
    /// Reads a checkpoint that `registry` signed.
    #[staticmethod]
    #[pyo3(signature = (data, *, registry))]
    fn from_bytes(data: Buffer<'_>, registry: &Bound<'_, PySignerPublic>) -> PyResult<Self> {
        let key = registry.get().inner.verifying_key();
        let read = binary(data.as_slice()).and_then(|bytes| Checkpoint::from_bytes(&bytes, &key));
        Ok(Self {
            inner: Arc::new(read.raise()?),
        })
    }

    /// All checkpoints that are kept in a registry's directory, the earliest first: what a verifier
    /// holds proofs against.
    ///
    /// Raises Error: 346 for another registry's, 301, 501.
    #[staticmethod]
    #[pyo3(signature = (directory, *, registry))]
    fn load_all(
        py: Python<'_>,
        directory: PathBuf,
        registry: &Bound<'_, PySignerPublic>,
    ) -> PyResult<Vec<Self>> {
        let key = registry.get().inner.verifying_key();
        let read = py.detach(|| RegistryDirectory::open(directory).checkpoints(&key));
        let all = read.raise()?.into_iter();
        Ok(all.map(|it| Self::of(Arc::new(it))).collect())
    }

    /// The checkpoint's one encoding (SPEC.md, section 19.3).
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_bytes())
    }

    /// When it was made, in Unix seconds.
    #[getter]
    fn time(&self) -> u64 {
        self.inner.time()
    }
}

/// A log's word that it received a proof, and when.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ProofReceipt",
    skip_from_py_object
)]
pub struct PyProofReceipt {
    inner: ProofReceipt,
}

#[pymethods]
impl PyProofReceipt {
    /// Reads a receipt that `log` signed.
    #[staticmethod]
    #[pyo3(signature = (data, *, log))]
    fn from_bytes(data: Buffer<'_>, log: &Bound<'_, PySignerPublic>) -> PyResult<Self> {
        let key = log.get().inner.verifying_key();
        let read = binary(data.as_slice()).and_then(|bytes| ProofReceipt::from_bytes(&bytes, &key));
        read.raise().map(|inner| Self { inner })
    }

    /// Signs that a proof was received, as the log; now by default.
    #[staticmethod]
    #[pyo3(signature = (proof, *, log, now = None))]
    fn sign(
        proof: &Bound<'_, PyConsentProof>,
        log: &Bound<'_, PySigner>,
        now: Option<Moment>,
    ) -> PyResult<Self> {
        let (key, now) = (log.get().inner.as_ref(), input::moment(now)?);
        let signed = ProofReceipt::sign(key, &proof.get().inner, now);
        signed.raise().map(|inner| Self { inner })
    }

    /// The receipt's one encoding (SPEC.md, section 19.4).
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_bytes())
    }
}

/// What the verifier asked for and found out itself: a proof that says anything else is refused.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ProofExpectation",
    skip_from_py_object
)]
pub struct PyProofExpectation {
    inner: Expected,
}

impl PyProofExpectation {
    pub fn of(inner: Expected) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl PyProofExpectation {
    /// `request` is the digest of the request, `about` of what it is about, `nonce` the
    /// verifier's own, 32 bytes each; `categories`, `purposes` and `actions` are the masks of
    /// SPEC.md, section 19; `subject`, 32 bytes, says whom it has to be about: without it the
    /// proof shows only that someone consented.
    #[new]
    #[pyo3(signature = (
        *, request, categories, purposes, actions, verifier, study, about, nonce, log = "",
        subject = None, vocabulary = None
    ))]
    #[allow(clippy::too_many_arguments)] // All of them named.
    fn new(
        request: Buffer<'_>,
        categories: u64,
        purposes: u64,
        actions: u16,
        verifier: &Bound<'_, PySignerPublic>,
        study: &str,
        about: Buffer<'_>,
        nonce: Buffer<'_>,
        log: &str,
        subject: Option<Buffer<'_>>,
        vocabulary: Option<&Bound<'_, PyVocabulary>>,
    ) -> PyResult<Self> {
        let words = words(vocabulary)?;
        let key = verifier.get().inner.verifying_key();
        let (request, about, nonce) = (array(&request)?, array(&about)?, array(&nonce)?);
        let subject = subject.as_ref().map(array).transpose()?;
        let expected = || -> Result<Expected> {
            Ok(Expected {
                request,
                masks: Masks::new(categories, purposes, actions)?,
                vocabulary: *words.hash(),
                context: context(&key, study)?,
                binding: binding(&request, &about, &key, log.as_bytes(), &nonce)?,
                subject: subject.as_ref().map(Scalar::from_bytes).transpose()?,
            })
        };
        Ok(Self {
            inner: expected().raise()?,
        })
    }
}

/// The proofs that were used: each counts once.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ReplayStore",
    skip_from_py_object
)]
pub struct PyReplayStore {
    inner: Mutex<Box<dyn ReplayStore + Send>>,
}

#[pymethods]
impl PyReplayStore {
    /// In a directory, or without one in memory.
    #[new]
    #[pyo3(signature = (directory = None))]
    fn new(directory: Option<PathBuf>) -> PyResult<Self> {
        let store: Box<dyn ReplayStore + Send> = match directory {
            Some(path) => Box::new(DirectoryReplayStore::open(path).raise()?),
            None => Box::new(MemoryReplayStore::new()),
        };
        Ok(Self {
            inner: Mutex::new(store),
        })
    }
}

/// Verifies proofs of consent under a key and a registry's checkpoints.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "ProofVerifier",
    skip_from_py_object
)]
pub struct PyProofVerifier {
    key: Arc<PreparedKey>,
    checkpoints: Vec<Arc<Checkpoint>>,
    policy: ProofPolicy,
}

#[pymethods]
impl PyProofVerifier {
    /// `skew` is how far, in seconds, a proof's time may lie from the clock, `revocation_age` how
    /// old the registry's word on revocations may be; with `one_use` a consent counts once.
    #[new]
    #[pyo3(signature = (key, checkpoints, *, skew = 300, revocation_age = 3600, one_use = false))]
    fn new(
        key: &Bound<'_, PyProofKey>,
        checkpoints: Vec<Bound<'_, PyCheckpoint>>,
        skew: u64,
        revocation_age: u64,
        one_use: bool,
    ) -> PyResult<Self> {
        let verifier = Self {
            key: key.get().inner.clone(),
            checkpoints: checkpoints
                .iter()
                .map(|it| it.get().inner.clone())
                .collect(),
            policy: ProofPolicy {
                skew,
                revocation_age,
                one_use,
            },
        };
        verifier.verifier().raise()?;
        Ok(verifier)
    }

    /// Raises unless the proof holds and is about exactly what is expected. `receipt` says that it
    /// was fresh when a log received it, else it must be now. `used` makes it count once.
    #[pyo3(signature = (proof, expected, *, now = None, receipt = None, used = None))]
    fn verify(
        &self,
        py: Python<'_>,
        proof: &Bound<'_, PyConsentProof>,
        expected: &Bound<'_, PyProofExpectation>,
        now: Option<Moment>,
        receipt: Option<&Bound<'_, PyProofReceipt>>,
        used: Option<&Bound<'_, PyReplayStore>>,
    ) -> PyResult<()> {
        let now = input::moment(now)?;
        let (proof, expected) = (&proof.get().inner, &expected.get().inner);
        let receipt = receipt.map(|it| &it.get().inner);
        let used = used.map(|it| &it.get().inner);
        py.detach(|| {
            let time = receipt.map_or(Freshness::Now(now), Freshness::Received);
            let checked = self.verifier()?.check(proof, expected, time)?;
            let Some(store) = used else { return Ok(()) };
            let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
            checked.use_up(store.as_mut())
        })
        .raise()
    }

    /// Which of many records `proofs` for `request` cover, joined on the patients whom both are
    /// about: what is wrong with a record or a proof stands in its row. `records` are sealed
    /// records or their headers, signed by one of `custodians`: that a record is of its patient is
    /// their word. `receipts` are one for each proof, or none.
    ///
    /// Raises Error: 1 for another number of receipts; what the proofs say, `require_complete` of
    /// what it gives raises.
    #[pyo3(signature = (
        request, records, proofs, *, custodians, receipts = None, used = None, now = None,
        vocabulary = None
    ))]
    #[allow(clippy::too_many_arguments)] // Named ones, all but the first three.
    fn verify_extraction(
        &self,
        py: Python<'_>,
        request: &Bound<'_, PyProofRequest>,
        records: Vec<Buffer<'_>>,
        proofs: Vec<Bound<'_, PyConsentProof>>,
        custodians: Vec<Bound<'_, PySignerPublic>>,
        receipts: Option<Vec<Bound<'_, PyProofReceipt>>>,
        used: Option<&Bound<'_, PyReplayStore>>,
        now: Option<Moment>,
        vocabulary: Option<&Bound<'_, PyVocabulary>>,
    ) -> PyResult<PyExtraction> {
        let (now, words) = (input::moment(now)?, words(vocabulary)?);
        let receipts = receipts.unwrap_or_default();
        if !receipts.is_empty() && receipts.len() != proofs.len() {
            return Err(Error::Argument("one receipt for each proof")).raise();
        }
        let asked = request.get();
        let records: Vec<&[u8]> = records.iter().map(Buffer::as_slice).collect();
        let custodians = custodians.iter().map(|it| it.get().inner.verifying_key());
        let custodians: Vec<_> = custodians.collect();
        let times = receipts
            .iter()
            .map(|it| Freshness::Received(&it.get().inner));
        let times = times.map(Some).chain(std::iter::repeat(None));
        let given: Vec<_> = proofs
            .iter()
            .zip(times)
            .map(|(proof, time)| (&proof.get().inner, time.unwrap_or(Freshness::Now(now))))
            .collect();
        let used = used.map(|it| &it.get().inner);
        let found = py.detach(|| {
            let verifier = self.verifier()?;
            let claims = extraction::claims(&records, &custodians, &words);
            let mut store = used.map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
            let store = store.as_mut().map(|it| it.as_mut() as &mut dyn ReplayStore);
            asked
                .asked()
                .verify_extraction(&verifier, &claims, &given, store, &mut SysRng)
        });
        found.raise().map(PyExtraction::of)
    }
}

impl PyProofVerifier {
    fn verifier(&self) -> Result<ProofVerifier<'_>> {
        let checkpoints = self.checkpoints.iter().map(AsRef::as_ref);
        ProofVerifier::new(&self.key, checkpoints, self.policy)
    }
}

/// 32 bytes, no more and no fewer.
pub fn array(bytes: &Buffer<'_>) -> PyResult<[u8; 32]> {
    let array = <[u8; 32]>::try_from(bytes.as_slice());
    array.map_err(|_| Error::Argument("32 bytes")).raise()
}
