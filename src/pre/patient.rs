//! A patient's secret key.

use alloc::vec::Vec;

use super::profile::{CONSENT_KEY, PatientProfile, Said};
use super::recovery::Recovery;
use crate::asymmetric::SigningKey;
use crate::curve::{G1, G2, Scalar};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{hkdf, hkdf_extract};
use crate::tags::{self, Kind};
use crate::transcript::Xof;

/// More changes of a profile than there ever are.
const CHANGES: u64 = 1 << 32;

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
        let said = Said {
            consent: None,
            recovery: Some(Recovery::of(&recovery)?),
            carers: Vec::new(),
            trustees: (0, 0),
            sequence: 0,
        };
        Self::say(seed, Some(recovery), said, rng)
    }

    /// The key of a seed, with a new profile.
    pub(super) fn say(
        seed: Secret<[u8; 32]>,
        recovery: Option<Secret<[u8; 32]>>,
        said: Said,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let alpha = alpha(&seed)?;
        let signing = signing_key(&seed);
        let profile = PatientProfile::sign(&alpha, &signing, said, rng)?;
        Ok(Self {
            seed,
            recovery,
            owner_point: owner_point(&alpha),
            alpha,
            signing,
            profile,
        })
    }

    /// The key of a seed, with the profile that it has.
    ///
    /// # Errors
    /// [`Error::Verify`] when the profile is not that of the seed and the recovery secret.
    pub(super) fn assemble(
        seed: Secret<[u8; 32]>,
        recovery: Option<Secret<[u8; 32]>>,
        profile: PatientProfile,
    ) -> Result<Self> {
        let alpha = alpha(&seed)?;
        let signing = signing_key(&seed);
        let keys = recovery.as_ref().map(Recovery::of).transpose()?;
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

    /// The same key with a later profile of it, as it was published: what recovering gives is the
    /// profile of the split, which may name carers that were removed since. Where the device was
    /// stolen it is one of before: a thief signs profiles too.
    ///
    /// # Errors
    /// [`Error::Succession`] unless it is of this P and these recovery keys, under a number that is
    /// not lower, and no higher than an honest device gets: a thief could use all numbers up.
    pub fn with_profile(self, later: &PatientProfile) -> Result<Self> {
        let own = self.profile.id() == later.id() && self.profile.recovery() == later.recovery();
        if !own || later.sequence() < self.profile.sequence() {
            return Err(Error::Succession("not a later profile of this key"));
        }
        if later.sequence().saturating_sub(self.profile.sequence()) > CHANGES {
            return Err(Error::Succession("a number that no honest device reaches"));
        }
        Self::assemble(self.seed, self.recovery, later.clone())
    }

    /// The same key, with a later profile that names this key for proofs of consent, as
    /// `zk::ProvenKey` makes it of [`PatientKey::consent_seed`] for [`PatientProfile::id`].
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there is no next number; [`Error::Randomness`].
    pub fn with_consent_key(
        self,
        key: &[u8; CONSENT_KEY],
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let mut said = self.profile.next()?;
        said.consent = Some(*key);
        Self::say(self.seed, self.recovery, said, rng)
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
        // At most BODY_BYTES.
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
        let profile = PatientProfile::from_body(profile)?;
        Self::assemble(secret(seed), recovery.map(secret), profile)
    }

    /// Whether the recovery secret is here: before the first split, and after a recovery.
    #[must_use]
    pub fn holds_recovery(&self) -> bool {
        self.recovery.is_some()
    }

    /// The recovery secret, while it is here.
    pub(super) fn recovery_secret(&self) -> Option<&Secret<[u8; 32]>> {
        self.recovery.as_ref()
    }

    /// The seed: leaves only sealed to the recovery key.
    pub(super) fn seed(&self) -> &Secret<[u8; 32]> {
        &self.seed
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
    pub(crate) fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The seed of the key that signs consents for proofs in zero knowledge (SPEC.md, section
    /// 19.2): whoever has it can sign consents in the patient's name, and nothing else.
    #[must_use]
    pub fn consent_seed(&self) -> Secret<[u8; 32]> {
        hkdf(&[], self.seed.expose(), &[tags::PATIENT_CONSENT])
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
