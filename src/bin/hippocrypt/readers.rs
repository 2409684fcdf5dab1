//! Who can open a record: from flags to a sealer, and to what its user is told.

use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::envelope::{Expiry, Header, PolicyRecipient, Profile, Sealer, Stanza, policy_of};
use hippocrypt::policy::{Date, Policy};
use serde_json::{Map, Value, json};

use crate::args::Readers;
use crate::failure::{Outcome, Role};
use crate::report::Notes;
use crate::{files, profile, schema, values};

/// Everybody who can open a record: read and checked, nothing written yet.
///
/// Each kind of reader is one field, one recipient of the sealer and one stanza of the record.
pub struct Audience {
    holders: Option<Holders>,
    /// What the deployment demands, whoever they are.
    profile: Option<Profile>,
}

/// Everybody whose key satisfies a policy.
struct Holders {
    authority: AuthorityPublic,
    /// With the clause on expiry, unless it was asked to leave it out.
    policy: Policy,
    allow_unknown: bool,
    no_expiry: bool,
}

impl Audience {
    /// Reads the flags, and the files that they name.
    pub fn read(args: &Readers) -> Outcome<Self> {
        let holders = Holders::read(args)?;
        if holders.is_none() {
            return Err(Error::Missing("somebody who can open it").into());
        }
        let profile = args.profile.as_ref().map(|path| profile::read(path));
        Ok(Self {
            holders,
            profile: profile.transpose()?,
        })
    }

    /// A sealer with a recipient for each kind of reader.
    pub fn sealer(&self) -> Sealer<'_> {
        let sealer = match &self.profile {
            Some(profile) => Sealer::new().profile(profile),
            None => Sealer::new(),
        };
        let holders = self.holders.iter().map(Holders::recipient);
        holders.fold(sealer, |sealer, it| sealer.recipient(Box::new(it)))
    }

    /// Whether the stanza is for these readers, all that it says included.
    pub fn has(&self, stanza: &Stanza) -> bool {
        self.holders.iter().any(|it| it.has(stanza))
    }

    /// Whether a header leads all these readers to the record, and has what the profile demands.
    pub fn all_in(&self, header: &Header) -> bool {
        let stanzas = header.access().stanzas();
        let found = |it: &Holders| stanzas.iter().any(|stanza| it.has(stanza));
        let demanded = |it: &Profile| it.check(header).is_ok();
        self.holders.iter().all(found) && self.profile.iter().all(demanded)
    }

    /// How many stanzas sealing gives.
    pub fn stanzas(&self) -> usize {
        usize::from(self.holders.is_some())
    }

    /// What of it stays readable, a line for each kind.
    pub fn tell(&self, notes: &mut Notes) {
        if let Some(it) = &self.holders {
            notes.say(format!("  policy   {}", it.policy));
        }
    }

    /// What the user should know before they rely on it.
    pub fn warn(&self, notes: &mut Notes) {
        if let Some(it) = &self.holders {
            if it.no_expiry {
                notes.say("warning: --no-expiry: keys that have ended open it too");
            }
            if let Some(warning) = schema::warning(&it.authority, it.allow_unknown) {
                notes.say(warning);
            }
        }
    }

    /// The same for programs: an entry for each kind.
    pub fn value(&self) -> Map<String, Value> {
        let policy = self.holders.as_ref().map(|it| it.policy.to_string());
        [("policy".to_owned(), json!(policy))].into_iter().collect()
    }
}

impl Holders {
    fn read(args: &Readers) -> Outcome<Option<Self>> {
        // The parser of flags takes both or neither.
        let (Some(policy), Some(authority)) = (&args.policy, &args.authority) else {
            return Ok(None);
        };
        let policy = Policy::parse(values::text(policy, "--policy")?).role("--policy")?;
        let day = match &args.expiry_day {
            _ if args.no_expiry => None,
            Some(day) => Some(values::date(day, "--expiry-day")?),
            // The day of this act, whatever --created says of the record.
            None => Some(Date::from_unix(values::now()?)?),
        };
        let policy = match day {
            Some(day) => policy.with_expiry(day).role("--policy")?,
            None => policy,
        };
        let authority = files::authority(authority, "--authority")?;
        schema::check_policy(&authority, &policy, args.allow_unknown, "--policy")?;
        Ok(Some(Self {
            authority,
            policy,
            allow_unknown: args.allow_unknown,
            no_expiry: args.no_expiry,
        }))
    }

    fn recipient(&self) -> PolicyRecipient<'_> {
        // The policy holds its clause already.
        let recipient = PolicyRecipient::new(&self.authority, self.policy.clone(), Expiry::Never);
        if self.allow_unknown {
            recipient.allow_unknown()
        } else {
            recipient
        }
    }

    /// Same authority, same policy, clause included.
    fn has(&self, stanza: &Stanza) -> bool {
        policy_of(stanza).is_ok_and(|(authority, policy)| {
            authority == *self.authority.id().as_bytes() && policy == self.policy
        })
    }
}
