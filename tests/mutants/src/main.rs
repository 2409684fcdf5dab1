//! Tries changes of the code that `cargo mutants --list` names, all of them compiled into one test program with a switch
//! for each: one build, and then a few tests for each change. `scripts/mutants.sh` makes the copy of the library and the
//! lists, calls this with the root, the folder of both and the parts to try, and says what the variables mean.

mod attempt;
mod build;
mod list;
mod outcomes;
mod places;
mod splice;
mod suite;

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use attempt::Noticed;
use list::PARTS;
use outcomes::Outcomes;
use suite::Program;

/// Whatever ends the run.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Calls `work` for every item, with the number of the worker.
fn in_parallel<T: Sync>(
    jobs: usize,
    items: &[T],
    work: impl Fn(usize, &T) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let worker = |number: usize| {
            while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                work(number, item)?;
            }
            Ok(())
        };
        let workers: Vec<_> = (0..jobs)
            .map(|number| scope.spawn(move || worker(number)))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err("a worker panicked".into()))
        })
    })
}

/// A number from the environment.
fn setting(name: &str, otherwise: u64) -> Result<u64, Failure> {
    std::env::var(name).map_or(Ok(otherwise), |text| Ok(text.parse()?))
}

fn run() -> Result<bool, Failure> {
    let mut arguments = std::env::args().skip(1);
    let (root, home) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("mutants ROOT HOME PART...")?;
    let (root, home) = (PathBuf::from(root), PathBuf::from(home));
    let parts: Vec<String> = arguments.collect();
    if let Some(part) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        return Err(format!("no part has the name {part}: {}", PARTS.join(", ")).into());
    }
    let shard = std::env::var("SHARD").unwrap_or_else(|_| "0/1".to_owned());
    let (shard, shards) = shard.split_once('/').ok_or("SHARD=0/40")?;
    let (shard, shards): (usize, usize) = (shard.parse()?, shards.parse()?);
    let jobs = setting("JOBS", 2)? as usize;
    let budget = Duration::from_secs(setting("BUDGET", 0)?);

    let (mutants, sources) = list::read(&root, &home)?;
    let built = build::build(&root, &home, &mutants, &sources)?;
    let programs = built.programs.iter().map(|(label, path)| {
        Ok(Program {
            label: label.clone(),
            path: path.clone(),
            folder: home.join("tree"),
            stamp: outcomes::of_program(path)?,
        })
    });
    let programs = programs.collect::<Result<Vec<Program>, Failure>>()?;
    let stamp = list::stamp(programs.iter().map(|program| &program.stamp));
    let reach = suite::reach(&programs, &home, mutants.len(), jobs)?;

    let noticed = Noticed::default();
    let mut clean = true;
    for part in PARTS
        .iter()
        .filter(|part| parts.iter().any(|asked| asked == *part))
    {
        let numbers: Vec<usize> = (0..mutants.len())
            .filter(|&number| mutants[number].part == *part)
            .collect();
        let numbers: Vec<usize> = numbers.into_iter().skip(shard).step_by(shards).collect();
        let outcomes = Outcomes::read(&home.join(part), &mutants, &sources, &stamp)?;
        let open: Vec<usize> = numbers
            .iter()
            .copied()
            .filter(|number| {
                !built.unviable.contains(number) && !built.left_out.contains_key(number)
            })
            .filter(|number| !outcomes.has(*number))
            .collect();
        println!(
            "== {part}: {} changes, {} to try",
            numbers.len(),
            open.len()
        );
        in_parallel(jobs, &open, |_, &number| {
            let mutant = &mutants[number];
            outcomes.add(
                number,
                attempt::attempt(&programs, &reach, number, mutant, &noticed, budget)?,
            )
        })?;
        let explained: HashSet<String> = outcomes::explained(&root)?;
        clean &= outcomes.report(part, &numbers, &built, &explained)?;
    }
    Ok(clean)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
