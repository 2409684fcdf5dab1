//! What a policy over labels takes as given: the calendar's ends and what vocabularies pin.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::Date;
use crate::policy::value::check_text;
use crate::wire::{Reader, Writer};

/// Most vocabularies of one frame.
const VOCABULARIES: usize = 16;
/// Most codes that one of them pins.
const CODES: usize = 1024;
/// Longest id and longest code, in bytes.
const ID_BYTES: usize = 128;

/// What a policy over labels takes as given; part of its canonical bytes.
///
/// A comparison of days, months or years without a lower end begins with the frame's first year,
/// one without an upper end stops at its last day, a grant's own or one behind it. A complement
/// such as `not sens=HIV` becomes `sens.not=HIV or sens.none=ID`, with the id of every vocabulary
/// that pins the code: a record marked before the code was pinned is not opened by it.
///
/// Bytes (SPEC.md, Policies over labels): u16 first year || u16 last day || u8 count of
/// vocabularies, for each, ascending by id: u8 length and id || u16 count of codes (1 to 1,024),
/// for each, ascending: u8 length and code.
///
/// ```
/// use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
/// let frame = LabelFrame::new(2000, Date::parse("2027-12-31")?)?.vocabulary("hv1", ["HIV", "PSY"])?;
/// let policy = LabelPolicy::parse("type=Observation and ym>=2026-11 and not sens=HIV", &frame)?;
/// assert_eq!(policy.formula()?.rows().len(), 1 + 3 + 2); // 2026-11, 2026-12, 2027
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelFrame {
    first_year: u16,
    last_day: Date,
    vocabularies: Vec<Vocabulary>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Vocabulary {
    id: String,
    codes: Vec<String>,
}

impl LabelFrame {
    /// A frame without vocabularies.
    ///
    /// # Errors
    /// [`Error::Time`] for a year outside 1900 to 2079 or after the last day's.
    pub fn new(first_year: u16, last_day: Date) -> Result<Self> {
        if Date::new(first_year, 1, 1)? > last_day {
            return Err(Error::Time("the first year begins after the last day"));
        }
        Ok(Self {
            first_year,
            last_day,
            vocabularies: Vec::new(),
        })
    }

    /// Adds a vocabulary and the codes of sensitivity that are pinned in it, in any order.
    ///
    /// # Errors
    /// [`Error::Argument`] for an id or code that is no value of a label, or no code at all;
    /// [`Error::Duplicate`]; [`Error::TooLarge`] beyond 16 vocabularies or 1,024 codes.
    pub fn vocabulary<'a>(
        mut self,
        id: &str,
        codes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let mut all = Vec::new();
        for code in codes {
            if all.len() >= CODES {
                return Err(Error::TooLarge("1,024 codes of a vocabulary"));
            }
            all.push(String::from(code));
        }
        all.sort();
        self.vocabularies.push(Vocabulary {
            id: String::from(id),
            codes: all,
        });
        self.vocabularies.sort_by(|a, b| a.id.cmp(&b.id));
        self.check()?;
        Ok(self)
    }

    fn check(&self) -> Result<()> {
        if self.vocabularies.len() > VOCABULARIES {
            return Err(Error::TooLarge("16 vocabularies"));
        }
        ascending(self.vocabularies.iter().map(|it| &it.id), "vocabulary")?;
        for Vocabulary { id, codes } in &self.vocabularies {
            if codes.is_empty() {
                return Err(Error::Argument("a vocabulary pins one code or more"));
            }
            ascending(codes.iter(), "code of a vocabulary")?;
            for text in codes.iter().chain([id]) {
                check_value(text)?;
            }
        }
        Ok(())
    }

    /// Where a calendar comparison without a lower end begins.
    #[must_use]
    pub const fn first_year(&self) -> u16 {
        self.first_year
    }

    /// Where a calendar comparison without an upper end stops.
    #[must_use]
    pub const fn last_day(&self) -> Date {
        self.last_day
    }

    /// The ids of the vocabularies that pin `code`.
    pub fn pinning<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a str> {
        self.vocabularies
            .iter()
            .filter(move |it| it.codes.iter().any(|own| own == code))
            .map(|it| it.id.as_str())
    }

    pub(super) fn write(&self, out: &mut Writer) -> Result<()> {
        out.u16(self.first_year).u16(self.last_day.days());
        // The counts are bounded by every constructor.
        out.u8(self.vocabularies.len() as u8);
        for Vocabulary { id, codes } in &self.vocabularies {
            out.lp8(id.as_bytes())?.u16(codes.len() as u16);
            for code in codes {
                out.lp8(code.as_bytes())?;
            }
        }
        Ok(())
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let first_year = reader.u16()?;
        let mut frame = Self::new(first_year, Date::from_days(reader.u16()?))?;
        let count = usize::from(reader.u8()?);
        if count > VOCABULARIES {
            return Err(Error::Length("vocabularies"));
        }
        for _ in 0..count {
            let id = String::from(reader.text8(ID_BYTES)?);
            let count = usize::from(reader.u16()?);
            if count > CODES {
                return Err(Error::Length("codes of a vocabulary"));
            }
            let mut codes = Vec::new();
            for _ in 0..count {
                codes.push(String::from(reader.text8(ID_BYTES)?));
            }
            frame.vocabularies.push(Vocabulary { id, codes });
        }
        frame.check().map_err(|error| match error {
            Error::Duplicate(_) => Error::NotCanonical("order of a frame"),
            other => other,
        })?;
        Ok(frame)
    }
}

