//! The header is what the library is: same names, types, constants and layouts.
//!
//! Every exported function's Rust type is written as the C prototype it must have; a C compiler
//! then reads the header and those prototypes together, and refuses a difference. Names go both
//! ways, and constants and structs are asserted.

mod symbols;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::mem::offset_of;
use std::path::Path;
use std::process::Command;

use hippocrypt::Error;

use crate::argument::Char;
use crate::callback::{RandomCallback, ReadCallback, StoreCallback, WriteCallback};
use crate::fault::{Code, OWN};
use crate::handle::{Handle, Noun};

/// A type that has a name in C.
trait CType {
    /// The name, as it stands before a variable's.
    fn name() -> String;
}

macro_rules! named {
    ($($type:ty => $name:literal),+ $(,)?) => {$(
        impl CType for $type {
            fn name() -> String {
                $name.to_owned()
            }
        }
    )+};
}
named! {
    () => "void", Code => "hc_result", Char => "char", RandomCallback => "hc_random",
    ReadCallback => "hc_reader", StoreCallback => "hc_key_store", WriteCallback => "hc_writer",
    i32 => "int32_t", u8 => "uint8_t", u16 => "uint16_t", u32 => "uint32_t", u64 => "uint64_t",
    i64 => "int64_t", i16 => "int16_t", usize => "size_t",
}

impl<T: Noun> CType for Handle<T> {
    fn name() -> String {
        T::NAME.to_owned()
    }
}
impl<T: CType> CType for *const T {
    fn name() -> String {
        // What a pointer leads to through another is itself constant.
        match T::name() {
            inner if inner.ends_with('*') => format!("{inner}const *"),
            inner => format!("const {inner} *"),
        }
    }
}
impl<T: CType> CType for *mut T {
    fn name() -> String {
        match T::name() {
            inner if inner.ends_with('*') => format!("{inner}*"),
            inner => format!("{inner} *"),
        }
    }
}

/// A function that C can call.
pub trait Function {
    /// Its prototype.
    fn prototype(self, name: &str) -> String;
}

macro_rules! functions {
    ($($argument:ident)*) => {
        functions!(@one [unsafe extern "C" fn($($argument),*) -> R] $($argument)*);
        functions!(@one [extern "C" fn($($argument),*) -> R] $($argument)*);
    };
    (@one [$type:ty] $($argument:ident)*) => {
        impl<R: CType, $($argument: CType),*> Function for $type {
            fn prototype(self, name: &str) -> String {
                let arguments: &[String] = &[$($argument::name()),*];
                let arguments = match arguments {
                    [] => "void".to_owned(),
                    all => all.join(", "),
                };
                format!("extern {} {name}({arguments});\n", R::name())
            }
        }
    };
}
functions!();
functions!(A);
functions!(A B);
functions!(A B C);
functions!(A B C D);
functions!(A B C D E);
functions!(A B C D E F);
functions!(A B C D E F G);
functions!(A B C D E F G H);
functions!(A B C D E F G H I);
functions!(A B C D E F G H I J);
functions!(A B C D E F G H I J K);
functions!(A B C D E F G H I J K L);
functions!(A B C D E F G H I J K L M);
functions!(A B C D E F G H I J K L M N);

const HEADER: &str = include_str!("../include/hippocrypt.h");

