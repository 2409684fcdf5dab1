//! Opening.

use std::io::Read;

use hippocrypt::envelope::{FixedPart, Header, OpenedHeader, Sender};
use hippocrypt::{Error, Secret};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Outcome, Raise};
use crate::header::{PyHeader, sender_key};
use crate::input::Buffer;
use crate::keyring::{Keyring, Senders};
use crate::prove::PyProofSubject;
use crate::seal::LONG;

/// Bytes of a signature, and of a chunk's tag.
const SIGNATURE: usize = 64;
const TAG: usize = 16;

/// A record opened to its end: everything in it was authenticated.
#[pyclass(
    frozen,
    get_all,
    module = "hippocrypt",
    name = "Opened",
    skip_from_py_object
)]
pub struct PyOpened {
    /// The content.
    plaintext: Py<PyBytes>,
    /// The Ed25519 key of who signed header and payload; None for an unsigned record.
    sender: Option<Py<PyBytes>>,
    /// What everybody can read of it.
    header: Py<PyHeader>,
    /// The metadata that only readers see.
    sealed_metadata: Option<Py<PyBytes>>,
    /// Whom it is about, for proofs of consent; None where the record does not say.
    subject: Option<Py<PyProofSubject>>,
}

#[pymethods]
impl PyOpened {
    fn __repr__(&self, py: Python<'_>) -> String {
        let length = self.plaintext.bind(py).as_bytes().len();
        format!("<hippocrypt.Opened, {length} bytes>")
    }
}

/// Content, header and sender of what was opened.
type Parts<'py, 'a> = (Bound<'py, PyBytes>, OpenedHeader<'a>, Sender);

/// The header of a record and its payload, which lies behind it or apart.
pub fn split<'a>(sealed: &'a [u8], apart: Option<&[u8]>) -> hippocrypt::Result<(Header, &'a [u8])> {
    let Some(header) = apart else {
        return Header::from_bytes(sealed);
    };
    let header = whole_header(header)?;
    let (prefix, payload) = sealed.split_first_chunk().ok_or(Error::Truncated)?;
    header.check_detached(prefix)?;
    Ok((header, payload))
}

/// A header with nothing behind it.
pub fn whole_header(bytes: &[u8]) -> hippocrypt::Result<Header> {
    match Header::from_bytes(bytes)? {
        (header, []) => Ok(header),
        _ => Err(Error::TrailingBytes),
    }
}

/// Opens a record into the very bytes that Python gets: the content is never copied.
fn open_parts<'py, 'a>(
    py: Python<'py>,
    (sealed, apart): (&'a [u8], Option<&[u8]>),
    keys: &'a Keyring,
    senders: &'a Senders,
) -> PyResult<Parts<'py, 'a>> {
    let (payload, opened) = py
        .detach(|| {
            let (header, payload) = split(sealed, apart)?;
            Ok((payload, keys.opener(senders).unlock(header)?))
        })
        .raise()?;
    if payload.len() < LONG {
        let length = opened.content_length(payload).raise()?;
        let mut sender = Sender::Unsigned;
        let content = PyBytes::new_with(py, length, |out| {
            sender = py
                .detach(|| opened.open_payload_into(payload, out))
                .raise()?;
            Ok(())
        })?;
        return Ok((content, opened, sender));
    }
    let length = content_length(payload.len(), opened.fixed());
    let mut reader = py.detach(|| opened.open_payload_from(payload)).raise()?;
    let content = PyBytes::new_with(py, length, |out| {
        let outcome = py.detach(|| -> Outcome<()> {
            for part in out.chunks_mut(LONG / 2) {
                reader.read_exact(part).map_err(Error::from)?;
                if length >= LONG {
                    Python::attach(|py| py.check_signals())?;
                }
            }
            Ok(())
        });
        Ok(outcome?)
    })?;
    let (header, sender) = py.detach(|| reader.finish()).raise()?;
    Ok((content, header, sender))
}

/// Bytes of content in a payload of so many bytes, if it is one.
fn content_length(payload: usize, fixed: &FixedPart) -> usize {
    let trailer = if fixed.sender().is_some() {
        SIGNATURE
    } else {
        0
    };
    let chunks = payload.saturating_sub(trailer);
    let count = chunks.div_ceil(fixed.chunk_size() as usize + TAG);
    chunks.saturating_sub(count * TAG)
}

/// Whether a payload can have so many bytes.
pub fn is_payload(payload: usize, fixed: &FixedPart) -> bool {
    let trailer = if fixed.sender().is_some() {
        SIGNATURE
    } else {
        0
    };
    let last = |chunks: usize| chunks % (fixed.chunk_size() as usize + TAG);
    let chunks = payload.checked_sub(trailer + TAG).map(|it| it + TAG);
    chunks.is_some_and(|chunks| last(chunks) == 0 || last(chunks) >= TAG)
}

/// Opens a record with one key, a KeySource, or any of a list; gives its content.
///
/// `senders` are the only signers accepted; None accepts anybody's, unsigned records too. With
/// `header`, kept apart, `sealed` is its payload object: 310 says that the two do not belong
/// together.
#[pyfunction]
#[pyo3(signature = (sealed, *, key, senders = Senders::default(), header = None))]
pub fn open<'py>(
    py: Python<'py>,
    sealed: Buffer<'_>,
    key: Keyring,
    senders: Senders,
    header: Option<Buffer<'_>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let parts = (sealed.as_slice(), header.as_ref().map(Buffer::as_slice));
    open_parts(py, parts, &key, &senders).map(|(content, _, _)| content)
}

