//! Where in a resource an element stands, as FHIRPath.

use alloc::string::String;
use core::fmt;

/// Names longer than this are cut: a refusal must not repeat a document.
const LONGEST: usize = 64;

/// A step below another path; lives as long as the walk that takes it.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    /// The resource, by its type.
    Root(&'a str),
    /// A member.
    Member(&'a Path<'a>, &'a str),
    /// An element of a list, from 0.
    Element(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(super) const fn member(&'a self, name: &'a str) -> Self {
        Self::Member(self, name)
    }

    pub(super) const fn element(&'a self, place: usize) -> Self {
        Self::Element(self, place)
    }

    pub(super) fn text(&self) -> String {
        alloc::format!("{self}")
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(name) => out.write_str(name),
            Self::Member(parent, name) => write!(out, "{parent}.{}", Name(name)),
            Self::Element(parent, place) => write!(out, "{parent}[{place}]"),
        }
    }
}

/// A name of the document: between backticks, and escaped, unless it is a plain one.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !self.0.is_empty() && self.0.len() <= LONGEST && self.0.bytes().all(plain) {
            return out.write_str(self.0);
        }
        out.write_str("`")?;
        for character in self.0.chars().take(LONGEST) {
            match character {
                '`' => out.write_str("\\`")?,
                ' '..='~' if character != '\\' => write!(out, "{character}")?,
                other => write!(out, "{}", other.escape_unicode())?,
            }
        }
        let cut = self.0.chars().nth(LONGEST).is_some();
        out.write_str(if cut { "…`" } else { "`" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_fhirpath() {
        let root = Path::Root("Consent");
        let provision = root.member("provision");
        let nested = provision.member("provision");
        let first = nested.element(0);
        assert_eq!(
            first.member("type").text(),
            "Consent.provision.provision[0].type"
        );
    }

    #[test]
    fn names_of_a_hostile_document_stay_on_one_line() {
        let root = Path::Root("Consent");
        assert_eq!(root.member("a b\n`").text(), "Consent.`a b\\u{a}\\``");
        assert_eq!(root.member("").text(), "Consent.``");
        let long = "a".repeat(1000);
        assert_eq!(root.member(&long).text().chars().count(), 8 + 64 + 3);
    }
}
