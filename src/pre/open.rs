//! Opening by a recipient, with the answers of enough relays.

use alloc::vec::Vec;

use super::Cache;
use super::answer::{Transformed, VerifiedAnswer};
use super::blame::wrong_share;
use super::capsule::{Capsule, Points};
use super::check;
use super::recipient::RecipientGrant;
use crate::curve::{
    G1, G2, Gt, PublicScalar, Right, multi_scalar_g1, multi_scalar_g2, pairing_product,
};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::share::{Commitment, lagrange_at_zero};

impl RecipientGrant {
    /// The key inside `capsule`, as it was encapsulated for `binding`, from the answers of
    /// relays. SPEC.md, section 14.8.
    ///
    /// The first answers that contain the capsule are used, as many as the grant needs. If the
    /// capsule does not open, it is found out from public data who is at fault.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another patient's capsule; [`Error::NotSatisfied`]: the labels are
    /// public; [`Error::TooFewAnswers`]; [`Error::Duplicate`] for two answers of one relay with
    /// the capsule; [`Error::MixedRefresh`]; the decoding errors of the capsule's points;
    /// [`Error::BadCapsule`] or [`Error::BadShare`] with who is at fault, else [`Error::Open`].
    pub fn open(
        &self,
        capsule: &Capsule,
        answers: &[&VerifiedAnswer],
        binding: &[u8; 32],
        cache: &mut Cache,
    ) -> Result<Secret<[u8; 32]>> {
        if capsule.patient() != self.grant().header().patient.id() {
            return Err(Error::NoStanza);
        }
        let rows = self.solve(capsule.labels()).ok_or(Error::NotSatisfied)?;
        let used = self.choose(capsule, answers)?;
        let points = capsule.decode_points()?;
        let powers = used
            .iter()
            .map(|(relay, item)| {
                // A point that is none is as wrong as one that is another.
                G2::from_bytes(&item.point).map_err(|_| Error::BadShare(*relay))
            })
            .collect::<Result<Vec<_>>>()?;
        let shared = self.shared_element(capsule, &points, &rows, &used, &powers)?;
        check::open(
            capsule,
            &points,
            shared,
            self.weight_secret(),
            binding,
            cache,
        )
        .map_err(|error| {
            // All answers have one refresh number.
            let refresh = answers.first().map_or(0, |it| it.answer().refresh);
            let commitment = self.commitment(refresh);
            Self::culprit(capsule, &points, (&used, &powers), commitment, cache)
                .err()
                .unwrap_or(error)
        })
    }

    /// The items of this capsule in the first answers that have it, as many as are needed.
    fn choose<'a>(
        &self,
        capsule: &Capsule,
        answers: &[&'a VerifiedAnswer],
    ) -> Result<Vec<(u8, &'a Transformed)>> {
        let header = self.grant().header();
        let needed = usize::from(header.threshold());
        let mut chosen: Vec<(u8, &Transformed)> = Vec::with_capacity(needed);
        for answer in answers {
            let answer = answer.answer();
            if answer.grant != *self.grant().digest() {
                return Err(Error::NoStanza);
            }
            // Shares of one sharing only: refreshed ones do not fit others.
            if answers
                .first()
                .is_some_and(|first| first.answer().refresh != answer.refresh)
            {
                return Err(Error::MixedRefresh);
            }
            // Many records take several requests, and each relay answers each of them.
            let Some(item) = answer.find(capsule.digest()) else {
                continue;
            };
            if chosen.iter().any(|(relay, _)| *relay == answer.relay) {
                return Err(Error::Duplicate("answer of a relay"));
            }
            if chosen.len() < needed {
                chosen.push((answer.relay, item));
            }
        }
        if chosen.len() < needed {
            return Err(Error::TooFewAnswers(header.threshold()));
        }
        Ok(chosen)
    }

    /// K = e(prod D^w, U') prod e(T^-w, R), with U' = prod U_i^L_i.
    pub(super) fn shared_element(
        &self,
        capsule: &Capsule,
        points: &Points,
        rows: &[(usize, PublicScalar)],
        used: &[(u8, &Transformed)],
        powers: &[G2],
    ) -> Result<Gt> {
        let indices: Vec<u16> = used.iter().map(|(relay, _)| u16::from(*relay)).collect();
        let weights = lagrange_at_zero(&indices)?;
        let transformed = multi_scalar_g2(powers, &weights);

        let mut own = Vec::with_capacity(rows.len());
        let mut weights = Vec::with_capacity(rows.len());
        let mut terms = Vec::with_capacity(rows.len() + 1);
        for &(row, weight) in rows {
            let (Some(first), Some(second), Some(label)) = (
                self.first().get(row),
                self.right(row),
                self.formula().rows().get(row),
            ) else {
                return Err(Error::Argument("row"));
            };
            let place = capsule
                .labels()
                .iter()
                .position(|own| own == label.as_bytes());
            let point = place
                .and_then(|place| points.rows.get(place))
                .ok_or(Error::NotSatisfied)?;
            own.push(*first);
            weights.push(weight);
            terms.push((-multi_scalar_g1(&[*point], &[weight]), second));
        }
        let own = Secret::new(own);
        let sum: Secret<G1> = Secret::new(multi_scalar_g1(own.expose(), &weights));
        terms.push((*sum.expose(), Right::Point(&transformed)));
        Ok(pairing_product(&terms))
    }

    /// Who is at fault, from public data alone; `Ok` if nobody can be named: no relay can as long
    /// as it is not known what its share commits to.
    fn culprit(
        capsule: &Capsule,
        points: &Points,
        (used, powers): (&[(u8, &Transformed)], &[G2]),
        commitment: Option<&Commitment>,
        cache: &mut Cache,
    ) -> Result<()> {
        check::capsule(capsule, points, cache)?;
        let Some(commitment) = commitment else {
            return Ok(());
        };
        for ((relay, _), power) in used.iter().zip(powers) {
            let key = commitment.share_in_g2(*relay)?;
            if wrong_share(capsule, points, power, &key, cache)? {
                return Err(Error::BadShare(*relay));
            }
        }
        Ok(())
    }
}
