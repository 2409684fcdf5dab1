//! Keys that sign what is sent, labels and consents.

use hippocrypt::keys::{SignerKey, SignerPublic};

use crate::answer::{Fixed, New};
use crate::argument::{Bytes, Ref, Text};
use crate::buffer::{Buffer, Words};
use crate::callback::{Random, Store};

object!(
    SignerKey,
    "hc_signer_key",
    hc_signer_key_from_bytes,
    hc_signer_key_to_bytes,
    hc_signer_key_free,
    secret,
    hc_signer_key_load,
    hc_signer_key_store
);
object!(
    SignerPublic,
    "hc_signer_public",
    hc_signer_public_from_bytes,
    hc_signer_public_to_bytes,
    hc_signer_public_free,
    plain
);

export! {
    /// A new key.
    fn hc_signer_key_generate(name: Text, random: Random) -> key: New<SignerKey> {
        Ok(SignerKey::generate(name, &mut random)?)
    }

    /// The half that everybody may have.
    fn hc_signer_key_public(key: Ref<SignerKey>) -> public: New<SignerPublic> {
        Ok(key.public())
    }

    /// What the signer calls itself.
    fn hc_signer_public_name(public: Ref<SignerPublic>) -> name: New<Words> {
        Ok(Words::new(public.name()))
    }

    /// Twelve words to compare over the telephone.
    fn hc_signer_public_fingerprint(public: Ref<SignerPublic>) -> words: New<Words> {
        Ok(Words::new(&public.fingerprint().to_words()))
    }

    /// The Ed25519 key, to compare with the sender of a record.
    fn hc_signer_public_key(public: Ref<SignerPublic>) -> key: Fixed<32> {
        Ok(public.verifying_key().to_bytes())
    }
}
