use std::vec::Vec;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::asymmetric::SigningKey;
use crate::error::Error;
use crate::policy::Labels;
use crate::pre::{Cache, PatientKey, RecipientKey};

mod crashes;
#[cfg(feature = "std")]
mod files;
mod flashes;
mod packs;
mod simulated;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn labels(texts: &[&str]) -> LabelSet {
    LabelSet::from(&Labels::parse(texts.iter().copied()).unwrap())
}

/// A patient, a device, and packs that can be opened again and again.
struct World {
    patient: PatientKey,
    device: RecipientKey,
    packs: Vec<CouponPack>,
}

impl World {
    /// With a pack of so many coupons for each of these labels.
    fn new(packs: &[(&str, usize)]) -> Self {
        let rng = &mut rng(1);
        let patient = PatientKey::generate(rng).unwrap();
        let device = RecipientKey::generate("monitor 4", rng).unwrap();
        let cache = &mut Cache::new();
        let mut mint = |(label, count): &(&str, usize)| {
            let profile = patient.profile();
            profile
                .mint_pack(
                    device.public(),
                    (&labels(&[label]), *count),
                    None,
                    cache,
                    rng,
                )
                .unwrap()
        };
        Self {
            packs: packs.iter().map(&mut mint).collect(),
            device,
            patient,
        }
    }

    fn open(&self, pack: usize) -> Coupons {
        self.packs[pack].open(&self.device, None).unwrap()
    }

    /// d of every coupon of a pack.
    fn digests(&self, pack: usize) -> Vec<[u8; 32]> {
        let coupons = self.open(pack).coupons;
        coupons.iter().map(|it| *it.digest()).collect()
    }

    fn take(&self, store: &mut dyn CouponStore, label: &str) -> Result<[u8; 32]> {
        let coupon = store.take(self.patient.profile().id(), &labels(&[label]))?;
        // What is handed out works.
        let (capsule, key) = coupon.seal(&[7; 32]);
        assert!(key.expose() != &[0; 32]);
        Ok(*capsule.digest())
    }
}

/// What every store does, whatever it is made of.
fn keeps_the_rules(world: &World, store: &mut dyn CouponStore) {
    assert_eq!(world.take(store, "a=1").err(), Some(Error::NoCoupon));
    assert_eq!(store.add(world.open(0)), Ok(3));
    assert_eq!(store.add(world.open(0)), Ok(0));
    assert_eq!(world.take(store, "a=2").err(), Some(Error::CouponLabels));
    assert_eq!(store.add(world.open(1)), Ok(2));
    let mut all: Vec<_> = (0..3).map(|_| world.take(store, "a=1").unwrap()).collect();
    assert_eq!(world.take(store, "a=1").err(), Some(Error::CouponLabels));
    all.push(world.take(store, "a=2").unwrap());
    // A pack that is used up may stand in it, with none left.
    let mut stock = store.stock().unwrap();
    stock.retain(|it| it.left > 0);
    let [stock] = stock.as_slice() else { panic!() };
    let pack = &world.packs[1];
    assert_eq!((stock.pack, stock.patient), (*pack.id(), *pack.patient()));
    assert_eq!((stock.left, stock.minted), (1, 2));
    assert_eq!(stock.labels, labels(&["a=2"]));
    // A pack that is used up adds nothing either.
    assert_eq!(store.add(world.open(0)), Ok(0));
    all.push(world.take(store, "a=2").unwrap());
    assert_eq!(world.take(store, "a=2").err(), Some(Error::NoCoupon));
    all.sort_unstable();
    let mut expected = [world.digests(0), world.digests(1)].concat();
    expected.sort_unstable();
    assert_eq!(all, expected);
    let other = PatientKey::generate(&mut rng(9)).unwrap();
    let taken = store.take(other.profile().id(), &labels(&["a=1"]));
    assert_eq!(taken.err(), Some(Error::NoCoupon));
}
