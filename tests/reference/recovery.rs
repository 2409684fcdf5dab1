//! Recovery, rotation, and coupons: what a patient's key becomes.

use hippocrypt::Secret;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{
    Cache, Objection, PatientKey, RecipientKey, SeenSuccessions, Splitting, Succession, Verified,
};
use serde_json::{Value, json};

use crate::vectors::{NOW, Recorder, hex};

pub fn recovery() -> Value {
    let source = &mut Recorder::new(70);
    let patient = PatientKey::generate(source).unwrap();
    let trustees = ["Ada", "Ben", "Cyd"].map(|name| RecipientKey::generate(name, source).unwrap());
    let device = RecipientKey::generate("new phone", source).unwrap();
    let publics = trustees.each_ref().map(|it| it.public().clone());
    let split_source = &mut Recorder::new(71);
    let split = patient.split(&publics, 2, split_source).unwrap();
    let released = [0, 2].map(|at: usize| {
        split.shares[at]
            .release(&trustees[at], device.public(), source)
            .unwrap()
    });
    let again = PatientKey::recover(&released, &device, &[]).unwrap();
    assert_eq!(
        again.to_bytes().expose()[8..40],
        split.key.to_bytes().expose()[8..40]
    );
    json!({
        "split": {
            "patient_key": hex(patient.to_bytes().expose()),
            "trustees": trustees.each_ref().map(|it| hex(it.to_bytes().expose())),
            "device": hex(device.to_bytes().expose()),
            "threshold": 2,
            "drawn": split_source.drawn(),
            "later_key": hex(split.key.to_bytes().expose()),
            "shares": split.shares.iter().map(|it| hex(it.to_bytes())).collect::<Vec<_>>(),
            "released": released.each_ref().map(|it| hex(it.to_bytes())),
            "recovered": hex(again.to_bytes().expose()),
        },
        "rotation_by_device": rotated(&split.key, 72),
        "rotation_by_recovery": rotated(&again, 73),
        "objection": objection(&split, &again),
        "coupon": coupon(),
        "coupon_pack": pack(),
    })
}

fn rotated(key: &PatientKey, seed: u64) -> Value {
    let source = &mut Recorder::new(seed);
    let rotation = key.rotate(source).unwrap();
    json!({
        "patient_key": hex(key.to_bytes().expose()),
        "drawn": source.drawn(),
        "later_key": hex(rotation.key.to_bytes().expose()),
        "succession": hex(rotation.succession.to_bytes()),
        "seed_backup": rotation.backup.map(|it| hex(it.to_bytes())),
    })
}

fn objection(split: &Splitting, again: &PatientKey) -> Value {
    let succession = again.rotate(&mut Recorder::new(74)).unwrap().succession;
    let succession: Succession<Verified> = Succession::from_bytes(&succession.to_bytes())
        .unwrap()
        .verify(split.key.profile())
        .unwrap();
    let objection: Objection = split.key.object(&succession).unwrap();
    let mut seen = SeenSuccessions::default();
    seen.first_seen(&succession, NOW).unwrap();
    json!({
        "patient_key": hex(split.key.to_bytes().expose()),
        "succession": hex(succession.to_bytes()),
        "fingerprint": hex(succession.fingerprint().to_bytes()),
        "objection": hex(objection.to_bytes()),
        "time": NOW,
        "seen": hex(seen.to_bytes()),
    })
}

fn labels() -> LabelSet {
    LabelSet::from(&Labels::parse(["type=ECG", "y=unknown"]).unwrap())
}

fn coupon() -> Value {
    let patient = PatientKey::generate(&mut Recorder::new(75)).unwrap();
    let source = &mut Recorder::new(76);
    let coupon = patient
        .profile()
        .mint(&labels(), &mut Cache::new(), source)
        .unwrap();
    json!({
        "profile": hex(patient.profile().to_bytes()),
        "labels": labels().iter().map(hex).collect::<Vec<_>>(),
        "drawn": source.drawn(),
        "coupon": hex(coupon.into_bytes().expose()),
    })
}

fn pack() -> Value {
    let source = &mut Recorder::new(77);
    let patient = PatientKey::generate(source).unwrap();
    let device = RecipientKey::generate("monitor 4", source).unwrap();
    let phone = SigningKey::from_seed(&Secret::new([78; 32]));
    let cache = &mut Cache::new();
    let pack = patient
        .profile()
        .mint_pack(device.public(), (&labels(), 2), Some(&phone), cache, source)
        .unwrap();
    assert!(pack.open(&device, Some(&phone.verifying_key())).is_ok());
    json!({
        "patient_key": hex(patient.to_bytes().expose()),
        "device": hex(device.to_bytes().expose()),
        "minter": hex([78; 32]),
        "labels": labels().iter().map(hex).collect::<Vec<_>>(),
        "pack": hex(pack.to_bytes().unwrap()),
    })
}
