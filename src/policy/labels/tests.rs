use std::string::ToString;

use proptest::prelude::*;

use super::*;

fn parse(items: &[&str]) -> Result<Labels> {
    Labels::parse(items.iter().copied())
}

#[test]
fn labels_are_sorted_and_kept_as_they_are() {
    let labels = parse(&[
        "type=Observation",
        "conf=R",
        "code=http://loinc.org|8462-4",
        "sens=\u{c5}b c",
    ]);
    let labels = labels.unwrap();
    assert_eq!(
        labels.texts().collect::<Vec<_>>(),
        [
            "code=http://loinc.org|8462-4",
            "conf=R",
            "sens=\u{c5}b c",
            "type=Observation"
        ]
    );
    assert_eq!(
        labels.iter().next(),
        Some(&b"code=http://loinc.org|8462-4"[..])
    );
    assert_eq!(labels.len(), 4);
    // Everything behind the first sign is the value.
    assert_eq!(parse(&["a=b=c"]).unwrap().to_string(), "a=b=c");
}

#[test]
fn no_labels_are_a_set_too() {
    assert!(parse(&[]).unwrap().is_empty());
    assert_eq!(parse(&[]).unwrap().to_bytes(), [0]);
    assert_eq!(Labels::from_bytes(&[0]), Ok(Labels::default()));
}

/// A policy that asks for the lack of a code must not open a record that has it.
#[test]
fn no_record_shows_a_code_and_its_lack() {
    let refused = Err(Error::Label("sens and sens.not of the same code"));
    assert_eq!(parse(&["sens=HIV", "sens.not=HIV"]), refused);
    assert!(parse(&["sens=HIV", "sens.not=PSY", "sens.none=v2"]).is_ok());
    let bytes = b"\x02\x00\x0csens.not=HIV\x00\x08sens=HIV";
    assert_eq!(Labels::from_bytes(bytes), refused);
}

#[test]
fn the_calendar_is_completed() {
    for (given, complete) in [
        (
            &["ymd=2026-11-22"][..],
            "y=2026, ym=2026-11, ymd=2026-11-22",
        ),
        (
            &["ymd=2026-11-22", "ym=2026-11"],
            "y=2026, ym=2026-11, ymd=2026-11-22",
        ),
        (
            &["ymd=2026-11-22", "y=2026"],
            "y=2026, ym=2026-11, ymd=2026-11-22",
        ),
        (&["ym=2026-11"], "y=2026, ym=2026-11"),
        (&["y=2026"], "y=2026"),
        (&["ym=unknown"], "y=unknown, ym=unknown"),
        (&["y=unknown", "ym=unknown"], "y=unknown, ym=unknown"),
        (&["y=2026", "ym=unknown"], "y=2026, ym=unknown"),
        (&["y=unknown"], "y=unknown"),
        (&["ym=2079-06"], "y=2079, ym=2079-06"),
        (&["ymd=2028-02-29"], "y=2028, ym=2028-02, ymd=2028-02-29"),
    ] {
        let labels = parse(given).unwrap();
        assert_eq!(labels.to_string(), complete);
        assert_eq!(Labels::from_bytes(&labels.to_bytes()), Ok(labels));
    }
}

#[test]
fn days_that_do_not_exist_are_refused() {
    for label in [
        "ymd=2026-02-29",
        "ymd=2026-13-01",
        "ymd=2026-11",
        "ymd=2026-11-2",
        "ymd=unknown",
        "ymd=2026-11-31",
        "ymd=1899-12-31",
        "ymd=2079-06-07",
        "ym=2026",
        "ym=2026-13",
        "ym=2026-00",
        "ym=2026-1",
        "ym=2026-11-22",
        "ym=Unknown",
        "ym=2079-07",
        "ym=1899-12",
        "y=26",
        "y=1899",
        "y=2080",
        "y=02026",
        "y=2026-11",
        "y=2026 ",
        "y=never",
        "y=+026",
        "ym=2026-1-",
        "y=",
    ] {
        assert!(matches!(parse(&[label]), Err(Error::Label(_))), "{label}");
    }
}

#[test]
fn two_values_of_the_calendar_are_refused() {
    for pair in [
        &["y=2025", "y=2026"][..],
        &["ym=2026-10", "ym=2026-11"],
        &["ymd=2026-11-22", "ymd=2026-11-23"],
        &["ymd=2026-11-22", "ym=2026-10"],
        &["ymd=2026-11-22", "y=2025"],
        &["ym=2026-11", "y=2025"],
        &["ym=2026-11", "y=unknown"],
        &["ymd=2026-11-22", "ym=unknown"],
        &["y=unknown", "y=2026"],
    ] {
        let error = Err(Error::Label("two values of y, ym or ymd"));
        assert_eq!(parse(pair), error, "{pair:?}");
    }
    // Other names may have many.
    assert_eq!(parse(&["sens=HIV", "sens=PSY"]).unwrap().len(), 2);
}

