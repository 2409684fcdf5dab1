//! What a verifier demands of a proof beside that it is one (SPEC.md, section 19.4).

use alloc::vec::Vec;

use super::field;
use super::masks::Masks;
use super::registry::Checkpoint;
use super::replay::{ReplayKey, ReplayStore};
use super::signed_proof::{ProofReceipt, SignedProof};
use super::statement::PublicInputs;
use super::verify::PreparedKey;
use crate::asymmetric::VerifyingKey;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;

/// What the verifier found itself: a proof that says anything else is refused.
#[derive(Clone, Copy)]
pub struct Expected {
    /// The digest of the request.
    pub request: [u8; 32],
    /// What the request asks for.
    pub masks: Masks,
    /// SHA-256 of the vocabulary of the masks.
    pub vocabulary: [u8; 32],
    /// [`context`](super::context) of the verifier and its study.
    pub context: Scalar,
    /// [`binding`](super::binding) of request, what it is about, verifier, log and nonce.
    pub binding: Scalar,
    /// Whom it is about, from a fixed part that a custodian signed whom the verifier knows; none
    /// where only that someone consented is asked.
    pub subject: Option<Scalar>,
}

/// When a proof has to have been fresh.
#[derive(Clone, Copy)]
pub enum Freshness<'a> {
    /// Now, by the verifier's clock in Unix seconds.
    Now(u64),
    /// When a log that the verifier knows received it. Never the prover's word.
    Received(&'a ProofReceipt),
}

/// How far a proof's time may lie from the clock and how old its roots may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofPolicy {
    /// Seconds between the proof's time and the clock, either way.
    pub skew: u64,
    /// Seconds between the checkpoint of the revocation root and the proof's time.
    pub revocation_age: u64,
    /// Whether a consent counts once in its context.
    pub one_use: bool,
}

impl Default for ProofPolicy {
    /// 300 seconds, an hour, and any number of uses.
    fn default() -> Self {
        Self {
            skew: 300,
            revocation_age: 3600,
            one_use: false,
        }
    }
}

/// A verifier: a key of proofs, a registry's checkpoints, and a policy.
pub struct ProofVerifier<'a> {
    key: &'a PreparedKey,
    checkpoints: Vec<&'a Checkpoint>,
    policy: ProofPolicy,
}

/// A proof that was checked in every respect but that of having been used before.
pub struct CheckedProof {
    inputs: PublicInputs,
    grantee: VerifyingKey,
    received: u64,
    one_use: bool,
}

impl<'a> ProofVerifier<'a> {
    /// A verifier that relies on the registry of these checkpoints, which were read under its key.
    /// With none of them every root is unknown, and every proof is refused.
    ///
    /// # Errors
    /// [`Error::Roots`] for checkpoints of several registries, or of trees of another height than
    /// the key's.
    pub fn new(
        key: &'a PreparedKey,
        checkpoints: impl IntoIterator<Item = &'a Checkpoint>,
        policy: ProofPolicy,
    ) -> Result<Self> {
        let checkpoints: Vec<&Checkpoint> = checkpoints.into_iter().collect();
        let first = checkpoints.first().map(|it| *it.registry());
        if checkpoints.iter().any(|it| Some(*it.registry()) != first) {
            return Err(Error::Roots("checkpoints of several registries"));
        }
        if checkpoints.iter().any(|it| it.depth() != key.key().depth()) {
            return Err(Error::Roots("of a tree of another height"));
        }
        Ok(Self {
            key,
            checkpoints,
            policy,
        })
    }

    /// Checks a proof and uses it up.
    ///
    /// # Errors
    /// As [`ProofVerifier::check`] and [`CheckedProof::use_up`].
    pub fn verify(
        &self,
        proof: &SignedProof,
        expected: &Expected,
        time: Freshness<'_>,
        replay: &mut dyn ReplayStore,
    ) -> Result<CheckedProof> {
        let checked = self.check(proof, expected, time)?;
        checked.use_up(replay)?;
        Ok(checked)
    }

    /// Checks a proof, whether it was used before or not: for audits of what happened.
    ///
    /// # Errors
    /// [`Error::Statement`] where it is about something else than expected, [`Error::Replayed`]
    /// where its time is too far from now, [`Error::Roots`] for roots that are unknown, not a
    /// pair, not current or too old, [`Error::Verify`] for the proof itself.
    pub fn check(
        &self,
        proof: &SignedProof,
        expected: &Expected,
        time: Freshness<'_>,
    ) -> Result<CheckedProof> {
        let checked = self.check_statement(proof, expected, time)?;
        self.key.verify(proof.inputs(), proof.proof())?;
        Ok(checked)
    }

