//! What satisfies a policy, against an evaluator that knows nothing of literals.

use std::collections::HashSet;
use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::sample::{Dice, attributes, policy};
use crate::error::Error;
use crate::policy::{Attributes, Literal, Policy};

fn satisfies(policy: &str, attributes: &[&str]) -> bool {
    let policy = Policy::parse(policy).unwrap_or_else(|error| panic!("{policy}: {error}"));
    let held: HashSet<Literal> = Attributes::parse(attributes.iter().copied())
        .unwrap()
        .literals()
        .into_iter()
        .collect();
    let formula = policy.formula().unwrap();
    let satisfied = formula.is_satisfied(&|literal| held.contains(literal));
    let solved = formula.solve(&|literal| held.contains(literal));
    assert_eq!(solved.is_some(), satisfied);
    satisfied
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_formula_agrees_with_a_naive_evaluator(seed: u64) {
        let mut dice = Dice(seed);
        let levels = dice.below(4);
        let meant = policy(&mut dice, levels, false);
        let text = meant.written(&mut dice);
        match Policy::parse(&text) {
            Ok(_) => {}
            Err(Error::PolicyMeaning(_, "the same condition twice in one gate")) => return Ok(()),
            Err(other) => panic!("{text}: {other}"),
        }
        for _ in 0..8 {
            let held = attributes(&mut dice);
            let written: Vec<String> = held.iter().map(|held| held.written()).collect();
            let written: Vec<&str> = written.iter().map(String::as_str).collect();
            prop_assert_eq!(
                satisfies(&text, &written),
                meant.holds(&held, false),
                "{} with {:?}", text, written
            );
        }
    }
}

#[test]
fn random_policies_are_satisfied_about_as_often_as_not() {
    let mut satisfied = 0;
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let meant = policy(&mut dice, 2, false);
        satisfied += usize::from(meant.holds(&attributes(&mut dice), false));
    }
    assert!((80..320).contains(&satisfied), "{satisfied}");
}

#[test]
fn the_policy_of_the_documentation() {
    let policy = "role=cardiologist and (dept=icu or dept in {er, cardiology}) and 2 of (senior=yes, \
                  board=yes, irb=2026-117) and level:u8>=3 and licensed:date>=2026-01-01 and not \
                  level:u8<2 and icd10:code=E11*";
    let key = [
        "role=cardiologist",
        "dept=er",
        "senior=yes",
        "irb=2026-117",
        "level=3",
        "licensed=2026-01-01",
        "icd10:code=E11.9",
    ];
    assert!(satisfies(policy, &key));
    for without in 0..key.len() {
        let mut rest = key.to_vec();
        rest.remove(without);
        assert!(!satisfies(policy, &rest), "without {}", key[without]);
    }
}

#[test]
fn text_matches_itself_only() {
    for other in [
        "role=Cardiologist",
        "Role=cardiologist",
        "role=cardiologist_1",
        "role=\" cardiologist\"",
        "role=\"cardiologist \"",
        "role:code=cardiologist",
        "rol=ecardiologist",
        "role.x=cardiologist",
        "dept=cardiologist",
    ] {
        assert!(!satisfies("role=cardiologist", &[other]), "{other}");
    }
    assert!(satisfies("role=cardiologist", &["role=\"cardiologist\""]));
}

#[test]
fn a_number_is_no_text_and_has_one_width() {
    assert!(satisfies("level=3", &["level=3"]));
    assert!(satisfies("level=3", &["level:u8=3"]));
    for other in [
        "level=\"3\"",
        "level:u16=3",
        "level:u32=3",
        "level:date=1900-01-04",
        "level:code=3",
    ] {
        assert!(!satisfies("level=3", &[other]), "{other}");
        assert!(!satisfies("level>2", &[other]), "{other}");
        assert!(!satisfies("level!=4", &[other]), "{other}");
        assert!(!satisfies("not level in 4..9", &[other]), "{other}");
    }
    assert!(!satisfies("day=2026-01-01", &["day=\"2026-01-01\""]));
    assert!(satisfies("day=2026-01-01", &["day:date=2026-01-01"]));
}

