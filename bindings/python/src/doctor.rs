//! Why a key does not open a record, from public data alone.

use hippocrypt::Result;
use hippocrypt::abe::UserKey;
use hippocrypt::envelope::{Content, Stanza, both_of, capsules, policy_of};
use hippocrypt::policy::Policy;
use hippocrypt::pre::Capsule;
use pyo3::prelude::*;

use crate::authority::PyAuthorityPublic;
use crate::error::Raise;
use crate::input::{Buffer, hex};
use crate::keyring::{Keyring, ReaderKey};
use crate::open::{is_payload, split};

/// What stands in the way of opening a record.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Diagnosis",
    skip_from_py_object
)]
pub struct PyDiagnosis {
    /// Whether nothing that public data shows stands in the way: if opening fails all the same,
    /// record or key was changed.
    fits: bool,
    /// What stands in the way, a line for each thing.
    findings: Vec<String>,
}

#[pymethods]
impl PyDiagnosis {
    fn __str__(&self) -> String {
        self.findings.join("\n")
    }

    fn __repr__(&self) -> String {
        let says = if self.fits { "fits" } else { "does not fit" };
        format!("<hippocrypt.Diagnosis: {says}>")
    }
}

/// Explains why a key does not open a record: another authority or patient, attributes that it
/// lacks, an end, labels beyond a grant, answers that are missing, a record that was cut short.
/// It uses no secret. `authorities` are named in what it says; `header` is as for `open`.
///
/// Raises Error as `inspect` does.
#[pyfunction]
#[pyo3(signature = (sealed, *, key, authorities = Vec::new(), header = None))]
pub fn diagnose(
    py: Python<'_>,
    sealed: Buffer<'_>,
    key: Keyring,
    authorities: Vec<Bound<'_, PyAuthorityPublic>>,
    header: Option<Buffer<'_>>,
) -> PyResult<PyDiagnosis> {
    let (sealed, apart) = (sealed.as_slice(), header.as_ref().map(Buffer::as_slice));
    let known = Known(
        authorities
            .iter()
            .map(|it| {
                let public = &it.get().inner;
                (*public.id().as_bytes(), public.name().to_owned())
            })
            .collect(),
    );
    py.detach(|| look(sealed, apart, &key, &known)).raise()
}

/// The names of authorities by their ids.
struct Known(Vec<([u8; 32], String)>);

impl Known {
    fn name(&self, id: &[u8; 32]) -> String {
        let found = self.0.iter().find(|(known, _)| known == id);
        found.map_or_else(
            || format!("authority {}", hex(id)),
            |(_, name)| format!("authority \"{name}\""),
        )
    }
}

/// What one key and one stanza come to: nothing in the way, or lines.
type Finding = std::result::Result<(), Vec<String>>;

fn look(sealed: &[u8], apart: Option<&[u8]>, keys: &Keyring, known: &Known) -> Result<PyDiagnosis> {
    let (header, payload) = split(sealed, apart)?;
    let mut capsules = capsules(&header)?.into_iter();
    let (mut fits, mut findings) = (false, Vec::new());
    for stanza in header.access().stanzas() {
        match examine(stanza, &mut capsules, keys, known)? {
            Ok(()) => fits = true,
            Err(lines) => findings.extend(lines),
        }
    }
    if fits {
        findings.clear();
    }
    if header.fixed().content() == Content::Record && !is_payload(payload.len(), header.fixed()) {
        fits = false;
        findings.push(format!(
            "cut short or damaged: no payload is as this one of {} bytes",
            payload.len()
        ));
    }
    Ok(PyDiagnosis { fits, findings })
}

fn examine(
    stanza: &Stanza,
    capsules: &mut impl Iterator<Item = Capsule>,
    keys: &Keyring,
    known: &Known,
) -> Result<Finding> {
    match stanza.kind() {
        Stanza::POLICY => with_users(policy_of(stanza)?, keys, known),
        Stanza::CAPSULE => Ok(capsules.next().map_or(Ok(()), |it| with_capsule(&it, keys))),
        Stanza::BOTH => {
            let (authority, policy, _) = both_of(stanza)?;
            let one = with_users((authority, policy), keys, known)?;
            let other = capsules.next().map_or(Ok(()), |it| with_capsule(&it, keys));
            let lines = [one.err(), other.err()].into_iter().flatten().flatten();
            let lines: Vec<String> = lines
                .map(|line| format!("policy and patient together: {line}"))
                .collect();
            Ok(if lines.is_empty() { Ok(()) } else { Err(lines) })
        }
        kind => Ok(Err(vec![format!(
            "a stanza of type {kind}, which this release does not know"
        )])),
    }
}

fn with_users(
    (authority, policy): ([u8; 32], Policy),
    keys: &Keyring,
    known: &Known,
) -> Result<Finding> {
    let mut lines = Vec::new();
    for key in keys.each() {
        let ReaderKey::User(key) = key else { continue };
        match with_user(&authority, &policy, key, known)? {
            Ok(()) => return Ok(Ok(())),
            Err(more) => lines.extend(more),
        }
    }
    if lines.is_empty() {
        lines.push(format!(
            "sealed under {}: a key that it has issued is needed",
            known.name(&authority)
        ));
    }
    Ok(Err(lines))
}

fn with_user(
    authority: &[u8; 32],
    policy: &Policy,
    key: &UserKey,
    known: &Known,
) -> Result<Finding> {
    if authority != key.authority().as_bytes() {
        return Ok(Err(vec![format!(
            "sealed under {}; the key was issued by {}",
            known.name(authority),
            known.name(key.authority().as_bytes())
        )]));
    }
    let unmet = key.unmet(policy)?;
    Ok(match unmet.as_slice() {
        [] => Ok(()),
        unmet => Err(unmet.iter().map(ToString::to_string).collect()),
    })
}

fn with_capsule(capsule: &Capsule, keys: &Keyring) -> Finding {
    let mut lines = Vec::new();
    for key in keys.each() {
        let found = match key {
            ReaderKey::User(_) => continue,
            ReaderKey::Patient(key) if key.profile().id() == capsule.patient() => Ok(()),
            ReaderKey::Patient(key) => Err(format!(
                "the key is of patient {}",
                hex(key.profile().id().as_bytes())
            )),
            ReaderKey::Granted(answered) => answered.fits(capsule),
        };
        match found {
            Ok(()) => return Ok(()),
            Err(line) => lines.push(line),
        }
    }
    let sealed = format!("sealed to patient {}", hex(capsule.patient().as_bytes()));
    if lines.is_empty() {
        return Err(vec![format!(
            "{sealed}: the patient's key, or a recipient's with a grant, is needed"
        )]);
    }
    Err(lines
        .iter()
        .map(|line| format!("{sealed}; {line}"))
        .collect())
}
