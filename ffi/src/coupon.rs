//! Coupons: prepared capsules, with which a device seals without the curve.

use std::path::Path;

use hippocrypt::asymmetric::Signer;
use hippocrypt::keys::{SignerKey, SignerPublic};
use hippocrypt::pre::{
    Cache, CouponPack, CouponStore, FileCouponStore, PatientProfile, RecipientKey, RecipientPublic,
};

use crate::answer::{New, Number};
use crate::argument::{Bytes, Maybe, Mut, Ref, Text, Texts};
use crate::buffer::Buffer;
use crate::callback::Random;
use crate::patient::label_set;

object!(
    CouponPack,
    "hc_coupon_pack",
    hc_coupon_pack_from_bytes,
    hc_coupon_pack_to_bytes,
    hc_coupon_pack_free,
    checked
);
noun!(FileCouponStore, "hc_coupon_store", Exclusive, /// Frees a store; what is on disk stays.
    hc_coupon_store_free);

export! {
    /// Mints coupons for a device.
    fn hc_patient_profile_mint(profile: Ref<PatientProfile>, device: Ref<RecipientPublic>, labels[label_count]: Texts,
        coupons: usize, minter: Maybe<Ref<SignerKey>>, random: Random) -> pack: New<CouponPack> {
        let minter = minter.map(|it| it as &dyn Signer);
        let labels = label_set(labels)?;
        Ok(profile.mint_pack(device, (&labels, coupons), minter, &mut Cache::with_tables(), &mut random)?)
    }

    /// A store in a directory.
    fn hc_coupon_store_open(directory: Text) -> store: New<FileCouponStore> {
        Ok(FileCouponStore::open(Path::new(directory))?)
    }

    /// Takes in a pack.
    fn hc_coupon_store_add(store: Mut<FileCouponStore>, pack: Ref<CouponPack>, key: Ref<RecipientKey>, minter: Maybe<Ref<SignerPublic>>)
        -> added: Number<usize> {
        let minter = minter.map(SignerPublic::verifying_key);
        Ok(store.add(pack.open(key, minter.as_ref())?)?)
    }

    /// How many coupons are left for a patient.
    fn hc_coupon_store_left(store: Mut<FileCouponStore>, profile: Ref<PatientProfile>) -> left: Number<usize> {
        let stock = store.stock()?;
        Ok(stock.iter().filter(|it| it.patient == *profile.id()).map(|it| it.left).sum())
    }
}
