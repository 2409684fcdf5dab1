//! A consent in its normal form: SPEC.md, section 16.2.

use hippocrypt::consent::{Confidentiality, Criterion, Interval, Rule, Set, Terms, TermsDraft};

use crate::dump::Dump;

pub fn made() -> Vec<u8> {
    let subject = "https://example.org/Patient/ada";
    let mut draft = TermsDraft::new([0x5a; 32], [0x76; 32], subject);
    draft.grantors = Set::values([subject]).unwrap();
    draft.decided = Some(1_795_478_400);
    draft.valid = Interval::new(Some(1_795_478_400), None).unwrap();
    draft.rules = vec![
        Rule::permit([
            Criterion::recipients([["org=npi:1234567893"]]).unwrap(),
            Criterion::purpose(["TREAT"]).unwrap(),
            Criterion::Confidentiality(Confidentiality::Normal),
        ])
        .unwrap(),
        Rule::forbid([Criterion::sensitivity(["HIV"]).unwrap()]).unwrap(),
    ];
    Terms::check(draft).unwrap().to_bytes().unwrap()
}

fn terms(bytes: &[u8]) -> String {
    let mut dump = Dump::new(bytes);
    dump.field(5, "magic HIPPO");
    dump.field(1, "version 1");
    dump.field(1, "no suite");
    dump.field(1, "kind 72: Terms");
    dump.field(32, "salt");
    dump.field(32, "SHA-256 of the vocabulary");
    dump.field(1, "reading 0: native");
    dump.field(1, "purpose mode 1: any of");
    dump.field(32, "subject: 31 bytes");
    dump.field(2, "one grantor");
    dump.field(32, "grantor: 31 bytes, the subject");
    dump.field(32, "no source document");
    dump.field(1, "a time of the consent");
    dump.field(8, "2026-11-24 00:00:00 UTC");
    dump.field(2, "zone: UTC");
    dump.field(16, "valid from then on, without end");
    dump.field(1, "base 0: silent");
    dump.field(2, "two rules");
    dump.field(2, "permit, three criteria");
    dump.field(3, "recipient: one");
    dump.field(2, "with one attribute");
    dump.field(19, "org=npi:1234567893");
    dump.field(3, "purpose: one");
    dump.field(6, "TREAT");
    dump.field(2, "confidentiality 3: N or lower");
    dump.field(2, "forbid, one criterion");
    dump.field(3, "sensitivity: one");
    dump.field(4, "HIV");
    dump.field(2, "no obligations");
    dump.field(1, "replaces none");
    dump.finish()
}

type Object = (&'static str, fn(&[u8]) -> String);
pub const OBJECTS: [Object; 1] = [("Terms", terms)];

/// What is shown is what the library reads.
pub fn check(bytes: &[u8]) {
    let terms = Terms::from_bytes(bytes).unwrap();
    assert_eq!(terms.to_bytes().unwrap(), bytes);
}
