//! Everybody in the first act: one call of the tool for each thing that they do.

use super::super::hospital::end_of_next_year;
use super::super::tool::{Answer, Tool, arguments};
use super::wishes::Wishes;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the consent is to be read: IHE Privacy Consent on FHIR 1.1.
pub const READING: &str = "pcf-1.1";
/// FHIR R4 by its letter, under which the same consent is ambiguous.
pub const BY_THE_LETTER: &str = "r4-typed";
/// How many relays there are.
pub const RELAYS: usize = 3;
/// What an emergency opens: whatever somebody has labelled.
pub const POLICY: &str = "conf in {U, L, M, N, R, V}";
/// The purpose of use that an emergency claims, "break the glass", of HL7's v3-ActReason.
pub const EMERGENCY: &str = "BTG";

/// Everybody, in a folder that is gone when the demo ends.
pub struct People<'a> {
    pub tool: &'a Tool,
    folder: PathBuf,
    /// Where the references of the consent lie.
    pub base: &'a str,
}

impl<'a> People<'a> {
    /// Makes everybody's keys in an empty folder.
    pub fn found(tool: &'a Tool, folder: &Path, wishes: &'a Wishes) -> Result<Self, String> {
        let people = Self {
            tool,
            folder: folder.to_owned(),
            base: &wishes.base,
        };
        let new = |what: &str, name: &str| {
            let key = people.key(name);
            let mut words = arguments![what, "new", "-o", &key].to_vec();
            if what != "patient" {
                words.extend(arguments!["--name", name]);
            }
            tool.must(&words)
        };
        new("authority", "hospital")?;
        new("patient", "patient")?;
        for signer in ["ward", "stranger", "clinic"] {
            new("signer", signer)?;
        }
        new("recipient", "emergency")?;
        for relay in 1..=RELAYS {
            new("relay", &format!("relay-{relay}"))?;
        }
        people.issue("dentist", &wishes.dentist, &wishes.purpose)?;
        people.issue("psychiatrist", &wishes.psychiatrist, &wishes.purpose)?;
        Ok(people)
    }

    /// The hospital issues a key to a practitioner, for one purpose of use.
    fn issue(&self, name: &str, reference: &str, purpose: &str) -> Result<Duration, String> {
        let (hospital, key, until) = (self.key("hospital"), self.key(name), end_of_next_year()?);
        let who = format!("prac=\"{}/{reference}\"", self.base);
        let purpose = format!("pou={purpose}");
        let call = arguments!["authority", "issue", "--key", &hospital, "--attr", &who];
        let what = arguments!["--attr", &purpose, "--until", &until, "-o", &key];
        self.tool.must(&[call.as_slice(), what].concat())
    }

    /// A file of theirs.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Somebody's secret key.
    pub fn key(&self, name: &str) -> PathBuf {
        self.file(&format!("{name}.key"))
    }

    /// What somebody publishes.
    pub fn public(&self, name: &str) -> PathBuf {
        self.file(&format!("{name}.pub"))
    }

    /// The fingerprint of what somebody publishes.
    pub fn fingerprint(&self, name: &str) -> Result<Value, String> {
        let public = self.public(name);
        let (_, files) = self
            .tool
            .told(arguments!["fingerprint", &public], "files")?;
        Ok(files.pointer("/0/fingerprint").cloned().unwrap_or_default())
    }

    /// The consent in plain words, under a reading.
    pub fn explain(&self, consent: &Path, reading: &str) -> Result<Answer, String> {
        let call = arguments!["consent", "explain", "--reading", reading];
        let what = arguments!["--base", self.base, consent];
        self.tool.call(&[call.as_slice(), what].concat())
    }

    /// The patient signs it.
    pub fn sign(&self, consent: &Path) -> Result<Duration, String> {
        let (key, signed) = (self.key("patient"), self.file("signed.hc"));
        let call = arguments!["consent", "sign", "--patient-key", &key];
        let how = arguments![
            "--reading",
            READING,
            "--base",
            self.base,
            "-o",
            &signed,
            consent
        ];
        self.tool.must(&[call.as_slice(), how].concat())
    }

