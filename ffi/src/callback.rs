//! What a program brings itself: randomness, a place for keys, streams.

use std::ffi::{CString, c_void};
use std::io::{self, Read, Write};
use std::ptr;

use hippocrypt::keys::{KeyStore, check_key_name};
use hippocrypt::rand_core::{TryCryptoRng, TryRng};
use hippocrypt::{Error, Result, Secret};

use crate::argument::{Argument, Char};
use crate::fault::Fault;

/// `hc_random`: a source of unpredictable bytes.
#[repr(C)]
pub struct RandomCallback {
    context: *mut c_void,
    pub fill: Option<unsafe extern "C" fn(*mut c_void, *mut u8, usize) -> i32>,
}

/// `hc_key_store`: where secrets live.
#[repr(C)]
pub struct StoreCallback {
    context: *mut c_void,
    pub load:
        Option<unsafe extern "C" fn(*mut c_void, *const Char, *mut u8, usize, *mut usize) -> i32>,
    pub store: Option<unsafe extern "C" fn(*mut c_void, *const Char, *const u8, usize) -> i32>,
}

/// `hc_reader`: where bytes come from.
#[repr(C)]
pub struct ReadCallback {
    context: *mut c_void,
    pub read: Option<unsafe extern "C" fn(*mut c_void, *mut u8, usize, *mut usize) -> i32>,
}

/// `hc_writer`: where bytes go.
#[repr(C)]
pub struct WriteCallback {
    context: *mut c_void,
    pub write: Option<unsafe extern "C" fn(*mut c_void, *const u8, usize) -> i32>,
}

/// The largest secret of a key store.
const SECRET: usize = 1 << 20;

/// Randomness of the program's, or of the system where it brings none.
pub enum Random {}
/// A key store.
pub enum Store {}
/// A stream to read.
pub enum Reader {}
/// A stream to write.
pub enum Writer {}

/// A source that a call draws from.
pub enum Source<'a> {
    /// The system's.
    System,
    /// The program's.
    Program(&'a RandomCallback),
}

/// A key store of the program's.
pub struct ProgramStore<'a>(&'a StoreCallback);
/// A stream of the program's.
pub struct ProgramReader<'a>(&'a ReadCallback);
/// Another one.
pub struct ProgramWriter<'a>(&'a WriteCallback);

// SAFETY: a store lives for one call of the program's, is lent to no other thread, and its functions
// are called by the thread that made the call.
unsafe impl Send for ProgramStore<'_> {}
// SAFETY: as above.
unsafe impl Sync for ProgramStore<'_> {}

/// A struct of callbacks.
///
/// # Safety
/// NULL, or leads to one for `'a`.
unsafe fn read<'a, T>(pointer: *const T) -> std::result::Result<&'a T, Fault> {
    if !pointer.is_null() && !pointer.is_aligned() {
        return Err(Fault::Value);
    }
    // SAFETY: aligned, and the caller's promise.
    unsafe { pointer.as_ref() }.ok_or(Fault::Null)
}

impl Argument for Random {
    type C = *const RandomCallback;
    type Value<'a> = Source<'a>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> std::result::Result<Source<'a>, Fault> {
        if c.is_null() {
            return Ok(Source::System);
        }
        // SAFETY: the caller's promise.
        let source = unsafe { read(c) }?;
        source.fill.ok_or(Fault::Null)?;
        Ok(Source::Program(source))
    }
}

impl TryRng for Source<'_> {
    type Error = Error;

    fn try_next_u32(&mut self) -> Result<u32> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<()> {
        let Self::Program(source) = self else {
            return getrandom::SysRng
                .try_fill_bytes(bytes)
                .map_err(|_| Error::Randomness);
        };
        let fill = source.fill.ok_or(Error::Randomness)?;
        // SAFETY: the program's function, as the header describes it, with its own context.
        match unsafe { fill(source.context, bytes.as_mut_ptr(), bytes.len()) } {
            0 => Ok(()),
            _ => Err(Error::Randomness),
        }
    }
}

impl TryCryptoRng for Source<'_> {}

