//! Policies, labels and attributes as people write them.

use super::kit::Kit;

/// Name of the fault, policy, number.
const POLICIES: &[(&str, &str, u16)] = &[
    ("good", "role=cardiologist and (dept=icu or level:u8>=3)", 0),
    ("good_threshold", "2 of (a=1, b=2, c=3)", 0),
    ("good_range", "level in 3..7 and licensed>=2026-01-01", 0),
    ("empty", "", 200),
    ("only_blanks", "   ", 200),
    ("no_operator", "role cardiologist", 200),
    ("no_value", "role=", 200),
    ("no_name", "=cardiologist", 200),
    ("operator_alone", "and", 200),
    ("and_at_the_end", "a=x and", 200),
    ("and_twice", "a=x and and b=y", 200),
    ("parenthesis_open", "(a=x", 200),
    ("parenthesis_close", "a=x)", 200),
    ("parentheses_empty", "()", 200),
    ("text_behind", "a=x b=y", 200),
    ("quote_open", "a=\"x", 200),
    ("double_equals", "a==x", 200),
    ("arrow", "a=>3", 200),
    ("semicolon", "a=x; b=y", 200),
    ("set_empty", "a in {}", 200),
    ("set_open", "a in {x, y", 200),
    ("range_open", "a in 3..", 200),
    ("of_without_list", "2 of a=x", 200),
    ("byte_zero", "a=x\0", 200),
    ("not_alone", "not", 200),
];

/// Name of the fault, labels, one a line, number.
const LABELS: &[(&str, &str, u16)] = &[
    ("good", "type=Observation\nconf=N\nymd=2026-11-22", 0),
    ("good_unknown_time", "type=ECG\nym=unknown", 0),
    ("no_equals", "type", 3),
    ("no_value", "type=", 3),
    ("no_name", "=Observation", 3),
    ("value_quoted", "type=\"Observation\"", 3),
    ("value_ends_with_a_blank", "type=Observation ", 3),
    ("day_of_no_month", "ymd=2026-11-31", 3),
    ("day_before_1900", "ymd=1899-12-31", 3),
    ("month_thirteen", "ym=2026-13", 3),
    ("year_of_five_digits", "y=20260", 3),
    ("two_years", "y=2025\ny=2026", 3),
    ("two_days", "ymd=2026-11-21\nymd=2026-11-22", 3),
    ("month_of_another_year", "ym=2026-11\ny=2025", 3),
    ("sensitivity_contradicted", "sens=HIV\nsens.not=HIV", 3),
    ("twice", "conf=N\nconf=N", 5),
    ("expires_reserved", "expires=2026-11-22", 6),
    ("issued_reserved", "issued=2026-11-22", 6),
    ("control_character", "type=Obser\u{7}vation", 112),
    ("form_d", "type=Jose\u{301}", 112),
    ("direction_override", "type=\u{202e}Observation", 112),
];

pub fn add(kit: &mut Kit) {
    for (fault, text, code) in POLICIES {
        kit.add(
            &format!("policy_{fault}.txt"),
            "policy",
            *code,
            text.as_bytes(),
        );
    }
    let deep = format!("{}a=x{}", "(".repeat(33), ")".repeat(33));
    kit.add("policy_too_deep.txt", "policy", 202, deep.as_bytes());
    let leaves: Vec<_> = (0..257).map(|at| format!("a{at}=x")).collect();
    kit.add(
        "policy_of_257_leaves.txt",
        "policy",
        202,
        leaves.join(" or ").as_bytes(),
    );
    kit.add("policy_not_utf8.txt", "policy", 112, b"a=\xff");
    for (fault, text, code) in LABELS {
        kit.add(
            &format!("labels_{fault}.txt"),
            "label-lines",
            *code,
            text.as_bytes(),
        );
    }
    let many: Vec<_> = (0..65).map(|at| format!("code={at}")).collect();
    kit.add(
        "labels_65.txt",
        "label-lines",
        2,
        many.join("\n").as_bytes(),
    );
    let long = format!("code={}", "x".repeat(251));
    kit.add("labels_of_256_bytes.txt", "label-lines", 3, long.as_bytes());

    let bytes = |labels: &[&str]| {
        let mut out = vec![labels.len() as u8];
        for label in labels {
            out.extend_from_slice(&(label.len() as u16).to_be_bytes());
            out.extend_from_slice(label.as_bytes());
        }
        out
    };
    kit.add(
        "labels_good.bin",
        "labels",
        0,
        &bytes(&["conf=N", "type=ECG"]),
    );
    kit.add(
        "labels_unordered.bin",
        "labels",
        107,
        &bytes(&["type=ECG", "conf=N"]),
    );
    kit.add(
        "labels_repeated.bin",
        "labels",
        107,
        &bytes(&["conf=N", "conf=N"]),
    );
    kit.add(
        "labels_month_without_year.bin",
        "labels",
        3,
        &bytes(&["ym=2026-11"]),
    );
    kit.add(
        "labels_trailing_byte.bin",
        "labels",
        101,
        &[bytes(&["conf=N"]), vec![0]].concat(),
    );
    kit.add("labels_count_65.bin", "labels", 106, &[65]);
    kit.add(
        "labels_count_too_high.bin",
        "labels",
        100,
        &[&[2][..], &bytes(&["conf=N"])[1..]].concat(),
    );
    kit.add("labels_length_256.bin", "labels", 106, &[1, 1, 0]);
    kit.add("labels_empty_input.bin", "labels", 100, &[]);
}
