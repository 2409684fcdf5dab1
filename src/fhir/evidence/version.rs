//! What R4 and R5 write differently.

use alloc::string::String;

use crate::fhir::Json;
use crate::fhir::json::{Object, codeable, coding, reference};

/// A version of FHIR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// 4.0.1, and 4.3 alike.
    R4,
    /// 5.0.
    R5,
}

pub(super) const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
pub(super) const PURPOSE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
pub(super) const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const ENTITY: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";

impl Version {
    /// What a role of an entity is: a Coding in R4, a concept in R5.
    pub(super) fn role(self, code: &str) -> Json {
        match self {
            Self::R4 => coding(ROLE, code),
            Self::R5 => codeable(ROLE, code),
        }
    }

    /// An entity of an audit event; R5 has no type there.
    pub(super) fn entity(self, kind: &str, role: Option<&str>, what: &str) -> Json {
        let mut entity = Object::new();
        if self == Self::R4 {
            entity = entity.with("type", coding(ENTITY, kind));
        }
        entity = entity.option("role", role.map(|role| self.role(role)));
        entity.with("what", reference(what)).finish()
    }

    /// Who took part in an audited event.
    pub(super) fn agent(self, role: Json, party: &super::Party, requestor: bool) -> Object {
        let mut who = Object::new().text("reference", &party.reference);
        who = who.option("display", party.name.as_deref().map(Json::string));
        let agent = Object::new()
            .with("type", role)
            .with("who", who.finish())
            .with("requestor", Json::Bool(requestor));
        let Some(network) = &party.network else {
            return agent;
        };
        match self {
            Self::R5 => agent.text("networkString", network),
            Self::R4 => agent.with("network", network_of(network)),
        }
    }
}

/// R4 says what kind of address it is: an internet address, a URI or a name.
fn network_of(address: &str) -> Json {
    let kind = if address.contains("://") {
        "5"
    } else if address.parse::<core::net::IpAddr>().is_ok() {
        "2"
    } else {
        "1"
    };
    let mut network = Object::new().text("address", address);
    network = network.with("type", Json::String(String::from(kind).into()));
    network.finish()
}
