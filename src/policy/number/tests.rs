use std::collections::{HashMap, HashSet};
use std::string::ToString;

use proptest::prelude::*;

use super::*;
use crate::policy::date::Date;

const OPERATORS: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::AtMost,
    Comparison::Greater,
    Comparison::AtLeast,
];

fn plain(value: u32, op: Comparison, constant: u32) -> bool {
    match op {
        Comparison::Equal => value == constant,
        Comparison::NotEqual => value != constant,
        Comparison::Less => value < constant,
        Comparison::AtMost => value <= constant,
        Comparison::Greater => value > constant,
        Comparison::AtLeast => value >= constant,
    }
}

/// How many of the rows a key with `value` holds.
fn matches(rows: &Rows, width: Width, value: u32) -> usize {
    let held: HashSet<_> = key_literals("n", width, value).into_iter().collect();
    match rows {
        Ok(rows) => rows.iter().filter(|row| held.contains(row)).count(),
        Err(Triviality::AlwaysTrue) => 1,
        Err(Triviality::NeverTrue) => 0,
    }
}

/// For each literal that any 8-bit key holds, the set of values whose keys hold it.
fn holders_of_u8() -> HashMap<Literal, [bool; 256]> {
    let mut holders = HashMap::new();
    for value in 0..=255 {
        for literal in key_literals("n", Width::U8, value) {
            holders.entry(literal).or_insert([false; 256])[value as usize] = true;
        }
    }
    holders
}

/// The number of rows that each 8-bit value satisfies.
fn satisfied_by_u8(rows: &[Literal], holders: &HashMap<Literal, [bool; 256]>) -> [u8; 256] {
    let mut count = [0; 256];
    for row in rows {
        // A row that no key can hold would be dead weight.
        for (count, holds) in count.iter_mut().zip(&holders[row]) {
            *count += u8::from(*holds);
        }
    }
    count
}

#[test]
fn every_8_bit_comparison_of_every_value() {
    let holders = holders_of_u8();
    for op in OPERATORS {
        for constant in 0..=255 {
            let expected: std::vec::Vec<u8> = (0..=255)
                .map(|value| u8::from(plain(value, op, constant)))
                .collect();
            match comparison("n", Width::U8, op, constant) {
                // Exactly one row for a value that satisfies, none for another.
                Ok(rows) => assert_eq!(satisfied_by_u8(&rows, &holders)[..], expected[..]),
                Err(Triviality::AlwaysTrue) => assert!(expected.iter().all(|&holds| holds == 1)),
                Err(Triviality::NeverTrue) => assert!(expected.iter().all(|&holds| holds == 0)),
            }
        }
    }
}

#[test]
fn every_8_bit_range_of_every_value() {
    let holders = holders_of_u8();
    for low in 0..=255_u32 {
        for high in 0..=255_u32 {
            match range("n", Width::U8, low, high) {
                Ok(rows) => {
                    let count = satisfied_by_u8(&rows, &holders);
                    for (value, &count) in (0..).zip(&count) {
                        assert_eq!(count, u8::from((low..=high).contains(&value)));
                    }
                    assert_eq!(rows.len(), fewest_blocks(low, high + 1));
                }
                Err(Triviality::AlwaysTrue) => assert_eq!((low, high), (0, 255)),
                Err(Triviality::NeverTrue) => assert!(low > high),
            }
        }
    }
}

/// Size of the minimal cover, counted level by level from below.
fn fewest_blocks(mut low: u32, mut end: u32) -> usize {
    let mut blocks = 0;
    while low < end {
        blocks += (low & 1) + (end & 1);
        low = low.div_ceil(2);
        end /= 2;
    }
    blocks as usize
}

#[test]
fn trivial_comparisons_are_named_and_no_others() {
    use Triviality::{AlwaysTrue, NeverTrue};
    for width in Width::ALL {
        let max = width.max();
        let trivial = |op, value| comparison("n", width, op, value).err();
        assert_eq!(trivial(Comparison::AtLeast, 0), Some(AlwaysTrue));
        assert_eq!(trivial(Comparison::AtMost, max), Some(AlwaysTrue));
        assert_eq!(trivial(Comparison::Less, 0), Some(NeverTrue));
        assert_eq!(trivial(Comparison::Greater, max), Some(NeverTrue));
        for (op, value) in [
            (Comparison::AtLeast, 1),
            (Comparison::AtLeast, max),
            (Comparison::AtMost, 0),
            (Comparison::AtMost, max - 1),
            (Comparison::Less, 1),
            (Comparison::Less, max),
            (Comparison::Greater, 0),
            (Comparison::Greater, max - 1),
            (Comparison::Equal, 0),
            (Comparison::Equal, max),
            (Comparison::NotEqual, 0),
            (Comparison::NotEqual, max),
        ] {
            assert_eq!(trivial(op, value), None, "{op:?} {value}");
        }
        assert_eq!(range("n", width, 0, max), Err(AlwaysTrue));
        assert_eq!(range("n", width, 5, 4), Err(NeverTrue));
        assert!(range("n", width, 0, max - 1).is_ok());
        assert!(range("n", width, 1, max).is_ok());
    }
}

