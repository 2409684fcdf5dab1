//! The header of a grant: everything that relays, recipient and auditors can read, and that the
//! patient signs.

use alloc::vec::Vec;

use super::committee::{check_relays, read_relays, write_relays};
use super::conditions::Conditions;
use super::party::PartyKeys;
use super::profile::{self, PatientProfile};
use super::role::GrantRole;
use super::standing::sharing_digest;
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::keys::Fingerprint;
use crate::policy::LabelPolicy;
use crate::share::Commitment;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// Version of the header of a grant to one recipient with a sharing of its own.
const VERSION: u8 = 1;
/// Version of all other headers: to a role, or under a standing sharing.
const LATER_VERSION: u8 = 2;
/// The longest canonical policy, in bytes.
pub(super) const POLICY_BYTES: usize = 128 * 1024;
/// The longest header, in bytes.
pub(super) const HEADER_BYTES: usize = 256 * 1024;

/// The policy as relays see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ShownPolicy {
    /// In full: relays check it against the labels of an open request.
    Open(LabelPolicy),
    /// As a salted digest: only the recipient knows it, and only the recipient's key enforces it.
    Blind([u8; 32]),
}

/// Whom a grant is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Grantee {
    /// Whoever has these keys.
    Keys(PartyKeys),
    /// Everybody in a role.
    Role(GrantRole),
}

/// The header of a grant (SPEC.md, section 14.5).
#[derive(Clone)]
pub struct GrantHeader {
    pub(super) grant_id: [u8; 16],
    pub(super) sequence: u64,
    pub(super) patient: PatientProfile,
    pub(super) grantee: Grantee,
    pub(super) policy: ShownPolicy,
    pub(super) not_before: u64,
    pub(super) not_after: u64,
    pub(super) conditions: Conditions,
    pub(super) publisher: VerifyingKey,
    pub(super) consent: Option<[u8; 32]>,
    /// The epoch of the standing sharing; `None` where the sharing is the grant's own.
    pub(super) epoch: Option<u64>,
    pub(super) sharing_id: [u8; 16],
    pub(super) threshold: u8,
    pub(super) relays: Vec<PartyKeys>,
}

/// A header together with what the sharing adds to it, and its bytes.
#[derive(Clone)]
pub(super) struct Dealt {
    pub(super) header: GrantHeader,
    pub(super) commitment: Vec<u8>,
    pub(super) components: [u8; 32],
    pub(super) bytes: Vec<u8>,
}

impl GrantHeader {
    /// A random number that names the grant.
    #[must_use]
    pub fn grant_id(&self) -> &[u8; 16] {
        &self.grant_id
    }

    /// The patient's number of the grant: a floor revokes all up to a number.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Who grants.
    #[must_use]
    pub fn patient(&self) -> &PatientProfile {
        &self.patient
    }

    /// The fingerprint of whoever is granted to, unless it is a role.
    #[must_use]
    pub fn recipient(&self) -> Option<Fingerprint> {
        match &self.grantee {
            Grantee::Keys(keys) => Some(keys.fingerprint(Kind::RecipientPublic)),
            Grantee::Role(_) => None,
        }
    }

    /// The role that is granted to, if it is one.
    #[must_use]
    pub fn role(&self) -> Option<&GrantRole> {
        match &self.grantee {
            Grantee::Keys(_) => None,
            Grantee::Role(role) => Some(role),
        }
    }

    /// The epoch of the standing sharing that the grant hangs on, if it has no sharing of its own.
    #[must_use]
    pub fn epoch(&self) -> Option<u64> {
        self.epoch
    }

    /// What may be opened, if relays can see it.
    #[must_use]
    pub fn policy(&self) -> Option<&LabelPolicy> {
        match &self.policy {
            ShownPolicy::Open(policy) => Some(policy),
            ShownPolicy::Blind(_) => None,
        }
    }

    /// The first second in which relays serve, in Unix seconds.
    #[must_use]
    pub fn not_before(&self) -> u64 {
        self.not_before
    }

    /// The first second in which relays no longer serve, in Unix seconds.
    #[must_use]
    pub fn not_after(&self) -> u64 {
        self.not_after
    }

    /// What requests must claim.
    #[must_use]
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Whose revocation lists count.
    #[must_use]
    pub fn publisher(&self) -> &VerifyingKey {
        &self.publisher
    }

    /// The digest of the consent that the grant follows from, if it names one.
    #[must_use]
    pub fn consent(&self) -> Option<&[u8; 32]> {
        self.consent.as_ref()
    }

    /// How many relays must answer.
    #[must_use]
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// The fingerprints of the relays, the first of which has index 1.
    pub fn relays(&self) -> impl Iterator<Item = Fingerprint> {
        self.relays
            .iter()
            .map(|keys| keys.fingerprint(Kind::RelayPublic))
    }

    /// The keys of the relay with this index.
    pub(super) fn relay(&self, index: u8) -> Option<&PartyKeys> {
        self.relays.get(usize::from(index).checked_sub(1)?)
    }

    /// Whether relays serve at this time.
    ///
    /// # Errors
    /// [`Error::NotValidNow`] if not.
    pub fn check_time(&self, now: u64) -> Result<()> {
        if (self.not_before..self.not_after).contains(&now) {
            Ok(())
        } else {
            Err(Error::NotValidNow)
        }
    }

