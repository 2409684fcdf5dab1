//! Sealing records.

use std::io::Write;
use std::sync::Arc;

use hippocrypt::abe::AuthorityPublic;
use hippocrypt::consent::Terms;
use hippocrypt::envelope::{
    Binding, BothRecipient, ConsentScope, CouponRecipient, DataKey, Expiry, PatientRecipient,
    PolicyRecipient, Profile, Recipient, Record, Sealer as Inner, Stanza,
};
use hippocrypt::keys::SignerKey;
use hippocrypt::lifecycle;
use hippocrypt::policy::{Date, Policy};
use hippocrypt::pre::{FileCouponStore, PatientId, PatientProfile};
use hippocrypt::{Error, Randomness, Result};

use crate::answer::New;
use crate::argument::{Bytes, Keep, KeepMut, Lengths, Look, Maybe, Mut, Ref, Text};
use crate::buffer::Buffer;
use crate::callback::{Random, Reader, Writer, pump};
use crate::handle::Handle;
use crate::kept::Keeping;
use crate::opened::Opened;

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

    /// Adds everybody whose key satisfies a policy, also under names and values that the
    /// authority's schema does not know.
    fn hc_sealer_add_unchecked_policy(sealer: Mut<Sealer>, authority: Keep<AuthorityPublic>, policy: Ref<Policy>, expiry: Maybe<Text>) {
        let (policy, expiry) = (policy.clone(), self::expiry(expiry)?);
        sealer.add(authority, |inner, authority| {
            inner.recipient(Box::new(PolicyRecipient::new(authority, policy, expiry).allow_unknown()))
        });
        Ok(())
    }

    /// Adds a patient.
    fn hc_sealer_add_patient(sealer: Mut<Sealer>, profile: Keep<PatientProfile>) {
        sealer.add(profile, |inner, profile| inner.recipient(Box::new(PatientRecipient::new(profile))));
        Ok(())
    }

    /// Adds those who have both: a key that satisfies a policy, and a grant of the patient's.
    fn hc_sealer_add_both(sealer: Mut<Sealer>, authority: Keep<AuthorityPublic>, policy: Ref<Policy>, expiry: Maybe<Text>,
        profile: Ref<PatientProfile>) {
        let (policy, expiry) = (policy.clone(), self::expiry(expiry)?);
        let profile = profile.clone();
        sealer.add(authority, |inner, authority| {
            inner.recipient(Box::new(Both { authority, policy, expiry, profile }))
        });
        Ok(())
    }

    /// Adds a patient, by coupons.
    fn hc_sealer_add_coupons(sealer: Mut<Sealer>, store: KeepMut<FileCouponStore>, profile: Ref<PatientProfile>) {
        let patient = *profile.id();
        sealer.change(|inner| inner.recipient(Box::new(Coupons { store, patient })));
        Ok(())
    }

    /// The consent that the records travel with.
    fn hc_sealer_set_consent(sealer: Mut<Sealer>, terms: Ref<Terms>, scope: Text) {
        let consent = ConsentScope { terms: terms.digest()?, scope: lifecycle::scope(scope).into_bytes() };
        sealer.change(|inner| inner.consent(consent));
        Ok(())
    }

    /// Demands this of every record.
    fn hc_sealer_set_requirements(sealer: Mut<Sealer>, requirements: Keep<Profile>) {
        sealer.add(requirements, |inner, profile| inner.profile(profile));
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
        pump(&mut reader, &mut sealing)?;
        let mut writer = sealing.finish()?;
        Ok(writer.flush().map_err(Error::from)?)
    }

    /// Rewrites who can open a record.
    fn hc_sealer_rewrap(sealer: Mut<Sealer>, opened: Ref<Opened>, keep[count]: Lengths, time: u64, random: Random) -> header: New<Buffer> {
        let stanzas = opened.look().access().stanzas();
        if keep.iter().any(|place| *place >= stanzas.len()) {
            return Err(Error::Argument("place of a stanza").into());
        }
        // It asks for each stanza in turn.
        let mut place = 0..;
        let mut keeps = |_: &Stanza| place.next().is_some_and(|place| keep.contains(&place));
        Ok(Buffer::plain(sealer.get().rewrap(opened.look(), &mut keeps, time, &mut random)?))
    }
}

/// Those who have both.
struct Both {
    authority: &'static AuthorityPublic,
    policy: Policy,
    expiry: Expiry,
    profile: PatientProfile,
}

impl Recipient for Both {
    fn wrap(
        &mut self,
        key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let policy = PolicyRecipient::new(self.authority, self.policy.clone(), self.expiry);
        let patient = PatientRecipient::new(&self.profile);
        BothRecipient::new(policy, patient).wrap(key, binding, rng)
    }
}

/// A patient, by the coupons of a store that other calls use too.
struct Coupons {
    store: Arc<Handle<FileCouponStore>>,
    patient: PatientId,
}

impl Recipient for Coupons {
    fn wrap(
        &mut self,
        key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let mut store = self.store.try_lock().map_err(|_| Error::Busy)?;
        CouponRecipient::from_store(&mut *store, &self.patient).wrap(key, binding, rng)
    }
}
