//! What a consent only points at: whoever compiles it brings the answers.

use alloc::string::String;
use alloc::vec::Vec;

use crate::consent::Meaning;

/// Looks up what a consent refers to. References are as the compiler made them: absolute, if a
/// base was given.
///
/// An answer becomes part of the Terms and is not looked up again: who joins a group later is
/// not meant by a consent of today.
pub trait Resolver {
    /// Whom the reference to an actor names: recipients, each as the attributes `key=value` that
    /// it must have together. `None` if that is not known.
    fn recipients(&self, reference: &str) -> Option<Vec<Vec<String>>>;

    /// The records that the reference reaches beside itself, for [`Meaning::Related`] and
    /// [`Meaning::Dependents`]: absolute references, or none, if a record's own links tell.
    /// `None` if that is not known.
    fn members(&self, meaning: Meaning, reference: &str) -> Option<Vec<String>>;

    /// Whether `who` may consent for this patient.
    fn may_consent(&self, who: &str, patient: &str) -> bool;
}

/// Knows nothing: consents that depend on other resources are refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoResolver;

impl Resolver for NoResolver {
    fn recipients(&self, _: &str) -> Option<Vec<Vec<String>>> {
        None
    }

    fn members(&self, _: Meaning, _: &str) -> Option<Vec<String>> {
        None
    }

    fn may_consent(&self, _: &str, _: &str) -> bool {
        false
    }
}
