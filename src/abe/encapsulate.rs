//! Encapsulation: a fresh 32-byte key under a policy.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::ciphertext::{self, Ciphertext, Points};
use super::public::AuthorityPublic;
use super::{Cache, FO};
use crate::curve::{G1, G2, PublicScalar, Scalar, multi_scalar_g1};
use crate::error::Result;
use crate::kem::{Coins, Message};
use crate::policy::{Formula, Policy, Shares};
use crate::random::Randomness;
use crate::secret::Secret;

impl AuthorityPublic {
    /// A fresh key under `policy`, and the ciphertext from which satisfying keys get it.
    ///
    /// `binding` says what the key is for (for a record the digest of its header): the same
    /// ciphertext under another binding gives an unrelated key. SPEC.md, section 7.3.
    ///
    /// # Errors
    /// Those of the policy's expansion ([`Error::PolicyLimit`](crate::Error::PolicyLimit));
    /// [`Error::Randomness`](crate::Error::Randomness) when the source fails.
    pub fn encapsulate(
        &self,
        policy: &Policy,
        binding: &[u8; 32],
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<(Ciphertext, Secret<[u8; 32]>)> {
        let formula = policy.formula()?;
        let statement = policy.to_bytes();
        let message = Message::random(rng)?;
        let mut coins = message.coins(&FO, self.id().as_bytes(), &statement)?;
        let exponents = Exponents::derive(&formula, &mut coins)?;

        let points = exponents.points(&formula, cache)?;
        let mut shared = cache.public_power(self, exponents.secret.expose());
        let shared_bytes = Secret::new(shared.to_bytes());
        shared.zeroize();
        let masked = message.mask(
            &FO,
            self.id().as_bytes(),
            points.as_bytes(),
            shared_bytes.expose(),
        );

        let ciphertext = Ciphertext::new(*self.id(), policy.clone(), formula, points, masked);
        let key = coins.into_key(&FO, &ciphertext.digest(), binding);
        Ok((ciphertext, key))
    }
}

/// Every secret exponent of one encapsulation: s1, v and s', in the order they are derived.
pub(super) struct Exponents {
    pub(super) secret: Secret<Scalar>,
    shares: Shares,
    occurrence: Vec<Secret<Scalar>>,
}

impl Exponents {
    /// From the coins: s1, then v[2..l], then s'[1..tau]. The order is part of the format.
    pub(super) fn derive(formula: &Formula, coins: &mut Coins) -> Result<Self> {
        let secret = coins.scalars.scalar()?;
        let mut fresh = Vec::with_capacity(formula.columns());
        for _ in 0..formula.columns() {
            fresh.push(*coins.scalars.scalar()?.expose());
        }
        let shares = formula.share(*secret.expose(), &fresh);
        fresh.zeroize();
        let (_, most) = formula.occurrences();
        let occurrence = (0..most)
            .map(|_| coins.scalars.scalar())
            .collect::<Result<_>>()?;
        Ok(Self {
            secret,
            shares: shares?,
            occurrence,
        })
    }

    /// ct1 = g2^s1, ct2[j] = g2^s'[j], ct3[i] = b^lambda_i H(x_i)^s'[occ(i)].
    pub(super) fn points(&self, formula: &Formula, cache: &mut Cache) -> Result<Points> {
        let (first, occurrence) = self.headers(cache);
        // The children of one OR share a lambda, so its power of b is computed once.
        let mut powers: Vec<G1> = self
            .shares
            .values
            .iter()
            .map(|share| cache.base_power(share))
            .collect();
        let (occurrences, _) = formula.occurrences();
        let mut rows = Vec::with_capacity(formula.rows().len());
        for ((literal, &number), &share) in formula
            .rows()
            .iter()
            .zip(occurrences)
            .zip(&self.shares.of_row)
        {
            let (Some(power), Some(exponent)) =
                (powers.get(usize::from(share)), self.exponent(number))
            else {
                return Err(crate::Error::Argument("formula"));
            };
            rows.push(*power + cache.hash_power(literal, exponent));
        }
        powers.zeroize();
        Ok(Points::new(first, occurrence, rows))
    }

