use super::*;
use crate::envelope::Subject;
#[cfg(feature = "zk")]
use crate::secret::Secret;

fn about() -> Subject {
    Subject::new([6; 32], [5; 32])
}

#[test]
fn the_subject_shows_and_what_opens_it_is_sealed() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    for metadata in [None, Some(&b"hidden"[..])] {
        let mut record = record().subject(about());
        if let Some(bytes) = metadata {
            record = record.sealed_metadata(bytes).unwrap();
        }
        let bytes = sealed(&authority, &record, b"content");
        assert!(!bytes.windows(32).any(|window| window == [5; 32]));
        let opened = Opener::new().key(&held).open(&bytes).unwrap().header;
        assert_eq!(opened.fixed().subject(), Some(&[6; 32]));
        assert!(opened.subject().unwrap() == Some(about()));
        let own = opened.metadata().unwrap();
        assert_eq!(own.as_ref().map(|it| it.expose().as_slice()), metadata);
        let shown = opened.fixed().sealed_metadata_length();
        assert_eq!(shown, metadata.map(<[u8]>::len));
        assert_eq!(opened.fixed().has_sealed_metadata(), metadata.is_some());
    }
    let bytes = sealed(&authority, &record(), b"content");
    let opened = Opener::new().key(&held).open(&bytes).unwrap().header;
    assert!(opened.subject().unwrap().is_none());
}

#[test]
fn batches_of_one_patient_have_one_subject() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    let one = RecordId::new("one").unwrap();
    let record = record().subject(about());
    let bytes = sealer
        .seal_batch(&record, [(&one, &b"1"[..])], &mut rng(3))
        .unwrap();
    let opened = Opener::new().key(&held).open_batch(&bytes).unwrap();
    assert!(opened.header().subject().unwrap() == Some(about()));
}

#[test]
fn both_parts_together_keep_the_limit() {
    let most = METADATA_BYTES - 16 - 32;
    let record = |length: usize| {
        let record = record().subject(about());
        record.sealed_metadata(&vec![7; length]).unwrap()
    };
    let authority = authority();
    let seal = |record: &Record| {
        Sealer::new()
            .policy(authority.public(), policy("a=x"), Expiry::Never)
            .seal(record, b"", &mut rng(3))
    };
    assert!(seal(&record(most)).is_ok());
    assert_eq!(
        seal(&record(most + 1)).err(),
        Some(Error::TooLarge("encrypted metadata"))
    );
}

#[test]
fn a_subject_without_what_opens_it_is_refused() {
    use super::forging::forged;
    let (bytes, _) = forged(|_, fixed| fixed.subject = Some([6; 32]));
    assert_eq!(
        Header::from_bytes(&bytes).err(),
        Some(Error::Length("encrypted metadata"))
    );
}

#[cfg(feature = "zk")]
#[test]
fn a_subject_is_of_one_patient() {
    use crate::zk::ConsentKey;
    let key = |seed| ConsentKey::from_seed(&Secret::build(|bytes| bytes.fill(seed))).unwrap();
    let (own, other) = (key(1), key(2));
    let subject = Subject::of(own.public(), &mut rng(4)).unwrap();
    assert!(subject.is_of(own.public()) && !subject.is_of(other.public()));
    assert!(subject != Subject::of(own.public(), &mut rng(5)).unwrap());
    let beyond = Subject::new(*subject.commitment(), [0xff; 32]);
    assert!(!beyond.is_of(own.public()));
}
