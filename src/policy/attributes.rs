//! What a key is issued for.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result};
use crate::policy::{Attribute, Date, Literal};
use crate::wire::{Reader, Writer};

/// Most attributes of one key.
const MAX_ATTRIBUTES: usize = 256;
const TOO_MANY: Error = Error::TooLarge("256 attributes");

/// The attributes of a key, in canonical order.
///
/// A name with text or codes may have many values; a name with a number or date has one, because
/// a key with two of them would satisfy `x>=10 and x<=20` with 3 and 200.
///
/// ```
/// use hippocrypt::policy::{Attributes, Date};
/// let attributes = Attributes::parse(["role=cardiologist", "level=3", "icd10:code=E11.9"])?;
/// assert_eq!(attributes.to_string(), "icd10:code=E11.9, level:u8=3, role=cardiologist");
///
/// // Only the authority sets the dates of validity.
/// assert!(Attributes::parse(["expires=2099-01-01"]).is_err());
/// let attributes = attributes.with_validity(None, Some(Date::parse("2027-12-31")?))?;
/// assert_eq!(Attributes::from_bytes(&attributes.to_bytes())?, attributes);
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes(Vec<Attribute>);

impl Attributes {
    /// Reads attributes as people write them: `role=cardiologist`, `level=3` (which is
    /// `level:u8=3`), `licensed:date=2026-01-01`, `icd10:code=E11.9`, `dept="Ward 3"`.
    ///
    /// # Errors
    /// [`Error::Attribute`] for text that is not an attribute or a second value of a number;
    /// [`Error::Duplicate`]; [`Error::Reserved`] for `issued`, `expires`, `y`, `ym`, `ymd`;
    /// [`Error::TooLarge`] beyond 256.
    pub fn parse<'a>(items: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut all = Vec::new();
        for item in items {
            if all.len() >= MAX_ATTRIBUTES {
                return Err(TOO_MANY);
            }
            all.push(Attribute::parse(item)?);
        }
        Self::sorted(all)
    }

    /// Adds the dates of validity: `issued`, if it shall be in the key, and `expires`.
    ///
    /// For the authority, which alone sets them.
    ///
    /// # Errors
    /// [`Error::Duplicate`] if they are set already; [`Error::Time`] if the key would expire
    /// before it is issued; [`Error::TooLarge`] beyond 256 attributes.
    pub fn with_validity(self, issued: Option<Date>, expires: Option<Date>) -> Result<Self> {
        if let (Some(issued), Some(expires)) = (issued, expires)
            && expires < issued
        {
            return Err(Error::Time("expires before it is issued"));
        }
        let mut all = self.0;
        for (name, date) in [("issued", issued), ("expires", expires)] {
            if all.iter().any(|attribute| attribute.name() == name) {
                return Err(Error::Duplicate("date of validity"));
            }
            all.extend(date.map(|date| Attribute::of_date(name, date)));
        }
        Self::sorted(all)
    }

    fn sorted(mut all: Vec<Attribute>) -> Result<Self> {
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        let attributes = Self(all);
        attributes.check()?;
        Ok(attributes)
    }

    /// Limits and contradictions. The order is known to be ascending, not strictly.
    fn check(&self) -> Result<()> {
        if self.0.len() > MAX_ATTRIBUTES {
            return Err(TOO_MANY);
        }
        for pair in self.0.windows(2) {
            let [first, second] = pair else { continue };
            if first == second {
                return Err(Error::Duplicate("attribute"));
            }
            // Numbers stand behind all else of their name, so two of them are neighbours.
            if first.name() == second.name() && first.width().is_some() {
                return Err(Error::Attribute("a name has one number or date"));
            }
        }
        Ok(())
    }

    /// Reads the encoding that [`Attributes::to_bytes`] writes.
    ///
    /// # Errors
    /// Decoding errors for other bytes; [`Error::NotCanonical`] if the order is not ascending;
    /// the errors of [`Attributes::parse`], save that the dates of validity are accepted.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        // A name of one byte, a value of one byte, their lengths.
        let count = reader.count16(MAX_ATTRIBUTES, 4)?;
        let mut all: Vec<Attribute> = Vec::with_capacity(count);
        for _ in 0..count {
            let next = Attribute::read(&mut reader)?;
            if all
                .last()
                .is_some_and(|before| before.order() > next.order())
            {
                return Err(Error::NotCanonical("order of attributes"));
            }
            all.push(next);
        }
        reader.finish()?;
        let attributes = Self(all);
        attributes.check()?;
        Ok(attributes)
    }

    /// The canonical encoding: a u16 count, then every attribute in canonical order, two bytes
    /// longer than name and value if it is text. The table stands in the
    /// [module's documentation](super).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        // Bounded by every constructor.
        out.u16(self.0.len() as u16);
        self.0
            .iter()
            .for_each(|attribute| attribute.write(&mut out));
        out.into_vec()
    }

    /// What a key with these attributes holds: the literals of each in canonical order, every
    /// one once, where it comes first (codes of one name can begin alike). The order is frozen,
    /// as keys list one group element for each.
    #[must_use]
    pub fn literals(&self) -> Vec<Literal> {
        let mut seen = BTreeSet::new();
        self.0
            .iter()
            .flat_map(Attribute::literals)
            .filter(|literal| seen.insert(literal.clone()))
            .collect()
    }

    /// Those that `keep` chooses: a part of a valid set is valid.
    pub(crate) fn filtered(&self, keep: &mut dyn FnMut(&Attribute) -> bool) -> Self {
        Self(
            self.0
                .iter()
                .filter(|attribute| keep(attribute))
                .cloned()
                .collect(),
        )
    }

    /// The attributes in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.0.iter()
    }

    /// How many attributes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last day of validity, if the authority has set it.
    #[must_use]
    pub fn expires(&self) -> Option<Date> {
        self.date("expires")
    }

    /// The day of issue, if the authority has set it.
    #[must_use]
    pub fn issued(&self) -> Option<Date> {
        self.date("issued")
    }

    fn date(&self, name: &str) -> Option<Date> {
        let named = self.0.iter().find(|attribute| attribute.name() == name);
        named.and_then(Attribute::date)
    }
}

impl fmt::Display for Attributes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, attribute) in self.0.iter().enumerate() {
            let between = if place > 0 { ", " } else { "" };
            write!(out, "{between}{attribute}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
