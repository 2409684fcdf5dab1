//! Consents in their normal form, and decisions by them.

use std::sync::Arc;

use getrandom::SysRng;
use hippocrypt::consent::{
    Audience, By, ConflictRule, Decision, Outcome, Phrases, PurposeMode, Reading, Terms,
    Vocabulary, decide_together, explain,
};
use hippocrypt::fhir::{
    Compiled, Context, Document as Fhir, Failure, Options, compile, read_request,
};
use hippocrypt::{Error, Randomness};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::error::{Raise, raise, raise_with};
use crate::input::Buffer;
use crate::json::{Document, to_python};
use crate::vocabulary::{PyVocabulary, words};

/// A consent in its normal form: exactly what will be enforced.
#[pyclass(frozen, module = "hippocrypt", name = "Terms", skip_from_py_object)]
pub struct PyTerms {
    pub inner: Arc<Terms>,
    warnings: Vec<String>,
    noted: Vec<String>,
}

impl PyTerms {
    pub fn new(terms: Terms) -> Self {
        Self {
            inner: Arc::new(terms),
            warnings: Vec::new(),
            noted: Vec::new(),
        }
    }
}

#[pymethods]
impl PyTerms {
    /// Compiles a FHIR Consent: a dict, a text or a buffer.
    ///
    /// FHIR does not say what nested provisions mean, so `reading` must: `r4-typed`, `pcf-1.1`,
    /// `r5-negate` or `mii-2025`. `base` is what relative references lie below; `zone` is where
    /// days begin, in minutes east of UTC; `purposes` is `any-of` or `all-of`; `context` are
    /// resources or bundles that the consent points at; `vocabulary` is `hv1` unless it is given,
    /// here and wherever the Terms are used. Everything that cannot be enforced
    /// raises ConsentError, whose `reasons` name each place.
    #[staticmethod]
    #[pyo3(signature = (
        document, *, reading, base = None, zone = 0, purposes = "any-of",
        accept_alternation = false, context = Vec::new(), vocabulary = None
    ))]
    #[allow(clippy::too_many_arguments)] // Named ones, all but the first.
    fn from_fhir(
        py: Python<'_>,
        document: Document,
        reading: &str,
        base: Option<String>,
        zone: i16,
        purposes: &str,
        accept_alternation: bool,
        context: Vec<Document>,
        vocabulary: Option<&Bound<'_, PyVocabulary>>,
    ) -> PyResult<Self> {
        let words = words(vocabulary)?;
        let reading = Reading::from_name(reading).filter(|it| *it != Reading::Native);
        let known = Error::Argument("r4-typed, pcf-1.1, r5-negate or mii-2025");
        let mut options = Options::new(reading.ok_or(known).raise()?);
        options.purpose_mode = PurposeMode::from_name(purposes)
            .ok_or(Error::Argument("any-of or all-of"))
            .raise()?;
        options.base = base;
        options.zone = zone;
        options.accept_alternation = accept_alternation;
        let compiled = py.detach(|| compile_with(&document, &options, &context, &words));
        let compiled = compiled.map_err(|failure| refuse(&failure))?;
        Ok(Self {
            inner: Arc::new(compiled.terms),
            warnings: compiled.warnings.iter().map(ToString::to_string).collect(),
            noted: compiled.noted,
        })
    }

    /// Reads Terms in binary.
    #[staticmethod]
    fn from_bytes(data: Buffer<'_>) -> PyResult<Self> {
        Terms::from_bytes(data.as_slice()).raise().map(Self::new)
    }

    /// The one encoding of the Terms (SPEC.md, section 16.2).
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.inner.to_bytes().raise()?))
    }

    /// The Terms as a dict: a view, never what is signed.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.inner.to_json().raise()?)
    }

    /// In plain words, for `patient` or `carer`.
    #[pyo3(signature = (audience = "patient", *, vocabulary = None))]
    fn explain(
        &self,
        py: Python<'_>,
        audience: &str,
        vocabulary: Option<&Bound<'_, PyVocabulary>>,
    ) -> PyResult<String> {
        let words = words(vocabulary)?;
        let audience = Audience::from_name(audience).ok_or(Error::Argument("patient or carer"));
        let audience = audience.raise()?;
        py.detach(|| {
            let phrases = Phrases::english()?;
            explain(&self.inner, &words, audience, &phrases).map(|it| it.to_string())
        })
        .raise()
    }

    /// 32 bytes that name the Terms and that nobody can guess.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.inner.digest().raise()?))
    }

    /// Of whom the consent is.
    #[getter]
    fn subject(&self) -> &str {
        &self.inner.subject
    }

    /// What should be looked at in the document it was compiled from.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// Elements of the document that have no effect on a decision.
    #[getter]
    fn noted(&self) -> Vec<String> {
        self.noted.clone()
    }

    fn __repr__(&self) -> String {
        format!("<hippocrypt.Terms with {} rules>", self.inner.rules.len())
    }
}

