use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::policy::{Date, LabelSet, Labels};

fn frame() -> LabelFrame {
    LabelFrame::new(2000, Date::parse("2027-01-15").unwrap())
        .and_then(|frame| frame.vocabulary("hv1", ["HIV"]))
        .and_then(|frame| frame.vocabulary("hv2", ["HIV", "PSY"]))
        .unwrap()
}

fn parse(text: &str) -> LabelPolicy {
    LabelPolicy::parse(text, &frame()).unwrap()
}

fn rows(text: &str) -> Vec<String> {
    let formula = parse(text).formula().unwrap();
    let rows = formula.rows().iter();
    rows.map(|row| String::from_utf8(row.as_bytes().to_vec()).unwrap())
        .collect()
}

fn opens(policy: &LabelPolicy, set: &LabelSet) -> bool {
    let held = |row: &crate::policy::Literal| set.iter().any(|label| label == row.as_bytes());
    policy.formula().unwrap().is_satisfied(&held)
}

fn clear(texts: &[&str]) -> LabelSet {
    LabelSet::from(&Labels::parse(texts.iter().copied()).unwrap())
}

#[test]
fn rows_are_labels_as_records_store_them() {
    for (text, expected) in [
        ("type=Observation", &["type=Observation"][..]),
        ("code=\"44054006\"", &["code=44054006"]),
        ("type in {A, B}", &["type=A", "type=B"]),
        ("sens.not=HIV", &["sens.not=HIV"]),
        ("not sens=PSY", &["sens.not=PSY", "sens.none=hv2"]),
        (
            "sens!=HIV",
            &["sens.not=HIV", "sens.none=hv1", "sens.none=hv2"],
        ),
        ("not sens!=HIV", &["sens=HIV"]),
        (
            "not sens in {HIV, PSY}",
            &[
                "sens.not=HIV",
                "sens.none=hv1",
                "sens.none=hv2",
                "sens.not=PSY",
                "sens.none=hv2",
            ],
        ),
        ("y=2026", &["y=2026"]),
        ("y>=2025", &["y=2025", "y=2026", "y=2027"]),
        ("y<2002", &["y=2000", "y=2001"]),
        ("y=unknown or ym=unknown", &["y=unknown", "ym=unknown"]),
        (
            "ym>=2025-11",
            &["ym=2025-11", "ym=2025-12", "y=2026", "ym=2027-01"],
        ),
        ("ym>2026-11", &["ym=2026-12", "ym=2027-01"]),
        ("ym<=2000-02", &["ym=2000-01", "ym=2000-02"]),
        (
            "ym in 2025-12..2026-02",
            &["ym=2025-12", "ym=2026-01", "ym=2026-02"],
        ),
        ("ym in {2025-12, 2026-02}", &["ym=2025-12", "ym=2026-02"]),
        ("ymd=2026-11-22", &["ymd=2026-11-22"]),
        // The frame ends on January 15th.
        ("ymd>2027-01-13", &["ymd=2027-01-14", "ymd=2027-01-15"]),
        (
            "ymd in 2025-12-30..2027-02-01",
            &[
                "ymd=2025-12-30",
                "ymd=2025-12-31",
                "y=2026",
                "ym=2027-01",
                "ymd=2027-02-01",
            ],
        ),
        ("not ymd>2000-01-02", &["ymd=2000-01-01", "ymd=2000-01-02"]),
        ("not y in 2001..2026", &["y=2000", "y=2027"]),
        ("y in 2024..2024", &["y=2024"]),
        // Ends that are named are not cut by the frame.
        ("y in 1998..1999", &["y=1998", "y=1999"]),
        ("y in 2078..2079", &["y=2078", "y=2079"]),
        ("ym in 2079-05..2079-06", &["ym=2079-05", "ym=2079-06"]),
    ] {
        assert_eq!(rows(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_in_a_set_of_years_is_in_another() {
    let policy = parse("not y in {2001, 2003}");
    for (year, expected) in [
        ("2000", true),
        ("2001", false),
        ("2002", true),
        ("2003", false),
    ] {
        let labels = clear(&[&std::format!("y={year}")]);
        assert_eq!(opens(&policy, &labels), expected, "{year}");
    }
}

#[test]
fn a_refusal_says_why_the_text_is_no_label() {
    let refused = LabelPolicy::parse("a=\" b\"", &frame());
    let reason = "the value of a label neither begins nor ends with a blank";
    assert_eq!(refused, Err(Error::PolicyMeaning(0, reason)));
}

#[test]
fn text_and_bytes_give_the_policy_back() {
    for text in [
        "type=Observation and conf=N",
        "type in {Observation, Condition} and ym>=2024-11 and not sens=HIV",
        "not (type=A and not type=A) or type=B",
        "2 of (type=A, sens!=HIV, y in {2024, 2026}, ymd in 2026-01-01..2026-03-15)",
        "code=\"44054006\" or y=unknown or author=\"Dr. Ä\"",
    ] {
        let policy = match LabelPolicy::parse(text, &frame()) {
            // `not type=A` below a `not` would be lawful, but here one of the two remains.
            Err(Error::PolicyMeaning(..)) if text.starts_with("not (type=A") => continue,
            policy => policy.unwrap(),
        };
        assert_eq!(parse(&policy.to_string()), policy, "{text}");
        assert_eq!(
            LabelPolicy::from_bytes(policy.as_bytes()),
            Ok(policy.clone())
        );
        assert_eq!(policy.frame(), Some(&frame()));
        // Another frame is another policy.
        let other = LabelFrame::new(2000, Date::parse("2027-01-15").unwrap())
            .and_then(|frame| frame.vocabulary("hv1", ["HIV"]))
            .unwrap();
        assert_ne!(LabelPolicy::parse(text, &other).ok(), Some(policy));
    }
}

#[test]
fn frozen_bytes() {
    let frame = LabelFrame::new(2000, Date::parse("2027-01-15").unwrap()).unwrap();
    let policy = LabelPolicy::parse("type=A and ym>=2026-11", &frame).unwrap();
    assert_eq!(
        policy.as_bytes(),
        b"\x02\x07\xd0\xb5\x40\x00\x80\x00\x02\x04type\x01A\x8b\x02\x06\x05\xf2"
    );
}

#[test]
fn what_cannot_be_enforced_is_refused_with_its_place() {
    for (text, at) in [
        ("not type=A", 4),
        ("type=A and conf!=N", 11),
        ("not type in {A, B}", 4),
        // Also of a code that is pinned for `sens`.
        ("not type=HIV", 4),
        ("conf!=HIV", 0),
        ("not sens=XYZ", 4),
        ("sens!=hiv", 0),
        ("level>=3", 0),
        ("level=3", 0),
        ("level in {3, 4}", 0),
        ("level in 3..4", 0),
        ("licensed=2026-01-01", 0),
        ("level:u8=3", 0),
        ("icd10:code=E11*", 0),
        ("ym:date>=2026-01-01", 0),
        ("expires>=2026-01-01", 0),
        ("issued=today", 0),
        ("y=26", 2),
        ("y=2080", 2),
        ("y=2026-11", 2),
        ("ym=2026", 3),
        ("ym=2026-13", 3),
        ("ym=2026-11-01", 3),
        ("ymd=2026-11", 4),
        ("ymd=2026-02-30", 4),
        ("ymd in 2026-03-01..2026-02-01", 19),
        ("ym in {2026-01, 2026-01}", 16),
        ("ym in {2026-01}", 6),
        // Never true, under this frame.
        ("y<2000", 0),
        ("y>2027", 0),
        ("type=A and ym>=2027-02", 11),
        ("not y in 2000..2027", 4),
        ("a=\" b\"", 0),
    ] {
        match LabelPolicy::parse(text, &frame()) {
            Err(Error::PolicyMeaning(place, _)) => assert_eq!(place, at, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    for (text, at) in [
        ("ym=\"2026-11\"", 3),
        ("ym>=unknown", 4),
        ("ym", 2),
        ("y in 2024", 9),
        ("y in {2024", 10),
    ] {
        let refused = LabelPolicy::parse(text, &frame());
        let place = match refused {
            Err(Error::PolicySyntax(place, _) | Error::PolicyMeaning(place, _)) => place,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(place, at, "{text}");
    }
}

#[test]
fn at_most_256_rows() {
    let each = |count: usize| {
        let all: Vec<_> = (0..count).map(|at| std::format!("a=v{at}")).collect();
        all.join(" or ")
    };
    assert_eq!(parse(&each(256)).formula().unwrap().rows().len(), 256);
    // Every value of a set is a leaf, and the set none besides.
    let first = Date::parse("2020-01-01").unwrap().days();
    let day = |at: u16| Date::from_days(first + at);
    let pairs: Vec<_> = (0..128)
        .map(|at| std::format!("ymd in {{{}, {}}}", day(2 * at), day(2 * at + 1)))
        .collect();
    let sets = parse(&pairs.join(" or "));
    assert_eq!(LabelPolicy::from_bytes(sets.as_bytes()), Ok(sets));
    // 256 leaves fit, one more row does not.
    let text = std::format!("({}) and sens!=HIV", each(254));
    assert!(matches!(
        LabelPolicy::parse(&text, &frame()),
        Err(Error::PolicyLimit(at, "256 rows over labels")) if at == text.len() - 9
    ));
}

#[test]
fn at_most_256_blinded_rows() {
    // Two gates below the limit of one.
    let of = |counts: [u8; 2]| {
        let mut bytes = Vec::from([3, 0x80, 0, 2]);
        for (gate, count) in (0..).zip(counts) {
            bytes.extend([0x81, 0, count]);
            for leaf in 0..count {
                bytes.push(1);
                bytes.extend([gate, leaf].repeat(16));
            }
        }
        LabelPolicy::from_bytes(&bytes)
    };
    assert_eq!(of([128, 128]).unwrap().rows(), 256);
    assert_eq!(
        of([128, 129]).err(),
        Some(Error::PolicyBytes("more than 256 rows over labels"))
    );
}

#[test]
fn policies_of_the_two_languages_are_not_mixed() {
    let labels = parse("type=A");
    let attributes = crate::policy::Policy::parse("type=A").unwrap();
    assert!(LabelPolicy::from_bytes(attributes.as_bytes()).is_err());
    assert!(crate::policy::Policy::from_bytes(labels.as_bytes()).is_err());
    // A calendar leaf where only attributes stand.
    assert!(crate::policy::Policy::from_bytes(b"\x01\x8b\x01\x01\x07\xea").is_err());
}

#[test]
fn reserved_names_bind_the_decoder() {
    let whole = parse("type=A");
    let frame = whole.as_bytes().strip_suffix(b"\x04type\x01A").unwrap();
    let read = |leaf: &[u8]| LabelPolicy::from_bytes(&[frame, leaf].concat());
    for lawful in ["y=unknown", "ym=unknown", "ymd=2026-11-22"] {
        let policy = parse(lawful);
        let leaf = policy.as_bytes().strip_prefix(frame).unwrap();
        assert_eq!(read(leaf), Ok(policy.clone()));
    }
    let keys = "issued and expires are attributes of keys, not labels of records";
    let calendar = "y, ym and ymd are labels of records, not attributes of people";
    let nothing = "no day, month or year of the calendar";
    for (leaf, reason) in [
        (&b"\x06issued\x05today"[..], keys),
        (b"\x07expires\x05today", keys),
        (b"\x01y\x042026", calendar),
        (b"\x03ymd\x0a2026-11-22", calendar),
        // After 2079, and the month after its last.
        (b"\x8b\x01\x01\x08\x20", nothing),
        (b"\x8b\x02\x01\x08\x6a", nothing),
        (b"\x8d\x01\x07\xea\x08\x20", nothing),
    ] {
        assert_eq!(read(leaf), Err(Error::PolicyBytes(reason)), "{leaf:02x?}");
    }
}

#[test]
fn blinded_policies_open_records_blinded_by_the_same_key() {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let (key, other) = (LabelKey::generate(rng), LabelKey::generate(rng));
    let (key, other) = (key.unwrap(), other.unwrap());
    let policy = parse("type=A and 2 of (conf=N, ym>=2026-11, not sens=HIV)");
    let blind = policy.blinded(&key).unwrap();
    assert_eq!(LabelPolicy::from_bytes(blind.as_bytes()), Ok(blind.clone()));
    assert_eq!(blind.blinded(&other), Ok(blind.clone()));
    assert_eq!(blind.to_string(), "(blinded, 8 rows)");
    for (texts, expected) in [
        (&["type=A", "conf=N", "ym=2026-12"][..], true),
        (&["type=A", "conf=N", "sens.none=hv2"], true),
        (&["type=A", "conf=N", "sens=HIV"], false),
        (&["type=B", "conf=N", "ym=2026-12"], false),
    ] {
        let labels = Labels::parse(texts.iter().copied()).unwrap();
        let set = LabelSet::blinded(&labels, &key);
        assert_eq!(opens(&policy, &LabelSet::from(&labels)), expected);
        assert_eq!(opens(&blind, &set), expected, "{texts:?}");
        assert!(!opens(&blind, &LabelSet::from(&labels)));
        assert!(!opens(&blind, &LabelSet::blinded(&labels, &other)));
        assert!(!opens(&policy, &set));
    }
}

#[test]
fn blinded_bytes_are_read_strictly() {
    let leaf: Vec<u8> = [&[1][..], &[7; 32]].concat();
    let gate = |head: &[u8], leaves: usize| [&[3], head, &leaf.repeat(leaves)].concat();
    for lawful in [
        gate(&[], 1),
        gate(&[0x80, 0, 2], 2),
        gate(&[0x82, 0, 2, 0, 3], 3),
    ] {
        LabelPolicy::from_bytes(&lawful).unwrap();
        assert!(LabelPolicy::from_bytes(&lawful[..lawful.len() - 1]).is_err());
        assert!(LabelPolicy::from_bytes(&[&lawful[..], &[0]].concat()).is_err());
    }
    for bytes in [
        gate(&[0x80, 0, 1], 1),
        gate(&[0x81, 0, 0], 0),
        gate(&[0x82, 0, 0, 0, 2], 2),
        gate(&[0x82, 0, 3, 0, 2], 2),
        gate(&[0x83, 0, 2], 2),
        gate(&[0x80, 1, 1], 257),
        gate(&[2], 1),
        Vec::from([3]),
        [&[3][..], &[0x80, 0, 2].repeat(100)].concat(),
    ] {
        assert!(LabelPolicy::from_bytes(&bytes).is_err());
    }
}

/// Found by the comparison below: what is left out lies beyond the frame, and took its end along.
#[test]
fn what_is_left_out_does_not_move_the_ends_of_the_frame() {
    for text in [
        "ym!=1999-02",
        "not ym=1999-02",
        "not ym in 1998-01..1999-06",
        "ym!=2035-02",
        "not ym in 2035-01..2036-06",
    ] {
        let policy = parse(text);
        for (day, inside) in [
            ("1999-03-14", false),
            ("1999-12-31", false),
            ("2000-01-01", true),
            ("2026-11-22", true),
            ("2030-01-01", false),
        ] {
            let day = std::format!("ymd={day}");
            assert_eq!(opens(&policy, &clear(&[&day])), inside, "{text} {day}");
        }
    }
}

/// A day of the frame's years, or a little outside.
fn day() -> impl Strategy<Value = Date> {
    (36_200..46_600_u16).prop_map(Date::from_days)
}

proptest! {
    /// Comparisons against a plain evaluation of what they say: a record of a day is opened if
    /// and only if the day lies where the policy says, between the frame's ends.
    #[test]
    fn calendars_mean_what_they_say(record in day(), constant in day(), unit in 0..3_usize, op in 0..6_usize) {
        let cut = |date: Date| date.to_string()[..[4, 7, 10][unit]].to_string();
        let (name, value) = (["y", "ym", "ymd"][unit], cut(constant));
        let symbol = ["=", "!=", "<", "<=", ">", ">="][op];
        let labels = Labels::parse([std::format!("ymd={record}").as_str()]).unwrap();
        let (own, first, last) = (cut(record), cut(Date::parse("2000-01-01").unwrap()), cut(frame().last_day()));
        // Text of one length has the order of what it says.
        let inside = match op {
            0 => own == value,
            1 => own != value && first <= own && own <= last,
            2 => first <= own && own < value,
            3 => first <= own && own <= value,
            4 => value < own && own <= last,
            _ => value <= own && own <= last,
        };
        let text = std::format!("{name}{symbol}{value}");
        match LabelPolicy::parse(&text, &frame()) {
            Ok(policy) => prop_assert_eq!(opens(&policy, &LabelSet::from(&labels)), inside, "{} {}", text, record),
            Err(Error::PolicyMeaning(0, _)) => prop_assert!(!inside, "{} {}", text, record),
            // Many days outside whole months and years.
            Err(Error::PolicyLimit(..)) => {}
            Err(other) => prop_assert!(false, "{text}: {other}"),
        }
    }

    #[test]
    fn bytes_from_outside_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), first in 2..4_u8) {
        let mut bytes = bytes;
        if let Some(byte) = bytes.first_mut() {
            *byte = first;
        }
        if let Ok(policy) = LabelPolicy::from_bytes(&bytes) {
            prop_assert_eq!(policy.as_bytes(), &bytes[..]);
        }
    }
}

#[test]
fn damaged_bytes_are_an_error_or_another_policy() {
    let policy =
        parse("type=A and not sens=HIV and ymd in 2026-01-01..2026-03-15 and y in {2024, 2026}");
    for at in 0..policy.as_bytes().len() {
        for bit in 0..8 {
            let mut bytes = policy.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            if let Ok(other) = LabelPolicy::from_bytes(&bytes) {
                assert_eq!(other.as_bytes(), bytes);
                assert_ne!(other, policy);
            }
        }
    }
    assert!(!opens(&policy, &clear(&["type=A"])));
}
