//! A store of coupons on a disk.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::format;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::string::String;
use std::vec::Vec;

use super::pack::{PACK_BYTES, PACK_ID};
use super::registry::checksum;
use super::store::{CouponStore, Stock};
use super::{COUPONS, Coupon, Coupons};
use crate::error::{Error, Result};
use crate::keys::{AtomicFile, disk};
use crate::policy::LabelSet;
use crate::pre::Capsule;
use crate::pre::context::PatientId;
use crate::pre::state_file::{born, make_directory, private};
use crate::secret::Secret;
use crate::tags::Kind;
use crate::wire::{Reader, Writer, read_header, write_header};

/// Suite byte of this version.
const SUITE: u8 = 1;
/// Bytes of a checksum.
const CHECKSUM: usize = 16;
/// Bytes of a slot before its capsule: k1 and checksum. Zeros there are a coupon spent.
const FRONT: usize = Coupon::KEY + CHECKSUM;
/// The longest file: that of the largest pack.
const FILE_BYTES: usize = 2 * PACK_BYTES;
/// The ending of a pack's file.
const ENDING: &str = "coupons";

/// A store of coupons in a directory: a file for each pack, and `lock`, held during every call, so
/// that several processes can use the store at once.
///
/// A coupon is spent by overwriting its key and giving the file the name of the next coupon, both
/// synchronised before the coupon is handed out: whoever finds the disk later finds no key (what
/// the medium keeps of overwritten blocks aside). A file that comes back from a backup never has
/// the name of one that has moved on, of a pack's files only the furthest counts, and where the
/// file system tells when a file was made, all coupons of one that was made elsewhere count as
/// spent. A whole disk set back can't be noticed. Bytes: SPEC.md, section 14.13.
pub struct FileCouponStore {
    directory: PathBuf,
}

/// A pack's file as it was read.
struct Pack {
    path: PathBuf,
    id: [u8; PACK_ID],
    patient: PatientId,
    labels: LabelSet,
    count: usize,
    /// The coupon that the file is named by: all before are spent.
    next: usize,
    /// Whether the file was made here.
    own: bool,
    bytes: Secret<Vec<u8>>,
    /// Where the first slot begins.
    slots: usize,
}

