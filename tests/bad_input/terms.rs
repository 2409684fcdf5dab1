//! The trials on Terms, signed consents and signed labels.

use hippocrypt::consent::{
    Criterion, Interval, Meaning, RecordReference, Rule, Set, SignedConsent, Terms, TermsDraft,
};
use hippocrypt::fhir::labels::SignedLabels;
use hippocrypt::keys::SignerKey;
use hippocrypt::pre::PatientKey;

use super::counting::peak;
use super::trials::{all_refused, bounded, each_damage};

fn terms() -> Terms {
    let mut draft = TermsDraft::new([3; 32], [5; 32], "https://example.org/Patient/ada");
    draft.decided = Some(1_790_000_000);
    draft.obligations = Set::values(["NORDSCLCD"]).unwrap();
    let mut related = RecordReference::new(Meaning::Related, "Encounter/1").unwrap();
    related.members = Set::values(["Observation/1", "Observation/2"]).unwrap();
    draft.rules = vec![
        Rule::permit([
            Criterion::recipients([["prac=a", "org=b"], ["prac=c", "org=d"]]).unwrap(),
            Criterion::purpose(["TREAT", "HPAYMT"]).unwrap(),
            Criterion::Dated(Interval::new(Some(0), None).unwrap()),
        ])
        .unwrap(),
        Rule::forbid([Criterion::records([related]).unwrap()]).unwrap(),
    ];
    Terms::check(draft).unwrap()
}

/// Terms have no checksum: what is read has the bytes it was read from, and another digest.
#[test]
fn damaged_terms_are_refused_or_are_others() {
    let good = terms();
    each_damage(150, &good.to_bytes().unwrap(), |name, bad| {
        let (answer, memory) = peak(|| Terms::from_bytes(bad));
        bounded(name, memory, bad.len());
        match answer {
            Ok(other) => {
                assert_eq!(other.to_bytes().unwrap(), bad, "{name}");
                assert_ne!(other.digest(), good.digest(), "{name}");
            }
            Err(error) => assert!((100..=115).contains(&error.code()), "{name}: {error}"),
        }
    });
}

#[test]
fn damaged_signed_consents_are_refused() {
    let ada = PatientKey::generate(&mut getrandom::SysRng).unwrap();
    let signed = SignedConsent::by_patient(terms(), &ada, 1_790_000_000)
        .and_then(|it| it.to_bytes())
        .unwrap();
    all_refused(151, &signed, |bytes| {
        SignedConsent::from_bytes(bytes)?.verify(ada.profile(), 1_790_000_000)
    });
}

#[test]
fn damaged_signed_labels_are_refused() {
    let records = SignerKey::generate("records", &mut getrandom::SysRng).unwrap();
    let known = [records.public().verifying_key()];
    let signed = SignedLabels::sign(&[b'x'; 700], &records, 7)
        .and_then(|it| it.to_bytes())
        .unwrap();
    all_refused(152, &signed, |bytes| {
        SignedLabels::from_bytes(bytes)?
            .verify(&known)
            .map(<[u8]>::len)
    });
}
