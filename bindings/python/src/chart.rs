//! Charts: a FHIR bundle sealed in one call, and opened again.

use std::collections::BTreeMap;

use getrandom::SysRng;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::consent::{Audience, Phrases, VerifiedConsent, Vocabulary, explain};
use hippocrypt::envelope::{Header, RecordId, patient_of};
use hippocrypt::fhir::labels::{Assertions, LabelOptions, Labeller, SignedLabels};
use hippocrypt::fhir::{Bundle, Resource};
use hippocrypt::lifecycle::{Chart, ChartSealer, relevant, scope};
use hippocrypt::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::authority::PyAuthorityPublic;
use crate::error::{Outcome, Raise};
use crate::input::{self, Buffer, Moment};
use crate::json::{Document, text_to_python};
use crate::keyring::{Keyring, Senders};
use crate::party::{PyPatientProfile, PySigner, PySignerPublic};
use crate::signed_consent::{PyVerifiedConsent, binary};
use crate::vocabulary::{PyVocabulary, words};

/// Signs a side file of labels: what people say about records.
#[pyfunction]
#[pyo3(signature = (side_file, *, signer, now = None, vocabulary = None))]
pub fn sign_labels<'py>(
    py: Python<'py>,
    side_file: Document,
    signer: &Bound<'_, PySigner>,
    now: Option<Moment>,
    vocabulary: Option<&Bound<'_, PyVocabulary>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (now, words) = (input::moment(now)?, words(vocabulary)?);
    // Nobody signs what cannot be used.
    let signed = Assertions::read(&side_file.0, &words).and_then(|_| {
        SignedLabels::sign(&side_file.0, signer.get().inner.as_ref(), now)?.to_bytes()
    });
    Ok(PyBytes::new(py, &signed.raise()?))
}

/// One sealed group of a chart.
struct SealedGroup {
    name: String,
    bytes: Vec<u8>,
    labels: Vec<String>,
    resources: usize,
    policy: Option<String>,
}

/// What seals a chart, but for the bundle.
struct Wanted<'a> {
    consent: &'a VerifiedConsent,
    patient: &'a hippocrypt::pre::PatientProfile,
    authority: Option<&'a hippocrypt::abe::AuthorityPublic>,
    sender: Option<&'a hippocrypt::keys::SignerKey>,
    assertions: Assertions,
    options: LabelOptions,
    all_labels: bool,
    time: u64,
    words: &'a Vocabulary,
}

/// Seals a FHIR bundle of one patient: a batch for each set of labels, to the patient and to the
/// holders of keys whom the consent permits. Gives a dict of each batch's name and bytes, and a
/// list that says of each batch its labels, how many resources it has and its policy.
///
/// `labels` is a signed side file by one of `labels_from`. What nobody labelled opens, under
/// rules about labels, for nobody but the patient.
#[pyfunction]
#[pyo3(signature = (
    bundle, *, consent, patient, authority = None, labels = None, labels_from = Vec::new(),
    base = None, sender = None, days = false, all_labels = false, now = None, vocabulary = None
))]
#[allow(clippy::too_many_arguments)] // Named ones, all but the first.
pub fn seal_chart<'py>(
    py: Python<'py>,
    bundle: Document,
    consent: &Bound<'_, PyVerifiedConsent>,
    patient: &Bound<'_, PyPatientProfile>,
    authority: Option<&Bound<'_, PyAuthorityPublic>>,
    labels: Option<Buffer<'_>>,
    labels_from: Vec<Bound<'_, PySignerPublic>>,
    base: Option<String>,
    sender: Option<&Bound<'_, PySigner>>,
    days: bool,
    all_labels: bool,
    now: Option<Moment>,
    vocabulary: Option<&Bound<'_, PyVocabulary>>,
) -> PyResult<(Bound<'py, PyDict>, Vec<Bound<'py, PyDict>>)> {
    let words = words(vocabulary)?;
    let keys: Vec<VerifyingKey> = labels_from
        .iter()
        .map(|it| it.get().inner.verifying_key())
        .collect();
    let assertions = match labels {
        None => Assertions::default(),
        Some(signed) => read_labels(signed.as_slice(), &keys, &words).raise()?,
    };
    let options = LabelOptions {
        base,
        day: days,
        instance: true,
        ..LabelOptions::default()
    };
    let time = input::moment(now)?;
    let (consent, patient) = (consent.get().inner.clone(), patient.get().inner.clone());
    let authority = authority.map(|it| it.get().inner.clone());
    let sender = sender.map(|it| it.get().inner.clone());
    let sealed = py.detach(|| {
        let wanted = Wanted {
            consent: &consent,
            patient: &patient,
            authority: authority.as_deref(),
            sender: sender.as_deref(),
            assertions,
            options,
            all_labels,
            time,
            words: &words,
        };
        seal(&bundle.0, &wanted)
    })?;
    let (batches, about) = (
        PyDict::new(py),
        sealed.iter().map(|group| describe(py, group)),
    );
    let about = about.collect::<PyResult<Vec<_>>>()?;
    for group in &sealed {
        batches.set_item(&group.name, PyBytes::new(py, &group.bytes))?;
    }
    Ok((batches, about))
}

