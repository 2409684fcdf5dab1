//! Sealed records among FHIR resources (SPEC.md, section 17.2).
//!
//! A server that holds no keys still stores, versions, moves and deletes a sealed record, and
//! finds those of a patient: it holds a DocumentReference with the envelope as attachment. What
//! is sealed it cannot search.
//!
//! In an interceptor on the way out, where the caller has the keys:
//!
//! ```
//! use hippocrypt::consent::Vocabulary;
//! use hippocrypt::envelope::Opener;
//! use hippocrypt::fhir::{Json, wrap::Stub};
//!
//! fn will_show(found: Json, keys: &mut Opener<'_>, vocabulary: &Vocabulary) -> Option<Json> {
//!     match Stub::from_json(&found, vocabulary) {
//!         Ok(None) => Some(found), // nothing is sealed
//!         Ok(Some(stub)) => {
//!             // What is not for this caller is neither shown nor counted.
//!             let opened = keys.open(stub.envelope()).ok()?;
//!             stub.resource(opened.plaintext.expose()).ok()
//!         }
//!         Err(_) => None,
//!     }
//! }
//! ```

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::base64;
use super::json::{Object, codeable, coding, reference};
use super::primitive::is_id;
use crate::consent::{Confidentiality, Vocabulary};
use crate::envelope::Header;
use crate::error::{Error, Result};
use crate::fhir::Json;

/// The media type of a sealed record: an envelope as section 8 writes it.
pub const MEDIA_TYPE: &str = "application/vnd.hippocrypt";

/// Most bytes of an envelope in a stub, so that the JSON can be read again.
const MOST: usize = 3_000_000;
const TYPES: &str = "http://hl7.org/fhir/resource-types";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const OBSERVATION_VALUE: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

/// What a server may know of a sealed resource: its type and id, whose it is, how confidential.
///
/// None of it is authenticated; what counts is in the envelope ([`Stub::resource`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    id: String,
    kind: String,
    resource_id: String,
    subject: Option<String>,
    confidentiality: Option<Confidentiality>,
    envelope: Vec<u8>,
}

impl Stub {
    /// The stub of a resource under an id of its own, with the sealed record.
    ///
    /// Of the resource it takes type, id, the reference to the patient (of a Patient its own) and the
    /// confidentiality; sensitivities, profiles and everything else stay in the envelope.
    ///
    /// # Errors
    /// [`Error::Stub`] for what is no envelope; [`Error::Shape`] for a resource without type or
    /// id, [`Error::Argument`] for an id that is none, [`Error::TooLarge`] beyond 3,000,000 bytes.
    pub fn new(
        id: &str,
        resource: &Json,
        envelope: &[u8],
        vocabulary: &Vocabulary,
    ) -> Result<Self> {
        if !is_id(id) {
            return Err(Error::Argument(
                "a FHIR id has 1 to 64 letters, digits, - and .",
            ));
        }
        let (kind, resource_id) = identity(resource, vocabulary).ok_or(Error::Shape)?;
        let subject = ["subject", "patient", "beneficiary"]
            .into_iter()
            .find_map(|name| {
                resource
                    .get(name)?
                    .get("reference")?
                    .as_str()
                    .map(String::from)
            });
        let own = (kind == "Patient").then(|| format!("Patient/{resource_id}"));
        Ok(Self {
            id: id.into(),
            kind: kind.into(),
            resource_id: resource_id.into(),
            subject: own.or(subject),
            confidentiality: confidentiality(resource),
            envelope: checked(envelope)?,
        })
    }

    /// The DocumentReference, of R4 and of R5 alike.
    ///
    /// # Errors
    /// None for what was made here; the encoder's are passed on.
    pub fn to_json(&self) -> Result<Json> {
        let security = self
            .confidentiality
            .map(|it| coding(CONFIDENTIALITY, it.code()));
        let security = security
            .into_iter()
            .chain([coding(OBSERVATION_VALUE, "MASKED")]);
        let name = format!("{}/{}", self.kind, self.resource_id);
        let attachment = Json::object([
            ("contentType", Json::string(MEDIA_TYPE)),
            ("data", Json::string(&base64::encode(&self.envelope)?)),
        ]);
        Ok(Object::of("DocumentReference")
            .text("id", &self.id)
            .with("meta", Json::object([("security", Json::array(security))]))
            .with(
                "identifier",
                Json::array([Json::object([("value", Json::string(&name))])]),
            )
            .text("status", "current")
            .with("type", codeable(TYPES, &self.kind))
            .option("subject", self.subject.as_deref().map(reference))
            .with(
                "content",
                Json::array([Json::object([("attachment", attachment)])]),
            )
            .finish())
    }

