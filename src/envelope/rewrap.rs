//! Rewriting who can open a record, without touching the record.

use alloc::vec::Vec;

use super::access::{AccessPart, Stanza};
use super::fixed;
use super::header::SIGNATURE_BYTES;
use super::open::OpenedHeader;
use super::recipient::Binding;
use super::seal::Sealer;
use crate::error::{Error, Result};
use crate::random::Randomness;

impl Sealer<'_> {
    /// The header of `opened` with a new access part: the stanzas that `keep` chooses byte for
    /// byte, one for each recipient of this sealer, this sealer's consent (or the old one), signed
    /// by its writer if it has one. Fixed part, sender's signature and payload stay as they are.
    ///
    /// `time` in Unix seconds is the day from which keys must still have been valid, as in sealing.
    ///
    /// **It takes nothing from whoever could open the record before**: they may have kept the
    /// data key or the content. It only keeps out those who never opened it.
    ///
    /// # Errors
    /// [`Error::Argument`] when no stanza would be left, or more than 16, or when this sealer has
    /// a sender (a record's sender never changes); those of [`Sealer::seal`].
    pub fn rewrap(
        &mut self,
        opened: &OpenedHeader<'_>,
        keep: &mut dyn FnMut(&Stanza) -> bool,
        time: u64,
        rng: &mut dyn Randomness,
    ) -> Result<Vec<u8>> {
        if self.has_sender() {
            return Err(Error::Argument("a rewrap has no sender"));
        }
        let old = opened.access();
        let mut header = opened.fixed().to_bytes()?;
        debug_assert_eq!(fixed::digest(&header), opened.header.h);
        let signature = if opened.fixed().sender().is_some() {
            SIGNATURE_BYTES
        } else {
            0
        };
        let fixed_length = header.len();
        let signature = opened
            .header
            .covered
            .get(fixed_length..fixed_length + signature);
        header.extend_from_slice(signature.ok_or(Error::Truncated)?);
        let access = AccessPart {
            consent: self
                .consent_of(opened.fixed())
                .or_else(|| old.consent().cloned()),
            stanzas: old
                .stanzas()
                .iter()
                .filter(|stanza| keep(stanza))
                .cloned()
                .collect(),
            writer: None,
        };
        let binding = Binding {
            h: &opened.header.h,
            fixed: opened.fixed(),
            time,
        };
        self.complete(&mut header, access, &opened.data_key, &binding, rng)?;
        Ok(header)
    }
}
