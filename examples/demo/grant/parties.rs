//! The patient, the researcher, the relays between them, and where everything of theirs lies.

use super::super::tool::{Tool, arguments};
use std::fs;
use std::path::{Path, PathBuf};

/// How many relays there are.
pub const RELAYS: usize = 3;
/// How many of them must answer.
pub const THRESHOLD: &str = "2";

/// Somebody with keys.
pub struct Party {
    /// What to call them.
    pub name: String,
    /// Their secret keys.
    pub key: PathBuf,
    /// What they publish.
    pub public: PathBuf,
    /// The fingerprint of that, in words.
    pub words: String,
}

/// Everybody, and the folders; all of it is gone when the demo ends.
pub struct Parties {
    /// Whose chart it is.
    pub patient: Party,
    /// Whom the patient grants some of it.
    pub researcher: Party,
    /// Who stand between.
    pub relays: Vec<Party>,
    /// The records as found.
    pub originals: PathBuf,
    /// The batches as stored.
    pub sealed: PathBuf,
    /// What the patient opened.
    pub own: PathBuf,
    /// What the researcher opened with one relay.
    pub alone: PathBuf,
    /// What the researcher opened with two relays.
    pub opened: PathBuf,
    /// What the researcher opened after the revocation.
    pub after: PathBuf,
    folder: PathBuf,
}

impl Parties {
    /// Makes keys and folders in an empty folder.
    pub fn found(tool: &Tool, folder: &Path) -> Result<Self, String> {
        let make = |name: &str| -> Result<PathBuf, String> {
            let path = folder.join(name);
            fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(path)
        };
        let party = |what: &str, name: &str| {
            let key = folder.join(format!("{}.key", name.replace(' ', "-")));
            let mut words = arguments![what, "new", "-o", &key].to_vec();
            if what != "patient" {
                words.extend(arguments!["--name", name]);
            }
            let (_, told) = tool.told(&words)?;
            Ok::<Party, String>(Party {
                name: name.to_owned(),
                public: key.with_extension("pub"),
                key,
                words: told["words"].as_str().unwrap_or_default().to_owned(),
            })
        };
        Ok(Self {
            patient: party("patient", "patient")?,
            researcher: party("recipient", "researcher")?,
            relays: (1..=RELAYS)
                .map(|relay| party("relay", &format!("relay {relay}")))
                .collect::<Result<_, _>>()?,
            originals: make("originals")?,
            sealed: make("sealed")?,
            own: make("own")?,
            alone: make("alone")?,
            opened: make("opened")?,
            after: make("after")?,
            folder: folder.to_owned(),
        })
    }

    /// Everybody.
    pub fn all(&self) -> impl Iterator<Item = &Party> {
        [&self.patient, &self.researcher]
            .into_iter()
            .chain(&self.relays)
    }

    /// A file that passes between them.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A batch as stored.
    pub fn batch(&self, id: &str) -> PathBuf {
        self.sealed.join(format!("{id}.hippo"))
    }

    /// The grant.
    pub fn grant(&self) -> PathBuf {
        self.file("grant").join("grant.hg")
    }

    /// A relay's share of it.
    pub fn share(&self, relay: usize) -> PathBuf {
        self.file("grant").join(format!("share-{relay}.hs"))
    }
}
