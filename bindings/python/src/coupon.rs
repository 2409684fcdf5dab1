//! Coupons: capsules that were prepared, so that a device seals without the curve.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use getrandom::SysRng;
use hippocrypt::asymmetric::Signer;
use hippocrypt::envelope::{Binding, CouponRecipient, DataKey, Header, Recipient, Stanza, admit};
use hippocrypt::policy::LabelSet;
use hippocrypt::pre::{
    Cache, CouponPack, CouponStore, FileCouponStore, MemorySeenCapsules, PatientId,
};
use hippocrypt::{Error, Randomness, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::input::{Buffer, Texts};
use crate::label_key::PyLabelKey;
use crate::party::{PyPatientProfile, PyRecipient, PyRecipientPublic, PySigner, PySignerPublic};

/// Mints `count` coupons, at most 4,096, for records of `patient` with exactly these labels,
/// sealed to `device`; gives the pack's bytes. Unsigned, without `signer`, the device cannot tell
/// who minted it, and whoever did can read what it seals.
///
/// Raises Error: 1 for a count that is 0 or too large; those of labels.
#[pyfunction]
#[pyo3(signature = (device, *, patient, labels, count, label_key = None, signer = None))]
pub fn mint_coupons<'py>(
    py: Python<'py>,
    device: &Bound<'_, PyRecipientPublic>,
    patient: &Bound<'_, PyPatientProfile>,
    labels: Texts,
    count: usize,
    label_key: Option<&Bound<'_, PyLabelKey>>,
    signer: Option<&Bound<'_, PySigner>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let labels = labels.labels()?;
    let set = match label_key {
        Some(key) => LabelSet::blinded(&labels, &key.get().inner),
        None => LabelSet::from(&labels),
    };
    let (device, patient) = (device.get().inner.clone(), patient.get().inner.clone());
    let signer = signer.map(|it| it.get().inner.clone());
    let pack = py.detach(|| {
        // Tables pay for themselves from some ten on.
        let mut cache = match count {
            0..10 => Cache::new(),
            _ => Cache::with_tables(),
        };
        let minter = signer.as_deref().map(|it| it as &dyn Signer);
        let pack = patient.mint_pack(&device, (&set, count), minter, &mut cache, &mut SysRng)?;
        pack.to_bytes()
    });
    Ok(PyBytes::new(py, &pack.raise()?))
}

/// What is left of a pack: its id (16 bytes), the patient's (32 bytes), how many coupons it had,
/// and how many are left.
type Stock<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, usize, usize);

/// A device's coupons in a directory: none is ever handed out twice.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "CouponStore",
    skip_from_py_object
)]
pub struct PyCouponStore {
    pub inner: Arc<Mutex<FileCouponStore>>,
}

#[pymethods]
impl PyCouponStore {
    /// Opens the directory, or makes it.
    #[new]
    fn new(py: Python<'_>, directory: PathBuf) -> PyResult<Self> {
        let store = py.detach(|| FileCouponStore::open(directory)).raise()?;
        Ok(Self {
            inner: Arc::new(Mutex::new(store)),
        })
    }

    /// Takes in a pack that was minted for the device of `key`; gives how many coupons are new, 0
    /// for a pack that was added before. Delete the pack then, and add it nowhere else. With
    /// `minter` only that signer's packs are taken.
    ///
    /// Raises Error: 300 or 303 for another device's pack, 301 and 302 for one by somebody else.
    #[pyo3(signature = (pack, *, key, minter = None))]
    fn add(
        &self,
        py: Python<'_>,
        pack: Buffer<'_>,
        key: &Bound<'_, PyRecipient>,
        minter: Option<&Bound<'_, PySignerPublic>>,
    ) -> PyResult<usize> {
        let (bytes, key) = (pack.as_slice(), key.get().inner.clone());
        let minter = minter.map(|it| it.get().inner.verifying_key());
        py.detach(|| {
            let coupons = CouponPack::from_bytes(bytes)?.open(&key, minter.as_ref())?;
            lock(&self.inner).add(coupons)
        })
        .raise()
    }

    /// What there is, pack by pack: the pack's id, 16 bytes; the patient's, 32 bytes; how many
    /// coupons it had; how many are left.
    fn stock<'py>(&self, py: Python<'py>) -> PyResult<Vec<Stock<'py>>> {
        let stock = py.detach(|| lock(&self.inner).stock()).raise()?;
        let one = |it: &hippocrypt::pre::Stock| {
            let (pack, patient) = (&it.pack, it.patient.as_bytes());
            let bytes = (PyBytes::new(py, pack), PyBytes::new(py, patient));
            (bytes.0, bytes.1, it.minted, it.left)
        };
        Ok(stock.iter().map(one).collect())
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.CouponStore>"
    }
}

/// A patient, by the coupons of a store that others use too.
pub struct SharedCoupons {
    pub store: Arc<Mutex<FileCouponStore>>,
    pub patient: PatientId,
}

impl Recipient for SharedCoupons {
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let mut store = lock(&self.store);
        CouponRecipient::from_store(&mut *store, &self.patient).wrap(data_key, binding, rng)
    }
}

/// The capsules of the records that somebody took in, in memory: a coupon that was used for two
/// records opens both to whoever may open one.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "SeenCapsules",
    skip_from_py_object
)]
pub struct PySeenCapsules {
    inner: Mutex<MemorySeenCapsules>,
}

#[pymethods]
impl PySeenCapsules {
    /// None yet.
    #[new]
    fn new() -> Self {
        Self {
            inner: Mutex::default(),
        }
    }

    /// Takes a record in. The same one may come again, rewrapped too.
    ///
    /// Raises Error 317 where a capsule of it was in another record.
    fn admit(&self, py: Python<'_>, sealed: Buffer<'_>) -> PyResult<()> {
        let bytes = sealed.as_slice();
        py.detach(|| {
            let (header, _) = Header::from_bytes(bytes)?;
            admit(&header, &mut *lock(&self.inner))
        })
        .raise()
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.SeenCapsules>"
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A store makes no sense without the patient whose coupons it has.
pub fn with_patient(patient: bool, both: bool) -> PyResult<()> {
    match patient && !both {
        true => Ok(()),
        false => Err(Error::Argument("coupons together with their patient")).raise(),
    }
}
