//! How large a policy may be, and what the expiry clause is exempt from.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::error::Error;
use crate::policy::{Date, Policy};

const CLAUSE: &str = "expires:date>=2026-11-22";

fn day() -> Date {
    Date::parse("2026-11-22").unwrap()
}

fn accepted(text: &str) -> Policy {
    let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Policy::from_bytes(policy.as_bytes()), Ok(policy.clone()));
    assert_eq!(Policy::parse(&policy.to_string()), Ok(policy.clone()));
    assert!(policy.formula().is_ok());
    policy
}

fn refused_at(text: &str, position: usize, what: &'static str) {
    assert_eq!(Policy::parse(text), Err(Error::PolicyLimit(position, what)));
}

fn leaves(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("a=v{n}")).collect()
}

/// `text` in so many parentheses, negations (an even number) or gates.
fn nested(levels: usize, open: &str, text: &str, close: &str) -> String {
    format!("{}{text}{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn at_most_256_leaves() {
    let text = leaves(256).join(" or ");
    accepted(&text);
    let more = format!("{text} or a=b");
    refused_at(&more, more.len() - 3, "256 leaves");
    // However many follow, the first beyond the limit is named.
    let most = format!("{more} or {}", leaves(300).join(" or ").replace('v', "w"));
    refused_at(&most, more.len() - 3, "256 leaves");
}

#[test]
fn every_value_of_a_set_is_a_leaf() {
    let values = |count: usize| {
        (0..count)
            .map(|n| format!("v{n}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    accepted(&format!("dept in {{{}}}", values(256)));
    let more = format!("dept in {{{}}}", values(257));
    refused_at(&more, more.len() - 5, "256 leaves");
    let behind = format!("dept in {{{}}} or a=b", values(256));
    refused_at(&behind, behind.len() - 3, "256 leaves");
    let numbers: Vec<_> = (0..257).map(|n| n.to_string()).collect();
    let numbers = format!("x:u16 in {{{}}}", numbers.join(","));
    refused_at(&numbers, numbers.len() - 4, "256 leaves");
}

#[test]
fn all_values_of_a_type_are_no_condition() {
    let values = |count: usize| {
        (0..count)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    accepted(&format!("level in {{{}}}", values(255)));
    for text in ["level in", "not level in"] {
        let text = format!("{text} {{{}}}", values(256));
        assert!(
            matches!(Policy::parse(&text), Err(Error::PolicyMeaning(_, reason))
            if reason == "the comparison is always true")
        );
    }
}

#[test]
fn at_most_1024_rows() {
    // One `!=` in the middle of 32 bits has 32 rows.
    let rows = |n: usize| format!("x{n}:u32!=1789569706");
    let texts: Vec<_> = (0..40).map(rows).collect();
    let one = Policy::parse(&texts[0])
        .unwrap()
        .formula()
        .unwrap()
        .rows()
        .len();
    let most = 1024 / one;
    let full = texts[..most].join(" and ");
    let free = 1024 - most * one;
    let rest: Vec<_> = (0..free).map(|n| format!("b=v{n}")).collect();
    let full = [full]
        .into_iter()
        .chain(rest)
        .collect::<Vec<_>>()
        .join(" and ");
    assert_eq!(accepted(&full).formula().unwrap().rows().len(), 1024);
    let more = format!("{full} and c=d");
    refused_at(&more, more.len() - 3, "1024 rows");
    // The clause's rows count.
    assert_eq!(
        Policy::parse(&full).unwrap().with_expiry(day()),
        Err(Error::TooLarge("more than 1024 rows"))
    );
}

#[test]
fn a_negation_counts_the_rows_it_becomes() {
    // A set of numbers is one row each; that none of them is held is many.
    let values: Vec<_> = (1..=60).map(|n| (n * 70_000_001_u32).to_string()).collect();
    let set = format!("x:u32 in {{{}}}", values.join(", "));
    assert_eq!(accepted(&set).formula().unwrap().rows().len(), 60);
    refused_at(&format!("not {set}"), 4, "1024 rows");
    accepted(&format!("not not {set}"));
}

#[test]
fn at_most_32_levels() {
    for (open, close) in [
        ("(", ")"),
        ("not not ", ""),
        ("2 of (a=b, ", ")"),
        ("not (not ", ")"),
    ] {
        let each = open.matches(['n', '(']).count();
        accepted(&nested(32 / each, open, "c=d", close))
            .formula()
            .unwrap();
        if each > 2 {
            continue;
        }
        let more = nested(32 / each + 1, open, "c=d", close);
        refused_at(&more, 32 / each * open.len(), "32 levels of nesting");
    }
    // Gates without parentheses are no level, and siblings do not add up.
    accepted(&format!(
        "{} and {}",
        nested(32, "(", "a=b", ")"),
        nested(32, "(", "c=d", ")")
    ));
}

#[test]
fn the_deepest_tree_has_a_formula() {
    // Every pair of parentheses holds an OR of ANDs.
    let deep = |levels: usize| {
        (0..levels).fold(String::from("x:u32 != 7"), |text, n| {
            format!("a=v{n} and ({text}) or b=w{n}")
        })
    };
    let policy = accepted(&deep(32));
    refused_at(&deep(33), position(&deep(33)), "32 levels of nesting");
    let sealed = policy.with_expiry(day()).unwrap();
    accepted(&sealed.to_string());
}

/// Where the 33rd parenthesis opens.
fn position(text: &str) -> usize {
    text.match_indices('(').nth(32).unwrap().0
}

#[test]
fn a_thousand_levels_do_not_overflow_the_stack() {
    for open in ["(", "not ", "2 of (a=b, "] {
        let text = open.repeat(65_000 / open.len());
        refused_at(&text, 32 * open.len(), "32 levels of nesting");
    }
}

#[test]
fn at_most_65536_bytes() {
    let padded = |length: usize| format!("a=b{}", " ".repeat(length - 3));
    accepted(&padded(65_536));
    refused_at(&padded(65_537), 65_536, "65536 bytes of text");
    refused_at(&padded(70_000), 65_536, "65536 bytes of text");
    // Printing puts a blank between a value and `or`: this text could not be read again.
    let text = full_text("or ");
    assert_eq!(text.len(), 65_536);
    refused_at(&text, 65_536, "65536 bytes of text");
}

#[test]
fn bytes_whose_text_is_too_long_are_refused() {
    let full = accepted(&full_text(" or "));
    let mut bytes = full.to_bytes();
    // One leaf more in the OR at the root.
    assert_eq!(bytes[1], 0x81);
    let count = u16::from_be_bytes([bytes[2], bytes[3]]) + 1;
    bytes[2..4].copy_from_slice(&count.to_be_bytes());
    bytes.extend_from_slice(b"\x01z\x01z");
    assert_eq!(
        Policy::from_bytes(&bytes),
        Err(Error::PolicyBytes("more than 65536 bytes of text"))
    );
}

/// A policy of long leaves, exactly as long as a text may be.
fn full_text(between: &str) -> String {
    let leaf = |n: usize| format!("n{n:03}{}=\"{}\"", "n".repeat(90), "v ".repeat(80));
    let mut all: Vec<_> = (0..250).map(leaf).collect();
    while all.join(between).len() > 65_000 {
        all.pop();
    }
    for name in ["x", "y1", "y2"] {
        let room = 65_536 - all.join(between).len() - between.len() - name.len() - 3;
        let value = match name {
            "y2" => room,
            _ => room.min(200),
        };
        all.push(format!(
            "{name}=\"{}\"",
            "v ".repeat(value / 2) + &" ".repeat(value % 2)
        ));
    }
    all.join(between)
}

#[test]
fn names_to_127_and_values_to_255_bytes() {
    accepted(&format!("{}=a", "n".repeat(127)));
    refused_at(
        &format!("a=b or {}=a", "n".repeat(128)),
        7,
        "127 bytes in a name",
    );
    accepted(&format!("a={}", "v".repeat(255)));
    accepted(&format!("a=\"{}\"", "é".repeat(127)));
    refused_at(&format!("a={}", "v".repeat(256)), 2, "255 bytes in a value");
    refused_at(
        &format!("a=\"{}\"", "é".repeat(128)),
        2,
        "255 bytes in a value",
    );
    refused_at(
        &format!("a in {{b, {}}}", "v".repeat(256)),
        9,
        "255 bytes in a value",
    );
}

#[test]
fn expiry_is_appended_to_an_and_and_put_around_all_else() {
    for (policy, sealed) in [
        ("a=b", format!("a=b and {CLAUSE}")),
        ("a=b and c=d", format!("a=b and c=d and {CLAUSE}")),
        ("a=b or c=d", format!("(a=b or c=d) and {CLAUSE}")),
        ("not level=3", format!("not level:u8=3 and {CLAUSE}")),
        ("1 of (a=b, c=d)", format!("1 of (a=b, c=d) and {CLAUSE}")),
        // An earlier day does not imply it.
        (
            "expires>=2026-11-21",
            format!("expires:date>=2026-11-21 and {CLAUSE}"),
        ),
        (
            "a=b and expires>=2020-01-01",
            format!("a=b and expires:date>=2020-01-01 and {CLAUSE}"),
        ),
        // Nor does a clause that is not always asked for, or another comparison.
        (
            "a=b or expires>=2026-11-22",
            format!("(a=b or {CLAUSE}) and {CLAUSE}"),
        ),
        (
            "a=b and expires=2026-11-22",
            format!("a=b and expires:date=2026-11-22 and {CLAUSE}"),
        ),
        (
            "a=b and issued>=2026-11-22",
            format!("a=b and issued:date>=2026-11-22 and {CLAUSE}"),
        ),
        (
            "not expires>=2026-11-22",
            format!("not {CLAUSE} and {CLAUSE}"),
        ),
    ] {
        let made = Policy::parse(policy).unwrap().with_expiry(day()).unwrap();
        assert_eq!(made.to_string(), sealed);
        assert_eq!(accepted(&sealed), made);
    }
}

#[test]
fn expiry_that_is_there_is_not_added_again() {
    for policy in [
        "expires>=2026-11-22",
        "a=b and expires>=2026-11-22",
        "expires>=2026-11-22 and a=b",
        "(a=b and (expires>=2026-11-22 and c=d))",
        "a=b and expires>=2026-11-23",
    ] {
        let policy = Policy::parse(policy).unwrap();
        assert_eq!(policy.clone().with_expiry(day()), Ok(policy));
    }
    let policy = Policy::parse("a=b or c=d").unwrap();
    let once = policy.with_expiry(day()).unwrap();
    assert_eq!(once.clone().with_expiry(day()), Ok(once));
}

#[test]
fn expiry_since_the_first_day_is_no_condition() {
    let policy = Policy::parse("a=b").unwrap();
    assert!(policy.with_expiry(Date::MIN).is_err());
}

#[test]
fn expiry_is_outside_the_leaf_limit() {
    for between in [" or ", " and "] {
        let text = leaves(256).join(between);
        let sealed = accepted(&text).with_expiry(day()).unwrap();
        assert_eq!(accepted(&sealed.to_string()), sealed);
        // Exempt is one clause, at the end, and nothing else.
        assert!(
            sealed
                .clone()
                .with_expiry(Date::parse("2027-01-01").unwrap())
                .is_err()
        );
        let text = format!("({text})");
        refused_at(&format!("{text} and level=3"), text.len() + 5, "256 leaves");
        refused_at(
            &format!("{text} and expires=2026-11-22"),
            text.len() + 5,
            "256 leaves",
        );
        refused_at(
            &format!("{text} and issued>=2026-11-22"),
            text.len() + 5,
            "256 leaves",
        );
        refused_at(
            &format!("{text} or expires>=2026-11-22"),
            text.len() + 4,
            "256 leaves",
        );
        let first = format!("{CLAUSE} and {text}");
        refused_at(&first, first.rfind("a=").unwrap(), "256 leaves");
    }
}

#[test]
fn expiry_is_outside_the_depth_limit() {
    // 32 levels inside an OR, to which the clause brings one pair of parentheses more.
    let deep = nested(32, "not ", "level=3", "");
    let text = format!("a=b or {deep}");
    let sealed = accepted(&text).with_expiry(day()).unwrap();
    assert_eq!(accepted(&format!("({text}) and {CLAUSE}")), sealed);
    assert_eq!(
        sealed.to_string(),
        format!("({}) and {CLAUSE}", accepted(&text))
    );
    let beyond = 1 + "a=b or ".len() + 31 * 4;
    for (text, position) in [
        (format!("({text}) and level=3"), beyond),
        (format!("({text})"), beyond),
        (format!("({text}) or {CLAUSE}"), beyond),
        (format!("({text}) and c=d and {CLAUSE}"), beyond),
        (format!("({text}) and ({CLAUSE})"), beyond),
        (format!("(({text}) and {CLAUSE})"), beyond - 3),
        (format!("(({text})) and {CLAUSE}"), beyond - 3),
        (format!("{CLAUSE} and ({text})"), CLAUSE.len() + 5 + beyond),
        (format!("2 of (a=b, {deep})"), "2 of (a=b, ".len() + 31 * 4),
    ] {
        refused_at(&text, position, "32 levels of nesting");
    }
}

#[test]
fn expiry_is_outside_the_text_limit() {
    let text = full_text(" or ");
    assert_eq!(text.len(), 65_536);
    let sealed = accepted(&text).with_expiry(day()).unwrap();
    assert_eq!(sealed.to_string().len(), 65_536 + 31);
    accepted(&sealed.to_string());
    refused_at(&format!("({text}) and a=b"), 65_536, "65536 bytes of text");
    refused_at(
        &format!(" ({text}) and {CLAUSE}"),
        65_536,
        "65536 bytes of text",
    );
}
