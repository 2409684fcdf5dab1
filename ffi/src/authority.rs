//! Authorities: their keys, public files, shares.

use hippocrypt::abe::{AuthorityKey, AuthorityPublic, AuthorityShare, UserKey};
use hippocrypt::policy::{Attributes, Date};

use crate::answer::{New, NewList};
use crate::argument::{Bytes, Ref, Refs, Text, Texts};
use crate::buffer::{Buffer, Words};
use crate::callback::{Random, Store};

object!(
    AuthorityKey,
    "hc_authority_key",
    hc_authority_key_from_bytes,
    hc_authority_key_to_bytes,
    hc_authority_key_free,
    secret,
    hc_authority_key_load,
    hc_authority_key_store
);
object!(
    AuthorityPublic,
    "hc_authority_public",
    hc_authority_public_from_bytes,
    hc_authority_public_to_bytes,
    hc_authority_public_free,
    plain
);
object!(
    AuthorityShare,
    "hc_authority_share",
    hc_authority_share_from_bytes,
    hc_authority_share_to_bytes,
    hc_authority_share_free,
    secret,
    hc_authority_share_load,
    hc_authority_share_store
);

export! {
    /// A new authority.
    fn hc_authority_key_generate(name: Text, random: Random) -> key: New<AuthorityKey> {
        Ok(AuthorityKey::generate(name, &mut random)?)
    }

    /// The half that everybody may have.
    fn hc_authority_key_public(key: Ref<AuthorityKey>) -> public: New<AuthorityPublic> {
        Ok(key.public().clone())
    }

    /// A key for these attributes, until and including a day.
    fn hc_authority_key_issue(key: Ref<AuthorityKey>, attributes[count]: Texts, until: Text, random: Random)
        -> user: New<UserKey> {
        let attributes = Attributes::parse(attributes)?;
        Ok(key.issue(&attributes, Date::parse(until)?, &mut random)?)
    }

    /// Shares of the key, of which `threshold` give it back.
    fn hc_authority_key_split(key: Ref<AuthorityKey>, threshold: u8, random: Random)
        -> shares[count]: NewList<AuthorityShare> {
        let count = u8::try_from(count).map_err(|_| hippocrypt::Error::Argument("2 to 255 shares"))?;
        Ok(key.split(threshold, count, &mut random)?)
    }

    /// The key, from enough of its shares.
    fn hc_authority_key_recover(shares[count]: Refs<AuthorityShare>) -> key: New<AuthorityKey> {
        let shares: Vec<AuthorityShare> = shares
            .iter()
            .map(|share| AuthorityShare::from_bytes(share.to_bytes().expose()))
            .collect::<hippocrypt::Result<_>>()?;
        Ok(AuthorityKey::recover(&shares)?)
    }

    /// What the authority calls itself.
    fn hc_authority_public_name(public: Ref<AuthorityPublic>) -> name: New<Words> {
        Ok(Words::new(public.name()))
    }

    /// Twelve words to compare over the telephone.
    fn hc_authority_public_fingerprint(public: Ref<AuthorityPublic>) -> words: New<Words> {
        Ok(Words::new(&public.fingerprint().to_words()))
    }
}
