//! Streams of any size over file objects.

use std::io::{Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use getrandom::SysRng;
use hippocrypt::envelope::{OpenReader, SealWriter};
use hippocrypt::{Error, Secret};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use self_cell::self_cell;

use crate::error::{Failure, Outcome, Raise};
use crate::file_object::FileObject;
use crate::header::{PyHeader, sender_key};
use crate::input::Buffer;
use crate::keyring::{Keyring, Senders};
use crate::record::RecordArgument;
use crate::seal::PySealer;

/// A stream, or nothing once it has ended.
type Sealing<'a> = Option<SealWriter<'a, FileObject>>;
type Opening<'a> = Option<OpenReader<'a, FileObject>>;

self_cell!(
    struct SealCell {
        owner: PySealer,
        #[not_covariant]
        dependent: Sealing,
    }
);

self_cell!(
    struct OpenCell {
        owner: (Keyring, Senders),
        #[not_covariant]
        dependent: Opening,
    }
);

const ENDED: Failure = Failure::Library(Error::StreamEnded);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seals what is written to it. Nothing is complete before `finish`.
#[pyclass(
    frozen,
    module = "hippocrypt._native",
    name = "SealWriter",
    skip_from_py_object
)]
pub struct PySealWriter {
    cell: Mutex<SealCell>,
    file: FileObject,
}

#[pymethods]
impl PySealWriter {
    /// Writes the header of a record to a binary file object.
    #[new]
    #[pyo3(signature = (file, *, sealer, record))]
    fn new(
        file: &Bound<'_, PyAny>,
        sealer: &Bound<'_, PySealer>,
        record: RecordArgument,
    ) -> PyResult<Self> {
        let file = FileObject::new(file);
        let owner = sealer.get().duplicate();
        let cell = sealer.py().detach(|| {
            SealCell::try_new(owner, |owner| {
                let begun = owner.sealer().seal_to(&record.0, file.clone(), &mut SysRng);
                file.outcome(begun).map(Some)
            })
        })?;
        Ok(Self {
            cell: Mutex::new(cell),
            file,
        })
    }

    /// Seals the next bytes; gives how many there were.
    fn write(&self, py: Python<'_>, data: Buffer<'_>) -> PyResult<usize> {
        let bytes = data.as_slice();
        py.detach(|| {
            lock(&self.cell).with_dependent_mut(|_, writer| {
                let writer = writer.as_mut().ok_or(ENDED)?;
                let written = writer.write_all(bytes).map_err(Error::from);
                self.file.outcome(written)
            })
        })?;
        Ok(bytes.len())
    }

    /// Writes what ends a record.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| {
            lock(&self.cell).with_dependent_mut(|_, writer| {
                let writer = writer.take().ok_or(ENDED)?;
                self.file.outcome(writer.finish().map(|_| ()))
            })
        })?;
        Ok(())
    }

    /// Ends without what ends a record: what was written opens for nobody as a whole.
    fn abandon(&self, py: Python<'_>) {
        py.detach(|| lock(&self.cell).with_dependent_mut(|_, writer| drop(writer.take())));
    }
}

/// Opens a record while it is read from a binary file object. What it gives is authentic, but
/// whether the record is whole shows only at its end.
#[pyclass(
    frozen,
    module = "hippocrypt._native",
    name = "OpenReader",
    skip_from_py_object
)]
pub struct PyOpenReader {
    cell: Mutex<OpenCell>,
    file: FileObject,
}

#[pymethods]
impl PyOpenReader {
    /// Reads and unlocks the header.
    #[new]
    #[pyo3(signature = (file, *, key, senders = Senders::default()))]
    fn new(file: &Bound<'_, PyAny>, key: Keyring, senders: Senders) -> PyResult<Self> {
        let py = file.py();
        let file = FileObject::new(file);
        let cell = py.detach(|| {
            OpenCell::try_new((key, senders), |(keys, senders)| {
                file.outcome(keys.opener(senders).open_from(file.clone()))
                    .map(Some)
            })
        })?;
        Ok(Self {
            cell: Mutex::new(cell),
            file,
        })
    }

    /// At most `size` bytes; none at the record's end.
    fn read<'py>(&self, py: Python<'py>, size: usize) -> PyResult<Bound<'py, PyBytes>> {
        let plain = py.detach(|| {
            lock(&self.cell).with_dependent_mut(|_, reader| -> Outcome<Secret<Vec<u8>>> {
                let reader = reader.as_mut().ok_or(ENDED)?;
                let mut plain = Secret::new(vec![0; size.min(1 << 20)]);
                let read = reader.read(plain.expose_mut()).map_err(Error::from);
                let length = self.file.outcome(read)?;
                plain.expose_mut().truncate(length);
                Ok(plain)
            })
        })?;
        Ok(PyBytes::new(py, plain.expose()))
    }

    /// Reads what is left, and gives the Ed25519 key of who signed it all, or None.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let sender = py.detach(|| {
            lock(&self.cell).with_dependent_mut(|_, reader| {
                let reader = reader.take().ok_or(ENDED)?;
                self.file.outcome(reader.finish().map(|(_, sender)| sender))
            })
        })?;
        Ok(sender_key(&sender).map(|key| PyBytes::new(py, &key)))
    }

    /// What everybody can read of the record.
    #[getter]
    fn header(&self, py: Python<'_>) -> PyResult<PyHeader> {
        lock(&self.cell).with_dependent_mut(|_, reader| {
            let reader = reader.as_ref().ok_or(Error::StreamEnded).raise()?;
            let header = reader.header();
            Ok(PyHeader::of(
                py,
                header.fixed(),
                header.access(),
                &header.sender(),
                0,
            ))
        })
    }
}
