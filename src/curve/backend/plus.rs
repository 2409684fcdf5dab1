//! The backend in Rust alone, on the crate `bls12_381_plus`.
//!
//! Its arithmetic is constant time. Of its own scalar multiplications, sums of products and
//! decoders none is used: windows and checks are ours, and its `Gt::from_bytes` does not look at
//! the subgroup. Hashing to the curve is its own (RFC 9380).

use alloc::{vec, vec::Vec};

use bls12_381_plus::fp::Fp;
use bls12_381_plus::elliptic_curve_013::hash2curve::ExpandMsgXmd;
use bls12_381_plus::{
    G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective, Gt, multi_miller_loop,
};
use sha2_010::Sha256;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::{BETA, Backend, Encoding, Entry, Group, Point};

/// The curve's parameter z, without its sign.
const PARAMETER: u64 = 0xd201_0000_0001_0000;

/// The Rust implementation.
pub(crate) struct Plus;

/// Entries are read alike in all types of the crate; only identities have two names.
macro_rules! entry {
    ($element:ident, $identity:expr) => {
        impl Entry for $element {
            fn identity() -> Self {
                $identity
            }

            fn negate(&self) -> Self {
                -self
            }

            fn assign_if(&mut self, other: &Self, choice: Choice) {
                self.conditional_assign(other, choice);
            }

            fn wipe(&mut self) {
                self.zeroize(); // leaves the type's default, which is the identity
            }
        }
    };
}

entry!(G1Projective, Self::IDENTITY);
entry!(G2Projective, Self::IDENTITY);
entry!(G1Affine, Self::identity());
entry!(G2Affine, Self::identity());
entry!(Gt, Self::IDENTITY);

macro_rules! source_group {
    ($point:ident, $affine:ident, $bytes:literal) => {
        impl Group for $point {
            type Compact = $affine;

            fn add(&self, other: &Self) -> Self {
                self + other
            }

            fn double(&self) -> Self {
                $point::double(self)
            }

            fn equals(&self, other: &Self) -> Choice {
                self.ct_eq(other)
            }

            fn is_identity(&self) -> Choice {
                $point::is_identity(self)
            }

            fn to_compact(&self) -> $affine {
                self.into()
            }

            fn to_compact_batch(elements: &[Self]) -> Vec<$affine> {
                let mut affine = vec![$affine::identity(); elements.len()];
                Self::batch_normalize(elements, &mut affine);
                affine
            }

            fn from_compact(compact: &$affine) -> Self {
                compact.into()
            }

            fn add_compact(&self, other: &$affine) -> Self {
                self + other
            }
        }

        impl Point for $point {
            fn generator() -> Self {
                Self::GENERATOR
            }

            fn hash(tag: &[u8], message: &[u8]) -> Self {
                $point::hash::<ExpandMsgXmd<Sha256>>(message, tag)
            }
        }

        impl Encoding for $affine {
            type Bytes = [u8; $bytes];

            fn decompress(bytes: &Self::Bytes) -> Option<Self> {
                Self::from_compressed_unchecked(bytes).into()
            }

            fn compress(&self) -> Self::Bytes {
                self.to_compressed()
            }

            fn in_subgroup(&self) -> bool {
                self.is_torsion_free().into()
            }

            fn is_neutral(&self) -> bool {
                self.is_identity().into()
            }
        }
    };
}

source_group!(G1Projective, G1Affine, 48);
source_group!(G2Projective, G2Affine, 96);

impl Group for Gt {
    type Compact = Self;

    fn add(&self, other: &Self) -> Self {
        self + other
    }

    fn double(&self) -> Self {
        Gt::double(self)
    }

    fn equals(&self, other: &Self) -> Choice {
        self.ct_eq(other)
    }

    fn is_identity(&self) -> Choice {
        self.ct_eq(&Self::IDENTITY)
    }

    fn to_compact(&self) -> Self {
        *self
    }

    fn to_compact_batch(elements: &[Self]) -> Vec<Self> {
        elements.to_vec()
    }

    fn from_compact(compact: &Self) -> Self {
        *compact
    }

    fn add_compact(&self, other: &Self) -> Self {
        self.add(other)
    }
}

impl Encoding for Gt {
    type Bytes = [u8; Gt::BYTES];

    fn decompress(bytes: &Self::Bytes) -> Option<Self> {
        Self::from_bytes(bytes).into()
    }

    fn compress(&self) -> Self::Bytes {
        self.to_bytes()
    }

    /// f^q = 1 with q = z^4 - z^2 + 1, as f^(z^4) f = f^(z^2): the field's unit group is cyclic,
    /// so its elements of order q are Gt and no other. Zero satisfies the equation too.
    fn in_subgroup(&self) -> bool {
        let square = power_of_parameter(&power_of_parameter(self));
        let fourth = power_of_parameter(&power_of_parameter(&square));
        let zero = self.compress().iter().all(|byte| *byte == 0);
        !zero && bool::from(fourth.add(self).equals(&square))
    }

    fn is_neutral(&self) -> bool {
        self.is_identity().into()
    }
}

/// f^|z| for any f of the field.
fn power_of_parameter(element: &Gt) -> Gt {
    (0..u64::BITS - 1)
        .rev()
        .fold(*element, |power, bit| match (PARAMETER >> bit) & 1 {
            0 => Gt::double(&power),
            _ => Gt::double(&power).add(element),
        })
}

impl Backend for Plus {
    type G1 = G1Projective;
    type G2 = G2Projective;
    type Gt = Gt;
    type Lines = G2Prepared;

    fn lines(point: &G2Affine) -> G2Prepared {
        (*point).into()
    }

    /// By way of the coordinates' bytes: the crate keeps its points' insides to itself.
    fn endomorphism(points: &[G1Affine]) -> Vec<G1Affine> {
        let image = |point: &G1Affine| -> Option<G1Affine> {
            let mut bytes = point.to_uncompressed();
            let (x, _) = bytes.split_first_chunk_mut::<48>()?;
            let product = Option::from(Fp::from_bytes(x)).zip(Fp::from_bytes(&BETA).into());
            *x = product.map(|(x, beta): (Fp, Fp)| (x * beta).to_bytes())?;
            G1Affine::from_uncompressed_unchecked(&bytes).into()
        };
        // The identity has no coordinates, and is its own image.
        points.iter().map(|it| image(it).unwrap_or(*it)).collect()
    }

    fn pairing_product(plain: &[(G1Affine, G2Affine)], prepared: &[(G1Affine, &G2Prepared)]) -> Gt {
        // One pairing makes its lines as it goes: 20 KB less, which a small device does not have.
        if let ([(left, right)], []) = (plain, prepared) {
            return bls12_381_plus::pairing(left, right);
        }
        product(plain, prepared)
    }
}

/// Any product. Its own function: its lines take 60 KB of the stack, which one pairing does without.
#[inline(never)]
fn product(plain: &[(G1Affine, G2Affine)], prepared: &[(G1Affine, &G2Prepared)]) -> Gt {
    let lines: Vec<G2Prepared> = plain.iter().map(|(_, right)| (*right).into()).collect();
    let terms: Vec<(&G1Affine, &G2Prepared)> = plain
        .iter()
        .map(|(left, _)| left)
        .zip(&lines)
        .chain(prepared.iter().map(|(left, lines)| (left, *lines)))
        .collect();
    multi_miller_loop(&terms).final_exponentiation()
}
