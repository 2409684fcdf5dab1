//! Random policies with their own tree, printer and evaluator, which share no code with the
//! library: what the library says of a policy is compared with what these say.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// A policy as the sampler means it.
#[derive(Clone, Debug)]
pub(super) enum Meant {
    /// A leaf: its text and what it asks.
    Leaf(String, Ask),
    Not(std::boxed::Box<Meant>),
    And(Vec<Meant>),
    Or(Vec<Meant>),
    Of(usize, Vec<Meant>),
}

#[derive(Clone, Debug)]
pub(super) enum Ask {
    /// Name and the values of which one is needed, and whether it is asked away.
    Text(String, Vec<String>, bool),
    /// Likewise; with each code whether it is a beginning only.
    Code(String, Vec<(String, bool)>, bool),
    /// Name with type, and the values that satisfy, as ranges.
    Number(String, Vec<(u64, u64)>),
}

/// A key's attribute: name (with type), value as text, value as number.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) number: u64,
}

/// A small generator of pseudorandom numbers (splitmix64): the seed comes from proptest.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len() as u64) as usize]
    }
}

const TEXTS: [&str; 8] = [
    "er",
    "icu",
    "OR",
    "or",
    "Ward 3",
    "3",
    "2026-01-01",
    "é\"\\",
];
const CODES: [&str; 6] = ["E", "E1", "E11", "E11.9", "I10", "250"];
/// Name, suffix, number of values.
const NUMBERS: [(&str, &str, u64); 4] = [
    ("level", "u8", 1 << 8),
    ("age", "u16", 1 << 16),
    ("id", "u32", 1 << 32),
    ("licensed", "date", 1 << 16),
];

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn number_text(suffix: &str, value: u64) -> String {
    if suffix == "date" {
        crate::policy::Date::from_days(value as u16).to_string()
    } else {
        value.to_string()
    }
}

/// Values near each other and near the ends, so that comparisons are often decided narrowly.
fn number(dice: &mut Dice, count: u64) -> u64 {
    match dice.below(4) {
        0 => dice.below(6),
        1 => count - 1 - dice.below(6),
        2 => count / 2 - 3 + dice.below(6),
        _ => dice.below(count),
    }
}

fn set(dice: &mut Dice, values: &[&str]) -> Vec<String> {
    let from = dice.below(values.len() as u64 - 1) as usize;
    let to = from + 2 + dice.below((values.len() - from - 1) as u64) as usize;
    values[from..to].iter().map(ToString::to_string).collect()
}

fn leaf(dice: &mut Dice, negated: bool) -> Meant {
    // Text and codes can only be asked away where a `not` stands above.
    let (sign, away) = if negated { ("!=", true) } else { ("=", false) };
    let kinds = if negated { 3 } else { 5 };
    match dice.below(kinds) {
        0 => number_leaf(dice),
        1 => {
            let (name, value) = (dice.of(&["role", "dept"]), dice.of(&TEXTS));
            let ask = Ask::Text(name.to_string(), [value.to_string()].into(), away);
            Meant::Leaf(format!("{name} {sign} {}", quoted(value)), ask)
        }
        2 => {
            let (value, prefix) = (dice.of(&CODES), dice.below(2) == 0);
            let star = if prefix { "*" } else { "" };
            let ask = Ask::Code("icd".into(), [(value.to_string(), prefix)].into(), away);
            Meant::Leaf(format!("icd:code{sign}{value}{star}"), ask)
        }
        3 => {
            let values = set(dice, &TEXTS);
            let text: Vec<_> = values.iter().map(|value| quoted(value)).collect();
            Meant::Leaf(
                format!("dept in {{{}}}", text.join(",")),
                Ask::Text("dept".into(), values, false),
            )
        }
        _ => {
            let values: Vec<_> = set(dice, &CODES)
                .into_iter()
                .map(|value| (value, dice.below(2) == 0))
                .collect();
            let text: Vec<_> = values
                .iter()
                .map(|(value, prefix)| format!("{value}{}", if *prefix { "*" } else { "" }))
                .collect();
            Meant::Leaf(
                format!("icd:code in {{{}}}", text.join(", ")),
                Ask::Code("icd".into(), values, false),
            )
        }
    }
}

fn number_leaf(dice: &mut Dice) -> Meant {
    let (name, suffix, count) = NUMBERS[dice.below(4) as usize];
    let top = count - 1;
    let value = number(dice, count);
    let text = number_text(suffix, value);
    let (text, ranges) = match dice.below(8) {
        0 => (format!("={text}"), [(value, value)].into()),
        1 => {
            let below = value.checked_sub(1).map(|end| (0, end));
            let above = (value < top).then_some((value + 1, top));
            (
                format!("!={text}"),
                below.into_iter().chain(above).collect(),
            )
        }
        2 if value > 0 => (format!("<{text}"), [(0, value - 1)].into()),
        3 if value < top => (format!("<={text}"), [(0, value)].into()),
        4 if value < top => (format!(" > {text}"), [(value + 1, top)].into()),
        5 if value > 0 => (format!(">= {text}"), [(value, top)].into()),
        6 => {
            let other = (value + 1 + dice.below(3)) % count;
            let set = format!(" in {{{text}, {}}}", number_text(suffix, other));
            (set, [(value, value), (other, other)].into())
        }
        _ => {
            let high = (value + dice.below(40)).min(top);
            let (low, high) = if (value, high) == (0, top) {
                (1, top)
            } else {
                (value, high)
            };
            let (from, to) = (number_text(suffix, low), number_text(suffix, high));
            (format!(" in {from} .. {to}"), Vec::from([(low, high)]))
        }
    };
    let name = format!("{name}:{suffix}");
    Meant::Leaf(format!("{name}{text}"), Ask::Number(name, ranges))
}

