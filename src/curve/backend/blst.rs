//! The backend on the `blst` crate's low-level calls: C and assembly.
//!
//! The one module of this library with `unsafe`: every call passes pointers to values of blst's own
//! C layout, which blst reads or fills during the call and does not keep. What blst does not say
//! of itself, and this file relies on or works around:
//! * `blst_p1_add` is wrong for equal points: only `add_distinct` uses such a form;
//! * `blst_fp_from_bendian` reduces silently: `encoding` checks ranges and re-encodes;
//! * `in_g1`, `in_g2` and `in_group` accept the neutral element: `encoding` refuses it;
//! * `mult` assumes the prime-order subgroup: a decoded point gets here only after that check;
//! * `miller_loop_n` is wrong for the identity: `pairing_product` drops such terms.
#![allow(unsafe_code)]

mod field;
mod miller;

use alloc::{boxed::Box, vec, vec::Vec};
use core::ptr::null;

use ::blst::*;
use subtle::Choice;
use zeroize::Zeroizing;

use super::{BETA, Backend, Encoding, Entry, Frobenius, Group, Point};
use field::Field;
use miller::{miller_loop, miller_loop_of_lines};
use crate::curve::{PublicScalar, Scalar, frobenius};

/// Bits of a scalar, for the routines that ask: the group order's.
const SCALAR_BITS: usize = 255;
/// Line functions of one Miller loop, for each bit of the curve's parameter and each set one.
const LINES: usize = 68;
/// So many points without lines get a loop of their own: faster than lines for all.
const MANY: usize = 4;

/// The C implementation.
pub(crate) struct Blst;

/// The answer of a C predicate.
fn choice(answer: bool) -> Choice {
    Choice::from(u8::from(answer))
}