    /// Reads a stub: a DocumentReference with one attachment of our media type, whatever else a
    /// server has added to it. `None` for every other resource.
    ///
    /// # Errors
    /// [`Error::Stub`] for what is wrong with a stub.
    pub fn from_json(json: &Json, vocabulary: &Vocabulary) -> Result<Option<Self>> {
        let content = json.get("content").map_or(&[][..], Json::elements);
        let attachments = content.iter().filter_map(|it| it.get("attachment"));
        let media = |it: &&Json| it.get("contentType").and_then(Json::as_str) == Some(MEDIA_TYPE);
        let Some(attachment) = attachments.clone().find(media) else {
            return Ok(None);
        };
        let (kind, id) = identity(json, vocabulary).ok_or(Error::Stub("without type or id"))?;
        if kind != "DocumentReference" || content.len() != 1 {
            return Err(Error::Stub("not one attachment of a DocumentReference"));
        }
        let data = attachment.get("data").and_then(Json::as_str);
        let envelope = data.and_then(base64::decode);
        let envelope = envelope.ok_or(Error::Stub("the attachment is no base64"))?;
        let names = json.get("identifier").map_or(&[][..], Json::elements);
        let mut names = names
            .iter()
            .filter_map(|it| it.get("value")?.as_str()?.split_once('/'));
        let name = names.find(|(kind, id)| vocabulary.is_resource_type(kind) && is_id(id));
        let (own, resource_id) = name.ok_or(Error::Stub("it names no resource"))?;
        let subject = json
            .get("subject")
            .and_then(|it| it.get("reference")?.as_str());
        Ok(Some(Self {
            id: id.into(),
            kind: own.into(),
            resource_id: resource_id.into(),
            subject: subject.map(String::from),
            confidentiality: confidentiality(json),
            envelope: checked(&envelope)?,
        }))
    }

    /// The sealed record, to be opened.
    #[must_use]
    pub fn envelope(&self) -> &[u8] {
        &self.envelope
    }

    /// `Type/id` of the resource, as the stub says.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.kind, self.resource_id)
    }

    /// Whose it is, as the stub says.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The resource from what the envelope held.
    ///
    /// # Errors
    /// [`Error::Json`] for what is no JSON; [`Error::Stub`] if it is another resource than the
    /// stub says: somebody has exchanged attachments.
    pub fn resource(&self, opened: &[u8]) -> Result<Json> {
        let resource = Json::parse(opened)?;
        let text = |name| resource.get(name).and_then(Json::as_str);
        if text("resourceType") != Some(&*self.kind) || text("id") != Some(&*self.resource_id) {
            return Err(Error::Stub("another resource is sealed in it"));
        }
        Ok(resource)
    }
}

fn checked(envelope: &[u8]) -> Result<Vec<u8>> {
    if envelope.len() > MOST {
        return Err(Error::TooLarge("3,000,000 bytes of an envelope in a stub"));
    }
    // A resource that somebody forgot to seal must not get out as an attachment.
    Header::from_bytes(envelope).map_err(|_| Error::Stub("the attachment is no envelope"))?;
    Ok(envelope.into())
}

fn identity<'a>(resource: &'a Json, vocabulary: &Vocabulary) -> Option<(&'a str, &'a str)> {
    let text = |name| resource.get(name).and_then(Json::as_str);
    let kind = text("resourceType").filter(|it| vocabulary.is_resource_type(it));
    kind.zip(text("id").filter(|it| is_id(it)))
}

fn confidentiality(resource: &Json) -> Option<Confidentiality> {
    let labels = resource.get("meta")?.get("security")?.elements().iter();
    let text =
        |label: &'_ Json, name: &str| label.get(name).and_then(Json::as_str).map(String::from);
    let mut codes = labels.filter(|it| text(it, "system").as_deref() == Some(CONFIDENTIALITY));
    codes.find_map(|it| Confidentiality::from_code(&text(it, "code")?))
}
