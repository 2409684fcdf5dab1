//! A key for fewer attributes, made from a key without its authority.

use alloc::vec::Vec;

use super::Cache;
use super::user_key::{Components, UserKey};
use crate::curve::{G1, Scalar};
use crate::error::{Error, Result};
use crate::policy::Attribute;
use crate::random::Randomness;
use crate::secret::Secret;

impl UserKey {
    /// A key for the attributes that `keep` chooses, re-randomised, so that nobody can tell from
    /// which key it was made, and what is dropped can't be put back.
    ///
    /// An attribute is kept or dropped whole, with all literals of a number. `expires` stays with
    /// every key: it is not offered to `keep`, and a child that lived longer than its parent
    /// would outlive what the authority allowed. **A child is a key in full**: it can't be
    /// revoked apart from its parent, ends when that ends, and can be restricted further.
    ///
    /// `sk3' = sk3 g2^t`, `sk2' = sk2 b^t`, `sk1'[x] = sk1[x] H(x)^t` with a fresh t. SPEC.md,
    /// section 7.6.
    ///
    /// # Errors
    /// [`Error::Attribute`] when nothing but `expires` would be left, [`Error::Randomness`].
    pub fn restrict(
        &self,
        keep: &mut dyn FnMut(&Attribute) -> bool,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let mut kept = 0usize;
        let attributes = self.attributes().filtered(&mut |attribute| {
            let chosen = attribute.name() == "expires" || keep(attribute);
            kept += usize::from(chosen && attribute.name() != "expires");
            chosen
        });
        if kept == 0 {
            return Err(Error::Attribute(
                "a key needs an attribute beside `expires`",
            ));
        }
        let mut key_id = [0; 16];
        rng.fill(&mut key_id)?;
        let t = Secret::new(Scalar::random(rng)?);
        let literals = attributes.literals();
        let mut first: Secret<Vec<G1>> = Secret::new(Vec::with_capacity(literals.len()));
        for literal in &literals {
            let own = self
                .component(literal)
                .ok_or(Error::Attribute("not in the key"))?;
            first
                .expose_mut()
                .push(own + cache.hash(literal) * t.expose());
        }
        let second = Secret::new(self.second() + cache.base_power(t.expose()));
        let third = self.third() + cache.generator_power(t.expose());
        let components = Components {
            first,
            second,
            third,
        };
        Ok(Self::assemble(
            *self.authority(),
            key_id,
            self.issued_at(),
            attributes,
            components,
        ))
    }
}
