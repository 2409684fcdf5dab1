//! Reads the text of a vocabulary (SPEC.md, Vocabularies).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{self, Error};
use crate::symmetric::sha256;

use super::block::{Block, Source};
use super::hierarchy::Hierarchy;
use super::preset::Choice;
use super::row::{Row, check_display, check_name, check_uri};
use super::{CodeSet, Confidentiality, Property, Vocabulary};

/// Longest text.
const TEXT_BYTES: usize = 1 << 20;
/// Longest line, its end not included.
const LINE_BYTES: usize = 4_096;
/// Most blocks: each is a vocabulary of a [`crate::policy::LabelFrame`].
const BLOCKS: usize = 16;
/// Most pinned codes: what a frame takes.
const PINNED: usize = 1_024;
/// First words of a block's first line, format version included.
pub(super) const HEAD: &str = "hippocrypt vocabulary 1 ";

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Alias,
    Spelling,
    Preset,
    Codes(CodeSet),
}

impl Section {
    /// All sections, in the order of the text.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let codes = CodeSet::ALL.into_iter().flat_map(|set| {
            let behind = (set == CodeSet::Sensitivity).then_some(Self::Preset);
            [Self::Codes(set)].into_iter().chain(behind)
        });
        [Self::Alias, Self::Spelling].into_iter().chain(codes)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::Spelling => "spelling",
            Self::Preset => "preset",
            Self::Codes(set) => set.name(),
        }
    }
}

/// A refusal without its line.
type Fault = &'static str;

impl Vocabulary {
    /// Reads a vocabulary's text: UTF-8 and canonical, every line checked.
    ///
    /// # Errors
    /// [`Error::Length`] beyond 1 MiB; [`Error::Vocabulary`] with the line, from 1, and what was
    /// expected there.
    pub fn read(bytes: &[u8]) -> error::Result<Self> {
        if bytes.len() > TEXT_BYTES {
            return Err(Error::Length("vocabulary"));
        }
        let text = core::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.iter().take(error.valid_up_to());
            let line = 1 + before.filter(|byte| **byte == b'\n').count();
            Error::Vocabulary(line, "UTF-8")
        })?;
        let mut reading = Reading::default();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            reading.line += 1;
            reading
                .take(text.get(..at).unwrap_or_default(), line)
                .map_err(|what| Error::Vocabulary(reading.line, what))?;
            at += line.len();
        }
        reading.line += 1;
        if reading.blocks.is_empty() {
            return Err(Error::Vocabulary(1, "the head of a vocabulary"));
        }
        reading
            .end_section()
            .map_err(|what| Error::Vocabulary(reading.line, what))?;
        reading
            .finish(text)
            .map_err(|(line, what)| Error::Vocabulary(line, what))
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading<'a> {
    line: usize,
    blocks: Vec<Block>,
    /// Sections that may still come in this block.
    ahead: Vec<Section>,
    section: Option<Section>,
    /// Whether the section has a source, and its last line's first field.
    sourced: bool,
    before: &'a str,
    sources: Vec<Source>,
    systems: BTreeMap<String, String>,
    aliases: BTreeMap<String, String>,
    spellings: Vec<(usize, &'a str, &'a str)>,
    presets: Vec<Row<'a>>,
    rows: BTreeMap<CodeSet, Vec<Row<'a>>>,
}

impl<'a> Reading<'a> {
    /// One line, behind `before`.
    fn take(&mut self, before: &'a str, line: &'a str) -> Result<(), Fault> {
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
            self.end_section()?;
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
        self.rows.entry(set).or_default().push(row);
        Ok(())
    }

    /// What no line can tell alone.
    fn finish(mut self, text: &str) -> Result<Vocabulary, (usize, Fault)> {
        let hash = sha256(&[text.as_bytes()]);
        if let Some(last) = self.blocks.last_mut() {
            last.hash = hash;
        }
        let mut sets = Vec::with_capacity(CodeSet::ALL.len());
        for set in CodeSet::ALL {
            sets.push(Hierarchy::new(self.rows.remove(&set).unwrap_or_default())?);
        }
        let mut vocabulary = Vocabulary {
            text: String::from(text),
            hash,
            blocks: self.blocks,
            sources: self.sources,
            systems: self.systems,
            aliases: self.aliases,
            spellings: BTreeMap::new(),
            choices: BTreeMap::new(),
            sets,
        };
        if vocabulary.pinned().count() > PINNED {
            return Err((self.line, "at most 1,024 pinned codes"));
        }
        if !vocabulary.has_order() {
            return Err((self.line, "the order of confidentiality U, L, M, N, R, V"));
        }
        for (line, other, system) in self.spellings {
            if vocabulary.knows(other) || !vocabulary.knows(system) {
                return Err((line, "an unknown URI, and a known one for it"));
            }
            let spellings = &mut vocabulary.spellings;
            if spellings
                .insert(String::from(other), String::from(system))
                .is_some()
            {
                return Err((line, "a URI that does not stand there already"));
            }
        }
        for row in self.presets {
            let choice = Choice {
                display: String::from(row.display),
                codes: row.links().map(String::from).collect(),
            };
            if !vocabulary.knows_sensitivities(&choice, row.block) {
                return Err((row.line, "sensitivities of the vocabulary"));
            }
            let choices = &mut vocabulary.choices;
            if choices.insert(String::from(row.code), choice).is_some() {
                return Err((row.line, "a choice that does not stand there already"));
            }
        }
        Ok(vocabulary)
    }
}

impl Vocabulary {
    /// Whether each level of confidentiality stands above the one before, and no other does.
    fn has_order(&self) -> bool {
        let mut below = None;
        let each = Confidentiality::ALL.into_iter().all(|level| {
            let concept = self.concept(CodeSet::Confidentiality, level.code());
            let wanted = below.replace(level.code());
            concept.is_some_and(|it| it.parents().eq(wanted))
        });
        each && self.concepts(CodeSet::Confidentiality).count() == Confidentiality::ALL.len()
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}
