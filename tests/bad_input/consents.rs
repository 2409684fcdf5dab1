//! Consents from anybody: damaged, huge, deep, with very many parts.

use hippocrypt::consent::Reading;
use hippocrypt::consent::vocabulary::Vocabulary;
use hippocrypt::fhir::{Context, Document, Failure, NoResolver, Options, compile};
use hippocrypt::{Error, Result};

use super::counting::peak;
use super::trials::each_damage;

const GOOD: &str = r#"{
  "resourceType": "Consent", "id": "c", "status": "active",
  "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
  "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
  "patient": {"reference": "Patient/1"}, "dateTime": "2026-03-01", "performer": [{"reference": "Patient/1"}],
  "provision": {
    "type": "permit", "period": {"start": "2026-03-01", "end": "2027-02-28"},
    "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}],
    "provision": [{"type": "deny", "securityLabel": [
      {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}
    ]}]
  }
}"#;

/// A document of the largest size must fit in this, whatever it holds: a tree has at most 262,144
/// values of 40 bytes, of which a growing list may hold three times as many for a moment.
const MEMORY: usize = 48 << 20;

fn bounded_compile(vocabulary: &Vocabulary, bytes: &[u8]) -> core::result::Result<(), Error> {
    let (answer, memory) = peak(|| {
        let document = Document::parse(bytes)?;
        let options = Options::new(Reading::R4Typed);
        match compile(&document, &options, vocabulary, &NoResolver, [7; 32]) {
            Ok(_) => Ok(()),
            Err(failure) => Err(failure.error()),
        }
    });
    assert!(memory < MEMORY, "{memory} bytes for {}", bytes.len());
    answer
}

#[test]
fn damaged_consents() {
    let vocabulary = Vocabulary::hv1().unwrap();
    assert_eq!(bounded_compile(&vocabulary, GOOD.as_bytes()), Ok(()));
    // A digit or letter that changed may still be a consent; a panic or hunger for memory is not.
    each_damage(60, GOOD.as_bytes(), |_, bad| {
        let _ = bounded_compile(&vocabulary, bad);
    });
    // Bytes behind it and missing ones are always seen.
    let parse = |bytes: &[u8]| -> Result<()> { Document::parse(bytes).map(drop) };
    assert_eq!(parse(GOOD.as_bytes()), Ok(()));
    for length in 0..GOOD.len() {
        assert!(parse(&GOOD.as_bytes()[..length]).is_err(), "{length}");
    }
}

#[test]
fn consents_as_large_as_they_may_be() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let head = &GOOD[..GOOD.rfind('}').unwrap()];
    let all = 4 << 20;
    let filled = |open: &str, item: &dyn Fn(usize) -> String, close: &str| {
        let mut text = format!("{head}, {open}");
        let mut number = 0;
        loop {
            let next = item(number);
            if text.len() + next.len() + close.len() + 2 > all {
                break;
            }
            if number > 0 {
                text.push(',');
            }
            text += &next;
            number += 1;
        }
        text + close + "}"
    };
    for (name, text, code) in [
        ("numbers", filled("\"x\": [", &|_| "0".into(), "]"), 119),
        ("empty lists", filled("\"x\": [", &|_| "[]".into(), "]"), 119),
        ("members", filled("", &|n| format!("\"{n:x}\":\"\""), ""), 119),
        ("long names", filled("", &|n| format!("\"{n:060}\":\"\""), ""), 601),
        ("extensions", filled("\"extension\": [", &|_| "{\"url\":\"http://a.example/extension/unknown\"}".into(), "]"), 601),
        ("one string", format!("{head}, \"x\": \"{}\"}}", "a".repeat(3 << 20)), 601),
        ("escapes", filled("\"x\": [\"", &|_| "\\u00e9\\ud83c\\udfe5".into(), "\"]"), 601),
        ("provisions", filled("\"x\": {\"provision\": [", &|_| "{\"type\":\"deny\",\"id\":\"01234567890123456789012345678\"}".into(), "]}"), 601),
        ("performers", GOOD.replace("[{\"reference\": \"Patient/1\"}]", &format!("[{}{{\"reference\":\"Patient/2\"}}]", "{\"reference\":\"Patient/2\"},".repeat(80_000))), 621),
        ("codings", GOOD.replace("\"type\": \"permit\"", &format!("\"type\": \"permit\", \"code\": [{{\"coding\": [{}{{}}]}}]", "{\"system\":\"http://loinc.org\",\"code\":\"1-1\"},".repeat(40_000))), 611),
        ("same codings", GOOD.replace("\"type\": \"permit\"", &format!("\"type\": \"permit\", \"code\": [{{\"coding\": [{}{{\"system\":\"http://loinc.org\",\"code\":\"1-1\"}}]}}]", "{\"system\":\"http://loinc.org\",\"code\":\"1-1\"},".repeat(40_000))), 0),
        ("denials", GOOD.replace("\"provision\": [{", &format!("\"provision\": [{}{{", "{\"type\":\"deny\"},".repeat(100_000))), 2),
    ] {
        let answer = bounded_compile(&vocabulary, text.as_bytes());
        let found = answer.as_ref().map_or_else(Error::code, |()| 0);
        assert_eq!(found, code, "{name} ({} bytes): {answer:?}", text.len());
    }
    let deep = "[".repeat(2 << 20);
    assert!(matches!(
        bounded_compile(&vocabulary, deep.as_bytes()),
        Err(Error::Json(64, _))
    ));
    let long = vec![b' '; all + 1];
    assert!(matches!(
        bounded_compile(&vocabulary, &long),
        Err(Error::Json(..))
    ));
}

#[test]
fn contexts_from_anybody() {
    let cycle = br#"{"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Group", "id": "1", "actual": true,
                      "member": [{"entity": {"reference": "Group/1"}}]}},
        {"fullUrl": "Group/2", "resource": {"resourceType": "Group", "id": "1", "actual": 1, "member": {}}},
        {"fullUrl": "", "resource": {"resourceType": "CareTeam"}}
    ]}"#;
    let document = Document::parse(cycle).unwrap();
    let mut context = Context::new(None).unwrap();
    assert!(matches!(context.add(&document), Err(Error::Duplicate(_))));
    let text = GOOD.replace(
        "\"purpose\"",
        r#""actor": [{"role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
           "reference": {"reference": "Group/1"}}], "purpose""#,
    );
    let document = Document::parse(text.as_bytes()).unwrap();
    let vocabulary = Vocabulary::hv1().unwrap();
    let options = Options::new(Reading::R4Typed);
    let answer = compile(&document, &options, &vocabulary, &context, [7; 32]);
    assert!(matches!(answer, Err(Failure::Refused(it)) if it.error() == Error::Actor));
}
