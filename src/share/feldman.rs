//! Feldman's commitments: shares that their holders can check.

use alloc::vec::Vec;

use crate::curve::{G2, PublicScalar, Scalar, multi_scalar_g2};
use crate::error::{Error, Result};
use crate::share::{Polynomial, Share};

/// A public commitment to a sharing: g2 to the power of every coefficient, the secret's first.
///
/// It lies in G2 and **never in G1**: a secret of this library that is an exponent of g1, as in
/// g1^alpha, opens everything once that power is known. An authority's alpha is not committed to
/// here at all, but in Gt. And since it shows g2^secret, the secret has to be a random scalar:
/// one that can be guessed can be confirmed.
///
/// Encoding: the points in 96 bytes each, as many as the threshold, nothing around them.
pub struct Commitment {
    points: Vec<G2>,
}

impl Polynomial {
    /// Commits to the polynomial; made once, published to all holders alike. `power` gives g2 to a
    /// secret power, in constant time: by a table, where there is one.
    #[must_use]
    pub fn commit(&self, power: impl Fn(&Scalar) -> G2) -> Commitment {
        let points = self.coefficients().iter().map(power);
        Commitment {
            points: points.collect(),
        }
    }
}

impl Polynomial {
    /// The points of the commitment without the first: all there is to a sharing of zero.
    #[must_use]
    pub fn commit_without_constant(&self, power: impl Fn(&Scalar) -> G2) -> Vec<G2> {
        self.coefficients().iter().skip(1).map(power).collect()
    }
}

impl Commitment {
    /// Decodes the commitment to a sharing that is known to have this threshold.
    ///
    /// The threshold is not read off the bytes: whoever deals a polynomial with more coefficients
    /// would have the holders keep shares that never give the secret back.
    ///
    /// # Errors
    /// [`Error::Argument`] for a threshold of 0, [`Error::Length`] unless there are 96 bytes for
    /// each coefficient, and those of [`G2::from_bytes`]. The identity is refused, so a sharing
    /// of zero has no commitment that can be decoded here.
    pub fn from_bytes(bytes: &[u8], threshold: u8) -> Result<Self> {
        if threshold == 0 {
            return Err(Error::Argument("threshold"));
        }
        let (points, rest) = bytes.as_chunks::<{ G2::BYTES }>();
        if points.len() != usize::from(threshold) || !rest.is_empty() {
            return Err(Error::Length("commitment"));
        }
        let points = points.iter().map(G2::from_bytes).collect::<Result<_>>()?;
        Ok(Self { points })
    }

