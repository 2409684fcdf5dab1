//! A patient's secret key.

use alloc::vec::Vec;

use super::profile::{PatientProfile, Recovery};
use crate::asymmetric::hpke::HpkeSecretKey;
use crate::asymmetric::{SigningKey, VerifyingKey};
use crate::curve::{G1, G2, Scalar};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{hkdf, hkdf_extract};
use crate::tags::{self, Kind};
use crate::transcript::Xof;

/// What owns a history: opens every record sealed to the patient and makes grants.
///
/// Everything follows from a 32-byte seed: the scalar alpha that records are sealed to, an
/// Ed25519 key that signs profile, grants and revocations, and the secret that a grant's
/// randomness hangs on. The recovery secret does not: it is 32 fresh bytes of its own, kept here
/// until trustees hold it.
///
/// g1^alpha and all g1^s stay inside: whoever has one opens everything that it belongs to, so no
/// type that holds one has an encoding. Bytes of the object's body (SPEC.md, section 6.2): seed
/// (32) || flag, recovery secret (32) || u16 length || body of the profile.
pub struct PatientKey {
    seed: Secret<[u8; 32]>,
    recovery: Option<Secret<[u8; 32]>>,
    alpha: Secret<Scalar>,
    /// g1^alpha: as secret as alpha.
    owner_point: Secret<G1>,
    signing: SigningKey,
    profile: PatientProfile,
}

impl PatientKey {
    /// A new patient, without trustees.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub fn generate(rng: &mut dyn Randomness) -> Result<Self> {
        let (seed, recovery) = (rng.secret()?, rng.secret()?);
        let alpha = alpha(&seed)?;
        let signing = signing_key(&seed);
        let keys = recovery_keys(&recovery)?;
        let profile = PatientProfile::sign(&alpha, &signing, Some(keys), 0, rng)?;
        Ok(Self {
            seed,
            recovery: Some(recovery),
            owner_point: owner_point(&alpha),
            alpha,
            signing,
            profile,
        })
    }

    /// The public profile.
    #[must_use]
    pub fn profile(&self) -> &PatientProfile {
        &self.profile
    }

    /// The canonical bytes of the secret object, for a key file or a key store.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut writer = file::begin(Kind::PatientKey);
        writer.array(self.seed.expose());
        writer.flag(self.recovery.is_some());
        if let Some(recovery) = &self.recovery {
            writer.array(recovery.expose());
        }
        let profile = self.profile.body();
        // At most a few hundred bytes.
        writer.u16(profile.len() as u16).bytes(&profile);
        file::finish(writer).into_secret()
    }

    /// Reads exactly the bytes of [`PatientKey::to_bytes`].
    ///
    /// # Errors
    /// [`Error::PassphraseNeeded`] for a locked key; the decoding errors; [`Error::Verify`] when
    /// the profile inside is not that of the seed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (seed, recovery, profile) = file::decode(Kind::PatientKey, bytes, |reader| {
            let seed = reader.array_ref::<32>()?;
            let recovery = if reader.flag()? {
                Some(reader.array_ref::<32>()?)
            } else {
                None
            };
            Ok((seed, recovery, reader.lp16(super::profile::BODY_BYTES)?))
        })?;
        let secret = |bytes: &[u8; 32]| Secret::build(|out: &mut [u8; 32]| *out = *bytes);
        let seed = secret(seed);
        let alpha = alpha(&seed)?;
        let signing = signing_key(&seed);
        let profile = PatientProfile::from_body(profile)?;
        let recovery = recovery.map(secret);
        let keys = recovery.as_ref().map(recovery_keys).transpose()?;
        // While the secret is here the profile names its keys; afterwards it may name any.
        let own = profile.encryption_key() == &(G2::generator() * alpha.expose())
            && profile.signing_key() == &signing.verifying_key()
            && (keys.is_none() || profile.recovery() == keys.as_ref());
        if !own {
            return Err(Error::Verify);
        }
        Ok(Self {
            seed,
            recovery,
            owner_point: owner_point(&alpha),
            alpha,
            signing,
            profile,
        })
    }

    /// alpha: never leaves the scheme.
    pub(super) fn alpha(&self) -> &Secret<Scalar> {
        &self.alpha
    }

    /// g1^alpha: never leaves the scheme either.
    pub(super) fn owner_point(&self) -> &Secret<G1> {
        &self.owner_point
    }

    /// The key that signs grants and revocations.
    pub(super) fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// What a grant's randomness hangs on beside fresh bytes.
    pub(super) fn grant_secret(&self) -> Secret<[u8; 32]> {
        hkdf(&[], self.seed.expose(), &[tags::PATIENT_GRANTS])
    }

    /// What the weights of checks hang on, so that nobody foresees them.
    pub(super) fn weight_secret(&self) -> Secret<[u8; 32]> {
        hkdf(&[], self.seed.expose(), &[tags::KP_WEIGHT_SECRET])
    }
}

fn alpha(seed: &Secret<[u8; 32]>) -> Result<Secret<Scalar>> {
    let prk = hkdf_extract(tags::PATIENT_ALPHA, seed.expose());
    let alpha = Xof::new(prk, tags::PATIENT_ALPHA).scalar()?;
    if alpha.expose().is_zero() {
        return Err(Error::ScalarRange);
    }
    Ok(alpha)
}

fn owner_point(alpha: &Secret<Scalar>) -> Secret<G1> {
    Secret::new(G1::generator() * alpha.expose())
}

fn signing_key(seed: &Secret<[u8; 32]>) -> SigningKey {
    SigningKey::from_seed(&hkdf(&[], seed.expose(), &[tags::PATIENT_SIGNING]))
}

/// The public halves of what the recovery secret gives.
fn recovery_keys(secret: &Secret<[u8; 32]>) -> Result<Recovery> {
    let signing = hkdf(&[], secret.expose(), &[tags::RECOVERY_SIGNING]);
    let hpke = hkdf(&[], secret.expose(), &[tags::RECOVERY_HPKE]);
    let signing: VerifyingKey = SigningKey::from_seed(&signing).verifying_key();
    let hpke = HpkeSecretKey::from_bytes(&hpke)?.public_key();
    Ok(Recovery { signing, hpke })
}
