//! A flash in memory that keeps its maker's rules, and loses its power where it is told to.

use std::sync::{Arc, Mutex, MutexGuard};
use std::vec;

use super::*;

/// NOR flash: a word is programmed once between erasures, and reads back what was programmed.
pub(super) struct SimulatedFlash {
    geometry: FlashGeometry,
    bytes: Vec<u8>,
    /// Which words were programmed since their page was erased, or were spoilt.
    programmed: Vec<bool>,
    /// Writes and erasures until the power fails.
    fuse: Option<usize>,
    powered: bool,
    /// Writes and erasures so far.
    pub(super) steps: usize,
    /// What a torn word looks like.
    dice: u64,
    /// The power fails during the next erasure, when it has done this.
    erasing: Option<Erased>,
}

/// The words of a page that an interrupted erasure has erased; the others are as they were.
#[derive(Clone, Copy, Debug)]
pub(super) enum Erased {
    Before(usize),
    From(usize),
    Only(usize),
}

impl Erased {
    fn has(self, word: usize) -> bool {
        match self {
            Self::Before(end) => word < end,
            Self::From(begin) => word >= begin,
            Self::Only(one) => word == one,
        }
    }
}

/// A flash that outlives the store that has it.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<SimulatedFlash>>);

impl Shared {
    pub(super) fn new(flash: SimulatedFlash) -> Self {
        Self(Arc::new(Mutex::new(flash)))
    }

    pub(super) fn get(&self) -> MutexGuard<'_, SimulatedFlash> {
        self.0.lock().unwrap()
    }
}

impl Flash for Shared {
    fn geometry(&self) -> FlashGeometry {
        self.get().geometry()
    }

    fn read(&self, at: usize, out: &mut [u8]) -> Result<()> {
        self.get().read(at, out)
    }

    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        self.get().program(at, bytes)
    }

    fn erase(&mut self, page: usize) -> Result<()> {
        self.get().erase(page)
    }
}

const OFF: Error = Error::Io("the power is off");

impl SimulatedFlash {
    pub(super) fn new(geometry: FlashGeometry, seed: u64) -> Self {
        let length = geometry.page * geometry.pages;
        Self {
            geometry,
            // As it comes from wherever it was before.
            bytes: vec![0x5a; length],
            programmed: vec![true; length / geometry.word],
            fuse: None,
            powered: true,
            steps: 0,
            dice: seed,
            erasing: None,
        }
    }

    /// The power fails during the write or erasure behind the next `steps` ones.
    pub(super) fn fail_after(&mut self, steps: usize) {
        self.fuse = Some(steps);
    }

    /// The power fails during the next erasure.
    pub(super) fn fail_erasing(&mut self, erased: Erased) {
        self.erasing = Some(erased);
    }

    pub(super) fn restart(&mut self) {
        self.fuse = None;
        self.powered = true;
    }

    pub(super) fn is_powered(&self) -> bool {
        self.powered
    }

    /// Damages one byte.
    pub(super) fn damage(&mut self, at: usize) {
        self.bytes[at] ^= 0x10;
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Counts a step; whether the power fails in it.
    fn step(&mut self) -> Result<bool> {
        if !self.powered {
            return Err(OFF);
        }
        self.steps += 1;
        match &mut self.fuse {
            Some(0) => {
                self.powered = false;
                Ok(true)
            }
            Some(left) => {
                *left -= 1;
                Ok(false)
            }
            None => Ok(false),
        }
    }

    fn roll(&mut self) -> u64 {
        self.dice = self
            .dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.dice >> 33
    }

    /// A word that was on its way from `old` to `new`: either, some bits of both, or anything.
    fn tear(&mut self, old: u8, new: u8, kind: u64) -> u8 {
        let mask = self.roll() as u8;
        match kind % 4 {
            0 => old,
            1 => new,
            2 => (old & mask) | (new & !mask),
            _ => mask,
        }
    }
}

impl Flash for SimulatedFlash {
    fn geometry(&self) -> FlashGeometry {
        self.geometry
    }

    fn read(&self, at: usize, out: &mut [u8]) -> Result<()> {
        if !self.powered {
            return Err(OFF);
        }
        out.copy_from_slice(&self.bytes[at..at + out.len()]);
        Ok(())
    }

    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let size = self.geometry.word;
        assert!(
            at.is_multiple_of(size) && bytes.len().is_multiple_of(size),
            "whole words"
        );
        for (word, new) in (at / size..).zip(bytes.chunks(size)) {
            let torn = self.step()?;
            if self.programmed[word] {
                // A word that reads as erased may be one that a power failure spoilt.
                let blank = self.bytes[word * size..][..size]
                    .iter()
                    .all(|it| *it == 0xff);
                assert!(blank, "a word is programmed once");
                return Err(Error::Io("a word of the flash"));
            }
            self.programmed[word] = true;
            let kind = self.roll();
            for (place, new) in (word * size..).zip(new) {
                self.bytes[place] = if torn {
                    self.tear(0xff, *new, kind)
                } else {
                    *new
                };
            }
            if torn {
                return Err(OFF);
            }
        }
        Ok(())
    }

    fn erase(&mut self, page: usize) -> Result<()> {
        let torn = self.step()?;
        let size = self.geometry.word;
        let words = self.geometry.page / size;
        if let Some(erased) = self.erasing.take() {
            self.powered = false;
            let page = page * words;
            for word in (0..words).filter(|word| erased.has(*word)) {
                self.bytes[(page + word) * size..][..size].fill(0xff);
            }
            return Err(OFF);
        }
        for word in page * words..(page + 1) * words {
            let kind = if torn { self.roll() } else { 1 };
            for place in word * size..(word + 1) * size {
                let old = self.bytes[place];
                self.bytes[place] = self.tear(old, 0xff, kind);
            }
            self.programmed[word] = torn;
        }
        if torn { Err(OFF) } else { Ok(()) }
    }
}
