//! Sessions: recordings that are sealed as they come, and read while they grow.

use std::ops::Range;

use hippocrypt::Error;
use hippocrypt::envelope::{SessionOutline, SessionStatus};
use serde_json::{Value, json};

use crate::values;

pub mod open;
mod recording;
pub mod seal;

/// What a stranger sees of a session, for programs.
pub fn outline(it: &SessionOutline) -> Value {
    json!({
        "status": match it.status {
            SessionStatus::Ended => "ended",
            SessionStatus::Interrupted => "interrupted",
        },
        "segments": it.segments,
        "missing": it.missing.iter().map(gap).collect::<Vec<_>>(),
        "torn_bytes": it.torn,
    })
}

/// The same in words, a line for each thing.
pub fn told(it: &SessionOutline) -> Vec<String> {
    let mut lines = vec![values::counted(it.segments.into(), "segment")];
    lines.extend(
        it.missing
            .iter()
            .map(|gap| format!("missing: {}", words(gap))),
    );
    lines.push(match it.status {
        SessionStatus::Ended => "ended".to_owned(),
        SessionStatus::Interrupted if it.torn == 0 => "no end: interrupted, or growing".to_owned(),
        SessionStatus::Interrupted => format!(
            "no end: interrupted, or growing; {} of another segment",
            values::bytes(it.torn)
        ),
    });
    lines
}

/// The error that opening ends with, though it gives the whole segments.
pub fn shortfall(status: SessionStatus, nothing_missing: bool) -> Option<Error> {
    match status {
        SessionStatus::Interrupted => Some(Error::Interrupted),
        SessionStatus::Ended if nothing_missing => None,
        SessionStatus::Ended => Some(Error::SegmentsMissing),
    }
}

fn gap(gap: &Range<u32>) -> Value {
    json!({ "first": gap.start, "last": gap.end - 1 })
}

fn words(gap: &Range<u32>) -> String {
    match gap.end - gap.start {
        1 => format!("segment {}", gap.start),
        _ => format!("segments {} to {}", gap.start, gap.end - 1),
    }
}
