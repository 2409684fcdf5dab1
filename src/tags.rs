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
// A number is its object's, whether a build has the object or not.
#[cfg_attr(not(feature = "zk-prover"), allow(dead_code))]
pub(crate) enum Kind {
    /// A sealed record with its header.
    Envelope = 1,
    /// Many small records under one header.
    Batch = 2,
    /// A record's payload whose header is kept apart.
    Payload = 3,
    /// A recording in segments, which can be read while it grows.
    Session = 4,
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
    /// A key that blinds the labels of records.
    LabelKey = 22,
    /// A key that pseudonyms are made from.
    LinkageKey = 23,
    /// A patient's secret key.
    PatientKey = 24,
    /// A patient's public profile.
    PatientPublic = 25,
    /// The secret keys of somebody whom patients grant to.
    RecipientKey = 26,
    /// The public keys of somebody whom patients grant to.
    RecipientPublic = 27,
    /// A relay's secret keys.
    RelayKey = 28,
    /// A relay's public keys.
    RelayPublic = 29,
    /// Any of the secret objects, sealed under a passphrase.
    Locked = 32,
    /// A patient's grant to one recipient.
    Grant = 40,
    /// One relay's share of a grant, sealed to that relay.
    GrantShare = 41,
    /// What a recipient asks relays to transform.
    Requests = 42,
    /// What a relay answers.
    Answer = 43,
    /// Patients' revocations, put together by a publisher.
    RevocationList = 44,
    /// The proof that a relay answered wrongly.
    Blame = 45,
    /// What a relay must not forget, on its disk.
    #[cfg(feature = "std")]
    RelayJournal = 46,
    /// What a publisher of revocations must not forget.
    PublisherState = 47,
    /// A trustee's share of a patient's recovery key, sealed to the trustee.
    TrusteeShare = 48,
    /// The same, sealed by the trustee to a device that recovers.
    ReleasedShare = 49,
    /// A patient's later profile, signed for those who know an earlier one.
    Succession = 50,
    /// The seed of a patient's later key, sealed to the recovery key.
    SeedBackup = 51,
    /// A capsule prepared for one record, with its key.
    Coupon = 54,
    /// Coupons on their way to a device, sealed to it.
    CouponPack = 55,
    /// The coupons of a pack on a device's disk.
    #[cfg(feature = "std")]
    CouponFile = 56,
    /// The beginning of a store of coupons in a device's flash.
    CouponFlash = 57,
    /// A consent in its normal form.
    Terms = 72,
    /// A consent in its normal form, signed.
    SignedConsent = 73,
    /// What people say about records, signed.
    SignedLabels = 76,
    /// What a device says against a recovery.
    Objection = 68,
    /// Which successions somebody has seen, and since when.
    SeenSuccessions = 69,
    /// A patient's sharing among relays that many grants hang on.
    Sharing = 58,
    /// One relay's share of it, sealed to that relay.
    SharingShare = 59,
    /// The same in the relay's state, with its number.
    HeldSharing = 60,
    /// A relay's key for one refresh of the shares.
    RefreshInvitation = 61,
    /// What a relay deals the others in a refresh.
    RefreshDealing = 62,
    /// What the shares commit to after a refresh, signed by relays.
    RefreshStatement = 63,
    /// A patient's word that a sharing has ended.
    SharingEnd = 64,
    /// An issuer's word that a key is of somebody in a role.
    Credential = 65,
    /// Everything that a registry of consent keys keeps.
    ConsentRegistry = 80,
    /// A registry's word about the place of one consent.
    PlaceReceipt = 81,
    /// A revocation of one consent, for its registry.
    PlaceRevocation = 82,
    /// Both roots of a registry at one time.
    Checkpoint = 83,
    /// A short consent that can be proven, signed by the patient.
    ProvableConsent = 84,
    /// A proof of consent with what it is about.
    ConsentProof = 85,
    /// The key that verifies proofs of consent.
    ProofKey = 86,
    /// A log's word when it received a proof.
    ProofReceipt = 87,
    /// The key that makes proofs of consent.
    #[cfg(feature = "zk-prover")]
    ProvingKey = 88,
    /// Powers of a secret number that nobody knows, and who contributed to it.
    #[cfg(feature = "zk-prover")]
    Powers = 89,
    /// The second phase of a ceremony: a key in the making, and who contributed to it.
    #[cfg(feature = "zk-prover")]
    Ceremony = 90,
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

