//! Registries of proofs: who is enrolled, and whose consent was revoked.

use std::path::PathBuf;
use std::sync::Arc;

use getrandom::SysRng;
use hippocrypt::asymmetric::{Signer, VerifyingKey};
use hippocrypt::consent::Attributes;
use hippocrypt::consent::enforce::{ShortConsent, short_consents};
use hippocrypt::keys::SignerKey;
use hippocrypt::pre::{PatientKey, PatientProfile};
use hippocrypt::proof::revoke_by_patient;
use hippocrypt::zk::{
    ConsentKey, Depth, PlaceReceipt, PlaceRevocation, ProvableConsent, ProvenKey, Registry,
    RegistryDirectory,
};
use hippocrypt::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::Raise;
use crate::input::{self, Moment, Texts};
use crate::party::{PyPatient, PyPatientProfile, PySigner, PySignerPublic};
use crate::proof::PyCheckpoint;
use crate::prove::PyProvableConsent;
use crate::signed_consent::PyVerifiedConsent;
use crate::vocabulary::{PyVocabulary, words};

object_class!(
    /// A registry's word that a place for one consent was given, and who may revoke it.
    PyPlaceReceipt, "PlaceReceipt", PlaceReceipt, {
        /// The place.
        #[getter]
        fn index(&self) -> u32 {
            self.inner.index()
        }

        /// When it was given, in Unix seconds.
        #[getter]
        fn time(&self) -> u64 {
            self.inner.time()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.PlaceReceipt {}>", self.inner.index())
        }
    }
);

object_class!(
    /// The word of who may revoke that the consent in a place is revoked, for good.
    PyPlaceRevocation, "PlaceRevocation", PlaceRevocation, {
        /// The place.
        #[getter]
        fn index(&self) -> u32 {
            self.inner.index()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.PlaceRevocation {}>", self.inner.index())
        }
    }
);

/// Revokes the consent in a place, by the Patient or Signer whom its receipt names. It holds once
/// the registry has taken it in.
///
/// Raises Error 1 for another key.
#[pyfunction]
pub fn revoke_place(
    key: Revoker,
    place: &Bound<'_, PyPlaceReceipt>,
) -> PyResult<PyPlaceRevocation> {
    let place = &place.get().inner;
    let revoked = match key {
        Revoker::Patient(key) => revoke_by_patient(&key, place),
        Revoker::Signer(key) if key.verifying_key() == *place.revoker() => {
            PlaceRevocation::sign(key.as_ref(), place.registry(), place.index())
        }
        Revoker::Signer(_) => Err(Error::Argument("not the key of the receipt")),
    };
    revoked.raise().map(PyPlaceRevocation::new)
}

/// Who revokes a consent.
pub enum Revoker {
    Patient(Arc<PatientKey>),
    Signer(Arc<SignerKey>),
}

impl FromPyObject<'_, '_> for Revoker {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(key) = object.cast::<PyPatient>() {
            return Ok(Self::Patient(key.get().inner.clone()));
        }
        match object.cast::<PySigner>() {
            Ok(key) => Ok(Self::Signer(key.get().inner.clone())),
            Err(_) => Err(PyTypeError::new_err("a Patient or Signer")),
        }
    }
}

/// By which key somebody will revoke.
pub struct RevokerKey(VerifyingKey);

impl FromPyObject<'_, '_> for RevokerKey {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(profile) = object.cast::<PyPatientProfile>() {
            return Ok(Self(*profile.get().inner.signing_key()));
        }
        match object.cast::<PySignerPublic>() {
            Ok(key) => Ok(Self(key.get().inner.verifying_key())),
            Err(_) => Err(PyTypeError::new_err("a PatientProfile or SignerPublic")),
        }
    }
}

/// A registry at work: its directory, and the key that signs its checkpoints. Give everybody the
/// directory, which holds no key.
#[pyclass(frozen, module = "hippocrypt", name = "Registry", skip_from_py_object)]
pub struct PyRegistry {
    directory: PathBuf,
    signer: Arc<SignerKey>,
}

