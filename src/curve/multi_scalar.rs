//! Sums of points times public scalars, in variable time.

use alloc::vec::Vec;

use super::backend::{Point, Wiped};
use super::count::tick;
use super::{G1, G2, PublicScalar};

/// The sum of `points[i]` times `weights[i]`, in **variable time**: hence public weights.
///
/// Costs as much as the longest weight or its negative is long: 128-bit weights half of full
/// ones, and weights of 0, 1 and -1 only additions. No terms sum to the identity. Points without
/// a weight, or weights without a point, do not count.
#[must_use]
pub fn multi_scalar_g1(points: &[G1], weights: &[PublicScalar]) -> G1 {
    tick();
    G1(multi_scalar(points.iter().map(|point| &point.0), weights))
}

/// As [`multi_scalar_g1`], in G2.
#[must_use]
pub fn multi_scalar_g2(points: &[G2], weights: &[PublicScalar]) -> G2 {
    tick();
    G2(multi_scalar(points.iter().map(|point| &point.0), weights))
}

/// Adds the terms of weight 1 and -1 at once and hands the others to the backend.
pub(super) fn multi_scalar<'a, P: Point + 'a>(
    points: impl Iterator<Item = &'a P>,
    weights: &[PublicScalar],
) -> P {
    let mut sum = P::identity();
    // Room for all: a vector that grows leaves its contents behind, and they can be parts of keys.
    let mut heavy = Wiped(Vec::with_capacity(weights.len()));
    let mut magnitudes = Vec::new();
    let mut bits = 0;
    for (point, weight) in points.zip(weights) {
        let short = weight.shortest();
        if short.bits == 0 || bool::from(point.is_identity()) {
            continue;
        }
        let point = if short.negated {
            point.negate()
        } else {
            *point
        };
        if short.bits == 1 {
            sum = sum.add(&point);
        } else {
            heavy.0.push(point);
            magnitudes.push(short.bytes);
            bits = bits.max(short.bits);
        }
    }
    if heavy.is_empty() {
        return sum;
    }
    sum.add(&P::sum_of_products(
        &Wiped(P::to_compact_batch(&heavy)),
        &magnitudes,
        bits,
    ))
}

/// Pippenger's buckets, four bits at a time: [`Point::sum_of_products`] of a backend that has
/// nothing better.
pub(super) fn buckets<P: Point>(
    points: &[P::Compact],
    magnitudes: &[[u8; PublicScalar::BYTES]],
    bits: usize,
) -> P {
    let mut total = P::identity();
    for window in (0..bits.div_ceil(4)).rev() {
        total = (0..4).fold(total, |shifted, _| shifted.double());
        let mut buckets = [P::identity(); 15];
        for (point, magnitude) in points.iter().zip(magnitudes) {
            let byte = magnitude.get(window / 2).copied().unwrap_or(0);
            let digit = usize::from((byte >> (4 * (window % 2))) & 15);
            // Digit 1 goes to the first bucket; digit 0 wraps around and finds none.
            if let Some(bucket) = buckets.get_mut(digit.wrapping_sub(1)) {
                *bucket = bucket.add_compact(point);
            }
        }
        // The top bucket is added fifteen times, the next fourteen times, and so on.
        let mut running = P::identity();
        for bucket in buckets.iter().rev() {
            running = running.add(bucket);
            total = total.add(&running);
        }
    }
    total
}
