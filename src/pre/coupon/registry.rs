//! Which pages of a flash belong to which pack: records that are written once and never erased.

use alloc::vec;
use alloc::vec::Vec;

use super::flash::{ERASED, Flash, FlashGeometry};
use super::pack::PACK_ID;
use crate::error::{Error, Result};
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer, read_header, write_header};

/// Suite byte of this version.
const SUITE: u8 = 1;
/// Bytes of the header, and of a record without its marks: whole words of every geometry.
const BLOCK: usize = 32;
/// Words of a record that say it is retired: one that a power failure spoilt is not tried again.
const RETIRED: usize = 4;
/// What a mark is programmed with.
const MARK: u8 = 0;

/// How a store uses its flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlashLayout {
    /// Pages at the beginning that are never erased: a record for every pack that is ever added,
    /// 32 bytes and five words each, behind 32 bytes.
    pub registry_pages: usize,
    /// The most bytes of a coupon: its labels, 256, and 48 for each label.
    pub coupon_bytes: usize,
}

/// One pack's entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Where its bytes begin.
    at: usize,
    pub(super) id: [u8; PACK_ID],
    /// The pages with its coupons.
    pub(super) first: usize,
    pub(super) pages: usize,
    pub(super) count: usize,
}

/// What became of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Not all of it was written: it counts as never added, and its pages are free.
    Incomplete,
    /// Its pages hold coupons.
    Live,
    /// It is used up and its pages are free.
    Retired,
}

/// What the registry says.
pub(super) struct Registry {
    pub(super) records: Vec<(Record, Fate)>,
    /// Where the next record goes.
    next: usize,
    geometry: FlashGeometry,
    layout: FlashLayout,
}

/// The first 16 bytes of SHA-256 over a tag and these parts, of which only the last varies in
/// length. It finds damage and proves nothing.
pub(super) fn checksum(parts: &[&[u8]]) -> [u8; 16] {
    let mut all = vec![tags::COUPON_CHECKSUM];
    all.extend_from_slice(parts);
    *sha256(&all).first_chunk().unwrap_or(&[0; 16])
}

/// Whether the bytes of some words are as erasing leaves them.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == ERASED)
}

impl FlashLayout {
    /// The header: header (8) || u16 registry pages || u32 bytes of a coupon || zeros (2) ||
    /// checksum (16).
    fn to_bytes(self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(BLOCK);
        write_header(&mut writer, SUITE, Kind::CouponFlash);
        // Both were checked.
        writer.u16(self.registry_pages as u16);
        writer.u32(self.coupon_bytes as u32).u16(0);
        let sum = checksum(&[writer.as_slice()]);
        writer.array(&sum);
        writer.into_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let suite = read_header(&mut reader, Kind::CouponFlash)?;
        if suite != SUITE {
            return Err(Error::Suite(suite));
        }
        let layout = Self {
            registry_pages: usize::from(reader.u16()?),
            coupon_bytes: reader.u32()? as usize,
        };
        if layout.to_bytes() == bytes {
            Ok(layout)
        } else {
            Err(Error::Checksum)
        }
    }

    /// Bytes of a slot: mark, LP16 coupon, checksum.
    pub(super) const fn slot(self, geometry: FlashGeometry) -> usize {
        geometry.word + geometry.words(2 + self.coupon_bytes + 16)
    }

    /// Slots of a page.
    pub(super) const fn per_page(self, geometry: FlashGeometry) -> usize {
        match geometry.page.checked_div(self.slot(geometry)) {
            Some(slots) => slots,
            None => 0,
        }
    }

    fn check(self, geometry: FlashGeometry) -> Result<Self> {
        let registry = (1..geometry.pages).contains(&self.registry_pages);
        let coupon = (1..=usize::from(u16::MAX)).contains(&self.coupon_bytes);
        if registry && coupon && self.per_page(geometry) > 0 {
            Ok(self)
        } else {
            Err(Error::Argument("layout of the flash"))
        }
    }
}

impl Registry {
    /// Erases all of the flash, and writes the header last.
    pub(super) fn format(flash: &mut dyn Flash, layout: FlashLayout) -> Result<()> {
        let geometry = flash.geometry().check()?;
        layout.check(geometry)?;
        for page in 0..geometry.pages {
            flash.erase(page)?;
        }
        flash.program(0, &layout.to_bytes())
    }

