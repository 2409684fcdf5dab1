//! hippocrypt for a device that seals offline: records in sessions under coupons, in memory that
//! its caller gives. `hippocrypt_edge.h` is the same for C.
#![cfg_attr(target_os = "none", no_std)]
extern crate alloc;

#[cfg(target_os = "none")]
pub mod arena;
pub mod c;
pub mod monitor;
#[cfg(target_os = "none")]
pub mod probe;

#[cfg(target_os = "none")]
#[global_allocator]
static ARENA: arena::Arena = arena::Arena::new();

/// Gives the library its memory, once, before anything else.
///
/// # Safety
/// `memory` is valid for `size` bytes, writable, nobody else's, and stays so.
#[cfg(target_os = "none")]
pub unsafe fn give(memory: *mut u8, size: usize) {
    // SAFETY: the caller's promise.
    unsafe { ARENA.give(memory, size) }
}

/// The most bytes of that memory that were in use at once.
#[must_use]
pub fn peak() -> usize {
    #[cfg(target_os = "none")]
    return ARENA.peak();
    #[cfg(not(target_os = "none"))]
    0
}

/// The most bytes that the library can still have in one piece.
#[must_use]
pub fn room() -> usize {
    #[cfg(target_os = "none")]
    return ARENA.room();
    #[cfg(not(target_os = "none"))]
    usize::MAX
}

/// The device stops: an undefined instruction, which its fault handler gets.
#[cfg(target_os = "none")]
fn stop() -> ! {
    // SAFETY: it does not come back.
    unsafe { core::arch::asm!("udf #0", options(noreturn)) }
}

#[cfg(target_os = "none")]
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo) -> ! {
    stop()
}