fn compile_with(
    document: &Document,
    options: &Options,
    context: &[Document],
    words: &Vocabulary,
) -> Result<Compiled, Failure> {
    let mut around = Context::new(options.base.as_deref())?;
    for resource in context {
        around.add(&Fhir::parse(&resource.0)?)?;
    }
    let mut salt = [0; 32];
    Randomness::fill(&mut SysRng, &mut salt)?;
    compile(&Fhir::parse(&document.0)?, options, words, &around, salt)
}

fn refuse(failure: &Failure) -> PyErr {
    match failure {
        Failure::Error(error) => raise(error),
        Failure::Refused(refusals) => {
            let line = |it: &hippocrypt::fhir::Refusal| format!("{} {it}", it.code.number());
            raise_with(&refusals.error(), Some(refusals.iter().map(line).collect()))
        }
    }
}

/// What consents say to a request, and why.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Decision",
    skip_from_py_object
)]
pub struct PyDecision {
    /// `PERMIT`, `DENY` or `NO_CONSENT`.
    outcome: &'static str,
    /// `rule`, `base`, `expired`, `not-yet-valid`, `other-subject` or `other-vocabulary`.
    by: &'static str,
    /// The number of the rule that decided, from 1.
    rule: Option<usize>,
    /// The place of the consent that decided in the list, from 0.
    consent: Option<usize>,
    /// Facts that nobody stated and that would have mattered.
    missing: Vec<&'static str>,
    /// What whoever receives data owes.
    obligations: Vec<String>,
}

#[pymethods]
impl PyDecision {
    /// Raises NotPermitted unless the outcome is PERMIT.
    fn require(&self) -> PyResult<()> {
        match self.outcome == Outcome::Permit.code() {
            true => Ok(()),
            false => Err(Error::NotPermitted).raise(),
        }
    }

    fn __bool__(&self) -> PyResult<bool> {
        let text = "a Decision is neither true nor false: compare outcome, or call require()";
        Err(pyo3::exceptions::PyTypeError::new_err(text))
    }

    fn __repr__(&self) -> String {
        format!("<hippocrypt.Decision {} by {}>", self.outcome, self.by)
    }
}

impl PyDecision {
    fn new(decision: &Decision, consent: Option<usize>) -> Self {
        Self {
            outcome: decision.outcome.code(),
            by: decision.by.code(),
            rule: match decision.by {
                By::Rule(place) => Some(place + 1),
                _ => None,
            },
            consent,
            missing: decision.missing.iter().map(|fact| fact.code()).collect(),
            obligations: decision
                .obligations
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

/// One consent, or all that a patient has given.
pub struct Consents(Vec<Terms>);

impl FromPyObject<'_, '_> for Consents {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(one) = object.cast::<PyTerms>() {
            return Ok(Self(vec![(*one.get().inner).clone()]));
        }
        let all = object.cast::<PyList>()?.iter();
        let terms = all.map(|it| Ok((*it.cast::<PyTerms>()?.get().inner).clone()));
        Ok(Self(terms.collect::<PyResult<_>>()?))
    }
}

/// Holds consents against a request: a dict, text or buffer as SPEC.md, section 16.6, says.
///
/// `conflict` says what counts where consents contradict each other: `deny-overrides`,
/// `newest-wins` or `refuse`, which raises ConsentError. Facts that the request leaves open
/// never help to permit.
#[pyfunction]
#[pyo3(signature = (consents, request, *, conflict = "refuse", zone = 0, vocabulary = None))]
pub fn decide(
    py: Python<'_>,
    consents: Consents,
    request: Document,
    conflict: &str,
    zone: i16,
    vocabulary: Option<&Bound<'_, PyVocabulary>>,
) -> PyResult<PyDecision> {
    let rule = ConflictRule::from_name(conflict)
        .ok_or(Error::Argument("deny-overrides, newest-wins or refuse"))
        .raise()?;
    let words = words(vocabulary)?;
    let request = read_request(&request.0, &words, zone)
        .map_err(|it| raise_with(&it.error, Some(vec![it.path.to_string()])))?;
    let decided = py.detach(|| decide_together(&consents.0, &request, rule));
    let (decision, place) = decided.raise()?;
    Ok(PyDecision::new(&decision, place))
}
