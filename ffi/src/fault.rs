//! What a call answers: a number, and for people the words of the last failure of the thread.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hippocrypt::Error;

/// `hc_result`: 0, a number of the library's table, or a negative one of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Code(pub i32);

impl Code {
    /// Success.
    pub const OK: Self = Self(0);
}

/// Why a call did nothing.
#[derive(Debug)]
pub enum Fault {
    /// A pointer that must not be NULL is.
    Null,
    /// A handle of another type, or one that was freed.
    Handle,
    /// The object is being used by another thread, or by a callback's caller.
    InUse,
    /// A length that no memory has.
    Length,
    /// A text that is not UTF-8, or a constant that the header does not define.
    Value,
    /// A defect of this library.
    Panic,
    /// What Rust callers get too, with more words where there are any.
    Library(Error, Option<String>),
}

/// The faults that only C programs can commit: Rust's compiler refuses them.
pub const OWN: &[(i32, &str, &str)] = &[
    (-1, "NullArgument", "A pointer is NULL that must not be."),
    (
        -2,
        "WrongHandle",
        "A handle is of another type, or was freed.",
    ),
    (
        -3,
        "InUse",
        "The object is in use by another call: of another thread, or the one whose callback this is.",
    ),
    (-4, "TooLong", "A length is beyond what any memory has."),
    (
        -5,
        "Value",
        "A text is not UTF-8, or a number is none of the header's constants.",
    ),
    (
        -6,
        "Panic",
        "A defect of the library, stopped before it reached the program: please report it.",
    ),
];

impl Fault {
    fn code(&self) -> Code {
        Code(match self {
            Self::Null => -1,
            Self::Handle => -2,
            Self::InUse => -3,
            Self::Length => -4,
            Self::Value => -5,
            Self::Panic => -6,
            Self::Library(error, _) => i32::from(error.code()),
        })
    }

    fn words(&self) -> String {
        match self {
            Self::Library(_, Some(words)) => words.clone(),
            Self::Library(error, None) => error.to_string(),
            own => meaning(own.code()).unwrap_or_default().to_owned(),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Library(error, None)
    }
}

/// What a number means, the same for every failure with it.
pub fn meaning(code: Code) -> Option<&'static str> {
    if code == Code::OK {
        return Some("Success.");
    }
    let own = OWN.iter().find(|row| row.0 == code.0).map(|row| row.2);
    let library = u16::try_from(code.0).ok().and_then(Error::meaning);
    own.or(library)
}

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

/// The words of the thread's last failure, as they stay until its next.
pub fn last() -> *const std::ffi::c_char {
    LAST.with_borrow(|words| words.as_ptr())
}

/// Runs the body of a call: what it answers, or the number of why not. No panic leaves it.
pub fn guard<T>(body: impl FnOnce() -> Result<T, Fault>) -> Result<T, Code> {
    let fault = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(fault)) => fault,
        Err(cause) => {
            forget(cause);
            Fault::Panic
        }
    };
    let code = fault.code();
    // Texts of the library have no zero byte.
    let words = CString::new(fault.words()).unwrap_or_default();
    // A thread that is ending has no place for them any more.
    let _ = LAST.try_with(|last| *last.borrow_mut() = words);
    Err(code)
}

/// Dropping what a panic carried could panic again.
fn forget(cause: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(cause))) {
        std::mem::forget(second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn words() -> String {
        // SAFETY: the pointer is that of this thread's text, which nothing changes meanwhile.
        let text = unsafe { CStr::from_ptr(last()) };
        text.to_string_lossy().into_owned()
    }

    #[test]
    fn a_panic_becomes_a_number() {
        std::panic::set_hook(Box::new(|_| ()));
        let caught = guard(|| -> Result<(), Fault> { std::panic::panic_any("words") });
        let _ = std::panic::take_hook();
        assert_eq!(caught, Err(Code(-6)));
        assert!(words().starts_with("A defect"));
    }

    #[test]
    fn the_words_name_the_place() {
        let refused = guard(|| Err::<(), _>(Error::PolicySyntax(15, "a value").into()));
        assert_eq!(refused, Err(Code(200)));
        assert_eq!(words(), "policy refused at byte 15: expected a value");
        assert!(guard(|| Ok::<_, Fault>(())).is_ok());
        assert_eq!(
            words(),
            "policy refused at byte 15: expected a value",
            "success says nothing"
        );
    }

    #[test]
    fn every_number_means_something() {
        for (number, name) in Error::TABLE {
            let meaning = meaning(Code(i32::from(*number))).unwrap_or_default();
            assert!(meaning.len() > 8, "{number} {name}");
        }
        assert_eq!(meaning(Code(9999)), None);
    }
}
