//! Whom a grant to a role is for.

use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::policy::{Attributes, Policy};
use crate::wire::{Reader, Writer};

/// The longest canonical policy over attributes, in bytes.
const POLICY_BYTES: usize = 16 * 1024;

/// A role: everybody whose attributes satisfy a policy. An authority's keys open the grant's part,
/// and an issuer's [`Credential`](super::Credential) says to relays whose key it is that asks.
///
/// Bytes in a grant's header (SPEC.md, section 14.17): issuer's Ed25519 key (32) || authority id
/// (32) || u16 length and policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRole {
    issuer: VerifyingKey,
    authority: [u8; 32],
    policy: Policy,
}

impl GrantRole {
    /// Those whose attributes satisfy `policy`, by keys of the authority with this id and
    /// credentials of `issuer`.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a policy of more than 16 KiB; those of [`Policy::formula`].
    pub fn new(issuer: VerifyingKey, authority: [u8; 32], policy: Policy) -> Result<Self> {
        if policy.as_bytes().len() > POLICY_BYTES {
            return Err(Error::TooLarge("policy of a role"));
        }
        policy.formula()?;
        Ok(Self {
            issuer,
            authority,
            policy,
        })
    }

    /// Whose credentials count.
    #[must_use]
    pub fn issuer(&self) -> &VerifyingKey {
        &self.issuer
    }

    /// Whose keys open the grant's part.
    #[must_use]
    pub fn authority(&self) -> &[u8; 32] {
        &self.authority
    }

    /// What attributes satisfy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether somebody with these attributes is in the role.
    ///
    /// # Errors
    /// None that a role, which is checked, should give.
    pub fn includes(&self, attributes: &Attributes) -> Result<bool> {
        let literals = attributes.literals();
        let formula = self.policy.formula()?;
        Ok(formula.is_satisfied(&|literal| literals.contains(literal)))
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<()> {
        writer
            .array(&self.issuer.to_bytes())
            .array(&self.authority)
            .lp16(self.policy.as_bytes())?;
        Ok(())
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let issuer = VerifyingKey::from_bytes(reader.array_ref()?)?;
        let authority = reader.array()?;
        let policy = Policy::from_bytes(reader.lp16(POLICY_BYTES)?)?;
        Self::new(issuer, authority, policy)
    }
}
