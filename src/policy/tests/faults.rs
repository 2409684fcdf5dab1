//! Faults seen in other implementations of attribute-based encryption, one test each.

use std::collections::HashSet;
use std::string::ToString;

use crate::error::Error;
use crate::policy::{Attributes, Literal, Policy};

fn opens(policy: &str, attributes: &[&str]) -> bool {
    let held: HashSet<Literal> = Attributes::parse(attributes.iter().copied())
        .unwrap()
        .literals()
        .into_iter()
        .collect();
    let formula = Policy::parse(policy).unwrap().formula().unwrap();
    formula.is_satisfied(&|literal| held.contains(literal))
}

#[test]
fn comparison_is_not_read_as_the_name_alone() {
    // Elsewhere `age > 21` became the attribute AGE.
    assert!(!opens("age > 21", &["age=21"]));
    assert!(!opens("age > 21", &["age=\"yes\"", "AGE=22"]));
    assert!(opens("age > 21", &["age=22"]));
    assert!(Policy::parse("age").is_err());
}

#[test]
fn text_after_a_complete_expression_is_not_dropped() {
    assert_eq!(
        Policy::parse("role=a) and dept=b"),
        Err(Error::PolicySyntax(
            6,
            "`and`, `or` or the end of the policy"
        ))
    );
    for text in [
        "role=a dept=b",
        "role=a)",
        "role=a\0",
        "role=a #",
        "(role=a) dept=b",
        "role=a,",
    ] {
        assert!(
            matches!(Policy::parse(text), Err(Error::PolicySyntax(6.., _))),
            "{text}"
        );
    }
}

#[test]
fn and_binds_tighter_than_or() {
    assert!(opens("a=x or b=x and c=x", &["a=x"]));
    assert!(!opens("a=x or b=x and c=x", &["c=x"]));
    assert!(!opens("a=x and b=x or c=x and d=x", &["a=x", "d=x"]));
    assert!(!opens("a=x and b=x or c=x", &["b=x"]));
}

#[test]
fn suffix_of_an_attribute_is_not_stripped() {
    assert!(!opens("role=nurse", &["role=nurse_1"]));
    assert!(!opens("role=nurse_1", &["role=nurse"]));
    assert!(!opens("role_1=nurse", &["role=nurse"]));
    assert!(opens("role=nurse_1", &["role=nurse_1"]));
}

#[test]
fn letter_case_is_folded_nowhere() {
    assert!(!opens("role=Nurse", &["role=nurse"]));
    assert!(!opens("Role=nurse", &["role=nurse"]));
    assert!(!opens("icd:code=e11*", &["icd:code=E11"]));
    assert!(Policy::parse("role=a AND dept=b").is_err());
    assert!(Policy::parse("level:U8=3").is_err());
}

#[test]
fn blanks_are_not_trimmed_from_values() {
    assert!(!opens("role=nurse", &["role=\" nurse\""]));
    assert!(!opens("role=\"nurse \"", &["role=nurse"]));
    assert!(Attributes::parse(["role= nurse"]).is_err());
    assert!(Attributes::parse(["role =nurse"]).is_err());
}

#[test]
fn name_and_value_do_not_run_together() {
    // Elsewhere attributes were concatenated into one string.
    assert!(!opens("ab=c", &["a=bc"]));
    assert!(!opens("a=\"b=c\"", &["a=b", "b=c"]));
    assert!(!opens("level=1", &["level1=\"1\"", "level=11"]));
    assert!(!opens("a=\"01\"", &["a=\"0\"", "a=\"1\"", "a=1"]));
}

#[test]
fn policy_is_carried_as_its_tree_and_not_read_again() {
    let typed = Policy::parse("(a=x or b=x) and (c=\"or\" or c=\"a=x\")").unwrap();
    let carried = Policy::from_bytes(typed.as_bytes()).unwrap();
    assert_eq!(carried.to_string(), typed.to_string());
    assert_eq!(
        carried.formula().unwrap().rows(),
        typed.formula().unwrap().rows()
    );
    // Text is no encoding.
    assert!(Policy::from_bytes(b"a=x").is_err());
}

#[test]
fn recursion_is_bounded() {
    for open in ["(", "not ", "1 of (", "((("] {
        assert!(matches!(
            Policy::parse(&open.repeat(10_000)),
            Err(Error::PolicyLimit(32..=224, "32 levels of nesting"))
        ));
    }
    let mut bytes = std::vec![0x83; 100_000];
    bytes[0] = 1;
    assert!(matches!(
        Policy::from_bytes(&bytes),
        Err(Error::PolicyBytes(_))
    ));
}

#[test]
fn gate_of_one_child_is_refused() {
    for text in ["1 of (a=x)", "2 of (a=x)", "a in {x}"] {
        assert!(
            matches!(Policy::parse(text), Err(Error::PolicyMeaning(..))),
            "{text}"
        );
    }
}

#[test]
fn threshold_above_its_members_is_refused() {
    assert!(Policy::parse("2 of (a=x, b=x)").is_ok());
    for text in [
        "3 of (a=x, b=x)",
        "65538 of (a=x, b=x)",
        "4294967298 of (a=x, b=x)",
    ] {
        assert!(
            matches!(Policy::parse(text), Err(Error::PolicyMeaning(0, _))),
            "{text}"
        );
    }
}

#[test]
fn threshold_of_none_is_refused() {
    assert!(Policy::parse("1 of (a=x, b=x)").is_ok());
    assert!(matches!(
        Policy::parse("0 of (a=x, b=x)"),
        Err(Error::PolicyMeaning(0, _))
    ));
}

#[test]
fn empty_set_is_refused() {
    for text in ["a in {}", "2 of ()", "()", ""] {
        assert!(
            matches!(Policy::parse(text), Err(Error::PolicySyntax(..))),
            "{text}"
        );
    }
}

#[test]
fn duplicate_leaves_of_a_gate_are_refused() {
    for text in [
        "a=x and a=x",
        "a=x or a=x",
        "2 of (a=x, a=x, b=x)",
        "a in {x, x}",
        "a=x and (b=x and a=x)",
    ] {
        assert!(
            matches!(Policy::parse(text), Err(Error::PolicyMeaning(..))),
            "{text}"
        );
    }
    // In another gate the same attribute is legal, and has its own row.
    let policy = Policy::parse("(a=x or b=x) and a=x").unwrap();
    assert_eq!(policy.formula().unwrap().occurrences().0, [1, 1, 2]);
}

#[test]
fn one_value_a_number() {
    // A key with 3 and 200 would satisfy this.
    assert!(Attributes::parse(["level=3", "level=200"]).is_err());
    for level in 0..=255 {
        let key = std::format!("level={level}");
        assert_eq!(
            opens("level>=10 and level<=20", &[key.as_str()]),
            (10..=20).contains(&level)
        );
    }
}
