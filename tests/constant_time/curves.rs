//! Secrets in curve arithmetic and signatures: in builds without the libraries' own checks, whose branches are
//! branches (`make constant-time`).

use std::hint::black_box;

use hippocrypt::abe::{AuthorityKey, AuthorityPublic};
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::curve::{G1, G1Table, G2, G2Table, Gt, GtTable, Scalar};
use hippocrypt::policy::{Attributes, Date};

use super::mark::{public, secret};
use super::paths::{Marked, marked};

/// A secret of full length.
fn scalar() -> Scalar {
    let mut bytes = [0xa5; 64];
    bytes[..32].copy_from_slice(marked().expose());
    secret(&bytes);
    Scalar::from_wide(&bytes)
}

#[test]
fn arithmetic_of_scalars() {
    let (a, b) = (scalar(), scalar());
    let bytes = (a * b + a - b).to_bytes();
    public(&bytes);
    assert!(bytes != [0; 32]);
}

#[test]
fn multiplication_of_points() {
    let secret = scalar();
    let first = (G1::generator() * &secret).to_bytes();
    public(&first);
    let second = (G2::generator() * &secret).to_bytes();
    public(&second);
    assert!(first != [0; 48] && second != [0; 96]);
}

#[test]
fn multiplication_by_tables() {
    let (first, second) = (
        G1Table::new(&G1::generator()),
        G2Table::new(&G2::generator()),
    );
    let target = GtTable::new(&Gt::generator());
    let secret = scalar();
    let first = first.mul(&secret).to_bytes();
    public(&first);
    let second = second.mul(&secret).to_bytes();
    public(&second);
    let target = target.pow(&secret).to_bytes();
    public(&target);
    assert!(first != [0; 48] && second != [0; 96] && target != [0; 576]);
}

/// What textbooks do: an addition for each bit that is set.
#[test]
fn a_square_and_multiply_that_leaks() {
    let mut sum = G1::identity();
    for bit in (0..16).rev() {
        sum = sum + sum;
        if black_box(scalar().to_bytes()[30 + bit / 8] >> (bit % 8) & 1) == 1 {
            sum = sum + G1::generator();
        }
    }
    let bytes = sum.to_bytes();
    public(&bytes);
    assert!(bytes != [0; 48]);
}

#[test]
fn powers_in_the_target_group() {
    let bytes = Gt::generator().pow(&scalar()).to_bytes();
    public(&bytes);
    assert!(bytes != [0; 576]);
}

#[test]
fn signing() {
    let key = SigningKey::from_seed(&marked());
    let signature = key.sign(&[b"message"]);
    public(&signature);
    assert!(signature != [0; 64]);
}

/// Keys of an authority and a holder, made from secrets alone.
#[test]
fn issuing() {
    let authority = AuthorityKey::generate("Hospital", &mut Marked).unwrap();
    let attributes = Attributes::parse(["role=nurse"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let key = authority.issue(&attributes, until, &mut Marked).unwrap();
    let bytes = key.to_bytes();
    public(bytes.expose());
    let own = authority.public().to_bytes();
    public(&own);
    assert!(AuthorityPublic::from_bytes(&own).is_ok() && bytes.expose().len() > 100);
}
