//! What is recorded, cut into segments.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use hippocrypt::Secret;

/// Bytes read at a time.
const STEP: usize = 64 << 10;

/// How often it looks whether it is stopped.
const LOOK: Duration = Duration::from_millis(100);

/// Where a segment ends.
#[derive(Clone, Copy)]
pub struct Cut {
    /// At so many bytes.
    pub bytes: usize,
    /// And so long after its first byte came, if that is earlier.
    pub after: Option<Duration>,
}

/// What a read gave.
type Piece = io::Result<Secret<Vec<u8>>>;

/// A recording that another thread reads, so that a segment can end while nothing comes.
pub struct Recording {
    pieces: Receiver<Piece>,
    cut: Cut,
    /// Whether whoever records wants it to end.
    stopped: fn() -> bool,
    /// Read and not yet in a segment: the piece, and where that begins.
    rest: (Secret<Vec<u8>>, usize),
    failed: Option<io::Error>,
}

impl Recording {
    /// Begins to read, until the input ends or `stopped`.
    pub fn new(input: impl Read + Send + 'static, cut: Cut, stopped: fn() -> bool) -> Self {
        let (sender, pieces) = sync_channel(2);
        thread::spawn(move || read(input, &sender));
        Self {
            pieces,
            cut,
            stopped,
            rest: (Secret::new(Vec::new()), 0),
            failed: None,
        }
    }

    /// The next segment; none at the end. What came before a failure is a segment yet.
    pub fn next(&mut self) -> io::Result<Option<Secret<Vec<u8>>>> {
        // All of its room at once: what grew would leave pieces of it behind.
        let mut segment = Secret::new(Vec::with_capacity(self.cut.bytes));
        let mut ends = None;
        loop {
            self.fill(segment.expose_mut());
            let filled = segment.expose().len();
            if filled == self.cut.bytes {
                return Ok(Some(segment));
            }
            if filled > 0 && ends.is_none() {
                ends = self.cut.after.map(|after| Instant::now() + after);
            }
            match self.receive(ends) {
                Some(piece) => self.rest = (piece, 0),
                None if filled > 0 => return Ok(Some(segment)),
                None => return self.failed.take().map_or(Ok(None), Err),
            }
        }
    }

    /// Moves what there is, and has room.
    fn fill(&mut self, segment: &mut Vec<u8>) {
        let (piece, begin) = &mut self.rest;
        let unread = piece.expose().get(*begin..).unwrap_or_default();
        let room = self.cut.bytes - segment.len();
        let taken = unread.get(..room).unwrap_or(unread);
        segment.extend_from_slice(taken);
        *begin += taken.len();
    }

    /// The next piece; none at the end, after a failure, and when the time is over.
    fn receive(&mut self, ends: Option<Instant>) -> Option<Secret<Vec<u8>>> {
        if self.failed.is_some() {
            return None;
        }
        while !(self.stopped)() {
            let left = ends.map(|ends| ends.saturating_duration_since(Instant::now()));
            let wait = left.unwrap_or(LOOK).min(LOOK);
            match self.pieces.recv_timeout(wait) {
                Ok(Ok(piece)) => return Some(piece),
                Ok(Err(error)) => {
                    self.failed = Some(error);
                    return None;
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if left.is_some_and(|left| left <= wait) => {
                    return None;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        None
    }
}

/// Reads to the end, or until nobody listens.
fn read(mut input: impl Read, sender: &SyncSender<Piece>) {
    loop {
        let mut piece = Secret::new(vec![0; STEP]);
        let read = match input.read(piece.expose_mut()) {
            Ok(0) => return,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read,
        };
        let failed = read.is_err();
        let piece = read.map(|count| {
            piece.expose_mut().truncate(count);
            piece
        });
        if sender.send(piece).is_err() || failed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its pieces, one for each read.
    struct Pieces(std::vec::IntoIter<io::Result<&'static [u8]>>);

    impl Read for Pieces {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let piece = self.0.next().unwrap_or(Ok(b""))?;
            let room = out.get_mut(..piece.len()).ok_or(ErrorKind::Other)?;
            room.copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    fn recorded(pieces: Vec<io::Result<&'static [u8]>>, bytes: usize) -> (Vec<Vec<u8>>, bool) {
        let cut = Cut { bytes, after: None };
        let mut recording = Recording::new(Pieces(pieces.into_iter()), cut, || false);
        let mut segments = Vec::new();
        let failed = loop {
            match recording.next() {
                Ok(Some(segment)) => segments.push(segment.expose().clone()),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        (segments, failed)
    }

    #[test]
    fn it_is_cut_by_bytes_however_it_comes() {
        let whole: &[u8] = b"abcdefg";
        for bytes in 1..9 {
            let expected: Vec<_> = whole.chunks(bytes).map(<[u8]>::to_vec).collect();
            let once = recorded(vec![Ok(whole)], bytes);
            assert_eq!(once, (expected.clone(), false));
            let pieces = whole.chunks(2).map(Ok).collect();
            assert_eq!(recorded(pieces, bytes), (expected, false));
        }
        assert_eq!(recorded(vec![], 4), (vec![], false));
    }

    #[test]
    fn what_came_before_a_failure_is_a_segment() {
        let broken = || Err(ErrorKind::ConnectionReset.into());
        let (segments, failed) = recorded(vec![Ok(b"abc"), broken()], 2);
        assert_eq!(
            (segments.concat(), segments.len(), failed),
            (b"abc".to_vec(), 2, true)
        );
        assert_eq!(recorded(vec![broken()], 2), (vec![], true));
    }

    /// Says something and then nothing until it is let go.
    struct Silent(Option<&'static [u8]>, Receiver<()>);

    impl Read for Silent {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            match self.0.take() {
                Some(piece) => piece.as_ref().read(out),
                None => Ok(self.1.recv().map_or(0, |()| 0)),
            }
        }
    }

    #[test]
    fn it_is_cut_by_time_while_nothing_comes() {
        let (finish, finished) = sync_channel(1);
        let cut = Cut {
            bytes: 100,
            after: Some(Duration::from_millis(1)),
        };
        let mut recording = Recording::new(Silent(Some(b"beat"), finished), cut, || false);
        let mut next = || recording.next().map(|it| it.map(|it| it.expose().clone()));
        // Comes though the input has neither ended nor filled the segment.
        assert_eq!(next().ok(), Some(Some(b"beat".to_vec())));
        drop(finish);
        assert_eq!(next().ok(), Some(None));
    }

    #[test]
    fn it_ends_when_it_is_stopped() {
        let (finish, finished) = sync_channel(1);
        let cut = Cut {
            bytes: 100,
            after: None,
        };
        let mut recording = Recording::new(Silent(None, finished), cut, || true);
        assert!(recording.next().is_ok_and(|it| it.is_none()));
        drop(finish);
    }
}
