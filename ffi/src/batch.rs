//! Batches: many small records under one header.

use hippocrypt::Error;
use hippocrypt::envelope::{BatchSealer, OpenedBatch, RecordId};

use crate::answer::{New, Number};
use crate::argument::{Bytes, Lengths, Look, Mut, Pointers, Ref, Text, Texts, strings};
use crate::buffer::{Buffer, Words};
use crate::callback::Random;
use crate::kept::Keeping;
use crate::opener::Opener;
use crate::sealer::Sealer;

/// A batch that is being sealed; nothing once it is closed.
pub type Sealing = Keeping<Option<BatchSealer<'static>>>;
/// An opened batch with its bytes.
pub type OpenBatch = Keeping<OpenedBatch<'static, 'static>>;

noun!(Sealing, "hc_batch_sealer", Exclusive, /// Frees a batch that was being sealed.
    hc_batch_sealer_free);
noun!(OpenBatch, "hc_opened_batch", Shared, /// Frees an opened batch.
    hc_opened_batch_free);

export! {
    /// Seals many records at once.
    fn hc_sealer_seal_batch(sealer: Mut<Sealer>, record: Look<hippocrypt::envelope::Record>, ids[count]: Texts, contents: Pointers,
        lengths[content_count]: Lengths, random: Random) -> sealed: New<Buffer> {
        // SAFETY: the header asks for as many pointers as lengths, each to that many bytes.
        let contents = unsafe { strings(contents, lengths) }?;
        if ids.len() != contents.len() {
            return Err(Error::Argument("as many names as contents").into());
        }
        let ids = ids.into_iter().map(RecordId::new).collect::<hippocrypt::Result<Vec<_>>>()?;
        let members = ids.iter().zip(contents);
        Ok(Buffer::plain(sealer.get().seal_batch(&record, members, &mut random)?))
    }

    /// Begins a batch.
    fn hc_sealer_begin_batch(sealer: Mut<Sealer>, record: Look<hippocrypt::envelope::Record>, random: Random)
        -> (batch: New<Sealing>, header: New<Buffer>) {
        let batch = sealer.get().batch(&record, &mut random)?;
        let header = Buffer::plain(batch.header().to_vec());
        Ok((sealer.beside(Some(batch)), header))
    }

    /// The next member.
    fn hc_batch_sealer_member(batch: Mut<Sealing>, id: Text, content[length]: Bytes, random: Random) -> member: New<Buffer> {
        let id = RecordId::new(id)?;
        let batch = batch.get().as_mut().ok_or(Error::StreamEnded)?;
        Ok(Buffer::plain(batch.member(&id, content, &mut random)?))
    }

    /// Closes the batch.
    fn hc_batch_sealer_close(batch: Mut<Sealing>) -> end: New<Buffer> {
        let batch = batch.get().take().ok_or(Error::StreamEnded)?;
        Ok(Buffer::plain(batch.close()?))
    }

    /// Opens a batch.
    fn hc_opener_open_batch(opener: Mut<Opener>, sealed[length]: Bytes) -> batch: New<OpenBatch> {
        Ok(opener.beside_bytes(sealed, |opener, sealed| opener.open_batch(sealed))?)
    }

    /// How many members it has.
    fn hc_opened_batch_count(batch: Ref<OpenBatch>) -> count: Number<usize> {
        Ok(batch.look().ids().len())
    }

    /// The name of a member.
    fn hc_opened_batch_id(batch: Ref<OpenBatch>, place: usize) -> id: New<Words> {
        let id = batch.look().ids().nth(place);
        Ok(Words::new(id.ok_or(Error::Argument("place in the batch"))?.as_str()))
    }

    /// Opens the member at a place.
    fn hc_opened_batch_open(batch: Ref<OpenBatch>, place: usize) -> content: New<Buffer> {
        Ok(Buffer::secret(batch.look().open(place)?.0))
    }

    /// Opens the member with a name.
    fn hc_opened_batch_find(batch: Ref<OpenBatch>, id: Text) -> content: New<Buffer> {
        Ok(Buffer::secret(batch.look().find(&RecordId::new(id)?)?.0))
    }
}