/// Names of functions in the header: what stands before a parenthesis, outside comments.
fn declared() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in HEADER.lines() {
        let line = line.trim_start();
        if line.starts_with('*') || line.starts_with("/*") || line.starts_with("//") {
            continue;
        }
        for (at, _) in line.match_indices('(') {
            let before = &line[..at];
            let start = before.rfind(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            let name = &before[start.map_or(0, |it| it + 1)..];
            if name.starts_with("hc_") {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// `NotSatisfied` as `HC_ERROR_NOT_SATISFIED`.
fn constant(name: &str) -> String {
    let mut constant = String::from("HC_ERROR");
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            constant.push('_');
        }
        constant.push(letter.to_ascii_uppercase());
    }
    constant
}

/// A C file that compiles exactly if the header is right.
fn assertions() -> String {
    let mut text = String::from("#include \"hippocrypt.h\"\n#include <stddef.h>\n");
    text.push_str("#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    for prototype in symbols::prototypes() {
        text.push_str(&prototype.1);
    }
    text.push_str("#ifdef __cplusplus\n}\n#endif\n");
    let mut number = 0;
    let mut assert = |condition: String| {
        number += 1;
        let name = format!("assertion_{number}");
        writeln!(
            text,
            "extern char {name}[({condition}) ? 1 : -1]; char {name}[1];"
        )
        .unwrap();
    };
    assert("HC_OK == 0".to_owned());
    for (number, name, _) in OWN {
        assert(format!("{} == {number}", constant(name)));
    }
    for (number, name) in Error::TABLE {
        assert(format!("{} == {number}", constant(name)));
    }
    let size = |name: &str, size: usize| format!("sizeof({name}) == {size}");
    assert(size("hc_result", size_of::<Code>()));
    assert(size("hc_random", size_of::<RandomCallback>()));
    assert(size("hc_key_store", size_of::<StoreCallback>()));
    assert(size("hc_reader", size_of::<ReadCallback>()));
    assert(size("hc_writer", size_of::<WriteCallback>()));
    let place = |name: &str, field: &str, at: usize| format!("offsetof({name}, {field}) == {at}");
    assert(place("hc_random", "fill", offset_of!(RandomCallback, fill)));
    assert(place(
        "hc_key_store",
        "load",
        offset_of!(StoreCallback, load),
    ));
    assert(place(
        "hc_key_store",
        "store",
        offset_of!(StoreCallback, store),
    ));
    assert(place("hc_reader", "read", offset_of!(ReadCallback, read)));
    assert(place(
        "hc_writer",
        "write",
        offset_of!(WriteCallback, write),
    ));
    text
}

/// Compiles a text with the header beside; what the compiler says if it refuses.
fn compile(text: &str, language: &str) -> Result<(), String> {
    let directory = std::env::temp_dir().join(format!(
        "hippocrypt-header-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join(if language == "c99" { "it.c" } else { "it.cpp" });
    std::fs::write(&file, text).unwrap();
    let compiler = if language == "c99" { "cc" } else { "c++" };
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let run = Command::new(compiler)
        .arg(format!("-std={language}"))
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"])
        .arg("-I")
        .arg(include)
        .arg(&file)
        .output();
    std::fs::remove_dir_all(&directory).unwrap();
    match run {
        Ok(run) if run.status.success() => Ok(()),
        Ok(run) => Err(String::from_utf8_lossy(&run.stderr).into_owned()),
        Err(error) => Err(format!("{compiler}: {error}")),
    }
}

#[test]
fn the_header_declares_what_is_exported_and_nothing_else() {
    let exported: BTreeSet<String> = symbols::prototypes()
        .into_iter()
        .map(|it| it.0.to_owned())
        .collect();
    let declared = declared();
    let missing: Vec<_> = exported.difference(&declared).collect();
    let extra: Vec<_> = declared.difference(&exported).collect();
    assert!(missing.is_empty(), "not in the header: {missing:?}");
    assert!(extra.is_empty(), "not exported: {extra:?}");
}

#[test]
fn types_constants_and_layouts_are_those_of_the_library() {
    let text = assertions();
    compile(&text, "c99").unwrap();
    compile(&text, "c++11").unwrap();
}

#[test]
fn a_difference_would_be_noticed() {
    let text = assertions();
    for (from, to) in [
        ("hc_policy_parse(const char *", "hc_policy_parse(char *"),
        ("const char * hc_version", "char * hc_version"),
        (
            "HC_ERROR_NOT_SATISFIED == 204",
            "HC_ERROR_NOT_SATISFIED == 205",
        ),
        (
            "offsetof(hc_key_store, store) == 16",
            "offsetof(hc_key_store, store) == 8",
        ),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(compile(&changed, "c99").is_err(), "{from}");
    }
}

/// Every function has a comment of its own right above it.
#[test]
fn every_function_is_documented() {
    let lines: Vec<&str> = HEADER.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        if line.starts_with("HC_API ") {
            let before = lines.get(number.wrapping_sub(1)).copied();
            assert!(before.is_some_and(|it| it.ends_with("*/")), "{line}");
        }
    }
}

/// The C++ wrapper frees every type of the header, and no other.
#[test]
fn the_wrapper_frees_every_type() {
    let types: BTreeSet<&str> = HEADER
        .lines()
        .filter_map(|line| line.strip_prefix("typedef struct hc_")?.split(' ').next())
        .filter(|name| HEADER.contains(&format!("hc_{name}_free(")))
        .collect();
    let wrapper = include_str!("../include/hippocrypt.hpp");
    let freed: BTreeSet<&str> = wrapper
        .lines()
        .filter_map(|line| line.strip_prefix("HC_FREE(hc_")?.strip_suffix(')'))
        .collect();
    assert!(types.len() > 40, "{types:?}");
    assert_eq!(types, freed);
}
