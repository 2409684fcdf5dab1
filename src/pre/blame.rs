//! The proof that a relay answered wrongly, which anybody can check.

use alloc::vec::Vec;

use super::Cache;
use super::answer::{Answer, VerifiedAnswer};
use super::capsule::{Capsule, Points};
use super::check;
use super::grant::{Grant, Unverified, Verified};
use crate::curve::{G2, Right, pairing_product};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::LabelSet;
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
/// labels || u16 length and capsule.
pub struct Blame {
    grant: Grant<Verified>,
    answer: VerifiedAnswer,
    capsule: Capsule,
}

impl Blame {
    /// Puts a proof together and checks it.
    ///
    /// # Errors
    /// Those of [`Blame::check`].
    pub fn new(
        grant: &Grant<Verified>,
        answer: &VerifiedAnswer,
        capsule: &Capsule,
        cache: &mut Cache,
    ) -> Result<Self> {
        let blame = Self {
            grant: grant.clone(),
            answer: answer.clone(),
            capsule: capsule.clone(),
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
            || !answer.is_of_the_dealing()
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
        let key = self.grant.commitment()?.share_in_g2(relay)?;
        let wrong = match G2::from_bytes(&item.point) {
            Ok(power) => wrong_share(&self.capsule, &points, &power, &key, cache)?,
            Err(_) => true,
        };
        if wrong { Ok(relay) } else { Err(Error::Verify) }
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
        Ok(file::finish(writer).into_vec())
    }

    /// Reads and checks a proof.
    ///
    /// # Errors
    /// The decoding errors, and those of [`Blame::check`].
    pub fn from_bytes(bytes: &[u8], cache: &mut Cache) -> Result<Self> {
        let (grant, answer, labels, capsule) = file::decode(Kind::Blame, bytes, |reader| {
            Ok((
                reader.lp32(GRANT_BYTES)?,
                reader.lp32(ANSWER_BYTES)?,
                LabelSet::read(reader)?,
                reader.lp16(CAPSULE_BYTES)?,
            ))
        })?;
        let grant = Grant::<Unverified>::from_bytes(grant)?.verify()?;
        let blame = Self {
            answer: Answer::from_bytes(answer)?.verify(&grant)?,
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
