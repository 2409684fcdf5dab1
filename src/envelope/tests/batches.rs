//! Batches of small records.

use super::*;

fn ids(count: usize) -> Vec<RecordId> {
    (0..count)
        .map(|at| RecordId::new(&alloc::format!("r-{at}")).unwrap())
        .collect()
}

fn batch(authority: &AuthorityKey, ward: Option<&SignerKey>, count: usize) -> Vec<u8> {
    let ids = ids(count);
    let contents: Vec<Vec<u8>> = (0..count).map(|at| vec![at as u8; at * 100]).collect();
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    if let Some(ward) = ward {
        sealer = sealer.sender(ward);
    }
    let members = ids.iter().zip(contents.iter().map(Vec::as_slice));
    sealer.seal_batch(&record(), members, &mut rng(3)).unwrap()
}

#[test]
fn members_come_back_in_order_and_by_name() {
    let authority = authority();
    let (held, ward) = (key(&authority, "a=x", "2027-12-31"), signer(8));
    for ward in [None, Some(&ward)] {
        for count in [0, 1, 5] {
            let bytes = batch(&authority, ward, count);
            let mut opener = Opener::new().key(&held);
            let opened = opener.open_batch(&bytes).unwrap();
            assert!(opened.ids().eq(&ids(count)));
            for (at, id) in ids(count).iter().enumerate() {
                let (content, sender) = opened.find(id).unwrap();
                assert_eq!(content.expose(), &vec![at as u8; at * 100]);
                let expected = ward.map(|ward| Sender::Signed(ward.public().verifying_key()));
                assert_eq!(sender, expected.unwrap_or(Sender::Unsigned));
            }
            assert!(matches!(opened.open(count).err(), Some(Error::Argument(_))));
            let absent = RecordId::new("absent").unwrap();
            assert!(matches!(
                opened.find(&absent).err(),
                Some(Error::Missing(_))
            ));
        }
    }
}

#[test]
fn a_name_given_twice_is_refused() {
    let authority = authority();
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    let mut batch = sealer.batch(&record(), &mut rng(3)).unwrap();
    let id = RecordId::new("r").unwrap();
    batch.member(&id, b"one", &mut rng(4)).unwrap();
    let refused = batch.member(&id, b"two", &mut rng(5)).err();
    assert!(matches!(refused, Some(Error::Duplicate(_))));
}

#[test]
fn a_member_has_at_most_64_mebibytes() {
    const MOST: usize = 64 << 20;
    let authority = authority();
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    let mut batch = sealer.batch(&record(), &mut rng(3)).unwrap();
    let content = vec![0; MOST + 1];
    let id = RecordId::new("r").unwrap();
    let refused = batch.member(&id, &content, &mut rng(4)).err();
    assert_eq!(refused, Some(Error::TooLarge("member of a batch")));
    let most = batch.member(&id, &content[..MOST], &mut rng(4)).unwrap();
    // Kind, the name behind its length, 16 random bytes, the content's length, its tag.
    assert_eq!(most.len(), 1 + 2 + 16 + 4 + MOST + 16);
    let mut bytes = [batch.header(), &most].concat();
    bytes.extend_from_slice(&batch.close().unwrap());
    let (header, members) = Header::from_bytes(&bytes).unwrap();
    assert_eq!(header.list_members(members).unwrap()[0].length, MOST as u64);
    let mut longer = members[..most.len() + 1].to_vec();
    longer[19..23].copy_from_slice(&(MOST as u32 + 17).to_be_bytes());
    let refused = header.list_members(&longer);
    assert_eq!(refused, Err(Error::Length("byte string")));
    assert!(
        Opener::new()
            .key(&key(&authority, "a=x", "2027-12-31"))
            .open_batch(&bytes)
            .is_ok()
    );
}

#[test]
fn a_batch_and_a_record_are_not_taken_for_each_other() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let mut opener = Opener::new().key(&held);
    assert_eq!(
        opener.open(&batch(&authority, None, 2)).err(),
        Some(Error::Kind(2))
    );
    assert_eq!(
        opener.open_from(&batch(&authority, None, 2)[..]).err(),
        Some(Error::Kind(2))
    );
    let single = sealed(&authority, &record(), b"content");
    assert_eq!(opener.open_batch(&single).err(), Some(Error::Kind(1)));
}