    // Grants: key-policy encryption to a patient, and its threshold proxy re-encryption.
    /// Labels of records to G1.
    LABEL_TO_G1 = "HIPPO-V01-KP-LABEL-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
    /// Digest of a patient's P: the patient id.
    KP_PATIENT = "HIPPO-V01-KP-PATIENT-ID";
    /// Digest of a capsule's labels.
    KP_LABELS = "HIPPO-V01-KP-LABELS";
    /// Digest of a capsule's rows T.
    KP_ROWS = "HIPPO-V01-KP-ROWS";
    /// Extraction of the coins' pseudorandom key.
    KP_COINS = "HIPPO-V01-KP-COINS";
    /// Expansion of the coins into scalars.
    KP_COIN_SCALAR = "HIPPO-V01-KP-COIN-SCALAR";
    /// Expansion of the coins into the capsule's own key.
    KP_COIN_KEY = "HIPPO-V01-KP-COIN-KEY";
    /// The mask over the message.
    KP_MASK = "HIPPO-V01-KP-MASK";
    /// Digest d of a whole capsule.
    KP_CAPSULE = "HIPPO-V01-KP-CAPSULE";
    /// The key of a capsule.
    KP_KEY = "HIPPO-V01-KP-KEY";
    /// Nonce of the proof of knowledge in a capsule.
    KP_NONCE = "HIPPO-V01-KP-NONCE";
    /// Challenge of the proof of knowledge in a capsule.
    KP_PROOF = "HIPPO-V01-KP-PROOF-OF-KNOWLEDGE";
    /// A key's secret from which the weights of its checks follow.
    KP_WEIGHT_SECRET = "HIPPO-V01-KP-WEIGHT-SECRET";
    /// Weights of the check of a capsule's rows.
    KP_WEIGHTS = "HIPPO-V01-KP-WEIGHTS";
    /// A patient's encryption scalar, from the seed.
    PATIENT_ALPHA = "HIPPO-V01-PATIENT-ALPHA";
    /// A patient's signing key, from the seed.
    PATIENT_SIGNING = "HIPPO-V01-PATIENT-SIGNING-KEY";
    /// What grants derive their randomness from, from the seed.
    PATIENT_GRANTS = "HIPPO-V01-PATIENT-GRANTS";
    /// A patient's recovery signing key, from the recovery secret.
    RECOVERY_SIGNING = "HIPPO-V01-RECOVERY-SIGNING-KEY";
    /// A patient's recovery HPKE key, from the recovery secret.
    RECOVERY_HPKE = "HIPPO-V01-RECOVERY-HPKE-KEY";
    /// Digest of a profile in what is sealed for recovery.
    PROFILE_DIGEST = "HIPPO-V01-PROFILE-DIGEST";
    /// Key under which the recovery secret is sealed for trustees.
    RECOVERY_SECRET = "HIPPO-V01-RECOVERY-SECRET-BACKUP";
    /// HPKE info of a seed that is sealed to the recovery key.
    RECOVERY_SEED = "HIPPO-V01-RECOVERY-SEED-BACKUP";
    /// Checksum of a trustee's share.
    RECOVERY_CHECKSUM = "HIPPO-V01-RECOVERY-SHARE-CHECKSUM";
    /// Digest of all that the trustees of one split have in common.
    RECOVERY_SPLIT = "HIPPO-V01-RECOVERY-SPLIT-DIGEST";
    /// The patient's signature over that.
    RECOVERY_SIGNATURE = "HIPPO-V01-PATIENT-SIGNS-SPLIT";
    /// HPKE info of a share that a trustee holds.
    RECOVERY_TO_TRUSTEE = "HIPPO-V01-RECOVERY-TO-TRUSTEE";
    /// HPKE info of a share that a trustee has released.
    RECOVERY_TO_DEVICE = "HIPPO-V01-RECOVERY-TO-DEVICE";
    /// Signature over a patient's later profile, by the device or the recovery key.
    SUCCESSION_SIGNATURE = "HIPPO-V01-PATIENT-SIGNS-SUCCESSION";
    /// Digest of a whole succession.
    SUCCESSION_DIGEST = "HIPPO-V01-SUCCESSION-DIGEST";
    /// The device's signature against a succession by the recovery key.
    SUCCESSION_OBJECTION = "HIPPO-V01-PATIENT-OBJECTS-TO-SUCCESSION";
    /// Challenge of the proof that a profile's maker has alpha.
    PROFILE_POSSESSION = "HIPPO-V01-PROFILE-POSSESSION";
    /// Nonce of that proof.
    PROFILE_NONCE = "HIPPO-V01-PROFILE-NONCE";
    /// Self-signature of a profile.
    PROFILE_SIGNATURE = "HIPPO-V01-PROFILE-SELF-SIGNATURE";
    /// Self-signature of a recipient's or relay's public file.
    PARTY_SIGNATURE = "HIPPO-V01-PARTY-SELF-SIGNATURE";
    /// Extraction of a grant's randomness.
    GRANT_COINS = "HIPPO-V01-GRANT-COINS";
    /// Expansion of a grant's randomness.
    GRANT_COIN_STREAM = "HIPPO-V01-GRANT-COIN-STREAM";
    /// Digest of a grant's header.
    GRANT_HEADER = "HIPPO-V01-GRANT-HEADER";
    /// Digest of a policy that relays do not see.
    GRANT_POLICY = "HIPPO-V01-GRANT-POLICY";
    /// Digest of the recipient's components.
    GRANT_COMPONENTS = "HIPPO-V01-GRANT-COMPONENTS";
    /// The patient's signature over a grant.
    GRANT_SIGNATURE = "HIPPO-V01-PATIENT-SIGNS-GRANT";
    /// HPKE info of a relay's share.
    GRANT_TO_RELAY = "HIPPO-V01-GRANT-TO-RELAY";
    /// HPKE info of the recipient's components.
    GRANT_TO_RECIPIENT = "HIPPO-V01-GRANT-TO-RECIPIENT";
    /// Weights of the check of a recipient's components.
    GRANT_CHECK = "HIPPO-V01-GRANT-CHECK";
    /// The recipient's signature over a request.
    REQUEST_SIGNATURE = "HIPPO-V01-RECIPIENT-SIGNS-REQUEST";
    /// A relay's signature over an answer.
    ANSWER_SIGNATURE = "HIPPO-V01-RELAY-SIGNS-ANSWER";
    /// Weights of the check of an answer's powers together.
    ANSWER_WEIGHTS = "HIPPO-V01-GRANT-ANSWER-WEIGHTS";
    /// A patient's signature over a revocation.
    REVOCATION_ENTRY = "HIPPO-V01-PATIENT-SIGNS-REVOCATION";
    /// A publisher's signature over a list of revocations.
    REVOCATION_LIST = "HIPPO-V01-PUBLISHER-SIGNS-REVOCATIONS";
    /// The checksums that chain the entries of a relay's journal.
    #[cfg(feature = "std")]
    RELAY_JOURNAL = "HIPPO-V01-RELAY-JOURNAL";