impl Argument for Store {
    type C = *const StoreCallback;
    type Value<'a> = ProgramStore<'a>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> std::result::Result<ProgramStore<'a>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { read(c) }.map(ProgramStore)
    }
}

const REFUSED: Error = Error::KeyStore("the program's key store refused");

fn name(text: &str) -> Result<CString> {
    check_key_name(text)?;
    CString::new(text).map_err(|_| Error::Argument("name of a key"))
}

impl KeyStore for ProgramStore<'_> {
    fn load(&self, key: &str) -> Result<Secret<Vec<u8>>> {
        let load = self.0.load.ok_or(REFUSED)?;
        let key = name(key)?;
        let key = key.as_ptr().cast::<Char>();
        let mut length = 0;
        // SAFETY: the program's function, as the header describes it: it only says the length.
        if unsafe { load(self.0.context, key, ptr::null_mut(), 0, &raw mut length) } != 0 {
            return Err(REFUSED);
        }
        if length > SECRET {
            return Err(Error::TooLarge("secret of a key store"));
        }
        let mut secret = Secret::new(vec![0; length]);
        let room = secret.expose_mut();
        let mut written = 0;
        let bytes = room.as_mut_ptr();
        // SAFETY: as above, with room for as many bytes as it is told.
        let refused = unsafe { load(self.0.context, key, bytes, length, &raw mut written) };
        if refused != 0 || written != length {
            return Err(REFUSED);
        }
        Ok(secret)
    }

    fn store(&self, key: &str, secret: &Secret<Vec<u8>>) -> Result<()> {
        let store = self.0.store.ok_or(REFUSED)?;
        let key = name(key)?;
        let (bytes, length) = (secret.expose().as_ptr(), secret.expose().len());
        // SAFETY: the program's function, as the header describes it, and `length` bytes.
        match unsafe { store(self.0.context, key.as_ptr().cast(), bytes, length) } {
            0 => Ok(()),
            _ => Err(REFUSED),
        }
    }
}

impl Argument for Reader {
    type C = *const ReadCallback;
    type Value<'a> = ProgramReader<'a>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> std::result::Result<ProgramReader<'a>, Fault> {
        // SAFETY: the caller's promise.
        let stream = unsafe { read(c) }?;
        stream.read.ok_or(Fault::Null)?;
        Ok(ProgramReader(stream))
    }
}

impl Argument for Writer {
    type C = *const WriteCallback;
    type Value<'a> = ProgramWriter<'a>;

    unsafe fn read<'a>(c: Self::C, _: usize) -> std::result::Result<ProgramWriter<'a>, Fault> {
        // SAFETY: the caller's promise.
        let stream = unsafe { read(c) }?;
        stream.write.ok_or(Fault::Null)?;
        Ok(ProgramWriter(stream))
    }
}

const STREAM: Error = Error::Io("the program's stream failed");

impl Read for ProgramReader<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read.ok_or(STREAM)?;
        let mut got = 0;
        let room = bytes.as_mut_ptr();
        // SAFETY: the program's function, as the header describes it, with this much room.
        let failed = unsafe { read(self.0.context, room, bytes.len(), &raw mut got) };
        if failed != 0 || got > bytes.len() {
            return Err(STREAM.into());
        }
        Ok(got)
    }
}

impl Write for ProgramWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let write = self.0.write.ok_or(STREAM)?;
        // SAFETY: the program's function, as the header describes it, and so many bytes.
        match unsafe { write(self.0.context, bytes.as_ptr(), bytes.len()) } {
            0 => Ok(bytes.len()),
            _ => Err(STREAM.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How much is read and written at once.
const PART: usize = 1 << 18;

/// Everything from a reader to a writer, through memory that is wiped.
pub fn pump(reader: &mut impl Read, writer: &mut impl Write) -> Result<()> {
    let mut part = Secret::new(vec![0; PART]);
    loop {
        let length = reader.read(part.expose_mut())?;
        match part.expose().get(..length) {
            None | Some([]) => return Ok(()),
            Some(bytes) => writer.write_all(bytes)?,
        }
    }
}
