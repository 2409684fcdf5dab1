//! Revocations: signed by the patient, put together by a publisher, kept by relays for ever.

use alloc::vec::Vec;

use super::context::PatientId;
use super::header::GrantHeader;
use super::patient::PatientKey;
use super::profile::PatientProfile;
use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};

/// The most entries of one list.
pub const LIST_ENTRIES: usize = 65_536;
/// Bytes of one entry.
pub(super) const ENTRY: usize = 32 + 1 + 16 + 8 + 8 + 32 + SIGNATURE;
/// How far ahead of a relay's clock a list may be issued, in seconds.
pub const AHEAD: u64 = 300;
/// How old a list may be by default, in seconds.
pub const LIST_AGE: u64 = 24 * 3600;

/// What a revocation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Revoked {
    /// One grant, by its id.
    Grant([u8; 16]),
    /// All grants of the patient whose number is at most this.
    Floor(u64),
}

/// A patient's revocation, its signature checked.
///
/// Bytes (161): patient id (32) || u8 1 and grant id (16), or u8 2, eight zeros and u64 number ||
/// u64 sequence || u64 time || Ed25519 key of the patient, device or recovery (32) || signature
/// (64). Whether that key may speak for the patient, the grant's profile says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    patient: PatientId,
    revoked: Revoked,
    sequence: u64,
    time: u64,
    signer: VerifyingKey,
    signature: [u8; SIGNATURE],
}

impl PatientKey {
    /// Revokes. `sequence` counts the patient's revocations.
    #[must_use]
    pub fn revoke(&self, revoked: Revoked, sequence: u64, time: u64) -> Revocation {
        let mut entry = Revocation {
            patient: *self.profile().id(),
            revoked,
            sequence,
            time,
            signer: self.signing().verifying_key(),
            signature: [0; SIGNATURE],
        };
        entry.signature = self
            .signing()
            .sign(&[tags::REVOCATION_ENTRY, &entry.signed()]);
        entry
    }

    /// Puts a list together as the publisher, which is what a patient is by default.
    ///
    /// # Errors
    /// As [`RevocationList::publish`].
    pub fn publish(
        &self,
        entries: Vec<Revocation>,
        sequence: u64,
        issued_at: u64,
    ) -> Result<RevocationList> {
        RevocationList::publish(self.signing(), entries, sequence, issued_at)
    }
}

impl Revocation {
    /// An entry by a key that the caller knows may sign it.
    pub(super) fn sign(
        signer: &dyn Signer,
        patient: PatientId,
        revoked: Revoked,
        sequence: u64,
        time: u64,
    ) -> Result<Self> {
        let mut entry = Self {
            patient,
            revoked,
            sequence,
            time,
            signer: signer.verifying_key(),
            signature: [0; SIGNATURE],
        };
        let message = [tags::REVOCATION_ENTRY, &entry.signed()].concat();
        entry.signature = signer.sign(&message)?;
        Ok(entry)
    }

    /// Reads an entry and verifies its signature.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let entry = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(entry)
    }

    /// The entry's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.signed();
        bytes.extend_from_slice(&self.signature);
        bytes
    }

    /// Whose grants it ends.
    #[must_use]
    pub fn patient(&self) -> &PatientId {
        &self.patient
    }

    /// What it ends.
    #[must_use]
    pub fn revoked(&self) -> &Revoked {
        &self.revoked
    }

    /// The patient's number of the revocation.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When the patient made it, in Unix seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Who signed it.
    #[must_use]
    pub fn signer(&self) -> &VerifyingKey {
        &self.signer
    }

    /// Whether somebody signed it who can speak for this patient: the device's key, the recovery
    /// key, or for a single grant a carer. Anybody can sign an entry in a patient's name; one by
    /// nobody of these ends nothing.
    #[must_use]
    pub fn is_by(&self, patient: &PatientProfile) -> bool {
        let single = matches!(self.revoked, Revoked::Grant(_));
        self.patient == *patient.id()
            && (patient.may_revoke(&self.signer) || single && patient.carer(&self.signer).is_some())
    }

    /// Whether it ends this grant: its patient's, signed by a key that may, and meant.
    #[must_use]
    pub fn ends(&self, grant: &GrantHeader) -> bool {
        let meant = match self.revoked {
            Revoked::Grant(id) => id == grant.grant_id,
            Revoked::Floor(floor) => grant.sequence <= floor,
        };
        meant && self.is_by(&grant.patient) && self.is_allowed(grant)
    }

    /// Whether a carer who signed it may end this grant; the patient may always.
    fn is_allowed(&self, grant: &GrantHeader) -> bool {
        grant.patient.may_revoke(&self.signer)
            || grant
                .patient
                .carer(&self.signer)
                .is_some_and(|carer| carer.check_revocation(grant, self.time).is_ok())
    }

    fn signed(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(ENTRY);
        writer.array(self.patient.as_bytes());
        match &self.revoked {
            Revoked::Grant(id) => writer.u8(1).array(id),
            Revoked::Floor(floor) => writer.u8(2).u64(0).u64(*floor),
        };
        writer
            .u64(self.sequence)
            .u64(self.time)
            .array(&self.signer.to_bytes());
        writer.into_vec()
    }

    /// What entries of a list ascend by.
    pub(super) fn order(&self) -> Vec<u8> {
        self.signed()
    }

    /// Reads an entry and verifies its signature.
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let entry = Self::read_kept(reader)?;
        entry.verify()?;
        Ok(entry)
    }

    fn verify(&self) -> Result<()> {
        self.signer
            .verify(&[tags::REVOCATION_ENTRY, &self.signed()], &self.signature)
    }

    /// Reads an entry whose signature is verified before or after.
    pub(super) fn read_kept(reader: &mut Reader<'_>) -> Result<Self> {
        let patient = PatientId::from_bytes(reader.array()?);
        let revoked = match reader.u8()? {
            1 => Revoked::Grant(reader.array()?),
            2 if reader.u64()? == 0 => Revoked::Floor(reader.u64()?),
            _ => return Err(Error::Field("kind of revocation")),
        };
        Ok(Self {
            patient,
            revoked,
            sequence: reader.u64()?,
            time: reader.u64()?,
            signer: VerifyingKey::from_bytes(reader.array_ref()?)?,
            signature: reader.array()?,
        })
    }
}

