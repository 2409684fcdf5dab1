//! One relay's share of a standing sharing on its way.

use alloc::vec::Vec;

use crate::error::Result;
use crate::keys::file;
use crate::tags::{self, Kind};

/// One relay's share of a standing sharing, sealed to that relay.
///
/// Bytes of the object's body: digest of the sharing (32) || u8 index || sealed share (80).
#[derive(Clone)]
pub struct SharingShare {
    pub(super) sharing: [u8; 32],
    pub(super) index: u8,
    pub(super) sealed: [u8; 80],
}

impl SharingShare {
    /// Reads a share; it is still sealed.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::SharingShare, bytes, |reader| {
            Ok(Self {
                sharing: reader.array()?,
                index: reader.u8()?,
                sealed: reader.array()?,
            })
        })
    }

    /// The share file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::SharingShare);
        writer
            .array(&self.sharing)
            .u8(self.index)
            .array(&self.sealed);
        file::finish(writer).into_vec()
    }

    /// Which relay of the sharing it is for, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }
}

/// HPKE info of one relay's share.
pub(super) fn share_info(sharing: &[u8; 32], index: u8) -> Vec<u8> {
    [tags::SHARING_TO_RELAY, sharing, &[index]].concat()
}
