//! Miller loops: of points, and of lines that are there already.

use alloc::{boxed::Box, vec::Vec};

use ::blst::*;

use super::LINES;

/// Doublings that follow each addition step of a Miller loop: the zeros of the parameter
/// 0xd201000000010000 and its ones, after a first doubling.
const DOUBLINGS: [usize; 5] = [2, 3, 9, 32, 16];

/// The Miller loop of one or more pairs of points.
pub(super) fn miller_loop(pairs: &[(blst_p1_affine, blst_p2_affine)]) -> blst_fp12 {
    let left: Vec<*const _> = pairs.iter().map(|(left, _)| left as *const _).collect();
    let right: Vec<*const _> = pairs.iter().map(|(_, right)| right as *const _).collect();
    let mut product = blst_fp12::default();
    // SAFETY: reads as many valid pairs as there are pointers, and fills an element.
    unsafe { blst_miller_loop_n(&mut product, right.as_ptr(), left.as_ptr(), pairs.len()) };
    product
}

/// The Miller loop of points and lines, with the squarings shared: blst has it for one pair only.
pub(super) fn miller_loop_of_lines<'a>(
    terms: impl Iterator<Item = (&'a blst_p1_affine, &'a Box<[blst_fp6; LINES]>)>,
) -> blst_fp12 {
    let mut terms: Vec<_> = terms
        .map(|(left, lines)| (evaluation_point(left), lines.iter()))
        .collect();
    let mut product = blst_fp12::default();
    // One line of each term, evaluated at its point.
    let mut multiply_lines = |product: &mut blst_fp12| {
        for ((x, y), lines) in &mut terms {
            let Some(line) = lines.next() else { return };
            let mut line = *line;
            let [_, by_x, by_y] = &mut line.fp2;
            for (part, factor) in [(by_x, &*x), (by_y, &*y)] {
                for coefficient in &mut part.fp {
                    // SAFETY: two valid coefficients, the result over the first.
                    unsafe { blst_fp_mul(coefficient, coefficient, factor) };
                }
            }
            // SAFETY: two valid elements, the product over the first.
            unsafe { blst_fp12_mul_by_xy00z0(product, product, &line) };
        }
    };
    multiply_lines(&mut product);
    for doublings in DOUBLINGS {
        multiply_lines(&mut product);
        for _ in 0..doublings {
            // SAFETY: one valid element, squared in place.
            unsafe { blst_fp12_sqr(&mut product, &product) };
            multiply_lines(&mut product);
        }
    }
    // SAFETY: one valid element, changed in place: the parameter is negative.
    unsafe { blst_fp12_conjugate(&mut product) };
    product
}

/// Where blst's lines are evaluated: -2x and 2y.
fn evaluation_point(point: &blst_p1_affine) -> (blst_fp, blst_fp) {
    let (mut x, mut y) = (point.x, point.y);
    // SAFETY: valid coordinates, changed in place.
    unsafe {
        blst_fp_add(&mut x, &point.x, &point.x);
        blst_fp_cneg(&mut x, &x, true);
        blst_fp_add(&mut y, &point.y, &point.y);
    }
    (x, y)
}
