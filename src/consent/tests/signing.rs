//! Who may consent for whom.

use super::*;
use crate::asymmetric::SigningKey;
use crate::error::Error;
use crate::policy::{Date, LabelFrame, LabelPolicy};
use crate::pre::{Carer, CarerKind, PatientKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const SIGNED: u64 = NOW as u64;

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn carer_key() -> SigningKey {
    SigningKey::generate(&mut rng(9)).unwrap()
}

fn patient(kind: CarerKind, until: u64, scope: Option<&str>) -> PatientKey {
    let frame = LabelFrame::new(2020, Date::parse("2030-12-31").unwrap()).unwrap();
    let scope = scope.map(|it| LabelPolicy::parse(it, &frame).unwrap());
    let carer = Carer::new(kind, carer_key().verifying_key(), until, scope).unwrap();
    PatientKey::generate(&mut rng(1))
        .and_then(|it| it.with_carers(vec![carer], &mut rng(2)))
        .unwrap()
}

fn ada() -> PatientKey {
    patient(CarerKind::Guardian, SIGNED + 100, None)
}

fn consent() -> Terms {
    terms(vec![permit(vec![])])
}

#[test]
fn the_patients_consent_comes_back_and_is_the_patients() {
    let ada = ada();
    let signed = SignedConsent::by_patient(consent(), &ada, SIGNED).unwrap();
    let read = SignedConsent::from_bytes(&signed.to_bytes().unwrap()).unwrap();
    let verified = read.verify(ada.profile(), SIGNED).unwrap();
    assert_eq!(verified.terms(), &consent());
    assert_eq!(verified.signer(), ConsentSigner::Patient);
    assert_eq!(verified.patient(), ada.profile().id());
    assert_eq!(verified.time(), SIGNED);
    assert!(read.verify(ada.profile(), SIGNED - 300).is_ok());
    let early = read.verify(ada.profile(), SIGNED - 301);
    assert_eq!(
        early.err(),
        Some(Error::Time("signed after it was received"))
    );
}

#[test]
fn every_changed_byte_is_refused() {
    use crate::symmetric::sha256;
    let ada = ada();
    let bytes = SignedConsent::by_patient(consent(), &ada, SIGNED)
        .and_then(|it| it.to_bytes())
        .unwrap();
    let length = bytes.len() - 32;
    for place in 0..length {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        // Whoever forges mends the checksum too.
        let checksum = sha256(&[&changed[..length]]);
        changed[length..].copy_from_slice(&checksum);
        let verified = SignedConsent::from_bytes(&changed)
            .and_then(|it| it.verify(ada.profile(), SIGNED + 50));
        assert!(verified.is_err(), "{place}");
    }
}

#[test]
fn another_patients_consent_is_refused() {
    let eve = PatientKey::generate(&mut rng(3)).unwrap();
    let signed = SignedConsent::by_patient(consent(), &eve, SIGNED).unwrap();
    let refused = signed.verify(ada().profile(), SIGNED).err();
    assert_eq!(refused, Some(Error::Verify));
    // Eve says it is Ada's.
    let posing = SignedConsent::by_carer(consent(), ada().profile(), eve.signing(), SIGNED);
    let refused = posing.unwrap().verify(ada().profile(), SIGNED).err();
    assert_eq!(refused, Some(Error::Verify));
}

#[test]
fn a_guardian_of_two_signs_for_each() {
    let bob = PatientKey::generate(&mut rng(5)).unwrap();
    let carers = ada().profile().carers().to_vec();
    let bob = bob.with_carers(carers, &mut rng(6)).unwrap();
    let signed = SignedConsent::by_carer(consent(), bob.profile(), &carer_key(), SIGNED).unwrap();
    assert!(signed.verify(bob.profile(), SIGNED).is_ok());
    let refused = signed.verify(ada().profile(), SIGNED).err();
    assert_eq!(refused, Some(Error::Verify));
}

#[test]
fn guardians_and_attorneys_sign_while_they_are() {
    for (kind, until, scope, received, may) in [
        (CarerKind::Guardian, SIGNED + 100, None, SIGNED, true),
        (CarerKind::Attorney, SIGNED + 100, None, SIGNED + 99, true),
        (CarerKind::Helper, SIGNED + 100, None, SIGNED, false),
        (CarerKind::Guardian, SIGNED, None, SIGNED, false),
        // Signed in time, they say, but seen too late.
        (CarerKind::Guardian, SIGNED + 100, None, SIGNED + 100, false),
        (
            CarerKind::Guardian,
            SIGNED + 100,
            Some("conf=N"),
            SIGNED,
            false,
        ),
    ] {
        let ada = patient(kind, until, scope);
        let signed =
            SignedConsent::by_carer(consent(), ada.profile(), &carer_key(), SIGNED).unwrap();
        let verified = signed.verify(ada.profile(), received).map(|it| it.signer());
        let expected = if may {
            Ok(ConsentSigner::Carer(kind))
        } else {
            Err(Error::Verify)
        };
        assert_eq!(verified, expected, "{kind:?} {until} {received}");
    }
    // A later profile without carers.
    let signed = SignedConsent::by_carer(consent(), ada().profile(), &carer_key(), SIGNED).unwrap();
    let none = ada().with_carers(vec![], &mut rng(4)).unwrap();
    assert_eq!(
        signed.verify(none.profile(), SIGNED).err(),
        Some(Error::Verify)
    );
}

#[test]
fn the_document_is_the_one_that_was_read() {
    let mut one = draft(vec![permit(vec![])]);
    one.source = crate::symmetric::sha256(&[b"{}"]);
    let signed = SignedConsent::by_patient(Terms::check(one).unwrap(), &ada(), SIGNED).unwrap();
    assert!(signed.is_of_document(b"{}"));
    assert!(!signed.is_of_document(b"{} "));
}
