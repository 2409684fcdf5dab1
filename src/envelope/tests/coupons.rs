//! Records sealed with coupons.

use super::*;
use crate::asymmetric::Signer;
use crate::curve::count::operations;
use crate::error::Result;
use crate::policy::{LabelFrame, LabelPolicy, LabelSet};
use crate::pre::{
    Cache, Coupon, CouponStore, Coupons, MemorySeenCapsules, PatientId, PatientKey, Stock,
};

fn patient() -> PatientKey {
    PatientKey::generate(&mut rng(40)).unwrap()
}

fn labels(texts: &[&str]) -> Labels {
    Labels::parse(texts.iter().copied()).unwrap()
}

fn coupon(patient: &PatientKey, texts: &[&str], seed: u64) -> Coupon {
    let set = LabelSet::from(&labels(texts));
    let minted = patient
        .profile()
        .mint(&set, &mut Cache::new(), &mut rng(seed));
    minted.unwrap()
}

/// Coupons in memory that anybody gets, whatever they ask for.
struct Careless(Vec<Coupon>);

impl CouponStore for Careless {
    fn add(&mut self, _: Coupons) -> Result<usize> {
        Ok(0)
    }

    fn take(&mut self, _: &PatientId, _: &LabelSet) -> Result<Coupon> {
        self.0.pop().ok_or(Error::NoCoupon)
    }

    fn stock(&self) -> Result<Vec<Stock>> {
        Ok(Vec::new())
    }
}

fn seal(recipient: CouponRecipient<'_>, record: &Record) -> Result<Vec<u8>> {
    let mut sealer = Sealer::new().recipient(Box::new(recipient));
    sealer.seal(record, b"10 seconds", &mut rng(50))
}

#[test]
fn sealing_with_a_coupon_computes_nothing_on_the_curve() {
    let patient = patient();
    let texts = ["type=Observation", "ym=2026-11"];
    let (coupon, minting) = operations(|| coupon(&patient, &texts, 41));
    assert!(minting > 0);
    let record = record().labels(labels(&texts));
    let signer = signer(42);
    let (sealed, sealing) = operations(|| {
        Sealer::new()
            .recipient(Box::new(CouponRecipient::one(coupon)))
            .sender(&signer)
            .seal(&record, b"10 seconds", &mut rng(50))
            .unwrap()
    });
    assert_eq!(sealing, 0);
    let (opened, opening) = operations(|| Opener::new().patient(&patient).open(&sealed));
    assert!(opening > 0);
    assert_eq!(opened.unwrap().plaintext.expose(), b"10 seconds");
}

#[test]
fn a_session_takes_one_coupon_and_computes_nothing_on_the_curve() {
    let patient = patient();
    let coupon = coupon(&patient, &["type=ECG", "ym=2026-11"], 52);
    let record = record().labels(labels(&["type=ECG", "ym=2026-11"]));
    let signer = signer(42);
    let (parts, sealing) = operations(|| {
        let mut session = Sealer::new()
            .recipient(Box::new(CouponRecipient::one(coupon)))
            .sender(&signer)
            .session(&record, &mut rng(53))
            .unwrap();
        let mut parts = session.header().to_vec();
        for frame in 0..8 {
            parts.extend(session.segment(&[frame; 14_400]).unwrap());
        }
        parts.extend(session.end().unwrap());
        parts
    });
    assert_eq!(sealing, 0);
    let (header, mut unread) = Header::from_bytes(&parts).unwrap();
    let (header, opening) = operations(|| Opener::new().patient(&patient).unlock(header));
    assert!(opening > 0);
    let mut session = header.unwrap().session().unwrap();
    let (frames, reading) = operations(|| {
        let mut frames = 0;
        while let Some(frame) = session.next(&mut unread).unwrap() {
            assert_eq!(*frame.plaintext.expose(), [frames; 14_400]);
            frames += 1;
        }
        frames
    });
    // One capsule is opened for all of it.
    assert_eq!((frames, reading), (8, 0));
    assert_eq!(session.status(), SessionStatus::Ended);
}

#[test]
fn labels_must_be_the_coupons() {
    let patient = patient();
    let record = |texts: &[&str]| record().labels(labels(texts));
    for other in [&["a=1"][..], &["a=1", "b=2", "c=3"], &[], &["a=1", "b=3"]] {
        let one = CouponRecipient::one(coupon(&patient, &["a=1", "b=2"], 43));
        assert_eq!(seal(one, &record(other)), Err(Error::CouponLabels));
        let mut store = Careless(vec![coupon(&patient, &["a=1", "b=2"], 43)]);
        let store = CouponRecipient::from_store(&mut store, patient.profile().id());
        assert_eq!(seal(store, &record(other)), Err(Error::CouponLabels));
    }
    // What did not fit is still there for what does.
    let mut sealer = Sealer::new().recipient(Box::new(CouponRecipient::one(coupon(
        &patient,
        &["a=1", "b=2"],
        43,
    ))));
    let mut seal = |texts: &[&str]| sealer.seal(&record(texts), b"", &mut rng(51));
    assert_eq!(seal(&["a=1"]), Err(Error::CouponLabels));
    assert!(seal(&["a=1", "b=2"]).is_ok());
    assert_eq!(seal(&["a=1", "b=2"]), Err(Error::NoCoupon));
}

