//! Python's file objects as readers and writers.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use hippocrypt::Error;
use pyo3::exceptions::{PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Failure, Outcome};

/// A binary file object. What its methods raise is kept, for the library's errors carry no
/// exceptions: after a failure [`FileObject::failure`] gives it back.
#[derive(Clone)]
pub struct FileObject {
    object: Arc<Py<PyAny>>,
    raised: Arc<Mutex<Option<PyErr>>>,
}

impl FileObject {
    pub fn new(object: &Bound<'_, PyAny>) -> Self {
        Self {
            object: Arc::new(object.clone().unbind()),
            raised: Arc::default(),
        }
    }

    fn keep<T>(&self, result: PyResult<T>) -> io::Result<T> {
        result.map_err(|error| {
            *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            io::Error::from(io::ErrorKind::Other)
        })
    }

    /// `os.fsync`, where the object has a descriptor.
    pub fn fsync(&self) -> io::Result<()> {
        let synced = Python::attach(|py| {
            let object = self.object.bind(py);
            if !object.hasattr("fileno")? {
                return Ok(());
            }
            match object.call_method0("fileno") {
                Ok(number) => py
                    .import("os")?
                    .call_method1("fsync", (number,))
                    .map(|_| ()),
                // In memory there is none: io.UnsupportedOperation.
                Err(error) if error.is_instance_of::<PyOSError>(py) => Ok(()),
                Err(error) => Err(error),
            }
        });
        self.keep(synced)
    }

    /// The exception behind an error, if the file object raised one.
    pub fn failure(&self, error: Error) -> Failure {
        let raised = self
            .raised
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        raised.map_or(Failure::Library(error), Failure::Python)
    }

    /// The same for a result.
    pub fn outcome<T>(&self, result: hippocrypt::Result<T>) -> Outcome<T> {
        result.map_err(|error| self.failure(error))
    }
}

impl Read for FileObject {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = Python::attach(|py| {
            py.check_signals()?;
            let read = self.object.bind(py).call_method1("read", (out.len(),))?;
            let bytes = read.cast_into::<PyBytes>().map_err(|_| {
                PyTypeError::new_err("the file object must be opened in binary mode")
            })?;
            let bytes = bytes.as_bytes();
            let place = out.get_mut(..bytes.len());
            let place = place.ok_or_else(|| PyValueError::new_err("read() gave too much"))?;
            place.copy_from_slice(bytes);
            Ok(bytes.len())
        });
        self.keep(read)
    }
}

impl Write for FileObject {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = Python::attach(|py| {
            py.check_signals()?;
            let data = PyBytes::new(py, bytes);
            let written: usize = self
                .object
                .bind(py)
                .call_method1("write", (data,))?
                .extract()?;
            if written > bytes.len() {
                return Err(PyValueError::new_err("write() took more than it was given"));
            }
            Ok(written)
        });
        self.keep(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = Python::attach(|py| {
            let object = self.object.bind(py);
            // Writable is what is asked for; flushing is what most of these can do beside.
            if object.hasattr("flush")? {
                object.call_method0("flush")?;
            }
            Ok(())
        });
        self.keep(flushed)
    }
}
