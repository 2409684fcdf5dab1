//! A store of coupons in a device's flash.

use alloc::vec;
use alloc::vec::Vec;

use super::flash::{ERASED, Flash, FlashGeometry};
use super::pack::PACK_ID;
pub use super::registry::FlashLayout;
use super::registry::{Fate, Record, Registry, checksum, is_blank};
use super::store::{CouponStore, Stock};
use super::{Coupon, Coupons};
use crate::error::{Error, Result};
use crate::policy::LabelSet;
use crate::pre::context::PatientId;
use crate::secret::Secret;
use crate::wire::{Reader, Writer};

/// A store of coupons in a device's flash, where a word is programmed once.
///
/// The first pages are a registry with a record for every pack that was ever added; the others
/// hold coupons, each behind a word that marks it as spent. A pack counts once all of it is
/// there, and its pages are erased only after its record says that it is used up: so a power
/// failure at any write or erasure loses at most the coupon that was being taken and the pack that
/// was being added, and brings nothing back. **A spent coupon's key stays in the flash until its
/// whole pack is spent**: small packs keep what a thief of the device can open small.
///
/// One value at a time may use the flash. Bytes: SPEC.md, section 14.13.
pub struct FlashCouponStore<F: Flash> {
    flash: F,
    geometry: FlashGeometry,
    registry: Registry,
    packs: Vec<Pack>,
    /// After a failed addition only what the flash itself says is known.
    usable: bool,
}

/// A pack with coupons left.
struct Pack {
    record: Record,
    patient: PatientId,
    labels: LabelSet,
    /// The first that is not spent: they are spent in order.
    next: usize,
}

/// The flash must be looked at anew.
const UNCERTAIN: Error = Error::Io("the store must be opened again");

impl<F: Flash> FlashCouponStore<F> {
    /// Begins a store: everything in the flash is erased, the memory of packs too, so packs that
    /// were added before must not be added again.
    ///
    /// # Errors
    /// [`Error::Argument`] for a geometry or layout in which no coupon has room; [`Error::Io`].
    pub fn format(mut flash: F, layout: FlashLayout) -> Result<Self> {
        Registry::format(&mut flash, layout)?;
        Self::open(flash)
    }

    /// Opens a store, and finishes what a power failure interrupted.
    ///
    /// # Errors
    /// [`Error::Magic`] where none was begun, or not to its end; [`Error::Checksum`] and the other
    /// decoding errors; [`Error::Io`].
    pub fn open(flash: F) -> Result<Self> {
        let registry = Registry::read(&flash)?;
        let mut store = Self {
            geometry: flash.geometry(),
            flash,
            packs: Vec::new(),
            registry,
            usable: true,
        };
        for at in 0..store.registry.records.len() {
            if let Some(&(record, Fate::Live)) = store.registry.records.get(at)
                && let Some(pack) = store.load(record)?
            {
                store.packs.push(pack);
            }
        }
        store.clean()?;
        Ok(store)
    }

    /// What it was begun with.
    #[must_use]
    pub const fn layout(&self) -> FlashLayout {
        self.registry.layout()
    }

    /// How many coupons are left, of all packs.
    #[must_use]
    pub fn left(&self) -> usize {
        let left = |pack: &Pack| pack.record.count - pack.next;
        self.packs.iter().map(left).sum()
    }

    /// Hands out the next coupon, whomever it is of and whatever its labels: for a device that has
    /// one patient and seals under what the coupon says.
    ///
    /// # Errors
    /// [`Error::NoCoupon`] if none is left; [`Error::Io`]: the coupon may be lost then.
    pub fn take_next(&mut self) -> Result<Coupon> {
        self.take_from(|_| true)
    }

    /// The flash, given back.
    pub fn into_flash(self) -> F {
        self.flash
    }

