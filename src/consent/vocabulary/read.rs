//! Reads the text of a vocabulary (SPEC.md, Vocabularies).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{self, Error};
use crate::symmetric::sha256;

use super::hierarchy::Hierarchy;
use super::preset::Choice;
use super::reading::Reading;
use super::{CodeSet, Confidentiality, Vocabulary};

/// Longest text.
const TEXT_BYTES: usize = 1 << 20;
/// Most pinned codes: what a frame takes.
const PINNED: usize = 1_024;

impl Vocabulary {
    /// Reads a vocabulary's text: UTF-8 and canonical, every line checked.
    ///
    /// # Errors
    /// [`Error::Length`] beyond 1 MiB; [`Error::Vocabulary`] with the line, from 1, and what was
    /// expected there.
    pub fn read(bytes: &[u8]) -> error::Result<Self> {
        if bytes.len() > TEXT_BYTES {
            return Err(Error::Length("vocabulary"));
        }
        let text = core::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.iter().take(error.valid_up_to());
            let line = 1 + before.filter(|byte| **byte == b'\n').count();
            Error::Vocabulary(line, "UTF-8")
        })?;
        let mut reading = Reading::default();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            reading.line += 1;
            reading
                .take(text.get(..at).unwrap_or_default(), line)
                .map_err(|what| Error::Vocabulary(reading.line, what))?;
            at += line.len();
        }
        reading.line += 1;
        if reading.blocks.is_empty() {
            return Err(Error::Vocabulary(1, "the head of a vocabulary"));
        }
        reading
            .end_block()
            .map_err(|what| Error::Vocabulary(reading.line, what))?;
        reading
            .finish(text)
            .map_err(|(line, what)| Error::Vocabulary(line, what))
    }
}

impl Reading<'_> {
    /// What no line can tell alone.
    fn finish(mut self, text: &str) -> Result<Vocabulary, (usize, &'static str)> {
        let hash = sha256(&[text.as_bytes()]);
        if let Some(last) = self.blocks.last_mut() {
            last.hash = hash;
        }
        let mut sets = Vec::with_capacity(CodeSet::ALL.len());
        for set in CodeSet::ALL {
            sets.push(Hierarchy::new(self.rows.remove(&set).unwrap_or_default())?);
        }
        let mut vocabulary = Vocabulary {
            text: String::from(text),
            hash,
            blocks: self.blocks,
            sources: self.sources,
            systems: self.systems,
            aliases: self.aliases,
            spellings: BTreeMap::new(),
            choices: BTreeMap::new(),
            sets,
        };
        if vocabulary.pinned().count() > PINNED {
            return Err((self.line, "at most 1,024 pinned codes"));
        }
        if !vocabulary.has_order() {
            return Err((self.line, "the order of confidentiality U, L, M, N, R, V"));
        }
        for (line, other, system) in self.spellings {
            if vocabulary.knows(other) {
                return Err((line, "another URI than the known one"));
            }
            let spellings = &mut vocabulary.spellings;
            if spellings
                .insert(String::from(other), String::from(system))
                .is_some()
            {
                return Err((line, "a URI that does not stand there already"));
            }
        }
        for row in self.presets {
            let choice = Choice {
                display: String::from(row.display),
                codes: row.links().map(String::from).collect(),
            };
            if !vocabulary.knows_sensitivities(&choice, row.block) {
                return Err((row.line, "sensitivities of the vocabulary"));
            }
            let choices = &mut vocabulary.choices;
            if choices.insert(String::from(row.code), choice).is_some() {
                return Err((row.line, "a choice that does not stand there already"));
            }
        }
        Ok(vocabulary)
    }
}

impl Vocabulary {
    /// Whether each level of confidentiality stands above the one before, and no other does.
    fn has_order(&self) -> bool {
        let mut below = None;
        let each = Confidentiality::ALL.into_iter().all(|level| {
            let concept = self.concept(CodeSet::Confidentiality, level.code());
            let wanted = below.replace(level.code());
            concept.is_some_and(|it| it.parents().eq(wanted))
        });
        each && self.concepts(CodeSet::Confidentiality).count() == Confidentiality::ALL.len()
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}
