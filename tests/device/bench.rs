//! A board in this process, whose power fails in one step.

use std::sync::{Mutex, MutexGuard};

use hippocrypt::pre::{Flash, FlashGeometry};
use hippocrypt::{Error, Result};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::monitor::Board;
use super::world::GEOMETRY;

/// What outlives a reset, and the steps until the next.
pub struct State {
    pub flash: Vec<u8>,
    pub sent: Vec<u8>,
    dice: ChaCha20Rng,
    pub steps: usize,
    fails_at: usize,
    time: Option<u64>,
}

#[derive(Clone, Copy)]
pub struct Bench(&'static Mutex<State>);

const OFF: Error = Error::Io("the power is off");

impl Bench {
    pub fn new(flash: Vec<u8>, seed: u64, fails_at: usize) -> Self {
        Self(Box::leak(Box::new(Mutex::new(State {
            flash,
            sent: Vec::new(),
            dice: ChaCha20Rng::seed_from_u64(seed),
            steps: 0,
            fails_at,
            time: None,
        }))))
    }

    /// The same with a clock.
    pub fn at(self, time: u64) -> Self {
        self.get().time = Some(time);
        self
    }

    pub fn get(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// How many of these bytes get through in this step.
    fn through(state: &mut State, bytes: usize) -> usize {
        state.steps += 1;
        match state.steps.cmp(&state.fails_at) {
            std::cmp::Ordering::Less => bytes,
            std::cmp::Ordering::Equal => bytes / 2,
            std::cmp::Ordering::Greater => 0,
        }
    }
}

impl Flash for Bench {
    fn geometry(&self) -> FlashGeometry {
        GEOMETRY
    }

    fn read(&self, at: usize, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(&self.get().flash[at..][..out.len()]);
        Ok(())
    }

    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let state = &mut *self.get();
        let through = Self::through(state, bytes.len());
        state.flash[at..][..through].copy_from_slice(&bytes[..through]);
        (through == bytes.len()).then_some(()).ok_or(OFF)
    }

    fn erase(&mut self, page: usize) -> Result<()> {
        let state = &mut *self.get();
        let through = Self::through(state, GEOMETRY.page);
        state.flash[page * GEOMETRY.page..][..through].fill(0xff);
        (through == GEOMETRY.page).then_some(()).ok_or(OFF)
    }
}

impl Board for Bench {
    fn random(&self, bytes: &mut [u8]) -> Result<()> {
        self.get().dice.fill_bytes(bytes);
        Ok(())
    }

    fn time(&self) -> Option<u64> {
        self.get().time
    }

    fn send(&self, bytes: &[u8]) -> Result<()> {
        let state = &mut *self.get();
        let through = Self::through(state, bytes.len());
        state.sent.extend_from_slice(&bytes[..through]);
        (through == bytes.len()).then_some(()).ok_or(OFF)
    }
}
