//! Handles that end at a deadline.

use super::*;

const DEADLINE: u64 = CREATED + 3600;

#[test]
fn a_handle_is_reusable_until_its_deadline() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let record = record().sealed_metadata(b"hidden").unwrap();
    let bytes = sealed(&authority, &record, &[7; 3000]);
    let (header, payload) = Header::from_bytes(&bytes).unwrap();
    let opened = Opener::new().key(&held).unlock(header).unwrap();
    let opened = opened.accepting(AcceptedSenders::Any).unwrap();
    // The key can go: the handle does not need it.
    drop(held);
    let mut handle = opened.until(DEADLINE);
    for now in [0, CREATED, DEADLINE - 1] {
        let opened = handle.at(now).unwrap();
        assert_eq!(opened.open_payload(payload).unwrap().0.expose(), &[7; 3000]);
        let range = opened.open_range_of(payload, 1000..1100).unwrap();
        assert_eq!(range.expose(), &[7; 100]);
        assert_eq!(opened.metadata().unwrap().unwrap().expose(), b"hidden");
    }
    assert_eq!(handle.deadline(), DEADLINE);
    for now in [DEADLINE, DEADLINE + 1, u64::MAX] {
        assert_eq!(handle.at(now).err(), Some(Error::NotValidNow));
    }
    assert_eq!(Error::NotValidNow.code(), 400);
}

#[test]
fn a_handle_can_be_for_other_senders() {
    let authority = authority();
    let (held, ward, other) = (key(&authority, "a=x", "2027-12-31"), signer(8), signer(9));
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(&ward)
        .seal(&record(), b"content", &mut rng(3))
        .unwrap();
    let unlock = || {
        let (header, payload) = Header::from_bytes(&bytes).unwrap();
        let opened = Opener::new().key(&held).unlock(header).unwrap();
        (opened, payload)
    };
    let [ward, other] = [ward, other].map(|it| [it.public().verifying_key()]);
    let refused = unlock().0.accepting(AcceptedSenders::Known(&other));
    assert_eq!(refused.err(), Some(Error::Sender));
    let (opened, payload) = unlock();
    let opened = opened.accepting(AcceptedSenders::Known(&ward)).unwrap();
    assert!(opened.open_payload(payload).is_ok());
    // Part of a record never shows who signed the whole.
    assert_eq!(
        opened.open_range_of(payload, 0..1).err(),
        Some(Error::Sender)
    );
}

#[test]
fn a_clock_turned_back_revives_nothing() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    for late in [DEADLINE, u64::MAX] {
        let bytes = sealed(&authority, &record(), b"content");
        let (header, _) = Header::from_bytes(&bytes).unwrap();
        let opened = Opener::new().key(&held).unlock(header).unwrap();
        let mut handle = opened.until(DEADLINE);
        assert!(handle.at(DEADLINE - 1).is_ok());
        assert!(handle.at(late).is_err());
        assert_eq!(handle.at(0).err(), Some(Error::NotValidNow));
    }
}

#[test]
fn a_batch_ends_as_a_record_does() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let id = RecordId::new("r").unwrap();
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .seal_batch(&record(), [(&id, &b"content"[..])], &mut rng(3))
        .unwrap();
    let mut opener = Opener::new().key(&held);
    let mut handle = opener.open_batch(&bytes).unwrap().until(DEADLINE);
    for now in [0, DEADLINE - 1] {
        let (content, _) = handle.at(now).unwrap().find(&id).unwrap();
        assert_eq!(content.expose(), b"content");
    }
    assert_eq!(handle.at(DEADLINE).err(), Some(Error::NotValidNow));
    assert_eq!(handle.at(DEADLINE - 1).err(), Some(Error::NotValidNow));
    // A deadline that never was in the future.
    let mut handle = opener.open_batch(&bytes).unwrap().until(0);
    assert_eq!(handle.at(0).err(), Some(Error::NotValidNow));
}

static_assertions::assert_impl_all!(Expiring<OpenedHeader<'static>>: Send, Sync);
static_assertions::assert_not_impl_any!(Expiring<OpenedHeader<'static>>: Clone, core::fmt::Debug);
