//! FHIR Consents under each reading: compiled or refused with reasons, Terms have one encoding, and what is made of them
//! is whole or refused for what SPEC.md, section 16.7, says.
#![no_main]

use std::sync::OnceLock;

use hippocrypt::Error;
use hippocrypt::consent::enforce::{GrantWindow, holder_policy, plan_grants};
use hippocrypt::consent::{Attributes, Reading, Record, Terms, Vocabulary};
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
        enforce(&compiled.terms);
    }
});

/// Grants and policies have rows to ask for and purposes that there are, or there is a reason.
fn enforce(terms: &Terms) {
    let ada = Attributes::of(["prac=ada", "org=x"]).expect("a recipient");
    let window = GrantWindow {
        recipient: ada.clone(),
        permissions: None,
        from: 1_790_000_000,
        until: 1_800_000_000,
        first_year: 2020,
    };
    match plan_grants(terms, vocabulary(), &window) {
        Ok(grants) => {
            for grant in grants {
                assert!(grant.policy.formula().is_ok_and(|it| !it.rows().is_empty()));
                assert!(window.from <= grant.not_before && grant.not_before < grant.not_after);
                assert!(grant.not_after <= window.until);
            }
        }
        Err(error) => assert!(
            matches!(
                error,
                Error::NotEnforceable(_) | Error::TooLarge(_) | Error::PolicyLimit(..)
            ),
            "{error:?}"
        ),
    }
    let record = Record::default();
    let policy = holder_policy(
        terms,
        vocabulary(),
        &record,
        None,
        Some(&[ada]),
        1_790_000_000,
    );
    if let Err(error) = policy {
        assert!(
            matches!(
                error,
                Error::DeniedRecipient | Error::TooLarge(_) | Error::PolicyLimit(..)
            ),
            "{error:?}"
        );
    }
}
