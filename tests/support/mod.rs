//! Runs the built tool in a directory of its own.
#![allow(dead_code)] // each test binary uses its part

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Stands in paths and values where a patient's name could; no message may repeat it.
pub const PATIENT: &str = "zephyrine";

/// A directory that is removed at the end.
pub struct Place(tempfile::TempDir);

/// How a run ended.
pub struct Ran {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        Self(tempfile::Builder::new().prefix(PATIENT).tempdir().unwrap())
    }

    /// A place with the files of the first example: an authority, a signer, a record, and
    /// the keys of three people.
    pub fn hospital() -> Self {
        let place = Self::new();
        place
            .run("authority new --name Elsewhere -o hospital.key")
            .ok();
        place.run("signer new --name 'ward 3' -o ward.key").ok();
        for (who, what) in [
            ("icu", "--attr role=cardiologist --attr dept=icu"),
            ("dentist", "--attr role=dentist"),
        ] {
            let until = "--until 2060-12-31";
            place
                .run(&format!(
                    "authority issue --key hospital.key {what} {until} -o {who}.key"
                ))
                .ok();
        }
        place.write("obs.json", b"{\"hr\":72}\n");
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Writes a file that its owner alone can read.
    pub fn write_private(&self, name: &str, bytes: &[u8]) {
        self.write(name, bytes);
        self.chmod(name, 0o600);
    }

    #[cfg(unix)]
    pub fn chmod(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    pub fn chmod(&self, _: &str, _: u32) {}

    #[cfg(unix)]
    pub fn mode(&self, name: &str) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o7777
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The names of everything there, hidden files too, each with its bytes.
    pub fn listing(&self) -> BTreeSet<(String, Vec<u8>)> {
        fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                let bytes = fs::read(entry.path()).unwrap_or_default();
                (entry.file_name().to_str().unwrap().to_owned(), bytes)
            })
            .collect()
    }

    /// The names only.
    pub fn names(&self) -> Vec<String> {
        self.listing().into_iter().map(|(name, _)| name).collect()
    }

    /// Runs the tool with a command line in which single quotes keep words together.
    pub fn run(&self, line: &str) -> Ran {
        self.pipe(line, b"")
    }

    /// As [`Place::run`], with bytes on standard input.
    pub fn pipe(&self, line: &str, input: &[u8]) -> Ran {
        let mut child = self.command(line).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || {
            // A tool that refuses early leaves its input unread.
            let _ = stdin.write_all(&input);
        });
        let ran = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::from(ran)
    }

    /// The command, its three streams piped.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hippocrypt"));
        command.args(words(line)).current_dir(self.0.path());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command line that must fail with this number, say one line, and leave everything
    /// as it was.
    #[track_caller]
    pub fn refuses(&self, code: u16, line: &str) -> String {
        self.refuses_input(code, line, b"")
    }

    /// As [`Place::refuses`], with any number, which is returned.
    #[track_caller]
    pub fn refuses_any(&self, line: &str) -> u16 {
        let before = self.listing();
        let ran = self.run(line);
        assert!(self.listing() == before, "{line}: left {:?}", self.names());
        ran.refused()
    }

    /// As [`Place::refuses`], with bytes on standard input.
    #[track_caller]
    pub fn refuses_input(&self, code: u16, line: &str, input: &[u8]) -> String {
        let before = self.listing();
        let ran = self.pipe(line, input);
        assert_eq!(ran.refused(), code, "{line}: {}", ran.err);
        assert!(self.listing() == before, "{line}: left {:?}", self.names());
        ran.err
    }

    /// Runs a command line that clap must refuse.
    #[track_caller]
    pub fn misused(&self, line: &str) {
        let before = self.listing();
        let ran = self.run(line);
        assert_eq!(ran.code, Some(2), "{line}: {}", ran.err);
        assert!(!ran.err.is_empty() && ran.out.is_empty());
        assert!(self.listing() == before, "{line}");
    }
}

impl Ran {
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self
    }

    /// The number of the error: exit code 1, one line on standard error, nothing of the user's.
    #[track_caller]
    pub fn refused(&self) -> u16 {
        assert_eq!(self.code, Some(1), "{}", self.err);
        let line = self.err.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "{line}");
        assert!(!line.contains(PATIENT), "{line}");
        let rest = line.strip_prefix("error ").unwrap();
        let (number, message) = rest.split_once(": ").unwrap();
        assert!(!message.is_empty());
        number.parse().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.out).unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Splits a command line at blanks outside single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.roll() as u8).collect()
    }
}

/// Whether a path is there at all, dangling links included.
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
