//! Issuing a key for a set of attributes.

use alloc::vec::Vec;

use super::Cache;
use super::authority::AuthorityKey;
use super::user_key::{ATTRIBUTE_BYTES, Components, Issued, UserKey};
use crate::curve::{G1, Scalar};
use crate::error::{Error, Result};
use crate::policy::{Attributes, Date};
use crate::random::Randomness;
use crate::secret::Secret;

impl AuthorityKey {
    /// A key for `attributes` that ends with the day `until`, included.
    ///
    /// The end becomes the attribute `expires`, which policies compare and only the authority
    /// sets. `sk3 = g2^r`, `sk1[x] = H(x)^r` for each literal x, `sk2 = g1^alpha b^r`, with a
    /// fresh r. SPEC.md, section 7.2.
    ///
    /// # Errors
    /// [`Error::UnknownName`] or [`Error::UnknownValue`] for attributes that the authority's
    /// schema does not know, if it has one; [`Error::Randomness`]; those of
    /// [`Attributes::with_validity`] when `attributes` already has a validity.
    pub fn issue(
        &self,
        attributes: &Attributes,
        until: Date,
        rng: &mut dyn Randomness,
    ) -> Result<UserKey> {
        self.issue_with(attributes, until, Issued::default(), &mut Cache::new(), rng)
    }

    /// As [`AuthorityKey::issue`], with the day of issue noted and the work that `cache` saves.
    ///
    /// # Errors
    /// As [`AuthorityKey::issue`].
    pub fn issue_with(
        &self,
        attributes: &Attributes,
        until: Date,
        issued: Issued,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<UserKey> {
        if let Some(schema) = self.public().schema() {
            schema.check_attributes(attributes)?;
        }
        let attributes = attributes
            .clone()
            .with_validity(issued.attribute, Some(until))?;
        if attributes.to_bytes().len() > ATTRIBUTE_BYTES {
            return Err(Error::TooLarge("attributes of a key"));
        }
        let mut key_id = [0; 16];
        rng.fill(&mut key_id)?;
        let r = Secret::new(Scalar::random(rng)?);
        let mut second = self.blinding();
        *second.expose_mut() = *second.expose() + cache.base_power(r.expose());
        let first: Vec<G1> = attributes
            .literals()
            .iter()
            .map(|literal| cache.hash_power(literal, r.expose()))
            .collect();
        let third = cache.generator_power(r.expose());
        let components = Components {
            first: Secret::new(first),
            second,
            third,
        };
        Ok(UserKey::assemble(
            *self.public().id(),
            key_id,
            issued.at,
            attributes,
            components,
        ))
    }
}
