//! Coupons, and a session that takes one: SPEC.md, sections 14.13 and 8.11.

use hippocrypt::asymmetric::{Signer, SigningKey};
use hippocrypt::envelope::{CouponRecipient, Header, Opener, Record, Sealer, SessionStatus};
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{Cache, Coupon, CouponPack, PatientKey, RecipientKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use crate::dump::Dump;

/// A coupon, and a pack of two by a minter that is named.
pub struct Made {
    patient: PatientKey,
    device: RecipientKey,
    phone: SigningKey,
    coupon: Vec<u8>,
    pack: Vec<u8>,
    session: Vec<u8>,
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
    let spent = profile.mint(&labels, cache, rng).unwrap();
    let record = Record::new("night-1").unwrap();
    let record = record.labels(labels.to_labels().unwrap());
    let mut sealer = Sealer::new()
        .recipient(Box::new(CouponRecipient::one(spent)))
        .sender(minter);
    let mut session = sealer.session(&record, rng).unwrap();
    let mut sealed = session.header().to_vec();
    sealed.extend(session.segment(b"72/min").unwrap());
    sealed.extend(session.end().unwrap());
    drop(sealer);
    Made {
        session: sealed,
        coupon: coupon.into_bytes().expose().clone(),
        pack: pack.to_bytes().unwrap(),
        patient,
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

/// What stands behind the header, which is as any other's.
fn session(made: &Made) -> String {
    let (header, _) = Header::from_bytes(&made.session).unwrap();
    let mut dump = Dump::new(&made.session);
    dump.field(5, "magic HIPPO");
    dump.field(1, "version 1");
    dump.field(1, "suite 1");
    dump.field(1, "kind 4: a session");
    dump.long(header.length() - 8, "the rest of the header");
    dump.field(1, "a segment");
    dump.field(4, "number 0");
    dump.field(4, "22 bytes");
    dump.field(22, "the only chunk, and its tag");
    dump.field(
        64,
        "sender's signature over SENDER_PAYLOAD || h || 0 || digest",
    );
    dump.field(1, "the end");
    dump.field(4, "one segment");
    dump.field(32, "end code");
    dump.field(64, "sender's signature over SENDER_END || h || 1");
    dump.finish()
}

type Object = (&'static str, fn(&Made) -> String);
pub const OBJECTS: [Object; 3] = [
    ("coupon", coupon),
    ("coupon pack", pack),
    ("session", session),
];

/// What is shown is what the library reads.
pub fn check(made: &Made) {
    assert!(Coupon::from_bytes(&made.coupon).is_ok());
    let pack = CouponPack::from_bytes(&made.pack).unwrap();
    let opened = pack.open(&made.device, Some(&made.phone.verifying_key()));
    assert_eq!(opened.unwrap().count(), 2);
    let (header, mut unread) = Header::from_bytes(&made.session).unwrap();
    let header = Opener::new().patient(&made.patient).unlock(header).unwrap();
    let mut session = header.session().unwrap();
    let segment = session.next(&mut unread).unwrap().unwrap();
    assert_eq!(segment.plaintext.expose(), b"72/min");
    assert!(session.next(&mut unread).unwrap().is_none());
    assert_eq!(session.status(), SessionStatus::Ended);
}