    /// A live pack with something left; one without is retired.
    fn load(&mut self, record: Record) -> Result<Option<Pack>> {
        let mut next = 0;
        let mut mark = vec![0; self.geometry.word];
        for index in 0..record.count {
            self.flash.read(self.slot(&record, index), &mut mark)?;
            if !is_blank(&mark) {
                next = index + 1;
            }
        }
        for index in next..record.count {
            if let Ok(coupon) = self.read(&record, index) {
                return Ok(Some(Pack {
                    record,
                    patient: *coupon.patient(),
                    labels: coupon.labels().clone(),
                    next: index,
                }));
            }
        }
        // Where no word takes the mark, the pages stay as they are: nothing in them is left.
        let _ = self.registry.retire(&mut self.flash, &record);
        Ok(None)
    }

    /// Erases the pages that are nobody's and not blank.
    fn clean(&mut self) -> Result<()> {
        let mut bytes = Secret::new(vec![0; self.geometry.page]);
        for page in self.registry.layout().registry_pages..self.geometry.pages {
            if self.is_owned(page) {
                continue;
            }
            self.flash
                .read(page * self.geometry.page, bytes.expose_mut())?;
            if !is_blank(bytes.expose()) {
                self.flash.erase(page)?;
            }
        }
        Ok(())
    }

    /// Whether a live pack has the page, one that could not be retired included.
    fn is_owned(&self, page: usize) -> bool {
        let has = |(record, fate): &(Record, Fate)| {
            *fate == Fate::Live && (record.first..record.first + record.pages).contains(&page)
        };
        self.registry.records.iter().any(has)
    }

    /// The first run of so many pages that are free.
    fn free(&self, pages: usize) -> Option<usize> {
        let all = self.registry.layout().registry_pages..self.geometry.pages;
        all.clone().find(|first| {
            let end = first + pages;
            end <= all.end && (*first..end).all(|page| !self.is_owned(page))
        })
    }

    /// Where a coupon's slot begins.
    const fn slot(&self, record: &Record, index: usize) -> usize {
        let layout = self.registry.layout();
        let per_page = layout.per_page(self.geometry);
        // There is room for one, or the layout was refused.
        let (page, place) = match (index.checked_div(per_page), index.checked_rem(per_page)) {
            (Some(page), Some(place)) => (page, place),
            _ => (0, 0),
        };
        (record.first + page) * self.geometry.page + place * layout.slot(self.geometry)
    }

    /// The coupon in a slot, spent or not.
    fn read(&self, record: &Record, index: usize) -> Result<Coupon> {
        let layout = self.registry.layout();
        let mut bytes = Secret::new(vec![0; layout.slot(self.geometry) - self.geometry.word]);
        let at = self.slot(record, index) + self.geometry.word;
        self.flash.read(at, bytes.expose_mut())?;
        let mut reader = Reader::new(bytes.expose());
        let body = reader.lp16(layout.coupon_bytes)?;
        if reader.array()? != slot_checksum(&record.id, index, body) {
            return Err(Error::Checksum);
        }
        let mut reader = Reader::new(body);
        let labels = LabelSet::read(&mut reader)?;
        let coupon = Coupon::read(&mut reader, &labels)?;
        reader.finish()?;
        Ok(coupon)
    }

    /// Writes a coupon behind its mark.
    fn write(&mut self, record: &Record, index: usize, coupon: &Coupon) -> Result<()> {
        let slot = self.registry.layout().slot(self.geometry);
        let mut body = Writer::with_capacity(slot);
        body.bytes(coupon.labels().as_bytes());
        coupon.write(&mut body);
        let sum = slot_checksum(&record.id, index, body.as_slice());
        let mut writer = Writer::with_capacity(slot);
        writer.lp16(body.as_slice())?.array(&sum);
        let length = writer.as_slice().len();
        writer.bytes(&vec![ERASED; self.geometry.words(length) - length]);
        let at = self.slot(record, index) + self.geometry.word;
        self.flash.program(at, writer.into_secret().expose())
    }

