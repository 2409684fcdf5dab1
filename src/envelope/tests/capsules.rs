//! Records sealed to patients: the capsule stanza, and the AND of policy and patient.

use alloc::boxed::Box;

use super::super::data_key::DataKey;
use super::*;
use crate::pre::{PatientKey, RecipientGrant};
use crate::secret::Secret;
use crate::symmetric::hkdf;
use crate::tags;

fn patient(seed: u64) -> PatientKey {
    PatientKey::generate(&mut rng(seed)).unwrap()
}

fn labelled() -> Record {
    record().labels(Labels::parse(["type=Observation", "conf=N"]).unwrap())
}

fn for_patient(patient: &PatientKey) -> Vec<u8> {
    Sealer::new()
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(&labelled(), b"content", &mut rng(3))
        .unwrap()
}

fn for_both(authority: &AuthorityKey, patient: &PatientKey) -> Vec<u8> {
    let policy = PolicyRecipient::new(authority.public(), policy("a=x"), Expiry::Never);
    let patient = PatientRecipient::new(patient.profile());
    Sealer::new()
        .recipient(Box::new(BothRecipient::new(policy, patient)))
        .seal(&labelled(), b"content", &mut rng(3))
        .unwrap()
}

#[test]
fn a_patient_opens_and_another_does_not() {
    let (one, two) = (patient(10), patient(11));
    let bytes = for_patient(&one);
    let opened = Opener::new().patient(&one).open(&bytes).unwrap();
    assert_eq!(opened.plaintext.expose(), b"content");
    let refused = Opener::new().patient(&two).open(&bytes).err();
    assert_eq!(refused, Some(Error::NoStanza));
    let held = key(&authority(), "a=x", "2027-12-31");
    let refused = Opener::new().key(&held).open(&bytes).err();
    assert_eq!(refused, Some(Error::NoStanza));
}

#[test]
fn a_record_without_labels_has_no_capsule() {
    let one = patient(10);
    let refused = Sealer::new()
        .recipient(Box::new(PatientRecipient::new(one.profile())))
        .seal(&record(), b"content", &mut rng(3));
    assert!(matches!(refused.err(), Some(Error::Label(_))));
}

#[test]
fn policy_and_patient_are_both_needed() {
    let (authority, one, two) = (authority(), patient(10), patient(11));
    let bytes = for_both(&authority, &one);
    let (held, unfit) = (
        key(&authority, "a=x", "2027-12-31"),
        key(&authority, "a=z", "2027-12-31"),
    );
    let open = |held: &UserKey, patient: &PatientKey| {
        let both = BothHolder::new(held, Box::new(Owner::new(patient)));
        Opener::new().unwrap_with(Box::new(both)).open(&bytes)
    };
    let opened = open(&held, &one).unwrap();
    assert_eq!(opened.plaintext.expose(), b"content");
    assert_eq!(open(&held, &two).err(), Some(Error::NoStanza));
    assert_eq!(open(&unfit, &one).err(), Some(Error::NotSatisfied));
    // Neither alone, nor the two apart.
    let mut apart = Opener::new().key(&held).patient(&one);
    assert_eq!(apart.open(&bytes).err(), Some(Error::NoStanza));
}

/// The formula of the AND stanza, built here again: each half, the order, and what it is bound to.
#[test]
fn the_key_of_an_and_stanza_hangs_on_both_halves_and_the_record() {
    let (authority, one) = (authority(), patient(10));
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = for_both(&authority, &one);
    let header = Header::from_bytes(&bytes).unwrap().0;
    let stanza = &header.access.stanzas[0];
    let (ciphertext, capsule, wrapped) = both_stanza(stanza, header.fixed.label_set()).unwrap();
    let from_policy = held
        .decapsulate(&ciphertext, &header.h, &mut crate::abe::Cache::new())
        .unwrap();
    let from_capsule = one
        .open(&capsule, &header.h, &mut crate::pre::Cache::new())
        .unwrap();
    let zero = Secret::<[u8; 32]>::build(|_| ());
    let (digest, d, h) = (ciphertext.digest(), *capsule.digest(), header.h);
    let unwraps = |halves: [&Secret<[u8; 32]>; 2], bound: [&[u8; 32]; 3], kind| {
        let both = Secret::new(halves.map(|half| *half.expose()).concat());
        let [digest, d, h] = bound;
        let key = hkdf(&[], both.expose(), &[tags::ENVELOPE_BOTH, digest, d, h]);
        DataKey::unwrap(&wrapped, &key, kind, &header.h).is_ok()
    };
    let (bound, kind) = ([&digest, &d, &h], Stanza::BOTH);
    assert!(unwraps([&from_policy, &from_capsule], bound, kind));
    for halves in [
        [&from_policy, &from_policy],
        [&from_capsule, &from_capsule],
        [&from_capsule, &from_policy],
        [&from_policy, &zero],
        [&zero, &from_capsule],
    ] {
        assert!(!unwraps(halves, bound, kind));
    }
    for bound in [[&d, &d, &h], [&digest, &digest, &h], [&digest, &d, &d]] {
        assert!(!unwraps([&from_policy, &from_capsule], bound, kind));
    }
    for kind in [Stanza::POLICY, Stanza::CAPSULE, 200] {
        assert!(!unwraps([&from_policy, &from_capsule], bound, kind));
    }
    // No half alone wraps the data key either.
    for half in [&from_policy, &from_capsule] {
        for kind in [Stanza::POLICY, Stanza::CAPSULE, Stanza::BOTH] {
            assert!(DataKey::unwrap(&wrapped, half, kind, &header.h).is_err());
        }
    }
}

