//! A patient's public profile: all that sealing to the patient takes.

use alloc::vec::Vec;

use super::carer::{self, CARERS_BYTES, Carer};
use super::context::PatientId;
use super::recovery::Recovery;
use super::sealing_key::SealingKey;
use crate::asymmetric::hpke::HpkePublicKey;
use crate::asymmetric::{SIGNATURE, SigningKey, VerifyingKey};
use crate::curve::{G2, PublicScalar, Scalar, multi_scalar_g2};
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::tags::{self, Kind};
use crate::transcript::{Transcript, Xof};
use crate::wire::{Reader, Writer};

/// The longest body of a profile, in bytes.
pub(super) const BODY_BYTES: usize = 512 + 2 + CARERS_BYTES;
/// Bytes of a key for proofs of consent: its encoding (32) and the proof of possession (64).
pub const CONSENT_KEY: usize = 96;
/// Stands where t of the trustees would, which is less: a list of carers comes first.
const WITH_CARERS: u8 = 255;

/// A patient's public profile.
///
/// It proves that its maker has alpha (a Schnorr proof over everything else in it), and is signed
/// by the key it names; both are checked where it is read. Whose profile it is, only a comparison
/// of the fingerprint over another channel tells.
///
/// Bytes of the object's body (SPEC.md, section 6.2): P (96) || Ed25519 key (32) || flag, key
/// for proofs (96) || flag, recovery keys (64) || u8 255, u8 count and carers, if there are any || u8 t ||
/// u8 n of the trustees, both 0 without || u64 sequence || proof (64) || signature (64).
#[derive(Clone)]
pub struct PatientProfile {
    id: PatientId,
    encryption: G2,
    signing: VerifyingKey,
    consent: Option<[u8; CONSENT_KEY]>,
    recovery: Option<Recovery>,
    carers: Vec<Carer>,
    trustees: (u8, u8),
    sequence: u64,
    possession: [u8; 64],
    signature: [u8; SIGNATURE],
}

/// What a patient says in a profile beside the keys that follow from the seed.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) consent: Option<[u8; CONSENT_KEY]>,
    pub(super) recovery: Option<Recovery>,
    pub(super) carers: Vec<Carer>,
    /// t and n, both 0 without.
    pub(super) trustees: (u8, u8),
    pub(super) sequence: u64,
}

impl PatientProfile {
    /// Makes and signs a profile.
    pub(super) fn sign(
        alpha: &Secret<Scalar>,
        signing: &SigningKey,
        said: Said,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let encryption = G2::generator() * alpha.expose();
        let mut profile = Self {
            id: PatientId::of(&encryption),
            encryption,
            signing: signing.verifying_key(),
            consent: said.consent,
            recovery: said.recovery,
            carers: said.carers,
            trustees: said.trustees,
            sequence: said.sequence,
            possession: [0; 64],
            signature: [0; SIGNATURE],
        };
        profile.possession = profile.prove(alpha, rng)?;
        let signed = profile.signed();
        profile.signature = signing.sign(&[tags::PROFILE_SIGNATURE, &signed]);
        Ok(profile)
    }

