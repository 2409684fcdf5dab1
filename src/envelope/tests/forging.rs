//! Envelopes changed in storage, or forged by somebody who can open them.

use super::super::access::HEADER_BYTES;
use super::super::data_key::DataKey;
use super::super::fixed;
use super::*;
use crate::secret::Secret;

/// The errors a changed envelope may give: labels, decoding, policy, and the opaque ones.
fn is_refusal(error: &Error) -> bool {
    matches!(error.code(), 3..=6 | 100..=115 | 200..=204 | 300..=303)
}

#[test]
fn no_flipped_bit_goes_unnoticed() {
    let authority = authority();
    let (held, ward) = (key(&authority, "a=x", "2027-12-31"), signer(8));
    let record = record()
        .labels(Labels::parse(["type=Observation"]).unwrap())
        .clear_metadata(b"c")
        .unwrap()
        .sealed_metadata(b"s")
        .unwrap();
    let known = [ward.public().verifying_key()];
    for signed in [true, false] {
        let mut sealer =
            Sealer::new().policy(authority.public(), policy("a=x or b=y"), Expiry::Never);
        let mut opener = Opener::new().key(&held);
        if signed {
            // Signatures find most of it first; without them the code has to.
            sealer = sealer.sender(&ward).writer(&ward);
            opener = opener.senders(AcceptedSenders::Known(&known));
        }
        let bytes = sealer.seal(&record, &[5; 1100], &mut rng(3)).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            let error = opener
                .open(&changed)
                .err()
                .unwrap_or_else(|| panic!("byte {at}"));
            assert!(is_refusal(&error), "byte {at}: {error:?}");
        }
    }
}

#[test]
fn no_shortened_or_lengthened_envelope_opens() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = sealed(&authority, &record(), &[5; 2100]);
    for length in 0..bytes.len() {
        let error = Opener::new()
            .key(&held)
            .open(&bytes[..length])
            .err()
            .unwrap();
        assert!(is_refusal(&error), "{length} bytes: {error:?}");
    }
    for tail in [1, 16, 17, 1040] {
        let mut longer = bytes.clone();
        longer.resize(bytes.len() + tail, 0);
        assert_eq!(
            Opener::new().key(&held).open(&longer).err(),
            Some(Error::Open)
        );
    }
}

#[test]
fn an_unknown_stanza_is_skipped_and_still_covered() {
    struct Stranger;
    impl Recipient for Stranger {
        fn wrap(
            &mut self,
            _: &DataKey,
            _: &Binding<'_>,
            _: &mut dyn crate::random::Randomness,
        ) -> crate::error::Result<Stanza> {
            Stanza::new(200, b"of a later release".to_vec())
        }
    }
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = Sealer::new()
        .recipient(alloc::boxed::Box::new(Stranger))
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .seal(&record(), b"content", &mut rng(3))
        .unwrap();
    assert!(Opener::new().key(&held).open(&bytes).is_ok());
    let at = bytes
        .windows(8)
        .position(|window| window == b"of a lat")
        .unwrap();
    let mut changed = bytes;
    changed[at] = b'O';
    assert_eq!(
        Opener::new().key(&held).open(&changed).err(),
        Some(Error::Open)
    );
}

#[test]
fn a_stanza_moved_to_another_record_opens_nothing() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let (one, two) = (sealed(&authority, &record(), b"one"), {
        let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
        sealer.seal(&record(), b"two", &mut rng(33)).unwrap()
    });
    let (one, two) = (
        Header::from_bytes(&one).unwrap().0,
        Header::from_bytes(&two).unwrap().0,
    );
    let mut holder = KeyHolder::new(&held);
    let foreign = &one.access.stanzas[0];
    let own = Binding {
        h: &one.h,
        fixed: &one.fixed,
        time: 0,
    };
    assert!(holder.unwrap(foreign, &own).unwrap().is_some());
    let binding = Binding {
        h: &two.h,
        fixed: &two.fixed,
        time: 0,
    };
    assert_eq!(holder.unwrap(foreign, &binding).err(), Some(Error::Open));
}

/// A header as a dishonest holder of the data key would make it: `change` has the say.
pub(super) fn forged(change: impl FnOnce(&DataKey, &mut FixedPart)) -> (Vec<u8>, UserKey) {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let bytes = sealed(&authority, &record(), b"");
    let (mut header, _) = Header::from_bytes(&bytes).unwrap();
    let data_key = DataKey::random(&mut rng(50)).unwrap();
    header.fixed.commitment = data_key.commitment(&header.fixed.salt);
    change(&data_key, &mut header.fixed);
    let mut forged = header.fixed.to_bytes().unwrap();
    let h = fixed::digest(&forged);
    let binding = Binding {
        h: &h,
        fixed: &header.fixed,
        time: 0,
    };
    let mut recipient = PolicyRecipient::new(authority.public(), policy("a=x"), Expiry::Never);
    header.access.stanzas = vec![recipient.wrap(&data_key, &binding, &mut rng(4)).unwrap()];
    forged.extend_from_slice(&header.access.to_bytes().unwrap());
    let mac = data_key.authenticate(&forged);
    forged.extend_from_slice(&mac);
    (forged, held)
}

