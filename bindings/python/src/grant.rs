//! Grants, as the patient makes them and the recipient holds them.

use std::collections::BTreeSet;
use std::sync::Arc;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::{Header, capsules};
use hippocrypt::policy::{LabelFrame, LabelPolicy};
use hippocrypt::pre::{
    Answer, Cache, Capsule, Claims, Conditions, Grant, GrantShare, GrantTerms, GrantTo,
    RecipientGrant, RelayPublic, Sight, Through, Verified, VerifiedAnswer,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::input::{self, Buffer, Day, Moment, Texts, hex};
use crate::party::{PyPatient, PyRecipient, PyRecipientPublic, PyRelayPublic};
use crate::relay::PyPublisherState;

fn read_grant(bytes: &[u8]) -> hippocrypt::Result<Grant<Verified>> {
    Grant::from_bytes(bytes)?.verify()
}

public_class!(
    /// A patient's grant; its signature was checked.
    PyGrant, "Grant", Grant<Verified>, read_grant, {
        /// The 16 bytes that name it, in hexadecimal digits.
        #[getter]
        fn id(&self) -> String {
            hex(self.inner.header().grant_id())
        }

        /// What may be opened.
        #[getter]
        fn policy(&self) -> Option<String> {
            self.inner.header().policy().map(ToString::to_string)
        }

        /// From when relays serve, in Unix seconds.
        #[getter]
        fn not_before(&self) -> u64 {
            self.inner.header().not_before()
        }

        /// From when relays no longer serve, in Unix seconds.
        #[getter]
        fn not_after(&self) -> u64 {
            self.inner.header().not_after()
        }

        /// How many relays must answer.
        #[getter]
        fn threshold(&self) -> u8 {
            self.inner.header().threshold()
        }

        /// The purposes of use that requests may claim; any if there are none.
        #[getter]
        fn purposes(&self) -> Vec<String> {
            let purposes = self.inner.header().conditions().allowed_purposes();
            purposes.map(str::to_owned).collect()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.Grant {}>", self.id())
        }
    }
);

public_class!(
    /// One relay's share of a grant, sealed to that relay.
    PyGrantShare, "GrantShare", GrantShare, GrantShare::from_bytes, {
        /// Which relay of the grant it is for, from 1.
        #[getter]
        fn index(&self) -> u8 {
            self.inner.index()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.GrantShare {}>", self.inner.index())
        }
    }
);

/// Grants `recipient` what `policy` over labels says, through `relays` of which `threshold` must
/// answer, until and including a day. `state` numbers the patient's grants and is saved after.
#[pyfunction]
#[pyo3(signature = (
    patient, recipient, policy, *, relays, threshold, until, state, purposes = None,
    actions = None, roles = None, start = None, first_year = 2000, break_glass = false,
    consent = None
))]
#[allow(clippy::too_many_arguments)] // Named ones, all but the first three.
pub fn make_grant(
    py: Python<'_>,
    patient: &Bound<'_, PyPatient>,
    recipient: &Bound<'_, PyRecipientPublic>,
    policy: &str,
    relays: Vec<Bound<'_, PyRelayPublic>>,
    threshold: u8,
    until: Day,
    state: &Bound<'_, PyPublisherState>,
    purposes: Option<Texts>,
    actions: Option<Texts>,
    roles: Option<Texts>,
    start: Option<Moment>,
    first_year: u16,
    break_glass: bool,
    consent: Option<Buffer<'_>>,
) -> PyResult<(PyGrant, Vec<PyGrantShare>)> {
    let now = input::moment(start)?;
    let frame = LabelFrame::new(first_year, until.0).raise()?;
    let policy = LabelPolicy::parse(policy, &frame).raise()?;
    let [purposes, actions, roles] = [purposes, actions, roles].map(Option::unwrap_or_default);
    let mut conditions = Conditions::any()
        .purposes(purposes.iter())
        .and_then(|it| it.actions(actions.iter()))
        .and_then(|it| it.roles(roles.iter()))
        .raise()?;
    if break_glass {
        conditions = conditions.allow_break_glass();
    }
    let consent = consent.map(|it| <[u8; 32]>::try_from(it.as_slice()));
    let consent = consent
        .transpose()
        .map_err(|_| Error::Argument("a digest of 32 bytes"));
    let relays: Vec<RelayPublic> = relays.iter().map(|it| (*it.get().inner).clone()).collect();
    let (patient, recipient) = (patient.get().inner.clone(), recipient.get().inner.clone());
    let state = state.get();
    let (consent, not_after) = (
        consent.raise()?,
        until.0.next().and_then(|it| it.start()).raise()?,
    );
    let (grant, shares) = py
        .detach(|| {
            let terms = GrantTerms {
                recipient: GrantTo::Recipient(&recipient),
                policy: &policy,
                hide_policy: false,
                through: Through::Relays {
                    relays: &relays,
                    threshold,
                },
                sequence: state.state(&patient)?.next_grant(now)?,
                not_before: now,
                not_after,
                conditions,
                publisher: None,
                consent,
            };
            patient.grant(&terms, &mut Cache::new(), &mut SysRng)
        })
        .raise()?;
    Ok((
        PyGrant::new(grant),
        shares.into_iter().map(PyGrantShare::new).collect(),
    ))
}

