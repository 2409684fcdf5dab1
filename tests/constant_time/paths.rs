//! What is run under valgrind, one by one; the suite runs it too, where the marks do nothing.

use hippocrypt::envelope::{Record, RecordId, SessionSealer};
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{Cache, PatientKey};
use hippocrypt::symmetric::{Aead, Suite, hkdf, hmac_sha256};
use hippocrypt::{Randomness, Result, Secret};
use std::hint::black_box;

use super::mark::{public, secret};

/// All that is drawn is secret.
pub struct Marked;

impl Randomness for Marked {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        getrandom::SysRng.fill(bytes)?;
        secret(bytes);
        Ok(())
    }
}

pub fn marked() -> Secret<[u8; 32]> {
    Marked.secret().unwrap()
}

#[test]
fn leaks_by_a_branch() {
    let key = marked();
    if black_box(key.expose()[0]) > 100 {
        println!("high");
    }
}

#[test]
fn leaks_by_an_index() {
    let key = marked();
    let table = black_box([7_u8; 256]);
    println!("{}", table[usize::from(key.expose()[0])]);
}

#[test]
fn sealing() {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let labels = LabelSet::from(&Labels::parse(["type=ECG"]).unwrap());
    let coupon = patient
        .profile()
        .mint(&labels, &mut Cache::new(), rng)
        .unwrap();
    let record = Record::for_coupon(RecordId::ascii("ecg").unwrap(), &labels)
        .chunk_size(1024)
        .unwrap();
    // The data key; envelope id and salt come along.
    let session = SessionSealer::with_coupon(&record, coupon, None, &mut Marked);
    let mut session = session.unwrap();
    let content = [7; 3000];
    secret(&content);
    let sealed = session.segment(&content).unwrap();
    public(&sealed);
    let end = session.end().unwrap();
    public(&end);
    assert!(sealed.len() == 9 + 3000 + 3 * 16 && !end.is_empty());
}

#[test]
fn symmetric() {
    let key: Secret<[u8; 32]> = hkdf(b"salt", marked().expose(), &[b"purpose"]);
    let code = hmac_sha256(&key, &[b"message"]);
    public(&code);
    for suite in [Suite::ChaCha20Poly1305, Suite::Aes256Gcm] {
        let mut content = [9; 500];
        secret(&content);
        let tag = Aead::new(suite, &key)
            .seal_in_place(&[0; 12], b"aad", &mut content)
            .unwrap();
        public(&tag);
        public(&content);
        assert!(tag != [0; 16] && content != [9; 500]);
    }
    assert!(code != [0; 32]);
}
