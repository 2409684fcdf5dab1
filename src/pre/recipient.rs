//! A grant in its recipient's hands.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::Cache;
use super::grant::{Grant, Verified};
use super::header::{Grantee, POLICY_BYTES, ShownPolicy};
use super::issue::{blind, component_digest};
use super::party::{PartyKeys, RecipientKey};
use super::standing::RefreshStatement;
use crate::asymmetric::hpke;
use crate::curve::{G1, G2, PreparedG2, PublicScalar, Right, multi_scalar_g1, pairing_product};
use crate::error::{Error, Result};
use crate::policy::{Formula, LabelPolicy, LabelSet};
use crate::secret::Secret;
use crate::share::Commitment;
use crate::symmetric::hkdf;
use crate::tags;
use crate::transcript::{Transcript, Xof};
use crate::wire::Reader;

/// A grant whose components were opened and checked by its recipient: with the answers of enough
/// relays it opens what the policy allows, now or later.
pub struct RecipientGrant {
    grant: Grant<Verified>,
    policy: LabelPolicy,
    formula: Formula,
    commitment: Commitment,
    /// D of every row.
    first: Secret<Vec<G1>>,
    /// R of every row.
    second: Secret<Vec<G2>>,
    /// The lines of R of every row, if somebody asked for them; R without D opens nothing.
    lines: Vec<PreparedG2>,
    weight_secret: Secret<[u8; 32]>,
    /// What the relays' shares commit to after refreshes, by their numbers.
    refreshed: BTreeMap<u32, Commitment>,
}

impl RecipientGrant {
    /// Opens the recipient's part and checks that all of it works: every row belongs to the
    /// policy, the patient's key and the relays' sharing (SPEC.md, section 14.6).
    ///
    /// # Errors
    /// [`Error::NoStanza`] when the grant is for somebody else; [`Error::Open`];
    /// the decoding errors; [`Error::Verify`] when a component is wrong.
    pub fn install(grant: Grant<Verified>, key: &RecipientKey, cache: &mut Cache) -> Result<Self> {
        let own = |keys: &PartyKeys| keys == key.public().keys();
        if !matches!(&grant.header().grantee, Grantee::Keys(keys) if own(keys)) {
            return Err(Error::NoStanza);
        }
        let info = [tags::GRANT_TO_RECIPIENT, grant.digest()].concat();
        let part = hpke::open(key.hpke(), &info, &[], grant.sealed())?;
        Self::install_part(grant, &part, cache)
    }

    /// The same from the part as it was unsealed elsewhere, as by a key that is in the role of a
    /// grant to a role.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`] when a component is wrong.
    pub fn install_part(
        grant: Grant<Verified>,
        part: &Secret<Vec<u8>>,
        cache: &mut Cache,
    ) -> Result<Self> {
        let mut reader = Reader::new(part.expose());
        let policy = match &grant.header().policy {
            ShownPolicy::Open(policy) => policy.clone(),
            ShownPolicy::Blind(digest) => {
                let salt = reader.array_ref()?;
                let policy = LabelPolicy::from_bytes(reader.lp32(POLICY_BYTES)?)?;
                if blind(salt, &policy) != *digest {
                    return Err(Error::Verify);
                }
                policy
            }
        };
        let formula = policy.formula()?;
        let rows = formula.rows().len();
        // The digest before the first group operation.
        let components = reader.bytes(rows * (G1::BYTES + G2::BYTES))?;
        reader.finish()?;
        if component_digest(components) != grant.dealt.components {
            return Err(Error::Verify);
        }
        let mut reader = Reader::new(components);
        let mut first = Secret::new(Vec::with_capacity(rows));
        for _ in 0..rows {
            first
                .expose_mut()
                .push(G1::from_bytes(reader.array_ref()?)?);
        }
        let mut second = Secret::new(Vec::with_capacity(rows));
        for _ in 0..rows {
            second
                .expose_mut()
                .push(G2::from_bytes(reader.array_ref()?)?);
        }
        let installed = Self {
            commitment: grant.commitment()?,
            weight_secret: hkdf(&[], components, &[tags::KP_WEIGHT_SECRET]),
            grant,
            policy,
            formula,
            first,
            second,
            lines: Vec::new(),
            refreshed: BTreeMap::new(),
        };
        installed.check(cache)?;
        Ok(installed)
    }

