//! From systems and codes to labels.

use super::*;
use CodingFault::{Abstract, Code, Spelling, System, Value};

const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

#[test]
fn a_closed_place_takes_its_own_system_only() {
    let hv1 = hv1();
    let coding = |set, system, code| hv1.coding(set, system, code).map(|it| it.code());
    assert_eq!(coding(CodeSet::Purpose, ACT_REASON, "TREAT"), Ok("TREAT"));
    for (set, system, code, fault) in [
        (CodeSet::Purpose, ACT_CODE, "TREAT", System),
        (
            CodeSet::Purpose,
            "http://example.org/policies/purposeOfUse",
            "FooBar",
            System,
        ),
        (CodeSet::Purpose, ACT_REASON, "FooBar", Code),
        (CodeSet::Purpose, ACT_REASON, "treat", Code),
        (CodeSet::Purpose, ACT_REASON, "TREAT ", Code),
        (CodeSet::Purpose, ACT_REASON, "PurposeOfUse", Abstract),
        (
            CodeSet::Purpose,
            "http://hl7.org/fhir/v3/ActReason",
            "TREAT",
            Spelling,
        ),
        (
            CodeSet::Purpose,
            "urn:oid:2.16.840.1.113883.5.8",
            "TREAT",
            Spelling,
        ),
        (CodeSet::Purpose, "", "TREAT", System),
        (CodeSet::Sensitivity, ACT_CODE, "SICKLE", Code),
        (CodeSet::Sensitivity, ACT_CODE, "OPTIN", Code),
        (
            CodeSet::Sensitivity,
            "http://terminology.hl7.org/ValueSet/v3-InformationSensitivityPolicy",
            "HIV",
            System,
        ),
    ] {
        assert_eq!(coding(set, system, code), Err(fault), "{system} {code}");
    }
    for other in [
        "http://terminology.hl7.org/CodeSystem/v3-ActReason/",
        "https://terminology.hl7.org/CodeSystem/v3-ActReason",
        "http://terminology.hl7.org/codesystem/v3-actreason",
        "http://terminology.hl7.org/CodeSystem/v3-ActReason|3.1.0",
        " http://terminology.hl7.org/CodeSystem/v3-ActReason",
    ] {
        assert_eq!(
            coding(CodeSet::Purpose, other, "TREAT"),
            Err(Spelling),
            "{other}"
        );
    }
}

#[test]
fn a_security_label_is_of_some_set() {
    let hv1 = hv1();
    for (code, set) in [
        ("HIV", CodeSet::Sensitivity),
        ("REDACT", CodeSet::Obligation),
        ("NORDSCLCD", CodeSet::Refrain),
        ("OPTIN", CodeSet::Directive),
        ("INFA", CodeSet::ConsentType),
        ("42CFRPart2", CodeSet::Law),
    ] {
        assert_eq!(hv1.classify(ACT_CODE, code).unwrap().set(), set, "{code}");
    }
    let conf = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    assert_eq!(
        hv1.classify(conf, "R").unwrap().set(),
        CodeSet::Confidentiality
    );
    assert_eq!(hv1.classify(conf, "HIV"), Err(Code));
    assert_eq!(hv1.classify(ACT_CODE, "AMB"), Err(Code));
    assert_eq!(hv1.classify(ACT_CODE, "_ObligationPolicy"), Err(Code));
    assert_eq!(
        hv1.classify(ACT_CODE, "_ActConsentDirective"),
        Err(Abstract)
    );
    assert_eq!(hv1.classify("http://loinc.org", "8480-6"), Err(System));
    assert_eq!(hv1.classify("http://elsewhere.example", "N"), Err(System));
}

#[test]
fn no_code_of_one_system_is_in_two_sets() {
    let hv1 = hv1();
    for set in CodeSet::ALL {
        for concept in hv1.concepts(set).filter(|it| !it.has(Property::Abstract)) {
            for (system, ..) in hv1.sources(set) {
                assert_eq!(hv1.classify(system, concept.code()), Ok(concept));
            }
        }
    }
}