    /// The header as far as it is known before shares are dealt: what all randomness of the
    /// sharing is bound to.
    pub(super) fn before_dealing(&self) -> Result<Writer> {
        let mut writer = Writer::with_capacity(1024);
        let version = self.version();
        writer
            .u8(version)
            .array(&self.grant_id)
            .u64(self.sequence)
            .lp16(&self.patient.body())?;
        match &self.grantee {
            Grantee::Keys(keys) => {
                if version > VERSION {
                    writer.u8(0);
                }
                keys.write(&mut writer);
            }
            Grantee::Role(role) => {
                writer.u8(1);
                role.write(&mut writer)?;
            }
        }
        match &self.policy {
            ShownPolicy::Open(policy) => {
                writer.u8(0).lp32(policy.as_bytes())?;
            }
            ShownPolicy::Blind(digest) => {
                writer.u8(1).array(digest);
            }
        }
        writer.u64(self.not_before).u64(self.not_after);
        self.conditions.write(&mut writer)?;
        writer.array(&self.publisher.to_bytes());
        writer.flag(self.consent.is_some());
        if let Some(digest) = &self.consent {
            writer.array(digest);
        }
        if version > VERSION {
            writer.flag(self.epoch.is_some());
        }
        if let Some(epoch) = self.epoch {
            writer.u64(epoch);
        }
        writer.array(&self.sharing_id);
        write_relays(&mut writer, self.threshold, &self.relays);
        Ok(writer)
    }

    /// What the header needs.
    fn version(&self) -> u8 {
        match (&self.grantee, self.epoch) {
            (Grantee::Keys(_), None) => VERSION,
            _ => LATER_VERSION,
        }
    }

    /// The rules that every header obeys, made here or read.
    pub(super) fn check(&self) -> Result<()> {
        self.check_its_carer()?;
        if self.not_before >= self.not_after {
            return Err(Error::Time("a grant ends before it begins"));
        }
        // Relays answer alike for all grants of a standing sharing: where they see no policy, any
        // recipient could have them answer for any other, also a revoked one.
        if self.epoch.is_some() && matches!(self.policy, ShownPolicy::Blind(_)) {
            return Err(Error::Sharing("its grants show their policy to relays"));
        }
        check_relays(&self.relays, self.threshold)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let version = reader.u8()?;
        if version != VERSION && version != LATER_VERSION {
            return Err(Error::Version(version));
        }
        let later = version == LATER_VERSION;
        let grant_id = reader.array()?;
        let sequence = reader.u64()?;
        // Everything that is only counted and compared comes before the first group operation.
        let patient = reader.lp16(profile::BODY_BYTES)?;
        let grantee = match later {
            true if reader.flag()? => Grantee::Role(GrantRole::read(reader)?),
            _ => Grantee::Keys(PartyKeys::read(reader)?),
        };
        let policy = match reader.u8()? {
            0 => ShownPolicy::Open(LabelPolicy::from_bytes(reader.lp32(POLICY_BYTES)?)?),
            1 => ShownPolicy::Blind(reader.array()?),
            _ => return Err(Error::Field("form of the policy")),
        };
        let not_before = reader.u64()?;
        let not_after = reader.u64()?;
        let conditions = Conditions::read(reader)?;
        let publisher = VerifyingKey::from_bytes(reader.array_ref()?)?;
        let consent = if reader.flag()? {
            Some(reader.array()?)
        } else {
            None
        };
        let epoch = if later && reader.flag()? {
            Some(reader.u64()?)
        } else {
            None
        };
        let sharing_id = reader.array()?;
        let (threshold, relays) = read_relays(reader)?;
        let header = Self {
            grant_id,
            sequence,
            patient: PatientProfile::from_body(patient)?,
            grantee,
            policy,
            not_before,
            not_after,
            conditions,
            publisher,
            consent,
            epoch,
            sharing_id,
            threshold,
            relays,
        };
        header.check()?;
        if header.version() != version {
            return Err(Error::NotCanonical("version of a grant"));
        }
        Ok(header)
    }
}

impl Dealt {
    /// Completes a header with the commitment and the digest of the components.
    pub(super) fn new(
        header: GrantHeader,
        commitment: &Commitment,
        components: [u8; 32],
    ) -> Result<Self> {
        let commitment = commitment.to_bytes();
        let mut writer = header.before_dealing()?;
        writer.bytes(&commitment).array(&components);
        Ok(Self {
            header,
            commitment,
            components,
            bytes: writer.into_vec(),
        })
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let header = GrantHeader::read(&mut reader)?;
        let commitment = reader.bytes(96 * usize::from(header.threshold))?.to_vec();
        let components = reader.array()?;
        reader.finish()?;
        Ok(Self {
            header,
            commitment,
            components,
            bytes: bytes.to_vec(),
        })
    }

    /// The commitment's points, decoded and checked.
    pub(super) fn commitment(&self) -> Result<Commitment> {
        Commitment::from_bytes(&self.commitment, self.header.threshold)
    }

    /// Which standing sharing the grant hangs on, if it does on one.
    pub(super) fn sharing(&self) -> Option<[u8; 32]> {
        let header = &self.header;
        header.epoch.map(|epoch| {
            sharing_digest(
                header.patient.id(),
                (&header.sharing_id, epoch),
                (header.threshold, &header.relays),
                &self.commitment,
            )
        })
    }

    /// SHA-256 over a tag and the header.
    pub(super) fn digest(&self) -> [u8; 32] {
        Transcript::new(tags::GRANT_HEADER)
            .item(&self.bytes)
            .finish()
    }
}