/// Header, members and closing of a batch of three, and the key to it.
fn parts(ward: Option<&SignerKey>) -> (UserKey, Vec<u8>, Vec<Vec<u8>>, Vec<u8>) {
    let authority = authority();
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    if let Some(ward) = ward {
        sealer = sealer.sender(ward);
    }
    let mut rng = rng(3);
    let mut batch = sealer.batch(&record(), &mut rng).unwrap();
    let header = batch.header().to_vec();
    let mut members = Vec::new();
    for id in &ids(3) {
        members.push(batch.member(id, b"same", &mut rng).unwrap());
    }
    let close = batch.close().unwrap();
    (key(&authority, "a=x", "2027-12-31"), header, members, close)
}

#[test]
fn members_cannot_be_dropped_added_swapped_or_renamed() {
    let (held, header, members, close) = parts(None);
    let open_all = |order: &[&[u8]]| -> Result<(), Error> {
        let bytes = [&header[..], &order.concat()].concat();
        let mut opener = Opener::new().key(&held);
        let opened = opener.open_batch(&bytes)?;
        (0..opened.ids().len()).try_for_each(|at| opened.open(at).map(|_| ()))
    };
    let [one, two, three] = [&members[0][..], &members[1], &members[2]];
    assert_eq!(open_all(&[one, two, three, &close]), Ok(()));
    for forged in [
        vec![one, two, &close],
        vec![one, two, three],
        vec![one, three, two, &close],
        vec![one, two, two, &close],
        vec![one, two, three, &close, one],
        vec![one, two, three, &close, &close],
        vec![],
    ] {
        assert_eq!(open_all(&forged), Err(Error::Open));
    }
    let mut renamed = one.to_vec();
    let at = renamed
        .windows(3)
        .position(|window| window == b"r-0")
        .unwrap();
    renamed[at + 2] = b'9';
    assert_eq!(open_all(&[&renamed, two, three, &close]), Err(Error::Open));
    // ... already where the names are listed, without opening a member.
    let bytes = [&header[..], &renamed, two, three, &close].concat();
    assert_eq!(
        Opener::new().key(&held).open_batch(&bytes).err(),
        Some(Error::Open)
    );
    for at in 0..one.len() {
        let mut changed = one.to_vec();
        changed[at] ^= 1;
        assert_eq!(
            open_all(&[&changed, two, three, &close]),
            Err(Error::Open),
            "byte {at}"
        );
    }
    // The byte that closes is 0 and no other: a batch has one encoding.
    let mut other = close.clone();
    other[0] = 7;
    assert_eq!(open_all(&[one, two, three, &other]), Err(Error::Open));
    // Another batch's end, with the right count, closes nothing here.
    let mut other = close.clone();
    other[5] ^= 1;
    assert_eq!(open_all(&[one, two, three, &other]), Err(Error::Open));
}

#[test]
fn two_members_of_one_name_are_refused_even_from_a_holder_of_the_key() {
    // A dishonest sealer that skips the check for names given twice.
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
    let mut batch = sealer.batch(&record(), &mut rng(3)).unwrap();
    let id = RecordId::new("r").unwrap();
    let mut bytes = batch.header().to_vec();
    bytes.extend_from_slice(&batch.member(&id, b"one", &mut rng(4)).unwrap());
    batch.forget_names();
    bytes.extend_from_slice(&batch.member(&id, b"two", &mut rng(5)).unwrap());
    bytes.extend_from_slice(&batch.close().unwrap());
    assert_eq!(
        Opener::new().key(&held).open_batch(&bytes).err(),
        Some(Error::Open)
    );
}

