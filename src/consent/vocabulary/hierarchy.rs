//! The codes of one set, sorted, and what lies above what.

use alloc::string::String;
use alloc::vec::Vec;

use super::row::Row;

/// Most codes above one.
const ANCESTORS: usize = 64;

/// Line and reason.
type Fault = (usize, &'static str);

/// The codes of one set.
#[derive(Clone, Default)]
pub(super) struct Hierarchy {
    entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) display: String,
    pub(super) properties: u8,
    pub(super) block: u8,
    /// Places among the entries, ascending.
    pub(super) parents: Vec<u16>,
    pub(super) above: Vec<u16>,
}

impl Hierarchy {
    /// Of the rows of one section, of which there are so few that a place fits 16 bits.
    pub(super) fn new(mut rows: Vec<Row<'_>>) -> Result<Self, Fault> {
        rows.sort_by_key(|row| row.code);
        let twice = rows.windows(2).find_map(|pair| match pair {
            [first, second] if first.code == second.code => Some(first.line.max(second.line)),
            _ => None,
        });
        if let Some(line) = twice {
            return Err((line, "a code that stands there already"));
        }
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut parents = Vec::new();
            for link in row.links() {
                // A block can't rest on what was added after it.
                let place = rows
                    .binary_search_by(|other| other.code.cmp(link))
                    .ok()
                    .filter(|place| rows.get(*place).is_some_and(|it| it.block <= row.block));
                parents.push(place.ok_or((row.line, "a code above that is not there"))? as u16);
            }
            entries.push(Entry {
                code: String::from(row.code),
                display: String::from(row.display),
                properties: row.properties,
                block: row.block,
                parents,
                above: Vec::new(),
            });
        }
        let mut hierarchy = Self { entries };
        hierarchy.close(&rows)?;
        Ok(hierarchy)
    }

    /// Fills in what lies above each entry: those first whose parents are done.
    fn close(&mut self, rows: &[Row<'_>]) -> Result<(), Fault> {
        let mut waiting: Vec<usize> = self.entries.iter().map(|it| it.parents.len()).collect();
        let mut below: Vec<Vec<usize>> = self.entries.iter().map(|_| Vec::new()).collect();
        for (place, entry) in self.entries.iter().enumerate() {
            for parent in &entry.parents {
                if let Some(children) = below.get_mut(usize::from(*parent)) {
                    children.push(place);
                }
            }
        }
        let roots = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
        let mut ready: Vec<usize> = roots.map(|(place, _)| place).collect();
        let mut done = 0;
        while let Some(place) = ready.pop() {
            done += 1;
            let above = self.above(place);
            if above.len() > ANCESTORS {
                let line = rows.get(place).map_or(0, |row| row.line);
                return Err((line, "more than 64 codes above"));
            }
            if let Some(entry) = self.entries.get_mut(place) {
                entry.above = above;
            }
            for child in below.get(place).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(*child) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*child);
                    }
                }
            }
        }
        if done == self.entries.len() {
            return Ok(());
        }
        let circle = waiting.iter().position(|count| *count > 0);
        let line = circle
            .and_then(|place| rows.get(place))
            .map_or(0, |row| row.line);
        Err((line, "a code above itself"))
    }

    /// The parents of an entry and what lies above them.
    fn above(&self, place: usize) -> Vec<u16> {
        let mut above = Vec::new();
        for parent in self
            .entries
            .get(place)
            .into_iter()
            .flat_map(|it| &it.parents)
        {
            above.push(*parent);
            if let Some(entry) = self.entries.get(usize::from(*parent)) {
                above.extend_from_slice(&entry.above);
            }
        }
        above.sort_unstable();
        above.dedup();
        above
    }

    /// All entries, by code.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter()
    }

    fn place(&self, code: &str) -> Option<u16> {
        let place = self.entries.binary_search_by(|it| (*it.code).cmp(code));
        place.ok().and_then(|place| u16::try_from(place).ok())
    }

    pub(super) fn find(&self, code: &str) -> Option<&Entry> {
        self.entries.get(usize::from(self.place(code)?))
    }

    /// The codes at these places.
    pub(super) fn codes<'a>(&'a self, places: &'a [u16]) -> impl Iterator<Item = &'a str> {
        let entries = places
            .iter()
            .filter_map(|it| self.entries.get(usize::from(*it)));
        entries.map(|entry| &*entry.code)
    }

    /// Whether the code is the other one or lies below it.
    pub(super) fn is_within(&self, code: &str, ancestor: &str) -> bool {
        match (self.find(code), self.place(ancestor)) {
            (Some(entry), Some(place)) => {
                entry.code == ancestor || entry.above.binary_search(&place).is_ok()
            }
            _ => false,
        }
    }

    /// The code and all below it, by code; none if it is not there.
    pub(super) fn within(&self, ancestor: &str) -> impl Iterator<Item = &Entry> {
        let place = self.place(ancestor);
        let within = move |own: usize, entry: &Entry| {
            place.is_some_and(|place| {
                usize::from(place) == own || entry.above.binary_search(&place).is_ok()
            })
        };
        let all = self.entries.iter().enumerate();
        all.filter(move |(own, entry)| within(*own, entry))
            .map(|(_, entry)| entry)
    }
}
