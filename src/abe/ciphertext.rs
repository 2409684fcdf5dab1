//! A key encapsulated under a policy, and its bytes.

use alloc::vec::Vec;

use super::public::AuthorityId;
use super::{Cache, UserKey};
use crate::curve::{G1, G2, PublicScalar};
use crate::error::{Error, Result};
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
/// determines tau and n. Every value that [`Ciphertext::from_bytes`] gives was checked: points
/// canonical, on the curve, in the subgroup and not the identity, the policy within its limits.
pub struct Ciphertext {
    authority: AuthorityId,
    policy: Policy,
    formula: Formula,
    points: Points,
    masked: [u8; 32],
}

/// ct1, ct2 and ct3, and the one way in which they travel.
pub(super) struct Points {
    pub(super) first: G2,
    pub(super) occurrence: Vec<G2>,
    /// The identity, which no row that is decoded can be, stands for one that is not.
    pub(super) rows: Vec<G1>,
    /// Kept, as hashing and comparing take the bytes again and again.
    bytes: Vec<u8>,
}

impl Points {
    /// Encodes the points, normalised together.
    pub(super) fn new(first: G2, occurrence: Vec<G2>, rows: Vec<G1>) -> Self {
        let mut bytes = header_bytes(&first, &occurrence);
        bytes.extend_from_slice(G1::batch_to_bytes(&rows).as_flattened());
        Self {
            first,
            occurrence,
            rows,
            bytes,
        }
    }

    /// Decodes `most` occurrences and those of `rows` rows that are wanted; there is one encoding
    /// of each point, so the bytes stay as they are.
    fn read(
        reader: &mut Reader<'_>,
        most: usize,
        rows: usize,
        wanted: &mut dyn FnMut(usize) -> Wanted,
    ) -> Result<Self> {
        // The lengths are compared before the first group operation.
        let bytes = reader.bytes(G2::BYTES * (1 + most) + G1::BYTES * rows)?;
        let mut points = Reader::new(bytes);
        Ok(Self {
            first: G2::from_bytes(points.array_ref()?)?,
            occurrence: (0..most)
                .map(|_| G2::from_bytes(points.array_ref()?))
                .collect::<Result<_>>()?,
            rows: (0..rows)
                .map(|row| {
                    let bytes = points.array_ref()?;
                    match wanted(row) {
                        Wanted::Point => G1::from_bytes(bytes),
                        Wanted::Either => {
                            Ok(G1::from_bytes(bytes).unwrap_or_else(|_| G1::identity()))
                        }
                        Wanted::Bytes => Ok(G1::identity()),
                    }
                })
                .collect::<Result<_>>()?,
            bytes: bytes.to_vec(),
        })
    }

    /// The bytes of a row that was not decoded.
    pub(super) fn unread(&self, row: usize) -> Option<&[u8]> {
        let begin = G2::BYTES * (1 + self.occurrence.len()) + G1::BYTES * row;
        self.rows
            .get(row)
            .filter(|point| point.is_identity())
            .and_then(|_| self.bytes.get(begin..begin + G1::BYTES))
    }

    /// As they travel.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// ct1 and ct2 as they travel, normalised together.
pub(super) fn header_bytes(first: &G2, occurrence: &[G2]) -> Vec<u8> {
    let mut points = Vec::with_capacity(1 + occurrence.len());
    points.push(*first);
    points.extend_from_slice(occurrence);
    G2::batch_to_bytes(&points).as_flattened().to_vec()
}

/// What a reader needs of a row.
enum Wanted {
    /// A point, or the ciphertext is refused.
    Point,
    /// A point, or the bytes that are none and so differ from any row made again.
    Either,
    /// The bytes.
    Bytes,
}

/// Rows that satisfy a policy, and their coefficients.
pub(crate) struct Chosen(pub(super) Vec<(usize, PublicScalar)>);

/// Authority id and policy.
fn head(reader: &mut Reader<'_>) -> Result<(AuthorityId, Policy)> {
    let authority = AuthorityId::from_bytes(reader.array()?);
    Ok((authority, Policy::from_bytes(reader.lp32(POLICY_BYTES)?)?))
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
        let points = self.points.as_bytes();
        let mut bytes = Vec::with_capacity(32 + 4 + policy.len() + points.len() + 32);
        bytes.extend_from_slice(self.authority.as_bytes());
        // Bounded by POLICY_BYTES.
        bytes.extend_from_slice(&(policy.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&policy);
        bytes.extend_from_slice(points);
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
        let (authority, policy) = head(reader)?;
        let formula = policy.formula()?;
        Self::read_points(reader, (authority, policy, formula), &mut |_| Wanted::Point)
    }

    /// Reads a ciphertext for one key, and says which rows it uses. Rows that it does not use are
    /// not decoded if the cache has a table of their literal: they are made again then, and
    /// compared as bytes, for less than decoding and comparing points costs. If they are no points,
    /// that shows as any other change does: when decapsulation rejects, whatever the cache.
    ///
    /// # Errors
    /// [`Error::NotSatisfied`] before the first point: a hostile header must not make those pay
    /// for a thousand square roots whom it is not even for.
    pub(crate) fn read_for(
        reader: &mut Reader<'_>,
        key: &UserKey,
        cache: &mut Cache,
    ) -> Result<(Self, Chosen)> {
        let (authority, policy) = head(reader)?;
        let formula = policy.formula()?;
        let chosen = formula
            .solve(&|literal| key.component(literal).is_some())
            .ok_or(Error::NotSatisfied)?;
        let literals = formula.rows().to_vec();
        let mut used: Vec<usize> = chosen.iter().map(|(row, _)| *row).collect();
        used.sort_unstable();
        let mut wanted = |row| {
            let table = literals.get(row).is_some_and(|it| cache.has_table(it));
            match (used.binary_search(&row).is_ok(), table) {
                (true, _) => Wanted::Point,
                (false, false) => Wanted::Either,
                (false, true) => Wanted::Bytes,
            }
        };
        let parts = (authority, policy, formula);
        let ciphertext = Self::read_points(reader, parts, &mut wanted)?;
        Ok((ciphertext, Chosen(chosen)))
    }

    fn read_points(
        reader: &mut Reader<'_>,
        (authority, policy, formula): (AuthorityId, Policy, Formula),
        wanted: &mut dyn FnMut(usize) -> Wanted,
    ) -> Result<Self> {
        let (_, most) = formula.occurrences();
        let rows = formula.rows().len();
        let points = Points::read(reader, usize::from(most), rows, wanted)?;
        let masked = reader.array()?;
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
    pub(crate) fn digest(&self) -> [u8; 32] {
        Transcript::new(tags::CP_CIPHERTEXT)
            .item(&self.to_bytes())
            .finish()
    }
}
