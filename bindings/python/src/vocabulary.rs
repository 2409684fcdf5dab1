//! Vocabularies: the codes that consents, labels and policies over them are read with.

use std::sync::{Arc, OnceLock};

use hippocrypt::consent::Vocabulary;
use hippocrypt::consent::vocabulary::CodeSet;
use hippocrypt::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::input::Buffer;

/// The vocabulary that the library carries, read once for the process.
pub fn carried() -> Result<Arc<Vocabulary>> {
    static VOCABULARY: OnceLock<Arc<Vocabulary>> = OnceLock::new();
    if let Some(read) = VOCABULARY.get() {
        return Ok(read.clone());
    }
    let read = Arc::new(Vocabulary::hv1()?);
    Ok(VOCABULARY.get_or_init(|| read).clone())
}

/// The vocabulary given, or the carried one.
pub fn words(given: Option<&Bound<'_, PyVocabulary>>) -> PyResult<Arc<Vocabulary>> {
    match given {
        Some(vocabulary) => Ok(vocabulary.get().inner.clone()),
        None => carried().raise(),
    }
}

/// The codes that consents and labels are read with: the carried `hv1`, or one of one's own.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "Vocabulary",
    skip_from_py_object
)]
pub struct PyVocabulary {
    pub inner: Arc<Vocabulary>,
}

#[pymethods]
impl PyVocabulary {
    /// `hv1`, which the library carries and everything uses where no other is given.
    #[staticmethod]
    fn carried() -> PyResult<Self> {
        carried().raise().map(|inner| Self { inner })
    }

    /// Reads a vocabulary's text, UTF-8 of at most 1 MiB (SPEC.md, section 16.1).
    ///
    /// Raises Error 120, which names the line.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: Buffer<'_>) -> PyResult<Self> {
        let bytes = data.as_slice();
        let read = py.detach(|| Vocabulary::read(bytes)).raise()?;
        Ok(Self {
            inner: Arc::new(read),
        })
    }

    /// This vocabulary with further codes, under an id of its own: `additions` are sections as
    /// the text has them. Nothing that stands there can be changed or taken away.
    ///
    /// Raises Error 120, which names the line of `additions`; line 0 is the id, or the whole.
    fn extend(&self, py: Python<'_>, id: &str, additions: &str) -> PyResult<Self> {
        let extended = py.detach(|| self.inner.extend(id, additions)).raise()?;
        Ok(Self {
            inner: Arc::new(extended),
        })
    }

    /// The text, from which it can be read again.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.as_str().as_bytes())
    }

    /// What it calls itself, as in the label `sens.none=hv1`.
    #[getter]
    fn id(&self) -> &str {
        self.inner.id()
    }

    /// SHA-256 of the text, 32 bytes: what Terms name it by.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.hash())
    }

    /// The sensitivity codes that `sens.none` speaks for.
    #[getter]
    fn pinned(&self) -> Vec<String> {
        self.inner.pinned().map(str::to_owned).collect()
    }

    /// The codes of a section, as `purpose` or `sens`, with what they are called.
    fn codes(&self, section: &str) -> PyResult<Vec<(String, String)>> {
        let set = CodeSet::ALL.into_iter().find(|set| set.name() == section);
        let set = set.ok_or(Error::Argument("a section of codes")).raise()?;
        let all = self.inner.concepts(set);
        Ok(all
            .map(|it| (it.code().to_owned(), it.display().to_owned()))
            .collect())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __hash__(&self) -> u64 {
        let start = self.inner.hash().first_chunk().copied();
        u64::from_be_bytes(start.unwrap_or_default())
    }

    fn __repr__(&self) -> String {
        format!("<hippocrypt.Vocabulary {:?}>", self.inner.id())
    }

    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let read = py.get_type::<Self>().getattr("from_bytes")?;
        Ok((read, (self.to_bytes(py),)))
    }
}