#[test]
fn a_store_gives_every_record_its_own() {
    let patient = patient();
    let mut store = Careless((44..47).map(|it| coupon(&patient, &["a=1"], it)).collect());
    let seen = &mut MemorySeenCapsules::new();
    let mut sealer = Sealer::new().recipient(Box::new(CouponRecipient::from_store(
        &mut store,
        patient.profile().id(),
    )));
    let record = record().labels(labels(&["a=1"]));
    for seed in 0..3 {
        let sealed = sealer.seal(&record, b"x", &mut rng(seed)).unwrap();
        let (header, _) = Header::from_bytes(&sealed).unwrap();
        assert_eq!(admit(&header, seen), Ok(()));
        assert_eq!(admit(&header, seen), Ok(()));
        let opened = Opener::new().patient(&patient).open(&sealed).unwrap();
        assert_eq!(opened.plaintext.expose(), b"x");
    }
    let end = sealer.seal(&record, b"x", &mut rng(3));
    assert_eq!(end, Err(Error::NoCoupon));
}

#[test]
fn whoever_takes_in_records_finds_a_coupon_used_twice() {
    let patient = patient();
    let bytes = coupon(&patient, &["a=1"], 48).into_bytes();
    let seen = &mut MemorySeenCapsules::new();
    let record = record().labels(labels(&["a=1"]));
    let mut ingest = |seed| {
        let again = CouponRecipient::one(Coupon::from_bytes(bytes.expose()).unwrap());
        let mut sealer = Sealer::new().recipient(Box::new(again));
        let sealed = sealer.seal(&record, b"x", &mut rng(seed)).unwrap();
        admit(&Header::from_bytes(&sealed).unwrap().0, seen)
    };
    assert_eq!(ingest(1), Ok(()));
    assert_eq!(ingest(2), Err(Error::CapsuleReused));
}

#[test]
fn a_device_without_a_clock_says_so() {
    let record = Record::without_clock("frame-7", ["type=ECG"], &[0xab; 16], 7).unwrap();
    let patient = patient();
    let sealed = seal(
        CouponRecipient::one(coupon(&patient, &["type=ECG", "ym=unknown"], 49)),
        &record,
    );
    let (header, _) = Header::from_bytes(&sealed.unwrap()).unwrap();
    let fixed = header.fixed();
    assert_eq!(fixed.created(), 0);
    let shown = fixed.labels().unwrap().to_string();
    assert_eq!(shown, "type=ECG, y=unknown, ym=unknown");
    let metadata = format!("boot={};counter=7", "ab".repeat(16));
    assert_eq!(fixed.clear_metadata(), Some(metadata.as_bytes()));
    // Policies with dates fail closed.
    let frame = LabelFrame::new(2000, Date::parse("2060-12-31").unwrap()).unwrap();
    let opens = |text: &str| {
        let formula = LabelPolicy::parse(text, &frame).unwrap().formula().unwrap();
        formula.is_satisfied(&|row| fixed.label_set().iter().any(|it| it == row.as_bytes()))
    };
    assert!(opens("type=ECG"));
    assert!(!opens("type=ECG and ym>=2000-01"));
    assert!(!opens("type=ECG and ymd<2060-01-01"));
    let known = Record::without_clock("frame-7", ["ymd=2026-11-24"], &[0; 16], 7);
    assert!(matches!(known.err(), Some(Error::Label(_))));
}

/// What a device without Unicode's tables seals is what another one seals.
#[test]
fn records_for_a_coupon_are_records_with_its_labels() {
    let patient = patient();
    let texts = ["type=ECG", "ym=unknown"];
    let set = LabelSet::from(&labels(&texts));
    let sealed = |record: &Record| {
        let recipient = CouponRecipient::one(coupon(&patient, &texts, 54));
        seal(recipient, record).unwrap()
    };
    for counter in [0, 7, 10, 1_234_567_890, u64::MAX] {
        let known = Record::without_clock("ecg-1", ["type=ECG"], &[0xa9; 16], counter).unwrap();
        let stored = Record::for_coupon(RecordId::ascii("ecg-1").unwrap(), &set);
        let stored = stored.boot(&[0xa9; 16], counter);
        assert!(sealed(&known) == sealed(&stored));
        let header = Header::from_bytes(&sealed(&stored)).unwrap().0;
        let order = std::format!("boot={};counter={counter}", "a9".repeat(16));
        assert_eq!(header.fixed().clear_metadata(), Some(order.as_bytes()));
    }
    for name in ["", "Jos\u{e9}", "a\nb", "\u{7f}", &"x".repeat(129)] {
        assert!(RecordId::ascii(name).is_err(), "{name}");
    }
    assert!(RecordId::ascii(&"x".repeat(128)).is_ok());
}

/// The short way to a session's header makes the bytes of the long one.
#[test]
fn a_device_seals_what_a_sealer_seals() {
    let patient = patient();
    let texts = ["type=ECG", "ym=2026-11"];
    let record = record().labels(labels(&texts));
    let ward = signer(55);
    for ward in [None, Some(&ward)] {
        let dice = &mut rng(56);
        let recipient = CouponRecipient::one(coupon(&patient, &texts, 57));
        let mut sealer = Sealer::new().recipient(Box::new(recipient));
        if let Some(ward) = ward {
            sealer = sealer.sender(ward);
        }
        let mut long = sealer.session(&record, dice).unwrap();
        let ward = ward.map(|ward| ward as &dyn Signer);
        let own = coupon(&patient, &texts, 57);
        let short = SessionSealer::with_coupon(&record, own, ward, &mut rng(56));
        let mut short = short.unwrap();
        assert!(long.header() == short.header());
        assert!(long.segment(b"72/min") == short.segment(b"72/min"));
        assert!(long.end() == short.end());
    }
    let other = coupon(&patient, &["type=ECG"], 58);
    let refused = SessionSealer::with_coupon(&record, other, None, &mut rng(59));
    assert!(matches!(refused.err(), Some(Error::CouponLabels)));
}
