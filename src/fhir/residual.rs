//! The `residual` of IHE PCF: what a resource server still has to look at.

use alloc::string::String;
use alloc::vec::Vec;

use super::time::written;
use crate::consent::vocabulary::Vocabulary;
use crate::consent::{Base, Criterion, Effect, Interval, RecordReference, Rule, Terms};
use crate::wire::Json;

const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const RESOURCE_TYPES: &str = "http://hl7.org/fhir/resource-types";
const ROLES: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const MEDIA_TYPES: &str = "urn:ietf:bcp:13";
const URIS: &str = "urn:ietf:rfc:3986";

/// The rules as IHE PCF writes them into an access token: an array, in order, each with its
/// `type` (`permit` or `forbid`) and its criteria about data. Recipient, purpose, action and time
/// are left out, as they belong to the token; so is a first permission without criteria about
/// data, which the token itself is. Where nothing is permitted to begin with, a first `forbid`
/// says so.
///
/// It is for a token whose holder all rules are about: whoever issues tokens to others leaves out
/// of the Terms' rules those of other recipients first.
#[must_use]
pub fn residual(terms: &Terms, vocabulary: &Vocabulary) -> Json {
    let (implied, closed) = match terms.rules.split_first() {
        Some((first, _)) => {
            let everything = !first.criteria().iter().any(Criterion::is_about_data);
            let implied = everything && first.effect() == Effect::Permit;
            (implied, !everything && terms.base != Base::Permit)
        }
        None => (false, terms.base != Base::Permit),
    };
    let forbid = closed.then(|| Json::object([("type", Json::string("forbid"))]));
    let rules = terms.rules.iter().skip(usize::from(implied));
    let rules = rules.map(|rule| written_rule(rule, terms.zone, vocabulary));
    Json::array(forbid.into_iter().chain(rules))
}

fn written_rule(rule: &Rule, zone: i16, vocabulary: &Vocabulary) -> Json {
    let effect = match rule.effect() {
        Effect::Permit => "permit",
        Effect::Forbid => "forbid",
    };
    let mut members = Vec::from([("type", Json::string(effect))]);
    let labels: Vec<Json> = rule.criteria().iter().flat_map(labels).collect();
    if !labels.is_empty() {
        members.push(("securityLabel", Json::array(labels)));
    }
    let classes: Vec<Json> = rule.criteria().iter().flat_map(classes).collect();
    if !classes.is_empty() {
        members.push(("class", Json::array(classes)));
    }
    for criterion in rule.criteria() {
        match criterion {
            Criterion::Code(codes) => {
                let concept = |value: &String| {
                    let coding = coded(value, vocabulary);
                    Json::object([("coding", Json::array([coding]))])
                };
                members.push(("code", Json::array(codes.iter().map(concept))));
            }
            Criterion::Dated(span) => members.push(("dataPeriod", period(span, zone))),
            Criterion::Author(all) => {
                members.push((
                    "actor",
                    Json::array(all.iter().map(|it| author(it, vocabulary))),
                ));
            }
            Criterion::Record(all) => {
                let data = |it: &RecordReference| {
                    Json::object([
                        ("meaning", Json::string(it.meaning.code())),
                        ("reference", referring(&it.reference)),
                    ])
                };
                members.push(("data", Json::array(all.iter().map(data))));
            }
            _ => {}
        }
    }
    Json::object(members)
}

fn coding(system: &str, code: &str) -> Json {
    Json::object([
        ("system", Json::string(system)),
        ("code", Json::string(code)),
    ])
}

fn referring(reference: &str) -> Json {
    Json::object([("reference", Json::string(reference))])
}

fn labels(criterion: &Criterion) -> Vec<Json> {
    match criterion {
        Criterion::Confidentiality(level) => Vec::from([coding(CONFIDENTIALITY, level.code())]),
        Criterion::Sensitivity(codes) => codes.iter().map(|it| coding(ACT_CODE, it)).collect(),
        _ => Vec::new(),
    }
}

fn classes(criterion: &Criterion) -> Vec<Json> {
    let document = |value: &String| match value.split_once(':') {
        Some(("profile", url)) => coding(URIS, url),
        Some((_, code)) => coding(MEDIA_TYPES, code),
        None => coding(MEDIA_TYPES, value),
    };
    match criterion {
        Criterion::Type(types) => types.iter().map(|it| coding(RESOURCE_TYPES, it)).collect(),
        Criterion::Document(all) => all.iter().map(document).collect(),
        _ => Vec::new(),
    }
}

/// `alias:code`, or `sys:SYSTEM#code` with the system percent-encoded.
fn coded(value: &str, vocabulary: &Vocabulary) -> Json {
    let (alias, code) = value.split_once(':').unwrap_or(("", value));
    if alias == "sys" {
        let (system, code) = code.split_once('#').unwrap_or((code, ""));
        return coding(&decoded(system), code);
    }
    coding(vocabulary.system_of(alias).unwrap_or(alias), code)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hexadecimal = after.first_chunk::<2>().filter(|_| *first == b'%');
        let value = hexadecimal
            .and_then(|pair| core::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match value {
            Some(value) => {
                bytes.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn period(span: &Interval, zone: i16) -> Json {
    let start = span
        .from()
        .map(|from| ("start", written(from, zone, false)));
    let end = span
        .until()
        .map(|until| ("end", written(until, zone, true)));
    let members = start.into_iter().chain(end);
    Json::object(members.map(|(name, text)| (name, Json::string(&text))))
}

fn author(attribute: &str, vocabulary: &Vocabulary) -> Json {
    let (_, value) = attribute.split_once('=').unwrap_or(("", attribute));
    let reference = match value.split_once(':') {
        Some(("http" | "https" | "urn", _)) | None => referring(value),
        Some(_) => match coded(value, vocabulary) {
            Json::Object(members) => {
                let text = |place: usize| members.get(place).map(|(_, it)| it.clone());
                let identifier = [("system", text(0)), ("value", text(1))];
                let identifier = identifier
                    .into_iter()
                    .filter_map(|(name, it)| Some((name, it?)));
                Json::object([("identifier", Json::object(identifier))])
            }
            other => other,
        },
    };
    let role = Json::object([("coding", Json::array([coding(ROLES, "AUT")]))]);
    Json::object([("role", role), ("reference", reference)])
}
