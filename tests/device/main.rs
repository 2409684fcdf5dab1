//! The monitor of examples/device: whatever step the power fails in, what was sent opens to its last
//! whole frame, no coupon seals twice, and recording goes on. In this process at every step, and in
//! firmware under an emulator (scripts/test-edge.sh builds it) at some of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unsafe_code
)]

extern crate alloc;

#[path = "../../examples/device/src/arena.rs"]
mod arena;
#[path = "../../examples/device/src/monitor.rs"]
#[allow(dead_code)]
mod monitor;

mod bench;
mod budgets;
mod elf;
mod emulator;
#[path = "../support/flash.rs"]
mod flash;
mod heap;
mod memory;
mod panics;
mod resets;
mod world;

/// The host's memory, which does not run out.
fn room() -> usize {
    usize::MAX
}

/// What the heap of a device ends with.
fn stop() -> ! {
    panic!("the device stops")
}
