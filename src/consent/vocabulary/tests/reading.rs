//! One text, one vocabulary.

use std::string::{String, ToString};
use std::vec::Vec;

use super::*;
use crate::error::Error;

const SMALL: &str = "\
hippocrypt vocabulary 1 small -
section alias
loinc http://loinc.org
sct http://snomed.info/sct
section purpose
source http://a.example/purpose 1 CC0-1.0 Purposes
source http://b.example/purpose 1 CC0-1.0 Purposes
A - abstract all
B A - some
C A,B - few
section conf
source http://a.example/conf 1 CC0-1.0 Levels
L U - low
M L - moderate
N M - normal
R N - restricted
U - - unrestricted
V R - very restricted
section sens
source http://a.example/sens 1 CC0-1.0 Sensitivities
HIV - pinned HIV
";

fn read(text: &str) -> Result<Vocabulary> {
    Vocabulary::read(text.as_bytes())
}

/// The line at which the text is refused.
fn line(text: &str) -> usize {
    match read(text) {
        Err(Error::Vocabulary(line, _)) => line,
        other => panic!("{other:?}\n{text}"),
    }
}

#[test]
fn a_text_reads_as_itself() {
    let small = read(SMALL).unwrap();
    assert_eq!(small.as_str(), SMALL);
    assert_eq!(small.id(), "small");
    assert_eq!(*small.hash(), crate::symmetric::sha256(&[SMALL.as_bytes()]));
    assert_eq!(
        small.lineage().collect::<Vec<_>>(),
        [("small", small.hash())]
    );
    let sources: Vec<_> = small.sources(CodeSet::Purpose).collect();
    assert_eq!(
        sources[1],
        ("http://b.example/purpose", "1", "CC0-1.0", "Purposes")
    );
    assert!(small.is_within(CodeSet::Purpose, "C", "A"));
    assert_eq!(std::format!("{small:?}"), "Vocabulary(small)");
    assert_eq!(small, read(SMALL).unwrap());
    assert_ne!(small, hv1());
}

#[test]
fn every_shorter_text_is_another_or_refused() {
    for length in 0..SMALL.len() {
        if let Ok(shorter) = read(&SMALL[..length]) {
            assert!(SMALL[..length].ends_with('\n'));
            assert_ne!(shorter.hash(), read(SMALL).unwrap().hash());
        }
    }
    let whole = SMALL.lines().count();
    assert_eq!(line(&SMALL[..SMALL.len() - 1]), whole);
    assert_eq!(line(&std::format!("{SMALL}\n")), whole + 1);
    assert_eq!(line(""), 1);
}

