//! Values that are wiped when dropped and never printed, copied or serialised by accident.
//!
//! ```
//! use hippocrypt::Secret;
//! let key = Secret::<[u8; 32]>::build(|bytes| bytes.fill(7));
//! assert_eq!(key.expose()[0], 7); // every use is a word a reviewer can search for
//! ```
//!
//! What it cannot do: copies that the compiler leaves in registers or on the stack, and pages
//! the system swaps out, are outside its reach (SECURITY.md, Limits).

use alloc::{boxed::Box, vec::Vec};
use core::any::Any;

use rand_core::TryCryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::error::{Error, Result};

/// A boxed value that is wiped on drop.
///
/// It implements neither `Debug`, `Display`, `Clone`, `Copy` nor any serialisation, and is
/// compared only in constant time ([`Secret::matches`]). Boxed, so that moving it copies a
/// pointer and leaves no second copy of the value behind.
pub struct Secret<T: Zeroize + 'static>(Box<T>);

impl<T: Zeroize + 'static> Secret<T> {
    /// Takes a value that already exists; prefer [`Secret::build`] where one is made.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Box::new(value))
    }

    /// The value itself.
    #[must_use]
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, to change it in place.
    #[must_use]
    pub fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<const N: usize> Secret<[u8; N]> {
    /// Builds the bytes in their box: no copy stays on the stack.
    #[must_use]
    pub fn build(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let mut secret = Self(Box::new([0; N]));
        fill(&mut secret.0);
        secret
    }

    /// As [`Secret::build`], where filling can fail; a half-filled value is wiped.
    ///
    /// # Errors
    /// Those of `fill`.
    pub fn try_build(fill: impl FnOnce(&mut [u8; N]) -> Result<()>) -> Result<Self> {
        let mut secret = Self(Box::new([0; N]));
        fill(&mut secret.0)?;
        Ok(secret)
    }

    /// Fresh random bytes.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the source fails.
    pub fn random<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self> {
        Self::try_build(|bytes| rng.try_fill_bytes(bytes).map_err(|_| Error::Randomness))
    }

    /// Whether both hold the same bytes, in time that does not depend on them.
    #[must_use]
    pub fn matches(&self, other: &[u8; N]) -> bool {
        self.0.as_slice().ct_eq(other.as_slice()).into()
    }
}

impl From<Vec<u8>> for Secret<Vec<u8>> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl<T: Zeroize + 'static> Drop for Secret<T> {
    fn drop(&mut self) {
        wipe(self.0.as_mut());
    }
}

/// Wipes a value; the type is known to the compiler, so nothing is asked when it runs.
///
/// `zeroize` wipes a vector one element after the other, which for bytes takes as long as half
/// of their decryption, but a vector's spare room in one go. So bytes become spare room first.
fn wipe<T: Zeroize + 'static>(value: &mut T) {
    if let Some(bytes) = (value as &mut dyn Any).downcast_mut::<Vec<u8>>() {
        bytes.clear();
    }
    value.zeroize();
}

impl<T: Zeroize + 'static> zeroize::ZeroizeOnDrop for Secret<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::rc::Rc;
    use core::cell::Cell;

    static_assertions::assert_not_impl_any!(Secret<[u8; 32]>: Clone, Copy, core::fmt::Debug, core::fmt::Display, PartialEq);

    struct Probe(Rc<Cell<bool>>);
    impl Zeroize for Probe {
        fn zeroize(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn wiped_on_drop() {
        let wiped = Rc::new(Cell::new(false));
        drop(Secret::new(Probe(wiped.clone())));
        assert!(wiped.get());
    }

    #[test]
    fn bytes_are_wiped_with_the_room_behind_them() {
        let mut bytes = Vec::with_capacity(100);
        bytes.resize(90, 7);
        bytes.truncate(60);
        wipe(&mut bytes);
        assert!(bytes.is_empty() && bytes.capacity() == 100);
        for byte in &bytes.spare_capacity_mut()[..90] {
            // SAFETY: these bytes were written above.
            #[allow(unsafe_code)]
            let byte = unsafe { byte.assume_init() };
            assert_eq!(byte, 0);
        }
        let mut words = std::vec![7u64; 3];
        wipe(&mut words);
        assert!(words.is_empty());
    }

    #[test]
    fn compares_bytes() {
        let secret = Secret::<[u8; 3]>::build(|bytes| *bytes = [1, 2, 3]);
        assert!(secret.matches(&[1, 2, 3]));
        assert!(!secret.matches(&[1, 2, 4]));
    }
}