/// A publisher's list of revocations, its own signature and those of all entries checked.
///
/// A publisher can withhold a revocation, but not invent one; and relays keep what they have seen,
/// so a later list that lacks an entry undoes nothing. A list without entries is the signed
/// statement that there are none. Bytes of the object's body (SPEC.md, section 14.9): publisher's
/// Ed25519 key (32) || u64 sequence || u64 issued at || u32 count || entries, strictly ascending
/// || publisher's signature (64).
#[derive(Clone, Debug)]
pub struct RevocationList {
    publisher: VerifyingKey,
    sequence: u64,
    issued_at: u64,
    entries: Vec<Revocation>,
    signature: [u8; SIGNATURE],
}

impl RevocationList {
    /// Signs a list.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for an entry given twice, [`Error::TooLarge`] beyond 65,536, those of
    /// the signer.
    pub fn publish(
        signer: &dyn Signer,
        mut entries: Vec<Revocation>,
        sequence: u64,
        issued_at: u64,
    ) -> Result<Self> {
        if entries.len() > LIST_ENTRIES {
            return Err(Error::TooLarge("65,536 revocations"));
        }
        entries.sort_by_key(Revocation::order);
        if entries
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.order() == b.order()))
        {
            return Err(Error::Duplicate("revocation"));
        }
        let mut list = Self {
            publisher: signer.verifying_key(),
            sequence,
            issued_at,
            entries,
            signature: [0; SIGNATURE],
        };
        let message = [tags::REVOCATION_LIST, list.signed().as_slice()].concat();
        list.signature = signer.sign(&message)?;
        Ok(list)
    }

    /// Reads a list and verifies all signatures, the publisher's first: what a stranger changed
    /// in it costs one verification, not one for each of 65,536 entries.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let list = file::decode(Kind::RevocationList, bytes, Self::read)?;
        let signed = list.signed();
        list.publisher
            .verify(&[tags::REVOCATION_LIST, signed.as_slice()], &list.signature)?;
        list.entries.iter().try_for_each(Revocation::verify)?;
        Ok(list)
    }

    /// The list file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = self.signed();
        writer.array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// Who published it.
    #[must_use]
    pub fn publisher(&self) -> &VerifyingKey {
        &self.publisher
    }

    /// The publisher's number of the list.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When it was issued, in Unix seconds.
    #[must_use]
    pub fn issued_at(&self) -> u64 {
        self.issued_at
    }

    /// The revocations.
    #[must_use]
    pub fn entries(&self) -> &[Revocation] {
        &self.entries
    }

    /// Whether the list is current at `now`: not issued more than 300 s ahead, nor older than
    /// `age` seconds.
    ///
    /// # Errors
    /// [`Error::StaleList`] if not.
    pub fn check_time(&self, now: u64, age: u64) -> Result<()> {
        if self.issued_at > now.saturating_add(AHEAD) {
            return Err(Error::StaleList("issued in the future"));
        }
        if now.saturating_sub(self.issued_at) > age {
            return Err(Error::StaleList("too old"));
        }
        Ok(())
    }

    /// Everything before the signature, header included.
    fn signed(&self) -> Writer {
        let mut writer = file::begin(Kind::RevocationList);
        writer
            .array(&self.publisher.to_bytes())
            .u64(self.sequence)
            .u64(self.issued_at)
            .u32(self.entries.len() as u32); // at most LIST_ENTRIES
        for entry in &self.entries {
            writer.bytes(&entry.to_bytes());
        }
        writer
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let publisher = VerifyingKey::from_bytes(reader.array_ref()?)?;
        let sequence = reader.u64()?;
        let issued_at = reader.u64()?;
        let count = reader.u32()? as usize;
        if count > LIST_ENTRIES {
            return Err(Error::Length("revocations"));
        }
        let mut reader_of_entries = Reader::new(reader.bytes(count * ENTRY)?);
        let mut entries: Vec<Revocation> = Vec::with_capacity(count);
        for _ in 0..count {
            let entry = Revocation::read_kept(&mut reader_of_entries)?;
            if entries
                .last()
                .is_some_and(|before| before.order() >= entry.order())
            {
                return Err(Error::NotCanonical("order of revocations"));
            }
            entries.push(entry);
        }
        Ok(Self {
            publisher,
            sequence,
            issued_at,
            entries,
            signature: reader.array()?,
        })
    }
}

#[cfg(test)]
impl Revocation {
    /// The entry under another key's name and signature.
    pub(super) fn signed_by(mut self, key: &crate::asymmetric::SigningKey) -> Self {
        self.signer = key.verifying_key();
        self.signature = key.sign(&[tags::REVOCATION_ENTRY, &self.signed()]);
        self
    }

    /// The entry under another number, which nobody signed.
    pub(super) fn numbered(mut self, sequence: u64) -> Self {
        self.sequence = sequence;
        self
    }
}
