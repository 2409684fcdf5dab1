//! The part of the parser that reads what is asked of a record's day, month or year.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::Comparison;
use crate::policy::calendar::{Asked, Unit};
use crate::policy::lexer::Token;
use crate::policy::parser::Parser;
use crate::policy::tree::{Sense, Test, first_duplicate};

impl Parser<'_> {
    /// What stands behind `y`, `ym` or `ymd`, which begins at `leaf`.
    pub(super) fn calendar_test(&mut self, unit: Unit, leaf: usize) -> Result<Test> {
        let Some(operator) = self.operator()? else {
            self.take()?;
            let asked = if self.next.token == Token::OpenSet {
                self.calendar_set(unit)?
            } else {
                self.calendar_range(unit, leaf)?
            };
            return Ok(Test::Calendar(unit, asked));
        };
        self.take()?;
        self.count_leaf(leaf)?;
        // What a device without a clock writes; days are never unknown, they are left out.
        if operator == Comparison::Equal
            && unit != Unit::Day
            && self.next.token == Token::Word("unknown")
        {
            self.take()?;
            return Ok(Test::Text(Sense::Is, String::from("unknown")));
        }
        let (value, _) = self.calendar_constant(unit)?;
        Ok(Test::Calendar(unit, Asked::Compared(operator, value)))
    }

    fn calendar_range(&mut self, unit: Unit, leaf: usize) -> Result<Asked> {
        let (low, _) = self.calendar_constant(unit)?;
        self.demand(&Token::To, "`..` and the other end of the range")?;
        let (high, at) = self.calendar_constant(unit)?;
        self.count_leaf(leaf)?;
        if low > high {
            return Err(Error::PolicyMeaning(at, "the range ends before it begins"));
        }
        Ok(Asked::Between(low, high))
    }

    fn calendar_set(&mut self, unit: Unit) -> Result<Asked> {
        let opened = self.take()?.start;
        let (mut values, mut places) = (Vec::new(), Vec::new());
        loop {
            let (value, at) = self.calendar_constant(unit)?;
            self.count_leaf(at)?;
            values.push(value);
            places.push(at);
            if self.next.token != Token::Comma {
                break;
            }
            self.take()?;
        }
        self.demand(&Token::CloseSet, "`,` or `}`")?;
        if let Some(at) = first_duplicate(&values).and_then(|value| places.get(value)) {
            return Err(Error::PolicyMeaning(*at, "the same value twice in one set"));
        }
        if values.len() < 2 {
            return Err(Error::PolicyMeaning(
                opened,
                "a set of one value is written with `=`",
            ));
        }
        Ok(Asked::OneOf(values))
    }

    /// A bare year, month or day, and its place.
    fn calendar_constant(&mut self, unit: Unit) -> Result<(u16, usize)> {
        let at = self.next.start;
        let Token::Word(word) = self.next.token else {
            return self.expected("a year, month or day without quotes");
        };
        let value = unit
            .parse(word)
            .map_err(|reason| Error::PolicyMeaning(at, reason))?;
        self.take()?;
        Ok((value, at))
    }
}