    /// The same with the Miller lines of every row, 20 KB each, which makes opening cheaper.
    #[must_use]
    pub fn prepared(mut self) -> Self {
        self.lines = self.second.expose().iter().map(G2::prepare).collect();
        self
    }

    /// Takes what the relays' shares commit to after a refresh. Opening needs it only to find out
    /// which relay answered wrongly.
    ///
    /// # Errors
    /// [`Error::Sharing`] for another sharing's statement, [`Error::RefreshPart`] naming a relay
    /// that did not sign it, [`Error::Verify`], the decoding errors of points.
    pub fn know_refresh(&mut self, statement: &RefreshStatement) -> Result<()> {
        let commitment = statement.commitment_for(&self.grant)?;
        self.refreshed.insert(statement.number(), commitment);
        Ok(())
    }

    /// The grant.
    #[must_use]
    pub fn grant(&self) -> &Grant<Verified> {
        &self.grant
    }

    /// What it opens.
    #[must_use]
    pub fn policy(&self) -> &LabelPolicy {
        &self.policy
    }

    /// Whether it opens a record with these labels: public data on both sides.
    #[must_use]
    pub fn satisfies(&self, labels: &LabelSet) -> bool {
        self.formula
            .is_satisfied(&|row| labels.iter().any(|label| label == row.as_bytes()))
    }

    /// The fewest rows that a record with these labels satisfies, with their coefficients.
    pub(super) fn solve(&self, labels: &LabelSet) -> Option<Vec<(usize, PublicScalar)>> {
        self.formula
            .solve(&|row| labels.iter().any(|label| label == row.as_bytes()))
    }

    pub(super) fn formula(&self) -> &Formula {
        &self.formula
    }

    /// What shares of this refresh number commit to, as far as it is known: 0 is the dealing.
    pub(super) fn commitment(&self, refresh: u32) -> Option<&Commitment> {
        match refresh {
            0 => Some(&self.commitment),
            number => self.refreshed.get(&number),
        }
    }

    pub(super) fn first(&self) -> &[G1] {
        self.first.expose()
    }

    /// R of a row, for a pairing.
    pub(super) fn right(&self, row: usize) -> Option<Right<'_>> {
        match self.lines.get(row) {
            Some(lines) => Some(Right::Prepared(lines)),
            None => self.second.expose().get(row).map(Right::Point),
        }
    }

    pub(super) fn second(&self) -> &[G2] {
        self.second.expose()
    }

    pub(super) fn weight_secret(&self) -> &Secret<[u8; 32]> {
        &self.weight_secret
    }

    /// One random solution w over all rows:
    /// `e(sum w D, C_0) = e(g1, P) prod e(H(label)^w, R)`. Wrong rows pass with probability
    /// 2^-128 as long as nobody chooses them after the weights, which are hashed from them.
    pub(super) fn check(&self, cache: &mut Cache) -> Result<()> {
        let prk = Transcript::new(tags::GRANT_CHECK)
            .item(self.grant.digest())
            .finish();
        // The header holds the digest of the components.
        let mut stream = Xof::new(Secret::new(prk), tags::GRANT_CHECK);
        let weights = self.formula.spread(&mut || stream.weight())?;
        let hashes: Vec<G1> = self
            .formula
            .rows()
            .iter()
            .zip(&weights)
            .map(|(row, &weight)| -multi_scalar_g1(&[cache.hash(row.as_bytes())], &[weight]))
            .collect();
        let own = Secret::new(multi_scalar_g1(self.first(), &weights));
        let base = self.commitment.secret_in_g2();
        let mut terms = Vec::with_capacity(2 + hashes.len());
        terms.push((*own.expose(), Right::Point(&base)));
        terms.push((
            -G1::generator(),
            Right::Point(self.grant.header().patient.encryption_key()),
        ));
        for (hash, second) in hashes.into_iter().zip(self.second()) {
            terms.push((hash, Right::Point(second)));
        }
        if pairing_product(&terms).is_identity() {
            Ok(())
        } else {
            Err(Error::Verify)
        }
    }
}

#[cfg(test)]
impl RecipientGrant {
    pub(super) fn first_mut(&mut self) -> &mut [G1] {
        self.first.expose_mut()
    }

    pub(super) fn second_mut(&mut self) -> &mut [G2] {
        self.second.expose_mut()
    }
}
