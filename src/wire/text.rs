//! What counts as text: UTF-8 in normalisation form C, without control characters.
//!
//! Text that is not so is refused, never repaired: two spellings of one name must not both be
//! accepted as if they were one, and what is signed must be what is shown.
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::wire::text;
//! assert_eq!(text::check("José")?, "José");
//! assert!(text::check("Jose\u{301}").is_err()); // the same name in form D
//! assert!(text::check("one\ntwo").is_err());
//! # Ok::<(), hippocrypt::Error>(())
//! ```

use crate::error::{Error, Result};

/// Returns the text if it follows the rules.
///
/// Refused beside the control characters (C0, DEL, C1) are the line and paragraph separators and
/// the bidirectional controls U+202A..U+202E and U+2066..U+2069, with which text could be shown
/// as other than it is.
///
/// # Errors
/// [`Error::Text`] with the rule that is broken.
pub fn check<T: AsRef<[u8]> + ?Sized>(text: &T) -> Result<&str> {
    let text = core::str::from_utf8(text.as_ref()).map_err(|_| Error::Text("not UTF-8"))?;
    if text.chars().any(is_forbidden) {
        return Err(Error::Text("control character"));
    }
    // ASCII is in every normalisation form: the common case needs no tables.
    if text.is_ascii() || unicode_normalization::is_nfc(text) {
        Ok(text)
    } else {
        Err(Error::Text("not in normalisation form C"))
    }
}

fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_many_scripts_passes_unchanged() {
        for text in [
            "",
            "ward 3",
            "Krankenhaus Köln",
            "医院",
            "مستشفى",
            "νοσοκομείο",
            "🏥",
            "Å",
        ] {
            assert_eq!(check(text), Ok(text));
        }
    }

    #[test]
    fn other_normal_forms_are_refused() {
        // e + combining acute; the Kelvin sign; a Hangul syllable in pieces; marks out of order.
        for text in [
            "e\u{301}",
            "\u{212A}",
            "\u{1100}\u{1161}",
            "a\u{301}\u{323}",
        ] {
            assert_eq!(check(text), Err(Error::Text("not in normalisation form C")));
        }
    }

    #[test]
    fn control_characters_are_refused_wherever_they_stand() {
        let control = (0..0x20).chain(0x7f..0xa0).chain([0x2028, 0x2029]);
        for point in control.chain(0x202A..=0x202E).chain(0x2066..=0x2069) {
            let character = char::from_u32(point).unwrap();
            for text in [std::format!("{character}a"), std::format!("a{character}")] {
                assert_eq!(
                    check(&text),
                    Err(Error::Text("control character")),
                    "{point:x}"
                );
            }
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused() {
        let cases: [&[u8]; 4] = [b"\xff", b"\xc0\x80", b"a\xcc", b"\xed\xa0\x80"];
        for bytes in cases {
            assert_eq!(check(bytes), Err(Error::Text("not UTF-8")));
        }
    }
}
