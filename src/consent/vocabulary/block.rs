//! What a vocabulary's text says of itself: its blocks and their sources.

use alloc::string::String;

use super::CodeSet;

/// One block of the text.
#[derive(Clone)]
pub(super) struct Block {
    pub(super) id: String,
    /// Of the text from its beginning to the block's end.
    pub(super) hash: [u8; 32],
}

/// A code system from which a block takes codes of a set.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) block: u8,
    pub(super) set: CodeSet,
    pub(super) system: String,
    pub(super) version: String,
    pub(super) licence: String,
    pub(super) title: String,
}
