//! What parties keep on media of their own: a relay's journal, and stores of coupons.
//!
//! When a file was made says the file system. In the vectors a number stands there, and what is
//! computed of it follows.

use std::fs;
use std::path::Path;

use hippocrypt::Secret;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{
    Cache, CouponPack, CouponStore, FileCouponStore, FileRelayState, FlashCouponStore,
    FlashGeometry, FlashLayout, PatientKey, RecipientKey, RelayState, Revoked,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::flash::Memory;
use crate::vectors::{NOW, Recorder, hex};

/// In place of what the file system says, in nanoseconds.
const BORN: u64 = 1_795_500_000_123_456_789;
/// Where `born` stands in a file.
const PLACE: std::ops::Range<usize> = 8..16;

pub fn stored() -> Value {
    json!({"relay_journal": journal(), "coupon_file": file(), "coupon_flash": flash()})
}

fn checksum(items: &[&[u8]]) -> [u8; 16] {
    let hash = items.iter().fold(Sha256::new(), Sha256::chain_update);
    hash.finalize()[..16].try_into().unwrap()
}

/// A journal of these parts, each behind the one before.
fn chained(parts: &[Vec<u8>]) -> Vec<u8> {
    let (mut whole, mut before) = (Vec::new(), [0; 16]);
    for part in parts {
        before = checksum(&[b"HIPPO-V01-RELAY-JOURNAL", &before, part]);
        whole.extend_from_slice(part);
        whole.extend_from_slice(&before);
    }
    whole
}

/// A revocation, a list's number, a nonce and a sharing's number.
fn journal() -> Value {
    let source = &mut Recorder::new(110);
    let patient = PatientKey::generate(source).unwrap();
    let party = |seed| SigningKey::from_seed(&Secret::new([seed; 32])).verifying_key();
    let (publisher, requester) = (party(1), party(2));
    let revocation = patient.revoke(Revoked::Grant([7; 16]), 1, NOW + 60);
    let nonce = ([5; 16], NOW + 90);
    let place = tempfile::tempdir().unwrap();
    let mut state = FileRelayState::open(place.path(), NOW).unwrap();
    state.keep(&revocation).unwrap();
    state.keep_list(&publisher, 7).unwrap();
    let kept = state.keep_nonce(&requester, &nonce.0, nonce.1, NOW);
    assert_eq!(kept, Ok(true));
    state.raise_sharing(&[3; 32], 4).unwrap();
    drop(state);
    let mut rest = &*fs::read(place.path().join("journal")).unwrap();
    let written = rest;
    let mut parts = Vec::new();
    for length in [24, 1 + 161, 1 + 40, 1 + 56, 1 + 36] {
        parts.push(rest[..length].to_vec());
        rest = &rest[length + 16..];
    }
    assert!(rest.is_empty() && chained(&parts) == written);
    parts[0][PLACE].copy_from_slice(&BORN.to_be_bytes());
    let journal = chained(&parts);
    // One that was copied here: what must not be forgotten is known, what lies before is not served.
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("journal"), &journal).unwrap();
    let state = FileRelayState::open(place.path(), NOW + 600).unwrap();
    assert_eq!(state.since(), NOW + 600);
    let known = state.revocations(patient.profile().id()).unwrap();
    assert_eq!(known, [revocation]);
    assert_eq!(state.last_list(&publisher), Ok(7));
    assert_eq!(state.sharing_floor(&[3; 32]), Ok(4));
    json!({
        "patient_key": hex(patient.to_bytes().expose()),
        "born": BORN,
        "since": NOW,
        "revocation": {"kind": 1, "grant": hex([7; 16]), "sequence": 1, "time": NOW + 60},
        "publisher": hex(publisher.to_bytes()),
        "list": 7,
        "requester": hex(requester.to_bytes()),
        "nonce": hex(nonce.0),
        "time": nonce.1,
        "sharing": hex([3; 32]),
        "floor": 4,
        "journal": hex(journal),
    })
}

/// Three coupons for a device.
struct Minted {
    patient: PatientKey,
    device: RecipientKey,
    labels: LabelSet,
    pack: CouponPack,
}