    /// Reads header and records.
    pub(super) fn read(flash: &dyn Flash) -> Result<Self> {
        let geometry = flash.geometry().check()?;
        let mut header = [0; BLOCK];
        flash.read(0, &mut header)?;
        let layout = FlashLayout::from_bytes(&header)?.check(geometry)?;
        let mut registry = Self {
            records: Vec::new(),
            next: BLOCK,
            geometry,
            layout,
        };
        let mut bytes = vec![0; registry.stride()];
        let mut at = BLOCK;
        while at + registry.stride() <= registry.end() {
            flash.read(at, &mut bytes)?;
            if !is_blank(&bytes) {
                registry.next = at + registry.stride();
                registry.records.extend(registry.record(at, &bytes));
            }
            at += registry.stride();
        }
        Ok(registry)
    }

    pub(super) const fn layout(&self) -> FlashLayout {
        self.layout
    }

    /// Whether the pack was added, whatever became of it.
    pub(super) fn knows(&self, id: &[u8; PACK_ID]) -> bool {
        let added = |(record, fate): &(Record, Fate)| *fate != Fate::Incomplete && record.id == *id;
        self.records.iter().any(added)
    }

    /// The record of a pack that is about to be written to free pages.
    pub(super) fn begin(
        &mut self,
        flash: &mut dyn Flash,
        id: [u8; PACK_ID],
        (first, pages): (usize, usize),
        count: usize,
    ) -> Result<Record> {
        let mut failed = Error::TooLarge("packs of a store of coupons");
        // A word that cannot be programmed spoils its place.
        while self.next + self.stride() <= self.end() {
            let record = Record {
                at: self.next,
                id,
                first,
                pages,
                count,
            };
            self.next += self.stride();
            match flash.program(record.at, &record.to_bytes()) {
                Ok(()) => {
                    self.records.push((record, Fate::Incomplete));
                    return Ok(record);
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// All of the pack is written: from now on it counts as added.
    pub(super) fn complete(&mut self, flash: &mut dyn Flash, record: &Record) -> Result<()> {
        flash.program(record.at + BLOCK, &self.mark())?;
        self.set(record, Fate::Live);
        Ok(())
    }

    /// The pack is used up: its pages may be erased once this is done, and not before, since
    /// erasing may bring back what their marks hide.
    pub(super) fn retire(&mut self, flash: &mut dyn Flash, record: &Record) -> Result<()> {
        let mut failed = Error::Io("a word of the flash");
        for word in 1..=RETIRED {
            let at = record.at + BLOCK + word * self.geometry.word;
            match flash.program(at, &self.mark()) {
                Ok(()) => {
                    self.set(record, Fate::Retired);
                    return Ok(());
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// A mark: one word of zeros.
    pub(super) fn mark(&self) -> Vec<u8> {
        vec![MARK; self.geometry.word]
    }

    fn set(&mut self, record: &Record, now: Fate) {
        for (known, fate) in &mut self.records {
            if known.at == record.at {
                *fate = now;
            }
        }
    }

    /// Bytes of a record with its marks.
    const fn stride(&self) -> usize {
        BLOCK + (1 + RETIRED) * self.geometry.word
    }

    const fn end(&self) -> usize {
        self.layout.registry_pages * self.geometry.page
    }

    /// What stands in a place that is not blank; none if it was never finished.
    fn record(&self, at: usize, bytes: &[u8]) -> Option<(Record, Fate)> {
        let (block, marks) = bytes.split_at_checked(BLOCK)?;
        let record = Record::from_bytes(at, block)?;
        let last = record.first.checked_add(record.pages)?;
        let own = record.first >= self.layout.registry_pages && last <= self.geometry.pages;
        let room = record.pages * self.layout.per_page(self.geometry);
        if !own || record.count > room {
            return None;
        }
        let (complete, retired) = marks.split_at_checked(self.geometry.word)?;
        let fate = if complete.iter().any(|byte| *byte != MARK) {
            Fate::Incomplete
        } else if is_blank(retired) {
            Fate::Live
        } else {
            Fate::Retired
        };
        Some((record, fate))
    }
}

impl Record {
    /// Pack id (16) || u16 first page || u16 pages || u16 count || zeros (2) || 8 bytes of a
    /// checksum. All three were checked.
    fn to_bytes(self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(BLOCK);
        writer.array(&self.id).u16(self.first as u16);
        writer.u16(self.pages as u16).u16(self.count as u16).u16(0);
        let [short @ .., _, _, _, _, _, _, _, _] = checksum(&[writer.as_slice()]);
        writer.array::<8>(&short);
        writer.into_vec()
    }

    fn from_bytes(at: usize, bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let record = Self {
            at,
            id: reader.array().ok()?,
            first: usize::from(reader.u16().ok()?),
            pages: usize::from(reader.u16().ok()?),
            count: usize::from(reader.u16().ok()?),
        };
        (record.to_bytes() == bytes).then_some(record)
    }
}
