//! Costs of the curve's operations: the units of SPEC.md's operation counts.
//!
//! `cargo bench --bench curve --features hazmat`; without the feature `blst` it measures the pure
//! backend.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use hippocrypt::curve::{
    G1, G1Table, G2, G2Table, Gt, GtTable, PublicScalar, Right, Scalar, multi_scalar_g1,
    multi_scalar_g2, pairing, pairing_product,
};

const TAG: &[u8] = b"HIPPO-BENCH-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";

/// A scalar of full length that depends on the index.
fn scalar(index: u64) -> Scalar {
    Scalar::from_wide(&[0xa5; 64]) * Scalar::from_u64(index + 3)
}

fn groups(bench: &mut Criterion) {
    let (g1, g2, gt) = (G1::generator(), G2::generator(), Gt::generator());
    let exponent = scalar(1);
    bench.bench_function("G1 multiply", |b| b.iter(|| g1 * black_box(&exponent)));
    bench.bench_function("G2 multiply", |b| b.iter(|| g2 * black_box(&exponent)));
    bench.bench_function("Gt power", |b| b.iter(|| gt.pow(black_box(&exponent))));

    let (t1, t2, tt) = (G1Table::new(&g1), G2Table::new(&g2), GtTable::new(&gt));
    bench.bench_function("G1 table multiply", |b| {
        b.iter(|| t1.mul(black_box(&exponent)))
    });
    bench.bench_function("G2 table multiply", |b| {
        b.iter(|| t2.mul(black_box(&exponent)))
    });
    bench.bench_function("Gt table power", |b| {
        b.iter(|| tt.pow(black_box(&exponent)))
    });
    bench.bench_function("G1 table new", |b| b.iter(|| G1Table::new(black_box(&g1))));
    bench.bench_function("G2 table new", |b| b.iter(|| G2Table::new(black_box(&g2))));
    bench.bench_function("Gt table new", |b| b.iter(|| GtTable::new(black_box(&gt))));
    bench.bench_function("hash to G1", |b| {
        b.iter(|| G1::hash(TAG, black_box(b"role=cardiologist")))
    });
}

fn pairings(bench: &mut Criterion) {
    let left: Vec<G1> = (0..5).map(|i| G1::generator() * &scalar(i)).collect();
    let right: Vec<G2> = (0..5).map(|i| G2::generator() * &scalar(i)).collect();
    let prepared: Vec<_> = right.iter().map(G2::prepare).collect();
    bench.bench_function("pairing", |b| {
        b.iter(|| pairing(black_box(&left[0]), &right[0]))
    });
    for count in [2, 5] {
        let plain: Vec<_> = (0..count)
            .map(|i| (left[i], Right::Point(&right[i])))
            .collect();
        bench.bench_function(&format!("product of {count} pairings"), |b| {
            b.iter(|| pairing_product(black_box(&plain)))
        });
        let ready: Vec<_> = (0..count)
            .map(|i| (left[i], Right::Prepared(&prepared[i])))
            .collect();
        bench.bench_function(&format!("product of {count} prepared pairings"), |b| {
            b.iter(|| pairing_product(black_box(&ready)))
        });
    }
    bench.bench_function("G2 prepare", |b| b.iter(|| black_box(&right[0]).prepare()));
}

fn encodings(bench: &mut Criterion) {
    let g1 = (G1::generator() * &scalar(1)).to_bytes();
    let g2 = (G2::generator() * &scalar(1)).to_bytes();
    let gt = Gt::generator().to_bytes();
    bench.bench_function("G1 decode", |b| b.iter(|| G1::from_bytes(black_box(&g1))));
    bench.bench_function("G2 decode", |b| b.iter(|| G2::from_bytes(black_box(&g2))));
    bench.bench_function("Gt decode", |b| b.iter(|| Gt::from_bytes(black_box(&gt))));
    let point = G1::generator() * &scalar(1);
    bench.bench_function("G1 encode", |b| b.iter(|| black_box(&point).to_bytes()));
}

fn sums(bench: &mut Criterion) {
    let g1: Vec<G1> = (0..100).map(|i| G1::generator() * &scalar(i)).collect();
    let g2: Vec<G2> = (0..100).map(|i| G2::generator() * &scalar(i)).collect();
    let weights: Vec<_> = (0..100)
        .map(|i| PublicScalar::from_u128(u128::MAX / (i + 1)))
        .collect();
    let ones = vec![PublicScalar::ONE; 100];
    bench.bench_function("G1 sum of 100, 128-bit weights", |b| {
        b.iter(|| multi_scalar_g1(black_box(&g1), &weights))
    });
    bench.bench_function("G2 sum of 100, 128-bit weights", |b| {
        b.iter(|| multi_scalar_g2(black_box(&g2), &weights))
    });
    bench.bench_function("G1 sum of 100, weights one", |b| {
        b.iter(|| multi_scalar_g1(black_box(&g1), &ones))
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(15)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600));
    targets = groups, pairings, encodings, sums
}
criterion_main!(benches);
