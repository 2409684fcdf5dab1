//! What every backend must do by itself: the known generator, multiplication, reading, wiping.

use sha2::{Digest, Sha256};

use super::*;
use crate::curve::table::Table;
use crate::curve::tests::GENERATOR_DIGEST;
use crate::curve::window::edges;

fn generator_digest<B: Backend>() {
    let generator = gt::<B>();
    let digest: [u8; 32] = Sha256::digest(generator.compress()).into();
    assert_eq!(digest, GENERATOR_DIGEST);
}

fn gt<B: Backend>() -> B::Gt {
    let pair = (
        B::G1::generator().to_compact(),
        B::G2::generator().to_compact(),
    );
    B::pairing_product(&[pair], &[])
}

/// Multiplication by windows, by a table and by the backend's own routine is repeated addition.
fn multiplication<G: Group>(base: &G, step: usize) {
    let table = Table::new(base);
    for scalar in edges().into_iter().step_by(step).chain(scalars(9).take(4)) {
        let expected = times(base, &scalar.to_bytes(), G::double);
        assert!(bool::from(base.multiply(&scalar).equals(&expected)));
        assert!(bool::from(
            window::multiply(base, &scalar).equals(&expected)
        ));
        assert!(bool::from(table.multiply(&scalar).equals(&expected)));
    }
}

fn multiplications<B: Backend>() {
    multiplication(&B::G1::hash(b"tag", b"base"), 1);
    multiplication(&B::G2::hash(b"tag", b"base"), 4);
    multiplication(&gt::<B>(), 4);
}

/// Sums of any points, as often as it takes for every way of a backend that has several.
fn sums<P: Point>() {
    let base = P::hash(b"tag", b"base");
    let mut points = Vec::from([P::identity(), base, base, base.negate(), base.double()]);
    for count in 0..70_u8 {
        let expected = points.iter().fold(P::identity(), |sum, it| sum.add(it));
        let sum = P::sum(&P::to_compact_batch(&points));
        assert!(bool::from(sum.equals(&expected)), "{count}");
        points.push(match count % 4 {
            0 => P::identity(),
            1 => expected.negate(),
            2 => base,
            _ => P::hash(b"tag", &[count]),
        });
    }
}

fn sums_in_both_groups<B: Backend>() {
    sums::<B::G1>();
    sums::<B::G2>();
}

/// The endomorphism multiplies by z^2 - 1.
fn endomorphism<B: Backend>() {
    let factor = u128::from(0xd201_0000_0001_0000_u64).pow(2) - 1;
    let points = [
        B::G1::generator(),
        B::G1::hash(b"tag", b"base"),
        B::G1::identity(),
    ];
    let images = B::endomorphism(&B::G1::to_compact_batch(&points));
    for (point, image) in points.iter().zip(&images) {
        let expected = times(point, &factor.to_be_bytes(), B::G1::double);
        assert!(bool::from(B::G1::from_compact(image).equals(&expected)));
    }
    assert_eq!(images.len(), 3);
}

/// Wiping leaves nothing of the element.
fn wiping<B: Backend>() {
    let mut gt = gt::<B>();
    gt.wipe();
    assert!(bool::from(gt.is_identity()));
    let mut g1 = B::G1::generator();
    g1.wipe();
    assert!(bool::from(g1.is_identity()));
    let mut g2 = B::G2::generator().to_compact();
    g2.wipe();
    assert!(bool::from(B::G2::from_compact(&g2).is_identity()));
}

/// A choice of one assigns everything, a choice of zero nothing.
fn assigning<B: Backend>() {
    fn check<G: Group>(element: &G) {
        for (choice, expected) in [(0, G::identity()), (1, *element)] {
            let mut value = G::identity();
            value.assign_if(element, choice.into());
            assert!(bool::from(value.equals(&expected)));
            let mut compact = G::Compact::identity();
            compact.assign_if(&element.to_compact(), choice.into());
            assert!(bool::from(G::from_compact(&compact).equals(&expected)));
        }
    }
    check(&B::G1::hash(b"tag", b"1"));
    check(&B::G2::hash(b"tag", b"2"));
    check(&gt::<B>());
}

on_each_backend!(
    generator_digest,
    multiplications,
    sums_in_both_groups,
    endomorphism,
    wiping,
    assigning,
);
