//! Text for people, in lines that fit a screen.

use std::fmt::{Result, Write};

/// Columns of a line.
pub const WIDTH: usize = 110;

/// Writes a text as lines: the first begins with `start`, the others are indented as far.
pub fn wrapped(out: &mut String, start: &str, text: &str) -> Result {
    let indent = start.chars().count();
    let mut column = indent;
    let mut words = text.split_whitespace();
    write!(out, "{start}{}", words.next().unwrap_or_default())?;
    column += text
        .split_whitespace()
        .next()
        .map_or(0, |it| it.chars().count());
    for word in words {
        let length = word.chars().count();
        if column + 1 + length > WIDTH {
            write!(out, "\n{:indent$}{word}", "")?;
            column = indent + length;
        } else {
            write!(out, " {word}")?;
            column += 1 + length;
        }
    }
    writeln!(out)
}

/// `1234567` as `1 234 567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