fn minted(number: u64) -> Minted {
    let source = &mut Recorder::new(number);
    let patient = PatientKey::generate(source).unwrap();
    let device = RecipientKey::generate("monitor 4", source).unwrap();
    let labels = LabelSet::from(&Labels::parse(["type=ECG", "y=unknown"]).unwrap());
    let (cache, ask) = (&mut Cache::new(), (&labels, 3));
    let pack = patient
        .profile()
        .mint_pack(device.public(), ask, None, cache, source);
    Minted {
        pack: pack.unwrap(),
        patient,
        device,
        labels,
    }
}

impl Minted {
    /// Adds the pack, and takes the first coupon.
    fn spend_one(&self, store: &mut dyn CouponStore) {
        let coupons = self.pack.open(&self.device, None).unwrap();
        assert_eq!(store.add(coupons), Ok(3));
        let id = self.patient.profile().id();
        store.take(id, &self.labels).unwrap();
    }

    /// How many coupons the store says are left of how many.
    fn left(&self, store: &dyn CouponStore) -> (usize, usize) {
        let [stock] = store.stock().unwrap().try_into().unwrap();
        assert_eq!((stock.pack, &stock.labels), (*self.pack.id(), &self.labels));
        assert_eq!(&stock.patient, self.patient.profile().id());
        (stock.left, stock.minted)
    }

    fn value(&self) -> Value {
        json!({
            "patient_key": hex(self.patient.to_bytes().expose()),
            "device": hex(self.device.to_bytes().expose()),
            "labels": self.labels.iter().map(hex).collect::<Vec<_>>(),
            "pack": hex(self.pack.to_bytes().unwrap()),
        })
    }
}

fn one_file(place: &Path) -> (String, Vec<u8>) {
    let all = fs::read_dir(place).unwrap().map(|it| it.unwrap().path());
    let packs = all.filter(|it| it.extension().is_some_and(|it| it == "coupons"));
    let [path] = packs.collect::<Vec<_>>().try_into().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    (name, fs::read(&path).unwrap())
}

fn file() -> Value {
    let made = minted(112);
    let place = tempfile::tempdir().unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    made.spend_one(&mut store);
    assert_eq!(made.left(&store), (2, 3));
    let (name, mut file) = one_file(place.path());
    let head = 8 + 8 + 16 + 32 + made.labels.to_bytes().len() + 2;
    let sum = |file: &[u8]| checksum(&[b"HIPPO-V01-COUPON-STORE-CHECKSUM", &file[..head]]);
    assert_eq!(file[head..][..16], sum(&file));
    file[PLACE].copy_from_slice(&BORN.to_be_bytes());
    let sum = sum(&file);
    file[head..][..16].copy_from_slice(&sum);
    // It was not made here: nothing of it is handed out, and the pack does not come again.
    let place = tempfile::tempdir().unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    private(&place.path().join(&name), &file);
    assert_eq!(made.left(&store), (0, 3));
    assert_eq!(
        store.add(made.pack.open(&made.device, None).unwrap()),
        Ok(0)
    );
    let mut value = made.value();
    value["born"] = BORN.into();
    value["spent"] = 1.into();
    value["name"] = hex(name).into();
    value["file"] = hex(file).into();
    value
}

/// A file that only its owner may read, as the store makes them.
fn private(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

const GEOMETRY: FlashGeometry = FlashGeometry {
    word: 8,
    page: 1024,
    pages: 3,
};

fn flash() -> Value {
    let made = minted(113);
    let layout = FlashLayout {
        registry_pages: 1,
        coupon_bytes: 384,
    };
    let mut store = FlashCouponStore::format(Memory::new(GEOMETRY), layout).unwrap();
    made.spend_one(&mut store);
    let flash = store.into_flash();
    let store = FlashCouponStore::open(flash.clone()).unwrap();
    assert_eq!(made.left(&store), (2, 3));
    let mut value = made.value();
    value["word"] = GEOMETRY.word.into();
    value["page"] = GEOMETRY.page.into();
    value["pages"] = GEOMETRY.pages.into();
    value["registry_pages"] = layout.registry_pages.into();
    value["coupon_bytes"] = layout.coupon_bytes.into();
    value["spent"] = 1.into();
    value["flash"] = hex(flash.bytes).into();
    value
}
