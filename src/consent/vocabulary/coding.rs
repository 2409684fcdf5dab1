//! From a coding, a system and a code, to what the vocabulary knows of it.

use alloc::format;
use alloc::string::String;
use core::fmt;

use super::row::{check_code, check_uri};
use super::{CodeSet, Concept, Property, Vocabulary};

/// Longest value that [`Vocabulary::code_value`] gives.
const VALUE_BYTES: usize = 200;

/// Why a coding is refused. Nothing is trimmed, folded or repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodingFault {
    /// The system is unknown, of another kind than asked for, a value set, or no absolute URI
    /// (refusal E09).
    System,
    /// The system is a known one spelled otherwise, as `http://loinc.org/`; which one says
    /// [`Vocabulary::meant_system`] (refusal E09).
    Spelling,
    /// The system has no such code in this vocabulary: retired, newer, or a typo (refusal E10).
    Code,
    /// The code groups others and is not used itself (refusal E10).
    Abstract,
    /// The code can't be part of a label's value: empty, too long, or with characters that are
    /// not allowed there (refusal E10).
    Value,
}

impl CodingFault {
    /// Whether the system is at fault (refusal E09); otherwise the code is (E10).
    #[must_use]
    pub const fn is_of_system(&self) -> bool {
        matches!(self, Self::System | Self::Spelling)
    }
}

impl fmt::Display for CodingFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::System => "unknown code system",
            Self::Spelling => "code system spelled otherwise than it is known",
            Self::Code => "the vocabulary has no such code",
            Self::Abstract => "the code groups others and is not used itself",
            Self::Value => "the code can't be part of a label",
        })
    }
}

impl core::error::Error for CodingFault {}

impl Vocabulary {
    /// The code of this system in this set.
    ///
    /// # Errors
    /// [`CodingFault`], also for a code that another system of the set has.
    pub fn coding(
        &self,
        set: CodeSet,
        system: &str,
        code: &str,
    ) -> Result<Concept<'_>, CodingFault> {
        if self.sources(set).any(|source| source.0 == system) {
            self.of_source(set, system, code)
        } else {
            Err(self.stranger(system))
        }
    }

    /// The code in a set that has codes of this system.
    fn of_source(
        &self,
        set: CodeSet,
        system: &str,
        code: &str,
    ) -> Result<Concept<'_>, CodingFault> {
        let concept = self.concept(set, code).ok_or(CodingFault::Code)?;
        let of_system = self
            .sources
            .iter()
            .any(|it| it.set == set && it.block == concept.entry.block && it.system == system);
        match (of_system, concept.has(Property::Abstract)) {
            (false, _) => Err(CodingFault::Code),
            (true, true) => Err(CodingFault::Abstract),
            (true, false) => Ok(concept),
        }
    }

    /// The code of this system in whatever set has it, for places that take several: a security
    /// label is a confidentiality, a sensitivity, an obligation or something to refrain from.
    ///
    /// # Errors
    /// [`CodingFault`].
    pub fn classify(&self, system: &str, code: &str) -> Result<Concept<'_>, CodingFault> {
        let mut fault = None;
        for source in self.sources.iter().filter(|it| it.system == system) {
            match self.of_source(source.set, system, code) {
                Err(CodingFault::Code) => fault = Some(CodingFault::Code),
                answer => return answer,
            }
        }
        Err(fault.unwrap_or_else(|| self.stranger(system)))
    }

    /// A coding as the value of a label: `alias:code` for systems with an alias, else
    /// `sys:SYSTEM#code` with the system percent-encoded, at most 200 bytes.
    ///
    /// Where the vocabulary lists a system's codes under its alias (`mii`, `duo`), the code must
    /// be among them; other codes are taken as they are.
    ///
    /// # Errors
    /// [`CodingFault`]: a value set, a relative URI or another spelling of a known system is
    /// refused, since it would match nothing without anybody noticing.
    pub fn code_value(&self, system: &str, code: &str) -> Result<String, CodingFault> {
        let mut value = if let Some(alias) = self.alias_of(system) {
            // Whoever lists codes of LOINC as categories does not list LOINC.
            for set in [CodeSet::Mii, CodeSet::DataUse] {
                if self.sources(set).any(|source| source.0 == system) {
                    self.coding(set, system, code)?;
                }
            }
            format!("{alias}:")
        } else if self.knows(system) || self.is_new(system) {
            format!("sys:{}#", percent_encoded(system))
        } else {
            return Err(self.stranger(system));
        };
        if check_code(code).is_err() || value.len() + code.len() > VALUE_BYTES {
            return Err(CodingFault::Value);
        }
        value.push_str(code);
        Ok(value)
    }

    /// Whether this is the URI of a system that the vocabulary has an alias or codes of.
    pub(super) fn knows(&self, system: &str) -> bool {
        self.aliases.contains_key(system) || self.sources.iter().any(|it| it.system == system)
    }

    /// Whether the URI can only be a system of its own.
    fn is_new(&self, system: &str) -> bool {
        check_uri(system).is_ok()
            && !system.to_ascii_lowercase().contains("/valueset/")
            && self.meant_system(system).is_none()
    }

    /// What is wrong with a system that is not known here.
    fn stranger(&self, system: &str) -> CodingFault {
        match self.meant_system(system) {
            Some(_) => CodingFault::Spelling,
            None => CodingFault::System,
        }
    }

    /// The known system that somebody meant who wrote this URI, which is not it: its object
    /// identifier, an earlier URI, a path below, or the same with another letter case, scheme,
    /// version or slash at its end. For messages: no URI is ever repaired.
    #[must_use]
    pub fn meant_system(&self, system: &str) -> Option<&str> {
        let known = self.aliases.keys().map(|it| &**it);
        let known = known.chain(self.sources.iter().map(|it| &*it.system));
        let others = self
            .spellings
            .iter()
            .map(|(other, known)| (&**other, &**known));
        known
            .filter(|known| *known != system)
            .map(|known| (known, known))
            .chain(others)
            .find_map(|(other, known)| resembles(system, other).then_some(known))
    }
}

/// Whether one URI is the other, or a path below it, but for what people get wrong.
fn resembles(uri: &str, other: &str) -> bool {
    let (uri, other) = (bare(uri), bare(other));
    let start = uri.get(..other.len());
    let end = uri.as_bytes().get(other.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(other)) && matches!(end, None | Some(b'/'))
}

/// A URI without blanks around it, `http` or `https`, `www.`, a version or fragment, and slashes
/// at its end.
fn bare(uri: &str) -> &str {
    let uri = uri.trim().split(['|', '#', '?']).next().unwrap_or_default();
    ["http://", "https://", "www."]
        .into_iter()
        .fold(uri.trim_end_matches('/'), |rest, start| {
            match rest.split_at_checked(start.len()) {
                Some((own, behind)) if own.eq_ignore_ascii_case(start) => behind,
                _ => rest,
            }
        })
}

/// RFC 3986: everything but unreserved characters as `%XX`.
fn percent_encoded(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len());
    for byte in uri.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
