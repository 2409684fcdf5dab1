//! The eight bytes every object begins with: magic (5) || version || suite || kind.

use super::{Reader, Writer};
use crate::error::{Error, Result};
use crate::tags::{Kind, MAGIC, VERSION};

/// Length of the object header in bytes.
pub const HEADER: usize = 8;

/// Writes the header of an object of this format version.
pub(crate) fn write_header(writer: &mut Writer, suite: u8, kind: Kind) {
    writer.array(&MAGIC).u8(VERSION).u8(suite).u8(kind as u8);
}

/// Reads the header of an object that must be of `kind`; returns the suite byte unjudged.
///
/// # Errors
/// In this order: [`Error::Magic`], [`Error::Version`], [`Error::Kind`]; [`Error::Truncated`] if
/// the input ends within a header that is right so far.
pub(crate) fn read_header(reader: &mut Reader<'_>, kind: Kind) -> Result<u8> {
    let (suite, found) = read_any(reader)?;
    if found == kind as u8 {
        Ok(suite)
    } else {
        Err(Error::Kind(found))
    }
}

/// The kind byte of the object that `bytes` begins with, for callers that take several kinds.
///
/// # Errors
/// [`Error::Magic`], [`Error::Version`], [`Error::Truncated`].
pub fn peek_kind(bytes: &[u8]) -> Result<u8> {
    read_any(&mut Reader::new(bytes)).map(|(_, kind)| kind)
}

fn read_any(reader: &mut Reader<'_>) -> Result<(u8, u8)> {
    for expected in MAGIC {
        if reader.u8()? != expected {
            return Err(Error::Magic);
        }
    }
    match reader.u8()? {
        VERSION => Ok((reader.u8()?, reader.u8()?)),
        found => Err(Error::Version(found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> alloc::vec::Vec<u8> {
        let mut writer = Writer::new();
        write_header(&mut writer, 2, Kind::SignerKey);
        writer.into_vec()
    }

    fn read(bytes: &[u8]) -> Result<u8> {
        read_header(&mut Reader::new(bytes), Kind::SignerKey)
    }

    #[test]
    fn the_bytes_are_frozen() {
        assert_eq!(header(), *b"HIPPO\x01\x02\x13");
        assert_eq!(header().len(), HEADER);
        assert_eq!(read(&header()), Ok(2));
        assert_eq!(peek_kind(&header()), Ok(19));
    }

    #[test]
    fn each_fault_has_its_own_name() {
        for i in 0..5 {
            let mut bytes = header();
            bytes[i] ^= 0x20;
            assert_eq!(read(&bytes), Err(Error::Magic));
            assert_eq!(peek_kind(&bytes), Err(Error::Magic));
        }
        for version in (0..=u8::MAX).filter(|version| *version != 1) {
            let mut bytes = header();
            bytes[5] = version;
            assert_eq!(read(&bytes), Err(Error::Version(version)));
        }
        let mut bytes = header();
        bytes[7] = 20;
        assert_eq!(read(&bytes), Err(Error::Kind(20)));
        for length in 0..HEADER {
            assert_eq!(read(&header()[..length]), Err(Error::Truncated));
        }
        assert_eq!(read(b"PK\x03\x04"), Err(Error::Magic));
    }
}
