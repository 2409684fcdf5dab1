//! Shamir's scheme: a secret as the constant of a random polynomial.

use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::{lagrange_at, lagrange_at_zero};

/// A random polynomial over the scalars that hides a secret in its constant.
///
/// Any `threshold` values of it at distinct non-zero places give the secret back; fewer are
/// consistent with every secret alike. Its coefficients are wiped on drop.
pub struct Polynomial {
    /// The constant first.
    coefficients: Secret<Vec<Scalar>>,
}

impl Polynomial {
    /// Hides `secret` (zero is allowed, to refresh or mask another sharing) so that `threshold`
    /// shares give it back.
    ///
    /// # Errors
    /// [`Error::Argument`] for a threshold of 0, [`Error::Randomness`] if `rng` fails.
    pub fn hiding(secret: &Scalar, threshold: u8, rng: &mut dyn Randomness) -> Result<Self> {
        if threshold == 0 {
            return Err(Error::Argument("threshold"));
        }
        // All of the room at once: a vector that grows leaves its old contents behind.
        let mut coefficients = Secret::new(Vec::with_capacity(usize::from(threshold)));
        coefficients.expose_mut().push(*secret);
        for _ in 1..threshold {
            // Not Scalar::random: a coefficient that cannot be zero would rule out a secret.
            let wide = Secret::<[u8; 64]>::try_build(|bytes| rng.fill(bytes))?;
            coefficients
                .expose_mut()
                .push(Scalar::from_wide(wide.expose()));
        }
        Ok(Self { coefficients })
    }

    /// How many shares give the secret back.
    #[must_use]
    pub fn threshold(&self) -> usize {
        self.coefficients.expose().len()
    }

    /// The coefficients, the constant (the secret) first.
    pub(super) fn coefficients(&self) -> &[Scalar] {
        self.coefficients.expose()
    }

    /// The share of the holder with this index.
    ///
    /// # Errors
    /// [`Error::Argument`] for the index 0, whose share would be the secret itself.
    pub fn share(&self, index: u8) -> Result<Share> {
        let place = Scalar::from_u64(u64::from(index));
        let mut value = Secret::new(Scalar::ZERO);
        for &coefficient in self.coefficients().iter().rev() {
            let sum = value.expose_mut();
            *sum = *sum * place + coefficient;
        }
        Share::new(index, value)
    }

    /// The shares of the holders 1 to `count`.
    ///
    /// # Errors
    /// [`Error::Argument`] if `count` is below the threshold, so that nobody could ever recover
    /// the secret.
    pub fn shares(&self, count: u8) -> Result<Vec<Share>> {
        if usize::from(count) < self.threshold() {
            return Err(Error::Argument("fewer shares than the threshold"));
        }
        (1..=count).map(|index| self.share(index)).collect()
    }
}

/// One holder's part of a secret: the value of the polynomial at the holder's public index.
pub struct Share {
    index: u8,
    value: Secret<Scalar>,
}

impl Share {
    /// A share from its parts, as when it is read from a file.
    ///
    /// # Errors
    /// [`Error::Argument`] for the index 0.
    pub fn new(index: u8, value: Secret<Scalar>) -> Result<Self> {
        if index == 0 {
            return Err(Error::Argument("share index"));
        }
        Ok(Self { index, value })
    }

    /// The holder's index, which is public.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The holder's part of the secret, out of its share.
    #[must_use]
    pub fn into_value(self) -> Secret<Scalar> {
        self.value
    }

    /// The holder's part of the secret.
    #[must_use]
    pub fn value(&self) -> &Secret<Scalar> {
        &self.value
    }
}

/// Gives back the secret from `threshold` or more shares.
///
/// A share beyond the threshold has to agree with the first ones. Whether exactly `threshold`
/// shares are right this cannot tell: a commitment, or the public key that belongs to the secret,
/// has to.
///
/// # Errors
/// [`Error::Argument`] for a threshold of 0, [`Error::Missing`] for fewer shares than the
/// threshold, [`Error::Duplicate`] for two shares of one index, [`Error::Verify`] if surplus
/// shares do not agree.
pub fn recover(threshold: u8, shares: &[&Share]) -> Result<Secret<Scalar>> {
    if threshold == 0 {
        return Err(Error::Argument("threshold"));
    }
    let (base, surplus) = shares
        .split_at_checked(usize::from(threshold))
        .ok_or(Error::Missing("shares"))?;
    let indices: Vec<u16> = base.iter().map(|share| u16::from(share.index)).collect();
    let weighted_sum = |weights: Vec<_>| {
        let mut sum = Secret::new(Scalar::ZERO);
        for (share, weight) in base.iter().zip(weights) {
            let total = sum.expose_mut();
            *total = *total + *share.value.expose() * Scalar::from(weight);
        }
        sum
    };
    let secret = weighted_sum(lagrange_at_zero(&indices)?);
    for (share, before) in surplus.iter().zip(usize::from(threshold)..) {
        let mut earlier = shares.iter().take(before);
        if earlier.any(|other| other.index == share.index) {
            return Err(Error::Duplicate("share index"));
        }
        let expected = weighted_sum(lagrange_at(&indices, u16::from(share.index))?);
        if !bool::from(expected.expose().ct_eq(share.value.expose())) {
            return Err(Error::Verify);
        }
    }
    Ok(secret)
}

#[cfg(test)]
mod tests;
