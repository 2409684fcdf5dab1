//! A session read in pieces: whatever comes out is what was recorded, from its beginning.
#![no_main]

use std::sync::OnceLock;

use hippocrypt::envelope::{Header, Opener};
use hippocrypt::pre::PatientKey;

const KEY: &[u8] = include_bytes!("../../tests/testkit/files/patient.key");
const GOOD: &[u8] = include_bytes!("../../tests/testkit/files/session_good.hippo");

fn key() -> &'static PatientKey {
    static KEPT: OnceLock<PatientKey> = OnceLock::new();
    KEPT.get_or_init(|| PatientKey::from_bytes(KEY).expect("the kit's key"))
}

/// Reads `body` behind the good header, at first only so many bytes of it.
fn read(body: &[u8], first: usize) -> Vec<Vec<u8>> {
    let (header, _) = Header::from_bytes(GOOD).expect("the kit's header");
    let mut opener = Opener::new().patient(key());
    let mut reader = opener
        .unlock(header)
        .expect("opens")
        .session()
        .expect("a session");
    let mut contents = Vec::new();
    let mut done = 0;
    for end in [first.min(body.len()), body.len()] {
        let mut unread = body.get(done..end).unwrap_or_default();
        while let Ok(Some(segment)) = reader.next(&mut unread) {
            contents.push(segment.plaintext.expose().clone());
        }
        done = end - unread.len();
    }
    contents
}

/// What follows the good header, if it is there: sessions of the kit are seeds as they are.
fn behind_header(input: &[u8]) -> &[u8] {
    let (_, rest) = Header::from_bytes(GOOD).expect("the kit's header");
    let header = &GOOD[..GOOD.len() - rest.len()];
    input.strip_prefix(header).unwrap_or(input)
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let body = behind_header(input);
    // A part's type, then its number: going to a far one takes up to a second, and nothing but time.
    if body.get(1..3).is_some_and(|high| high != [0, 0]) {
        return;
    }
    let first = usize::from(input.last().copied().unwrap_or_default());
    let recorded: [&[u8]; 3] = [b"first", b"second", b"third"];
    for content in read(body, first) {
        assert!(recorded.contains(&content.as_slice()));
    }
});
