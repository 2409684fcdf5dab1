//! Bytes that no parsed policy has.

use std::vec::Vec;

use crate::error::Error;
use crate::policy::Policy;

fn refusal(bytes: &[u8]) -> Error {
    match Policy::from_bytes(bytes) {
        Err(error) => error,
        Ok(policy) => panic!("{bytes:02x?} was read as {policy:?}"),
    }
}

#[test]
fn every_truncation_is_refused() {
    let text = "role=a and (dept in {er, icu} or not 2 of (level in 1..5, age:u16 in {1, 2}, id:u32!=9)) and \
                (icd:code=E11* or icd:code in {I10, E12*}) and not (role!=b or level=7)";
    let whole = Policy::parse(text).unwrap().to_bytes();
    assert!(Policy::from_bytes(&whole).is_ok());
    for length in 0..whole.len() {
        assert_eq!(refusal(&whole[..length]), Error::Truncated, "{length}");
    }
    for more in 0..=255 {
        let longer: Vec<u8> = whole.iter().copied().chain([more]).collect();
        assert_eq!(refusal(&longer), Error::TrailingBytes);
    }
}

#[test]
fn every_rule_of_the_parser_binds_the_decoder() {
    let long_name: Vec<u8> = b"\x01\x85\x80".iter().copied().chain([b'n'; 128]).collect();
    let cases: &[(&[u8], &str)] = &[
        (b"\x00\x01a\x01b", "unknown encoding"),
        (b"\x02\x01a\x01b", "unknown encoding"),
        (b"\x01\x8b\x01a\x01b", "unknown kind of node"),
        (b"\x01\x00\x01b", "unknown kind of node"),
        (b"\x01\xff\x01b", "unknown kind of node"),
        // Names and values.
        (
            b"\x01\x011\x01b",
            "a name, which begins with an ASCII letter",
        ),
        (
            b"\x01\x02a \x01b",
            "a name of ASCII letters, digits, single full stops, `_` and `-`",
        ),
        (
            b"\x01\x04a..b\x01b",
            "a name of ASCII letters, digits, single full stops, `_` and `-`",
        ),
        (b"\x01\x02a\xff\x01b", "a name outside ASCII"),
        (b"\x01\x02or\x01b", "a name; keywords are no names"),
        (b"\x01\x02oR\x01b", "a name; keywords are no names"),
        (&long_name, "a name of more than 127 bytes"),
        (
            b"\x01\x85\x00\x00\x02\x01a\x01b",
            "a name, which begins with an ASCII letter",
        ),
        (b"\x01\x01a\x00", "a value has at least one byte"),
        (b"\x01\x01a\x01\xff", "a value that is not UTF-8"),
        (
            b"\x01\x01a\x01\n",
            "a value is in Unicode normalisation form C and has no control characters",
        ),
        (
            b"\x01\x01a\x03e\xcc\x81",
            "a value is in Unicode normalisation form C and has no control characters",
        ),
        // Reserved names.
        (
            b"\x01\x01y\x042026",
            "y, ym and ymd are labels of records, not attributes of people",
        ),
        (
            b"\x01\x88\x02ym\x01\x01\x05",
            "y, ym and ymd are labels of records, not attributes of people",
        ),
        (
            b"\x01\x88\x03ymd\x04\x06\x05\x05",
            "y, ym and ymd are labels of records, not attributes of people",
        ),
        (b"\x01\x07expires\x01b", "issued and expires are dates"),
        (
            b"\x01\x88\x07expires\x02\x06\x05\x05",
            "issued and expires are dates",
        ),
        (
            b"\x01\x86\x06issued\x01\x00\x01b",
            "issued and expires are dates",
        ),
        // Gates.
        (b"\x01\x80\x00\x00", "a gate of fewer than two"),
        (b"\x01\x80\x00\x01\x01a\x01b", "a gate of fewer than two"),
        (b"\x01\x81\x00\x01\x01a\x01b", "a gate of fewer than two"),
        (
            b"\x01\x82\x00\x01\x00\x01\x01a\x01b",
            "a gate of fewer than two",
        ),
        (
            b"\x01\x82\x00\x00\x00\x02\x01a\x01b\x01a\x01c",
            "a threshold that is not 1 to all",
        ),
        (
            b"\x01\x82\x00\x03\x00\x02\x01a\x01b\x01a\x01c",
            "a threshold that is not 1 to all",
        ),
        (
            b"\x01\x82\xff\xff\x00\x02\x01a\x01b\x01a\x01c",
            "a threshold that is not 1 to all",
        ),
        (
            b"\x01\x80\x00\x02\x01a\x01b\x80\x00\x02\x01a\x01c\x01a\x01d",
            "a gate inside its like",
        ),
        (
            b"\x01\x81\x00\x02\x81\x00\x02\x01a\x01c\x01a\x01d\x01a\x01b",
            "a gate inside its like",
        ),
        (
            b"\x01\x80\x00\x02\x01a\x01b\x01a\x01b",
            "the same condition twice in one gate",
        ),
        (
            b"\x01\x81\x00\x02\x01a\x01b\x01a\x01b",
            "the same condition twice in one gate",
        ),
        (
            b"\x01\x82\x00\x01\x00\x02\x01a\x01b\x01a\x01b",
            "the same condition twice in one gate",
        ),
        // Sets.
        (b"\x01\x85\x01a\x00\x00", "a set of fewer than two"),
        (b"\x01\x85\x01a\x00\x01\x01b", "a set of fewer than two"),
        (b"\x01\x87\x01a\x00\x01\x00\x01b", "a set of fewer than two"),
        (b"\x01\x89\x01a\x01\x00\x01\x05", "a set of fewer than two"),
        (
            b"\x01\x85\x01a\x00\x02\x01b\x01b",
            "the same value twice in one set",
        ),
        (
            b"\x01\x87\x01a\x00\x02\x01\x01b\x01\x01b",
            "the same value twice in one set",
        ),
        (
            b"\x01\x89\x01a\x01\x00\x02\x05\x05",
            "the same value twice in one set",
        ),
        // Numbers.
        (b"\x01\x88\x01a\x00\x01\x05", "unknown type of number"),
        (b"\x01\x88\x01a\x05\x01\x05", "unknown type of number"),
        (b"\x01\x88\x01a\x01\x00\x05", "unknown operator"),
        (b"\x01\x88\x01a\x01\x07\x05", "unknown operator"),
        (
            b"\x01\x88\x01a\x01\x06\x00",
            "the comparison is always true",
        ),
        (b"\x01\x88\x01a\x01\x03\x00", "the comparison is never true"),
        (
            b"\x01\x83\x88\x01a\x01\x06\x00",
            "the comparison is never true",
        ),
        (
            b"\x01\x8a\x01a\x01\x00\xff",
            "the comparison is always true",
        ),
        (b"\x01\x8a\x01a\x01\x05\x04", "the comparison is never true"),
        // Negations.
        (
            b"\x01\x84\x01a\x01b",
            "text and codes cannot be negated: a key never shows what it does not hold",
        ),
        (
            b"\x01\x83\x01a\x01b",
            "text and codes cannot be negated: a key never shows what it does not hold",
        ),
        (
            b"\x01\x86\x01a\x02\x00\x01b",
            "text and codes cannot be negated: a key never shows what it does not hold",
        ),
        (
            b"\x01\x83\x85\x01a\x00\x02\x01b\x01c",
            "text and codes cannot be negated: a key never shows what it does not hold",
        ),
        (
            b"\x01\x86\x01a\x03\x00\x01b",
            "text and codes have no order",
        ),
        (b"\x01\x86\x01a\x00\x00\x01b", "unknown operator"),
    ];
    for (bytes, reason) in cases {
        let error = refusal(bytes);
        let Error::PolicyBytes(found) = error else {
            panic!("{bytes:02x?}: {error:?}");
        };
        // Negation of a comparison that is trivial is trivial the other way round.
        assert_eq!(found, *reason, "{bytes:02x?}");
    }
    assert_eq!(refusal(b"\x01\x86\x01a\x01\x02\x01b"), Error::Field("flag"));
}

