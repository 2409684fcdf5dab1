//! Grants, as patients make them.

use std::sync::Arc;

use getrandom::SysRng;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::envelope::RoleRecipient;
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy, Policy};
use hippocrypt::pre::{
    Cache, Carer, Conditions, GrantTerms, GrantTo, PatientProfile, RecipientPublic, RelayPublic,
    StandingSharing, Through,
};
use hippocrypt::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::authority::PyAuthorityPublic;
use crate::error::Raise;
use crate::grant::{PyGrant, PyGrantShare};
use crate::input::{self, Buffer, Day, Moment, Texts};
use crate::label_key::PyLabelKey;
use crate::party::{PyPatient, PyRecipientPublic, PyRelayPublic, PySignerPublic};
use crate::policy::PolicyArgument;
use crate::publisher::PyPublisherState;
use crate::sharing::PyStandingSharing;
use crate::vocabulary::PyVocabulary;

/// Everybody whose attributes satisfy a policy, by one authority's keys: whom a grant can be to.
#[pyclass(frozen, module = "hippocrypt", name = "Role", skip_from_py_object)]
pub struct PyRole {
    authority: Arc<AuthorityPublic>,
    policy: Policy,
    issuer: Option<VerifyingKey>,
    no_expiry: bool,
    allow_unknown: bool,
}

#[pymethods]
impl PyRole {
    /// Those with a key of `authority` that satisfies `policy` and had not ended on the day of the
    /// grant, unless `no_expiry`. `issuer` signs the credentials that tell relays who asks: the
    /// authority itself by default.
    ///
    /// Raises PolicyError for a policy, and for what the authority's schema does not know unless
    /// `allow_unknown`.
    #[new]
    #[pyo3(signature = (
        authority, policy, *, issuer = None, no_expiry = false, allow_unknown = false
    ))]
    fn new(
        authority: &Bound<'_, PyAuthorityPublic>,
        policy: PolicyArgument,
        issuer: Option<&Bound<'_, PySignerPublic>>,
        no_expiry: bool,
        allow_unknown: bool,
    ) -> PyResult<Self> {
        let role = Self {
            authority: authority.get().inner.clone(),
            policy: policy.0,
            issuer: issuer.map(|it| it.get().inner.verifying_key()),
            no_expiry,
            allow_unknown,
        };
        role.on(None).raise()?;
        Ok(role)
    }

    fn __repr__(&self) -> String {
        format!("<hippocrypt.Role {:?}>", self.policy.to_string())
    }
}

impl PyRole {
    fn on(&self, day: Option<Date>) -> Result<RoleRecipient<'_>> {
        let day = day.filter(|_| !self.no_expiry);
        let policy = self.policy.clone();
        RoleRecipient::new(
            &self.authority,
            policy,
            self.issuer,
            day,
            self.allow_unknown,
        )
    }
}

/// Whom a grant is to.
pub enum Grantee<'py> {
    One(Arc<RecipientPublic>),
    Role(Bound<'py, PyRole>),
}

impl<'py> FromPyObject<'_, 'py> for Grantee<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(role) = object.cast::<PyRole>() {
            return Ok(Self::Role(role.to_owned()));
        }
        match object.cast::<PyRecipientPublic>() {
            Ok(one) => Ok(Self::One(one.get().inner.clone())),
            Err(_) => Err(PyTypeError::new_err("a RecipientPublic or Role")),
        }
    }
}

/// Through whom a grant goes.
enum Relays {
    Own(Vec<RelayPublic>, u8),
    Standing(Arc<StandingSharing>),
}

