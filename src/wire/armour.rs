//! PEM armour (RFC 7468), in one encoding only: LF, 64 columns, padding bits zero, one final
//! newline and nothing before or after.
//!
//! The rule is enforced by encoding again what was decoded and comparing, so it cannot be
//! incomplete. Base64 is decoded in constant time: the contents may be a key.
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::wire::armour;
//! let text = armour::encode("HIPPOCRYPT SIGNER PUBLIC KEY", b"any bytes")?;
//! assert_eq!(
//!     text,
//!     "-----BEGIN HIPPOCRYPT SIGNER PUBLIC KEY-----\n\
//!      YW55IGJ5dGVz\n\
//!      -----END HIPPOCRYPT SIGNER PUBLIC KEY-----\n"
//! );
//! assert_eq!(armour::decode("HIPPOCRYPT SIGNER PUBLIC KEY", text.as_bytes())?, b"any bytes");
//! # Ok::<(), hippocrypt::Error>(())
//! ```

use alloc::{string::String, vec, vec::Vec};

use pem_rfc7468::LineEnding;
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// The longest armoured text that is read, in bytes: 4 MiB.
pub const LIMIT: usize = 4 << 20;

/// What every armoured text begins with.
const BEGIN: &[u8] = b"-----BEGIN ";

/// Whether `text` begins as armour does; it may still be malformed.
#[must_use]
pub fn is_armour(text: &[u8]) -> bool {
    text.starts_with(BEGIN)
}

/// The label of an armoured text: what it says it holds. Only [`decode`] checks the rest.
///
/// # Errors
/// [`Error::Armour`] if `text` does not begin as armour.
pub fn peek_label(text: &[u8]) -> Result<&str> {
    let malformed = Error::Armour("no label");
    let rest = text.strip_prefix(BEGIN).ok_or(malformed.clone())?;
    let end = rest
        .iter()
        .position(|byte| *byte == b'-')
        .ok_or(malformed.clone())?;
    let label = rest.get(..end).ok_or(malformed.clone())?;
    core::str::from_utf8(label).map_err(|_| malformed)
}

/// Armours public `bytes` under `label`.
///
/// # Errors
/// [`Error::Argument`] without any bytes; [`Error::TooLarge`] if the text would exceed [`LIMIT`];
/// [`Error::Armour`] for a label that RFC 7468 does not allow.
pub fn encode(label: &str, bytes: &[u8]) -> Result<String> {
    encode_secret(label, bytes).map(|mut text| core::mem::take(text.expose_mut()))
}

/// As [`encode`], for secrets: the text is wiped on drop.
///
/// # Errors
/// Those of [`encode`].
pub fn encode_secret(label: &str, bytes: &[u8]) -> Result<Secret<String>> {
    if bytes.is_empty() {
        return Err(Error::Argument("nothing to armour"));
    }
    let length = pem_rfc7468::encoded_len(label, LineEnding::LF, bytes)
        .ok()
        .filter(|length| *length <= LIMIT)
        .ok_or(Error::TooLarge("armoured text"))?;
    // Encoded where it stays: a buffer that grew would leave pieces of the key behind.
    let mut buffer = Secret::new(vec![0; length]);
    pem_rfc7468::encode(label, LineEnding::LF, bytes, buffer.expose_mut())
        .map_err(|_| Error::Armour("label"))?;
    String::from_utf8(core::mem::take(buffer.expose_mut()))
        .map(Secret::new)
        .map_err(|_| Error::Armour("label"))
}

/// The public bytes that `text` armours under exactly this `label`.
///
/// # Errors
/// [`Error::TooLarge`] over [`LIMIT`]; [`Error::Armour`] if the text is malformed, has another
/// label, or is another spelling of the same bytes.
pub fn decode(label: &str, text: &[u8]) -> Result<Vec<u8>> {
    decode_secret(label, text).map(|mut bytes| core::mem::take(bytes.expose_mut()))
}

