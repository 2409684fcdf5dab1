//! Coupons on their way to a device.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::Coupon;
use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey, hpke};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::LabelSet;
use crate::pre::capsule::Capsule;
use crate::pre::context::PatientId;
use crate::pre::party::PartyKeys;
use crate::pre::{Cache, PatientProfile, RecipientKey, RecipientPublic};
use crate::random::Randomness;
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};

/// The most coupons of one pack.
pub const COUPONS: usize = 4096;
/// The most bytes of a pack's object.
pub const PACK_BYTES: usize = 4 << 20;
/// Bytes of a pack's id.
pub(super) const PACK_ID: usize = 16;

/// Coupons for one device, one patient and one set of labels, sealed to the device.
///
/// Whoever mints can read what the coupons will seal. HPKE says nothing of who that was, so the
/// device should demand the signature of a minter it knows.
///
/// Bytes of the object's body (SPEC.md, section 14.13): pack id (16) || patient id (32) ||
/// device's X25519 and Ed25519 key (64) || u16 count || flag, minter's Ed25519 key (32) || LP32
/// sealed coupons || minter's signature (64) if there is one.
pub struct CouponPack {
    head: Head,
    sealed: Vec<u8>,
    signature: Option<[u8; SIGNATURE]>,
}

/// What of a pack everybody sees, and HPKE binds the coupons to.
struct Head {
    id: [u8; PACK_ID],
    patient: PatientId,
    device: PartyKeys,
    count: u16,
    minter: Option<VerifyingKey>,
}

/// The coupons of a pack that was opened: for a [`CouponStore`](super::CouponStore), which alone
/// hands them out.
pub struct Coupons {
    pub(super) id: [u8; PACK_ID],
    pub(super) patient: PatientId,
    pub(super) labels: LabelSet,
    /// At least one; a coupon's index is its place.
    pub(super) coupons: Vec<Coupon>,
}

impl Coupons {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.coupons.len()
    }

    /// The labels they are for.
    #[must_use]
    pub fn labels(&self) -> &LabelSet {
        &self.labels
    }
}

impl PatientProfile {
    /// Mints coupons for a device that will seal records with these labels to this patient.
    /// A [cache with tables](Cache::with_tables) is right for more than a few.
    ///
    /// # Errors
    /// Those of [`PatientProfile::mint`]; [`Error::Argument`] unless `count` is 1 to 4,096;
    /// [`Error::TooLarge`] for a pack beyond 4 MiB; those of the signer.
    pub fn mint_pack(
        &self,
        device: &RecipientPublic,
        (labels, count): (&LabelSet, usize),
        minter: Option<&dyn Signer>,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<CouponPack> {
        if !(1..=COUPONS).contains(&count) {
            return Err(Error::Argument("1 to 4,096 coupons in a pack"));
        }
        let names = labels.to_bytes();
        let one = Capsule::length(labels.len()) + Coupon::KEY;
        let length = names.len() + count * one;
        if length > PACK_BYTES - 1024 {
            return Err(Error::TooLarge("pack of coupons"));
        }
        // All of its room at once: it holds keys.
        let mut plain = Writer::with_capacity(length);
        plain.bytes(&names);
        for _ in 0..count {
            self.mint(labels, cache, rng)?.write(&mut plain);
        }
        let mut id = [0; PACK_ID];
        rng.fill(&mut id)?;
        let head = Head {
            id,
            patient: *self.id(),
            device: device.keys().clone(),
            count: count as u16,
            minter: minter.map(Signer::verifying_key),
        };
        let plain = plain.into_secret();
        let sealed = hpke::seal(&head.device.hpke, &head.info(), &[], plain.expose(), rng)?;
        let mut pack = CouponPack {
            head,
            sealed,
            signature: None,
        };
        if let Some(signer) = minter {
            let message = [tags::COUPON_SIGNATURE, pack.signed()?.as_slice()].concat();
            pack.signature = Some(signer.sign(&message)?);
            pack.verify()?;
        }
        Ok(pack)
    }
}

impl CouponPack {
    /// Reads a pack and verifies the minter's signature, if it names one.
    ///
    /// # Errors
    /// [`Error::TooLarge`]; the decoding errors; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > PACK_BYTES {
            return Err(Error::TooLarge("pack of coupons"));
        }
        let pack = file::decode(Kind::CouponPack, bytes, |reader| {
            let head = Head::read(reader)?;
            let sealed = reader.lp32(PACK_BYTES)?.to_vec();
            let signature = head.minter.map(|_| reader.array()).transpose()?;
            Ok(Self {
                head,
                sealed,
                signature,
            })
        })?;
        pack.verify()?;
        Ok(pack)
    }

    /// The object in binary.
    ///
    /// # Errors
    /// None: its length was checked where it was made.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = self.signed()?;
        if let Some(signature) = &self.signature {
            writer.array(signature);
        }
        Ok(file::finish(writer).into_vec())
    }

    /// Names the pack: a store that had it takes nothing from it again.
    #[must_use]
    pub fn id(&self) -> &[u8; 16] {
        &self.head.id
    }

    /// Whom the coupons seal to.
    #[must_use]
    pub fn patient(&self) -> &PatientId {
        &self.head.patient
    }

    /// How many coupons there are.
    #[must_use]
    pub fn count(&self) -> usize {
        usize::from(self.head.count)
    }

    /// Who minted it, if it is signed: the signature was verified when the pack was read.
    #[must_use]
    pub fn minter(&self) -> Option<&VerifyingKey> {
        self.head.minter.as_ref()
    }

    /// Opens the pack on the device; with `minter`, only one which that key signed.
    ///
    /// # Errors
    /// [`Error::Sender`] for a pack by another minter or none; [`Error::NoStanza`] for another
    /// device's; [`Error::Open`]; the decoding errors; [`Error::Duplicate`] for a coupon that is in
    /// it twice.
    pub fn open(&self, key: &RecipientKey, minter: Option<&VerifyingKey>) -> Result<Coupons> {
        if minter.is_some_and(|it| self.head.minter.as_ref() != Some(it)) {
            return Err(Error::Sender);
        }
        if self.head.device != *key.public().keys() {
            return Err(Error::NoStanza);
        }
        let plain = hpke::open(key.hpke(), &self.head.info(), &[], &self.sealed)?;
        let mut reader = Reader::new(plain.expose());
        let labels = LabelSet::read(&mut reader)?;
        if labels.is_empty() {
            return Err(Error::Length("labels"));
        }
        let one = Capsule::length(labels.len()) + Coupon::KEY;
        if reader.remaining() != self.count() * one {
            return Err(Error::Length("coupons"));
        }
        let mut coupons = Vec::with_capacity(self.count());
        for _ in 0..self.count() {
            let coupon = Coupon::read(&mut reader, &labels)?;
            if coupon.patient() != self.patient() {
                return Err(Error::Field("patient of a coupon"));
            }
            coupons.push(coupon);
        }
        reader.finish()?;
        let different: BTreeSet<_> = coupons.iter().map(Coupon::digest).collect();
        if different.len() != coupons.len() {
            return Err(Error::Duplicate("coupon"));
        }
        Ok(Coupons {
            id: self.head.id,
            patient: self.head.patient,
            labels,
            coupons,
        })
    }

    /// Everything before the signature, header included: what it signs.
    fn signed(&self) -> Result<Writer> {
        let mut writer = file::begin(Kind::CouponPack);
        self.head.write(&mut writer);
        writer.lp32(&self.sealed)?;
        Ok(writer)
    }

    fn verify(&self) -> Result<()> {
        match (&self.head.minter, &self.signature) {
            (Some(key), Some(signature)) => {
                let signed = self.signed()?;
                key.verify(&[tags::COUPON_SIGNATURE, signed.as_slice()], signature)
            }
            _ => Ok(()),
        }
    }
}

