//! About the library, and the words of errors.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::ptr;
use std::sync::OnceLock;

use hippocrypt::Error;

use crate::argument::Char;
use crate::fault::{self, Code, OWN};

/// The release, as `0.1.0`.
const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

fn texts() -> &'static BTreeMap<i32, (CString, CString)> {
    static TEXTS: OnceLock<BTreeMap<i32, (CString, CString)>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let ours = OWN.iter().map(|row| (row.0, row.1));
        let library = Error::TABLE.iter().map(|row| (i32::from(row.0), row.1));
        let all = ours.chain([(0, "Ok")]).chain(library);
        all.map(|(number, name)| {
            let text = fault::meaning(Code(number)).unwrap_or_default();
            let both = (CString::new(name), CString::new(text));
            (
                number,
                (both.0.unwrap_or_default(), both.1.unwrap_or_default()),
            )
        })
        .collect()
    })
}

/// The release of the library.
#[unsafe(no_mangle)]
pub extern "C" fn hc_version() -> *const Char {
    VERSION.as_ptr().cast()
}

/// The name of a result, as in SPEC.md; NULL for a number that has none.
#[unsafe(no_mangle)]
pub extern "C" fn hc_error_name(result: Code) -> *const Char {
    let found = fault::guard(|| Ok(texts().get(&result.0)));
    let name = found.ok().flatten().map(|both| both.0.as_ptr().cast());
    name.unwrap_or(ptr::null())
}

/// What a result means; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn hc_error_text(result: Code) -> *const Char {
    let found = fault::guard(|| Ok(texts().get(&result.0)));
    let text = found.ok().flatten().map(|both| both.1.as_ptr());
    text.unwrap_or(c"A number that this release does not know.".as_ptr())
        .cast()
}

/// The words of this thread's last failure; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn hc_last_error() -> *const Char {
    fault::last().cast()
}

prototype!(hc_version: extern "C" fn() -> *const Char);
prototype!(hc_error_name: extern "C" fn(Code) -> *const Char);
prototype!(hc_error_text: extern "C" fn(Code) -> *const Char);
prototype!(hc_last_error: extern "C" fn() -> *const Char);
