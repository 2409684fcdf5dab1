//! The cipher suites a record can be sealed under.

use crate::error::{Error, Result};

/// A cipher suite: the byte behind the version in every object's header.
///
/// The suite chooses the payload's AEAD only. Header, stanzas and the committing authentication
/// code are the same in both, so neither suite is weaker against key-commitment attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Suite {
    /// ChaCha20-Poly1305 (RFC 8439): constant-time in software on every processor.
    ChaCha20Poly1305 = 1,
    /// AES-256-GCM (NIST SP 800-38D): for processors with AES instructions, or where rules ask.
    #[cfg(feature = "aes")]
    Aes256Gcm = 2,
}

impl Suite {
    /// Reads the suite byte.
    ///
    /// # Errors
    /// [`Error::Suite`] for any byte but 1 and 2; for 2 too where the library was built without
    /// its feature `aes`.
    pub const fn from_byte(byte: u8) -> Result<Self> {
        match byte {
            1 => Ok(Self::ChaCha20Poly1305),
            #[cfg(feature = "aes")]
            2 => Ok(Self::Aes256Gcm),
            found => Err(Error::Suite(found)),
        }
    }

    /// The byte that stands for the suite in headers.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_a_suite_or_is_refused_by_name() {
        for byte in 0..=u8::MAX {
            match Suite::from_byte(byte) {
                Ok(suite) => assert!(suite.to_byte() == byte && (byte == 1 || byte == 2)),
                Err(error) => assert_eq!(error, Error::Suite(byte)),
            }
        }
        assert!(Suite::from_byte(1).is_ok() && Suite::from_byte(2).is_ok());
    }
}
