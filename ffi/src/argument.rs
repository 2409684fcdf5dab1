//! What comes in: from the pointers and lengths of C to the values of Rust, checked.
//!
//! A function names its arguments by the types here, and never sees a pointer.

use std::ffi::{CStr, c_char};
use std::slice;
use std::sync::{Arc, MutexGuard};

use crate::fault::Fault;
use crate::handle::{Exclusive, Handle, Noun, Shared};

/// A way to read an argument.
pub trait Argument {
    /// Its type in C.
    type C: Copy;
    /// What a function's body gets.
    type Value<'a>;

    /// Reads it; `length` is that of the argument behind it, if it has one.
    ///
    /// # Safety
    /// What the header asks of the argument holds for `'a`.
    unsafe fn read<'a>(c: Self::C, length: usize) -> Result<Self::Value<'a>, Fault>;
}

/// A character of a text: what C calls `char`.
#[repr(transparent)]
pub struct Char(c_char);

/// Bytes that may be many objects in a row: no memory has more than `isize::MAX` of them.
///
/// # Safety
/// `pointer` leads to `length` values, or `length` is 0.
unsafe fn slice<'a, T>(pointer: *const T, length: usize) -> Result<&'a [T], Fault> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(Fault::Null);
    }
    if length > isize::MAX as usize / size_of::<T>() {
        return Err(Fault::Length);
    }
    if !pointer.is_aligned() {
        return Err(Fault::Value);
    }
    // SAFETY: not NULL, aligned, no longer than memory can be, and the caller's promise.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// A text that ends with a zero byte.
///
/// # Safety
/// `pointer` is NULL or leads to such a text.
unsafe fn text<'a>(pointer: *const Char) -> Result<&'a str, Fault> {
    if pointer.is_null() {
        return Err(Fault::Null);
    }
    // SAFETY: not NULL, and the caller's promise; `Char` is `c_char`.
    let text = unsafe { CStr::from_ptr(pointer.cast::<c_char>()) };
    text.to_str().map_err(|_| Fault::Value)
}

/// A shared object, borrowed for the call.
pub struct Ref<T>(T);
/// A shared object that another object keeps beyond the call.
pub struct Keep<T>(T);
/// An exclusive object, borrowed for the call.
pub struct Mut<T>(T);
/// An exclusive object that is only read.
pub struct Look<T>(T);
/// An exclusive object that another object keeps beyond the call.
pub struct KeepMut<T>(T);
/// An argument that may be NULL.
pub struct Maybe<A>(A);
/// Bytes and their number.
pub enum Bytes {}
/// Exactly so many bytes.
pub enum Array<const N: usize> {}
/// A text in UTF-8 that ends with a zero byte.
pub enum Text {}
/// Texts and their number.
pub enum Texts {}
/// Shared objects of one type and their number.
pub struct Refs<T>(T);
/// Shared objects that another object keeps, and their number.
pub struct Keeps<T>(T);
/// Byte strings, as pointers to them; their lengths are in the [`Lengths`] beside.
pub enum Pointers {}
/// Lengths and their number.
pub enum Lengths {}
/// A yes (not 0) or no (0).
pub enum Flag {}

impl<T: Noun<Ownership = Shared>> Argument for Ref<T> {
    type C = *const Handle<T>;
    type Value<'a> = &'a T;

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { Handle::get(c) }
    }
}

impl<T: Noun<Ownership = Shared>> Argument for Keep<T> {
    type C = *const Handle<T>;
    type Value<'a> = Arc<Handle<T>>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { Handle::keep(c) }
    }
}

impl<T: Noun<Ownership = Exclusive>> Argument for Mut<T> {
    type C = *mut Handle<T>;
    type Value<'a> = MutexGuard<'a, T>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { Handle::lock(c) }
    }
}

impl<T: Noun<Ownership = Exclusive>> Argument for Look<T> {
    type C = *const Handle<T>;
    type Value<'a> = MutexGuard<'a, T>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { Handle::lock(c) }
    }
}

impl<T: Noun<Ownership = Exclusive>> Argument for KeepMut<T> {
    type C = *mut Handle<T>;
    type Value<'a> = Arc<Handle<T>>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { Handle::keep_exclusive(c) }
    }
}

