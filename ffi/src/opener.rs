//! Opening records.

use std::sync::Arc;

use hippocrypt::abe::UserKey;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::envelope::{
    AcceptedSenders, BothHolder, GrantHolder, Header, Opener as Inner, Profile,
};
use hippocrypt::keys::SignerPublic;
use hippocrypt::pre::{PatientKey, RecipientGrant, VerifiedAnswer};

use crate::answer::{MaybeNew, New};
use crate::argument::{Bytes, Keep, Keeps, Mut, Refs};
use crate::buffer::Buffer;
use crate::callback::{Reader, Writer, pump};
use crate::handle::Handle;
use crate::kept::Keeping;
use crate::opened::Opened;

/// An opener, and the objects that it was told of.
pub type Opener = Keeping<Inner<'static>>;

noun!(Opener, "hc_opener", Exclusive, /// Frees an opener.
    hc_opener_free);

fn values(answers: &[Arc<Handle<VerifiedAnswer>>]) -> Vec<&VerifiedAnswer> {
    answers.iter().map(|it| it.value()).collect()
}

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

    /// Tries a patient's own key.
    fn hc_opener_add_patient(opener: Mut<Opener>, key: Keep<PatientKey>) {
        opener.add(key, |inner, key| inner.patient(key));
        Ok(())
    }

    /// Tries a grant with the answers of relays.
    fn hc_opener_add_grant(opener: Mut<Opener>, held: Keep<RecipientGrant>, answers[count]: Keeps<VerifiedAnswer>) {
        opener.add_value((held, answers), |inner, (held, answers)| inner.grant(held.value(), values(answers)));
        Ok(())
    }

    /// Tries a key and a grant together.
    fn hc_opener_add_both(opener: Mut<Opener>, key: Keep<UserKey>, held: Keep<RecipientGrant>, answers[count]: Keeps<VerifiedAnswer>) {
        opener.add_value((key, held, answers), |inner, (key, held, answers)| {
            let grant = GrantHolder::new(held.value(), values(answers));
            inner.unwrap_with(Box::new(BothHolder::new(key.value(), Box::new(grant))))
        });
        Ok(())
    }

    /// Accepts records of these senders only.
    fn hc_opener_accept_senders(opener: Mut<Opener>, senders[count]: Refs<SignerPublic>) {
        let keys: Vec<VerifyingKey> = senders.into_iter().map(SignerPublic::verifying_key).collect();
        opener.add_value(keys, |inner, keys| inner.senders(AcceptedSenders::Known(keys)));
        Ok(())
    }

    /// Demands this of every record.
    fn hc_opener_set_requirements(opener: Mut<Opener>, requirements: Keep<Profile>) {
        opener.add(requirements, |inner, profile| inner.profile(profile));
        Ok(())
    }

    /// Opens a whole record.
    fn hc_opener_open(opener: Mut<Opener>, sealed[length]: Bytes) -> (content: New<Buffer>, opened: MaybeNew<Opened>) {
        let whole = opener.get().open(sealed)?;
        let opened = Opened::whole(opener.beside(whole.header), whole.sender);
        Ok((Buffer::secret(whole.plaintext), opened))
    }

    /// Opens a stream.
    fn hc_opener_open_stream(opener: Mut<Opener>, reader: Reader, writer: Writer) -> opened: MaybeNew<Opened> {
        let mut opening = opener.get().open_from(reader)?;
        pump(&mut opening, &mut writer)?;
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
