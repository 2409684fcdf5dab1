//! Headers kept apart, and headers rewritten.

use super::*;

fn unlock(bytes: &[u8], held: &UserKey) -> Result<OpenedHeader<'static>, Error> {
    let header = Header::from_bytes(bytes)?.0;
    let OpenedHeader {
        header, data_key, ..
    } = Opener::new().key(held).unlock(header)?;
    Ok(OpenedHeader {
        header,
        data_key,
        senders: AcceptedSenders::Any,
    })
}

#[test]
fn a_detached_payload_opens_under_its_own_header_only() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    let mut rng = rng(3);
    let one = sealer
        .seal_detached(&record(), &[1; 2000], &mut rng)
        .unwrap();
    let two = sealer
        .seal_detached(&record(), &[2; 2000], &mut rng)
        .unwrap();
    let opened = unlock(&one.header, &held).unwrap();
    assert_eq!(
        opened.open_detached(&one.object).unwrap().0.expose(),
        &[1; 2000]
    );
    assert_eq!(
        opened.open_detached(&two.object).err(),
        Some(Error::OtherRecord)
    );
    // Renaming the object does not help.
    let mut renamed = two.object.clone();
    renamed[8..24].copy_from_slice(&one.object[8..24]);
    assert_eq!(opened.open_detached(&renamed).err(), Some(Error::Open));
    // A whole envelope is not a payload object.
    let whole = sealed(&authority, &record(), b"content");
    assert_eq!(opened.open_detached(&whole).err(), Some(Error::Kind(1)));
    for length in 0..one.object.len() {
        assert!(opened.open_detached(&one.object[..length]).is_err());
    }
    let range = opened.open_range_of(&one.object[DETACHED_PREFIX_BYTES..], 1020..1030);
    assert_eq!(range.unwrap().expose(), &[1; 10]);
}

#[test]
fn the_writer_makes_the_same_parts() {
    use std::io::Write;
    let authority = authority();
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    let parts = sealer
        .seal_detached(&record(), &[1; 2000], &mut rng(3))
        .unwrap();
    let (header, mut writer) = sealer
        .seal_detached_to(&record(), Vec::new(), &mut rng(3))
        .unwrap();
    writer.write_all(&[1; 2000]).unwrap();
    assert_eq!(header, parts.header);
    assert_eq!(writer.finish().unwrap(), parts.object);
}

#[test]
fn a_rewrap_changes_who_can_open_and_nothing_else() {
    let authority = authority();
    let (old, new) = (
        key(&authority, "a=x", "2027-12-31"),
        key(&authority, "b=y", "2027-12-31"),
    );
    let ward = signer(8);
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(&ward)
        .seal(&record(), b"content", &mut rng(3))
        .unwrap();
    let (header, payload) = Header::from_bytes(&bytes).unwrap();
    let opened = unlock(&bytes, &old).unwrap();
    let mut sealer = Sealer::new().policy(authority.public(), policy("b=y"), Expiry::DayOfSealing);
    for keep in [true, false] {
        let rewrapped = sealer
            .rewrap(&opened, &mut |_| keep, CREATED, &mut rng(9))
            .unwrap();
        let again = Header::from_bytes(&rewrapped).unwrap().0;
        let fixed = header.fixed.to_bytes().unwrap().len() + 64;
        assert_eq!(
            rewrapped[..fixed],
            bytes[..fixed],
            "fixed part and sender's signature"
        );
        assert_eq!(again.access().stanzas().len(), if keep { 2 } else { 1 });
        if keep {
            assert_eq!(again.access().stanzas()[0], header.access().stanzas()[0]);
        }
        let whole = [&rewrapped[..], payload].concat();
        let opened = Opener::new().key(&new).open(&whole).unwrap();
        assert_eq!(opened.plaintext.expose(), b"content");
        assert_eq!(opened.sender, Sender::Signed(ward.public().verifying_key()));
        let refused = Opener::new().key(&old).open(&whole).err();
        assert_eq!(refused, (!keep).then_some(Error::NotSatisfied));
    }
}

#[test]
fn the_expiry_clause_of_a_rewrap_is_of_its_own_day() {
    let authority = authority();
    let (reader, ended) = (
        key(&authority, "a=x", "2027-12-31"),
        key(&authority, "b=y", "2026-12-01"),
    );
    let bytes = sealed(&authority, &record(), b"content");
    let opened = unlock(&bytes, &reader).unwrap();
    let rewrapped = |time| {
        let mut sealer =
            Sealer::new().policy(authority.public(), policy("b=y"), Expiry::DayOfSealing);
        sealer.rewrap(&opened, &mut |_| false, time, &mut rng(9))
    };
    // Sealed on 2026-11-24; rewrapped that day, and on 2026-12-04.
    assert!(unlock(&rewrapped(CREATED).unwrap(), &ended).is_ok());
    let later = rewrapped(CREATED + 10 * 86_400).unwrap();
    assert_eq!(unlock(&later, &ended).err(), Some(Error::NotSatisfied));
    assert!(matches!(rewrapped(0), Err(Error::Missing(_))));
}

#[test]
fn a_rewrap_keeps_the_consent_and_refuses_what_it_must() {
    let authority = authority();
    let (held, ward) = (key(&authority, "a=x", "2027-12-31"), signer(8));
    let scope = ConsentScope {
        terms: [9; 32],
        scope: b"research".to_vec(),
    };
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .consent(scope)
        .seal(&record(), b"content", &mut rng(3))
        .unwrap();
    let opened = unlock(&bytes, &held).unwrap();
    let rewrapped = Sealer::new()
        .policy(authority.public(), policy("b=y"), Expiry::Never)
        .writer(&ward)
        .rewrap(&opened, &mut |_| true, CREATED, &mut rng(9))
        .unwrap();
    let header = Header::from_bytes(&rewrapped).unwrap().0;
    assert_eq!(header.access().consent(), opened.access().consent());
    assert!(header.is_under(&[9; 32]));
    assert_eq!(
        header.access().writer(),
        Some(&ward.public().verifying_key())
    );

    let nobody = Sealer::new().rewrap(&opened, &mut |_| false, CREATED, &mut rng(9));
    assert!(matches!(nobody, Err(Error::Argument(_))));
    let sender = Sealer::new()
        .sender(&ward)
        .rewrap(&opened, &mut |_| true, CREATED, &mut rng(9));
    assert!(matches!(sender, Err(Error::Argument(_))));
}
