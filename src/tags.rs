//! Every domain tag, format number and kind of object, once (SPEC.md, section 3).
//!
//! Two hashes can collide by mistake only if two inputs share a tag; so all tags stand here, and
//! a test demands that no two are equal and none is the prefix of another.

/// First five bytes of every binary object.
pub(crate) const MAGIC: [u8; 5] = *b"HIPPO";
/// Format version written by this release, and the newest it reads.
pub(crate) const VERSION: u8 = 1;

/// What an object is: the byte behind the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// A sealed record with its header.
    Envelope = 1,
    /// Many small records under one header.
    Batch = 2,
    /// A record's payload whose header is kept apart.
    Payload = 3,
    /// An authority's secret key.
    AuthorityKey = 16,
    /// An authority's public file.
    AuthorityPublic = 17,
    /// A holder's attribute key.
    UserKey = 18,
    /// One part of an authority's key.
    AuthorityShare = 21,
    /// A sender's Ed25519 signing key.
    SignerKey = 19,
    /// A sender's Ed25519 public key.
    SignerPublic = 20,
    /// Any of the secret objects, sealed under a passphrase.
    Locked = 32,
}

macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        $($(#[$doc])* pub(crate) const $name: &[u8] = $text.as_bytes();)+
        #[cfg(test)]
        const ALL: &[&str] = &[$($text),+];
    };
}

tags! {
    // Hash to curve (RFC 9380): the last words name the suite, as section 3.1 there asks.
    /// Attributes of one authority to G1.
    ATTRIBUTE_TO_G1 = "HIPPO-V01-CP-ATTRIBUTE-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
    /// FABEO's second base b.
    BASE_TO_G1 = "HIPPO-V01-CP-BASE-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";

    // FABEO under the Fujisaki-Okamoto transformation.
    /// Digest of an authority's public parameter E: the authority id.
    CP_AUTHORITY = "HIPPO-V01-CP-AUTHORITY-ID";
    /// Extraction of the coins' pseudorandom key.
    CP_COINS = "HIPPO-V01-CP-COINS";
    /// Expansion of the coins into scalars.
    CP_COIN_SCALAR = "HIPPO-V01-CP-COIN-SCALAR";
    /// Expansion of the coins into the capsule's own key.
    CP_COIN_KEY = "HIPPO-V01-CP-COIN-KEY";
    /// The mask over the message.
    CP_MASK = "HIPPO-V01-CP-MASK";
    /// Digest of a whole ciphertext.
    CP_CIPHERTEXT = "HIPPO-V01-CP-CIPHERTEXT";
    /// The key of a capsule that opened.
    CP_KEY = "HIPPO-V01-CP-KEY";
    /// The key of a capsule that did not.
    CP_REJECT = "HIPPO-V01-CP-REJECT";
    /// A user key's rejection secret.
    CP_REJECT_SECRET = "HIPPO-V01-CP-Z";
    /// Weights of the batched re-encryption check.
    CP_CHECK = "HIPPO-V01-CP-CHECK";
    /// Key under which an authority's key is sealed for its parts.
    AUTHORITY_BACKUP = "HIPPO-V01-AUTHORITY-BACKUP";
    /// Self-signature of an authority's public file.
    AUTHORITY_SIGNATURE = "HIPPO-V01-AUTHORITY-SELF-SIGNATURE";

    // Envelope.
    /// Commitment to the data key.
    ENVELOPE_COMMIT = "HIPPO-V01-ENVELOPE-COMMIT";
    /// Key of the encrypted metadata.
    ENVELOPE_META = "HIPPO-V01-ENVELOPE-METADATA";
    /// Digest h of the fixed part.
    ENVELOPE_FIXED = "HIPPO-V01-ENVELOPE-FIXED";
    /// Key of the header's authentication code.
    ENVELOPE_HEADER = "HIPPO-V01-ENVELOPE-HEADER";
    /// Key of the payload.
    ENVELOPE_PAYLOAD = "HIPPO-V01-ENVELOPE-PAYLOAD";
    /// Key that wraps the data key in one stanza.
    ENVELOPE_WRAP = "HIPPO-V01-ENVELOPE-WRAP";
    /// Sender's signature in the header.
    SENDER_HEADER = "HIPPO-V01-SENDER-SIGNS-HEADER";
    /// Sender's signature after the payload.
    SENDER_PAYLOAD = "HIPPO-V01-SENDER-SIGNS-PAYLOAD";
    /// Digest of the ciphertext chunks that the trailer signs.
    SENDER_CHUNKS = "HIPPO-V01-SENDER-CHUNKS";
    /// Key of one member of a batch.
    BATCH_MEMBER = "HIPPO-V01-BATCH-MEMBER";
    /// Key of a batch's closing code.
    BATCH_CLOSE = "HIPPO-V01-BATCH-CLOSE";
    /// Digest of the ids of all members of a batch.
    BATCH_MEMBERS = "HIPPO-V01-BATCH-NAMES";
    /// Digest of one member's ciphertext, which its sender signs.
    BATCH_CIPHERTEXT = "HIPPO-V01-BATCH-CIPHERTEXT";
    /// Sender's signature over one member of a batch.
    SENDER_MEMBER = "HIPPO-V01-SENDER-SIGNS-MEMBER";
    /// Sender's signature over a batch's count of members.
    SENDER_CLOSE = "HIPPO-V01-SENDER-SIGNS-CLOSE";
    /// Writer's signature over the access part.
    WRITER_ACCESS = "HIPPO-V01-WRITER-SIGNS-ACCESS";

    // Keys.
    /// Fingerprint of a public key.
    FINGERPRINT = "HIPPO-V01-FINGERPRINT";
    /// Self-signature of a signer's public file.
    SIGNER_SIGNATURE = "HIPPO-V01-SIGNER-SELF-SIGNATURE";
    /// Key made from a passphrase.
    LOCK = "HIPPO-V01-PASSPHRASE-LOCK";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn no_tag_is_the_beginning_of_another() {
        for (i, a) in ALL.iter().enumerate() {
            for (j, b) in ALL.iter().enumerate() {
                assert!(i == j || !b.starts_with(a), "{a} begins {b}");
            }
        }
    }
}
