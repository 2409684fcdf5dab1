//! Sealed records and sessions.

use hippocrypt::abe::AuthorityKey;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{
    CouponRecipient, Expiry, PatientRecipient, Record, Sealer, SessionSealer,
};
use hippocrypt::policy::{Attributes, Date, LabelSet, Labels, Policy};
use hippocrypt::pre::{Cache, PatientKey};

use super::kit::{Kit, dice};
use super::objects::NOW;

const CONTENT: &[u8] = b"72/min, sinus rhythm";

fn record() -> Record {
    let labels = Labels::parse(["type=ECG", "conf=N"]).unwrap();
    let record = Record::new("ecg-1").unwrap().labels(labels).created(NOW);
    record.chunk_size(1024).unwrap()
}

/// The bytes with one bit of one byte changed.
fn flipped(good: &[u8], at: usize) -> Vec<u8> {
    let mut bad = good.to_vec();
    bad[at] ^= 1;
    bad
}

pub fn add(kit: &mut Kit) {
    records(kit);
    sessions(kit);
}

fn records(kit: &mut Kit) {
    let rng = &mut dice(3);
    let authority = AuthorityKey::generate("St. Elsewhere", rng).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let issue = |role: &str, rng: &mut dyn hippocrypt::Randomness| {
        let attributes = Attributes::parse([role]).unwrap();
        authority.issue(&attributes, until, rng).unwrap()
    };
    let (doctor, dentist) = (issue("role=cardiologist", rng), issue("role=dentist", rng));
    let other = AuthorityKey::generate("St. Nowhere", rng).unwrap();
    let stranger = other.issue(
        &Attributes::parse(["role=cardiologist"]).unwrap(),
        until,
        rng,
    );
    kit.files
        .insert("doctor.key".into(), doctor.to_bytes().expose().clone());
    kit.files
        .insert("dentist.key".into(), dentist.to_bytes().expose().clone());
    kit.files.insert(
        "stranger.key".into(),
        stranger.unwrap().to_bytes().expose().clone(),
    );

    let policy = || Policy::parse("role=cardiologist").unwrap();
    let expiry = Expiry::Day(Date::parse("2026-11-24").unwrap());
    let plain = Sealer::new()
        .policy(authority.public(), policy(), expiry)
        .seal(&record(), CONTENT, rng)
        .unwrap();
    let ward = SigningKey::generate(rng).unwrap();
    let long: Vec<u8> = (0..3000).map(|at| at as u8).collect();
    let signed = Sealer::new()
        .policy(authority.public(), policy(), expiry)
        .sender(&ward)
        .seal(&record(), &long, rng)
        .unwrap();

    let open = "open-with-user-key";
    let mut with = |file: &str, key: &str, code, bytes: &[u8]| {
        kit.add_with(&format!("record_{file}.hippo"), open, &[key], code, bytes);
    };
    let end = plain.len();
    // Chunk and tag; before them the code (32), and before it the wrapped data key (48) and a flag.
    let payload = end - CONTENT.len() - 16;
    with("good", "doctor.key", 0, &plain);
    with("for_another_role", "dentist.key", 204, &plain);
    with("of_another_authority", "stranger.key", 303, &plain);
    with("empty", "doctor.key", 100, &[]);
    with("cut_in_the_header", "doctor.key", 100, &plain[..100]);
    with("without_payload", "doctor.key", 300, &plain[..payload]);
    with("last_byte_missing", "doctor.key", 300, &plain[..end - 1]);
    with(
        "trailing_byte",
        "doctor.key",
        300,
        &[plain.as_slice(), &[0]].concat(),
    );
    with(
        "content_changed",
        "doctor.key",
        300,
        &flipped(&plain, payload),
    );
    with("tag_changed", "doctor.key", 300, &flipped(&plain, end - 1));
    with(
        "code_changed",
        "doctor.key",
        300,
        &flipped(&plain, payload - 1),
    );
    with(
        "wrapped_key_changed",
        "doctor.key",
        300,
        &flipped(&plain, payload - 32 - 1 - 1),
    );
    with(
        "envelope_id_changed",
        "doctor.key",
        300,
        &flipped(&plain, 12),
    );
    let mut raised = plain.clone();
    raised[5] = 2;
    with("version_unknown", "doctor.key", 103, &raised);
    let mut suite = plain.clone();
    suite[6] = 9;
    with("suite_unknown", "doctor.key", 104, &suite);
    let mut aes = plain.clone();
    aes[6] = 2;
    with("suite_of_another_cipher", "doctor.key", 300, &aes);
    let mut kind = plain.clone();
    kind[7] = 0xee;
    with("kind_unknown", "doctor.key", 105, &kind);
    let mut fixed = plain.clone();
    fixed[8..12].fill(0xff);
    with("fixed_part_too_long", "doctor.key", 106, &fixed);

    with("signed_good", "doctor.key", 0, &signed);
    with(
        "signed_without_trailer",
        "doctor.key",
        300,
        &signed[..signed.len() - 64],
    );
    with(
        "signed_trailer_changed",
        "doctor.key",
        301,
        &flipped(&signed, signed.len() - 1),
    );
    with(
        "signed_header_changed",
        "doctor.key",
        301,
        &flipped(&signed, 12),
    );
    // Chunks of 1,040 bytes twice and 968 once, then the trailer.
    let chunks = signed.len() - 64 - 968 - 2 * 1040;
    let mut swapped = signed.clone();
    swapped[chunks..chunks + 2080].rotate_left(1040);
    with("signed_chunks_swapped", "doctor.key", 300, &swapped);
    let mut dropped = signed.clone();
    dropped.drain(chunks + 1040..chunks + 2080).for_each(drop);
    with("signed_chunk_missing", "doctor.key", 300, &dropped);

    kit.add("header_good.bin", "header", 0, &plain);
    kit.add("header_empty.bin", "header", 100, &[]);
    kit.add(
        "header_of_a_key.bin",
        "header",
        105,
        doctor.to_bytes().expose(),
    );
}

