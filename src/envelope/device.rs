//! Sessions on a small device: the header of one recipient, made without all that a
//! [`Sealer`](super::Sealer) can do besides.

use alloc::vec;

use super::access::AccessPart;
use super::data_key::DataKey;
use super::fixed::{self, Content};
use super::patient::stanza_of;
use super::seal::Started;
use super::sender;
use super::{Record, SessionSealer};
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::pre::Coupon;
use crate::random::Randomness;
use crate::tags;

impl<'a> SessionSealer<'a> {
    /// Begins a session for the patient of a coupon and nobody else: what a
    /// [`Sealer`](super::Sealer) with a [`CouponRecipient`](super::CouponRecipient) makes, byte
    /// for byte, without the code for policies, profiles, consents and text that it brings along.
    ///
    /// # Errors
    /// [`Error::CouponLabels`] for a record with other labels; [`Error::Randomness`]; those of the
    /// signer.
    pub fn with_coupon(
        record: &Record,
        coupon: Coupon,
        sender: Option<&'a dyn Signer>,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let data_key = DataKey::random(rng)?;
        let named = sender.map(Signer::verifying_key);
        let fixed = record.fixed_part(Content::Session, named, &data_key, rng)?;
        if coupon.labels() != fixed.label_set() {
            return Err(Error::CouponLabels);
        }
        let mut header = fixed.to_bytes()?;
        let h = fixed::digest(&header);
        if let Some(signer) = sender {
            header.extend_from_slice(&sender::sign(signer, tags::SENDER_HEADER, &[&h])?);
        }
        let (capsule, key) = coupon.seal(&h);
        let stanzas = vec![stanza_of(&capsule, &key, &data_key, &h)?];
        let access = AccessPart {
            consent: None,
            stanzas,
            writer: None,
        };
        header.extend_from_slice(&access.to_bytes()?);
        let mac = data_key.authenticate(&header);
        header.extend_from_slice(&mac);
        let started = Started {
            header,
            fixed,
            h,
            data_key,
        };
        Ok(Self::new(started, sender))
    }
}