    /// Whoever has the signed consent checks it; answers with the Terms that it is of.
    pub fn verify(&self) -> Result<PathBuf, String> {
        let (signed, patient) = (self.file("signed.hc"), self.public("patient"));
        let terms = self.file("terms.hct");
        let call = arguments!["consent", "verify", "--patient", &patient];
        let how = arguments!["--force", "-o", &terms, &signed];
        self.tool.must(&[call.as_slice(), how].concat())?;
        Ok(terms)
    }

    /// Seals a bundle as a folder of batches, signed by the one named here, if any.
    pub fn seal(
        &self,
        (bundle, labels): (&Path, Option<&Path>),
        signer: Option<&str>,
        chart: &str,
    ) -> Result<Answer, String> {
        let (signed, patient) = (self.file("signed.hc"), self.public("patient"));
        let (hospital, chart) = (self.public("hospital"), self.file(chart));
        let call = arguments!["seal", "--fhir", bundle, "--consent", &signed];
        let whom = arguments!["--patient", &patient, "--authority", &hospital];
        let how = arguments!["--base", self.base, "--json", "-o", &chart];
        let mut words = [call.as_slice(), whom, how].concat();
        let signer = signer.map(|name| self.key(name));
        if let Some(signer) = &signer {
            words.extend(arguments!["--sign", signer]);
        }
        if let Some(labels) = labels {
            words.extend(arguments!["--labels", labels]);
        }
        self.tool.call(&words)
    }

    /// Somebody opens a folder of batches to a bundle, which is theirs alone.
    pub fn open(
        &self,
        who: &str,
        (chart, output): (&str, &str),
        how: &[&OsStr],
    ) -> Result<Answer, String> {
        let [chart, output] = [chart, output].map(|name| self.file(name));
        let key = self.key(who);
        let call = arguments!["open", "--key", &key, "--json", "-o", &output, &chart];
        self.tool.call(&[call.as_slice(), how].concat())
    }

    /// As [`People::open`], where only what the ward has signed is accepted.
    pub fn open_from_ward(
        &self,
        who: &str,
        files: (&str, &str),
        how: &[&OsStr],
    ) -> Result<Answer, String> {
        let ward = self.public("ward");
        let from = arguments!["--from", &ward];
        self.open(who, files, &[from.as_slice(), how].concat())
    }

    /// A request of a practitioner for a record of a patient with these labels, for a purpose.
    pub fn request(
        &self,
        (patient, who, purpose): (&str, &str, &str),
        (labels, time): (&[String], &str),
    ) -> Value {
        let base = self.base;
        json!({
            "patient": format!("{base}/{patient}"),
            "time": time,
            "recipient": {"prac": [format!("{base}/{who}")]},
            "purposes": [purpose],
            "record": {"labels": labels},
        })
    }

    /// What the consent says of a request by a practitioner for a record with these labels.
    pub fn decide(
        &self,
        consent: &Path,
        (patient, who, purpose): (&str, &str, &str),
        (labels, day): (&[String], &str),
    ) -> Result<Answer, String> {
        let text = self.request(
            (patient, who, purpose),
            (labels, &format!("{day}T00:00:00Z")),
        );
        let request = self.file("request.json");
        let failed = |error| format!("{}: {error}", request.display());
        fs::write(&request, text.to_string()).map_err(failed)?;
        let call = arguments![
            "consent",
            "decide",
            "--reading",
            READING,
            "--base",
            self.base
        ];
        let what = arguments!["--request", &request, "--json", consent];
        self.tool.call(&[call.as_slice(), what].concat())
    }
}

/// The object that the tool printed.
pub fn told(answer: &Answer) -> Value {
    serde_json::from_str(&answer.out).unwrap_or_default()
}
