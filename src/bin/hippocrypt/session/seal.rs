//! `seal --session`.

use std::time::Duration;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::{Record, SEGMENT_BYTES, Sealer, SessionWriter};

use super::recording::{Cut, Recording};
use crate::args::Seal;
use crate::failure::{Outcome, Role};
use crate::files::Input;
use crate::output::Output;
use crate::seal::Sealed;
use crate::{interrupt, values};

/// Where segments end unless it is said.
const DEFAULT_BYTES: usize = 64 << 10;

/// Reads where segments end.
pub fn cut(args: &Seal) -> Outcome<Cut> {
    const BYTES: &str = "--segment-bytes";
    const SECONDS: &str = "--segment-seconds";
    let bytes = match &args.segment_bytes {
        None => DEFAULT_BYTES,
        Some(value) => match usize::try_from(values::number(value, BYTES)?) {
            Ok(bytes @ 1..=SEGMENT_BYTES) => bytes,
            _ => return Err(Error::Argument("1 to 67,108,864 bytes")).role(BYTES),
        },
    };
    let after = match &args.segment_seconds {
        None => None,
        Some(value) => match values::number(value, SECONDS)? {
            seconds @ 1..=86_400 => Some(Duration::from_secs(seconds)),
            _ => return Err(Error::Argument("1 to 86,400 seconds")).role(SECONDS),
        },
    };
    Ok(Cut { bytes, after })
}

/// Seals what comes from `input`, each segment on the disk before the next one is read.
pub fn record(
    sealer: &mut Sealer<'_>,
    record: &Record,
    (input, cut): (Input, Cut),
    mut output: Output,
) -> Outcome<Sealed> {
    let session = sealer.session(record, &mut SysRng)?;
    // From here on the file is there, with all that was sealed so far.
    let mut writer = SessionWriter::new(session, &mut output).role("-o")?;
    // Whoever stops it ends the session.
    interrupt::gently();
    let mut recording = Recording::new(input.into_reader(), cut, interrupt::stopped);
    let (mut content, mut segments) = (0, 0);
    while let Some(segment) = recording.next().role("FILE")? {
        writer.segment(segment.expose()).role("-o")?;
        content += segment.expose().len() as u64;
        segments += 1;
    }
    writer.end().role("-o")?;
    let sealed = output.written();
    output.commit("-o")?;
    Ok(Sealed {
        content,
        sealed,
        header: None,
        segments: Some(segments),
    })
}
