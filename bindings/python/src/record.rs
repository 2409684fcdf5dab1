//! What a record is, as it is sealed.

use hippocrypt::Error;
use hippocrypt::envelope::{Record, Subject, Suite};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::Raise;
use crate::input::{self, Buffer, Moment, Texts};
use crate::label_key::PyLabelKey;
use crate::prove::PyProofSubject;
use crate::vocabulary::{PyVocabulary, words};

/// What a record is: its visible name, and what else its header says.
#[pyclass(frozen, module = "hippocrypt", name = "Record", skip_from_py_object)]
pub struct PyRecord {
    inner: Record,
    id: String,
    created: Option<u64>,
}

#[pymethods]
impl PyRecord {
    /// `id` is 1 to 128 bytes and stays readable: never a medical record number. Labels, as
    /// `type=Observation`, stay readable too. `created` is now by default. `metadata` stays
    /// readable, `sealed_metadata` does not; each is at most 16 KiB. `suite` is
    /// `chacha20-poly1305` or `aes-256-gcm`. `chunk_size` is 1 KiB to 1 MiB. `subject` commits to
    /// whom it is about, for proofs of consent, and says the labels' `vocabulary`, `hv1` by
    /// default; all members of a batch are about the same patient then.
    #[new]
    #[pyo3(signature = (
        id, *, labels = None, label_key = None, created = None, metadata = None, sealed_metadata = None,
        suite = "chacha20-poly1305", chunk_size = 65536, subject = None, vocabulary = None
    ))]
    #[allow(clippy::too_many_arguments)] // Named ones, all but the first.
    fn new(
        id: &str,
        labels: Option<Texts>,
        label_key: Option<&Bound<'_, PyLabelKey>>,
        created: Option<Moment>,
        metadata: Option<Buffer<'_>>,
        sealed_metadata: Option<Buffer<'_>>,
        suite: &str,
        chunk_size: u32,
        subject: Option<&Bound<'_, PyProofSubject>>,
        vocabulary: Option<&Bound<'_, PyVocabulary>>,
    ) -> PyResult<Self> {
        let suite = match suite {
            "chacha20-poly1305" => Suite::ChaCha20Poly1305,
            "aes-256-gcm" => Suite::Aes256Gcm,
            _ => return Err(Error::Argument("chacha20-poly1305 or aes-256-gcm")).raise(),
        };
        let mut record = Record::new(id).raise()?.suite(suite);
        record = record.chunk_size(chunk_size).raise()?;
        record = match (labels, label_key) {
            (Some(labels), None) => record.labels(labels.labels()?),
            (Some(labels), Some(key)) => record.blinded_labels(&labels.labels()?, &key.get().inner),
            (None, None) => record,
            (None, Some(_)) => return Err(Error::Missing("labels to blind")).raise(),
        };
        if let Some(subject) = subject {
            let subject = &subject.get().inner;
            record = record.subject(Subject::new(*subject.commitment(), *subject.opening()));
        }
        // Proofs are held against records whose vocabulary is said.
        if subject.is_some() || vocabulary.is_some() {
            record = record.vocabulary(*words(vocabulary)?.hash());
        }
        if let Some(bytes) = metadata {
            record = record.clear_metadata(bytes.as_slice()).raise()?;
        }
        if let Some(bytes) = sealed_metadata {
            record = record.sealed_metadata(bytes.as_slice()).raise()?;
        }
        Ok(Self {
            inner: record,
            id: id.to_owned(),
            created: created.map(|it| it.0),
        })
    }

    /// The visible name.
    #[getter]
    fn id(&self) -> &str {
        &self.id
    }

    fn __repr__(&self) -> String {
        format!("Record({:?})", self.id)
    }
}

/// A record, or only its name; its time is now unless it says another.
pub struct RecordArgument(pub Record);

impl FromPyObject<'_, '_> for RecordArgument {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(id) = object.cast::<PyString>() {
            let record = Record::new(&id.to_cow()?).raise()?;
            return Ok(Self(record.created(input::moment(None)?)));
        }
        let record = object.cast::<PyRecord>()?.get();
        let created = input::moment(record.created.map(Moment))?;
        Ok(Self(record.inner.clone().created(created)))
    }
}
