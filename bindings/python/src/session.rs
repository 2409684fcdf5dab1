//! Sessions: recordings that are sealed as they come, and read while they grow.

use std::io;
use std::sync::{Mutex, PoisonError};

use getrandom::SysRng;
use hippocrypt::envelope::{
    Header, OpenedHeader, Segment, SessionSource, SessionStatus, SessionWriter,
};
use hippocrypt::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use self_cell::self_cell;

use crate::error::{Outcome, Raise};
use crate::file_object::FileObject;
use crate::header::{PyHeader, sender_key};
use crate::input::Buffer;
use crate::keyring::{Keyring, Senders};
use crate::record::RecordArgument;
use crate::seal::PySealer;
use crate::stream::ENDED;

type Recording<'a> = Option<SessionWriter<'a, FileObject>>;
type Playing<'a> = SessionSource<'a, FileObject>;

self_cell!(
    struct RecordCell {
        owner: PySealer,
        #[not_covariant]
        dependent: Recording,
    }
);

self_cell!(
    struct PlayCell {
        owner: (Keyring, Senders),
        #[not_covariant]
        dependent: Playing,
    }
);

/// Seals a recording as it comes: each segment is in the file, and on the disk where the file has
/// a descriptor, before `segment` returns.
#[pyclass(
    frozen,
    module = "hippocrypt._native",
    name = "SessionWriter",
    skip_from_py_object
)]
pub struct PySessionWriter {
    cell: Mutex<RecordCell>,
    file: FileObject,
}

#[pymethods]
impl PySessionWriter {
    /// Writes the header of a session to a binary file object.
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
            RecordCell::try_new(owner, |owner| {
                let session = owner.sealer().session(&record.0, &mut SysRng);
                let writer = session.and_then(|it| SessionWriter::new(it, file.clone()));
                file.outcome(writer).map(Some)
            })
        })?;
        Ok(Self {
            cell: Mutex::new(cell),
            file,
        })
    }

    /// Seals the next segment, 1 byte to 64 MiB.
    fn segment(&self, py: Python<'_>, data: Buffer<'_>) -> PyResult<()> {
        let bytes = data.as_slice();
        py.detach(|| {
            let mut cell = self.cell.lock().unwrap_or_else(PoisonError::into_inner);
            cell.with_dependent_mut(|_, writer| {
                let writer = writer.as_mut().ok_or(ENDED)?;
                self.file.outcome(writer.segment(bytes))
            })
        })?;
        Ok(())
    }

    /// Writes the end mark, which says how many segments there were.
    fn end(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| {
            let mut cell = self.cell.lock().unwrap_or_else(PoisonError::into_inner);
            cell.with_dependent_mut(|_, writer| {
                let writer = writer.take().ok_or(ENDED)?;
                self.file.outcome(writer.end().map(|_| ()))
            })
        })?;
        Ok(())
    }

    /// Ends without the end mark: what was sealed opens, as an interrupted session.
    fn abandon(&self, py: Python<'_>) {
        py.detach(|| {
            let mut cell = self.cell.lock().unwrap_or_else(PoisonError::into_inner);
            cell.with_dependent_mut(|_, writer| drop(writer.take()));
        });
    }
}

/// One segment of a session, all of it authenticated.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Segment",
    skip_from_py_object
)]
pub struct PySegment {
    /// Its number, from 0.
    number: u32,
    /// The content.
    plaintext: Py<PyBytes>,
    /// The Ed25519 key of who signed it, 32 bytes; None for an unsigned session.
    sender: Option<Py<PyBytes>>,
}

#[pymethods]
impl PySegment {
    fn __repr__(&self, py: Python<'_>) -> String {
        let length = self.plaintext.bind(py).as_bytes().len();
        format!("<hippocrypt.Segment {}, {length} bytes>", self.number)
    }
}

/// Reads a session from a binary file object, which may still grow.
#[pyclass(
    frozen,
    module = "hippocrypt._native",
    name = "SessionReader",
    skip_from_py_object
)]
pub struct PySessionReader {
    cell: Mutex<PlayCell>,
    file: FileObject,
    header: Py<PyHeader>,
}

#[pymethods]
impl PySessionReader {
    /// Reads and unlocks the header.
    #[new]
    #[pyo3(signature = (file, *, key, senders = Senders::default()))]
    fn new(file: &Bound<'_, PyAny>, key: Keyring, senders: Senders) -> PyResult<Self> {
        let py = file.py();
        let file = FileObject::new(file);
        let mut cell = py.detach(|| {
            PlayCell::try_new((key, senders), |(keys, senders)| {
                let mut inner = file.clone();
                let header = Header::read_from(&mut inner);
                let opened = header.and_then(|it| keys.opener(senders).unlock(it));
                file.outcome(opened.and_then(|it| open_session(it, inner)))
            })
        })?;
        let header = cell.with_dependent_mut(|_, session| {
            let header = session.header();
            PyHeader::of(py, header.fixed(), header.access(), &header.sender(), 0)
        });
        Ok(Self {
            cell: Mutex::new(cell),
            file,
            header: Py::new(py, header)?,
        })
    }

    /// The next segment; None where what is there ends. Of a growing file, ask again.
    fn read_segment(&self, py: Python<'_>) -> PyResult<Option<PySegment>> {
        let segment = py.detach(|| -> Outcome<Option<Segment>> {
            let mut cell = self.cell.lock().unwrap_or_else(PoisonError::into_inner);
            cell.with_dependent_mut(|_, session| self.file.outcome(session.next_segment()))
        })?;
        Ok(segment.map(|it| PySegment {
            number: it.number,
            plaintext: PyBytes::new(py, it.plaintext.expose()).unbind(),
            sender: sender_key(&it.sender).map(|key| PyBytes::new(py, &key).unbind()),
        }))
    }

    /// Whether the end mark was read.
    #[getter]
    fn ended(&self, py: Python<'_>) -> bool {
        // Whoever reads holds the lock and wants the interpreter's for the file object.
        py.detach(|| {
            let mut cell = self.cell.lock().unwrap_or_else(PoisonError::into_inner);
            cell.with_dependent_mut(|_, session| session.status() == SessionStatus::Ended)
        })
    }

    /// First and last number of each run of segments that was skipped: sealed, and not there.
    #[getter]
    fn missing(&self, py: Python<'_>) -> Vec<(u32, u32)> {
        py.detach(|| {
            let mut cell = self.cell.lock().unwrap_or_else(PoisonError::into_inner);
            cell.with_dependent_mut(|_, session| {
                let gaps = session.missing().iter();
                gaps.map(|it| (it.start, it.end.saturating_sub(1)))
                    .collect()
            })
        })
    }

    /// Raises Error unless all of the session was read: 336 without an end mark, 337 where
    /// segments are missing.
    fn require_whole(&self, py: Python<'_>) -> PyResult<()> {
        match (self.ended(py), self.missing(py).is_empty()) {
            (false, _) => Err(Error::Interrupted).raise(),
            (true, false) => Err(Error::SegmentsMissing).raise(),
            (true, true) => Ok(()),
        }
    }

    /// What everybody can read of the session.
    #[getter]
    fn header(&self, py: Python<'_>) -> Py<PyHeader> {
        self.header.clone_ref(py)
    }
}

fn open_session(header: OpenedHeader<'_>, file: FileObject) -> Result<Playing<'_>> {
    header.open_session_from(file)
}

impl hippocrypt::envelope::Durable for FileObject {
    /// On the disk where there is a descriptor; what has none keeps it as it can.
    fn sync(&mut self) -> io::Result<()> {
        io::Write::flush(self)?;
        self.fsync()
    }
}
