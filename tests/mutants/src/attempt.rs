//! Switches one change on and looks whether a test notices.

use std::time::Duration;

use crate::Failure;
use crate::suite::{Ending, Program, Reach};

/// What became of a change.
pub struct Outcome {
    /// `caught`, `timeout` (caught as well) or `missed`.
    pub kind: &'static str,
    /// The test that noticed, or how many did not.
    pub by: String,
}

/// How long a call of the test program may take at least.
const PATIENCE: Duration = Duration::from_secs(20);
/// The first call has tests of this much time, the next twice as much.
const FIRST: Duration = Duration::from_millis(300);
const LARGEST: Duration = Duration::from_secs(20);
/// Names in one call.
const NAMES: usize = 200;

/// Runs the tests that come by a change, the quickest first, until one fails or `budget` is spent.
pub fn attempt(
    program: &Program,
    reach: &Reach,
    number: usize,
    budget: Duration,
) -> Result<Outcome, Failure> {
    let tests: Vec<_> = reach.of_mutant[number]
        .iter()
        .map(|&test| &reach.tests[test])
        .collect();
    let on = number.to_string();
    let (mut done, mut spent, mut portion) = (0, Duration::ZERO, FIRST);
    while done < tests.len() && (spent < budget || budget.is_zero()) {
        let (mut names, mut time) = (Vec::new(), Duration::ZERO);
        for test in &tests[done..] {
            if !names.is_empty() && (time + test.time > portion || names.len() == NAMES) {
                break;
            }
            names.push(test.name.as_str());
            time += test.time;
        }
        let limit = PATIENCE.max(time * 10);
        match program.run(&names, &[("HIPPOCRYPT_MUTANT", &on)], limit)? {
            Ending::Failed(test) => {
                return Ok(Outcome {
                    kind: "caught",
                    by: test,
                });
            }
            Ending::TookTooLong => {
                return Ok(Outcome {
                    kind: "timeout",
                    by: format!("among {}", names.join(" ")),
                });
            }
            Ending::Passed => {}
        }
        done += names.len();
        spent += time;
        portion = (portion * 2).min(LARGEST);
    }
    let by = match tests.len() {
        0 => "no test comes by".to_owned(),
        all if done < all => format!("{done} of {all} tests"),
        all => format!("all {all} tests"),
    };
    Ok(Outcome { kind: "missed", by })
}