#[test]
fn a_data_key_other_than_the_one_committed_to_is_refused() {
    let unlock = |(bytes, held): (Vec<u8>, UserKey)| {
        let header = Header::from_bytes(&bytes).unwrap().0;
        Opener::new().key(&held).unlock(header).err()
    };
    assert_eq!(unlock(forged(|_, _| ())), None, "the forger's tools work");
    assert_eq!(
        unlock(forged(|_, fixed| fixed.commitment[0] ^= 1)),
        Some(Error::Open)
    );
}

#[test]
fn metadata_under_another_key_is_refused() {
    let (bytes, held) = forged(|_, fixed| fixed.sealed_metadata = Some(vec![7; 40]));
    let header = Header::from_bytes(&bytes).unwrap().0;
    let opened = Opener::new().key(&held).unlock(header).unwrap();
    assert_eq!(opened.metadata().err(), Some(Error::Open));
    let (bytes, _) = forged(|_, fixed| fixed.sealed_metadata = Some(vec![7; 15]));
    let refused = Header::from_bytes(&bytes).err();
    assert_eq!(refused, Some(Error::Length("encrypted metadata")));
    let (bytes, _) = forged(|_, fixed| fixed.sealed_metadata = Some(vec![7; 16]));
    assert!(Header::from_bytes(&bytes).is_ok());
    // With a subject the opening of its commitment is in it.
    for (length, fits) in [(16, false), (47, false), (48, true)] {
        let (bytes, _) = forged(|_, fixed| {
            fixed.subject = Some([1; 32]);
            fixed.sealed_metadata = Some(vec![7; length]);
        });
        assert_eq!(Header::from_bytes(&bytes).is_ok(), fits, "{length}");
    }
}

#[test]
fn lengths_are_refused_before_anything_is_reserved() {
    let good = sealed(&authority(), &record(), b"");
    let fixed_length = u32::from_be_bytes(good[8..12].try_into().unwrap()) as usize;
    // What comes before the length of the access part, the length itself and the code count.
    let most = (HEADER_BYTES - (12 + fixed_length + 4) - 32) as u32;
    for (at, value, expected) in [
        (8, u32::MAX, Error::Length("fixed part")),
        (8, 65_537, Error::Length("fixed part")),
        (8, 65_536, Error::Truncated),
        (12 + fixed_length, most + 1, Error::Length("header")),
        (12 + fixed_length, most, Error::Truncated),
        (12 + fixed_length, u32::MAX, Error::Length("header")),
        (
            12 + fixed_length,
            HEADER_BYTES as u32,
            Error::Length("header"),
        ),
    ] {
        let mut changed = good.clone();
        changed[at..at + 4].copy_from_slice(&value.to_be_bytes());
        assert_eq!(Header::from_bytes(&changed).err(), Some(expected));
    }
    for (at, value, expected) in [
        (0, b'h', Error::Magic),
        (5, 2, Error::Version(2)),
        (6, 3, Error::Suite(3)),
        (7, 18, Error::Kind(18)),
    ] {
        let mut changed = good.clone();
        changed[at] = value;
        assert_eq!(Header::from_bytes(&changed).err(), Some(expected));
    }
}

/// A stanza whose body has this length.
struct Large(usize);

impl Recipient for Large {
    fn wrap(
        &mut self,
        _: &DataKey,
        _: &Binding<'_>,
        _: &mut dyn crate::random::Randomness,
    ) -> Result<Stanza, Error> {
        Stanza::new(9, vec![7; self.0])
    }
}

#[test]
fn a_header_has_at_most_256_kibibytes() {
    let header = |length: usize| {
        let mut sealer = Sealer::new().recipient(alloc::boxed::Box::new(Large(length)));
        let bytes = sealer.seal(&record(), b"", &mut rng(3))?;
        let (_, payload) = Header::from_bytes(&bytes)?;
        Ok(bytes.len() - payload.len())
    };
    let room = HEADER_BYTES - header(0).unwrap();
    assert_eq!(header(room), Ok(HEADER_BYTES));
    assert_eq!(header(room + 1), Err(Error::TooLarge("header")));
}

