//! One encoding, and nothing else is read.

use super::*;
use crate::error::Error;

fn full() -> Terms {
    let mut draft = draft(vec![permit(everything()), forbid(vec![])]);
    draft.reading = Reading::Pcf11;
    draft.grantors = Set::values([ADA]).unwrap();
    draft.source = [9; 32];
    draft.decided = Some(-1);
    draft.zone = -90;
    draft.valid = Interval::new(None, Some(NOW)).unwrap();
    draft.obligations = Set::values(["NORDSCLCD"]).unwrap();
    draft.supersedes = Some([3; 32]);
    Terms::check(draft).unwrap()
}

#[test]
fn bytes_come_back_and_every_shorter_or_longer_input_is_refused() {
    let bytes = full().to_bytes().unwrap();
    assert_eq!(Terms::from_bytes(&bytes).unwrap(), full());
    for length in 0..bytes.len() {
        assert!(Terms::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(Terms::from_bytes(&longer), Err(Error::TrailingBytes));
}

#[test]
fn whatever_is_read_has_the_bytes_it_was_read_from() {
    let bytes = full().to_bytes().unwrap();
    let mut read = 0;
    for place in 0..bytes.len() {
        for mask in [0x01, 0x20, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[place] ^= mask;
            if let Ok(terms) = Terms::from_bytes(&changed) {
                assert_eq!(terms.to_bytes().unwrap(), changed, "{place}");
                assert_ne!(terms.digest().unwrap(), full().digest().unwrap());
                read += 1;
            }
        }
    }
    assert!(read > 100, "salts, digests and times can be anything");
}

#[test]
fn the_order_of_criteria_and_values_does_not_matter_before_and_does_after_encoding() {
    let mut turned = everything();
    turned.reverse();
    assert_eq!(permit(everything()), permit(turned));
    let bytes = terms(vec![permit(vec![
        Criterion::purpose(["TREAT", "HPAYMT"]).unwrap(),
    ])])
    .to_bytes()
    .unwrap();
    let place = bytes.windows(6).position(|it| it == b"HPAYMT").unwrap();
    let mut swapped = bytes.clone();
    swapped[place - 1..place + 12].copy_from_slice(b"\x05TREAT\x06HPAYMT");
    assert_eq!(
        Terms::from_bytes(&swapped),
        Err(Error::NotCanonical("order of values"))
    );
    assert_eq!(
        Terms::from_bytes(&bytes).unwrap().to_bytes().unwrap(),
        bytes
    );
}

#[test]
fn at_most_a_mebibyte_of_terms() {
    const MAX: usize = 1 << 20;
    let code = |n: usize, length: usize| format!("{n:03}{}", "x".repeat(length - 3));
    let rule = |codes: &[String]| {
        let codes = codes.iter().map(String::as_str);
        permit(vec![Criterion::purpose(codes).unwrap()])
    };
    // 255 rules of 16 codes of 255 bytes and one for their length, and one whose codes fill the rest.
    let of = |rest: usize| {
        let mut codes: Vec<String> = (0..16).map(|n| code(n, 255)).collect();
        let mut rules = vec![rule(&codes); 255];
        codes.truncate(rest / 256);
        codes.push(code(999, rest % 256 - 1));
        rules.push(rule(&codes));
        terms(rules)
    };
    let rest = MAX - of(128).to_bytes().unwrap().len() + 128;
    let most = of(rest).to_bytes().unwrap();
    assert_eq!(most.len(), MAX);
    assert_eq!(Terms::from_bytes(&most), Ok(of(rest)));
    assert_eq!(
        of(rest + 1).to_bytes(),
        Err(Error::TooLarge("1 MiB of Terms"))
    );
    let more = [&most[..], &[0]].concat();
    assert_eq!(Terms::from_bytes(&more), Err(Error::Length("Terms")));
    assert_eq!(Terms::from_bytes(&more[..MAX]), Ok(of(rest)));
}

#[test]
fn names_and_codes_are_read_as_they_are_written() {
    for reading in Reading::ALL {
        assert_eq!(Reading::from_name(reading.name()), Some(reading));
    }
    for mode in PurposeMode::ALL {
        assert_eq!(PurposeMode::from_name(mode.name()), Some(mode));
    }
    for audience in Audience::ALL {
        assert_eq!(Audience::from_name(audience.name()), Some(audience));
    }
    for code in ["instance", "related", "dependents", "authoredby"] {
        assert_eq!(Meaning::from_code(code).map(Meaning::code), Some(code));
    }
    assert_eq!(Reading::from_name(""), None);
    assert_eq!(PurposeMode::from_name(""), None);
    assert_eq!(Audience::from_name(""), None);
    assert_eq!(Meaning::from_code(""), None);
}

#[test]
fn at_most_256_rules_and_a_party_of_1024_keys() {
    assert!(Terms::check(draft(vec![permit(vec![]); 256])).is_ok());
    let keys: Vec<String> = (0..1025).map(|n| format!("k{n}=v")).collect();
    let of = |count: usize| Attributes::of(keys[..count].iter().map(String::as_str)).map(|_| ());
    assert_eq!(of(1024), Ok(()));
    assert_eq!(of(1025), Err(Error::TooLarge("keys of a party")));
}

#[test]
fn what_is_no_consent_is_refused() {
    let refused = |change: fn(&mut TermsDraft)| {
        let mut one = draft(vec![permit(vec![])]);
        change(&mut one);
        assert!(Terms::check(one.clone()).is_err(), "{one:?}");
    };
    refused(|it| it.rules.clear());
    refused(|it| it.subject = String::new());
    refused(|it| it.subject = String::from("Patient/ada lovelace"));
    refused(|it| it.zone = 841);
    refused(|it| it.rules = vec![permit(vec![]); 257]);
    refused(|it| it.grantors = Set::of([String::from("\u{e9}")]).unwrap());
    assert!(Criterion::purpose([]).is_err());
    assert!(Criterion::purpose(["TRE AT"]).is_err());
    assert!(Criterion::author(["Practitioner/3"]).is_err());
    assert!(Criterion::recipients([[] as [&str; 0]]).is_err());
    assert!(Criterion::recipients([["PRAC=1"]]).is_err());
    assert!(Rule::permit([Criterion::Purpose(Set::default())]).is_err());
    let twice = [
        Criterion::purpose(["TREAT"]).unwrap(),
        Criterion::purpose(["HRESCH"]).unwrap(),
    ];
    assert_eq!(
        Rule::permit(twice),
        Err(Error::Duplicate("criterion of a rule"))
    );
    assert!(Interval::new(Some(5), Some(5)).is_err());
}

#[test]
fn the_digest_covers_the_salt() {
    let mut other = draft(vec![permit(vec![])]);
    let one = Terms::check(other.clone()).unwrap().digest().unwrap();
    other.salt[31] ^= 1;
    assert_ne!(Terms::check(other).unwrap().digest().unwrap(), one);
}
