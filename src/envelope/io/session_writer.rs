//! Writing a session so that a power failure takes no segment that was written before.

use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, Write};

use crate::envelope::SessionSealer;
use crate::error::{Error, Result};

/// An output that keeps what it has once [`Durable::sync`] returns, whatever happens then.
pub trait Durable: Write {
    /// Returns when everything written before is there for good.
    ///
    /// # Errors
    /// Those of the medium.
    fn sync(&mut self) -> io::Result<()>;
}

impl Durable for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// As durable as memory is.
impl Durable for Vec<u8> {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Durable + ?Sized> Durable for &mut W {
    fn sync(&mut self) -> io::Result<()> {
        (**self).sync()
    }
}

/// Writes a session, segment by segment, each of them there for good before the next one begins.
///
/// ```
/// use hippocrypt::Error;
/// use hippocrypt::envelope::{Opener, PatientRecipient, Record, Sealer, SessionWriter};
/// use hippocrypt::pre::PatientKey;
/// # let rng = &mut getrandom::SysRng;
/// let patient = PatientKey::generate(rng)?;
/// let recipient = PatientRecipient::new(patient.profile());
/// let mut sealer = Sealer::new().recipient(Box::new(recipient));
/// let record = Record::new("night-7")?.created(1_795_478_400);
/// let record = record.labels(hippocrypt::policy::Labels::parse(["type=ECG"])?);
/// let mut writer = SessionWriter::new(sealer.session(&record, rng)?, Vec::new())?;
/// writer.segment(b"first 10 seconds")?;
/// writer.segment(b"next 10 seconds")?;
/// let recorded = writer.end()?;
///
/// let mut file = recorded.as_slice();
/// let header = hippocrypt::envelope::Header::read_from(&mut file)?;
/// let header = Opener::new().patient(&patient).unlock(header)?;
/// let mut session = header.open_session_from(file)?;
/// let first = session.next_segment()?.ok_or(Error::Truncated)?;
/// assert_eq!(first.plaintext.expose(), b"first 10 seconds");
/// # Ok::<(), Error>(())
/// ```
///
/// Whenever it ends without [`SessionWriter::end`], by a power failure too, what is there opens to
/// its last whole segment. It can't be taken up again: the keys are gone with the process, as they
/// must. A recording that goes on begins another session.
pub struct SessionWriter<'a, W> {
    inner: W,
    /// None after a failure: what would follow a torn segment could not be read.
    session: Option<SessionSealer<'a>>,
    written: u64,
}

impl<'a, W: Durable> SessionWriter<'a, W> {
    /// Writes the header; `inner` has nothing before it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(session: SessionSealer<'a>, mut inner: W) -> Result<Self> {
        inner.write_all(session.header())?;
        inner.sync()?;
        Ok(Self {
            written: session.header().len() as u64,
            inner,
            session: Some(session),
        })
    }

    /// Seals and writes the next segment.
    ///
    /// # Errors
    /// Those of [`SessionSealer::segment`], after which others may follow; [`Error::Io`], and
    /// [`Error::StreamEnded`] from then on: part of the segment may be there.
    pub fn segment(&mut self, content: &[u8]) -> Result<()> {
        let mut session = self.session.take().ok_or(Error::StreamEnded)?;
        let segment = match session.segment(content) {
            Ok(segment) => segment,
            Err(error) => {
                self.session = Some(session);
                return Err(error);
            }
        };
        self.put(&segment)?;
        self.session = Some(session);
        Ok(())
    }

    /// Ends the session, and gives back the output.
    ///
    /// # Errors
    /// Those of [`SessionSealer::end`]; [`Error::Io`]; [`Error::StreamEnded`].
    pub fn end(mut self) -> Result<W> {
        let end = self.session.take().ok_or(Error::StreamEnded)?.end()?;
        self.put(&end)?;
        Ok(self.inner)
    }

    /// How many bytes were written.
    #[must_use]
    pub const fn written(&self) -> u64 {
        self.written
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.inner.write_all(bytes)?;
        self.inner.sync()?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}