#[test]
fn a_wrapped_key_needs_stanza_key_type_and_record() {
    let data_key = DataKey::random(&mut rng(1)).unwrap();
    let stanza = || Secret::<[u8; 32]>::build(|key| key.fill(4));
    let wrapped = data_key.wrap(&stanza(), 1, &[5; 32]).unwrap();
    let unwrapped = DataKey::unwrap(&wrapped, &stanza(), 1, &[5; 32]).unwrap();
    assert_eq!(unwrapped.secret().expose(), data_key.secret().expose());
    let another = DataKey::random(&mut rng(2)).unwrap();
    assert_ne!(another.secret().expose(), data_key.secret().expose());
    let other = Secret::<[u8; 32]>::build(|key| key.fill(3));
    assert!(DataKey::unwrap(&wrapped, &other, 1, &[5; 32]).is_err());
    assert!(DataKey::unwrap(&wrapped, &stanza(), 2, &[5; 32]).is_err());
    assert!(DataKey::unwrap(&wrapped, &stanza(), 1, &[6; 32]).is_err());
}

#[test]
fn fields_of_the_fixed_part_are_in_their_ranges() {
    let bytes = sealed(&authority(), &record(), b"");
    let (header, _) = Header::from_bytes(&bytes).unwrap();
    for (size, legal) in [
        (0, false),
        (1023, false),
        (1024, true),
        (1 << 20, true),
        ((1 << 20) + 1, false),
    ] {
        let mut fixed = header.fixed.clone();
        fixed.chunk_size = size;
        let read = FixedPart::from_bytes(&fixed.to_bytes().unwrap());
        assert_eq!(read.is_ok(), legal, "{size}");
        assert!(legal || matches!(read.err(), Some(Error::Length("chunk size"))));
    }
    // The record id "r" taken out: u32 length at 8, envelope id at 12, u8 length at 28.
    let mut nameless = header.fixed.to_bytes().unwrap();
    assert_eq!(nameless[28..30], [1, b'r']);
    nameless[28] = 0;
    nameless.remove(29);
    let length = (nameless.len() - 12) as u32;
    nameless[8..12].copy_from_slice(&length.to_be_bytes());
    assert_eq!(
        FixedPart::from_bytes(&nameless).err(),
        Some(Error::Length("record id"))
    );
    let mut longer = header.fixed.to_bytes().unwrap();
    longer.push(0);
    assert_eq!(
        FixedPart::from_bytes(&longer).err(),
        Some(Error::TrailingBytes)
    );
}

#[test]
fn fields_of_the_access_part_are_in_their_ranges() {
    use super::super::access::{AccessPart, CarriedConsent, Stanza};
    let stanza = |kind: u8| [kind, 0, 0, 0, 1, 7];
    let access = |count: u8, stanzas: &[[u8; 6]]| {
        AccessPart::from_bytes(&[&[0, count], &stanzas.concat()[..], &[0]].concat()).err()
    };
    assert_eq!(access(1, &[stanza(9)]), None);
    assert_eq!(access(16, &[stanza(9); 16]), None);
    assert_eq!(access(0, &[]), Some(Error::Length("stanzas")));
    assert_eq!(access(17, &[stanza(9); 17]), Some(Error::Length("stanzas")));
    assert_eq!(access(1, &[stanza(0)]), Some(Error::Field("stanza type")));
    assert!(
        access(1, &[stanza(9), stanza(9)]).is_some(),
        "more stanzas than counted"
    );
    let scope = |length: u16| {
        let bytes = [
            &[1][..],
            &[0; 32],
            &length.to_be_bytes(),
            &vec![1; usize::from(length)],
            &[1],
            &stanza(9),
            &[0],
        ];
        AccessPart::from_bytes(&bytes.concat()).err()
    };
    assert_eq!(scope(4096), None);
    assert!(matches!(scope(4097), Some(Error::Length(_))));

    // Writers keep to the same.
    let mut part =
        AccessPart::from_bytes(&[&[0, 16], &[stanza(9); 16].concat()[..], &[0]].concat()).unwrap();
    part.consent = Some(CarriedConsent {
        digest: [0; 32],
        scope: vec![1; 4096],
    });
    assert!(part.signed_bytes().is_ok());
    part.stanzas.push(Stanza {
        kind: 9,
        body: vec![7],
    });
    let count = Error::Argument("1 to 16 stanzas");
    assert_eq!(part.signed_bytes(), Err(count.clone()));
    part.stanzas.clear();
    assert_eq!(part.signed_bytes(), Err(count));
    part.consent = Some(CarriedConsent {
        digest: [0; 32],
        scope: vec![1; 4097],
    });
    assert_eq!(part.signed_bytes(), Err(Error::TooLarge("consent scope")));
}