/// Opens the bytes from `start` up to `stop` of a record's content, for large ones: the rest is
/// not deciphered. Every byte given was authenticated; a sender's signature is not checked, since
/// it is over the whole. `header` is as for `open`.
#[pyfunction]
#[pyo3(signature = (sealed, start, stop, *, key, header = None))]
pub fn open_range<'py>(
    py: Python<'py>,
    sealed: Buffer<'_>,
    start: u64,
    stop: u64,
    key: Keyring,
    header: Option<Buffer<'_>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (bytes, anybody) = (sealed.as_slice(), Senders::default());
    let apart = header.as_ref().map(Buffer::as_slice);
    let part = py.detach(|| {
        let (header, payload) = split(bytes, apart)?;
        let opened = key.opener(&anybody).unlock(header)?;
        opened.open_range_of(payload, start..stop)
    });
    Ok(PyBytes::new(py, part.raise()?.expose()))
}

/// Opens a record; gives its content with what is known of it. `header` is as for `open`.
#[pyfunction]
#[pyo3(signature = (sealed, *, key, senders = Senders::default(), header = None))]
pub fn open_record(
    py: Python<'_>,
    sealed: Buffer<'_>,
    key: Keyring,
    senders: Senders,
    header: Option<Buffer<'_>>,
) -> PyResult<PyOpened> {
    let parts = (sealed.as_slice(), header.as_ref().map(Buffer::as_slice));
    let (content, header, sender) = open_parts(py, parts, &key, &senders)?;
    let bytes = |bytes: &[u8]| PyBytes::new(py, bytes).unbind();
    let metadata = header.metadata().raise()?;
    let subject = header.subject().raise()?;
    let shown = PyHeader::of(py, header.fixed(), header.access(), &sender, 0);
    Ok(PyOpened {
        plaintext: content.unbind(),
        sender: sender_key(&sender).map(|key| bytes(&key)),
        header: Py::new(py, shown)?,
        sealed_metadata: metadata.map(|it| bytes(it.expose())),
        subject: subject
            .map(|inner| Py::new(py, PyProofSubject { inner }))
            .transpose()?,
    })
}

/// Opens a batch: the pairs of name and content, in order, once all were verified.
#[pyfunction]
#[pyo3(signature = (sealed, *, key, senders = Senders::default()))]
pub fn open_batch<'py>(
    py: Python<'py>,
    sealed: Buffer<'_>,
    key: Keyring,
    senders: Senders,
) -> PyResult<Vec<(String, Bound<'py, PyBytes>)>> {
    let bytes = sealed.as_slice();
    let members = py.detach(|| -> hippocrypt::Result<Vec<(String, Secret<Vec<u8>>)>> {
        let mut opener = key.opener(&senders);
        let batch = opener.open_batch(bytes)?;
        let ids = batch.ids().enumerate();
        ids.map(|(at, id)| Ok((id.as_str().to_owned(), batch.open(at)?.0)))
            .collect()
    });
    let members = members.raise()?;
    let pairs = members.into_iter();
    Ok(pairs
        .map(|(id, content)| (id, PyBytes::new(py, content.expose())))
        .collect())
}