/// G1 and G2 differ in the names of the C functions and in their sizes.
macro_rules! source_group {
    (
        $point:ident, $affine:ident, $bytes:literal,
        $generator:ident, $hash:ident, $add:ident, $add_affine:ident, $add_distinct:ident, $double:ident,
        $negate:ident, $negate_y:ident, $is_equal:ident, $is_identity:ident, $multiply:ident,
        $to_affine:ident, $to_affine_batch:ident, $from_affine:ident, $affine_is_identity:ident,
        $uncompress:ident, $compress:ident, $in_subgroup:ident,
        $sum:ident, $sum_scratch:ident, $add_all:ident
    ) => {
        impl Entry for $point {
            fn identity() -> Self {
                Self::default()
            }

            fn negate(&self) -> Self {
                let mut negated = *self;
                // SAFETY: one valid point, changed in place.
                unsafe { $negate(&mut negated, true) };
                negated
            }

            fn assign_if(&mut self, other: &Self, choice: Choice) {
                self.x.assign_if(&other.x, choice);
                self.y.assign_if(&other.y, choice);
                self.z.assign_if(&other.z, choice);
            }

            fn wipe(&mut self) {
                self.x.wipe();
                self.y.wipe();
                self.z.wipe();
            }
        }

        impl Entry for $affine {
            fn identity() -> Self {
                Self::default()
            }

            fn negate(&self) -> Self {
                let mut negated = *self;
                // SAFETY: reads one valid coordinate and fills another.
                unsafe { $negate_y(&mut negated.y, &self.y, true) };
                negated
            }

            fn assign_if(&mut self, other: &Self, choice: Choice) {
                self.x.assign_if(&other.x, choice);
                self.y.assign_if(&other.y, choice);
            }

            fn wipe(&mut self) {
                self.x.wipe();
                self.y.wipe();
            }
        }

        impl Group for $point {
            type Compact = $affine;

            fn add(&self, other: &Self) -> Self {
                let mut sum = Self::default();
                // SAFETY: reads two valid points and fills a third.
                unsafe { $add(&mut sum, self, other) };
                sum
            }

            fn double(&self) -> Self {
                let mut doubled = Self::default();
                // SAFETY: reads one valid point and fills another.
                unsafe { $double(&mut doubled, self) };
                doubled
            }

            fn equals(&self, other: &Self) -> Choice {
                // SAFETY: reads two valid points.
                choice(unsafe { $is_equal(self, other) })
            }

            fn is_identity(&self) -> Choice {
                // SAFETY: reads one valid point.
                choice(unsafe { $is_identity(self) })
            }

            fn to_compact(&self) -> $affine {
                let mut affine = $affine::default();
                // SAFETY: reads one valid point and fills an affine one.
                unsafe { $to_affine(&mut affine, self) };
                affine
            }

            fn to_compact_batch(elements: &[Self]) -> Vec<$affine> {
                let mut affine = vec![$affine::default(); elements.len()];
                // A null ends the list of pointers: the rest lies behind the first.
                let pointers = [elements.as_ptr(), null()];
                // SAFETY: reads the slice's points and fills as many affine ones; none for none.
                unsafe {
                    $to_affine_batch(affine.as_mut_ptr(), pointers.as_ptr(), elements.len())
                };
                affine
            }

            fn from_compact(compact: &$affine) -> Self {
                let mut point = Self::default();
                // SAFETY: reads one valid affine point and fills a point.
                unsafe { $from_affine(&mut point, compact) };
                point
            }

            fn add_compact(&self, other: &$affine) -> Self {
                let mut sum = Self::default();
                // SAFETY: reads two valid points and fills a third.
                unsafe { $add_affine(&mut sum, self, other) };
                sum
            }

            fn add_distinct(&self, other: &$affine) -> Self {
                let mut sum = Self::default();
                // SAFETY: reads two valid points and fills a third.
                unsafe { $add_distinct(&mut sum, self, other) };
                sum
            }

            fn multiply(&self, scalar: &Scalar) -> Self {
                let bytes = Zeroizing::new(scalar.to_little_endian());
                let mut product = Self::default();
                // SAFETY: reads one valid point and the 32 bytes that 255 bits take; constant time.
                unsafe { $multiply(&mut product, self, bytes.as_ptr(), SCALAR_BITS) };
                product
            }
        }

        impl Point for $point {
            fn generator() -> Self {
                // SAFETY: a pointer to a constant of blst.
                unsafe { *$generator() }
            }

            fn hash(tag: &[u8], message: &[u8]) -> Self {
                let mut point = Self::default();
                // SAFETY: reads two slices of the given lengths and no augmentation; fills a point.
                unsafe {
                    $hash(
                        &mut point,
                        message.as_ptr(),
                        message.len(),
                        tag.as_ptr(),
                        tag.len(),
                        null(),
                        0,
                    );
                }
                point
            }

            fn sum(points: &[$affine]) -> Self {
                let (mut sum, pointers) = (Self::default(), [points.as_ptr(), null()]);
                // SAFETY: reads the slice's points, none for none, and fills one.
                unsafe { $add_all(&mut sum, pointers.as_ptr(), points.len()) };
                sum
            }

            fn sum_of_products(
                points: &[$affine],
                magnitudes: &[[u8; PublicScalar::BYTES]],
                bits: usize,
            ) -> Self {
                // The routine reads integers of just so many bytes, one behind the other.
                let bits = bits.min(8 * PublicScalar::BYTES);
                let size = bits.div_ceil(8);
                let count = points.len().min(magnitudes.len());
                if count == 0 || size == 0 {
                    return Self::identity();
                }
                if let ([point], [magnitude]) = (points, magnitudes) {
                    let (point, mut sum) = (Self::from_compact(point), Self::default());
                    // SAFETY: reads one valid point and the bytes, at most 32, that `bits` take.
                    unsafe { $multiply(&mut sum, &point, magnitude.as_ptr(), bits) };
                    return sum;
                }
                let scalars: Vec<u8> = magnitudes
                    .iter()
                    .flat_map(|magnitude| magnitude.iter().take(size))
                    .copied()
                    .collect();
                // SAFETY: computes a size and touches no memory.
                let scratch = unsafe { $sum_scratch(count) } / size_of::<limb_t>();
                let mut scratch = vec![0; scratch];
                let (points, scalars) = ([points.as_ptr(), null()], [scalars.as_ptr(), null()]);
                let (points, scalars) = (points.as_ptr(), scalars.as_ptr());
                let mut sum = Self::default();
                // SAFETY: reads `count` points and as many integers of `size` bytes of at most
                // 32 that each magnitude gave, and uses the scratch it asked for.
                unsafe { $sum(&mut sum, points, count, scalars, bits, scratch.as_mut_ptr()) };
                sum
            }
        }

        impl Encoding for $affine {
            type Bytes = [u8; $bytes];

            fn decompress(bytes: &Self::Bytes) -> Option<Self> {
                let mut point = Self::default();
                // SAFETY: reads the array's bytes and fills a point.
                match unsafe { $uncompress(&mut point, bytes.as_ptr()) } {
                    // x = 0 is on the curve and fails the subgroup check below by itself.
                    BLST_ERROR::BLST_SUCCESS | BLST_ERROR::BLST_POINT_NOT_IN_GROUP => Some(point),
                    _ => None,
                }
            }

            fn compress(&self) -> Self::Bytes {
                let mut bytes = [0; $bytes];
                // SAFETY: reads one valid point and fills the array.
                unsafe { $compress(bytes.as_mut_ptr(), self) };
                bytes
            }

            fn in_subgroup(&self) -> bool {
                // SAFETY: reads one valid point.
                unsafe { $in_subgroup(self) }
            }

            fn is_neutral(&self) -> bool {
                // SAFETY: reads one valid point.
                unsafe { $affine_is_identity(self) }
            }
        }
    };
}

