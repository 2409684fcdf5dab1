//! No block of memory is given back with a secret in it.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{
    Header, Opener, PatientRecipient, Record, RecordId, Sealer, SessionSealer,
};
use hippocrypt::keys::{LockCost, SignerKey, lock, unlock};
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{Cache, Coupon, PatientKey};
use hippocrypt::{Result, Secret};

/// Bytes that are looked for; any sixteen of a secret tell it.
const PART: usize = 16;

thread_local! {
    static WANTED: Cell<Option<[u8; PART]>> = const { Cell::new(None) };
    static FOUND: Cell<usize> = const { Cell::new(0) };
}

struct Watching;

#[global_allocator]
static WATCHING: Watching = Watching;

/// Looks through a block that is given back.
///
/// # Safety
/// The block is valid for so many bytes; what was never written in it is read all the same, which a
/// test can afford.
unsafe fn look(block: *const u8, length: usize) {
    let Ok(Some(wanted)) = WANTED.try_with(Cell::get) else {
        return;
    };
    let mut at = 0;
    while at + PART <= length {
        // SAFETY: within the block.
        let byte = unsafe { block.add(at).read_volatile() };
        // SAFETY: as above.
        if byte == wanted[0]
            && (1..PART).all(|more| unsafe { block.add(at + more).read_volatile() } == wanted[more])
        {
            let _ = FOUND.try_with(|found| found.set(found.get() + 1));
        }
        at += 1;
    }
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeros, so that what an earlier owner left is not found twice.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            look(block, layout.size());
            System.dealloc(block, layout);
        }
    }
}

/// How many blocks were given back with these bytes in them while `work` ran.
fn freed<T>(secret: &[u8], work: impl FnOnce() -> T) -> (usize, T) {
    FOUND.set(0);
    WANTED.set(Some(secret[secret.len() - PART..].try_into().unwrap()));
    let done = work();
    WANTED.set(None);
    (FOUND.get(), done)
}

#[test]
fn a_secret_that_is_left_is_found() {
    let secret: [u8; 32] = core::array::from_fn(|at| at as u8 ^ 0xa5);
    assert_eq!(freed(&secret, || drop(secret.to_vec())).0, 1);
    assert_eq!(freed(&secret, || drop(Secret::new(secret.to_vec()))).0, 0);
}

#[test]
fn keys_leave_nothing() {
    let seed: [u8; 32] = core::array::from_fn(|at| at as u8 ^ 0x5c);
    let (found, ()) = freed(&seed, || {
        let key = SigningKey::from_seed(&Secret::new(seed));
        let _ = key.sign(&[b"message"]);
        drop(key.seed());
    });
    assert_eq!(found, 0, "signing key");

    let rng = &mut getrandom::SysRng;
    let signer = SignerKey::generate("ward 3", rng).unwrap();
    let patient = PatientKey::generate(rng).unwrap();
    // Behind the header stands the seed.
    for bytes in [signer.to_bytes(), patient.to_bytes()] {
        let seed = bytes.expose()[8..40].to_vec();
        let (found, ()) = freed(&seed, || {
            drop(SignerKey::from_bytes(bytes.expose()).map(|key| key.to_bytes()));
            drop(PatientKey::from_bytes(bytes.expose()).map(|key| key.to_bytes()));
            let locked = lock(&bytes, "correct horse", LockCost::LEAST, rng).unwrap();
            drop(unlock(&locked, Some("correct horse")).unwrap());
        });
        assert_eq!(found, 0, "key files");
    }
}

#[test]
fn what_was_opened_leaves_nothing() {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let labels = Labels::parse(["type=ECG"]).unwrap();
    let content: Vec<u8> = (0..5000_u32).map(|at| (at % 251) as u8 ^ 0x33).collect();
    let record = Record::new("ecg")
        .unwrap()
        .labels(labels.clone())
        .chunk_size(1024)
        .unwrap();
    let (found, sealed) = freed(&content, || {
        let recipient = Box::new(PatientRecipient::new(patient.profile()));
        Sealer::new()
            .recipient(recipient)
            .seal(&record, &content, rng)
            .unwrap()
    });
    assert_eq!(found, 0, "sealing");
    let (found, ()) = freed(&content, || {
        let opened = Opener::new().patient(&patient).open(&sealed).unwrap();
        assert_eq!(opened.plaintext.expose(), &content);
    });
    assert_eq!(found, 0, "opening");
    // A payload that fails at its end: the chunks before it were opened.
    let mut bad = sealed.clone();
    *bad.last_mut().unwrap() ^= 1;
    let first = &content[..1024];
    let (found, outcome) = freed(first, || {
        Opener::new().patient(&patient).open(&bad).map(drop)
    });
    assert!(outcome.is_err());
    assert_eq!(found, 0, "opening what was changed");
}

#[test]
fn coupons_and_sessions_leave_nothing() {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let labels = LabelSet::from(&Labels::parse(["type=ECG"]).unwrap());
    let coupon = patient
        .profile()
        .mint(&labels, &mut Cache::new(), rng)
        .unwrap()
        .into_bytes();
    // k1 stands before the checksum.
    let end = coupon.expose().len() - 32;
    let key = coupon.expose()[end - 32..end].to_vec();
    let run = || -> Result<Vec<u8>> {
        let coupon = Coupon::from_bytes(coupon.expose())?;
        let record = Record::for_coupon(RecordId::ascii("ecg")?, &labels);
        let mut session = SessionSealer::with_coupon(&record, coupon, None, rng)?;
        let mut all = session.header().to_vec();
        all.extend(session.segment(b"72/min")?);
        Ok(all)
    };
    let (found, sealed) = freed(&key, run);
    assert_eq!(found, 0, "coupon");
    assert!(Header::from_bytes(&sealed.unwrap()).is_ok());
}
