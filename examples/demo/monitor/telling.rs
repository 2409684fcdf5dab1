//! The fourth act as text, in plain words, and as JSON (fields: see the demo's `main.rs`).

use super::super::prose::{grouped, wrapped};
use super::Night;
use super::people::{HELPING, POLICY, PURPOSE, RELAYS, TRUSTEES};
use super::recording::{FRAME, LEADS, RATE, SECONDS};
use serde_json::{Value, json};
use std::fmt::{Result, Write};

impl Night {
    /// The same as the text, for programs.
    pub(crate) fn value(&self) -> Value {
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        let sessions = self.sessions.iter().map(|it| {
            json!({"record": it.name, "frames": it.frames, "bytes_after": it.bytes, "status": it.seen,
                "carer_opened": it.carer, "recovered_opened": it.recovered})
        });
        let steps = self.steps.iter();
        let steps =
            steps.map(|(name, time)| json!({"step": name, "milliseconds": milliseconds(*time)}));
        json!({
            "recording": self.source,
            "synthetic": self.synthetic,
            "frame_bytes": FRAME,
            "sessions": sessions.collect::<Vec<_>>(),
            "policy": POLICY,
            "purpose": PURPOSE,
            "until": self.until,
            "one_relay": self.one_relay,
            "one_trustee": self.one_trustee,
            "steps": steps.collect::<Vec<_>>(),
            "milliseconds_per_frame": milliseconds(self.per_frame),
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
        let opening = format!(
            "At night a monitor without a network or a clock sealed and signed {LEADS} leads of an ECG to the patient, {RATE} samples a second, in frames of {SECONDS} seconds ({} bytes), with coupons that the patient's phone had minted for it. A gateway uploaded the bytes. Recorded was {}.",
            grouped(FRAME as u64),
            self.source
        );
        wrapped(out, "", &opening)?;
        let granted = format!(
            "The patient granted a daughter \"{POLICY}\" ({PURPOSE}) until {}, through {RELAYS} relays of which 2 answered. Then the phone was lost: {} of {TRUSTEES} trustees gave the key back.",
            self.until,
            HELPING.len()
        );
        writeln!(out)?;
        wrapped(out, "", &granted)?;
        writeln!(
            out,
            "\n{:<12}{:>8}{:>12}  {:<14}{:>16}{:>20}",
            "session", "frames", "bytes", "its end", "daughter opens", "recovered key opens"
        )?;
        for session in &self.sessions {
            writeln!(
                out,
                "{:<12}{:>8}{:>12}  {:<14}{:>16}{:>20}",
                session.name,
                session.frames,
                grouped(session.bytes),
                session.seen,
                session.carer,
                session.recovered
            )?;
        }
        let cut = "The second session ended with the monitor's battery, in the middle of a frame: every whole frame before it opens, and that the end is missing is told (error 336).";
        writeln!(out)?;
        wrapped(out, "", cut)?;
        let error =
            |number: Option<u16>| number.map_or("no error".into(), |it| format!("error {it}"));
        let alone = format!(
            "One relay alone is not enough ({}), nor is one trustee ({}).",
            error(self.one_relay),
            error(self.one_trustee)
        );
        wrapped(out, "", &alone)?;
        writeln!(out)?;
        for (name, time) in &self.steps {
            writeln!(out, "{name:<40}{:>10.1} ms", time.as_secs_f64() * 1e3)?;
        }
        let each = format!(
            "{:.2} ms to seal a frame, with the start of the program and a synchronised disk; nothing in it is computed on the pairing curve.",
            self.per_frame.as_secs_f64() * 1e3
        );
        wrapped(out, "", &each)?;
        if self.problems.is_empty() {
            writeln!(out)?;
            return wrapped(
                out,
                "",
                "All went as it should: every frame that was opened is the recorded one, byte for byte, and signed by the monitor.",
            );
        }
        writeln!(out, "\n{} PROBLEMS:", self.problems.len())?;
        self.problems
            .iter()
            .try_for_each(|problem| writeln!(out, "  {problem}"))
    }
}
