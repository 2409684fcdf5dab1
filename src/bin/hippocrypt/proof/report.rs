//! `proof report`.

use std::io::Write;

use hippocrypt::keys::disk;

use super::html;
use super::relied::Relied;
use crate::args::ProofReport;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};

/// Writes a page about what proofs cover. Uses none up.
pub fn report(args: &ProofReport) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let relied = Relied::read(&args.relied)?;
    let found = relied.verify(false, None)?;
    let page = html::page(&relied, &found);
    let mut output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    output.write_all(page.as_bytes()).role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    let right = found.proofs().iter().filter(|it| it.is_ok()).count();
    notes.say(format!(
        "{right} of {} proofs are right",
        found.proofs().len()
    ));
    notes.finish(args.telling.quiet, args.telling.json, &found.value())
}
