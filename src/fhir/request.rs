//! Requests in JSON (SPEC.md, section 16.6).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::path::Path;
use super::time::{self, Moment};
use crate::consent::vocabulary::{CodeSet, Confidentiality, Property, Vocabulary};
use crate::consent::{Attributes, Interval, Purpose, Record, Request, Set};
use crate::error::{Error, Result};
use crate::policy::Labels;
use crate::wire::Json;

/// Labels that say something about a record to a decision; any other would say nothing.
const LABELS: [&str; 16] = [
    "author",
    "code",
    "conf",
    "cplan",
    "enc",
    "eoc",
    "inst",
    "mime",
    "profile",
    "sens",
    "sens.none",
    "sens.not",
    "type",
    "y",
    "ym",
    "ymd",
];

/// Why a request was refused: its first fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRefusal {
    /// The member at fault, as FHIRPath; where one is missing, the object that lacks it.
    pub path: String,
    /// The error: [`Error::RequestMember`] or, for the document as a whole, [`Error::Json`].
    pub error: Error,
}

impl fmt::Display for RequestRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.error)
    }
}

impl core::error::Error for RequestRefusal {}

type Read<T> = core::result::Result<T, RequestRefusal>;

/// Reads a request.
///
/// `zone` is where dates without a zone are read, in minutes east of UTC. What is not stated
/// stays open; a member that is not known, or not as it must be, is refused.
///
/// ```
/// use hippocrypt::consent::Vocabulary;
/// use hippocrypt::fhir::read_request;
/// let vocabulary = Vocabulary::hv1()?;
/// let request = read_request(
///     br#"{
///         "patient": "https://example.org/Patient/ada",
///         "time": "2026-11-25T12:00:00Z",
///         "recipient": {"prac": [], "org": ["npi:1234567893"]},
///         "purposes": ["TREAT"],
///         "record": {"type": "Observation", "date": "2026-03", "labels": ["conf=N", "sens.none=hv1"]}
///     }"#,
///     &vocabulary,
///     0,
/// );
/// assert_eq!(request.unwrap().time, 1_795_608_000);
/// let refused = read_request(br#"{"patient": "Patient/1", "tme": 1}"#, &vocabulary, 0);
/// assert_eq!(refused.unwrap_err().path, "Request.tme");
/// # Ok::<(), hippocrypt::Error>(())
/// ```
///
/// # Errors
/// [`RequestRefusal`] with the first fault.
pub fn read_request(bytes: &[u8], vocabulary: &Vocabulary, zone: i16) -> Read<Request> {
    let root = Path::Root("Request");
    let json = Json::parse(bytes).map_err(|error| RequestRefusal {
        path: root.text(),
        error,
    })?;
    let reader = Reader { vocabulary, zone };
    let request = Node {
        json: &json,
        path: root,
    };
    reader.request(&request)
}

/// The second of a time as RFC 3339 has it, `2026-11-25T12:00:00+01:00`, in Unix seconds.
///
/// # Errors
/// [`Error::Time`] for anything else.
pub fn read_instant(text: &str) -> Result<i64> {
    let moment = Moment::instant(text);
    let moment = moment.ok_or(Error::Time(
        "a time with seconds and a zone, as RFC 3339 has it",
    ))?;
    // The second that a fraction lies in.
    Ok(moment.end(0).saturating_sub(1))
}

/// A value and where it stands.
struct Node<'a> {
    json: &'a Json,
    path: Path<'a>,
}

