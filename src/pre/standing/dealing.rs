//! What a relay deals the others in a refresh: a sharing of zero.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::invitation::RoundNumbers;
use super::sharing::StandingSharing;
use crate::asymmetric::hpke::{HpkePublicKey, HpkeSecretKey};
use crate::asymmetric::{SIGNATURE, hpke};
use crate::curve::{G2, PublicScalar, Scalar, multi_scalar_g2};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::pre::committee::RELAYS;
use crate::pre::party::RelayKey;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::Polynomial;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};

/// A relay's sharing of zero among all relays, each part sealed to one of them, signed.
///
/// The constant coefficient is zero and has no commitment: that is what keeps C_0 as it is. Bytes
/// of the object's body (SPEC.md, section 14.16): digest of the sharing (32) || u32 number before
/// || u32 number || digest of the round (32) || u8 index || u8 threshold || C_1 .. (96 each) || u8
/// count || sealed parts (80 each) || signature (64).
#[derive(Clone)]
pub struct RefreshDealing {
    pub(super) round: RoundNumbers,
    pub(super) digest: [u8; 32],
    pub(super) index: u8,
    /// C_1 ..
    commitment: Vec<[u8; G2::BYTES]>,
    sealed: Vec<[u8; 80]>,
    signature: [u8; SIGNATURE],
}

impl RefreshDealing {
    /// Deals zero to the holders of these keys, in the order of the relays.
    pub(super) fn deal(
        (round, digest): (RoundNumbers, [u8; 32]),
        (index, threshold): (u8, u8),
        keys: &[HpkePublicKey],
        relay: &RelayKey,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let polynomial = Polynomial::hiding(&Scalar::ZERO, threshold, rng)?;
        let points = polynomial.commit_without_constant(|power| G2::generator() * power);
        let mut sealed = Vec::with_capacity(keys.len());
        for (receiver, key) in (1u8..).zip(keys) {
            let share = polynomial.share(receiver)?;
            let mut bytes = share.value().expose().to_bytes();
            let part = hpke::seal(key, &info(&digest, index, receiver), &[], &bytes, rng);
            bytes.zeroize();
            sealed.push(
                part?
                    .try_into()
                    .map_err(|_| Error::TooLarge("sealed part"))?,
            );
        }
        let mut dealing = Self {
            round,
            digest,
            index,
            commitment: G2::batch_to_bytes(&points),
            sealed,
            signature: [0; SIGNATURE],
        };
        dealing.sign(relay);
        Ok(dealing)
    }

