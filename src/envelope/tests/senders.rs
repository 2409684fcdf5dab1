//! Who is said to have sent a record.

use super::*;
use crate::asymmetric::VerifyingKey;

fn signed_by(ward: &SignerKey) -> (Vec<u8>, UserKey) {
    let authority = authority();
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(ward)
        .seal(&record(), &[5; 1500], &mut rng(3))
        .unwrap();
    (bytes, key(&authority, "a=x", "2027-12-31"))
}

fn open_from(bytes: &[u8], held: &UserKey, known: &[VerifyingKey]) -> Option<Error> {
    Opener::new()
        .key(held)
        .senders(AcceptedSenders::Known(known))
        .open(bytes)
        .err()
}

#[test]
fn known_senders_only_means_signed_by_one_of_them() {
    let (ward, other) = (signer(8), signer(9));
    let (bytes, held) = signed_by(&ward);
    let (ward, other) = (
        ward.public().verifying_key(),
        other.public().verifying_key(),
    );
    assert_eq!(open_from(&bytes, &held, &[ward]), None);
    assert_eq!(open_from(&bytes, &held, &[other, ward]), None);
    assert_eq!(open_from(&bytes, &held, &[other]), Some(Error::Sender));
    assert_eq!(open_from(&bytes, &held, &[]), Some(Error::Sender));
    let unsigned = sealed(&authority(), &record(), b"content");
    assert_eq!(open_from(&unsigned, &held, &[ward]), Some(Error::Sender));
}

#[test]
fn a_bad_or_missing_signature_is_never_called_unsigned() {
    let ward = signer(8);
    let (bytes, held) = signed_by(&ward);
    let length = bytes.len();
    let open = |bytes: &[u8]| Opener::new().key(&held).open(bytes).err();
    let mut changed = bytes.clone();
    changed[length - 1] ^= 1;
    assert_eq!(open(&changed), Some(Error::Verify));
    // Without its trailer the payload's last chunk is no longer where it was.
    assert_eq!(open(&bytes[..length - 64]), Some(Error::Open));
    // The signature in the header stands behind the fixed part.
    let fixed = 12 + u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let mut changed = bytes.clone();
    changed[fixed] ^= 1;
    assert_eq!(Header::from_bytes(&changed).err(), Some(Error::Verify));
}

#[test]
fn a_reader_of_the_record_cannot_give_another_content_in_its_senders_name() {
    // Somebody who can open the record has its data key and makes another payload, complete in
    // every way but the sender's signature.
    use super::super::payload::PayloadSealer;
    let ward = signer(8);
    let (bytes, held) = signed_by(&ward);
    let (header, payload) = Header::from_bytes(&bytes).unwrap();
    let header_length = bytes.len() - payload.len();
    let trailer = payload[payload.len() - 64..].to_vec();
    let opened = Opener::new().key(&held).unlock(header).unwrap();
    let mut forger = PayloadSealer::new(opened.stream(), opened.header.h, false);
    let mut chunk = [b"forged".as_slice(), &[0; 16]].concat();
    forger.seal(true, &mut chunk).unwrap();
    let mut forged = bytes[..header_length].to_vec();
    forged.extend_from_slice(&chunk);
    forged.extend_from_slice(&trailer);
    assert_eq!(
        Opener::new().key(&held).open(&forged).err(),
        Some(Error::Verify)
    );
}

#[test]
fn a_header_and_a_range_show_at_most_a_signed_header() {
    let ward = signer(8);
    let (bytes, held) = signed_by(&ward);
    let sender = ward.public().verifying_key();
    let (header, payload) = Header::from_bytes(&bytes).unwrap();
    assert_eq!(header.sender(), Sender::HeaderSigned(sender));
    let opened = Opener::new().key(&held).unlock(header).unwrap();
    assert_eq!(opened.sender(), Sender::HeaderSigned(sender));
    assert_eq!(
        opened.open_range_of(payload, 1020..1030).unwrap().expose(),
        &[5; 10]
    );

    let known = [sender];
    let header = Header::from_bytes(&bytes).unwrap().0;
    let mut opener = Opener::new()
        .key(&held)
        .senders(AcceptedSenders::Known(&known));
    let opened = opener.unlock(header).unwrap();
    assert_eq!(
        opened.open_range_of(payload, 0..1).err(),
        Some(Error::Sender)
    );
    assert!(opened.open_payload(payload).is_ok());
}