    /// Checks many proofs, each with what is expected of it: the pairings of all together.
    /// Where one fails, every one is checked by itself. Answers in the order of the proofs.
    ///
    /// # Errors
    /// [`Error::Randomness`] alone; what is wrong with a proof stands in its place.
    pub fn check_all(
        &self,
        proofs: &[(&SignedProof, Expected, Freshness<'_>)],
        rng: &mut dyn Randomness,
    ) -> Result<Vec<Result<CheckedProof>>> {
        let statements: Vec<Result<CheckedProof>> = proofs
            .iter()
            .map(|(proof, expected, time)| self.check_statement(proof, expected, *time))
            .collect();
        let sound: Vec<_> = proofs
            .iter()
            .zip(&statements)
            .filter(|(_, statement)| statement.is_ok())
            .map(|((proof, ..), _)| (*proof.inputs(), *proof.proof()))
            .collect();
        let together = match sound.as_slice() {
            [] => Ok(()),
            _ => self.key.verify_batch(&sound, rng),
        };
        match together {
            Ok(()) => Ok(statements),
            Err(Error::Verify) => Ok(statements
                .into_iter()
                .zip(proofs)
                .map(|(statement, (proof, ..))| {
                    let checked = statement?;
                    self.key.verify(proof.inputs(), proof.proof())?;
                    Ok(checked)
                })
                .collect()),
            Err(error) => Err(error),
        }
    }

    /// Everything but the proof itself.
    fn check_statement(
        &self,
        proof: &SignedProof,
        expected: &Expected,
        time: Freshness<'_>,
    ) -> Result<CheckedProof> {
        let inputs = proof.inputs();
        let other = |what| Err(Error::Statement(what));
        if *proof.request() != expected.request {
            return other("the request");
        }
        if inputs.grantee != field::grantee(proof.grantee())? {
            return other("the grantee, who has to sign");
        }
        if inputs.masks != expected.masks {
            return other("what is asked for");
        }
        if inputs.vocabulary != field::vocabulary(&expected.vocabulary)? {
            return other("the vocabulary");
        }
        if inputs.context != expected.context {
            return other("the context");
        }
        if inputs.binding != expected.binding {
            return other("the binding");
        }
        if expected.subject.is_some_and(|it| it != inputs.subject) {
            return other("the patient of the record");
        }
        let received = match time {
            Freshness::Now(clock) => clock,
            Freshness::Received(receipt) => receipt.time_of(proof)?,
        };
        if inputs.now.abs_diff(received) > self.policy.skew {
            return Err(Error::Replayed("the proof's time is too far from now"));
        }
        self.check_roots(inputs)?;
        Ok(CheckedProof {
            inputs: *inputs,
            grantee: *proof.grantee(),
            received,
            one_use: self.policy.one_use,
        })
    }

    /// The roots have to be those of the one checkpoint that was the latest at the proof's time.
    fn check_roots(&self, inputs: &PublicInputs) -> Result<()> {
        let refused = |what| Err(Error::Roots(what));
        let enrolment = |it: &&&Checkpoint| it.enrolment_root() == inputs.enrolment_root;
        let revocation = |it: &&&Checkpoint| it.revocation_root() == inputs.revocation_root;
        let all = || self.checkpoints.iter();
        if all().find(enrolment).is_none() || all().find(revocation).is_none() {
            return refused("not in any checkpoint");
        }
        if all().filter(enrolment).find(revocation).is_none() {
            return refused("of different checkpoints");
        }
        let until = inputs.now.saturating_add(self.policy.skew);
        let before = all().filter(|it| it.time() <= inputs.now);
        // A registry's clock may run ahead: then the first one behind the proof's time.
        let own = all().filter(enrolment).filter(revocation);
        let Some(own) = own
            .filter(|it| it.time() <= until)
            .max_by_key(|it| it.time())
        else {
            return refused("later than the proof");
        };
        if before.into_iter().any(|it| it.time() > own.time()) {
            return refused("not current any more at the proof's time");
        }
        if inputs.now.saturating_sub(own.time()) > self.policy.revocation_age {
            return refused("too old to know of revocations");
        }
        Ok(())
    }
}

impl CheckedProof {
    /// Uses the proof up: its binding, and where the policy says so its consent in this context.
    /// Neither hangs on the proof's bytes, which anybody can change.
    ///
    /// # Errors
    /// [`Error::Replayed`]; those of the store.
    pub fn use_up(&self, store: &mut dyn ReplayStore) -> Result<()> {
        if !store.take(&ReplayKey::binding(&self.inputs.binding))? {
            return Err(Error::Replayed("the proof was used before"));
        }
        let again = ReplayKey::one_use(&self.inputs.nullifier, &self.inputs.context);
        if self.one_use && !store.take(&again)? {
            return Err(Error::Replayed(
                "the consent was used in this context before",
            ));
        }
        Ok(())
    }

    /// What was proven.
    #[must_use]
    pub fn inputs(&self) -> &PublicInputs {
        &self.inputs
    }

    /// Who asked.
    #[must_use]
    pub fn grantee(&self) -> &VerifyingKey {
        &self.grantee
    }

    /// When it was fresh: the clock, or the receipt's time.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received
    }
}
