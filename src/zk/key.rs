//! Keys on Jubjub that sign consents.

use jubjub::{AffinePoint, ExtendedPoint, Fq, Fr};

use super::field::{self, Use};
use super::poseidon::{hash2, hash4};
use super::signature::{self, Signature};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{hkdf_expand, hkdf_extract};
use crate::tags;

/// The generator of the prime-order subgroup: eight times the point with v = 11 and this u.
const FULL_GENERATOR: AffinePoint = AffinePoint::from_raw_unchecked(
    Fq::from_raw([
        0xe4b3_d35d_f1a7_adfe,
        0xcaf5_5d1b_29bf_81af,
        0x8b0f_03dd_d60a_8187,
        0x62ed_cbb8_bf37_87c8,
    ]),
    Fq::from_raw([11, 0, 0, 0]),
);

/// G, in whose powers keys and nonces are.
pub(super) fn generator() -> ExtendedPoint {
    FULL_GENERATOR.mul_by_cofactor()
}

/// G's x and y, for the circuit.
#[cfg(feature = "zk-prover")]
pub(super) fn generator_coordinates() -> [Scalar; 2] {
    coordinates(&generator()).1
}

/// A coordinate as an element of our own field, which is the same one.
pub(super) fn coordinate(of: &Fq) -> Scalar {
    let mut wide = [0; Scalar::WIDE_BYTES];
    // `to_bytes` is little-endian; reducing changes nothing below q.
    for (to, from) in wide.iter_mut().rev().zip(of.to_bytes()) {
        *to = from;
    }
    Scalar::from_wide(&wide)
}

/// The coordinates (u, v) of a point, which are x and y in SPEC.
pub(super) fn coordinates(point: &ExtendedPoint) -> (AffinePoint, [Scalar; 2]) {
    let affine = AffinePoint::from(*point);
    (
        affine,
        [coordinate(&affine.get_u()), coordinate(&affine.get_v())],
    )
}

/// A patient's secret key for consents: an integer modulo the order of Jubjub's subgroup.
///
/// It follows from 32 bytes that the patient's key gives (`PatientKey::consent_seed`), so it has no
/// file of its own.
pub struct ConsentKey {
    secret: Secret<Fr>,
    public: ConsentPublicKey,
}

impl ConsentKey {
    /// The key of 32 secret bytes.
    ///
    /// # Errors
    /// [`Error::ScalarRange`] for a seed that gives zero, which nobody will meet.
    pub fn from_seed(seed: &Secret<[u8; 32]>) -> Result<Self> {
        let prk = hkdf_extract(tags::ZK_KEY, seed.expose());
        let wide = Secret::<[u8; 64]>::try_build(|out| hkdf_expand(&prk, &[tags::ZK_KEY], out))?;
        let secret = Secret::new(Fr::from_bytes_wide(wide.expose()));
        let point = generator() * secret.expose();
        if bool::from(point.is_identity()) {
            return Err(Error::ScalarRange);
        }
        Ok(Self {
            public: ConsentPublicKey::of(&point),
            secret,
        })
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> &ConsentPublicKey {
        &self.public
    }

    /// Signs a message, which is a hash in the field.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub(super) fn sign(
        &self,
        commitment: Use,
        message: &Scalar,
        rng: &mut dyn Randomness,
    ) -> Result<Signature> {
        signature::sign(&self.secret, &self.public, commitment, message, rng)
    }

    /// Proves that the key's maker has its secret, for one purpose: what the bytes say.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub fn prove_possession(&self, purpose: &[u8], rng: &mut dyn Randomness) -> Result<Signature> {
        self.sign(Use::Possession, &possession_message(purpose)?, rng)
    }
}

fn possession_message(purpose: &[u8]) -> Result<Scalar> {
    let purpose = field::possession(purpose)?;
    Ok(hash2(Use::PossessionContext, [purpose, Scalar::ZERO]))
}

/// The public key: a point of Jubjub's prime-order subgroup other than the identity.
#[derive(Clone, Copy)]
pub struct ConsentPublicKey {
    point: AffinePoint,
    coordinates: [Scalar; 2],
}

impl PartialEq for ConsentPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for ConsentPublicKey {}

impl ConsentPublicKey {
    /// Size of the encoding in bytes.
    pub const BYTES: usize = 32;

    fn of(point: &ExtendedPoint) -> Self {
        let (point, coordinates) = coordinates(point);
        Self { point, coordinates }
    }

    /// Decodes 32 bytes: v little-endian, the lowest bit of u in the highest bit.
    ///
    /// # Errors
    /// [`Error::NotOnCurve`] also for a second encoding of a point, [`Error::IdentityPoint`],
    /// [`Error::NotInSubgroup`].
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self> {
        let point = Option::<AffinePoint>::from(AffinePoint::from_bytes(*bytes));
        let point = ExtendedPoint::from(point.ok_or(Error::NotOnCurve)?);
        if bool::from(point.is_identity()) {
            return Err(Error::IdentityPoint);
        }
        if !bool::from(point.is_torsion_free()) {
            return Err(Error::NotInSubgroup);
        }
        Ok(Self::of(&point))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        self.point.to_bytes()
    }

    /// x and y.
    #[must_use]
    pub fn coordinates(&self) -> [Scalar; 2] {
        self.coordinates
    }

    pub(super) fn point(&self) -> &AffinePoint {
        &self.point
    }

    /// What stands for the key in the enrolment tree.
    #[must_use]
    pub fn leaf(&self) -> Scalar {
        hash2(Use::Leaf, self.coordinates)
    }

    /// The commitment to this patient that a record carries, under a fresh r.
    #[must_use]
    pub fn subject(&self, r: &Scalar) -> Scalar {
        let [x, y] = self.coordinates;
        hash4(Use::Subject, [x, y, *r, Scalar::ZERO])
    }

    /// Checks a proof of possession.
    ///
    /// # Errors
    /// [`Error::Verify`].
    pub fn verify_possession(&self, purpose: &[u8], proof: &Signature) -> Result<()> {
        proof.verify(self, Use::Possession, &possession_message(purpose)?)
    }
}
