//! The strict reader.

use crate::error::{Error, Result};

/// Reads fields from the front of a slice; every call says exactly what it takes.
///
/// It copies nothing and allocates nothing: limits are checked, and the bytes known to be there,
/// before the caller can allocate for them. After an error the position is unspecified.
#[derive(Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the beginning of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            total: bytes.len(),
        }
    }

    /// How many bytes have been read.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.total.saturating_sub(self.rest.len())
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Whether everything has been read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// One byte.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn u8(&mut self) -> Result<u8> {
        self.array().map(u8::from_be_bytes)
    }

    /// Two bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// Exactly `N` bytes.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.array_ref().copied()
    }

    /// Exactly `N` bytes, not copied: for secrets, which should not pass over the stack.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn array_ref<const N: usize>(&mut self) -> Result<&'a [u8; N]> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(array)
    }

    /// Exactly `length` bytes.
    ///
    /// # Errors
    /// [`Error::Truncated`].
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// A flag: 0 for no, 1 for yes. Before an optional field it says whether the field follows.
    ///
    /// # Errors
    /// [`Error::Truncated`]; [`Error::Field`] for any other byte.
    pub fn flag(&mut self) -> Result<bool> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Error::Field("flag")),
        }
    }

    /// A byte string behind a u8 length.
    ///
    /// # Errors
    /// [`Error::Length`] over `limit`, [`Error::Truncated`].
    pub fn lp8(&mut self, limit: usize) -> Result<&'a [u8]> {
        let length = usize::from(self.u8()?);
        self.limited(length, limit)
    }

    /// A byte string behind a u16 length.
    ///
    /// # Errors
    /// [`Error::Length`] over `limit`, [`Error::Truncated`].
    pub fn lp16(&mut self, limit: usize) -> Result<&'a [u8]> {
        let length = usize::from(self.u16()?);
        self.limited(length, limit)
    }

    /// A byte string behind a u32 length.
    ///
    /// # Errors
    /// [`Error::Length`] over `limit`, [`Error::Truncated`].
    pub fn lp32(&mut self, limit: usize) -> Result<&'a [u8]> {
        let length = usize::try_from(self.u32()?).map_err(|_| Error::Length("byte string"))?;
        self.limited(length, limit)
    }

    /// Text behind a u8 length, checked by [`super::text::check`].
    ///
    /// # Errors
    /// As [`Reader::lp8`], and [`Error::Text`].
    pub fn text8(&mut self, limit: usize) -> Result<&'a str> {
        super::text::check(self.lp8(limit)?)
    }

    /// Text behind a u16 length, checked by [`super::text::check`].
    ///
    /// # Errors
    /// As [`Reader::lp16`], and [`Error::Text`].
    pub fn text16(&mut self, limit: usize) -> Result<&'a str> {
        super::text::check(self.lp16(limit)?)
    }

    /// A u16 count of items that take at least `item` bytes each, safe to allocate for.
    ///
    /// # Errors
    /// [`Error::Length`] over `limit`; [`Error::Truncated`] if the input cannot hold so many.
    pub fn count16(&mut self, limit: usize, item: usize) -> Result<usize> {
        let count = usize::from(self.u16()?);
        if count > limit {
            return Err(Error::Length("count"));
        }
        match count.checked_mul(item) {
            Some(least) if least <= self.remaining() => Ok(count),
            _ => Err(Error::Truncated),
        }
    }

    /// Ends reading.
    ///
    /// # Errors
    /// [`Error::TrailingBytes`] if anything is left.
    pub const fn finish(self) -> Result<()> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Error::TrailingBytes)
        }
    }

    fn limited(&mut self, length: usize, limit: usize) -> Result<&'a [u8]> {
        if length > limit {
            return Err(Error::Length("byte string"));
        }
        self.bytes(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_big_endian() {
        let bytes: std::vec::Vec<u8> = (1..=15).collect();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(0x0203));
        assert_eq!(reader.u32(), Ok(0x0405_0607));
        assert_eq!(reader.position(), 7);
        assert_eq!(reader.u64(), Ok(0x0809_0a0b_0c0d_0e0f));
        assert_eq!(
            (reader.position(), reader.remaining(), reader.is_empty()),
            (15, 0, true)
        );
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn every_field_refuses_one_byte_too_few() {
        let bytes = [0; 8];
        assert_eq!(Reader::new(&[]).u8(), Err(Error::Truncated));
        assert_eq!(Reader::new(&bytes[..1]).u16(), Err(Error::Truncated));
        assert_eq!(Reader::new(&bytes[..3]).u32(), Err(Error::Truncated));
        assert_eq!(Reader::new(&bytes[..7]).u64(), Err(Error::Truncated));
        assert_eq!(Reader::new(&bytes).array::<9>(), Err(Error::Truncated));
        assert_eq!(Reader::new(&bytes).bytes(9), Err(Error::Truncated));
        assert_eq!(Reader::new(&bytes).bytes(usize::MAX), Err(Error::Truncated));
        assert_eq!(Reader::new(&[2, 0]).lp8(9), Err(Error::Truncated));
        assert_eq!(Reader::new(&[0, 2, 0]).lp16(9), Err(Error::Truncated));
        assert_eq!(Reader::new(&[0, 0, 0, 2, 0]).lp32(9), Err(Error::Truncated));
    }

    #[test]
    fn limits_come_before_the_bytes() {
        // Truncated inputs too: the limit must be what is named, so it was checked first.
        assert_eq!(Reader::new(&[4]).lp8(3), Err(Error::Length("byte string")));
        assert_eq!(
            Reader::new(&[0, 4]).lp16(3),
            Err(Error::Length("byte string"))
        );
        assert_eq!(
            Reader::new(&[255; 4]).lp32(3),
            Err(Error::Length("byte string"))
        );
        assert_eq!(Reader::new(&[3, 1, 2, 3]).lp8(3), Ok(&[1, 2, 3][..]));
        assert_eq!(Reader::new(&[0, 3, 1, 2, 3]).lp16(3), Ok(&[1, 2, 3][..]));
        assert_eq!(
            Reader::new(&[0, 0, 0, 3, 1, 2, 3]).lp32(3),
            Ok(&[1, 2, 3][..])
        );
    }

    #[test]
    fn a_count_needs_room_for_its_items() {
        assert_eq!(
            Reader::new(&[0, 5]).count16(4, 0),
            Err(Error::Length("count"))
        );
        assert_eq!(
            Reader::new(&[0, 2, 9, 9, 9]).count16(4, 2),
            Err(Error::Truncated)
        );
        assert_eq!(
            Reader::new(&[0, 2]).count16(4, usize::MAX),
            Err(Error::Truncated)
        );
        assert_eq!(Reader::new(&[0, 2, 9, 9, 9, 9]).count16(4, 2), Ok(2));
    }

    #[test]
    fn a_flag_is_zero_or_one() {
        assert_eq!(Reader::new(&[0]).flag(), Ok(false));
        assert_eq!(Reader::new(&[1]).flag(), Ok(true));
        for byte in 2..=u8::MAX {
            assert_eq!(Reader::new(&[byte]).flag(), Err(Error::Field("flag")));
        }
    }

    #[test]
    fn text_is_checked() {
        assert_eq!(Reader::new(b"\x02ok").text8(9), Ok("ok"));
        assert_eq!(Reader::new(b"\x00\x02ok").text16(9), Ok("ok"));
        assert!(matches!(
            Reader::new(b"\x02o\n").text8(9),
            Err(Error::Text(_))
        ));
        assert!(matches!(
            Reader::new(b"\x00\x02\xff\xff").text16(9),
            Err(Error::Text(_))
        ));
    }

    #[test]
    fn nothing_may_follow() {
        let mut reader = Reader::new(&[1, 2]);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.clone().finish(), Err(Error::TrailingBytes));
        assert_eq!(reader.rest(), &[2]);
        assert_eq!(reader.finish(), Ok(()));
    }
}
