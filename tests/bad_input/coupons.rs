//! The trials on coupons, packs, and stores.

use std::fs;

use hippocrypt::asymmetric::SigningKey;
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{
    Cache, Coupon, CouponPack, CouponStore, FileCouponStore, Flash, FlashCouponStore,
    FlashGeometry, FlashLayout, PatientKey, RecipientKey,
};
use hippocrypt::{Error, Result};

use super::counting::peak;
use super::trials::{all_refused, bounded, each_damage, with_checksum};

struct Objects {
    patient: PatientKey,
    device: RecipientKey,
    labels: LabelSet,
    coupon: Vec<u8>,
    pack: Vec<u8>,
    unsigned: Vec<u8>,
}

fn objects() -> Objects {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let device = RecipientKey::generate("monitor", rng).unwrap();
    let phone = SigningKey::generate(rng).unwrap();
    let labels = LabelSet::from(&Labels::parse(["type=ECG", "ym=2026-11"]).unwrap());
    let cache = &mut Cache::new();
    let profile = patient.profile();
    let coupon = profile.mint(&labels, cache, rng).unwrap().into_bytes();
    let to = device.public();
    let pack = profile.mint_pack(to, (&labels, 3), Some(&phone), cache, rng);
    let unsigned = profile.mint_pack(to, (&labels, 3), None, cache, rng);
    Objects {
        coupon: coupon.expose().clone(),
        pack: pack.unwrap().to_bytes().unwrap(),
        unsigned: unsigned.unwrap().to_bytes().unwrap(),
        labels,
        device,
        patient,
    }
}

/// Damage behind a checksum that is right: refused, or another object with exactly these bytes.
fn refused_or_the_same(seed: u64, good: &[u8], read: impl Fn(&[u8]) -> Result<Vec<u8>>) {
    assert_eq!(read(good).unwrap(), good, "undamaged");
    each_damage(seed, good, |name, bad| {
        let bad = with_checksum(bad);
        let (answer, memory) = peak(|| read(&bad));
        bounded(name, memory, bad.len());
        if let Ok(again) = answer {
            assert_eq!(again, bad, "{name}");
        }
    });
}

#[test]
fn coupons() {
    let it = objects();
    let read = |bytes: &[u8]| Ok(Coupon::from_bytes(bytes)?.into_bytes().expose().clone());
    all_refused(90, &it.coupon, read);
    refused_or_the_same(91, &it.coupon, read);
}

#[test]
fn packs() {
    let it = objects();
    let read = |bytes: &[u8]| CouponPack::from_bytes(bytes)?.to_bytes();
    let open = |bytes: &[u8]| {
        let pack = CouponPack::from_bytes(bytes)?;
        pack.open(&it.device, None).map(|coupons| coupons.count())
    };
    for (seed, pack) in [(92, &it.pack), (94, &it.unsigned)] {
        all_refused(seed, pack, read);
        refused_or_the_same(seed, pack, read);
        // Whatever the checksum says, nothing but the pack itself opens.
        assert_eq!(open(pack), Ok(3));
        each_damage(seed + 1, pack, |name, bad| {
            let bad = with_checksum(bad);
            assert!(bad == *pack || open(&bad).is_err(), "{name}");
        });
    }
}

/// What a store hands out, to its end: never anything that was not in it, nothing twice.
fn all_of(it: &Objects, store: &mut dyn CouponStore) -> Vec<[u8; 32]> {
    let mut taken = Vec::new();
    while let Ok(coupon) = store.take(it.patient.profile().id(), &it.labels) {
        assert!(!taken.contains(coupon.digest()));
        taken.push(*coupon.digest());
    }
    taken
}

fn opened(it: &Objects) -> hippocrypt::pre::Coupons {
    let pack = CouponPack::from_bytes(&it.pack).unwrap();
    pack.open(&it.device, None).unwrap()
}

#[test]
fn stores_in_files() {
    let it = objects();
    let place = tempfile::tempdir().unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    store.add(opened(&it)).unwrap();
    let files = fs::read_dir(place.path()).unwrap();
    let mut files = files.map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some()).unwrap();
    let good = fs::read(&file).unwrap();
    let expected = all_of(&it, &mut store);
    assert_eq!(expected.len(), 3);
    each_damage(96, &good, |name, bad| {
        fs::write(&file, bad).unwrap();
        let mut store = FileCouponStore::open(place.path()).unwrap();
        let (taken, memory) = peak(|| all_of(&it, &mut store));
        bounded(name, memory, bad.len());
        assert!(taken.iter().all(|d| expected.contains(d)), "{name}");
    });
}

/// Flash that keeps no rules.
struct Bytes(Vec<u8>);

impl Flash for Bytes {
    fn geometry(&self) -> FlashGeometry {
        FlashGeometry {
            word: 8,
            page: 1024,
            pages: 5,
        }
    }

    fn read(&self, at: usize, out: &mut [u8]) -> Result<()> {
        let bytes = self.0.get(at..at + out.len());
        out.copy_from_slice(bytes.ok_or(Error::Io("beyond the flash"))?);
        Ok(())
    }

    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let room = self.0.get_mut(at..at + bytes.len());
        room.ok_or(Error::Io("beyond the flash"))?
            .copy_from_slice(bytes);
        Ok(())
    }

    fn erase(&mut self, page: usize) -> Result<()> {
        self.0[page * 1024..][..1024].fill(0xff);
        Ok(())
    }
}

#[test]
fn stores_in_flash() {
    let it = objects();
    let layout = FlashLayout {
        registry_pages: 1,
        coupon_bytes: 480,
    };
    let mut store = FlashCouponStore::format(Bytes(vec![0; 5 * 1024]), layout).unwrap();
    store.add(opened(&it)).unwrap();
    let good = store.into_flash().0;
    let mut store = FlashCouponStore::open(Bytes(good.clone())).unwrap();
    let expected = all_of(&it, &mut store);
    assert_eq!(expected.len(), 3);
    each_damage(97, &good, |name, bad| {
        let bad = bad.to_vec();
        let length = bad.len();
        let (taken, memory) = peak(|| match FlashCouponStore::open(Bytes(bad)) {
            Ok(mut store) => all_of(&it, &mut store),
            Err(_) => Vec::new(),
        });
        bounded(name, memory, length);
        assert!(taken.iter().all(|d| expected.contains(d)), "{name}");
    });
}
