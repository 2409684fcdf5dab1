//! Payloads in order, in parts, over readers and writers.

use std::io::{Cursor, Read, Write};

use super::super::payload::{Opening, PayloadSealer};
use super::*;

const CHUNK: usize = 1024 + 16;

/// An envelope of `length` bytes, its header opened, and its payload.
fn opened(length: usize) -> (OpenedHeader<'static>, Vec<u8>, Vec<u8>) {
    let authority = authority();
    let content: Vec<u8> = (0..length).map(|at| (at / 7) as u8).collect();
    let bytes = sealed(&authority, &record(), &content);
    let (header, payload) = Header::from_bytes(&bytes).unwrap();
    let payload = payload.to_vec();
    let held = key(&authority, "a=x", "2027-12-31");
    let OpenedHeader {
        header, data_key, ..
    } = Opener::new().key(&held).unlock(header).unwrap();
    (
        OpenedHeader {
            header,
            data_key,
            senders: AcceptedSenders::Any,
        },
        payload,
        content,
    )
}

#[test]
fn chunks_cannot_be_swapped_dropped_or_repeated() {
    let (header, payload, _) = opened(3 * 1024 + 5);
    let chunks: Vec<&[u8]> = payload.chunks(CHUNK).collect();
    for order in [
        vec![1, 0, 2, 3],
        vec![0, 2, 3],
        vec![0, 1, 2],
        vec![0, 1, 1, 2, 3],
        vec![0, 1, 2, 3, 3],
        vec![3],
        vec![],
    ] {
        let forged: Vec<u8> = order.iter().flat_map(|&at| chunks[at].to_vec()).collect();
        assert_eq!(
            header.open_payload(&forged).err(),
            Some(Error::Open),
            "{order:?}"
        );
    }
}

#[test]
fn a_final_chunk_of_nothing_is_legal_only_alone() {
    let (header, _, _) = opened(0);
    let seal = |sizes: &[usize]| {
        let mut sealer = PayloadSealer::new(header.stream(), header.header.h, false);
        let mut out = Vec::new();
        for (at, &size) in sizes.iter().enumerate() {
            let from = out.len();
            out.resize(from + size + 16, 1);
            sealer
                .seal(at + 1 == sizes.len(), &mut out[from..])
                .unwrap();
        }
        out
    };
    assert!(header.open_payload(&seal(&[1024])).is_ok());
    assert!(header.open_payload(&seal(&[0])).is_ok());
    assert_eq!(
        header.open_payload(&seal(&[1024, 0])).err(),
        Some(Error::Open)
    );
    let forged = seal(&[1024, 0]);
    assert_eq!(
        header.open_range_of(&forged, 0..10).err(),
        Some(Error::Open)
    );
}

#[test]
fn what_lies_behind_a_damaged_chunk_is_taken_back() {
    let (header, mut payload, content) = opened(3000);
    payload[CHUNK + 5] ^= 1;
    let mut out = vec![0xaa; 3000];
    let mut chunks: Vec<_> = payload
        .chunks(CHUNK)
        .zip(out.chunks_mut(1024))
        .map(|(chunk, place)| Opening::into(chunk, place))
        .collect();
    let opened = header
        .payload_opener()
        .open_all(true, &mut chunks, |_| ())
        .unwrap();
    assert_eq!(opened, (1, ()));
    assert_eq!(out[..1024], content[..1024]);
    assert_eq!(out[1024..], [0; 3000 - 1024]);
}

#[test]
fn every_range_gives_those_bytes() {
    for length in [0, 1, 1024, 1025, 2500] {
        let (header, payload, content) = opened(length);
        let points = [0, 1, 1023, 1024, 1025, 2048, 2499, 2500];
        for from in points.into_iter().filter(|&at| at <= length) {
            for to in points.into_iter().filter(|&at| at <= length && at >= from) {
                let part = header
                    .open_range_of(&payload, from as u64..to as u64)
                    .unwrap();
                assert_eq!(part.expose(), &content[from..to]);
                let mut file = Cursor::new([&[0; 9], &payload[..]].concat());
                let part = header
                    .open_range_from(&mut file, 9, from as u64..to as u64)
                    .unwrap();
                assert_eq!(part.expose(), &content[from..to]);
            }
        }
        let beyond = header.open_range_of(&payload, 0..length as u64 + 1).err();
        assert!(matches!(beyond, Some(Error::Argument(_))));
        #[allow(clippy::reversed_empty_ranges)]
        let reversed = header.open_range_of(&payload, 1..0).err();
        assert!(matches!(reversed, Some(Error::Argument(_))));
    }
}

