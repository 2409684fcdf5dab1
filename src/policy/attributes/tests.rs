use std::string::{String, ToString};

use proptest::prelude::*;

use super::*;
use crate::policy::attribute::{CALENDAR, VALIDITY};
use crate::policy::{Width, key_literals};

fn parse(items: &[&str]) -> Result<Attributes> {
    Attributes::parse(items.iter().copied())
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

#[test]
fn every_type_is_read_and_printed() {
    for (typed, printed) in [
        ("role=cardiologist", "role=cardiologist"),
        ("role=\"cardiologist\"", "role=cardiologist"),
        ("level=3", "level:u8=3"),
        ("level:u8=255", "level:u8=255"),
        ("age:u16=65535", "age:u16=65535"),
        ("id:u32=4294967295", "id:u32=4294967295"),
        ("licensed=2026-01-01", "licensed:date=2026-01-01"),
        ("licensed:date=2079-06-06", "licensed:date=2079-06-06"),
        ("icd10:code=E11.9", "icd10:code=E11.9"),
        ("sct:code=44054006", "sct:code=44054006"),
        ("sct:code=\"007\"", "sct:code=007"),
        ("ward=\"3\"", "ward=\"3\""),
        ("day=\"2026-01-01\"", "day=\"2026-01-01\""),
        ("irb=2026-117", "irb=2026-117"),
        ("dept=OR", "dept=OR"),
        ("dept=\"or\"", "dept=\"or\""),
        ("x=\"a=b, \\\"c\\\" \\\\\"", "x=\"a=b, \\\"c\\\" \\\\\""),
        ("sens.not=HIV", "sens.not=HIV"),
    ] {
        let attributes = parse(&[typed]).unwrap();
        assert_eq!(attributes.to_string(), printed);
        assert_eq!(parse(&[printed]).unwrap(), attributes);
        assert_eq!(
            Attributes::from_bytes(&attributes.to_bytes()).unwrap(),
            attributes
        );
    }
}

#[test]
fn malformed_attributes_are_refused() {
    for text in [
        "",
        "role",
        "=a",
        "role=",
        "role =a",
        "role= a",
        "role=a ",
        " role=a",
        "role=a b",
        "role=\"a",
        "role=a\"",
        "role=\"a\"b",
        "role=\"a\" ",
        "role=\"\"",
        "role=\"\\n\"",
        "role=e\u{301}",
        "role=\"e\u{301}\"",
        "role=\"a\tb\"",
        "role=é",
        "1role=a",
        "ro le=a",
        "rôle=a",
        "and=a",
        "Of=a",
        "role=and",
        "role=a..b",
        "role=*",
        "role=_a",
        "role:=a",
        "role:text=a",
        "role:U8=3",
        "level=007",
        "level=256",
        "level=-1",
        "level:u8=a",
        "level:u8=\"3\"",
        "level:u16=65536",
        "level:u32=4294967296",
        "level:date=3",
        "licensed=2026-02-29",
        "licensed:date=2026-1-1",
        "level>=3",
        "level!=3",
        "level==3",
        "icd10:code=E11*",
        "icd10:code=\"E11\"*",
        "role=a*",
        "role=a,dept=b",
        "dept={a}",
    ] {
        assert!(
            matches!(parse(&[text]), Err(Error::Attribute(_))),
            "{text:?}"
        );
    }
    assert!(parse(&["role=a", "role"]).is_err());
    let long = std::format!("role={}", "v".repeat(256));
    assert!(matches!(parse(&[&long]), Err(Error::Attribute(_))));
    assert!(parse(&[&long[..260]]).is_ok());
    let long = std::format!("{}=v", "n".repeat(128));
    assert!(matches!(parse(&[&long]), Err(Error::Attribute(_))));
    assert!(parse(&[&long[1..]]).is_ok());
}

#[test]
fn reserved_names_are_refused_in_every_type() {
    for name in ["issued", "expires", "y", "ym", "ymd"] {
        for rest in [
            "=a",
            "=3",
            "=2026-01-01",
            ":date=2026-01-01",
            ":u8=3",
            ":code=E11",
            "=\"a\"",
        ] {
            let text = std::format!("{name}{rest}");
            assert!(matches!(parse(&[&text]), Err(Error::Reserved(_))), "{text}");
        }
    }
    // As near as it gets.
    for text in ["Expires=a", "expires2=a", "ymdh=a", "year=2026-01-01"] {
        assert!(parse(&[text]).is_ok(), "{text}");
    }
}

#[test]
fn repeated_attributes_are_refused() {
    for pair in [
        ["role=a", "role=a"],
        ["role=a", "role=\"a\""],
        ["level=3", "level:u8=3"],
        ["c:code=E11", "c:code=\"E11\""],
    ] {
        assert!(matches!(parse(&pair), Err(Error::Duplicate(_))), "{pair:?}");
    }
}

#[test]
fn a_name_has_one_number() {
    for pair in [
        ["level=3", "level=200"],
        ["level:u8=3", "level:u16=3"],
        ["level:u32=3", "level:u16=3"],
        ["level=3", "level=2026-01-01"],
        ["licensed=2026-01-01", "licensed=2026-01-02"],
    ] {
        assert!(matches!(parse(&pair), Err(Error::Attribute(_))), "{pair:?}");
    }
    // Text and codes may have many values, also beside a number.
    parse(&[
        "role=a",
        "role=b",
        "c:code=E11",
        "c:code=E12",
        "role=3",
        "role:code=3",
    ])
    .unwrap();
}

#[test]
fn order_is_canonical() {
    let sorted = "b:code=Z, b:u8=1, a=x, a=y, a:code=x, a:u16=3, a-b=x, A=x";
    let items: Vec<_> = sorted.split(", ").collect();
    let attributes = parse(&items).unwrap();
    assert_eq!(
        attributes.to_string(),
        "A=x, a=x, a=y, a:code=x, a:u16=3, a-b=x, b:code=Z, b:u8=1"
    );
    let mut reversed = items;
    reversed.reverse();
    assert_eq!(parse(&reversed).unwrap().to_bytes(), attributes.to_bytes());
}

#[test]
fn literals_come_in_frozen_order() {
    let attributes = parse(&["role=b", "icd:code=E1", "level=200"]).unwrap();
    let expected: Vec<_> = [
        Literal::code_prefix("icd", "E"),
        Literal::code_prefix("icd", "E1"),
        Literal::exact_code("icd", "E1"),
    ]
    .into_iter()
    .chain(key_literals("level", Width::U8, 200))
    .chain([Literal::text("role", "b")])
    .collect();
    assert_eq!(attributes.literals(), expected);
    // No literal is held twice: a key would list one group element for each.
    let distinct: std::collections::HashSet<_> = expected.iter().collect();
    assert_eq!(distinct.len(), expected.len());
}

#[test]
fn codes_with_a_common_beginning_hold_each_prefix_once() {
    let attributes = parse(&["icd:code=E11.9", "icd:code=E11.2", "icd:code=E1"]).unwrap();
    let literals = attributes.literals();
    let distinct: std::collections::HashSet<_> = literals.iter().collect();
    assert_eq!(distinct.len(), literals.len());
    for held in ["E", "E1", "E11", "E11.", "E11.9", "E11.2"] {
        assert!(
            literals.contains(&Literal::code_prefix("icd", held)),
            "{held}"
        );
    }
    assert!(literals.contains(&Literal::exact_code("icd", "E1")));
    assert!(!literals.contains(&Literal::exact_code("icd", "E11")));
}

#[test]
fn validity_is_added_once() {
    let plain = parse(&["role=a"]).unwrap();
    assert_eq!((plain.issued(), plain.expires()), (None, None));
    let (from, to) = (day("2026-11-22"), day("2027-12-31"));
    let valid = plain.clone().with_validity(Some(from), Some(to)).unwrap();
    assert_eq!(
        valid.to_string(),
        "expires:date=2027-12-31, issued:date=2026-11-22, role=a"
    );
    assert_eq!((valid.issued(), valid.expires()), (Some(from), Some(to)));
    assert_eq!(Attributes::from_bytes(&valid.to_bytes()).unwrap(), valid);
    for (issued, expires) in [(Some(from), None), (None, Some(to))] {
        let again = valid.clone().with_validity(issued, expires);
        assert_eq!(again, Err(Error::Duplicate("date of validity")));
    }
    let only = plain.clone().with_validity(None, Some(to)).unwrap();
    assert_eq!((only.issued(), only.expires()), (None, Some(to)));
    assert_eq!(plain.clone().with_validity(None, None).unwrap(), plain);
    // One day of validity is the shortest.
    assert!(plain.clone().with_validity(Some(from), Some(from)).is_ok());
    assert!(matches!(
        plain.with_validity(Some(to), Some(from)),
        Err(Error::Time(_))
    ));
}

#[test]
fn at_most_256_attributes() {
    let all: Vec<_> = (0..257).map(|n| std::format!("role=v{n}")).collect();
    let refs: Vec<&str> = all.iter().map(String::as_str).collect();
    let most = parse(&refs[..256]).unwrap();
    assert_eq!(most.len(), 256);
    assert_eq!(Attributes::from_bytes(&most.to_bytes()).unwrap(), most);
    assert!(matches!(parse(&refs), Err(Error::TooLarge(_))));
    // However many more there are, reading ends.
    let endless = Attributes::parse(refs.iter().copied().cycle());
    assert!(matches!(endless, Err(Error::TooLarge(_))));
    assert!(matches!(
        most.with_validity(None, Some(Date::MAX)),
        Err(Error::TooLarge(_))
    ));
    assert_eq!(Attributes::from_bytes(&[1, 1]), Err(Error::Length("count")));
}

#[test]
fn frozen_bytes() {
    let attributes = parse(&[
        "role=er",
        "level=3",
        "age:u16=300",
        "id:u32=7",
        "icd:code=E1",
    ])
    .unwrap()
    .with_validity(None, Some(day("2026-11-22")))
    .unwrap();
    assert_eq!(
        attributes.to_bytes(),
        b"\x00\x06\
          \x82\x03age\x01\x2c\
          \x84\x07expires\xb5\x0a\
          \x80\x03icd\x02E1\
          \x83\x02id\x00\x00\x00\x07\
          \x81\x05level\x03\
          \x04role\x02er"
    );
    assert!(!attributes.is_empty());
    assert_eq!(parse(&[]).unwrap().to_bytes(), [0, 0]);
    assert!(Attributes::from_bytes(&[0, 0]).unwrap().is_empty());
}

#[test]
fn the_longest_names_are_read() {
    for sort in ["=b", ":code=E1", ":u8=3", ":date=2026-11-22"] {
        let longest = parse(&[&std::format!("{}{sort}", "a".repeat(127))]).unwrap();
        assert_eq!(Attributes::from_bytes(&longest.to_bytes()), Ok(longest));
    }
}

#[test]
fn bytes_that_no_attributes_have() {
    let cases: &[(&[u8], Error)] = &[
        (b"", Error::Truncated),
        (b"\x00\x00\x00", Error::TrailingBytes),
        (b"\x00\x01\x01a\x01", Error::Truncated),
        (b"\x00\x01\x01a\x01bc", Error::TrailingBytes),
        (b"\x00\x02\x01a\x01b", Error::Truncated),
        (b"\x00\x01\x85\x01a\x01", Error::Field("attribute type")),
        (
            b"\x00\x01\x80\x80aaaaaaaaaa",
            Error::Length("attribute name"),
        ),
        (
            b"\x00\x01\x00\x01b\x01",
            Error::Attribute("a name, which begins with an ASCII letter"),
        ),
        (
            b"\x00\x01\x01a\x00\x00",
            Error::Attribute("a value has at least one byte"),
        ),
        (b"\x00\x01\x01a\x01\xff", Error::Text("not UTF-8")),
        (b"\x00\x01\x01\xff\x01a", Error::Text("not UTF-8")),
        (
            b"\x00\x02\x01b\x01b\x01a\x01b",
            Error::NotCanonical("order of attributes"),
        ),
        (
            b"\x00\x02\x80\x01a\x01b\x01a\x01b",
            Error::NotCanonical("order of attributes"),
        ),
        (
            b"\x00\x02\x01a\x01b\x01a\x01b",
            Error::Duplicate("attribute"),
        ),
        (
            b"\x00\x02\x81\x01a\x01\x81\x01a\x02",
            Error::Attribute("a name has one number or date"),
        ),
        (
            b"\x00\x02\x81\x01a\x01\x82\x01a\x00\x02",
            Error::Attribute("a name has one number or date"),
        ),
        (b"\x00\x01\x07expires\x01a", VALIDITY),
        (b"\x00\x01\x82\x07expires\x01\x01", VALIDITY),
        (b"\x00\x01\x80\x06issued\x01a", VALIDITY),
        (b"\x00\x01\x84\x03ymd\x01\x01", CALENDAR),
        (b"\x00\x01\x01y\x042026", CALENDAR),
    ];
    for (bytes, error) in cases {
        assert_eq!(
            Attributes::from_bytes(bytes),
            Err(error.clone()),
            "{bytes:02x?}"
        );
    }
}

proptest! {
    #[test]
    fn random_bytes_are_refused_or_canonical(
        bytes in prop::collection::vec(prop_oneof![0..6_u8, 0x7f..0x86_u8, b'a'..=b'c'], 0..30),
    ) {
        let bytes: Vec<u8> = [0].into_iter().chain(bytes).collect();
        if let Ok(attributes) = Attributes::from_bytes(&bytes) {
            prop_assert_eq!(attributes.to_bytes(), bytes);
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_canonical(at: prop::sample::Index, byte: u8) {
        let attributes = parse(&["role=er", "level=3", "icd:code=E1", "licensed=2026-01-01"]);
        let mut bytes = attributes.unwrap().to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(attributes) = Attributes::from_bytes(&bytes) {
            prop_assert_eq!(attributes.to_bytes(), bytes);
        }
    }
}
