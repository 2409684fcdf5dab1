//! What the tool says of the consent: in plain words, and of requests.

use super::super::hospital::day;
use super::people::{BY_THE_LETTER, People, READING, told};
use super::wishes::Wishes;
use super::{Decision, Story};
use serde_json::Value;
use std::path::Path;

impl Story {
    /// The tool says in plain words what will be enforced, and what it refuses to guess.
    pub(super) fn explain(
        &mut self,
        people: &People<'_>,
        consent: &Path,
        who: &Wishes,
    ) -> Result<(), String> {
        let answer = people.explain(consent, READING)?;
        self.step("the consent in plain words", answer.time);
        let lines = answer
            .out
            .lines()
            .skip_while(|it| *it != "What is enforced");
        let lines = lines.skip(1).take_while(|it| !it.is_empty());
        self.explained = lines.map(str::to_owned).collect();
        let text = self.explained.join("\n");
        let sensitivity = format!("({})", who.sensitivity);
        let dentist = format!("{}/{}", who.base, who.dentist);
        let unlabelled = "A record that nobody has labelled is not opened under this rule.";
        for said in [&sensitivity, &dentist, unlabelled] {
            if answer.status != Some(0) || !text.contains(said) {
                self.problem(format!("the plain words do not say {said:?}"));
            }
        }
        let answer = people.explain(consent, BY_THE_LETTER)?;
        self.ambiguous = (answer.error, answer.text.trim().to_owned());
        if (answer.status, answer.error) != (Some(1), Some(607)) || !answer.out.is_empty() {
            self.problem("the ambiguous reading of the consent was not refused");
        }
        Ok(())
    }

    /// One request each that the consent permits, denies, and says nothing of.
    pub(super) fn decide(
        &mut self,
        people: &People<'_>,
        consent: &Path,
        who: &Wishes,
    ) -> Result<(), String> {
        let day = day(0)?;
        let labels = ["conf=R".to_owned(), format!("sens={}", who.sensitivity)];
        let about = "a psychiatric record";
        let colleague = "Practitioner/not-in-the-consent";
        for (name, reference, says, error) in [
            ("psychiatrist", who.psychiatrist.as_str(), "PERMIT", None),
            ("dentist", who.dentist.as_str(), "DENY", Some(628)),
            ("colleague", colleague, "NO_CONSENT", Some(628)),
        ] {
            let request = (who.patient.as_str(), reference, who.purpose.as_str());
            let answer = people.decide(consent, request, (&labels, &day))?;
            let decision = told(&answer);
            let said = decision.get("decision").and_then(Value::as_str);
            let status = i32::from(error.is_some());
            if said != Some(says) || (answer.status, answer.error) != (Some(status), error) {
                self.problem(format!("the {name}: {said:?} instead of {says}"));
            }
            let says = said.unwrap_or_default().to_owned();
            self.decisions.push(Decision {
                who: name,
                about,
                says,
            });
        }
        Ok(())
    }
}