#[test]
fn malformed_labels_are_refused() {
    for label in [
        "",
        "type",
        "=a",
        "type=",
        "1type=a",
        "ty pe=a",
        "type =a",
        "type= a",
        "type=a ",
        "type=\"a\"",
        "type:code=a",
        "type=\u{a0}a",
        "and=a",
        "Not=a",
        "tÿpe=a",
        "type..x=a",
    ] {
        assert!(matches!(parse(&[label]), Err(Error::Label(_))), "{label:?}");
    }
    for label in ["type=e\u{301}", "type=a\tb", "type=a\0", "type=\u{202e}a"] {
        assert!(matches!(parse(&[label]), Err(Error::Text(_))), "{label:?}");
    }
    for label in ["issued=2026-01-01", "expires=2026-01-01"] {
        assert!(
            matches!(parse(&[label]), Err(Error::Reserved(_))),
            "{label:?}"
        );
    }
    assert_eq!(
        parse(&["a=b", "c=d", "a=b"]),
        Err(Error::Duplicate("label"))
    );
    let long = std::format!("type={}", "v".repeat(251));
    assert!(matches!(parse(&[&long]), Err(Error::Label(_))));
    assert!(parse(&[&long[..255]]).is_ok());
}

#[test]
fn at_most_64_labels() {
    let all: Vec<_> = (0..65).map(|n| format!("code={n:02}")).collect();
    let refs: Vec<&str> = all.iter().map(String::as_str).collect();
    let most = parse(&refs[..64]).unwrap();
    assert_eq!(Labels::from_bytes(&most.to_bytes()), Ok(most.clone()));
    let most = crate::policy::LabelSet::from(&most);
    assert_eq!(
        crate::policy::LabelSet::from_bytes(&most.to_bytes()),
        Ok(most)
    );
    assert!(matches!(parse(&refs), Err(Error::TooLarge(_))));
    // However many more there are, reading ends.
    let endless = Labels::parse(refs.iter().copied().cycle());
    assert!(matches!(endless, Err(Error::TooLarge(_))));
    // Those that the calendar adds count.
    let dated = |count: usize| parse(&[&refs[..count], &["ymd=2026-11-22"]].concat());
    assert_eq!(dated(61).unwrap().len(), 64);
    assert!(matches!(dated(62), Err(Error::TooLarge(_))));
}

#[test]
fn frozen_bytes() {
    let labels = parse(&["type=Observation", "ym=2026-11"]).unwrap();
    assert_eq!(
        labels.to_bytes(),
        b"\x03\x00\x10type=Observation\x00\x06y=2026\x00\x0aym=2026-11"
    );
    assert!(!labels.is_empty());
}

#[test]
fn bytes_that_no_labels_have() {
    let incomplete = Error::Label("ymd without its ym, or ym without its y");
    let cases: &[(&[u8], Error)] = &[
        (b"", Error::Truncated),
        (b"\x00\x00", Error::TrailingBytes),
        (b"\x01", Error::Truncated),
        (b"\x01\x00\x03a=", Error::Truncated),
        (b"\x01\x00\x03a=bc", Error::TrailingBytes),
        (b"\x41", Error::Length("labels")),
        (b"\xff", Error::Length("labels")),
        (b"\x01\x01\x00a=b", Error::Length("byte string")),
        (
            b"\x01\x00\x00",
            Error::Label("a label is written name=value"),
        ),
        (b"\x01\x00\x03a=\xff", Error::Text("not UTF-8")),
        (b"\x01\x00\x03a=\n", Error::Text("control character")),
        (
            b"\x02\x00\x03b=b\x00\x03a=b",
            Error::NotCanonical("order of labels"),
        ),
        (
            b"\x02\x00\x03a=b\x00\x03a=b",
            Error::NotCanonical("order of labels"),
        ),
        (b"\x01\x00\x0aym=2026-11", incomplete.clone()),
        (b"\x01\x00\x0aym=unknown", incomplete.clone()),
        (
            b"\x02\x00\x06y=2026\x00\x0eymd=2026-11-22",
            incomplete.clone(),
        ),
        (b"\x02\x00\x06y=2025\x00\x0aym=2026-11", incomplete),
        (
            b"\x02\x00\x06y=2025\x00\x06y=2026",
            Error::Label("two values of y, ym or ymd"),
        ),
    ];
    for (bytes, error) in cases {
        assert_eq!(
            Labels::from_bytes(bytes),
            Err(error.clone()),
            "{bytes:02x?}"
        );
    }
    let whole = parse(&["type=Observation", "ymd=2026-11-22"])
        .unwrap()
        .to_bytes();
    for length in 0..whole.len() {
        assert_eq!(Labels::from_bytes(&whole[..length]), Err(Error::Truncated));
    }
}

proptest! {
    #[test]
    fn random_bytes_are_refused_or_canonical(
        bytes in prop::collection::vec(prop_oneof![0..6_u8, Just(b'='), Just(b'y'), b'a'..=b'c'], 0..24),
    ) {
        if let Ok(labels) = Labels::from_bytes(&bytes) {
            prop_assert_eq!(labels.to_bytes(), bytes);
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_canonical(at: prop::sample::Index, byte: u8) {
        let mut bytes = parse(&["type=Obs", "ymd=2026-11-22", "conf=R"]).unwrap().to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(labels) = Labels::from_bytes(&bytes) {
            prop_assert_eq!(labels.to_bytes(), bytes);
        }
    }
}
