//! Frozen canonical bytes. They were written by an encoder in another language from the table in
//! the documentation; a change here is a change of the format.

use std::string::String;

use crate::policy::Policy;

/// Policy text and canonical bytes in hexadecimal.
const FROZEN: &[(&str, &str)] = &[
    (
        "role=cardiologist",
        "0104726f6c650c63617264696f6c6f67697374",
    ),
    (
        "role=nurse and expires>=2026-11-22",
        "0180000204726f6c65056e757273658807657870697265730406b50a",
    ),
    (
        "a=b or c=d and e=f",
        "01810002016101628000020163016401650166",
    ),
    (
        "(a=b or c=d) and e=f",
        "01800002810002016101620163016401650166",
    ),
    (
        "2 of (senior=yes, board=yes, irb=2026-117)",
        "0182000200030673656e696f720379657305626f617264037965730369726208323032362d313137",
    ),
    (
        "dept in {er, cardiology}",
        "0185046465707400020265720a63617264696f6c6f6779",
    ),
    (
        "not (level=3 or role!=a)",
        "018381000288056c6576656c0101038404726f6c650161",
    ),
    ("age:u16 != 300", "0188036167650202012c"),
    ("id:u32 < 4294967295", "01880269640303ffffffff"),
    (
        "level <= 254 and level > 0",
        "0180000288056c6576656c0104fe88056c6576656c010500",
    ),
    ("level in {3, 1, 2}", "0189056c6576656c010003030102"),
    (
        "licensed in 2026-01-01..2026-12-31",
        "018a086c6963656e73656404b3c5b531",
    ),
    (
        "licensed in {1900-01-01, 2079-06-06}",
        "0189086c6963656e7365640400020000ffff",
    ),
    ("icd10:code=E11*", "0186056963643130010103453131"),
    ("not icd10:code!=E11", "018386056963643130020003453131"),
    (
        "sct:code in {44054006, 73211009*}",
        "01870373637400020008343430353430303601083733323131303039",
    ),
    (
        "ward=\"3\" or name=\"José \\\"B\\\"\"",
        "0181000204776172640133046e616d65094a6f73c3a920224222",
    ),
    (
        "role=cardiologist and (dept=icu or dept in {er, cardiology}) and 2 of \
         (senior=yes, board=yes, irb=2026-117) and level:u8>=3 and \
         licensed:date>=2026-01-01 and not level:u8<2 and icd10:code=E11*",
        "0180000704726f6c650c63617264696f6c6f67697374810002046465707403696375850464657074\
         00020265720a63617264696f6c6f677982000200030673656e696f720379657305626f6172640379\
         65730369726208323032362d31313788056c6576656c01060388086c6963656e7365640406b3c583\
         88056c6576656c01030286056963643130010103453131",
    ),
];

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| std::format!("{byte:02x}"))
        .collect()
}

fn unhex(text: &str) -> std::vec::Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn frozen_bytes() {
    for (text, bytes) in FROZEN {
        let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(hex(policy.as_bytes()), *bytes, "{text}");
        assert_eq!(Policy::from_bytes(&unhex(bytes)), Ok(policy));
    }
}

#[test]
fn a_hundred_leaves_of_eleven_bytes_cost_at_most_thirteen_each() {
    let leaves: std::vec::Vec<_> = (0..100).map(|n| std::format!("role=job{n:03}")).collect();
    assert!(leaves.iter().all(|leaf| leaf.len() == 11));
    let policy = Policy::parse(&leaves.join(" and ")).unwrap();
    // Encoding, gate, count; name, value and two lengths a leaf.
    assert_eq!(policy.as_bytes().len(), 4 + 100 * 12);
}