impl Node<'_> {
    fn refuse<T>(&self, what: &'static str) -> Read<T> {
        Err(RequestRefusal {
            path: self.path.text(),
            error: Error::RequestMember(what),
        })
    }

    /// Refuses what the library's own constructors refuse.
    fn check<T>(&self, result: Result<T>, what: &'static str) -> Read<T> {
        result.or_else(|_| self.refuse(what))
    }

    /// Refuses anything but an object with these members.
    fn object(&self, names: &[&str]) -> Read<()> {
        if !matches!(self.json, Json::Object(_)) {
            return self.refuse("not an object");
        }
        for (name, json) in self.json.members() {
            if !names.contains(&&**name) {
                let path = self.path.member(name);
                return Node { json, path }.refuse("not a member that is known");
            }
        }
        Ok(())
    }

    fn member<'b>(&'b self, name: &'b str) -> Option<Node<'b>> {
        Some(Node {
            json: self.json.get(name)?,
            path: self.path.member(name),
        })
    }

    fn text(&self) -> Read<&str> {
        match self.json.as_str() {
            Some(text) => Ok(text),
            None => self.refuse("not a string"),
        }
    }

    /// The elements of a list of strings, each with its place.
    fn each<T>(&self, mut read: impl FnMut(&Node<'_>, &str) -> Read<T>) -> Read<Vec<T>> {
        if !matches!(self.json, Json::Array(_)) {
            return self.refuse("not a list of strings");
        }
        let elements = self.json.elements().iter().enumerate();
        elements
            .map(|(place, json)| {
                let node = Node {
                    json,
                    path: self.path.element(place),
                };
                let text = node.text()?;
                read(&node, text)
            })
            .collect()
    }

    /// A list of codes or references, none of them twice.
    fn values(&self) -> Read<Set<String>> {
        let value = "not printable ASCII without blanks and & | ( ) , \" \\, 1 to 255 bytes";
        let all = self.each(|node, text| {
            node.check(Set::values([text]), value)?;
            Ok(String::from(text))
        })?;
        let count = all.len();
        let set = self.check(Set::of(all), "more than 256 values")?;
        if set.len() < count {
            return self.refuse("a value twice");
        }
        Ok(set)
    }

    /// A party: an object of lists of values by key; a list without any says that there is none.
    fn party(&self) -> Read<Attributes> {
        if !matches!(self.json, Json::Object(_)) {
            return self.refuse("not an object");
        }
        let mut all: Vec<String> = Vec::new();
        let mut none: Vec<&str> = Vec::new();
        for (key, json) in self.json.members() {
            let list = Node {
                json,
                path: self.path.member(key),
            };
            let lawful = Attributes::default().without(key);
            list.check(
                lawful,
                "a key has 1 to 16 characters a-z 0-9 . and a letter first",
            )?;
            let values = list.each(|node, value| {
                let attribute = format!("{key}={value}");
                node.check(
                    Attributes::of([attribute.as_str()]),
                    "not a value of an attribute",
                )?;
                Ok(attribute)
            })?;
            if values.is_empty() {
                none.push(key);
            }
            all.extend(values);
        }
        let mut party = self.check(
            Attributes::of(all.iter().map(String::as_str)),
            "more than 256 values of a key",
        )?;
        for key in none {
            party = self.check(party.without(key), "not a key")?;
        }
        Ok(party)
    }
}

struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    zone: i16,
}

