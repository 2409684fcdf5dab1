//! Credentials, which tell relays who asks under a grant to a role, and carers.

use hippocrypt::asymmetric::{Signer, VerifyingKey};
use hippocrypt::keys::Fingerprint;
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
use hippocrypt::pre::{Carer, CarerKind, Credential};
use hippocrypt::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::authority::PyAuthority;
use crate::error::Raise;
use crate::input::{self, Buffer, Day, Moment, Texts};
use crate::party::{PyRecipientPublic, PySigner, PySignerPublic};
use crate::signed_consent::binary;
use crate::vocabulary::PyVocabulary;

/// Who vouches for a credential's holder.
pub enum Issuer<'py> {
    Authority(Bound<'py, PyAuthority>),
    Signer(Bound<'py, PySigner>),
}

impl<'py> FromPyObject<'_, 'py> for Issuer<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(authority) = object.cast::<PyAuthority>() {
            return Ok(Self::Authority(authority.to_owned()));
        }
        match object.cast::<PySigner>() {
            Ok(signer) => Ok(Self::Signer(signer.to_owned())),
            Err(_) => Err(PyTypeError::new_err("an Authority or Signer")),
        }
    }
}

impl Issuer<'_> {
    fn signer(&self) -> &dyn Signer {
        match self {
            Self::Authority(authority) => &**authority.get().inner,
            Self::Signer(signer) => signer.get().inner.as_ref(),
        }
    }
}

/// What an issuer says of a recipient: its attributes, for a time. It cannot be called back.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "Credential",
    skip_from_py_object
)]
pub struct PyCredential {
    pub inner: std::sync::Arc<Credential>,
}

#[pymethods]
impl PyCredential {
    /// Issues one to `holder`, from `start` (now by default) until and including a day.
    #[staticmethod]
    #[pyo3(signature = (issuer, holder, attributes, *, until, start = None))]
    fn issue(
        issuer: Issuer<'_>,
        holder: &Bound<'_, PyRecipientPublic>,
        attributes: Texts,
        until: Day,
        start: Option<Moment>,
    ) -> PyResult<Self> {
        let (start, attributes) = (input::moment(start)?, attributes.attributes()?);
        if let Issuer::Authority(authority) = &issuer {
            let public = authority.get().inner.public();
            if let Some(schema) = public.schema() {
                schema.check_attributes(&attributes).raise()?;
            }
        }
        let end = until.0.next().and_then(Date::start).raise()?;
        let holder = &holder.get().inner;
        Credential::issue(issuer.signer(), holder, attributes, start, end)
            .raise()
            .map(Self::of)
    }

    /// Reads a credential, in binary or armoured; the issuer's signature is checked.
    #[staticmethod]
    fn from_bytes(data: Buffer<'_>) -> PyResult<Self> {
        let read = binary(data.as_slice()).and_then(|bytes| Credential::from_bytes(&bytes));
        read.raise().map(Self::of)
    }

    /// The credential's one encoding (SPEC.md, section 14.17).
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.inner.to_bytes().raise()?))
    }

    /// What the issuer says, as `role=nurse`.
    #[getter]
    fn attributes(&self) -> Vec<String> {
        let all = self.inner.attributes().iter();
        all.map(ToString::to_string).collect()
    }

    /// The issuer's Ed25519 key, 32 bytes.
    #[getter]
    fn issuer<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.issuer().to_bytes())
    }

    /// Twelve words of the holder's fingerprint.
    #[getter]
    fn holder(&self) -> String {
        self.inner.holder().to_words()
    }

    /// The first second in which it counts, in Unix seconds.
    #[getter]
    fn not_before(&self) -> u64 {
        self.inner.not_before()
    }

    /// The first second in which it no longer counts, in Unix seconds.
    #[getter]
    fn not_after(&self) -> u64 {
        self.inner.not_after()
    }

    fn __repr__(&self) -> &'static str {
        "<hippocrypt.Credential>"
    }
}

impl PyCredential {
    fn of(credential: Credential) -> Self {
        Self {
            inner: std::sync::Arc::new(credential),
        }
    }
}

/// By whose key somebody signs.
pub struct NamedKey(pub VerifyingKey);

impl FromPyObject<'_, '_> for NamedKey {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(signer) = object.cast::<PySignerPublic>() {
            return Ok(Self(signer.get().inner.verifying_key()));
        }
        match object.cast::<PyRecipientPublic>() {
            Ok(recipient) => Ok(Self(*recipient.get().inner.verifying_key())),
            Err(_) => Err(PyTypeError::new_err("a SignerPublic or RecipientPublic")),
        }
    }
}

/// Somebody who may sign for a patient; what they may read a grant says.
#[pyclass(frozen, module = "hippocrypt", name = "Carer", skip_from_py_object)]
pub struct PyCarer {
    pub inner: Carer,
}

#[pymethods]
impl PyCarer {
    /// `kind` is `guardian`, `attorney` or `helper`; guardians and attorneys may revoke grants
    /// within their scope. `signer` is their SignerPublic or, for who also reads, RecipientPublic.
    /// Until and including a day, for records whose labels satisfy `scope`; without one, for all.
    #[new]
    #[pyo3(signature = (kind, signer, *, until, scope = None, vocabularies = Vec::new()))]
    fn new(
        kind: &str,
        signer: NamedKey,
        until: Day,
        scope: Option<&str>,
        vocabularies: Vec<Bound<'_, PyVocabulary>>,
    ) -> PyResult<Self> {
        let made = || -> Result<Carer> {
            let kind = match kind {
                "guardian" => CarerKind::Guardian,
                "attorney" => CarerKind::Attorney,
                "helper" => CarerKind::Helper,
                _ => return Err(Error::Argument("guardian, attorney or helper")),
            };
            let frame = LabelFrame::new(FIRST_YEAR, until.0)?;
            let mut words = vocabularies.iter().map(|it| it.get());
            let frame = words.try_fold(frame, |frame, words| words.inner.pin(frame))?;
            let scope = scope.map(|text| LabelPolicy::parse(text, &frame));
            let end = until.0.next().and_then(Date::start)?;
            Carer::new(kind, signer.0, end, scope.transpose()?)
        };
        made().raise().map(|inner| Self { inner })
    }

    /// `guardian`, `attorney` or `helper`.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.inner.kind() {
            CarerKind::Guardian => "guardian",
            CarerKind::Attorney => "attorney",
            CarerKind::Helper => "helper",
        }
    }

    /// The Ed25519 key that they sign with, 32 bytes.
    #[getter]
    fn key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.key().to_bytes())
    }

    /// Twelve words to compare over the telephone.
    #[getter]
    fn fingerprint(&self) -> String {
        Fingerprint::of_signer(self.inner.key()).to_words()
    }

    /// The first second at which they may not sign any more, in Unix seconds.
    #[getter]
    fn not_after(&self) -> u64 {
        self.inner.until()
    }

    /// What they may sign for; None is for everything.
    #[getter]
    fn scope(&self) -> Option<String> {
        self.inner.scope().map(ToString::to_string)
    }

    fn __repr__(&self) -> String {
        format!("<hippocrypt.Carer, a {}>", self.kind())
    }
}

/// Where comparisons of days in a scope begin.
const FIRST_YEAR: u16 = 2000;
