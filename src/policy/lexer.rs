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

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;

    fn tokens(text: &str) -> Vec<(usize, Token<'_>, usize)> {
        let mut lexer = Lexer::new(text);
        let mut all = Vec::new();
        loop {
            let Placed { token, start, end } = lexer.next().unwrap();
            if token == Token::End {
                assert_eq!((start, end), (text.len(), text.len()));
                return all;
            }
            all.push((start, token, end));
        }
    }

    #[test]
    fn every_token_has_its_bytes() {
        assert_eq!(
            tokens("a:u8>=3 \"é\\\"\"*\n,{}()=!=<<=>..*"),
            vec![
                (0, Token::Word("a:u8"), 4),
                (4, Token::AtLeast, 6),
                (6, Token::Word("3"), 7),
                (8, Token::Quoted("é\"".into()), 14),
                (14, Token::Star, 15),
                (16, Token::Comma, 17),
                (17, Token::OpenSet, 18),
                (18, Token::CloseSet, 19),
                (19, Token::Open, 20),
                (20, Token::Close, 21),
                (21, Token::Equal, 22),
                (22, Token::NotEqual, 24),
                (24, Token::Less, 25),
                (25, Token::AtMost, 27),
                (27, Token::Greater, 28),
                (28, Token::To, 30),
                (30, Token::Star, 31),
            ]
        );
    }

    #[test]
    fn a_word_ends_before_a_range() {
        for (text, words) in [
            ("1..5", vec!["1", "5"]),
            ("2026-01-01..2026-12-31", vec!["2026-01-01", "2026-12-31"]),
            ("E11.9", vec!["E11.9"]),
            ("a.b.c", vec!["a.b.c"]),
            ("a.", vec!["a."]),
        ] {
            let found: Vec<_> = tokens(text)
                .into_iter()
                .filter_map(|(_, token, _)| match token {
                    Token::Word(word) => Some(word),
                    _ => None,
                })
                .collect();
            assert_eq!(found, words, "{text}");
        }
    }

    #[test]
    fn only_four_blanks_are_skipped() {
        assert_eq!(tokens(" \t\r\na \t\r\n").len(), 1);
        for text in ["\u{b}", "\u{c}", "\u{a0}", "\u{2003}", "\0", "\u{7f}"] {
            let refused = Lexer::new(text).next();
            assert!(
                matches!(refused, Err(Error::PolicySyntax(0, _))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn every_other_sign_of_ascii_is_refused() {
        for sign in "#$%&'+-/:;?@[\\]^_`|~.!".chars() {
            let text = std::format!(" {sign} ");
            let refused = Lexer::new(&text).next();
            assert!(matches!(refused, Err(Error::PolicySyntax(1, _))), "{sign}");
        }
    }
}
