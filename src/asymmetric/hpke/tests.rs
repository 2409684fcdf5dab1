//! Tests of HPKE, with the vectors of RFC 9180.

use super::*;
use alloc::vec;

static_assertions::assert_not_impl_any!(HpkeSecretKey: Clone, Copy, core::fmt::Debug, PartialEq);
static_assertions::assert_impl_all!(HpkeSecretKey: Send, Sync);

/// A generator that gives its bytes once and then fails.
struct Bytes(Vec<u8>);
impl TryRng for Bytes {
    type Error = Error;
    fn try_next_u32(&mut self) -> Result<u32> {
        Err(Error::Randomness)
    }
    fn try_next_u64(&mut self) -> Result<u64> {
        Err(Error::Randomness)
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<()> {
        if self.0.len() < to.len() {
            return Err(Error::Open); // not ours to pass on: the caller must say Randomness
        }
        to.copy_from_slice(&self.0.drain(..to.len()).collect::<Vec<u8>>());
        Ok(())
    }
}
impl TryCryptoRng for Bytes {}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

fn recipient() -> HpkeSecretKey {
    HpkeSecretKey::from_bytes(&Secret::new([5; 32])).unwrap()
}

fn sample() -> Vec<u8> {
    seal(
        &recipient().public_key(),
        b"info",
        b"aad",
        b"plaintext",
        &mut Bytes(vec![3; 32]),
    )
    .unwrap()
}

/// RFC 9180, appendix A.2.1 (base mode), sequence number 0, in both directions: the
/// generator gives ikmE, from which DeriveKeyPair makes the ephemeral key.
#[test]
fn rfc_9180_appendix_a_2_1() {
    let secret: [u8; 32] =
        unhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
            .try_into()
            .unwrap();
    let secret = HpkeSecretKey::from_bytes(&Secret::new(secret)).unwrap();
    let public: [u8; 32] =
        unhex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
            .try_into()
            .unwrap();
    assert_eq!(secret.public_key().to_bytes(), public);
    let info = unhex("4f6465206f6e2061204772656369616e2055726e");
    let aad = unhex("436f756e742d30");
    let plaintext = unhex("4265617574792069732074727574682c20747275746820626561757479");
    let mut ikm = Bytes(unhex(
        "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
    ));
    let sealed = unhex(concat!(
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
    ));
    let public = HpkePublicKey::from_bytes(&public).unwrap();
    assert_eq!(
        seal(&public, &info, &aad, &plaintext, &mut ikm),
        Ok(sealed.clone())
    );
    assert_eq!(
        open(&secret, &info, &aad, &sealed).unwrap().expose(),
        &plaintext
    );
}

#[test]
fn every_change_is_refused_alike() {
    let sealed = sample();
    let refused = |info: &[u8], aad: &[u8], sealed: &[u8]| {
        assert_eq!(
            open(&recipient(), info, aad, sealed).err(),
            Some(Error::Open)
        );
    };
    assert!(open(&recipient(), b"info", b"aad", &sealed).is_ok());
    for i in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[i] ^= 1 << bit;
            refused(b"info", b"aad", &changed);
        }
    }
    refused(b"other", b"aad", &sealed);
    refused(b"info", b"other", &sealed);
    let other = HpkeSecretKey::from_bytes(&Secret::new([6; 32])).unwrap();
    assert_eq!(
        open(&other, b"info", b"aad", &sealed).err(),
        Some(Error::Open)
    );
    for length in 0..sealed.len() {
        let error = if length < OVERHEAD {
            Error::Truncated
        } else {
            Error::Open
        };
        assert_eq!(
            open(&recipient(), b"info", b"aad", &sealed[..length]).err(),
            Some(error)
        );
    }
}

#[test]
fn a_failing_generator_is_reported_and_nothing_is_sealed() {
    let public = recipient().public_key();
    for length in 0..32 {
        let mut rng = Bytes(vec![3; length]);
        assert_eq!(
            seal(&public, b"", b"", b"", &mut rng),
            Err(Error::Randomness)
        );
        let mut rng = Bytes(vec![3; length]);
        assert_eq!(
            HpkeSecretKey::generate(&mut rng).err(),
            Some(Error::Randomness)
        );
    }
}

#[test]
fn the_drawn_bytes_run_out_loudly() {
    let mut drawn = Drawn::new(&mut Bytes(vec![3; 32])).unwrap();
    drawn.try_fill_bytes(&mut [0; 31]).unwrap();
    assert!(!drawn.exhausted);
    drawn.try_fill_bytes(&mut [0; 2]).unwrap();
    assert!(drawn.exhausted);
}

#[test]
fn info_is_limited() {
    let long = vec![0; INFO_LIMIT + 1];
    let public = recipient().public_key();
    let mut rng = Bytes(vec![3; 64]);
    assert_eq!(
        seal(&public, &long, b"", b"", &mut rng),
        Err(Error::TooLarge("info"))
    );
    assert!(seal(&public, &long[1..], b"", b"", &mut rng).is_ok());
    assert_eq!(
        open(&recipient(), &long, b"", &[0; 64]).err(),
        Some(Error::TooLarge("info"))
    );
}

#[test]
fn public_keys_are_canonical_and_of_large_order() {
    for bytes in SMALL_ORDER {
        assert_eq!(HpkePublicKey::from_bytes(&bytes), Err(Error::NotInSubgroup));
        // The list is right: each makes the shared secret zero, which HPKE itself refuses.
        let unchecked = HpkePublicKey(PublicKey::from_bytes(&bytes).unwrap());
        let sealed = seal(&unchecked, b"", b"", b"", &mut Bytes(vec![3; 32]));
        assert_eq!(sealed, Err(Error::NotInSubgroup));
    }
    let mut high_bit = recipient().public_key().to_bytes();
    high_bit[31] |= 0x80;
    let mut above = PRIME;
    above[0] += 9; // p + 9 is the base point's second name
    for bytes in [PRIME, above, [0xff; 32], high_bit] {
        assert_eq!(
            HpkePublicKey::from_bytes(&bytes),
            Err(Error::NotCanonical("X25519 key"))
        );
    }
    let public = recipient().public_key();
    assert_eq!(HpkePublicKey::from_bytes(&public.to_bytes()), Ok(public));
}

#[test]
fn secret_keys_come_back() {
    let bytes = recipient().to_bytes();
    let again = HpkeSecretKey::from_bytes(&bytes).unwrap();
    assert_eq!(again.public_key(), recipient().public_key());
    assert!(again.to_bytes().matches(bytes.expose()));
}