    /// The encoding: 96 bytes for each coefficient.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        G2::batch_to_bytes(&self.points).concat()
    }

    /// How many shares give the secret back.
    #[must_use]
    pub fn threshold(&self) -> usize {
        self.points.len()
    }

    /// The points but the first, which a sharing of zero leaves as it is.
    #[must_use]
    pub fn later_points(&self) -> &[G2] {
        self.points.get(1..).unwrap_or_default()
    }

    /// g2 to the power of the secret.
    #[must_use]
    pub fn secret_in_g2(&self) -> G2 {
        self.at(0)
    }

    /// g2 to the power of the share with this index.
    ///
    /// # Errors
    /// [`Error::Argument`] for the index 0.
    pub fn share_in_g2(&self, index: u8) -> Result<G2> {
        if index == 0 {
            return Err(Error::Argument("share index"));
        }
        Ok(self.at(index))
    }

    /// Checks that a share is the one that was committed to.
    ///
    /// # Errors
    /// [`Error::Verify`] if it is not.
    pub fn verify(&self, share: &Share) -> Result<()> {
        if G2::generator() * share.value().expose() == self.at(share.index()) {
            Ok(())
        } else {
            Err(Error::Verify)
        }
    }

    /// g2 to the power of the polynomial's value at `index`, by Horner's rule in the exponent:
    /// multiplying by a short public index is cheap, by its powers it would not be.
    fn at(&self, index: u8) -> G2 {
        let place = [PublicScalar::from_u64(u64::from(index))];
        let points = self.points.iter().rev();
        points.fold(G2::identity(), |sum, &point| {
            multi_scalar_g2(&[sum], &place) + point
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::share::test_rng::Counting;

    static_assertions::assert_impl_all!(Commitment: Send, Sync);

    fn in_g2(power: &Scalar) -> G2 {
        G2::generator() * power
    }

    fn dealt(seed: u64, threshold: u8) -> (Polynomial, Commitment) {
        let secret = Scalar::from_u64(seed + 1000);
        let polynomial = Polynomial::hiding(&secret, threshold, &mut Counting::new(seed)).unwrap();
        let commitment = polynomial.commit(in_g2);
        (polynomial, commitment)
    }

    #[test]
    fn every_honest_share_verifies() {
        for threshold in [1, 2, 5] {
            let (polynomial, commitment) = dealt(1, threshold);
            assert_eq!(commitment.threshold(), usize::from(threshold));
            for index in [1, 2, 7, 255] {
                let share = polynomial.share(index).unwrap();
                assert_eq!(commitment.verify(&share), Ok(()));
                let power = G2::generator() * share.value().expose();
                assert!(commitment.share_in_g2(index) == Ok(power));
            }
            assert!(commitment.secret_in_g2() == G2::generator() * &Scalar::from_u64(1001));
        }
    }

    #[test]
    fn a_wrong_share_is_detected() {
        let (polynomial, commitment) = dealt(2, 3);
        let right = *polynomial.share(4).unwrap().value().expose();
        let claim = |index, value| Share::new(index, Secret::new(value)).unwrap();
        assert_eq!(commitment.verify(&claim(4, right)), Ok(()));
        for wrong in [
            claim(4, right + Scalar::ONE),
            claim(4, -right),
            claim(4, Scalar::ZERO),
            // The share of another holder, and the secret itself.
            claim(5, right),
            claim(4, Scalar::from_u64(1002)),
        ] {
            assert_eq!(commitment.verify(&wrong), Err(Error::Verify));
        }
        // A share of another sharing.
        let (other, _) = dealt(3, 3);
        assert_eq!(
            commitment.verify(&other.share(4).unwrap()),
            Err(Error::Verify)
        );
    }

    #[test]
    fn every_coefficient_counts() {
        let (polynomial, commitment) = dealt(4, 4);
        let share = polynomial.share(9).unwrap();
        for place in 0..4 {
            let mut points = commitment.points.clone();
            points[place] = points[place] + G2::generator();
            assert_eq!(Commitment { points }.verify(&share), Err(Error::Verify));
        }
    }

    #[test]
    fn the_index_zero_is_refused() {
        let (_, commitment) = dealt(1, 2);
        assert!(commitment.share_in_g2(0).err() == Some(Error::Argument("share index")));
    }

    #[test]
    fn bytes_come_back() {
        let (polynomial, commitment) = dealt(5, 3);
        let bytes = commitment.to_bytes();
        assert_eq!(bytes.len(), 3 * 96);
        // The secret's point comes first.
        assert_eq!(bytes[..96], commitment.secret_in_g2().to_bytes());
        let decoded = Commitment::from_bytes(&bytes, 3).unwrap();
        assert_eq!(decoded.to_bytes(), bytes);
        assert_eq!(decoded.verify(&polynomial.share(1).unwrap()), Ok(()));
    }

    #[test]
    fn another_length_than_the_threshold_is_refused() {
        let bytes = dealt(6, 3).1.to_bytes();
        let refused = |bytes: &[u8], threshold| Commitment::from_bytes(bytes, threshold).err();
        for (bytes, threshold) in [
            (&bytes[..], 2),
            (&bytes[..], 4),
            (&bytes[..287], 3),
            (&bytes[..289 - 96], 2),
            (&bytes[..0], 1),
            (&[&bytes[..], &[0]].concat()[..], 3),
        ] {
            assert_eq!(refused(bytes, threshold), Some(Error::Length("commitment")));
        }
        assert_eq!(refused(&[], 0), Some(Error::Argument("threshold")));
    }

    #[test]
    fn bad_points_are_refused() {
        let mut bytes = dealt(7, 2).1.to_bytes();
        let mut infinity = [0; 96];
        infinity[0] = 0xc0;
        bytes[96..].copy_from_slice(&infinity);
        let refused = Commitment::from_bytes(&bytes, 2).err();
        assert_eq!(refused, Some(Error::IdentityPoint));
        bytes[96..].fill(0xff);
        assert!(Commitment::from_bytes(&bytes, 2).is_err());
    }
}
