//! What anybody can read of a sealed record.

use hippocrypt::envelope::{
    AccessPart, FORMAT_VERSION, FixedPart, Header, Sender, Suite, patient_of, policy_of,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::input::Buffer;
use crate::policy::PyPolicy;

/// What a record's header says, readable for everybody who has the record.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Header",
    skip_from_py_object
)]
pub struct PyHeader {
    /// The record's visible name.
    record: String,
    /// When it was sealed, in Unix seconds; 0 if the sealer had no clock.
    created: u64,
    /// Its labels, if they are not blinded.
    labels: Option<Vec<String>>,
    /// `record`, `batch`, `detached` or `session`.
    content: String,
    /// `chacha20-poly1305` or `aes-256-gcm`.
    suite: &'static str,
    /// Bytes of plaintext in every chunk but the last.
    chunk_size: u32,
    /// Bytes of the header itself.
    length: usize,
    /// The format version that is needed to read it.
    version: u8,
    metadata: Option<Py<PyBytes>>,
    has_sealed_metadata: bool,
    envelope_id: Py<PyBytes>,
    /// The Ed25519 key of the sender that the header names; its signature over the header holds.
    sender: Option<Py<PyBytes>>,
    /// Under which policies it can be opened.
    policies: Vec<String>,
    /// The ids of the patients to whom it is sealed.
    patients: Vec<Py<PyBytes>>,
    /// The words of the consent that it travels with.
    consent_scope: Option<String>,
}

impl PyHeader {
    pub fn of(
        py: Python<'_>,
        fixed: &FixedPart,
        access: &AccessPart,
        sender: &Sender,
        length: usize,
    ) -> Self {
        let bytes = |bytes: &[u8]| PyBytes::new(py, bytes).unbind();
        let stanzas = access.stanzas();
        let policies = stanzas.iter().filter_map(|it| policy_of(it).ok());
        let patients = stanzas.iter().filter_map(|it| patient_of(it).ok());
        let labels = fixed
            .labels()
            .map(|it| it.texts().map(str::to_owned).collect());
        let consent = access.consent();
        Self {
            record: fixed.record_id().as_str().to_owned(),
            created: fixed.created(),
            labels,
            content: format!("{:?}", fixed.content()).to_lowercase(),
            suite: match fixed.suite() {
                Suite::ChaCha20Poly1305 => "chacha20-poly1305",
                Suite::Aes256Gcm => "aes-256-gcm",
            },
            chunk_size: fixed.chunk_size(),
            length,
            version: FORMAT_VERSION,
            metadata: fixed.clear_metadata().map(bytes),
            has_sealed_metadata: fixed.has_sealed_metadata(),
            envelope_id: bytes(fixed.envelope_id()),
            sender: sender_key(sender).map(|key| bytes(&key)),
            policies: policies.map(|(_, policy)| policy.to_string()).collect(),
            patients: patients.map(|it| bytes(it.as_bytes())).collect(),
            consent_scope: consent.map(|it| String::from_utf8_lossy(it.scope()).into_owned()),
        }
    }
}

#[pymethods]
impl PyHeader {
    /// The policies as objects.
    fn policy_objects(&self) -> PyResult<Vec<PyPolicy>> {
        let parse = |text: &String| hippocrypt::policy::Policy::parse(text).raise();
        let all = self.policies.iter().map(parse);
        all.map(|policy| policy.map(|inner| PyPolicy { inner }))
            .collect()
    }

    fn __repr__(&self) -> String {
        format!("<hippocrypt.Header of {:?}>", self.record)
    }
}

/// The key of a sender who signed at least the header.
pub fn sender_key(sender: &Sender) -> Option<[u8; 32]> {
    match sender {
        Sender::Unsigned => None,
        Sender::HeaderSigned(key) | Sender::Signed(key) => Some(key.to_bytes()),
    }
}

/// Reads a record's header. This takes no key, and shows nothing that a key would.
#[pyfunction]
pub fn inspect(py: Python<'_>, data: Buffer<'_>) -> PyResult<PyHeader> {
    let bytes = data.as_slice();
    let header = py
        .detach(|| Header::from_bytes(bytes).map(|(header, _)| header))
        .raise()?;
    let sender = header.sender();
    Ok(PyHeader::of(
        py,
        header.fixed(),
        header.access(),
        &sender,
        header.length(),
    ))
}
