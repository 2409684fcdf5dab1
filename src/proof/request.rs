//! What somebody asks for with a proof.

use alloc::string::String;
use alloc::vec::Vec;

use crate::asymmetric::{Signer, VerifyingKey};
use crate::consent::enforce::ShortConsent;
use crate::consent::{Record, Vocabulary};
use crate::error::{Error, Result};
use crate::policy::{LabelSet, Labels};
use crate::tags;
use crate::transcript::Transcript;
use crate::zk::{self, Expected, Masks, Proof, PublicInputs, Scalar, SignedProof, Witness};

/// Most kinds of records that one request names: one for each category that a consent can have.
pub const BUCKETS: usize = 63;
/// Most bytes of the study's and the log's text, each.
const TEXT: usize = 1024;
/// Most purposes of one request.
const PURPOSES: usize = 64;

/// A request that has to come with a proof of consent.
#[derive(Clone)]
pub struct ProofRequest {
    /// The verifier's key: a proof for one verifier is none for another.
    pub verifier: VerifyingKey,
    /// The study or purpose, in the verifier's words: pseudonyms and nullifiers hang on it.
    pub study: String,
    /// The log or chain that will hold the proof; may be empty.
    pub log: String,
    /// The verifier's nonce, random for each request.
    pub nonce: [u8; 32],
    /// Codes of purposes of use; each has to be consented to.
    pub purposes: Vec<String>,
    /// The code of the action.
    pub action: String,
    /// The labels of the records asked for, one entry for each kind of them, 1 to 63.
    pub buckets: Vec<Labels>,
    /// The digest of one record's fixed part, if it is about one record.
    pub record: Option<[u8; 32]>,
}

impl ProofRequest {
    /// What the request asks for under a vocabulary: computed here, never taken from the prover.
    ///
    /// # Errors
    /// [`Error::Argument`] for codes that the vocabulary does not have, for no purpose, no bucket,
    /// and for more than there can be; [`Error::Masks`] for a bucket that leaves its level, type
    /// or a pinned sensitivity open, which no consent covers.
    pub fn under(self, vocabulary: &Vocabulary) -> Result<Asked> {
        if self.study.len() > TEXT || self.log.len() > TEXT {
            return Err(Error::Argument("study and log: 1,024 bytes"));
        }
        if !(1..=BUCKETS).contains(&self.buckets.len()) {
            return Err(Error::Argument("1 to 63 kinds of records"));
        }
        if !(1..=PURPOSES).contains(&self.purposes.len()) {
            return Err(Error::Argument("1 to 64 purposes"));
        }
        let mut categories = 0;
        for labels in &self.buckets {
            categories |= categories_of(labels, vocabulary)?;
        }
        let mut purposes = 0;
        for code in &self.purposes {
            let bit = ShortConsent::purpose_bit(code, vocabulary);
            purposes |= bit.ok_or(Error::Argument("a purpose of use of the vocabulary"))?;
        }
        let action = ShortConsent::action_bit(&self.action, vocabulary);
        let action = action.ok_or(Error::Argument("an action of the vocabulary"))?;
        let mut asked = Asked {
            masks: Masks::new(categories, purposes, action)?,
            vocabulary: *vocabulary.hash(),
            context: zk::context(&self.verifier, &self.study)?,
            digest: [0; 32],
            request: self,
        };
        asked.digest = asked.compute_digest();
        Ok(asked)
    }
}

/// The categories of what these labels say.
pub(super) fn categories_of(labels: &Labels, vocabulary: &Vocabulary) -> Result<u64> {
    ShortConsent::categories_of(&Record::of_labels(labels, vocabulary)?, vocabulary)
}

/// A request with what it means under a vocabulary.
#[derive(Clone)]
pub struct Asked {
    request: ProofRequest,
    masks: Masks,
    vocabulary: [u8; 32],
    context: Scalar,
    digest: [u8; 32],
}

impl Asked {
    /// The request.
    #[must_use]
    pub fn request(&self) -> &ProofRequest {
        &self.request
    }

    /// What is asked for.
    #[must_use]
    pub fn masks(&self) -> &Masks {
        &self.masks
    }

    /// What the grantee signs: the digest of the request, the vocabulary included.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    fn compute_digest(&self) -> [u8; 32] {
        let request = &self.request;
        let count = |length: usize| (length as u64).to_be_bytes();
        let mut transcript = Transcript::new(tags::ZK_REQUEST)
            .item(&request.verifier.to_bytes())
            .item(request.study.as_bytes())
            .item(request.log.as_bytes())
            .item(&request.nonce)
            .item(&self.vocabulary)
            .item(request.action.as_bytes())
            .item(request.record.as_ref().map_or(&[], |it| it.as_slice()))
            .item(&count(request.purposes.len()));
        for code in &request.purposes {
            transcript = transcript.item(code.as_bytes());
        }
        for labels in &request.buckets {
            transcript = transcript.item(&LabelSet::from(labels).to_bytes());
        }
        transcript.finish()
    }

    /// What a proof for this request has to be about: with a subject about that patient, without
    /// one about nobody in particular.
    ///
    /// # Errors
    /// None that can happen: those of the stream that field elements come from.
    pub fn expected(&self, subject: Option<Scalar>) -> Result<Expected> {
        let request = &self.request;
        let record = request.record.as_ref();
        let whom = subject.map(|it| it.to_bytes());
        let about = Transcript::new(tags::ZK_ABOUT)
            .item(record.map_or(&[], |it| it.as_slice()))
            .item(whom.as_ref().map_or(&[], |it| it.as_slice()))
            .finish();
        let log = request.log.as_bytes();
        Ok(Expected {
            request: self.digest,
            masks: self.masks,
            vocabulary: self.vocabulary,
            context: self.context,
            binding: zk::binding(&self.digest, &about, &request.verifier, log, &request.nonce)?,
            subject,
        })
    }

    /// The public inputs of a proof about the witness's patient at this time.
    ///
    /// # Errors
    /// [`Error::Unprovable`] where the statement is not true: there is no proof then.
    pub fn statement(&self, witness: &Witness, now: u64) -> Result<PublicInputs> {
        let subject = witness.key.subject(witness.opening.expose());
        let expected = self.expected(Some(subject))?;
        let mut inputs =
            witness.public_inputs(now, self.masks, expected.context, expected.binding)?;
        inputs.vocabulary = zk::vocabulary(&self.vocabulary)?;
        witness.check(&inputs)?;
        Ok(inputs)
    }

    /// The grantee signs a proof for this request.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(
        &self,
        grantee: &dyn Signer,
        inputs: PublicInputs,
        proof: Proof,
    ) -> Result<SignedProof> {
        SignedProof::sign(grantee, self.digest, inputs, proof)
    }
}