    // Standing sharings, their refresh, and grants to a role.
    /// What sharings derive their secrets from, from a patient's seed.
    PATIENT_SHARINGS = "HIPPO-V01-PATIENT-SHARINGS";
    /// Extraction of a sharing's secret.
    SHARING_SECRET = "HIPPO-V01-SHARING-SECRET";
    /// Expansion of a sharing's secret.
    SHARING_STREAM = "HIPPO-V01-SHARING-STREAM";
    /// Extraction of what shares are sealed with.
    SHARING_COINS = "HIPPO-V01-SHARING-SEAL-COINS";
    /// Expansion of what shares are sealed with.
    SHARING_COIN_STREAM = "HIPPO-V01-SHARING-SEAL-STREAM";
    /// Digest that names a sharing.
    SHARING_DIGEST = "HIPPO-V01-SHARING-DIGEST";
    /// The patient's signature over a sharing.
    SHARING_SIGNATURE = "HIPPO-V01-PATIENT-SIGNS-SHARING";
    /// HPKE info of a relay's share of a sharing.
    SHARING_TO_RELAY = "HIPPO-V01-SHARING-TO-RELAY";
    /// HPKE info of what a relay keeps of a sharing, sealed to itself.
    SHARING_HELD = "HIPPO-V01-SHARING-HELD-BY-RELAY";
    /// The patient's signature over the end of a sharing.
    SHARING_END = "HIPPO-V01-PATIENT-ENDS-SHARING";
    /// A relay's signature over its key for a refresh.
    REFRESH_INVITATION = "HIPPO-V01-RELAY-SIGNS-REFRESH-INVITATION";
    /// Digest of one round of a refresh.
    REFRESH_ROUND = "HIPPO-V01-REFRESH-ROUND";
    /// A relay's signature over what it deals.
    REFRESH_DEALING = "HIPPO-V01-RELAY-SIGNS-REFRESH-DEALING";
    /// HPKE info of what a relay deals another.
    REFRESH_TO_RELAY = "HIPPO-V01-REFRESH-TO-RELAY";
    /// A relay's signature over what the refreshed shares commit to.
    REFRESH_STATEMENT = "HIPPO-V01-RELAY-SIGNS-REFRESH-STATEMENT";
    /// An issuer's signature over a credential.
    CREDENTIAL_SIGNATURE = "HIPPO-V01-ISSUER-SIGNS-CREDENTIAL";
    /// What the components of a grant to a role are sealed for.
    GRANT_TO_ROLE = "HIPPO-V01-GRANT-TO-ROLE";
    /// Key that seals the components of a grant to a role.
    GRANT_ROLE_KEY = "HIPPO-V01-GRANT-ROLE-KEY";

