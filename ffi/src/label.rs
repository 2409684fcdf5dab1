//! Policies over the labels of records, and keys that blind labels.

use hippocrypt::consent::Vocabulary;
use hippocrypt::policy::{Date, LabelFrame, LabelKey, LabelPolicy};

use crate::answer::New;
use crate::argument::{Bytes, Maybe, Ref, Text};
use crate::buffer::Buffer;
use crate::callback::{Random, Store};

object!(
    LabelKey,
    "hc_label_key",
    hc_label_key_from_bytes,
    hc_label_key_to_bytes,
    hc_label_key_free,
    secret,
    hc_label_key_load,
    hc_label_key_store
);

noun!(LabelPolicy, "hc_label_policy", Shared, /// Frees a policy over labels.
    hc_label_policy_free);

export! {
    /// A new key that blinds labels.
    fn hc_label_key_generate(random: Random) -> key: New<LabelKey> {
        Ok(LabelKey::generate(&mut random)?)
    }

    /// Reads the text of a policy over labels.
    fn hc_label_policy_parse(text: Text, first_year: u16, last_day: Text, vocabulary: Maybe<Ref<Vocabulary>>)
        -> policy: New<LabelPolicy> {
        let last_day = Date::parse(last_day)?;
        let frame = match vocabulary {
            Some(vocabulary) => vocabulary.frame(first_year, last_day)?,
            None => LabelFrame::new(first_year, last_day)?,
        };
        Ok(LabelPolicy::parse(text, &frame)?)
    }

    /// Reads canonical bytes.
    fn hc_label_policy_from_bytes(bytes[length]: Bytes) -> policy: New<LabelPolicy> {
        Ok(LabelPolicy::from_bytes(bytes)?)
    }

    /// The canonical bytes.
    fn hc_label_policy_to_bytes(policy: Ref<LabelPolicy>) -> bytes: New<Buffer> {
        Ok(Buffer::plain(policy.as_bytes().to_vec()))
    }

    /// The same policy for records whose labels this key blinds.
    fn hc_label_policy_blinded(policy: Ref<LabelPolicy>, key: Ref<LabelKey>) -> blinded: New<LabelPolicy> {
        Ok(policy.blinded(key)?)
    }
}
