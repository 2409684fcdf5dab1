//! Tables of phrases.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

use super::super::phrase::KEYS;
use super::super::*;
use super::samples;

const ENGLISH: &str = include_str!("../english.txt");

/// A language in which every phrase is its key and its places.
fn keys() -> Phrases {
    let mut table = String::from("hippocrypt phrases 1 x-keys\n");
    for key in KEYS {
        let places: String = key.places.iter().map(|it| format!("|{{{it}}}")).collect();
        if key.by_audience {
            table += &format!("{}@patient <{}>p{places}\n", key.name, key.name);
            table += &format!("{}@carer <{}>c{places}\n", key.name, key.name);
        } else {
            table += &format!("{} <{}>{places}\n", key.name, key.name);
        }
    }
    Phrases::read(&table).unwrap()
}

#[test]
fn every_key_is_used_and_every_place_is_filled() {
    let vocabulary = Vocabulary::hv1().unwrap();
    for audience in Audience::ALL {
        let mut said = BTreeSet::new();
        for terms in samples::all() {
            let text = explain(&terms, &vocabulary, audience, &keys()).unwrap();
            let text = text.to_string();
            assert!(!text.contains('{') && !text.contains("||"), "{text}");
            let blank = |line: &str| line.ends_with('|') || line.contains("|<>");
            assert!(!text.lines().any(blank), "{text}");
            for part in text.split('<').skip(1) {
                said.insert(part.split('>').next().unwrap().to_string());
            }
        }
        let missing: alloc::vec::Vec<&str> = KEYS
            .iter()
            .map(|key| key.name)
            .filter(|name| !said.contains(*name))
            .collect();
        assert!(missing.is_empty(), "never said: {missing:?}");
    }
}

#[test]
fn what_programs_are_told_is_the_key_of_what_is_said() {
    let vocabulary = Vocabulary::hv1().unwrap();
    for terms in samples::all() {
        let text = explain(&terms, &vocabulary, Audience::Carer, &keys()).unwrap();
        for section in &text.sections {
            for line in &section.lines {
                let sentences: alloc::vec::Vec<&Sentence> = match line {
                    Line::Sentence(sentence) => [sentence].into(),
                    Line::Rule(rule) => [&rule.lead]
                        .into_iter()
                        .chain(&rule.conditions)
                        .chain(&rule.notes)
                        .collect(),
                };
                for it in sentences {
                    assert!(it.text.starts_with(&format!("<{}>", it.key)));
                }
            }
        }
    }
}

#[test]
fn the_english_table_is_english() {
    let english = Phrases::english().unwrap();
    assert_eq!(english.language(), "en");
    assert_eq!(
        Phrases::read(&format!("{ENGLISH}\n# more\n")),
        Ok(english.clone())
    );
    let padded = |bytes: usize| {
        let filling = "#".repeat(bytes - ENGLISH.len() - 1);
        Phrases::read(&format!("{ENGLISH}\n{filling}"))
    };
    assert_eq!(padded(1 << 20), Ok(english));
    let beyond = Err(crate::error::Error::Phrases(0, "at most 1 MiB"));
    assert_eq!(padded((1 << 20) + 1), beyond);
}

#[test]
fn sentences_are_short() {
    for line in ENGLISH.lines().skip(1).filter(|line| !line.is_empty()) {
        let (key, words) = line.split_once(' ').unwrap();
        for sentence in words.split(". ") {
            let count = sentence.split(' ').count();
            assert!(count <= 22, "{key}: {count} words: {sentence}");
        }
    }
}

#[test]
fn tables_are_complete_and_hold_nothing_else() {
    let with = |from: &str, to: &str| {
        assert!(ENGLISH.contains(from), "{from}");
        ENGLISH.replacen(from, to, 1)
    };
    let line = |start: &str| {
        ENGLISH
            .lines()
            .position(|it| it.starts_with(start))
            .unwrap()
            + 1
    };
    for (table, number, what) in [
        (
            String::new(),
            1,
            "hippocrypt phrases 1 and the language's tag",
        ),
        (
            with("phrases 1 en", "phrases 2 en"),
            1,
            "hippocrypt phrases 1 and the language's tag",
        ),
        (
            with("phrases 1 en", "phrases 1 e n"),
            1,
            "hippocrypt phrases 1 and the language's tag",
        ),
        (with("zone.utc UTC\n", ""), 0, "every key"),
        (
            with("title@carer", "title@patient"),
            line("title@carer"),
            "every key once",
        ),
        (
            with("zone.utc UTC\n", "zone.utc UTC\nzone.utc GMT\n"),
            line("zone.utc") + 1,
            "every key once",
        ),
        (
            with("title@patient", "title"),
            2,
            "@patient and @carer, exactly where both are addressed",
        ),
        (
            with("zone.utc", "zone.utc@carer"),
            line("zone.utc"),
            "@patient and @carer, exactly where both are addressed",
        ),
        (
            with("zone.utc", "zone.utc@nurse"),
            line("zone.utc"),
            "@patient or @carer",
        ),
        (
            with("zone.utc", "zone.gmt"),
            line("zone.utc"),
            "a known key",
        ),
        (
            with("zone.utc UTC", "zone.utc"),
            line("zone.utc"),
            "a key, a blank and words",
        ),
        (
            with("zone.utc UTC", "zone.utc  UTC"),
            line("zone.utc"),
            "words without blanks around them",
        ),
        (
            with("zone.utc UTC", "zone.utc "),
            line("zone.utc"),
            "words without blanks around them",
        ),
        (
            with("UTC{offset}", "UTC"),
            line("zone.offset"),
            "all places that the key has",
        ),
        (
            with("UTC{offset}", "UTC{offset}{zone}"),
            line("zone.offset"),
            "no other places than the key has",
        ),
        (
            with("UTC{offset}", "UTC{offset"),
            line("zone.offset"),
            "places as {name}",
        ),
        (
            with("UTC{offset}", "UTC{offset}}"),
            line("zone.offset"),
            "places as {name}",
        ),
        (
            with("zone.utc UTC", "zone.utc U\u{202e}TC"),
            line("zone.utc"),
            "text in normalisation form C",
        ),
        (
            with("zone.utc UTC", "zone.utc Ze\u{301}"),
            line("zone.utc"),
            "text in normalisation form C",
        ),
        (
            ENGLISH.to_string() + &"#".repeat(1 << 20),
            0,
            "at most 1 MiB",
        ),
    ] {
        assert_eq!(Phrases::read(&table), Err(Error::Phrases(number, what)));
    }
}

#[test]
fn another_language_may_order_places_otherwise() {
    let table = ENGLISH.replace(
        "list.or {before} or {last}",
        "list.or {last} oder {before} ({last})",
    );
    let phrases = Phrases::read(&table).unwrap();
    let phrase = Phrase::ListOr {
        before: "a {last}",
        last: "b",
    };
    assert_eq!(phrases.say(phrase, Audience::Carer), "b oder a {last} (b)");
}
