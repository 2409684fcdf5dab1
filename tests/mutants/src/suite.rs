//! The unit tests: which there are, what each reaches and how long it takes.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;

/// A test with the time it takes.
pub struct Test {
    /// The number of its program.
    pub program: usize,
    pub name: String,
    pub time: Duration,
}

/// A test program that runs in a folder.
pub struct Program {
    /// Its name, which the unit tests' has none.
    pub label: String,
    pub path: PathBuf,
    pub folder: PathBuf,
    /// Names what was found for it.
    pub stamp: String,
}

/// How a run of tests ended.
pub enum Ending {
    /// With the time of a processor that it took.
    Passed(Duration),
    /// The test that failed, or what the program died of.
    Failed(String),
    TookTooLong,
}

/// A change that never stops allocating is not to take the machine with it; in KiB.
const MEMORY: u64 = 8 << 20;
/// A test that waits for ever takes no time of a processor: it may take this many times its limit by the clock.
const CROWD: u32 = 30;

impl Program {
    /// Some tests, one after the other; stops at the first that fails, or after a time of a processor, which does not
    /// hang on what else the machine does.
    pub fn run(
        &self,
        tests: &[&str],
        set: &[(&str, &str)],
        limit: Duration,
    ) -> Result<Ending, Failure> {
        let mut child = Command::new("sh")
            .args([
                "-c",
                "ulimit -v $0; ulimit -t $1; ulimit -c 0; shift; exec nice -n 15 \"$@\"",
            ])
            .args([MEMORY.to_string(), limit.as_secs().to_string()])
            .arg(&self.path)
            .args(["--exact", "--test-threads", "1"])
            .args(tests)
            .envs(set.iter().copied())
            .env("PROPTEST_MAX_SHRINK_ITERS", "0")
            .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true")
            .env("RUST_BACKTRACE", "0")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let ending = watch(&mut child, Instant::now() + limit * CROWD);
        let _ = child.kill();
        let _ = child.wait();
        ending
    }

    /// The names of all tests but those that are ignored.
    pub fn names(&self) -> Result<Vec<String>, Failure> {
        let list = |more: &[&str]| -> Result<Vec<String>, Failure> {
            let output = Command::new(&self.path)
                .args(["--list", "--format", "terse"])
                .args(more)
                .current_dir(&self.folder)
                .output()?;
            let text = String::from_utf8(output.stdout)?;
            let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
            Ok(names.map(str::to_owned).collect())
        };
        let ignored = list(&["--ignored"])?;
        Ok(list(&[])?
            .into_iter()
            .filter(|name| !ignored.contains(name))
            .collect())
    }
}

/// What the kernel sends who has used up the time of a processor that was granted.
const SIGXCPU: i32 = 24;
const SIGKILL: i32 = 9;

/// The time of a processor that a child took until now, where the kernel tells.
fn used(child: &Child) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Reads what the test program prints.
fn watch(child: &mut Child, deadline: Instant) -> Result<Ending, Failure> {
    let output = child.stdout.take().ok_or("no output")?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
        }
    });
    let started = Instant::now();
    let mut last = String::new();
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                let name = line
                    .strip_prefix("test ")
                    .and_then(|line| line.split_once(" ... "));
                if let Some((name, end)) = name {
                    if end.ends_with("FAILED") {
                        return Ok(Ending::Failed(name.to_owned()));
                    }
                    last = name.to_owned();
                }
                if line.starts_with("test result: ok.") {
                    return Ok(Ending::Passed(used(child).unwrap_or(started.elapsed())));
                }
                if line.starts_with("test result: FAILED.") {
                    return Ok(Ending::Failed(format!("after {last}")));
                }
            }
            Err(RecvTimeoutError::Timeout) => return Ok(Ending::TookTooLong),
            Err(RecvTimeoutError::Disconnected) => {
                return Ok(match child.wait()?.signal() {
                    Some(SIGXCPU | SIGKILL) => Ending::TookTooLong,
                    _ => Ending::Failed(format!("the test program died after {last}")),
                });
            }
        }
    }
}

/// What the tests reach: of each change the tests that come by it, the quickest first.
pub struct Reach {
    pub tests: Vec<Test>,
    pub of_mutant: Vec<Vec<usize>>,
}

/// Program, name, milliseconds and the changes that a test comes by.
type Found = (usize, String, u64, Vec<usize>);

/// Runs every test alone, or reads from `home/reach.txt` what a former run of the same programs found.
pub fn reach(
    programs: &[Program],
    home: &Path,
    count: usize,
    jobs: usize,
) -> Result<Reach, Failure> {
    let path = home.join("reach.txt");
    let mut found: Vec<Found> = Vec::new();
    let mut fresh: Vec<(usize, String)> = Vec::new();
    let former = fs::read_to_string(&path).unwrap_or_default();
    for (index, program) in programs.iter().enumerate() {
        let mut known: HashMap<&str, (&str, &str)> = HashMap::new();
        for line in former.lines() {
            if let [stamp, name, time, numbers] = line.split('\t').collect::<Vec<_>>()[..]
                && stamp == program.stamp
            {
                known.insert(name, (time, numbers));
            }
        }
        for name in program.names()? {
            if let Some((time, numbers)) = known.get(name.as_str()) {
                let numbers = numbers.split(',').filter_map(|number| number.parse().ok());
                found.push((index, name, time.parse()?, numbers.collect()));
            } else {
                fresh.push((index, name));
            }
        }
    }
    println!(
        "{} tests, {} to be run alone first",
        found.len() + fresh.len(),
        fresh.len()
    );

    let file = Mutex::new(File::options().append(true).create(true).open(&path)?);
    let more: Mutex<Vec<Found>> = Mutex::default();
    crate::in_parallel(jobs, &fresh, |worker, (index, name)| {
        let program = &programs[*index];
        let reached = home.join(format!("reached.{worker}"));
        fs::write(&reached, "")?;
        let place = reached.to_str().ok_or("a path that is no text")?;
        let set = [("HIPPOCRYPT_MUTANTS_REACHED", place)];
        let ending = program.run(&[name.as_str()], &set, Duration::from_secs(900))?;
        let Ending::Passed(time) = ending else {
            println!(
                "not used, for it fails without a change: {} {name}",
                program.label
            );
            return Ok(());
        };
        let time = time.as_millis() as u64;
        let text = fs::read_to_string(&reached)?;
        let numbers: Vec<usize> = text.lines().filter_map(|line| line.parse().ok()).collect();
        let listed: Vec<String> = numbers.iter().map(usize::to_string).collect();
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(
            file,
            "{}\t{name}\t{time}\t{}",
            program.stamp,
            listed.join(",")
        )?;
        let mut more = more.lock().unwrap_or_else(PoisonError::into_inner);
        more.push((*index, name.clone(), time, numbers));
        Ok(())
    })?;
    found.extend(more.into_inner().unwrap_or_else(PoisonError::into_inner));

    // Tests of one program that take about as long stand together, so that one call can run them.
    let about = |time: u64| (time / 64).checked_ilog2();
    found.sort_by(|(program, name, time, _), (its, other, longer, _)| {
        (about(*time), program, time, name).cmp(&(about(*longer), its, longer, other))
    });
    let mut reach = Reach {
        tests: Vec::new(),
        of_mutant: vec![Vec::new(); count],
    };
    for (program, name, time, numbers) in found {
        for number in numbers {
            reach.of_mutant[number].push(reach.tests.len());
        }
        let time = Duration::from_millis(time);
        reach.tests.push(Test {
            program,
            name,
            time,
        });
    }
    Ok(reach)
}