#[test]
fn a_stanza_is_what_its_type_says() {
    let (authority, one, two) = (authority(), patient(10), patient(11));
    let held = key(&authority, "a=x", "2027-12-31");
    let other = AuthorityKey::generate("two", &mut rng(5)).unwrap();
    let foreign = key(&other, "a=x", "2027-12-31");
    for bytes in [for_patient(&one), for_both(&authority, &one)] {
        let header = Header::from_bytes(&bytes).unwrap().0;
        let own = &header.access.stanzas[0];
        let binding = Binding {
            h: &header.h,
            fixed: &header.fixed,
            time: 0,
        };
        for kind in [Stanza::POLICY, Stanza::CAPSULE, Stanza::BOTH, 200] {
            let stanza = Stanza::new(kind, own.body().to_vec()).unwrap();
            let capsules: &mut dyn Unwrap =
                &mut super::super::patient::CapsuleHolder(Box::new(Owner::new(&one)));
            let both: &mut dyn Unwrap = &mut BothHolder::new(&held, Box::new(Owner::new(&one)));
            for (holder, reads) in [(capsules, Stanza::CAPSULE), (both, Stanza::BOTH)] {
                let got = holder.unwrap(&stanza, &binding);
                let right = kind == reads && own.kind() == reads;
                assert_eq!(matches!(got, Ok(Some(_))), right, "{kind} {}", own.kind());
                if kind != reads {
                    assert!(matches!(got, Ok(None)), "{kind} {}", own.kind());
                }
            }
            if kind != own.kind() {
                continue;
            }
            // Nothing is read of what is for another patient or authority.
            for (held, patient) in [(&held, &two), (&foreign, &one)] {
                let owner = Box::new(Owner::new(patient));
                let got = BothHolder::new(held, owner).unwrap(&stanza, &binding);
                assert!(matches!(got, Ok(None)), "{kind}");
            }
            let mut other = super::super::patient::CapsuleHolder(Box::new(Owner::new(&two)));
            assert!(matches!(other.unwrap(&stanza, &binding), Ok(None)));
        }
    }
}

/// The type of a stanza is part of its wrapping key, also for capsules.
#[test]
fn a_capsule_wraps_the_data_key_under_its_type_and_record() {
    let one = patient(10);
    let header = Header::from_bytes(&for_patient(&one)).unwrap().0;
    let stanza = &header.access.stanzas[0];
    let (capsule, wrapped) = capsule_stanza(stanza, header.fixed.label_set()).unwrap();
    let cache = &mut crate::pre::Cache::new();
    let own = one.open(&capsule, &header.h, cache).unwrap();
    let foreign = one.open(&capsule, &[0; 32], cache).unwrap();
    let unwraps = |key: &Secret<[u8; 32]>, kind, h| DataKey::unwrap(&wrapped, key, kind, h).is_ok();
    assert!(unwraps(&own, Stanza::CAPSULE, &header.h));
    assert!(!unwraps(&own, Stanza::POLICY, &header.h));
    assert!(!unwraps(&own, Stanza::BOTH, &header.h));
    assert!(!unwraps(&own, Stanza::CAPSULE, &[0; 32]));
    assert!(!unwraps(&foreign, Stanza::CAPSULE, &header.h));
}

#[test]
fn no_flipped_bit_of_a_patients_record_goes_unnoticed() {
    let (authority, one) = (authority(), patient(10));
    let held = key(&authority, "a=x", "2027-12-31");
    for bytes in [for_patient(&one), for_both(&authority, &one)] {
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            let both = BothHolder::new(&held, Box::new(Owner::new(&one)));
            let opened = Opener::new()
                .patient(&one)
                .unwrap_with(Box::new(both))
                .open(&changed);
            assert!(opened.is_err(), "byte {at}");
        }
    }
}

static_assertions::assert_impl_all!(BothHolder<'static>: Send, Sync);
static_assertions::assert_impl_all!(GrantHolder<'static>: Send, Sync);
static_assertions::assert_not_impl_any!(RecipientGrant: Clone, core::fmt::Debug);
