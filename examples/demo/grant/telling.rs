//! The third act as text, in plain words.

use super::super::prose::{grouped, wrapped};
use super::chart::Closed;
use super::course::PURPOSE;
use super::parties::{RELAYS, THRESHOLD};
use super::story::{Row, Step, Story};
use std::fmt::{Result, Write};

/// Columns of what stands first in a row.
const NAMES: usize = 38;

impl Story {
    /// A text for people.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> Result {
        self.write_grant(out)?;
        self.write_rows(out)?;
        self.write_steps(out)?;
        self.write_revoked(out)?;
        if self.problems.is_empty() {
            return wrapped(
                out,
                "",
                "All went as the policy says. Every opened record is the original byte for byte, and every refusal left no file.",
            );
        }
        writeln!(out, "{} PROBLEMS:", self.problems.len())?;
        self.problems
            .iter()
            .try_for_each(|problem| writeln!(out, "  {problem}"))
    }

    fn write_grant(&self, out: &mut String) -> Result {
        let opening = format!(
            "Now without any authority: the chart was sealed to the patient alone, and the patient granted a researcher some of it, through {RELAYS} relays that see labels and read nothing, of which {THRESHOLD} must answer."
        );
        wrapped(out, "", &opening)?;
        writeln!(out)?;
        for (name, words) in &self.fingerprints {
            wrapped(out, &format!("{name:>12}  "), words)?;
        }
        writeln!(
            out,
            "(the fingerprints of their keys, which people compare before they trust them)\n"
        )?;
        let granted = format!(
            "Granted for research ({PURPOSE}) until {}: observations and conditions of the last two years (up to the newest of them), nothing about HIV.",
            self.until
        );
        wrapped(out, "", &granted)?;
        writeln!(out, "  {}\n", self.policy)
    }

    fn write_rows(&self, out: &mut String) -> Result {
        writeln!(
            out,
            "{:NAMES$}  records  batches  patient opens  with 1 relay  with 2 relays  refused",
            ""
        )?;
        let empty = Row::default();
        let kinds = std::iter::once(None).chain(Closed::ALL.map(Some));
        for kind in kinds {
            let row = self.rows.get(&kind).unwrap_or(&empty);
            write_row(out, &self.describe(kind), row)?;
        }
        write_row(out, "all", &self.all())?;
        wrapped(
            out,
            "",
            "(With relays: the researcher. What stays closed stands in the first row that holds for it. Error 204: the policy does not open it; 308: fewer relays have answered than must.)",
        )?;
        writeln!(out)?;
        self.write_assertions(out)
    }

    fn describe(&self, kind: Option<Closed>) -> String {
        match kind {
            None => "what the grant is for".into(),
            Some(Closed::Unchecked) => "nobody looked for sensitive matters".into(),
            Some(Closed::Sensitive) => "about HIV".into(),
            Some(Closed::OtherType) => "neither observation nor condition".into(),
            Some(Closed::Older) => format!("from before {}, or undated", self.since),
        }
    }

    fn write_assertions(&self, out: &mut String) -> Result {
        for (by, on, codes, resources) in &self.assertions {
            let found = match codes.as_slice() {
                [] => "Nothing sensitive".into(),
                codes => codes.join(", "),
            };
            let said = format!("{found} in {resources} resources ({by}, {on}).");
            wrapped(out, "", &said)?;
        }
        let (id, codes) = (&self.vocabulary.0, self.vocabulary.1.join(", "));
        let list = format!(
            "Looked for were {codes} (the list \"{id}\"). What nobody looked through stays closed."
        );
        wrapped(out, "", &list)?;
        if self.others > 0 {
            let others = self.others;
            wrapped(
                out,
                "",
                &format!("{others} records outside of this patient's bundle were left aside."),
            )?;
        }
        if self.asked == 0 {
            wrapped(
                out,
                "",
                "Nothing in this chart is what the grant is for, so the relays were not asked.",
            )?;
        }
        writeln!(out)
    }

    fn write_steps(&self, out: &mut String) -> Result {
        writeln!(out, "{:NAMES$}  {:>7}  milliseconds", "", "bytes")?;
        for Step { name, bytes, time } in &self.steps {
            let bytes = bytes.map_or("-".into(), grouped);
            let time = time.map_or("-".into(), |time| {
                format!("{:.0}", time.as_secs_f64() * 1e3)
            });
            writeln!(out, "{name:NAMES$}  {bytes:>7}  {time:>12}")?;
        }
        let wall = self.wall.as_secs_f64();
        let all =
            format!("(Sums, with a program start for each batch and step. All took {wall:.1} s.)");
        wrapped(out, "", &all)?;
        writeln!(out)
    }

    fn write_revoked(&self, out: &mut String) -> Result {
        let Some(revoked) = &self.revoked else {
            return Ok(());
        };
        let refused: Vec<_> = revoked.relays.iter().copied().map(error).collect();
        let again = format!(
            "Then the patient revoked the grant, and a new record was sealed that it would have opened. The researcher asked all relays again: {} (402: the patient has revoked the grant). On the new record the earlier answers gave {}.",
            refused.join(", "),
            error(revoked.new),
        );
        wrapped(out, "", &again)?;
        wrapped(
            out,
            "",
            if revoked.earlier {
                "What the researcher had opened before still opens: nobody can call that back."
            } else {
                "What the researcher had opened before does not open again."
            },
        )
    }
}

fn write_row(out: &mut String, name: &str, row: &Row) -> Result {
    let opened = |count: usize| match count {
        0 => "-".to_owned(),
        count => count.to_string(),
    };
    let refused: Vec<_> = row.refusals.keys().map(u16::to_string).collect();
    let refused = match refused.as_slice() {
        [] => "-".to_owned(),
        numbers => numbers.join(","),
    };
    writeln!(
        out,
        "{name:NAMES$}  {:>7}  {:>7}  {:>13}  {:>12}  {:>13}  {:>7}",
        row.records,
        row.batches,
        opened(row.own),
        opened(row.alone),
        opened(row.opened),
        refused
    )
}

fn error(number: Option<u16>) -> String {
    number.map_or("no error".into(), |number| format!("error {number}"))
}
