//! Batches and sessions, with everything that an independent program needs to make them again.

use hippocrypt::envelope::{
    Content, CouponRecipient, Expiry, Header, RecordId, Sealer, SessionStatus, Suite,
};
use hippocrypt::policy::Labels;
use hippocrypt::pre::Cache;
use serde_json::{Value, json};

use crate::envelopes::{People, add, described, people, record, text, with_keys};
use crate::vectors::{Recorder, hex};

pub fn streams() -> Value {
    json!({
        "batch": batch(true),
        "batch_unsigned": batch(false),
        "session": session(),
        "session_interrupted": interrupted(),
    })
}

fn batch(signed: bool) -> Value {
    let people = people();
    let source = &mut Recorder::new(29);
    let members = [("r-1", &b"72/min"[..]), ("r-2", b""), ("r-3", b"75/min")];
    let ids = members.map(|(id, _)| RecordId::new(id).unwrap());
    let mut sealer = Sealer::new().recipient(Box::new(people.policy("role=nurse", Expiry::Never)));
    let suite = if signed {
        sealer = sealer.sender(&people.ward);
        Suite::ChaCha20Poly1305
    } else {
        Suite::Aes256Gcm
    };
    let record = record("ward-3", &["type=Observation"]).suite(suite);
    let contents = members.map(|(_, content)| content);
    let batch = sealer
        .seal_batch(&record, ids.iter().zip(contents), source)
        .unwrap();
    let mut opener = people.opener();
    let opened = opener.open_batch(&batch).unwrap();
    assert_eq!(opened.open(2).unwrap().0.expose(), b"75/min");
    let mut vector = described(&batch, None, &people);
    let more = json!({
        "sender": signed.then(|| hex(people.ward.to_bytes().expose())),
        "drawn": source.drawn(),
        "members": members.map(|(id, content)| [hex(id), hex(content)]),
        "batch": hex(&batch),
    });
    add(&mut vector, more);
    with_keys(vector, &people)
}

/// Whole, signed, in segments of several chunks.
fn session() -> Value {
    let people = people();
    let source = &mut Recorder::new(30);
    let contents = [text(1_500), Vec::new(), text(10)];
    let record = record("night-1", &["type=ECG"]).chunk_size(1024).unwrap();
    let mut sealer = Sealer::new()
        .recipient(Box::new(people.capsule()))
        .sender(&people.ward);
    let mut session = sealer.session(&record, source).unwrap();
    let mut sealed = session.header().to_vec();
    for content in &contents {
        sealed.extend(session.segment(content).unwrap());
    }
    sealed.extend(session.end().unwrap());
    assert_eq!(read(&sealed, &people), (3, SessionStatus::Ended));
    let mut vector = described(&sealed, None, &people);
    let more = json!({
        "sender": hex(people.ward.to_bytes().expose()),
        "drawn": source.drawn(),
        "segments": contents.map(hex),
        "lost": [],
        "ended": true,
        "session": hex(&sealed),
    });
    add(&mut vector, more);
    with_keys(vector, &people)
}

/// How many segments are there, and how it ends.
fn read(sealed: &[u8], people: &People) -> (usize, SessionStatus) {
    let (header, mut unread) = Header::from_bytes(sealed).unwrap();
    assert_eq!(header.fixed().content(), Content::Session);
    let mut session = people.opener().unlock(header).unwrap().session().unwrap();
    let mut count = 0;
    while session.next(&mut unread).unwrap().is_some() {
        count += 1;
    }
    (count, session.status())
}

/// By a coupon, with a segment that was never stored, and cut short.
fn interrupted() -> Value {
    let people = people();
    let mut coupons = Recorder::new(31);
    let record = record("night-2", &["type=ECG"]).suite(Suite::Aes256Gcm);
    let labels = (&Labels::parse(["type=ECG"]).unwrap()).into();
    let coupon = people
        .patient
        .profile()
        .mint(&labels, &mut Cache::new(), &mut coupons)
        .unwrap();
    let source = &mut Recorder::new(32);
    let mut sealer = Sealer::new().recipient(Box::new(CouponRecipient::one(coupon)));
    let mut session = sealer.session(&record, source).unwrap();
    let contents = ["one", "two", "three"];
    let mut sealed = session.header().to_vec();
    for (number, content) in contents.iter().enumerate() {
        let segment = session.segment(content.as_bytes()).unwrap();
        if number != 1 {
            sealed.extend(segment);
        }
    }
    let status = SessionStatus::Interrupted;
    assert_eq!(read(&sealed, &people), (2, status));
    let mut vector = described(&sealed, None, &people);
    let more = json!({
        // What minting drew is what sealing with the patient's profile would have drawn.
        "drawn": source.drawn() + &coupons.drawn(),
        "segments": contents.map(hex),
        "lost": [1],
        "ended": false,
        "session": hex(&sealed),
    });
    add(&mut vector, more);
    with_keys(vector, &people)
}
