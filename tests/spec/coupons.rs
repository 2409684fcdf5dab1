//! Coupons: SPEC.md, section 14.13.

use hippocrypt::asymmetric::{Signer, SigningKey};
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{Cache, Coupon, CouponPack, PatientKey, RecipientKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use crate::dump::Dump;

/// A coupon, and a pack of two by a minter that is named.
pub struct Made {
    device: RecipientKey,
    phone: SigningKey,
    coupon: Vec<u8>,
    pack: Vec<u8>,
}

pub fn made() -> Made {
    let rng = &mut ChaCha20Rng::from_seed([0x48; 32]);
    let patient = PatientKey::generate(rng).unwrap();
    let device = RecipientKey::generate("monitor 4", rng).unwrap();
    let phone = SigningKey::generate(rng).unwrap();
    let labels = LabelSet::from(&Labels::parse(["type=ECG", "y=unknown"]).unwrap());
    let cache = &mut Cache::new();
    let coupon = patient.profile().mint(&labels, cache, rng).unwrap();
    let minter: &dyn Signer = &phone;
    let profile = patient.profile();
    let pack = profile
        .mint_pack(device.public(), (&labels, 2), Some(minter), cache, rng)
        .unwrap();
    Made {
        coupon: coupon.into_bytes().expose().clone(),
        pack: pack.to_bytes().unwrap(),
        device,
        phone,
    }
}

fn header<'a>(bytes: &'a [u8], kind: &str) -> Dump<'a> {
    let mut dump = Dump::new(bytes);
    dump.field(5, "magic HIPPO");
    dump.field(1, "version 1");
    dump.field(1, "suite 1");
    dump.field(1, kind);
    dump
}

fn coupon(made: &Made) -> String {
    let mut dump = header(&made.coupon, "kind 54: a coupon");
    dump.field(1, "two labels");
    dump.field(10, "\"type=ECG\"");
    dump.field(11, "\"y=unknown\"");
    dump.field(32, "capsule: patient id");
    dump.long(96, "U");
    dump.long(96, "T, T");
    dump.field(32, "masked message c");
    dump.long(64, "proof e, z");
    dump.field(32, "k1");
    dump.field(32, "checksum");
    dump.finish()
}

fn pack(made: &Made) -> String {
    let mut dump = header(&made.pack, "kind 55: a pack of coupons");
    dump.field(16, "pack id");
    dump.field(32, "patient id");
    dump.field(32, "device's X25519 public key");
    dump.field(32, "device's Ed25519 public key");
    dump.field(2, "two coupons");
    dump.field(1, "a minter");
    dump.field(32, "minter's Ed25519 public key");
    dump.field(4, "sealed coupons: 774 bytes");
    dump.long(774, "HPKE of labels, capsule, k1, capsule, k1");
    dump.field(
        64,
        "minter's signature over COUPON_SIGNATURE || all bytes before",
    );
    dump.field(32, "checksum");
    dump.finish()
}

type Object = (&'static str, fn(&Made) -> String);
pub const OBJECTS: [Object; 2] = [("coupon", coupon), ("coupon pack", pack)];

/// What is shown is what the library reads.
pub fn check(made: &Made) {
    assert!(Coupon::from_bytes(&made.coupon).is_ok());
    let pack = CouponPack::from_bytes(&made.pack).unwrap();
    let opened = pack.open(&made.device, Some(&made.phone.verifying_key()));
    assert_eq!(opened.unwrap().count(), 2);
}
