//! The C API: `hippocrypt_edge.h`, whose comments are the documentation.
//!
//! One device, one thread. Every function gives 0 or the number of an error (SPEC.md, section 11).

use alloc::boxed::Box;
use core::ffi::{c_char, c_int, c_void};
use core::slice;

use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::pre::{
    CouponPack, CouponStore, Flash, FlashCouponStore, FlashGeometry, FlashLayout, RecipientKey,
};
use hippocrypt::{Error, Result, Secret};

use crate::monitor::{Board, Monitor};

/// What the device gives the library: see the header.
#[repr(C)]
pub struct CBoard {
    context: *mut c_void,
    word: u32,
    page: u32,
    pages: u32,
    flash_read: extern "C" fn(*mut c_void, u32, *mut u8, u32) -> c_int,
    flash_program: extern "C" fn(*mut c_void, u32, *const u8, u32) -> c_int,
    flash_erase: extern "C" fn(*mut c_void, u32) -> c_int,
    random: extern "C" fn(*mut c_void, *mut u8, u32) -> c_int,
    time: extern "C" fn(*mut c_void) -> u64,
    send: extern "C" fn(*mut c_void, *const u8, u32) -> c_int,
}

/// A handle of the board, which outlives everything.
#[derive(Clone, Copy)]
struct Handle(&'static CBoard);

// SAFETY: one thread uses the library (the header says so).
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

fn done(answer: c_int, failed: Error) -> Result<()> {
    if answer == 0 { Ok(()) } else { Err(failed) }
}

impl Flash for Handle {
    fn geometry(&self) -> FlashGeometry {
        FlashGeometry {
            word: self.0.word as usize,
            page: self.0.page as usize,
            pages: self.0.pages as usize,
        }
    }

    fn read(&self, at: usize, out: &mut [u8]) -> Result<()> {
        let (bytes, length) = (out.as_mut_ptr(), out.len() as u32);
        done(
            (self.0.flash_read)(self.0.context, at as u32, bytes, length),
            Error::Io("flash"),
        )
    }

    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let (from, length) = (bytes.as_ptr(), bytes.len() as u32);
        done(
            (self.0.flash_program)(self.0.context, at as u32, from, length),
            Error::Io("flash"),
        )
    }

    fn erase(&mut self, page: usize) -> Result<()> {
        done(
            (self.0.flash_erase)(self.0.context, page as u32),
            Error::Io("flash"),
        )
    }
}

impl Board for Handle {
    fn random(&self, bytes: &mut [u8]) -> Result<()> {
        let (to, length) = (bytes.as_mut_ptr(), bytes.len() as u32);
        done(
            (self.0.random)(self.0.context, to, length),
            Error::Randomness,
        )
    }

    fn time(&self) -> Option<u64> {
        match (self.0.time)(self.0.context) {
            0 => None,
            time => Some(time),
        }
    }

    fn send(&self, bytes: &[u8]) -> Result<()> {
        done(
            (self.0.send)(self.0.context, bytes.as_ptr(), bytes.len() as u32),
            Error::Io("send"),
        )
    }
}

/// The device of the header.
pub struct Device(Monitor<Handle>);

fn code(outcome: Result<()>) -> c_int {
    match outcome {
        Ok(()) => 0,
        Err(error) => c_int::from(error.code()),
    }
}

const NULL: Error = Error::Argument("null");

/// # Safety
/// `bytes` is null, or valid for `length` bytes for as long as the result is used.
unsafe fn bytes<'a>(bytes: *const u8, length: u32) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if bytes.is_null() {
        return Err(NULL);
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { slice::from_raw_parts(bytes, length as usize) })
}

/// # Safety
/// `text` is null, or ends in a zero, and lives as long as the result is used.
unsafe fn text<'a>(text: *const c_char) -> Result<&'a str> {
    if text.is_null() {
        return Err(NULL);
    }
    let mut length = 0;
    // SAFETY: there is a zero, and this looks no further; 129 bytes are too long for a name.
    while length < 129 && unsafe { text.add(length).read() } != 0 {
        length += 1;
    }
    // SAFETY: these bytes were just looked at.
    let bytes = unsafe { slice::from_raw_parts(text.cast::<u8>(), length) };
    // Of ASCII alone, which the record's name is held against, all text is UTF-8.
    match bytes.is_ascii() {
        // SAFETY: it is ASCII.
        true => Ok(unsafe { core::str::from_utf8_unchecked(bytes) }),
        false => Err(Error::Text("not printable ASCII")),
    }
}