#[test]
fn a_constant_beyond_the_width_is_not_wrapped() {
    use Triviality::{AlwaysTrue, NeverTrue};
    for width in [Width::U8, Width::U16, Width::Date] {
        for beyond in [width.max() + 1, width.max() + 6, u32::MAX] {
            let trivial = |op| comparison("n", width, op, beyond).err();
            assert_eq!(trivial(Comparison::Equal), Some(NeverTrue));
            assert_eq!(trivial(Comparison::NotEqual), Some(AlwaysTrue));
            assert_eq!(trivial(Comparison::Less), Some(AlwaysTrue));
            assert_eq!(trivial(Comparison::AtMost), Some(AlwaysTrue));
            assert_eq!(trivial(Comparison::Greater), Some(NeverTrue));
            assert_eq!(trivial(Comparison::AtLeast), Some(NeverTrue));
            assert_eq!(range("n", width, beyond, u32::MAX), Err(NeverTrue));
            assert_eq!(range("n", width, 0, beyond), Err(AlwaysTrue));
            assert_eq!(
                range("n", width, 9, beyond),
                range("n", width, 9, width.max())
            );
            assert!(key_literals("n", width, beyond).is_empty());
        }
    }
}

#[test]
fn equality_and_a_range_of_one_value_are_the_same_row() {
    for width in Width::ALL {
        for value in [0, 1, 77, width.max()] {
            let equal = comparison("n", width, Comparison::Equal, value).unwrap();
            assert_eq!(equal.len(), 1);
            assert_eq!(range("n", width, value, value), Ok(equal));
        }
    }
}

#[test]
fn frozen_rows_and_their_order() {
    let bytes = |rows: Rows| -> std::vec::Vec<std::string::String> {
        let hex = |byte: &u8| std::format!("{byte:02x}");
        rows.unwrap()
            .iter()
            .map(|row| row.as_bytes()[4..].iter().map(hex).collect())
            .collect()
    };
    // 11 = 0b00_00_10_11; 12 = 0b00_00_11_00: type, radix, relation, place, prefix, bound.
    assert_eq!(
        bytes(comparison("n", Width::U8, Comparison::AtLeast, 12)),
        [
            "010201000000000001",
            "010201010000000001",
            "010201020000000003"
        ]
    );
    assert_eq!(
        bytes(comparison("n", Width::U8, Comparison::AtMost, 11)),
        ["010202020000000002"]
    );
    // Less half first. 65 = 0b01_00_00_01.
    assert_eq!(
        bytes(comparison("n", Width::U8, Comparison::NotEqual, 65)),
        [
            "010202000000000000",
            "010202030000001000",
            "010201000000000002",
            "010201010000000101",
            "010201020000000401",
            "010201030000001002",
        ]
    );
    // 3, 4..=7, 8: nodes of 8, 6 and 8 bits, ascending.
    assert_eq!(
        bytes(range("n", Width::U8, 3, 8)),
        [
            "010203080000000300",
            "010203060000000100",
            "010203080000000800"
        ]
    );
}

#[test]
fn a_key_in_its_frozen_order() {
    let label = |literal: &Literal| {
        let bytes = literal.as_bytes();
        assert_eq!(&bytes[..6], b"\x02\x00\x01n\x01\x02");
        let prefix = u32::from_be_bytes(bytes[8..12].try_into().unwrap());
        (bytes[6], bytes[7], prefix, bytes[12])
    };
    // 0b10_11_00_01
    let held = key_literals("n", Width::U8, 0b1011_0001);
    assert_eq!(
        held.iter().map(label).collect::<std::vec::Vec<_>>(),
        [
            (1, 0, 0, 1),
            (1, 0, 0, 2),
            (2, 0, 0, 2),
            (1, 1, 0b10, 1),
            (1, 1, 0b10, 2),
            (1, 1, 0b10, 3),
            (2, 2, 0b1011, 0),
            (2, 2, 0b1011, 1),
            (2, 2, 0b1011, 2),
            (1, 3, 0b10_1100, 1),
            (2, 3, 0b10_1100, 1),
            (2, 3, 0b10_1100, 2),
            (3, 1, 0b1, 0),
            (3, 2, 0b10, 0),
            (3, 3, 0b101, 0),
            (3, 4, 0b1011, 0),
            (3, 5, 0b1_0110, 0),
            (3, 6, 0b10_1100, 0),
            (3, 7, 0b101_1000, 0),
            (3, 8, 0b1011_0001, 0),
        ]
    );
}

#[test]
fn keys_hold_the_documented_number_of_distinct_literals() {
    for (width, count) in [
        (Width::U8, 20),
        (Width::U16, 40),
        (Width::U32, 80),
        (Width::Date, 40),
    ] {
        for value in [0, 1, 0xa5, width.max() / 3, width.max()] {
            let held = key_literals("n", width, value);
            assert_eq!(held.len(), count);
            assert_eq!(held.iter().collect::<HashSet<_>>().len(), count);
        }
    }
}

