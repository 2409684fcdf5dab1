//! Checking proofs of consent, against the products of pairings that they consist of. The key is made
//! of known numbers, with which everything can be proven: no circuit is needed.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use hippocrypt::curve::{
    G1, G2, PreparedG2, Right, Scalar, Weight, pairing_product, weighted_g1, weighted_sum_g1,
};
use hippocrypt::zk::{
    Depth, Masks, PreparedKey, Proof, ProofKey, ProofKeyPoints, Provenance, PublicInputs, Trust,
    Use, poseidon,
};
use support::{Rounds, rng};

/// Proofs of one batch.
const BATCH: usize = 100;
const CIRCUIT: [u8; 32] = [9; 32];

fn number(seed: u64) -> Scalar {
    Scalar::from_wide(&[0xa5; 64]) * Scalar::from_u64(seed + 3)
}

fn inputs(salt: u64) -> PublicInputs {
    PublicInputs {
        enrolment_root: number(1),
        revocation_root: number(2),
        now: 1_790_000_000,
        masks: Masks::new(7, 3, 1).unwrap(),
        grantee: number(3),
        vocabulary: number(4),
        context: number(5),
        nullifier: number(6),
        pseudonym: number(7),
        subject: number(8),
        binding: number(9 + salt),
    }
}

fn key() -> ProofKey {
    let point = |seed| G2::generator() * &number(seed);
    let points = ProofKeyPoints {
        alpha: G1::generator() * &number(50),
        beta: point(51),
        gamma: point(52),
        delta: point(53),
        inputs: core::array::from_fn(|place| G1::generator() * &number(60 + place as u64)),
    };
    ProofKey::new(Depth::Ten, CIRCUIT, Provenance::Development, points)
}

fn prove(inputs: &PublicInputs, salt: u64) -> Proof {
    let (a, b) = (number(100 + salt), number(300 + salt));
    let terms = inputs.to_scalars();
    let terms = (1..).zip(terms);
    let sum = terms.fold(number(60), |sum, (place, input)| {
        sum + number(60 + place) * input
    });
    let c = (a * b - number(50) * number(51) - sum * number(52)) * number(53).invert().unwrap();
    let mut bytes = Vec::new();
    bytes.extend((G1::generator() * &a).to_bytes());
    bytes.extend((G2::generator() * &b).to_bytes());
    bytes.extend((G1::generator() * &c).to_bytes());
    Proof::from_bytes(&bytes.try_into().unwrap()).unwrap()
}

fn main() {
    let prepared = PreparedKey::new(key(), &CIRCUIT, Trust::Development).unwrap();
    let all: Vec<(PublicInputs, Proof)> = (0..BATCH as u64)
        .map(|salt| (inputs(salt), prove(&inputs(salt), salt)))
        .collect();
    let (first, proof) = all.first().unwrap();
    prepared.verify(first, proof).unwrap();
    prepared.verify_batch(&all, &mut rng()).unwrap();

    let [gamma, delta]: [PreparedG2; 2] =
        [52, 53].map(|seed| (G2::generator() * &number(seed)).prepare());
    let (left, right) = (G1::generator() * &number(1), G2::generator() * &number(2));
    let bare = [
        (left, Right::Point(&right)),
        (left, Right::Prepared(&gamma)),
        (left, Right::Prepared(&delta)),
    ];
    let mut product: Vec<_> = vec![(left, Right::Point(&right)); BATCH];
    product.extend(bare.iter().skip(1));
    let encoded = proof.to_bytes();
    let left_100 = [G1::generator() * &number(1); BATCH];
    let weights = [(); BATCH].map(|()| Weight::random(&mut rng()).unwrap());

    let mut rounds = Rounds::default();
    rounds.add("poseidon t=3", || {
        poseidon::hash2(Use::Leaf, [number(1), number(2)])
    });
    rounds.add("poseidon t=5", || {
        poseidon::hash4(Use::EnrolmentNode, [number(1); 4])
    });
    rounds.add("decode a proof", || Proof::from_bytes(&encoded).unwrap());
    rounds.add("weighted", || weighted_g1(&left_100, &weights));
    rounds.add("weighted sum", || weighted_sum_g1(&left_100, &weights));
    rounds.add("bare", || pairing_product(&bare));
    rounds.add("verify", || prepared.verify(first, proof).unwrap());
    rounds.add("bare batch", || pairing_product(&product));
    rounds.add("batch", || {
        prepared.verify_batch(&all, &mut rng()).unwrap();
    });
    rounds.run(15);
    let micro = |name| 1e6 * rounds.median(name);
    let each = micro("batch") / BATCH as f64;
    println!("us on the processor's clock, medians");
    for name in ["weighted", "weighted sum"] {
        let each = micro(name) / BATCH as f64;
        println!("{:<44}{each:>10.1}", format!("{BATCH} points {name}, each"));
    }
    for name in ["poseidon t=3", "poseidon t=5", "decode a proof"] {
        println!("{name:<44}{:>10.1}", micro(name));
    }
    println!(
        "{:<44}{:>10.1}",
        "3 pairings, 2 of them prepared",
        micro("bare")
    );
    println!(
        "{:<44}{:>10.1}  {:.2} of the pairings (at most 1.3)",
        "verify",
        micro("verify"),
        micro("verify") / micro("bare")
    );
    println!(
        "{:<44}{:>10.1}  {:.2} of the {} pairings together",
        "verify 100 together, each",
        each,
        micro("batch") / micro("bare batch"),
        BATCH + 2
    );
    println!(
        "{:<44}{:>10.2}  (at least 4)",
        "one by one costs as often as much",
        micro("verify") / each
    );
}
