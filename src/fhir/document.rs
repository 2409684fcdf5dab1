//! The document that Terms are made of.

use crate::error::Result;
use crate::symmetric::sha256;
use crate::wire::Json;

/// A JSON document with the digest of its bytes: what Terms name as their source.
#[derive(Clone)]
pub struct Document {
    json: Json,
    digest: [u8; 32],
}

impl Document {
    /// Reads a document strictly: at most 4 MiB, 64 levels deep, 262,144 values, UTF-8, every
    /// name of an object once.
    ///
    /// # Errors
    /// [`Error::Json`](crate::Error::Json) with the place of the first fault.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        Ok(Self {
            json: Json::parse(bytes)?,
            digest: sha256(&[bytes]),
        })
    }

    /// SHA-256 of the bytes that were read.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    pub(super) const fn json(&self) -> &Json {
        &self.json
    }
}
