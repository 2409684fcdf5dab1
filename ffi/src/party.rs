//! Recipients and relays.

use hippocrypt::pre::{RecipientKey, RecipientPublic, RelayKey, RelayPublic};

use crate::answer::New;
use crate::argument::{Bytes, Ref, Text};
use crate::buffer::{Buffer, Words};
use crate::callback::{Random, Store};

object!(
    RecipientKey,
    "hc_recipient_key",
    hc_recipient_key_from_bytes,
    hc_recipient_key_to_bytes,
    hc_recipient_key_free,
    secret,
    hc_recipient_key_load,
    hc_recipient_key_store
);
object!(
    RecipientPublic,
    "hc_recipient_public",
    hc_recipient_public_from_bytes,
    hc_recipient_public_to_bytes,
    hc_recipient_public_free,
    plain
);
object!(
    RelayKey,
    "hc_relay_key",
    hc_relay_key_from_bytes,
    hc_relay_key_to_bytes,
    hc_relay_key_free,
    secret,
    hc_relay_key_load,
    hc_relay_key_store
);
object!(
    RelayPublic,
    "hc_relay_public",
    hc_relay_public_from_bytes,
    hc_relay_public_to_bytes,
    hc_relay_public_free,
    plain
);

export! {
    /// A new recipient, trustee or device.
    fn hc_recipient_key_generate(name: Text, random: Random) -> key: New<RecipientKey> {
        Ok(RecipientKey::generate(name, &mut random)?)
    }

    /// The half that everybody may have.
    fn hc_recipient_key_public(key: Ref<RecipientKey>) -> public: New<RecipientPublic> {
        Ok(key.public().clone())
    }

    /// What the recipient calls itself.
    fn hc_recipient_public_name(public: Ref<RecipientPublic>) -> name: New<Words> {
        Ok(Words::new(public.name()))
    }

    /// Twelve words to compare over the telephone.
    fn hc_recipient_public_fingerprint(public: Ref<RecipientPublic>) -> words: New<Words> {
        Ok(Words::new(&public.fingerprint().to_words()))
    }

    /// A new relay.
    fn hc_relay_key_generate(name: Text, random: Random) -> key: New<RelayKey> {
        Ok(RelayKey::generate(name, &mut random)?)
    }

    /// The half that everybody may have.
    fn hc_relay_key_public(key: Ref<RelayKey>) -> public: New<RelayPublic> {
        Ok(key.public().clone())
    }

    /// What the relay calls itself.
    fn hc_relay_public_name(public: Ref<RelayPublic>) -> name: New<Words> {
        Ok(Words::new(public.name()))
    }

    /// Twelve words to compare over the telephone.
    fn hc_relay_public_fingerprint(public: Ref<RelayPublic>) -> words: New<Words> {
        Ok(Words::new(&public.fingerprint().to_words()))
    }
}
