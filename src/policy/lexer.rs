//! Policy text to tokens, each with its place.

use alloc::string::String;

use crate::error::{Error, Result};
use crate::policy::value::{is_word_byte, unquote};

/// A piece of policy text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, keyword, number, date or bare value: the parser knows which.
    Word(&'a str),
    /// Text between double quotes, its escapes resolved.
    Quoted(String),
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `{`
    OpenSet,
    /// `}`
    CloseSet,
    /// `,`
    Comma,
    /// `..`
    To,
    /// `*`
    Star,
    /// The end of the text.
    End,
}

/// A token and the bytes of the text that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed<'a> {
    /// What it is.
    pub(super) token: Token<'a>,
    /// Its first byte.
    pub(super) start: usize,
    /// The byte behind its last.
    pub(super) end: usize,
}

/// Reads one token after the other; no byte is skipped but ASCII blanks.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer at the beginning of the text.
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token; at the end, [`Token::End`] for ever.
    pub(super) fn next(&mut self) -> Result<Placed<'a>> {
        while matches!(self.byte(0), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        let start = self.at;
        let token = match self.byte(0) {
            None => Token::End,
            Some(b'"') => self.quoted()?,
            Some(first) if first.is_ascii_alphanumeric() => self.word(),
            Some(first) => {
                let (token, length) = self.sign(first)?;
                self.at += length;
                token
            }
        };
        let end = self.at;
        Ok(Placed { token, start, end })
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// A word goes on to the first byte that no word has, or to two full stops.
    fn word(&mut self) -> Token<'a> {
        let start = self.at;
        while let Some(byte) = self.byte(0) {
            let range = byte == b'.' && self.byte(1) == Some(b'.');
            if range || !is_word_byte(byte) {
                break;
            }
            self.at += 1;
        }
        // Only ASCII was passed over, so both ends lie between characters.
        Token::Word(self.text.get(start..self.at).unwrap_or_default())
    }

    fn quoted(&mut self) -> Result<Token<'a>> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (text, length) = unquote(rest)
            .map_err(|(place, expected)| Error::PolicySyntax(self.at + place, expected))?;
        self.at += length;
        Ok(Token::Quoted(text))
    }

    fn sign(&self, first: u8) -> Result<(Token<'a>, usize)> {
        let refuse = |expected| Err(Error::PolicySyntax(self.at, expected));
        Ok(match (first, self.byte(1)) {
            (b'<', Some(b'=')) => (Token::AtMost, 2),
            (b'<', _) => (Token::Less, 1),
            (b'>', Some(b'=')) => (Token::AtLeast, 2),
            (b'>', _) => (Token::Greater, 1),
            (b'!', Some(b'=')) => (Token::NotEqual, 2),
            (b'!', _) => return refuse("`!=`, or `not` for a negation"),
            (b'.', Some(b'.')) => (Token::To, 2),
            (b'=', _) => (Token::Equal, 1),
            (b'(', _) => (Token::Open, 1),
            (b')', _) => (Token::Close, 1),
            (b'{', _) => (Token::OpenSet, 1),
            (b'}', _) => (Token::CloseSet, 1),
            (b',', _) => (Token::Comma, 1),
            (b'*', _) => (Token::Star, 1),
            (b'&' | b'|', _) => return refuse("the words `and` and `or` instead of signs"),
            (b'\'', _) => return refuse("double quotes"),
            (0x80.., _) => return refuse("ASCII outside double quotes"),
            _ => return refuse("a name, a value, an operator or a parenthesis"),
        })
    }
}
