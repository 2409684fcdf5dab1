//! The part of the parser that reads one leaf: a name, its type and what is asked of its value.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::lexer::Token;
use crate::policy::parser::{Parser, Part};
use crate::policy::tree::{CALENDAR, Code, Leaf, Node, Sense, Test, first_duplicate};
use crate::policy::value::{
    BARE, NAME_MAX, Reserved, TYPES, Type, VALUE_MAX, Value, Written, check_name, reserved,
};
use crate::policy::{Comparison, Width, expand};

/// A value, its place, and whether a star follows it.
struct Constant {
    value: Value,
    at: usize,
    prefix: bool,
}

impl<'a> Parser<'a> {
    /// `name[:type]` and what is asked of it. `word` is the token ahead.
    pub(super) fn leaf(&mut self, word: &'a str, negated: bool) -> Result<Part> {
        let at = self.next.start;
        let (name, suffix) = match word.split_once(':') {
            Some((name, suffix)) => (name, Some(suffix)),
            None => (word, None),
        };
        if name.len() > NAME_MAX {
            return Err(Error::PolicyLimit(at, "127 bytes in a name"));
        }
        check_name(name).map_err(|expected| Error::PolicySyntax(at, expected))?;
        let kind = suffix
            .map(|suffix| {
                let place = at + name.len() + 1;
                Type::from_suffix(suffix).ok_or(Error::PolicySyntax(place, TYPES))
            })
            .transpose()?;
        let meaning = |reason| Error::PolicyMeaning(at, reason);
        if let (Some(_), Some(reason)) = (kind, self.over.refuses_types()) {
            return Err(meaning(reason));
        }
        let calendar = self.over.calendar(name);
        let kind = match (reserved(name), kind) {
            (Some(Reserved::Calendar), _) if calendar.is_none() => return Err(meaning(CALENDAR)),
            // Without a type these names still have one.
            (Some(Reserved::Validity), None) if self.over.refuses_types().is_none() => {
                Some(Type::Number(Width::Date))
            }
            (_, kind) => kind,
        };
        self.take()?;
        let test = match calendar {
            Some(unit) => self.calendar_test(unit, at)?,
            None => self.test(kind, at)?,
        };
        let leaf = Leaf {
            name: String::from(name),
            test,
        };
        self.over.check_reserved(&leaf).map_err(meaning)?;
        let shape = expand::leaf(&leaf, negated, self.over).map_err(meaning)?;
        self.count_rows(expand::rows(&shape), at)?;
        Ok(Part {
            node: Node::Leaf(leaf),
            at,
            children: Vec::new(),
        })
    }

    /// What stands behind the name, which begins at `leaf`.
    fn test(&mut self, kind: Option<Type>, leaf: usize) -> Result<Test> {
        let Some(operator) = self.operator()? else {
            return self.membership(kind, leaf);
        };
        self.take()?;
        let Constant { value, at, prefix } = self.constant(kind)?;
        self.count_leaf(leaf)?;
        let sense = match operator {
            Comparison::Equal => Some(Sense::Is),
            Comparison::NotEqual => Some(Sense::IsNot),
            _ => None,
        };
        match (value, sense) {
            (Value::Number(width, value), _) => Ok(Test::Number(width, operator, value)),
            (Value::Text(text), Some(sense)) => Ok(Test::Text(sense, text)),
            (Value::Code(text), Some(sense)) => Ok(Test::Code(sense, Code { text, prefix })),
            (_, None) => Err(Error::PolicyMeaning(
                at,
                "only numbers and dates have an order",
            )),
        }
    }

    /// The operator ahead, `None` for `in`; it is not taken.
    pub(super) fn operator(&self) -> Result<Option<Comparison>> {
        Ok(Some(match self.next.token {
            Token::Word("in") => return Ok(None),
            Token::Equal => Comparison::Equal,
            Token::NotEqual => Comparison::NotEqual,
            Token::Less => Comparison::Less,
            Token::AtMost => Comparison::AtMost,
            Token::Greater => Comparison::Greater,
            Token::AtLeast => Comparison::AtLeast,
            Token::Word(word) if word.eq_ignore_ascii_case("in") => {
                return self.expected("`in`; keywords are written in lower case");
            }
            _ => return self.expected("`=`, `!=`, `<`, `<=`, `>`, `>=` or `in` behind a name"),
        }))
    }

