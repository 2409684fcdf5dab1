//! Policies.

use hippocrypt::policy::Policy;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::Raise;
use crate::input::{Buffer, Day};

/// Who may open a record, for example `role=cardiologist and (dept=icu or dept=er)`.
#[pyclass(
    frozen,
    eq,
    hash,
    module = "hippocrypt",
    name = "Policy",
    skip_from_py_object
)]
#[derive(PartialEq, Eq, Hash)]
pub struct PyPolicy {
    pub inner: Policy,
}

#[pymethods]
impl PyPolicy {
    /// Reads a policy; a mistake raises PolicyError, which names its place.
    #[new]
    fn new(text: &str) -> PyResult<Self> {
        Policy::parse(text).raise().map(|inner| Self { inner })
    }

    /// Reads a policy's canonical bytes.
    #[staticmethod]
    fn from_bytes(data: Buffer<'_>) -> PyResult<Self> {
        Policy::from_bytes(data.as_slice())
            .raise()
            .map(|inner| Self { inner })
    }

    /// The policy's canonical bytes (SPEC.md, section 5).
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.as_bytes())
    }

    /// The policy, and that the key had not ended on a day: what sealing adds by default.
    fn with_expiry(&self, day: Day) -> PyResult<Self> {
        let inner = self.inner.clone().with_expiry(day.0).raise()?;
        Ok(Self { inner })
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Policy({:?})", self.inner.to_string())
    }

    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let read = py.get_type::<Self>().getattr("from_bytes")?;
        Ok((read, (self.to_bytes(py),)))
    }
}

/// A policy, or its text.
pub struct PolicyArgument(pub Policy);

impl FromPyObject<'_, '_> for PolicyArgument {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Policy::parse(&text.to_cow()?).raise().map(Self);
        }
        let policy = object.cast::<PyPolicy>()?;
        Ok(Self(policy.get().inner.clone()))
    }
}