    /// Reads a dealing; it is checked where it is used.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::RefreshDealing, bytes, |reader| {
            let round = RoundNumbers::read(reader)?;
            let digest = reader.array()?;
            let index = reader.u8()?;
            let threshold = usize::from(reader.u8()?);
            if !(2..=RELAYS).contains(&threshold) {
                return Err(Error::Length("threshold"));
            }
            let commitment = arrays(reader, threshold - 1)?;
            let count = usize::from(reader.u8()?);
            if count < threshold || count > RELAYS {
                return Err(Error::Length("parts of a dealing"));
            }
            Ok(Self {
                round,
                digest,
                index,
                commitment,
                sealed: arrays(reader, count)?,
                signature: reader.array()?,
            })
        })
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = self.signed();
        writer.array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// Which relay of the sharing deals.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The number that the shares will have.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.round.number
    }

    /// Checks the signature, and that there is a part for each relay.
    pub(super) fn verify(&self, sharing: &StandingSharing) -> Result<()> {
        let keys = sharing.relay(self.index);
        let keys = keys.ok_or(Error::Argument("no relay of the sharing has this index"))?;
        keys.signing.verify(
            &[tags::REFRESH_DEALING, self.signed().as_slice()],
            &self.signature,
        )?;
        let whole = self.sealed.len() == sharing.relays.len()
            && self.commitment.len() + 1 == usize::from(sharing.threshold);
        if whole {
            Ok(())
        } else {
            Err(Error::BadDealing(self.index))
        }
    }

    /// C_1 .., and the part of one relay, checked against them.
    ///
    /// # Errors
    /// [`Error::BadDealing`] for everything that is wrong: the dealer has signed it.
    pub(in crate::pre) fn open(
        &self,
        receiver: u8,
        key: &HpkeSecretKey,
    ) -> Result<(Vec<G2>, Secret<Scalar>)> {
        self.try_open(receiver, key)
            .map_err(|_| Error::BadDealing(self.index))
    }

    fn try_open(&self, receiver: u8, key: &HpkeSecretKey) -> Result<(Vec<G2>, Secret<Scalar>)> {
        let points = self.commitment.iter().map(G2::from_bytes);
        let points = points.collect::<Result<Vec<_>>>()?;
        let at = usize::from(receiver).checked_sub(1);
        let sealed = at.and_then(|at| self.sealed.get(at)).ok_or(Error::Open)?;
        let info = info(&self.digest, self.index, receiver);
        let bytes = hpke::open(key, &info, &[], sealed)?;
        let bytes = bytes.expose().as_slice().try_into();
        let bytes = bytes.map_err(|_| Error::Length("part of a dealing"))?;
        let value = Secret::new(Scalar::from_bytes(bytes)?);
        // g2^part = prod C_k^(i^k), k from 1 on: the value of a polynomial without a constant.
        let place = [PublicScalar::from_u64(u64::from(receiver))];
        let expected = points.iter().rev().fold(G2::identity(), |sum, &point| {
            multi_scalar_g2(&[sum + point], &place)
        });
        if G2::generator() * value.expose() == expected {
            Ok((points, value))
        } else {
            Err(Error::Verify)
        }
    }

    fn sign(&mut self, relay: &RelayKey) {
        let signed = self.signed();
        self.signature = relay
            .signing()
            .sign(&[tags::REFRESH_DEALING, signed.as_slice()]);
    }

    /// Everything before the signature, header included.
    fn signed(&self) -> Writer {
        let mut writer = file::begin(Kind::RefreshDealing);
        self.round.write(&mut writer);
        writer
            .array(&self.digest)
            .u8(self.index)
            .u8(self.commitment.len() as u8 + 1); // at most RELAYS
        for point in &self.commitment {
            writer.array(point);
        }
        writer.u8(self.sealed.len() as u8); // at most RELAYS
        for part in &self.sealed {
            writer.array(part);
        }
        writer
    }
}

/// HPKE info of one relay's part.
fn info(round: &[u8; 32], dealer: u8, receiver: u8) -> Vec<u8> {
    [tags::REFRESH_TO_RELAY, round, &[dealer, receiver]].concat()
}

fn arrays<const N: usize>(reader: &mut Reader<'_>, count: usize) -> Result<Vec<[u8; N]>> {
    let mut all = Reader::new(reader.bytes(count * N)?);
    (0..count).map(|_| all.array()).collect()
}

#[cfg(test)]
impl RefreshDealing {
    /// Another dealing of the same relay to the same keys, with another threshold.
    pub(in crate::pre) fn with_threshold(
        &self,
        threshold: u8,
        invitations: &[super::RefreshInvitation],
        relay: &RelayKey,
        rng: &mut dyn Randomness,
    ) -> Self {
        let keys: Vec<_> = invitations.iter().map(|it| it.key.clone()).collect();
        let place = (self.index, threshold);
        Self::deal((self.round, self.digest), place, &keys, relay, rng).unwrap()
    }

    /// The dealing with something changed, signed again.
    pub(in crate::pre) fn forged(
        mut self,
        relay: &RelayKey,
        change: impl FnOnce(&mut Vec<[u8; G2::BYTES]>, &mut Vec<[u8; 80]>),
    ) -> Self {
        change(&mut self.commitment, &mut self.sealed);
        self.sign(relay);
        self
    }
}
