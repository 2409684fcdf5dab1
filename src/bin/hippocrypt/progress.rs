//! Moving the bytes of a record, with a bar where somebody watches a long one.

use std::io::{ErrorKind, Read, Write};

use hippocrypt::{Error, Secret};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::{Outcome, Role};

/// Records below this size, in bytes, are done before a bar could be read.
const LONG: u64 = 16 << 20;
/// Bytes moved at a time: as many as a stream takes on together.
const STEP: usize = 640 << 10;

/// Moves everything from `input` to `output`; returns how many bytes that were.
///
/// `length` is what is expected, for the bar only, which shows on terminals only.
pub fn transfer(
    input: (&mut dyn Read, &'static str),
    output: (&mut dyn Write, &'static str),
    length: Option<u64>,
) -> Outcome<u64> {
    let bar = bar(length);
    let moved = pump(input, output, &bar);
    // Also on failure: the error is the only line that stays.
    bar.finish_and_clear();
    moved
}

fn pump(
    (input, input_role): (&mut dyn Read, &'static str),
    (output, output_role): (&mut dyn Write, &'static str),
    bar: &ProgressBar,
) -> Outcome<u64> {
    let mut buffer = Secret::new(vec![0; STEP]);
    let mut moved = 0;
    loop {
        let count = match input.read(buffer.expose_mut()) {
            Ok(0) => return Ok(moved),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).role(input_role),
        };
        let chunk = buffer.expose().get(..count).ok_or(Error::Io("read"))?;
        output.write_all(chunk).role(output_role)?;
        moved += count as u64;
        bar.inc(count as u64);
    }
}

/// A bar for so many steps, which shows on terminals only.
pub fn counter(steps: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}

fn bar(length: Option<u64>) -> ProgressBar {
    let Some(length) = length.filter(|length| *length >= LONG) else {
        return ProgressBar::hidden();
    };
    // The target hides itself where standard error is no terminal.
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar
}
