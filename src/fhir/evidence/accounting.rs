//! The accounting of disclosures that a patient may ask for (45 CFR 164.528).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::record::DecisionRecord;
use super::time;
use crate::consent::{Interval, Outcome};
use crate::error::Result;
use crate::fhir::Json;
use crate::fhir::json::Object;

/// One disclosure, with what 164.528(b)(2) asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// When: RFC 3339.
    pub date: String,
    /// Who received it: the organisation where there is one, else the person.
    pub recipient: String,
    /// Their address, if known.
    pub address: Option<String>,
    /// What was disclosed.
    pub description: String,
    /// Why: codes of purpose of use, and the reason of an emergency.
    pub purpose: String,
}

/// The disclosures about one patient, by time.
///
/// Which ones must be listed is for the covered entity to say: the law leaves out those for
/// treatment, payment and operations, and those that the patient authorised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounting {
    subject: String,
    disclosures: Vec<Disclosure>,
}

impl Accounting {
    /// Of the records about this patient in this time those that `counts` and in which something was released.
    ///
    /// # Errors
    /// None for records that were checked; [`crate::Error::Time`] is passed on.
    pub fn new<'a>(
        subject: &str,
        during: &Interval,
        records: impl IntoIterator<Item = &'a DecisionRecord>,
        counts: impl Fn(&DecisionRecord) -> bool,
    ) -> Result<Self> {
        let within = |time: i64| {
            during.from().is_none_or(|from| from <= time)
                && during.until().is_none_or(|until| time < until)
        };
        let mut all: Vec<&DecisionRecord> = records
            .into_iter()
            .filter(|it| it.subject == subject && it.decision.outcome == Outcome::Permit)
            .filter(|it| within(it.time) && counts(it))
            .collect();
        all.sort_by_key(|it| it.time);
        Ok(Self {
            subject: subject.into(),
            disclosures: all.into_iter().map(disclosure).collect::<Result<_>>()?,
        })
    }

    /// The disclosures.
    #[must_use]
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// `{subject, disclosures: [{date, recipient, address, description, purpose}]}`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let one = |it: &Disclosure| {
            Object::new()
                .text("date", &it.date)
                .text("recipient", &it.recipient)
                .option("address", it.address.as_deref().map(Json::string))
                .text("description", &it.description)
                .text("purpose", &it.purpose)
                .finish()
        };
        let all = self.disclosures.iter().map(one);
        Json::object([
            ("subject", Json::string(&self.subject)),
            ("disclosures", Json::array(all)),
        ])
    }
}

impl fmt::Display for Accounting {
    /// A table for people, a disclosure a line.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["date", "recipient", "address", "purpose", "description"];
        let rows: Vec<[&str; 5]> = self
            .disclosures
            .iter()
            .map(|it| {
                let address = it.address.as_deref().unwrap_or("not known");
                [
                    &it.date,
                    &it.recipient,
                    address,
                    &it.purpose,
                    &it.description,
                ]
            })
            .collect();
        let mut widths = head.map(|it| it.chars().count());
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        writeln!(out, "Disclosures about {}", self.subject)?;
        for row in core::iter::once(&head).chain(&rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                line.push_str(&format!("{cell:width$}  "));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn disclosure(record: &DecisionRecord) -> Result<Disclosure> {
    let recipient = record.organization.as_ref().unwrap_or(&record.user);
    let name = recipient.name.as_ref().unwrap_or(&recipient.reference);
    let mut purpose = record.purposes.join(", ");
    if let Some(reason) = &record.emergency {
        purpose = format!("{purpose} (emergency: {reason})");
    }
    Ok(Disclosure {
        date: time::instant(record.time)?,
        recipient: name.clone(),
        address: recipient.address.clone(),
        description: record.description.clone(),
        purpose: if purpose.is_empty() {
            "not stated".into()
        } else {
            purpose
        },
    })
}
