//! `transform`.

use std::io::Write;

use hippocrypt::Result;
use hippocrypt::keys::disk;
use hippocrypt::pre::{
    Answer, Circumstances, Credential, Current, FileRelayState, Grant, GrantHeader, HeldSharing,
    RelayKey, RelayShare, RelayState, Request, RevocationList, Verified,
};
use hippocrypt::{Error, pre::GrantShare};
use serde_json::json;

use crate::args::Transform;
use crate::failure::{Failure, Outcome, Role};
use crate::output::Output;
use crate::relay_log::{Entry, RelayLog};
use crate::report::{self, Notes};
use crate::{objects, sharing, values};

/// What the relay's operator allows.
struct Limits {
    now: u64,
    request_age: u64,
    list_age: u64,
}

/// Transforms what a recipient asked for.
pub fn run(args: &Transform) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let limits = Limits {
        now: values::now()?,
        request_age: values::number(&args.request_age, "--request-age")?,
        list_age: values::number(&args.list_age, "--list-age")?,
    };
    let grant = objects::grant(&args.grant, "--grant")?;
    let share = args.share.as_ref();
    let share = share.map(|path| objects::share(path)).transpose()?;
    let requests = objects::requests(&args.request)?;
    let lists = args
        .revocations
        .iter()
        .map(|path| objects::revocations(path, "--revocations"))
        .collect::<Outcome<Vec<_>>>()?;
    let latest = args.patient.as_ref();
    let latest = latest
        .map(|path| objects::profile(path, "--patient"))
        .transpose()?;
    let key = objects::relay_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;

    let place = sharing::state_of(&args.key, args.state.as_deref());
    let mut state = FileRelayState::open(&place, limits.now).role("--state")?;
    if args.restored {
        state.refuse_before(limits.now).role("--state")?;
    }
    let request = index(&grant, share.as_ref(), &key)
        .and_then(|index| requests.for_relay(index))
        .ok_or(Error::Missing("a request to this relay"))
        .role("--request")?;
    let log = RelayLog::open(&place).role("--state")?;
    let current = accept(lists, grant.header(), &mut state, &limits)
        .map_err(|refused| (refused, "--revocations"));
    let list = current.as_ref().ok().and_then(Option::as_ref);
    let list = list.map(|it| it.list().sequence());
    let answer = current.and_then(|current| {
        if let Some(latest) = &latest {
            let allowed = grant.header().check_carer(latest);
            allowed.map_err(|refused| (refused, "--patient"))?;
        }
        let share = Share::find(&grant, share, &key, &state)?;
        let parts = (&share, &key);
        serve(
            &grant,
            parts,
            request,
            current.as_ref(),
            &mut state,
            &limits,
        )
    });
    // Before the answer appears, so that none goes out which nobody can account for.
    let entry = Entry {
        now: limits.now,
        grant: &grant,
        request,
        list,
        no_revocations: args.no_revocations,
        refused: answer.as_ref().err().map(|(refused, _)| refused.code()),
    };
    log.add(&entry).role("--state")?;
    let answer = answer.map_err(|(refused, role)| Failure::new(role, refused))?;
    output.write_all(&answer.to_bytes()).role("-o")?;
    output.commit("-o")?;
    tell(args, &grant, request, (list, answer.refresh()))
}

/// Keeps the entries of the grant's publisher, whose list must be current, and the patient's own from
/// any other list: a list of somebody else must not fill the relay's memory with other people's.
fn accept(
    lists: Vec<RevocationList>,
    grant: &GrantHeader,
    state: &mut FileRelayState,
    limits: &Limits,
) -> Result<Option<Current>> {
    let (mut current, mut other) = (None, None);
    for list in lists {
        if list.publisher() == grant.publisher() {
            current = Some(Current::accept(list, state, limits.now, limits.list_age)?);
        } else {
            let own = list.entries().iter().filter(|it| it.is_by(grant.patient()));
            state.keep_all(&own.copied().collect::<Vec<_>>())?;
            other = Some(Error::StaleList("not by the publisher of the grant"));
        }
    }
    match (other, &current) {
        (Some(error), None) => Err(error),
        _ => Ok(current),
    }
}

