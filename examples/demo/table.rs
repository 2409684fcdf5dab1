//! The report as a table, grouped by policy.

use super::policies::{PEOPLE, policies, policy};
use super::prose::{grouped, wrapped};
use super::report::{Mean, Report, Sum};
use std::fmt::{Result, Write};
use std::time::Duration;

impl Report {
    /// A table for people.
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> Result {
        wrapped(
            out,
            "",
            "Records of one type, confidentiality and month were sealed together; then everybody tried to open every batch.",
        )?;
        writeln!(out)?;
        let width = self
            .types
            .keys()
            .map(|(kind, conf)| name(kind, conf.as_deref()).len() + 2)
            .max()
            .unwrap_or(0);
        write!(out, "{:width$}  records  batches", "")?;
        for person in PEOPLE {
            write!(out, "  {}", person.name)?;
        }
        writeln!(out, "   before    after")?;
        for wanted in policies() {
            let mut types = self
                .types
                .iter()
                .filter(|((kind, conf), _)| policy(kind, conf.as_deref()) == wanted)
                .peekable();
            if types.peek().is_some() {
                writeln!(out, "{wanted}")?;
            }
            for ((kind, conf), sum) in types {
                let name = name(kind, conf.as_deref());
                row(out, width, &format!("  {name}"), sum)?;
            }
        }
        row(out, width, "all", &self.all)?;
        writeln!(out)?;
        for person in PEOPLE {
            let whose = if person.stranger {
                ", from another hospital's authority"
            } else {
                ""
            };
            writeln!(
                out,
                "{:>12} holds {}{whose}",
                person.name,
                person.attributes.join(", ")
            )?;
        }
        writeln!(out)?;
        self.write_closing(out)
    }

    fn write_closing(&self, out: &mut String) -> Result {
        for (by, on, conf, resources) in &self.asserted.assertions {
            let said = format!("{conf} for {resources} resources ({by}, {on}).");
            wrapped(out, "", &said)?;
        }
        if self.unlabelled > 0 {
            writeln!(
                out,
                "Nobody labelled {} of the resources: what nobody labelled is sealed alone and opens for nobody here.",
                self.unlabelled
            )?;
        }
        let added = self.all.after.saturating_sub(self.all.before) / self.all.records.max(1) as u64;
        let chart = format!(
            "The whole chart: {} records in {} batches, {} bytes, sealed {}: {} more a record, the sender's signatures included.",
            self.all.records,
            self.all.batches,
            grouped(self.all.before),
            grouped(self.all.after),
            grouped(added)
        );
        wrapped(out, "", &chart)?;
        let all = |time: &Duration| format!("{:.0} ms", time.as_secs_f64() * 1e3);
        let mut times = format!("It takes {} to seal", all(&self.seal.total));
        for (person, time) in PEOPLE.iter().zip(&self.opening) {
            if !time.is_zero() {
                write!(times, ", the {} {} to open", person.name, all(time))?;
            }
        }
        wrapped(out, "", &(times + ", each batch with a program start."))?;
        let shown = |mean: &Mean| {
            mean.milliseconds()
                .map_or("-".to_owned(), |mean| format!("{mean:.1} ms"))
        };
        let (seal, open, refuse) = (shown(&self.seal), shown(&self.open), shown(&self.refuse));
        let wall = self.wall.as_secs_f64();
        writeln!(
            out,
            "One batch takes {seal} to seal, {open} to open, {refuse} to be refused; all took {wall:.1} s."
        )?;
        for (reason, count) in &self.skipped {
            writeln!(out, "Left out: {count} x {reason}.")?;
        }
        if self.problems.is_empty() {
            return writeln!(
                out,
                "Every opened record is the original byte for byte, and every refusal left no file."
            );
        }
        writeln!(out, "{} PROBLEMS:", self.problems.len())?;
        self.problems
            .iter()
            .try_for_each(|problem| writeln!(out, "  {problem}"))
    }
}

fn row(out: &mut String, width: usize, name: &str, sum: &Sum) -> Result {
    write!(out, "{name:width$}  {:>7}  {:>7}", sum.records, sum.batches)?;
    for (person, opened) in PEOPLE.iter().zip(sum.opened) {
        let shown = if opened == 0 {
            "-".to_owned()
        } else {
            opened.to_string()
        };
        write!(out, "  {shown:>0$}", person.name.len())?;
    }
    writeln!(
        out,
        "  {:>7}  {:>7}",
        grouped(sum.before),
        grouped(sum.after)
    )
}

/// A type and its confidentiality.
fn name(kind: &str, conf: Option<&str>) -> String {
    match conf {
        Some(conf) => format!("{kind} {conf}"),
        None => format!("{kind} unlabelled"),
    }
}
