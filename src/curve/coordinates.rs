//! Affine coordinates, for formats of others that hold points uncompressed.

use bls12_381_plus::{G1Affine, G2Affine};

use super::{G1, G2};

impl G1 {
    /// x || y, 48 bytes each, big-endian; none for the identity.
    #[must_use]
    pub fn coordinates(&self) -> Option<[u8; 96]> {
        let point = G1Affine::from_compressed_unchecked(&self.to_bytes()).into_option()?;
        (!self.is_identity()).then(|| point.to_uncompressed())
    }
}

impl G2 {
    /// x.c1 || x.c0 || y.c1 || y.c0, 48 bytes each, big-endian; none for the identity.
    #[must_use]
    pub fn coordinates(&self) -> Option<[u8; 192]> {
        let point = G2Affine::from_compressed_unchecked(&self.to_bytes()).into_option()?;
        (!self.is_identity()).then(|| point.to_uncompressed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Scalar;

    #[test]
    fn coordinates_are_those_of_the_point() {
        let three = Scalar::from_u64(3);
        let (one, two) = (G1::generator() * &three, G2::generator() * &three);
        let (x, y) = (one.coordinates().unwrap(), two.coordinates().unwrap());
        // The compressed form is x with flags.
        assert_eq!(x[1..48], one.to_bytes()[1..]);
        assert_eq!(y[1..96], two.to_bytes()[1..]);
        assert_eq!(G1Affine::from_uncompressed(&x).unwrap().to_compressed(), one.to_bytes());
        assert_eq!(G2Affine::from_uncompressed(&y).unwrap().to_compressed(), two.to_bytes());
        assert!(G1::identity().coordinates().is_none());
        assert!(G2::identity().coordinates().is_none());
    }
}
