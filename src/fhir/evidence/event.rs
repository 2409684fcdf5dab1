//! Audit events.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::record::{DecisionRecord, Mechanism};
use super::time;
use super::version::{DCM, PARTICIPATION, PURPOSE, Version};
use crate::consent::Outcome;
use crate::error::{Error, Result};
use crate::fhir::Json;
use crate::fhir::json::{Object, codeable, coding, reference};

const BALP: &str = "https://profiles.ihe.net/ITI/BALP/";
const TYPES: &str = "http://hl7.org/fhir/resource-types";
const SOURCE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
const OUTCOME: &str = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
/// Names our extension. A random identifier, since the project has no address of its own.
pub(super) const EXTENSION: &str = "urn:uuid:0b7e2f0c-5a0f-4c8e-9d0a-6f3f6f0e5b7d";

/// What happened, as the type and subtype of an event say.
struct Kind {
    event: (&'static str, &'static str),
    sub: Option<(String, &'static str)>,
    action: &'static str,
    profile: Option<&'static str>,
    outcome: &'static str,
}

impl DecisionRecord {
    /// The AuditEvent of the decision: in R4 as IHE BALP's `AuthZconsent` says, in R5 with the
    /// same agents and entities.
    ///
    /// # Errors
    /// None for what was checked; [`Error::Time`] is passed on.
    pub fn authorization_event(&self, version: Version) -> Result<Json> {
        let kind = Kind {
            event: (DCM, "110113"),
            sub: Some((format!("{BALP}CodeSystem/AuthZsubType"), "AuthZ-Consent")),
            action: "E",
            profile: Some("IHE.BasicAudit.AuthZconsent"),
            outcome: self.outcome(),
        };
        let mut agents = vec![
            version
                .agent(codeable(DCM, "110150"), &self.client, false)
                .finish(),
            self.user(version),
        ];
        if let Some(organization) = &self.organization {
            let role = codeable("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV");
            agents.push(version.agent(role, organization, false).finish());
        }
        agents.push(self.decider(version));

        let mut entities = vec![version.entity("1", Some("1"), &self.subject)];
        for consent in &self.consents {
            entities.push(match version {
                Version::R4 => Object::new()
                    .with("type", coding(TYPES, "Consent"))
                    .with("what", reference(consent))
                    .finish(),
                Version::R5 => version.entity("2", Some("4"), consent),
            });
        }
        if let (Version::R4, Some(jti)) = (version, &self.token) {
            let id = format!("urn:ietf:params:oauth:jti:{jti}");
            let kind = format!("{BALP}CodeSystem/UserAgentTypes");
            let identifier = Object::new().text("value", &id).finish();
            entities.push(
                Object::new()
                    .with("type", coding(&kind, "UserOauthAgent"))
                    .with(
                        "what",
                        Object::new().with("identifier", identifier).finish(),
                    )
                    .finish(),
            );
        }
        self.event(version, &kind, agents, entities, "6")
    }

    /// The AuditEvent of the release of records through relays, or of their opening by a key: in
    /// R4 as IHE BALP's `PatientRead` says, one for each record.
    ///
    /// # Errors
    /// [`Error::Argument`] if nothing was permitted, or a record has no reference.
    pub fn read_events(&self, version: Version) -> Result<Vec<Json>> {
        if self.decision.outcome != Outcome::Permit {
            return Err(Error::Argument("nothing was released"));
        }
        self.records
            .iter()
            .map(|record| {
                let what = record.reference.as_deref();
                let what = what.ok_or(Error::Argument("a record without a reference"))?;
                self.read_event(version, what)
            })
            .collect()
    }

    fn read_event(&self, version: Version, what: &str) -> Result<Json> {
        let kind = Kind {
            event: (
                "http://terminology.hl7.org/CodeSystem/audit-event-type",
                "rest",
            ),
            sub: Some((
                String::from("http://hl7.org/fhir/restful-interaction"),
                "read",
            )),
            action: "R",
            profile: Some("IHE.BasicAudit.PatientRead"),
            outcome: self.outcome(),
        };
        let client = version.agent(codeable(DCM, "110152"), &self.client, false);
        let server = version.agent(codeable(DCM, "110153"), &self.server, false);
        let agents = vec![client.finish(), server.finish(), self.user(version)];
        let mut entities = vec![
            version.entity("2", Some("4"), what),
            version.entity("1", Some("1"), &self.subject),
        ];
        if let Some(id) = &self.request_id {
            let kind = format!("{BALP}CodeSystem/BasicAuditEntityType");
            let identifier = Object::new().text("value", id).finish();
            let what = Object::new().with("identifier", identifier).finish();
            let mut entity = Object::new();
            if version == Version::R4 {
                entity = entity.with("type", coding(&kind, "XrequestId"));
            }
            entities.push(entity.with("what", what).finish());
        }
        self.event(version, &kind, agents, entities, "4")
    }

