//! Sessions: read while they grow, cut anywhere, with holes, and tampered with.

use std::boxed::Box;

use super::*;
use crate::error::Result;
use crate::random::Randomness;
use crate::secret::Secret;

/// A stanza that costs next to nothing: these tests open sessions thousands of times.
struct Shared;

const SHARED: u8 = 200;

fn shared() -> Secret<[u8; 32]> {
    Secret::new([9; 32])
}

impl Recipient for Shared {
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        _: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let wrapped = data_key.wrap(&shared(), SHARED, binding.h)?;
        Stanza::new(SHARED, wrapped.to_vec())
    }
}

impl Unwrap for Shared {
    fn unwrap(&mut self, stanza: &Stanza, binding: &Binding<'_>) -> Result<Option<DataKey>> {
        let wrapped = stanza.body().try_into().unwrap();
        DataKey::unwrap(wrapped, &shared(), SHARED, binding.h).map(Some)
    }
}

pub(super) fn sealer<'a>() -> Sealer<'a> {
    Sealer::new().recipient(Box::new(Shared))
}

pub(super) fn opener<'a>() -> Opener<'a> {
    Opener::new().unwrap_with(Box::new(Shared))
}

/// A session whose segments have these lengths: its parts, the header first and the end last.
pub(super) fn recorded(ward: Option<&SignerKey>, lengths: &[usize]) -> Vec<Vec<u8>> {
    let mut sealer = sealer();
    if let Some(ward) = ward {
        sealer = sealer.sender(ward);
    }
    let mut session = sealer.session(&record(), &mut rng(60)).unwrap();
    let mut parts = vec![session.header().to_vec()];
    for (number, length) in lengths.iter().enumerate() {
        parts.push(session.segment(&content(number, *length)).unwrap());
    }
    parts.push(session.end().unwrap());
    parts
}

pub(super) fn content(number: usize, length: usize) -> Vec<u8> {
    vec![number as u8 + 1; length]
}

/// What comes out of a session: numbers and contents, up to the first error.
struct Played {
    segments: Vec<(u32, Vec<u8>, Sender)>,
    missing: Vec<core::ops::Range<u32>>,
    status: SessionStatus,
    error: Option<Error>,
}

fn reader(header: &[u8]) -> Result<SessionReader<'static>> {
    let (header, rest) = Header::from_bytes(header)?;
    assert!(rest.is_empty());
    opener().unlock(header)?.session()
}

fn play(header: &[u8], body: &[u8]) -> Played {
    let mut reader = reader(header).unwrap();
    let (mut unread, mut segments, mut error) = (body, Vec::new(), None);
    loop {
        match reader.next(&mut unread) {
            Ok(Some(it)) => segments.push((it.number, it.plaintext.expose().clone(), it.sender)),
            Ok(None) => break,
            Err(failure) => {
                assert_eq!(reader.next(&mut unread).err(), Some(Error::StreamEnded));
                error = Some(failure);
                break;
            }
        }
    }
    Played {
        segments,
        missing: reader.missing().to_vec(),
        status: reader.status(),
        error,
    }
}

const LENGTHS: [usize; 5] = [0, 1, 1024, 1025, 2048];

#[test]
fn a_session_comes_back_whole() {
    let ward = signer(8);
    for signed in [None, Some(&ward)] {
        let parts = recorded(signed, &LENGTHS);
        let played = play(&parts[0], &parts[1..].concat());
        assert_eq!((played.error, played.status), (None, SessionStatus::Ended));
        assert!(played.missing.is_empty());
        let sender = signed.map_or(Sender::Unsigned, |it| {
            Sender::Signed(it.public().verifying_key())
        });
        let expected: Vec<_> = (0..LENGTHS.len())
            .map(|at| (at as u32, content(at, LENGTHS[at]), sender))
            .collect();
        assert_eq!(played.segments, expected);
    }
}

#[test]
fn cut_at_every_byte_it_opens_to_the_last_whole_segment() {
    let ward = signer(8);
    let parts = recorded(Some(&ward), &[0, 1, 70, 1030]);
    let body = parts[1..].concat();
    let mut ends = Vec::new();
    for part in &parts[1..] {
        ends.push(ends.last().unwrap_or(&0) + part.len());
    }
    for cut in 0..=body.len() {
        let played = play(&parts[0], &body[..cut]);
        let whole = ends[..4].iter().filter(|end| **end <= cut).count();
        assert_eq!(
            (played.segments.len(), played.error),
            (whole, None),
            "{cut}"
        );
        let ended = cut == body.len();
        assert_eq!(played.status == SessionStatus::Ended, ended);
        assert!(played.missing.is_empty());
    }
}

#[test]
fn it_is_read_while_it_grows() {
    let parts = recorded(None, &[5, 6, 7]);
    let body = parts[1..].concat();
    let mut reader = reader(&parts[0]).unwrap();
    let (mut read, mut numbers) = (0, Vec::new());
    for there in 0..=body.len() {
        let mut unread = &body[read..there];
        while let Some(segment) = reader.next(&mut unread).unwrap() {
            numbers.push(segment.number);
        }
        read = there - unread.len();
    }
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!((read, reader.status()), (body.len(), SessionStatus::Ended));
}

