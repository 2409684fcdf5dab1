use std::string::{String, ToString};
use std::vec::Vec;

use super::*;
use crate::policy::{Date, Policy, Width};

fn schema() -> Schema {
    Schema::new([
        SchemaEntry::text("role")
            .unwrap()
            .one_of(["dentist", "cardiologist"])
            .unwrap(),
        SchemaEntry::number("level", Width::U8)
            .unwrap()
            .within(1, 9)
            .unwrap(),
        SchemaEntry::code("icd10").unwrap(),
        SchemaEntry::code("ward")
            .unwrap()
            .one_of(["A1", "B2"])
            .unwrap(),
        SchemaEntry::text("ward").unwrap(),
        SchemaEntry::number("licensed", Width::Date).unwrap(),
    ])
    .unwrap()
}

fn policy(text: &str) -> Result<()> {
    schema().check_policy(&Policy::parse(text).unwrap())
}

fn attributes(items: &[&str]) -> Result<()> {
    schema().check_attributes(&Attributes::parse(items.iter().copied()).unwrap())
}

#[test]
fn policies_that_some_key_can_satisfy() {
    for text in [
        "role=dentist",
        "role in {dentist, cardiologist}",
        "not role!=dentist",
        "level=1 and level=9",
        "level in {1, 9}",
        "not level in {1, 2}",
        "level in 1..9",
        "not level in 2..9",
        "level<=1",
        "level>=9",
        "level>8",
        "level<2",
        "not level<9",
        "not level>1",
        "level!=3",
        "icd10:code=Z*",
        "icd10:code in {E11, F00*}",
        "ward:code=A*",
        "ward:code in {A1, B*}",
        "ward=\"anything at all\"",
        "licensed>=1950-01-01",
        "expires>=2027-01-01 and issued<2030-01-01",
        "2 of (role=dentist, level>3, expires>2026-01-01)",
    ] {
        assert_eq!(policy(text), Ok(()), "{text}");
    }
}

#[test]
fn names_and_types_that_are_not_known() {
    for (text, number) in [
        ("roles=dentist", 1),
        ("Role=dentist", 1),
        ("role:code=dentist", 1),
        ("role:u8=3", 1),
        ("level:u16=3", 1),
        ("level=\"3\"", 1),
        ("icd10=E11", 1),
        ("role=dentist and dept=icu", 2),
        ("role=dentist or 2 of (level>3, level<2, dept in {a, b})", 4),
        ("not (level<3 or dept>3)", 2),
        // Unknown before the clause on expiry, which is known and counts.
        ("expires>=2027-01-01 and x=y", 2),
    ] {
        assert_eq!(policy(text), Err(Error::UnknownName(number)), "{text}");
    }
}

#[test]
fn values_that_are_not_known_and_comparisons_that_nobody_can_meet() {
    for text in [
        "role=dentits",
        "role in {dentist, dentits}",
        "role=Dentist",
        "level=10",
        "level>=10",
        "level<200",
        "level=0",
        "level!=0",
        "level in {1, 10}",
        "level in {0, 1}",
        "level in 0..9",
        "level in 1..10",
        "ward:code=C1",
        "ward:code=A",
        "ward:code=A12*",
        "ward:code in {A1, C*}",
        // Known, but beyond all levels from 1 to 9.
        "level>9",
        "level<1",
        "not level<=9",
        "not level>=1",
        "not level in 1..9",
        "not level in {1, 2, 3, 4, 5, 6, 7, 8, 9}",
    ] {
        assert_eq!(policy(text), Err(Error::UnknownValue(1)), "{text}");
    }
    let one = Schema::new([SchemaEntry::number("n", Width::U8)
        .unwrap()
        .within(3, 3)
        .unwrap()])
    .unwrap();
    for (text, known) in [
        ("n=3", true),
        ("n!=3", false),
        ("not n=3", false),
        ("not n!=3", true),
    ] {
        let policy = Policy::parse(text).unwrap();
        assert_eq!(one.check_policy(&policy).is_ok(), known, "{text}");
    }
}

/// Every comparison with every constant: what the check says is what counting says.
#[test]
fn comparisons_are_known_exactly_if_some_number_of_the_range_meets_them() {
    for operator in ["=", "!=", "<", "<=", ">", ">="] {
        for number in 1..=9u32 {
            for negated in [false, true] {
                let not = if negated { "not " } else { "" };
                let text = std::format!("{not}level{operator}{number}");
                let meets = |level: u32| {
                    negated
                        != match operator {
                            "=" => level == number,
                            "!=" => level != number,
                            "<" => level < number,
                            "<=" => level <= number,
                            ">" => level > number,
                            _ => level >= number,
                        }
                };
                assert_eq!(policy(&text).is_ok(), (1..=9).any(meets), "{text}");
            }
        }
    }
}