#[test]
fn what_is_not_canonical_is_refused_at_its_line() {
    for (from, to, at) in [
        ("vocabulary 1 small", "vocabulary 2 small", 1),
        ("small -", "small 00", 1),
        ("small -", "small", 1),
        ("small -\n", "small -\n\n", 2),
        ("small -\n", "small -\r\n", 1),
        ("alias\nloinc", "alias\nsct2 http://a.example\nloinc", 4),
        ("alias\nloinc", "alias\nloinc http://loinc.org\nloinc", 4),
        ("loinc http://loinc.org", "loinc  http://loinc.org", 3),
        ("loinc http://loinc.org", "loinc loinc.org", 3),
        ("section purpose", "section purposes", 5),
        ("section sens\n", "section purpose\n", 19),
        ("section sens\n", "section sens\nsection mii\n", 20),
        ("section conf\n", "section conf \n", 11),
        ("1 CC0-1.0 Levels", "1 CC0-1.0", 12),
        ("1 CC0-1.0 Levels", "1 CC0-1.0 Levels ", 12),
        (
            "source http://a.example/purpose",
            "source http://c.example/purpose",
            7,
        ),
        (
            "source http://b.example/purpose",
            "source http://a.example/purpose",
            7,
        ),
        ("B A - some", "C A - some", 10),
        ("B A - some", "D A - some", 10),
        ("B A - some", "B A  some", 9),
        ("B A - some", "B  - some", 9),
        ("B A - some", "B A some", 9),
        ("B A - some", "B X - some", 9),
        ("B A - some", "B C - some", 9),
        ("B A - some", "B A, - some", 9),
        ("B A - some", "B A pinned some", 9),
        ("B A - some", "B A deprecated,abstract some", 9),
        ("B A - some", "B A abstract,abstract some", 9),
        ("B A - some", "B A - so\u{202E}me", 9),
        ("C A,B - few", "C B,A - few", 10),
        ("C A,B - few", "C A,A - few", 10),
        ("N M - normal", "N - - normal", 22),
        ("V R - very", "X V - top\nV R - very", 19),
        ("V R - very", "V R - very restricted\nX V - top", 23),
        ("M L - moderate\n", "", 14),
        ("N M - normal", "N M deprecated normal", 15),
    ] {
        assert!(SMALL.contains(from), "{from}");
        assert_eq!(line(&SMALL.replacen(from, to, 1)), at, "{from:?} {to:?}");
    }
    let mut bytes = SMALL.as_bytes().to_vec();
    bytes[40] = 0xFF;
    assert_eq!(Vocabulary::read(&bytes), Err(Error::Vocabulary(2, "UTF-8")));
    let long = |length| Vocabulary::read(&std::vec![b'a'; length]);
    let lacking = Error::Vocabulary(1, "a line feed at the end");
    assert_eq!(long(1 << 20), Err(lacking));
    assert_eq!(long((1 << 20) + 1), Err(Error::Length("vocabulary")));
}

/// The fault of a code's line.
fn fault(line: &str) -> Option<&'static str> {
    match read(&SMALL.replacen("HIV - pinned HIV", line, 1)) {
        Err(Error::Vocabulary(_, what)) => Some(what),
        other => other.err().map(|error| panic!("{error}")),
    }
}

#[test]
fn fields_of_a_line_have_their_lengths() {
    let code = |length| fault(&std::format!("{} - - x", "A".repeat(length)));
    assert_eq!(code(128), None);
    assert_eq!(code(129), Some("a code of 1 to 128 bytes"));
    let display = |length| fault(&std::format!("HIV - - {}", "x".repeat(length)));
    let refused = Some("a display of 1 to 255 bytes without blanks at its ends");
    assert_eq!(display(255), None);
    assert_eq!(display(256), refused);
    assert_eq!(display(257), refused);
    assert_eq!(display(0), refused);
    assert_eq!(fault("HIV - -  x"), refused);
    let whole = "HIV - - ".len();
    assert_eq!(display(4_096 - whole), refused);
    for length in [4_097, 4_098] {
        let refused = Some("a line of at most 4,096 bytes");
        assert_eq!(display(length - whole), refused);
    }
}

#[test]
fn systems_are_absolute_uris() {
    let system = |uri: &str| {
        let more = std::format!("section alias\nours {uri}\n");
        read(SMALL).unwrap().extend("ours", &more).is_ok()
    };
    for uri in ["http://a.example", "urn:oid:1.2", "u2:x"] {
        assert!(system(uri), "{uri}");
    }
    for uri in ["a.example", "2u:x", "U:x", "u-r:x", "urn:", ":x", "u_:x"] {
        assert!(!system(uri), "{uri}");
    }
}

#[test]
fn hashes_are_written_in_lower_case() {
    assert_eq!(super::read::hex(&[0x01, 0xab, 0xf0]), "01abf0");
}

#[test]
fn a_block_names_the_text_before_it() {
    let small = read(SMALL).unwrap();
    let ours = small
        .extend(
            "ours",
            "section alias\nnpi http://hl7.org/fhir/sid/us-npi\n",
        )
        .unwrap();
    let text = ours.as_str();
    assert!(text.starts_with(SMALL));
    let head = SMALL.lines().count() + 1;
    // One letter of the base changed, or of its hash, or another base.
    assert_eq!(
        line(&text.replacen("HIV - pinned", "HIW - pinned", 1)),
        head
    );
    assert_eq!(line(&text.replacen("ours ", "ours A", 1)), head);
    let upper = text
        .lines()
        .nth(head - 1)
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap();
    assert_eq!(line(&text.replacen(upper, &upper.to_uppercase(), 1)), head);
    assert_eq!(line(&text.replacen(upper, "-", 1)), head);
    assert_eq!(line(&text.replacen("1 ours", "1 small", 1)), head);
    assert_eq!(line(text.strip_prefix(SMALL).unwrap()), 1);
    // A base can't rest on what came after it.
    let below = SMALL.replacen("HIV - pinned", "HIV NEW pinned", 1);
    assert_eq!(line(&below), 21);
}

