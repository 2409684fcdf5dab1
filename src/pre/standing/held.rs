//! A standing sharing in a relay's hands.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::refresh::Round;
use super::sharing::{SHARING_BYTES, SharingShare, StandingSharing, share_info};
use super::statement::{RefreshStatement, STATEMENT_BYTES};
use crate::asymmetric::hpke::{self, HpkeSecretKey};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::pre::grant::{Grant, Verified};
use crate::pre::party::RelayKey;
use crate::pre::relay::{RelayShare, open_share, refuse_ended};
use crate::pre::state::{ENDED, RelayState};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::{Commitment, Share};
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};

/// The longest object, in bytes.
#[cfg(feature = "std")]
pub(super) const HELD_BYTES: usize = 64 * 1024;
/// A share and one more secret, sealed, at most.
const SEALED_BYTES: usize = 32 + 32 + 48;

/// A relay's share of a standing sharing, checked, with its refresh number and a refresh that may
/// be on its way.
///
/// Bytes of the object's body (SPEC.md, section 14.16), for the relay's own disk: u32 length and
/// sharing || u8 index || flag and u32 length and statement of the last refresh || u32 number of
/// the last attempt || u32 highest number signed || u8 stage, 0 none, 1 begun, 2 accepted, then u32 length and statement ||
/// u16 length and secrets, sealed to the relay's own key: share (32) and, begun, the X25519 key
/// of the refresh (32), accepted, the next share (32).
pub struct HeldSharing {
    pub(super) sharing: StandingSharing,
    pub(super) index: u8,
    pub(super) share: Secret<Scalar>,
    /// Of the last refresh; `None` with the share that was dealt.
    pub(super) current: Option<RefreshStatement>,
    /// The number of the last refresh that was begun.
    pub(in crate::pre) attempted: u32,
    /// The highest number that the relay has signed a statement of.
    pub(super) signed: u32,
    pub(super) round: Round,
}

impl HeldSharing {
    /// Opens a relay's share of a sharing and checks it against the commitment.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another relay's share or another sharing's; [`Error::EpochEnded`];
    /// [`Error::Sharing`] when it was installed before and refreshed since; [`Error::Open`];
    /// [`Error::ScalarRange`]; [`Error::Verify`] when it is not the share committed to.
    pub fn install(
        sharing: StandingSharing,
        share: &SharingShare,
        key: &RelayKey,
        state: &dyn RelayState,
    ) -> Result<Self> {
        let own = sharing.relay(share.index) == Some(key.public().keys());
        if share.sharing != *sharing.digest() || !own {
            return Err(Error::NoStanza);
        }
        let info = share_info(sharing.digest(), share.index);
        let share = open_share(key, &info, share.index, &share.sealed)?;
        sharing.commitment()?.verify(&share)?;
        let held = Self {
            index: share.index(),
            share: share.into_value(),
            sharing,
            current: None,
            attempted: 0,
            signed: 0,
            round: Round::Quiet,
        };
        held.check_floor(state)?;
        Ok(held)
    }

    /// The sharing.
    #[must_use]
    pub fn sharing(&self) -> &StandingSharing {
        &self.sharing
    }

