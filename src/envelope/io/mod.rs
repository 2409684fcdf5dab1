//! Sealing and opening over `std::io`, in constant memory.

mod open_reader;
mod seal_writer;
mod session_outline;
mod session_source;
mod session_writer;
mod source;

use alloc::{vec, vec::Vec};
use std::io::Read;

use zeroize::Zeroize;

pub use open_reader::OpenReader;
pub use seal_writer::SealWriter;
pub use session_outline::SessionOutline;
pub use session_source::SessionSource;
pub use session_writer::{Durable, SessionWriter};

use super::header::Source;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Memory for chunks, of a fixed length and wiped at once.
struct Buffer(Vec<u8>);

impl Buffer {
    fn new(length: usize) -> Secret<Self> {
        Secret::new(Self(vec![0; length]))
    }
}

impl Zeroize for Buffer {
    fn zeroize(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

/// Header bytes from a reader.
pub(super) struct ReadSource<'a, R>(pub(super) &'a mut R);

impl<R: Read> Source for ReadSource<'_, R> {
    fn take(&mut self, count: usize, out: &mut Vec<u8>) -> Result<()> {
        // Callers bound `count`; memory grows with what is really there.
        let got = self.0.by_ref().take(count as u64).read_to_end(out)?;
        if got == count {
            Ok(())
        } else {
            Err(Error::Truncated)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_used_again_for_as_many_chunks() {
        let source = source::Source::new(std::io::empty(), 1040, 64);
        let group = source::Group::new(&source, 3);
        for chunks in 1..6 {
            assert_eq!(group.fits(&source, chunks), chunks == 3, "{chunks}");
        }
    }

    #[test]
    fn a_buffer_is_wiped_in_its_length() {
        let mut buffer = Buffer(vec![7; 8]);
        buffer.zeroize();
        assert_eq!(buffer.0, [0; 8]);
    }
}
