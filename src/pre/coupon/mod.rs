//! Coupons: capsules prepared for records to come, on their way to a device and in its store.

#[cfg(feature = "std")]
mod file_store;
mod flash;
mod flash_store;
mod pack;
mod registry;
mod seen;
mod store;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

#[cfg(feature = "std")]
pub use file_store::FileCouponStore;
pub use flash::{Flash, FlashGeometry};
pub use flash_store::{FlashCouponStore, FlashLayout};
pub use pack::{COUPONS, CouponPack, Coupons, PACK_BYTES};
pub use seen::{MemorySeenCapsules, SeenCapsules};
pub use store::{CouponStore, Stock};

use super::FO;
use super::capsule::Capsule;
use super::context::PatientId;
use crate::error::Result;
use crate::kem::CoinKey;
use crate::keys::file;
use crate::policy::LabelSet;
use crate::secret::Secret;
use crate::tags::Kind;
use crate::wire::{Reader, Writer};

/// A prepared capsule: everything of an encapsulation that does not depend on the record.
///
/// Whoever has it can read the record that will be sealed with it, so it is a secret until then.
/// It is for ONE record: its key opens every record that reuses its capsule, past all relays and
/// revocations. So sealing and writing down take it by value, and it has no copy.
///
/// Bytes of the object's body (SPEC.md, section 14.13): labels || capsule (224 + 48 n) || k1 (32).
pub struct Coupon {
    capsule: Capsule,
    key: CoinKey,
}

impl Coupon {
    /// Bytes of k1.
    const KEY: usize = 32;

    pub(super) fn new(capsule: Capsule, key: CoinKey) -> Self {
        Self { capsule, key }
    }

    /// Whom it seals to.
    #[must_use]
    pub fn patient(&self) -> &PatientId {
        self.capsule.patient()
    }

    /// The labels it was made for.
    #[must_use]
    pub fn labels(&self) -> &LabelSet {
        self.capsule.labels()
    }

    /// d of its capsule, which the record will show.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        self.capsule.digest()
    }

    /// Uses it up: the capsule for the record's header and the key for whatever `binding` (the
    /// digest of that header's fixed part) names. No curve operation.
    #[must_use]
    pub fn seal(self, binding: &[u8; 32]) -> (Capsule, Secret<[u8; 32]>) {
        let key = self.key.into_key(&FO, self.capsule.digest(), binding);
        (self.capsule, key)
    }

    /// Writes it down as a secret object of its own, in place of the value.
    #[must_use]
    pub fn into_bytes(self) -> Secret<Vec<u8>> {
        let mut writer = file::begin(Kind::Coupon);
        writer.bytes(self.labels().as_bytes());
        self.write(&mut writer);
        file::finish(writer).into_secret()
    }

    /// Reads exactly the bytes of [`Coupon::into_bytes`]. Points are not decoded: that is for
    /// whoever opens.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Label`](crate::Error::Label) without labels.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::Coupon, bytes, |reader| {
            let labels = LabelSet::read(reader)?;
            Self::read(reader, &labels)
        })
    }

    /// Capsule and k1; the labels stand before.
    fn write(&self, writer: &mut Writer) {
        writer
            .bytes(&self.capsule.to_bytes())
            .array(self.key.expose());
    }

    fn read(reader: &mut Reader<'_>, labels: &LabelSet) -> Result<Self> {
        let capsule = Capsule::read(reader, labels)?;
        let key = CoinKey::from_bytes(reader.array_ref::<{ Self::KEY }>()?);
        Ok(Self { capsule, key })
    }
}