#[pymethods]
impl PyRegistry {
    /// Begins a registry in a directory, which is made if it is not there, with room for 2^20
    /// patients in 10 `levels`, or for 2^32 in 16.
    ///
    /// Raises Error: 1 for other levels, 502 if there is one, 501.
    #[staticmethod]
    #[pyo3(signature = (directory, *, signer, levels = 10, now = None))]
    fn create(
        py: Python<'_>,
        directory: PathBuf,
        signer: &Bound<'_, PySigner>,
        levels: u8,
        now: Option<Moment>,
    ) -> PyResult<Self> {
        let (now, signer) = (input::moment(now)?, signer.get().inner.clone());
        py.detach(|| {
            let depth = Depth::from_levels(levels).map_err(|_| Error::Argument("10 or 16"))?;
            let registry = Registry::new(signer.verifying_key(), depth);
            let begun = RegistryDirectory::create(&directory, &registry)?;
            begun.change(now, signer.as_ref(), |_| Ok(()))?;
            Ok(Self { directory, signer })
        })
        .raise()
    }

    /// A registry that is in a directory.
    #[new]
    #[pyo3(signature = (directory, *, signer))]
    fn new(directory: PathBuf, signer: &Bound<'_, PySigner>) -> Self {
        Self {
            directory,
            signer: signer.get().inner.clone(),
        }
    }

    /// Enrols the patient of a profile that has a key for proofs (`Patient.with_consent_key`);
    /// gives the place.
    ///
    /// Raises Error: 7 for a profile without such a key, 345 for one that is enrolled and where no
    /// place is left; as all that changes the registry, 401 where the clock went back and 501.
    #[pyo3(signature = (profile, *, now = None))]
    fn enrol(
        &self,
        py: Python<'_>,
        profile: &Bound<'_, PyPatientProfile>,
        now: Option<Moment>,
    ) -> PyResult<u32> {
        let key = proven(&profile.get().inner).raise()?;
        self.change(py, now, |registry, _, _| registry.enrol(&key))
    }

    /// Gives a place for one consent, which `revoker` (a PatientProfile or SignerPublic) may
    /// revoke.
    #[pyo3(signature = (revoker, *, now = None))]
    fn give_place(
        &self,
        py: Python<'_>,
        revoker: RevokerKey,
        now: Option<Moment>,
    ) -> PyResult<PyPlaceReceipt> {
        self.change(py, now, |registry, now, signer| {
            registry.give_place(&revoker.0, now, signer, &mut SysRng)
        })
        .map(PyPlaceReceipt::new)
    }

    /// Takes a revocation in.
    ///
    /// Raises Error: 345 for a place that was never given, 301 for somebody who may not.
    #[pyo3(signature = (revocation, *, now = None))]
    fn apply(
        &self,
        py: Python<'_>,
        revocation: &Bound<'_, PyPlaceRevocation>,
        now: Option<Moment>,
    ) -> PyResult<()> {
        let revocation = revocation.get().inner.clone();
        self.change(py, now, |registry, _, _| registry.revoke(&revocation))
    }

    /// Signs what it is now: daily at least, or verifiers find its word too old.
    #[pyo3(signature = (*, now = None))]
    fn sign_checkpoint(&self, py: Python<'_>, now: Option<Moment>) -> PyResult<PyCheckpoint> {
        self.change(py, now, |registry, now, signer| {
            registry.checkpoint(now, signer)
        })
        .map(|checkpoint| PyCheckpoint::of(Arc::new(checkpoint)))
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.Registry>"
    }
}

impl PyRegistry {
    /// Changes the registry and signs a checkpoint of it.
    fn change<T: Send>(
        &self,
        py: Python<'_>,
        now: Option<Moment>,
        change: impl FnOnce(&mut Registry, u64, &dyn Signer) -> Result<T> + Send,
    ) -> PyResult<T> {
        let now = input::moment(now)?;
        let signer = self.signer.as_ref();
        py.detach(|| {
            let directory = RegistryDirectory::open(&self.directory);
            directory.change(now, signer, |registry| change(registry, now, signer))
        })
        .raise()
    }
}