/// As [`decode`], for secrets: the bytes are wiped on drop.
///
/// # Errors
/// Those of [`decode`].
pub fn decode_secret(label: &str, text: &[u8]) -> Result<Secret<Vec<u8>>> {
    if text.len() > LIMIT {
        return Err(Error::TooLarge("armoured text"));
    }
    if peek_label(text)? != label {
        return Err(Error::Armour("another label"));
    }
    let mut decoder = pem_rfc7468::Decoder::new(text).map_err(|_| Error::Armour("malformed"))?;
    let mut bytes = Secret::new(vec![0; decoder.remaining_len()]);
    decoder
        .decode(bytes.expose_mut())
        .map_err(|_| Error::Armour("malformed"))?;
    let again = encode_secret(label, bytes.expose())?;
    if again.expose().as_bytes().ct_eq(text).into() {
        Ok(bytes)
    } else {
        Err(Error::Armour("not the one encoding"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: &str = "HIPPOCRYPT TEST KEY";

    fn refused(text: &str) {
        assert!(
            matches!(decode(LABEL, text.as_bytes()), Err(Error::Armour(_))),
            "accepted: {text:?}"
        );
    }

    #[test]
    fn every_length_comes_back() {
        let bytes: Vec<u8> = (0..200).collect();
        for length in 1..=bytes.len() {
            let text = encode(LABEL, &bytes[..length]).unwrap();
            assert!(text.lines().all(|line| line.len() <= 64) && is_armour(text.as_bytes()));
            assert_eq!(
                decode(LABEL, text.as_bytes()).unwrap(),
                &bytes[..length],
                "{length}"
            );
            assert_eq!(peek_label(text.as_bytes()), Ok(LABEL));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        let text = encode(LABEL, &[0xAB; 100]).unwrap();
        refused(&text.replace('\n', "\r\n"));
        refused(&text.replace('\n', "\r"));
        refused(text.trim_end()); // no final newline
        refused(&std::format!("{text}\n"));
        refused(&std::format!("\n{text}"));
        refused(&std::format!("a preamble\n{text}"));
        refused(&std::format!(" {text}"));
        refused(&text.replacen("q6urq", "q6ur q", 1)); // a space within a line
        refused(&text.replacen("q6urq", "q6ur\nq", 1)); // another line width
        refused(&text.replace("----\n", "---- \n"));
        refused(&text.replace("END HIPPOCRYPT", "END OTHER"));
        refused(&text.to_lowercase());
        refused("");
        refused("-----BEGIN ");
        refused("-----BEGIN HIPPOCRYPT TEST KEY-----\n");
    }

    #[test]
    fn nothing_cannot_be_armoured() {
        assert_eq!(
            encode(LABEL, &[]),
            Err(Error::Argument("nothing to armour"))
        );
        refused("-----BEGIN HIPPOCRYPT TEST KEY-----\n-----END HIPPOCRYPT TEST KEY-----\n");
        refused("-----BEGIN HIPPOCRYPT TEST KEY-----\n\n-----END HIPPOCRYPT TEST KEY-----\n");
    }

    #[test]
    fn headers_inside_are_refused() {
        let text = encode(LABEL, &[1; 10]).unwrap();
        refused(&text.replacen("KEY-----\n", "KEY-----\nComment: x\n\n", 1));
    }

    #[test]
    fn padding_bits_must_be_zero_and_padding_present() {
        // 1 byte: "qw==" carries four unused bits, "qx==" sets one of them.
        let text = encode(LABEL, &[0xAB]).unwrap();
        assert!(text.contains("\nqw==\n"));
        refused(&text.replace("qw==", "qx=="));
        refused(&text.replace("qw==", "qw"));
        refused(&text.replace("qw==", "qw="));
        refused(&text.replace("qw==", "qw==="));
    }

    #[test]
    fn the_label_must_be_the_expected_one() {
        let text = encode("HIPPOCRYPT OTHER KEY", b"x").unwrap();
        assert_eq!(
            decode(LABEL, text.as_bytes()),
            Err(Error::Armour("another label"))
        );
    }

    #[test]
    fn every_flipped_bit_is_refused_or_gives_other_bytes() {
        let bytes = [0x5A; 70];
        let text = encode(LABEL, &bytes).unwrap().into_bytes();
        for i in 0..text.len() {
            for bit in 0..8 {
                let mut changed = text.clone();
                changed[i] ^= 1 << bit;
                assert!(
                    decode(LABEL, &changed).as_deref() != Ok(&bytes[..]),
                    "{i} {bit}"
                );
            }
        }
    }

    #[test]
    fn truncation_is_refused_at_every_length() {
        let text = encode(LABEL, &[7; 100]).unwrap();
        for length in 0..text.len() {
            refused(&text[..length]);
        }
    }

    #[test]
    fn size_is_limited_before_decoding_and_before_encoding() {
        let long = std::vec![b'-'; LIMIT + 1];
        assert_eq!(decode(LABEL, &long), Err(Error::TooLarge("armoured text")));
        assert_eq!(encode(LABEL, &long), Err(Error::TooLarge("armoured text")));
    }
}
