//! Keys that authorities issue.

use hippocrypt::abe::{AuthorityPublic, Cache, UserKey};
use hippocrypt::policy::{Attributes, Policy};

use crate::answer::{New, Number};
use crate::argument::{Bytes, Ref, Text, Texts};
use crate::buffer::{Buffer, Words};
use crate::callback::{Random, Store};

object!(
    UserKey,
    "hc_user_key",
    hc_user_key_from_bytes,
    hc_user_key_to_bytes,
    hc_user_key_free,
    secret,
    hc_user_key_load,
    hc_user_key_store
);

export! {
    /// The attributes, as a text.
    fn hc_user_key_attributes(key: Ref<UserKey>) -> text: New<Words> {
        Ok(Words::new(&key.attributes().to_string()))
    }

    /// Whether the attributes satisfy a policy.
    fn hc_user_key_satisfies(key: Ref<UserKey>, policy: Ref<Policy>) -> answer: Number<i32> {
        Ok(i32::from(key.satisfies(policy)?))
    }

    /// Whether an authority really issued it.
    fn hc_user_key_check(key: Ref<UserKey>, authority: Ref<AuthorityPublic>, random: Random) {
        Ok(key.check(authority, &mut Cache::new(), &mut random)?)
    }

    /// The same key for some of its attributes only.
    fn hc_user_key_restrict(key: Ref<UserKey>, attributes[count]: Texts, random: Random) -> restricted: New<UserKey> {
        let keep = Attributes::parse(attributes)?;
        let missing = keep.iter().any(|it| !key.attributes().iter().any(|held| held == it));
        if missing {
            return Err(hippocrypt::Error::NotSatisfied.into());
        }
        let mut kept = |held: &hippocrypt::policy::Attribute| keep.iter().any(|it| it == held);
        Ok(key.restrict(&mut kept, &mut Cache::new(), &mut random)?)
    }
}
