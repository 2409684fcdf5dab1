//! The library's errors as Python exceptions.

use hippocrypt::Error;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

/// What goes wrong on the way between the two: an error of the library, or an exception that
/// Python code raised, a file object's or an interrupt, which passes as it is.
pub enum Failure {
    Library(Error),
    Python(PyErr),
}

pub type Outcome<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Library(error) => raise(&error),
            Failure::Python(error) => error,
        }
    }
}

/// The exception for an error: `hippocrypt.Error` or the subclass of its block of numbers.
pub fn raise(error: &Error) -> PyErr {
    raise_with(error, None)
}

/// The same with reasons: a list of lines, each with its place.
pub fn raise_with(error: &Error, reasons: Option<Vec<String>>) -> PyErr {
    let code = error.code();
    let name = Error::TABLE.iter().find(|(number, _)| *number == code);
    let name = name.map_or("Error", |(_, name)| name);
    let text = error.to_string();
    Python::attach(|py| {
        let made = make(py).and_then(|make| make.call1(py, (code, name, text, reasons)));
        match made {
            Ok(exception) => PyErr::from_value(exception.into_bound(py)),
            Err(error) => error,
        }
    })
}

fn make(py: Python<'_>) -> PyResult<&Py<PyAny>> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    MAKE.get_or_try_init(py, || {
        Ok(py.import("hippocrypt._errors")?.getattr("_make")?.unbind())
    })
}

/// Number and name of every error of the library, as a dict.
#[pyfunction]
pub fn error_table(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let table = PyDict::new(py);
    for (code, name) in Error::TABLE {
        table.set_item(code, name)?;
    }
    Ok(table)
}

/// Lets the library's answers be returned from functions that Python calls.
pub trait Raise<T> {
    fn raise(self) -> PyResult<T>;
}

impl<T> Raise<T> for hippocrypt::Result<T> {
    fn raise(self) -> PyResult<T> {
        self.map_err(|error| raise(&error))
    }
}

/// A secret can be neither copied into another process nor printed.
pub fn never_pickled(type_: &Bound<'_, PyType>) -> PyErr {
    let name = type_
        .name()
        .map_or_else(|_| "a secret".into(), |name| name.to_string());
    pyo3::exceptions::PyTypeError::new_err(format!(
        "{name} holds a secret and is never pickled: pass a KeySource"
    ))
}
