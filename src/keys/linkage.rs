//! Pseudonyms that link one person's records within a study, and nothing across studies.

use alloc::vec::Vec;

use super::file;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::hmac_sha256;
use crate::tags::{self, Kind};
use crate::wire::text;

/// Longest domain and longest identifier, in bytes.
const PART: usize = 255;

/// A key from which pseudonyms are made.
///
/// Whoever has it can link people across domains, and try identifiers: it stays with whoever may
/// do so. It is 32 random bytes of its own, derived from nothing.
///
/// Bytes of the object's body (SPEC.md, section 6.2): the 32 bytes.
///
/// ```
/// use hippocrypt::keys::LinkageKey;
/// let key = LinkageKey::generate(&mut getrandom::SysRng)?;
/// let here = key.pseudonym("study-12", "943 476 5919")?;
/// assert_eq!(key.pseudonym("study-12", "943 476 5919")?, here);
/// assert_ne!(key.pseudonym("study-13", "943 476 5919")?, here);
/// # Ok::<(), hippocrypt::Error>(())
/// ```
pub struct LinkageKey(Secret<[u8; 32]>);

impl LinkageKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub fn generate(rng: &mut dyn Randomness) -> Result<Self> {
        rng.secret().map(Self)
    }

    /// Reads the secret object.
    ///
    /// # Errors
    /// [`Error::PassphraseNeeded`] for a locked key; the decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::LinkageKey, bytes, |reader| {
            let key = reader.array_ref::<32>()?;
            Ok(Self(Secret::build(|own: &mut [u8; 32]| *own = *key)))
        })
    }

    /// The secret object, for a key file or a key store.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut writer = file::begin(Kind::LinkageKey);
        writer.array(self.0.expose());
        file::finish(writer).into_secret()
    }

    /// The pseudonym of an identifier in a domain, a study or a release: HMAC-SHA-256 over a tag
    /// and both, each behind its length. Spelling is not mended: ` 5` and `5` are two people.
    ///
    /// # Errors
    /// [`Error::Argument`] for an empty part, [`Error::TooLarge`] for one over 255 bytes,
    /// [`Error::Text`] for one that is not in normalisation form C or has control characters.
    pub fn pseudonym(&self, domain: &str, identifier: &str) -> Result<[u8; 32]> {
        let lengths = [length(domain)?, length(identifier)?];
        let [first, second] = &lengths;
        let parts: [&[u8]; 5] = [
            tags::LINKAGE_PSEUDONYM,
            first,
            domain.as_bytes(),
            second,
            identifier.as_bytes(),
        ];
        Ok(hmac_sha256(&self.0, &parts))
    }
}

fn length(part: &str) -> Result<[u8; 2]> {
    text::check(part)?;
    match part.len() {
        0 => Err(Error::Argument("a domain and an identifier")),
        1..=PART => Ok((part.len() as u16).to_be_bytes()),
        _ => Err(Error::TooLarge("255 bytes of a domain or identifier")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(fill: u8) -> LinkageKey {
        LinkageKey(Secret::new([fill; 32]))
    }

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let own = key(1).pseudonym("study", "ada").unwrap();
        for other in [
            key(1).pseudonym("study", "adb"),
            key(1).pseudonym("studz", "ada"),
            key(1).pseudonym("studya", "da"),
            key(2).pseudonym("study", "ada"),
        ] {
            assert_ne!(other.unwrap(), own);
        }
        let again = LinkageKey::from_bytes(key(1).to_bytes().expose()).unwrap();
        assert_eq!(again.pseudonym("study", "ada").unwrap(), own);
    }

    #[test]
    fn parts_have_a_length_and_a_form() {
        let refused =
            |domain: &str, identifier: &str| key(1).pseudonym(domain, identifier).unwrap_err();
        assert!(matches!(refused("", "ada"), Error::Argument(_)));
        assert!(matches!(refused("study", ""), Error::Argument(_)));
        assert!(matches!(
            refused("study", &"a".repeat(256)),
            Error::TooLarge(_)
        ));
        assert!(matches!(refused("study", "a\u{308}"), Error::Text(_)));
        assert!(matches!(refused("study", "a\n"), Error::Text(_)));
        assert!(key(1).pseudonym("study", &"a".repeat(255)).is_ok());
    }
}
