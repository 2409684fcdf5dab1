//! Every rule of strict decoding has bytes that break it and nothing else.

use super::*;
use crate::curve::encoding::{MODULUS, decode_point, decode_target};
use crate::error::{Error, Result};

/// x = 0: on the curve, of order 3.
const G1_ORDER_3: &str = "a00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";
const G1_ORDER_11: &str = "b9b3e2c8c6bbf59d3c326b531fc1e639d29200c28624ac604f251a12908c9b7f735318617f625954cc71cdf03229b1ef";
const G2_ORDER_13: &str =
    "a32762e5199990da7d4ebc6409c2fdae09b25206fa89dded0a23c05406588284278c22ea15e6d03cee69a68b7d4704a4
     043ff79d06a80add8340a1a548d700c5ffeef5b14a3e246834d320e323d9fcc76bae16f9f2763ab556905843518bc0c2";
const G2_ORDER_23: &str =
    "81c8529db7e45f16111c0c95106d37fb89a90afb348c9082db6d49fc34ee0077501c7ac278ed112708313a28768cc52c
     0503fbc16c24192886d4bb5c5f791e3c3448dc4e19f0ca8d0bcd6cf6cbe9ccd602478cafaf1d7847458df499807d8ae2";

type Compact<P> = <P as Group>::Compact;

/// What the decoder says, as bytes or error.
fn point<P: Point<Compact: Encoding<Bytes = [u8; N]>>, const N: usize>(
    bytes: &[u8; N],
) -> Result<[u8; N]> {
    decode_point::<Compact<P>>(bytes).map(|point| point.compress())
}

fn target<B: Backend>(bytes: &[u8; 576]) -> Result<[u8; 576]> {
    decode_target::<B::Gt>(bytes).map(|element| element.compress())
}

