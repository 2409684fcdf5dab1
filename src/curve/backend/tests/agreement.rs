//! Every operation of both backends, on equal inputs, gives equal bytes.

use super::*;
use crate::curve::window::edges;

/// What an operation answered, under its name.
type Record = Vec<(&'static str, Vec<u8>)>;

/// Operands with everything that additions trip over: equal, opposite, the identity.
fn operands<P: Point>(seed: u8) -> Vec<P> {
    let (base, mut points) = (P::generator(), Vec::from([P::identity()]));
    points.extend(scalars(seed).take(4).map(|scalar| base.multiply(&scalar)));
    points.push(points[1].negate());
    points.push(base);
    points
}

/// Operations of any group.
fn group_record<G: Group>(elements: &[G], write: impl Fn(&G) -> Vec<u8>) -> Record {
    let mut record = Record::new();
    for a in elements {
        record.push(("written", write(a)));
        record.push(("double", write(&a.double())));
        record.push(("negate", write(&a.negate())));
        record.push(("compact", write(&G::from_compact(&a.to_compact()))));
        record.push(("is identity", [a.is_identity().unwrap_u8()].into()));
        for b in elements {
            record.push(("add", write(&a.add(b))));
            record.push(("add compact", write(&a.add_compact(&b.to_compact()))));
            record.push(("equals", [a.equals(b).unwrap_u8()].into()));
        }
    }
    for compact in G::to_compact_batch(elements) {
        record.push(("batch", write(&G::from_compact(&compact))));
        record.push(("negate compact", write(&G::from_compact(&compact.negate()))));
    }
    for scalar in edges().into_iter().step_by(3).chain(scalars(3).take(5)) {
        record.push(("multiply", write(&elements[2].multiply(&scalar))));
        record.push(("multiply identity", write(&G::identity().multiply(&scalar))));
        let windows = window::multiply(&elements[2], &scalar);
        record.push(("windows", write(&windows)));
    }
    record
}

fn point_record<P: Point<Compact: Encoding>>(seed: u8) -> Record {
    let write = |point: &P| point.to_compact().compress().as_ref().to_vec();
    let points = operands::<P>(seed);
    let mut record = group_record(&points, write);
    let tag = b"HIPPO-TEST-TAG-that-is-no-one's-else";
    record.extend(
        [&b""[..], &[0], &[0xff; 300]].map(|message| ("hash", write(&P::hash(tag, message)))),
    );
    record.push(("long tag", write(&P::hash(&[7; 300], b"message"))));

    // No identity among the points, lengths on both sides of blst's thresholds.
    for count in [1, 2, 3, 31, 32, 33, 70] {
        let points: Vec<P> = scalars(seed + 1)
            .take(count)
            .map(|scalar| P::generator().multiply(&scalar))
            .collect();
        let compact = P::to_compact_batch(&points);
        for bits in [2usize, 9, 128, 255] {
            let magnitudes: Vec<[u8; 32]> = scalars(seed + 2)
                .take(count)
                .map(|scalar| {
                    let mut bytes = scalar.to_little_endian();
                    for (index, byte) in bytes.iter_mut().enumerate() {
                        let kept = bits.saturating_sub(8 * index).min(8);
                        *byte &= (0xffu16 >> (8 - kept)) as u8;
                    }
                    bytes
                })
                .collect();
            let sum = P::sum_of_products(&compact, &magnitudes, bits);
            record.push(("sum of products", write(&sum)));
        }
    }
    // Repeated and opposite points.
    let same = [points[1], points[1], points[5], points[1]].map(|point| point.to_compact());
    let sum = P::sum_of_products(&same, &[[3; 32]; 4], 255);
    record.push(("sum of repeated points", write(&sum)));
    record
}

fn pairing_record<B: Backend>() -> Record {
    let left: Vec<_> = operands::<B::G1>(11).split_off(1);
    let right: Vec<_> = operands::<B::G2>(12).split_off(1);
    let left = B::G1::to_compact_batch(&left);
    let right = B::G2::to_compact_batch(&right);
    let lines: Vec<_> = right.iter().map(B::lines).collect();

    let mut record = Record::new();
    let mut elements = Vec::new();
    // Up to forty terms: blst works in blocks of sixteen.
    for (plain, prepared) in [
        (1, 0),
        (0, 1),
        (2, 0),
        (0, 3),
        (2, 2),
        (16, 0),
        (17, 1),
        (40, 2),
    ] {
        let pairs = left.iter().cycle().zip(right.iter().rev().cycle());
        let plain: Vec<_> = pairs.take(plain).map(|(a, b)| (*a, *b)).collect();
        let prepared: Vec<_> = left.iter().copied().zip(&lines).take(prepared).collect();
        let product = B::pairing_product(&plain, &prepared);
        record.push(("pairing product", product.compress().to_vec()));
        elements.push(product);
    }
    let empty = B::pairing_product(&[], &[]);
    assert!(bool::from(empty.is_identity()));
    elements.push(empty);
    elements.push(elements[0].negate());
    record.extend(group_record(&elements, |element| {
        element.compress().to_vec()
    }));
    let subgroup = elements
        .iter()
        .map(|element| u8::from(element.in_subgroup()));
    record.push(("in subgroup", subgroup.collect()));
    record
}

/// The backends agree with each other, hence with RFC 9380 and the known digest where either is
/// tested to.
#[test]
fn backends_agree() {
    use crate::curve::backend::{blst::Blst, plus::Plus};
    let pairs = [
        (
            point_record::<<Blst as Backend>::G1>(1),
            point_record::<<Plus as Backend>::G1>(1),
        ),
        (
            point_record::<<Blst as Backend>::G2>(5),
            point_record::<<Plus as Backend>::G2>(5),
        ),
        (pairing_record::<Blst>(), pairing_record::<Plus>()),
    ];
    for (blst, plus) in pairs {
        assert_eq!(blst.len(), plus.len());
        for (one, other) in blst.iter().zip(&plus) {
            assert_eq!(one, other);
        }
    }
}
