//! What whoever opens checks: that the capsule is exactly what its message gives, and, if not,
//! whose fault that is.

use alloc::vec::Vec;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::capsule::{Capsule, Points};
use super::{Cache, FO};
use crate::curve::{G1, G2, Gt, PublicScalar, Right, multi_scalar_g1, pairing_product};
use crate::error::{Error, Result};
use crate::kem::Message;
use crate::secret::Secret;
use crate::tags;
use crate::transcript::{Transcript, Xof};

/// The key inside `capsule`, if `shared` is its shared element and the capsule is what its
/// message gives: s, U and all T computed again and compared in constant time.
///
/// All T are compared in one combination, with weights that follow from `secret`, a secret of
/// the reader's: `prod T^r = (prod H^r)^s`. A wrong T passes with probability 2^-128.
///
/// # Errors
/// [`Error::Open`] for any other element, or a changed capsule.
pub(super) fn open(
    capsule: &Capsule,
    points: &Points,
    mut shared: Gt,
    secret: &Secret<[u8; 32]>,
    binding: &[u8; 32],
    cache: &mut Cache,
) -> Result<Secret<[u8; 32]>> {
    let parts = capsule.parts()?;
    let context = capsule.patient().as_bytes();
    let shared_bytes = Secret::new(shared.to_bytes());
    shared.zeroize();
    let message = Message::unmask(
        &FO,
        context,
        &parts.header(),
        shared_bytes.expose(),
        capsule.masked(),
    );
    let mut coins = message.coins(&FO, context, &parts.labels)?;
    let s = coins.scalars.scalar()?;
    let first = cache.second_power(s.expose()).to_bytes();

    let prk = Transcript::new(tags::KP_WEIGHTS)
        .item(secret.expose())
        .item(capsule.digest())
        .item(&first)
        .finish();
    let weights = weights(Secret::new(prk), points.rows.len())?;
    let hashes: Vec<G1> = capsule
        .labels()
        .iter()
        .map(|label| cache.hash(label))
        .collect();
    let mut expected = multi_scalar_g1(&hashes, &weights) * s.expose();
    let rows = multi_scalar_g1(&points.rows, &weights).ct_eq(&expected);
    expected.zeroize();
    let same = rows & first.ct_eq(&parts.first);

    let key = coins.into_key(&FO, capsule.digest(), binding);
    if bool::from(same) {
        Ok(key)
    } else {
        Err(Error::Open)
    }
}

/// Whether the capsule is well formed, from public data: its proof holds, and all T belong to
/// one exponent, that of U. Run only after opening failed.
pub(super) fn capsule(capsule: &Capsule, points: &Points, cache: &mut Cache) -> Result<()> {
    capsule
        .proof()
        .verify(capsule.digest(), &points.first, capsule.first_bytes()?)?;
    let prk = Transcript::new(tags::KP_WEIGHTS)
        .item(capsule.digest())
        .item(capsule.point_bytes())
        .finish();
    let weights = weights(Secret::new(prk), points.rows.len())?;
    let hashes: Vec<G1> = capsule
        .labels()
        .iter()
        .map(|label| cache.hash(label))
        .collect();
    let generator = G2::generator();
    let product = pairing_product(&[
        (
            multi_scalar_g1(&points.rows, &weights),
            Right::Point(&generator),
        ),
        (
            -multi_scalar_g1(&hashes, &weights),
            Right::Point(&points.first),
        ),
    ]);
    if product.is_identity() {
        Ok(())
    } else {
        Err(Error::BadCapsule)
    }
}

/// 128-bit weights; the first is 1, which loses nothing.
fn weights(prk: Secret<[u8; 32]>, count: usize) -> Result<Vec<PublicScalar>> {
    let mut stream = Xof::new(prk, tags::KP_WEIGHTS);
    let mut weights = Vec::with_capacity(count);
    weights.push(PublicScalar::ONE);
    for _ in 1..count {
        weights.push(stream.weight()?);
    }
    Ok(weights)
}