#[test]
fn mean_row_counts_are_those_of_the_table() {
    // 3/4 of the digits are below 3 and so give a row: 3, 6 and 12 rows.
    for op in [Comparison::AtLeast, Comparison::AtMost] {
        let rows =
            |width, constant| comparison("n", width, op, constant).map_or(0, |rows| rows.len());
        let mean = (0..=255).map(|c| rows(Width::U8, c)).sum::<usize>() as f64 / 255.0;
        assert!((mean - 3.0).abs() < 0.02, "{mean}");
        let mean = (0..=65_535).map(|c| rows(Width::U16, c)).sum::<usize>() as f64 / 65_535.0;
        assert!((mean - 6.0).abs() < 0.01, "{mean}");
        let constants = (0..20_000_u32).map(|i| i.wrapping_mul(0x9e37_79b9));
        let mean = constants.map(|c| rows(Width::U32, c)).sum::<usize>() as f64 / 20_000.0;
        assert!((mean - 12.0).abs() < 0.1, "{mean}");
    }
}

#[test]
fn types_widths_and_labels_never_share_a_literal() {
    let mut seen = HashSet::new();
    for label in ["n", "n\u{0}", "nn", ""] {
        for width in Width::ALL {
            for value in [0, 3, 200] {
                // Within one label and width values may share prefixes.
                let held: HashSet<_> = key_literals(label, width, value).into_iter().collect();
                seen.extend(held.into_iter().map(|literal| (literal, (label, width))));
            }
        }
    }
    let literals: HashSet<_> = seen.iter().map(|(literal, _)| literal).collect();
    assert_eq!(literals.len(), seen.len());
}

#[test]
fn dates_compare_as_days() {
    let day = |text: &str| u32::from(Date::parse(text).unwrap().days());
    let rows = comparison("n", Width::Date, Comparison::AtLeast, day("2026-11-22"));
    for (value, expected) in [
        ("2026-11-21", 0),
        ("2026-11-22", 1),
        ("2026-11-23", 1),
        ("2027-01-01", 1),
        ("1999-12-31", 0),
        ("2079-06-06", 1),
    ] {
        assert_eq!(matches(&rows, Width::Date, day(value)), expected, "{value}");
        // The same number as :u16 is another type.
        assert_eq!(matches(&rows, Width::U16, day(value)), 0);
    }
}

#[test]
fn bytes_and_names_of_widths_and_operators() {
    for (width, byte, suffix) in [
        (Width::U8, 1, "u8"),
        (Width::U16, 2, "u16"),
        (Width::U32, 3, "u32"),
        (Width::Date, 4, "date"),
    ] {
        assert_eq!(width as u8, byte);
        assert_eq!(Width::from_byte(byte), Some(width));
        assert_eq!(width.suffix().to_string(), suffix);
        assert_eq!(Width::from_suffix(suffix), Some(width));
    }
    assert_eq!((Width::U8.max(), Width::U16.max()), (255, 65_535));
    assert_eq!((Width::U32.max(), Width::Date.max()), (u32::MAX, 65_535));
    assert_eq!(Width::from_byte(0), None);
    assert_eq!(Width::from_byte(5), None);
    assert_eq!(Width::from_suffix("U8"), None);
    for op in OPERATORS {
        for value in 0..4 {
            assert_ne!(plain(value, op, 2), plain(value, op.negated(), 2));
        }
    }
}

fn width() -> impl Strategy<Value = Width> {
    proptest::sample::select(&Width::ALL[..])
}

proptest! {
    #[test]
    fn sampled_comparisons_hold_exactly_where_the_plain_ones_do(
        width in width(),
        op in proptest::sample::select(&OPERATORS[..]),
        constant: u32,
        other: u32,
        shared in 0..=32_u32,
    ) {
        let constant = constant & width.max();
        let rows = comparison("n", width, op, constant);
        // A value that agrees with the constant in its leading bits, and the closest ones.
        let tail = width.max().checked_shr(shared).unwrap_or(0);
        let near = (constant & !tail) | (other & tail);
        for value in [
            near,
            constant,
            constant.wrapping_add(1) & width.max(),
            constant.wrapping_sub(1) & width.max(),
            0,
            width.max(),
        ] {
            prop_assert_eq!(matches(&rows, width, value), usize::from(plain(value, op, constant)));
        }
    }

    #[test]
    fn sampled_ranges_hold_exactly_inside(width in width(), a: u32, b: u32, other: u32) {
        let (a, b) = (a & width.max(), b & width.max());
        let (low, high) = (a.min(b), a.max(b));
        let rows = range("n", width, low, high);
        for value in [
            low,
            high,
            low.wrapping_sub(1) & width.max(),
            high.wrapping_add(1) & width.max(),
            other & width.max(),
            low + (high - low) / 2,
        ] {
            let inside = (low..=high).contains(&value);
            prop_assert_eq!(matches(&rows, width, value), usize::from(inside));
        }
    }
}