/// The key for proofs in a profile, which its holder proved to have.
pub fn proven(profile: &PatientProfile) -> Result<ProvenKey> {
    let key = profile.consent_key();
    let key = key.ok_or(Error::Missing("a key for proofs in the profile"))?;
    ProvenKey::from_bytes(key, profile.id().as_bytes())
}

/// The same key, with a profile that names its key for proofs.
pub fn with_consent_key(key: PatientKey) -> Result<PatientKey> {
    let own = ConsentKey::from_seed(&key.consent_seed())?;
    let proven = ProvenKey::prove(&own, key.profile().id().as_bytes(), &mut SysRng)?;
    key.with_consent_key(&proven.to_bytes(), &mut SysRng)
}

/// What a consent permits one grantee, as it can be proven: products, each of which permits all
/// combinations of its categories, purposes and actions.
///
/// Gives the masks of each: categories, purposes, actions. `attributes` are those of the grantee
/// as rules of consents name them, such as `org=URL`.
#[pyfunction]
#[pyo3(signature = (consent, *, grantee, attributes = None, vocabulary = None))]
pub fn consent_products(
    consent: &Bound<'_, PyVerifiedConsent>,
    grantee: &Bound<'_, PySignerPublic>,
    attributes: Option<Texts>,
    vocabulary: Option<&Bound<'_, PyVocabulary>>,
) -> PyResult<Vec<(u64, u64, u16)>> {
    let found = products(consent, grantee, attributes, vocabulary)?;
    let masks = found
        .iter()
        .map(|it| (it.categories, it.purposes, it.actions));
    Ok(masks.collect())
}

fn products(
    consent: &Bound<'_, PyVerifiedConsent>,
    grantee: &Bound<'_, PySignerPublic>,
    attributes: Option<Texts>,
    vocabulary: Option<&Bound<'_, PyVocabulary>>,
) -> PyResult<Vec<ShortConsent>> {
    let words = words(vocabulary)?;
    let grantee = grantee.get().inner.verifying_key();
    let attributes = Attributes::of(attributes.unwrap_or_default().iter()).raise()?;
    short_consents(consent.get().inner.terms(), &words, &attributes, &grantee).raise()
}

/// Signs one product of a consent for proofs by `grantee`, as the patient; `product` is its number
/// in `consent_products`, from 1, and only needed where there are several. Give what it makes to
/// the grantee alone: it names the patient's key.
///
/// Raises Error: 628 for a consent that permits the grantee nothing, 7 where it has to be said
/// which product, 1 for one that there is not.
#[pyfunction]
#[pyo3(signature = (
    consent, *, patient, grantee, place, attributes = None, product = None, vocabulary = None
))]
#[allow(clippy::too_many_arguments)] // Named ones, all but the first.
pub fn sign_provable_consent(
    py: Python<'_>,
    consent: &Bound<'_, PyVerifiedConsent>,
    patient: &Bound<'_, PyPatient>,
    grantee: &Bound<'_, PySignerPublic>,
    place: &Bound<'_, PyPlaceReceipt>,
    attributes: Option<Texts>,
    product: Option<usize>,
    vocabulary: Option<&Bound<'_, PyVocabulary>>,
) -> PyResult<PyProvableConsent> {
    let products = products(consent, grantee, attributes, vocabulary)?;
    let (patient, place) = (patient.get().inner.clone(), place.get().inner.clone());
    py.detach(|| -> Result<ProvableConsent> {
        let product = match (products.as_slice(), product) {
            ([], _) => return Err(Error::NotPermitted),
            ([only], None) => only,
            (_, None) => return Err(Error::Missing("which product of the consent")),
            (all, Some(number)) => number
                .checked_sub(1)
                .and_then(|place| all.get(place))
                .ok_or(Error::Argument("one of the consent's products, from 1"))?,
        };
        let own = ConsentKey::from_seed(&patient.consent_seed())?;
        product.sign(&place, &own, &mut SysRng)
    })
    .raise()
    .map(PyProvableConsent::of)
}
