//! Opening records.

use std::io;

use hippocrypt::Error;
use hippocrypt::abe::UserKey;
use hippocrypt::envelope::{Header, Opener as Inner};

use crate::answer::{MaybeNew, New};
use crate::argument::{Bytes, Keep, Mut};
use crate::buffer::Buffer;
use crate::callback::{Reader, Writer};
use crate::kept::Keeping;
use crate::opened::Opened;

/// An opener, and the objects that it was told of.
pub type Opener = Keeping<Inner<'static>>;

noun!(Opener, "hc_opener", Exclusive, /// Frees an opener.
    hc_opener_free);

export! {
    /// An opener without keys.
    fn hc_opener_new() -> opener: New<Opener> {
        Ok(Opener::new())
    }

    /// Tries a key.
    fn hc_opener_add_key(opener: Mut<Opener>, key: Keep<UserKey>) {
        opener.add(key, |inner, key| inner.key(key));
        Ok(())
    }

    /// Opens a whole record.
    fn hc_opener_open(opener: Mut<Opener>, sealed[length]: Bytes) -> (content: New<Buffer>, opened: MaybeNew<Opened>) {
        let whole = opener.get().open(sealed)?;
        let opened = Opened::whole(opener.beside(whole.header), whole.sender);
        Ok((Buffer(whole.plaintext), opened))
    }

    /// Opens a stream.
    fn hc_opener_open_stream(opener: Mut<Opener>, reader: Reader, writer: Writer) -> opened: MaybeNew<Opened> {
        let mut opening = opener.get().open_from(reader)?;
        io::copy(&mut opening, &mut writer).map_err(Error::from)?;
        let (header, sender) = opening.finish()?;
        Ok(Opened::whole(opener.beside(header), sender))
    }

    /// Opens a header; what follows it is left alone.
    fn hc_opener_unlock(opener: Mut<Opener>, header[length]: Bytes) -> opened: New<Opened> {
        let (header, _) = Header::from_bytes(header)?;
        let header = opener.get().unlock(header)?;
        Ok(Opened::header(opener.beside(header)))
    }
}
