//! The writer that every canonical encoding goes through.

use alloc::vec::Vec;

use zeroize::Zeroize;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// Appends fields to a growing buffer.
///
/// The buffer may hold secrets: when it grows the old copy is wiped, and so is the buffer itself
/// if the writer is dropped before [`Writer::into_vec`] or [`Writer::into_secret`].
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// An empty writer.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An empty writer with room for `bytes` bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    /// The byte 0 for no, 1 for yes.
    pub fn flag(&mut self, value: bool) -> &mut Self {
        self.u8(u8::from(value))
    }

    /// Exactly these bytes, without a length: the format fixes how many they are.
    pub fn array<const N: usize>(&mut self, array: &[u8; N]) -> &mut Self {
        self.bytes(array)
    }

    /// Exactly these bytes, without a length.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.reserve(bytes.len());
        self.0.extend_from_slice(bytes);
        self
    }

    /// A byte string behind a u8 length.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over 255 bytes; nothing is written then.
    pub fn lp8(&mut self, bytes: &[u8]) -> Result<&mut Self> {
        let length = u8::try_from(bytes.len()).map_err(|_| Error::TooLarge("byte string"))?;
        Ok(self.u8(length).bytes(bytes))
    }

    /// A byte string behind a u16 length.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over 65,535 bytes; nothing is written then.
    pub fn lp16(&mut self, bytes: &[u8]) -> Result<&mut Self> {
        let length = u16::try_from(bytes.len()).map_err(|_| Error::TooLarge("byte string"))?;
        Ok(self.u16(length).bytes(bytes))
    }

    /// A byte string behind a u32 length.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over 4,294,967,295 bytes; nothing is written then.
    pub fn lp32(&mut self, bytes: &[u8]) -> Result<&mut Self> {
        let length = u32::try_from(bytes.len()).map_err(|_| Error::TooLarge("byte string"))?;
        Ok(self.u32(length).bytes(bytes))
    }

    /// What has been written so far: to hash, sign or authenticate it.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes have been written.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing has been written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything written, as public bytes.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }

    /// Everything written, as a secret.
    #[must_use]
    pub fn into_secret(self) -> Secret<Vec<u8>> {
        Secret::new(self.into_vec())
    }

    /// Grows by hand, since `Vec` would leave the old buffer's contents in freed memory.
    fn reserve(&mut self, more: usize) {
        let needed = self.0.len().saturating_add(more);
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Reader;

    static_assertions::assert_not_impl_any!(Writer: Clone, core::fmt::Debug);

    #[test]
    fn reads_back_what_was_written() {
        let mut writer = Writer::new();
        assert!(writer.is_empty());
        writer
            .u8(1)
            .u16(2)
            .u32(3)
            .u64(4)
            .flag(true)
            .array(&[5; 3])
            .bytes(&[6, 7]);
        writer
            .lp8(b"a")
            .unwrap()
            .lp16(b"bc")
            .unwrap()
            .lp32(b"def")
            .unwrap();
        assert_eq!(writer.len(), 1 + 2 + 4 + 8 + 1 + 3 + 2 + 2 + 4 + 7);
        let bytes = writer.into_vec();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(2));
        assert_eq!(reader.u32(), Ok(3));
        assert_eq!(reader.u64(), Ok(4));
        assert_eq!(reader.flag(), Ok(true));
        assert_eq!(reader.array(), Ok([5; 3]));
        assert_eq!(reader.bytes(2), Ok(&[6, 7][..]));
        assert_eq!(reader.lp8(1), Ok(&b"a"[..]));
        assert_eq!(reader.lp16(2), Ok(&b"bc"[..]));
        assert_eq!(reader.lp32(3), Ok(&b"def"[..]));
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn lengths_that_would_wrap_are_refused_and_nothing_is_written() {
        let long = std::vec![0; 65_536];
        let mut writer = Writer::with_capacity(4);
        assert_eq!(
            writer.lp8(&long[..256]).err(),
            Some(Error::TooLarge("byte string"))
        );
        assert_eq!(
            writer.lp16(&long).err(),
            Some(Error::TooLarge("byte string"))
        );
        assert!(writer.is_empty());
        assert!(writer.lp8(&long[..255]).is_ok() && writer.lp16(&long[..65_535]).is_ok());
    }

    #[test]
    fn growing_keeps_the_contents() {
        let mut writer = Writer::new();
        for i in 0..1_000_u16 {
            writer.u16(i);
        }
        let expected: Vec<u8> = (0..1_000_u16).flat_map(u16::to_be_bytes).collect();
        assert_eq!(writer.as_slice(), expected);
        assert_eq!(*writer.into_secret().expose(), expected);
    }
}
