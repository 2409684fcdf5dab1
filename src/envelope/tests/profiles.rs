//! What a deployment demands of every record.

use super::*;
use crate::abe::AuthorityId;

/// A recipient of a type that this release does not know.
struct Unknown(u8);

impl Recipient for Unknown {
    fn wrap(
        &mut self,
        _: &DataKey,
        _: &Binding<'_>,
        _: &mut dyn crate::random::Randomness,
    ) -> crate::error::Result<Stanza> {
        Stanza::new(self.0, vec![7; 9])
    }
}

fn demand(required: &[Required], sender: bool) -> Profile {
    Profile::new(required.iter().copied(), sender).unwrap()
}

/// Every demand, met and unmet, of a record with a policy of `one`, a stanza of type 2, a sender.
fn demands(one: &AuthorityId, two: &AuthorityId) -> Vec<(Profile, bool)> {
    use Required as R;
    vec![
        (demand(&[R::POLICY], false), true),
        (demand(&[R::PolicyOf(*one)], false), true),
        (demand(&[R::CAPSULE], true), true),
        (
            demand(&[R::Type(2), R::PolicyOf(*one), R::POLICY], true),
            true,
        ),
        (demand(&[], true), true),
        (demand(&[R::BOTH], false), false),
        (demand(&[R::Type(255)], false), false),
        (demand(&[R::PolicyOf(*two)], false), false),
        (
            demand(&[R::POLICY, R::CAPSULE, R::PolicyOf(*two)], true),
            false,
        ),
    ]
}

fn other() -> AuthorityKey {
    AuthorityKey::generate("two", &mut rng(5)).unwrap()
}

fn refused<T>(result: Result<T, Error>) -> bool {
    match result {
        Ok(_) => false,
        Err(Error::Profile(_)) => true,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn every_way_of_sealing_asks() {
    let (authority, ward, two) = (authority(), signer(8), other());
    let id = RecordId::new("r").unwrap();
    for (profile, met) in demands(authority.public().id(), two.public().id()) {
        let mut sealer = Sealer::new()
            .policy(authority.public(), policy("a=x"), Expiry::Never)
            .recipient(alloc::boxed::Box::new(Unknown(2)))
            .sender(&ward)
            .profile(&profile);
        let rng = &mut rng(3);
        let answers = [
            refused(sealer.seal(&record(), b"x", rng)),
            refused(sealer.seal_detached(&record(), b"x", rng)),
            refused(sealer.seal_batch(&record(), [(&id, &b"x"[..])], rng)),
            refused(sealer.seal_to(&record(), Vec::new(), rng)),
            refused(sealer.seal_detached_to(&record(), Vec::new(), rng)),
        ];
        assert_eq!(answers, [!met; 5], "{profile:?}");
    }
    // A sender is demanded of the record, not of the access part.
    let profile = demand(&[], true);
    let mut sealer = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .writer(&ward)
        .profile(&profile);
    assert!(refused(sealer.seal(&record(), b"x", &mut rng(3))));
}

#[test]
fn every_way_of_opening_asks() {
    let (authority, ward, two) = (authority(), signer(8), other());
    let held = key(&authority, "a=x", "2027-12-31");
    let id = RecordId::new("r").unwrap();
    let mut sealer = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .recipient(alloc::boxed::Box::new(Unknown(2)))
        .sender(&ward);
    let bytes = sealer.seal(&record(), b"x", &mut rng(3)).unwrap();
    let batch = sealer
        .seal_batch(&record(), [(&id, &b"x"[..])], &mut rng(3))
        .unwrap();
    for (profile, met) in demands(authority.public().id(), two.public().id()) {
        let mut opener = Opener::new().key(&held).profile(&profile);
        let header = || Header::from_bytes(&bytes).unwrap().0;
        let answers = [
            refused(opener.open(&bytes)),
            refused(opener.open_from(&bytes[..])),
            refused(opener.open_batch(&batch)),
            refused(opener.unlock(header())),
            refused(profile.check(&header())),
        ];
        assert_eq!(answers, [!met; 5], "{profile:?}");
    }
}

#[test]
fn a_rewrap_asks_of_what_it_makes() {
    let (authority, two) = (authority(), other());
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = sealed(&authority, &record(), b"content");
    let unlock = || {
        let header = Header::from_bytes(&bytes).unwrap().0;
        Opener::new().key(&held).unlock(header).unwrap()
    };
    let rewrap = |profile: &Profile, keep: bool| {
        Sealer::new()
            .policy(two.public(), policy("b=y"), Expiry::Never)
            .profile(profile)
            .rewrap(&unlock(), &mut |_| keep, CREATED, &mut rng(4))
    };
    let old = demand(&[Required::PolicyOf(*authority.public().id())], false);
    let new = demand(&[Required::PolicyOf(*two.public().id())], false);
    assert!(rewrap(&old, true).is_ok() && rewrap(&new, false).is_ok());
    assert!(refused(rewrap(&old, false)));
    assert!(refused(rewrap(&demand(&[], true), true)));
}

#[test]
fn profiles_that_make_no_sense() {
    use Required as R;
    assert!(matches!(Profile::new([], false), Err(Error::Argument(_))));
    assert!(matches!(
        Profile::new([R::Type(0)], true),
        Err(Error::Argument(_))
    ));
    assert!(matches!(
        Profile::new([R::POLICY, R::Type(1)], true),
        Err(Error::Duplicate(_))
    ));
    assert!(Profile::new((1..=16).map(R::Type), false).is_ok());
    assert!(matches!(
        Profile::new((1..=17).map(R::Type), false),
        Err(Error::TooLarge(_))
    ));
}