    // Coupons.
    /// HPKE info of a pack of coupons.
    COUPON_PACK = "HIPPO-V01-COUPONS-TO-DEVICE";
    /// The minter's signature over a pack of coupons.
    COUPON_SIGNATURE = "HIPPO-V01-MINTER-SIGNS-COUPONS";
    /// The checksums in stores of coupons.
    COUPON_CHECKSUM = "HIPPO-V01-COUPON-STORE-CHECKSUM";

    // Labels that whoever stores records cannot read.
    /// The id of a label key.
    LABEL_KEY_ID = "HIPPO-V01-LABEL-KEY-ID";
    /// A label blinded.
    LABEL_BLIND = "HIPPO-V01-LABEL-BLIND";

    // Pseudonyms.
    /// The pseudonym of an identifier in a domain.
    LINKAGE_PSEUDONYM = "HIPPO-V01-LINKAGE-PSEUDONYM";

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
    /// Key that a policy and a capsule give together.
    ENVELOPE_BOTH = "HIPPO-V01-ENVELOPE-POLICY-AND-PATIENT";
    /// What one record says about the consent that it travels under.
    ENVELOPE_CONSENT = "HIPPO-V01-ENVELOPE-CONSENT";
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
    /// What all segments of a session follow from.
    SESSION_START = "HIPPO-V01-SESSION-FIRST-KEY";
    /// What the segments behind one follow from.
    SESSION_NEXT = "HIPPO-V01-SESSION-NEXT-KEY";
    /// Key of one segment.
    SESSION_SEGMENT = "HIPPO-V01-SESSION-SEGMENT";
    /// Key of the code that ends a session.
    SESSION_END = "HIPPO-V01-SESSION-END";
    /// Sender's signature over the end of a session.
    SENDER_END = "HIPPO-V01-SENDER-SIGNS-END";
    /// Writer's signature over the access part.
    WRITER_ACCESS = "HIPPO-V01-WRITER-SIGNS-ACCESS";

    // Consents.
    /// Digest of a consent's Terms.
    TERMS = "HIPPO-V01-CONSENT-TERMS";
    /// The signature of a patient or carer over a consent.
    CONSENT_SIGNATURE = "HIPPO-V01-PATIENT-SIGNS-CONSENT";
    /// A signature over what somebody says about records.
    #[cfg(feature = "fhir")]
    LABELS_SIGNATURE = "HIPPO-V01-ASSERTER-SIGNS-LABELS";
    /// Digest of the record of a decision.
    #[cfg(feature = "fhir")]
    DECISION = "HIPPO-V01-DECISION-RECORD";

