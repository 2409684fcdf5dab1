//! Where a consent or a sealed record comes from.

use alloc::string::String;
use alloc::vec::Vec;

use super::record::{Party, check_reference};
use super::time;
use super::version::{PARTICIPATION, Version};
use crate::error::{Error, Result};
use crate::fhir::Json;
use crate::fhir::base64;
use crate::fhir::json::{Object, codeable, coding, reference};

const OPERATION: &str = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
const LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activity {
    /// A consent was given.
    Issue,
    /// Records were sealed.
    Seal,
}

/// A signature, as the signer made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenSignature {
    /// The signer: a FHIR reference.
    pub who: String,
    /// When, in Unix seconds.
    pub time: i64,
    /// The media type of what `data` is.
    pub format: String,
    /// The signed object, or the signature.
    pub data: Vec<u8>,
}

/// Who did what to which resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What came of it: FHIR references, with versions where there are some.
    pub targets: Vec<String>,
    /// The patient; R4 has no place for it.
    pub subject: Option<String>,
    /// What was done.
    pub activity: Activity,
    /// When, in Unix seconds.
    pub time: i64,
    /// Who did it.
    pub agent: Party,
    /// For whom: an organisation, say.
    pub on_behalf_of: Option<Party>,
    /// What it was made of.
    pub sources: Vec<String>,
    /// The signature.
    pub signature: Option<GivenSignature>,
}

impl Origin {
    /// The Provenance.
    ///
    /// # Errors
    /// [`Error::Argument`] without a target and for what is no reference; [`Error::Time`].
    pub fn to_provenance(&self, version: Version) -> Result<Json> {
        if self.targets.is_empty() {
            return Err(Error::Argument("provenance has a target"));
        }
        let others = self.on_behalf_of.as_ref().map(|it| &it.reference);
        let signer = self.signature.as_ref().map(|it| &it.who);
        let all = self
            .targets
            .iter()
            .chain(&self.sources)
            .chain(&self.subject);
        for reference in all
            .chain(others)
            .chain(signer)
            .chain([&self.agent.reference])
        {
            check_reference(reference)?;
        }
        let recorded = time::instant(self.time)?;
        let activity = match self.activity {
            Activity::Issue => codeable(OPERATION, "CREATE"),
            Activity::Seal => codeable(LIFECYCLE, "encrypt"),
        };
        let mut who = Object::new().text("reference", &self.agent.reference);
        who = who.option("display", self.agent.name.as_deref().map(Json::string));
        let agent = Object::new()
            .with("type", codeable(PARTICIPATION, "AUT"))
            .with("who", who.finish())
            .option(
                "onBehalfOf",
                self.on_behalf_of
                    .as_ref()
                    .map(|it| reference(&it.reference)),
            );
        let entity = |what: &String| {
            Object::new()
                .text("role", "source")
                .with("what", reference(what))
                .finish()
        };
        let signature = match &self.signature {
            Some(signature) => Json::array([signature.to_json()?]),
            None => Json::array([]),
        };
        let provenance = Object::of("Provenance")
            .with(
                "target",
                Json::array(self.targets.iter().map(|it| reference(it))),
            )
            .text("occurredDateTime", &recorded)
            .text("recorded", &recorded)
            .with("activity", activity)
            .with("agent", Json::array([agent.finish()]))
            .with("entity", Json::array(self.sources.iter().map(entity)))
            .with("signature", signature);
        let patient = self.subject.as_deref().filter(|_| version == Version::R5);
        Ok(provenance
            .option("patient", patient.map(reference))
            .finish())
    }
}

impl GivenSignature {
    fn to_json(&self) -> Result<Json> {
        let author = coding("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.1");
        Ok(Object::new()
            .with("type", Json::array([author]))
            .text("when", &time::instant(self.time)?)
            .with("who", reference(&self.who))
            .text("sigFormat", &self.format)
            .text("data", &base64::encode(&self.data)?)
            .finish())
    }
}
