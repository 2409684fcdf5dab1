//! Sealing.

use std::io::Write;
use std::sync::{Arc, Mutex};

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::envelope::{
    BothRecipient, Detached, Expiry, Header, PatientRecipient, PolicyRecipient, RecordId, Sealer,
};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::Policy;
use hippocrypt::pre::{FileCouponStore, PatientProfile};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::authority::PyAuthorityPublic;
use crate::coupon::{self, PyCouponStore, SharedCoupons};
use crate::error::{Outcome, Raise};
use crate::input::{self, Buffer, Day, Moment};
use crate::keyring::{Keyring, Senders};
use crate::party::{PyPatientProfile, PySigner};
use crate::policy::PolicyArgument;
use crate::record::RecordArgument;

/// From this length on, in bytes, an interrupt stops the sealing or opening of one buffer.
pub const LONG: usize = 32 << 20;

/// Somebody who can open.
enum Reader {
    Policy(Policy),
    Patient(Arc<PatientProfile>),
    Both(Policy, Arc<PatientProfile>),
    /// By coupons, of which each record takes one.
    Coupons(Arc<Mutex<FileCouponStore>>, Arc<PatientProfile>),
}

/// What is common to records sealed one after the other: who can open them, and who sends them.
#[pyclass(frozen, module = "hippocrypt", name = "Sealer", skip_from_py_object)]
pub struct PySealer {
    readers: Vec<Reader>,
    authority: Option<Arc<AuthorityPublic>>,
    expiry: Expiry,
    allow_unknown: bool,
    sender: Option<Arc<SignerKey>>,
}

/// Policies: one, or a list.
pub struct Policies(Vec<Policy>);

impl FromPyObject<'_, '_> for Policies {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let is_one = object.is_instance_of::<PyString>()
            || object.is_instance_of::<crate::policy::PyPolicy>();
        if is_one {
            return Ok(Self(vec![object.extract::<PolicyArgument>()?.0]));
        }
        let items = object.try_iter()?;
        let all = items.map(|item| Ok(item?.extract::<PolicyArgument>()?.0));
        Ok(Self(all.collect::<PyResult<_>>()?))
    }
}

/// `"sealing"`, a day, or None.
pub struct ExpiryArgument(Expiry);

impl Default for ExpiryArgument {
    fn default() -> Self {
        Self(Expiry::DayOfSealing)
    }
}

impl FromPyObject<'_, '_> for ExpiryArgument {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Self(Expiry::Never));
        }
        let text = object.cast::<PyString>();
        if text.is_ok_and(|it| it.to_cow().is_ok_and(|it| it == "sealing")) {
            return Ok(Self(Expiry::DayOfSealing));
        }
        Ok(Self(Expiry::Day(object.extract::<Day>()?.0)))
    }
}

