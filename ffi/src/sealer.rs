//! Sealing records.

use std::io::{self, Write};

use hippocrypt::abe::AuthorityPublic;
use hippocrypt::envelope::{Expiry, Record, Sealer as Inner};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Date, Policy};
use hippocrypt::{Error, Result};

use crate::answer::New;
use crate::argument::{Bytes, Keep, Look, Maybe, Mut, Ref, Text};
use crate::buffer::Buffer;
use crate::callback::{Random, Reader, Writer};
use crate::kept::Keeping;

/// A sealer, and the objects that it was told of.
pub type Sealer = Keeping<Inner<'static>>;

noun!(Sealer, "hc_sealer", Exclusive, /// Frees a sealer.
    hc_sealer_free);

/// From which day on a key must have been valid: `YYYY-MM-DD`, `never`, or nothing for the day of
/// sealing.
pub fn expiry(text: Option<&str>) -> Result<Expiry> {
    Ok(match text {
        None => Expiry::DayOfSealing,
        Some("never") => Expiry::Never,
        Some(day) => Expiry::Day(Date::parse(day)?),
    })
}

export! {
    /// A sealer for nobody yet.
    fn hc_sealer_new() -> sealer: New<Sealer> {
        Ok(Sealer::new())
    }

    /// Adds everybody whose key satisfies a policy.
    fn hc_sealer_add_policy(sealer: Mut<Sealer>, authority: Keep<AuthorityPublic>, policy: Ref<Policy>, expiry: Maybe<Text>) {
        let (policy, expiry) = (policy.clone(), self::expiry(expiry)?);
        sealer.add(authority, |inner, authority| inner.policy(authority, policy, expiry));
        Ok(())
    }

    /// Signs header and payload.
    fn hc_sealer_set_sender(sealer: Mut<Sealer>, signer: Keep<SignerKey>) {
        sealer.add(signer, |inner, signer| inner.sender(signer));
        Ok(())
    }

    /// Signs who can open.
    fn hc_sealer_set_writer(sealer: Mut<Sealer>, signer: Keep<SignerKey>) {
        sealer.add(signer, |inner, signer| inner.writer(signer));
        Ok(())
    }

    /// Seals bytes.
    fn hc_sealer_seal(sealer: Mut<Sealer>, record: Look<Record>, content[length]: Bytes, random: Random) -> sealed: New<Buffer> {
        Ok(Buffer::plain(sealer.get().seal(&record, content, &mut random)?))
    }

    /// Seals bytes with the header apart.
    fn hc_sealer_seal_detached(sealer: Mut<Sealer>, record: Look<Record>, content[length]: Bytes, random: Random)
        -> (header: New<Buffer>, object: New<Buffer>) {
        let detached = sealer.get().seal_detached(&record, content, &mut random)?;
        Ok((Buffer::plain(detached.header), Buffer::plain(detached.object)))
    }

    /// Seals a stream.
    fn hc_sealer_seal_stream(sealer: Mut<Sealer>, record: Look<Record>, reader: Reader, writer: Writer, random: Random) {
        let mut sealing = sealer.get().seal_to(&record, writer, &mut random)?;
        io::copy(&mut reader, &mut sealing).map_err(Error::from)?;
        let mut writer = sealing.finish()?;
        Ok(writer.flush().map_err(Error::from)?)
    }
}
