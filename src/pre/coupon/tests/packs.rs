//! Coupons and packs as bytes.

use super::*;
use crate::keys::file;
use crate::random::Randomness;
use crate::wire::Writer;

#[test]
fn a_coupon_survives_being_written_down() {
    let rng = &mut rng(2);
    let patient = PatientKey::generate(rng).unwrap();
    let cache = &mut Cache::new();
    let names = labels(&["a=1", "b=2"]);
    let coupon = patient.profile().mint(&names, cache, rng).unwrap();
    let d = *coupon.digest();
    let bytes = coupon.into_bytes();
    assert_eq!(
        bytes.expose().len(),
        8 + names.to_bytes().len() + 224 + 96 + 32 + 32
    );
    let coupon = Coupon::from_bytes(bytes.expose()).unwrap();
    assert_eq!((coupon.digest(), coupon.labels()), (&d, &names));
    assert_eq!(coupon.patient(), patient.profile().id());
    let (capsule, key) = coupon.seal(&[7; 32]);
    // The patient gets the same key out.
    let opened = patient.open(&capsule, &[7; 32], cache).unwrap();
    assert!(opened.matches(key.expose()));
}

#[test]
fn every_bit_of_a_coupon_counts() {
    let rng = &mut rng(3);
    let patient = PatientKey::generate(rng).unwrap();
    let coupon = patient
        .profile()
        .mint(&labels(&["a=1"]), &mut Cache::new(), rng);
    let bytes = coupon.unwrap().into_bytes();
    for at in 0..bytes.expose().len() {
        let mut bad = bytes.expose().clone();
        bad[at] ^= 1;
        assert!(Coupon::from_bytes(&bad).is_err());
        assert!(Coupon::from_bytes(&bad[..at]).is_err());
    }
    let mut writer = file::begin(Kind::Coupon);
    writer
        .u8(0)
        .bytes(&bytes.expose()[14..bytes.expose().len() - 32]);
    let empty = file::finish(writer).into_vec();
    assert!(matches!(
        Coupon::from_bytes(&empty).err(),
        Some(Error::Label(_))
    ));
}

#[test]
fn a_pack_has_no_coupon_twice() {
    let mut world = World::new(&[("a=1", 3)]);
    assert_eq!(
        world.packs[0]
            .open(&world.device, None)
            .map(|it| it.count()),
        Ok(3)
    );
    world.packs[0].repeat_the_first(&world.device, &mut rng(5));
    let opened = world.packs[0].open(&world.device, None);
    assert_eq!(opened.err(), Some(Error::Duplicate("coupon")));
}

#[test]
fn a_pack_opens_for_its_device_alone() {
    let world = World::new(&[("a=1", 2)]);
    let bytes = world.packs[0].to_bytes().unwrap();
    let pack = CouponPack::from_bytes(&bytes).unwrap();
    assert_eq!((pack.count(), pack.minter()), (2, None));
    assert_eq!(pack.id(), world.packs[0].id());
    let opened = pack.open(&world.device, None).unwrap();
    assert_eq!((opened.count(), opened.labels()), (2, &labels(&["a=1"])));
    let other = RecipientKey::generate("monitor 4", &mut rng(4)).unwrap();
    assert_eq!(pack.open(&other, None).err(), Some(Error::NoStanza));
    let anybody = SigningKey::generate(&mut rng(5)).unwrap().verifying_key();
    let unsigned = pack.open(&world.device, Some(&anybody));
    assert_eq!(unsigned.err(), Some(Error::Sender));
}

/// The same pack with other bytes in front of what is sealed.
fn forged(pack: &CouponPack, change: impl FnOnce(&mut CouponPack)) -> CouponPack {
    let mut copy = CouponPack::from_bytes(&pack.to_bytes().unwrap()).unwrap();
    change(&mut copy);
    CouponPack::from_bytes(&copy.to_bytes().unwrap()).unwrap()
}

#[test]
fn what_stands_in_front_is_bound_to_what_is_sealed() {
    let world = World::new(&[("a=1", 2)]);
    let pack = &world.packs[0];
    let open = |pack: CouponPack| pack.open(&world.device, None).err();
    let other = PatientKey::generate(&mut rng(6)).unwrap();
    let other = *other.profile().id();
    assert_eq!(open(forged(pack, |it| it.change_id())), Some(Error::Open));
    assert_eq!(
        open(forged(pack, |it| it.change_patient(other))),
        Some(Error::Open)
    );
    assert_eq!(
        open(forged(pack, |it| it.change_count(1))),
        Some(Error::Open)
    );
}