#[test]
fn codes_are_exact_without_a_star() {
    for (policy, attribute, answer) in [
        ("icd:code=E11", "icd:code=E11", true),
        ("icd:code=E11", "icd:code=E11.9", false),
        ("icd:code=E11*", "icd:code=E11", true),
        ("icd:code=E11*", "icd:code=E11.9", true),
        ("icd:code=E11*", "icd:code=E1", false),
        ("icd:code=E11*", "icd:code=e11", false),
        ("icd:code=E11*", "icd=E11", false),
        ("icd:code in {I10, E11*}", "icd:code=E11.9", true),
        ("icd:code in {I10, E11*}", "icd:code=I10.1", false),
        ("sct:code=44054006", "sct:code=44054006", true),
        ("sct:code=44054006", "sct:code=\"44054006\"", true),
        ("sct:code=44054006", "sct:u32=44054006", false),
        ("x:code=007", "x:code=7", false),
    ] {
        assert_eq!(
            satisfies(policy, &[attribute]),
            answer,
            "{policy} with {attribute}"
        );
    }
}

#[test]
fn a_missing_name_satisfies_no_negation() {
    for policy in [
        "not level=3",
        "level!=3",
        "not level in {3, 4}",
        "not level in 3..4",
        "not level>3",
    ] {
        assert!(!satisfies(policy, &["role=a"]), "{policy}");
        assert!(satisfies(policy, &["level=2"]), "{policy}");
    }
}

#[test]
fn negation_goes_through_gates_by_de_morgan() {
    for (policy, equivalent) in [
        ("not (level=3 and age:u16>9)", "level!=3 or age:u16<=9"),
        ("not (level=3 or age:u16>9)", "level!=3 and age:u16<=9"),
        (
            "not 2 of (level=3, age:u16>9, id:u32=1)",
            "2 of (level!=3, age:u16<=9, id:u32!=1)",
        ),
        (
            "not 1 of (level=3, age:u16>9, id:u32=1)",
            "3 of (level!=3, age:u16<=9, id:u32!=1)",
        ),
        (
            "not 3 of (level=3, age:u16>9, id:u32=1)",
            "1 of (level!=3, age:u16<=9, id:u32!=1)",
        ),
        ("not not (level=3 and role=a)", "level=3 and role=a"),
        (
            "not (level=3 or not (role=a and age:u16>9))",
            "level!=3 and (role=a and age:u16>9)",
        ),
        ("not level in 3..5", "level<3 or level>5"),
        ("not role!=a", "role=a"),
        (
            "not (level in {3, 4} or role!=a)",
            "(level!=3 and level!=4) and role=a",
        ),
    ] {
        for level in 2..7 {
            for age in ["age:u16=9", "age:u16=10"] {
                for id in ["id:u32=1", "id:u32=2"] {
                    for role in ["role=a", "role=b"] {
                        let level = std::format!("level={level}");
                        let key = [level.as_str(), age, id, role];
                        assert_eq!(
                            satisfies(policy, &key),
                            satisfies(equivalent, &key),
                            "{policy} {key:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn ranges_and_sets_include_what_they_name() {
    for value in 0..=255 {
        let key = std::format!("level={value}");
        let holds = |policy| satisfies(policy, &[key.as_str()]);
        assert_eq!(holds("level in 3..200"), (3..=200).contains(&value));
        assert_eq!(holds("level in 7..7"), value == 7);
        assert_eq!(holds("level in {0, 9, 255}"), [0, 9, 255].contains(&value));
        assert_eq!(
            holds("not level in {0, 9, 255}"),
            ![0, 9, 255].contains(&value)
        );
        assert_eq!(holds("not level in 0..9"), value > 9);
        assert_eq!(holds("not level in 9..255"), value < 9);
        assert_eq!(holds("level!=0"), value != 0);
    }
}
