//! Decapsulation: the key again, or one that opens nothing.

use alloc::vec::Vec;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::ciphertext::{Chosen, Ciphertext};
use super::encapsulate::Exponents;
use super::user_key::UserKey;
use super::{Cache, FO};
use crate::curve::{Gt, PublicScalar, Right, multi_scalar_g1, pairing_product};
use crate::error::{Error, Result};
use crate::kem::{self, Message};
use crate::secret::Secret;
use crate::tags;
use crate::transcript::{Transcript, Xof};

impl UserKey {
    /// The key inside `ciphertext`, as it was encapsulated for `binding`.
    ///
    /// A ciphertext that was changed, or made for another binding, gives 32 bytes that open
    /// nothing and say nothing: the same each time, unpredictable to everybody else (implicit
    /// rejection). SPEC.md, section 7.4.
    ///
    /// # Errors
    /// [`Error::NoStanza`] when the ciphertext is of another authority,
    /// [`Error::NotSatisfied`] when this key's attributes do not satisfy the policy: both follow
    /// from public data alone.
    pub fn decapsulate(
        &self,
        ciphertext: &Ciphertext,
        binding: &[u8; 32],
        cache: &mut Cache,
    ) -> Result<Secret<[u8; 32]>> {
        if self.authority() != ciphertext.authority() {
            return Err(Error::NoStanza);
        }
        let chosen = ciphertext
            .formula()
            .solve(&|literal| self.component(literal).is_some())
            .ok_or(Error::NotSatisfied)?;
        self.decapsulate_rows(ciphertext, &chosen, binding, cache)
    }

    /// As [`UserKey::decapsulate`], of what [`Ciphertext::read_for`] read for this key.
    pub(crate) fn decapsulate_chosen(
        &self,
        (ciphertext, chosen): &(Ciphertext, Chosen),
        binding: &[u8; 32],
        cache: &mut Cache,
    ) -> Result<Secret<[u8; 32]>> {
        if self.authority() != ciphertext.authority() {
            return Err(Error::NoStanza);
        }
        self.decapsulate_rows(ciphertext, &chosen.0, binding, cache)
    }

    /// As [`UserKey::decapsulate`], on rows and coefficients already chosen: what the pairing
    /// equation makes of them, satisfying or not.
    pub(super) fn decapsulate_rows(
        &self,
        ciphertext: &Ciphertext,
        chosen: &[(usize, PublicScalar)],
        binding: &[u8; 32],
        cache: &mut Cache,
    ) -> Result<Secret<[u8; 32]>> {
        let context = self.authority().as_bytes();
        let header = ciphertext.points().as_bytes();
        let mut shared = self.shared_element(ciphertext, chosen)?;
        let shared_bytes = Secret::new(shared.to_bytes());
        shared.zeroize();
        let message = Message::unmask(
            &FO,
            context,
            header,
            shared_bytes.expose(),
            ciphertext.masked(),
        );

        let statement = ciphertext.policy().to_bytes();
        let mut coins = message.coins(&FO, context, &statement)?;
        let exponents = Exponents::derive(ciphertext.formula(), &mut coins)?;
        let again = exponents.header_bytes(cache);
        let digest = ciphertext.digest();
        let weights = self.weights(&digest, &again, ciphertext.formula().rows().len())?;

        // Everything is compared, and only then one answer is chosen.
        let same_header = header.get(..again.len()).unwrap_or_default().ct_eq(&again);
        let (formula, points) = (ciphertext.formula(), ciphertext.points());
        let same_rows = exponents.explain(formula, points, &weights, cache)
            & exponents.repeat(formula, points, cache);
        let accepted = coins.into_key(&FO, &digest, binding);
        let rejected = kem::rejection_key(tags::CP_REJECT, self.rejection(), &digest, binding);
        Ok(kem::select(same_header & same_rows, &accepted, &rejected))
    }

    /// `K = e(sk2,ct1) prod_j e(prod_(occ=j) sk1[x]^w, ct2[j]) / e(prod ct3^w, sk3)`: 2 + tau
    /// Miller loops, one final exponentiation.
    fn shared_element(
        &self,
        ciphertext: &Ciphertext,
        chosen: &[(usize, PublicScalar)],
    ) -> Result<Gt> {
        let points = ciphertext.points();
        let (occurrences, _) = ciphertext.formula().occurrences();
        let occurrence = |&(row, _): &(usize, PublicScalar)| occurrences.get(row).copied();
        let mut chosen = chosen.to_vec();
        chosen.sort_by_key(occurrence);
        // Room for all that will come: a vector that grows leaves parts of the key behind.
        let mut components = Zeroizing::new(Vec::with_capacity(chosen.len()));
        let mut rows = Vec::with_capacity(chosen.len());
        for &(row, _) in &chosen {
            let (Some(literal), Some(point)) =
                (ciphertext.formula().rows().get(row), points.rows.get(row))
            else {
                return Err(Error::Argument("row"));
            };
            components.push(self.component(literal).ok_or(Error::NotSatisfied)?);
            rows.push(*point);
        }
        let weights: Vec<_> = chosen.iter().map(|&(_, weight)| weight).collect();
        let mut terms = Vec::with_capacity(2 + points.occurrence.len());
        terms.push((self.second(), Right::Point(&points.first)));
        for (number, second) in (1..).zip(&points.occurrence) {
            let from = chosen.partition_point(|it| occurrence(it) < Some(number));
            let to = chosen.partition_point(|it| occurrence(it) <= Some(number));
            if let (Some(components @ [_, ..]), Some(weights)) =
                (components.get(from..to), weights.get(from..to))
            {
                let product = multi_scalar_g1(components, weights);
                terms.push((product, Right::Point(second)));
            }
        }
        let third = self.third();
        terms.push((-multi_scalar_g1(&rows, &weights), Right::Point(&third)));
        let product = pairing_product(&terms);
        for (point, _) in &mut terms {
            point.zeroize();
        }
        Ok(product)
    }

    /// 128-bit weights that nobody else can foresee: from this key's rejection secret, the
    /// ciphertext and the recomputed points. Never the caller's choice. The first is 1,
    /// which loses nothing: a wrong row besides has a weight of its own, and alone it shows.
    fn weights(&self, digest: &[u8; 32], again: &[u8], rows: usize) -> Result<Vec<PublicScalar>> {
        let prk = Transcript::new(tags::CP_CHECK)
            .item(self.rejection().expose())
            .item(digest)
            .item(again)
            .finish();
        let mut stream = Xof::new(Secret::new(prk), tags::CP_CHECK);
        let mut weights = Vec::with_capacity(rows);
        weights.push(PublicScalar::ONE);
        for _ in 1..rows {
            weights.push(stream.weight()?);
        }
        Ok(weights)
    }
}
