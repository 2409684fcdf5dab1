//! Extractions of many records, and the proofs that cover them: what an ethics board sees.

use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::envelope::Header;
use hippocrypt::proof::{Coverage, Extraction, RecordClaim};
use hippocrypt::zk::CheckedProof;
use hippocrypt::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Raise, raise};

/// Whether one record of an extraction is covered.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Coverage",
    skip_from_py_object
)]
pub struct PyCoverage {
    /// The place of the record in what was given, from 0.
    record: usize,
    /// Whether a proof covers it.
    covered: bool,
    /// The place of the proof that covers it, or was refused, from 0.
    proof: Option<usize>,
    /// Why it is not covered.
    reason: Option<String>,
}

#[pymethods]
impl PyCoverage {
    fn __repr__(&self) -> String {
        let says = if self.covered {
            "covered"
        } else {
            "not covered"
        };
        format!("<hippocrypt.Coverage of record {}: {says}>", self.record)
    }
}

impl PyCoverage {
    fn of(record: usize, coverage: &Coverage) -> Self {
        let (proof, reason) = match coverage {
            Coverage::Covered(place) => (Some(*place), None),
            Coverage::Beyond => (None, Some("its labels are beyond the request".to_owned())),
            Coverage::OtherRecord => (None, Some("the request is about another record".to_owned())),
            Coverage::NoProof => (None, Some("no proof is about its patient".to_owned())),
            Coverage::Refused(place, error) => (
                Some(*place),
                Some(format!("its proof was refused: {error}")),
            ),
            Coverage::NotUsable(error) => (None, Some(error.to_string())),
        };
        Self {
            record,
            covered: matches!(coverage, Coverage::Covered(_)),
            proof,
            reason,
        }
    }
}

/// What a board found out about an extraction: it names records by their places, and patients not
/// at all.
#[pyclass(
    frozen,
    module = "hippocrypt",
    name = "Extraction",
    skip_from_py_object
)]
pub struct PyExtraction {
    inner: Extraction,
}

#[pymethods]
impl PyExtraction {
    /// Each record, in the order in which they were given.
    #[getter]
    fn rows(&self) -> Vec<PyCoverage> {
        let rows = self.inner.rows().iter();
        rows.map(|row| PyCoverage::of(row.record, &row.coverage))
            .collect()
    }

    /// How many records are covered.
    #[getter]
    fn covered(&self) -> usize {
        self.inner.covered()
    }

    /// Each proof, in the order in which they were given: the consent's pseudonym in this study,
    /// 32 bytes, or the exception that refused it.
    #[getter]
    fn proofs<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyAny>> {
        let proofs = self.inner.proofs().iter();
        proofs.map(|proof| outcome(py, proof)).collect()
    }

    /// Raises Error unless every proof is right and every record covered: that of the first proof
    /// that was refused, or 348.
    fn require_complete(&self) -> PyResult<()> {
        let mut refused = self
            .inner
            .proofs()
            .iter()
            .filter_map(|it| it.as_ref().err());
        match refused.next() {
            Some(error) => Err(raise(error)),
            None if self.inner.is_complete() => Ok(()),
            None => Err(Error::Statement("records that no proof covers")).raise(),
        }
    }

    fn __repr__(&self) -> String {
        let (rows, covered) = (self.inner.rows().len(), self.inner.covered());
        format!("<hippocrypt.Extraction, {covered} of {rows} covered>")
    }
}

impl PyExtraction {
    pub fn of(inner: Extraction) -> Self {
        Self { inner }
    }
}

fn outcome<'py>(py: Python<'py>, proof: &Result<CheckedProof>) -> Bound<'py, PyAny> {
    match proof {
        Ok(proof) => PyBytes::new(py, &proof.inputs().pseudonym.to_bytes()).into_any(),
        Err(error) => raise(error).into_value(py).into_bound(py).into_any(),
    }
}

/// What the headers of records claim; what is wrong with one stands in its place.
pub fn claims(
    records: &[&[u8]],
    custodians: &[VerifyingKey],
    words: &hippocrypt::consent::Vocabulary,
) -> Vec<Result<RecordClaim>> {
    let claim = |bytes: &&[u8]| {
        let (header, _) = Header::from_bytes(bytes)?;
        RecordClaim::of(&header, custodians, words)
    };
    records.iter().map(claim).collect()
}