/// # Safety
/// `device` is null, or came from `hippocrypt_edge_start`.
unsafe fn with(
    device: *mut Device,
    work: impl FnOnce(&mut Monitor<Handle>) -> Result<()>,
) -> c_int {
    // SAFETY: the caller's promise; one thread, and callbacks do not call back.
    match unsafe { device.as_mut() } {
        Some(device) => code(work(&mut device.0)),
        None => code(Err(NULL)),
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_start(
    board: *const CBoard,
    memory: *mut c_void,
    size: u32,
    seed: *const u8,
    out: *mut *mut Device,
) -> c_int {
    // SAFETY: the header asks for a board that outlives the device.
    let Some(board) = (unsafe { board.as_ref() }) else {
        return code(Err(NULL));
    };
    if memory.is_null() || seed.is_null() || out.is_null() {
        return code(Err(NULL));
    }
    if size < 4096 {
        return code(Err(Error::Argument("memory")));
    }
    #[cfg(target_os = "none")]
    // SAFETY: the header asks for memory that is the library's from here on.
    unsafe {
        crate::give(memory.cast(), size as usize);
    }
    let seed = Secret::build(|to: &mut [u8; 32]| {
        // SAFETY: the header asks for 32 bytes.
        to.copy_from_slice(unsafe { &*seed.cast::<[u8; 32]>() });
    });
    code(Monitor::start(Handle(board), &seed).map(|monitor| {
        // SAFETY: it is not null, and the header asks for room for a pointer.
        unsafe { out.write(Box::into_raw(Box::new(Device(monitor)))) }
    }))
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_format(
    device: *mut Device,
    board: *const CBoard,
    registry_pages: u32,
    coupon_bytes: u32,
) -> c_int {
    // SAFETY: the header's promises.
    unsafe {
        with(device, |monitor| {
            let board = Handle(board.as_ref().ok_or(NULL)?);
            let layout = FlashLayout {
                registry_pages: registry_pages as usize,
                coupon_bytes: coupon_bytes as usize,
            };
            monitor.set_store(FlashCouponStore::format(board, layout)?);
            Ok(())
        })
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_open(device: *mut Device) -> c_int {
    // SAFETY: the header's promises.
    unsafe { with(device, Monitor::open) }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_add_pack(
    device: *mut Device,
    key: *const u8,
    key_length: u32,
    pack: *const u8,
    pack_length: u32,
    minter: *const u8,
) -> c_int {
    // SAFETY: the header's promises.
    unsafe {
        with(device, |monitor| {
            let key = RecipientKey::from_bytes(bytes(key, key_length)?)?;
            let pack = CouponPack::from_bytes(bytes(pack, pack_length)?)?;
            let minter = minter.cast::<[u8; 32]>().as_ref().ok_or(NULL)?;
            let minter = VerifyingKey::from_bytes(minter)?;
            let coupons = pack.open(&key, Some(&minter))?;
            monitor.store()?.add(coupons).map(drop)
        })
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_coupons(device: *mut Device, left: *mut u32) -> c_int {
    // SAFETY: the header's promises.
    unsafe {
        with(device, |monitor| {
            let left = left.as_mut().ok_or(NULL)?;
            *left = monitor.coupons()? as u32;
            Ok(())
        })
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_begin(device: *mut Device, name: *const c_char) -> c_int {
    // SAFETY: the header's promises.
    unsafe { with(device, |monitor| monitor.begin(text(name)?)) }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_begin_minting(
    device: *mut Device,
    name: *const c_char,
    patient: *const u8,
    labels: *const u8,
    labels_length: u32,
) -> c_int {
    // SAFETY: the header's promises.
    unsafe {
        with(device, |monitor| {
            let patient = patient.cast::<[u8; 96]>().as_ref().ok_or(NULL)?;
            monitor.begin_minting(text(name)?, patient, bytes(labels, labels_length)?)
        })
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_frame(device: *mut Device, length: u32) -> c_int {
    // SAFETY: the header's promises.
    unsafe { with(device, |monitor| monitor.frame(length as usize)) }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_write(
    device: *mut Device,
    content: *const u8,
    length: u32,
) -> c_int {
    // SAFETY: the header's promises.
    unsafe { with(device, |monitor| monitor.write(bytes(content, length)?)) }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_end_frame(device: *mut Device) -> c_int {
    // SAFETY: the header's promises.
    unsafe { with(device, Monitor::end_frame) }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hippocrypt_edge_end(device: *mut Device) -> c_int {
    // SAFETY: the header's promises.
    unsafe { with(device, Monitor::end) }
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn hippocrypt_edge_memory_peak() -> u32 {
    crate::peak() as u32
}
