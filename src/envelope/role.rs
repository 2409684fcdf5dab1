//! Grants to a role: the recipient's part under a policy of an authority.

use alloc::vec::Vec;

use crate::abe::{self, AuthorityPublic, Ciphertext, UserKey};
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::policy::{Date, Policy};
use crate::pre::{self, Grant, GrantRole, RecipientGrant, SealPart, Verified};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{Aead, NONCE, Suite, TAG, hkdf};
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// Everybody whose key, issued by one authority, satisfies a policy: whom a grant to a role is for.
///
/// The part is what a grant to one recipient seals by HPKE; here it lies under the policy, and the
/// grant names the issuer whose credentials say to relays who asks. Bytes of the sealed part
/// (SPEC.md, section 14.17): u32 length and ciphertext || part || tag (16).
pub struct RoleRecipient<'a> {
    authority: &'a AuthorityPublic,
    /// With the clause on expiry, unless there is none.
    policy: Policy,
    role: GrantRole,
}

impl<'a> RoleRecipient<'a> {
    /// The keys of `authority` that satisfy `policy` and are valid on `day` or later; `None` leaves
    /// the clause on expiry out, so that keys open the grant that have ended. `issuer` signs the
    /// credentials: by default the authority's own Ed25519 key.
    ///
    /// # Errors
    /// [`Error::UnknownName`] and [`Error::UnknownValue`] for what the authority's schema does not
    /// know, unless that is allowed; those of [`GrantRole::new`] and [`Policy::with_expiry`].
    pub fn new(
        authority: &'a AuthorityPublic,
        policy: Policy,
        issuer: Option<VerifyingKey>,
        day: Option<Date>,
        allow_unknown: bool,
    ) -> Result<Self> {
        if let Some(schema) = authority.schema().filter(|_| !allow_unknown) {
            schema.check_policy(&policy)?;
        }
        let issuer = issuer.unwrap_or(*authority.verifying_key());
        let role = GrantRole::new(issuer, *authority.id().as_bytes(), policy.clone())?;
        let policy = match day {
            Some(day) => policy.with_expiry(day)?,
            None => policy,
        };
        Ok(Self {
            authority,
            policy,
            role,
        })
    }
}

impl SealPart for RoleRecipient<'_> {
    fn role(&self) -> &GrantRole {
        &self.role
    }

    fn seal_part(
        &self,
        part: &Secret<Vec<u8>>,
        grant: &[u8; 32],
        rng: &mut dyn Randomness,
    ) -> Result<Vec<u8>> {
        let cache = &mut abe::Cache::new();
        let binding = binding(grant);
        let (ciphertext, key) = self
            .authority
            .encapsulate(&self.policy, &binding, cache, rng)?;
        let mut sealed = part.expose().clone();
        let tag = aead(&key, &binding).seal_in_place(&[0; NONCE], &[], &mut sealed)?;
        let mut writer = Writer::with_capacity(4096 + sealed.len());
        writer.lp32(&ciphertext.to_bytes())?;
        writer.bytes(&sealed).array(&tag);
        Ok(writer.into_vec())
    }
}

/// Opens the part of a grant to a role with a key that is in it, and checks that all of it works.
///
/// # Errors
/// [`Error::NoStanza`] when the grant is not to a role of the key's authority;
/// [`Error::NotSatisfied`] when the key does not satisfy its policy; [`Error::Open`]; those of
/// [`RecipientGrant::install_part`].
pub fn install_in_role(
    grant: Grant<Verified>,
    key: &UserKey,
    cache: &mut pre::Cache,
) -> Result<RecipientGrant> {
    let role = grant.header().role().ok_or(Error::NoStanza)?;
    if role.authority() != key.authority().as_bytes() {
        return Err(Error::NoStanza);
    }
    let mut reader = Reader::new(grant.sealed());
    let ciphertext = Ciphertext::from_bytes(reader.lp32(super::HEADER_BYTES)?)?;
    let (sealed, tag) = reader
        .rest()
        .split_last_chunk::<TAG>()
        .ok_or(Error::Truncated)?;
    let binding = binding(grant.digest());
    let opened = key.decapsulate(&ciphertext, &binding, &mut abe::Cache::new())?;
    let mut part = Secret::new(sealed.to_vec());
    aead(&opened, &binding).open_in_place(&[0; NONCE], &[], part.expose_mut(), tag)?;
    RecipientGrant::install_part(grant, &part, cache)
}

/// What a ciphertext is bound to: the grant.
fn binding(grant: &[u8; 32]) -> [u8; 32] {
    Transcript::new(tags::GRANT_TO_ROLE).item(grant).finish()
}

/// The key seals one part; the nonce is zero.
fn aead(key: &Secret<[u8; 32]>, binding: &[u8; 32]) -> Aead {
    let key = hkdf(&[], key.expose(), &[tags::GRANT_ROLE_KEY, binding]);
    Aead::new(Suite::ChaCha20Poly1305, &key)
}
