//! Fingerprints: sixteen bytes that stand for a public key between people.

use alloc::{format, string::String, vec::Vec};
use core::fmt;

use bip0039::{English, Mnemonic};
use subtle::ConstantTimeEq;

use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::symmetric::sha256;
use crate::tags::{self, Kind};

/// Length of a fingerprint in bytes.
pub const FINGERPRINT: usize = 16;
/// What the text of a QR code begins with. Upper case keeps the code in its compact mode.
const QR_PREFIX: &str = "HIPPO:1:";

/// The first 16 bytes of `SHA-256(tag || kind || public key)`.
///
/// Shown as twelve English words of BIP-39, whose last carries four bits of checksum, as eight
/// groups of four hexadecimal digits, or as the text of a QR code; [`Fingerprint::parse`] reads
/// all three. 128 bits: finding another key for a given fingerprint takes 2^128 work.
///
/// ```
/// use hippocrypt::keys::{Fingerprint, SignerKey};
/// let fingerprint = SignerKey::generate("", &mut getrandom::SysRng)?.public().fingerprint();
/// assert_eq!(Fingerprint::parse(&fingerprint.to_words())?, fingerprint);
/// assert_eq!(Fingerprint::parse(&fingerprint.to_string())?, fingerprint); // hexadecimal
/// assert_eq!(Fingerprint::parse(&fingerprint.to_qr_text())?, fingerprint);
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fingerprint([u8; FINGERPRINT]);

impl Fingerprint {
    /// The fingerprint of a public key of `kind`.
    pub(crate) fn of(kind: Kind, public: &[u8]) -> Self {
        let digest = sha256(&[tags::FINGERPRINT, &[kind as u8], public]);
        let mut bytes = [0; FINGERPRINT];
        for (to, from) in bytes.iter_mut().zip(digest) {
            *to = from;
        }
        Self(bytes)
    }

    /// The fingerprint of a signer's key, as that of its public file: the name is not part of it.
    #[must_use]
    pub fn of_signer(key: &VerifyingKey) -> Self {
        Self::of(Kind::SignerPublic, &key.to_bytes())
    }

    /// A fingerprint that was kept as bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; FINGERPRINT]) -> Self {
        Self(bytes)
    }

    /// Its sixteen bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; FINGERPRINT] {
        self.0
    }

    /// Twelve English words with single spaces between them.
    #[must_use]
    pub fn to_words(self) -> String {
        // Sixteen bytes are one of the sizes that BIP-39 knows, so this cannot fail; were it to,
        // hexadecimal says the same.
        Mnemonic::<English>::from_entropy(self.0.as_slice())
            .map_or_else(|_| format!("{self}"), Mnemonic::into_phrase)
    }

    /// The text that goes into a QR code.
    #[must_use]
    pub fn to_qr_text(self) -> String {
        let mut text = String::from(QR_PREFIX);
        for byte in self.0 {
            text.push_str(&format!("{byte:02X}"));
        }
        text
    }

    /// Reads a fingerprint as a person types it or a camera sees it: words, hexadecimal digits
    /// (dashes and spaces ignored) or the text of a QR code, in upper or lower case.
    ///
    /// # Errors
    /// [`Error::Argument`], which tells a wrong word from a wrong number of them and from words
    /// whose checksum fails.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let digits = text
            .get(..QR_PREFIX.len())
            .filter(|start| start.eq_ignore_ascii_case(QR_PREFIX));
        let digits = digits
            .and_then(|_| text.get(QR_PREFIX.len()..))
            .unwrap_or(text);
        if digits
            .chars()
            .all(|c| c.is_ascii_hexdigit() || c == '-' || c == ' ')
        {
            from_hexadecimal(digits)
        } else {
            from_words(text)
        }
    }
}

fn from_hexadecimal(text: &str) -> Result<Fingerprint> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let mut bytes = [0; FINGERPRINT];
    if digits.len() != 2 * FINGERPRINT {
        return Err(Error::Argument(
            "a fingerprint has 32 hexadecimal digits or 12 words",
        ));
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            *byte = (*byte << 4) | u8::try_from(*digit).unwrap_or(0);
        }
    }
    Ok(Fingerprint(bytes))
}

fn from_words(text: &str) -> Result<Fingerprint> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    if words.len() != 12 {
        return Err(Error::Argument(
            "a fingerprint has 32 hexadecimal digits or 12 words",
        ));
    }
    let phrase =
        Mnemonic::<English>::from_phrase(words.join(" ")).map_err(|error| match error {
            bip0039::Error::UnknownWord(_) => Error::Argument("a word is not in the list"),
            _ => Error::Argument("the checksum of the words does not match"),
        })?;
    phrase
        .entropy()
        .try_into()
        .map(Fingerprint)
        .map_err(|_| Error::Argument("a fingerprint has 32 hexadecimal digits or 12 words"))
}