/// Grants `recipient`, somebody or a Role, what `policy` over labels says, until and including a
/// day: through `relays` of which `threshold` must answer, or through a standing `sharing`, whose
/// relays have their shares already. `state` numbers the patient's grants: save it after.
///
/// With `carer`, `recipient` is one whom the profile names: `policy` and `until` are by default
/// the carer's, and never beyond them. `label_key` is the one that blinds the records' labels;
/// `hide_policy` shows relays a digest of the policy alone. `vocabularies` say what `sens.none`
/// means, `first_year` is where comparisons of days begin. `publisher` is whose lists of
/// revocations count, the patient's by default; `consent` the digest that the grant follows from,
/// 32 bytes.
///
/// Raises Error: 1 for relays and threshold, 5 for a relay named twice, 401 for times, 326 for
/// another patient's sharing; CallError beyond a carer's scope; PolicyError.
#[pyfunction]
#[pyo3(signature = (
    patient, recipient, policy = None, *, state, relays = None, threshold = None, sharing = None,
    until = None, purposes = None, actions = None, roles = None, start = None, first_year = 2000,
    break_glass = false, consent = None, carer = false, label_key = None, hide_policy = false,
    vocabularies = Vec::new(), publisher = None
))]
#[allow(clippy::too_many_arguments)] // Named ones, all but the first three.
pub fn make_grant(
    py: Python<'_>,
    patient: &Bound<'_, PyPatient>,
    recipient: Grantee<'_>,
    policy: Option<&str>,
    state: &Bound<'_, PyPublisherState>,
    relays: Option<Vec<Bound<'_, PyRelayPublic>>>,
    threshold: Option<u8>,
    sharing: Option<&Bound<'_, PyStandingSharing>>,
    until: Option<Day>,
    purposes: Option<Texts>,
    actions: Option<Texts>,
    roles: Option<Texts>,
    start: Option<Moment>,
    first_year: u16,
    break_glass: bool,
    consent: Option<Buffer<'_>>,
    carer: bool,
    label_key: Option<&Bound<'_, PyLabelKey>>,
    hide_policy: bool,
    vocabularies: Vec<Bound<'_, PyVocabulary>>,
    publisher: Option<&Bound<'_, PySignerPublic>>,
) -> PyResult<(PyGrant, Vec<PyGrantShare>)> {
    let now = input::moment(start)?;
    let patient = patient.get().inner.clone();
    let carer = match (carer, &recipient) {
        (false, _) => None,
        (true, Grantee::One(one)) => Some(named(patient.profile(), one, now).raise()?),
        (true, Grantee::Role(_)) => {
            return Err(Error::Argument("a carer is no role")).raise();
        }
    };
    let (last, not_after) = end(until, carer).raise()?;
    let frame = || {
        let frame = LabelFrame::new(first_year, last)?;
        let mut words = vocabularies.iter().map(|it| it.get());
        words.try_fold(frame, |frame, words| words.inner.pin(frame))
    };
    let policy = policy_of(policy, carer.and_then(Carer::scope), frame).raise()?;
    let blinded = label_key.map(|key| policy.blinded(&key.get().inner));
    let blinded = blinded.transpose().raise()?;
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
        .map_err(|_| Error::Argument("a digest of 32 bytes"))
        .raise()?;
    let through = match (relays, threshold, sharing) {
        (Some(relays), Some(threshold), None) => {
            let relays = relays.iter().map(|it| (*it.get().inner).clone());
            Relays::Own(relays.collect(), threshold)
        }
        (None, None, Some(sharing)) => Relays::Standing(sharing.get().inner.clone()),
        _ => return Err(Error::Argument("relays with a threshold, or a sharing")).raise(),
    };
    let role = match &recipient {
        Grantee::Role(role) => Some(role.get()),
        Grantee::One(_) => None,
    };
    let one = match &recipient {
        Grantee::One(one) => Some(one.clone()),
        Grantee::Role(_) => None,
    };
    let publisher = publisher.map(|it| it.get().inner.verifying_key());
    let state = state.get();
    let (grant, shares) = py
        .detach(|| {
            let role = role.map(|it| it.on(Some(Date::from_unix(now)?)));
            let role = role.transpose()?;
            let recipient = match (&one, &role) {
                (Some(one), _) => GrantTo::Recipient(one),
                (None, Some(role)) => GrantTo::Role(role),
                (None, None) => return Err(Error::Missing("somebody to grant to")),
            };
            let mut state = state.state(&patient)?;
            let terms = GrantTerms {
                recipient,
                policy: blinded.as_ref().unwrap_or(&policy),
                hide_policy,
                through: match &through {
                    Relays::Own(relays, threshold) => Through::Relays {
                        relays,
                        threshold: *threshold,
                    },
                    Relays::Standing(sharing) => Through::Standing(sharing),
                },
                sequence: state.next_grant(now)?,
                not_before: now,
                not_after,
                conditions,
                publisher,
                consent,
            };
            let made = patient.grant(&terms, &mut Cache::new(), &mut SysRng)?;
            if hide_policy || blinded.is_some() {
                state.keep_policy(made.0.header().grant_id(), &policy)?;
            }
            Ok(made)
        })
        .raise()?;
    Ok((
        PyGrant::new(grant),
        shares.into_iter().map(PyGrantShare::new).collect(),
    ))
}

/// The carer whom the profile names by the recipient's key.
fn named<'a>(
    profile: &'a PatientProfile,
    recipient: &RecipientPublic,
    now: u64,
) -> Result<&'a Carer> {
    match profile.carer(recipient.verifying_key()) {
        None => Err(Error::Carer("the profile does not name the recipient")),
        Some(carer) if carer.until() <= now => Err(Error::Carer("their time has ended")),
        Some(carer) => Ok(carer),
    }
}

/// The last day, and when the grant ends: a carer's with their time, unless it ends before.
fn end(until: Option<Day>, carer: Option<&Carer>) -> Result<(Date, u64)> {
    match (until, carer) {
        (Some(Day(day)), _) => Ok((day, day.next().and_then(Date::start)?)),
        (None, Some(carer)) => {
            let last = Date::from_unix(carer.until().saturating_sub(1))?;
            Ok((last, carer.until()))
        }
        (None, None) => Err(Error::Missing("until")),
    }
}

/// The policy: a carer's stays within their scope, in the frame that the scope was read in.
fn policy_of(
    text: Option<&str>,
    scope: Option<&LabelPolicy>,
    frame: impl FnOnce() -> Result<LabelFrame>,
) -> Result<LabelPolicy> {
    match (scope, text) {
        (Some(scope), None) => Ok(scope.clone()),
        (Some(scope), Some(text)) => {
            let frame = scope.frame().ok_or(Error::Argument("a blinded scope"))?;
            let policy = LabelPolicy::parse(text, frame)?;
            match policy.is_within(scope)? {
                true => Ok(policy),
                false => LabelPolicy::parse(&format!("({scope}) and ({policy})"), frame),
            }
        }
        (None, Some(text)) => LabelPolicy::parse(text, &frame()?),
        (None, None) => Err(Error::Missing("policy")),
    }
}
