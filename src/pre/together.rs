//! Checking all powers of one answer together, from public data.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::Cache;
use super::answer::VerifiedAnswer;
use super::blame::wrong_share;
use super::capsule::{Capsule, Points};
use super::check;
use super::recipient::RecipientGrant;
use crate::curve::{
    G1, G2, PublicScalar, Right, multi_scalar_g1, multi_scalar_g2, pairing_product,
};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::tags;
use crate::transcript::{Transcript, Xof};

/// A capsule with its points and the power that the relay gave for it.
struct Checked<'a> {
    capsule: &'a Capsule,
    points: Points,
    power: G2,
    /// The label whose row stands for the capsule.
    label: usize,
}

impl RecipientGrant {
    /// Checks a relay's powers for all these capsules in one product of pairings, before anything
    /// is opened with them: `e(sum r T, vk) = prod e(H(x), sum r U^x_i)` with 128-bit weights r
    /// that follow from answer and capsules, one pairing for each label x that stands for some of
    /// the capsules. Opening alone finds the same faults, one record at a time. It says nothing of
    /// a capsule whose maker is in league with the relay: opening names the maker then.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another grant's answer or another patient's capsule,
    /// [`Error::Refresh`] for a share whose refresh is not known
    /// ([`RecipientGrant::know_refresh`]), [`Error::Argument`] for no capsule or one that the answer lacks, the decoding errors of the
    /// capsules' points, [`Error::BadCapsule`] when a capsule's maker is at fault, else
    /// [`Error::BadShare`] with the relay.
    pub fn check_answer(
        &self,
        answer: &VerifiedAnswer,
        capsules: &[&Capsule],
        cache: &mut Cache,
    ) -> Result<()> {
        let answer = answer.answer();
        if answer.grant != *self.grant().digest() {
            return Err(Error::NoStanza);
        }
        let commitment = self
            .commitment(answer.refresh)
            .ok_or(Error::Refresh("its statement is not known"))?;
        if capsules.is_empty() {
            return Err(Error::Argument("capsules: one or more"));
        }
        let key = commitment.share_in_g2(answer.relay)?;
        let common = common_labels(capsules);
        let mut transcript = Transcript::new(tags::ANSWER_WEIGHTS).item(&answer.signed_digest());
        let mut all = Vec::with_capacity(capsules.len());
        for capsule in capsules {
            if capsule.patient() != self.grant().header().patient.id() {
                return Err(Error::NoStanza);
            }
            let item = answer
                .find(capsule.digest())
                .ok_or(Error::Argument("a capsule that the answer lacks"))?;
            transcript = transcript.item(capsule.digest());
            let points = capsule.decode_points()?;
            let power = G2::from_bytes(&item.point).map_err(|_| Error::BadShare(answer.relay))?;
            let label = most_common(capsule, &common);
            all.push(Checked {
                capsule,
                points,
                power,
                label,
            });
        }
        let mut stream = Xof::new(Secret::new(transcript.finish()), tags::ANSWER_WEIGHTS);
        let weights = all
            .iter()
            .map(|_| stream.weight())
            .collect::<Result<Vec<_>>>()?;
        if all_right(&all, &weights, &key, cache)? {
            return Ok(());
        }
        // Somebody is at fault: the makers first, whose rows the relay cannot help.
        for one in &all {
            check::capsule(one.capsule, &one.points, cache)?;
            if wrong_share(one.capsule, &one.points, &one.power, &key, cache)? {
                return Err(Error::BadShare(answer.relay));
            }
        }
        Ok(())
    }
}

/// How many of the capsules have each label.
fn common_labels<'a>(capsules: &[&'a Capsule]) -> BTreeMap<&'a [u8], usize> {
    let mut common = BTreeMap::new();
    for label in capsules.iter().flat_map(|it| it.labels().iter()) {
        *common.entry(label).or_default() += 1;
    }
    common
}

/// The place of the capsule's label that most capsules have.
fn most_common(capsule: &Capsule, common: &BTreeMap<&[u8], usize>) -> usize {
    let shared = capsule.labels().iter().enumerate();
    shared
        .max_by_key(|(_, label)| common.get(label).copied().unwrap_or(0))
        .map_or(0, |(place, _)| place)
}

fn all_right(
    all: &[Checked<'_>],
    weights: &[PublicScalar],
    key: &G2,
    cache: &mut Cache,
) -> Result<bool> {
    let mut rows: Vec<G1> = Vec::with_capacity(all.len());
    let mut powers: BTreeMap<&[u8], (Vec<G2>, Vec<PublicScalar>)> = BTreeMap::new();
    for (one, weight) in all.iter().zip(weights) {
        let row = one.points.rows.get(one.label);
        let label = one.capsule.labels().iter().nth(one.label);
        let (Some(row), Some(label)) = (row, label) else {
            return Err(Error::BadCapsule);
        };
        rows.push(*row);
        let (points, own) = powers.entry(label).or_default();
        points.push(one.power);
        own.push(*weight);
    }
    let sums: Vec<(G1, G2)> = powers
        .iter()
        .map(|(label, (points, own))| (-cache.hash(label), multi_scalar_g2(points, own)))
        .collect();
    let mut terms: Vec<_> = sums
        .iter()
        .map(|(hash, sum)| (*hash, Right::Point(sum)))
        .collect();
    terms.push((multi_scalar_g1(&rows, weights), Right::Point(key)));
    Ok(pairing_product(&terms).is_identity())
}
