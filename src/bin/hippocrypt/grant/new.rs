//! `grant new`.

use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::keys::{SignerPublic, disk, file};
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
use hippocrypt::pre::{Cache, Conditions, GrantTerms, RecipientPublic, RelayPublic};
use serde_json::json;

use super::describe;
use crate::args::GrantNew;
use crate::failure::{Outcome, Role};
use crate::output::{Folder, Output, commit_all};
use crate::publisher::Kept;
use crate::report::{self, Notes};
use crate::{files, objects, values, vocabulary};

/// What a grant says, as the flags do.
struct Wanted {
    recipient: RecipientPublic,
    relays: Vec<RelayPublic>,
    threshold: u8,
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

/// Makes a grant.
pub fn new(args: &GrantNew) -> Outcome<()> {
    let now = values::now()?;
    let wanted = read(args, now)?;
    let not_after = wanted.until.next().and_then(Date::start).role("--until")?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;

    let directory = Path::new(&args.output);
    let _folder = Folder::create(directory, "-o")?;
    let names = std::iter::once("grant.hg".to_owned())
        .chain((1..=wanted.relays.len()).map(|index| format!("share-{index}.hs")));
    // All outputs are begun before the first appears.
    let mut outputs = names
        .map(|name| {
            let path = directory.join(name);
            Output::create(path.as_os_str(), args.force, disk::PUBLIC_MODE, "-o")
        })
        .collect::<Outcome<Vec<_>>>()?;

    let mut kept = Kept::open(&args.key, key.profile().signing_key(), &args.state)?;
    let terms = GrantTerms {
        recipient: &wanted.recipient,
        policy: wanted.blinded.as_ref().unwrap_or(&wanted.policy),
        hide_policy: args.blind,
        relays: &wanted.relays,
        threshold: wanted.threshold,
        sequence: kept.state.next_grant(now)?,
        not_before: wanted.not_before,
        not_after,
        conditions: wanted.conditions.clone(),
        publisher: wanted.publisher.as_ref().map(SignerPublic::verifying_key),
        consent: wanted.consent,
    };
    let (grant, shares) = key.grant(&terms, &mut Cache::new(), &mut SysRng)?;
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
    let mut value = report::entries(describe::value(header, shown));
    value.extend(report::entries(json!({
        "recipient_name": wanted.recipient.name(),
        "relay_names": wanted.relays.iter().map(RelayPublic::name).collect::<Vec<_>>(),
        "shares": shares.len(),
        "ended": not_after <= now,
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}

/// Whose keys they claim to be: what a person compares with the fingerprints above.
fn named(notes: &mut Notes, wanted: &Wanted) {
    let names: Vec<String> = std::iter::once(wanted.recipient.name())
        .chain(wanted.relays.iter().map(RelayPublic::name))
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
        threshold: values::small(&args.threshold, "--threshold")?,
        policy,
        blinded: blinded.transpose()?,
        conditions: conditions(args)?,
        until,
        not_before,
        recipient: objects::recipient(&args.to, "--to")?,
        relays: args
            .relays
            .iter()
            .map(|path| objects::relay(path, "--relay"))
            .collect::<Outcome<_>>()?,
        publisher: publisher
            .map(|path| files::signer(path, "--publisher"))
            .transpose()?,
        consent: consent
            .map(|digest| values::digest(digest, "--consent"))
            .transpose()?,
    })
}

/// The policy, in the frame of the grant's last day, the first year and the vocabularies.
fn policy(args: &GrantNew, until: Date) -> Outcome<LabelPolicy> {
    let year = u16::try_from(values::number(&args.first_year, "--first-year")?)
        .map_err(|_| Error::TooLarge("the number"))
        .role("--first-year")?;
    let mut frame = LabelFrame::new(year, until).role("--first-year")?;
    for vocabulary in &args.vocabularies {
        let codes = vocabulary.to_str().and_then(|text| text.split_once('='));
        frame = match codes {
            Some((id, codes)) => frame.vocabulary(id, codes.split(',')),
            None => vocabulary::read(vocabulary, "--vocabulary")?.pin(frame),
        }
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
