use std::format;
use std::string::ToString;

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
fn values_are_read() {
    let text = " {\"a\" : [1, -0.5e+3, true , false, null, [], {}], \"b\":\"x\"}\r\n";
    let json = Json::parse(text.as_bytes()).unwrap();
    assert_eq!(
        json.to_string(),
        r#"{"a":[1,-500.0,true,false,null,[],{}],"b":"x"}"#
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
fn a_name_given_twice_is_refused() {
    for text in [
        r#"{"a":1,"b":2,"a":1}"#,
        r#"[{"x":{"a":1,"\u0061":2}}]"#,
        "{\n\"a\":1,\n\"a\":1}",
    ] {
        let (at, what) = refused(text);
        assert_eq!(what, "name given twice");
        assert!(at > 7 && at < text.len(), "{text}: {at}");
    }
    assert!(Json::parse(br#"[{"a":1},{"a":2}]"#).is_ok());
}

#[test]
fn what_is_not_json_is_refused() {
    for text in [
        "\u{feff}{}", "nul", "tru e", "NaN", "'a'", "[1,]", "[1 2]", "{\"a\":1,}", "{a:1}",
        "{\"a\" 1}", "{\"a\":1 \"b\":2}", "-", ".5", "+1", "\"\\x41\"", "\"\\u12g4\"",
        "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\\ud800\"", "\"a\nb\"",
        "// a\n{}", "1e999",
    ] {
        let (at, what) = refused(text);
        assert!(["no JSON", "ends within a value"].contains(&what), "{text:?}: {what}");
        assert!(at <= text.len());
    }
    for text in ["", "[1", "\"a", "\"\\", "1.", "1e+", "{\"a\""] {
        assert_eq!(refused(text).1, "ends within a value", "{text:?}");
    }
    for text in ["{} {}", "{}\0", "01"] {
        let (_, what) = refused(text);
        assert!(["bytes follow the value", "no JSON"].contains(&what), "{text:?}");
    }
    for text in ["\"a\u{7f}b\"", "\"a\\u0000b\"", "\"a\\bb\"", "{\"a\\f\":1}"] {
        assert_eq!(refused(text).1, "control character", "{text:?}");
    }
    assert_eq!(refused(b"\"a\xff\""), (2, "not UTF-8"));
    assert_eq!(refused(b"\"\xed\xa0\x80\""), (1, "not UTF-8"));
}

#[test]
fn the_place_is_where_reading_stopped() {
    assert_eq!(refused("[1,\n 2,\n x]"), (9, "no JSON"));
    assert_eq!(refused("{\"a\":1}\n\n}").0, 9);
}

#[test]
fn every_limit_holds_at_its_last_step() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Json::parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(refused(nested(MAX_DEPTH + 1)).1, "deeper than 64");
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

proptest! {
    #[test]
    fn what_is_read_is_read_again(text in r#"[\[\]{}:,"\\u0-9a-f.eE+\- \n]{0,40}"#) {
        if let Ok(json) = Json::parse(text.as_bytes()) {
            prop_assert_eq!(Json::parse(json.to_string().as_bytes()), Ok(json));
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = Json::parse(&bytes);
    }
}
