//! What a deployment demands of every record.

use alloc::vec::Vec;

use super::Header;
use super::access::{STANZAS, Stanza};
use super::recipient::policy_of;
use crate::abe::AuthorityId;
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};

/// A stanza that must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// A stanza of this type, whatever is in it.
    Type(u8),
    /// A policy under this authority.
    PolicyOf(AuthorityId),
}

impl Required {
    /// A policy, under whichever authority.
    pub const POLICY: Self = Self::Type(Stanza::POLICY);
    /// The patient's capsule.
    pub const CAPSULE: Self = Self::Type(2);
    /// A policy and a capsule in one, of which neither opens the record alone.
    pub const BOTH: Self = Self::Type(3);

    fn is_met_by(self, stanza: &Stanza) -> bool {
        match self {
            Self::Type(kind) => stanza.kind() == kind,
            Self::PolicyOf(authority) => {
                policy_of(stanza).is_ok_and(|(found, _)| found == *authority.as_bytes())
            }
        }
    }
}

/// What a deployment demands of every record it seals, rewraps or opens: which stanzas there are
/// at least, and whether a sender is named.
///
/// Given to a [`Sealer`](super::Sealer::profile) no record comes about that lacks any of it; given
/// to an [`Opener`](super::Opener::profile) none opens. It says who must be *able* to open a
/// record, and forbids no further stanza; that a stanza of a type is there does not show that its
/// holder can open it, except to its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    required: Vec<Required>,
    sender: bool,
}

impl Profile {
    /// Demands each of `required`, and, with `sender`, that a sender signed.
    ///
    /// # Errors
    /// [`Error::Argument`] when nothing is demanded, or stanza type 0; [`Error::TooLarge`] for
    /// more stanzas than a record has, 16; [`Error::Duplicate`].
    pub fn new(required: impl IntoIterator<Item = Required>, sender: bool) -> Result<Self> {
        let mut all: Vec<Required> = Vec::new();
        for one in required {
            if one == Required::Type(0) {
                return Err(Error::Argument("stanza type 0"));
            }
            if all.contains(&one) {
                return Err(Error::Duplicate("required stanza"));
            }
            if all.len() == STANZAS {
                return Err(Error::TooLarge("required stanzas"));
            }
            all.push(one);
        }
        if all.is_empty() && !sender {
            return Err(Error::Argument("a profile demands something"));
        }
        Ok(Self {
            required: all,
            sender,
        })
    }

    /// Whether a header has what is demanded. Until it is unlocked nobody vouches for it.
    ///
    /// # Errors
    /// [`Error::Profile`].
    pub fn check(&self, header: &Header) -> Result<()> {
        self.check_parts(header.access().stanzas(), header.fixed().sender())
    }

    /// The one place where profiles are asked.
    pub(super) fn check_parts(
        &self,
        stanzas: &[Stanza],
        sender: Option<&VerifyingKey>,
    ) -> Result<()> {
        for one in &self.required {
            if !stanzas.iter().any(|stanza| one.is_met_by(stanza)) {
                return Err(Error::Profile(match one {
                    Required::Type(_) => "a stanza of a type",
                    Required::PolicyOf(_) => "a policy under an authority",
                }));
            }
        }
        if self.sender && sender.is_none() {
            return Err(Error::Profile("a sender"));
        }
        Ok(())
    }
}
