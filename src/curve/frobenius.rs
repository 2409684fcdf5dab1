//! Powers in Gt by its Frobenius map, four times fewer squarings than by windows alone.
//!
//! The order is q = z^4 - z^2 + 1, and p = z modulo q, for the curve's parameter z, which is
//! negative: raising to |z| is the Frobenius map and an inversion. A scalar written in base |z|
//! has four digits below 2^64, whose windows share their squarings (Galbraith and Scott, 2008).
//! Constant time, as `window`.

use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroizing;

use super::Scalar;
use super::backend::Frobenius;
use super::window::{look_up, recode, row, shift};

/// |z|.
const PARAMETER: u64 = 0xd201_0000_0001_0000;
/// Windows of one digit in base |z|: 13 * 5 = 65 bits.
const WINDOWS: usize = 13;

/// The scalar's digits in base |z|, the lowest first.
fn split(scalar: &Scalar) -> Zeroizing<[u64; 4]> {
    let bytes = Zeroizing::new(scalar.to_little_endian());
    let mut rest = Zeroizing::new([0; 4]);
    for (limb, bytes) in rest.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_le_bytes(*bytes);
    }
    let mut parts = Zeroizing::new([0; 4]);
    for part in parts.iter_mut() {
        *part = divide(&mut rest);
    }
    parts
}

/// Divides a little-endian integer by |z|, bit by bit, and returns the remainder.
fn divide(limbs: &mut [u64; 4]) -> u64 {
    let mut remainder = 0u128;
    for limb in limbs.iter_mut().rev() {
        let mut quotient = 0;
        for bit in (0..u64::BITS).rev() {
            remainder = (remainder << 1) | u128::from((*limb >> bit) & 1);
            let reduced = remainder.wrapping_sub(u128::from(PARAMETER));
            let fits = Choice::from((reduced >> 127) as u8 ^ 1);
            remainder.conditional_assign(&reduced, fits);
            quotient = (quotient << 1) | u64::from(fits.unwrap_u8());
        }
        *limb = quotient;
    }
    remainder as u64
}

/// The multiple (in Gt's own words: the power) by a secret scalar, in constant time.
pub(super) fn multiply<G: Frobenius>(base: &G, scalar: &Scalar) -> G {
    let parts = split(scalar);
    let mut digits = Zeroizing::new([[0i8; WINDOWS]; 4]);
    for (digits, part) in digits.iter_mut().zip(parts.iter()) {
        recode(Zeroizing::new(part.to_le_bytes()).as_slice(), digits);
    }
    let row = row(base);
    let (mut found, mut image) = (G::identity(), G::identity());
    let mut sum = G::identity();
    for window in (0..WINDOWS).rev() {
        // The top window needs no shift of what is still the identity.
        if window + 1 != WINDOWS {
            sum = shift(sum);
        }
        for (power, digits) in digits.iter().enumerate() {
            look_up(&mut found, &row, digits.get(window).copied().unwrap_or(0));
            image = match power {
                0 => found,
                2 => found.frobenius(2),
                odd => found.frobenius(odd).negate(),
            };
            sum = sum.add(&image);
        }
    }
    found.wipe();
    image.wipe();
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::window::edges;

    #[test]
    fn digits_in_base_z_spell_the_scalar() {
        let z = Scalar::from_u64(PARAMETER);
        // z^4 - 1 has the largest digits; q itself is z^4 - z^2 + 1.
        for scalar in edges()
            .into_iter()
            .chain([z, z * z, z * z * z - Scalar::ONE])
        {
            let parts = split(&scalar);
            assert!(parts.iter().all(|part| *part < PARAMETER));
            let spelled = parts
                .iter()
                .rev()
                .fold(Scalar::ZERO, |sum, part| sum * z + Scalar::from_u64(*part));
            assert!(spelled == scalar);
        }
    }
}
