//! The encoding of Terms (SPEC.md, section 16.2).

use alloc::string::String;
use alloc::vec::Vec;

use super::criterion::{Criterion, Meaning, RecordReference};
use super::interval::Interval;
use super::rule::{Effect, Rule};
use super::set::{Set, read_value};
use super::terms::{Base, PurposeMode, RULES, Reading, Terms, TermsDraft};
use super::vocabulary::Confidentiality;
use crate::error::{Error, Result};
use crate::tags::Kind;
use crate::wire::{Reader, Writer, read_header, write_header};

/// Terms know no suite: the byte is zero.
const NO_SUITE: u8 = 0;
/// Most bytes of one encoding: 1 MiB.
const MAX: usize = 1 << 20;
/// Most criteria of one rule: one of each kind.
const CRITERIA: u8 = 13;

impl Terms {
    /// The one encoding, at most 1 MiB.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut out = Writer::new();
        write_header(&mut out, NO_SUITE, Kind::Terms);
        out.array(&self.salt).array(&self.vocabulary);
        out.u8(self.reading as u8).u8(self.purpose_mode as u8);
        out.lp8(self.subject.as_bytes())?;
        self.grantors.write_values(&mut out)?;
        out.array(&self.source).flag(self.decided.is_some());
        if let Some(decided) = self.decided {
            out.array(&decided.to_be_bytes());
        }
        out.array(&self.zone.to_be_bytes());
        self.valid.write(&mut out);
        out.u8(self.base as u8);
        out.u16(self.rules.len() as u16); // at most RULES
        for rule in &self.rules {
            write_rule(rule, &mut out)?;
        }
        self.obligations.write_values(&mut out)?;
        out.flag(self.supersedes.is_some());
        if let Some(digest) = &self.supersedes {
            out.array(digest);
        }
        if out.as_slice().len() > MAX {
            return Err(Error::TooLarge("1 MiB of Terms"));
        }
        Ok(out.into_vec())
    }

    /// Reads the encoding.
    ///
    /// # Errors
    /// The decoding errors (100 to 115).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX {
            return Err(Error::Length("Terms"));
        }
        let mut reader = Reader::new(bytes);
        let suite = read_header(&mut reader, Kind::Terms)?;
        if suite != NO_SUITE {
            return Err(Error::Suite(suite));
        }
        let draft = read_draft(&mut reader)?;
        reader.finish()?;
        Self::check(draft).map_err(|_| Error::Field("Terms"))
    }
}

fn read_draft(reader: &mut Reader<'_>) -> Result<TermsDraft> {
    Ok(TermsDraft {
        salt: reader.array()?,
        vocabulary: reader.array()?,
        reading: one_of(reader, Reading::ALL, |it| it as u8, "reading")?,
        purpose_mode: one_of(
            reader,
            [PurposeMode::AnyOf, PurposeMode::AllOf],
            |it| it as u8,
            "purpose mode",
        )?,
        subject: read_value(reader)?,
        grantors: Set::read_values(reader, 0)?,
        source: reader.array()?,
        decided: match reader.flag()? {
            true => Some(i64::from_be_bytes(reader.array()?)),
            false => None,
        },
        zone: i16::from_be_bytes(reader.array()?),
        valid: Interval::read(reader)?,
        base: one_of(
            reader,
            [Base::Silent, Base::Permit, Base::Forbid],
            |it| it as u8,
            "base",
        )?,
        rules: read_rules(reader)?,
        obligations: Set::read_values(reader, 0)?,
        supersedes: match reader.flag()? {
            true => Some(reader.array()?),
            false => None,
        },
    })
}

fn one_of<T: Copy, const N: usize>(
    reader: &mut Reader<'_>,
    all: [T; N],
    number: impl Fn(T) -> u8,
    what: &'static str,
) -> Result<T> {
    let found = reader.u8()?;
    all.into_iter()
        .find(|it| number(*it) == found)
        .ok_or(Error::Field(what))
}

fn write_rule(rule: &Rule, out: &mut Writer) -> Result<()> {
    out.u8(rule.effect() as u8);
    out.u8(rule.criteria().len() as u8); // at most CRITERIA
    for criterion in rule.criteria() {
        out.u8(criterion.number());
        match criterion {
            Criterion::Recipient(all) => {
                all.write(out, |recipient, out| recipient.write_values(out))?;
            }
            Criterion::Purpose(all)
            | Criterion::Action(all)
            | Criterion::Permission(all)
            | Criterion::Sensitivity(all)
            | Criterion::Type(all)
            | Criterion::Document(all)
            | Criterion::Code(all)
            | Criterion::Author(all) => all.write_values(out)?,
            Criterion::During(span) | Criterion::Dated(span) => span.write(out),
            Criterion::Confidentiality(level) => {
                out.u8(*level as u8);
            }
            Criterion::Record(all) => all.write(out, |it, out| {
                out.u8(it.meaning as u8).lp8(it.reference.as_bytes())?;
                it.members.write_values(out)
            })?,
        }
    }
    Ok(())
}

fn read_rules(reader: &mut Reader<'_>) -> Result<Vec<Rule>> {
    let count = reader.count16(RULES, 2)?;
    (0..count).map(|_| read_rule(reader)).collect()
}

fn read_rule(reader: &mut Reader<'_>) -> Result<Rule> {
    let effect = one_of(
        reader,
        [Effect::Permit, Effect::Forbid],
        |it| it as u8,
        "effect of a rule",
    )?;
    let count = reader.u8()?;
    if count > CRITERIA {
        return Err(Error::Length("criteria of a rule"));
    }
    let mut criteria: Vec<Criterion> = Vec::new();
    for _ in 0..count {
        let number = reader.u8()?;
        if criteria.last().is_some_and(|it| it.number() >= number) {
            return Err(Error::NotCanonical("order of criteria"));
        }
        criteria.push(read_criterion(number, reader)?);
    }
    Rule::new(effect, criteria).map_err(|_| Error::Field("criterion"))
}

fn read_criterion(number: u8, reader: &mut Reader<'_>) -> Result<Criterion> {
    let values = |reader: &mut Reader<'_>| Set::<String>::read_values(reader, 1);
    Ok(match number {
        1 => Criterion::Recipient(Set::read(reader, 1, 4, values)?),
        2 => Criterion::Purpose(values(reader)?),
        3 => Criterion::Action(values(reader)?),
        4 => Criterion::Permission(values(reader)?),
        5 => Criterion::During(Interval::read(reader)?),
        6 => Criterion::Confidentiality(one_of(
            reader,
            Confidentiality::ALL,
            |it| it as u8,
            "confidentiality",
        )?),
        7 => Criterion::Sensitivity(values(reader)?),
        8 => Criterion::Type(values(reader)?),
        9 => Criterion::Document(values(reader)?),
        10 => Criterion::Code(values(reader)?),
        11 => Criterion::Dated(Interval::read(reader)?),
        12 => Criterion::Author(values(reader)?),
        13 => Criterion::Record(Set::read(reader, 1, 4, read_reference)?),
        _ => return Err(Error::Field("number of a criterion")),
    })
}

fn read_reference(reader: &mut Reader<'_>) -> Result<RecordReference> {
    Ok(RecordReference {
        meaning: one_of(
            reader,
            [
                Meaning::Instance,
                Meaning::Related,
                Meaning::Dependents,
                Meaning::AuthoredBy,
            ],
            |it| it as u8,
            "meaning of a reference",
        )?,
        reference: read_value(reader)?,
        members: Set::read_values(reader, 0)?,
    })
}
