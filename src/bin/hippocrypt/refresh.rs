//! `relay refresh`: each step changes the relay's state first and then gives away what the others
//! need, so that a relay that was interrupted says the same when it is asked again.

use std::ffi::{OsStr, OsString};
use std::io::Write;

use getrandom::SysRng;
use hippocrypt::Result;
use hippocrypt::keys::{disk, file};
use hippocrypt::pre::{
    Begin, FileRelayState, HeldSharing, RefreshDealing, RefreshInvitation, RefreshStatement,
    RelayKey,
};
use serde_json::json;

use crate::args::{RefreshAccept, RefreshBegin, RefreshDeal, RefreshFinish, RelayPlace};
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{files, objects, sharing, values};

/// One relay at one step.
struct Step<'a> {
    place: &'a RelayPlace,
    key: RelayKey,
    state: FileRelayState,
    held: HeldSharing,
    output: Output,
}

impl<'a> Step<'a> {
    fn begin(
        place: &'a RelayPlace,
        sharing: &OsStr,
        (output, force): (&OsStr, bool),
    ) -> Outcome<Self> {
        report::check_json(place.telling.json, output)?;
        let sharing = objects::sharing(sharing, "--sharing")?;
        let output = Output::create(output, force, disk::PUBLIC_MODE, "-o")?;
        let (key, state) = sharing::relay(place)?;
        let held = state.sharing(sharing.digest(), &key).role("--state")?;
        Ok(Self {
            place,
            key,
            state,
            held,
            output,
        })
    }

    /// On the disk before anybody else sees what follows from it.
    fn keep(&mut self) -> Outcome<()> {
        self.state
            .keep_sharing(&self.held, &self.key, &mut SysRng)
            .role("--state")
    }

    fn give(mut self, object: &[u8], number: u32, what: &str) -> Outcome<()> {
        let text = file::armour(object)?;
        self.output.write_all(text.expose().as_bytes()).role("-o")?;
        self.output.commit("-o")?;
        let mut notes = Notes::default();
        notes.say(format!(
            "relay {} of the sharing, refresh {number}: {what}",
            self.held.index()
        ));
        let value = json!({
            "sharing": values::hex(self.held.sharing().id()),
            "epoch": self.held.sharing().epoch(),
            "relay": self.held.index(),
            "refresh": number,
            "in_use": self.held.number(),
        });
        let telling = &self.place.telling;
        notes.finish(telling.quiet, telling.json, &value)
    }
}

/// Begins a refresh.
pub fn begin(args: &RefreshBegin) -> Outcome<()> {
    const ROLE: &str = "--invitation";
    let others = read(&args.invitations, ROLE, RefreshInvitation::from_bytes)?;
    let begin = if args.again {
        Begin::Again
    } else {
        Begin::GoOn
    };
    let to = (args.output.as_os_str(), args.force);
    let mut step = Step::begin(&args.place, &args.sharing, to)?;
    let invitation = step
        .held
        .begin_refresh(&step.key, (begin, &others), &step.state, &mut SysRng)
        .role(if others.is_empty() { "--sharing" } else { ROLE })?;
    step.keep()?;
    let what = "begun; give the invitation to all relays";
    step.give(&invitation.to_bytes(), invitation.number(), what)
}

/// Deals to all relays.
pub fn deal(args: &RefreshDeal) -> Outcome<()> {
    const ROLE: &str = "--invitation";
    let given = read(&args.invitations, ROLE, RefreshInvitation::from_bytes)?;
    let to = (args.output.as_os_str(), args.force);
    let step = Step::begin(&args.place, &args.sharing, to)?;
    let dealing = step.held.deal_refresh(&given, &step.key, &mut SysRng);
    let dealing = dealing.role(ROLE)?;
    let what = "dealt; give the dealing to all relays";
    step.give(&dealing.to_bytes(), dealing.number(), what)
}

/// Checks what was dealt, and signs.
pub fn accept(args: &RefreshAccept) -> Outcome<()> {
    const ROLE: &str = "--dealing";
    let given = read(&args.dealings, ROLE, RefreshDealing::from_bytes)?;
    let to = (args.output.as_os_str(), args.force);
    let mut step = Step::begin(&args.place, &args.sharing, to)?;
    let statement = step.held.accept_refresh(&given, &step.key).role(ROLE)?;
    step.keep()?;
    let what = "accepted; the old share serves until `finish`; give the statement to all relays";
    step.give(&statement.to_bytes(), statement.number(), what)
}

/// Takes the new share into use.
pub fn finish(args: &RefreshFinish) -> Outcome<()> {
    const ROLE: &str = "--statement";
    let given = read(&args.statements, ROLE, RefreshStatement::from_bytes)?;
    let to = (args.output.as_os_str(), args.force);
    let mut step = Step::begin(&args.place, &args.sharing, to)?;
    let statement = step.held.finish_refresh(&given).role(ROLE)?;
    step.keep()?;
    let what = "finished; the old share is erased";
    step.give(&statement.to_bytes(), statement.number(), what)
}

fn read<T>(
    paths: &[OsString],
    role: &'static str,
    from_bytes: fn(&[u8]) -> Result<T>,
) -> Outcome<Vec<T>> {
    paths
        .iter()
        .map(|path| from_bytes(&files::public(path, role)?).role(role))
        .collect()
}