    /// Which relay of the sharing this is.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The refresh number of the share, 0 as it was dealt.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.current.as_ref().map_or(0, RefreshStatement::number)
    }

    /// The statement of the last refresh, for recipients.
    #[must_use]
    pub fn statement(&self) -> Option<&RefreshStatement> {
        self.current.as_ref()
    }

    /// The number of a refresh that is on its way.
    #[must_use]
    pub fn pending(&self) -> Option<u32> {
        match self.round {
            Round::Quiet => None,
            Round::Begun(_) | Round::Accepted(..) => Some(self.attempted),
        }
    }

    /// What installing checks of a grant that travelled with a request: signature, times, sequence
    /// above the floor and not revoked, and that it hangs on this sharing, commitment and all.
    ///
    /// # Errors
    /// [`Error::Sharing`] for a grant of another sharing, epoch or commitment, and for a share that
    /// was set back; [`Error::EpochEnded`]; [`Error::NotValidNow`] for one that has ended;
    /// [`Error::Revoked`].
    pub fn admit(
        &self,
        grant: Grant<Verified>,
        now: u64,
        state: &dyn RelayState,
    ) -> Result<RelayShare> {
        if grant.dealt.sharing() != Some(*self.sharing.digest()) {
            return Err(Error::Sharing("the grant hangs on another one"));
        }
        self.check_floor(state)?;
        refuse_ended(&grant, now, state)?;
        let share = Share::new(self.index, Secret::new(*self.share.expose()))?;
        RelayShare::assemble(grant, share, self.number())
    }

    /// Refuses a share that the state knows to be of the past: ended, or from a backup.
    pub(super) fn check_floor(&self, state: &dyn RelayState) -> Result<()> {
        match state.sharing_floor(self.sharing.digest())? {
            ENDED => Err(Error::EpochEnded),
            floor if self.number() < floor => Err(Error::Sharing(
                "the share is older than the last refresh: it was set back",
            )),
            _ => Ok(()),
        }
    }

    /// What the share commits to.
    pub(super) fn commitment(&self) -> Result<Commitment> {
        match &self.current {
            None => self.sharing.commitment(),
            Some(statement) => statement.claimed(&self.sharing),
        }
    }

    /// The object in binary, its secrets sealed to the relay's own key.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub fn to_bytes(&self, key: &RelayKey, rng: &mut dyn Randomness) -> Result<Secret<Vec<u8>>> {
        let mut writer = file::begin(Kind::HeldSharing);
        writer.lp32(&self.sharing.to_bytes()?)?.u8(self.index);
        writer.flag(self.current.is_some());
        if let Some(statement) = &self.current {
            writer.lp32(&statement.to_bytes())?;
        }
        writer.u32(self.attempted).u32(self.signed);
        let mut secrets = Writer::with_capacity(64);
        write_scalar(&mut secrets, &self.share);
        match &self.round {
            Round::Quiet => {
                writer.u8(0);
            }
            Round::Begun(key) => {
                writer.u8(1);
                secrets.array(key.to_bytes().expose());
            }
            Round::Accepted(share, statement) => {
                writer.u8(2).lp32(&statement.to_bytes())?;
                write_scalar(&mut secrets, share);
            }
        }
        let secrets = secrets.into_secret();
        let info = info(writer.as_slice());
        let public = &key.public().keys().hpke;
        let sealed = hpke::seal(public, &info, &[], secrets.expose(), rng)?;
        writer.lp16(&sealed)?;
        Ok(file::finish(writer).into_secret())
    }

    /// Reads exactly the bytes of [`HeldSharing::to_bytes`], and checks that each share is the one
    /// that its commitment says.
    ///
    /// # Errors
    /// The decoding errors; [`Error::NoStanza`] for another relay's; [`Error::Open`];
    /// [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8], key: &RelayKey) -> Result<Self> {
        let read = file::decode(Kind::HeldSharing, bytes, Layout::read)?;
        let sharing = StandingSharing::from_bytes(read.sharing)?;
        if sharing.relay(read.index) != Some(key.public().keys()) {
            return Err(Error::NoStanza);
        }
        let current = read.current.map(RefreshStatement::from_bytes).transpose()?;
        let covered = bytes.get(..8 + read.covered).unwrap_or_default();
        let secrets = hpke::open(key.hpke(), &info(covered), &[], read.sealed)?;
        let mut reader = Reader::new(secrets.expose());
        let share = scalar(&mut reader)?;
        let round = match read.stage {
            Stage::Quiet => Round::Quiet,
            Stage::Begun => {
                let bytes = reader.array_ref::<32>()?;
                let key = Secret::build(|out: &mut [u8; 32]| *out = *bytes);
                Round::Begun(HpkeSecretKey::from_bytes(&key)?)
            }
            Stage::Accepted(statement) => {
                let statement = RefreshStatement::from_bytes(statement)?;
                Round::Accepted(scalar(&mut reader)?, statement)
            }
        };
        reader.finish()?;
        let held = Self {
            sharing,
            index: read.index,
            share,
            current,
            attempted: read.attempted,
            signed: read.signed,
            round,
        };
        held.check()?;
        Ok(held)
    }

    /// That every part fits the others.
    fn check(&self) -> Result<()> {
        if let Some(statement) = &self.current {
            statement.verify(&self.sharing)?;
        }
        let own = |share: &Secret<Scalar>| Share::new(self.index, Secret::new(*share.expose()));
        self.commitment()?.verify(&own(&self.share)?)?;
        let numbers = match &self.round {
            // Nothing is given up without something else being begun.
            Round::Quiet => self.attempted == self.number() && self.signed == self.attempted,
            Round::Begun(_) => self.signed < self.attempted && self.signed >= self.number(),
            Round::Accepted(share, statement) => {
                statement.claimed(&self.sharing)?.verify(&own(share)?)?;
                statement.number == self.attempted
                    && statement.from == self.number()
                    && self.signed == self.attempted
            }
        };
        if numbers {
            Ok(())
        } else {
            Err(Error::Field("number of a refresh"))
        }
    }
}

/// The parts of the object as they stand in it.
struct Layout<'a> {
    sharing: &'a [u8],
    index: u8,
    current: Option<&'a [u8]>,
    attempted: u32,
    signed: u32,
    stage: Stage<'a>,
    /// Bytes of the body that the seal covers.
    covered: usize,
    sealed: &'a [u8],
}

enum Stage<'a> {
    Quiet,
    Begun,
    Accepted(&'a [u8]),
}

impl<'a> Layout<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self> {
        let sharing = reader.lp32(SHARING_BYTES)?;
        let index = reader.u8()?;
        let current = if reader.flag()? {
            Some(reader.lp32(STATEMENT_BYTES)?)
        } else {
            None
        };
        let attempted = reader.u32()?;
        let signed = reader.u32()?;
        let stage = match reader.u8()? {
            0 => Stage::Quiet,
            1 => Stage::Begun,
            2 => Stage::Accepted(reader.lp32(STATEMENT_BYTES)?),
            _ => return Err(Error::Field("stage of a refresh")),
        };
        Ok(Self {
            sharing,
            index,
            current,
            attempted,
            signed,
            stage,
            covered: reader.position(),
            sealed: reader.lp16(SEALED_BYTES)?,
        })
    }
}

fn write_scalar(writer: &mut Writer, value: &Secret<Scalar>) {
    let mut bytes = value.expose().to_bytes();
    writer.array(&bytes);
    bytes.zeroize();
}

fn scalar(reader: &mut Reader<'_>) -> Result<Secret<Scalar>> {
    let value = Secret::new(Scalar::from_bytes(reader.array_ref()?)?);
    if value.expose().is_zero() {
        return Err(Error::ScalarRange);
    }
    Ok(value)
}

/// HPKE info of the secrets: all that stands before them, header included.
fn info(covered: &[u8]) -> Vec<u8> {
    [tags::SHARING_HELD, &sha256(&[covered])].concat()
}

#[cfg(test)]
impl HeldSharing {
    pub(in crate::pre) fn share(&self) -> &Secret<Scalar> {
        &self.share
    }
}
