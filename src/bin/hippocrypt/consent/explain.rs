//! `consent explain`.

use hippocrypt::Error;
use hippocrypt::consent::{self, Audience, Phrases};

use super::describe;
use super::source::{Sources, vocabulary};
use crate::args::ConsentExplain;
use crate::failure::{Outcome, Role};
use crate::{json, report, values};

/// The largest table of phrases, in bytes.
const PHRASES: usize = 1 << 20;

/// Says a consent in plain words.
pub fn explain(args: &ConsentExplain) -> Outcome<()> {
    let audience = Audience::from_name(values::text(&args.audience, "--for")?)
        .ok_or(Error::Argument("patient or carer"))
        .role("--for")?;
    let phrases = match &args.phrases {
        None => Phrases::english()?,
        Some(path) => {
            let table = json::read(path, PHRASES, "--phrases")?;
            Phrases::read(&table).role("--phrases")?
        }
    };
    let vocabulary = vocabulary(&args.words)?;
    let source = Sources::new(&args.how, &vocabulary, args.json)?.read_one(&args.input)?;
    let words = consent::explain(&source.terms, &vocabulary, audience, &phrases).role("FILE")?;
    if args.json {
        return report::json(&describe::value(&words.to_json())?);
    }
    report::print(&words.to_string())
}
