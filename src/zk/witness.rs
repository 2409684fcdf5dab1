//! What only the prover knows.

use super::consent::Consent;
use super::field;
use super::key::ConsentPublicKey;
use super::masks::Masks;
use super::path::{EnrolmentPath, RevocationPath};
use super::signature::Signature;
use super::statement::PublicInputs;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The private inputs of a proof.
pub struct Witness {
    /// The patient's key.
    pub key: ConsentPublicKey,
    /// From the key's leaf to the root.
    pub enrolment: EnrolmentPath,
    /// The consent.
    pub consent: Consent,
    /// The patient's signature over it.
    pub signature: Signature,
    /// From the consent's bit to the root.
    pub revocation: RevocationPath,
    /// r of the record's subject.
    pub opening: Secret<Scalar>,
}

impl Witness {
    /// The public inputs of the true statement about this consent, for this request.
    ///
    /// # Errors
    /// As [`field::vocabulary`].
    pub fn public_inputs(
        &self,
        now: u64,
        masks: Masks,
        context: Scalar,
        binding: Scalar,
    ) -> Result<PublicInputs> {
        Ok(PublicInputs {
            enrolment_root: self.enrolment.root(self.key.leaf()),
            revocation_root: self.revocation.root(),
            now,
            masks,
            grantee: field::grantee(&self.consent.grantee)?,
            vocabulary: field::vocabulary(&self.consent.vocabulary)?,
            context,
            nullifier: self.consent.nullifier(&context),
            pseudonym: self.consent.pseudonym(&context),
            subject: self.key.subject(self.opening.expose()),
            binding,
        })
    }

    /// Whether the statement is true of this witness; the first part of it that is not.
    ///
    /// # Errors
    /// [`Error::Unprovable`].
    pub fn check(&self, inputs: &PublicInputs) -> Result<()> {
        let no = |what| Err(Error::Unprovable(what));
        if self.consent.verify(&self.key, &self.signature).is_err() {
            return no("the patient's signature over the consent");
        }
        if !self.consent.masks.cover(&inputs.masks) {
            return no("the request is beyond the consent");
        }
        if !(self.consent.not_before..self.consent.expires).contains(&inputs.now) {
            return no("the consent is not in force at this time");
        }
        if self.revocation.index() != self.consent.index {
            return no("the place of another consent");
        }
        if self.revocation.is_revoked() {
            return no("the consent is revoked");
        }
        let (now, masks) = (inputs.now, inputs.masks);
        let own = self.public_inputs(now, masks, inputs.context, inputs.binding)?;
        if own.grantee != inputs.grantee || own.vocabulary != inputs.vocabulary {
            return no("the grantee or vocabulary is not the consent's");
        }
        if own.subject != inputs.subject {
            return no("the record is about another patient");
        }
        if own != *inputs {
            return no("roots, nullifier or pseudonym are others");
        }
        Ok(())
    }
}
