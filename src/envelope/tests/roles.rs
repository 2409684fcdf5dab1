//! Grants to a role: who opens the part, and what it is bound to.

use super::*;
use crate::asymmetric::Signer;
use crate::policy::{LabelFrame, LabelPolicy};
use crate::pre::{
    Cache, Conditions, Grant, GrantTerms, GrantTo, PatientKey, RelayKey, Through, Verified,
};

use crate::secret::Secret;

fn grant(role: &RoleRecipient<'_>, hide_policy: bool) -> Grant<Verified> {
    let rng = &mut rng(3);
    let patient = PatientKey::generate(rng).unwrap();
    let relays = [RelayKey::generate("", rng).unwrap().public().clone()];
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let policy = LabelPolicy::parse("conf=N or conf=R", &frame).unwrap();
    let terms = GrantTerms {
        recipient: GrantTo::Role(role),
        policy: &policy,
        hide_policy,
        through: Through::Relays {
            relays: &relays,
            threshold: 1,
        },
        sequence: 1,
        not_before: 1,
        not_after: 2,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    patient.grant(&terms, &mut Cache::new(), rng).unwrap().0
}

#[test]
fn whoever_is_in_the_role_opens_the_part_and_nobody_else() {
    let authority = authority();
    let public = authority.public();
    let day = Date::parse("2026-11-24").ok();
    let role = RoleRecipient::new(public, policy("role=nurse"), None, day, false).unwrap();
    for hidden in [false, true] {
        let grant = grant(&role, hidden);
        let shown = grant.header().role().unwrap();
        assert_eq!(*shown.issuer(), authority.verifying_key());
        assert_eq!(shown.policy().to_string(), "role=nurse");
        let install = |key: &UserKey| {
            install_in_role(grant.clone(), key, &mut Cache::new()).map(|held| {
                assert_eq!(held.policy().to_string(), "conf=N or conf=R");
            })
        };
        assert_eq!(
            install(&key(&authority, "role=nurse", "2026-11-24")),
            Ok(())
        );
        // Ended before the grant was made, another role, another authority.
        let ended = install(&key(&authority, "role=nurse", "2026-11-23"));
        assert_eq!(ended, Err(Error::NotSatisfied));
        let other = install(&key(&authority, "role=clerk", "2027-12-31"));
        assert_eq!(other, Err(Error::NotSatisfied));
        let foreign = AuthorityKey::generate("other", &mut rng(2)).unwrap();
        let foreign = install(&key(&foreign, "role=nurse", "2027-12-31"));
        assert_eq!(foreign, Err(Error::NoStanza));
    }
    // Without the clause the ended key opens it.
    let role = RoleRecipient::new(public, policy("role=nurse"), None, None, false).unwrap();
    let ended = key(&authority, "role=nurse", "2026-11-23");
    assert!(install_in_role(grant(&role, false), &ended, &mut Cache::new()).is_ok());
}

#[test]
fn a_part_belongs_to_its_grant() {
    let authority = authority();
    let role =
        RoleRecipient::new(authority.public(), policy("role=nurse"), None, None, false).unwrap();
    let nurse = key(&authority, "role=nurse", "2027-12-31");
    let one = grant(&role, false).to_bytes();
    let two = grant(&role, true).to_bytes();
    // The part of another grant of the same patient to the same role.
    let swapped = [&one[..part(&one)], &two[part(&two)..two.len() - 32]].concat();
    let sum = crate::symmetric::sha256(&[&swapped]);
    let swapped = Grant::from_bytes(&[&swapped[..], &sum].concat()).unwrap();
    let swapped = swapped.verify().unwrap();
    let refused = install_in_role(swapped, &nurse, &mut Cache::new()).err();
    assert_eq!(refused, Some(Error::Open));
    // One that anybody can seal to the role: the patient's header does not have its digest.
    let forged = {
        let grant = Grant::from_bytes(&one).unwrap().verify().unwrap();
        let rows = Secret::new(std::vec![7; 2 * (48 + 96)]);
        let sealed = crate::pre::SealPart::seal_part(&role, &rows, grant.digest(), &mut rng(5));
        let sealed = sealed.unwrap();
        let mut bytes = one[..part(&one)].to_vec();
        bytes.extend_from_slice(&(sealed.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&sealed);
        let sum = crate::symmetric::sha256(&[&bytes]);
        Grant::from_bytes(&[&bytes[..], &sum].concat()).unwrap()
    };
    let refused = install_in_role(forged.verify().unwrap(), &nurse, &mut Cache::new()).err();
    assert_eq!(refused, Some(Error::Verify));
}

/// Where the sealed part of a grant begins, its length first.
fn part(bytes: &[u8]) -> usize {
    12 + u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize + 64
}
