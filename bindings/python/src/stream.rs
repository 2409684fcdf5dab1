//! Streams of any size over file objects.

use std::io::{Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use getrandom::SysRng;
use hippocrypt::envelope::{DETACHED_PREFIX_BYTES, OpenReader, Opener, SealWriter};
use hippocrypt::{Error, Secret};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use self_cell::self_cell;

use crate::error::{Failure, Outcome, Raise};
use crate::file_object::FileObject;
use crate::header::{PyHeader, sender_key};
use crate::input::Buffer;
use crate::keyring::{Keyring, Senders};
use crate::open::whole_header;
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

/// After its end, and after a failure.
pub const ENDED: Failure = Failure::Library(Error::StreamEnded);

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
    header: Option<Py<PyBytes>>,
}

#[pymethods]
impl PySealWriter {
    /// Writes the header of a record to a binary file object; with `detached` what stands before
    /// the chunks of a payload object, and the header is in `header`.
    #[new]
    #[pyo3(signature = (file, *, sealer, record, detached = false))]
    fn new(
        file: &Bound<'_, PyAny>,
        sealer: &Bound<'_, PySealer>,
        record: RecordArgument,
        detached: bool,
    ) -> PyResult<Self> {
        let py = file.py();
        let file = FileObject::new(file);
        let owner = sealer.get().duplicate();
        let mut apart = None;
        let cell = py.detach(|| {
            SealCell::try_new(owner, |owner| {
                let (mut sealer, rng) = (owner.sealer(), &mut SysRng);
                let begun = match detached {
                    false => sealer.seal_to(&record.0, file.clone(), rng),
                    true => sealer.seal_detached_to(&record.0, file.clone(), rng).map(
                        |(header, writer)| {
                            apart = Some(header);
                            writer
                        },
                    ),
                };
                file.outcome(begun).map(Some)
            })
        })?;
        Ok(Self {
            cell: Mutex::new(cell),
            file,
            header: apart.map(|header| PyBytes::new(py, &header).unbind()),
        })
    }

    /// The header that is kept apart; None where it is in the file.
    #[getter]
    fn header(&self, py: Python<'_>) -> Option<Py<PyBytes>> {
        self.header.as_ref().map(|header| header.clone_ref(py))
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
    header: Py<PyHeader>,
}

#[pymethods]
impl PyOpenReader {
    /// Reads and unlocks the header, from the file or `apart`.
    #[new]
    #[pyo3(signature = (file, *, key, senders = Senders::default(), apart = None))]
    fn new(
        file: &Bound<'_, PyAny>,
        key: Keyring,
        senders: Senders,
        apart: Option<Buffer<'_>>,
    ) -> PyResult<Self> {
        let py = file.py();
        let file = FileObject::new(file);
        let apart = apart.as_ref().map(Buffer::as_slice);
        let mut cell = py.detach(|| {
            OpenCell::try_new((key, senders), |(keys, senders)| {
                let mut opener = keys.opener(senders);
                let opened = match apart {
                    None => opener.open_from(file.clone()),
                    Some(header) => open_apart(&mut opener, header, file.clone()),
                };
                file.outcome(opened).map(Some)
            })
        })?;
        let header = cell.with_dependent_mut(|_, reader| {
            let header = reader.as_ref().ok_or(Error::StreamEnded)?.header();
            let (fixed, access) = (header.fixed(), header.access());
            Ok(PyHeader::of(py, fixed, access, &header.sender(), 0))
        });
        Ok(Self {
            cell: Mutex::new(cell),
            file,
            header: Py::new(py, header.raise()?)?,
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
    fn header(&self, py: Python<'_>) -> Py<PyHeader> {
        self.header.clone_ref(py)
    }
}

/// Begins to open a payload object, whose header is kept apart.
fn open_apart<'a>(
    opener: &mut Opener<'a>,
    header: &[u8],
    mut file: FileObject,
) -> hippocrypt::Result<OpenReader<'a, FileObject>> {
    let header = whole_header(header)?;
    let mut prefix = [0; DETACHED_PREFIX_BYTES];
    file.read_exact(&mut prefix)?;
    header.check_detached(&prefix)?;
    opener.unlock(header)?.open_payload_from(file)
}
