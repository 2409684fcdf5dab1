//! The patient's phone, the monitor, the daughter, relays and trustees: one call of the tool for
//! each thing that they do.

use super::super::tool::{Answer, Tool, arguments};
use super::recording::FRAME;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many relays there are, and how many must answer.
pub const RELAYS: usize = 3;
pub const ANSWERING: [usize; 2] = [1, 2];
/// How many trustees there are, and who of them help.
pub const TRUSTEES: usize = 3;
pub const HELPING: [usize; 2] = [1, 3];
/// The purpose that the daughter claims: family requested, a code of HL7's v3-ActReason.
pub const PURPOSE: &str = "FAMRQT";
/// What the patient grants.
pub const POLICY: &str = "type=ECG and conf=N";
/// What the monitor labels its sessions with: it has no clock.
const LABELS: [&str; 6] = [
    "--label",
    "type=ECG",
    "--label",
    "conf=N",
    "--label",
    "ym=unknown",
];

/// Everybody, in a folder that is gone when the demo ends.
pub struct People<'a> {
    pub tool: &'a Tool,
    folder: PathBuf,
}

impl<'a> People<'a> {
    /// Makes keys in an empty folder, and splits the patient's among the trustees.
    pub fn found(tool: &'a Tool, folder: &Path) -> Result<Self, String> {
        let people = Self {
            tool,
            folder: folder.to_owned(),
        };
        let new = |what: &str, name: &str| {
            let key = people.file(&format!("{name}.key"));
            let mut words = arguments![what, "new", "-o", &key].to_vec();
            if what != "patient" {
                words.extend(arguments!["--name", name]);
            }
            tool.must(&words)
        };
        new("patient", "phone")?;
        for signer in ["minter", "monitor"] {
            new("signer", signer)?;
        }
        let numbered = |what: &str, count| (1..=count).map(|it| format!("{what}-{it}")).collect();
        let trustees: Vec<String> = numbered("trustee", TRUSTEES);
        let own = ["device", "daughter"].map(str::to_owned);
        for recipient in own.iter().chain(&trustees) {
            new("recipient", recipient)?;
        }
        let relays: Vec<String> = numbered("relay", RELAYS);
        for relay in &relays {
            new("relay", relay)?;
        }
        for name in ["cloud", "carer", "history"] {
            let path = people.file(name);
            fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let (key, shares) = (people.file("phone.key"), people.file("shares"));
        let public: Vec<_> = trustees
            .iter()
            .map(|it| people.file(&format!("{it}.pub")))
            .collect();
        let mut words = arguments!["patient", "split", "--key", &key, "-o", &shares].to_vec();
        words.extend(arguments!["--threshold", "2"]);
        for trustee in &public {
            words.extend(arguments!["--trustee", trustee]);
        }
        tool.must(&words)?;
        Ok(people)
    }

    /// A file of theirs.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The phone mints coupons for the monitor.
    pub fn mint(&self, count: &str) -> Result<Duration, String> {
        let (device, patient) = (self.file("device.pub"), self.file("phone.pub"));
        let (minter, pack) = (self.file("minter.key"), self.file("pack"));
        let call = arguments!["coupon", "mint", "--for", &device, "--patient", &patient];
        let what = arguments!["--count", count, "--sign", &minter, "-o", &pack];
        let labels = LABELS.map(OsStr::new);
        self.tool.must(&[call.as_slice(), &labels, what].concat())
    }

    /// The monitor takes them in.
    pub fn stock(&self) -> Result<Duration, String> {
        let (key, minter) = (self.file("device.key"), self.file("minter.pub"));
        let (store, pack) = (self.file("store"), self.file("pack"));
        let call = arguments!["coupon", "add", "--key", &key, "--from", &minter];
        let what = arguments!["--store", &store, &pack];
        self.tool.must(&[call.as_slice(), what].concat())
    }

    /// The monitor seals a session, for as long as it is given frames. It has no clock.
    pub fn seal<T>(
        &self,
        session: &str,
        act: impl FnOnce(&Tool, &[&OsStr]) -> Result<T, String>,
    ) -> Result<T, String> {
        let (patient, store) = (self.file("phone.pub"), self.file("store"));
        let (signer, path) = (self.file("monitor.key"), self.file(session));
        let frame = FRAME.to_string();
        let call = arguments!["seal", "--patient", &patient, "--coupons", &store];
        let what = arguments!["--record", session, "--created", "0", "--sign", &signer];
        let how = arguments![
            "--session",
            "--segment-bytes",
            &frame,
            "--json",
            "-o",
            &path,
            "-"
        ];
        let labels = LABELS.map(OsStr::new);
        act(self.tool, &[call.as_slice(), &labels, what, how].concat())
    }

    /// What the gateway, or anybody, sees of a session.
    pub fn inspect(&self, path: &Path) -> Result<serde_json::Value, String> {
        let told = self.tool.told(arguments!["inspect", path], "session")?;
        Ok(told.1)
    }

    /// The gateway uploads a session: it copies bytes.
    pub fn upload(&self, session: &str) -> Result<u64, String> {
        let (from, to) = (self.file(session), self.cloud(session));
        fs::copy(from, to).map_err(|error| format!("{session}: {error}"))
    }

    /// A session as it was uploaded.
    pub fn cloud(&self, session: &str) -> PathBuf {
        self.file("cloud").join(format!("{session}.hippo"))
    }

    /// The patient grants the daughter what satisfies the policy, until a day.
    pub fn grant(&self, until: &str) -> Result<Duration, String> {
        let (key, to, grant) = (
            self.file("phone.key"),
            self.file("daughter.pub"),
            self.file("grant"),
        );
        let call = arguments!["grant", "new", "--key", &key, "--to", &to, "-o", &grant];
        let what = arguments!["--policy", POLICY, "--purpose", PURPOSE, "--until", until];
        let mut words = [call.as_slice(), what].concat();
        let relays: Vec<_> = (1..=RELAYS)
            .map(|it| self.file(&format!("relay-{it}.pub")))
            .collect();
        for relay in &relays {
            words.extend(arguments!["--relay", relay]);
        }
        words.extend(arguments!["--threshold", "2"]);
        self.tool.must(&words)
    }

    /// The daughter asks for all that was uploaded, and the relays answer: how long each took.
    pub fn ask(&self) -> Result<(Duration, Vec<Duration>), String> {
        let (key, list) = (self.file("phone.key"), self.file("list"));
        self.tool.must(arguments![
            "grant", "revoke", "--key", &key, "--none", "-o", &list
        ])?;
        let (grant, cloud, request) = (self.grant_file(), self.file("cloud"), self.file("request"));
        let key = self.file("daughter.key");
        let call = arguments!["request", "new", "--key", &key, "--grant", &grant];
        let what = arguments!["--purpose", PURPOSE, "-o", &request, &cloud];
        let asked = self.tool.must(&[call.as_slice(), what].concat())?;
        let answer = |relay: usize| {
            let (key, share) = (
                self.file(&format!("relay-{relay}.key")),
                self.file("grant").join(format!("share-{relay}.hs")),
            );
            let part = self.file(&format!("part-{relay}"));
            let call = arguments!["transform", "--key", &key, "--grant", &grant];
            let what = arguments!["--share", &share, "--request", &request];
            let how = arguments!["--revocations", &list, "-o", &part];
            self.tool.must(&[call.as_slice(), what, how].concat())
        };
        let answers = ANSWERING.into_iter().map(answer);
        Ok((asked, answers.collect::<Result<_, _>>()?))
    }

    /// The daughter opens a session with the answers of these relays, as the monitor's alone.
    pub fn open_as_carer(&self, session: &str, relays: &[usize]) -> Result<Answer, String> {
        let (key, grant) = (self.file("daughter.key"), self.grant_file());
        let parts: Vec<_> = relays
            .iter()
            .map(|it| self.file(&format!("part-{it}")))
            .collect();
        let mut words = arguments!["--key", &key, "--grant", &grant].to_vec();
        for part in &parts {
            words.extend(arguments!["--part", part]);
        }
        self.open(&words, session, &self.file("carer").join(session))
    }

    /// Trustees release their shares to the patient's new phone.
    pub fn release(&self) -> Result<(), String> {
        let new = self.file("new-phone.key");
        self.tool.must(arguments!["recipient", "new", "-o", &new])?;
        for trustee in HELPING {
            let key = self.file(&format!("trustee-{trustee}.key"));
            let share = self.file("shares").join(format!("trustee-{trustee}.ht"));
            let to = self.file("new-phone.pub");
            let released = self.file(&format!("released-{trustee}"));
            let call = arguments!["patient", "release", "--key", &key, "--share", &share];
            let what = arguments!["--to", &to, "-o", &released];
            self.tool.must(&[call.as_slice(), what].concat())?;
        }
        Ok(())
    }

    /// The new phone recovers the patient's key from what these trustees released.
    pub fn recover(&self, trustees: &[usize]) -> Result<Answer, String> {
        let (key, found) = (self.file("new-phone.key"), self.file("found.key"));
        let released: Vec<_> = trustees
            .iter()
            .map(|it| self.file(&format!("released-{it}")))
            .collect();
        let mut words = arguments!["patient", "recover", "--key", &key, "-o", &found].to_vec();
        for part in &released {
            words.extend(arguments!["--part", part]);
        }
        self.tool.call(&words)
    }

    /// The patient opens a session with the recovered key.
    pub fn open_recovered(&self, session: &str) -> Result<Answer, String> {
        let key = self.file("found.key");
        let output = self.file("history").join(session);
        self.open(arguments!["--key", &key], session, &output)
    }

    fn open(&self, key: &[&OsStr], session: &str, output: &Path) -> Result<Answer, String> {
        let (from, path) = (self.file("monitor.pub"), self.cloud(session));
        let call = arguments!["open", "--from", &from, "--json", "-o", output, &path];
        self.tool.call(&[call.as_slice(), key].concat())
    }

    fn grant_file(&self) -> PathBuf {
        self.file("grant").join("grant.hg")
    }
}
