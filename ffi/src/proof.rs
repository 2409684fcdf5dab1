//! Proofs in zero knowledge that a consent covers a request: verified, without names.

use std::path::Path;
use std::sync::Arc;

use hippocrypt::consent::Vocabulary;
use hippocrypt::keys::SignerPublic;
use hippocrypt::zk::{
    Checkpoint, DirectoryReplayStore, Expected, Freshness, Masks, MemoryReplayStore, PreparedKey,
    ProofKey, ProofPolicy, ProofReceipt, ProofVerifier, ReplayStore, Scalar, SignedProof, Trust,
    binding, context,
};

use crate::answer::{Fixed, New, Number};
use crate::argument::{Array, Bytes, Flag, Keep, Keeps, Look, Maybe, Mut, Ref, Text};
use crate::buffer::{Buffer, binary};
use crate::handle::Handle;

/// A verifier, and what it relies on.
pub struct Verifier {
    key: Arc<Handle<PreparedKey>>,
    checkpoints: Vec<Arc<Handle<Checkpoint>>>,
    policy: ProofPolicy,
}

/// The proofs that were used.
pub struct Used(Box<dyn ReplayStore + Send + Sync>);

noun!(PreparedKey, "hc_proof_key", Shared, /// Frees a key of proofs.
    hc_proof_key_free);
noun!(Checkpoint, "hc_checkpoint", Shared, /// Frees a checkpoint.
    hc_checkpoint_free);
noun!(ProofReceipt, "hc_proof_receipt", Shared, /// Frees a receipt.
    hc_proof_receipt_free);
noun!(Verifier, "hc_proof_verifier", Shared, /// Frees a verifier.
    hc_proof_verifier_free);
noun!(Expected, "hc_proof_expectation", Exclusive, /// Frees an expectation.
    hc_proof_expectation_free);
noun!(Used, "hc_replay_store", Exclusive, /// Frees a store; what is on disk stays.
    hc_replay_store_free);
object!(
    SignedProof,
    "hc_signed_proof",
    hc_signed_proof_from_bytes,
    hc_signed_proof_to_bytes,
    hc_signed_proof_free,
    plain
);

impl Verifier {
    fn with<T>(
        &self,
        check: impl FnOnce(ProofVerifier<'_>) -> hippocrypt::Result<T>,
    ) -> hippocrypt::Result<T> {
        let checkpoints = self.checkpoints.iter().map(|it| it.value());
        check(ProofVerifier::new(
            self.key.value(),
            checkpoints,
            self.policy,
        )?)
    }
}

export! {
    /// Takes a key of proofs.
    fn hc_proof_key_from_bytes(bytes[length]: Bytes, pinned: Maybe<Array<32>>) -> key: New<PreparedKey> {
        let key = binary(bytes, ProofKey::from_bytes)?;
        let circuit = *key.depth().circuit();
        let trust = pinned.map_or(Trust::Development, |digest| Trust::Pinned(*digest));
        Ok(PreparedKey::new(key, &circuit, trust)?)
    }

    /// What a key of proofs is pinned by.
    fn hc_proof_key_digest(key: Ref<PreparedKey>) -> digest: Fixed<32> {
        Ok(key.key().digest())
    }

    /// Reads a checkpoint of a registry.
    fn hc_checkpoint_from_bytes(bytes[length]: Bytes, registry: Ref<SignerPublic>) -> checkpoint: New<Checkpoint> {
        let registry = registry.verifying_key();
        Ok(binary(bytes, |bytes| Checkpoint::from_bytes(bytes, &registry))?)
    }

    /// When a checkpoint was made.
    fn hc_checkpoint_time(checkpoint: Ref<Checkpoint>) -> time: Number<u64> {
        Ok(checkpoint.time())
    }

    /// Reads a receipt of a log.
    fn hc_proof_receipt_from_bytes(bytes[length]: Bytes, log: Ref<SignerPublic>) -> receipt: New<ProofReceipt> {
        let log = log.verifying_key();
        Ok(binary(bytes, |bytes| ProofReceipt::from_bytes(bytes, &log))?)
    }

    /// A verifier that relies on a key and on checkpoints.
    fn hc_proof_verifier_new(key: Keep<PreparedKey>, checkpoints[count]: Keeps<Checkpoint>, skew: u64, revocation_age: u64, one_use: Flag)
        -> verifier: New<Verifier> {
        let verifier = Verifier { key, checkpoints, policy: ProofPolicy { skew, revocation_age, one_use } };
        verifier.with(|_| Ok(()))?;
        Ok(verifier)
    }

    /// What a verifier expects of a proof.
    fn hc_proof_expectation_new(request: Array<32>, categories: u64, purposes: u64, actions: u16, vocabulary: Ref<Vocabulary>,
        verifier: Ref<SignerPublic>, study: Text, about: Array<32>, log[log_length]: Bytes, nonce: Array<32>)
        -> expectation: New<Expected> {
        let key = verifier.verifying_key();
        Ok(Expected {
            request: *request,
            masks: Masks::new(categories, purposes, actions)?,
            vocabulary: *vocabulary.hash(),
            context: context(&key, study)?,
            binding: binding(request, about, &key, log, nonce)?,
            subject: None,
        })
    }

    /// Whom it has to be about.
    fn hc_proof_expectation_set_subject(expectation: Mut<Expected>, subject: Array<32>) {
        expectation.subject = Some(Scalar::from_bytes(subject)?);
        Ok(())
    }

    /// The used proofs, in a directory.
    fn hc_replay_store_open(directory: Text) -> store: New<Used> {
        Ok(Used(Box::new(DirectoryReplayStore::open(Path::new(directory))?)))
    }

    /// The used proofs, in memory.
    fn hc_replay_store_in_memory() -> store: New<Used> {
        Ok(Used(Box::new(MemoryReplayStore::new())))
    }

    /// Checks a proof, and uses it up.
    fn hc_proof_verifier_verify(verifier: Ref<Verifier>, proof: Ref<SignedProof>, expectation: Look<Expected>, now: u64,
        receipt: Maybe<Ref<ProofReceipt>>, used: Maybe<Mut<Used>>) {
        let time = receipt.map_or(Freshness::Now(now), Freshness::Received);
        let checked = verifier.with(|verifier| verifier.check(proof, &expectation, time))?;
        match &mut used {
            Some(store) => Ok(checked.use_up(store.0.as_mut())?),
            None => Ok(()),
        }
    }

    /// Who asked, and signed the proof.
    fn hc_signed_proof_grantee(proof: Ref<SignedProof>) -> key: Fixed<32> {
        Ok(proof.grantee().to_bytes())
    }

    /// What the consent is called in the context of the study, whoever gave it.
    fn hc_signed_proof_pseudonym(proof: Ref<SignedProof>) -> pseudonym: Fixed<32> {
        Ok(proof.inputs().pseudonym.to_bytes())
    }
}
