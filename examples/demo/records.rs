//! Finds FHIR resources in files and folders, and keeps the very bytes they were written in:
//! parsing and printing again would change numbers (`1.10`) and order.

use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::labels::Asserted;

/// One resource.
pub struct Record {
    /// Its resource type.
    pub kind: String,
    /// `Observation-17`: counted here. A record id is readable by all, so it is no name or number of the patient.
    pub id: String,
    /// Its JSON text, as found.
    pub bytes: Vec<u8>,
    /// `Patient/nadia-rehn`: what a side file calls it.
    pub name: String,
    /// Which of the documents it stands in.
    pub bundle: usize,
    /// The month of what it is about, where it says: `2026-11`.
    pub month: Option<String>,
    /// How confidential somebody asserted it is; nothing else is taken for that.
    pub conf: Option<String>,
    /// The sensitivities that somebody found who looked for them; `None` if nobody did.
    pub sens: Option<Vec<String>>,
}

/// What whoever runs the demo asserts of all that nobody else labelled.
#[derive(Default)]
pub struct Rest {
    /// A confidentiality.
    pub conf: Option<String>,
    /// Sensitivities that they found; an empty list says that they looked and found none.
    pub sens: Option<Vec<String>>,
}

/// What a file or folder holds.
#[derive(Default)]
pub struct Found {
    /// The resources, in the order found.
    pub records: Vec<Record>,
    /// Why files and bundle entries were left out, and how often.
    pub skipped: BTreeMap<&'static str, usize>,
    counts: BTreeMap<String, usize>,
    documents: usize,
    /// A side file among the data: no resource.
    labels: Option<PathBuf>,
}

type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Reads a file, or all files below a folder in the order of their names, but for the side file.
pub fn load(path: &Path, labels: Option<&Path>) -> Result<Found, String> {
    let mut found = Found {
        labels: labels.map(Path::to_owned),
        ..Found::default()
    };
    let data = fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if data.is_dir() {
        found.folder(path)?;
    } else {
        found.file(path)?;
    }
    Ok(found)
}

impl Found {
    fn folder(&mut self, path: &Path) -> Result<(), String> {
        let failed = |error| format!("{}: {error}", path.display());
        let entries: Result<Vec<_>, _> = fs::read_dir(path).map_err(failed)?.collect();
        let mut entries = entries.map_err(failed)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let kind = entry.file_type().map_err(failed)?;
            let path = entry.path();
            if kind.is_dir() {
                self.folder(&path)?;
            } else if !kind.is_file() {
                self.skip("not a regular file"); // links could lead in circles
            } else if path.extension().is_none_or(|extension| extension != "json") {
                self.skip("not a .json file");
            } else if self.labels.as_ref() != Some(&path) {
                self.file(&path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), String> {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => self.text(text),
            Err(_) => self.skip("not UTF-8"),
        }
        Ok(())
    }

    /// A whole document: a bundle, or one resource.
    fn text(&mut self, text: &str) {
        self.documents += 1;
        let Ok(document) = serde_json::from_str::<&RawValue>(text) else {
            return self.skip("not JSON");
        };
        let Some((object, kind)) = resource(document) else {
            return self.skip("JSON without a resource type");
        };
        if kind != "Bundle" {
            return self.add(kind, &object, document);
        }
        let Some(entries) = object.get("entry") else {
            return; // an empty bundle is a bundle
        };
        let Ok(entries) = serde_json::from_str::<Vec<Object<'_>>>(entries.get()) else {
            return self.skip("bundle whose entries are no list of objects");
        };
        for entry in entries {
            match entry
                .get("resource")
                .and_then(|inner| resource(inner).map(|(object, kind)| (object, kind, *inner)))
            {
                Some((object, kind, inner)) => self.add(kind, &object, inner),
                None => self.skip("bundle entry without a resource"),
            }
        }
    }

    /// What the side file, and whoever runs the demo, assert.
    pub fn label(&mut self, asserted: &Asserted, rest: &Rest) {
        for record in &mut self.records {
            let conf = asserted.of(&record.name).or(rest.conf.as_deref());
            record.conf = conf.map(str::to_owned);
            let sens = asserted.sensitivities.of(&record.name);
            record.sens = sens.or(rest.sens.as_deref()).map(<[String]>::to_vec);
        }
    }

    fn add(&mut self, kind: String, object: &Object<'_>, text: &RawValue) {
        let count = self.counts.entry(kind.clone()).or_default();
        *count += 1;
        let id = format!("{kind}-{count}");
        let name = object.get("id").and_then(|id| text_of(id));
        self.records.push(Record {
            name: format!("{kind}/{}", name.unwrap_or_default()),
            bundle: self.documents,
            month: month(object),
            conf: None,
            sens: None,
            kind,
            id,
            bytes: text.get().as_bytes().to_vec(),
        });
    }

    fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }
}

/// The month of what a resource is about, where one of these fields begins with a date.
fn month(object: &Object<'_>) -> Option<String> {
    const TIMES: [&str; 10] = [
        "effectiveDateTime",
        "occurrenceDateTime",
        "recordedDate",
        "authoredOn",
        "authored",
        "start",
        "date",
        "recorded",
        "sent",
        "created",
    ];
    const PERIODS: [&str; 3] = ["period", "performedPeriod", "billablePeriod"];
    let periods = PERIODS.iter().filter_map(|name| {
        let period: Value = serde_json::from_str(object.get(*name)?.get()).ok()?;
        period.get("start")?.as_str().map(str::to_owned)
    });
    let times = TIMES.iter().filter_map(|name| text_of(object.get(*name)?));
    let mut months = periods.chain(times).filter_map(|time: String| {
        let (year, rest) = time.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let month = rest.get(..2)?;
        // What a label can say: months of the years 1900 to 2078.
        let legal = digits(year) && ("1900".."2079").contains(&year) && year.len() == 4;
        let legal = legal && digits(month) && ("01"..="12").contains(&month);
        legal.then(|| format!("{year}-{month}"))
    });
    months.next()
}

fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// The fields of a resource with its type; a type is also part of file names, so it must be a plain word.
fn resource(text: &RawValue) -> Option<(Object<'_>, String)> {
    let object: Object<'_> = serde_json::from_str(text.get()).ok()?;
    let kind: String = serde_json::from_str(object.get("resourceType")?.get()).ok()?;
    let word =
        (1..=64).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    word.then_some((object, kind))
}
