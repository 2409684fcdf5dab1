//! The parts of a session as they stand in it, one after the other: what everybody sees of them.

use super::fixed::FixedPart;
use super::header::SIGNATURE_BYTES;
use super::session::{END, SEGMENT, SEGMENT_BYTES, SEGMENTS};
use crate::error::{Error, Result};
use crate::symmetric::TAG;
use crate::wire::Reader;

/// Bytes of the code in an end mark.
const CODE: usize = 32;

/// What a part says before its sealed bytes.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// A segment whose chunks have this length.
    Segment { number: u32, length: usize },
    /// The end, behind so many segments.
    End { count: u32 },
}

impl Part {
    /// Reads what stands before the sealed bytes, where the number of the next segment is at least
    /// `next`.
    pub(super) fn read(reader: &mut Reader<'_>, fixed: &FixedPart, next: u32) -> Result<Self> {
        match reader.u8()? {
            SEGMENT => {
                let number = reader.u32()?;
                if !(next..SEGMENTS).contains(&number) {
                    return Err(Error::NotCanonical("order of segments"));
                }
                let length = reader.u32()? as usize;
                let chunk = fixed.chunk_size as usize;
                let most = SEGMENT_BYTES + SEGMENT_BYTES.div_ceil(chunk).max(1) * TAG;
                if !(TAG..=most).contains(&length) {
                    return Err(Error::Length("segment"));
                }
                Ok(Self::Segment { number, length })
            }
            END => {
                let count = reader.u32()?;
                if !(next..=SEGMENTS).contains(&count) {
                    return Err(Error::NotCanonical("count of segments"));
                }
                Ok(Self::End { count })
            }
            _ => Err(Error::Field("part of a session")),
        }
    }

    /// How many bytes follow: chunks or the code, and the signature.
    pub(super) const fn sealed(self, fixed: &FixedPart) -> usize {
        let signature = match fixed.sender {
            Some(_) => SIGNATURE_BYTES,
            None => 0,
        };
        match self {
            Self::Segment { length, .. } => length + signature,
            Self::End { .. } => CODE + signature,
        }
    }

    /// How many bytes of content a segment has.
    #[cfg(feature = "std")]
    pub(super) fn content(self, fixed: &FixedPart) -> Result<usize> {
        let Self::Segment { length, .. } = self else {
            return Ok(0);
        };
        let size = fixed.chunk_size as usize;
        let chunks = length.div_ceil(size + TAG);
        // A last chunk without content occurs only alone.
        let least = if chunks == 1 {
            0
        } else {
            (chunks - 1) * size + 1
        };
        let content = length.checked_sub(chunks * TAG);
        let content = content.filter(|content| *content >= least);
        content.ok_or(Error::Length("segment"))
    }
}
