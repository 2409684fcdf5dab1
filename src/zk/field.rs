//! Field elements of other things: the uses of Poseidon, integers, bytes.

use crate::asymmetric::VerifyingKey;
use crate::curve::{PublicScalar, Scalar};
use crate::error::Result;
use crate::secret::Secret;
use crate::tags;
use crate::transcript::{Transcript, Xof};

/// What Poseidon is used for. A changed statement takes new uses: the version is in them.
///
/// The tag of a use is its number times 256 and how many elements it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// An enrolled key in its tree.
    Leaf,
    /// A node of the enrolment tree.
    EnrolmentNode,
    /// A node of the revocation tree.
    RevocationNode,
    /// The first half of a consent.
    Consent,
    /// A consent: the message that is signed.
    ConsentEnd,
    /// A signature's nonce and key.
    Commitment,
    /// A signature's challenge.
    Challenge,
    /// Who a record is about, hidden.
    Subject,
    /// What a consent in a context is recognised by.
    Nullifier,
    /// What a context calls a consent.
    Pseudonym,
    /// A place of the enrolment tree where nobody is enrolled.
    EmptyLeaf,
    /// A proof of possession's nonce and key.
    Possession,
    /// What a proof of possession is for.
    PossessionContext,
}

impl Use {
    /// The number of the use, and how many elements it takes.
    #[must_use]
    pub const fn number_and_arity(self) -> (u16, u8) {
        match self {
            Self::Leaf => (1, 2),
            Self::EnrolmentNode => (2, 4),
            Self::RevocationNode => (3, 4),
            Self::Consent => (4, 4),
            Self::ConsentEnd => (5, 4),
            Self::Commitment => (6, 4),
            Self::Challenge => (7, 2),
            Self::Subject => (8, 3),
            Self::Nullifier => (9, 2),
            Self::Pseudonym => (10, 2),
            Self::EmptyLeaf => (11, 0),
            Self::Possession => (12, 4),
            Self::PossessionContext => (13, 1),
        }
    }

    /// The element that begins the permutation.
    #[must_use]
    pub fn tag(self) -> Scalar {
        let (number, arity) = self.number_and_arity();
        Scalar::from_u64(u64::from(number) * 256 + u64::from(arity))
    }
}

/// An integer as a field element.
pub(super) fn of_u128(value: u128) -> Scalar {
    PublicScalar::from_u128(value).into()
}

/// `low + 2^64 middle + 2^128 high`, all within 192 bits.
pub(super) fn packed(low: u64, middle: u64, high: u32) -> Scalar {
    let two_128 = of_u128(1 << 64) * of_u128(1 << 64);
    let lower = of_u128(u128::from(low) | u128::from(middle) << 64);
    lower + two_128 * Scalar::from_u64(u64::from(high))
}

/// The three integers of [`packed`], if there are such.
pub(super) fn unpacked(element: &Scalar) -> Option<(u64, u64, u64)> {
    let bytes = element.to_bytes();
    let (zeros, rest) = bytes.split_first_chunk::<8>()?;
    let (high, rest) = rest.split_first_chunk::<8>()?;
    let (middle, low) = rest.split_first_chunk::<8>()?;
    let low = low.first_chunk::<8>()?;
    let number = |bytes: &[u8; 8]| u64::from_be_bytes(*bytes);
    (*zeros == [0; 8]).then_some((number(low), number(middle), number(high)))
}

/// A field element that stands for a list of bytes: 64 bytes of the scheme's stream, reduced.
fn of_bytes(tag: &'static [u8], items: &[&[u8]]) -> Result<Scalar> {
    let transcript = items.iter().fold(Transcript::new(tag), |transcript, item| {
        transcript.item(item)
    });
    let scalar = Xof::new(Secret::new(transcript.finish()), tag).scalar()?;
    Ok(*scalar.expose())
}

/// What a proof of possession is for.
pub(super) fn possession(context: &[u8]) -> Result<Scalar> {
    of_bytes(tags::ZK_POSSESSION, &[context])
}

/// The public input for a vocabulary, from its SHA-256.
///
/// # Errors
/// None that can happen: the stream is 64 bytes long.
pub fn vocabulary(hash: &[u8; 32]) -> Result<Scalar> {
    of_bytes(tags::ZK_VOCABULARY, &[hash])
}

/// The public input for a grantee, from the key that signs requests.
///
/// # Errors
/// As [`vocabulary`].
pub fn grantee(key: &VerifyingKey) -> Result<Scalar> {
    of_bytes(tags::ZK_GRANTEE, &[&key.to_bytes()])
}

/// The public input for a context: one verifier and what it calls the study or purpose. A consent
/// has one nullifier and one pseudonym in each.
///
/// # Errors
/// As [`vocabulary`].
pub fn context(verifier: &VerifyingKey, study: &str) -> Result<Scalar> {
    of_bytes(tags::ZK_CONTEXT, &[&verifier.to_bytes(), study.as_bytes()])
}

/// The public input that binds a proof to one request: the digest of the request, what it is for
/// (the digest of a record's fixed part, or of a list), the verifier, the log or chain that will
/// hold it, and the verifier's nonce.
///
/// # Errors
/// As [`vocabulary`].
pub fn binding(
    request: &[u8; 32],
    about: &[u8; 32],
    verifier: &VerifyingKey,
    log: &[u8],
    nonce: &[u8; 32],
) -> Result<Scalar> {
    let verifier = verifier.to_bytes();
    of_bytes(tags::ZK_BINDING, &[request, about, &verifier, log, nonce])
}
