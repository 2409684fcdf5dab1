//! The German research consent.

use super::*;

#[test]
fn a_german_research_consent_permits_what_it_names_and_nothing_else() {
    let nested = "/provision/provision/0";
    becomes(Mii2025, &mii(), "compiles", "one policy");
    for (change, expected, reason) in [
        (
            (
                "/scope",
                concept(
                    "http://terminology.hl7.org/CodeSystem/consentscope",
                    "patient-privacy",
                ),
            ),
            "E02 Consent.scope",
            "not about research",
        ),
        (
            ("/provision/type", json!("permit")),
            "E04 Consent.provision.type",
            "starts from a denial",
        ),
        (
            ("/provision/type", Value::Null),
            "E03 Consent.provision.type",
            "says nothing",
        ),
        (
            ("/provision", Value::Null),
            "E03 Consent.provision",
            "says nothing",
        ),
        (
            ("/policyRule", concept(ACT_CODE, "OPTIN")),
            "E04 Consent.policyRule",
            "starts from a denial",
        ),
        (
            ("/provision/purpose", json!([coding(ACT_REASON, "HRESCH")])),
            "E01 Consent.provision",
            "criteria belong into the permits",
        ),
        (
            ("/provision/provision/0/type", json!("deny")),
            "E07 Consent.provision.provision[0].type",
            "denied already",
        ),
        (
            ("/provision/provision/0/type", Value::Null),
            "E06 Consent.provision.provision[0]",
            "says nothing",
        ),
        (
            ("/provision/provision/0/code", Value::Null),
            "E11 Consent.provision.provision[0].code",
            "permits which policy?",
        ),
        (
            (
                "/provision/provision/0/code/0",
                concept("http://loinc.org", "8480-6"),
            ),
            "E09 Consent.provision.provision[0].code[0].coding[0]",
            "no policy",
        ),
        (
            (
                "/provision/provision/0/code/0",
                concept(MII, "2.16.840.1.113883.3.1937.777.24.5.3.9999"),
            ),
            "E10 Consent.provision.provision[0].code[0].coding[0]",
            "no such policy",
        ),
        (
            (
                "/provision/provision/0/purpose",
                json!([coding(ACT_REASON, "HMARKT")]),
            ),
            "E02 Consent.scope",
            "not for research",
        ),
        (
            ("/extension/0/extension/0/valueReference/extra", json!(1)),
            "E01 Consent.extension[0].extension[0].valueReference.extra",
            "inside a known extension too",
        ),
        (
            (
                "/extension/0/extension/-",
                json!({"url": "until", "valueDate": "2030"}),
            ),
            "E01 Consent.extension[0].extension[2]",
            "inside a known extension too",
        ),
        (
            ("/extension/0/valueString", json!("x")),
            "E01 Consent.extension[0].valueString",
            "inside a known extension too",
        ),
    ] {
        becomes(Mii2025, &with(mii(), &[change]), expected, reason);
    }
    let inside =
        json!([{"type": "deny", "code": [concept(MII, "2.16.840.1.113883.3.1937.777.24.5.3.8")]}]);
    becomes(
        Mii2025,
        &with(mii(), &[(&format!("{nested}/provision"), inside)]),
        "E01 Consent.provision.provision[0].provision[0]",
        "no exceptions to permits",
    );
}