#[pymethods]
impl PySealer {
    /// For whoever has a key of `authority` that satisfies `policy` (each of a list gets a way of
    /// its own), and for `patient`; with `both` only for who has both. `expiry` adds that the key
    /// had not ended: on the day of sealing, on a given day, or not at all (None). With `coupons`
    /// the patient's way takes one of the store for each record, whose labels must be exactly
    /// those of the coupon: no curve operation.
    #[new]
    #[pyo3(signature = (
        *, authority = None, policy = None, patient = None, both = false,
        expiry = ExpiryArgument::default(), allow_unknown = false, sender = None, coupons = None
    ))]
    #[allow(clippy::too_many_arguments)] // All of them named.
    fn new(
        authority: Option<&Bound<'_, PyAuthorityPublic>>,
        policy: Option<Policies>,
        patient: Option<&Bound<'_, PyPatientProfile>>,
        both: bool,
        expiry: ExpiryArgument,
        allow_unknown: bool,
        sender: Option<&Bound<'_, PySigner>>,
        coupons: Option<&Bound<'_, PyCouponStore>>,
    ) -> PyResult<Self> {
        if coupons.is_some() {
            coupon::with_patient(patient.is_some(), both)?;
        }
        let patient = patient.map(|it| it.get().inner.clone());
        let policies = policy.map_or(Vec::new(), |it| it.0);
        if policies.is_empty() == authority.is_some() {
            return Err(Error::Argument("an authority together with a policy")).raise();
        }
        let mut readers: Vec<Reader> = match (&patient, both) {
            (Some(patient), true) => {
                let both = |policy| Reader::Both(policy, patient.clone());
                policies.into_iter().map(both).collect()
            }
            _ => policies.into_iter().map(Reader::Policy).collect(),
        };
        match patient {
            Some(patient) if !both => readers.push(match coupons {
                Some(store) => Reader::Coupons(store.get().inner.clone(), patient),
                None => Reader::Patient(patient),
            }),
            _ => {}
        }
        if readers.is_empty() || (both && !matches!(readers.first(), Some(Reader::Both(..)))) {
            return Err(Error::Missing("somebody who can open it")).raise();
        }
        Ok(Self {
            readers,
            authority: authority.map(|it| it.get().inner.clone()),
            expiry: expiry.0,
            allow_unknown,
            sender: sender.map(|it| it.get().inner.clone()),
        })
    }

    /// Seals any buffer; gives the record's bytes.
    #[pyo3(signature = (data, *, record))]
    fn seal<'py>(
        &self,
        py: Python<'py>,
        data: Buffer<'_>,
        record: RecordArgument,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let plain = data.as_slice();
        if plain.len() < LONG {
            let mut sealer = self.sealer();
            let prepared = py
                .detach(|| sealer.prepare(&record.0, &mut SysRng))
                .raise()?;
            // Into the very bytes that Python gets.
            return PyBytes::new_with(py, prepared.sealed_length(plain.len()), |out| {
                py.detach(|| prepared.seal_into(plain, out)).raise()
            });
        }
        let sealed = py.detach(|| -> Outcome<Vec<u8>> {
            let mut sealed = Vec::with_capacity(plain.len() + plain.len() / 512);
            let mut writer = self.sealer().seal_to(&record.0, &mut sealed, &mut SysRng)?;
            for part in plain.chunks(LONG / 2) {
                writer.write_all(part).map_err(Error::from)?;
                Python::attach(|py| py.check_signals())?;
            }
            writer.finish()?;
            Ok(sealed)
        })?;
        Ok(PyBytes::new(py, &sealed))
    }

    /// Seals any buffer as a record in two parts; gives the header and the payload object. The
    /// header can be rewrapped, copied and kept in a database; the object never changes.
    #[pyo3(signature = (data, *, record))]
    fn seal_detached<'py>(
        &self,
        py: Python<'py>,
        data: Buffer<'_>,
        record: RecordArgument,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
        let plain = data.as_slice();
        let sealed = py.detach(|| {
            let mut sealer = self.sealer();
            sealer.seal_detached(&record.0, plain, &mut SysRng)
        });
        let Detached { header, object } = sealed.raise()?;
        Ok((PyBytes::new(py, &header), PyBytes::new(py, &object)))
    }

    /// Seals many small records under one header, released together; `members` are pairs of a
    /// visible name and a buffer.
    #[pyo3(signature = (members, *, record))]
    fn seal_batch<'py>(
        &self,
        py: Python<'py>,
        members: Vec<(String, Buffer<'_>)>,
        record: RecordArgument,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let ids = members.iter().map(|(id, _)| RecordId::new(id));
        let ids: Vec<RecordId> = ids.collect::<hippocrypt::Result<_>>().raise()?;
        let contents = members.iter().map(|(_, content)| content.as_slice());
        let pairs: Vec<(&RecordId, &[u8])> = ids.iter().zip(contents).collect();
        let sealed = py
            .detach(|| self.sealer().seal_batch(&record.0, pairs, &mut SysRng))
            .raise()?;
        Ok(PyBytes::new(py, &sealed))
    }

    /// Lets other people open a sealed record or batch: those of this sealer, and with `keep` also
    /// who can now. Content, header and sender stay as they are, so this sealer has no sender.
    /// `key` is anything that opens it; `now` is the day from which keys must still be valid.
    ///
    /// It takes nothing from whoever opened it before. Raises Error as `open` does; 1 for a sealer
    /// with a sender, and for more than 16 ways to open.
    #[pyo3(signature = (sealed, *, key, keep = false, now = None))]
    fn rewrap<'py>(
        &self,
        py: Python<'py>,
        sealed: Buffer<'_>,
        key: Keyring,
        keep: bool,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (now, anybody) = (input::moment(now)?, Senders::default());
        let bytes = sealed.as_slice();
        let rewrapped = py.detach(|| {
            let (header, payload) = Header::from_bytes(bytes)?;
            let opened = key.opener(&anybody).unlock(header)?;
            let mut sealer = self.sealer();
            let header = sealer.rewrap(&opened, &mut |_| keep, now, &mut SysRng)?;
            Ok((header, payload))
        });
        let (header, payload) = rewrapped.raise()?;
        // The payload is copied once, into the bytes that Python gets.
        PyBytes::new_with(py, header.len() + payload.len(), |out| {
            let (to_header, to_payload) = out.split_at_mut(header.len());
            to_header.copy_from_slice(&header);
            to_payload.copy_from_slice(payload);
            Ok(())
        })
    }
}

