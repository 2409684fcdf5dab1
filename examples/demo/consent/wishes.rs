//! Who is who in the consent, and what each of them should open: the demo's own reading, to compare
//! with what the tool does.

use super::super::labels::CODES;
use super::super::records::Record;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Why a resource opens, or does not: the first of these that holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Labelled as normal, or as less confidential.
    Normal,
    /// Labelled with the sensitivity that only the psychiatrist may see.
    Psychiatric,
    /// Labelled otherwise.
    Other,
    /// Nobody has labelled it.
    Unlabelled,
}

impl Kind {
    /// All, in this order.
    pub const ALL: [Self; 4] = [
        Self::Normal,
        Self::Psychiatric,
        Self::Other,
        Self::Unlabelled,
    ];

    /// What programs are told.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Psychiatric => "psychiatric",
            Self::Other => "other",
            Self::Unlabelled => "unlabelled",
        }
    }

    /// Whether the dentist, the psychiatrist, the patient, and a doctor in an emergency open it.
    pub fn opens(self) -> [bool; 4] {
        match self {
            Self::Normal => [true; 4],
            Self::Psychiatric => [false, true, true, true],
            Self::Other => [false, false, true, true],
            Self::Unlabelled => [false, false, true, false],
        }
    }
}

/// Where references lie if the bundle does not say so.
const BASE: &str = "https://ehr.example/fhir";

/// What the patient wishes.
pub struct Wishes {
    /// `Consent/nadia-rehn-2026`.
    pub consent: String,
    /// Where the references of consent and bundle lie.
    pub base: String,
    /// `Patient/nadia-rehn`.
    pub patient: String,
    /// Who sees what is normal: `Practitioner/raman`.
    pub dentist: String,
    /// Who sees the psychiatric records too.
    pub psychiatrist: String,
    /// For which purpose of use.
    pub purpose: String,
    /// The highest confidentiality that both see.
    pub ceiling: String,
    /// The sensitivity that the psychiatrist sees.
    pub sensitivity: String,
}

impl Wishes {
    /// Reads a consent of the shape of `examples/data/consent.json`; the tool reads any.
    pub fn read(path: &Path, bundle: &Path) -> Result<Self, String> {
        let wrong = |what: &str| format!("{}: {what}", path.display());
        let file = json(path)?;
        let shape = "not of the shape of examples/data/consent.json, which the first act needs: two practitioners who see what is normal, and an exception for one of them and one sensitivity";
        let mut wishes = Self::of(&file).ok_or_else(|| wrong(shape))?;
        wishes.base = base(&json(bundle)?, &wishes.patient).unwrap_or_else(|| BASE.to_owned());
        Ok(wishes)
    }

    fn of(consent: &Value) -> Option<Self> {
        let both = consent.get("provision")?;
        let exception = both.pointer("/provision/0")?;
        let [psychiatrist] = <[String; 1]>::try_from(actors(exception)?).ok()?;
        let [one, other] = <[String; 2]>::try_from(actors(both)?).ok()?;
        let dentist = match (one == psychiatrist, other == psychiatrist) {
            (true, false) => other,
            (false, true) => one,
            _ => return None,
        };
        Some(Self {
            base: String::new(),
            consent: format!("Consent/{}", text(consent, "/id")?),
            patient: text(consent, "/patient/reference")?,
            dentist,
            psychiatrist,
            purpose: text(both, "/purpose/0/code")?,
            ceiling: text(both, "/securityLabel/0/code")?,
            sensitivity: text(exception, "/securityLabel/0/code")?,
        })
    }

    /// What kind a record is, by the side file and the labels that it carries; nothing else counts.
    pub fn kind(&self, record: &Record) -> Kind {
        let level = |code: &String| CODES.iter().position(|it| it == code);
        let own = carried(record);
        let conf = record.conf.as_ref().and_then(level);
        let conf = conf.or_else(|| own.iter().find_map(level));
        let sens = record.sens.iter().flatten().chain(&own);
        let psychiatric = sens.into_iter().any(|code| *code == self.sensitivity);
        match conf {
            Some(conf) if Some(conf) <= level(&self.ceiling) => Kind::Normal,
            _ if psychiatric => Kind::Psychiatric,
            Some(_) => Kind::Other,
            None => Kind::Unlabelled,
        }
    }
}

fn json(path: &Path) -> Result<Value, String> {
    let wrong = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    serde_json::from_str(&text).map_err(|error| wrong(&error))
}

/// The server that the patient's resource in the bundle has its address on.
fn base(bundle: &Value, patient: &str) -> Option<String> {
    let entries = bundle.get("entry")?.as_array()?.iter();
    let mut addresses = entries.filter_map(|it| text(it, "/fullUrl"));
    addresses.find_map(|address| {
        let base = address.strip_suffix(patient)?.strip_suffix('/')?;
        base.starts_with("https://").then(|| base.to_owned())
    })
}

/// The codes of a resource's own security labels; a DocumentReference has more of them.
fn carried(record: &Record) -> Vec<String> {
    let resource: Value = serde_json::from_slice(&record.bytes).unwrap_or_default();
    let list = |value: &Value, pointer: &str| -> Vec<Value> {
        let list = value.pointer(pointer).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let mut labels = list(&resource, "/meta/security");
    if record.kind == "DocumentReference" {
        let concepts = list(&resource, "/securityLabel");
        labels.extend(concepts.iter().flat_map(|it| list(it, "/coding")));
    }
    labels.iter().filter_map(|it| text(it, "/code")).collect()
}

fn actors(provision: &Value) -> Option<Vec<String>> {
    let actors = provision.get("actor")?.as_array()?.iter();
    let actor = |actor| {
        text(actor, "/reference/reference").filter(|name| name.starts_with("Practitioner/"))
    };
    actors.map(actor).collect()
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    Some(value.pointer(pointer)?.as_str()?.to_owned())
}
