//! `request new`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::{Header, capsules, install_in_role};
use hippocrypt::keys::disk;
use hippocrypt::pre::{Cache, Capsule, Claims, RecipientGrant, Sight};
use serde_json::json;

use crate::args::RequestNew;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{files, objects, rewrap, values};

/// Asks the relays of a grant.
pub fn new(args: &RequestNew) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let now = values::now()?;
    let claims = claims(args)?;
    let grant = objects::grant(&args.grant, "--grant")?;
    // Relays would refuse it as well; this way nobody waits for that.
    grant.header().check_time(now).role("--grant")?;
    grant.header().conditions().check(&claims).role("--grant")?;
    let mut paths = Vec::new();
    for input in &args.inputs {
        rewrap::collect(Path::new(input), &mut paths)?;
    }
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let key = objects::recipient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let credential = args.credential.as_ref();
    let credential = credential.map(|path| objects::credential(path, "--credential"));
    let credential = credential.transpose()?;
    let role = if args.blind {
        "--blind"
    } else {
        "--credential"
    };
    let held = match &args.role_key {
        None => RecipientGrant::install(grant, &key, &mut Cache::new()).role("--grant")?,
        Some(path) => {
            let pass = args.unlock.passphrase_file.as_ref();
            let opening = files::user_key(path, "--role-key", pass)?;
            install_in_role(grant, &opening, &mut Cache::new()).role("--grant")?
        }
    };

    let (asked, passed_over) = read(&paths, &held, args.skip)?;
    let asked: Vec<_> = asked.iter().map(|(capsule, h)| (capsule, h)).collect();
    let sight = if args.blind {
        Sight::Blind
    } else {
        Sight::Open
    };
    let requests = match &credential {
        None => held.request(&key, &asked, sight, &claims, now, &mut SysRng),
        Some(it) => held.request_in_role((&key, it), &asked, sight, &claims, now, &mut SysRng),
    };
    let requests = requests.role(role)?;
    output.write_all(&requests.to_bytes()?).role("-o")?;
    output.commit("-o")?;

    let header = held.grant().header();
    let relays = requests.iter().count();
    let mut notes = Notes::default();
    notes.say(format!(
        "asked {} for {}; {} must answer",
        values::counted(relays as u64, "relay"),
        values::counted(asked.len() as u64, "capsule"),
        header.threshold(),
    ));
    if passed_over > 0 {
        notes.say(format!(
            "passed over {} that the grant does not open",
            values::counted(passed_over, "record")
        ));
    }
    notes.say(if args.blind {
        "relays see digests of the records"
    } else {
        "relays see the labels of the records"
    });
    notes.say(format!(
        "of the patient {}",
        header.patient().fingerprint().to_words()
    ));
    if header.epoch().is_some() {
        notes.say("give the relays the grant with the requests: they do not know it");
    }
    let value = json!({
        "grant": values::hex(header.grant_id()),
        "patient": values::hex(header.patient().id().as_bytes()),
        "relays": relays,
        "threshold": header.threshold(),
        "capsules": asked.len(),
        "passed_over": passed_over,
        "blind": args.blind,
        "time": now,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

fn claims(args: &RequestNew) -> Outcome<Claims> {
    let mut claims = Claims::none();
    if let Some(code) = &args.purpose {
        claims = claims
            .purpose(values::text(code, "--purpose")?)
            .role("--purpose")?;
    }
    if let Some(code) = &args.action {
        claims = claims
            .action(values::text(code, "--action")?)
            .role("--action")?;
    }
    if let Some(code) = &args.role {
        claims = claims.role(values::text(code, "--role")?).role("--role")?;
    }
    if args.break_glass {
        claims = claims.break_glass();
    }
    Ok(claims)
}

/// A capsule and h of its record.
type Asked = (Capsule, [u8; 32]);

/// The capsules that the grant opens, each with the digest of its record's fixed part, and how
/// many records were passed over.
fn read(paths: &[PathBuf], held: &RecipientGrant, skip: bool) -> Outcome<(Vec<Asked>, u64)> {
    let patient = held.grant().header().patient().id();
    let (mut asked, mut seen, mut passed_over) = (Vec::new(), BTreeSet::new(), 0);
    for path in paths {
        let mut file = File::open(path).role("PATH")?;
        let header = Header::read_from(&mut file).role("PATH")?;
        let mut own = capsules(&header).role("PATH")?;
        own.retain(|capsule| capsule.patient() == patient);
        let refusal = if own.is_empty() {
            Some(Error::NoStanza)
        } else if own.iter().all(|capsule| held.satisfies(capsule.labels())) {
            None
        } else {
            Some(Error::NotSatisfied)
        };
        match refusal {
            Some(_) if skip => passed_over += 1,
            Some(refusal) => return Err(refusal).role("PATH"),
            None => {
                // The same record twice is asked for once.
                own.retain(|capsule| seen.insert(*capsule.digest()));
                asked.extend(own.into_iter().map(|capsule| (capsule, *header.digest())));
            }
        }
    }
    Ok((asked, passed_over))
}