fn sessions(kit: &mut Kit) {
    let rng = &mut dice(4);
    let (patient, other) = (
        PatientKey::generate(rng).unwrap(),
        PatientKey::generate(rng).unwrap(),
    );
    kit.files
        .insert("patient.key".into(), patient.to_bytes().expose().clone());
    kit.files.insert(
        "other-patient.key".into(),
        other.to_bytes().expose().clone(),
    );
    let sealed = Sealer::new()
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(&record(), CONTENT, rng)
        .unwrap();
    let open = "open-with-patient-key";
    kit.add_with("capsule_good.hippo", open, &["patient.key"], 0, &sealed);
    kit.add_with(
        "capsule_of_another_patient.hippo",
        open,
        &["other-patient.key"],
        303,
        &sealed,
    );
    let payload = sealed.len() - CONTENT.len() - 16;
    kit.add_with(
        "capsule_content_changed.hippo",
        open,
        &["patient.key"],
        300,
        &flipped(&sealed, payload),
    );
    let labels = LabelSet::from(&Labels::parse(["type=ECG", "conf=N"]).unwrap());
    let coupon = patient
        .profile()
        .mint(&labels, &mut Cache::new(), rng)
        .unwrap();
    let recipient = CouponRecipient::one(coupon);
    let by_coupon = Sealer::new()
        .recipient(Box::new(recipient))
        .seal(&record(), CONTENT, rng);
    kit.add_with(
        "coupon_record_good.hippo",
        open,
        &["patient.key"],
        0,
        &by_coupon.unwrap(),
    );

    let coupon = patient
        .profile()
        .mint(&labels, &mut Cache::new(), rng)
        .unwrap();
    let ward = SigningKey::generate(rng).unwrap();
    let mut session = SessionSealer::with_coupon(&record(), coupon, Some(&ward), rng).unwrap();
    let header = session.header().to_vec();
    let parts = [b"first".as_slice(), b"second", b"third"].map(|it| session.segment(it).unwrap());
    let end = session.end().unwrap();
    let [first, second, third] = &parts;
    let mut with = |fault: &str, code, parts: &[&[u8]]| {
        let bytes = [&[header.as_slice()], parts].concat().concat();
        let name = format!("session_{fault}.hippo");
        kit.add_with(
            &name,
            "session-with-patient-key",
            &["patient.key"],
            code,
            &bytes,
        );
    };
    with("good", 0, &[first, second, third, &end]);
    with("without_end", 336, &[first, second, third]);
    with("without_anything", 336, &[]);
    with("cut_in_a_segment", 336, &[first, &second[..20]]);
    with("segment_missing", 337, &[first, third, &end]);
    with("segment_twice", 107, &[first, first, second, third, &end]);
    with("segments_swapped", 107, &[second, first, third, &end]);
    with(
        "content_changed",
        300,
        &[&flipped(first, 10), second, third, &end],
    );
    with(
        "signature_changed",
        301,
        &[&flipped(first, first.len() - 1), second, third, &end],
    );
    with(
        "end_code_changed",
        300,
        &[first, second, third, &flipped(&end, 6)],
    );
    with(
        "end_signature_changed",
        301,
        &[first, second, third, &flipped(&end, end.len() - 1)],
    );
    with(
        "end_of_fewer_segments",
        107,
        &[
            first,
            second,
            third,
            &[&[0, 0, 0, 0, 1][..], &end[5..]].concat(),
        ],
    );
    with(
        "bytes_behind_the_end",
        101,
        &[first, second, third, &end, &[0]],
    );
    with("part_unknown", 115, &[first, &[7], second, third, &end]);
    with(
        "segment_number_too_high",
        107,
        &[&[&[1, 0, 0x10, 0, 0][..], &first[5..]].concat(), second],
    );
    with(
        "segment_length_too_high",
        106,
        &[&[&first[..5], &[0xff; 4][..], &first[9..]].concat(), second],
    );
}
