//! Bytes and texts that the library gives out, wiped when they are freed.

use hippocrypt::keys::file;
use hippocrypt::{Result, Secret};

use crate::argument::Char;
use crate::fault::guard;
use crate::handle::Handle;

/// Bytes.
pub struct Buffer(Content);

/// Whether they are secret, which says how they are wiped.
enum Content {
    Secret(Secret<Vec<u8>>),
    Plain(Plain),
}

/// Bytes that are no secret: wiped all the same, as fast as memory goes.
struct Plain(Vec<u8>);

impl Drop for Plain {
    fn drop(&mut self) {
        // In small parts, each of which the compiler must believe to be read.
        for part in self.0.chunks_mut(1024) {
            part.fill(0);
            std::hint::black_box(part);
        }
    }
}

impl Buffer {
    /// Bytes that are secret.
    pub fn secret(bytes: Secret<Vec<u8>>) -> Self {
        Self(Content::Secret(bytes))
    }

    /// Bytes that are no secret.
    pub fn plain(bytes: Vec<u8>) -> Self {
        Self(Content::Plain(Plain(bytes)))
    }

    fn bytes(&self) -> &[u8] {
        match &self.0 {
            Content::Secret(bytes) => bytes.expose(),
            Content::Plain(bytes) => &bytes.0,
        }
    }
}

/// A text in UTF-8 with a zero byte behind it.
pub struct Words(Secret<Vec<u8>>);

impl Words {
    /// The same text for C. A zero byte in the middle would end it there: none of ours has one.
    pub fn new(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len() + 1);
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
        Self(bytes.into())
    }
}

noun!(Buffer, "hc_buffer", Shared, /// Wipes and frees bytes.
    hc_buffer_free);
noun!(Words, "hc_text", Shared, /// Wipes and frees a text.
    hc_text_free);

/// Runs `read` on the binary form of what may be in armour.
pub fn binary<T>(either: &[u8], read: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
    if either.starts_with(b"-----BEGIN ") {
        return read(file::unarmour(either)?.expose());
    }
    read(either)
}

/// The first byte; NULL for no handle.
///
/// # Safety
/// NULL or a handle of this type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hc_buffer_data(buffer: *const Handle<Buffer>) -> *const u8 {
    // SAFETY: the caller's promise.
    let bytes = guard(|| Ok(unsafe { Handle::get(buffer) }?.bytes().as_ptr()));
    bytes.unwrap_or(std::ptr::null())
}

/// How many bytes; 0 for no handle.
///
/// # Safety
/// NULL or a handle of this type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hc_buffer_length(buffer: *const Handle<Buffer>) -> usize {
    // SAFETY: the caller's promise.
    guard(|| Ok(unsafe { Handle::get(buffer) }?.bytes().len())).unwrap_or(0)
}

/// The text; NULL for no handle.
///
/// # Safety
/// NULL or a handle of this type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hc_text_string(text: *const Handle<Words>) -> *const Char {
    // SAFETY: the caller's promise.
    let words = guard(|| Ok(unsafe { Handle::get(text) }?.0.expose().as_ptr()));
    words.map_or(std::ptr::null(), |it| it.cast::<Char>())
}

/// The number of the text's bytes, without the zero byte; 0 for no handle.
///
/// # Safety
/// NULL or a handle of this type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hc_text_length(text: *const Handle<Words>) -> usize {
    // SAFETY: the caller's promise.
    guard(|| Ok(unsafe { Handle::get(text) }?.0.expose().len() - 1)).unwrap_or(0)
}

prototype!(hc_buffer_data: unsafe extern "C" fn(*const Handle<Buffer>) -> *const u8);
prototype!(hc_buffer_length: unsafe extern "C" fn(*const Handle<Buffer>) -> usize);
prototype!(hc_text_string: unsafe extern "C" fn(*const Handle<Words>) -> *const Char);
prototype!(hc_text_length: unsafe extern "C" fn(*const Handle<Words>) -> usize);
