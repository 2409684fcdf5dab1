//! The trials on vocabularies.

use hippocrypt::consent::vocabulary::Vocabulary;

use super::counting::peak;
use super::trials::{bounded, each_damage};

/// Two blocks, small enough for many trials.
fn vocabulary() -> Vocabulary {
    let mut text = "hippocrypt vocabulary 1 small -\n".to_owned();
    text += "section alias\nloinc http://loinc.org\n";
    text += "section spelling\nurn:oid:2.16.840.1.113883.6.1 http://loinc.org\n";
    text += "section conf\nsource http://a.example/conf 1 CC0-1.0 Levels\n";
    text += "L U - low\nM L - moderate\nN M - normal\nR N - restricted\n";
    text += "U - - unrestricted\nV R - very restricted\n";
    text += "section sens\nsource http://a.example/sens 1 CC0-1.0 Sensitivities\n";
    text += "BH - pinned behaviour\nCOGN BH pinned cognition\nHIV - pinned HIV\n";
    text += "section preset\nmental-health BH,COGN - mental health\n";
    let additions =
        "section sens\nsource http://b.example 2 CC0-1.0 Clinic\nHEPC - pinned Hepatitis\n";
    let small = Vocabulary::read(text.as_bytes()).unwrap();
    small.extend("small+clinic", additions).unwrap()
}

#[test]
fn damaged_texts_are_refused_or_are_others() {
    let good = vocabulary();
    each_damage(140, good.as_str().as_bytes(), |name, bad| {
        let (answer, memory) = peak(|| Vocabulary::read(bad));
        bounded(name, memory, bad.len());
        match answer {
            // A letter of a display, perhaps: another vocabulary, and its hash says so.
            Ok(other) => {
                assert_eq!(other.as_str().as_bytes(), bad, "{name}");
                assert_ne!(other.hash(), good.hash(), "{name}");
            }
            Err(error) => assert!([106, 120].contains(&error.code()), "{name}: {error}"),
        }
    });
}

#[test]
fn damaged_additions_are_refused_or_are_others() {
    let base = vocabulary();
    let additions =
        b"section alias\ncvx http://hl7.org/fhir/sid/cvx\nsection preset\nours HIV - ours\n";
    each_damage(141, additions, |name, bad| {
        let Ok(text) = std::str::from_utf8(bad) else {
            return;
        };
        let (answer, memory) = peak(|| base.extend("ours", text));
        bounded(name, memory, base.as_str().len() + bad.len());
        if let Ok(other) = answer {
            assert!(other.as_str().starts_with(base.as_str()), "{name}");
            assert_eq!(
                Vocabulary::read(other.as_str().as_bytes()),
                Ok(other),
                "{name}"
            );
        }
    });
}
