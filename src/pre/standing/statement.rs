//! What refreshed shares commit to, in the words of the relays.

use alloc::vec::Vec;

use super::sharing::StandingSharing;
use crate::asymmetric::{SIGNATURE, SigningKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::pre::committee::RELAYS;
use crate::pre::grant::{Grant, Verified};
use crate::pre::party::PartyKeys;
use crate::share::Commitment;
use crate::tags::{self, Kind};
use crate::wire::Writer;

/// C_1 .. of the highest threshold, in bytes.
const COMMITMENT_BYTES: usize = 96 * (RELAYS - 1);
/// The longest statement, in bytes.
pub(in crate::pre) const STATEMENT_BYTES: usize = 16 * 1024;

/// What the relays' shares commit to after a refresh: C_1 .. of its number, beside the C_0 that no
/// refresh changes, signed by relays.
///
/// A refresh is done once all relays have signed: each has then checked its own new share against
/// it. Bytes of the object's body (SPEC.md, section 14.16): digest of the sharing (32) || u32
/// number before || u32 number || u16 length and C_1 .. (96 each) || u8 count || u8 index and
/// signature (64) of each, strictly ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshStatement {
    pub(super) sharing: [u8; 32],
    pub(super) from: u32,
    pub(super) number: u32,
    /// C_1 ..
    pub(super) commitment: Vec<u8>,
    pub(in crate::pre) signatures: Vec<(u8, [u8; SIGNATURE])>,
}

impl RefreshStatement {
    /// Reads a statement; its signatures are checked where it is used.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let statement = file::decode(Kind::RefreshStatement, bytes, |reader| {
            let sharing = reader.array()?;
            let from = reader.u32()?;
            let number = reader.u32()?;
            let commitment = reader.lp16(COMMITMENT_BYTES)?.to_vec();
            let count = usize::from(reader.u8()?);
            if count > RELAYS {
                return Err(Error::Length("signatures"));
            }
            let mut signatures: Vec<(u8, [u8; SIGNATURE])> = Vec::with_capacity(count);
            for _ in 0..count {
                let next = (reader.u8()?, reader.array()?);
                if signatures.last().is_some_and(|before| before.0 >= next.0) {
                    return Err(Error::NotCanonical("order of signatures"));
                }
                signatures.push(next);
            }
            Ok(Self {
                sharing,
                from,
                number,
                commitment,
                signatures,
            })
        })?;
        if statement.from >= statement.number {
            return Err(Error::Field("number of a refresh"));
        }
        Ok(statement)
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::RefreshStatement);
        self.write(&mut writer);
        writer.u8(self.signatures.len() as u8); // at most RELAYS
        for (index, signature) in &self.signatures {
            writer.u8(*index).array(signature);
        }
        file::finish(writer).into_vec()
    }

    /// The number of the refresh.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How many relays have signed it.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// Adds a relay's signature.
    pub(super) fn sign(&mut self, index: u8, key: &SigningKey) {
        let signature = key.sign(&[tags::REFRESH_STATEMENT, &self.signed()]);
        self.signatures.push((index, signature));
        self.signatures.sort_by_key(|(index, _)| *index);
    }

    /// Whether the other says the same, whoever has signed it.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        self.signed() == other.signed()
    }

    /// What it says the shares of a sharing commit to.
    ///
    /// # Errors
    /// [`Error::Sharing`] of another sharing; [`Error::Length`], the decoding errors of points.
    pub(super) fn claimed(&self, sharing: &StandingSharing) -> Result<Commitment> {
        if self.sharing != *sharing.digest() {
            return Err(Error::Sharing("a statement of another one"));
        }
        let bytes = [sharing.first(), &self.commitment].concat();
        Commitment::from_bytes(&bytes, sharing.threshold)
    }

    /// The same once all relays have signed it.
    ///
    /// # Errors
    /// [`Error::RefreshPart`] naming the first relay that did not sign; [`Error::Verify`]; those
    /// of [`RefreshStatement::claimed`].
    pub(super) fn verify(&self, sharing: &StandingSharing) -> Result<Commitment> {
        let commitment = self.claimed(sharing)?;
        self.verify_signatures(&sharing.relays)?;
        Ok(commitment)
    }

    /// The same for whoever has a grant under the sharing.
    pub(in crate::pre) fn commitment_for(&self, grant: &Grant<Verified>) -> Result<Commitment> {
        if grant.dealt.sharing() != Some(self.sharing) {
            return Err(Error::Sharing("a statement of another one"));
        }
        let header = &grant.dealt.header;
        self.verify_signatures(&header.relays)?;
        let first = grant.dealt.commitment.get(..96).unwrap_or_default();
        Commitment::from_bytes(&[first, &self.commitment].concat(), header.threshold)
    }

    fn verify_signatures(&self, relays: &[PartyKeys]) -> Result<()> {
        let signed = self.signed();
        for (index, keys) in (1u8..).zip(relays) {
            let found = self.signatures.iter().find(|(signer, _)| *signer == index);
            let (_, signature) = found.ok_or(Error::RefreshPart(index, "has not signed it"))?;
            keys.signing
                .verify(&[tags::REFRESH_STATEMENT, &signed], signature)?;
        }
        if self.signatures.len() > relays.len() {
            return Err(Error::NotCanonical("signatures of a statement"));
        }
        Ok(())
    }

    fn write(&self, writer: &mut Writer) {
        writer
            .array(&self.sharing)
            .u32(self.from)
            .u32(self.number)
            .u16(self.commitment.len() as u16) // at most COMMITMENT_BYTES
            .bytes(&self.commitment);
    }

    /// What the relays sign.
    fn signed(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(64 + self.commitment.len());
        self.write(&mut writer);
        writer.into_vec()
    }
}