#[test]
fn limits_bind_the_decoder() {
    let gate = |kind: u8, count: u16, children: &dyn Fn(u16) -> Vec<u8>| {
        let mut bytes = std::vec![kind];
        bytes.extend_from_slice(&count.to_be_bytes());
        (0..count).for_each(|n| bytes.extend(children(n)));
        bytes
    };
    let leaf = |n: u16| std::vec![1, b'a', 2, b'A' + (n / 26) as u8, b'A' + (n % 26) as u8];
    let encoded = |body: Vec<u8>| -> Vec<u8> { [1].into_iter().chain(body).collect() };
    let clause = b"\x88\x07expires\x04\x06\xb5\x00";

    assert!(Policy::from_bytes(&encoded(gate(0x81, 256, &leaf))).is_ok());
    for count in [257, 258, 600] {
        let error = refusal(&encoded(gate(0x81, count, &leaf)));
        assert_eq!(error, Error::PolicyBytes("more than 256 leaves"));
    }
    // The clause is exempt, once and at the end.
    let with_clause = |n: u16| if n == 256 { clause.to_vec() } else { leaf(n) };
    assert!(Policy::from_bytes(&encoded(gate(0x80, 257, &with_clause))).is_ok());
    let clause_first = |n: u16| if n == 0 { clause.to_vec() } else { leaf(n) };
    let error = refusal(&encoded(gate(0x80, 257, &clause_first)));
    assert_eq!(error, Error::PolicyBytes("more than 256 leaves"));

    // Nesting.
    let negated = |count: usize| {
        let mut bytes = std::vec![0x83; count];
        bytes.extend_from_slice(b"\x88\x01a\x01\x01\x05");
        bytes
    };
    assert!(Policy::from_bytes(&encoded(negated(32))).is_ok());
    for count in [33, 34, 60_000] {
        let error = refusal(&encoded(negated(count)));
        assert_eq!(error, Error::PolicyBytes("more than 32 levels of nesting"));
    }
    let or = |below: Vec<u8>| gate(0x81, 2, &|n| if n == 0 { leaf(0) } else { below.clone() });
    let and = |above: Vec<u8>, last: &[u8]| {
        gate(0x80, 2, &|n| {
            if n == 0 { above.clone() } else { last.to_vec() }
        })
    };
    assert!(Policy::from_bytes(&encoded(or(negated(32)))).is_ok());
    assert!(Policy::from_bytes(&encoded(and(or(negated(32)), clause))).is_ok());
    for deep in [
        and(or(negated(32)), &leaf(1)),
        and(or(negated(33)), clause),
        or(negated(33)),
    ] {
        let error = refusal(&encoded(deep));
        assert_eq!(error, Error::PolicyBytes("more than 32 levels of nesting"));
    }

    // A count that promises more than there is allocates nothing.
    assert_eq!(refusal(b"\x01\x81\xff\xff"), Error::Truncated);
    assert_eq!(refusal(b"\x01\x85\x01a\xff\xff"), Error::Truncated);
    // Rows: one `!=` in the middle of 32 bits has over 16 of them.
    let rows = |n: u16| {
        let name = [b'x', b'A' + n as u8 / 26, b'A' + n as u8 % 26];
        [&[0x88, 3], &name[..], b"\x03\x02\x6a\xaa\xaa\xaa"].concat()
    };
    assert!(Policy::from_bytes(&encoded(gate(0x80, 32, &rows))).is_ok());
    let error = refusal(&encoded(gate(0x80, 50, &rows)));
    assert_eq!(error, Error::PolicyBytes("more than 1024 rows"));
}