#[test]
fn values_of_labels() {
    let hv1 = hv1();
    let value = |system, code| hv1.code_value(system, code);
    let mii = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3";
    let duo = "http://purl.obolibrary.org/obo/duo.owl";
    for (system, code, expected) in [
        ("http://loinc.org", "8480-6", "loinc:8480-6"),
        ("http://snomed.info/sct", "38341003", "sct:38341003"),
        (
            "urn:ietf:bcp:13",
            "application/hl7-cda+xml",
            "mime:application/hl7-cda+xml",
        ),
        (
            "http://purl.obolibrary.org/obo/mondo.owl",
            "MONDO:0005148",
            "mondo:MONDO:0005148",
        ),
        (duo, "DUO:0000042", "duo:DUO:0000042"),
        (
            "http://hospital.example/codes/",
            "A=1",
            "sys:http%3A%2F%2Fhospital.example%2Fcodes%2F#A=1",
        ),
        ("urn:oid:1.2.3", "x", "sys:urn%3Aoid%3A1.2.3#x"),
        (
            "http://loinc.org.example",
            "x",
            "sys:http%3A%2F%2Floinc.org.example#x",
        ),
        (
            ACT_CODE,
            "AMB",
            "sys:http%3A%2F%2Fterminology.hl7.org%2FCodeSystem%2Fv3-ActCode#AMB",
        ),
    ] {
        assert_eq!(value(system, code).as_deref(), Ok(expected));
        let label = std::format!("code={expected}");
        crate::policy::Labels::parse([&*label]).unwrap();
    }
    assert_eq!(
        value(mii, "2.16.840.1.113883.3.1937.777.24.5.3.6").as_deref(),
        Ok("mii:2.16.840.1.113883.3.1937.777.24.5.3.6")
    );
    // 200 bytes of a value, and one more.
    let longest = std::format!("http://a.example/{}", "a".repeat(68));
    let code = "x".repeat(102);
    let longer = std::format!("{code}x");
    assert_eq!(value(&longest, &code).unwrap().len(), 200);
    let long = "a".repeat(129);
    let url = std::format!("http://a.example/{}", "a".repeat(180));
    for (system, code, fault) in [
        ("http://loinc.org/", "8480-6", Spelling),
        ("https://loinc.org", "8480-6", Spelling),
        ("http://www.loinc.org", "8480-6", Spelling),
        ("HTTP://LOINC.ORG", "8480-6", Spelling),
        ("http://snomed.info/sct/731000124108", "38341003", Spelling),
        ("urn:oid:2.16.840.1.113883.6.1", "8480-6", Spelling),
        ("http://a.example/ValueSet/x", "x", System),
        ("http://a.example/fhir/valueset/x", "x", System),
        ("hospital.example/codes", "x", System),
        ("http:", "x", System),
        ("", "x", System),
        (mii, "2.16.840.1.113883.3.1937.777.24.5.3.999", Code),
        (duo, "0000042", Code),
        (duo, "DUO:0000017", Abstract),
        ("http://loinc.org", "", Value),
        ("http://loinc.org", "a b", Value),
        ("http://loinc.org", "a,b", Value),
        ("http://loinc.org", "é", Value),
        ("http://loinc.org", "-", Value),
        ("http://loinc.org", &long, Value),
        (&url, "x", Value),
        (&longest, &longer, Value),
    ] {
        assert_eq!(value(system, code), Err(fault), "{system} {code}");
    }
    assert_eq!(
        hv1.meant_system("HTTP://www.LOINC.org/"),
        Some("http://loinc.org")
    );
    assert_eq!(
        hv1.meant_system("urn:oid:2.16.840.1.113883.5.8"),
        Some(ACT_REASON)
    );
    assert_eq!(
        hv1.meant_system("https://hl7.org/fhir/v3/ActCode/"),
        Some(ACT_CODE)
    );
    assert_eq!(hv1.meant_system("http://loinc.org"), None);
    assert_eq!(hv1.meant_system("http://a.example"), None);
    assert!(Spelling.is_of_system() && System.is_of_system());
    assert!(!Code.is_of_system() && !Abstract.is_of_system() && !Value.is_of_system());
    let said = [System, Spelling, Code, Abstract, Value].map(|it| std::format!("{it}"));
    let words = ["unknown", "spelled", "no such", "groups", "label"];
    assert!(said.iter().zip(words).all(|(it, word)| it.contains(word)));
}

#[test]
fn aliases_both_ways() {
    let hv1 = hv1();
    assert_eq!(hv1.alias_of("http://loinc.org"), Some("loinc"));
    assert_eq!(hv1.alias_of("http://loinc.org/"), None);
    assert_eq!(hv1.system_of("sct"), Some("http://snomed.info/sct"));
    assert_eq!(hv1.system_of("sys"), None);
    assert_eq!(hv1.system_of("cvx"), None);
}
