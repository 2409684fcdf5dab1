//! Policies over the attributes of keys.

use hippocrypt::policy::Policy;

use crate::answer::New;
use crate::argument::{Bytes, Ref, Text};
use crate::buffer::{Buffer, Words};

noun!(Policy, "hc_policy", Shared, /// Frees a policy.
    hc_policy_free);

export! {
    /// Reads policy text.
    fn hc_policy_parse(text: Text) -> policy: New<Policy> {
        Ok(Policy::parse(text)?)
    }

    /// The policy as it is written, every type named.
    fn hc_policy_print(policy: Ref<Policy>) -> text: New<Words> {
        Ok(Words::new(&policy.to_string()))
    }

    /// Reads canonical bytes.
    fn hc_policy_from_bytes(bytes[length]: Bytes) -> policy: New<Policy> {
        Ok(Policy::from_bytes(bytes)?)
    }

    /// The canonical bytes.
    fn hc_policy_to_bytes(policy: Ref<Policy>) -> bytes: New<Buffer> {
        Ok(Buffer::plain(policy.as_bytes().to_vec()))
    }
}
