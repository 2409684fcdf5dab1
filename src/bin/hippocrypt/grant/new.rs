//! `grant new`.

use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::envelope::RoleRecipient;
use hippocrypt::keys::{SignerPublic, disk, file};
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy, Policy};
use hippocrypt::pre::{
    Cache, Conditions, GrantTerms, GrantTo, RecipientPublic, RelayPublic, StandingSharing, Through,
};
use serde_json::json;

use super::describe;
use crate::args::GrantNew;
use crate::failure::{Outcome, Role};
use crate::output::{Folder, Output, commit_all};
use crate::publisher::Kept;
use crate::report::{self, Notes};
use crate::{files, objects, schema, values};

/// What a grant says, as the flags do.
struct Wanted {
    recipient: Grantee,
    relays: Relays,
    /// As the patient reads it.
    policy: LabelPolicy,
    /// As the grant has it, where labels are blinded.
    blinded: Option<LabelPolicy>,
    until: Date,
    not_before: u64,
    conditions: Conditions,
    publisher: Option<SignerPublic>,
    consent: Option<[u8; 32]>,
}

/// Whom it is for.
enum Grantee {
    One(RecipientPublic),
    Role {
        authority: Box<AuthorityPublic>,
        policy: Policy,
        issuer: Option<SignerPublic>,
    },
}

/// Through whom.
enum Relays {
    Own(Vec<RelayPublic>, u8),
    Standing(Box<StandingSharing>),
}

