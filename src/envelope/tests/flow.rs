//! When readers read and writers write: as much as they say, no later, and nothing beyond an end.

use core::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Write};

use super::super::lanes::lanes;
use super::*;

const SIZE: usize = 64 * 1024;
const STRIDE: usize = SIZE + 16;

/// Counts what is written to it.
#[derive(Default)]
struct Output {
    bytes: Cell<usize>,
    flushes: Cell<usize>,
}

impl Write for &Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.update(|written| written + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushes.update(|flushes| flushes + 1);
        Ok(())
    }
}

/// Counts what is read of it, and how often it was asked at its end.
struct Input<'a> {
    bytes: &'a [u8],
    read: &'a Cell<usize>,
    ends: &'a Cell<usize>,
}

impl Read for Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(out)?;
        self.read.update(|read| read + count);
        self.ends.update(|ends| ends + usize::from(count == 0));
        Ok(count)
    }
}

/// Is interrupted every other time.
struct Interrupted<'a> {
    bytes: &'a [u8],
    now: bool,
}

impl Read for Interrupted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.now = !self.now;
        if self.now {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let few = out.len().min(700);
        self.bytes.read(&mut out[..few])
    }
}

fn writer(output: &Output) -> SealWriter<'static, &Output> {
    let record = record().chunk_size(SIZE as u32).unwrap();
    super::sessions::sealer()
        .seal_to(&record, output, &mut rng(3))
        .unwrap()
}

/// On several cores a group is written while the next one is sealed, else each chunk at once.
#[test]
fn a_writer_is_one_group_behind() {
    let output = Output::default();
    let mut writer = writer(&output);
    let (header, lanes) = (output.bytes.get(), lanes(SIZE));
    for _ in 0..1 + 2 * lanes {
        writer.write_all(&[7; SIZE]).unwrap();
    }
    // That more comes shows that the last of these is not the payload's last.
    writer.write_all(b"x").unwrap();
    let chunks = if lanes > 1 { 1 + lanes } else { 3 };
    assert_eq!(output.bytes.get(), header + chunks * STRIDE);
    let (written, flushes) = (output.bytes.get(), output.flushes.get());
    writer.flush().unwrap();
    assert_eq!(output.flushes.get(), flushes + 1);
    assert_eq!(
        output.bytes.get(),
        written,
        "a chunk is sealed when it is whole"
    );
    writer.finish().unwrap();
    let payload = (1 + 2 * lanes) * STRIDE + 1 + 16;
    assert_eq!(output.bytes.get(), header + payload);
}

#[test]
fn whole_chunks_are_sealed_from_where_they_lie() {
    let output = Output::default();
    let mut writer = writer(&output);
    let (header, lanes) = (output.bytes.get(), lanes(SIZE));
    let content = vec![7; (lanes + 2) * SIZE];
    // The first chunk alone, then as many as are taken on together; never the last.
    assert_eq!(writer.write(&content[..2 * SIZE]).unwrap(), SIZE);
    assert_eq!(output.bytes.get(), header + STRIDE);
    assert_eq!(writer.write(&content).unwrap(), lanes * SIZE);
    assert_eq!(writer.write(&content[..SIZE]).unwrap(), SIZE);
    assert_eq!(writer.write(b"x").unwrap(), 1);
    writer.finish().unwrap();
    assert_eq!(output.bytes.get(), header + (2 + lanes) * STRIDE + 1 + 16);
}

#[test]
fn a_reader_is_one_group_ahead_and_asks_no_more_at_the_end() {
    let (ward, lanes) = (signer(8), lanes(SIZE));
    let mut sealer = super::sessions::sealer().sender(&ward);
    let record = record().chunk_size(SIZE as u32).unwrap();
    let content = vec![7; (1 + 3 * lanes) * SIZE];
    let bytes = sealer.seal(&record, &content, &mut rng(3)).unwrap();
    let begin = Header::from_bytes(&bytes).unwrap().0.length();
    let (read, ends) = (Cell::new(0), Cell::new(0));
    let input = Input {
        bytes: &bytes,
        read: &read,
        ends: &ends,
    };
    let mut reader = super::sessions::opener().open_from(input).unwrap();
    assert_eq!(read.get(), begin);
    // Behind the chunks a signature might stand, and one byte more tells that it is none yet.
    let behind = begin + 64 + 1;
    let ahead = if lanes > 1 { lanes } else { 0 };
    reader.read_exact(&mut [0]).unwrap();
    assert_eq!(read.get(), behind + (1 + ahead) * STRIDE);
    reader.read_exact(&mut [0; SIZE]).unwrap();
    assert_eq!(read.get(), behind + (1 + lanes + ahead) * STRIDE);
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap();
    assert_eq!(rest.len(), content.len() - SIZE - 1);
    let (_, sender) = reader.finish().unwrap();
    assert_eq!(sender, Sender::Signed(ward.public().verifying_key()));
    assert_eq!((read.get(), ends.get()), (bytes.len(), 1));
}

#[test]
fn many_small_chunks_open_from_where_they_lie() {
    let content: Vec<u8> = (0..70_001).map(|at| (at / 7) as u8).collect();
    let mut sealer = super::sessions::sealer();
    let bytes = sealer.seal(&record(), &content, &mut rng(3)).unwrap();
    for piece in [1000, 10_000, 100_000] {
        let mut opener = super::sessions::opener();
        let mut reader = opener.open_from_buffered(&bytes[..]).unwrap();
        let (mut out, mut buffer) = (Vec::new(), vec![0; piece]);
        loop {
            match reader.read(&mut buffer).unwrap() {
                0 => break,
                count => out.extend_from_slice(&buffer[..count]),
            }
        }
        assert!(out == content, "{piece}");
        reader.finish().unwrap();
    }
}

#[test]
fn an_interrupted_input_goes_on() {
    let content = vec![7; 5000];
    let mut sealer = super::sessions::sealer();
    let bytes = sealer.seal(&record(), &content, &mut rng(3)).unwrap();
    let begin = Header::from_bytes(&bytes).unwrap().0.length();
    let interrupted = |bytes| Interrupted { bytes, now: false };
    let mut opener = super::sessions::opener();
    let mut out = Vec::new();
    let mut reader = opener.open_from(interrupted(&bytes)).unwrap();
    reader.read_to_end(&mut out).unwrap();
    assert!(out == content);

    // Its memory is empty where the payload begins.
    let payload = BufReader::new(interrupted(&bytes[begin..]));
    let input = bytes[..begin].chain(payload);
    let mut reader = opener.open_from_buffered(input).unwrap();
    out.clear();
    reader.read_to_end(&mut out).unwrap();
    assert!(out == content);
}

#[test]
fn an_input_that_fails_at_once_is_told_of() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    impl BufRead for Fails {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn consume(&mut self, _: usize) {}
    }
    let mut sealer = super::sessions::sealer();
    let bytes = sealer.seal(&record(), b"content", &mut rng(3)).unwrap();
    let header = &bytes[..Header::from_bytes(&bytes).unwrap().0.length()];
    let mut opener = super::sessions::opener();
    let failed = Some(Error::Io("the other end closed"));
    let reader = opener.open_from(header.chain(Fails)).unwrap();
    assert_eq!(reader.finish().err(), failed);
    let reader = opener.open_from_buffered(header.chain(Fails)).unwrap();
    assert_eq!(reader.finish().err(), failed);
}