source_group! {
    blst_p1, blst_p1_affine, 48,
    blst_p1_generator, blst_hash_to_g1, blst_p1_add_or_double, blst_p1_add_or_double_affine, blst_p1_add_affine,
    blst_p1_double, blst_p1_cneg, blst_fp_cneg, blst_p1_is_equal, blst_p1_is_inf, blst_p1_mult,
    blst_p1_to_affine, blst_p1s_to_affine, blst_p1_from_affine, blst_p1_affine_is_inf,
    blst_p1_uncompress, blst_p1_affine_compress, blst_p1_affine_in_g1,
    blst_p1s_mult_pippenger, blst_p1s_mult_pippenger_scratch_sizeof, blst_p1s_add
}

source_group! {
    blst_p2, blst_p2_affine, 96,
    blst_p2_generator, blst_hash_to_g2, blst_p2_add_or_double, blst_p2_add_or_double_affine, blst_p2_add_affine,
    blst_p2_double, blst_p2_cneg, blst_fp2_cneg, blst_p2_is_equal, blst_p2_is_inf, blst_p2_mult,
    blst_p2_to_affine, blst_p2s_to_affine, blst_p2_from_affine, blst_p2_affine_is_inf,
    blst_p2_uncompress, blst_p2_affine_compress, blst_p2_affine_in_g2,
    blst_p2s_mult_pippenger, blst_p2s_mult_pippenger_scratch_sizeof, blst_p2s_add
}

impl Entry for blst_fp12 {
    fn identity() -> Self {
        Self::default() // one
    }

    fn negate(&self) -> Self {
        let mut inverse = *self;
        // SAFETY: one valid element, changed in place; the conjugate is the inverse in Gt.
        unsafe { blst_fp12_conjugate(&mut inverse) };
        inverse
    }

    fn assign_if(&mut self, other: &Self, choice: Choice) {
        Field::assign_if(self, other, choice);
    }

    fn wipe(&mut self) {
        Field::wipe(self);
        *self = Self::default();
    }
}

impl Group for blst_fp12 {
    type Compact = Self;

    fn add(&self, other: &Self) -> Self {
        let mut product = Self::default();
        // SAFETY: reads two valid elements and fills a third.
        unsafe { blst_fp12_mul(&mut product, self, other) };
        product
    }

    fn double(&self) -> Self {
        let mut square = Self::default();
        // SAFETY: reads one valid element, in the cyclotomic subgroup as all of Gt, and fills another.
        unsafe { blst_fp12_cyclotomic_sqr(&mut square, self) };
        square
    }

    fn equals(&self, other: &Self) -> Choice {
        // SAFETY: reads two valid elements.
        choice(unsafe { blst_fp12_is_equal(self, other) })
    }

