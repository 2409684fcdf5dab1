//! A proof of consent, verified by the precompiles of an Ethereum node's implementation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use getrandom::SysRng;
use hippocrypt::Secret;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::zk::prover::development_key;
use hippocrypt::zk::{
    Consent, ConsentKey, Depth, EnrolmentPath, Masks, Proof, ProofKey, PublicInputs,
    REVOCATION_LEVELS, RevocationPath, Scalar, Witness, ethereum,
};
use revm_precompile::bls12_381::{g1_msm, pairing};

const GAS: u64 = 10_000_000;
const INDEX: u32 = 0xa1b2_c3d4;

/// A true statement with its witness, in trees whose other nodes are arbitrary.
fn statement() -> (PublicInputs, Witness) {
    let mut next = 0_u64;
    let mut scalar = || {
        next += 1;
        Scalar::from_u64(next)
    };
    let enrolment = (0..10).map(|_| [scalar(), scalar(), scalar()]).collect();
    let revocation = [(); REVOCATION_LEVELS].map(|()| [scalar(), scalar(), scalar()]);
    let key = ConsentKey::from_seed(&Secret::build(|seed| seed.fill(9))).unwrap();
    let consent = Consent {
        vocabulary: [4; 32],
        terms: [5; 32],
        masks: Masks::new(0b1011, 6, 1).unwrap(),
        grantee: SigningKey::from_seed(&Secret::build(|seed| seed.fill(3))).verifying_key(),
        not_before: 1_000,
        expires: 2_000,
        index: INDEX,
        seed: Secret::new(scalar()),
    };
    let signature = consent.sign(&key, &mut SysRng).unwrap();
    let witness = Witness {
        key: *key.public(),
        enrolment: EnrolmentPath::new(77, enrolment).unwrap(),
        consent,
        signature,
        revocation: RevocationPath::new(INDEX, !(1 << (INDEX & 127)), revocation),
        opening: Secret::new(scalar()),
    };
    let request = Masks::new(0b0011, 4, 1).unwrap();
    let inputs = witness
        .public_inputs(1_500, request, scalar(), scalar())
        .unwrap();
    (inputs, witness)
}

/// What a contract computes: none where a precompile refuses its input.
fn verify(key: &ProofKey, inputs: &[u8], proof: &[u8]) -> Option<bool> {
    let sum = g1_msm::g1_msm(inputs, GAS).ok()?;
    let (a, rest) = proof.split_at(ethereum::G1_BYTES);
    let (b, c) = rest.split_at(ethereum::G2_BYTES);
    let key = ethereum::key(key);
    let (alpha, rest) = key.split_at(ethereum::G1_BYTES);
    let (beta, rest) = rest.split_at(ethereum::G2_BYTES);
    let (gamma, rest) = rest.split_at(ethereum::G2_BYTES);
    let delta = &rest[..ethereum::G2_BYTES];
    let product = [&negated(a), b, alpha, beta, &sum.bytes[..], gamma, c, delta].concat();
    let answer = pairing::pairing(&product, GAS).ok()?;
    let (last, zeros) = answer.bytes.split_last()?;
    assert!(zeros.iter().all(|byte| *byte == 0));
    Some(*last == 1)
}

/// (x, p - y).
fn negated(point: &[u8]) -> Vec<u8> {
    const P: [u8; 48] = [
        0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac,
        0xd7, 0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0,
        0xf6, 0x24, 0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff,
        0xff, 0xaa, 0xab,
    ];
    let mut out = point.to_vec();
    let mut borrow = 0;
    for (byte, modulus) in out[80..].iter_mut().zip(P).rev() {
        let difference = i16::from(modulus) - i16::from(*byte) - borrow;
        borrow = i16::from(difference < 0);
        *byte = (difference + 256 * borrow) as u8;
    }
    out
}

#[test]
fn the_precompiles_accept_a_proof_of_its_statement_alone() {
    let key = development_key(Depth::Ten, &mut SysRng).unwrap();
    let (inputs, witness) = statement();
    let proof: Proof = key.prove(&inputs, &witness, &mut SysRng).unwrap();
    let key = key.proof_key();

    let sums = ethereum::multi_scalar_input(key, &inputs);
    let encoded = ethereum::proof(&proof);
    assert_eq!((encoded.len(), ethereum::key(key).len()), (512, 2_432));
    assert_eq!(verify(key, &sums, &encoded), Some(true));

    // The same by the library's own layout of the product.
    let sum = g1_msm::g1_msm(&sums, GAS).unwrap().bytes;
    let product = ethereum::pairing_input(key, &proof, sum[..].try_into().unwrap());
    let answer = pairing::pairing(&product, GAS).unwrap();
    assert_eq!(answer.bytes.last(), Some(&1));

    // Every public input counts: one more than it was.
    for at in 1..=11 {
        let mut other = sums.clone();
        other[160 * at + 159] ^= 1;
        assert_eq!(verify(key, &other, &encoded), Some(false), "input {at}");
    }
    // Points that are others, and points that are none.
    let swapped = [&encoded[384..], &encoded[128..384], &encoded[..128]].concat();
    assert_eq!(verify(key, &sums, &swapped), Some(false));
    for place in [127, 383, 511] {
        let mut damaged = encoded.clone();
        damaged[place] ^= 1;
        assert_eq!(verify(key, &sums, &damaged), None, "byte {place}");
    }
}