#[test]
fn attributes_of_keys() {
    for known in [
        &["role=dentist", "level=1", "ward:code=A1", "ward=x"][..],
        &["level=9", "icd10:code=E11.9", "licensed=2026-01-01"],
        &[],
    ] {
        assert_eq!(attributes(known), Ok(()));
    }
    // The number is that of the canonical order: ward before zone.
    assert_eq!(
        attributes(&["zone=1", "ward=x"]),
        Err(Error::UnknownName(2))
    );
    assert_eq!(attributes(&["level:u16=3"]), Err(Error::UnknownName(1)));
    assert_eq!(attributes(&["icd10=E11"]), Err(Error::UnknownName(1)));
    for unknown in ["role=dentits", "level=0", "level=10", "ward:code=A"] {
        assert_eq!(
            attributes(&[unknown]),
            Err(Error::UnknownValue(1)),
            "{unknown}"
        );
    }
    let day = Date::parse("2027-01-01").unwrap();
    let with_validity = Attributes::parse(["level=3"])
        .unwrap()
        .with_validity(Some(day), Some(day))
        .unwrap();
    assert_eq!(schema().check_attributes(&with_validity), Ok(()));
}

#[test]
fn what_is_no_schema() {
    let text = |name: &str| SchemaEntry::text(name);
    assert!(matches!(Schema::new([]), Err(Error::Argument(_))));
    let twice = [
        text("a").unwrap(),
        text("a").unwrap().one_of(["x"]).unwrap(),
    ];
    assert!(matches!(Schema::new(twice), Err(Error::Duplicate(_))));
    let names =
        |count: usize| (0..count).map(|n| SchemaEntry::code(&std::format!("n{n}")).unwrap());
    assert!(Schema::new(names(256)).is_ok());
    assert!(matches!(Schema::new(names(257)), Err(Error::TooLarge(_))));
    for name in ["issued", "expires", "y", "ym", "ymd"] {
        assert!(matches!(text(name), Err(Error::Reserved(_))), "{name}");
    }
    for name in ["", "and", "a b", "1a"] {
        assert!(matches!(text(name), Err(Error::Attribute(_))), "{name}");
    }
    let list = |values: &[&str]| text("a").unwrap().one_of(values.iter().copied());
    assert!(matches!(list(&[]), Err(Error::Argument(_))));
    assert!(matches!(list(&["x", "y", "x"]), Err(Error::Duplicate(_))));
    assert!(matches!(list(&["x", ""]), Err(Error::Attribute(_))));
    let values: Vec<String> = (0..1025).map(|n| n.to_string()).collect();
    let many = |count: usize| list(&values.iter().take(count).map(|v| &**v).collect::<Vec<_>>());
    assert!(many(1024).is_ok());
    assert!(matches!(many(1025), Err(Error::TooLarge(_))));
    let number = || SchemaEntry::number("a", Width::U8).unwrap();
    assert!(matches!(number().one_of(["3"]), Err(Error::Argument(_))));
    assert!(matches!(number().within(3, 2), Err(Error::Argument(_))));
    assert!(matches!(number().within(0, 256), Err(Error::Argument(_))));
    assert!(matches!(
        text("a").unwrap().within(0, 1),
        Err(Error::Argument(_))
    ));
}

/// The largest schema is one byte below the first that is refused.
#[test]
fn at_most_so_many_bytes() {
    // 3 bytes, then 256 names, each 11 bytes and its value.
    let with_last = |last: usize| {
        Schema::new((0..256u32).map(|n| {
            let value = "v".repeat(if n == 255 { last } else { 241 });
            SchemaEntry::text(&std::format!("n{n:04}"))
                .unwrap()
                .one_of([value.as_str()])
                .unwrap()
        }))
    };
    let size = with_last(100).unwrap().as_bytes().len();
    let most = 100 + SCHEMA_BYTES - size;
    let largest = with_last(most).unwrap();
    assert_eq!(largest.as_bytes().len(), SCHEMA_BYTES);
    assert_eq!(Schema::from_bytes(largest.as_bytes()).unwrap(), largest);
    assert!(matches!(with_last(most + 1), Err(Error::TooLarge(_))));
    let longer = [largest.as_bytes(), &[0]].concat();
    assert_eq!(Schema::from_bytes(&longer), Err(Error::Length("schema")));
}

/// The example of SPEC.md.
#[test]
fn a_range_of_one_value_is_read() {
    let entry = SchemaEntry::number("level", Width::U8)
        .and_then(|it| it.within(5, 5))
        .unwrap();
    assert_eq!(entry.name(), "level");
    let one = Schema::new([entry]).unwrap();
    assert_eq!(Schema::from_bytes(one.as_bytes()), Ok(one.clone()));
}

