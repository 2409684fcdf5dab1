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

on_each_backend!(generator_digest, multiplications, wiping, assigning);
