//! The flash of a device, as a store of coupons sees it.

use crate::error::{Error, Result};

/// What an erased byte reads as.
pub(super) const ERASED: u8 = 0xff;

/// How a device's flash is cut up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlashGeometry {
    /// Bytes that are programmed at once: 1, 2, 4, 8, 16 or 32.
    pub word: usize,
    /// Bytes that are erased at once: a multiple of 32.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
}

/// The part of a device's flash that a store of coupons has for itself.
///
/// Erased bytes read as 0xff. Every word is programmed once between two erasures of its page. A
/// power failure may leave the word that was being programmed, and every word of the page that
/// was being erased, with any content; no others. A call that returns has done its work for good.
pub trait Flash: Send + Sync {
    /// How it is cut up: always the same answer.
    fn geometry(&self) -> FlashGeometry;

    /// Reads `out.len()` bytes from `at`.
    ///
    /// # Errors
    /// [`Error::Io`].
    fn read(&self, at: usize, out: &mut [u8]) -> Result<()>;

    /// Programs whole words, ascending, from a word's beginning `at`.
    ///
    /// # Errors
    /// [`Error::Io`]; the word that failed is not programmed again before it is erased.
    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()>;

    /// Erases one page.
    ///
    /// # Errors
    /// [`Error::Io`].
    fn erase(&mut self, page: usize) -> Result<()>;
}

impl FlashGeometry {
    /// Refuses what the store's formats do not fit.
    pub(super) fn check(self) -> Result<Self> {
        let word = matches!(self.word, 1 | 2 | 4 | 8 | 16 | 32);
        let pages = (2..=usize::from(u16::MAX)).contains(&self.pages);
        if word && pages && self.page >= 256 && self.page.is_multiple_of(32) {
            Ok(self)
        } else {
            Err(Error::Argument("geometry of the flash"))
        }
    }

    /// The bytes rounded up to whole words, whose size is a power of two. No division: a device has
    /// no use for the code that stops it when it divides by nothing.
    pub(super) const fn words(self, bytes: usize) -> usize {
        let rest = self.word.wrapping_sub(1);
        bytes.wrapping_add(rest) & !rest
    }
}
