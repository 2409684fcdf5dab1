//! The fourth act: a monitor that never sees a network, a daughter who helps, and a phone that is lost.
//!
//! The patient's phone mints coupons for a monitor. The monitor seals and signs an ECG with them, in
//! frames of ten seconds, each on its disk before the next; its second session ends in the middle of a
//! frame, when its battery does (the process is killed). A gateway uploads both: it copies bytes. The
//! patient grants the daughter the ECGs until a day, through relays; she opens both sessions, the second
//! to its last whole frame. Then the phone is lost, two of three trustees give the key back, and the
//! patient opens the whole history with it.
//!
//! The recording is synthetic (`recording.rs`), unless a file of PhysioNet's is there.

mod people;
pub(crate) mod recording;
mod telling;

use super::hospital::end_of_next_year;
use super::tool::{Answer, Tool};
use people::{ANSWERING, HELPING, People};
use recording::{FRAME, Recording};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Frames of the session that ends, and whole ones of that which is cut off.
const FRAMES: [usize; 2] = [18, 2];
/// What the sessions are called.
const SESSIONS: [&str; 2] = ["session-1", "session-2"];
/// How many coupons the phone mints: one for each session, and one more.
const COUPONS: &str = "3";

/// What became of one session.
#[derive(Default)]
pub(crate) struct Session {
    name: String,
    /// Whole frames that were recorded.
    frames: usize,
    /// The file that was uploaded.
    bytes: u64,
    /// What a stranger sees: ended, or interrupted.
    seen: String,
    /// Frames that the daughter opened, and that the patient opened after the recovery.
    carer: usize,
    recovered: usize,
}

/// What the fourth act tells.
#[derive(Default)]
pub(crate) struct Night {
    source: String,
    synthetic: bool,
    sessions: Vec<Session>,
    until: String,
    /// Sealing, for each frame: the whole call, divided.
    per_frame: Duration,
    /// The errors that one relay, and one trustee, are not enough with.
    one_relay: Option<u16>,
    one_trustee: Option<u16>,
    steps: Vec<(String, Duration)>,
    problems: Vec<String>,
    wall: Duration,
}

/// Plays it all in an empty folder.
pub(crate) fn play(tool: &Tool, folder: &Path, ecg: Option<&Path>) -> Result<Night, String> {
    let start = Instant::now();
    // One more, of which the monitor seals nothing whole.
    let recording = Recording::read(ecg, FRAMES.iter().sum::<usize>() + 1)?;
    let people = &People::found(tool, folder)?;
    let mut night = Night {
        source: recording.source,
        synthetic: recording.synthetic,
        until: end_of_next_year()?,
        ..Night::default()
    };
    night.step(
        &format!("the phone mints {COUPONS} coupons"),
        people.mint(COUPONS)?,
    );
    night.step("the monitor takes them in", people.stock()?);
    let (first, second) = recording.bytes.split_at(FRAMES[0] * FRAME);
    night.record(people, first)?;
    night.record_until_the_battery_is_empty(people, second)?;
    for session in SESSIONS {
        night.upload(people, session)?;
    }
    let recorded = [first, second.get(..FRAMES[1] * FRAME).unwrap_or_default()];
    night.let_the_daughter_open(people, recorded)?;
    night.lose_the_phone(people, recorded)?;
    night.wall = start.elapsed();
    Ok(night)
}

impl Night {
    /// A session that ends when the patient wakes up.
    fn record(&mut self, people: &People<'_>, content: &[u8]) -> Result<(), String> {
        let sealed = people.seal(SESSIONS[0], |tool, words| tool.pipe(words, content))?;
        must(&sealed, "seal")?;
        self.per_frame = sealed.time / FRAMES[0] as u32;
        self.step(
            &format!("the monitor seals {} frames", FRAMES[0]),
            sealed.time,
        );
        Ok(())
    }

