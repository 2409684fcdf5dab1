//! Tests of the key-file frame.

use super::*;
use crate::keys::testing::reseal;

/// A key file whose body is one string.
fn sample() -> Vec<u8> {
    let mut writer = begin(Kind::UserKey);
    writer.lp16(b"the body").unwrap();
    finish(writer).into_vec()
}

fn read_sample(bytes: &[u8]) -> Result<Vec<u8>> {
    decode(Kind::UserKey, bytes, |reader| {
        reader.lp16(100).map(<[u8]>::to_vec)
    })
}

#[test]
fn the_frame_is_header_body_checksum() {
    let bytes = sample();
    let (content, checksum) = bytes.split_last_chunk::<32>().unwrap();
    assert_eq!(content, b"HIPPO\x01\x01\x12\x00\x08the body");
    assert_eq!(*checksum, sha256(&[content]));
    assert_eq!(read_sample(&bytes).unwrap(), b"the body");
    assert_eq!(check(&bytes), Ok(18));
}

#[test]
fn each_fault_has_its_own_name() {
    let fault = |i: usize, byte: u8| {
        let mut bytes = sample();
        bytes[i] = byte;
        (
            read_sample(&bytes).unwrap_err(),
            check(&reseal(bytes)).unwrap_err(),
        )
    };
    assert_eq!(fault(0, b'h'), (Error::Magic, Error::Magic));
    assert_eq!(fault(5, 2), (Error::Version(2), Error::Version(2)));
    assert_eq!(fault(6, 2), (Error::Suite(2), Error::Suite(2)));
    // A sealed record is of no kind of key file, a signer's key of another.
    assert_eq!(fault(7, 1), (Error::Kind(1), Error::Kind(1)));
    let mut bytes = sample();
    bytes[7] = Kind::SignerKey as u8;
    assert_eq!(read_sample(&bytes), Err(Error::Kind(19)));
    bytes[7] = Kind::Locked as u8;
    assert_eq!(read_sample(&bytes), Err(Error::PassphraseNeeded));
    // A public object cannot be locked, so there the kind is simply wrong.
    assert_eq!(
        decode(Kind::SignerPublic, &bytes, |_| Ok(())),
        Err(Error::Kind(32))
    );
}

#[test]
fn a_short_file_is_truncated_at_every_length() {
    let bytes = sample();
    for length in 0..bytes.len() {
        assert_eq!(
            read_sample(&bytes[..length]),
            Err(Error::Truncated),
            "{length}"
        );
        assert!(check(&bytes[..length]).is_err());
    }
}

#[test]
fn bytes_after_the_end_are_named_inside_and_outside_the_checksum() {
    for extra in [1, 31, 32, 100] {
        let mut bytes = sample();
        bytes.resize(bytes.len() + extra, 7);
        assert_eq!(read_sample(&bytes), Err(Error::TrailingBytes));
        assert_eq!(check(&bytes), Err(Error::Checksum));
        assert_eq!(read_sample(&reseal(bytes)), Err(Error::TrailingBytes));
    }
}

#[test]
fn every_flipped_bit_behind_the_header_is_found() {
    for i in HEADER..sample().len() {
        for bit in 0..8 {
            let mut bytes = sample();
            bytes[i] ^= 1 << bit;
            let error = read_sample(&bytes).unwrap_err();
            assert!(
                matches!(error, Error::Checksum | Error::Truncated),
                "{i} {bit} {error}"
            );
            assert_eq!(check(&bytes), Err(Error::Checksum));
        }
    }
}

#[test]
fn a_good_checksum_does_not_excuse_a_bad_body() {
    let mut bytes = sample();
    bytes[9] = 200; // over the reader's limit
    assert_eq!(read_sample(&bytes), Err(Error::Checksum));
    assert_eq!(
        read_sample(&reseal(bytes)),
        Err(Error::Length("byte string"))
    );
}

#[test]
fn every_kind_has_its_label_and_takes_no_other() {
    for (kind, label, _) in KINDS {
        let bytes = finish(begin(kind)).into_vec();
        let text = armour(&bytes).unwrap();
        assert!(
            text.expose()
                .starts_with(&std::format!("-----BEGIN {label}-----\n"))
        );
        assert_eq!(unarmour(text.expose().as_bytes()).unwrap().expose(), &bytes);
        assert_eq!(read(text.expose().as_bytes()).unwrap().expose(), &bytes);
        assert_eq!(read(&bytes).unwrap().expose(), &bytes);
        for (other, label, _) in KINDS.iter().filter(|(other, _, _)| *other != kind) {
            let relabelled = armour::encode(label, &bytes).unwrap();
            assert_eq!(
                unarmour(relabelled.as_bytes()).err(),
                Some(Error::Armour("the label is not the contents' own")),
                "{other:?}"
            );
        }
    }
    let unknown = armour::encode("HIPPOCRYPT ENVELOPE", &sample()).unwrap();
    assert_eq!(
        unarmour(unknown.as_bytes()).err(),
        Some(Error::Armour("unknown label"))
    );
}

#[test]
fn damage_is_found_before_armouring_and_after() {
    let mut bytes = sample();
    bytes[12] ^= 1;
    assert_eq!(armour(&bytes).err(), Some(Error::Checksum));
    assert_eq!(read(&bytes).err(), Some(Error::Checksum));
    let text = armour::encode("HIPPOCRYPT USER KEY", &bytes).unwrap();
    assert_eq!(unarmour(text.as_bytes()).err(), Some(Error::Checksum));
    assert_eq!(
        read(&std::vec![0; LIMIT + 1]).err(),
        Some(Error::TooLarge("key file"))
    );
}
