//! The fifth act: a researcher's request comes with a proof.
//!
//! Two patients enrol in a registry; one of them consents to research, in a form that can be proven.
//! The hospital seals a record of each, saying, hidden, whom it is about. The researcher proves to an
//! ethics board that the patient of the first record consented, without naming the patient. What
//! nobody consented to can't be proven; the proof does not cover the other patient's record, counts
//! once, and can't be made any more once the consent is revoked.

use super::prose::wrapped;
use super::tool::{Answer, Tool};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const CONSENT: &str = r#"{"resourceType": "Consent", "status": "active",
"scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
"category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
"patient": {"reference": "Patient/nadia-rehn"}, "performer": [{"reference": "Patient/nadia-rehn"}],
"dateTime": "2026-02-03", "policy": [{"uri": "https://lakeside.example/policies/research"}],
"provision": {"type": "permit",
 "actor": [{"role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
  "reference": {"reference": "Practitioner/sato"}}],
 "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}],
 "securityLabel": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}}"#;
const BASE: &str = "https://lakeside.example/fhir";
const LABELS: &str = "--label type=Observation --label conf=N --label sens.none=hv1";
const PROVE: &str = "proof prove --key sato.key --consent nadia.hc --keys keys --registry registry";
const VERIFY: &str = "proof verify --keys keys --development --registry registry --verifier board.pub \
    --custodian ward.pub --request request.json --json";

/// Something that has to be refused.
struct Refusal {
    what: &'static str,
    /// The number that it should be refused with.
    expected: u16,
    error: Option<u16>,
}

/// What the fifth act tells.
#[derive(Default)]
pub(crate) struct Study {
    proof_bytes: u64,
    /// Records covered of records shown, with the first patient's alone and with both.
    covered: [(u64, u64); 2],
    refusals: Vec<Refusal>,
    steps: Vec<(&'static str, Duration)>,
    wall: Duration,
    problems: Vec<String>,
}

/// Plays it all in an empty folder.
pub(crate) fn play(tool: &Tool, folder: &Path) -> Result<Study, String> {
    let start = Instant::now();
    let table = Table { tool, folder };
    let mut study = Study::default();
    study.prepare(&table)?;
    study.prove(&table)?;
    study.refuse(&table)?;
    study.wall = start.elapsed();
    Ok(study)
}

/// The tool, with files of one folder.
struct Table<'a> {
    tool: &'a Tool,
    folder: &'a Path,
}

impl Table<'_> {
    /// Calls it with the words of a line; those with a dot or of a known file are in the folder.
    fn call(&self, line: &str) -> Result<Answer, String> {
        let words: Vec<std::ffi::OsString> = line
            .split_whitespace()
            .map(|word| match word.strip_prefix('@') {
                Some(file) => self.folder.join(file).into(),
                None => word.into(),
            })
            .collect();
        let words: Vec<&std::ffi::OsStr> = words.iter().map(AsRef::as_ref).collect();
        self.tool.call(&words)
    }

    fn must(&self, line: &str) -> Result<Answer, String> {
        let answer = self.call(line)?;
        if answer.status == Some(0) {
            return Ok(answer);
        }
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        let (words, status) = (words.join(" "), answer.status);
        Err(format!(
            "`{words}` ended with {status:?}: {}",
            answer.text.trim()
        ))
    }
}

/// Marks the files in a line.
fn files(line: &str) -> String {
    const FILES: [&str; 7] = [".key", ".pub", ".hc", ".json", ".hippo", ".zkp", ".subject"];
    const NAMES: [&str; 6] = [
        "keys",
        "registry",
        "place",
        "revocation",
        "used",
        "page.html",
    ];
    // The words of a command are none.
    let (command, rest) = line.split_at(line.find(" -").unwrap_or(0));
    let rest: Vec<String> = rest
        .split_whitespace()
        .map(|word| {
            let file = FILES.iter().any(|it| word.ends_with(it)) || NAMES.contains(&word);
            if file {
                format!("@{word}")
            } else {
                word.to_owned()
            }
        })
        .collect();
    format!("{command} {}", rest.join(" "))
}

impl Study {
    fn step(
        &mut self,
        table: &Table<'_>,
        what: &'static str,
        line: &str,
    ) -> Result<Answer, String> {
        let answer = table.must(&files(line))?;
        self.steps.push((what, answer.time));
        Ok(answer)
    }

    fn prepare(&mut self, table: &Table<'_>) -> Result<(), String> {
        let put = |name: &str, text: &str| {
            fs::write(table.folder.join(name), text).map_err(|error| error.to_string())
        };
        put("consent.json", CONSENT)?;
        put("obs.json", "{\"resourceType\": \"Observation\"}")?;
        self.step(
            table,
            "keys of proofs, for tests",
            "proof setup --development -o keys",
        )?;
        table.must(&files("proof registry new --registry registry"))?;
        for who in ["sato", "board", "ward"] {
            table.must(&files(&format!("signer new --name {who} -o {who}.key")))?;
        }
        for who in ["nadia", "omar"] {
            for line in [
                format!("patient new -o {who}.key"),
                format!("proof key --key {who}.key"),
                format!("proof enroll --registry registry -q {who}.pub"),
                format!("proof subject --about {who}.pub -o {who}.subject"),
                format!(
                    "seal --patient {who}.pub --record obs {LABELS} --subject {who}.subject \
                     --sign ward.key -o {who}.hippo obs.json"
                ),
            ] {
                table.must(&files(&line))?;
            }
        }
        let sign = format!(
            "consent sign --reading pcf-1.1 --base {BASE} --patient-key nadia.key -o signed.hc \
             consent.json"
        );
        table.must(&files(&sign))?;
        let place = "proof registry place --registry registry --revoker nadia.pub -o place";
        table.must(&files(place))?;
        let consent = format!(
            "proof consent --key nadia.key --place place --to sato.pub \
             --as prac={BASE}/Practitioner/sato -o nadia.hc signed.hc"
        );
        self.step(table, "the patient consents", &consent)?;
        Ok(())
    }