fn ascending<'a>(texts: impl Iterator<Item = &'a String>, what: &'static str) -> Result<()> {
    let mut before: Option<&String> = None;
    for text in texts {
        if before.is_some_and(|before| before >= text) {
            return Err(Error::Duplicate(what));
        }
        before = Some(text);
    }
    Ok(())
}

/// Ids and codes end up as values of labels.
fn check_value(text: &str) -> Result<()> {
    if text.len() > ID_BYTES {
        return Err(Error::Argument("an id or code of at most 128 bytes"));
    }
    check_text(text).map_err(Error::Argument)?;
    if text.starts_with('"') || text.trim() != text {
        return Err(Error::Argument(
            "an id or code without quotes and without blanks at its ends",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> LabelFrame {
        LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap()
    }

    fn read(bytes: &[u8]) -> Result<LabelFrame> {
        let mut reader = Reader::new(bytes);
        let frame = LabelFrame::read(&mut reader)?;
        reader.finish().map(|()| frame)
    }

    #[test]
    fn one_encoding_whatever_the_order() {
        let one = frame()
            .vocabulary("hv2", ["PSY", "HIV"])
            .and_then(|it| it.vocabulary("hv1", ["HIV"]))
            .unwrap();
        let other = frame()
            .vocabulary("hv1", ["HIV"])
            .and_then(|it| it.vocabulary("hv2", ["HIV", "PSY"]))
            .unwrap();
        assert_eq!(one, other);
        let mut out = Writer::new();
        one.write(&mut out).unwrap();
        let bytes = out.into_vec();
        assert_eq!(
            bytes,
            b"\x07\xd0\xb6\x9e\x02\x03hv1\x00\x01\x03HIV\x03hv2\x00\x02\x03HIV\x03PSY"
        );
        assert_eq!(read(&bytes), Ok(one.clone()));
        assert_eq!(one.pinning("PSY").collect::<Vec<_>>(), ["hv2"]);
        assert_eq!(one.pinning("HIV").collect::<Vec<_>>(), ["hv1", "hv2"]);
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn limits_are_those_of_the_documentation() {
        let ids = |count: usize| (0..count).map(|n| format!("v{n:04}")).collect::<Vec<_>>();
        let encoded = |frame: &LabelFrame| {
            let mut out = Writer::new();
            frame.write(&mut out).unwrap();
            out.into_vec()
        };
        let of = |count: usize| {
            let add = |frame: LabelFrame, id: &String| frame.vocabulary(id, ["HIV"]);
            ids(count).iter().try_fold(frame(), add)
        };
        let most = of(16).unwrap();
        assert_eq!(read(&encoded(&most)), Ok(most));
        assert_eq!(of(17), Err(Error::TooLarge("16 vocabularies")));
        let mut bytes = encoded(&of(16).unwrap());
        bytes[4] = 17;
        bytes.extend(b"\x03w17\x00\x01\x03HIV");
        assert_eq!(read(&bytes), Err(Error::Length("vocabularies")));

        let codes = |count: usize| {
            let codes = ids(count);
            frame().vocabulary("hv1", codes.iter().map(String::as_str))
        };
        let most = codes(1024).unwrap();
        assert_eq!(read(&encoded(&most)), Ok(most));
        assert_eq!(
            codes(1025),
            Err(Error::TooLarge("1,024 codes of a vocabulary"))
        );
        let mut bytes = encoded(&codes(1024).unwrap());
        bytes[9..11].copy_from_slice(&1025_u16.to_be_bytes());
        bytes.extend(b"\x03w17");
        assert_eq!(read(&bytes), Err(Error::Length("codes of a vocabulary")));

        let long = "a".repeat(129);
        let most = frame().vocabulary(&long[1..], [&long[1..]]).unwrap();
        assert_eq!(read(&encoded(&most)), Ok(most));
        for (id, code) in [(long.as_str(), "HIV"), ("hv1", long.as_str())] {
            assert_eq!(
                frame().vocabulary(id, [code]),
                Err(Error::Argument("an id or code of at most 128 bytes"))
            );
        }
    }

    #[test]
    fn other_orders_and_repetitions_are_refused() {
        for bytes in [
            b"\x07\xd0\xb6\x9e\x01\x03hv1\x00\x02\x03PSY\x03HIV".as_slice(),
            b"\x07\xd0\xb6\x9e\x01\x03hv1\x00\x02\x03HIV\x03HIV",
            b"\x07\xd0\xb6\x9e\x02\x03hv2\x00\x01\x03HIV\x03hv1\x00\x01\x03HIV",
        ] {
            assert_eq!(read(bytes), Err(Error::NotCanonical("order of a frame")));
        }
        for bytes in [
            b"\x07\xd0\xb6\x9e\x01\x03hv1\x00\x00".as_slice(),
            b"\x07\xd0\xb6\x9e\x01\x03hv1\x00\x01\x01 ",
            b"\x07\xd0\xb6\x9e\x01\x03hv1\x00\x01\x00",
            b"\x07\x00\xb6\x9e\x00",
            b"\x08\x20\xb6\x9e\x00",
            b"\x07\xd0\xb6\x9e\x11",
            b"\x07\xd0\xb6\x9e\x01\x03hv1\xff\xff",
        ] {
            assert!(read(bytes).is_err(), "{}", bytes.escape_ascii());
        }
        assert!(frame().vocabulary("hv1", ["HIV", "HIV"]).is_err());
        assert!(frame().vocabulary("hv1", []).is_err());
        assert!(frame().vocabulary("", ["HIV"]).is_err());
        let twice = frame()
            .vocabulary("hv1", ["HIV"])
            .and_then(|it| it.vocabulary("hv1", ["PSY"]));
        assert_eq!(twice, Err(Error::Duplicate("vocabulary")));
    }
}