#[test]
fn what_is_missing_is_shown() {
    let ward = signer(8);
    let parts = recorded(Some(&ward), &[9; 6]);
    let play = |numbers: &[usize]| {
        let body: Vec<u8> = numbers
            .iter()
            .flat_map(|it| parts[it + 1].clone())
            .collect();
        let played = play(&parts[0], &body);
        assert_eq!(played.error, None);
        let missing = played.missing.into_iter().map(|it| (it.start, it.end));
        (played.segments.len(), missing.collect(), played.status)
    };
    // Number 6 is the end.
    let ended = SessionStatus::Ended;
    assert_eq!(play(&[1, 2, 4, 5, 6]), (4, vec![(0, 1), (3, 4)], ended));
    assert_eq!(play(&[0, 1, 6]), (2, vec![(2, 6)], ended));
    assert_eq!(play(&[6]), (0, vec![(0, 6)], ended));
    let open = SessionStatus::Interrupted;
    assert_eq!(play(&[0, 5]), (2, vec![(1, 5)], open));
}

#[test]
fn segments_have_their_order_and_their_session() {
    let ward = signer(8);
    let parts = recorded(Some(&ward), &[9; 3]);
    let error = |body: Vec<u8>| play(&parts[0], &body).error;
    let order = Some(Error::NotCanonical("order of segments"));
    assert_eq!(error([&*parts[2], &*parts[1]].concat()), order);
    assert_eq!(error([&*parts[1], &*parts[1]].concat()), order);
    let behind = error([&*parts[4], &*parts[1]].concat());
    assert_eq!(behind, Some(Error::TrailingBytes));
    // A number that is not the segment's own.
    let mut renamed = parts[1].clone();
    renamed[4] = 1;
    assert_eq!(error(renamed), Some(Error::Open));
    // A signature of another segment, of the same content and length.
    let mut resigned = parts[1].clone();
    let at = resigned.len() - 64;
    resigned[at..].copy_from_slice(&parts[2][at..]);
    assert_eq!(error(resigned), Some(Error::Verify));
    // Of another session of the same sender.
    let mut sealer = sealer().sender(&ward);
    let mut other = sealer.session(&record(), &mut rng(61)).unwrap();
    assert_eq!(
        error(other.segment(&content(0, 9)).unwrap()),
        Some(Error::Open)
    );
    assert_eq!(error(other.end().unwrap()), Some(Error::Open));
    // An end for fewer segments than there are, or for more than are promised.
    let mut end = parts[4].clone();
    end[4] = 2;
    let short = [&*parts[1], &*parts[2], &*parts[3], &*end].concat();
    assert_eq!(error(short), Some(Error::NotCanonical("count of segments")));
    end[4] = 4;
    assert_eq!(error(end), Some(Error::Open));
}

#[test]
fn every_byte_counts() {
    let ward = signer(8);
    for signed in [None, Some(&ward)] {
        let parts = recorded(signed, &[3, 4]);
        let body = parts[1..].concat();
        for at in 0..body.len() {
            let mut bad = body.clone();
            bad[at] ^= 1;
            let played = play(&parts[0], &bad);
            // An error, or a part that seems not to be there yet.
            assert!(played.error.is_some() || played.status == SessionStatus::Interrupted);
            let whole = usize::from(at >= parts[1].len());
            let before = played.segments.iter().take(whole);
            assert!(before.eq(play(&parts[0], &parts[1]).segments.iter().take(whole)));
            assert!(
                played.segments.len() <= whole + usize::from(at >= parts[1].len() + parts[2].len())
            );
        }
    }
}

#[test]
fn who_takes_the_device_opens_nothing_that_was_sealed() {
    let mut sealer = sealer();
    let mut session = sealer.session(&record(), &mut rng(62)).unwrap();
    let h = *Header::from_bytes(session.header()).unwrap().0.digest();
    let sealed: Vec<_> = (0..3).map(|_| session.segment(b"heart").unwrap()).collect();
    let seized = session.seized();
    let later = session.segment(b"heart").unwrap();
    let opens = |stream: crate::symmetric::Stream, segment: &[u8]| {
        let (body, tag) = segment[9..].split_last_chunk::<16>().unwrap();
        stream.open_chunk(0, true, &mut body.to_vec(), tag).is_ok()
    };
    let stream =
        |ratchet: &super::super::session::Ratchet| ratchet.stream(Suite::ChaCha20Poly1305, &h);
    assert!(opens(stream(&seized), &later));
    for number in 0..3 {
        let ratchet = seized.claimed(number);
        assert!(!opens(stream(&ratchet), &sealed[number as usize]));
    }
    let mut ratchet = seized;
    for _ in 0..4 {
        assert!(
            sealed
                .iter()
                .all(|segment| !opens(stream(&ratchet), segment))
        );
        ratchet = ratchet.next(&h);
    }
}

