//! Opening.

use std::io::Read;

use hippocrypt::envelope::{OpenedHeader, Sender};
use hippocrypt::{Error, Secret};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Outcome, Raise};
use crate::header::{PyHeader, sender_key};
use crate::input::Buffer;
use crate::keyring::{Keyring, Senders};
use crate::seal::LONG;

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
}

#[pymethods]
impl PyOpened {
    fn __repr__(&self, py: Python<'_>) -> String {
        let length = self.plaintext.bind(py).as_bytes().len();
        format!("<hippocrypt.Opened, {length} bytes>")
    }
}

/// Header, content and sender of what was opened.
type Parts = (OpenedHeader<'static>, Secret<Vec<u8>>, Sender);

fn open_parts(py: Python<'_>, sealed: &[u8], keys: &Keyring, senders: &Senders) -> PyResult<Parts> {
    Ok(py.detach(|| -> Outcome<Parts> {
        let mut opener = keys.opener(senders);
        if sealed.len() < LONG {
            let opened = opener.open(sealed)?;
            return Ok((opened.header, opened.plaintext, opened.sender));
        }
        let mut reader = opener.open_from(sealed)?;
        let mut plain = Secret::new(Vec::with_capacity(sealed.len()));
        loop {
            let part = LONG as u64 / 2;
            let read = reader.by_ref().take(part).read_to_end(plain.expose_mut());
            Python::attach(|py| py.check_signals())?;
            if read.map_err(Error::from)? == 0 {
                break;
            }
        }
        let (header, sender) = reader.finish()?;
        Ok((
            header.accepting(hippocrypt::envelope::AcceptedSenders::Any)?,
            plain,
            sender,
        ))
    })?)
}

/// Opens a record with one key, a KeySource, or any of a list; gives its content.
///
/// `senders` are the only signers accepted; None accepts anybody's, unsigned records too.
#[pyfunction]
#[pyo3(signature = (sealed, *, key, senders = Senders::default()))]
pub fn open<'py>(
    py: Python<'py>,
    sealed: Buffer<'_>,
    key: Keyring,
    senders: Senders,
) -> PyResult<Bound<'py, PyBytes>> {
    let (_, plain, _) = open_parts(py, sealed.as_slice(), &key, &senders)?;
    Ok(PyBytes::new(py, plain.expose()))
}

/// Opens a record; gives its content with what is known of it.
#[pyfunction]
#[pyo3(signature = (sealed, *, key, senders = Senders::default()))]
pub fn open_record(
    py: Python<'_>,
    sealed: Buffer<'_>,
    key: Keyring,
    senders: Senders,
) -> PyResult<PyOpened> {
    let (header, plain, sender) = open_parts(py, sealed.as_slice(), &key, &senders)?;
    let bytes = |bytes: &[u8]| PyBytes::new(py, bytes).unbind();
    let metadata = header.metadata().raise()?;
    let shown = PyHeader::of(py, header.fixed(), header.access(), &sender, 0);
    Ok(PyOpened {
        plaintext: bytes(plain.expose()),
        sender: sender_key(&sender).map(|key| bytes(&key)),
        header: Py::new(py, shown)?,
        sealed_metadata: metadata.map(|it| bytes(it.expose())),
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
