use crate::Secret;
use crate::error::Error;
use crate::zk::{ConsentKey, ConsentPublicKey, Signature};
use getrandom::SysRng;

fn key(seed: u8) -> ConsentKey {
    ConsentKey::from_seed(&Secret::build(|bytes| bytes.fill(seed))).unwrap()
}

#[test]
fn possession_is_of_one_key_for_one_purpose() {
    let (own, other) = (key(1), key(2));
    let proof = own.prove_possession(b"a", &mut SysRng).unwrap();
    let read = Signature::from_bytes(&proof.to_bytes()).unwrap();
    own.public().verify_possession(b"a", &read).unwrap();
    for refused in [
        own.public().verify_possession(b"b", &read),
        other.public().verify_possession(b"a", &read),
    ] {
        assert_eq!(refused, Err(Error::Verify));
    }
}

#[test]
fn keys_of_small_order_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(
        ConsentPublicKey::from_bytes(&identity).err(),
        Some(Error::IdentityPoint)
    );
    // (0, -1) has order two; v = 0 has order four.
    let minus_one = -jubjub::Fq::one();
    for bytes in [minus_one.to_bytes(), [0; 32]] {
        assert_eq!(
            ConsentPublicKey::from_bytes(&bytes).err(),
            Some(Error::NotInSubgroup)
        );
    }
    let encoded = key(3).public().to_bytes();
    assert!(ConsentPublicKey::from_bytes(&encoded).unwrap() == *key(3).public());
}
