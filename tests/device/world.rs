//! A patient, the patient's coupons in a device's flash, and whoever opens what the device sends.

use hippocrypt::Secret;
use hippocrypt::asymmetric::{SigningKey, VerifyingKey};
use hippocrypt::envelope::{Header, Opener, Sender, SessionStatus, capsules};
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{
    Cache, CouponStore, FlashCouponStore, FlashGeometry, FlashLayout, PatientKey, RecipientKey,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::flash::Memory;

/// Bytes of a frame: two leads of 16 bits, 360 a second, for ten seconds.
pub const FRAME: usize = 14_400;
pub const GEOMETRY: FlashGeometry = FlashGeometry {
    word: 8,
    page: 2048,
    pages: 5,
};
const LAYOUT: FlashLayout = FlashLayout {
    registry_pages: 1,
    coupon_bytes: 480,
};
pub const COUPONS: usize = 4;

pub struct World {
    pub patient: PatientKey,
    pub seed: [u8; 32],
    pub flash: Vec<u8>,
    pub labels: LabelSet,
}

/// What a session came to.
pub struct Received {
    pub frames: Vec<Vec<u8>>,
    pub status: SessionStatus,
    /// d of its capsule.
    pub capsule: [u8; 32],
}

impl World {
    /// Everything in it follows from the number.
    pub fn new(number: u64) -> Self {
        Self::labelled(number, &["type=ECG", "ym=2026-11"], LAYOUT)
    }

    /// The same with other labels.
    pub fn labelled(number: u64, labels: &[&str], layout: FlashLayout) -> Self {
        let rng = &mut ChaCha20Rng::seed_from_u64(number);
        let patient = PatientKey::generate(rng).unwrap();
        let device = RecipientKey::generate("monitor", rng).unwrap();
        let labels = LabelSet::from(&Labels::parse(labels.iter().copied()).unwrap());
        let pack = patient.profile().mint_pack(
            device.public(),
            (&labels, COUPONS),
            None,
            &mut Cache::new(),
            rng,
        );
        let coupons = pack.unwrap().open(&device, None).unwrap();
        let mut store = FlashCouponStore::format(Memory::new(GEOMETRY), layout).unwrap();
        assert_eq!(store.add(coupons), Ok(COUPONS));
        Self {
            patient,
            seed: core::array::from_fn(|at| (number as u8).wrapping_mul(31) ^ at as u8),
            flash: store.into_flash().bytes,
            labels,
        }
    }

    pub fn device(&self) -> VerifyingKey {
        SigningKey::from_seed(&Secret::new(self.seed)).verifying_key()
    }

    /// Opens what a session sent: none if not even its header came.
    pub fn receive(&self, sent: &[u8]) -> Option<Received> {
        let (header, mut unread) = Header::from_bytes(sent).ok()?;
        let capsule = *capsules(&header).unwrap()[0].digest();
        let mut opener = Opener::new().patient(&self.patient);
        let mut session = opener.unlock(header).unwrap().session().unwrap();
        let mut frames = Vec::new();
        while let Some(segment) = session.next(&mut unread).unwrap() {
            assert_eq!(segment.number as usize, frames.len());
            assert_eq!(segment.sender, Sender::Signed(self.device()));
            frames.push(segment.plaintext.expose().clone());
        }
        Some(Received {
            frames,
            status: session.status(),
            capsule,
        })
    }

    /// How many coupons a flash has left.
    pub fn left(&self, flash: &[u8]) -> usize {
        let store = FlashCouponStore::open(Memory::holding(GEOMETRY, flash.to_vec())).unwrap();
        store.stock().unwrap().iter().map(|pack| pack.left).sum()
    }
}