/// Which relay of the grant this is.
fn index(grant: &Grant<Verified>, share: Option<&GrantShare>, key: &RelayKey) -> Option<u8> {
    let own = key.public().fingerprint();
    let relays = (1u8..).zip(grant.header().relays());
    let found = relays.filter(|(_, relay)| *relay == own).map(|it| it.0);
    share.map(GrantShare::index).or(found.min())
}

/// A relay's share: of the grant, or of the standing sharing that the grant hangs on.
enum Share {
    Own(GrantShare),
    Standing(Box<HeldSharing>),
}

impl Share {
    fn find(
        grant: &Grant<Verified>,
        share: Option<GrantShare>,
        key: &RelayKey,
        state: &FileRelayState,
    ) -> std::result::Result<Self, (Error, &'static str)> {
        match (grant.sharing(), share) {
            (None, Some(share)) => Ok(Self::Own(share)),
            (None, None) => Err((Error::Missing("the relay's share of the grant"), "--share")),
            (Some(_), Some(_)) => Err((
                Error::Sharing("the relay's share of it is in its state"),
                "--share",
            )),
            (Some(sharing), None) => match state.sharing(&sharing, key) {
                Ok(held) => Ok(Self::Standing(held.into())),
                Err(refused) => Err((refused, "--grant")),
            },
        }
    }

    /// The grant's own checks, whichever way its share came.
    fn install(
        &self,
        grant: Grant<Verified>,
        key: &RelayKey,
        now: u64,
        state: &FileRelayState,
    ) -> Result<RelayShare> {
        match self {
            Self::Own(share) => RelayShare::install(grant, share, key, now, state),
            Self::Standing(held) => held.admit(grant, now, state),
        }
    }
}

/// Installs the share and answers; the flag that a refusal is about.
fn serve(
    grant: &Grant<Verified>,
    (share, key): (&Share, &RelayKey),
    request: &Request,
    current: Option<&Current>,
    state: &mut FileRelayState,
    limits: &Limits,
) -> std::result::Result<Answer, (Error, &'static str)> {
    let installed = share
        .install(grant.clone(), key, limits.now, state)
        .map_err(|refused| {
            let role = match refused {
                Error::NotValidNow | Error::Revoked | Error::Sharing(_) => "--grant",
                _ => "--share",
            };
            (refused, role)
        })?;
    let circumstances = Circumstances {
        now: limits.now,
        request_age: limits.request_age,
        list_age: limits.list_age,
        current,
    };
    installed
        .transform(request, key, &circumstances, state)
        .map_err(|refused| (refused, "--request"))
}

fn tell(
    args: &Transform,
    grant: &Grant<Verified>,
    request: &Request,
    (list, refresh): (Option<u64>, u32),
) -> Outcome<()> {
    let credential = request.credential();
    let recipient = grant.header().recipient();
    let recipient = recipient.or(credential.map(Credential::holder));
    let claims = request.claims();
    let mut notes = Notes::default();
    notes.say(format!(
        "answered {} as relay {} of the grant",
        values::counted(request.len() as u64, "capsule"),
        request.relay(),
    ));
    if let Some(recipient) = recipient {
        notes.say(format!("for the recipient {}", recipient.to_words()));
    }
    if let Some(credential) = credential {
        notes.say(format!("who shows to have {}", credential.attributes()));
    }
    if refresh > 0 {
        notes.say(format!("with the share of refresh {refresh}"));
    }
    notes.say(format!(
        "of the patient {}",
        grant.header().patient().fingerprint().to_words()
    ));
    if !claims.claimed_purpose().is_empty() {
        notes.say(format!(
            "who claims the purpose {}",
            claims.claimed_purpose()
        ));
    }
    if claims.claims_break_glass() {
        notes.say("who claims an emergency");
    }
    if list.is_none() {
        notes.say("warning: --no-revocations: a revocation that this relay has not seen had no effect; logged");
    }
    let value = json!({
        "grant": values::hex(grant.header().grant_id()),
        "relay": request.relay(),
        "capsules": request.len(),
        "recipient": recipient.map(|it| it.to_string()),
        "attributes": credential.map(|it| it.attributes().to_string()),
        "refresh": refresh,
        "purpose": claims.claimed_purpose(),
        "break_glass": claims.claims_break_glass(),
        "list": list,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