impl Head {
    fn write(&self, writer: &mut Writer) {
        writer.array(&self.id).array(self.patient.as_bytes());
        self.device.write(writer);
        writer.u16(self.count).flag(self.minter.is_some());
        if let Some(key) = &self.minter {
            writer.array(&key.to_bytes());
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let id = reader.array()?;
        let patient = PatientId::from_bytes(reader.array()?);
        let device = PartyKeys::read(reader)?;
        let count = reader.u16()?;
        if !(1..=COUPONS).contains(&usize::from(count)) {
            return Err(Error::Length("coupons"));
        }
        let minter = match reader.flag()? {
            true => Some(VerifyingKey::from_bytes(reader.array_ref()?)?),
            false => None,
        };
        Ok(Self {
            id,
            patient,
            device,
            count,
            minter,
        })
    }

    /// HPKE info: whoever takes the signature off, or puts another on, opens nothing.
    fn info(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        [tags::COUPON_PACK, &sha256(&[writer.as_slice()])].concat()
    }
}

#[cfg(test)]
impl CouponPack {
    /// The first coupon in the place of the second, as a minter could do.
    pub(super) fn repeat_the_first(&mut self, key: &RecipientKey, rng: &mut dyn Randomness) {
        let info = self.head.info();
        let mut plain = hpke::open(key.hpke(), &info, &[], &self.sealed).unwrap();
        let labels = LabelSet::read(&mut Reader::new(plain.expose())).unwrap();
        let names = labels.to_bytes().len();
        let one = Capsule::length(labels.len()) + Coupon::KEY;
        let first = names..names + one;
        plain.expose_mut().copy_within(first, names + one);
        self.sealed = hpke::seal(&self.head.device.hpke, &info, &[], plain.expose(), rng).unwrap();
    }

    pub(super) fn change_id(&mut self) {
        self.head.id = [7; PACK_ID];
    }

    pub(super) fn change_patient(&mut self, patient: PatientId) {
        self.head.patient = patient;
    }

    pub(super) fn change_count(&mut self, count: u16) {
        self.head.count = count;
    }

    /// Names another minter, or none, and signs as that one.
    pub(super) fn sign_anew(&mut self, minter: Option<&crate::asymmetric::SigningKey>) {
        self.head.minter = minter.map(Signer::verifying_key);
        let signed = self.signed().unwrap();
        let parts: [&[u8]; 2] = [tags::COUPON_SIGNATURE, signed.as_slice()];
        self.signature = minter.map(|key| key.sign(&parts));
    }
}
