//! Randomness as an argument that can be passed through trait objects.
//!
//! Callers give any `rand_core` 0.10 [`TryCryptoRng`]; inside, where a list of recipients of
//! different kinds draws from one source, the source's error type is in the way. This trait
//! takes it off: every failure is [`Error::Randomness`], and none is ignored.
//!
//! ```
//! use hippocrypt::Randomness;
//! let mut nonce = [0; 16];
//! Randomness::fill(&mut getrandom::SysRng, &mut nonce)?;
//! # Ok::<(), hippocrypt::Error>(())
//! ```

use rand_core::TryCryptoRng;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// A source of unpredictable bytes; implemented for every [`TryCryptoRng`].
pub trait Randomness {
    /// Fills the whole of `bytes`.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the source fails; `bytes` must not be used then.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()>;

    /// 32 fresh secret bytes.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the source fails.
    fn secret(&mut self) -> Result<Secret<[u8; 32]>> {
        Secret::try_build(|bytes| self.fill(bytes))
    }
}

impl<R: TryCryptoRng + ?Sized> Randomness for R {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.try_fill_bytes(bytes).map_err(|_| Error::Randomness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills what it is asked for, and then says that it failed.
    struct Failing;

    impl rand_core::TryRng for Failing {
        type Error = core::fmt::Error;

        fn try_next_u32(&mut self) -> core::result::Result<u32, Self::Error> {
            Err(core::fmt::Error)
        }

        fn try_next_u64(&mut self) -> core::result::Result<u64, Self::Error> {
            Err(core::fmt::Error)
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> core::result::Result<(), Self::Error> {
            bytes.fill(7);
            Err(core::fmt::Error)
        }
    }

    impl TryCryptoRng for Failing {}

    #[test]
    fn failures_of_a_generator_come_through() {
        let failed = Randomness::fill(&mut Failing, &mut [0; 8]);
        assert_eq!(failed, Err(Error::Randomness));
        assert_eq!(Failing.secret().err(), Some(Error::Randomness));
    }
}