    /// `in {value, value, …}` or `in low..high`.
    fn membership(&mut self, kind: Option<Type>, leaf: usize) -> Result<Test> {
        self.take()?;
        if self.next.token == Token::OpenSet {
            return self.set(kind);
        }
        let low = self.constant(kind)?;
        let Value::Number(width, from) = low.value else {
            return Err(Error::PolicyMeaning(
                low.at,
                "a range has numbers or dates at its ends",
            ));
        };
        self.demand(&Token::To, "`..` and the other end of the range")?;
        let high = self.constant(Some(Type::Number(width)))?;
        self.count_leaf(leaf)?;
        match high.value {
            Value::Number(_, to) if from <= to => Ok(Test::Range(width, from, to)),
            _ => Err(Error::PolicyMeaning(
                high.at,
                "the range ends before it begins",
            )),
        }
    }

    fn set(&mut self, kind: Option<Type>) -> Result<Test> {
        let opened = self.take()?.start;
        let mut values = Vec::new();
        let mut places = Vec::new();
        loop {
            let constant = self.constant(kind)?;
            self.count_leaf(constant.at)?;
            places.push(constant.at);
            values.push((constant.value, constant.prefix));
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
        let mut set = Set::Empty;
        for ((value, prefix), at) in values.into_iter().zip(places) {
            set = set.with(value, prefix).ok_or(Error::PolicyMeaning(
                at,
                "the values of a set have one type",
            ))?;
        }
        match set {
            Set::Texts(texts) => Ok(Test::TextSet(texts)),
            Set::Codes(codes) => Ok(Test::CodeSet(codes)),
            Set::Numbers(width, numbers) => Ok(Test::NumberSet(width, numbers)),
            Set::Empty => self.expected(BARE),
        }
    }

    /// A bare or quoted value; a star directly behind it if it is a code.
    fn constant(&mut self, kind: Option<Type>) -> Result<Constant> {
        let written = match self.next.token.clone() {
            Token::Word(word) => Written::Bare(word),
            Token::Quoted(text) => Written::Quoted(text),
            _ => return self.expected(BARE),
        };
        let taken = self.take()?;
        let length = match &written {
            Written::Bare(word) => word.len(),
            Written::Quoted(text) => text.len(),
        };
        if length > VALUE_MAX {
            return Err(Error::PolicyLimit(taken.start, "255 bytes in a value"));
        }
        let at = taken.start;
        let value = written
            .typed(kind)
            .map_err(|reason| Error::PolicyMeaning(at, reason))?;
        let prefix = self.next.token == Token::Star && self.next.start == taken.end;
        if prefix {
            if !matches!(value, Value::Code(_)) {
                return Err(Error::PolicyMeaning(
                    self.next.start,
                    "only names with `:code` have prefixes",
                ));
            }
            self.take()?;
        }
        Ok(Constant { value, at, prefix })
    }
}

/// The values of a set while they are read: all of the type of the first.
enum Set {
    Empty,
    Texts(Vec<String>),
    Codes(Vec<Code>),
    Numbers(Width, Vec<u32>),
}

impl Set {
    /// The set with one more value, if it has the set's type.
    fn with(mut self, value: Value, prefix: bool) -> Option<Self> {
        match (&mut self, value) {
            (Self::Empty, Value::Text(text)) => return Some(Self::Texts([text].into())),
            (Self::Empty, Value::Code(text)) => {
                return Some(Self::Codes([Code { text, prefix }].into()));
            }
            (Self::Empty, Value::Number(width, value)) => {
                return Some(Self::Numbers(width, [value].into()));
            }
            (Self::Texts(texts), Value::Text(text)) => texts.push(text),
            (Self::Codes(codes), Value::Code(text)) => codes.push(Code { text, prefix }),
            (Self::Numbers(width, numbers), Value::Number(same, value)) if *width == same => {
                numbers.push(value);
            }
            _ => return None,
        }
        Some(self)
    }
}
