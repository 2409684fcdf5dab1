//! Bytes with a word on each field, sixteen in a line.

use std::fmt::Write as _;

pub struct Dump<'a> {
    bytes: &'a [u8],
    at: usize,
    out: String,
}

impl<'a> Dump<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            out: String::new(),
        }
    }

    /// The next `count` bytes, all of them.
    pub fn field(&mut self, count: usize, what: &str) {
        let field = &self.bytes[self.at..self.at + count];
        for (line, part) in field.chunks(16).enumerate() {
            let hex: Vec<String> = part.iter().map(|byte| format!("{byte:02x}")).collect();
            let what = if line == 0 { what } else { "" };
            let text = format!("{:04x}  {:<47}  {what}", self.at + 16 * line, hex.join(" "));
            writeln!(self.out, "{}", text.trim_end()).unwrap();
        }
        self.at += count;
    }

    /// The next `count` bytes, of which the first and last eight are shown.
    pub fn long(&mut self, count: usize, what: &str) {
        let field = &self.bytes[self.at..self.at + count];
        let hex = |part: &[u8]| -> String {
            let hex: Vec<String> = part.iter().map(|byte| format!("{byte:02x}")).collect();
            hex.join(" ")
        };
        let text = format!("{} .. {}", hex(&field[..8]), hex(&field[count - 8..]));
        writeln!(self.out, "{:04x}  {text}  {what} ({count} bytes)", self.at).unwrap();
        self.at += count;
    }

    pub fn finish(self) -> String {
        assert_eq!(self.at, self.bytes.len(), "every byte has its word");
        self.out
    }
}
