//! The bytes of a standing sharing in a relay's state.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::held::HeldSharing;
use super::refresh::Round;
use super::sharing::{SHARING_BYTES, StandingSharing};
use super::statement::{RefreshStatement, STATEMENT_BYTES};
use crate::asymmetric::hpke::{self, HpkeSecretKey};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::pre::party::RelayKey;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::Share;
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};

/// The longest object, in bytes.
#[cfg(feature = "std")]
pub(super) const HELD_BYTES: usize = 64 * 1024;
/// A share and one more secret, sealed, at most.
const SEALED_BYTES: usize = 32 + 32 + 48;

impl HeldSharing {
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
