//! `proof verify`.

use hippocrypt::zk::{DirectoryReplayStore, ReplayStore};

use super::relied::{Found, Relied, pseudonym, reason};
use crate::args::ProofVerify;
use crate::failure::{Outcome, Role};

use crate::report::Notes;
use crate::values;

/// Most records that are listed one by one for people.
const LISTED: usize = 100;

/// Verifies proofs, and which records they cover.
pub fn verify(args: &ProofVerify) -> Outcome<()> {
    let relied = Relied::read(&args.relied)?;
    let mut store = args.replay.as_ref().map(DirectoryReplayStore::open);
    let mut store = store.take().transpose().role("--replay")?;
    let replay = store.as_mut().map(|it| it as &mut dyn ReplayStore);
    let found = relied.verify(args.once, replay)?;

    let mut notes = Notes::default();
    for (place, proof) in found.proofs().iter().enumerate() {
        let number = place + 1;
        notes.say(match proof {
            Ok(proof) => format!(
                "proof {number}: right, at {}; pseudonym {}",
                values::moment(proof.inputs().now),
                pseudonym(proof)
            ),
            Err(error) => format!("proof {number}: refused: {error}"),
        });
    }
    match &found {
        Found::Someone(_) => notes.say(
            "it shows that someone enrolled consented; without --record, nothing about whom a record is of",
        ),
        Found::Records(records) => {
            let (rows, covered) = (records.rows(), records.covered());
            notes.say(format!(
                "{covered} covered, {} not covered",
                rows.len() - covered
            ));
            let open = rows
                .iter()
                .filter_map(|row| Some((row.record, reason(&row.coverage)?)));
            for (record, reason) in open.take(LISTED) {
                notes.say(format!("  record {}: not covered: {reason}", record + 1));
            }
            notes.say("that a record is of this patient is its custodian's word");
        }
    }
    if args.relied.development {
        notes.say(format!("warning: keys made by {}", relied.provenance()));
    }
    if args.replay.is_none() {
        notes.say("warning: without --replay a proof can be used again");
    }
    // What was found is the answer, also where it is no.
    notes.finish(args.telling.quiet, args.telling.json, &found.value())?;
    match found.complaint() {
        None => Ok(()),
        Some(error) => Err(error.into()),
    }
}
