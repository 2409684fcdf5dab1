//! A consent in plain words (SPEC.md, section 16.5).
//!
//! What is said comes from a table of phrases, which can be translated; what is said of whom
//! follows from the [`Terms`] alone, so the same Terms always read the same.
//!
//! ```
//! use hippocrypt::consent::*;
//! let vocabulary = Vocabulary::hv1()?;
//! let mut draft = TermsDraft::new([1; 32], *vocabulary.hash(), "https://example.org/Patient/ada");
//! draft.rules = vec![
//!     Rule::permit([Criterion::purpose(["TREAT"])?])?,
//!     Rule::forbid([Criterion::sensitivity(["PSY"])?])?,
//! ];
//! let terms = Terms::check(draft)?;
//! let words = explain(&terms, &vocabulary, Audience::Patient, &Phrases::english()?)?;
//! let words = words.to_string();
//! assert!(words.contains("But your records stay closed if all of this is true:"));
//! assert!(words.contains("The record is labelled psychiatry disorder information sensitivity (PSY)"));
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod around;
mod phrase;
mod phrases;
mod rules;
mod speaker;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use phrases::Phrases;

use super::rule::Effect;
use super::terms::Terms;
use super::vocabulary::Vocabulary;
use crate::error::{Error, Result};
use phrase::Phrase;
use speaker::Speaker;

/// Who reads an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The patient: "you".
    Patient,
    /// Somebody who cares for the patient: "the person you care for".
    Carer,
}

impl Audience {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Patient, Self::Carer];

    /// Its name, as the tool takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Carer => "carer",
        }
    }

    /// The audience of a name; none for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// A consent in words, for people and, part by part, for programs that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The language's tag.
    pub language: String,
    /// Whom it speaks to.
    pub audience: Audience,
    /// What it is called.
    pub title: String,
    /// Its parts, in order: whose consent it is, what is enforced, what can't be, how it was
    /// read, and, where there is something to say, what the words cover.
    pub sections: Vec<Section>,
}

/// A part of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name for programs: `consent`, `enforced`, `limits`, `reading`, `words`.
    pub name: &'static str,
    /// What stands above it; the first part has none.
    pub heading: Option<String>,
    /// What it says, in order.
    pub lines: Vec<Line>,
}

/// One thing that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// In one sentence or a few.
    Sentence(Sentence),
    /// Of a rule.
    Rule(RuleText),
}

/// A phrase in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The key of the phrase in the table.
    pub key: &'static str,
    /// The words.
    pub text: String,
}

/// A rule in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Its number, from 1.
    pub number: usize,
    /// What it does.
    pub effect: Effect,
    /// What it does, in words.
    pub lead: Sentence,
    /// Where it does so: all of these must hold.
    pub conditions: Vec<Sentence>,
    /// What becomes of records that say too little about themselves.
    pub notes: Vec<Sentence>,
}

/// Says in plain words what Terms permit and forbid, for whom and until when, and what nobody can
/// enforce.
///
/// Days are those of the zone that the Terms name, the last one included. The vocabulary gives
/// codes their words; a code without any stands by itself.
///
/// # Errors
/// [`Error::Argument`] for another vocabulary than the Terms'.
pub fn explain(
    terms: &Terms,
    vocabulary: &Vocabulary,
    audience: Audience,
    phrases: &Phrases,
) -> Result<Explanation> {
    if terms.vocabulary != *vocabulary.hash() {
        return Err(Error::Argument("the vocabulary that the Terms name"));
    }
    let speaker = Speaker {
        phrases,
        audience,
        vocabulary,
        terms,
    };
    let part = |name, heading: Option<Phrase<'_>>, lines| Section {
        name,
        heading: heading.map(|heading| speaker.say(heading)),
        lines,
    };
    let mut sections = Vec::from([
        part("consent", None, speaker.head()),
        part("enforced", Some(Phrase::Enforced), speaker.enforced()),
        part("limits", Some(Phrase::Limits), speaker.limits()),
        part("reading", Some(Phrase::HowRead), speaker.reading()),
    ]);
    let words = speaker.words();
    if !words.is_empty() {
        sections.push(part("words", Some(Phrase::Words), words));
    }
    Ok(Explanation {
        language: String::from(phrases.language()),
        audience,
        title: speaker.say(Phrase::Title),
        sections,
    })
}

impl Explanation {
    /// What it says of the rule with this place among the consent's rules, from 0.
    #[must_use]
    pub fn rule(&self, place: usize) -> Option<&RuleText> {
        let lines = self.sections.iter().flat_map(|section| &section.lines);
        lines
            .filter_map(|line| match line {
                Line::Rule(rule) => Some(rule),
                Line::Sentence(_) => None,
            })
            .nth(place)
    }
}

impl fmt::Display for Explanation {
    /// Plain text, a line for each sentence.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.title)?;
        for section in &self.sections {
            writeln!(out)?;
            if let Some(heading) = &section.heading {
                writeln!(out, "{heading}")?;
            }
            for line in &section.lines {
                match line {
                    Line::Sentence(sentence) => writeln!(out, "  {}", sentence.text)?,
                    Line::Rule(rule) => write!(out, "{rule}")?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for RuleText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "  {}. {}", self.number, self.lead.text)?;
        for condition in &self.conditions {
            writeln!(out, "     - {}", condition.text)?;
        }
        for note in &self.notes {
            writeln!(out, "     {}", note.text)?;
        }
        Ok(())
    }
}
