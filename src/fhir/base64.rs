//! Bytes in JSON.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use pem_rfc7468::{Base64Decoder, Base64Encoder};

use crate::error::{Error, Result};

/// Standard alphabet, with padding, in one line.
///
/// # Errors
/// None for what fits into memory; the encoder's are passed on.
pub(super) fn encode(bytes: &[u8]) -> Result<String> {
    const FAILED: Error = Error::TooLarge("base64");
    let mut out = vec![0; bytes.len().div_ceil(3).saturating_mul(4)];
    if bytes.is_empty() {
        return Ok(String::new());
    }
    let mut encoder = Base64Encoder::new(&mut out).map_err(|_| FAILED)?;
    encoder.encode(bytes).map_err(|_| FAILED)?;
    encoder.finish().map(String::from).map_err(|_| FAILED)
}

/// The bytes of the one encoding that [`encode`] gives; `None` for any other text.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut decoder = Base64Decoder::new(text.as_bytes()).ok()?;
    decoder.decode_to_end(&mut out).ok()?;
    encode(&out).is_ok_and(|it| it == text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_one_string_of_bytes() {
        for (bytes, text) in [
            (&b"f"[..], "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"\xff\xfe\xfd\xfc", "//79/A=="),
        ] {
            assert_eq!(encode(bytes).as_deref(), Ok(text));
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
        for text in [
            "Zg", "Zg=", "Zh==", "Zg==\n", "Z g=", "Zm9v====", "_-79_A==",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