/// Pointers that can be asked whether they are NULL.
pub trait Pointer: Copy {
    /// Whether it leads nowhere.
    fn leads_nowhere(self) -> bool;
}
impl<T> Pointer for *const T {
    fn leads_nowhere(self) -> bool {
        self.is_null()
    }
}
impl<T> Pointer for *mut T {
    fn leads_nowhere(self) -> bool {
        self.is_null()
    }
}

impl<A: Argument<C: Pointer>> Argument for Maybe<A> {
    type C = A::C;
    type Value<'a> = Option<A::Value<'a>>;

    unsafe fn read<'a>(c: Self::C, length: usize) -> Result<Self::Value<'a>, Fault> {
        if c.leads_nowhere() {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        unsafe { A::read(c, length) }.map(Some)
    }
}

impl Argument for Bytes {
    type C = *const u8;
    type Value<'a> = &'a [u8];

    unsafe fn read<'a>(c: *const u8, length: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { slice(c, length) }
    }
}

impl<const N: usize> Argument for Array<N> {
    type C = *const u8;
    type Value<'a> = &'a [u8; N];

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        let bytes = unsafe { slice(c, N) }?;
        bytes.try_into().map_err(|_| Fault::Length)
    }
}

impl Argument for Text {
    type C = *const Char;
    type Value<'a> = &'a str;

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { text(c) }
    }
}

impl Argument for Texts {
    type C = *const *const Char;
    type Value<'a> = Vec<&'a str>;

    unsafe fn read<'a>(c: Self::C, length: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        let all = unsafe { slice(c, length) }?;
        // SAFETY: the same for each of them.
        all.iter().map(|one| unsafe { text(*one) }).collect()
    }
}

impl<T: Noun<Ownership = Shared>> Argument for Refs<T> {
    type C = *const *const Handle<T>;
    type Value<'a> = Vec<&'a T>;

    unsafe fn read<'a>(c: Self::C, length: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        let all = unsafe { slice(c, length) }?;
        // SAFETY: the same for each of them.
        all.iter().map(|one| unsafe { Handle::get(*one) }).collect()
    }
}

impl<T: Noun<Ownership = Shared>> Argument for Keeps<T> {
    type C = *const *const Handle<T>;
    type Value<'a> = Vec<Arc<Handle<T>>>;

    unsafe fn read<'a>(c: Self::C, length: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        let all = unsafe { slice(c, length) }?;
        // SAFETY: the same for each of them.
        all.iter()
            .map(|one| unsafe { Handle::keep(*one) })
            .collect()
    }
}

impl Argument for Pointers {
    type C = *const *const u8;
    type Value<'a> = Self::C;

    unsafe fn read<'a>(c: Self::C, _: usize) -> Result<Self::Value<'a>, Fault> {
        Ok(c)
    }
}

impl Argument for Lengths {
    type C = *const usize;
    type Value<'a> = &'a [usize];

    unsafe fn read<'a>(c: Self::C, length: usize) -> Result<Self::Value<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { slice(c, length) }
    }
}

/// Byte strings, of which C gives pointers and lengths in two arrays.
///
/// # Safety
/// `pointers` leads to as many pointers as there are lengths, each to as many bytes.
pub unsafe fn strings<'a>(
    pointers: *const *const u8,
    lengths: &[usize],
) -> Result<Vec<&'a [u8]>, Fault> {
    // SAFETY: the caller's promise.
    let pointers = unsafe { slice(pointers, lengths.len()) }?;
    pointers
        .iter()
        .zip(lengths)
        // SAFETY: the same for each of them.
        .map(|(pointer, length)| unsafe { slice(*pointer, *length) })
        .collect()
}

impl Argument for Flag {
    type C = i32;
    type Value<'a> = bool;

    unsafe fn read<'a>(c: i32, _: usize) -> Result<Self::Value<'a>, Fault> {
        Ok(c != 0)
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Argument for $number {
            type C = $number;
            type Value<'a> = $number;

            unsafe fn read<'a>(c: $number, _: usize) -> Result<Self::Value<'a>, Fault> {
                Ok(c)
            }
        }
    )+};
}
numbers!(u8, u16, u32, u64, usize, i32);
