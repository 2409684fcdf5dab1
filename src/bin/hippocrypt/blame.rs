//! `blame check`.

use hippocrypt::Error;
use hippocrypt::pre::{Blame, Cache};
use serde_json::json;

use crate::args::BlameCheck;
use crate::failure::{Outcome, Role};
use crate::{objects, report, values};

/// Checks a proof against a relay.
pub fn check(args: &BlameCheck) -> Outcome<()> {
    let bytes = objects::either(&args.proof, "FILE")?;
    let mut cache = Cache::new();
    let blame = Blame::from_bytes(&bytes, &mut cache).role("FILE")?;
    let relay = blame.check(&mut cache).role("FILE")?;
    let header = blame.grant().header();
    let fingerprint = usize::from(relay)
        .checked_sub(1)
        .and_then(|at| header.relays().nth(at))
        .ok_or(Error::Verify)
        .role("FILE")?;
    if args.json {
        return report::json(&json!({
            "holds": true,
            "relay": relay,
            "fingerprint": fingerprint.to_string(),
            "words": fingerprint.to_words(),
            "grant": values::hex(header.grant_id()),
            "patient": values::hex(header.patient().id().as_bytes()),
        }));
    }
    report::print(&format!(
        "the proof holds: relay {relay} of the grant signed a wrong answer\n\
         relay    {}\ngrant    {}\npatient  {}\n",
        fingerprint.to_words(),
        values::hex(header.grant_id()),
        header.patient().fingerprint().to_words(),
    ))
}
