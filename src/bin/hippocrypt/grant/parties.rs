//! Whom a grant is for and through which relays, as the flags of `grant new` say.

use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::envelope::RoleRecipient;
use hippocrypt::keys::SignerPublic;
use hippocrypt::policy::{Date, Policy};
use hippocrypt::pre::{RecipientPublic, RelayPublic, StandingSharing};

use crate::args::GrantNew;
use crate::failure::{Outcome, Role};
use crate::{files, objects, schema, values};

/// Whom it is for.
pub enum Grantee {
    One(RecipientPublic),
    Role {
        authority: Box<AuthorityPublic>,
        policy: Policy,
        issuer: Option<SignerPublic>,
    },
}

/// Through whom.
pub enum Relays {
    Own(Vec<RelayPublic>, u8),
    Standing(Box<StandingSharing>),
}

impl Grantee {
    pub fn read(args: &GrantNew) -> Outcome<Self> {
        match (&args.to, &args.to_role, &args.authority) {
            (Some(path), ..) => Ok(Self::One(objects::recipient(path, "--to")?)),
            (None, Some(policy), Some(authority)) => {
                let policy = Policy::parse(values::text(policy, "--to-role")?).role("--to-role")?;
                let authority = files::authority(authority, "--authority")?;
                schema::check_policy(&authority, &policy, args.allow_unknown, "--to-role")?;
                let issuer = args.issuer.as_ref();
                let issuer = issuer.map(|path| files::signer(path, "--issuer"));
                Ok(Self::Role {
                    authority: authority.into(),
                    policy,
                    issuer: issuer.transpose()?,
                })
            }
            // The parser of flags takes one or the other.
            _ => Err(Error::Missing("somebody to grant to").into()),
        }
    }

    /// What seals the grant for a role, with today's clause on expiry.
    pub fn in_role(&self, args: &GrantNew, now: u64) -> Outcome<Option<RoleRecipient<'_>>> {
        let Self::Role {
            authority,
            policy,
            issuer,
        } = self
        else {
            return Ok(None);
        };
        let day = match args.no_expiry {
            true => None,
            false => Some(Date::from_unix(now)?),
        };
        let issuer = issuer.as_ref().map(SignerPublic::verifying_key);
        RoleRecipient::new(authority, policy.clone(), issuer, day, args.allow_unknown)
            .map(Some)
            .role("--to-role")
    }

    /// What the recipient, or the role's authority, calls itself.
    pub fn name(&self) -> &str {
        match self {
            Self::One(recipient) => recipient.name(),
            Self::Role { authority, .. } => authority.name(),
        }
    }
}

impl Relays {
    pub fn read(args: &GrantNew) -> Outcome<Self> {
        if let Some(path) = &args.sharing {
            return Ok(Self::Standing(objects::sharing(path, "--sharing")?.into()));
        }
        // The parser of flags takes both or neither.
        let threshold = args.threshold.as_ref().ok_or(Error::Missing("threshold"))?;
        let relays = args.relays.iter();
        Ok(Self::Own(
            relays
                .map(|path| objects::relay(path, "--relay"))
                .collect::<Outcome<_>>()?,
            values::small(threshold, "--threshold")?,
        ))
    }

    /// Those who get a share of the grant's own.
    pub fn own(&self) -> &[RelayPublic] {
        match self {
            Self::Own(relays, _) => relays,
            Self::Standing(_) => &[],
        }
    }
}
