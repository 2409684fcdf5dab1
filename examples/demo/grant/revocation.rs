//! After the patient has revoked the grant: nothing new opens, and what was opened stays so.

use super::super::records::Record;
use super::super::trial::{Outcome, unexpected};
use super::chart::Batch;
use super::course::Course;
use super::parties::RELAYS;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The visible name of the record that is sealed after the revocation.
const NEW: &str = "batch-new";

/// What came of asking again.
#[derive(Default)]
pub(crate) struct Revoked {
    /// The error that each relay refused with.
    pub(crate) relays: Vec<Option<u16>>,
    /// The error that a new record is refused with, where the earlier answers are tried on it.
    pub(crate) new: Option<u16>,
    /// Whether the earlier answers still open what they were for.
    pub(crate) earlier: bool,
    /// What should not be so.
    pub(crate) problems: Vec<String>,
}

impl Revoked {
    /// The patient revokes; somebody seals a record like one that the researcher could open; the
    /// researcher asks again, and tries the earlier answers.
    pub(crate) fn play(
        course: &Course<'_>,
        like: &Batch,
        members: &[&Record],
        parts: &[PathBuf],
    ) -> Result<Self, String> {
        let mut found = Self::default();
        let parties = course.parties;
        let (request, list) = (parties.file("request-again"), parties.file("list-again"));
        course.list(true, &list)?;
        let new = Batch {
            id: NEW.into(),
            labels: like.labels.clone(),
            members: like.members.clone(),
            closed: None,
        };
        course.seal(&new, members)?;
        course.request(&request)?;
        for relay in 1..=RELAYS {
            let part = parties.file(&format!("part-{relay}-again"));
            let answer = course.transform(relay, (&request, &list, &part))?;
            let refused = answer.status == Some(1) && answer.error.is_some();
            if !refused || part.exists() {
                found.problem(format!("relay {relay} did not refuse after the revocation"));
            }
            found.relays.push(answer.error);
        }
        match course.open((NEW, members), parts, &parties.after)?.1 {
            Ok(Outcome::Refused(number)) => found.new = Some(number),
            Ok(Outcome::Opened) => found.problem("a record of after the revocation opened"),
            Err(reason) => found.problem(format!("{NEW}: the researcher {reason}")),
        }
        let left = unexpected("the researcher", &parties.after, &BTreeSet::new())?;
        found.problems.extend(left);
        let opened = course.open((&like.id, members), parts, &parties.after)?.1;
        found.earlier = opened == Ok(Outcome::Opened);
        if !found.earlier {
            found.problem("what was opened before does not open again");
        }
        Ok(found)
    }

    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }
}
