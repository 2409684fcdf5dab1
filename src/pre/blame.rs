//! The proof that a relay answered wrongly, which anybody can check.

use alloc::vec::Vec;

use super::Cache;
use super::answer::{Answer, VerifiedAnswer};
use super::capsule::{Capsule, Points};
use super::check;
use super::grant::{Grant, Unverified, Verified};
use super::standing::{RefreshStatement, STATEMENT_BYTES};
use crate::curve::{G2, Right, pairing_product};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::LabelSet;
use crate::share::Commitment;
use crate::tags::Kind;

/// Longest parts of a proof, in bytes.
const GRANT_BYTES: usize = 512 * 1024;
const ANSWER_BYTES: usize = 2 << 20;
const CAPSULE_BYTES: usize = 8 * 1024;

/// The proof that a relay answered wrongly.
///
/// It holds the grant, the relay's signed answer and the capsule; nothing secret. Whoever checks
/// it learns that the answer for this capsule, which the relay signed, is not the power that its
/// share gives. Bytes of the object's body: u32 length and grant || u32 length and answer ||
/// labels || u16 length and capsule; and where the answer has a refresh number, u32 length and
/// the statement of that refresh.
pub struct Blame {
    grant: Grant<Verified>,
    answer: VerifiedAnswer,
    capsule: Capsule,
    statement: Option<RefreshStatement>,
}

impl Blame {
    /// Puts a proof together and checks it.
    ///
    /// # Errors
    /// Those of [`Blame::check`], also for an answer with a refreshed share.
    pub fn new(
        grant: &Grant<Verified>,
        answer: &VerifiedAnswer,
        capsule: &Capsule,
        cache: &mut Cache,
    ) -> Result<Self> {
        Self::after_refresh(grant, answer, capsule, None, cache)
    }

    /// The same with the statement of the answer's refresh, if its number is not 0.
    ///
    /// # Errors
    /// Those of [`Blame::check`].
    pub fn after_refresh(
        grant: &Grant<Verified>,
        answer: &VerifiedAnswer,
        capsule: &Capsule,
        statement: Option<&RefreshStatement>,
        cache: &mut Cache,
    ) -> Result<Self> {
        let blame = Self {
            grant: grant.clone(),
            answer: answer.clone(),
            capsule: capsule.clone(),
            statement: statement.cloned(),
        };
        blame.check(cache)?;
        Ok(blame)
    }

    /// Checks the proof; the index of the relay at fault.
    ///
    /// # Errors
    /// [`Error::Verify`] if the relay did not sign, or answered rightly, or the answer is to
    /// something else; [`Error::BadCapsule`] when the capsule's maker is at fault.
    pub fn check(&self, cache: &mut Cache) -> Result<u8> {
        let answer = self.answer.answer();
        let relay = answer.relay;
        if answer.grant != *self.grant.digest()
            || self.capsule.patient() != self.grant.header().patient.id()
        {
            return Err(Error::Verify);
        }
        let item = answer.find(self.capsule.digest()).ok_or(Error::Verify)?;
        // A relay that signed another U under this d was asked to, and is not at fault.
        if item.first != *self.capsule.first_bytes()? {
            return Err(Error::Verify);
        }
        let points = self.capsule.decode_points()?;
        check::capsule(&self.capsule, &points, cache)?;
        let key = self.commitment()?.share_in_g2(relay)?;
        let wrong = match G2::from_bytes(&item.point) {
            Ok(power) => wrong_share(&self.capsule, &points, &power, &key, cache)?,
            Err(_) => true,
        };
        if wrong { Ok(relay) } else { Err(Error::Verify) }
    }

    /// What the relay's share commits to, in the words of relay and patient alone.
    fn commitment(&self) -> Result<Commitment> {
        match (self.answer.answer().refresh, &self.statement) {
            (0, None) => self.grant.commitment(),
            (number, Some(statement)) if number == statement.number() => {
                statement.commitment_for(&self.grant)
            }
            _ => Err(Error::Verify),
        }
    }

    /// The file in binary.
    ///
    /// # Errors
    /// None that the parts, which are bounded, should give.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = file::begin(Kind::Blame);
        writer
            .lp32(&self.grant.to_bytes())?
            .lp32(&self.answer.answer().to_bytes())?
            .bytes(&self.capsule.labels().to_bytes())
            .lp16(&self.capsule.to_bytes())?;
        if let Some(statement) = &self.statement {
            writer.lp32(&statement.to_bytes())?;
        }
        Ok(file::finish(writer).into_vec())
    }

    /// Reads and checks a proof.
    ///
    /// # Errors
    /// The decoding errors, and those of [`Blame::check`].
    pub fn from_bytes(bytes: &[u8], cache: &mut Cache) -> Result<Self> {
        let (grant, answer, labels, capsule, statement) =
            file::decode(Kind::Blame, bytes, |reader| {
                let grant = reader.lp32(GRANT_BYTES)?;
                let answer = Answer::from_bytes(reader.lp32(ANSWER_BYTES)?)?;
                let labels = LabelSet::read(reader)?;
                let capsule = reader.lp16(CAPSULE_BYTES)?;
                let statement = match answer.refresh {
                    0 => None,
                    _ => Some(reader.lp32(STATEMENT_BYTES)?),
                };
                Ok((grant, answer, labels, capsule, statement))
            })?;
        let grant = Grant::<Unverified>::from_bytes(grant)?.verify()?;
        let blame = Self {
            answer: answer.verify(&grant)?,
            statement: statement.map(RefreshStatement::from_bytes).transpose()?,
            grant,
            capsule: Capsule::from_bytes(capsule, &labels)?,
        };
        blame.check(cache)?;
        Ok(blame)
    }

    /// The grant it is about.
    #[must_use]
    pub fn grant(&self) -> &Grant<Verified> {
        &self.grant
    }
}

/// Whether `power` is not U^x_i: e(T_1, vk_i) != e(H(label 1), power), with T_1 = H(label 1)^s,
/// U = g2^s and vk_i = g2^x_i = `key`.
pub(super) fn wrong_share(
    capsule: &Capsule,
    points: &Points,
    power: &G2,
    key: &G2,
    cache: &mut Cache,
) -> Result<bool> {
    let (Some(label), Some(row)) = (capsule.labels().iter().next(), points.rows.first()) else {
        return Err(Error::BadCapsule);
    };
    let product = pairing_product(&[
        (*row, Right::Point(key)),
        (-cache.hash(label), Right::Point(power)),
    ]);
    Ok(!product.is_identity())
}
