//! A flash in memory, whose power does not fail.

use hippocrypt::Result;
use hippocrypt::pre::{Flash, FlashGeometry};

#[derive(Clone)]
pub struct Memory {
    geometry: FlashGeometry,
    pub bytes: Vec<u8>,
}

impl Memory {
    /// One that was never erased.
    pub fn new(geometry: FlashGeometry) -> Self {
        Self::holding(geometry, vec![0; geometry.page * geometry.pages])
    }

    pub fn holding(geometry: FlashGeometry, bytes: Vec<u8>) -> Self {
        Self { geometry, bytes }
    }
}

impl Flash for Memory {
    fn geometry(&self) -> FlashGeometry {
        self.geometry
    }

    fn read(&self, at: usize, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(&self.bytes[at..][..out.len()]);
        Ok(())
    }

    fn program(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let cells = &mut self.bytes[at..][..bytes.len()];
        cells
            .iter_mut()
            .zip(bytes)
            .for_each(|(cell, it)| *cell &= it);
        Ok(())
    }

    fn erase(&mut self, page: usize) -> Result<()> {
        let page = self.geometry.page * page..self.geometry.page * (page + 1);
        self.bytes[page].fill(0xff);
        Ok(())
    }
}