    /// Reads a profile file in binary and checks proof and signature.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`] if the proof or the signature is not its own.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let profile = file::decode(Kind::PatientPublic, bytes, Self::read)?;
        profile.verify()?;
        Ok(profile)
    }

    /// The profile file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::PatientPublic);
        writer.bytes(&self.body());
        file::finish(writer).into_vec()
    }

    /// The body alone, as it stands inside other objects.
    pub(super) fn body(&self) -> Vec<u8> {
        let mut bytes = self.signed();
        bytes.extend_from_slice(&self.signature);
        bytes
    }

    pub(super) fn from_body(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let profile = Self::read(&mut reader)?;
        reader.finish()?;
        profile.verify()?;
        Ok(profile)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let encryption = G2::from_bytes(reader.array_ref()?)?;
        let signing = VerifyingKey::from_bytes(reader.array_ref()?)?;
        let consent = if reader.flag()? {
            Some(reader.array()?)
        } else {
            None
        };
        let recovery = if reader.flag()? {
            Some(Recovery {
                signing: VerifyingKey::from_bytes(reader.array_ref()?)?,
                hpke: HpkePublicKey::from_bytes(reader.array_ref()?)?,
            })
        } else {
            None
        };
        let (mut carers, mut trustees) = (Vec::new(), (reader.u8()?, reader.u8()?));
        if let (WITH_CARERS, count) = trustees {
            carers = carer::read(reader, count)?;
            trustees = (reader.u8()?, reader.u8()?);
        }
        if trustees.0 == WITH_CARERS
            || (trustees.0 == 0) != (trustees.1 == 0)
            || trustees.0 > trustees.1
        {
            return Err(Error::Field("trustees"));
        }
        Ok(Self {
            id: PatientId::of(&encryption),
            encryption,
            signing,
            consent,
            recovery,
            carers,
            trustees,
            sequence: reader.u64()?,
            possession: reader.array()?,
            signature: reader.array()?,
        })
    }

    /// What the next profile of the patient says, unless something is to change: the same under
    /// the next number.
    pub(super) fn next(&self) -> Result<Said> {
        let next = self.sequence.checked_add(1);
        Ok(Said {
            consent: self.consent,
            recovery: self.recovery.clone(),
            carers: self.carers.clone(),
            trustees: self.trustees,
            sequence: next.ok_or(Error::TooLarge("the number"))?,
        })
    }

    /// The digest of the whole body: what is sealed for recovery is bound to it.
    pub(super) fn digest(&self) -> [u8; 32] {
        Transcript::new(tags::PROFILE_DIGEST)
            .item(&self.body())
            .finish()
    }

    /// Who the patient is: the digest of P.
    #[must_use]
    pub fn id(&self) -> &PatientId {
        &self.id
    }

    /// P with its id: all that sealing needs.
    #[must_use]
    pub fn sealing_key(&self) -> SealingKey {
        SealingKey::new(self.id, self.encryption)
    }

    /// P, what records are sealed to.
    pub(crate) fn encryption_key(&self) -> &G2 {
        &self.encryption
    }

    /// The key that signs the patient's grants and revocations.
    #[must_use]
    pub fn signing_key(&self) -> &VerifyingKey {
        &self.signing
    }

    /// The key that signs consents for proofs in zero knowledge, with the proof that its maker has
    /// its secret: a point of Jubjub (32) || R (32) || s (32). The profile's signature covers it;
    /// what it says, `zk::ProvenKey` checks.
    #[must_use]
    pub fn consent_key(&self) -> Option<&[u8; CONSENT_KEY]> {
        self.consent.as_ref()
    }

    /// The recovery keys, if there are any.
    #[must_use]
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// Who may sign for the patient.
    #[must_use]
    pub fn carers(&self) -> &[Carer] {
        &self.carers
    }

    /// How many of how many trustees can recover the key; none before the first split.
    #[must_use]
    pub fn trustees(&self) -> Option<(u8, u8)> {
        (self.trustees.1 > 0).then_some(self.trustees)
    }

    /// The profile's number: a later one has a higher number.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The fingerprint of P. The proof binds all else to it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(Kind::PatientPublic, &self.encryption.to_bytes())
    }

    /// Whether this profile takes the place of another one of the same P that is known: later, with
    /// the same recovery keys. It is no more than the device's word, so what the recovery keys say
    /// it can't change; for that there are successions.
    ///
    /// The fingerprint is of P alone: it does not tell such a profile from one that a thief of the
    /// device made with recovery keys of their own.
    ///
    /// # Errors
    /// [`Error::Succession`].
    pub fn follows(&self, known: &Self) -> Result<()> {
        if self.id != known.id {
            return Err(Error::Succession("of another patient"));
        }
        if self.recovery != known.recovery {
            return Err(Error::Succession("a device can't change recovery keys"));
        }
        if self.sequence <= known.sequence {
            return Err(Error::Succession("not later than the known profile"));
        }
        Ok(())
    }

    /// Whether `key` may revoke for this patient: the device's key or the recovery key.
    pub(super) fn may_revoke(&self, key: &VerifyingKey) -> bool {
        *key == self.signing || self.recovery.as_ref().is_some_and(|it| it.signing == *key)
    }

    /// Everything before the proof.
    fn statement(&self) -> Writer {
        let mut writer = Writer::with_capacity(BODY_BYTES);
        writer.array(&self.encryption.to_bytes());
        writer.array(&self.signing.to_bytes());
        writer.flag(self.consent.is_some());
        if let Some(key) = &self.consent {
            writer.array(key);
        }
        writer.flag(self.recovery.is_some());
        if let Some(recovery) = &self.recovery {
            writer.array(&recovery.signing.to_bytes());
            writer.array(&recovery.hpke.to_bytes());
        }
        if !self.carers.is_empty() {
            // At most CARERS.
            writer.u8(WITH_CARERS).u8(self.carers.len() as u8);
            carer::write(&self.carers, &mut writer);
        }
        writer.u8(self.trustees.0).u8(self.trustees.1);
        writer.u64(self.sequence);
        writer
    }

    fn signed(&self) -> Vec<u8> {
        let mut writer = self.statement();
        writer.array(&self.possession);
        writer.into_vec()
    }

    /// R = g2^k, e = F(statement, R), z = k + e alpha: knowledge of alpha.
    fn prove(&self, alpha: &Secret<Scalar>, rng: &mut dyn Randomness) -> Result<[u8; 64]> {
        let statement = self.statement();
        let fresh = rng.secret()?;
        let alpha_bytes = Secret::new(alpha.expose().to_bytes());
        let seed = Transcript::new(tags::PROFILE_NONCE)
            .item(alpha_bytes.expose())
            .item(statement.as_slice())
            .item(fresh.expose())
            .finish();
        let nonce = Xof::new(Secret::new(seed), tags::PROFILE_NONCE).scalar()?;
        let challenge = challenge(
            statement.as_slice(),
            &(G2::generator() * nonce.expose()).to_bytes(),
        )?;
        let answer = *nonce.expose() + Scalar::from(challenge) * *alpha.expose();
        let mut proof = [0; 64];
        let (e, z) = proof.split_at_mut(32);
        e.copy_from_slice(&challenge.to_bytes());
        z.copy_from_slice(&answer.to_bytes());
        Ok(proof)
    }

    fn verify(&self) -> Result<()> {
        let (e, z) = self.possession.split_at(32);
        let scalar = |bytes: &[u8]| -> Result<PublicScalar> {
            let bytes = bytes.try_into().map_err(|_| Error::Truncated)?;
            Ok(Scalar::from_bytes(bytes)?.declassify())
        };
        let (e, z) = (scalar(e)?, scalar(z)?);
        let nonce = multi_scalar_g2(&[G2::generator(), self.encryption], &[z, -e]);
        if challenge(self.statement().as_slice(), &nonce.to_bytes())? != e {
            return Err(Error::Verify);
        }
        let signed = self.signed();
        self.signing
            .verify(&[tags::PROFILE_SIGNATURE, &signed], &self.signature)
    }
}

fn challenge(statement: &[u8], nonce: &[u8; G2::BYTES]) -> Result<PublicScalar> {
    let digest = Transcript::new(tags::PROFILE_POSSESSION)
        .item(statement)
        .item(nonce)
        .finish();
    let scalar = Xof::new(Secret::new(digest), tags::PROFILE_POSSESSION).scalar()?;
    Ok(scalar.expose().declassify())
}
