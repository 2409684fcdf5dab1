//! Many chunks at a time: the same bytes and the same answers as one after the other.

use std::io::{BufRead, Cursor, Read, Write};

use super::super::payload::PayloadSealer;
use super::*;

/// Chunks of 64 KiB, of which several go in one group; the last is short.
const SIZE: usize = 64 * 1024;
const STRIDE: usize = SIZE + 16;
const CHUNKS: usize = 25;
const LENGTH: usize = (CHUNKS - 1) * SIZE + 100;

fn big(suite: Suite) -> Record {
    record().suite(suite).chunk_size(SIZE as u32).unwrap()
}

fn content(length: usize) -> Vec<u8> {
    let mut content = Vec::with_capacity(length + 5000);
    while content.len() < length {
        content.extend_from_slice(&[1 + (content.len() / 5000 % 100) as u8; 5000]);
    }
    content.truncate(length);
    content
}

/// The payload of a record, each chunk sealed alone.
fn one_by_one(header: &OpenedHeader<'_>, content: &[u8], ward: &SignerKey) -> Vec<u8> {
    let signed = header.fixed().sender().is_some();
    let mut sealer = PayloadSealer::new(header.stream(), header.header.h, signed);
    let mut out = Vec::new();
    let mut chunks = content.chunks(SIZE).peekable();
    let mut next = Some(chunks.next().unwrap_or_default());
    while let Some(chunk) = next {
        let from = out.len();
        out.extend_from_slice(chunk);
        out.extend_from_slice(&[0; 16]);
        next = chunks.next();
        sealer.seal(next.is_none(), &mut out[from..]).unwrap();
        sealer.signed().add(&out[from..]);
    }
    if signed {
        out.extend_from_slice(&sealer.trailer(ward).unwrap());
    }
    out
}

/// Reads in pieces to the end or the first error.
fn drain(reader: &mut dyn Read, piece: usize) -> (Vec<u8>, Option<Error>) {
    let (mut out, mut buffer) = (Vec::new(), vec![0xaa; piece]);
    loop {
        buffer.fill(0xaa);
        match reader.read(&mut buffer) {
            Ok(0) => return (out, None),
            Ok(count) => {
                out.extend_from_slice(&buffer[..count]);
                // Behind what came out lies nothing that was opened and then withdrawn.
                let mut behind = buffer[count..].iter().step_by(997);
                assert!(behind.all(|byte| [0, 0xaa].contains(byte)));
            }
            Err(error) => return (out, Some(error.into())),
        }
    }
}

#[test]
fn the_bytes_do_not_hang_on_the_lanes() {
    let authority = authority();
    let (held, ward) = (key(&authority, "a=x", "2027-12-31"), signer(8));
    for (suite, signed) in [(Suite::ChaCha20Poly1305, true), (Suite::Aes256Gcm, false)] {
        for length in [
            0,
            1,
            SIZE,
            SIZE + 1,
            10 * SIZE,
            11 * SIZE,
            11 * SIZE + 1,
            LENGTH,
        ] {
            let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
            if signed {
                sealer = sealer.sender(&ward);
            }
            let (record, content) = (big(suite), content(length));
            let bytes = sealer.seal(&record, &content, &mut rng(3)).unwrap();
            let (header, payload) = Header::from_bytes(&bytes).unwrap();
            let mut opener = Opener::new().key(&held);
            let header = opener.unlock(header).unwrap();
            assert!(payload == one_by_one(&header, &content, &ward), "{length}");
            let (plaintext, _) = header.open_payload(payload).unwrap();
            assert!(*plaintext.expose() == content);

            for piece in [5000, SIZE, 3 * SIZE + 1, 12 * SIZE] {
                let mut writer = sealer.seal_to(&record, Vec::new(), &mut rng(3)).unwrap();
                for part in content.chunks(piece) {
                    writer.write_all(part).unwrap();
                }
                assert!(writer.finish().unwrap() == bytes, "{length} {piece}");

                let mut reader = opener.open_from(&bytes[..]).unwrap();
                assert!(drain(&mut reader, piece) == (content.clone(), None));
                let sender = reader.finish().unwrap().1;
                assert_eq!(sender == Sender::Unsigned, !signed);
                let mut reader = opener.open_from_buffered(&bytes[..]).unwrap();
                assert!(drain(&mut reader, piece) == (content.clone(), None));
                reader.finish().unwrap();
                // A reader that holds some bytes only, and ends in the middle of chunks.
                let few = std::io::BufReader::with_capacity(2 * STRIDE + 50, &bytes[..]);
                let mut reader = opener.open_from_buffered(few).unwrap();
                assert!(drain(&mut reader, piece) == (content.clone(), None));
                reader.finish().unwrap();
            }
        }
    }
}

