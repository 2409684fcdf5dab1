//! Elements, extensions and values that FHIR does not have, or not like this.

use super::*;

#[test]
fn structure_is_checked_to_the_last_member() {
    let unknown = json!([{"url": "https://hospital.example/extension", "valueBoolean": true}]);
    for (change, expected, reason) in [
        (
            (
                "/contained",
                json!([{"resourceType": "Patient", "id": "p"}]),
            ),
            "E01 Consent.contained",
            "resources inside are not read",
        ),
        (
            ("/implicitRules", json!("https://hospital.example/rules")),
            "E01 Consent.implicitRules",
            "may change everything",
        ),
        (
            ("/modifierExtension", unknown.clone()),
            "E01 Consent.modifierExtension",
            "may change everything",
        ),
        (
            ("/provision/actor/0/modifierExtension", unknown.clone()),
            "E01 Consent.provision.actor[0].modifierExtension",
            "at any depth",
        ),
        (
            ("/extension", unknown.clone()),
            "E01 Consent.extension[0]",
            "unknown extensions may change the meaning in practice",
        ),
        (
            ("/meta/extension", unknown.clone()),
            "E01 Consent.meta.extension[0]",
            "also where nothing depends on it",
        ),
        (
            ("/_status", json!({"extension": unknown})),
            "E01 Consent._status.extension[0]",
            "an extension of a value",
        ),
        (
            ("/_status", json!({"id": "s"})),
            "compiles",
            "an id of a value",
        ),
        (
            ("/_patient", json!({"id": "s"})),
            "E01 Consent._patient",
            "only values have such a member",
        ),
        (
            ("/_language", Value::String("x".into())),
            "E11 Consent._language",
            "an object is wanted",
        ),
        (
            ("/meta/_profile", json!([null])),
            "E01 Consent.meta._profile",
            "extensions in lists of values are not read",
        ),
        (
            ("/provision/code", concept("http://loinc.org", "8480-6")),
            "E11 Consent.provision.code",
            "an object where FHIR has a list",
        ),
        (
            ("/provision/period", json!([{"start": "2026"}])),
            "E11 Consent.provision.period",
            "a list where FHIR has an object",
        ),
        (
            ("/provision", json!([{"type": "permit"}])),
            "E11 Consent.provision",
            "R4 has one root provision",
        ),
        (
            ("/organization", json!([])),
            "E11 Consent.organization",
            "empty lists are no FHIR",
        ),
        (
            ("/organization/0", json!({})),
            "E11 Consent.organization[0]",
            "empty objects are no FHIR",
        ),
        (
            ("/organization/0/display", json!("")),
            "E11 Consent.organization[0].display",
            "empty strings are no FHIR",
        ),
        (
            ("/organization/0/display", json!(7)),
            "E11 Consent.organization[0].display",
            "a number where FHIR has text",
        ),
        (
            ("/verification/0/verified", json!("true")),
            "E11 Consent.verification[0].verified",
            "text where FHIR has a truth value",
        ),
        (
            ("/dateTime", json!("2026-02-30")),
            "E11 Consent.dateTime",
            "no such day",
        ),
        (
            ("/dateTime", json!("2026-02-03T10:00:00")),
            "E11 Consent.dateTime",
            "a time without its zone",
        ),
        (
            ("/meta/lastUpdated", json!("2026-02-03")),
            "E11 Consent.meta.lastUpdated",
            "an instant is exact",
        ),
        (("/id", json!("a b")), "E11 Consent.id", "no id"),
        (
            ("/provision/purpose/0/system", json!(" http://x")),
            "E11 Consent.provision.purpose[0].system",
            "no address",
        ),
        (
            ("/sourceAttachment/data", json!("%%%")),
            "E11 Consent.sourceAttachment.data",
            "no base64",
        ),
        (
            ("/sourceAttachment/size", json!("8")),
            "E11 Consent.sourceAttachment.size",
            "R4 has a number here",
        ),
        (
            ("/provision/data/0/meaning", json!("nearby")),
            "E10 Consent.provision.data[0].meaning",
            "no such meaning",
        ),
        (
            ("/decision", json!("permit")),
            "E01 Consent.decision",
            "an element of R5",
        ),
        (
            ("/subject", json!({"reference": "Patient/ada"})),
            "E01 Consent.subject",
            "an element of R5",
        ),
        (
            ("/provision/expression", json!({"expression": "true"})),
            "E01 Consent.provision.expression",
            "an element of R5",
        ),
        (
            ("/text/div", json!("Hello")),
            "E11 Consent.text.div",
            "no XHTML",
        ),
        (
            ("/text/extra", json!(1)),
            "E01 Consent.text.extra",
            "no element of a narrative",
        ),
        (
            ("/a b\n", json!(1)),
            "E01 Consent.`a b\\u{a}`",
            "whatever it is called",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
    for name in ["status", "scope", "category", "patient"] {
        let path = format!("E11 Consent.{name}");
        becomes(
            R4Typed,
            &with(r4(), &[(&format!("/{name}"), Value::Null)]),
            &path,
            "must be there",
        );
    }
    let text = r4()
        .to_string()
        .replace("\"language\":\"en\",\"meta\"", "\"language\":null,\"meta\"");
    let answer = compiled(text.as_bytes(), &options(R4Typed), &NoResolver);
    assert_eq!(outcome(&answer), "E11 Consent.language", "null is no value");
}

#[test]
fn extensions_are_known_one_by_one() {
    let extension = |name: &str, value: Value| {
        let url = format!("http://hl7.org/fhir/StructureDefinition/{name}");
        json!([{"url": url, "valueReference": value}])
    };
    let person = json!({"reference": "Practitioner/1"});
    for (change, expected, reason) in [
        (
            ("/extension", extension("consent-Witness", person.clone())),
            "compiles",
            "who saw it signed changes nothing",
        ),
        (
            ("/extension", extension("consent-Witness", json!("me"))),
            "E11 Consent.extension[0].valueReference",
            "a known extension has its own type",
        ),
        (
            (
                "/provision/extension",
                extension("consent-location", person),
            ),
            "E01 Consent.provision.extension[0]",
            "restricts the provision to a place",
        ),
        (
            ("/extension", json!([{"valueString": "x"}])),
            "E11 Consent.extension[0].url",
            "of which kind?",
        ),
        (
            (
                "/extension",
                json!([{"url": "http://hl7.org/fhir/StructureDefinition/translation"}]),
            ),
            "E11 Consent.extension[0]",
            "says nothing",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
}
