//! Authorities by the ids that stand in records and keys: one hospital can have several, an old
//! one whose records are still read beside the one that records are sealed under today.

use std::ffi::OsString;

use hippocrypt::abe::AuthorityPublic;
use serde_json::{Value, json};

use crate::failure::Outcome;
use crate::{files, values};

/// The authorities whose public files were given.
pub struct Authorities(Vec<AuthorityPublic>);

impl Authorities {
    /// Reads the public files.
    pub fn read(paths: &[OsString]) -> Outcome<Self> {
        let read = paths
            .iter()
            .map(|path| files::authority(path, "--authority"));
        read.collect::<Outcome<_>>().map(Self)
    }

    fn find(&self, id: &[u8; 32]) -> Option<&AuthorityPublic> {
        self.0.iter().find(|known| known.id().as_bytes() == id)
    }

    /// The id, and name and fingerprint where the public file was given.
    pub fn name(&self, id: &[u8; 32]) -> String {
        let id_text = values::hex(id);
        match self.find(id) {
            Some(known) => format!(
                "authority {id_text} (\"{}\", {})",
                known.name(),
                known.fingerprint().to_words()
            ),
            None => format!("authority {id_text}"),
        }
    }

    /// Name and fingerprint for programs; null where the public file was not given.
    pub fn value(&self, id: &[u8; 32]) -> Value {
        let known = self.find(id);
        json!(known.map(|known| json!({
            "claimed_name": known.name(),
            "fingerprint": known.fingerprint().to_string(),
            "words": known.fingerprint().to_words(),
        })))
    }
}
