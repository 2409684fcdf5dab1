//! Where Terms come from: a FHIR Consent that is compiled, or a file of Terms.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;

use getrandom::SysRng;
use hippocrypt::consent::{PurposeMode, Reading, Terms, Vocabulary};
use hippocrypt::fhir::{
    Context, Document, Failure as Refused, Options, Refusal, Refusals, compile,
};
use hippocrypt::keys::disk;
use hippocrypt::rand_core::TryRng;
use hippocrypt::{Error, Result};
use serde_json::{Value, json};

use crate::args::{HowRead, Words};
use crate::failure::{Failure, Outcome, Role};
use crate::files::Input;
use crate::{files, report, values};

/// The largest document, in bytes.
const DOCUMENT: usize = 4 << 20;
/// The largest vocabulary, in bytes.
const VOCABULARY: usize = 1 << 20;
/// Most files of a context, and most bytes of all of them.
const CONTEXT_FILES: usize = 1024;
const CONTEXT_BYTES: usize = 64 << 20;
/// What binary objects of this library begin with, which no JSON does.
const MAGIC: &[u8] = b"HIPPO";
const FILE: &str = "FILE";

/// The vocabulary of the flag, or the one that the release carries.
pub fn vocabulary(words: &Words) -> Outcome<Vocabulary> {
    match &words.vocabulary {
        None => Ok(Vocabulary::hv1()?),
        Some(path) => {
            let text = disk::read_file(path, VOCABULARY).role("--vocabulary")?;
            Vocabulary::read(&text).role("--vocabulary")
        }
    }
}

/// Terms, and what compiling had to say.
pub struct Source {
    pub terms: Terms,
    /// What should be looked at, a line each.
    pub warnings: Vec<String>,
    /// Elements without effect, as FHIRPath.
    pub noted: Vec<String>,
    /// Whether they were compiled here, and not read.
    pub compiled: bool,
}

/// Reads consents, all under the same flags.
pub struct Sources<'a> {
    options: Option<Options>,
    context: Context,
    vocabulary: &'a Vocabulary,
    json: bool,
}

impl<'a> Sources<'a> {
    /// Reads the flags, and the directory that they name. With `json`, refusals are printed for
    /// programs too.
    pub fn new(how: &HowRead, vocabulary: &'a Vocabulary, json: bool) -> Outcome<Self> {
        let options = options(how)?;
        let base = options.as_ref().and_then(|it| it.base.as_deref());
        let mut context = Context::new(base).role("--base")?;
        if let Some(path) = &how.context {
            add_all(&mut context, path)?;
        }
        Ok(Self {
            options,
            context,
            vocabulary,
            json,
        })
    }

    /// Reads one file; `place` is its number where there are several.
    pub fn read(&self, path: &OsStr, place: Option<usize>) -> Outcome<Source> {
        let about = |error| match place {
            None => Failure::new(FILE, error),
            Some(place) => Failure::about(format!("{FILE} {place}"), error),
        };
        let bytes = read(path).map_err(about)?;
        if bytes.starts_with(MAGIC) {
            return Ok(Source {
                terms: Terms::from_bytes(&bytes).map_err(about)?,
                warnings: Vec::new(),
                noted: Vec::new(),
                compiled: false,
            });
        }
        let document = Document::parse(&bytes).map_err(about)?;
        let options = self.options.as_ref();
        let options =
            options.ok_or_else(|| about(Error::Missing("--reading, for a FHIR consent")))?;
        let mut salt = [0; 32];
        SysRng
            .try_fill_bytes(&mut salt)
            .map_err(|_| Error::Randomness)?;
        match compile(&document, options, self.vocabulary, &self.context, salt) {
            Ok(compiled) => Ok(Source {
                terms: compiled.terms,
                warnings: compiled.warnings.iter().map(ToString::to_string).collect(),
                noted: compiled.noted,
                compiled: true,
            }),
            Err(Refused::Error(error)) => Err(about(error)),
            Err(Refused::Refused(refusals)) => {
                if self.json {
                    report::json(&refused(&refusals, place))?;
                }
                let lines = lines(&refusals, place);
                Err(Failure::refused(refusals.error(), lines))
            }
        }
    }