#[test]
fn bytes_and_text() {
    let small = Schema::new([
        SchemaEntry::text("role")
            .unwrap()
            .one_of(["rn", "md"])
            .unwrap(),
        SchemaEntry::number("level", Width::U8)
            .unwrap()
            .within(0, 9)
            .unwrap(),
        SchemaEntry::code("icd10").unwrap(),
    ])
    .unwrap();
    assert_eq!(
        small.as_bytes(),
        b"\x01\x00\x03\x05icd10\x05\x00\x05level\x01\x01\x00\x09\x04role\x00\x01\x00\x02\x02md\x02rn"
    );
    assert_eq!(
        small.to_string(),
        "icd10:code, level:u8 in 0..9, role in {md, rn}"
    );
    // All numbers of a type are no range.
    let all = SchemaEntry::number("a", Width::U8).unwrap();
    assert_eq!(all.clone().within(0, 255).unwrap(), all);
}

#[test]
fn bytes_that_no_schema_has() {
    for (bytes, error) in [
        (&b""[..], Error::Truncated),
        (
            b"\x02\x00\x01\x01a\x00\x00",
            Error::Field("encoding of a schema"),
        ),
        (b"\x01\x00\x00", Error::Length("schema")),
        (b"\x01\x01\x01\x01a\x00\x00", Error::Length("count")),
        (b"\x01\x00\x02\x01a\x00\x00", Error::Truncated),
        (b"\x01\x00\x01\x01a\x00\x00\x00", Error::TrailingBytes),
        (
            b"\x01\x00\x01\x01a\x06\x00",
            Error::Field("type in a schema"),
        ),
        (b"\x01\x00\x01\x01a\x00\x02", Error::Field("flag")),
        (
            b"\x01\x00\x02\x01b\x00\x00\x01a\x00\x00",
            Error::NotCanonical("order of a schema"),
        ),
        (
            b"\x01\x00\x02\x01a\x05\x00\x01a\x00\x00",
            Error::NotCanonical("order of a schema"),
        ),
        (
            b"\x01\x00\x02\x01a\x00\x00\x01a\x00\x00",
            Error::NotCanonical("order of a schema"),
        ),
        (
            b"\x01\x00\x01\x01a\x00\x01\x00\x00",
            Error::Length("values in a schema"),
        ),
        (
            b"\x01\x00\x01\x01a\x00\x01\x04\x01\x01x",
            Error::Length("count"),
        ),
        (b"\x01\x00\x01\x01a\x00\x01\x00\x02\x01x", Error::Truncated),
        (
            b"\x01\x00\x01\x01a\x00\x01\x00\x02\x01y\x01x",
            Error::NotCanonical("order of values in a schema"),
        ),
        (
            b"\x01\x00\x01\x01a\x00\x01\x00\x02\x01x\x01x",
            Error::NotCanonical("order of values in a schema"),
        ),
        (
            b"\x01\x00\x01\x01a\x00\x01\x00\x01\x01\x07",
            Error::Text("control character"),
        ),
        (
            b"\x01\x00\x01\x01a\x01\x01\x00\xff",
            Error::NotCanonical("range in a schema"),
        ),
        (
            b"\x01\x00\x01\x01a\x01\x01\x04\x03",
            Error::Field("range in a schema"),
        ),
        (
            b"\x01\x00\x01\x01y\x00\x00",
            crate::policy::attribute::CALENDAR,
        ),
        (
            b"\x01\x00\x01\x06issued\x04\x00",
            crate::policy::attribute::VALIDITY,
        ),
    ] {
        let found = Schema::from_bytes(bytes).expect_err("refused");
        assert_eq!(found.code(), error.code(), "{bytes:02x?}: {found}");
    }
}

/// Every single-byte change and every cut: an error, or a schema with just these bytes.
#[test]
fn damage_is_refused_or_says_something_else() {
    let good = schema().as_bytes().to_vec();
    let mut accepted = 0;
    for at in 0..good.len() {
        assert!(Schema::from_bytes(&good[..at]).is_err(), "cut at {at}");
        for byte in 0..=255 {
            let mut bad = good.clone();
            bad[at] = byte;
            if let Ok(read) = Schema::from_bytes(&bad) {
                let again = Schema::new(read.iter().cloned()).unwrap();
                assert_eq!(again.as_bytes(), bad, "{at}: {byte}");
                accepted += 1;
            }
        }
    }
    assert!(
        accepted > good.len(),
        "letters of names and values can change"
    );
}
