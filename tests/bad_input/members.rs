//! Batches, and records whose header is kept apart.

use std::io::Read;

use hippocrypt::Error;
use hippocrypt::envelope::{
    DETACHED_PREFIX_BYTES, Detached, Expiry, Header, Opener, Record, RecordId, Sealer,
};
use hippocrypt::policy::Policy;

use super::counting::peak;
use super::support::Dice;
use super::trials::{Objects, all_refused, bounded, each_damage, objects};

fn sealer(it: &Objects) -> Sealer<'_> {
    let policy = Policy::parse("role=cardiologist").unwrap();
    Sealer::new()
        .policy(it.authority.public(), policy, Expiry::Never)
        .sender(&it.signer)
}

fn record() -> Record {
    Record::new("r").unwrap().chunk_size(1024).unwrap()
}

/// A batch of five, and what is in it.
fn batch(it: &Objects) -> (Vec<u8>, Vec<(RecordId, Vec<u8>)>) {
    let members: Vec<_> = (0..5)
        .map(|at| {
            let id = RecordId::new(&format!("obs-{at}")).unwrap();
            (id, Dice::new(at).bytes(300 * at as usize))
        })
        .collect();
    let given = members.iter().map(|(id, content)| (id, content.as_slice()));
    let rng = &mut getrandom::SysRng;
    let bytes = sealer(it).seal_batch(&record(), given, rng).unwrap();
    (bytes, members)
}

#[test]
fn batches() {
    let it = objects();
    let (bytes, members) = batch(&it);
    all_refused(30, &bytes, |bytes| {
        let mut opener = Opener::new().key(&it.key);
        let batch = opener.open_batch(bytes)?;
        // Whatever is damaged: a member that opens is the one that was sealed under this name.
        let mut refusal = None;
        for (at, id) in batch.ids().enumerate() {
            match batch.open(at) {
                Ok((content, _)) => {
                    assert_eq!((id, content.expose()), (&members[at].0, &members[at].1))
                }
                Err(error) => refusal = Some(error),
            }
        }
        assert_eq!(batch.ids().len(), members.len());
        refusal.map_or(Ok(()), Err)
    });
}

/// A list is not authenticated, so it may be another: but whole, and in bounds.
#[test]
fn lists_of_members() {
    let it = objects();
    let (bytes, members) = batch(&it);
    let list = |bytes: &[u8]| {
        let (header, rest) = Header::from_bytes(bytes)?;
        header.list_members(rest)
    };
    assert_eq!(list(&bytes).unwrap().len(), members.len());
    each_damage(31, &bytes, |name, bad| {
        let (answer, memory) = peak(|| list(bad));
        bounded(name, memory, bad.len());
        if let Ok(listed) = answer {
            let all: u64 = listed.iter().map(|member| member.length).sum();
            assert!(all < bad.len() as u64, "{name}");
        }
    });
}

/// As many members as fit: each costs more memory than its bytes, but not out of proportion.
#[test]
fn a_crowd_of_members() {
    let it = objects();
    let rng = &mut getrandom::SysRng;
    let policy = Policy::parse("role=cardiologist").unwrap();
    let mut sealer = Sealer::new().policy(it.authority.public(), policy, Expiry::Never);
    let mut batch = sealer.batch(&record(), rng).unwrap();
    let mut bytes = batch.header().to_vec();
    for number in 0..40_000 {
        let id = RecordId::new(&format!("{number:x}")).unwrap();
        bytes.extend(batch.member(&id, b"", rng).unwrap());
    }
    bytes.extend(batch.close().unwrap());
    let mut opener = Opener::new().key(&it.key);
    let (opened, memory) = peak(|| opener.open_batch(&bytes).map(|batch| batch.ids().len()));
    assert_eq!(opened, Ok(40_000));
    bounded("members", memory, bytes.len());
}

fn apart(it: &Objects) -> Detached {
    let rng = &mut getrandom::SysRng;
    sealer(it)
        .seal_detached(&record(), &it.content, rng)
        .unwrap()
}

/// A header in a file of its own: nothing follows it.
fn header(bytes: &[u8]) -> hippocrypt::Result<Header> {
    match Header::from_bytes(bytes)? {
        (header, []) => Ok(header),
        _ => Err(Error::TrailingBytes),
    }
}

#[test]
fn headers_apart() {
    let it = objects();
    let parts = apart(&it);
    all_refused(32, &parts.header, |bytes| {
        let opened = Opener::new().key(&it.key).unlock(header(bytes)?)?;
        let (content, _) = opened.open_detached(&parts.object)?;
        assert_eq!(*content.expose(), it.content);
        Ok(())
    });
}

#[test]
fn payloads_apart() {
    let it = objects();
    let parts = apart(&it);
    let unlock = || {
        let header = header(&parts.header)?;
        Opener::new().key(&it.key).unlock(header)
    };
    all_refused(33, &parts.object, |bytes| {
        let (content, _) = unlock()?.open_detached(bytes)?;
        assert_eq!(*content.expose(), it.content);
        Ok(())
    });
    // As a stream, what came out before the error is a beginning of the content.
    all_refused(34, &parts.object, |mut bytes| {
        let opened = unlock()?;
        let mut prefix = [0; DETACHED_PREFIX_BYTES];
        bytes.read_exact(&mut prefix)?;
        opened.check_detached(&prefix)?;
        let mut reader = opened.open_payload_from(bytes)?;
        let mut plain = Vec::new();
        let read = reader.read_to_end(&mut plain);
        assert!(it.content.starts_with(&plain));
        read?;
        reader.finish()?;
        Ok(())
    });
}
