//! Adds a deployment's own codes.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use crate::error::{Error, Result};

use super::Vocabulary;
use super::read::hex;
use super::section::{HEAD, Section};

impl Vocabulary {
    /// This vocabulary with further codes, under an id of its own.
    ///
    /// `additions` are sections as the text has them, but in any order, and so their lines. Nothing that stands
    /// there can be changed or taken away: who needs that writes a vocabulary of their own.
    ///
    /// ```
    /// use hippocrypt::consent::vocabulary::Vocabulary;
    /// let hv1 = Vocabulary::hv1()?;
    /// let ours = hv1.extend("hv1+clinic", "\
    /// section sens
    /// source http://clinic.example/codes 2 CC0-1.0 Clinic
    /// HEPC STD pinned hepatitis C
    /// ")?;
    /// assert!(ours.sensitivity_is_within("HEPC", "STD"));
    /// assert_ne!(ours.hash(), hv1.hash());
    /// assert_eq!(Vocabulary::read(ours.as_str().as_bytes())?, ours);
    /// # Ok::<(), hippocrypt::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Vocabulary`] with a line of `additions`, from 1, or line 0 for the id and limits
    /// of the whole; [`Error::Length`] beyond 1 MiB.
    pub fn extend(&self, id: &str, additions: &str) -> Result<Self> {
        let mut text = format!("{}{HEAD}{id} {}\n", self.text, hex(&self.hash));
        let before = text.bytes().filter(|byte| *byte == b'\n').count();
        // Where every further line comes from.
        let mut origins = Vec::new();
        for (origin, line) in in_order(additions)? {
            text += line;
            text += "\n";
            origins.push(origin);
        }
        Self::read(text.as_bytes()).map_err(|error| match error {
            Error::Vocabulary(line, what) => {
                let added = line.checked_sub(before + 1);
                let origin = added.and_then(|place| origins.get(place)).copied();
                Error::Vocabulary(origin.unwrap_or(0), what)
            }
            other => other,
        })
    }
}

/// The lines of additions with their numbers, in the order of a vocabulary.
fn in_order(additions: &str) -> Result<Vec<(usize, &str)>> {
    let mut sections: BTreeMap<usize, Vec<(usize, &str)>> = BTreeMap::new();
    let mut current = None;
    for (number, line) in (1..).zip(additions.split_terminator('\n')) {
        if let Some(name) = line.strip_prefix("section ") {
            let place = Section::all().position(|section| section.name() == name);
            let place = place.ok_or(Error::Vocabulary(number, "a known section"))?;
            if sections.contains_key(&place) {
                return Err(Error::Vocabulary(number, "a section once"));
            }
            current = Some(place);
        }
        let place = current.ok_or(Error::Vocabulary(number, "a section"))?;
        sections.entry(place).or_default().push((number, line));
    }
    for lines in sections.values_mut() {
        // The section's own line, its sources as whole lines, then the codes.
        if let [_, rest @ ..] = lines.as_mut_slice() {
            rest.sort_by_key(|(_, line)| {
                let code = line.split(' ').next().unwrap_or_default();
                let source = line.starts_with("source ");
                (!source, if source { line } else { code })
            });
        }
    }
    Ok(sections.into_values().flatten().collect())
}
