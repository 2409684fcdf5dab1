//! What everybody sees of a proof.

use super::masks::Masks;
use crate::curve::Scalar;
use crate::error::{Error, Result};

/// How many public inputs a proof has.
pub const PUBLIC_INPUTS: usize = 11;

/// The public inputs, in the order of the statement (SPEC.md, section 19.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicInputs {
    /// Root of the enrolled keys.
    pub enrolment_root: Scalar,
    /// Root of the bitmaps of revoked consents.
    pub revocation_root: Scalar,
    /// The time that the consent is in force at, in Unix seconds.
    pub now: u64,
    /// What is asked for.
    pub masks: Masks,
    /// [`grantee`](super::grantee) of the requester's key.
    pub grantee: Scalar,
    /// [`vocabulary`](super::vocabulary) of the masks.
    pub vocabulary: Scalar,
    /// [`context`](super::context) of the pseudonym and nullifier.
    pub context: Scalar,
    /// What the consent is recognised by in the context.
    pub nullifier: Scalar,
    /// What the context calls the consent.
    pub pseudonym: Scalar,
    /// Whom the record is about, as its custodian committed to it.
    pub subject: Scalar,
    /// [`binding`](super::binding) to one request.
    pub binding: Scalar,
}

impl PublicInputs {
    /// The field elements in their order.
    #[must_use]
    pub fn to_scalars(&self) -> [Scalar; PUBLIC_INPUTS] {
        [
            self.enrolment_root,
            self.revocation_root,
            Scalar::from_u64(self.now),
            self.masks.packed(),
            self.grantee,
            self.vocabulary,
            self.context,
            self.nullifier,
            self.pseudonym,
            self.subject,
            self.binding,
        ]
    }

    /// From the field elements in their order.
    ///
    /// # Errors
    /// [`Error::Masks`]; [`Error::Field`] for a time beyond 64 bits.
    pub fn from_scalars(inputs: &[Scalar; PUBLIC_INPUTS]) -> Result<Self> {
        let [
            enrolment_root,
            revocation_root,
            now,
            masks,
            grantee,
            vocabulary,
            context,
            nullifier,
            pseudonym,
            subject,
            binding,
        ] = *inputs;
        let now = match super::field::unpacked(&now) {
            Some((now, 0, 0)) => now,
            _ => return Err(Error::Field("time of a proof")),
        };
        Ok(Self {
            enrolment_root,
            revocation_root,
            now,
            masks: Masks::from_packed(&masks)?,
            grantee,
            vocabulary,
            context,
            nullifier,
            pseudonym,
            subject,
            binding,
        })
    }

    /// The 352 bytes: every element in 32, big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32 * PUBLIC_INPUTS] {
        let mut bytes = [0; 32 * PUBLIC_INPUTS];
        for (to, from) in bytes.chunks_exact_mut(32).zip(self.to_scalars()) {
            to.copy_from_slice(&from.to_bytes());
        }
        bytes
    }

    /// Reads exactly the bytes of [`PublicInputs::to_bytes`].
    ///
    /// # Errors
    /// [`Error::ScalarRange`] for an element that is not below q; those of
    /// [`PublicInputs::from_scalars`].
    pub fn from_bytes(bytes: &[u8; 32 * PUBLIC_INPUTS]) -> Result<Self> {
        let mut inputs = [Scalar::ZERO; PUBLIC_INPUTS];
        for (to, from) in inputs.iter_mut().zip(bytes.chunks_exact(32)) {
            *to = Scalar::from_bytes(from.try_into().map_err(|_| Error::Truncated)?)?;
        }
        Self::from_scalars(&inputs)
    }
}
