//! Where a device keeps its coupons.

use alloc::vec::Vec;

use super::{Coupon, Coupons};
use crate::error::Result;
use crate::policy::LabelSet;
use crate::pre::context::PatientId;

/// Where a device keeps its coupons: nothing that was in it is ever handed out twice.
///
/// The rules for whoever implements it: a coupon is durably spent BEFORE it is handed out, so
/// that a power failure loses it; a pack that was added before adds nothing, whatever became of
/// its coupons; what an interrupted [`CouponStore::add`] left is handed out by nobody, unless the
/// whole pack is there.
pub trait CouponStore: Send + Sync {
    /// Takes in the coupons of a pack, all or none; answers how many are new: 0 for a pack that
    /// was added before.
    ///
    /// # Errors
    /// [`Error::TooLarge`](crate::Error::TooLarge) without room; those of the medium.
    fn add(&mut self, coupons: Coupons) -> Result<usize>;

    /// Hands out a coupon for a record of this patient with exactly these labels.
    ///
    /// # Errors
    /// [`Error::NoCoupon`](crate::Error::NoCoupon) if none is left for the patient,
    /// [`Error::CouponLabels`](crate::Error::CouponLabels) if those that are left are for other
    /// labels; those of the medium: the coupon may be lost then.
    fn take(&mut self, patient: &PatientId, labels: &LabelSet) -> Result<Coupon>;

    /// What there is, pack by pack, those that are used up included as long as they are kept.
    ///
    /// # Errors
    /// Those of the medium.
    fn stock(&self) -> Result<Vec<Stock>>;
}

/// What is left of one pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// The pack's id.
    pub pack: [u8; 16],
    /// Whom its coupons seal to.
    pub patient: PatientId,
    /// The labels they are for.
    pub labels: LabelSet,
    /// How many the pack had.
    pub minted: usize,
    /// How many are left.
    pub left: usize,
}