    /// Reads the one file of a command. Flags that have nothing to say about it are refused.
    pub fn read_one(&self, path: &OsStr) -> Outcome<Source> {
        let source = self.read(path, None)?;
        if self.options.is_some() && !source.compiled {
            return Err(Error::Argument("Terms have been read already")).role("--reading");
        }
        Ok(source)
    }

    /// Reads all files of a command, all or none.
    pub fn read_all(&self, paths: &[OsString]) -> Outcome<Vec<Source>> {
        if let [path] = paths {
            return Ok(vec![self.read_one(path)?]);
        }
        let numbered = paths.iter().zip(1..);
        let all: Vec<Source> = numbered
            .map(|(path, place)| self.read(path, Some(place)))
            .collect::<Outcome<_>>()?;
        if self.options.is_some() && !all.iter().any(|source| source.compiled) {
            return Err(Error::Argument("Terms have been read already")).role("--reading");
        }
        Ok(all)
    }
}

/// The lines that say all reasons, the first of which is the error.
fn lines(refusals: &Refusals, place: Option<usize>) -> Vec<String> {
    let behind = place.map_or(String::new(), |place| format!(" ({FILE} {place})"));
    let line = |it: &Refusal| format!("error {} {it}{behind}", it.code.number());
    let mut all: Vec<String> = refusals.iter().map(line).collect();
    if refusals.omitted() > 0 {
        all.push(format!(
            "{} more of these are not listed{behind}",
            refusals.omitted()
        ));
    }
    all
}

/// The same for programs.
fn refused(refusals: &Refusals, place: Option<usize>) -> Value {
    let one = |it: &Refusal| {
        json!({
            "number": it.code.number(),
            "code": it.code.to_string(),
            "path": it.path,
            "sentence": it.sentence,
        })
    };
    json!({
        "error": refusals.error().code(),
        "file": place,
        "refusals": refusals.iter().map(one).collect::<Vec<_>>(),
        "omitted": refusals.omitted(),
    })
}

fn read(path: &OsStr) -> Result<Vec<u8>> {
    if path != "-" {
        return disk::read_file(path, DOCUMENT);
    }
    let mut input = Input::open(path, None).map_err(Failure::into_error)?;
    files::at_most(&mut input, DOCUMENT)
}

fn options(how: &HowRead) -> Outcome<Option<Options>> {
    // The other flags want this one.
    let Some(reading) = &how.reading else {
        return Ok(None);
    };
    let reading = Reading::from_name(values::text(reading, "--reading")?)
        .filter(|it| *it != Reading::Native)
        .ok_or(Error::Argument("r4-typed, pcf-1.1, r5-negate or mii-2025"))
        .role("--reading")?;
    let mut options = Options::new(reading);
    if let Some(base) = &how.base {
        options.base = Some(values::text(base, "--base")?.to_owned());
    }
    if let Some(zone) = &how.zone {
        options.zone = values::zone(zone, "--zone")?;
    }
    if let Some(mode) = &how.purpose_mode {
        options.purpose_mode = PurposeMode::from_name(values::text(mode, "--purpose-mode")?)
            .ok_or(Error::Argument("any-of or all-of"))
            .role("--purpose-mode")?;
    }
    options.accept_alternation = how.accept_alternation;
    Ok(Some(options))
}

/// Every `*.json` of the directory, in the order of their names. What is no file itself, links
/// and directories among them, is not looked at.
fn add_all(context: &mut Context, path: &OsStr) -> Outcome<()> {
    const ROLE: &str = "--context";
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).role(ROLE)? {
        let entry = entry.role(ROLE)?;
        let is_json = entry.path().extension() == Some(OsStr::new("json"));
        if is_json && entry.file_type().role(ROLE)?.is_file() {
            if paths.len() == CONTEXT_FILES {
                return Err(Error::TooLarge("1024 files of a context")).role(ROLE);
            }
            paths.push(entry.path());
        }
    }
    paths.sort();
    let mut left = CONTEXT_BYTES;
    for (path, place) in paths.iter().zip(1..) {
        let about = |error| Failure::about(format!("{ROLE}, file {place} by name"), error);
        let bytes = disk::read_file(path, DOCUMENT).map_err(about)?;
        left = left
            .checked_sub(bytes.len())
            .ok_or(Error::TooLarge("64 MiB of a context"))
            .role(ROLE)?;
        let document = Document::parse(&bytes).map_err(about)?;
        context.add(&document).map_err(about)?;
    }
    Ok(())
}
