//! Ingest: a capsule is for one record.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;

use crate::error::{Error, Result};

/// What whoever takes in records remembers: under which h it saw each capsule's d.
///
/// A capsule that seals two records lets everybody who may open one open both, past relays and
/// revocations. Only whoever sees both records can notice. Rewrapping changes neither d nor h, so
/// the same record may come again.
pub trait SeenCapsules {
    /// Remembers a capsule with this d in a record with this h, durably if that is needed.
    ///
    /// # Errors
    /// [`Error::CapsuleReused`] if it was seen under another h; those of the medium.
    fn admit(&mut self, digest: &[u8; 32], h: &[u8; 32]) -> Result<()>;
}

/// A memory that ends with the process.
#[derive(Default)]
pub struct MemorySeenCapsules(BTreeMap<[u8; 32], [u8; 32]>);

impl MemorySeenCapsules {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl SeenCapsules for MemorySeenCapsules {
    fn admit(&mut self, digest: &[u8; 32], h: &[u8; 32]) -> Result<()> {
        match self.0.entry(*digest) {
            Entry::Vacant(place) => {
                place.insert(*h);
                Ok(())
            }
            Entry::Occupied(seen) if seen.get() == h => Ok(()),
            Entry::Occupied(_) => Err(Error::CapsuleReused),
        }
    }
}
