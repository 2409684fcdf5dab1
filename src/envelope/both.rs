//! AND of policy and patient: a record that opens only with a key of the authority and with what
//! opens the patient's capsule.

use alloc::boxed::Box;

use super::access::Stanza;
use super::data_key::{DataKey, WRAPPED_BYTES};
use super::patient::{CapsuleOpener, PatientRecipient};
use super::recipient::{Binding, KeyHolder, PolicyRecipient, Recipient, Unwrap};
use crate::abe::{Ciphertext, UserKey};
use crate::error::{Error, Result};
use crate::policy::{LabelSet, Policy};
use crate::pre::{Capsule, PatientId};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::hkdf;
use crate::tags;
use crate::wire::{Reader, Writer};

/// Whoever satisfies the policy *and* opens the patient's capsule.
///
/// One stanza, with no wrapped key in its parts: the data key is wrapped under
/// `HKDF(K_abe || K_capsule, tag || SHA-256(C) || d || h)`. **The patient alone can't open it**;
/// a record that the patient should open needs a [`PatientRecipient`] beside it.
pub struct BothRecipient<'a> {
    policy: PolicyRecipient<'a>,
    patient: PatientRecipient<'a>,
}

impl<'a> BothRecipient<'a> {
    /// Both together.
    #[must_use]
    pub fn new(policy: PolicyRecipient<'a>, patient: PatientRecipient<'a>) -> Self {
        Self { policy, patient }
    }
}

impl Recipient for BothRecipient<'_> {
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let (ciphertext, from_policy) = self.policy.encapsulate(binding, rng)?;
        let (capsule, from_capsule) = self.patient.encapsulate(binding, rng)?;
        let key = combine(
            &ciphertext,
            &capsule,
            (&from_policy, &from_capsule),
            binding,
        );
        let mut body = Writer::with_capacity(1024);
        body.lp32(&ciphertext.to_bytes())?
            .bytes(&capsule.to_bytes())
            .bytes(&data_key.wrap(&key, Stanza::BOTH, binding.h)?);
        Stanza::new(Stanza::BOTH, body.into_vec())
    }
}

/// Opens AND stanzas with a user key and whoever can open capsules.
pub struct BothHolder<'a> {
    key: KeyHolder<'a>,
    capsule: Box<dyn CapsuleOpener + 'a>,
}

impl<'a> BothHolder<'a> {
    /// Opens with both together.
    #[must_use]
    pub fn new(key: &'a UserKey, capsule: Box<dyn CapsuleOpener + 'a>) -> Self {
        Self {
            key: KeyHolder::new(key),
            capsule,
        }
    }
}

impl Unwrap for BothHolder<'_> {
    fn unwrap(&mut self, stanza: &Stanza, binding: &Binding<'_>) -> Result<Option<DataKey>> {
        if stanza.kind() != Stanza::BOTH {
            return Ok(None);
        }
        // Whom it is for, and the policy, before any point.
        let mut reader = Reader::new(stanza.body());
        let ciphertext = reader.lp32(super::HEADER_BYTES)?;
        if ciphertext.first_chunk::<32>() != Some(self.key.authority())
            || !reader
                .clone()
                .rest()
                .first_chunk::<32>()
                .is_some_and(|patient| self.capsule.is_for(patient))
        {
            return Ok(None);
        }
        let mut inner = Reader::new(ciphertext);
        let found = self.key.read(&mut inner)?;
        inner.finish()?;
        let capsule = Capsule::read(&mut reader, binding.fixed.label_set())?;
        let wrapped = reader.array()?;
        reader.finish()?;
        let Some(from_capsule) = self.capsule.open_capsule(&capsule, binding.h)? else {
            return Ok(None);
        };
        let from_policy = self.key.decapsulate(&found, binding)?;
        let key = combine(&found.0, &capsule, (&from_policy, &from_capsule), binding);
        DataKey::unwrap(&wrapped, &key, Stanza::BOTH, binding.h).map(Some)
    }
}

/// The ciphertext, the capsule and the wrapped data key of an AND stanza.
///
/// # Errors
/// [`Error::Field`] for a stanza of another type; the decoding and policy errors.
pub fn both_stanza(
    stanza: &Stanza,
    labels: &LabelSet,
) -> Result<(Ciphertext, Capsule, [u8; WRAPPED_BYTES])> {
    if stanza.kind() != Stanza::BOTH {
        return Err(Error::Field("stanza type"));
    }
    let mut reader = Reader::new(stanza.body());
    let ciphertext = Ciphertext::from_bytes(reader.lp32(super::HEADER_BYTES)?)?;
    let capsule = Capsule::read(&mut reader, labels)?;
    let wrapped = reader.array()?;
    reader.finish()?;
    Ok((ciphertext, capsule, wrapped))
}

/// The authority, the policy and the patient of an AND stanza, without checking any point: for
/// display.
///
/// # Errors
/// [`Error::Field`] for a stanza of another type; the decoding and policy errors.
pub fn both_of(stanza: &Stanza) -> Result<([u8; 32], Policy, PatientId)> {
    let (authority, policy, mut rest) = peek(stanza)?;
    Ok((authority, policy, PatientId::from_bytes(rest.array()?)))
}

/// The capsule of an AND stanza in a record with these labels.
pub(super) fn both_capsule(stanza: &Stanza, labels: &LabelSet) -> Result<Capsule> {
    let (_, _, mut rest) = peek(stanza)?;
    let capsule = Capsule::read(&mut rest, labels)?;
    rest.bytes(WRAPPED_BYTES)?;
    rest.finish()?;
    Ok(capsule)
}

/// Authority and policy, and what stands behind them.
fn peek(stanza: &Stanza) -> Result<([u8; 32], Policy, Reader<'_>)> {
    if stanza.kind() != Stanza::BOTH {
        return Err(Error::Field("stanza type"));
    }
    let mut reader = Reader::new(stanza.body());
    let (authority, policy) = Ciphertext::peek(reader.lp32(super::HEADER_BYTES)?)?;
    Ok((authority, policy, reader))
}

fn combine(
    ciphertext: &Ciphertext,
    capsule: &Capsule,
    (from_policy, from_capsule): (&Secret<[u8; 32]>, &Secret<[u8; 32]>),
    binding: &Binding<'_>,
) -> Secret<[u8; 32]> {
    let both = Secret::<[u8; 64]>::build(|both| {
        let (left, right) = both.split_at_mut(32);
        left.copy_from_slice(from_policy.expose());
        right.copy_from_slice(from_capsule.expose());
    });
    hkdf(
        &[],
        both.expose(),
        &[
            tags::ENVELOPE_BOTH,
            &ciphertext.digest(),
            capsule.digest(),
            binding.h,
        ],
    )
}
