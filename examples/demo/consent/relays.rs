//! What stands ready for an emergency: relays with a standing sharing, and a grant under it.

use super::super::tool::{Answer, arguments};
use super::people::{EMERGENCY, POLICY, People, RELAYS};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

impl People<'_> {
    /// The patient shares a secret among the relays once, for whatever is granted later.
    pub fn share(&self) -> Result<Duration, String> {
        let (key, folder) = (self.key("patient"), self.file("sharing"));
        let relays: Vec<_> = (1..=RELAYS).map(|it| self.public(&relay(it))).collect();
        let mut words = arguments!["sharing", "new", "--key", &key, "-o", &folder].to_vec();
        for relay in &relays {
            words.extend(arguments!["--relay", relay]);
        }
        words.extend(arguments!["--threshold", "2"]);
        let time = self.tool.must(&words)?;
        for number in 1..=RELAYS {
            let (key, sharing) = (self.key(&relay(number)), self.sharing());
            let share = folder.join(format!("share-{number}.hs"));
            let call = arguments!["relay", "add", "--key", &key, "--sharing", &sharing];
            let what = arguments!["--share", &share];
            self.tool.must(&[call.as_slice(), what].concat())?;
        }
        Ok(time)
    }

    fn sharing(&self) -> PathBuf {
        self.file("sharing").join("sharing.hsh")
    }

    fn grant(&self) -> PathBuf {
        self.file("grant").join("grant.hg")
    }

    /// The patient lets the emergency doctor break the glass, until a day.
    pub fn grant_emergencies(&self, until: &str) -> Result<Duration, String> {
        let (key, doctor) = (self.key("patient"), self.public("emergency"));
        let (sharing, clinic) = (self.sharing(), self.public("clinic"));
        let folder = self.file("grant");
        let call = arguments!["grant", "new", "--key", &key, "--to", &doctor];
        let under = arguments!["--sharing", &sharing, "--publisher", &clinic];
        let what = arguments!["--policy", POLICY, "--purpose", EMERGENCY, "--break-glass"];
        let until = arguments!["--until", until, "-o", &folder];
        let words = [call.as_slice(), under, what, until].concat();
        self.tool.must(&words)
    }

    /// The patient revokes the grant.
    pub fn revoke(&self) -> Result<Duration, String> {
        let (key, grant, entries) = (self.key("patient"), self.grant(), self.file("entries"));
        let call = arguments!["grant", "revoke", "--key", &key, "--grant", &grant];
        let what = arguments!["-o", &entries];
        self.tool.must(&[call.as_slice(), what].concat())
    }

    /// The clinic publishes its list: the first without entries, the next with the patient's.
    pub fn publish(&self, list: &str, revoked: bool) -> Result<Duration, String> {
        let (key, entries, list) = (self.key("clinic"), self.file("entries"), self.file(list));
        let call = arguments!["grant", "publish", "--key", &key, "-o", &list];
        let what = arguments!["--entries", &entries];
        let what = if revoked {
            what.as_slice()
        } else {
            arguments!["--new-state"]
        };
        self.tool.must(&[call.as_slice(), what].concat())
    }

    /// The doctor asks for whatever the grant opens of the chart.
    pub fn ask(&self, emergency: bool, purpose: &str, request: &str) -> Result<Answer, String> {
        let (key, grant) = (self.key("emergency"), self.grant());
        let (request, chart) = (self.file(request), self.file("chart"));
        let call = arguments!["request", "new", "--key", &key, "--grant", &grant];
        let what = arguments!["--skip", "--json", "--purpose", purpose];
        let mut words = [call.as_slice(), what, arguments!["-o", &request, &chart]].concat();
        if emergency {
            words.extend(arguments!["--break-glass"]);
        }
        self.tool.call(&words)
    }

    /// A relay answers, or refuses, holding this list.
    pub fn transform(
        &self,
        number: usize,
        (request, list, part): (&str, &str, &str),
    ) -> Result<Answer, String> {
        let (key, grant) = (self.key(&relay(number)), self.grant());
        let [request, list, part] = [request, list, part].map(|name| self.file(name));
        let call = arguments!["transform", "--key", &key, "--grant", &grant];
        let what = arguments!["--request", &request, "--revocations", &list, "-o", &part];
        self.tool.call(&[call.as_slice(), what].concat())
    }

    /// The last line of a relay's log.
    pub fn logged(&self, number: usize) -> Result<Value, String> {
        let log = self.file(&format!("{}.state", relay(number))).join("log");
        let failed = |error: &dyn std::fmt::Display| format!("relay {number}'s log: {error}");
        let text = fs::read_to_string(log).map_err(|error| failed(&error))?;
        let line = text.lines().last().unwrap_or_default();
        serde_json::from_str(line).map_err(|error| failed(&error))
    }

    /// The doctor opens the chart with these answers of relays.
    pub fn open_in_emergency(&self, parts: &[&str], output: &str) -> Result<Answer, String> {
        let grant = self.grant();
        let parts: Vec<PathBuf> = parts.iter().map(|part| self.file(part)).collect();
        let mut how = arguments!["--grant", &grant].to_vec();
        for part in &parts {
            how.extend(arguments!["--part", part]);
        }
        self.open_from_ward("emergency", ("chart", output), &how)
    }
}

/// A relay's name.
fn relay(number: usize) -> String {
    format!("relay-{number}")
}

/// Whether a refused call was one: a number, and no file.
pub fn refused(answer: &Answer, output: &Path) -> bool {
    answer.status == Some(1) && answer.error.is_some() && !output.exists()
}
