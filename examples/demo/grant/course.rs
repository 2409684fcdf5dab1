//! What the patient, the researcher and the relays do: one call of the tool for each act.

use super::super::records::Record;
use super::super::sensitivities::Vocabulary;
use super::super::tool::{Answer, Tool, arguments};
use super::super::trial::{Outcome, attempt, originals, size};
use super::chart::Batch;
use super::parties::{Parties, THRESHOLD};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The purpose of use that the patient allows: research, a code of HL7's v3-ActReason.
pub const PURPOSE: &str = "HRESCH";

/// How long a call took and what came of it, or what is wrong with it.
pub type Attempt = (Duration, Result<Outcome, String>);

/// The people and their tool.
pub struct Course<'a> {
    /// The program.
    pub tool: &'a Tool,
    /// Who calls it.
    pub parties: &'a Parties,
}

impl Course<'_> {
    /// Anybody seals records to the patient.
    pub fn seal(&self, batch: &Batch, members: &[&Record]) -> Result<(Duration, u64), String> {
        let (parties, path) = (self.parties, self.parties.batch(&batch.id));
        let patient = &parties.patient.public;
        let call = arguments!["batch", "seal", "--patient", patient, "-o", &path];
        let mut words = [call.as_slice(), arguments!["--record", &batch.id]].concat();
        for label in &batch.labels {
            words.extend(arguments!["--label", label]);
        }
        let files = originals(&parties.originals, members)?;
        words.extend(files.iter().map(OsString::as_os_str));
        Ok((self.tool.must(&words)?, size(&path)?))
    }

    /// The patient opens a batch, with nobody's help.
    pub fn open_own(&self, batch: &Batch, members: &[&Record]) -> Result<Attempt, String> {
        let parties = self.parties;
        let path = parties.batch(&batch.id);
        let words = arguments!["--key", &parties.patient.key, &path];
        attempt(self.tool, words, (&parties.own, members))
    }

    /// The patient grants the researcher what satisfies the policy.
    pub fn grant(
        &self,
        policy: &str,
        vocabulary: &Vocabulary,
        until: &str,
    ) -> Result<Duration, String> {
        let parties = self.parties;
        let (key, directory) = (&parties.patient.key, parties.file("grant"));
        let to = &parties.researcher.public;
        let pinned = vocabulary.argument();
        let call = arguments!["grant", "new", "--key", key, "--to", to, "-o", &directory];
        let terms = arguments!["--policy", policy, "--vocabulary", &pinned];
        let until = arguments!["--purpose", PURPOSE, "--until", until];
        let mut words = [call.as_slice(), terms, until].concat();
        for relay in &parties.relays {
            words.extend(arguments!["--relay", &relay.public]);
        }
        words.extend(arguments!["--threshold", THRESHOLD]);
        self.tool.must(&words)
    }

    /// The patient publishes what is revoked: the grant, or nothing.
    pub fn list(&self, revoke: bool, list: &Path) -> Result<Duration, String> {
        let (key, grant) = (&self.parties.patient.key, self.parties.grant());
        let mut words = arguments!["grant", "revoke", "--key", key, "-o", list].to_vec();
        if revoke {
            words.extend(arguments!["--grant", &grant]);
        } else {
            words.extend(arguments!["--none"]);
        }
        self.tool.must(&words)
    }

    /// The researcher asks for whatever the grant opens; answers how many batches that is.
    pub fn request(&self, request: &Path) -> Result<(Duration, u64), String> {
        let (parties, grant) = (self.parties, self.parties.grant());
        let key = &parties.researcher.key;
        let call = arguments!["request", "new", "--key", key, "--grant", &grant];
        let what = arguments![
            "--purpose",
            PURPOSE,
            "--skip",
            "-o",
            request,
            &parties.sealed
        ];
        let (time, told) = self.tool.told(&[call.as_slice(), what].concat())?;
        Ok((time, told["capsules"].as_u64().unwrap_or_default()))
    }

    /// What a relay answers, counted from 1.
    pub fn transform(
        &self,
        relay: usize,
        (request, list, part): (&Path, &Path, &Path),
    ) -> Result<Answer, String> {
        let (grant, share) = (self.parties.grant(), self.parties.share(relay));
        let at = relay.checked_sub(1);
        let party = at.and_then(|at| self.parties.relays.get(at));
        let key = &party.ok_or("no such relay")?.key;
        let call = arguments![
            "transform",
            "--key",
            key,
            "--grant",
            &grant,
            "--share",
            &share
        ];
        let what = arguments!["--request", request, "--revocations", list, "-o", part];
        self.tool.call(&[call.as_slice(), what].concat())
    }

    /// The researcher tries a batch with answers of relays.
    pub fn open(
        &self,
        (batch, members): (&str, &[&Record]),
        parts: &[PathBuf],
        folder: &Path,
    ) -> Result<Attempt, String> {
        let parties = self.parties;
        let (grant, path) = (parties.grant(), parties.batch(batch));
        let key = &parties.researcher.key;
        let mut words = arguments!["--key", key, "--grant", &grant, &path].to_vec();
        for part in parts {
            words.extend([OsStr::new("--part"), part.as_os_str()]);
        }
        attempt(self.tool, &words, (folder, members))
    }
}
