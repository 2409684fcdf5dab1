//! The heap of a device, in this process.

use std::alloc::{GlobalAlloc, Layout};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::arena::Arena;

const SIZE: usize = 4096;

/// Memory for a heap, which begins where no block may.
fn heap() -> Arena {
    let memory: &mut [u128] = Box::leak(Box::new([0; SIZE / 16 + 2]));
    let heap = Arena::new();
    // SAFETY: leaked, and nobody else's: 15 bytes are skipped and one unit is left behind.
    unsafe { heap.give(memory.as_mut_ptr().cast::<u8>().add(1), SIZE + 15) };
    heap
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).unwrap()
}

/// Blocks of all sizes and alignments come and go: each keeps what was written into it, and in the
/// end all is one block again.
#[test]
fn blocks_do_not_overlap_and_come_back() {
    let heap = heap();
    let rng = &mut ChaCha20Rng::seed_from_u64(51);
    let mut blocks: Vec<(*mut u8, Layout, u8)> = Vec::new();
    let mut turns = 0;
    for turn in 0..20_000u32 {
        let mark = turn as u8;
        if blocks.len() < 12 && rng.next_u32() % 2 == 0 {
            let size = rng.next_u32() as usize % 150 + 1;
            let layout = layout(size, 1 << (rng.next_u32() % 5));
            // SAFETY: the size is not 0; the block has so many bytes.
            let block = unsafe {
                let block = heap.alloc(layout);
                block.write_bytes(mark, size);
                block
            };
            assert!(block.addr().is_multiple_of(layout.align()));
            blocks.push((block, layout, mark));
        } else if !blocks.is_empty() {
            let (block, layout, mark) = blocks.swap_remove(rng.next_u32() as usize % blocks.len());
            // SAFETY: a block of this layout, written above and given back once.
            unsafe {
                let bytes = std::slice::from_raw_parts(block, layout.size());
                assert!(bytes.iter().all(|byte| *byte == mark));
                heap.dealloc(block, layout);
            }
            turns += 1;
        }
    }
    assert!(turns > 5_000 && heap.peak() <= SIZE);
    for (block, layout, _) in blocks {
        // SAFETY: as above.
        unsafe { heap.dealloc(block, layout) };
    }
    let all = layout(SIZE, 16);
    // SAFETY: as above.
    unsafe { heap.dealloc(heap.alloc(all), all) };
    assert_eq!(heap.peak(), SIZE);
}

#[test]
fn its_room_is_that_of_the_largest_piece() {
    let heap = heap();
    assert_eq!(heap.room(), SIZE);
    let blocks = [2048, 512, 1024, 496].map(|size| {
        let layout = layout(size, 1);
        // SAFETY: the size is not 0.
        (unsafe { heap.alloc(layout) }, layout)
    });
    assert_eq!(heap.room(), 16);
    for (place, room) in [(1, 512), (3, 512), (0, 2560), (2, SIZE)] {
        let (block, layout) = blocks[place];
        // SAFETY: a block of this layout, given back once.
        unsafe { heap.dealloc(block, layout) };
        assert_eq!(heap.room(), room);
    }
}

#[test]
#[should_panic(expected = "the device stops")]
fn it_stops_where_no_memory_is_left() {
    let heap = heap();
    // SAFETY: the size is not 0.
    unsafe { heap.alloc(layout(SIZE + 1, 1)) };
}

#[test]
#[should_panic(expected = "the device stops")]
fn it_stops_at_an_alignment_that_it_does_not_have() {
    let heap = heap();
    // SAFETY: the size is not 0.
    unsafe { heap.alloc(layout(1, 32)) };
}
