//! Many records of many patients, and the proofs that cover them.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::record::RecordClaim;
use super::request::Asked;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::zk::{CheckedProof, Freshness, ProofVerifier, ReplayStore, SignedProof};

/// Whether a record is covered by what was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// By the proof in this place.
    Covered(usize),
    /// Its categories are beyond the request.
    Beyond,
    /// The request is about another record.
    OtherRecord,
    /// No proof about its patient was given.
    NoProof,
    /// A proof about its patient was given, in this place, and refused.
    Refused(usize, Error),
    /// The record itself was refused: unsigned, or without a subject.
    NotUsable(Error),
}

/// A record of an extraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record's place in what was given.
    pub record: usize,
    /// Whether it is covered.
    pub coverage: Coverage,
}

/// What a verifier found out about an extraction: it names records by their places and patients
/// not at all.
pub struct Extraction {
    rows: Vec<Row>,
    proofs: Vec<Result<CheckedProof>>,
}

impl Asked {
    /// Checks all proofs for this request together and joins them with the records on the patients
    /// whom both are about. What is wrong with a record or proof stands in its row.
    ///
    /// # Errors
    /// [`Error::Randomness`] and those of the store alone.
    pub fn verify_extraction(
        &self,
        verifier: &ProofVerifier<'_>,
        records: &[Result<RecordClaim>],
        proofs: &[(&SignedProof, Freshness<'_>)],
        replay: Option<&mut dyn ReplayStore>,
        rng: &mut dyn Randomness,
    ) -> Result<Extraction> {
        // A proof names its own subject; it counts for records of that subject alone.
        let expected = proofs
            .iter()
            .map(|(proof, time)| Ok((*proof, self.expected(Some(proof.inputs().subject))?, *time)))
            .collect::<Result<Vec<_>>>()?;
        let mut checked = verifier.check_all(&expected, rng)?;
        if let Some(store) = replay {
            for proof in &mut checked {
                let used = proof.as_ref().map_or(Ok(()), |own| own.use_up(store));
                match used {
                    Ok(()) => {}
                    Err(error @ Error::Replayed(_)) => *proof = Err(error),
                    Err(error) => return Err(error),
                }
            }
        }
        let mut by_subject: BTreeMap<[u8; 32], usize> = BTreeMap::new();
        for (place, (proof, _)) in proofs.iter().enumerate() {
            let own = by_subject.entry(proof.inputs().subject.to_bytes());
            let kept = own.or_insert(place);
            if checked.get(*kept).is_none_or(Result::is_err) {
                *kept = place;
            }
        }
        let rows = records
            .iter()
            .enumerate()
            .map(|(record, claim)| Row {
                record,
                coverage: self.coverage(claim, &by_subject, &checked),
            })
            .collect();
        Ok(Extraction {
            rows,
            proofs: checked,
        })
    }

    fn coverage(
        &self,
        claim: &Result<RecordClaim>,
        by_subject: &BTreeMap<[u8; 32], usize>,
        proofs: &[Result<CheckedProof>],
    ) -> Coverage {
        let claim = match claim {
            Ok(claim) => claim,
            Err(error) => return Coverage::NotUsable(error.clone()),
        };
        if claim.categories() & !self.masks().categories() != 0 {
            return Coverage::Beyond;
        }
        let record = self.request().record.as_ref();
        if record.is_some_and(|it| it != claim.digest()) {
            return Coverage::OtherRecord;
        }
        let Some(place) = by_subject.get(&claim.subject().to_bytes()) else {
            return Coverage::NoProof;
        };
        match proofs.get(*place) {
            Some(Ok(_)) => Coverage::Covered(*place),
            Some(Err(error)) => Coverage::Refused(*place, error.clone()),
            None => Coverage::NoProof,
        }
    }

    /// Checks a proof that somebody enrolled consented to this request: it says nothing about
    /// whom any record is about, and two such proofs may be of one patient.
    ///
    /// # Errors
    /// Those of [`ProofVerifier::verify`].
    pub fn verify_that_someone_consented(
        &self,
        verifier: &ProofVerifier<'_>,
        proof: &SignedProof,
        time: Freshness<'_>,
        replay: &mut dyn ReplayStore,
    ) -> Result<CheckedProof> {
        let checked = self.check_that_someone_consented(verifier, proof, time)?;
        checked.use_up(replay)?;
        Ok(checked)
    }

    /// As [`Asked::verify_that_someone_consented`], whether the proof was used before or not: for
    /// audits of what happened.
    ///
    /// # Errors
    /// Those of [`ProofVerifier::check`].
    pub fn check_that_someone_consented(
        &self,
        verifier: &ProofVerifier<'_>,
        proof: &SignedProof,
        time: Freshness<'_>,
    ) -> Result<CheckedProof> {
        // The binding names the subject of the proof, which is nobody's that the verifier knows.
        let mut expected = self.expected(Some(proof.inputs().subject))?;
        expected.subject = None;
        verifier.check(proof, &expected, time)
    }
}

impl Extraction {
    /// One row for each record, in the order given.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The proofs in the order given.
    pub fn proofs(&self) -> &[Result<CheckedProof>] {
        &self.proofs
    }

    /// How many records are covered.
    #[must_use]
    pub fn covered(&self) -> usize {
        let covered = |row: &&Row| matches!(row.coverage, Coverage::Covered(_));
        self.rows.iter().filter(covered).count()
    }

    /// Whether every record is covered; not so where there is none.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.rows.is_empty() && self.covered() == self.rows.len()
    }
}