impl fmt::Display for Fingerprint {
    /// Eight groups of four lower-case hexadecimal digits with dashes between them.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            if i > 0 && i % 2 == 0 {
                out.write_str("-")?;
            }
            write!(out, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl PartialEq for Fingerprint {
    /// In constant time, so that a service which compares cannot be asked byte by byte.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Fingerprint {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::testing::unhex;

    const WORDS: Error = Error::Argument("a fingerprint has 32 hexadecimal digits or 12 words");

    /// Two of the published vectors of BIP-39 (the reference implementation's list).
    #[test]
    fn words_are_those_of_bip_39() {
        for (byte, words) in [
            (
                0x00,
                "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
            ),
            (
                0x7f,
                "legal winner thank year wave sausage worth useful legal winner thank yellow",
            ),
        ] {
            let fingerprint = Fingerprint::from_bytes([byte; 16]);
            assert_eq!(fingerprint.to_words(), words);
            assert_eq!(Fingerprint::parse(words), Ok(fingerprint));
        }
    }

    /// Computed apart from this library: the first 16 bytes of SHA-256(tag || 20 || key).
    #[test]
    fn the_bytes_are_frozen() {
        let key = unhex("ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c");
        let fingerprint = Fingerprint::of(Kind::SignerPublic, &key);
        assert_eq!(
            fingerprint.to_bytes().as_slice(),
            unhex("68f3ca5e39484043de003e63fc08d200")
        );
        assert_eq!(
            format!("{fingerprint}"),
            "68f3-ca5e-3948-4043-de00-3e63-fc08-d200"
        );
        assert_eq!(
            fingerprint.to_qr_text(),
            "HIPPO:1:68F3CA5E39484043DE003E63FC08D200"
        );
        // The kind is part of it: one key in two roles has two fingerprints.
        assert_ne!(Fingerprint::of(Kind::AuthorityPublic, &key), fingerprint);
    }

    #[test]
    fn a_person_may_type_it_in_several_ways() {
        let fingerprint = Fingerprint::from_bytes(core::array::from_fn(|i| 17 * i as u8));
        let hexadecimal = format!("{fingerprint}");
        for text in [
            hexadecimal.clone(),
            hexadecimal.to_uppercase(),
            hexadecimal.replace('-', ""),
            hexadecimal.replace('-', " "),
            format!(" {hexadecimal}\n"),
            fingerprint.to_words(),
            fingerprint.to_words().to_uppercase(),
            fingerprint.to_words().replace(' ', "\n  "),
            fingerprint.to_qr_text(),
            fingerprint.to_qr_text().to_lowercase(),
        ] {
            assert_eq!(Fingerprint::parse(&text), Ok(fingerprint), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_fingerprint_is_refused() {
        let digits = "68f3ca5e39484043de003e63fc08d200";
        for text in [
            &digits[1..],
            &digits[2..],
            "",
            "HIPPO:1:",
            "zoo",
            "é",
            "HIPPO:1é",
        ] {
            assert_eq!(Fingerprint::parse(text), Err(WORDS), "{text}");
        }
        assert_eq!(Fingerprint::parse(&format!("{digits}0")), Err(WORDS));
        assert_eq!(Fingerprint::parse(&format!("{digits}00")), Err(WORDS));
        assert!(Fingerprint::parse(&format!("HIPPO:2:{digits}")).is_err());
        assert!(Fingerprint::parse(&digits.replace('f', "g")).is_err());
        let fifteen = "abandon ".repeat(14) + "address"; // right for fifteen words
        assert_eq!(Fingerprint::parse(&fifteen), Err(WORDS));
    }

    #[test]
    fn wrong_words_are_told_apart() {
        let words = Fingerprint::from_bytes([0x7f; 16]).to_words();
        assert_eq!(
            Fingerprint::parse(&words.replace("sausage", "sausages")),
            Err(Error::Argument("a word is not in the list"))
        );
        let swapped = words.replacen("legal winner", "winner legal", 1);
        let checksum = Err(Error::Argument("the checksum of the words does not match"));
        assert_eq!(Fingerprint::parse(&swapped), checksum);
        assert_eq!(
            Fingerprint::parse(&words.replace("yellow", "year")),
            checksum
        );
    }

    #[test]
    fn equal_means_every_bit() {
        let bytes: [u8; 16] = core::array::from_fn(|i| i as u8);
        for i in 0..128 {
            let mut other = bytes;
            other[i / 8] ^= 1 << (i % 8);
            assert_ne!(
                Fingerprint::from_bytes(other),
                Fingerprint::from_bytes(bytes)
            );
        }
        assert_eq!(
            Fingerprint::from_bytes(bytes),
            Fingerprint::from_bytes(bytes)
        );
    }
}
