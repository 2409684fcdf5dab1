//! Grants of a patient who cheats, and of somebody on the way who seals another part to the
//! recipient, which takes no secret.

use super::capsules::{ORDER_13, ORDER_23, infinity, point, strangers};
use super::keys::resummed;
use super::*;
use crate::asymmetric::hpke;
use crate::curve::{G1, G2, Scalar};
use crate::pre::issue::component_digest;
use crate::tags;
use crate::transcript::Transcript;

const TEXT: &str = "type=Observation and (conf=N or code=a)";
const ROWS: usize = 3;

/// The recipient's part, opened.
fn part(world: &World, grant: &Grant<Verified>) -> Vec<u8> {
    let info = [tags::GRANT_TO_RECIPIENT, grant.digest()].concat();
    let part = hpke::open(world.recipient.hpke(), &info, &[], grant.sealed()).unwrap();
    part.expose().clone()
}

/// The grant with another header, signed by the patient, and another part, sealed under it.
fn remade(
    world: &World,
    grant: &Grant<Verified>,
    header: impl FnOnce(&mut Vec<u8>),
    part: &[u8],
) -> Vec<u8> {
    let mut bytes = grant.dealt.bytes.clone();
    header(&mut bytes);
    let digest = Transcript::new(tags::GRANT_HEADER).item(&bytes).finish();
    let signature = world
        .patient
        .signing()
        .sign(&[tags::GRANT_SIGNATURE, &digest]);
    let info = [tags::GRANT_TO_RECIPIENT, &digest].concat();
    let key = &world.recipient.public().keys().hpke;
    let sealed = hpke::seal(key, &info, &[], part, &mut rng(70)).unwrap();
    let mut writer = crate::keys::file::begin(crate::tags::Kind::Grant);
    writer.lp32(&bytes).unwrap().array(&signature);
    writer.lp32(&sealed).unwrap();
    crate::keys::file::finish(writer).into_vec()
}

fn installed(world: &World, bytes: &[u8]) -> Result<RecipientGrant> {
    let grant = Grant::from_bytes(bytes)?.verify()?;
    RecipientGrant::install(grant, &world.recipient, &mut Cache::new())
}

#[test]
fn what_is_not_changed_is_installed() {
    let world = World::new(1, 2);
    for hide_policy in [false, true] {
        let (grant, _) = world.deal(TEXT, 2, |terms| terms.hide_policy = hide_policy, 1);
        let bytes = remade(&world, &grant, |_| {}, &part(&world, &grant));
        assert!(installed(&world, &bytes).is_ok());
    }
}

/// Anybody can seal to the recipient. Components that fit the policy as well as the patient's do
/// not have the digest that the patient signed.
#[test]
fn components_of_somebody_on_the_way_are_refused() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let mut bytes = part(&world, &granted.grant);
    let mut held = granted.held;
    // Another rho for the first row: D H^2 and R C_0^2.
    let two = Scalar::from_u64(2);
    let label = held.formula().rows()[0].as_bytes().to_vec();
    let d = held.first()[0] + Cache::new().hash(&label) * &two;
    let r = held.second()[0] + held.commitment(0).unwrap().secret_in_g2() * &two;
    held.first_mut()[0] = d;
    held.second_mut()[0] = r;
    assert_eq!(held.check(&mut Cache::new()), Ok(()));
    bytes[..48].copy_from_slice(&d.to_bytes());
    bytes[48 * ROWS..48 * ROWS + 96].copy_from_slice(&r.to_bytes());
    let changed = remade(&world, &granted.grant, |_| {}, &bytes);
    assert_eq!(installed(&world, &changed).err(), Some(Error::Verify));
}

#[test]
fn a_part_of_another_length_is_refused() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |_| {}, 1);
    let bytes = part(&world, &grant);
    assert_eq!(bytes.len(), 144 * ROWS);
    let longer = [bytes.as_slice(), &[0]].concat();
    let longer = remade(&world, &grant, |_| {}, &longer);
    assert_eq!(installed(&world, &longer).err(), Some(Error::TrailingBytes));
    let shorter = remade(&world, &grant, |_| {}, &bytes[..144 * ROWS - 1]);
    assert_eq!(installed(&world, &shorter).err(), Some(Error::Truncated));
}

#[test]
fn a_hidden_policy_is_the_one_that_was_signed() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |terms| terms.hide_policy = true, 1);
    let mut bytes = part(&world, &grant);
    // Another salt, everything else in its place.
    bytes[0] ^= 1;
    let changed = remade(&world, &grant, |_| {}, &bytes);
    assert_eq!(installed(&world, &changed).err(), Some(Error::Verify));
}