#[test]
fn a_range_of_a_shortened_payload_is_refused_even_where_its_chunks_are_whole() {
    let (header, payload, _) = opened(3000);
    assert!(header.open_range_of(&payload, 0..10).is_ok());
    for length in [0, 1, 15, 16, CHUNK, 2 * CHUNK, payload.len() - 1] {
        let refused = header.open_range_of(&payload[..length], 0..10).err();
        assert_eq!(refused, Some(Error::Open), "{length}");
    }
    let mut changed = payload;
    changed[CHUNK + 3] ^= 1;
    assert!(
        header.open_range_of(&changed, 0..1024).is_ok(),
        "other chunks stay readable"
    );
    assert_eq!(
        header.open_range_of(&changed, 1020..1030).err(),
        Some(Error::Open)
    );
}

#[test]
fn writers_and_readers_agree_with_slices_whatever_the_pieces() {
    let authority = authority();
    let (held, ward) = (key(&authority, "a=x", "2027-12-31"), signer(8));
    for signed in [false, true] {
        for length in [0, 1, 1023, 1024, 1025, 4096, 5001] {
            for piece in [1, 7, 1024, 4096] {
                let content: Vec<u8> = (0..length).map(|at| at as u8).collect();
                let mut sealer =
                    Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
                if signed {
                    sealer = sealer.sender(&ward);
                }
                let mut writer = sealer.seal_to(&record(), Vec::new(), &mut rng(3)).unwrap();
                content
                    .chunks(piece)
                    .for_each(|part| writer.write_all(part).unwrap());
                let bytes = writer.finish().unwrap();
                assert_eq!(
                    bytes,
                    sealer.seal(&record(), &content, &mut rng(3)).unwrap()
                );

                let mut reader = Opener::new().key(&held).open_from(&bytes[..]).unwrap();
                let mut out = Vec::new();
                let mut buffer = vec![0; piece];
                loop {
                    let count = reader.read(&mut buffer).unwrap();
                    if count == 0 {
                        break;
                    }
                    out.extend_from_slice(&buffer[..count]);
                }
                assert_eq!(out, content);
                let (_, sender) = reader.finish().unwrap();
                assert_eq!(sender == Sender::Unsigned, !signed);
            }
        }
    }
}

#[test]
fn a_reader_fails_at_the_damage_and_stays_failed() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let good = sealed(&authority, &record(), &[5; 3000]);
    let payload = good.len() - (3000 + 3 * 16);
    let mut changed = good.clone();
    changed[payload + CHUNK] ^= 1;
    let mut reader = Opener::new().key(&held).open_from(&changed[..]).unwrap();
    let mut out = Vec::new();
    let error = reader.read_to_end(&mut out).unwrap_err();
    assert_eq!(Error::from(error), Error::Open);
    assert_eq!(out, [5; 1024], "whole verified chunks only");
    assert_eq!(
        Error::from(reader.read(&mut [0; 1]).unwrap_err()),
        Error::StreamEnded
    );
    assert_eq!(reader.finish().err(), Some(Error::StreamEnded));
    // Cut off between two chunks.
    let cut = &good[..payload + 2 * CHUNK];
    let mut reader = Opener::new().key(&held).open_from(cut).unwrap();
    assert!(reader.read_to_end(&mut Vec::new()).is_err());
}

#[test]
fn known_senders_hold_for_readers_too() {
    let authority = authority();
    let (held, ward, other) = (key(&authority, "a=x", "2027-12-31"), signer(8), signer(9));
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(&ward)
        .seal(&record(), &[5; 1500], &mut rng(3))
        .unwrap();
    let known = [other.public().verifying_key()];
    let mut opener = Opener::new()
        .key(&held)
        .senders(AcceptedSenders::Known(&known));
    assert_eq!(opener.open_from(&bytes[..]).err(), Some(Error::Sender));
    let known = [ward.public().verifying_key()];
    let mut changed = bytes;
    *changed.last_mut().unwrap() ^= 1;
    let mut opener = Opener::new()
        .key(&held)
        .senders(AcceptedSenders::Known(&known));
    let reader = opener.open_from(&changed[..]).unwrap();
    assert_eq!(reader.finish().err(), Some(Error::Verify));
}

#[test]
fn a_writer_that_fails_stays_failed() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let authority = authority();
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    let mut writer = sealer.seal_to(&record(), Full(1000), &mut rng(3)).unwrap();
    let failed = writer.write_all(&[0; 5000]).unwrap_err();
    assert_eq!(Error::from(failed), Error::Io("no space left"));
    assert!(writer.write_all(&[0; 5000]).is_err());
    assert_eq!(writer.finish().err(), Some(Error::StreamEnded));
}

