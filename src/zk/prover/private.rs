//! The private inputs as the circuit takes them.

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};
use zeroize::Zeroize;

use super::field;
use crate::curve::Scalar;
use crate::error::Result;
use crate::zk::poseidon::hash4;
use crate::zk::{REVOCATION_LEVELS, Use, Witness};

/// Everything the prover knows; wiped when it is dropped.
#[cfg_attr(test, derive(Clone))]
pub(super) struct Private {
    pub public_key: [Fr; 2],
    /// Where the leaf lies.
    pub enrolment_place: u64,
    /// The children of the nodes above the leaf, from the lowest.
    pub enrolment_path: Vec<[Fr; 4]>,
    /// The two halves of the digest of the Terms.
    pub terms: [Fr; 2],
    /// The consent's masks, packed.
    pub masks: BigInt<4>,
    /// The consent's times and index, packed.
    pub times: BigInt<4>,
    pub seed: Fr,
    /// R of the signature.
    pub commitment: [Fr; 2],
    /// s of the signature.
    pub response: BigInt<4>,
    pub bitmap: u128,
    /// The children of the nodes above the bitmap, from the lowest.
    pub revocation_path: Vec<[Fr; 4]>,
    /// r of the subject.
    pub opening: Fr,
}

impl Private {
    /// Of the right shape for an enrolment tree so high: constraints do not depend on values.
    pub fn blank(levels: usize) -> Self {
        let zero = Fr::ZERO;
        Self {
            public_key: [zero; 2],
            enrolment_place: 0,
            enrolment_path: vec![[zero; 4]; levels],
            terms: [zero; 2],
            masks: BigInt::zero(),
            times: BigInt::zero(),
            seed: zero,
            commitment: [zero; 2],
            response: BigInt::zero(),
            bitmap: 0,
            revocation_path: vec![[zero; 4]; REVOCATION_LEVELS],
            opening: zero,
        }
    }

    pub fn new(witness: &Witness) -> Result<Self> {
        let Witness {
            key,
            enrolment,
            consent,
            signature,
            revocation,
            opening,
        } = witness;
        let elements = |elements: [Scalar; 2]| elements.map(|element| field::from(&element));
        let bitmap = revocation.bitmap();
        let lowest = Scalar::from(crate::curve::PublicScalar::from_u128(bitmap));
        Ok(Self {
            public_key: elements(key.coordinates()),
            enrolment_place: u64::from(enrolment.place()),
            enrolment_path: children(Use::EnrolmentNode, key.leaf(), enrolment.levels()),
            terms: elements(consent.terms_halves()),
            masks: field::from(&consent.masks.packed()).into_bigint(),
            times: field::from(&consent.times()).into_bigint(),
            seed: field::from(consent.seed.expose()),
            commitment: elements(signature.nonce_coordinates()),
            response: number(signature.answer_bytes()),
            bitmap,
            revocation_path: children(Use::RevocationNode, lowest, revocation.levels()),
            opening: field::from(opening.expose()),
        })
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.public_key.zeroize();
        self.enrolment_place.zeroize();
        self.enrolment_path.zeroize();
        self.terms.zeroize();
        self.masks.zeroize();
        self.times.zeroize();
        self.seed.zeroize();
        self.commitment.zeroize();
        self.response.zeroize();
        self.bitmap.zeroize();
        self.revocation_path.zeroize();
        self.opening.zeroize();
    }
}

/// The four children of every node on the way up.
fn children<'a>(
    of: Use,
    from: Scalar,
    levels: impl Iterator<Item = (usize, &'a [Scalar; 3])>,
) -> Vec<[Fr; 4]> {
    let mut below = from;
    let node = |(digit, others): (usize, &[Scalar; 3])| {
        let mut rest = others.iter().copied();
        let children = std::array::from_fn(|at| match at == digit {
            true => below,
            // One of the four places is the node's own.
            false => rest.next().unwrap_or(Scalar::ZERO),
        });
        below = hash4(of, children);
        children.map(|child| field::from(&child))
    };
    levels.map(node).collect()
}

/// 32 bytes, little-endian, as an integer.
fn number(bytes: [u8; 32]) -> BigInt<4> {
    let bits: Vec<bool> = (bytes.iter())
        .flat_map(|byte| (0..8).map(move |at| byte >> at & 1 == 1))
        .collect();
    BigInt::from_bits_le(&bits)
}
