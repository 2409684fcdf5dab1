//! The trials on sessions: whatever comes out is what was recorded, from the first segment on.

use hippocrypt::envelope::{
    Binding, DataKey, Header, Opener, Recipient, Record, Sealer, Stanza, Unwrap,
};
use hippocrypt::keys::SignerKey;
use hippocrypt::{Randomness, Result, Secret};

use super::counting::peak;
use super::trials::{all_refused, bounded, each_damage};

/// A stanza that costs next to nothing.
struct Shared;

const SHARED: u8 = 200;

impl Recipient for Shared {
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        _: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let wrapped = data_key.wrap(&Secret::new([9; 32]), SHARED, binding.h)?;
        Stanza::new(SHARED, wrapped.to_vec())
    }
}

impl Unwrap for Shared {
    fn unwrap(&mut self, stanza: &Stanza, binding: &Binding<'_>) -> Result<Option<DataKey>> {
        if stanza.kind() != SHARED {
            return Ok(None);
        }
        let wrapped = stanza.body().try_into().or(Err(hippocrypt::Error::Open))?;
        DataKey::unwrap(wrapped, &Secret::new([9; 32]), SHARED, binding.h).map(Some)
    }
}

/// Numbers and contents, up to an error or the end.
fn play(header: &[u8], body: &[u8]) -> Result<Vec<(u32, Vec<u8>)>> {
    let (header, _) = Header::from_bytes(header)?;
    let mut opener = Opener::new().unwrap_with(Box::new(Shared));
    let mut reader = opener.unlock(header)?.session()?;
    let (mut unread, mut segments) = (body, Vec::new());
    while let Ok(Some(it)) = reader.next(&mut unread) {
        segments.push((it.number, it.plaintext.expose().clone()));
    }
    Ok(segments)
}

/// How many segments everybody sees.
fn outlined(header: &[u8], body: &[u8]) -> Option<usize> {
    let (header, _) = Header::from_bytes(header).unwrap();
    let outline = header.outline_session(body).ok()?;
    assert_eq!(outline.bytes, body.len() as u64);
    Some(outline.segments as usize)
}

#[test]
fn sessions() {
    let rng = &mut getrandom::SysRng;
    let ward = SignerKey::generate("ward 3", rng).unwrap();
    let record = Record::new("night-1").unwrap().chunk_size(1024).unwrap();
    let mut sealer = Sealer::new().recipient(Box::new(Shared)).sender(&ward);
    let mut session = sealer.session(&record, rng).unwrap();
    let header = session.header().to_vec();
    let mut body = Vec::new();
    for length in [10, 1500, 0, 40] {
        body.extend(session.segment(&vec![7; length]).unwrap());
    }
    body.extend(session.end().unwrap());
    let recorded = play(&header, &body).unwrap();
    assert_eq!(recorded.len(), 4);
    each_damage(98, &body, |name, bad| {
        let (played, memory) = peak(|| play(&header, bad).unwrap());
        bounded(name, memory, bad.len() + header.len());
        assert!(recorded.starts_with(&played), "{name}");
        let (outline, memory) = peak(|| outlined(&header, bad));
        bounded(name, memory, bad.len() + header.len());
        assert!(
            outline.is_none_or(|segments| segments >= played.len()),
            "{name}"
        );
    });
    let read = |bytes: &[u8]| {
        let (_, rest) = Header::from_bytes(bytes)?;
        play(&bytes[..bytes.len() - rest.len()], b"")?;
        match rest.is_empty() {
            true => Ok(()),
            false => Err(hippocrypt::Error::TrailingBytes),
        }
    };
    all_refused(99, &header, read);
}
