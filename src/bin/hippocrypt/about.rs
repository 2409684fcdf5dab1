//! What is sealed: from flags to a record's visible part, and to what its user is told.

use std::ffi::{OsStr, OsString};

use hippocrypt::Error;
use hippocrypt::consent::Vocabulary;
use hippocrypt::envelope::{METADATA_BYTES, Record, Sealer};
use hippocrypt::keys::{SignerKey, disk};
use hippocrypt::policy::{Date, LabelKey, LabelSet, Labels};
use serde_json::{Map, Value, json};

use crate::args;
use crate::failure::{Outcome, Role};
use crate::report::{self, Notes};
use crate::{files, objects, proof, values};

/// What a record or batch is, and who seals it: read and checked.
pub struct About<'a> {
    id: &'a str,
    labels: Labels,
    label_key: Option<LabelKey>,
    created: u64,
    signer: Option<SignerKey>,
    args: &'a args::About,
}

impl<'a> About<'a> {
    /// Reads the flags; `pass` is where the signing key's passphrase comes from.
    pub fn read(args: &'a args::About, pass: Option<&OsString>) -> Outcome<(Self, Record)> {
        let created = match &args.created {
            Some(seconds) => values::number(seconds, "--created")?,
            None => values::now()?,
        };
        Date::from_unix(created).role("--created")?;
        let labels = Labels::parse(values::texts(&args.labels, "--label")?).role("--label")?;
        // The parser of flags asks for it.
        let id = args.record.as_ref().ok_or(Error::Missing("--record"))?;
        let id = values::text(id, "--record")?;
        let mut record = Record::new(id)
            .role("--record")?
            .created(created)
            .suite(values::suite(&args.suite, "--suite")?);
        let label_key = args.label_key.as_ref();
        let label_key = label_key
            .map(|path| objects::label_key(path, pass))
            .transpose()?;
        record = match &label_key {
            Some(key) => record.blinded_labels(&labels, key),
            None => record.labels(labels.clone()),
        };
        if let Some(value) = &args.meta {
            record = record
                .clear_metadata(&metadata(value, "--meta")?)
                .role("--meta")?;
        }
        if let Some(value) = &args.sealed_meta {
            let bytes = metadata(value, "--sealed-meta")?;
            record = record.sealed_metadata(&bytes).role("--sealed-meta")?;
        }
        if let Some(path) = &args.subject {
            let words = Vocabulary::hv1()?;
            record = record
                .subject(proof::read_subject(path, "--subject")?)
                .vocabulary(*words.hash());
        }
        let signer = args.sign.as_ref();
        let signer = signer
            .map(|path| files::signer_key(path, "--sign", pass))
            .transpose()?;
        let about = Self {
            id,
            labels,
            label_key,
            created,
            signer,
            args,
        };
        Ok((about, record))
    }

    /// The sealer with the sender, if there is one.
    pub fn signed<'s>(&'s self, sealer: Sealer<'s>) -> Sealer<'s> {
        match &self.signer {
            Some(signer) if self.args.sign_access => sealer.sender(signer).writer(signer),
            Some(signer) => sealer.sender(signer),
            None => sealer,
        }
    }

    /// The name, a line for what stays readable.
    pub fn tell_id(&self, notes: &mut Notes) {
        notes.say(format!("  record   {}", self.id));
    }

    /// What else of it stays readable, a line for each.
    pub fn tell(&self, notes: &mut Notes) {
        match &self.label_key {
            Some(key) => notes.say(format!(
                "  labels   blinded: {}, under the label key {}",
                self.labels.len(),
                values::hex(&key.id())
            )),
            None if self.labels.is_empty() => {}
            None => notes.say(format!("  labels   {}", self.labels)),
        }
        match &self.signer {
            Some(signer) => notes.say(format!(
                "  sender   {}",
                signer.public().fingerprint().to_words()
            )),
            None => notes.say("  sender   none: unsigned"),
        }
        if self.args.meta.is_some() {
            notes.say("  metadata as given with --meta");
        }
        notes.say(format!(
            "  time     {}, and all sizes",
            values::moment(self.created)
        ));
    }

    /// The same for programs.
    pub fn value(&self) -> Map<String, Value> {
        let sender = self.signer.as_ref();
        report::entries(json!({
            "record": self.id,
            // What the header stores.
            "labels": match &self.label_key {
                Some(key) => LabelSet::blinded(&self.labels, key).iter().map(values::hex).collect(),
                None => self.labels.texts().map(str::to_owned).collect::<Vec<_>>(),
            },
            "labels_blinded_by": self.label_key.as_ref().map(|key| values::hex(&key.id())),
            "sender": sender.map(|signer| signer.public().fingerprint().to_string()),
            "created": self.created,
        }))
    }
}

/// Metadata as given, or from the file whose name follows an `@`.
fn metadata(value: &OsStr, role: &'static str) -> Outcome<Vec<u8>> {
    let text = values::text(value, role)?;
    match text.strip_prefix('@') {
        Some(path) => disk::read_file(path, METADATA_BYTES).role(role),
        None => Ok(text.as_bytes().to_vec()),
    }
}