    fn prove(&mut self, table: &Table<'_>) -> Result<(), String> {
        for (purpose, file) in [("HRESCH", "request"), ("HMARKT", "wider")] {
            let line = format!(
                "proof request --verifier board.pub --study sleep --purpose {purpose} \
                 --bucket type=Observation,conf=N,sens.none=hv1 -o {file}.json"
            );
            table.must(&files(&line))?;
        }
        let line = format!("{PROVE} --request request.json --subject nadia.subject -o p.zkp");
        self.step(table, "the researcher proves", &line)?;
        let length = fs::metadata(table.folder.join("p.zkp"));
        self.proof_bytes = length.map_err(|error| error.to_string())?.len();
        for (at, records) in [
            "--record nadia.hippo",
            "--record nadia.hippo --record omar.hippo",
        ]
        .into_iter()
        .enumerate()
        {
            let answer = table.call(&files(&format!("{VERIFY} {records} p.zkp")))?;
            let value: Value =
                serde_json::from_str(&answer.out).map_err(|error| error.to_string())?;
            let number = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or(0);
            let covered = number("covered");
            if let Some(found) = self.covered.get_mut(at) {
                *found = (covered, covered + number("not_covered"));
            }
            self.steps.push(("the board verifies", answer.time));
        }
        if self.covered != [(1, 1), (1, 2)] {
            let problem = format!("records covered: {:?}", self.covered);
            self.problems.push(problem);
        }
        Ok(())
    }

    fn refuse(&mut self, table: &Table<'_>) -> Result<(), String> {
        let prove = |request: &str, subject: &str| {
            format!("{PROVE} --request {request} --subject {subject} -o q.zkp")
        };
        let beyond = prove("wider.json", "nadia.subject");
        self.refused(table, "to prove what nobody consented to", 342, &beyond)?;
        let other = prove("request.json", "omar.subject");
        self.refused(
            table,
            "to prove it of another patient's record",
            342,
            &other,
        )?;
        let verify = |records: &str| format!("{VERIFY} {records} p.zkp");
        let other = verify("--record omar.hippo");
        self.refused(table, "the proof for another patient's record", 348, &other)?;
        let own = verify("--record nadia.hippo --replay used");
        table.must(&files(&own))?;
        self.refused(table, "the same proof once more", 404, &own)?;
        let revoke = "proof revoke --key nadia.key --place place -o revocation";
        table.must(&files(revoke))?;
        self.step(
            table,
            "the registry takes in a revocation",
            "proof registry apply --registry registry revocation",
        )?;
        let late = prove("request.json", "nadia.subject");
        self.refused(table, "to prove a revoked consent", 342, &late)
    }

    fn refused(
        &mut self,
        table: &Table<'_>,
        what: &'static str,
        expected: u16,
        line: &str,
    ) -> Result<(), String> {
        let error = table.call(&files(line))?.error;
        if error != Some(expected) {
            self.problems
                .push(format!("{what}: {error:?} instead of {expected}"));
        }
        self.refusals.push(Refusal {
            what,
            expected,
            error,
        });
        Ok(())
    }

    /// What went wrong; empty if all is well.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// For programs.
    pub(crate) fn value(&self) -> Value {
        let milliseconds = |time: &Duration| time.as_secs_f64() * 1e3;
        json!({
            "proof_bytes": self.proof_bytes,
            "covered": self.covered.iter().map(|(covered, of)| json!([covered, of])).collect::<Vec<_>>(),
            "refusals": self.refusals.iter().map(|it| json!({"what": it.what, "expected": it.expected, "error": it.error})).collect::<Vec<_>>(),
            "steps": self.steps.iter().map(|(step, time)| json!({"step": step, "milliseconds": milliseconds(time)})).collect::<Vec<_>>(),
            "milliseconds": milliseconds(&self.wall),
            "problems": self.problems,
        })
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let opening = format!(
            "A researcher asked for normal observations, and proved to an ethics board that the patient of the record, who is enrolled and was not named, had consented: {} bytes with the request's digest and the researcher's signature. Shown records of two patients, the board found {} of {} covered.",
            self.proof_bytes, self.covered[1].0, self.covered[1].1
        );
        wrapped(out, "", &opening)?;
        writeln!(out, "\nrefused")?;
        for refusal in &self.refusals {
            let error = refusal
                .error
                .map_or("not refused".into(), |it| format!("error {it}"));
            writeln!(out, "  {:<44}{error}", refusal.what)?;
        }
        writeln!(out)?;
        for (name, time) in &self.steps {
            writeln!(out, "{name:<40}{:>10.1} ms", time.as_secs_f64() * 1e3)?;
        }
        let limits = "The keys were made by one party, for tests: whoever makes them alone can prove anything. That the record is of this patient is the hospital's word.";
        wrapped(out, "", limits)?;
        for problem in &self.problems {
            writeln!(out, "PROBLEM: {problem}")?;
        }
        Ok(())
    }
}