#[test]
fn after_an_error_a_reader_gives_nothing_out() {
    struct Breaks<'a>(&'a [u8], usize);
    impl Read for Breaks<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            if self.1 == 0 {
                // Once; then the rest would be there.
                self.1 = usize::MAX;
                return Err(std::io::ErrorKind::ConnectionReset.into());
            }
            let count = out.len().min(self.1).min(self.0.len());
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            self.1 -= count;
            Ok(count)
        }
    }
    let authority = authority();
    let (held, ward) = (key(&authority, "a=x", "2027-12-31"), signer(8));
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(&ward)
        .seal(&record(), &[5; 3000], &mut rng(3))
        .unwrap();
    let header = Header::from_bytes(&bytes).unwrap().0.length();
    let silent = |mut reader: OpenReader<'_, &mut dyn Read>| {
        let mut out = [0xaa; 4096];
        while reader.read(&mut out).is_ok_and(|count| count != 0) {}
        out.fill(0xaa);
        let again = reader.read(&mut out).map_err(Error::from);
        assert_eq!(again, Err(Error::StreamEnded));
        assert_eq!(out, [0xaa; 4096], "untouched");
        assert_eq!(reader.finish().err(), Some(Error::StreamEnded));
    };
    // The input breaks in the middle of a chunk.
    for at in [header + 6, header + CHUNK + 6, bytes.len() - 3] {
        let mut input = Breaks(&bytes, at);
        let input: &mut dyn Read = &mut input;
        silent(Opener::new().key(&held).open_from(input).unwrap());
    }
    // The trailer is wrong, and with it everything the last chunk says.
    let mut changed = bytes;
    *changed.last_mut().unwrap() ^= 1;
    let mut input = &changed[..];
    let input: &mut dyn Read = &mut input;
    silent(Opener::new().key(&held).open_from(input).unwrap());
}

#[test]
fn content_opens_into_the_callers_memory() {
    for length in [0, 1, 1023, 1024, 1025, 4 * 1024, 9 * 1024 + 7] {
        let (header, payload, content) = opened(length);
        assert_eq!(header.content_length(&payload).unwrap(), length);
        let mut room = vec![1; length];
        let sender = header.open_payload_into(&payload, &mut room).unwrap();
        assert!(room == content && matches!(sender, Sender::Unsigned));
        for wrong in [length + 1, length.wrapping_sub(1).min(length + 2)] {
            let outcome = header.open_payload_into(&payload, &mut vec![0; wrong]);
            assert!(
                matches!(outcome, Err(Error::Argument(_))),
                "{wrong} for {length}"
            );
        }
    }
}

#[test]
fn nothing_of_a_changed_payload_stays_in_the_callers_memory() {
    let (header, mut payload, _) = opened(9 * 1024);
    *payload.last_mut().unwrap() ^= 1;
    let mut room = vec![1; 9 * 1024];
    let outcome = header.open_payload_into(&payload, &mut room);
    assert_eq!(outcome.err(), Some(Error::Open));
    assert!(room.iter().all(|byte| *byte == 0));
    assert_eq!(header.content_length(&[0; 15]).err(), Some(Error::Open));
}

#[test]
fn a_prepared_record_says_its_length_and_seals_into_the_callers_memory() {
    let authority = authority();
    let key = key(&authority, "a=x", "2027-12-31");
    let signer = crate::asymmetric::SigningKey::generate(&mut getrandom::SysRng).unwrap();
    for signed in [false, true] {
        for length in [0, 1, 1024, 1025, 9 * 1024 + 7] {
            let content = vec![7; length];
            let policy = Policy::parse("a=x").unwrap();
            let mut sealer = Sealer::new().policy(authority.public(), policy, Expiry::DayOfSealing);
            if signed {
                sealer = sealer.sender(&signer);
            }
            let prepared = sealer.prepare(&record(), &mut getrandom::SysRng).unwrap();
            let mut room = vec![0; prepared.sealed_length(length)];
            prepared.seal_into(&content, &mut room).unwrap();
            let opened = Opener::new().key(&key).open(&room).unwrap();
            assert!(*opened.plaintext.expose() == content);
            assert_eq!(matches!(opened.sender, Sender::Signed(_)), signed);

            let prepared = sealer.prepare(&record(), &mut getrandom::SysRng).unwrap();
            let mut room = vec![0; prepared.sealed_length(length) + 1];
            let outcome = prepared.seal_into(&content, &mut room);
            assert!(matches!(outcome, Err(Error::Argument(_))));
        }
    }
}