    // Proofs of consent in zero knowledge.
    /// A patient's key for them, from the seed.
    PATIENT_CONSENT = "HIPPO-V01-PATIENT-CONSENT-KEY";
    /// The scalar of that key.
    #[cfg(feature = "zk")]
    ZK_KEY = "HIPPO-V01-ZK-JUBJUB-KEY";
    /// Nonce of a signature or proof of possession on Jubjub.
    #[cfg(feature = "zk")]
    ZK_NONCE = "HIPPO-V01-ZK-JUBJUB-NONCE";
    /// What a proof of possession of a key on Jubjub is for, as a field element.
    #[cfg(feature = "zk")]
    ZK_POSSESSION = "HIPPO-V01-ZK-POSSESSION";
    /// A vocabulary as a field element.
    #[cfg(feature = "zk")]
    ZK_VOCABULARY = "HIPPO-V01-ZK-VOCABULARY";
    /// A grantee's signing key as a field element.
    #[cfg(feature = "zk")]
    ZK_GRANTEE = "HIPPO-V01-ZK-GRANTEE";
    /// What pseudonyms and nullifiers are for, as a field element.
    #[cfg(feature = "zk")]
    ZK_CONTEXT = "HIPPO-V01-ZK-CONTEXT";
    /// Digest of the key that verifies proofs.
    #[cfg(feature = "zk")]
    ZK_PROOF_KEY = "HIPPO-V01-ZK-PROOF-KEY";
    /// A registry's signature over the place of a consent.
    #[cfg(feature = "zk")]
    ZK_PLACE = "HIPPO-V01-REGISTRY-SIGNS-PLACE";
    /// The signature of whoever may revoke a consent.
    #[cfg(feature = "zk")]
    ZK_REVOCATION = "HIPPO-V01-REVOKER-SIGNS-PLACE-REVOCATION";
    /// A registry's signature over both roots.
    #[cfg(feature = "zk")]
    ZK_CHECKPOINT = "HIPPO-V01-REGISTRY-SIGNS-CHECKPOINT";
    /// A grantee's signature over a proof.
    #[cfg(feature = "zk")]
    ZK_SIGNED_PROOF = "HIPPO-V01-GRANTEE-SIGNS-PROOF";
    /// Digest of a signed proof.
    #[cfg(feature = "zk")]
    ZK_SIGNED_PROOF_DIGEST = "HIPPO-V01-ZK-SIGNED-PROOF-DIGEST";
    /// A log's signature over when it received a proof.
    #[cfg(feature = "zk")]
    ZK_PROOF_RECEIPT = "HIPPO-V01-LOG-SIGNS-PROOF-RECEIPT";
    /// What a proof uses up.
    #[cfg(feature = "zk")]
    ZK_REPLAY = "HIPPO-V01-ZK-REPLAY";
    /// Digest of a request that comes with a proof.
    #[cfg(feature = "zk")]
    ZK_REQUEST = "HIPPO-V01-ZK-REQUEST";
    /// Digest of what one proof is about.
    #[cfg(feature = "zk")]
    ZK_ABOUT = "HIPPO-V01-ZK-ABOUT";
    /// What one proof is bound to, as a field element.
    #[cfg(feature = "zk")]
    ZK_BINDING = "HIPPO-V01-ZK-BINDING";
    /// Digest of a circuit's constraints: the circuit id.
    #[cfg(feature = "zk-prover")]
    ZK_CIRCUIT = "HIPPO-V01-ZK-CIRCUIT-ID";
    /// Hash over what was contributed to powers.
    #[cfg(feature = "zk-prover")]
    ZK_POWERS = "HIPPO-V01-ZK-POWERS-TRANSCRIPT";
    /// Names a ceremony: the hash over what it begins with.
    #[cfg(feature = "zk-prover")]
    ZK_CEREMONY = "HIPPO-V01-ZK-CEREMONY-ID";
    /// Hash over what was contributed to a ceremony.
    #[cfg(feature = "zk-prover")]
    ZK_CONTRIBUTION = "HIPPO-V01-ZK-CEREMONY-TRANSCRIPT";
    /// Digest of what a proof that a contributor knew a secret is about.
    #[cfg(feature = "zk-prover")]
    ZK_KNOWLEDGE = "HIPPO-V01-ZK-KNOWLEDGE";
    /// The same digest to G2.
    #[cfg(feature = "zk-prover")]
    ZK_KNOWLEDGE_TO_G2 = "HIPPO-V01-ZK-CONTRIBUTION-with-BLS12381G2_XMD:SHA-256_SSWU_RO_";
    /// The number of a beacon.
    #[cfg(feature = "zk-prover")]
    ZK_BEACON = "HIPPO-V01-ZK-BEACON";

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
