//! The heap: a piece of memory that the caller gave, cut into blocks.
//!
//! First fit, free neighbours joined. One thread uses it, as one thread uses the library.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// A block's size comes in multiples of this, and so does its address: what AES-256-GCM's numbers are
/// aligned to, and nothing more.
const UNIT: usize = 16;

/// Before a free block.
#[repr(C, align(16))]
struct Free {
    size: usize,
    next: *mut Free,
}

// So what is left of a block has room for a header.
const _: () = assert!(size_of::<Free>() == UNIT);

struct State {
    first: *mut Free,
    used: usize,
    peak: usize,
}

/// The allocator of the program; without memory until [`Arena::give`].
pub struct Arena(UnsafeCell<State>);

// SAFETY: the library is used by one thread at a time (hippocrypt_edge.h says so).
unsafe impl Sync for Arena {}

impl Arena {
    /// Without memory.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(State {
            first: null_mut(),
            used: 0,
            peak: 0,
        }))
    }

    /// Gives it memory, once, before anything is allocated.
    ///
    /// # Safety
    /// `memory` is valid for `size` bytes, writable, nobody else's, and stays so.
    pub unsafe fn give(&self, memory: *mut u8, size: usize) {
        let skip = memory.align_offset(UNIT);
        let Some(size) = size.checked_sub(skip) else {
            return;
        };
        let size = size / UNIT * UNIT;
        if size < size_of::<Free>() {
            return;
        }
        // SAFETY: within the memory that was given, aligned, and large enough for a header.
        unsafe {
            let block = memory.add(skip).cast::<Free>();
            block.write(Free {
                size,
                next: null_mut(),
            });
            (*self.0.get()).first = block;
        }
    }

    /// The bytes of the largest free block.
    pub fn room(&self) -> usize {
        let mut most = 0;
        // SAFETY: one thread; every pointer of the list is to a free block, whose header was written.
        unsafe {
            let mut block = (*self.0.get()).first;
            while !block.is_null() {
                most = most.max((*block).size);
                block = (*block).next;
            }
        }
        most
    }

    /// The most bytes that were in use at once, what rounding takes included.
    pub fn peak(&self) -> usize {
        // SAFETY: one thread.
        unsafe { (*self.0.get()).peak }
    }
}

/// What a request takes.
fn rounded(layout: &Layout) -> usize {
    layout.size().max(1).div_ceil(UNIT) * UNIT
}

// SAFETY: blocks do not overlap, since each is cut from a free one and comes back with the size it
// was cut with; a layout aligned beyond UNIT gets none. Where there is no memory the program stops
// here, in one place, and not wherever memory was asked for.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > UNIT {
            crate::stop();
        }
        let size = rounded(&layout);
        // SAFETY: every pointer of the list is to a free block, whose header was written.
        unsafe {
            let state = &mut *self.0.get();
            let mut link: *mut *mut Free = &mut state.first;
            while !(*link).is_null() {
                let block = *link;
                if (*block).size >= size {
                    let left = (*block).size - size;
                    if left == 0 {
                        *link = (*block).next;
                    } else {
                        let rest = block.byte_add(size);
                        rest.write(Free {
                            size: left,
                            next: (*block).next,
                        });
                        *link = rest;
                    }
                    state.used += size;
                    state.peak = state.peak.max(state.used);
                    return block.cast();
                }
                link = &mut (*block).next;
            }
        }
        crate::stop()
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let size = rounded(&layout);
        // SAFETY: the block is the caller's to give back; its neighbours in the list are free.
        unsafe {
            let state = &mut *self.0.get();
            state.used -= size;
            let block = memory.cast::<Free>();
            let mut before: *mut Free = null_mut();
            let mut after = state.first;
            while !after.is_null() && after < block {
                before = after;
                after = (*after).next;
            }
            block.write(Free { size, next: after });
            if !after.is_null() && block.byte_add(size) == after {
                (*block).size += (*after).size;
                (*block).next = (*after).next;
            }
            if before.is_null() {
                state.first = block;
            } else if before.byte_add((*before).size) == block {
                (*before).size += (*block).size;
                (*before).next = (*block).next;
            } else {
                (*before).next = block;
            }
        }
    }
}