/// A signed record of many chunks: its bytes, where its payload begins, its content.
fn signed_record() -> (Vec<u8>, usize, Vec<u8>, UserKey) {
    let authority = authority();
    let ward = signer(8);
    let content = content(LENGTH);
    let bytes = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .sender(&ward)
        .seal(&big(Suite::Aes256Gcm), &content, &mut rng(3))
        .unwrap();
    let begin = Header::from_bytes(&bytes).unwrap().0.length();
    (bytes, begin, content, key(&authority, "a=x", "2027-12-31"))
}

/// What a reader gives of damaged bytes: `whole` chunks, then an error, then nothing more.
fn gives(held: &UserKey, bytes: &[u8], content: &[u8], whole: usize, error: &Error) {
    let mut opener = Opener::new().key(held);
    let (header, payload) = Header::from_bytes(bytes).unwrap();
    let header = opener.unlock(header).unwrap();
    assert_eq!(header.open_payload(payload).err().as_ref(), Some(error));
    for piece in [SIZE - 1, 12 * SIZE] {
        let mut buffered = Opener::new().key(held);
        let readers = [
            opener.open_from(bytes).unwrap(),
            buffered.open_from_buffered(bytes).unwrap(),
        ];
        for mut reader in readers {
            let (out, failed) = drain(&mut reader, piece);
            assert_eq!((out.len(), failed.as_ref()), (whole * SIZE, Some(error)));
            assert!(out == content[..whole * SIZE]);
            let mut untouched = [0xaa; 64];
            let again = reader.read(&mut untouched).map_err(Error::from);
            assert_eq!((again, untouched), (Err(Error::StreamEnded), [0xaa; 64]));
            assert_eq!(reader.finish().err(), Some(Error::StreamEnded));
        }
        let reader = opener.open_from(bytes).unwrap();
        assert_eq!(reader.finish().err().as_ref(), Some(error));
    }
}

#[test]
fn damage_to_any_chunk_lets_out_what_is_before_it_and_no_more() {
    let (bytes, begin, content, held) = signed_record();
    for chunk in 0..CHUNKS {
        let mut changed = bytes.clone();
        changed[begin + chunk * STRIDE + 40] ^= 1;
        gives(&held, &changed, &content, chunk, &Error::Open);
    }
    // Two at once: the first counts.
    let mut changed = bytes.clone();
    changed[begin + 12 * STRIDE] ^= 1;
    changed[begin + 7 * STRIDE] ^= 1;
    gives(&held, &changed, &content, 7, &Error::Open);
    // The last chunk is authentic, what its sender signed is not.
    let mut changed = bytes;
    *changed.last_mut().unwrap() ^= 1;
    gives(&held, &changed, &content, CHUNKS - 1, &Error::Verify);
}

#[test]
fn a_payload_cut_off_behind_any_chunk_is_refused() {
    let (bytes, begin, content, held) = signed_record();
    for chunks in [1, 10, 11, 21] {
        // The end of the last whole chunk is taken for a trailer.
        let cut = &bytes[..begin + chunks * STRIDE];
        gives(&held, cut, &content, chunks - 1, &Error::Open);
        let cut = &bytes[..begin + chunks * STRIDE + 64];
        gives(&held, cut, &content, chunks - 1, &Error::Open);
        let cut = &bytes[..begin + chunks * STRIDE + 65];
        gives(&held, cut, &content, chunks, &Error::Open);
    }
}

#[test]
fn an_input_that_breaks_lets_out_what_came_before() {
    struct Breaks(Cursor<Vec<u8>>);
    impl Read for Breaks {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(out)? {
                0 => Err(std::io::ErrorKind::ConnectionReset.into()),
                count => Ok(count),
            }
        }
    }
    impl BufRead for Breaks {
        fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
            match self.0.fill_buf()? {
                [] => Err(std::io::ErrorKind::ConnectionReset.into()),
                held => Ok(held),
            }
        }
        fn consume(&mut self, count: usize) {
            self.0.consume(count);
        }
    }
    let (bytes, begin, content, held) = signed_record();
    let mut opener = Opener::new().key(&held);
    for chunks in [0, 1, 2, 11, 12, 21, 22] {
        let cut = bytes[..begin + chunks * STRIDE + 70].to_vec();
        for piece in [1000, 12 * SIZE] {
            let breaks = || Breaks(Cursor::new(cut.clone()));
            let mut reader = opener.open_from(breaks()).unwrap();
            let (out, failed) = drain(&mut reader, piece);
            assert!(matches!(failed, Some(Error::Io(_))), "{failed:?}");
            // Whole groups only, as one would not be whole without what follows.
            assert!(out.len() <= chunks * SIZE && out == content[..out.len()]);
            assert_eq!(reader.finish().err(), Some(Error::StreamEnded));
            let mut reader = opener.open_from_buffered(breaks()).unwrap();
            let (out, failed) = drain(&mut reader, piece);
            assert!(matches!(failed, Some(Error::Io(_))), "{failed:?}");
            assert_eq!(out.len(), chunks * SIZE);
        }
    }
}