    /// One that is killed in the middle of a frame.
    fn record_until_the_battery_is_empty(
        &mut self,
        people: &People<'_>,
        content: &[u8],
    ) -> Result<(), String> {
        let (whole, half) = (FRAMES[1] * FRAME, FRAMES[1] * FRAME + FRAME / 2);
        let mut monitor = people.seal(SESSIONS[1], Tool::start)?;
        let fed = monitor.feed(content.get(..half).unwrap_or_default());
        let begin = Instant::now();
        let on_disk = || {
            let seen = people.inspect(&people.file(SESSIONS[1])).ok();
            seen.and_then(|it| it.get("segments")?.as_u64())
        };
        while fed.is_ok() && on_disk() != Some((whole / FRAME) as u64) {
            if begin.elapsed() > Duration::from_secs(60) {
                monitor.kill()?;
                return Err("the monitor does not write its frames".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        monitor.kill()?;
        fed
    }

    /// The gateway sees how many frames there are, and copies.
    fn upload(&mut self, people: &People<'_>, name: &str) -> Result<(), String> {
        let seen = people.inspect(&people.file(name))?;
        let status = seen.get("status").and_then(Value::as_str);
        self.sessions.push(Session {
            name: name.to_owned(),
            frames: seen
                .get("segments")
                .and_then(Value::as_u64)
                .unwrap_or_default() as usize,
            bytes: people.upload(name)?,
            seen: status.unwrap_or_default().to_owned(),
            ..Session::default()
        });
        Ok(())
    }

    fn let_the_daughter_open(
        &mut self,
        people: &People<'_>,
        recorded: [&[u8]; 2],
    ) -> Result<(), String> {
        self.step(
            "the patient grants the daughter",
            people.grant(&self.until)?,
        );
        let (asked, answers) = people.ask()?;
        self.step("the daughter asks for both sessions", asked);
        self.step("two relays answer", answers.iter().sum());
        let alone = people.open_as_carer(SESSIONS[0], &ANSWERING[..1])?;
        self.one_relay = alone.error;
        if alone.status != Some(1) || people.file("carer").join(SESSIONS[0]).exists() {
            self.problem("one relay was enough for the daughter");
        }
        let mut opening = Duration::ZERO;
        for (name, content) in SESSIONS.into_iter().zip(recorded) {
            let answer = people.open_as_carer(name, &ANSWERING)?;
            opening += answer.time;
            let opened = people.file("carer").join(name);
            let frames = self.opened("the daughter", name, (&answer, &opened), content);
            self.session(name, |it| it.carer = frames);
        }
        self.step("the daughter opens both", opening);
        Ok(())
    }

    fn lose_the_phone(&mut self, people: &People<'_>, recorded: [&[u8]; 2]) -> Result<(), String> {
        let (phone, found) = (people.file("phone.key"), people.file("found.key"));
        fs::remove_file(phone).map_err(|error| format!("the phone: {error}"))?;
        people.release()?;
        let alone = people.recover(&HELPING[..1])?;
        self.one_trustee = alone.error;
        if alone.status != Some(1) || found.exists() {
            self.problem("one trustee was enough");
        }
        let recovered = people.recover(&HELPING)?;
        must(&recovered, "patient recover")?;
        self.step("two trustees give the key back", recovered.time);
        let mut opening = Duration::ZERO;
        for (name, content) in SESSIONS.into_iter().zip(recorded) {
            let answer = people.open_recovered(name)?;
            opening += answer.time;
            let opened = people.file("history").join(name);
            let frames = self.opened("the patient", name, (&answer, &opened), content);
            self.session(name, |it| it.recovered = frames);
        }
        self.step("the patient opens the whole history", opening);
        Ok(())
    }

    /// How many frames came out of a session, each as it was recorded: all of the first, and of
    /// the second, which has no end, those that were whole, and the error that says so.
    fn opened(
        &mut self,
        who: &str,
        name: &str,
        (answer, path): (&Answer, &Path),
        recorded: &[u8],
    ) -> usize {
        const INTERRUPTED: u16 = 336;
        let told: Value = serde_json::from_str(&answer.out).unwrap_or_default();
        let signed = told.pointer("/sender/status").and_then(Value::as_str);
        let expected = if name == SESSIONS[0] {
            (Some(0), None)
        } else {
            (Some(1), Some(INTERRUPTED))
        };
        if (answer.status, answer.error) != expected || signed != Some("signed") {
            let text = answer.text.trim();
            self.problem(format!("{name}: {who} got {text:?}"));
        }
        let opened = fs::read(path).unwrap_or_default();
        if opened != recorded {
            self.problem(format!("{name}: {who} opened other bytes"));
            return 0;
        }
        opened.len() / FRAME
    }

    fn session(&mut self, name: &str, change: impl FnOnce(&mut Session)) {
        let found = self.sessions.iter_mut().find(|it| it.name == name);
        found.map(change).unwrap_or_default();
    }

    fn step(&mut self, name: &str, time: Duration) {
        self.steps.push((name.to_owned(), time));
    }

    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// What went wrong; empty if all is well.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }
}

fn must(answer: &Answer, what: &str) -> Result<(), String> {
    if answer.status == Some(0) {
        return Ok(());
    }
    let (status, text) = (answer.status, answer.text.trim());
    Err(format!("`{what}` ended with {status:?}: {text}"))
}
