//! The table of phrases: one language, as data.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Audience;
use super::phrase::{KEYS, Phrase};
use crate::error::{Error, Result};
use crate::wire::text;

/// The words of this library.
const ENGLISH: &str = include_str!("english.txt");
/// What a table begins with; the language follows.
const HEAD: &str = "hippocrypt phrases 1 ";
/// Most bytes of a table.
const MAX: usize = 1 << 20;

/// The words of one language for everything that an explanation says.
///
/// A table is text: a first line `hippocrypt phrases 1 en` with the language's tag (BCP 47), then
/// a line `key words` for each phrase, in any order. Words hold places `{name}`. Phrases that
/// speak of the patient have two lines, `key@patient` and `key@carer`. Empty lines and lines that
/// begin with `#` are for translators. The table `english.txt` in the sources shows all keys.
///
/// ```
/// use hippocrypt::consent::Phrases;
/// assert_eq!(Phrases::english()?.language(), "en");
/// // Nothing may be left out, and nothing be added.
/// assert!(Phrases::read("hippocrypt phrases 1 de\ncovers Sie betrifft {reference}.\n").is_err());
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrases {
    language: String,
    /// For each phrase the words for each audience, the patient's first.
    words: Vec<[Vec<Piece>; 2]>,
}

/// A part of a phrase's words.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Place(&'static str),
}

impl Phrases {
    /// The words of this library.
    ///
    /// # Errors
    /// None that a release should give; those of [`Phrases::read`] otherwise.
    pub fn english() -> Result<Self> {
        Self::read(ENGLISH)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`Error::Phrases`] with the line at fault, from 1, or 0 for one that is missing: a key that
    /// is unknown, missing or there twice, words whose places are not exactly those of the key,
    /// text that is not in normalisation form C or has control characters, more than 1 MiB.
    pub fn read(table: &str) -> Result<Self> {
        if table.len() > MAX {
            return Err(Error::Phrases(0, "at most 1 MiB"));
        }
        let mut lines = (1..).zip(table.lines());
        let language = lines
            .next()
            .and_then(|(_, line)| line.strip_prefix(HEAD))
            .filter(|tag| is_tag(tag))
            .ok_or(Error::Phrases(
                1,
                "hippocrypt phrases 1 and the language's tag",
            ))?;
        let mut words: Vec<[Option<Vec<Piece>>; 2]> = KEYS.iter().map(|_| [None, None]).collect();
        for (number, line) in lines {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let refuse = |what| Error::Phrases(number, what);
            text::check(line).map_err(|_| refuse("text in normalisation form C"))?;
            let (name, words_of) = line
                .split_once(' ')
                .ok_or(refuse("a key, a blank and words"))?;
            let (name, audiences) = match name.split_once('@') {
                None => (name, [true, true]),
                Some((name, "patient")) => (name, [true, false]),
                Some((name, "carer")) => (name, [false, true]),
                Some(_) => return Err(refuse("@patient or @carer")),
            };
            let place = KEYS.iter().position(|key| key.name == name);
            let (key, own) = place
                .and_then(|place| KEYS.get(place).zip(words.get_mut(place)))
                .ok_or(refuse("a known key"))?;
            if key.by_audience == (audiences == [true, true]) {
                return Err(refuse(
                    "@patient and @carer, exactly where both are addressed",
                ));
            }
            let pieces = pieces(words_of, key.places).map_err(refuse)?;
            for (own, _) in own.iter_mut().zip(audiences).filter(|(_, it)| *it) {
                if own.replace(pieces.clone()).is_some() {
                    return Err(refuse("every key once"));
                }
            }
        }
        let complete = |own: [Option<Vec<Piece>>; 2]| match own {
            [Some(patient), Some(carer)] => Ok([patient, carer]),
            _ => Err(Error::Phrases(0, "every key")),
        };
        Ok(Self {
            language: language.to_string(),
            words: words.into_iter().map(complete).collect::<Result<_>>()?,
        })
    }

    /// The language's tag.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The phrase in words.
    pub(super) fn say(&self, phrase: Phrase<'_>, audience: Audience) -> String {
        let own = self.words.get(phrase.number());
        let pieces = own.map(|[patient, carer]| match audience {
            Audience::Patient => patient,
            Audience::Carer => carer,
        });
        let piece = |piece| match piece {
            &Piece::Place(name) => phrase.value(name),
            Piece::Words(words) => words,
        };
        pieces.into_iter().flatten().map(piece).collect()
    }
}

/// The words between and around exactly these places, each there at least once.
fn pieces(text: &str, places: &[&'static str]) -> core::result::Result<Vec<Piece>, &'static str> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}').ok_or("places as {name}")?;
        let place = places.iter().find(|place| **place == name);
        all.push(Piece::Words(before.to_string()));
        all.push(Piece::Place(
            place.ok_or("no other places than the key has")?,
        ));
        rest = behind;
    }
    all.push(Piece::Words(rest.to_string()));
    let has = |place: &&'static str| all.contains(&Piece::Place(place));
    let closed = |piece: &Piece| matches!(piece, Piece::Words(words) if words.contains('}'));
    if all.iter().any(closed) {
        return Err("places as {name}");
    }
    if text.trim() != text || text.is_empty() {
        return Err("words without blanks around them");
    }
    if !places.iter().all(has) {
        return Err("all places that the key has");
    }
    Ok(all)
}

/// A language's tag, as far as its characters go.
fn is_tag(tag: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (2..=35).contains(&tag.len()) && tag.bytes().all(allowed)
}