/// The patient signs what the patient deals; the recipient's own check finds it.
#[test]
fn a_row_that_the_patient_deals_wrongly_is_found() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |_| {}, 1);
    let lawful = part(&world, &grant);
    let dealt = |at: usize, bytes: &[u8]| {
        let mut part = lawful.clone();
        part[at..at + bytes.len()].copy_from_slice(bytes);
        let digest = component_digest(&part);
        let header = |header: &mut Vec<u8>| {
            let at = header.len() - 32;
            header[at..].copy_from_slice(&digest);
        };
        installed(&world, &remade(&world, &grant, header, &part)).err()
    };
    for row in 0..ROWS {
        let other = G1::hash(b"some tag", b"of nothing").to_bytes();
        assert_eq!(dealt(48 * row, &other), Some(Error::Verify));
        let other = G2::generator().to_bytes();
        assert_eq!(dealt(48 * ROWS + 96 * row, &other), Some(Error::Verify));
    }
    for (bytes, error) in strangers() {
        assert_eq!(dealt(48 * ROWS, &bytes), Some(error));
    }
    assert_eq!(dealt(0, &infinity()[..48]), Some(Error::IdentityPoint));
}

#[test]
fn a_commitment_of_no_points_of_the_group_is_refused() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |_| {}, 1);
    let lawful = part(&world, &grant);
    for (bytes, error) in strangers() {
        for place in [1, 2] {
            let header = |header: &mut Vec<u8>| {
                let at = header.len() - 32 - 96 * place;
                header[at..at + 96].copy_from_slice(&bytes);
            };
            let bytes = remade(&world, &grant, header, &lawful);
            let refused = Grant::from_bytes(&bytes).and_then(Grant::verify).err();
            assert_eq!(refused, Some(error.clone()));
        }
    }
}

#[test]
fn the_rules_of_a_header_hold_when_it_is_read() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |_| {}, 1);
    let lawful = part(&world, &grant);
    // The end of the header: t, n, keys of two relays, two points, a digest.
    let end = |header: &[u8]| header.len() - 32 - 2 * 96 - 2 * 64 - 2;
    let read = |change: &dyn Fn(&mut Vec<u8>)| {
        Grant::from_bytes(&remade(&world, &grant, |it| change(it), &lawful)).err()
    };
    assert_eq!(read(&|_| {}), None);
    for threshold in [0, 3, 255] {
        let refused = read(&|header| {
            let at = end(header);
            assert_eq!(header[at..at + 2], [2, 2]);
            header[at] = threshold;
        });
        assert!(matches!(refused, Some(Error::Argument(_))), "{threshold}");
    }
    let twice = read(&|header| {
        let at = end(header) + 2;
        header.copy_within(at..at + 64, at + 64);
    });
    assert_eq!(twice, Some(Error::Duplicate("relay")));
    let none = read(&|header| {
        let at = end(header) + 1;
        header[at] = 0;
    });
    assert!(matches!(none, Some(Error::Argument(_))));
    assert_eq!(read(&|header| header[0] = 3), Some(Error::Version(3)));
    // It ends before it begins: the times stand before 4 bytes of conditions, 32 of the
    // publisher, 1 of no consent and 16 of the sharing's id.
    let times = read(&|header| {
        let at = end(header) - 16 - 1 - 32 - 4 - 8;
        header[at..at + 8].fill(0);
    });
    assert!(matches!(times, Some(Error::Time(_))));
}

#[test]
fn profiles_with_a_bad_point_are_refused() {
    let profile = World::new(1, 0).patient.profile().to_bytes();
    for (bytes, error) in [
        (point(ORDER_13), Error::NotInSubgroup),
        (point(ORDER_23), Error::NotInSubgroup),
        // Its Y is one, under which every key is known.
        (infinity(), Error::IdentityPoint),
    ] {
        let changed = resummed(&profile, |all| all[8..104].copy_from_slice(&bytes));
        assert_eq!(PatientProfile::from_bytes(&changed).err(), Some(error));
    }
}

#[test]
fn a_policy_that_nobody_could_read_again_is_not_granted() {
    let mut frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    for id in ["a", "b"] {
        let codes: Vec<_> = (0..1_000).map(|at| std::format!("{at:0100}")).collect();
        let codes = codes.iter().map(|it| it.as_str());
        frame = frame.vocabulary(id, codes).unwrap();
    }
    let policy = LabelPolicy::parse("type=a", &frame).unwrap();
    assert!(policy.as_bytes().len() > 128 * 1024);
    let world = World::new(1, 1);
    let relays = world.publics();
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(world.recipient.public()),
        policy: &policy,
        hide_policy: false,
        through: Through::Relays {
            relays: &relays,
            threshold: 1,
        },
        sequence: 1,
        not_before: 10,
        not_after: 20,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    for hide_policy in [false, true] {
        let terms = GrantTerms {
            hide_policy,
            ..terms.clone()
        };
        let refused = world.patient.grant(&terms, &mut Cache::new(), &mut rng(1));
        assert_eq!(refused.err(), Some(Error::TooLarge("policy of a grant")));
    }
}
