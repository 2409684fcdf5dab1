//! Lagrange coefficients over public indices.

use alloc::vec::Vec;

use crate::curve::PublicScalar;
use crate::error::{Error, Result};

/// Weights w with f(0) = sum of w\[i\] f(indices\[i\]) for every polynomial f of degree below the
/// number of indices, in their order.
///
/// # Errors
/// [`Error::Argument`] for no indices or an index 0 (whose share would be the secret itself),
/// [`Error::Duplicate`] for an index given twice.
pub fn lagrange_at_zero(indices: &[u16]) -> Result<Vec<PublicScalar>> {
    lagrange_at(indices, 0)
}

/// As [`lagrange_at_zero`], with f(`point`) in place of f(0).
///
/// # Errors
/// Those of [`lagrange_at_zero`].
pub fn lagrange_at(indices: &[u16], point: u16) -> Result<Vec<PublicScalar>> {
    if indices.is_empty() || indices.contains(&0) {
        return Err(Error::Argument("share index"));
    }
    let scalar = |index: &u16| PublicScalar::from_u64(u64::from(*index));
    let places: Vec<_> = indices.iter().map(scalar).collect();
    let point = scalar(&point);

    let distances: Vec<_> = places.iter().map(|&place| point - place).collect();
    let numerators = products_without_each(&distances);
    let denominators: Vec<_> = places
        .iter()
        .enumerate()
        .map(|(own, &place)| {
            places
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != own)
                .fold(PublicScalar::ONE, |product, (_, &other)| {
                    product * (place - other)
                })
        })
        .collect();

    // One inversion for all. The product is zero only if two indices are equal.
    let product = |factors: &[PublicScalar]| factors.iter().fold(PublicScalar::ONE, |a, &b| a * b);
    let inverse = product(&denominators)
        .invert()
        .ok_or(Error::Duplicate("share index"))?;
    Ok(products_without_each(&denominators)
        .into_iter()
        .zip(numerators)
        .map(|(others, numerator)| inverse * others * numerator)
        .collect())
}

/// For every factor the product of all the others.
fn products_without_each(factors: &[PublicScalar]) -> Vec<PublicScalar> {
    let running = |product: &mut PublicScalar, factor: &PublicScalar| {
        let before = *product;
        *product = before * *factor;
        Some(before)
    };
    let mut products: Vec<_> = factors.iter().scan(PublicScalar::ONE, running).collect();
    let behind = factors.iter().rev().scan(PublicScalar::ONE, running);
    for (product, behind) in products.iter_mut().rev().zip(behind) {
        *product = *product * behind;
    }
    products
}

#[cfg(test)]
mod tests {
    use std::vec;

    use super::*;

    fn small(value: i64) -> PublicScalar {
        PublicScalar::from_i64(value)
    }

    #[test]
    fn known_weights() {
        assert_eq!(lagrange_at_zero(&[7]), Ok(vec![small(1)]));
        assert_eq!(lagrange_at_zero(&[1, 2]), Ok(vec![small(2), small(-1)]));
        assert_eq!(lagrange_at_zero(&[2, 1]), Ok(vec![small(-1), small(2)]));
        assert_eq!(
            lagrange_at_zero(&[1, 2, 3]),
            Ok(vec![small(3), small(-3), small(1)])
        );
        assert_eq!(lagrange_at(&[1, 2], 3), Ok(vec![small(-1), small(2)]));
        // At one of the indices it is that value alone.
        assert_eq!(
            lagrange_at(&[4, 9, 5], 9),
            Ok(vec![small(0), small(1), small(0)])
        );
    }

    #[test]
    fn weights_interpolate_every_power() {
        let indices = [1, 3, 4, 900, u16::MAX];
        for point in [0, 2, 17, u16::MAX] {
            let weights = lagrange_at(&indices, point).unwrap();
            let power = |base: u16, exponent| {
                (0..exponent).fold(small(1), |product, _| product * small(i64::from(base)))
            };
            for exponent in 0..indices.len() {
                let sum = weights
                    .iter()
                    .zip(indices)
                    .fold(small(0), |sum, (&weight, index)| {
                        sum + weight * power(index, exponent)
                    });
                assert_eq!(sum, power(point, exponent), "{point}^{exponent}");
            }
        }
    }

    #[test]
    fn zero_none_and_repeated_indices_are_refused() {
        assert_eq!(lagrange_at_zero(&[]), Err(Error::Argument("share index")));
        assert_eq!(lagrange_at_zero(&[0]), Err(Error::Argument("share index")));
        assert_eq!(
            lagrange_at(&[1, 0, 2], 5),
            Err(Error::Argument("share index"))
        );
        assert_eq!(
            lagrange_at_zero(&[3, 3]),
            Err(Error::Duplicate("share index"))
        );
        assert_eq!(
            lagrange_at(&[1, 2, 1], 2),
            Err(Error::Duplicate("share index"))
        );
    }
}