#[test]
fn signing_adds_160_bytes_and_the_access_part_96_more() {
    let authority = authority();
    let ward = signer(8);
    let seal = |sender: bool, writer: bool| {
        let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
        if sender {
            sealer = sealer.sender(&ward);
        }
        if writer {
            sealer = sealer.writer(&ward);
        }
        sealer
            .seal(&record(), b"content", &mut rng(3))
            .unwrap()
            .len()
    };
    assert_eq!(seal(true, false) - seal(false, false), 160);
    assert_eq!(seal(true, true) - seal(true, false), 96);
}

#[test]
fn a_signed_record_with_a_consent_has_a_signed_access_part() {
    let authority = authority();
    let (ward, held) = (signer(8), key(&authority, "a=x", "2027-12-31"));
    let scope = ConsentScope {
        terms: [9; 32],
        scope: b"research, no redisclosure".to_vec(),
    };
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(&ward)
        .consent(scope)
        .seal(&record(), b"content", &mut rng(3))
        .unwrap();
    let opened = Opener::new().key(&held).open(&bytes).unwrap();
    let consent = opened.header.access().consent().unwrap();
    assert_eq!(consent.scope(), b"research, no redisclosure");
    let header = Header::from_bytes(&bytes).unwrap().0;
    assert!(header.is_under(&[9; 32]) && !header.is_under(&[8; 32]));
    // Under the same consent another record says something else.
    let other = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .consent(ConsentScope {
            terms: [9; 32],
            scope: Vec::new(),
        })
        .seal(&record(), b"content", &mut rng(4))
        .unwrap();
    let other = Header::from_bytes(&other).unwrap().0;
    let digest = other.access().consent().unwrap().digest();
    assert_ne!(digest, header.access().consent().unwrap().digest());
    assert_eq!(
        opened.header.access().writer(),
        Some(&ward.public().verifying_key())
    );
    // A changed scope is noticed by everybody, key or not.
    let at = bytes
        .windows(8)
        .position(|window| window == b"research")
        .unwrap();
    let mut changed = bytes;
    changed[at] = b'R';
    assert_eq!(Header::from_bytes(&changed).err(), Some(Error::Verify));
}

#[test]
fn every_way_to_the_content_asks_for_the_sender_again() {
    // As if the header had been unlocked without looking at its sender.
    let (ward, other) = (signer(8), signer(9));
    let (bytes, held) = signed_by(&ward);
    let strangers = [other.public().verifying_key()];
    let unlocked = |bytes: &[u8]| {
        let header = Header::from_bytes(bytes).unwrap().0;
        let OpenedHeader {
            header, data_key, ..
        } = Opener::new().key(&held).unlock(header).unwrap();
        OpenedHeader {
            header,
            data_key,
            senders: AcceptedSenders::Known(&strangers),
        }
    };
    let payload = Header::from_bytes(&bytes).unwrap().1;
    assert_eq!(
        unlocked(&bytes).open_payload(payload).err(),
        Some(Error::Sender)
    );
    let reader = OpenReader::new(payload, unlocked(&bytes));
    assert_eq!(reader.finish().err(), Some(Error::Sender));

    let authority = authority();
    let id = RecordId::new("r").unwrap();
    let batch = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(&ward)
        .seal_batch(&record(), [(&id, &b"content"[..])], &mut rng(3))
        .unwrap();
    let members = Header::from_bytes(&batch).unwrap().1;
    let opened = unlocked(&batch).into_batch(members).unwrap();
    assert_eq!(opened.open(0).err(), Some(Error::Sender));
}
