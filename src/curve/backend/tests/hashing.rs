//! Hashing to the curve against RFC 9380, appendices J.9.1 and J.10.1.

use super::*;
use crate::curve::encoding::MODULUS;

/// Message, x and y; coordinates of G2 are `c0,c1`.
type Vector<'a> = (&'a str, &'a str, &'a str);

const TAG_G1: &str = "QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
const TAG_G2: &str = "QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_";

const VECTORS_G1: [Vector<'_>; 3] = [
    (
        "",
        "052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1",
        "08ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265",
    ),
    (
        "abc",
        "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903",
        "0b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d",
    ),
    (
        "abcdef0123456789",
        "11e0b079dea29a68f0383ee94fed1b940995272407e3bb916bbf268c263ddd57a6a27200a784cbc248e84f357ce82d98",
        "03a87ae2caf14e8ee52e51fa2ed8eefe80f02457004ba4d486d6aa1f517c0889501dc7413753f9599b099ebcbbd2d709",
    ),
];

const VECTORS_G2: [Vector<'_>; 3] = [
    (
        "",
        "0141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038e9dcdd5393faf5c41fb78a,\
         05cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f5b0f37da03d",
        "0503921d7f6a12805e72940b963c0cf3471c7b2a524950ca195d11062ee75ec076daf2d4bc358c4b190c0c98064fdd92,\
         12424ac32561493f3fe3c260708a12b7c620e7be00099a974e259ddc7d1f6395c3c811cdd19f1e8dbf3e9ecfdcbab8d6",
    ),
    (
        "abc",
        "02c2d18e033b960562aae3cab37a27ce00d80ccd5ba4b7fe0e7a210245129dbec7780ccc7954725f4168aff2787776e6,\
         139cddbccdc5e91b9623efd38c49f81a6f83f175e80b06fc374de9eb4b41dfe4ca3a230ed250fbe3a2acf73a41177fd8",
        "1787327b68159716a37440985269cf584bcb1e621d3a7202be6ea05c4cfe244aeb197642555a0645fb87bf7466b2ba48,\
         00aa65dae3c8d732d10ecd2c50f8a1baf3001578f71c694e03866e9f3d49ac1e1ce70dd94a733534f106d4cec0eddd16",
    ),
    (
        "abcdef0123456789",
        "121982811d2491fde9ba7ed31ef9ca474f0e1501297f68c298e9f4c0028add35aea8bb83d53c08cfc007c1e005723cd0,\
         190d119345b94fbd15497bcba94ecf7db2cbfd1e1fe7da034d26cbba169fb3968288b3fafb265f9ebd380512a71c3f2c",
        "05571a0f8d3c08d094576981f4a3b8eda0a8e771fcdcc8ecceaf1356a6acf17574518acb506e435b639353c2e14827c8,\
         0bb5e7572275c567462d91807de765611490205a941a5a6af3b1691bfe596c31225d3aabdf15faff860cb4ef17c7c3be",
    ),
];

/// The compressed form of a point given by its coordinates, c0 first.
fn compressed(x: &str, y: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = x.split(',').rev().flat_map(unhex).collect();
    // The larger of y and -y: its first coefficient that is not zero, from the top, is above p/2.
    let larger = y
        .split(',')
        .rev()
        .map(unhex)
        .find(|part| part.iter().any(|byte| *byte != 0))
        .is_some_and(|part| doubled(&part).as_slice() > MODULUS.as_slice());
    bytes[0] |= if larger { 0xa0 } else { 0x80 };
    bytes
}

/// Twice a big-endian integer that leaves its top bit free.
fn doubled(integer: &[u8]) -> Vec<u8> {
    let shifted = integer.iter().zip(integer.iter().skip(1).chain(&[0]));
    shifted
        .map(|(byte, next)| (byte << 1) | (next >> 7))
        .collect()
}

fn check<P: Point<Compact: Encoding>>(tag: &str, (message, x, y): Vector<'_>) {
    let point = P::hash(tag.as_bytes(), message.as_bytes());
    let bytes = point.to_compact().compress();
    assert_eq!(bytes.as_ref(), compressed(x, y), "{message:?}");
}

fn printed_vectors<B: Backend>() {
    VECTORS_G1
        .iter()
        .for_each(|vector| check::<B::G1>(TAG_G1, *vector));
    VECTORS_G2
        .iter()
        .for_each(|vector| check::<B::G2>(TAG_G2, *vector));
}

/// All vectors of one suite's file, where the files are at hand.
fn file<P: Point<Compact: Encoding>>(name: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/vectors")
        .join(name);
    let Ok(text) = std::fs::read_to_string(path) else {
        std::println!("skipped: no ../shared");
        return;
    };
    let suite: serde_json::Value = serde_json::from_str(&text).unwrap();
    let tag = suite["dst"].as_str().unwrap();
    let vectors = suite["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let text = |value: &serde_json::Value| String::from(value.as_str().unwrap());
        let (message, x, y) = (&vector["msg"], &vector["P"]["x"], &vector["P"]["y"]);
        check::<P>(tag, (&text(message), &text(x), &text(y)));
    }
}

fn all_vectors<B: Backend>() {
    file::<B::G1>("hash_to_curve_g1.json");
    file::<B::G2>("hash_to_curve_g2.json");
}

on_each_backend!(printed_vectors, all_vectors);
