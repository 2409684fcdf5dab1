//! An emergency, in which a doctor whom the consent does not name breaks the glass through relays,
//! and what is left of that after the patient has revoked it.

use super::super::hospital::day;
use super::super::records;
use super::evidence::audit_event;
use super::people::{EMERGENCY, People, told};
use super::relays::refused;
use super::wishes::Wishes;
use super::{Chart, READERS, Story};
use serde_json::Value;

/// Where the emergency doctor stands among [`READERS`].
const DOCTOR: usize = READERS.len() - 1;
/// DICOM's code for an emergency override that has started.
const STARTED: &str = "110127";
/// What the doctor opened.
const OPENED: &str = "emergency";

/// What came of it.
#[derive(Default)]
pub(crate) struct Emergency {
    /// The last day of the grant.
    pub(super) until: String,
    /// The error without the claim that it is an emergency.
    pub(super) unclaimed: Option<u16>,
    /// How many batches the doctor asked for; with none, nobody labelled any.
    pub(super) asked: u64,
    /// The error with one relay alone.
    pub(super) alone: Option<u16>,
    /// What a relay's log says of it.
    pub(super) log: Value,
    /// The audit event that is made of that.
    pub(super) audit: Value,
    /// After the revocation: the errors of the relays that hold it.
    pub(super) relays: Vec<Option<u16>>,
    /// The error with the answer of the one that does not hold it yet.
    pub(super) late: Option<u16>,
    /// Whether what was opened before is still open.
    pub(super) stays: bool,
}

impl Story {
    /// Breaks the glass, and revokes.
    pub(super) fn break_the_glass(
        &mut self,
        people: &People<'_>,
        wishes: &Wishes,
        chart: &Chart,
    ) -> Result<(), String> {
        let mut found = Emergency {
            until: day(1)?,
            ..Emergency::default()
        };
        self.step("the patient shares a secret among relays", people.share()?);
        self.step(
            "the patient allows to break the glass",
            people.grant_emergencies(&found.until)?,
        );
        people.publish("list", false)?;

        let unclaimed = people.ask(false, "TREAT", "request-unclaimed")?;
        found.unclaimed = unclaimed.error;
        if unclaimed.error != Some(403) || !refused(&unclaimed, &people.file("request-unclaimed")) {
            self.problem("a request without the claim of an emergency was not refused");
        }
        let asked = people.ask(true, EMERGENCY, "request")?;
        let capsules = told(&asked).get("capsules").and_then(Value::as_u64);
        found.asked = capsules.unwrap_or_default();
        if chart.of(DOCTOR).next().is_none() {
            if !refused(&asked, &people.file("request")) {
                self.problem("the glass could be broken of what nobody has labelled");
            }
        } else if asked.status != Some(0) {
            self.problem(format!("the doctor got {:?}", asked.text.trim()));
        } else {
            self.step("the doctor breaks the glass", asked.time);
            self.serve(people, chart, &mut found)?;
            self.account(people, wishes, &mut found);
            self.revoke(people, chart, &mut found)?;
        }
        self.emergency = Some(found);
        Ok(())
    }

    /// Two relays answer, and log it.
    fn serve(
        &mut self,
        people: &People<'_>,
        chart: &Chart,
        found: &mut Emergency,
    ) -> Result<(), String> {
        let files = ("request", "list");
        let first = people.transform(1, (files.0, files.1, "part-1"))?;
        let second = people.transform(2, (files.0, files.1, "part-2"))?;
        self.step("two relays answer", first.time + second.time);
        found.log = people.logged(1)?;
        let doctor = people.fingerprint("emergency")?;
        for (field, expected) in [
            ("break_glass", Value::Bool(true)),
            ("purpose", EMERGENCY.into()),
            ("refused", Value::Null),
            ("recipient", doctor),
        ] {
            if found.log.get(field) != Some(&expected) {
                self.problem(format!("the relay's log has another {field}"));
            }
        }
        let alone = people.open_in_emergency(&["part-1"], "alone")?;
        found.alone = alone.error;
        if alone.error != Some(308) || !refused(&alone, &people.file("alone")) {
            self.problem("one relay was enough for the doctor");
        }
        let answer = people.open_in_emergency(&["part-1", "part-2"], OPENED)?;
        self.step("the doctor opens", answer.time);
        self.opened(DOCTOR, chart, (&answer, &people.file(OPENED)));
        Ok(())
    }

    /// The audit event, which has to say what the log says.
    fn account(&mut self, people: &People<'_>, wishes: &Wishes, found: &mut Emergency) {
        match audit_event(people, wishes, &found.log) {
            Ok(event) => found.audit = event,
            Err(reason) => return self.problem(format!("no audit event: {reason}")),
        }
        for (pointer, expected) in [
            ("/resourceType", Some("AuditEvent")),
            ("/subtype/0/code", Some(STARTED)),
            ("/purposeOfEvent/0/coding/0/code", Some(EMERGENCY)),
            ("/recorded", found.log.get("time").and_then(Value::as_str)),
        ] {
            if found.audit.pointer(pointer).and_then(Value::as_str) != expected {
                self.problem(format!("the audit event does not say {expected:?}"));
            }
        }
    }

    /// The clinic's next list ends the grant at two relays; the third has not got it yet.
    fn revoke(
        &mut self,
        people: &People<'_>,
        chart: &Chart,
        found: &mut Emergency,
    ) -> Result<(), String> {
        self.step("the patient revokes", people.revoke()?);
        self.step(
            "the clinic publishes it",
            people.publish("list-again", true)?,
        );
        let asked = people.ask(true, EMERGENCY, "request-again")?;
        if asked.status != Some(0) {
            return Err(format!("`request new`: {}", asked.text.trim()));
        }
        for relay in [1, 2] {
            let part = format!("part-{relay}-again");
            let answer = people.transform(relay, ("request-again", "list-again", &part))?;
            found.relays.push(answer.error);
            if answer.error != Some(402) || !refused(&answer, &people.file(&part)) {
                self.problem(format!("relay {relay} did not refuse after the revocation"));
            }
        }
        people.transform(3, ("request-again", "list", "part-3-again"))?;
        let late = people.open_in_emergency(&["part-3-again"], "late")?;
        found.late = late.error;
        if late.error != Some(308) || !refused(&late, &people.file("late")) {
            self.problem("the chart opened after the revocation");
        }
        people.open_in_emergency(&["part-1", "part-2"], "earlier")?;
        found.stays = ["earlier", OPENED].into_iter().all(|file| {
            let opened = records::load(&people.file(file), None);
            let opened = opened.map(|it| it.records).unwrap_or_default();
            let expected = chart.of(DOCTOR).map(|it| &it.bytes);
            opened.iter().map(|it| &it.bytes).eq(expected)
        });
        if !found.stays {
            self.problem("what was opened before the revocation does not stay open");
        }
        Ok(())
    }
}
