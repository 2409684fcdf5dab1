//! Schnorr signatures on Jubjub, with challenges that Poseidon makes (SPEC.md, section 19.2).

use jubjub::{AffinePoint, ExtendedPoint, Fr};

use super::field::Use;
use super::key::{self, ConsentPublicKey};
use super::poseidon::{hash2, hash4};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{hkdf_expand, hkdf_extract};
use crate::tags;
use crate::wire::Writer;

/// A signature (R, s) with s G = R + e pk, where e is 128 bits of a hash of R, pk and the message.
///
/// 64 bytes: R as a key is encoded (32) || s little-endian, below the order of the subgroup (32).
#[derive(Clone, Copy)]
pub struct Signature {
    nonce: AffinePoint,
    answer: Fr,
}

impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl Eq for Signature {}

pub(super) fn sign(
    secret: &Secret<Fr>,
    public: &ConsentPublicKey,
    commitment: Use,
    message: &Scalar,
    rng: &mut dyn Randomness,
) -> Result<Signature> {
    let fresh = rng.secret()?;
    let mut input = Writer::with_capacity(32 * 3);
    input
        .array(&secret.expose().to_bytes())
        .array(fresh.expose())
        .array(&message.to_bytes());
    let prk = hkdf_extract(tags::ZK_NONCE, input.into_secret().expose());
    let wide = Secret::<[u8; 64]>::try_build(|out| hkdf_expand(&prk, &[tags::ZK_NONCE], out))?;
    let k = Secret::new(Fr::from_bytes_wide(wide.expose()));
    let (nonce, coordinates) = key::coordinates(&(key::generator() * k.expose()));
    let e = challenge(commitment, coordinates, public, message);
    Ok(Signature {
        nonce,
        answer: *k.expose() + e * *secret.expose(),
    })
}

/// The low 128 bits of the hash: those of its one representative below q.
fn challenge(
    commitment: Use,
    [x, y]: [Scalar; 2],
    public: &ConsentPublicKey,
    message: &Scalar,
) -> Fr {
    let [pk_x, pk_y] = public.coordinates();
    let k = hash4(commitment, [x, y, pk_x, pk_y]);
    let mut bytes = hash2(Use::Challenge, [k, *message]).to_bytes();
    bytes.reverse();
    let mut wide = [0; 64];
    for (to, from) in wide.iter_mut().zip(bytes.iter().take(16)) {
        *to = *from;
    }
    Fr::from_bytes_wide(&wide)
}

impl Signature {
    /// Size of the encoding in bytes.
    pub const BYTES: usize = 64;

    /// Decodes 64 bytes.
    ///
    /// # Errors
    /// [`Error::NotOnCurve`] for R, [`Error::ScalarRange`] for s.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self> {
        let (nonce, answer) = bytes.split_first_chunk::<32>().ok_or(Error::Truncated)?;
        let answer: &[u8; 32] = answer.try_into().map_err(|_| Error::Truncated)?;
        let nonce: Option<AffinePoint> = AffinePoint::from_bytes(*nonce).into();
        let answer: Option<Fr> = Fr::from_bytes(answer).into();
        Ok(Self {
            nonce: nonce.ok_or(Error::NotOnCurve)?,
            answer: answer.ok_or(Error::ScalarRange)?,
        })
    }

    /// The 64 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (nonce, answer) = bytes.split_at_mut(32);
        nonce.copy_from_slice(&self.nonce.to_bytes());
        answer.copy_from_slice(&self.answer.to_bytes());
        bytes
    }

    /// R's x and y.
    #[must_use]
    pub fn nonce_coordinates(&self) -> [Scalar; 2] {
        [
            key::coordinate(&self.nonce.get_u()),
            key::coordinate(&self.nonce.get_v()),
        ]
    }

    /// s in 32 bytes, little-endian.
    #[must_use]
    pub fn answer_bytes(&self) -> [u8; 32] {
        self.answer.to_bytes()
    }

    /// Whether s G = R + e pk. As pk is of prime order, so is then R.
    pub(super) fn verify(
        &self,
        public: &ConsentPublicKey,
        commitment: Use,
        message: &Scalar,
    ) -> Result<()> {
        let e = challenge(commitment, self.nonce_coordinates(), public, message);
        let right = ExtendedPoint::from(self.nonce) + ExtendedPoint::from(*public.point()) * e;
        if key::generator() * self.answer == right {
            Ok(())
        } else {
            Err(Error::Verify)
        }
    }
}
