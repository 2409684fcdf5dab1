//! Reads a vocabulary line by line.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::symmetric::sha256;

use super::block::{Block, Source};
use super::read::hex;
use super::row::{Row, check_display, check_name, check_uri};
use super::section::{HEAD, Section};
use super::{CodeSet, Property};

/// Longest line, its end not included.
const LINE_BYTES: usize = 4_096;
/// Most blocks: each is a vocabulary of a [`crate::policy::LabelFrame`].
const BLOCKS: usize = 16;

/// Most lines of one section, all blocks taken together.
const LINES: usize = 4_096;
/// Most sources.
const SOURCES: usize = 256;

/// A refusal without its line.
type Fault = &'static str;

/// What was read so far.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) line: usize,
    pub(super) blocks: Vec<Block>,
    /// Sections that may still come in this block.
    ahead: Vec<Section>,
    section: Option<Section>,
    /// Whether the section has a source, and its last line's first field.
    sourced: bool,
    before: &'a str,
    pub(super) sources: Vec<Source>,
    pub(super) systems: BTreeMap<String, String>,
    pub(super) aliases: BTreeMap<String, String>,
    pub(super) spellings: Vec<(usize, &'a str, &'a str)>,
    pub(super) presets: Vec<Row<'a>>,
    pub(super) rows: BTreeMap<CodeSet, Vec<Row<'a>>>,
}

impl<'a> Reading<'a> {
    /// One line, behind `before`.
    pub(super) fn take(&mut self, before: &'a str, line: &'a str) -> Result<(), Fault> {
        let line = line.strip_suffix('\n').ok_or("a line feed at the end")?;
        if line.len() > LINE_BYTES {
            return Err("a line of at most 4,096 bytes");
        }
        if line.bytes().any(|byte| byte.is_ascii_control()) {
            return Err("no control characters");
        }
        if let Some(head) = line.strip_prefix(HEAD) {
            return self.head(before, head);
        }
        if self.blocks.is_empty() {
            return Err("the head of a vocabulary");
        }
        if let Some(name) = line.strip_prefix("section ") {
            return self.begin_section(name);
        }
        let section = self.section.ok_or("a section")?;
        if let (Section::Codes(set), Some(source)) = (section, line.strip_prefix("source ")) {
            return self.source(set, line, source);
        }
        let first = line.split(' ').next().unwrap_or_default();
        // A source comes before the codes, and is of another order.
        if !self.before.starts_with("source ") && first <= self.before {
            return Err("lines of a section ascend");
        }
        self.before = first;
        match section {
            Section::Alias => self.alias(line),
            Section::Spelling => self.spelling(line),
            Section::Preset => {
                let row = Row::read(self.line, self.block(), line)?;
                check_name(row.code)?;
                if row.properties != 0 || row.links().next().is_none() {
                    return Err("a choice of codes without properties");
                }
                room(self.presets.len())?;
                self.presets.push(row);
                Ok(())
            }
            Section::Codes(set) => self.code(set, line),
        }
    }

    /// The number of the block that is read; at most [`BLOCKS`] are there.
    fn block(&self) -> u8 {
        (self.blocks.len() as u8).saturating_sub(1)
    }

    fn head(&mut self, before: &str, head: &str) -> Result<(), Fault> {
        if !self.blocks.is_empty() {
            self.end_block()?;
        }
        if self.blocks.len() >= BLOCKS {
            return Err("at most 16 blocks");
        }
        let (id, base) = head.split_once(' ').ok_or("an id and a hash or `-`")?;
        check_name(id)?;
        if self.blocks.iter().any(|block| block.id == id) {
            return Err("an id of its own");
        }
        let hash = sha256(&[before.as_bytes()]);
        match self.blocks.last_mut() {
            None if base == "-" => {}
            None => return Err("`-`: the first block is based on none"),
            Some(last) if hex(&hash) == base => last.hash = hash,
            Some(_) => return Err("the SHA-256 of all lines before, in lower case"),
        }
        self.blocks.push(Block {
            id: String::from(id),
            hash: [0; 32],
        });
        self.ahead = Section::all().collect();
        Ok(())
    }