    /// The next coupon of a pack that `fits`.
    fn take_from(&mut self, fits: impl Fn(&Pack) -> bool) -> Result<Coupon> {
        if !self.usable {
            return Err(UNCERTAIN);
        }
        let mut lost = Error::NoCoupon;
        for at in 0..self.packs.len() {
            while let Some(pack) = self.packs.get_mut(at)
                && fits(pack)
                && pack.next < pack.record.count
            {
                let (record, index) = (pack.record, pack.next);
                pack.next += 1;
                let coupon = match self.read(&record, index) {
                    Ok(coupon) => coupon,
                    Err(error @ Error::Io(_)) => return Err(error),
                    // One that is damaged is passed over.
                    Err(_) => continue,
                };
                let (mark, place) = (self.registry.mark(), self.slot(&record, index));
                match self.flash.program(place, &mark) {
                    Ok(()) => {
                        if index + 1 == record.count {
                            self.packs.retain(|pack| pack.record.id != record.id);
                            // The next opening finishes what fails here; the coupon is spent.
                            let _ = self.retire(&record);
                        }
                        return Ok(coupon);
                    }
                    // A word that a power failure spoilt: its coupon is lost, another is not.
                    Err(error) => lost = error,
                }
            }
        }
        Err(lost)
    }

    /// Ends a pack that is used up.
    fn retire(&mut self, record: &Record) -> Result<()> {
        self.registry.retire(&mut self.flash, record)?;
        for page in record.first..record.first + record.pages {
            self.flash.erase(page)?;
        }
        Ok(())
    }
}

impl<F: Flash> CouponStore for FlashCouponStore<F> {
    fn add(&mut self, coupons: Coupons) -> Result<usize> {
        if !self.usable {
            return Err(UNCERTAIN);
        }
        if self.registry.knows(&coupons.id) {
            return Ok(0);
        }
        let layout = self.registry.layout();
        let names = coupons.labels.as_bytes().len();
        let body = names + crate::pre::Capsule::length(coupons.labels.len()) + Coupon::KEY;
        if body > layout.coupon_bytes {
            return Err(Error::TooLarge("coupon for its slot"));
        }
        let count = coupons.coupons.len();
        let pages = count.div_ceil(layout.per_page(self.geometry));
        let first = self
            .free(pages)
            .ok_or(Error::TooLarge("store of coupons"))?;

        self.usable = false;
        let flash = &mut self.flash;
        let record = self
            .registry
            .begin(flash, coupons.id, (first, pages), count)?;
        for page in first..first + pages {
            self.flash.erase(page)?;
        }
        for (index, coupon) in coupons.coupons.iter().enumerate() {
            self.write(&record, index, coupon)?;
        }
        self.registry.complete(&mut self.flash, &record)?;
        self.packs.push(Pack {
            record,
            patient: coupons.patient,
            labels: coupons.labels,
            next: 0,
        });
        self.usable = true;
        Ok(count)
    }

    fn take(&mut self, patient: &PatientId, labels: &LabelSet) -> Result<Coupon> {
        let is_theirs = |pack: &Pack| pack.patient == *patient;
        let taken = self.take_from(|pack| is_theirs(pack) && pack.labels == *labels);
        let others = |pack: &Pack| is_theirs(pack) && pack.next < pack.record.count;
        match taken {
            Err(Error::NoCoupon) if self.packs.iter().any(others) => Err(Error::CouponLabels),
            taken => taken,
        }
    }

    fn stock(&self) -> Result<Vec<Stock>> {
        let stock = |pack: &Pack| Stock {
            pack: pack.record.id,
            patient: pack.patient,
            labels: pack.labels.clone(),
            minted: pack.record.count,
            left: pack.record.count - pack.next,
        };
        Ok(self.packs.iter().map(stock).collect())
    }
}

/// The checksum of a slot: over pack id, u16 index and the coupon.
fn slot_checksum(id: &[u8; PACK_ID], index: usize, body: &[u8]) -> [u8; 16] {
    checksum(&[id, &(index as u16).to_be_bytes(), body])
}
