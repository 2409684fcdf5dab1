//! The first act as text, in plain words, and as JSON (fields: see the demo's `main.rs`).

use super::super::prose::{grouped, wrapped};
use super::emergency::Emergency;
use super::people::{BY_THE_LETTER, EMERGENCY, POLICY, READING, RELAYS};
use super::wishes::{Kind, Wishes};
use super::{READERS, Row, Story};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{Result, Write};

/// Columns of the first one of the table.
const NAMES: usize = 36;

impl Story {
    /// The same as the text, for programs.
    pub(crate) fn value(&self) -> Value {
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        let row = |kind: &Kind, row: &Row| {
            let opened = READERS.into_iter().zip(row.opened);
            let mut fields: BTreeMap<&str, Value> =
                opened.map(|(who, count)| (who, count.into())).collect();
            fields.insert("kind", kind.name().into());
            fields.insert("resources", row.resources.into());
            json!(fields)
        };
        let rows = self.rows.iter().map(|(kind, it)| row(kind, it));
        let senders = self.senders.iter();
        let senders = senders
            .map(|it| json!({"signer": it.signer, "from_ward": it.error, "status": it.status}));
        let decisions = self.decisions.iter();
        let decisions =
            decisions.map(|it| json!({"who": it.who, "about": it.about, "decision": it.says}));
        let steps = self.steps.iter();
        let steps =
            steps.map(|(name, time)| json!({"step": name, "milliseconds": milliseconds(*time)}));
        json!({
            "skipped": self.skipped,
            "patient": self.wishes.as_ref().map(|it| &it.patient),
            "dentist": self.wishes.as_ref().map(|it| &it.dentist),
            "psychiatrist": self.wishes.as_ref().map(|it| &it.psychiatrist),
            "reading": READING,
            "explained": self.explained,
            "ambiguous": {"reading": BY_THE_LETTER, "error": self.ambiguous.0, "text": self.ambiguous.1},
            "batches": self.batches,
            "bytes_before": self.bytes[0],
            "bytes_after": self.bytes[1],
            "rows": rows.collect::<Vec<_>>(),
            "senders": senders.collect::<Vec<_>>(),
            "decisions": decisions.collect::<Vec<_>>(),
            "break_glass": self.emergency.as_ref().map(Emergency::value),
            "steps": steps.collect::<Vec<_>>(),
            "milliseconds": milliseconds(self.wall),
            "problems": self.problems,
        })
    }

    /// A text for people.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> Result {
        wrapped(out, "", "My psychiatrist sees it, my dentist does not.")?;
        let Some(wishes) = &self.wishes else {
            let why = self.skipped.as_deref().unwrap_or_default();
            return wrapped(out, "", &format!("This act is left out: {why}."));
        };
        self.write_explained(out, wishes)?;
        self.write_rows(out)?;
        self.write_senders(out)?;
        if let Some(emergency) = &self.emergency {
            emergency.write(out)?;
        }
        writeln!(out)?;
        for (name, time) in &self.steps {
            writeln!(out, "{name:<40}{:>10.1} ms", time.as_secs_f64() * 1e3)?;
        }
        writeln!(out)?;
        if self.problems.is_empty() {
            return wrapped(
                out,
                "",
                "All went as the consent says: every resource that was opened is the original byte for byte and signed by the ward, and every refusal left no file.",
            );
        }
        writeln!(out, "{} PROBLEMS:", self.problems.len())?;
        self.problems
            .iter()
            .try_for_each(|problem| writeln!(out, "  {problem}"))
    }

    fn write_explained(&self, out: &mut String, wishes: &Wishes) -> Result {
        let Wishes {
            patient,
            dentist,
            psychiatrist,
            ..
        } = wishes;
        let who = format!(
            "{patient} has written a FHIR Consent; the dentist is {dentist}, the psychiatrist {psychiatrist}. In plain words this is what will be enforced:"
        );
        wrapped(out, "", &who)?;
        for line in &self.explained {
            let text = line.trim_start().trim_start_matches("- ");
            let start = line.get(..line.len() - text.len()).unwrap_or_default();
            wrapped(out, start, text)?;
        }
        let refused = format!(
            "Nothing is guessed. Read by the letter of FHIR R4 ({BY_THE_LETTER}) and not as its profile has it ({READING}), the same document is ambiguous and is refused: {}.",
            self.ambiguous.1
        );
        wrapped(out, "", &refused)?;
        let [before, after] = self.bytes.map(grouped);
        let sealed = format!(
            "The patient signed the consent, and the ward sealed the bundle under it in one call: {} batches, one for each set of labels, of {before} bytes {after}.",
            self.batches
        );
        wrapped(out, "", &sealed)?;
        writeln!(out)
    }

    fn write_rows(&self, out: &mut String) -> Result {
        writeln!(
            out,
            "{:NAMES$}  resources  dentist  psychiatrist  patient  emergency",
            ""
        )?;
        let mut all = Row::default();
        for kind in Kind::ALL {
            let Some(row) = self.rows.get(&kind) else {
                continue;
            };
            let name = match kind {
                Kind::Normal => "labelled as normal, or less",
                Kind::Psychiatric => "labelled as psychiatric",
                Kind::Other => "labelled as restricted otherwise",
                Kind::Unlabelled => "nobody has labelled it",
            };
            write_row(out, name, row)?;
            all.resources += row.resources;
            let both = all.opened.iter_mut().zip(row.opened);
            both.for_each(|(all, one)| *all += one);
        }
        write_row(out, "all", &all)?;
        let unlabelled = self.rows.get(&Kind::Unlabelled);
        if unlabelled.is_some_and(|it| it.resources == all.resources) {
            let why = "Nobody has labelled anything in this bundle, and nothing is inferred from what stands in it: under rules about labels all of it stays closed, but for the patient. A side file with who labels what (--labels) changes that.";
            wrapped(out, "", why)?;
        }
        writeln!(out)
    }

    fn write_senders(&self, out: &mut String) -> Result {
        for sender in &self.senders {
            let (whose, status) = match sender.signer {
                None => ("nobody", "unsigned"),
                Some(_) => ("a stranger", "signed by another key"),
            };
            let error = error(sender.error);
            let told = format!(
                "What {whose} has signed is refused where only the ward's is accepted ({error}), and told to be {status} where anybody's is."
            );
            wrapped(out, "", &told)?;
        }
        writeln!(out)?;
        for decision in &self.decisions {
            let (who, about, says) = (decision.who, decision.about, &decision.says);
            let asks = format!("the {who} asks for {about}");
            writeln!(out, "{asks:<48}{says}")?;
        }
        writeln!(out)
    }
}