#[test]
fn a_session_is_neither_record_nor_batch() {
    let ward = signer(8);
    let session = recorded(None, &[3]).concat();
    assert_eq!(session[7], 4);
    let mut opener = opener();
    assert_eq!(opener.open(&session).err(), Some(Error::Kind(4)));
    assert!(matches!(
        opener.open_batch(&session).err(),
        Some(Error::Kind(_))
    ));
    let mut renamed = session.clone();
    renamed[7] = 1;
    assert_eq!(opener.open(&renamed).err(), Some(Error::Open));
    let record = sealer().seal(&record(), b"x", &mut rng(63)).unwrap();
    let (header, _) = Header::from_bytes(&record).unwrap();
    let header = opener.unlock(header).unwrap();
    assert_eq!(header.session().err(), Some(Error::Kind(1)));
    // Whoever wants a sender gets no unsigned session.
    let known = [ward.public().verifying_key()];
    let mut opener = opener.senders(AcceptedSenders::Known(&known));
    let (header, _) = Header::from_bytes(&session).unwrap();
    assert_eq!(opener.unlock(header).err(), Some(Error::Sender));
}

/// Pieces and whole segments are the same bytes, whatever the length, signed or not.
#[test]
fn a_segment_in_pieces_is_the_segment() {
    let ward = signer(61);
    for (ward, length) in [0, 1, 1023, 1024, 1025, 4096, 5000]
        .into_iter()
        .flat_map(|length| [(None, length), (Some(&ward), length)])
    {
        let begin = || {
            let mut sealer = sealer();
            if let Some(ward) = ward {
                sealer = sealer.sender(ward);
            }
            let record = record().chunk_size(1024).unwrap();
            sealer.session(&record, &mut rng(62)).unwrap()
        };
        let content = content(0, length);
        let (mut whole, mut pieces) = (begin(), begin());
        let (start, mut segment) = pieces.begin_segment(length).unwrap();
        assert_eq!(pieces.next(), 1);
        let (mut sealed, mut rest) = (start.to_vec(), &content[..]);
        while let Some(size) = segment.next() {
            let (piece, behind) = rest.split_at(size);
            rest = behind;
            let mut chunk = [piece, &[0; 16]].concat();
            let wrong = segment.chunk(&mut [chunk.as_slice(), &[0]].concat());
            assert!(matches!(wrong, Err(Error::Argument(_))));
            segment.chunk(&mut chunk).unwrap();
            sealed.extend(chunk);
        }
        assert_eq!(segment.chunk(&mut [0; 16]), Err(Error::StreamEnded));
        sealed.extend(segment.end().unwrap().iter().flatten());
        assert!(sealed == whole.segment(&content).unwrap(), "{length}");
        assert!(pieces.segment(b"next") == whole.segment(b"next"));
    }
    let mut session = sealer().session(&record(), &mut rng(63)).unwrap();
    let (_, unfinished) = session.begin_segment(5).unwrap();
    assert!(matches!(unfinished.end(), Err(Error::Missing(_))));
    assert!(session.begin_segment(SEGMENT_BYTES + 1).is_err());
}

#[test]
fn a_segment_has_at_most_64_mebibytes() {
    const MOST: usize = 64 << 20;
    let (mut sealer, mut rng) = (sealer(), rng(60));
    let mut session = sealer.session(&record(), &mut rng).unwrap();
    let refused = session.begin_segment(MOST + 1).err();
    assert_eq!(refused, Some(Error::TooLarge("segment of a session")));
    assert_eq!(session.next(), 0);
    assert!(session.begin_segment(MOST).is_ok());
    assert_eq!(session.next(), 1);
    session.segment(b"").unwrap();
    assert_eq!(session.next(), 2);
}

#[test]
fn lengths_of_segments_are_those_that_contents_have() {
    use super::super::session_part::Part;
    use crate::wire::Reader;
    let header = recorded(None, &[]).remove(0);
    let mut fixed = Header::from_bytes(&header).unwrap().0.fixed;
    fixed.chunk_size = 1024;
    for (length, content) in [
        (16, Some(0)),
        (17, Some(1)),
        (1040, Some(1024)),
        (1041, None),
        // A second chunk without content.
        (1056, None),
        (1057, Some(1025)),
        (2080, Some(2048)),
        (2096, None),
        (2097, Some(2049)),
    ] {
        let part = Part::Segment { number: 0, length };
        assert_eq!(part.content(&fixed).ok(), content, "{length}");
    }
    // 64 MiB, and a tag for each of their chunks.
    let most: u32 = (64 << 20) + (64 << 10) * 16;
    for (length, fits) in [(15, false), (16, true), (most, true), (most + 1, false)] {
        let bytes = [&[1, 0, 0, 0, 0][..], &length.to_be_bytes()].concat();
        let read = Part::read(&mut Reader::new(&bytes), &fixed, 0);
        assert_eq!(read.is_ok(), fits, "{length}");
    }
}
