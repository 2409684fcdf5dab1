//! Switches one change on and looks whether a test notices.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::Failure;
use crate::list::Mutant;
use crate::suite::{Ending, Program, Reach, Test};

/// What became of a change.
pub struct Outcome {
    /// `caught`, `timeout` (caught as well) or `missed`.
    pub kind: &'static str,
    /// The test that noticed, or how many did not.
    pub by: String,
}

/// The time of a processor that a call of the test program may take at least.
const PATIENCE: Duration = Duration::from_secs(5);
/// The first call has tests of this much time, the next twice as much.
const FIRST: Duration = Duration::from_millis(100);
const LARGEST: Duration = Duration::from_secs(20);
/// Names in one call.
const NAMES: usize = 200;
/// So many of the tests that last noticed something in a file are tried first there.
const RECENT: usize = 8;

/// The tests that noticed something in a file, the last first.
#[derive(Default)]
pub struct Noticed(Mutex<HashMap<String, Vec<usize>>>);

impl Noticed {
    fn of(&self, file: &str) -> Vec<usize> {
        let noticed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noticed.get(file).cloned().unwrap_or_default()
    }

    fn add(&self, file: &str, test: usize) {
        let mut noticed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tests = noticed.entry(file.to_owned()).or_default();
        tests.retain(|other| *other != test);
        tests.insert(0, test);
        tests.truncate(RECENT);
    }
}

/// Runs the tests that come by a change until one fails or `budget` is spent: those that noticed something in its file
/// last, then the quickest.
pub fn attempt(
    programs: &[Program],
    reach: &Reach,
    number: usize,
    mutant: &Mutant,
    noticed: &Noticed,
    budget: Duration,
) -> Result<Outcome, Failure> {
    let coming_by = &reach.of_mutant[number];
    let mut order = noticed.of(&mutant.file);
    order.retain(|test| coming_by.contains(test) && reach.tests[*test].time <= FIRST * 10);
    let known = order.len();
    order.extend(
        coming_by
            .iter()
            .filter(|test| !order[..known].contains(test))
            .copied()
            .collect::<Vec<_>>(),
    );

    let on = number.to_string();
    let (mut done, mut spent, mut portion) = (0, Duration::ZERO, FIRST);
    while done < order.len() && (spent < budget || budget.is_zero()) {
        let (mut end, mut time) = (done, Duration::ZERO);
        while let Some(&test) = order.get(end) {
            let longer = time + reach.tests[test].time;
            let first = end == known && known > done;
            let other = reach.tests[test].program != reach.tests[order[done]].program;
            if end > done && (other || first || longer > portion || end - done == NAMES) {
                break;
            }
            (end, time) = (end + 1, longer);
        }
        let names: Vec<&str> = order[done..end]
            .iter()
            .map(|&test| reach.tests[test].name.as_str())
            .collect();
        let index = reach.tests[order[done]].program;
        match programs[index].run(
            &names,
            &[("HIPPOCRYPT_MUTANT", &on)],
            PATIENCE.max(time * 10),
        )? {
            Ending::Failed(by) => {
                let failed = |test: &&usize| {
                    let Test { program, name, .. } = &reach.tests[**test];
                    (*program, name) == (index, &by)
                };
                if let Some(&test) = order.iter().find(failed) {
                    noticed.add(&mutant.file, test);
                }
                let by = format!("{} {by}", programs[index].label);
                return Ok(Outcome {
                    kind: "caught",
                    by: by.trim_start().to_owned(),
                });
            }
            Ending::TookTooLong => {
                return Ok(Outcome {
                    kind: "timeout",
                    by: format!("among {}", names.join(" ")),
                });
            }
            Ending::Passed(_) => {}
        }
        done = end;
        spent += time;
        portion = (portion * 2).min(LARGEST);
    }
    let by = match order.len() {
        0 => "no test comes by".to_owned(),
        all if done < all => format!("{done} of {all} tests"),
        all => format!("all {all} tests"),
    };
    Ok(Outcome { kind: "missed", by })
}