impl Emergency {
    fn value(&self) -> Value {
        json!({
            "policy": POLICY,
            "purpose": EMERGENCY,
            "until": self.until,
            "without_claim": self.unclaimed,
            "batches_asked": self.asked,
            "one_relay": self.alone,
            "log": self.log,
            "audit_event": self.audit,
            "after_revocation": {"relays": self.relays, "late_relay_alone": self.late, "earlier_opens": self.stays},
        })
    }

    fn write(&self, out: &mut String) -> Result {
        let stands = format!(
            "For emergencies the patient shares a secret among {RELAYS} relays, of which 2 must answer, and lets one doctor whom the consent does not name break the glass: \"{POLICY}\", purpose {EMERGENCY}, until {}. A request that does not claim so is refused before it reaches a relay ({}).",
            self.until,
            error(self.unclaimed)
        );
        wrapped(out, "", &stands)?;
        if self.asked == 0 {
            let nothing = "Nothing in this bundle is labelled, so there is nothing that the doctor could ask for.";
            return wrapped(out, "", nothing);
        }
        let field = |name: &str| match self.log.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "missing".to_owned(),
        };
        let records = self.log.get("records").and_then(Value::as_array);
        let logged = format!(
            "The doctor asked for {} batches as an emergency; with one relay's answer none of them opens ({}), with two all do. A relay's log has a line of it:",
            self.asked,
            error(self.alone)
        );
        wrapped(out, "", &logged)?;
        let line = ["time", "recipient", "purpose", "break_glass", "refused"]
            .map(|name| format!("{name} {}", field(name)));
        let records = records.map_or(0, Vec::len);
        let line = format!("{}, records {records}", line.join(", "));
        wrapped(out, "  ", &line)?;
        let said = |pointer: &str| self.audit.pointer(pointer).and_then(Value::as_str);
        let [code, recorded, outcome] = ["/subtype/0/code", "/recorded", "/outcomeDesc"]
            .map(|pointer| said(pointer).unwrap_or("missing"));
        let event = format!(
            "With the consent, the library makes a FHIR AuditEvent of that line: DICOM's {code}, emergency override started, recorded {recorded}, \"{outcome}\"."
        );
        wrapped(out, "", &event)?;
        let relays: Vec<_> = self.relays.iter().copied().map(error).collect();
        let revoked = format!(
            "Then the patient revoked it, and the clinic published that. Relays that hold the list refuse ({}); the answer of one that has not got it yet (by default it serves for a day at most) opens nothing alone ({}).",
            relays.join(", "),
            error(self.late)
        );
        wrapped(out, "", &revoked)?;
        let stays = if self.stays {
            "What the doctor had opened before stays open: nobody can call that back."
        } else {
            "What the doctor had opened before does not stay open."
        };
        wrapped(out, "", stays)
    }
}

fn write_row(out: &mut String, name: &str, row: &Row) -> Result {
    let [dentist, psychiatrist, patient, emergency] = row.opened.map(|count| match count {
        0 => "-".to_owned(),
        count => count.to_string(),
    });
    writeln!(
        out,
        "{name:NAMES$}  {:>9}  {dentist:>7}  {psychiatrist:>12}  {patient:>7}  {emergency:>9}",
        row.resources
    )
}

fn error(number: Option<u16>) -> String {
    number.map_or("no error".into(), |number| format!("error {number}"))
}
