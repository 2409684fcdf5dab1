//! Sessions on a disk whose power fails: at every byte, and after every write.

use std::io::{self, Read, Write};

use super::sessions::{content, opener, sealer};
use super::*;

/// A disk that takes so many bytes and then loses its power.
struct Disk {
    bytes: Vec<u8>,
    /// How many of them are there for good.
    synced: usize,
    /// How many bytes and synchronisations it still does.
    power: usize,
    steps: usize,
}

impl Disk {
    fn with_power(power: usize) -> Self {
        Self {
            bytes: Vec::new(),
            synced: 0,
            power,
            steps: 0,
        }
    }

    fn step(&mut self) -> io::Result<()> {
        if self.power == 0 {
            return Err(io::Error::other("no power"));
        }
        self.power -= 1;
        self.steps += 1;
        Ok(())
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for (written, byte) in bytes.iter().enumerate() {
            match self.step() {
                Ok(()) => self.bytes.push(*byte),
                Err(_) if written > 0 => return Ok(written),
                Err(error) => return Err(error),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Durable for Disk {
    fn sync(&mut self) -> io::Result<()> {
        self.step()?;
        self.synced = self.bytes.len();
        Ok(())
    }
}

const LENGTHS: [usize; 4] = [0, 1, 70, 1030];

/// Records until it is done or the power fails: how many segments were acknowledged, and whether
/// the end was.
fn record_on(disk: &mut Disk, ward: &SignerKey) -> (usize, bool) {
    let mut sealer = sealer().sender(ward);
    let session = sealer.session(&record(), &mut rng(60)).unwrap();
    let Ok(mut writer) = SessionWriter::new(session, disk) else {
        return (0, false);
    };
    for (number, length) in LENGTHS.iter().enumerate() {
        if writer.segment(&content(number, *length)).is_err() {
            // Nothing goes behind a torn segment, and it has no end.
            let again = writer.segment(b"more").err();
            assert_eq!(again, Some(Error::StreamEnded));
            assert_eq!(writer.end().err(), Some(Error::StreamEnded));
            return (number, false);
        }
    }
    (LENGTHS.len(), writer.end().is_ok())
}

/// Opens what a disk has: how many segments, each as it was recorded, and how it ends. None if not
/// even the header is whole.
fn open(bytes: &[u8]) -> Option<(usize, SessionStatus, Option<Error>)> {
    let mut rest = bytes;
    let header = match Header::read_from(&mut rest) {
        Ok(header) => header,
        Err(error) => {
            assert_eq!(error, Error::Truncated);
            return None;
        }
    };
    let header = opener().unlock(header).unwrap();
    let mut source = header.open_session_from(rest).unwrap();
    let mut whole = 0;
    let error = loop {
        match source.next_segment() {
            Ok(Some(segment)) => {
                assert_eq!(segment.number as usize, whole);
                assert_eq!(*segment.plaintext.expose(), content(whole, LENGTHS[whole]));
                assert!(matches!(segment.sender, Sender::Signed(_)));
                whole += 1;
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(source.missing().is_empty());
    Some((whole, source.status(), error))
}

#[test]
fn the_power_fails_at_every_byte_and_every_synchronisation() {
    let ward = signer(8);
    let mut whole = Disk::with_power(usize::MAX);
    assert_eq!(record_on(&mut whole, &ward), (LENGTHS.len(), true));
    // What opens of each beginning.
    let opens: Vec<_> = (0..=whole.bytes.len())
        .map(|length| open(&whole.bytes[..length]))
        .collect();
    for power in 0..=whole.steps {
        let mut disk = Disk::with_power(power);
        let (acknowledged, ended) = record_on(&mut disk, &ward);
        assert_eq!(ended, power == whole.steps);
        assert!(whole.bytes.starts_with(&disk.bytes));
        // Of what was not synchronised, any beginning may be there.
        let there = disk.synced..=disk.bytes.len();
        for (length, opened) in there.clone().zip(&opens[there]) {
            let Some((segments, status, error)) = opened else {
                assert_eq!((acknowledged, disk.synced), (0, 0));
                continue;
            };
            assert_eq!(*error, None);
            assert!(*segments >= acknowledged, "a segment is lost");
            let complete = length == whole.bytes.len();
            assert_eq!(*status == SessionStatus::Ended, complete);
        }
    }
}

/// A file system may have made room for what it had not written: zeros, or what was there before.
#[test]
fn what_was_not_written_may_hold_anything() {
    let ward = signer(8);
    let mut whole = Disk::with_power(usize::MAX);
    record_on(&mut whole, &ward);
    for power in (0..whole.steps).step_by(41) {
        let mut disk = Disk::with_power(power);
        let (acknowledged, _) = record_on(&mut disk, &ward);
        if disk.synced == 0 {
            continue;
        }
        for filling in [0, 1, 0xff] {
            let mut bytes = disk.bytes[..disk.synced].to_vec();
            bytes.resize(disk.bytes.len() + 40, filling);
            let (segments, status, _) = open(&bytes).unwrap();
            assert_eq!(segments, acknowledged);
            assert_eq!(status, SessionStatus::Interrupted);
        }
    }
}

/// Gives out what there is so far, in pieces of any size.
struct Growing<'a> {
    bytes: &'a [u8],
    there: &'a core::cell::Cell<usize>,
    at: usize,
}

impl Read for Growing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let unread = &self.bytes[self.at..self.there.get()];
        let count = unread.len().min(out.len()).min(700);
        out[..count].copy_from_slice(&unread[..count]);
        self.at += count;
        Ok(count)
    }
}

#[test]
fn a_file_is_read_while_it_grows() {
    let ward = signer(8);
    let parts = super::sessions::recorded(Some(&ward), &LENGTHS);
    let (header, _) = Header::from_bytes(&parts[0]).unwrap();
    let body = &parts[1..].concat()[..];
    let there = core::cell::Cell::new(0);
    let growing = Growing {
        bytes: body,
        there: &there,
        at: 0,
    };
    let header = opener().unlock(header).unwrap();
    let mut source = header.open_session_from(growing).unwrap();
    let mut numbers = Vec::new();
    for length in 0..=body.len() {
        there.set(length);
        while let Some(segment) = source.next_segment().unwrap() {
            numbers.push(segment.number);
        }
        let whole = parts[1..].iter().scan(0, |end, part| {
            *end += part.len();
            Some(*end)
        });
        let whole = whole.take_while(|end| *end <= length).last();
        assert_eq!(source.torn(), length - whole.unwrap_or(0));
        let ended = length == body.len();
        assert_eq!(source.status() == SessionStatus::Ended, ended);
    }
    assert_eq!((numbers, source.torn()), (vec![0, 1, 2, 3], 0));
}

#[test]
fn a_source_shows_what_is_missing_and_what_it_has_not_read() {
    let parts = super::sessions::recorded(None, &LENGTHS);
    let (header, _) = Header::from_bytes(&parts[0]).unwrap();
    let body = [&*parts[2], &*parts[4], &*parts[5]].concat();
    let header = opener().unlock(header).unwrap();
    let mut source = header.open_session_from(&body[..]).unwrap();
    assert_eq!(source.next_segment().unwrap().unwrap().number, 1);
    assert_eq!(source.torn(), body.len() - parts[2].len());
    assert_eq!(source.next_segment().unwrap().unwrap().number, 3);
    assert!(source.next_segment().unwrap().is_none());
    assert_eq!(source.missing(), [0..1, 2..3]);
    assert_eq!((source.status(), source.torn()), (SessionStatus::Ended, 0));
}

/// Fails with each of these once, the last first, before it gives anything.
struct Failing<'a>(Vec<io::ErrorKind>, &'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.pop() {
            Some(kind) => Err(kind.into()),
            None => self.1.read(out),
        }
    }
}

#[test]
fn an_interrupted_input_goes_on_and_one_that_failed_can_be_asked_again() {
    let parts = super::sessions::recorded(None, &LENGTHS);
    let (header, _) = Header::from_bytes(&parts[0]).unwrap();
    let body = parts[1..].concat();
    let failures = vec![io::ErrorKind::BrokenPipe, io::ErrorKind::Interrupted];
    let header = opener().unlock(header).unwrap();
    let mut source = header.open_session_from(Failing(failures, &body)).unwrap();
    let failed = source.next_segment().err();
    assert_eq!(failed, Some(Error::Io("the other end closed")));
    assert_eq!(source.torn(), 0);
    assert_eq!(source.next_segment().unwrap().unwrap().number, 0);
}

#[test]
fn a_writer_counts_what_it_wrote() {
    let ward = signer(8);
    let parts = super::sessions::recorded(Some(&ward), &LENGTHS);
    let mut sealer = sealer().sender(&ward);
    let session = sealer.session(&record(), &mut rng(60)).unwrap();
    let mut writer = SessionWriter::new(session, Vec::new()).unwrap();
    let mut there = parts[0].len();
    assert_eq!(writer.written(), there as u64);
    for (number, length) in LENGTHS.iter().enumerate() {
        writer.segment(&content(number, *length)).unwrap();
        there += parts[number + 1].len();
        assert_eq!(writer.written(), there as u64);
    }
    assert!(writer.end().unwrap() == parts.concat());
}

/// Linux says of a device without memory that it can't keep anything.
#[cfg(target_os = "linux")]
#[test]
fn no_session_is_recorded_on_what_keeps_nothing() {
    let null = std::fs::File::options().write(true).open("/dev/null");
    let mut sealer = sealer();
    let session = sealer.session(&record(), &mut rng(60)).unwrap();
    let refused = SessionWriter::new(session, null.unwrap()).err();
    assert!(matches!(refused, Some(Error::Io(_))));
}

#[test]
fn nothing_follows_the_end() {
    let ward = signer(8);
    let mut disk = Disk::with_power(usize::MAX);
    record_on(&mut disk, &ward);
    disk.bytes.push(0);
    let (segments, status, error) = open(&disk.bytes).unwrap();
    assert_eq!((segments, status), (4, SessionStatus::Ended));
    assert_eq!(error, Some(Error::TrailingBytes));
    let (header, body) = Header::from_bytes(&disk.bytes).unwrap();
    let outline = header.outline_session(body);
    assert_eq!(outline.err(), Some(Error::TrailingBytes));
}

#[test]
fn everybody_sees_the_outline() {
    let ward = signer(8);
    let parts = super::sessions::recorded(Some(&ward), &LENGTHS);
    let (header, _) = Header::from_bytes(&parts[0]).unwrap();
    let outline = |body: &[u8]| header.outline_session(body);
    let body = parts[1..].concat();
    for cut in 0..=body.len() {
        let outline = outline(&body[..cut]).unwrap();
        let mut ends = 0;
        let whole = parts[1..].iter().take_while(|part| {
            ends += part.len();
            ends <= cut
        });
        let whole: Vec<_> = whole.collect();
        let segments = whole.len().min(LENGTHS.len());
        assert_eq!(outline.segments as usize, segments);
        let content: usize = LENGTHS[..segments].iter().sum();
        assert_eq!(outline.content_bytes, content as u64);
        let bytes: usize = whole.iter().map(|part| part.len()).sum();
        assert_eq!(
            (outline.bytes, outline.torn),
            (cut as u64, (cut - bytes) as u64)
        );
        let ended = cut == body.len();
        assert_eq!(outline.status == SessionStatus::Ended, ended);
        assert!(outline.missing.is_empty());
    }
    let holes = [&*parts[2], &*parts[4], &*parts[5]].concat();
    assert_eq!(outline(&holes).unwrap().missing, [0..1, 2..3]);
    let order = [&*parts[2], &*parts[1]].concat();
    let error = Error::NotCanonical("order of segments");
    assert_eq!(outline(&order).err(), Some(error));
    let no_content = [&[1, 0, 0, 0, 0, 0, 0, 4, 17][..], &[0; 1200]].concat();
    assert_eq!(outline(&no_content).err(), Some(Error::Length("segment")));
    let record = sealer().seal(&record(), b"x", &mut rng(63)).unwrap();
    let (header, body) = Header::from_bytes(&record).unwrap();
    assert_eq!(header.outline_session(body).err(), Some(Error::Kind(1)));
}