/// Adds p to a coordinate of 48 bytes; whether it still fits below `limit` in its first byte.
fn add_modulus(coordinate: &mut [u8], limit: u8) -> bool {
    let mut carry = 0;
    for (byte, modulus) in coordinate.iter_mut().zip(MODULUS).rev() {
        let sum = u16::from(*byte) + u16::from(modulus) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    coordinate[0] < limit
}

/// The encoding of a multiple of the generator.
fn multiple<P: Point<Compact: Encoding<Bytes = [u8; N]>>, const N: usize>(by: u64) -> [u8; N] {
    let scalar = Scalar::from_u64(by);
    P::generator().multiply(&scalar).to_compact().compress()
}

fn valid_points<P: Point<Compact: Encoding<Bytes = [u8; N]>>, const N: usize>() {
    for by in [1, 2, 3, 1 << 40] {
        let bytes = multiple::<P, N>(by);
        assert_eq!(point::<P, N>(&bytes), Ok(bytes));
        let mut negative = bytes;
        negative[0] ^= 0x20;
        assert_eq!(point::<P, N>(&negative), Ok(negative));
        let both = [bytes, negative].map(|bytes| decode_point::<Compact<P>>(&bytes).unwrap());
        let sum = P::from_compact(&both[0]).add_compact(&both[1]);
        assert!(bool::from(sum.is_identity()));
    }
}

fn flags<P: Point<Compact: Encoding<Bytes = [u8; N]>>, const N: usize>() {
    let bytes = multiple::<P, N>(5);
    let mut uncompressed = bytes;
    uncompressed[0] &= 0x7f;
    let refused = Err(Error::NotCanonical("point without the compressed flag"));
    assert_eq!(point::<P, N>(&uncompressed), refused);
    assert_eq!(point::<P, N>(&[0; N]), refused);

    let mut identity = [0; N];
    identity[0] = 0xc0;
    assert_eq!(point::<P, N>(&identity), Err(Error::IdentityPoint));
    let refused = Err(Error::NotCanonical("identity point with other bits set"));
    for (index, bit) in [(0, 0x20), (0, 0x01), (1, 0x80), (N - 1, 0x01)] {
        let mut marked = identity;
        marked[index] |= bit;
        assert_eq!(point::<P, N>(&marked), refused);
    }
    let mut infinite = bytes;
    infinite[0] |= 0x40;
    assert_eq!(point::<P, N>(&infinite), refused);
}

fn coordinates_of_p_or_more<P: Point<Compact: Encoding<Bytes = [u8; N]>>, const N: usize>() {
    let refused = Err(Error::NotCanonical("coordinate not below the modulus"));
    for start in (0..N).step_by(48) {
        let limit = if start == 0 { 0x20 } else { 0xff };
        let found = (1..100).find_map(|by| {
            let mut bytes = multiple::<P, N>(by);
            let flags = if start == 0 { bytes[0] & 0xe0 } else { 0 };
            bytes[start] &= !flags;
            let fits = add_modulus(&mut bytes[start..start + 48], limit);
            bytes[start] |= flags;
            fits.then_some(bytes)
        });
        assert_eq!(point::<P, N>(&found.unwrap()), refused);

        // p itself is a second name for zero.
        let mut zero = multiple::<P, N>(1);
        zero[start..start + 48].copy_from_slice(&MODULUS);
        zero[0] |= 0x80;
        assert_eq!(point::<P, N>(&zero), refused);
    }
}

fn off_the_curve_or_the_subgroup<P: Point<Compact: Encoding<Bytes = [u8; N]>>, const N: usize>() {
    let mut answers = [0, 0];
    for x in 1..=40 {
        let mut bytes = [0; N];
        bytes[0] = 0x80;
        bytes[N - 1] = x;
        match point::<P, N>(&bytes) {
            Err(Error::NotOnCurve) => answers[0] += 1,
            Err(Error::NotInSubgroup) => answers[1] += 1,
            other => panic!("x = {x}: {other:?}"),
        }
    }
    assert!(answers.iter().all(|count| *count > 9), "{answers:?}");
}

/// On the curve, of the order named, and refused.
fn small_order<P: Point<Compact: Encoding<Bytes = [u8; N]>>, const N: usize>(
    text: &str,
    order: u8,
) {
    let bytes = array(text);
    let compact = Compact::<P>::decompress(&bytes).unwrap();
    let element = P::from_compact(&compact);
    let multiple = |by: u8| times(&element, &[by], P::double);
    assert!((1..order).all(|by| !bool::from(multiple(by).is_identity())));
    assert!(bool::from(multiple(order).is_identity()));
    assert_eq!(point::<P, N>(&bytes), Err(Error::NotInSubgroup));
}

fn points<B: Backend>() {
    valid_points::<B::G1, 48>();
    valid_points::<B::G2, 96>();
    flags::<B::G1, 48>();
    flags::<B::G2, 96>();
    coordinates_of_p_or_more::<B::G1, 48>();
    coordinates_of_p_or_more::<B::G2, 96>();
    off_the_curve_or_the_subgroup::<B::G1, 48>();
    off_the_curve_or_the_subgroup::<B::G2, 96>();
    small_order::<B::G1, 48>(G1_ORDER_3, 3);
    small_order::<B::G1, 48>(G1_ORDER_11, 11);
    small_order::<B::G2, 96>(G2_ORDER_13, 13);
    small_order::<B::G2, 96>(G2_ORDER_23, 23);
}

fn gt<B: Backend>(by: u64) -> B::Gt {
    let (left, right) = (B::G1::generator(), B::G2::generator());
    let left = left.multiply(&Scalar::from_u64(by));
    B::pairing_product(&[(left.to_compact(), right.to_compact())], &[])
}

fn target_elements<B: Backend>() {
    let bytes = gt::<B>(9).compress();
    assert_eq!(target::<B>(&bytes), Ok(bytes));

    let one = B::Gt::identity().compress();
    assert_eq!(one[47], 1);
    assert_eq!(target::<B>(&one), Err(Error::IdentityPoint));

    let refused = Err(Error::NotCanonical("coefficient not below the modulus"));
    for start in (0..576).step_by(48) {
        let mut above = bytes;
        assert!(add_modulus(&mut above[start..start + 48], 0xff));
        assert_eq!(target::<B>(&above), refused);
        above[start..start + 48].fill(0xff);
        assert_eq!(target::<B>(&above), refused);
        above[start..start + 48].copy_from_slice(&MODULUS);
        assert_eq!(target::<B>(&above), refused);
    }
}

/// Elements of the field that are not in Gt, made with the pure backend's arithmetic, which is
/// right for all of the field: any one; one of the unitary elements; one of the cyclotomic
/// subgroup, where only the order tells it from Gt; -1, of order two; zero.
fn strangers() -> [[u8; 576]; 5] {
    use bls12_381_plus::Gt;
    let mut any = [0; 576];
    for (index, coefficient) in any.chunks_mut(48).enumerate() {
        coefficient[47] = index as u8 + 2;
    }
    let element = Gt::from_bytes(&any).unwrap();
    // f^(p^6 - 1): the conjugate over f itself.
    let unitary = -element + element.invert().unwrap();
    // ... then ^(p^2 + 1).
    let power = |element: &Gt| times(element, &MODULUS, Gt::double);
    let cyclotomic = power(&power(&unitary)) + unitary;
    let mut minus_one = [0; 576];
    minus_one[..48].copy_from_slice(&MODULUS);
    minus_one[47] -= 1;
    [
        any,
        unitary.to_bytes(),
        cyclotomic.to_bytes(),
        minus_one,
        [0; 576],
    ]
}

fn target_strangers<B: Backend>() {
    for bytes in strangers() {
        assert_eq!(target::<B>(&bytes), Err(Error::NotInSubgroup));
    }
    // The product of a stranger and an element of Gt is a stranger.
    let cyclotomic = B::Gt::decompress(&strangers()[2]).unwrap();
    let product = cyclotomic.add(&gt::<B>(3)).compress();
    assert_eq!(target::<B>(&product), Err(Error::NotInSubgroup));
}

/// The cyclotomic stranger satisfies f^(p^4 - p^2 + 1) = 1, or the test above shows nothing.
#[test]
fn the_cyclotomic_stranger_is_one() {
    use bls12_381_plus::Gt;
    let element = Gt::from_bytes(&strangers()[2]).unwrap();
    let power = |element: &Gt| times(element, &MODULUS, Gt::double);
    let second = power(&power(&element));
    let fourth = power(&power(&second));
    assert!(fourth + element == second);
    assert!(element != Gt::IDENTITY);
}

on_each_backend!(points, target_elements, target_strangers);

/// A backend whose decoder lets everything pass.
struct Careless {
    bytes: [u8; 48],
    neutral: bool,
}

impl Encoding for Careless {
    type Bytes = [u8; 48];

    fn decompress(bytes: &[u8; 48]) -> Option<Self> {
        let neutral = bytes[47] == 7;
        let mut bytes = *bytes;
        bytes[47] &= 0x7f; // a second name
        Some(Self { bytes, neutral })
    }

    fn compress(&self) -> [u8; 48] {
        self.bytes
    }

    fn in_subgroup(&self) -> bool {
        true
    }

    fn is_neutral(&self) -> bool {
        self.neutral
    }
}

#[test]
fn decoding_does_not_rely_on_the_backend() {
    let mut bytes = [0; 48];
    bytes[0] = 0x80;
    assert!(decode_point::<Careless>(&bytes).is_ok());
    bytes[47] = 0x80;
    let refused = Some(Error::NotCanonical("bytes differ from the element's own"));
    assert_eq!(decode_point::<Careless>(&bytes).err(), refused);
    bytes[47] = 7;
    assert_eq!(
        decode_point::<Careless>(&bytes).err(),
        Some(Error::IdentityPoint)
    );
}
