//! Bytes: the strict reader and writer, object headers, text rules and PEM armour.
//!
//! Integers are big-endian and of fixed width, lengths are u16 or u32 as each format says, every
//! object has one encoding, and nothing may follow it (SPEC.md, section 2).
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::Error;
//! use hippocrypt::wire::{Reader, Writer};
//!
//! let mut writer = Writer::new();
//! writer.u8(7).u32(2026);
//! writer.lp16(b"ward 3")?;
//! let bytes = writer.into_vec();
//! assert_eq!(bytes, b"\x07\x00\x00\x07\xea\x00\x06ward 3");
//!
//! let mut reader = Reader::new(&bytes);
//! assert_eq!((reader.u8()?, reader.u32()?), (7, 2026));
//! assert_eq!(reader.lp16(5), Err(Error::Length("byte string"))); // over this caller's limit
//! # Ok::<(), hippocrypt::Error>(())
//! ```

pub mod armour;
mod header;
#[cfg(feature = "fhir")]
pub mod json;
mod reader;
pub mod text;
mod writer;

pub use header::{HEADER, peek_kind};
pub(crate) use header::{read_header, write_header};
#[cfg(feature = "fhir")]
pub use json::Json;
pub use reader::Reader;
pub use writer::Writer;
