//! Sealing under an authority that says what it knows.

use super::*;
use crate::policy::{Schema, SchemaEntry};

#[test]
fn a_typo_is_refused_unless_it_is_allowed() {
    let schema = Schema::new([SchemaEntry::text("a").unwrap().one_of(["x"]).unwrap()]).unwrap();
    let knowing = authority().with_schema(Some(schema)).unwrap();
    let day = Expiry::Day(Date::parse("2026-11-24").unwrap());
    let seal = |recipient: PolicyRecipient<'_>| {
        Sealer::new()
            .recipient(Box::new(recipient))
            .seal(&record(), b"content", &mut rng(3))
    };
    for (text, refused) in [
        ("a=x", None),
        ("a=x and expires>=2020-01-01", None),
        ("a=y", Some(Error::UnknownValue(1))),
        ("a=x or b=x", Some(Error::UnknownName(2))),
    ] {
        let by_default = Sealer::new()
            .policy(knowing.public(), policy(text), day)
            .seal(&record(), b"content", &mut rng(3));
        assert_eq!(by_default.err(), refused, "{text}");
        let recipient = || PolicyRecipient::new(knowing.public(), policy(text), day);
        assert_eq!(seal(recipient()).err(), refused, "{text}");
        assert!(seal(recipient().allow_unknown()).is_ok(), "{text}");
        // Without a schema nothing is unknown.
        let plain = authority();
        let anything = PolicyRecipient::new(plain.public(), policy(text), day);
        assert!(seal(anything).is_ok(), "{text}");
    }
}

#[test]
fn a_rewrap_is_checked_too() {
    let schema = Schema::new([SchemaEntry::text("a").unwrap().one_of(["x"]).unwrap()]).unwrap();
    let knowing = authority().with_schema(Some(schema)).unwrap();
    let holder = key(&knowing, "a=x", "2027-12-31");
    let sealed = sealed(&knowing, &record(), b"content");
    let header = Header::read_from(&mut &sealed[..]).unwrap();
    let opened = Opener::new().key(&holder).unlock(header).unwrap();
    let rewrap = |text| {
        Sealer::new()
            .policy(knowing.public(), policy(text), Expiry::Never)
            .rewrap(&opened, &mut |_| false, CREATED, &mut rng(4))
            .err()
    };
    assert_eq!(rewrap("a=x"), None);
    assert_eq!(rewrap("a=y"), Some(Error::UnknownValue(1)));
}