    fn headers(&self, cache: &Cache) -> (G2, Vec<G2>) {
        let first = cache.generator_power(self.secret.expose());
        let occurrence = self
            .occurrence
            .iter()
            .map(|exponent| cache.generator_power(exponent.expose()));
        (first, occurrence.collect())
    }

    /// s'[number], counted from 1.
    fn exponent(&self, number: u16) -> Option<&Scalar> {
        self.occurrence
            .get(usize::from(number).checked_sub(1)?)
            .map(Secret::expose)
    }

    /// ct1 and ct2 again, as they travel: what the weights of [`Exponents::explain`] hang on.
    pub(super) fn header_bytes(&self, cache: &Cache) -> Vec<u8> {
        let (first, occurrence) = self.headers(cache);
        ciphertext::header_bytes(&first, &occurrence)
    }

    /// Whether these exponents explain every row of `points`, in one combination of the rows
    /// with public 128-bit weights instead of row by row:
    /// `prod ct3_i^r_i = b^(sum r_i lambda_i) prod_j (prod_(occ=j) H(x_i)^r_i)^s'[j]`.
    ///
    /// Sound because every point was checked to be in the group of prime order: a wrong row
    /// passes with probability 2^-128 (if only the first is wrong, whose weight is 1, never).
    /// Only the weights enter variable-time arithmetic. Rows that were not decoded take no part
    /// here, and [`Exponents::repeat`] makes them again.
    pub(super) fn explain(
        &self,
        formula: &Formula,
        points: &Points,
        weights: &[PublicScalar],
        cache: &mut Cache,
    ) -> subtle::Choice {
        let (occurrences, _) = formula.occurrences();
        let mut exponent = Scalar::ZERO;
        for ((&share, &weight), row) in self.shares.of_row.iter().zip(weights).zip(&points.rows) {
            if let Some(share) = self.shares.values.get(usize::from(share))
                && !row.is_identity()
            {
                exponent = exponent + *share * Scalar::from(weight);
            }
        }
        let mut expected = cache.base_power(&exponent);
        exponent.zeroize();
        for (j, secret) in (1u16..).zip(&self.occurrence) {
            let mut hashes = Vec::new();
            let mut chosen = Vec::new();
            let rows = formula.rows().iter().zip(occurrences);
            for (((literal, &number), &weight), row) in rows.zip(weights).zip(&points.rows) {
                if number == j && !row.is_identity() {
                    hashes.push(cache.hash(literal));
                    chosen.push(weight);
                }
            }
            expected = expected + multi_scalar_g1(&hashes, &chosen) * secret.expose();
        }
        let matches = multi_scalar_g1(&points.rows, weights).ct_eq(&expected);
        expected.zeroize();
        matches
    }

    /// Whether the rows of `points` that were not decoded are, byte for byte, what these
    /// exponents make.
    pub(super) fn repeat(
        &self,
        formula: &Formula,
        points: &Points,
        cache: &mut Cache,
    ) -> subtle::Choice {
        let (occurrences, _) = formula.occurrences();
        let mut powers: BTreeMap<u16, G1> = BTreeMap::new();
        let (mut again, mut as_sent) = (Vec::new(), Vec::new());
        let rows = formula.rows().iter().zip(occurrences);
        for ((literal, &number), (at, &share)) in rows.zip(self.shares.of_row.iter().enumerate()) {
            let Some(sent) = points.unread(at) else {
                continue;
            };
            let (Some(value), Some(exponent)) = (
                self.shares.values.get(usize::from(share)),
                self.exponent(number),
            ) else {
                return subtle::Choice::from(0);
            };
            let power = *powers
                .entry(share)
                .or_insert_with(|| cache.base_power(value));
            again.push(power + cache.hash_power(literal, exponent));
            as_sent.extend_from_slice(sent);
        }
        powers.values_mut().for_each(Zeroize::zeroize);
        G1::batch_to_bytes(&again).as_flattened().ct_eq(&as_sent)
    }
}
