//! A relay's key for one refresh.

use alloc::vec::Vec;

use super::sharing::StandingSharing;
use crate::asymmetric::SIGNATURE;
use crate::asymmetric::hpke::HpkePublicKey;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::pre::party::RelayKey;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::Writer;

/// A relay takes part in a refresh: the key that the others deal to, signed.
///
/// The key is made for this refresh and erased in it. Were it the relay's own, then whoever has a
/// backup of the relay and the files that travelled could follow the refresh. Bytes of the
/// object's body (SPEC.md, section 14.16): digest of the sharing (32) || u32 number before || u32
/// number || u8 index || X25519 key (32) || u32 highest number that the relay has signed a
/// statement of || signature (64).
#[derive(Clone)]
pub struct RefreshInvitation {
    pub(super) round: RoundNumbers,
    pub(super) index: u8,
    pub(super) key: HpkePublicKey,
    /// The highest number that the relay has signed a statement of. One above it and below the
    /// invitation's own it will never sign, as its key of that round is gone.
    pub(in crate::pre) signed: u32,
    signature: [u8; SIGNATURE],
}

/// Which refresh of which sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RoundNumbers {
    pub(super) sharing: [u8; 32],
    pub(super) from: u32,
    pub(super) number: u32,
}

impl RoundNumbers {
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(&self.sharing).u32(self.from).u32(self.number);
    }

    pub(super) fn read(reader: &mut crate::wire::Reader<'_>) -> Result<Self> {
        let round = Self {
            sharing: reader.array()?,
            from: reader.u32()?,
            number: reader.u32()?,
        };
        if round.from >= round.number {
            return Err(Error::Field("number of a refresh"));
        }
        Ok(round)
    }
}

impl RefreshInvitation {
    pub(super) fn sign(
        round: RoundNumbers,
        index: u8,
        (key, signed): (HpkePublicKey, u32),
        relay: &RelayKey,
    ) -> Self {
        let mut invitation = Self {
            round,
            index,
            key,
            signed,
            signature: [0; SIGNATURE],
        };
        invitation.signature = relay
            .signing()
            .sign(&[tags::REFRESH_INVITATION, invitation.covered().as_slice()]);
        invitation
    }

    /// Reads an invitation; its signature is checked where it is used.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::RefreshInvitation, bytes, |reader| {
            Ok(Self {
                round: RoundNumbers::read(reader)?,
                index: reader.u8()?,
                key: HpkePublicKey::from_bytes(reader.array_ref()?)?,
                signed: reader.u32()?,
                signature: reader.array()?,
            })
        })
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = self.covered();
        writer.array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// Which relay of the sharing takes part.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The number that the shares will have.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.round.number
    }

    pub(super) fn verify(&self, sharing: &StandingSharing) -> Result<()> {
        let keys = sharing.relay(self.index);
        let keys = keys.ok_or(Error::Argument("no relay of the sharing has this index"))?;
        keys.signing.verify(
            &[tags::REFRESH_INVITATION, self.covered().as_slice()],
            &self.signature,
        )
    }

    /// Everything before the signature, header included.
    fn covered(&self) -> Writer {
        let mut writer = file::begin(Kind::RefreshInvitation);
        self.round.write(&mut writer);
        writer
            .u8(self.index)
            .array(&self.key.to_bytes())
            .u32(self.signed);
        writer
    }
}

/// What names a round: numbers and all keys, in the order of the relays.
pub(super) fn round_digest(round: &RoundNumbers, keys: &[HpkePublicKey]) -> [u8; 32] {
    let mut writer = Writer::with_capacity(64 + 32 * keys.len());
    round.write(&mut writer);
    for key in keys {
        writer.array(&key.to_bytes());
    }
    Transcript::new(tags::REFRESH_ROUND)
        .item(writer.as_slice())
        .finish()
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_round_is_its_numbers_and_the_keys_in_their_order() {
        let relay =
            |seed| RelayKey::generate("relay", &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
        let keys = [1, 2].map(|seed| relay(seed).public().keys().hpke.clone());
        let round = |sharing, from, number| RoundNumbers {
            sharing: [sharing; 32],
            from,
            number,
        };
        let one = round_digest(&round(1, 0, 1), &keys);
        assert_eq!(round_digest(&round(1, 0, 1), &keys), one);
        for other in [round(2, 0, 1), round(1, 1, 1), round(1, 0, 2)] {
            assert_ne!(round_digest(&other, &keys), one);
        }
        let [first, second] = keys;
        assert_ne!(round_digest(&round(1, 0, 1), &[second, first.clone()]), one);
        assert_ne!(round_digest(&round(1, 0, 1), &[first]), one);
    }
}
