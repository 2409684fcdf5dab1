//! Sealed records as they are read: in one file, or with the header in a file of its own.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};

use hippocrypt::Error;
use hippocrypt::envelope::{Content, DETACHED_PREFIX_BYTES, FixedPart, Header, SessionOutline};

use crate::failure::{Failure, Outcome, Role};
use crate::files::{self, Input};

const TAG: u64 = 16;
const TRAILER: u64 = 64;

/// What follows a header: read up to its first byte.
pub struct Payload {
    pub input: Input,
    /// Where in its file it begins.
    pub begin: u64,
}

/// The header and the payload of a record: `file` holds both, or, where the header is a file of
/// its own, the payload object alone.
pub fn open(
    file: &OsStr,
    header: Option<&OsString>,
    pass: Option<&OsString>,
) -> Outcome<(Header, Payload)> {
    let mut input = Input::open(file, pass)?;
    let Some(path) = header else {
        let header = Header::read_from(&mut input)
            .map_err(|error| Failure::of_file("FILE", input.length(), error))?;
        let begin = header.length() as u64;
        return Ok((header, Payload { input, begin }));
    };
    let header = apart(path)?;
    let mut prefix = [0; DETACHED_PREFIX_BYTES];
    input.read_exact(&mut prefix).role("FILE")?;
    header.check_detached(&prefix).role("FILE")?;
    let begin = DETACHED_PREFIX_BYTES as u64;
    Ok((header, Payload { input, begin }))
}

/// A header in a file of its own.
pub fn apart(path: &OsStr) -> Outcome<Header> {
    const ROLE: &str = "--header";
    let mut file = File::open(path).role(ROLE)?;
    let length = file.metadata().role(ROLE)?.len();
    let header = Header::read_from(&mut file)
        .map_err(|error| Failure::of_file(ROLE, Some(length), error))?;
    ends(&mut file).role(ROLE)?;
    Ok(header)
}

/// Refuses what anything follows: a header that is not apart.
pub fn ends(reader: &mut impl Read) -> hippocrypt::Result<()> {
    match reader.take(1).read_to_end(&mut Vec::new())? {
        0 => Ok(()),
        _ => Err(Error::TrailingBytes),
    }
}

/// What a payload shows of itself to everybody.
pub struct Shown {
    pub bytes: u64,
    /// Bytes of plaintext; none if no payload is as this one, so that it was cut short or damaged.
    pub content: Option<u64>,
    /// Of a batch: how many records it has.
    pub members: Option<u64>,
    /// Of a session: its segments.
    pub session: Option<SessionOutline>,
}

impl Payload {
    /// How long it is, where that is known before it is read.
    pub fn length(&self) -> Option<u64> {
        let length = self.input.length();
        length.map(|length| length.saturating_sub(self.begin))
    }

    /// Looks at it, to its end where that is needed.
    pub fn show(mut self, header: &Header) -> Outcome<Shown> {
        let fixed = header.fixed();
        if fixed.content() == Content::Batch {
            let bytes = files::rest(&mut self.input, "FILE")?;
            let members = header.list_members(&bytes).ok();
            return Ok(Shown {
                bytes: bytes.len() as u64,
                content: members
                    .as_ref()
                    .map(|all| all.iter().map(|member| member.length).sum()),
                members: members.map(|all| all.len() as u64),
                session: None,
            });
        }
        if fixed.content() == Content::Session {
            let mut counted = Counted(&mut self.input, 0);
            let session = match header.outline_session(&mut counted) {
                Err(error @ Error::Io(_)) => return Err(error).role("FILE"),
                outline => outline.ok(),
            };
            io::copy(&mut counted, &mut io::sink()).role("FILE")?;
            return Ok(Shown {
                bytes: counted.1,
                content: session.as_ref().map(|it| it.content_bytes),
                members: None,
                session,
            });
        }
        let bytes = match self.length() {
            Some(length) => length,
            None => io::copy(&mut self.input, &mut io::sink()).role("FILE")?,
        };
        Ok(Shown {
            bytes,
            content: content(bytes, fixed),
            members: None,
            session: None,
        })
    }
}

/// Counts what is read.
struct Counted<'a>(&'a mut Input, u64);

impl Read for Counted<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(bytes)?;
        self.1 += count as u64;
        Ok(count)
    }
}

/// Bytes of plaintext that a payload of this length holds; none if none is so long.
fn content(payload: u64, fixed: &FixedPart) -> Option<u64> {
    let trailer = if fixed.sender().is_some() { TRAILER } else { 0 };
    let chunks = payload.checked_sub(trailer)?;
    let count = chunks.div_ceil(u64::from(fixed.chunk_size()) + TAG).max(1);
    let content = chunks.checked_sub(count.checked_mul(TAG)?)?;
    // A last chunk without content occurs only alone.
    (count == 1 || content > (count - 1) * u64::from(fixed.chunk_size())).then_some(content)
}
