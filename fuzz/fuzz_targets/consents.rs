//! FHIR Consents under each reading: compiled or refused with reasons, and Terms have one encoding.
#![no_main]

use std::sync::OnceLock;

use hippocrypt::consent::{Reading, Terms, Vocabulary};
use hippocrypt::fhir::{Document, NoResolver, Options, compile};

fn vocabulary() -> &'static Vocabulary {
    static KEPT: OnceLock<Vocabulary> = OnceLock::new();
    KEPT.get_or_init(|| Vocabulary::hv1().expect("the carried vocabulary"))
}

const READINGS: [Reading; 4] = [
    Reading::R4Typed,
    Reading::R5Negate,
    Reading::Pcf11,
    Reading::Mii2025,
];

libfuzzer_sys::fuzz_target!(|input: (u8, &[u8])| {
    let Ok(document) = Document::parse(input.1) else {
        return;
    };
    let options = Options::new(READINGS[usize::from(input.0) % READINGS.len()]);
    if let Ok(compiled) = compile(&document, &options, vocabulary(), &NoResolver, [7; 32]) {
        let bytes = compiled.terms.to_bytes().expect("its bytes");
        let again = Terms::from_bytes(&bytes).and_then(|terms| terms.to_bytes());
        assert!(again == Ok(bytes));
    }
});
