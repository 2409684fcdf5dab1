//! What a relay has answered and refused: a line of JSON for each, in the directory of its state.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use hippocrypt::Result;
use hippocrypt::pre::{Credential, Grant, Request, Sight, Verified};
use serde_json::{Value, json};

use crate::values;

/// The log, open at its end. Whoever has it holds the lock of the relay's state.
pub struct RelayLog(File);

impl RelayLog {
    /// Opens the log in the directory of the state. A line that a power failure cut short is ended,
    /// so that the next one stands alone.
    pub fn open(directory: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(hippocrypt::keys::disk::SECRET_MODE);
        }
        let mut log = options.open(directory.join("log"))?;
        if log.metadata()?.len() > 0 {
            let mut last = [0];
            log.seek(SeekFrom::End(-1))?;
            log.read_exact(&mut last)?;
            if last != *b"\n" {
                log.write_all(b"\n")?;
            }
        } else if cfg!(unix) {
            // The first line counts once the file's name is on the disk, too.
            File::open(directory)?.sync_all()?;
        }
        Ok(Self(log))
    }

    /// Writes what became of a request to the disk.
    pub fn add(mut self, entry: &Entry<'_>) -> Result<()> {
        self.0
            .write_all(format!("{}\n", entry.value()).as_bytes())?;
        self.0.sync_all()?;
        Ok(())
    }
}

/// What became of a request. What a refused one claims is its file's word: its signature may be
/// what was refused.
pub struct Entry<'a> {
    pub now: u64,
    pub grant: &'a Grant<Verified>,
    pub request: &'a Request,
    /// The number of the revocation list that was current.
    pub list: Option<u64>,
    /// Whether the operator made the exception.
    pub no_revocations: bool,
    /// The number of the error.
    pub refused: Option<u16>,
}

/// The fingerprint of whoever asks.
pub fn requester(grant: &Grant<Verified>, request: &Request) -> Option<String> {
    let shown = request.credential().map(Credential::holder);
    let fingerprint = grant.header().recipient().or(shown);
    fingerprint.map(|it| it.to_string())
}

impl Entry<'_> {
    fn value(&self) -> Value {
        let claims = self.request.claims();
        let records: Vec<_> = self
            .request
            .records()
            .map(|(digest, record)| [values::hex(digest), values::hex(record)])
            .collect();
        let header = self.grant.header();
        json!({
            "time": values::moment(self.now),
            "grant": values::hex(header.grant_id()),
            "patient": values::hex(header.patient().id().as_bytes()),
            "relay": self.request.relay(),
            // Whoever asks: the recipient, or the holder of the credential.
            "recipient": requester(self.grant, self.request),
            "attributes": self.request.credential().map(|it| it.attributes().to_string()),
            "epoch": header.epoch(),
            "purpose": claims.claimed_purpose(),
            "action": claims.claimed_action(),
            "role": claims.claimed_role(),
            "break_glass": claims.claims_break_glass(),
            "requested": values::moment(self.request.time()),
            "blind": self.request.sight() == Sight::Blind,
            // d of each capsule and h of its record.
            "records": records,
            "list": self.list,
            "no_revocations": self.no_revocations,
            "refused": self.refused,
        })
    }
}