/// A random tree of at most so many levels.
pub(super) fn policy(dice: &mut Dice, levels: u64, negated: bool) -> Meant {
    if levels == 0 {
        return leaf(dice, negated);
    }
    let children = |dice: &mut Dice| -> Vec<_> {
        let count = 2 + dice.below(3);
        (0..count)
            .map(|_| policy(dice, levels - 1, negated))
            .collect()
    };
    match dice.below(6) {
        0 => leaf(dice, negated),
        1 => Meant::And(children(dice)),
        2 => Meant::Or(children(dice)),
        3 => {
            let children = children(dice);
            Meant::Of(1 + dice.below(children.len() as u64) as usize, children)
        }
        _ => Meant::Not(policy(dice, levels - 1, !negated).into()),
    }
}

/// Random attributes around the values that policies name.
pub(super) fn attributes(dice: &mut Dice) -> Vec<Held> {
    let mut all = Vec::new();
    for (name, values) in [("role", &TEXTS[..]), ("dept", &TEXTS), ("icd:code", &CODES)] {
        for value in values {
            if dice.below(3) == 0 {
                let (name, text) = (name.to_string(), value.to_string());
                all.push(Held {
                    name,
                    text,
                    number: 0,
                });
            }
        }
    }
    for (name, suffix, count) in NUMBERS {
        if dice.below(4) > 0 {
            let number = number(dice, count);
            let (name, text) = (format!("{name}:{suffix}"), number_text(suffix, number));
            all.push(Held { name, text, number });
        }
    }
    all
}

impl Held {
    /// As `Attributes::parse` reads it.
    pub(super) fn written(&self) -> String {
        let number = NUMBERS
            .iter()
            .any(|(_, suffix, _)| self.name.ends_with(&format!(":{suffix}")));
        let text = if number {
            self.text.clone()
        } else {
            quoted(&self.text)
        };
        format!("{}={text}", self.name)
    }
}

impl Meant {
    /// Policy text, with parentheses around everything that is not a leaf, and some more.
    pub(super) fn written(&self, dice: &mut Dice) -> String {
        let inner = |child: &Self, dice: &mut Dice| {
            let text = child.written(dice);
            match child {
                Self::Leaf(..) if dice.below(4) > 0 => text,
                _ => format!("({text})"),
            }
        };
        let all = |children: &[Self], between: &str, dice: &mut Dice| {
            let texts: Vec<_> = children.iter().map(|child| inner(child, dice)).collect();
            texts.join(between)
        };
        match self {
            Self::Leaf(text, _) => text.clone(),
            Self::Not(child) => format!("not {}", inner(child, dice)),
            Self::And(children) => all(children, " and ", dice),
            Self::Or(children) => all(children, "\nor ", dice),
            Self::Of(needed, children) => format!("{needed} of ({})", all(children, ",", dice)),
        }
    }

    /// Whether the attributes satisfy this (or its negation). A name that is missing satisfies
    /// neither a condition nor its negation.
    pub(super) fn holds(&self, attributes: &[Held], negated: bool) -> bool {
        let count = |children: &[Self]| {
            children
                .iter()
                .filter(|child| child.holds(attributes, negated))
                .count()
        };
        match self {
            Self::Leaf(_, ask) => ask.holds(attributes, negated),
            Self::Not(child) => child.holds(attributes, !negated),
            Self::And(children) if negated => count(children) > 0,
            Self::And(children) => count(children) == children.len(),
            Self::Or(children) if negated => count(children) == children.len(),
            Self::Or(children) => count(children) > 0,
            // All but k-1 must fail, or k hold.
            Self::Of(needed, children) if negated => count(children) > children.len() - needed,
            Self::Of(needed, children) => count(children) >= *needed,
        }
    }
}

impl Ask {
    fn holds(&self, attributes: &[Held], negated: bool) -> bool {
        let mut own = attributes.iter();
        match self {
            Self::Text(name, values, away) => {
                assert_eq!(*away, negated);
                own.any(|held| held.name == *name && values.contains(&held.text))
            }
            Self::Code(name, values, away) => {
                assert_eq!(*away, negated);
                let matches = |text: &str, (code, prefix): &(String, bool)| {
                    if *prefix {
                        text.starts_with(code)
                    } else {
                        text == code
                    }
                };
                own.any(|held| {
                    held.name == format!("{name}:code")
                        && values.iter().any(|value| matches(&held.text, value))
                })
            }
            Self::Number(name, ranges) => own.any(|held| {
                let inside = ranges
                    .iter()
                    .any(|(low, high)| (*low..=*high).contains(&held.number));
                held.name == *name && inside != negated
            }),
        }
    }
}
