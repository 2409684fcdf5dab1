//! Between the field elements of this library and those of the proof system, by their bytes.

use ark_bls12_381::Fr;
use ark_ff::{BigInteger, PrimeField};

use crate::curve::Scalar;
use crate::error::Result;

/// The same integer modulo q.
pub fn from(scalar: &Scalar) -> Fr {
    Fr::from_be_bytes_mod_order(&scalar.to_bytes())
}

/// 32 bytes, big-endian.
pub fn to_bytes(element: &Fr) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(element.into_bigint().to_bytes_be()) {
        *to = from;
    }
    bytes
}

/// The same integer modulo q.
///
/// # Errors
/// None that can happen: every element is below q.
pub fn to_scalar(element: &Fr) -> Result<Scalar> {
    Scalar::from_bytes(&to_bytes(element))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::Field;

    #[test]
    fn elements_keep_their_value() {
        for number in [0, 1, 258, u64::MAX] {
            let (ours, theirs) = (Scalar::from_u64(number), Fr::from(number));
            assert!(from(&ours) == theirs && to_scalar(&theirs).unwrap() == ours);
            assert!(from(&-ours) == -theirs && to_scalar(&-theirs).unwrap() == -ours);
        }
        assert_eq!(to_bytes(&Fr::ONE)[31], 1);
    }
}