#[test]
fn limits() {
    let many = |count: usize, line: &dyn Fn(usize) -> String| {
        let lines: String = (0..count).map(line).collect();
        read(&SMALL.replacen("HIV - pinned HIV\n", &lines, 1))
    };
    let pinned = |number| std::format!("{number:05} - pinned x\n");
    assert_eq!(many(1_024, &pinned).unwrap().pinned().count(), 1_024);
    assert!(matches!(
        many(1_025, &pinned),
        Err(Error::Vocabulary(_, "at most 1,024 pinned codes"))
    ));
    let codes = |number| std::format!("{number:05} - - x\n");
    assert!(many(4_096, &codes).is_ok());
    assert!(matches!(
        many(4_097, &codes),
        Err(Error::Vocabulary(4_117, _))
    ));
    let more = |section: &str, count: usize, line: &dyn Fn(usize) -> String| {
        let lines: String = (0..count).map(line).collect();
        let additions = std::format!("section {section}\n{lines}");
        read(SMALL).unwrap().extend("ours", &additions).map(drop)
    };
    let beyond = Err(Error::Vocabulary(4_096, "at most 4,096 lines of a section"));
    let alias = |number| std::format!("a{number:05} http://a.example/{number}\n");
    // Two stand in the base.
    assert_eq!(more("alias", 4_094, &alias), Ok(()));
    assert_eq!(more("alias", 4_095, &alias), beyond);
    let spelling = |number| std::format!("urn:a:{number:05} http://loinc.org\n");
    assert_eq!(more("spelling", 4_096, &spelling), Ok(()));
    assert!(more("spelling", 4_097, &spelling).is_err());
    let preset = |number| std::format!("p{number:05} HIV - x\n");
    assert_eq!(more("preset", 4_096, &preset), Ok(()));
    assert!(more("preset", 4_097, &preset).is_err());
    let source = |number: usize| match number {
        0 => "Z - - x\n".to_string(),
        _ => std::format!("source http://a.example/{number} 1 CC0-1.0 x\n"),
    };
    // Four stand in the base.
    assert_eq!(more("sens", 1 + 252, &source), Ok(()));
    assert!(more("sens", 1 + 253, &source).is_err());
    let chain = |number: usize| match number {
        0 => "00000 - - x\n".to_string(),
        _ => std::format!("{number:05} {:05} - x\n", number - 1),
    };
    assert!(many(65, &chain).is_ok());
    assert!(matches!(many(66, &chain), Err(Error::Vocabulary(86, _))));
    let circle = |number: usize| std::format!("{number:05} {:05} - x\n", (number + 1) % 3);
    assert_eq!(
        many(3, &circle),
        Err(Error::Vocabulary(21, "a code above itself"))
    );
    let links = |count: usize| {
        let all: Vec<_> = (0..count).map(|it| std::format!("{it:05}")).collect();
        let last = std::format!("A {} - x\n", all.join(","));
        many(count + 1, &|it| {
            if it == count { last.clone() } else { codes(it) }
        })
    };
    assert!(links(32).is_ok());
    assert!(links(33).is_err());
    let mut chain = read(SMALL).unwrap();
    for number in 1..16 {
        let alias = std::format!("section alias\na{number} http://a.example/{number}\n");
        chain = chain.extend(&std::format!("v{number}"), &alias).unwrap();
    }
    let more = chain.extend("v16", "section alias\nb http://b.example\n");
    assert_eq!(more, Err(Error::Vocabulary(0, "at most 16 blocks")));
}