fn read_labels(signed: &[u8], keys: &[VerifyingKey], words: &Vocabulary) -> Result<Assertions> {
    let signed = SignedLabels::from_bytes(&binary(signed)?)?;
    Assertions::read(signed.verify(keys)?, words)
}

fn describe<'py>(py: Python<'py>, group: &SealedGroup) -> PyResult<Bound<'py, PyDict>> {
    let about = PyDict::new(py);
    about.set_item("batch", &group.name)?;
    about.set_item("labels", &group.labels)?;
    about.set_item("resources", group.resources)?;
    about.set_item("policy", &group.policy)?;
    about.set_item("bytes", group.bytes.len())?;
    Ok(about)
}

fn seal(bundle: &[u8], wanted: &Wanted<'_>) -> Outcome<Vec<SealedGroup>> {
    let words = wanted.words;
    let bundle = Bundle::parse(bytes_of(bundle))?;
    let terms = wanted.consent.terms();
    let mut labeller = Labeller::new(words, &wanted.assertions, wanted.options.clone())?;
    for resource in bundle.resources() {
        if let Some(address) = resource.address() {
            labeller.know_one(address, resource.json())?;
        }
    }
    let base = wanted.options.base.as_deref();
    let chart = Chart::new(&bundle, Some(&terms.subject), base, |resource| {
        let labelled = labeller.label(resource.json(), resource.address())?;
        match wanted.all_labels {
            true => Ok(labelled.labels),
            false => relevant(&labelled.labels, terms),
        }
    })?;
    let said = explain(terms, words, Audience::Patient, &Phrases::english()?)?.to_string();
    let mut sealer = ChartSealer::new(wanted.consent, words, &scope(&said), wanted.time)?
        .patient(wanted.patient)?;
    if let Some(authority) = wanted.authority {
        sealer = sealer.authority(authority, None);
    }
    if let Some(sender) = wanted.sender {
        sealer = sealer.sender(sender);
    }
    let mut sealed = Vec::new();
    for group in chart.groups() {
        Python::attach(|py| py.check_signals())?;
        let (bytes, readers) = sealer.seal(group, &mut SysRng)?;
        sealed.push(SealedGroup {
            name: group.name().to_owned(),
            bytes,
            labels: group.labels().texts().map(str::to_owned).collect(),
            resources: group.members().len(),
            policy: readers.holders.map(|it| it.text),
        });
    }
    Ok(sealed)
}

/// A mark of byte order is no part of a document.
fn bytes_of(document: &[u8]) -> &[u8] {
    document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document)
}

/// What came of opening batches.
#[derive(Default)]
struct OpenedChart {
    resources: BTreeMap<u32, String>,
    opened: usize,
    closed: BTreeMap<u16, usize>,
}

/// Opens the batches of one patient's chart as far as the keys do; gives the bundle of what
/// opened, and a dict of how many batches stayed closed, by the number of the error.
///
/// Damage raises; that a batch is for others (204, 303, 308) does not.
#[pyfunction]
#[pyo3(signature = (batches, *, key, senders = Senders::default()))]
pub fn open_chart<'py>(
    py: Python<'py>,
    batches: Vec<Buffer<'_>>,
    key: Keyring,
    senders: Senders,
) -> PyResult<(Bound<'py, PyAny>, BTreeMap<u16, usize>)> {
    let batches: Vec<&[u8]> = batches.iter().map(Buffer::as_slice).collect();
    let opened = py.detach(|| open(&batches, &key, &senders))?;
    let bundle = Bundle::collect(opened.resources.values().map(String::as_str));
    Ok((text_to_python(py, &bundle)?, opened.closed))
}

fn open(batches: &[&[u8]], key: &Keyring, senders: &Senders) -> Outcome<OpenedChart> {
    let for_others = [
        Error::NotSatisfied,
        Error::NoStanza,
        Error::TooFewAnswers(0),
    ];
    let mut chart = OpenedChart::default();
    let mut patient = None;
    let mut opener = key.opener(senders);
    for bytes in batches {
        Python::attach(|py| py.check_signals())?;
        let (header, members) = Header::from_bytes(bytes)?;
        let own = header
            .access()
            .stanzas()
            .iter()
            .find_map(|it| patient_of(it).ok());
        let header = match opener.unlock(header) {
            Ok(header) => header,
            Err(error) if for_others.iter().any(|it| it.code() == error.code()) => {
                *chart.closed.entry(error.code()).or_default() += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if *patient.get_or_insert(own) != own {
            return Err(Error::Argument("batches of one patient").into());
        }
        let batch = header.into_batch(members)?;
        for (at, id) in batch.ids().enumerate() {
            let (content, _) = batch.open(at)?;
            let text = std::str::from_utf8(content.expose()).map_err(|_| Error::Shape)?;
            Resource::parse(text)?;
            if chart
                .resources
                .insert(place(id)?, text.to_owned())
                .is_some()
            {
                return Err(Error::Duplicate("resource of a chart").into());
            }
        }
        chart.opened += 1;
    }
    Ok(chart)
}

/// The place in the bundle, which is the record's id.
fn place(id: &RecordId) -> Result<u32> {
    let digits = id.as_str().strip_prefix('e').filter(|it| it.len() == 5);
    let place = digits.and_then(|it| it.parse().ok());
    place.ok_or(Error::Argument("a batch of a chart"))
}