/// A grant in the recipient's hands: asks relays, and with their answers becomes a key.
#[pyclass(frozen, module = "hippocrypt", name = "HeldGrant", skip_from_py_object)]
pub struct PyHeldGrant {
    grant: Arc<RecipientGrant>,
    recipient: Arc<hippocrypt::pre::RecipientKey>,
}

#[pymethods]
impl PyHeldGrant {
    /// Takes a grant that was made to this recipient.
    #[new]
    fn new(
        py: Python<'_>,
        grant: &Bound<'_, PyGrant>,
        recipient: &Bound<'_, PyRecipient>,
    ) -> PyResult<Self> {
        let (grant, recipient) = (grant.get().inner.clone(), recipient.get().inner.clone());
        let held = py
            .detach(|| RecipientGrant::install((*grant).clone(), &recipient, &mut Cache::new()))
            .raise()?;
        Ok(Self {
            grant: Arc::new(held),
            recipient,
        })
    }

    /// What to send to the relays to have these records opened. With `skip`, records that the
    /// grant does not open are passed over. With `blind`, relays see digests instead of labels.
    #[pyo3(signature = (
        records, *, purpose = None, action = None, role = None, break_glass = false,
        blind = false, skip = false, now = None
    ))]
    #[allow(clippy::too_many_arguments)] // Named ones, all but the first.
    fn request<'py>(
        &self,
        py: Python<'py>,
        records: Vec<Buffer<'_>>,
        purpose: Option<&str>,
        action: Option<&str>,
        role: Option<&str>,
        break_glass: bool,
        blind: bool,
        skip: bool,
        now: Option<Moment>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut claims = Claims::none();
        if let Some(code) = purpose {
            claims = claims.purpose(code).raise()?;
        }
        if let Some(code) = action {
            claims = claims.action(code).raise()?;
        }
        if let Some(code) = role {
            claims = claims.role(code).raise()?;
        }
        if break_glass {
            claims = claims.break_glass();
        }
        let sight = if blind { Sight::Blind } else { Sight::Open };
        let now = input::moment(now)?;
        let records: Vec<&[u8]> = records.iter().map(Buffer::as_slice).collect();
        let asked = py
            .detach(|| {
                let asked = self.capsules(&records, skip)?;
                let asked: Vec<_> = asked.iter().map(|(capsule, h)| (capsule, h)).collect();
                let rng = &mut SysRng;
                let requests =
                    self.grant
                        .request(&self.recipient, &asked, sight, &claims, now, rng)?;
                requests.to_bytes()
            })
            .raise()?;
        Ok(PyBytes::new(py, &asked))
    }

    /// The key that these answers of relays make of the grant; each is checked, and a relay that
    /// answered wrongly is named when a record is opened.
    fn with_answers(&self, py: Python<'_>, answers: Vec<Buffer<'_>>) -> PyResult<PyGrantedKey> {
        let answers: Vec<&[u8]> = answers.iter().map(Buffer::as_slice).collect();
        let answers = py
            .detach(|| {
                let verify = |bytes: &&[u8]| Answer::from_bytes(bytes)?.verify(self.grant.grant());
                answers
                    .iter()
                    .map(verify)
                    .collect::<hippocrypt::Result<Vec<_>>>()
            })
            .raise()?;
        let grant = self.grant.clone();
        Ok(PyGrantedKey {
            inner: Arc::new(Answered { grant, answers }),
        })
    }

    fn __repr__(&self) -> String {
        format!(
            "<hippocrypt.HeldGrant {}>",
            hex(self.grant.grant().header().grant_id())
        )
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(crate::error::never_pickled(&slf.get_type()))
    }
}

impl PyHeldGrant {
    /// The capsules that the grant opens, each with the digest of its record's fixed part.
    fn capsules(
        &self,
        records: &[&[u8]],
        skip: bool,
    ) -> hippocrypt::Result<Vec<(Capsule, [u8; 32])>> {
        let patient = self.grant.grant().header().patient().id();
        let (mut asked, mut seen) = (Vec::new(), BTreeSet::new());
        for record in records {
            let (header, _) = Header::from_bytes(record)?;
            let mut own = capsules(&header)?;
            own.retain(|capsule| capsule.patient() == patient);
            let refusal = if own.is_empty() {
                Some(Error::NoStanza)
            } else if own.iter().all(|it| self.grant.satisfies(it.labels())) {
                None
            } else {
                Some(Error::NotSatisfied)
            };
            match refusal {
                Some(_) if skip => {}
                Some(refusal) => return Err(refusal),
                None => {
                    // The same record twice is asked for once.
                    own.retain(|capsule| seen.insert(*capsule.digest()));
                    asked.extend(own.into_iter().map(|capsule| (capsule, *header.digest())));
                }
            }
        }
        Ok(asked)
    }
}

/// A grant with answers.
pub struct Answered {
    pub grant: Arc<RecipientGrant>,
    pub answers: Vec<VerifiedAnswer>,
}

/// A key that a patient's grant and relays' answers make: it opens the records asked for.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "GrantedKey",
    skip_from_py_object
)]
pub struct PyGrantedKey {
    pub inner: Arc<Answered>,
}

#[pymethods]
impl PyGrantedKey {
    fn __repr__(&self) -> String {
        format!(
            "<hippocrypt.GrantedKey with {} answers>",
            self.inner.answers.len()
        )
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(crate::error::never_pickled(&slf.get_type()))
    }
}