/// Makes a grant.
pub fn new(args: &GrantNew) -> Outcome<()> {
    let now = values::now()?;
    let wanted = read(args, now)?;
    let not_after = wanted.until.next().and_then(Date::start).role("--until")?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;

    let directory = Path::new(&args.output);
    let _folder = Folder::create(directory, "-o")?;
    let names = std::iter::once("grant.hg".to_owned())
        .chain((1..=wanted.relays.own().len()).map(|index| format!("share-{index}.hs")));
    // All outputs are begun before the first appears.
    let mut outputs = names
        .map(|name| {
            let path = directory.join(name);
            Output::create(path.as_os_str(), args.force, disk::PUBLIC_MODE, "-o")
        })
        .collect::<Outcome<Vec<_>>>()?;

    let in_role = wanted.recipient.in_role(args, now)?;
    let mut kept = Kept::open(&args.key, key.profile().signing_key(), &args.state)?;
    let terms = GrantTerms {
        recipient: match (&wanted.recipient, &in_role) {
            (Grantee::One(recipient), _) => GrantTo::Recipient(recipient),
            (Grantee::Role { .. }, Some(role)) => GrantTo::Role(role),
            (Grantee::Role { .. }, None) => return Err(Error::Missing("role").into()),
        },
        policy: wanted.blinded.as_ref().unwrap_or(&wanted.policy),
        hide_policy: args.blind,
        through: match &wanted.relays {
            Relays::Own(relays, threshold) => Through::Relays {
                relays,
                threshold: *threshold,
            },
            Relays::Standing(sharing) => Through::Standing(sharing),
        },
        sequence: kept.state.next_grant(now)?,
        not_before: wanted.not_before,
        not_after,
        conditions: wanted.conditions.clone(),
        publisher: wanted.publisher.as_ref().map(SignerPublic::verifying_key),
        consent: wanted.consent,
    };
    let (grant, shares) = match &wanted.relays {
        Relays::Own(..) => key.grant(&terms, &mut Cache::new(), &mut SysRng)?,
        Relays::Standing(_) => key
            .grant(&terms, &mut Cache::new(), &mut SysRng)
            .role("--sharing")?,
    };
    let header = grant.header();
    if args.blind || wanted.blinded.is_some() {
        kept.state.keep_policy(header.grant_id(), &wanted.policy)?;
    }
    let objects = std::iter::once(grant.to_bytes()).chain(shares.iter().map(|it| it.to_bytes()));
    for (output, object) in outputs.iter_mut().zip(objects) {
        let text = file::armour(&object)?;
        output.write_all(text.expose().as_bytes()).role("-o")?;
    }
    // The number first: one that was used and not kept could be used twice.
    kept.save()?;
    commit_all(outputs.into_iter().map(|output| (output, "-o")).collect())?;

    let mut notes = Notes::default();
    let shown = Some(&wanted.policy);
    for line in describe::lines(header, shown) {
        notes.say(line);
    }
    if args.purposes.is_empty() {
        notes.say("without --purpose the grant allows any purpose of use");
    }
    named(&mut notes, &wanted);
    if not_after <= now {
        notes.say("warning: that day has passed: relays serve nothing under this grant");
    }
    if header.epoch().is_some() {
        notes.say("the recipient gives the grant to the relays with each request");
    }
    let mut value = report::entries(describe::value(header, shown));
    value.extend(report::entries(json!({
        "recipient_name": wanted.recipient.name(),
        "relay_names": wanted.relays.own().iter().map(RelayPublic::name).collect::<Vec<_>>(),
        "shares": shares.len(),
        "ended": not_after <= now,
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}

/// Whose keys they claim to be: what a person compares with the fingerprints above.
fn named(notes: &mut Notes, wanted: &Wanted) {
    let relays = wanted.relays.own().iter().map(RelayPublic::name);
    let names: Vec<String> = std::iter::once(wanted.recipient.name())
        .chain(relays)
        .map(|name| format!("\"{name}\""))
        .collect();
    notes.say(format!(
        "recipient and relays call themselves {}: compare their fingerprints",
        names.join(", ")
    ));
}

fn read(args: &GrantNew, now: u64) -> Outcome<Wanted> {
    let until = values::date(&args.until, "--until")?;
    let not_before = match &args.from {
        Some(day) => values::date(day, "--from")?.start().role("--from")?,
        // A grant that has ended already began before it did.
        None => now.min(until.start().role("--until")?),
    };
    let publisher = args.publisher.as_ref();
    let consent = args.consent.as_ref();
    let policy = policy(args, until)?;
    let blinded = args.label_key.as_ref().map(|path| {
        let key = objects::label_key(path, args.unlock.passphrase_file.as_ref())?;
        policy.blinded(&key).role("--label-key")
    });
    Ok(Wanted {
        policy,
        blinded: blinded.transpose()?,
        conditions: conditions(args)?,
        until,
        not_before,
        recipient: Grantee::read(args)?,
        relays: Relays::read(args)?,
        publisher: publisher
            .map(|path| files::signer(path, "--publisher"))
            .transpose()?,
        consent: consent
            .map(|digest| values::digest(digest, "--consent"))
            .transpose()?,
    })
}

impl Grantee {
    fn read(args: &GrantNew) -> Outcome<Self> {
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
    fn in_role(&self, args: &GrantNew, now: u64) -> Outcome<Option<RoleRecipient<'_>>> {
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
    fn name(&self) -> &str {
        match self {
            Self::One(recipient) => recipient.name(),
            Self::Role { authority, .. } => authority.name(),
        }
    }
}

impl Relays {
    fn read(args: &GrantNew) -> Outcome<Self> {
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
    fn own(&self) -> &[RelayPublic] {
        match self {
            Self::Own(relays, _) => relays,
            Self::Standing(_) => &[],
        }
    }
}

/// The policy, in the frame of the grant's last day, the first year and the vocabularies.
fn policy(args: &GrantNew, until: Date) -> Outcome<LabelPolicy> {
    let year = u16::try_from(values::number(&args.first_year, "--first-year")?)
        .map_err(|_| Error::TooLarge("the number"))
        .role("--first-year")?;
    let mut frame = LabelFrame::new(year, until).role("--first-year")?;
    for vocabulary in values::texts(&args.vocabularies, "--vocabulary")? {
        let (id, codes) = vocabulary
            .split_once('=')
            .ok_or(Error::Argument("a vocabulary is written ID=CODE,CODE.."))
            .role("--vocabulary")?;
        frame = frame
            .vocabulary(id, codes.split(','))
            .role("--vocabulary")?;
    }
    LabelPolicy::parse(values::text(&args.policy, "--policy")?, &frame).role("--policy")
}

fn conditions(args: &GrantNew) -> Outcome<Conditions> {
    let conditions = Conditions::any()
        .purposes(values::texts(&args.purposes, "--purpose")?)
        .role("--purpose")?
        .actions(values::texts(&args.actions, "--action")?)
        .role("--action")?
        .roles(values::texts(&args.roles, "--role")?)
        .role("--role")?;
    Ok(if args.break_glass {
        conditions.allow_break_glass()
    } else {
        conditions
    })
}
