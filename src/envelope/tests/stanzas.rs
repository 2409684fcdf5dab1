//! Stanzas as a header shows them, and those for others.

use std::boxed::Box;

use super::super::patient::CapsuleHolder;
use super::patients::{granted, labels, labels_policy, patient, to_patient};
use super::*;
use crate::pre::Capsule;

#[test]
fn a_header_shows_whom_each_stanza_is_for() {
    let (authority, patient) = (authority(), patient(20));
    let both = BothRecipient::new(
        PolicyRecipient::new(authority.public(), policy("a=x"), Expiry::Never),
        PatientRecipient::new(patient.profile()),
    );
    let bytes = Sealer::new()
        .policy(authority.public(), policy("b=y"), Expiry::Never)
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .recipient(Box::new(both))
        .seal(&record().labels(labels()), b"content", &mut rng(3))
        .unwrap();
    let header = Header::from_bytes(&bytes).unwrap().0;
    let [by_policy, by_patient, by_both] = header.access().stanzas() else {
        panic!("three stanzas");
    };
    let (issuer, id) = (*authority.public().id().as_bytes(), *patient.profile().id());
    let other = || Some(Error::Field("stanza type"));

    assert_eq!(policy_of(by_policy), Ok((issuer, policy("b=y"))));
    let (ciphertext, _) = policy_stanza(by_policy).unwrap();
    assert_eq!(*ciphertext.policy(), policy("b=y"));
    assert_eq!(patient_of(by_patient), Ok(id));
    assert_eq!(both_of(by_both), Ok((issuer, policy("a=x"), id)));
    for stanza in [by_patient, by_both] {
        assert_eq!(policy_of(stanza).err(), other());
        assert_eq!(policy_stanza(stanza).err(), other());
    }
    for stanza in [by_policy, by_both] {
        assert_eq!(patient_of(stanza).err(), other());
    }
    for stanza in [by_policy, by_patient] {
        assert_eq!(both_of(stanza).err(), other());
    }

    // What relays can be asked to transform.
    let labels = header.fixed().label_set();
    let (alone, _) = capsule_stanza(by_patient, labels).unwrap();
    let (_, inside, _) = both_stanza(by_both, labels).unwrap();
    let found = capsules(&header).unwrap();
    let digests: Vec<_> = found.iter().map(Capsule::digest).collect();
    assert_eq!(digests, [alone.digest(), inside.digest()]);
}

/// Whatever else it holds: a stanza for others neither costs a group operation nor is an error.
#[test]
fn nothing_but_the_id_is_read_of_a_capsule_for_another_patient() {
    let (one, other) = (patient(20), patient(21));
    let bytes = to_patient(&one, &record().labels(labels()), 3);
    let (grant, answer) = granted(&one, &labels_policy("conf=N"), &bytes);
    let header = Header::from_bytes(&bytes).unwrap().0;
    let binding = Binding {
        h: header.digest(),
        fixed: header.fixed(),
        time: 0,
    };
    for (patient, expected) in [(&one, Err(Error::Truncated)), (&other, Ok(false))] {
        let id = *patient.profile().id().as_bytes();
        let stanza = Stanza::new(Stanza::CAPSULE, id.to_vec()).unwrap();
        let openers: [Box<dyn CapsuleOpener>; 2] = [
            Box::new(Owner::new(&one)),
            Box::new(GrantHolder::new(&grant, [&answer].into())),
        ];
        for opener in openers {
            let mut holder = CapsuleHolder(opener);
            let found = holder.unwrap(&stanza, &binding);
            assert_eq!(found.map(|found| found.is_some()), expected);
        }
    }
}
