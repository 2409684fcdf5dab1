//! Vocabularies: the closed sets of codes that consents, policies and labels are written in
//! (SPEC.md, Vocabularies).
//!
//! A vocabulary is data: one text with the codes, where they come from and how they lie below
//! each other. Its SHA-256 goes into whatever was decided under it, so that a code can't mean
//! one thing to the one who consents and another to the one who enforces. Nothing is guessed: a
//! code that it does not hold, or that is spelled otherwise, is refused with the reason.
//!
//! ```
//! use hippocrypt::consent::vocabulary::{CodeSet, CodingFault, Vocabulary};
//!
//! let hv1 = Vocabulary::hv1()?;
//! assert!(hv1.purpose_is_within("BTG", "TREAT")); // break the glass is emergency treatment
//! assert!(hv1.confidentiality("R") > hv1.confidentiality("N"));
//! // Traps: psychiatry is not mental health, alcohol use disorder not below substance abuse.
//! assert!(!hv1.sensitivity_is_within("MH", "PSY"));
//! assert!(!hv1.sensitivity_is_within("ETHUD", "ETH"));
//! // So choices for people name several codes, and show them.
//! let choice = hv1.preset("mental-health").ok_or(hippocrypt::Error::Missing("preset"))?;
//! assert_eq!(
//!     choice.codes().collect::<Vec<_>>(),
//!     ["BH", "COGN", "DVD", "EMOTDIS", "MH", "PSY", "PSYTHPN"]
//! );
//!
//! let system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
//! assert_eq!(hv1.coding(CodeSet::Sensitivity, system, "HIV")?.display(), "HIV/AIDS information sensitivity");
//! assert_eq!(hv1.coding(CodeSet::Sensitivity, system, "SICKLE"), Err(CodingFault::Code)); // retired
//! assert_eq!(hv1.code_value("http://loinc.org", "8480-6")?, "loinc:8480-6");
//! assert!(hv1.code_value("http://loinc.org/", "8480-6").is_err()); // no URL is repaired
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod block;
mod code_set;
mod coding;
mod concept;
mod confidentiality;
mod extend;
mod hierarchy;
mod lookup;
mod preset;
mod read;
mod reading;
mod row;
mod section;
#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Result;

use block::{Block, Source};
use hierarchy::Hierarchy;
use preset::Choice;

pub use code_set::CodeSet;
pub use coding::CodingFault;
pub use concept::{Concept, Property};
pub use confidentiality::Confidentiality;
pub use preset::Preset;

/// The vocabulary that every release carries.
const HV1: &[u8] = include_bytes!("hv1.txt");

/// A vocabulary: immutable, read once and shared.
///
/// Its text is one or more blocks: the first stands alone, each further one adds codes to those
/// before it and names the SHA-256 of all bytes before it. So an extended vocabulary still says
/// what its base held, and records marked under the base open as before.
#[derive(Clone)]
pub struct Vocabulary {
    text: String,
    hash: [u8; 32],
    blocks: Vec<Block>,
    sources: Vec<Source>,
    /// Systems by alias, aliases by system.
    systems: BTreeMap<String, String>,
    aliases: BTreeMap<String, String>,
    /// Other URIs of known systems.
    spellings: BTreeMap<String, String>,
    choices: BTreeMap<String, Choice>,
    /// One for each code set, in the order of [`CodeSet::ALL`].
    sets: Vec<Hierarchy>,
}

impl Vocabulary {
    /// The vocabulary `hv1`, which every release carries: purposes of use, confidentiality,
    /// sensitivities, obligations, actions, roles, research policies and resource types, from the
    /// code systems of HL7, the Medizininformatik-Initiative and the Data Use Ontology.
    ///
    /// # Errors
    /// None that a release should give; those of [`Vocabulary::read`] otherwise.
    pub fn hv1() -> Result<Self> {
        Self::read(HV1)
    }

    /// The id of the whole: the last block's.
    #[must_use]
    pub fn id(&self) -> &str {
        self.blocks.last().map_or("", |block| &block.id)
    }

    /// SHA-256 of the whole text.
    #[must_use]
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The text: what [`Vocabulary::read`] reads, byte for byte.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The ids of all blocks with the hash of the text up to each, oldest first: the last is this
    /// vocabulary's own, the others are those it is based on.
    pub fn lineage(&self) -> impl ExactSizeIterator<Item = (&str, &[u8; 32])> {
        self.blocks.iter().map(|block| (&*block.id, &block.hash))
    }

    /// Where the codes of a set come from: system, version, licence and title of every code
    /// system, in the order of the text.
    pub fn sources(&self, set: CodeSet) -> impl Iterator<Item = (&str, &str, &str, &str)> {
        self.sources
            .iter()
            .filter(move |source| source.set == set)
            .map(|it| (&*it.system, &*it.version, &*it.licence, &*it.title))
    }
}

impl fmt::Debug for Vocabulary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Vocabulary({})", self.id())
    }
}

impl PartialEq for Vocabulary {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Vocabulary {}