    fn begin_section(&mut self, name: &str) -> Result<(), Fault> {
        if self.section.is_some() {
            self.end_section()?;
        }
        let place = self.ahead.iter().position(|it| it.name() == name);
        let place = place.ok_or("a known section, in order")?;
        self.section = self.ahead.drain(..=place).next_back();
        if self.section == Some(Section::Codes(CodeSet::Confidentiality)) && self.blocks.len() > 1 {
            return Err("no other order of confidentiality");
        }
        Ok(())
    }

    /// A block rests on nothing that comes after it: its own lines can be checked now.
    pub(super) fn end_block(&mut self) -> Result<(), Fault> {
        self.end_section()?;
        let known = |system: &str| {
            self.aliases.contains_key(system) || self.sources.iter().any(|it| it.system == system)
        };
        match self.spellings.iter().find(|(.., system)| !known(system)) {
            None => Ok(()),
            Some((line, ..)) => {
                self.line = *line;
                Err("a system that is known in this block")
            }
        }
    }

    fn end_section(&mut self) -> Result<(), Fault> {
        if self.section.take().is_none() {
            return Err("a section");
        }
        let empty = self.before.is_empty() || self.before.starts_with("source ");
        self.before = "";
        self.sourced = false;
        if empty {
            return Err("a line of the section");
        }
        Ok(())
    }

    fn source(&mut self, set: CodeSet, line: &'a str, source: &str) -> Result<(), Fault> {
        if self.before >= line || !(self.before.is_empty() || self.before.starts_with("source ")) {
            return Err("sources ascend and come before codes");
        }
        let mut fields = source.splitn(4, ' ');
        let mut field = || fields.next().ok_or("system, version, licence, title");
        let (system, version, licence, title) = (field()?, field()?, field()?, field()?);
        check_uri(system)?;
        check_name(version)?;
        check_name(licence)?;
        check_display(title)?;
        if self.sources.len() >= SOURCES {
            return Err("at most 256 sources");
        }
        self.before = line;
        self.sourced = true;
        self.sources.push(Source {
            block: self.block(),
            set,
            system: String::from(system),
            version: String::from(version),
            licence: String::from(licence),
            title: String::from(title),
        });
        Ok(())
    }

    fn alias(&mut self, line: &str) -> Result<(), Fault> {
        let (alias, system) = line.split_once(' ').ok_or("an alias and its system")?;
        check_name(alias)?;
        check_uri(system)?;
        // `sys:` marks systems without an alias.
        if alias == "sys" || self.systems.contains_key(alias) || self.aliases.contains_key(system) {
            return Err("an alias and a system of its own");
        }
        room(self.systems.len())?;
        self.systems
            .insert(String::from(alias), String::from(system));
        self.aliases
            .insert(String::from(system), String::from(alias));
        Ok(())
    }

    fn spelling(&mut self, line: &'a str) -> Result<(), Fault> {
        let (other, system) = line.split_once(' ').ok_or("two URIs")?;
        check_uri(other)?;
        check_uri(system)?;
        room(self.spellings.len())?;
        self.spellings.push((self.line, other, system));
        Ok(())
    }

    fn code(&mut self, set: CodeSet, line: &'a str) -> Result<(), Fault> {
        if !self.sourced {
            return Err("a source before codes");
        }
        let row = Row::read(self.line, self.block(), line)?;
        for property in Property::ALL {
            if row.properties & property.bit() != 0 && !set.allows(property) {
                return Err("a property that this section has");
            }
        }
        let both = Property::Pinned.bit() | Property::Abstract.bit();
        if row.properties & both == both {
            return Err("pinned is what a record can carry");
        }
        let rows = self.rows.entry(set).or_default();
        room(rows.len())?;
        rows.push(row);
        Ok(())
    }
}

/// Whether a section of so many lines takes one more.
fn room(lines: usize) -> Result<(), Fault> {
    if lines < LINES {
        Ok(())
    } else {
        Err("at most 4,096 lines of a section")
    }
}
