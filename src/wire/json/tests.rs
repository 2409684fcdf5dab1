use std::format;
use std::string::{String, ToString};

use proptest::prelude::*;

use super::*;
use crate::error::Error;

fn refused(text: impl AsRef<[u8]>) -> (usize, &'static str) {
    match Json::parse(text.as_ref()) {
        Err(Error::Json(offset, what)) => (offset, what),
        other => panic!("{other:?}"),
    }
}

#[test]
fn values_are_read_as_they_were_written() {
    let text = " {\"a\" : [1, -0.50e+3, true , false, null, [], {}], \"b\":\"x\"}\r\n";
    let json = Json::parse(text.as_bytes()).unwrap();
    assert_eq!(
        json.to_string(),
        r#"{"a":[1,-0.50e+3,true,false,null,[],{}],"b":"x"}"#
    );
    assert_eq!(json.get("b"), Some(&Json::string("x")));
    assert_eq!(json.get("c"), None);
    assert_eq!(json.get("a").unwrap().elements().len(), 7);
    assert_eq!(json.get("a").unwrap().get("b"), None);
}

#[test]
fn escapes_become_characters() {
    let text = r#""\"\\\/\n\r\t\u00e9\u20AC\ud83c\udfe5é""#;
    let json = Json::parse(text.as_bytes()).unwrap();
    assert_eq!(json.as_str(), Some("\"\\/\n\r\té€🏥é"));
    assert_eq!(Json::parse(json.to_string().as_bytes()), Ok(json));
}

#[test]
fn a_name_given_twice_is_refused_where_it_stands_the_second_time() {
    assert_eq!(
        refused(r#"{"a":1,"b":2,"a":1}"#),
        (13, "name given twice")
    );
    assert_eq!(
        refused(r#"[{"x":{"a":1,"\u0061":2}}]"#),
        (13, "name given twice")
    );
    assert!(Json::parse(br#"[{"a":1},{"a":2}]"#).is_ok());
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    for (text, at, what) in [
        ("", 0, "a value expected"),
        ("\u{feff}{}", 0, "a value expected"),
        ("nul", 0, "a value expected"),
        ("tru e", 0, "a value expected"),
        ("NaN", 0, "a value expected"),
        ("'a'", 0, "a value expected"),
        ("[1,]", 3, "a value expected"),
        ("[1 2]", 3, "',' or ']' expected"),
        ("[1", 2, "',' or ']' expected"),
        ("{\"a\":1,}", 7, "a string expected"),
        ("{a:1}", 1, "a string expected"),
        ("{\"a\" 1}", 5, "':' expected"),
        ("{\"a\":1 \"b\":2}", 7, "',' or '}' expected"),
        ("{} {}", 3, "bytes follow the value"),
        ("{}\0", 2, "bytes follow the value"),
        ("01", 1, "bytes follow the value"),
        ("-", 1, "a digit expected"),
        ("1.", 2, "a digit expected"),
        ("1e+", 3, "a digit expected"),
        (".5", 0, "a value expected"),
        ("+1", 0, "a value expected"),
        ("\"a", 2, "the string does not end"),
        ("\"\\", 1, "unknown escape"),
        ("\"\\x41\"", 1, "unknown escape"),
        ("\"\\u12g4\"", 5, "four hexadecimal digits expected"),
        ("\"\\ud800\"", 1, "lone surrogate"),
        ("\"\\ud800\\u0041\"", 1, "lone surrogate"),
        ("\"\\udc00\\ud800\"", 1, "lone surrogate"),
        ("\"a\nb\"", 2, "control character"),
        ("\"a\u{7f}b\"", 2, "control character"),
        ("\"a\\u0000b\"", 2, "control character"),
        ("\"a\\bb\"", 2, "control character"),
        ("// a\n{}", 0, "a value expected"),
    ] {
        assert_eq!(refused(text), (at, what), "{text:?}");
    }
    assert_eq!(refused(b"\"a\xff\""), (2, "not UTF-8"));
    assert_eq!(refused(b"\"\xed\xa0\x80\""), (1, "not UTF-8"));
}

#[test]
fn every_limit_holds_at_its_last_step() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Json::parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(refused(nested(MAX_DEPTH + 1)), (64, "deeper than 64"));
    assert_eq!(refused("{\"a\":".repeat(200_000)).1, "deeper than 64");

    let many = |count: usize| format!("[{}]", std::vec!["0"; count - 1].join(","));
    assert!(Json::parse(many(MAX_VALUES).as_bytes()).is_ok());
    assert_eq!(refused(many(MAX_VALUES + 1)).1, "more than 262144 values");

    let long = |length: usize| format!("\"{}\"", "a".repeat(length - 2));
    assert!(Json::parse(long(MAX_BYTES).as_bytes()).is_ok());
    assert_eq!(
        refused(long(MAX_BYTES + 1)),
        (MAX_BYTES, "larger than 4 MiB")
    );
}

/// What serde_json reads must be what is read here: nothing is accepted that it refuses, and the
/// values are the same.
fn agrees(text: &str) {
    let theirs: core::result::Result<serde_json::Value, _> = serde_json::from_str(text);
    if let Ok(ours) = Json::parse(text.as_bytes()) {
        let again: serde_json::Value = serde_json::from_str(&ours.to_string()).unwrap();
        assert_eq!(theirs.unwrap(), again, "{text}");
        assert_eq!(Json::parse(ours.to_string().as_bytes()), Ok(ours));
    }
}

proptest! {
    #[test]
    fn another_reader_agrees_about_any_text(text in r#"[\[\]{}:,"\\u0-9a-f.eE+\- \n]{0,40}"#) {
        agrees(&text);
    }

    #[test]
    fn another_reader_agrees_about_damaged_documents(
        at in 0usize..80, with in any::<char>(), strings in prop::collection::vec(any::<String>(), 0..4)
    ) {
        let value = serde_json::json!({"a": strings, "b": {"c": [1.5, -2, true, null]}, "d": "é🏥"});
        let text = value.to_string();
        agrees(&text);
        let damaged: String = text
            .chars()
            .enumerate()
            .map(|(place, own)| if place == at { with } else { own })
            .collect();
        agrees(&damaged);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = Json::parse(&bytes);
    }
}
