//! Codes and their systems.

use super::*;

#[test]
fn codes_are_those_of_the_vocabulary() {
    let label = |system, code| ("/provision/securityLabel/0", coding(system, code));
    let code = |value| ("/provision/code/0", value);
    for (change, expected, reason) in [
        (
            label(
                "http://terminology.hl7.org/ValueSet/v3-InformationSensitivityPolicy",
                "PSY",
            ),
            "E09 Consent.provision.securityLabel[0]",
            "the address of a value set",
        ),
        (
            label("http://hl7.org/fhir/v3/ActCode", "PSY"),
            "E09 Consent.provision.securityLabel[0]",
            "an earlier address",
        ),
        (
            label(ACT_CODE, "SICKLE"),
            "E10 Consent.provision.securityLabel[0]",
            "retired",
        ),
        (
            label(ACT_CODE, "psy"),
            "E10 Consent.provision.securityLabel[0]",
            "letter case counts",
        ),
        (
            label(CONFIDENTIALITY, "HIGH"),
            "E10 Consent.provision.securityLabel[0]",
            "no level",
        ),
        (
            label(ACT_REASON, "TREAT"),
            "E10 Consent.provision.securityLabel[0]",
            "a purpose is no label",
        ),
        (
            ("/provision/securityLabel/0", json!({"code": "N"})),
            "E09 Consent.provision.securityLabel[0]",
            "no system",
        ),
        (
            (
                "/provision/securityLabel/0",
                json!({"system": CONFIDENTIALITY}),
            ),
            "E09 Consent.provision.securityLabel[0]",
            "no code",
        ),
        (
            ("/provision/purpose/0", coding(ACT_REASON, "TREATMENT")),
            "E10 Consent.provision.purpose[0]",
            "a typing error",
        ),
        (
            (
                "/provision/purpose/0",
                coding("https://payer.example/purposes", "FooBar"),
            ),
            "E09 Consent.provision.purpose[0]",
            "a system of somebody's own",
        ),
        (
            ("/provision/action/0", json!({"text": "read"})),
            "E09 Consent.provision.action[0]",
            "no code",
        ),
        (
            (
                "/provision/action/0",
                concept(
                    "http://terminology.hl7.org/CodeSystem/consentaction",
                    "read",
                ),
            ),
            "E10 Consent.provision.action[0].coding[0]",
            "no such action",
        ),
        (
            (
                "/provision/class/0",
                coding("http://hl7.org/fhir/resource-types", "Observaton"),
            ),
            "E10 Consent.provision.class[0]",
            "a typing error denies nothing",
        ),
        (
            (
                "/provision/class/0",
                coding("http://hl7.org/fhir/consentcontentclass", "x"),
            ),
            "E09 Consent.provision.class[0]",
            "neither a type nor a document",
        ),
        (
            code(concept("http://loinc.org/", "8480-6")),
            "E09 Consent.provision.code[0].coding[0]",
            "a slash too many",
        ),
        (
            code(concept("LOINC", "8480-6")),
            "E09 Consent.provision.code[0].coding[0]",
            "no address",
        ),
        (
            code(json!({"text": "blood pressure"})),
            "E09 Consent.provision.code[0]",
            "words only",
        ),
        (
            code(concept(MII, "2.16.840.1.113883.3.1937.777.24.5.3.8")),
            "E09 Consent.provision.code[0].coding[0]",
            "a permission is no kind of data",
        ),
        (
            code(concept(
                "http://purl.obolibrary.org/obo/duo.owl",
                "DUO:0000018",
            )),
            "E24 Consent.provision.code[0].coding[0]",
            "not for profit: nobody can encrypt that",
        ),
        (
            code(
                json!({"coding": [coding("http://loinc.org", "8480-6"), coding("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "I10")]}),
            ),
            "compiles",
            "another country's codes, compared letter by letter",
        ),
        (
            code(json!({"coding": [coding("http://loinc.org", "8480-6"), {"display": "x"}]})),
            "E09 Consent.provision.code[0].coding[1]",
            "one of them has no code",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
    let owed = with(
        r4(),
        &[("/provision/securityLabel/-", coding(ACT_CODE, "NORDSCLCD"))],
    );
    let answer = compiled(owed.to_string().as_bytes(), &options(R4Typed), &NoResolver).unwrap();
    assert_eq!(answer.terms.obligations[..], ["NORDSCLCD"]);
    let denied = with(
        r4(),
        &[(
            "/provision/provision/0/securityLabel/-",
            coding(ACT_CODE, "NORDSCLCD"),
        )],
    );
    becomes(
        R4Typed,
        &denied,
        "E10 Consent.provision.provision[0].securityLabel[2]",
        "nobody owes anything for what they do not get",
    );
}
