//! Policies over the labels of records: what a grant opens.

use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result};
use crate::policy::over::Over;
use crate::policy::tree::Node;
use crate::policy::{Formula, LabelFrame, LabelKey, Shape, blinded, bytes, expand, parser};

/// A policy over the labels of records: checked, within its limits, with its one encoding.
///
/// The language is that of [`Policy`](crate::policy::Policy) with these differences. Labels have
/// no types and no numbers, so a value of digits stands in quotes. `y`, `ym` and `ymd` compare
/// years, months and days (`ym>=2025-06`, `ymd in 2026-01-01..2026-03-15`, `y in {2024, 2026}`)
/// and become an OR of years, months and days; an end that is missing is the [`LabelFrame`]'s.
/// `not sens=CODE` asks for a record that shows the lack of the code; nothing else can be
/// negated. At most 256 rows, after encoding.
///
/// Canonical bytes (SPEC.md, Policies over labels): u8 2 || frame || root, as in a policy over
/// attributes; blinded: u8 3 || the formula with 32 bytes for each label.
#[derive(Clone)]
pub struct LabelPolicy {
    form: Form,
    bytes: Vec<u8>,
}

#[derive(Clone)]
enum Form {
    Clear(Node, LabelFrame),
    Blinded,
}

impl LabelPolicy {
    /// Reads policy text.
    ///
    /// # Errors
    /// [`Error::PolicySyntax`], [`Error::PolicyMeaning`] and [`Error::PolicyLimit`] as for
    /// policies over attributes: with the position, and what was expected.
    pub fn parse(text: &str, frame: &LabelFrame) -> Result<Self> {
        let over = Over::Labels(frame);
        let root = parser::parse(text, over)?;
        Ok(Self {
            bytes: bytes::encode(&root, over)?,
            form: Form::Clear(root, frame.clone()),
        })
    }

    /// Reads canonical bytes: only those that [`LabelPolicy::as_bytes`] can give.
    ///
    /// # Errors
    /// [`Error::PolicyBytes`] with the rule that is broken; the decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let form = if bytes.first() == Some(&bytes::BLINDED) {
            blinded::decode(bytes)?;
            Form::Blinded
        } else {
            let (root, frame) = bytes::decode_labels(bytes)?;
            Form::Clear(root, frame)
        };
        let policy = Self {
            form,
            bytes: bytes.to_vec(),
        };
        // Gates and thresholds of a blinded one are checked by its formula alone.
        policy.formula().map_err(as_bytes_error)?;
        Ok(policy)
    }

    /// The canonical bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same policy over labels that `key` blinds: for records sealed with this key. Already
    /// blinded, it stays as it is.
    ///
    /// # Errors
    /// None that a policy, which is checked, should give.
    pub fn blinded(&self, key: &LabelKey) -> Result<Self> {
        match &self.form {
            Form::Blinded => Ok(self.clone()),
            Form::Clear(..) => Self::from_bytes(&blinded::encode(&self.shape()?, key)),
        }
    }

    /// What it takes as given; `None` of a blinded policy.
    #[must_use]
    pub const fn frame(&self) -> Option<&LabelFrame> {
        match &self.form {
            Form::Clear(_, frame) => Some(frame),
            Form::Blinded => None,
        }
    }

    /// The policy as a formula over labels.
    ///
    /// # Errors
    /// None that a policy, which is checked, should give.
    pub fn formula(&self) -> Result<Formula> {
        Formula::new(self.shape()?)
    }

    pub(super) fn shape(&self) -> Result<Shape> {
        match &self.form {
            Form::Clear(root, frame) => {
                expand::tree(root, false, Over::Labels(frame)).map_err(Error::PolicyBytes)
            }
            Form::Blinded => blinded::decode(&self.bytes),
        }
    }

    pub(super) const fn root(&self) -> Option<&Node> {
        match &self.form {
            Form::Clear(root, _) => Some(root),
            Form::Blinded => None,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.shape().map_or(0, |shape| expand::rows(&shape))
    }
}

/// A shape has no text, so its errors have no position.
fn as_bytes_error(error: Error) -> Error {
    match error {
        Error::PolicyLimit(_, reason) | Error::PolicyMeaning(_, reason) => {
            Error::PolicyBytes(reason)
        }
        other => other,
    }
}

impl fmt::Debug for LabelPolicy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LabelPolicy({self})")
    }
}

impl PartialEq for LabelPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for LabelPolicy {}

#[cfg(test)]
mod tests;