#[test]
fn a_reader_of_a_batch_cannot_give_another_member_in_its_senders_name() {
    let ward = signer(8);
    let (held, header, mut members, close) = parts(Some(&ward));
    let opened = Opener::new()
        .key(&held)
        .unlock(Header::from_bytes(&header).unwrap().0)
        .unwrap();
    // Kind, the name behind its length, 16 random bytes, the content's length, content, tag, signature.
    let member = &mut members[1];
    let random = member[5..21].try_into().unwrap();
    let mut content = *b"lies";
    let (suite, h) = (opened.header.fixed.suite, opened.header.h);
    let cipher = opened.data_key.member(suite, &random, &h, 1, b"r-1");
    let tag = cipher.seal_in_place(&[0; 12], &[], &mut content).unwrap();
    member[25..29].copy_from_slice(&content);
    member[29..45].copy_from_slice(&tag);
    let forged = [&header[..], &members.concat(), &close].concat();
    let mut opener = Opener::new().key(&held);
    let batch = opener.open_batch(&forged).unwrap();
    assert!(batch.open(0).is_ok());
    assert_eq!(batch.open(1).err(), Some(Error::Verify));
}

#[test]
fn everybody_sees_names_and_lengths() {
    let (authority, ward) = (authority(), signer(8));
    for ward in [None, Some(&ward)] {
        let bytes = batch(&authority, ward, 5);
        let (header, members) = Header::from_bytes(&bytes).unwrap();
        let listed = header.list_members(members).unwrap();
        let expected = ids(5).into_iter().zip(0..).map(|(id, at)| (id, at * 100));
        assert!(listed.into_iter().map(|it| (it.id, it.length)).eq(expected));
        for cut in [0, 1, members.len() - 1] {
            assert!(header.list_members(&members[..cut]).is_err(), "{cut}");
        }
        let longer = [members, &[0]].concat();
        assert_eq!(header.list_members(&longer), Err(Error::TrailingBytes));
    }
    let bytes = batch(&authority, None, 2);
    let (header, members) = Header::from_bytes(&bytes).unwrap();
    let mut fewer = members.to_vec();
    let count = members.len() - 36..members.len() - 32;
    fewer[count].copy_from_slice(&1_u32.to_be_bytes());
    let refused = header.list_members(&fewer);
    assert_eq!(refused, Err(Error::Field("count of a batch")));
    let single = sealed(&authority, &record(), b"content");
    let (header, payload) = Header::from_bytes(&single).unwrap();
    assert_eq!(header.list_members(payload), Err(Error::Kind(1)));
}

/// As many members as there may be, and one more: here few, as a million take long.
#[test]
fn members_beyond_the_limit_are_refused() {
    use super::super::members::Members;
    let bytes = batch(&authority(), None, 3);
    let (_, members) = Header::from_bytes(&bytes).unwrap();
    let read = |most| Members::at_most(most, members, false).map(|read| read.all.len());
    assert_eq!(read(3), Ok(3));
    assert_eq!(read(2), Err(Error::TooLarge("members of a batch")));
}

#[test]
fn a_signed_batch_shows_whose_each_member_and_its_end_are() {
    let (ward, other) = (signer(8), signer(9));
    let (held, header, members, close) = parts(Some(&ward));
    let good = [&header[..], &members.concat(), &close].concat();
    let known = [ward.public().verifying_key()];
    let strangers = [other.public().verifying_key()];
    let mut opener = Opener::new()
        .key(&held)
        .senders(AcceptedSenders::Known(&known));
    assert!(opener.open_batch(&good).unwrap().open(0).is_ok());
    let mut opener = Opener::new()
        .key(&held)
        .senders(AcceptedSenders::Known(&strangers));
    assert_eq!(opener.open_batch(&good).err(), Some(Error::Sender));
    let mut changed = good.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(
        Opener::new().key(&held).open_batch(&changed).err(),
        Some(Error::Verify)
    );
    let mut changed = good;
    let signature = header.len() + members[0].len() - 1;
    changed[signature] ^= 1;
    let mut opener = Opener::new().key(&held);
    let opened = opener.open_batch(&changed).unwrap();
    assert_eq!(opened.open(0).err(), Some(Error::Verify));
    assert!(opened.open(1).is_ok());
}