/// Seals any buffer as one record; gives the record's bytes.
///
/// It opens for every key of `authority` whose attributes satisfy `policy` (or any policy of a
/// list), and for `patient`; with `both` only for who satisfies the policy and was granted access by
/// the patient. `expiry` says until when keys must have been valid: `"sealing"`, the day of the
/// record, by default; a day; or None, for ever.
///
/// The sealed record is about 1.5 KiB longer than `data`. Raises CallError, PolicyError.
#[pyfunction]
#[pyo3(signature = (
    data, *, record, authority = None, policy = None, patient = None, both = false,
    expiry = ExpiryArgument::default(), allow_unknown = false, sender = None
))]
#[allow(clippy::too_many_arguments)] // Named ones, all but the first.
pub fn seal<'py>(
    py: Python<'py>,
    data: Buffer<'_>,
    record: RecordArgument,
    authority: Option<&Bound<'_, PyAuthorityPublic>>,
    policy: Option<Policies>,
    patient: Option<&Bound<'_, PyPatientProfile>>,
    both: bool,
    expiry: ExpiryArgument,
    allow_unknown: bool,
    sender: Option<&Bound<'_, PySigner>>,
) -> PyResult<Bound<'py, PyBytes>> {
    PySealer::new(
        authority,
        policy,
        patient,
        both,
        expiry,
        allow_unknown,
        sender,
        None,
    )?
    .seal(py, data, record)
}

impl PySealer {
    /// The library's sealer.
    pub fn sealer(&self) -> Sealer<'_> {
        let mut sealer = Sealer::new();
        for reader in &self.readers {
            sealer = match (reader, &self.authority) {
                (Reader::Patient(patient), _) => {
                    sealer.recipient(Box::new(PatientRecipient::new(patient)))
                }
                (Reader::Coupons(store, patient), _) => sealer.recipient(Box::new(SharedCoupons {
                    store: store.clone(),
                    patient: *patient.id(),
                })),
                (Reader::Policy(policy), Some(authority)) => {
                    sealer.recipient(Box::new(self.holders(authority, policy)))
                }
                (Reader::Both(policy, patient), Some(authority)) => {
                    let holders = self.holders(authority, policy);
                    let patient = PatientRecipient::new(patient);
                    sealer.recipient(Box::new(BothRecipient::new(holders, patient)))
                }
                // The constructor takes no policy without an authority.
                (_, None) => sealer,
            };
        }
        match &self.sender {
            Some(sender) => sealer.sender(sender.as_ref()),
            None => sealer,
        }
    }

    fn holders<'a>(&self, authority: &'a AuthorityPublic, policy: &Policy) -> PolicyRecipient<'a> {
        let recipient = PolicyRecipient::new(authority, policy.clone(), self.expiry);
        match self.allow_unknown {
            true => recipient.allow_unknown(),
            false => recipient,
        }
    }

    /// The same readers and sender, to keep beside what borrows them.
    pub fn duplicate(&self) -> Self {
        let again = |reader: &Reader| match reader {
            Reader::Policy(policy) => Reader::Policy(policy.clone()),
            Reader::Patient(patient) => Reader::Patient(patient.clone()),
            Reader::Both(policy, patient) => Reader::Both(policy.clone(), patient.clone()),
            Reader::Coupons(store, patient) => Reader::Coupons(store.clone(), patient.clone()),
        };
        Self {
            readers: self.readers.iter().map(again).collect(),
            authority: self.authority.clone(),
            expiry: self.expiry,
            allow_unknown: self.allow_unknown,
            sender: self.sender.clone(),
        }
    }
}
