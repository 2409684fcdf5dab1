//! A key encapsulated under a policy, and its bytes.

use alloc::vec::Vec;

use super::public::AuthorityId;
use crate::curve::{G1, G2};
use crate::error::Result;
use crate::policy::{Formula, Policy};
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::Reader;

/// Longest canonical policy on the wire: 256 leaves of the longest kind and their gates.
const POLICY_BYTES: usize = 128 * 1024;

/// A key encapsulated under a policy.
///
/// Bytes (SPEC.md, section 7.5): authority id (32) || u32 length || policy || ct1 (96) ||
/// ct2\[1..tau\] (96 each) || ct3\[1..n\] (48 each) || masked message (32), where the policy
/// determines tau and n. Every value of this type was checked: points canonical, on the curve,
/// in the subgroup and not the identity, the policy within its limits.
pub struct Ciphertext {
    authority: AuthorityId,
    policy: Policy,
    formula: Formula,
    points: Points,
    masked: [u8; 32],
}

/// ct1, ct2 and ct3.
pub(super) struct Points {
    pub(super) first: G2,
    pub(super) occurrence: Vec<G2>,
    pub(super) rows: Vec<G1>,
}

impl Points {
    /// As they travel, normalised together.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(
            G2::BYTES * (1 + self.occurrence.len()) + G1::BYTES * self.rows.len(),
        );
        bytes.extend_from_slice(&self.first.to_bytes());
        G2::batch_to_bytes(&self.occurrence)
            .iter()
            .for_each(|it| bytes.extend_from_slice(it));
        G1::batch_to_bytes(&self.rows)
            .iter()
            .for_each(|it| bytes.extend_from_slice(it));
        bytes
    }
}

impl Ciphertext {
    pub(super) fn new(
        authority: AuthorityId,
        policy: Policy,
        formula: Formula,
        points: Points,
        masked: [u8; 32],
    ) -> Self {
        Self {
            authority,
            policy,
            formula,
            points,
            masked,
        }
    }

    /// The authority whose keys open it.
    #[must_use]
    pub fn authority(&self) -> &AuthorityId {
        &self.authority
    }

    /// The policy, which everybody can read.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let policy = self.policy.to_bytes();
        let points = self.points.to_bytes();
        let mut bytes = Vec::with_capacity(32 + 4 + policy.len() + points.len() + 32);
        bytes.extend_from_slice(self.authority.as_bytes());
        // Bounded by POLICY_BYTES.
        bytes.extend_from_slice(&(policy.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&policy);
        bytes.extend_from_slice(&points);
        bytes.extend_from_slice(&self.masked);
        bytes
    }

    /// Reads exactly the bytes of [`Ciphertext::to_bytes`].
    ///
    /// # Errors
    /// The decoding errors (100-115) and those of policies (200-203).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let ciphertext = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(ciphertext)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let authority = AuthorityId::from_bytes(reader.array()?);
        let policy = Policy::from_bytes(reader.lp32(POLICY_BYTES)?)?;
        let formula = policy.formula()?;
        let (_, most) = formula.occurrences();
        let rows = formula.rows().len();
        // The lengths are compared before the first group operation.
        let mut points =
            Reader::new(reader.bytes(G2::BYTES * (1 + usize::from(most)) + G1::BYTES * rows)?);
        let masked = reader.array()?;
        let points = Points {
            first: G2::from_bytes(&points.array()?)?,
            occurrence: (0..most)
                .map(|_| G2::from_bytes(&points.array()?))
                .collect::<Result<_>>()?,
            rows: (0..rows)
                .map(|_| G1::from_bytes(&points.array()?))
                .collect::<Result<_>>()?,
        };
        Ok(Self {
            authority,
            policy,
            formula,
            points,
            masked,
        })
    }

    /// Authority id and policy of a ciphertext at the beginning of `bytes`, points unread.
    pub(crate) fn peek(bytes: &[u8]) -> Result<([u8; 32], Policy)> {
        let mut reader = Reader::new(bytes);
        let authority = reader.array()?;
        Ok((authority, Policy::from_bytes(reader.lp32(POLICY_BYTES)?)?))
    }

    pub(super) fn formula(&self) -> &Formula {
        &self.formula
    }

    pub(super) fn points(&self) -> &Points {
        &self.points
    }

    pub(super) fn masked(&self) -> &[u8; 32] {
        &self.masked
    }

    /// SHA-256 over the tag and the whole ciphertext.
    pub(super) fn digest(&self) -> [u8; 32] {
        Transcript::new(tags::CP_CIPHERTEXT)
            .item(&self.to_bytes())
            .finish()
    }
}
