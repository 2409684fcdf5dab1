//! JSON on the way in and out.

use hippocrypt::fhir::Json;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::input::Buffer;

/// A JSON document: a dict or list as `json.loads` gives, a text, or any buffer of UTF-8.
pub struct Document(pub Vec<u8>);

impl FromPyObject<'_, '_> for Document {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Self(text.to_cow()?.as_bytes().to_vec()));
        }
        if object.is_instance_of::<PyDict>() || object.is_instance_of::<PyList>() {
            let py = object.py();
            let options = PyDict::new(py);
            options.set_item("ensure_ascii", false)?;
            options.set_item("allow_nan", false)?;
            let dumps = py.import("json")?.getattr("dumps")?;
            let text = dumps.call((&object,), Some(&options))?;
            return Ok(Self(
                text.cast_into::<PyString>()?.to_cow()?.as_bytes().to_vec(),
            ));
        }
        Ok(Self(object.extract::<Buffer<'_>>()?.as_slice().to_vec()))
    }
}

/// The value as `json.loads` gives it.
pub fn to_python<'py>(py: Python<'py>, json: &Json) -> PyResult<Bound<'py, PyAny>> {
    text_to_python(py, &json.to_string())
}

/// The same from text.
pub fn text_to_python<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?
        .getattr("loads")?
        .call1((PyBytes::new(py, text.as_bytes()),))
}
