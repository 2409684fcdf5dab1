//! `open`, of a session.

use std::io::Write;
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use hippocrypt::Error;
use hippocrypt::envelope::{OpenedHeader, Sender, SessionSource, SessionStatus};
use serde_json::{Value, json};

use crate::args::Open;
use crate::failure::{Failure, Outcome, Role};
use crate::files::Input;
use crate::output::Output;
use crate::report::Notes;
use crate::{interrupt, values};

/// How often a file that grows is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// How a session is read.
pub struct Reading {
    follow: bool,
    /// How long nothing may come.
    idle: Option<Duration>,
    incomplete: bool,
}

impl Reading {
    pub fn read(args: &Open) -> Outcome<Self> {
        let idle = args.idle.as_ref();
        let idle = idle.map(|value| values::number(value, "--idle"));
        Ok(Self {
            follow: args.follow,
            idle: idle.transpose()?.map(Duration::from_secs),
            incomplete: args.incomplete,
        })
    }

    /// Refuses what has a meaning for sessions alone.
    pub fn is_none(&self) -> Outcome<()> {
        let role = match (self.follow, self.incomplete) {
            (false, false) => return Ok(()),
            (true, _) => "--follow",
            (false, true) => "--incomplete",
        };
        Err(Error::Argument("FILE is no session")).role(role)
    }
}

/// What came out of a session.
pub struct Played {
    pub content: u64,
    segments: u64,
    pub sender: Sender,
    status: SessionStatus,
    /// Which numbers are missing, and before which byte of the output.
    missing: Vec<(Range<u32>, u64)>,
    /// What stands behind the last whole segment.
    damage: Option<Error>,
}

/// Writes every whole segment to `output`.
pub fn play<'a>(
    header: OpenedHeader<'a>,
    input: Input,
    output: &mut Output,
    reading: &Reading,
) -> Outcome<(OpenedHeader<'a>, Played)> {
    // What is no file has come to its end when nothing more comes.
    let follow = reading.follow && matches!(input, Input::File(_, Some(_)));
    let mut source = header.open_session_from(input)?;
    let mut played = Played {
        content: 0,
        segments: 0,
        sender: source.header().sender(),
        status: SessionStatus::Interrupted,
        missing: Vec::new(),
        damage: None,
    };
    if follow {
        interrupt::gently();
    }
    let mut last = Instant::now();
    loop {
        match source.next_segment() {
            Ok(Some(segment)) => {
                played.note(&source);
                output.write_all(segment.plaintext.expose()).role("-o")?;
                if reading.follow {
                    output.flush().role("-o")?;
                }
                played.content += segment.plaintext.expose().len() as u64;
                played.segments += 1;
                played.sender = segment.sender;
                last = Instant::now();
            }
            Ok(None) => {
                let over =
                    interrupt::stopped() || reading.idle.is_some_and(|idle| last.elapsed() >= idle);
                if !follow || over || source.status() == SessionStatus::Ended {
                    break;
                }
                thread::sleep(LOOK);
            }
            Err(error) if reading.incomplete && !matches!(error, Error::Io(_)) => {
                played.damage = Some(error);
                break;
            }
            Err(error) => return Err(error).role("FILE"),
        }
    }
    played.note(&source);
    played.status = source.status();
    Ok((source.into_header(), played))
}

impl Played {
    /// Gaps that were found since.
    fn note<R: std::io::Read>(&mut self, source: &SessionSource<'_, R>) {
        let new = source.missing().iter().skip(self.missing.len());
        let new: Vec<_> = new.map(|gap| (gap.clone(), self.content)).collect();
        self.missing.extend(new);
    }

    fn status(&self) -> &'static str {
        match self.status {
            _ if self.damage.is_some() => "damaged",
            SessionStatus::Ended => "ended",
            SessionStatus::Interrupted => "interrupted",
        }
    }

    /// Says what there is of it.
    pub fn tell(&self, notes: &mut Notes) {
        let segments = values::counted(self.segments, "segment");
        notes.say(match self.status() {
            "ended" => format!("session, ended: {segments}"),
            "interrupted" => format!(
                "warning: session, interrupted or still growing: {segments}, no end; what followed is not known"
            ),
            _ => format!("warning: session, damaged behind {segments}; what followed is not known"),
        });
        for (gap, at) in &self.missing {
            let missing = super::words(gap);
            let at = values::counted(*at, "byte");
            notes.say(format!(
                "warning: missing: {missing}, after {at} of the output"
            ));
        }
    }

    /// The same for programs.
    pub fn value(&self) -> Value {
        let missing = self
            .missing
            .iter()
            .map(|(gap, at)| json!({ "first": gap.start, "last": gap.end - 1, "at_byte": at }));
        json!({
            "status": self.status(),
            "segments": self.segments,
            "missing": missing.collect::<Vec<_>>(),
            "damage": self.damage.as_ref().map(Error::code),
        })
    }

    /// The error of a session that is not all there, unless that was accepted.
    pub fn verdict(&self, reading: &Reading) -> Outcome<()> {
        if reading.incomplete {
            return Ok(());
        }
        let shortfall = super::shortfall(self.status, self.missing.is_empty());
        shortfall.map_or(Ok(()), |error| Err(Failure::new("FILE", error)))
    }
}