#[test]
fn a_minter_cannot_be_taken_off_or_replaced() {
    let rng = &mut rng(7);
    let world = World::new(&[]);
    let (phone, thief) = (SigningKey::generate(rng), SigningKey::generate(rng));
    let (phone, thief) = (phone.unwrap(), thief.unwrap());
    let profile = world.patient.profile();
    let names = labels(&["a=1"]);
    let cache = &mut Cache::with_tables();
    let pack = profile
        .mint_pack(world.device.public(), (&names, 1), Some(&phone), cache, rng)
        .unwrap();
    assert_eq!(pack.minter(), Some(&phone.verifying_key()));
    let open = |pack: &CouponPack, minter: &SigningKey| {
        pack.open(&world.device, Some(&minter.verifying_key()))
            .err()
    };
    assert_eq!(open(&pack, &phone), None);
    assert_eq!(open(&pack, &thief), Some(Error::Sender));
    let bare = forged(&pack, |it| it.sign_anew(None));
    assert_eq!(bare.open(&world.device, None).err(), Some(Error::Open));
    let stolen = forged(&pack, |it| it.sign_anew(Some(&thief)));
    assert_eq!(open(&stolen, &thief), Some(Error::Open));
    let mut bytes = pack.to_bytes().unwrap();
    // Within the signature, with a checksum that is right.
    let end = bytes.len() - 32;
    bytes[end - 1] ^= 1;
    let mut writer = Writer::new();
    writer.bytes(&bytes[..end]);
    let bytes = file::finish(writer).into_vec();
    assert_eq!(CouponPack::from_bytes(&bytes).err(), Some(Error::Verify));
}

#[test]
fn the_bounds_of_packs() {
    let world = World::new(&[]);
    let rng = &mut rng(8);
    let mut mint = |count: usize, names: &LabelSet| {
        let profile = world.patient.profile();
        let cache = &mut Cache::new();
        let pack = profile.mint_pack(world.device.public(), (names, count), None, cache, rng);
        pack.err()
    };
    let names = labels(&["a=1"]);
    for count in [0, COUPONS + 1, usize::MAX] {
        assert!(matches!(mint(count, &names), Some(Error::Argument(_))));
    }
    let texts: Vec<_> = (0..64).map(|it| std::format!("a{it}=1")).collect();
    let many = Labels::parse(texts.iter().map(|it| it.as_str())).unwrap();
    let too_much = mint(COUPONS, &LabelSet::from(&many));
    assert_eq!(too_much, Some(Error::TooLarge("pack of coupons")));
    assert!(matches!(
        mint(1, &LabelSet::default()),
        Some(Error::Label(_))
    ));
    let read = |length: usize| CouponPack::from_bytes(&vec![0; length]).err();
    assert_eq!(read(PACK_BYTES), Some(Error::Magic));
    let too_much = Some(Error::TooLarge("pack of coupons"));
    assert_eq!(read(PACK_BYTES + 1), too_much);
}

/// Names, and 3,328 bytes for each coupon of 64 labels, of which 4 MiB less 1,024 has room for
/// 1,259 when the names have as many.
#[test]
fn a_pack_is_as_long_as_it_may_be() {
    /// So that none of them is minted.
    struct Nothing;
    impl Randomness for Nothing {
        fn fill(&mut self, _: &mut [u8]) -> Result<()> {
            Err(Error::Randomness)
        }
    }
    let world = World::new(&[]);
    let mint = |last: usize| {
        let text = |at: usize| {
            let length = if at == 63 { last } else { 50 };
            std::format!("a{at:02}={}", "x".repeat(length - 4))
        };
        let texts: Vec<_> = (0..64).map(text).collect();
        let names = LabelSet::from(&Labels::parse(texts.iter().map(|it| it.as_str())).unwrap());
        let (profile, cache) = (world.patient.profile(), &mut Cache::new());
        let coupons = (&names, 1_259);
        let pack = profile.mint_pack(world.device.public(), coupons, None, cache, &mut Nothing);
        (names.to_bytes().len(), pack.err())
    };
    assert_eq!(mint(49), (3_328, Some(Error::Randomness)));
    let too_much = Some(Error::TooLarge("pack of coupons"));
    assert_eq!(mint(50), (3_329, too_much));
}

#[test]
fn a_capsule_seen_under_another_h_is_refused() {
    let seen = &mut MemorySeenCapsules::new();
    assert_eq!(seen.admit(&[1; 32], &[2; 32]), Ok(()));
    // The same record again, rewrapped or not.
    assert_eq!(seen.admit(&[1; 32], &[2; 32]), Ok(()));
    assert_eq!(seen.admit(&[3; 32], &[2; 32]), Ok(()));
    assert_eq!(seen.admit(&[1; 32], &[4; 32]), Err(Error::CapsuleReused));
}
