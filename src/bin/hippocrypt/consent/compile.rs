//! `consent compile`.

use std::io::Write;

use hippocrypt::Error;
use hippocrypt::fhir::residual;
use hippocrypt::keys::disk;
use serde_json::json;

use super::describe;
use super::source::{Sources, vocabulary};
use crate::args::ConsentCompile;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};

/// Compiles a FHIR Consent.
pub fn compile(args: &ConsentCompile) -> Outcome<()> {
    let piped = args.output.as_deref().is_some_and(|path| path == "-");
    if let Some(path) = &args.output {
        report::check_json(args.telling.json, path)?;
    }
    if args.how.reading.is_none() {
        // Of Terms there is nothing to compile.
        return Err(Error::Missing("--reading, for a FHIR consent").into());
    }
    let vocabulary = vocabulary(&args.words)?;
    let source = Sources::new(&args.how, &vocabulary, args.telling.json)?.read_one(&args.input)?;
    let terms = &source.terms;
    if args.residual {
        for warning in &source.warnings {
            eprint_warning(warning);
        }
        return report::print(&format!("{}\n", residual(terms, &vocabulary)));
    }
    if let Some(path) = &args.output {
        let mut output = Output::create_binary(path, args.force, disk::SECRET_MODE, "-o")?;
        output.write_all(&terms.to_bytes()?).role("-o")?;
        output.commit("-o")?;
    }

    let mut notes = Notes::default();
    for warning in &source.warnings {
        notes.say(format!("warning: {warning}"));
    }
    if !source.noted.is_empty() {
        notes.say(format!(
            "without effect on any decision: {}",
            source.noted.join(", ")
        ));
    }
    if !(piped || args.telling.json || args.telling.quiet) {
        report::print(&describe::terms(terms, &vocabulary)?)?;
    }
    let value = json!({
        "terms": describe::value(&terms.to_json()?)?,
        "noted": source.noted,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

fn eprint_warning(warning: &str) {
    // The residual is what was asked for: a closed standard error does not undo it.
    let _ = writeln!(std::io::stderr(), "warning: {warning}");
}
