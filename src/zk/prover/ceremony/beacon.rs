//! The last contribution to a ceremony, from a number that everybody sees and nobody chose.

use ark_bls12_381::Fr;

use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::sha256;
use crate::tags;
use crate::transcript::Xof;
use crate::zk::prover::field;

/// The most rounds of hashing, as a power of two.
pub const MOST_ROUNDS: u8 = 40;

/// The number that `beacon` gives: hashed 2^rounds times, so that whoever has some choice of it
/// cannot try many, and expanded.
pub fn number(beacon: &[u8; 32], rounds: u8) -> Result<Fr> {
    if rounds > MOST_ROUNDS {
        return Err(Error::TooLarge("rounds of a beacon"));
    }
    let mut hash = *beacon;
    for _ in 0..1_u64 << rounds {
        hash = sha256(&[&hash]);
    }
    let scalar = Xof::new(Secret::new(hash), tags::ZK_BEACON).scalar()?;
    Ok(field::from(scalar.expose()))
}
