//! Tests of the facade, over the selected backend.

use alloc::{vec, vec::Vec};

use sha2::{Digest, Sha256};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use zeroize::Zeroize;

use super::window::edges;
use super::*;
use crate::error::Error;

assert_impl_all!(G1: Send, Sync, Copy, Zeroize);
assert_impl_all!(G2: Send, Sync, Copy, Zeroize);
assert_impl_all!(Gt: Send, Sync, Copy, Zeroize);
assert_impl_all!(PreparedG2: Send, Sync, Clone);
assert_impl_all!(Right<'static>: Send, Sync);
assert_impl_all!(G1Table: Send, Sync);
assert_impl_all!(G2Table: Send, Sync);
assert_impl_all!(GtTable: Send, Sync);
assert_not_impl_any!(G1: core::fmt::Debug, core::fmt::Display);
assert_not_impl_any!(G2: core::fmt::Debug, core::fmt::Display);
assert_not_impl_any!(Gt: core::fmt::Debug, core::fmt::Display);

/// SHA-256 of the encoding of e(g1, g2).
pub(super) const GENERATOR_DIGEST: [u8; 32] = [
    0x06, 0xfa, 0x58, 0x8b, 0x89, 0xfd, 0xfb, 0x03, 0x4d, 0xbc, 0x1c, 0x16, 0x3e, 0xcb, 0x3d, 0xfa,
    0xc2, 0x28, 0xf5, 0x52, 0xb6, 0x43, 0xc7, 0x29, 0x4c, 0xc5, 0xf2, 0xc4, 0xdc, 0x17, 0x0b, 0x84,
];

/// Points without a relation that anybody knows.
fn points(count: u8) -> Vec<G1> {
    (0..count).map(|index| G1::hash(b"tag", &[index])).collect()
}

#[test]
fn the_target_generator_has_the_known_bytes() {
    let digest: [u8; 32] = Sha256::digest(Gt::generator().to_bytes()).into();
    assert_eq!(digest, GENERATOR_DIGEST);
}

#[test]
fn group_laws() {
    let (a, b) = (G1::hash(b"tag", b"a"), G1::hash(b"tag", b"b"));
    assert!(a + b == b + a);
    assert!(a + a == a * &Scalar::from_u64(2));
    assert!(a - a == G1::identity());
    assert!(-a + a == G1::identity());
    assert!(a + G1::identity() == a);
    assert!(a * &Scalar::ZERO == G1::identity());
    assert!(a * &-Scalar::ONE == -a);
    assert!([a, b, b].into_iter().sum::<G1>() == a + b + b);
    assert!(a != b && !a.is_identity() && G1::identity().is_identity());
    let c = G2::hash(b"tag", b"c");
    assert!(c + c + c == c * &Scalar::from_u64(3));
    assert!((c - c).is_identity() && c != G2::generator());
    let gt = Gt::generator();
    assert!(gt * gt == gt.pow(&Scalar::from_u64(2)));
    assert!((gt * gt.invert()).is_identity() && !gt.is_identity());
    assert!(gt.pow(&-Scalar::ONE) == gt.invert());
}

#[test]
fn hashes_differ_by_tag_message_and_group() {
    let hash = |tag: &[u8], message: &[u8]| G1::hash(tag, message).to_bytes();
    assert_ne!(hash(b"tag", b"a"), hash(b"tag", b"b"));
    assert_ne!(hash(b"tag", b"a"), hash(b"gat", b"a"));
    assert_ne!(hash(b"tag", b"a"), hash(b"taga", b""));
}

#[test]
fn encodings_come_back() {
    for point in points(4) {
        assert!(G1::from_bytes(&point.to_bytes()).unwrap() == point);
    }
    let point = G2::hash(b"tag", b"");
    assert!(G2::from_bytes(&point.to_bytes()).unwrap() == point);
    let element = Gt::generator().pow(&Scalar::from_u64(5));
    assert!(Gt::from_bytes(&element.to_bytes()).unwrap() == element);

    let refused = Some(Error::IdentityPoint);
    assert_eq!(G1::from_bytes(&G1::identity().to_bytes()).err(), refused);
    assert_eq!(G2::from_bytes(&G2::identity().to_bytes()).err(), refused);
    assert_eq!(Gt::from_bytes(&Gt::identity().to_bytes()).err(), refused);
}

#[test]
fn batches_write_what_single_points_write() {
    let mut batch = points(5);
    batch.insert(2, G1::identity());
    let single: Vec<_> = batch.iter().map(G1::to_bytes).collect();
    assert_eq!(G1::batch_to_bytes(&batch), single);
    assert!(G1::batch_to_bytes(&[]).is_empty());
    let batch = [G2::generator(), G2::identity(), G2::hash(b"tag", b"")];
    assert_eq!(
        G2::batch_to_bytes(&batch),
        batch.map(|point| point.to_bytes())
    );
}

#[test]
fn bilinear() {
    let (a, b) = (Scalar::from_u64(1_234_567), -Scalar::from_u64(89));
    let pair = pairing(&(G1::generator() * &a), &(G2::generator() * &b));
    assert!(pair == Gt::generator().pow(&(a * b)));
    assert!(!Gt::generator().is_identity());
}

#[test]
fn products_multiply_pairings() {
    let left = points(6);
    let right: Vec<G2> = (0..6).map(|index| G2::hash(b"tag", &[index])).collect();
    let prepared: Vec<PreparedG2> = right.iter().map(G2::prepare).collect();
    let expected = left
        .iter()
        .zip(&right)
        .fold(Gt::identity(), |product, (left, right)| {
            product * pairing(left, right)
        });
    // Six of them: as many plain points as make a backend change its way, and more.
    for mask in 0..64 {
        let terms: Vec<_> = (0..6)
            .map(|index| match (mask >> index) & 1 {
                0 => (left[index], Right::Point(&right[index])),
                _ => (left[index], Right::Prepared(&prepared[index])),
            })
            .collect();
        assert!(pairing_product(&terms) == expected, "{mask:06b}");
    }
}

#[test]
fn identities_drop_out_of_products() {
    let (left, right) = (G1::generator(), G2::generator());
    let (no_left, no_right) = (G1::identity(), G2::identity());
    let (prepared, no_prepared) = (right.prepare(), no_right.prepare());
    assert!(pairing_product(&[]).is_identity());
    assert!(pairing(&no_left, &right).is_identity());
    assert!(pairing(&left, &no_right).is_identity());
    let terms = [
        (no_left, Right::Point(&right)),
        (left, Right::Point(&no_right)),
        (no_left, Right::Prepared(&prepared)),
        (left, Right::Prepared(&no_prepared)),
    ];
    assert!(pairing_product(&terms).is_identity());
    for term in [Right::Point(&right), Right::Prepared(&prepared)] {
        let mut terms = terms.to_vec();
        terms.insert(2, (left, term));
        assert!(pairing_product(&terms) == Gt::generator());
    }
}

#[test]
fn tables_multiply() {
    let (g1, g2, gt) = (points(1)[0], G2::hash(b"tag", b""), Gt::generator());
    let (t1, t2, tt) = (G1Table::new(&g1), G2Table::new(&g2), GtTable::new(&gt));
    for scalar in edges().into_iter().step_by(7) {
        assert!(t1.mul(&scalar) == g1 * &scalar);
        assert!(t2.mul(&scalar) == g2 * &scalar);
        assert!(tt.pow(&scalar) == gt.pow(&scalar));
    }
    assert!(G1Table::new(&G1::identity()).mul(&Scalar::from_u64(5)) == G1::identity());
}

/// The sum, one constant-time multiplication after the other.
fn naive(points: &[G1], weights: &[PublicScalar]) -> G1 {
    points
        .iter()
        .zip(weights)
        .map(|(point, weight)| *point * &Scalar::from(*weight))
        .sum()
}

#[test]
fn sums_are_those_of_single_products() {
    let long = Scalar::from_wide(&[0x5a; 64]).declassify();
    let short = PublicScalar::from_u128(u128::MAX - 12345);
    let (zero, one, minus_one) = (
        PublicScalar::ZERO,
        PublicScalar::ONE,
        PublicScalar::minus_one(),
    );
    let points = points(6);
    for weights in [
        vec![],
        vec![zero; 6],
        vec![one],
        vec![one; 6],
        vec![one, minus_one, zero, one, minus_one, one],
        vec![short],
        vec![short, -short, PublicScalar::from_u64(2), zero, one, short],
        vec![long; 6],
        vec![long, -long, short, minus_one, one, zero],
        vec![PublicScalar::from_i64(-5); 6],
    ] {
        let sum = multi_scalar_g1(&points, &weights);
        assert!(sum == naive(&points, &weights), "{weights:?}");
    }

    // Points that are equal, opposite or the identity.
    let p = points[0];
    let degenerate = [p, p, -p, G1::identity(), p, G1::identity()];
    for weight in [one, short, long, minus_one] {
        let weights = [weight; 6];
        assert!(multi_scalar_g1(&degenerate, &weights) == naive(&degenerate, &weights));
    }
    assert!(multi_scalar_g1(&[p, p], &[short, -short]).is_identity());
    assert!(multi_scalar_g1(&[G1::identity(); 3], &[long; 3]).is_identity());
    assert!(multi_scalar_g1(&[], &[]).is_identity());
}

#[test]
fn sums_of_many_in_both_groups() {
    let scalars: Vec<_> = (1..=80)
        .map(|index| Scalar::from_wide(&[index; 64]))
        .collect();
    let weights: Vec<_> = (1..=80)
        .map(|index| PublicScalar::from_u128(u128::MAX / index))
        .collect();
    let discrete_log = scalars
        .iter()
        .zip(&weights)
        .fold(Scalar::ZERO, |sum, (scalar, weight)| {
            sum + *scalar * Scalar::from(*weight)
        });
    let g1: Vec<_> = scalars.iter().map(|s| G1::generator() * s).collect();
    assert!(multi_scalar_g1(&g1, &weights) == G1::generator() * &discrete_log);
    let g2: Vec<_> = scalars.iter().map(|s| G2::generator() * s).collect();
    assert!(multi_scalar_g2(&g2, &weights) == G2::generator() * &discrete_log);
}

#[test]
fn zeroize_leaves_the_identity() {
    let (mut g1, mut g2, mut gt) = (G1::generator(), G2::generator(), Gt::generator());
    g1.zeroize();
    g2.zeroize();
    gt.zeroize();
    assert!(g1.is_identity() && g2.is_identity() && gt.is_identity());
}
