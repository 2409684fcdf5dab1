//! Secrets in curve arithmetic and signatures: in builds without the libraries' own checks, whose branches are
//! branches (`make constant-time`).

use std::hint::black_box;

use hippocrypt::abe::{self, AuthorityKey, AuthorityPublic};
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::curve::{G1, G1Table, G2, G2Table, Gt, GtTable, Scalar};
use hippocrypt::policy::{Attributes, Date, LabelSet, Labels, Policy};
use hippocrypt::pre::{self, PatientKey, PatientProfile};

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

/// What a key gets out of ciphertexts that fit it, one of them with weights, and out of one that was changed. The key
/// is as it was issued, secret in all its parts; a reader's checks of a key file branch, as they may.
#[test]
fn decapsulation() {
    let authority = AuthorityKey::generate("Hospital", &mut Marked).unwrap();
    let own = authority.public().to_bytes();
    public(&own);
    let attributes = Attributes::parse(["role=nurse", "dept=icu", "site=a"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let key = authority.issue(&attributes, until, &mut Marked).unwrap();
    public(key.authority().as_bytes());
    let (binding, cache) = ([7; 32], &mut abe::Cache::new());
    let read = AuthorityPublic::from_bytes(&own).unwrap();
    for text in ["role=nurse", "3 of (dept=er, site=a, role=nurse, dept=icu)"] {
        let policy = Policy::parse(text).unwrap();
        let (ciphertext, expected) = read
            .encapsulate(&policy, &binding, cache, &mut getrandom::SysRng)
            .unwrap();
        let opened = key.decapsulate(&ciphertext, &binding, cache).unwrap();
        public(opened.expose());
        assert_eq!(opened.expose(), expected.expose());

        let mut changed = ciphertext.to_bytes();
        *changed.last_mut().unwrap() ^= 1;
        let changed = abe::Ciphertext::from_bytes(&changed).unwrap();
        let rejected = key.decapsulate(&changed, &binding, cache).unwrap();
        public(rejected.expose());
        assert_ne!(rejected.expose(), expected.expose());
    }
}

/// The patient's own opening. That a capsule opens is said in the end.
#[test]
fn opening_a_capsule() {
    let patient = PatientKey::generate(&mut Marked).unwrap();
    let own = patient.profile().to_bytes();
    public(&own);
    public(patient.profile().id().as_bytes());
    let profile = PatientProfile::from_bytes(&own).unwrap();
    let labels = LabelSet::from(&Labels::parse(["type=ECG", "ym=2026-11"]).unwrap());
    let (binding, cache) = ([7; 32], &mut pre::Cache::new());
    let coupon = profile
        .mint(&labels, cache, &mut getrandom::SysRng)
        .unwrap();
    let (capsule, expected) = coupon.seal(&binding);
    let opened = patient.open(&capsule, &binding, cache).unwrap();
    public(opened.expose());
    assert_eq!(opened.expose(), expected.expose());
}