impl FileCouponStore {
    /// Opens the store in `directory`, or begins one there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn open(directory: impl AsRef<Path>) -> Result<Self> {
        let directory = directory.as_ref().to_path_buf();
        make_directory(&directory)?;
        let store = Self { directory };
        store.lock().map(|_| store)
    }

    /// Waits for whoever is at it; let go when the value is dropped.
    fn lock(&self) -> Result<File> {
        let lock = private().open(self.directory.join("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    /// The packs, in the order of their ids. What has another name is none of ours.
    fn packs(&self) -> Result<Vec<PathBuf>> {
        let mut packs: BTreeMap<[u8; PACK_ID], (usize, PathBuf)> = BTreeMap::new();
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            let Some((id, next)) = path.file_name().and_then(parse) else {
                continue;
            };
            // An earlier one came back from a backup.
            if packs.get(&id).is_none_or(|(furthest, _)| *furthest < next) {
                packs.insert(id, (next, path));
            }
        }
        Ok(packs.into_values().map(|(_, path)| path).collect())
    }

    /// Removes what additions that were interrupted left. The lock is held.
    fn clean(&self) -> Result<()> {
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            if path.extension() == Some(OsStr::new("tmp")) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

impl CouponStore for FileCouponStore {
    fn add(&mut self, coupons: Coupons) -> Result<usize> {
        let _lock = self.lock()?;
        self.clean()?;
        let has = |path: &PathBuf| path.file_name().and_then(parse).map(|it| it.0);
        if self.packs()?.iter().any(|it| has(it) == Some(coupons.id)) {
            return Ok(0);
        }
        let path = self.directory.join(name(&coupons.id, 0));
        let mut file = AtomicFile::create(&path, false, disk::SECRET_MODE)?;
        let bytes = write(&coupons, born(file.temporary_path())?);
        file.write_all(bytes.expose())?;
        file.commit()?;
        // A store that a power failure took away would take in its packs again.
        disk::sync_ancestors(&self.directory)?;
        Ok(coupons.coupons.len())
    }

    fn take(&mut self, patient: &PatientId, labels: &LabelSet) -> Result<Coupon> {
        let _lock = self.lock()?;
        let mut failed = Error::NoCoupon;
        for path in self.packs()? {
            let pack = Pack::open(path)?;
            if pack.patient != *patient || !pack.own {
                continue;
            }
            let Some((index, coupon)) = pack.first() else {
                pack.shorten()?;
                continue;
            };
            if pack.labels != *labels {
                failed = Error::CouponLabels;
                continue;
            }
            pack.spend(index)?;
            return Ok(coupon);
        }
        Err(failed)
    }

    fn stock(&self) -> Result<Vec<Stock>> {
        let _lock = self.lock()?;
        let stock = |path| {
            let pack = Pack::open(path)?;
            let all = pack.next..if pack.own { pack.count } else { 0 };
            Ok(Stock {
                pack: pack.id,
                patient: pack.patient,
                left: all.filter(|index| pack.coupon(*index).is_some()).count(),
                labels: pack.labels,
                minted: pack.count,
            })
        };
        self.packs()?.into_iter().map(stock).collect()
    }
}

impl Pack {
    fn open(path: PathBuf) -> Result<Self> {
        let born = born(&path)?;
        let bytes = disk::read_secret_file(&path, FILE_BYTES)?;
        let mut reader = Reader::new(bytes.expose());
        let suite = read_header(&mut reader, Kind::CouponFile)?;
        if suite != SUITE {
            return Err(Error::Suite(suite));
        }
        let own = reader.u64()? == born;
        let id = reader.array()?;
        let patient = PatientId::from_bytes(reader.array()?);
        let labels = LabelSet::read(&mut reader)?;
        let count = usize::from(reader.u16()?);
        let head = reader.position();
        let covered = bytes.expose().get(..head).unwrap_or_default();
        let named = path.file_name().and_then(parse);
        let Some((_, next)) = named.filter(|(named, _)| *named == id) else {
            return Err(Error::Checksum);
        };
        if reader.array()? != checksum(&[covered]) {
            return Err(Error::Checksum);
        }
        if labels.is_empty() || !(1..=COUPONS).contains(&count) {
            return Err(Error::Length("coupons"));
        }
        let slots = reader.position();
        Ok(Self {
            path,
            id,
            patient,
            labels,
            count,
            next,
            own,
            bytes,
            slots,
        })
    }

    /// The first coupon that is not spent.
    fn first(&self) -> Option<(usize, Coupon)> {
        (self.next..self.count).find_map(|index| Some((index, self.coupon(index)?)))
    }

    /// The coupon in a slot; none if it is spent, damaged, or no longer there.
    fn coupon(&self, index: usize) -> Option<Coupon> {
        let at = self.slot(index);
        let slot = self.bytes.expose().get(at..)?;
        let mut reader = Reader::new(slot);
        let key = reader.array_ref::<{ Coupon::KEY }>().ok()?;
        let sum = reader.array::<CHECKSUM>().ok()?;
        let capsule = reader.bytes(Capsule::length(self.labels.len())).ok()?;
        if sum != slot_checksum(&self.id, index, key, capsule) {
            return None;
        }
        let capsule = Capsule::from_bytes(capsule, &self.labels).ok()?;
        let own = capsule.patient() == &self.patient;
        own.then(|| Coupon::new(capsule, crate::kem::CoinKey::from_bytes(key)))
    }

    const fn slot(&self, index: usize) -> usize {
        self.slots + index * (FRONT + Capsule::length(self.labels.len()))
    }

    /// Overwrites the key of a coupon and moves the file on to the next, on the disk before this
    /// returns.
    fn spend(&self, index: usize) -> Result<()> {
        let mut file = OpenOptions::new().write(true).open(&self.path)?;
        file.seek(SeekFrom::Start(self.slot(index) as u64))?;
        file.write_all(&[0; FRONT])?;
        file.sync_all()?;
        let next = self.path.with_file_name(name(&self.id, index + 1));
        fs::rename(&self.path, &next)?;
        disk::sync_directory_of(&next)
    }

    /// Leaves the beginning alone of a pack that is used up: it keeps the pack from coming again.
    fn shorten(&self) -> Result<()> {
        if self.bytes.expose().len() > self.slots {
            let file = OpenOptions::new().write(true).open(&self.path)?;
            file.set_len(self.slots as u64)?;
        }
        Ok(())
    }
}

/// header (8) || u64 born || pack id (16) || patient id (32) || labels || u16 count || checksum
/// (16), then a slot for each coupon: k1 (32) || checksum (16) || capsule (224 + 48 n).
fn write(coupons: &Coupons, born: u64) -> Secret<Vec<u8>> {
    let one = FRONT + Capsule::length(coupons.labels.len());
    let names = coupons.labels.to_bytes();
    // All of its room at once: it holds keys.
    let room = 128 + names.len() + one * coupons.coupons.len();
    let mut writer = Writer::with_capacity(room);
    write_header(&mut writer, SUITE, Kind::CouponFile);
    writer.u64(born).array(&coupons.id);
    writer.array(coupons.patient.as_bytes()).bytes(&names);
    // At most COUPONS.
    writer.u16(coupons.coupons.len() as u16);
    let sum = checksum(&[writer.as_slice()]);
    writer.array(&sum);
    for (index, coupon) in coupons.coupons.iter().enumerate() {
        let (key, capsule) = (coupon.key.expose(), coupon.capsule.to_bytes());
        let sum = slot_checksum(&coupons.id, index, key, &capsule);
        writer.array(key).array(&sum).bytes(&capsule);
    }
    writer.into_secret()
}

/// The checksum of a slot: over pack id, u16 index, k1 and capsule.
fn slot_checksum(id: &[u8; PACK_ID], index: usize, key: &[u8; 32], capsule: &[u8]) -> [u8; 16] {
    checksum(&[id, &(index as u16).to_be_bytes(), key, capsule])
}

/// The name of a pack's file: its id in hexadecimal digits, and which coupon is next.
fn name(id: &[u8; PACK_ID], next: usize) -> String {
    let digits: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits}-{next:04}.{ENDING}")
}

/// What the name of a pack's file says.
fn parse(file: &OsStr) -> Option<([u8; PACK_ID], usize)> {
    let (digits, next) = file.to_str()?.split_once('-')?;
    let mut id = [0; PACK_ID];
    for (at, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    let next = next.strip_suffix(ENDING)?.strip_suffix('.')?.parse().ok()?;
    // No other name means the same.
    (name(&id, next).as_str() == file).then_some((id, next))
}
