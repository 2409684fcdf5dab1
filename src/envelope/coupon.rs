//! Records sealed with coupons: no curve, no patient's key, no clock.

use super::access::Stanza;
use super::data_key::DataKey;
use super::header::Header;
use super::patient::{capsules, stanza_of};
use super::recipient::{Binding, Recipient};
use crate::error::{Error, Result};
use crate::pre::{Coupon, CouponStore, PatientId, SeenCapsules};
use crate::random::Randomness;

/// A patient, by coupons that were minted before: sealing computes nothing on the curve.
///
/// A record's labels, as its header stores them, must be exactly those of a coupon. Every record
/// takes one coupon, which is lost if sealing fails afterwards. The stanza is the one that
/// [`PatientRecipient`](super::PatientRecipient) makes.
pub struct CouponRecipient<'a>(Source<'a>);

enum Source<'a> {
    One(Option<Coupon>),
    Store(&'a mut dyn CouponStore, PatientId),
}

impl<'a> CouponRecipient<'a> {
    /// The patient of this coupon, for one record.
    #[must_use]
    pub fn one(coupon: Coupon) -> Self {
        Self(Source::One(Some(coupon)))
    }

    /// This patient, by the coupons of a store.
    #[must_use]
    pub fn from_store(store: &'a mut dyn CouponStore, patient: &PatientId) -> Self {
        Self(Source::Store(store, *patient))
    }

    fn take(&mut self, binding: &Binding<'_>) -> Result<Coupon> {
        let labels = binding.fixed.label_set();
        let coupon = match &mut self.0 {
            Source::Store(store, patient) => store.take(patient, labels)?,
            // One for other labels stays.
            Source::One(Some(coupon)) if coupon.labels() != labels => {
                return Err(Error::CouponLabels);
            }
            Source::One(coupon) => coupon.take().ok_or(Error::NoCoupon)?,
        };
        // Whatever a store hands out.
        if coupon.labels() == labels {
            Ok(coupon)
        } else {
            Err(Error::CouponLabels)
        }
    }
}

impl Recipient for CouponRecipient<'_> {
    /// # Errors
    /// [`Error::CouponLabels`] for a record with other labels, [`Error::NoCoupon`] if none is
    /// left; those of the store.
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        _: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let (capsule, key) = self.take(binding)?.seal(binding.h);
        stanza_of(&capsule, &key, data_key, binding.h)
    }
}

/// Remembers the capsules of a record that is taken in.
///
/// # Errors
/// [`Error::CapsuleReused`] if one was seen in another record: whoever sealed one of the two used
/// a coupon twice. Those of [`capsules`] and of the memory.
pub fn admit(header: &Header, seen: &mut dyn SeenCapsules) -> Result<()> {
    for capsule in capsules(header)? {
        seen.admit(capsule.digest(), header.digest())?;
    }
    Ok(())
}