    fn is_identity(&self) -> Choice {
        // SAFETY: reads one valid element.
        choice(unsafe { blst_fp12_is_one(self) })
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

    fn multiply(&self, scalar: &Scalar) -> Self {
        frobenius::multiply(self, scalar)
    }
}

impl Frobenius for blst_fp12 {
    fn frobenius(&self, times: usize) -> Self {
        let mut image = *self;
        // SAFETY: reads one valid element and fills another; maps 1 to 3 have their constants.
        unsafe { blst_fp12_frobenius_map(&mut image, self, times) };
        image
    }
}

impl Encoding for blst_fp12 {
    type Bytes = [u8; 576];

    fn decompress(bytes: &Self::Bytes) -> Option<Self> {
        let mut element = Self::default();
        let parts = element.fp6.iter_mut().flat_map(|half| &mut half.fp2);
        let coefficients = parts.flat_map(|part| &mut part.fp);
        for (coefficient, bytes) in coefficients.zip(bytes.as_chunks::<48>().0) {
            // SAFETY: reads 48 bytes and fills a coefficient.
            unsafe { blst_fp_from_bendian(coefficient, bytes.as_ptr()) };
        }
        Some(element)
    }

    fn compress(&self) -> Self::Bytes {
        let mut bytes = [0; 576];
        // Not blst_bendian_from_fp12, which has an order of its own.
        let parts = self.fp6.iter().flat_map(|half| &half.fp2);
        let coefficients = parts.flat_map(|part| &part.fp);
        for (coefficient, bytes) in coefficients.zip(bytes.as_chunks_mut::<48>().0) {
            // SAFETY: reads a valid coefficient and fills 48 bytes.
            unsafe { blst_bendian_from_fp(bytes.as_mut_ptr(), coefficient) };
        }
        bytes
    }

    fn in_subgroup(&self) -> bool {
        // SAFETY: reads one element of the field, zero included.
        unsafe { blst_fp12_in_group(self) }
    }

    fn is_neutral(&self) -> bool {
        self.is_identity().into()
    }
}

impl Backend for Blst {
    type G1 = blst_p1;
    type G2 = blst_p2;
    type Gt = blst_fp12;
    type Lines = Box<[blst_fp6; LINES]>;

    fn lines(point: &blst_p2_affine) -> Self::Lines {
        let mut lines = Box::new([blst_fp6::default(); LINES]);
        // SAFETY: reads one valid point and fills 68 line functions.
        unsafe { blst_precompute_lines(lines.as_mut_ptr(), point) };
        lines
    }

    fn endomorphism(points: &[blst_p1_affine]) -> Vec<blst_p1_affine> {
        let mut beta = blst_fp::default();
        // SAFETY: reads 48 bytes and fills a coordinate.
        unsafe { blst_fp_from_bendian(&mut beta, BETA.as_ptr()) };
        let mut images = points.to_vec();
        for image in &mut images {
            // SAFETY: two valid coordinates, the product over the first.
            unsafe { blst_fp_mul(&mut image.x, &image.x, &beta) };
        }
        images
    }

    fn pairing_product(
        plain: &[(blst_p1_affine, blst_p2_affine)],
        prepared: &[(blst_p1_affine, &Self::Lines)],
    ) -> blst_fp12 {
        let ready = prepared.iter().map(|(left, lines)| (left, *lines));
        let product = match plain.len() {
            0 if prepared.is_empty() => blst_fp12::default(),
            _ if prepared.is_empty() => miller_loop(plain),
            MANY.. => miller_loop(plain).add(&miller_loop_of_lines(ready)),
            _ => {
                let fresh: Vec<_> = plain.iter().map(|(_, right)| Self::lines(right)).collect();
                let fresh = plain.iter().map(|(left, _)| left).zip(&fresh);
                miller_loop_of_lines(fresh.chain(ready))
            }
        };
        let mut result = blst_fp12::default();
        // SAFETY: reads one non-zero element and fills another.
        unsafe { blst_final_exp(&mut result, &product) };
        result
    }
}
