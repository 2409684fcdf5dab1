//! What binds tighter, and what is the same tree.

use crate::policy::Policy;

fn bytes(text: &str) -> std::vec::Vec<u8> {
    Policy::parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .to_bytes()
}

#[test]
fn not_before_and_before_or() {
    for (short, explicit) in [
        ("a=1 or b=1 and c=1", "a=1 or (b=1 and c=1)"),
        ("a=1 and b=1 or c=1", "(a=1 and b=1) or c=1"),
        (
            "a=1 and b=1 or c=1 and d=1",
            "(a=1 and b=1) or (c=1 and d=1)",
        ),
        ("a=1 or b=1 and c=1 or d=1", "a=1 or (b=1 and c=1) or d=1"),
        ("not a=1 and b=1", "(not a=1) and b=1"),
        ("not a=1 or b=1", "(not a=1) or b=1"),
        ("a=1 and not b=1 or c=1", "(a=1 and (not b=1)) or c=1"),
        ("not not a=1 and b=1", "(not (not a=1)) and b=1"),
        (
            "not 2 of (a=1, b=1, c=1) and d=1",
            "(not (2 of (a=1, b=1, c=1))) and d=1",
        ),
        ("not a in {1, 2} and b=1", "(not (a in {1, 2})) and b=1"),
        (
            "2 of (a=1 or b=1 and c=1, d=1)",
            "2 of ((a=1 or (b=1 and c=1)), d=1)",
        ),
    ] {
        assert_eq!(bytes(short), bytes(explicit), "{short}");
    }
}

#[test]
fn parentheses_change_what_they_enclose() {
    for (one, other) in [
        ("a=1 or b=1 and c=1", "(a=1 or b=1) and c=1"),
        ("a=1 and b=1 or c=1", "a=1 and (b=1 or c=1)"),
        ("not a=1 and b=1", "not (a=1 and b=1)"),
        ("not a=1 or b=1", "not (a=1 or b=1)"),
        ("a=1 and b=1", "b=1 and a=1"),
        ("a=1", "not not a=1"),
        ("a=1 or b=1", "1 of (a=1, b=1)"),
        ("a=1 and b=1", "2 of (a=1, b=1)"),
        ("a in {1, 2}", "a=1 or a=2"),
        ("a in 3..3", "a=3"),
        ("not a=1", "a!=1"),
        ("a=\"1\"", "a=1"),
        ("a=x", "a=X"),
        ("a=x", "A=x"),
    ] {
        assert_ne!(bytes(one), bytes(other), "{one}");
    }
}

#[test]
fn the_same_gate_inside_itself_is_one() {
    let flat = bytes("a=1 and b=1 and c=1");
    for text in [
        "(a=1 and b=1) and c=1",
        "a=1 and (b=1 and c=1)",
        "(((a=1)) and ((b=1 and c=1)))",
        "(a=1\tand\n(b=1)\r\nand c=1)",
        "a = 1 and b= 1 and c =1",
        "a:u8=1 and b:u8=1 and c:u8=1",
    ] {
        assert_eq!(bytes(text), flat, "{text}");
    }
    assert_eq!(
        bytes("a=1 or (b=1 or (c=1 or d=1))"),
        bytes("a=1 or b=1 or c=1 or d=1")
    );
    // Across a `not` or a `k of` nothing is merged.
    assert_ne!(bytes("a=1 and not not (b=1 and c=1)"), flat);
    assert_ne!(
        bytes("1 of (1 of (a=1, b=1), c=1)"),
        bytes("1 of (a=1, b=1, c=1)")
    );
}

#[test]
fn printing_is_canonical_text() {
    for (typed, printed) in [
        ("level>=3", "level:u8>=3"),
        ("licensed >= 2026-01-01", "licensed:date>=2026-01-01"),
        ("expires>=2026-01-01", "expires:date>=2026-01-01"),
        ("level in {3,1}", "level:u8 in {3, 1}"),
        ("level in 1..5", "level:u8 in 1..5"),
        ("irb=2026-117", "irb=2026-117"),
        ("month=2026-11", "month=2026-11"),
        ("ward=\"3\"", "ward=\"3\""),
        ("ward=\"007\"", "ward=\"007\""),
        ("ward=four-by-it", "ward=four-by-it"),
        ("day=\"2026-01-01\"", "day=\"2026-01-01\""),
        ("role=\"cardiologist\"", "role=cardiologist"),
        ("dept=\"or\"", "dept=\"or\""),
        ("dept=OR", "dept=OR"),
        ("dept=\"Ward 3\"", "dept=\"Ward 3\""),
        (r#"motto="say \"ah\" \\""#, r#"motto="say \"ah\" \\""#),
        ("name=\"José\"", "name=\"José\""),
        ("mail=j.doe+er@example.org", "mail=j.doe+er@example.org"),
        ("sys=http://loinc.org", "sys=http://loinc.org"),
        ("loinc:code=8462-4", "loinc:code=8462-4"),
        ("sct:code=44054006", "sct:code=44054006"),
        ("icd9:code=\"250\"*", "icd9:code=250*"),
        ("icd10:code in {E10*, \"E11\"}", "icd10:code in {E10*, E11}"),
        ("x:code=\"a b\"*", "x:code=\"a b\"*"),
        ("((a=1 or b=1)) and c=1", "(a:u8=1 or b:u8=1) and c:u8=1"),
        ("(a=1 and b=1) or c=1", "a:u8=1 and b:u8=1 or c:u8=1"),
        ("not (not (a=1))", "not not a:u8=1"),
        ("not (a=1 and b=1)", "not (a:u8=1 and b:u8=1)"),
        ("not(2 of((a=1),b=1))", "not 2 of (a:u8=1, b:u8=1)"),
        (
            "2 of ((a=1 or b=1), c=1)",
            "2 of (a:u8=1 or b:u8=1, c:u8=1)",
        ),
        ("level in 1 .. 5", "level:u8 in 1..5"),
        ("a.b_c-d=x.y_z-1", "a.b_c-d=x.y_z-1"),
        ("sens.not=HIV", "sens.not=HIV"),
    ] {
        let policy = Policy::parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
        assert_eq!(std::format!("{policy}"), printed);
        assert_eq!(bytes(printed), policy.to_bytes());
    }
}