    /// The AuditEvent of breaking glass: DICOM's `Emergency Override Started`.
    ///
    /// # Errors
    /// [`Error::Argument`] if it was no emergency.
    pub fn emergency_event(&self, version: Version) -> Result<Json> {
        if self.emergency.is_none() {
            return Err(Error::Argument("no emergency"));
        }
        let kind = Kind {
            event: (DCM, "110113"),
            sub: Some((String::from(DCM), "110127")),
            action: "E",
            profile: None,
            // That the override started, whatever the consent says about it.
            outcome: "0",
        };
        let client = version.agent(codeable(DCM, "110150"), &self.client, false);
        let agents = vec![client.finish(), self.user(version), self.decider(version)];
        let entities = vec![version.entity("1", Some("1"), &self.subject)];
        self.event(version, &kind, agents, entities, "4")
    }

    /// Who asked, with the purposes.
    fn user(&self, version: Version) -> Json {
        let agent = version.agent(codeable(PARTICIPATION, "IRCP"), &self.user, true);
        let name = match version {
            Version::R4 => "purposeOfUse",
            Version::R5 => "authorization",
        };
        agent.with(name, self.purposes_of_use()).finish()
    }

    /// The service that decided.
    fn decider(&self, version: Version) -> Json {
        let role = codeable(
            "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
            "authserver",
        );
        version.agent(role, &self.server, false).finish()
    }

    fn purposes_of_use(&self) -> Json {
        Json::array(self.purposes.iter().map(|code| codeable(PURPOSE, code)))
    }

    fn event(
        &self,
        version: Version,
        kind: &Kind,
        agents: Vec<Json>,
        entities: Vec<Json>,
        source: &str,
    ) -> Result<Json> {
        let recorded = time::instant(self.time)?;
        let extension = Json::array([self.extension()?]);
        let event = Object::of("AuditEvent");
        let (system, code) = kind.event;
        let event = match version {
            Version::R4 => {
                let profile = kind.profile.map(|name| {
                    let url = format!("{BALP}StructureDefinition/{name}");
                    Object::new()
                        .with("profile", Json::array([Json::string(&url)]))
                        .finish()
                });
                let sub = kind.sub.as_ref();
                event
                    .option("meta", profile)
                    .with("extension", extension)
                    .with("type", coding(system, code))
                    .option(
                        "subtype",
                        sub.map(|(system, code)| Json::array([coding(system, code)])),
                    )
                    .text("action", kind.action)
                    .text("recorded", &recorded)
                    .text("outcome", kind.outcome)
                    .text("outcomeDesc", &self.reason())
                    .with("purposeOfEvent", self.purposes_of_use())
            }
            Version::R5 => {
                let category = Json::array([codeable(system, code)]);
                let code = kind
                    .sub
                    .as_ref()
                    .map(|(system, code)| codeable(system, code));
                let detail = Object::new().text("text", &self.reason()).finish();
                let outcome = Object::new()
                    .with("code", coding(OUTCOME, kind.outcome))
                    .with("detail", Json::array([detail]));
                event
                    .with("extension", extension)
                    .with("category", category)
                    .option("code", code)
                    .text("action", kind.action)
                    .text("recorded", &recorded)
                    .with("outcome", outcome.finish())
                    .with("authorization", self.purposes_of_use())
                    .with("patient", reference(&self.subject))
            }
        };
        let kind = match version {
            Version::R4 => coding(SOURCE, source),
            Version::R5 => codeable(SOURCE, source),
        };
        let source = Object::new()
            .with("observer", reference(&self.server.reference))
            .with("type", Json::array([kind]));
        Ok(event
            .with("agent", Json::array(agents))
            .with("source", source.finish())
            .with("entity", Json::array(entities))
            .finish())
    }

    /// `0` success, `8` serious failure: what BALP's examples have for permit and deny.
    fn outcome(&self) -> &'static str {
        match self.decision.outcome {
            Outcome::Permit => "0",
            _ => "8",
        }
    }

    /// Why, without personal data but for the reason of an emergency.
    fn reason(&self) -> String {
        let mut text = format!(
            "{} by {}",
            self.decision.outcome.code(),
            self.decision.by.code()
        );
        for (place, fact) in self.decision.missing.iter().enumerate() {
            text.push_str(if place == 0 { "; not known: " } else { ", " });
            text.push_str(fact.code());
        }
        if let Some(reason) = &self.emergency {
            text.push_str("; emergency: ");
            text.push_str(reason);
        }
        text
    }

    /// The cryptographic facts: entities of `AuthZconsent` are a closed list, extensions are not.
    fn extension(&self) -> Result<Json> {
        let part = |url: &str, value: &str| {
            Object::new()
                .text("url", url)
                .text("valueString", value)
                .finish()
        };
        let mut parts = vec![
            part("decision", &hex(&self.digest())),
            part("previous", &hex(&self.previous)),
            part("terms", &hex(&self.terms)),
            part("vocabulary", &hex(&self.vocabulary)),
            part("mechanism", self.mechanism.code()),
        ];
        match &self.mechanism {
            Mechanism::AttributeKey => {}
            Mechanism::Grant(id) => parts.push(part("grant", &hex(id))),
            Mechanism::Proof(hash) => parts.push(part("proof", &hex(hash))),
        }
        parts.extend(self.nonce.iter().map(|it| part("nonce", &hex(it))));
        for record in &self.records {
            parts.push(part("envelope", &hex(&record.envelope)));
            parts.push(part("record", &hex(&record.digest)));
        }
        Ok(Object::new()
            .text("url", EXTENSION)
            .with("extension", Json::array(parts))
            .finish())
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
