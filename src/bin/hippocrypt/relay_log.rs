//! What a relay has answered and refused: a line of JSON for each, in the directory of its state.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use hippocrypt::Result;
use hippocrypt::pre::{Grant, Request, RevocationList, Sight, Verified};
use serde_json::json;

use crate::values;

/// The log, open at its end. Whoever has it holds the lock of the relay's state.
pub struct RelayLog(File);

impl RelayLog {
    /// Opens the log in the directory of the state.
    pub fn open(directory: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(hippocrypt::keys::disk::SECRET_MODE);
        }
        Ok(Self(options.open(directory.join("log"))?))
    }

    /// Writes what became of a request to the disk.
    ///
    /// What a refused request claims is its file's word: its signature may be what was refused.
    pub fn add(
        mut self,
        grant: &Grant<Verified>,
        request: &Request,
        (now, list): (u64, Option<&RevocationList>),
        outcome: &Result<()>,
    ) -> Result<()> {
        let claims = request.claims();
        let records: Vec<_> = request
            .records()
            .map(|(digest, record)| [values::hex(digest), values::hex(record)])
            .collect();
        let line = json!({
            "time": values::moment(now),
            "grant": values::hex(grant.digest()),
            "patient": values::hex(grant.header().patient().id().as_bytes()),
            "relay": request.relay(),
            "recipient": grant.header().recipient().to_string(),
            "purpose": claims.claimed_purpose(),
            "action": claims.claimed_action(),
            "role": claims.claimed_role(),
            "break_glass": claims.claims_break_glass(),
            "requested": request.time(),
            "blind": request.sight() == Sight::Blind,
            // d of each capsule and h of its record.
            "records": records,
            "list": list.map(RevocationList::sequence),
            "refused": outcome.as_ref().err().map(hippocrypt::Error::code),
        });
        self.0.write_all(format!("{line}\n").as_bytes())?;
        self.0.sync_all()?;
        Ok(())
    }
}