impl Reader<'_> {
    fn request(&self, node: &Node<'_>) -> Read<Request> {
        node.object(&[
            "vocabulary",
            "patient",
            "time",
            "recipient",
            "purposes",
            "action",
            "permissions",
            "record",
        ])?;
        if let Some(own) = node.member("vocabulary") {
            self.vocabulary(&own)?;
        }
        let Some(patient) = node.member("patient") else {
            return node.refuse("no patient");
        };
        let Some(time) = node.member("time") else {
            return node.refuse("no time");
        };
        let value = patient.text()?;
        patient.check(Set::values([value]), "not a reference")?;
        let second = time.check(
            read_instant(time.text()?),
            "not a time with seconds and a zone, as RFC 3339 has it",
        )?;
        let mut request = Request::new(*self.vocabulary.hash(), value, second);
        if let Some(recipient) = node.member("recipient") {
            request.recipient = recipient.party()?;
        }
        if let Some(purposes) = node.member("purposes") {
            request.purposes = purposes.each(|node, code| {
                let purpose = Purpose::of(self.vocabulary, code);
                node.check(purpose, "not a purpose of the vocabulary")
            })?;
        }
        if let Some(action) = node.member("action") {
            let code = action.text()?;
            if !self.vocabulary.is_action(code) {
                return action.refuse("not an action of the vocabulary");
            }
            request.action = String::from(code);
        }
        if let Some(permissions) = node.member("permissions") {
            request.permissions = Some(permissions.values()?);
        }
        if let Some(record) = node.member("record") {
            request.record = self.record(&record)?;
        }
        Ok(request)
    }

    fn vocabulary(&self, node: &Node<'_>) -> Read<()> {
        node.object(&["id", "sha256"])?;
        let hash: String = self
            .vocabulary
            .hash()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        for (name, own) in [("id", self.vocabulary.id()), ("sha256", &hash)] {
            let Some(member) = node.member(name) else {
                return node.refuse("id and sha256, both");
            };
            if member.text()? != own {
                return member.refuse("not the vocabulary in use");
            }
        }
        Ok(())
    }

    fn record(&self, node: &Node<'_>) -> Read<Record> {
        node.object(&[
            "reference",
            "links",
            "type",
            "documents",
            "codes",
            "date",
            "authors",
            "labels",
        ])?;
        let mut record = match node.member("labels") {
            Some(labels) => self.labels(&labels)?,
            None => Record::default(),
        };
        if let Some(reference) = node.member("reference") {
            let text = reference.text()?;
            reference.check(Set::values([text]), "not a reference")?;
            say(&reference, &mut record.reference, String::from(text))?;
        }
        if let Some(links) = node.member("links") {
            say(&links, &mut record.links, links.values()?)?;
        }
        if let Some(own) = node.member("type") {
            let text = own.text()?;
            if !self.vocabulary.is_resource_type(text) {
                return own.refuse("not a type of FHIR resources");
            }
            say(&own, &mut record.resource_type, String::from(text))?;
        }
        if let Some(documents) = node.member("documents") {
            say(&documents, &mut record.documents, documents.values()?)?;
        }
        if let Some(codes) = node.member("codes") {
            say(&codes, &mut record.codes, codes.values()?)?;
        }
        if let Some(date) = node.member("date") {
            let Some(dated) = Moment::date_time(date.text()?).and_then(|it| self.span(it)) else {
                return date.refuse("not a date or time as FHIR has it");
            };
            say(&date, &mut record.dated, dated)?;
        }
        if let Some(authors) = node.member("authors") {
            if record.authors.iter().next().is_some() {
                return authors.refuse(TWICE);
            }
            record.authors = authors.party()?;
        }
        Ok(record)
    }

    /// A moment as exactly as it says itself: a year, a month, a day or a second.
    fn span(&self, moment: Moment) -> Option<Interval> {
        let end = moment.end(self.zone);
        // A fraction lies in one second, though no period could begin and end with it.
        time::interval(Some(moment), Some(moment), self.zone)
            .or_else(|| Interval::new(end.checked_sub(1), Some(end)).ok())
    }

    fn labels(&self, node: &Node<'_>) -> Read<Record> {
        let labels = node.each(|node, label| {
            self.label(node, label)?;
            Ok(String::from(label))
        })?;
        let own = Labels::parse(labels.iter().map(String::as_str));
        let own = node.check(own, "not a set of labels")?;
        node.check(
            Record::of_labels(&own, self.vocabulary),
            "not labels that a decision can use",
        )
    }

    /// A label that means nothing here would leave open what its writer took for said.
    fn label(&self, node: &Node<'_>, label: &str) -> Read<()> {
        let Some((name, value)) = label.split_once('=') else {
            return node.refuse("not a label name=value");
        };
        if !LABELS.contains(&name) {
            return node.refuse("not a label that a decision uses");
        }
        let usable = |set| {
            let concept = self.vocabulary.concept(set, value);
            concept.is_some_and(|it| !it.has(Property::Abstract))
        };
        let known = match name {
            "conf" => Confidentiality::from_code(value).is_some(),
            "sens" | "sens.not" => usable(CodeSet::Sensitivity),
            "sens.none" => self.vocabulary.lineage().any(|(id, _)| id == value),
            "type" => self.vocabulary.is_resource_type(value),
            _ => true,
        };
        if !known {
            return node.refuse("not a code of the vocabulary");
        }
        node.check(Labels::parse([label]), "not a label")?;
        Ok(())
    }
}

const TWICE: &str = "said by a label too";

fn say<T>(node: &Node<'_>, place: &mut Option<T>, value: T) -> Read<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => node.refuse(TWICE),
    }
}

#[cfg(test)]
mod tests;
