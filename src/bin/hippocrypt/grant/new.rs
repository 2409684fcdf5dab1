//! `grant new`.

use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::keys::{SignerPublic, disk, file};
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
use hippocrypt::pre::{
    Cache, Carer, Conditions, GrantTerms, GrantTo, PatientProfile, RecipientPublic, RelayPublic,
    Through,
};
use serde_json::json;

use super::describe;
use super::parties::{Grantee, Relays};
use crate::args::GrantNew;
use crate::failure::{Failure, Outcome, Role};
use crate::lock::Lock;
use crate::output::{Folder, Output, commit_all};
use crate::publisher::Kept;
use crate::report::{self, Notes};
use crate::{carer, files, objects, values};

/// What a grant says, as the flags do.
struct Wanted {
    recipient: Grantee,
    relays: Relays,
    /// As the patient reads it.
    policy: LabelPolicy,
    /// As the grant has it, where labels are blinded.
    blinded: Option<LabelPolicy>,
    not_before: u64,
    not_after: u64,
    conditions: Conditions,
    publisher: Option<SignerPublic>,
    consent: Option<[u8; 32]>,
}

/// Makes a grant.
pub fn new(args: &GrantNew) -> Outcome<()> {
    let now = values::now()?;
    // Before the key is read: nobody changes its profile meanwhile.
    let lock = Lock::take(&args.key)?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let wanted = read(args, key.profile(), now)?;
    let not_after = wanted.not_after;

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
    let owner = key.profile().signing_key();
    let mut kept = Kept::open_locked(lock, &args.key, owner, &args.state)?;
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
    let (grant, shares) = key
        .grant(&terms, &mut Cache::new(), &mut SysRng)
        .map_err(|error| about(error, args.sharing.is_some()))?;
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

/// Which flags an error about the terms is about.
fn about(error: Error, standing: bool) -> Failure {
    let role = match error {
        Error::Argument(_) | Error::Duplicate(_) | Error::Sharing(_) if standing => "--sharing",
        Error::Argument(_) => "--relay, --threshold",
        Error::Duplicate(_) => "--relay",
        Error::Time(_) => "--from, --until",
        Error::Carer(_) => "--policy, --until",
        _ => return error.into(),
    };
    Failure::new(role, error)
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

fn read(args: &GrantNew, profile: &PatientProfile, now: u64) -> Outcome<Wanted> {
    let recipient = Grantee::read(args)?;
    let carer = match (args.carer, &recipient) {
        (true, Grantee::One(recipient)) => Some(named_carer(profile, recipient, now)?),
        // The parser of flags takes no carer for a role.
        _ => None,
    };
    let (until, not_after) = end(args, carer)?;
    let not_before = match &args.from {
        Some(day) => values::date(day, "--from")?.start().role("--from")?,
        // A grant that has ended already began before it did.
        None => now.min(until.start().role("--until")?),
    };
    let publisher = args.publisher.as_ref();
    let consent = args.consent.as_ref();
    let policy = policy(args, carer, until)?;
    let blinded = args.label_key.as_ref().map(|path| {
        let key = objects::label_key(path, args.unlock.passphrase_file.as_ref())?;
        policy.blinded(&key).role("--label-key")
    });
    Ok(Wanted {
        policy,
        blinded: blinded.transpose()?,
        conditions: conditions(args)?,
        not_before,
        not_after,
        recipient,
        relays: Relays::read(args)?,
        publisher: publisher
            .map(|path| files::signer(path, "--publisher"))
            .transpose()?,
        consent: consent
            .map(|digest| values::digest(digest, "--consent"))
            .transpose()?,
    })
}

/// The carer whom the profile names by the recipient's key.
fn named_carer<'a>(
    profile: &'a PatientProfile,
    recipient: &RecipientPublic,
    now: u64,
) -> Outcome<&'a Carer> {
    match profile.carer(recipient.verifying_key()) {
        None => Err(Error::Carer(
            "the profile does not name the recipient: `patient carer`",
        )),
        Some(carer) if carer.until() <= now => Err(Error::Carer("their time has ended")),
        Some(carer) => Ok(carer),
    }
    .role("--carer")
}

/// The last day, and when the grant ends: a carer's with their time, unless it ends before.
fn end(args: &GrantNew, carer: Option<&Carer>) -> Outcome<(Date, u64)> {
    match (&args.until, carer) {
        (None, Some(carer)) => {
            let day = carer::last_day(carer).ok_or(Error::Time("never"));
            Ok((day.role("--carer")?, carer.until()))
        }
        (Some(until), _) => {
            let until = values::date(until, "--until")?;
            Ok((until, until.next().and_then(Date::start).role("--until")?))
        }
        // The parser of flags takes one or the other.
        (None, None) => Err(Error::Missing("--until")).role("--until"),
    }
}

/// The policy: a carer's stays within their scope, in the frame that the scope was read in.
fn policy(args: &GrantNew, carer: Option<&Carer>, until: Date) -> Outcome<LabelPolicy> {
    let scope = carer.and_then(Carer::scope);
    let text = args
        .policy
        .as_ref()
        .map(|text| values::text(text, "--policy"))
        .transpose()?;
    match (scope, text) {
        (Some(scope), None) => Ok(scope.clone()),
        (Some(scope), Some(text)) => {
            if !args.vocabularies.is_empty() {
                return Err(Error::Argument("those of the carer's scope count"))
                    .role("--vocabulary");
            }
            let frame = scope.frame();
            let frame = frame
                .ok_or(Error::Argument("a blinded scope"))
                .role("--carer")?;
            let policy = LabelPolicy::parse(text, frame).role("--policy")?;
            if policy.is_within(scope)? {
                return Ok(policy);
            }
            LabelPolicy::parse(&format!("({scope}) and ({policy})"), frame)
                .role("--policy, within the carer's scope")
        }
        (None, Some(text)) => LabelPolicy::parse(text, &frame(args, until)?).role("--policy"),
        (None, None) => Err(Error::Missing(
            "the carer's scope is everything: say what of it",
        ))
        .role("--policy"),
    }
}

/// The frame of the grant's last day, the first year and the vocabularies.
fn frame(args: &GrantNew, until: Date) -> Outcome<LabelFrame> {
    let year = u16::try_from(values::number(&args.first_year, "--first-year")?)
        .map_err(|_| Error::TooLarge("the number"))
        .role("--first-year")?;
    let frame = LabelFrame::new(year, until).role("--first-year")?;
    values::with_vocabularies(frame, &args.vocabularies)
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
