//! What a resource states about itself at the declared paths of its type.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;

use super::dated::{Said, said};
use super::find::{at, codings};
use super::gather::{Gathered, Kind, Whole};
use super::options::LabelOptions;
use super::paths::{self, Paths};
use super::reference::{Named, Places, key, type_name};
use crate::consent::Vocabulary;
use crate::error::{Error, Result};
use crate::fhir::Json;

impl Gathered {
    /// Offers all of it.
    pub(super) fn facts(
        &mut self,
        resource: &Json,
        kind: &str,
        places: &Places<'_>,
        options: &LabelOptions,
    ) -> Result<()> {
        let mut media = None;
        if let Some(paths) = paths::of(kind) {
            self.offer(Kind::Date, date(resource, paths, options.day)?);
            self.offer(Kind::Codes, codes(resource, paths, places.vocabulary)?);
            self.offer(Kind::Authors, authors(resource, paths, places)?);
            self.offer(Kind::Links, links(resource, paths, places)?);
            media = types_of_media(resource, paths)?;
        }
        self.offer(Kind::Documents, both(media, profiles(resource)?));
        Ok(())
    }
}

fn date(resource: &Json, paths: &Paths, day: bool) -> Result<Whole> {
    for path in paths.time {
        // A date that is there, but not as a value: a later one must not stand for it.
        let (parents, name) = match path.rsplit_once('.') {
            Some((above, name)) => (at(resource, above), name),
            None => (alloc::vec![resource], *path),
        };
        let extended = format!("_{name}");
        let untold = |it: &&Json| it.get(&extended).is_some() && it.get(name).is_none();
        if parents.iter().any(untold) {
            return Ok(Some(None));
        }
        if let Some(first) = at(resource, path).first() {
            return Ok(Some(match said(first)? {
                Said::Days(days) => days.label(day).map(|label| alloc::vec![label]),
                Said::Inexpressible => None,
            }));
        }
    }
    Ok(None)
}

/// Labels `code`, and `mod` of the modalities of DICOM.
fn codes(resource: &Json, paths: &Paths, vocabulary: &Vocabulary) -> Result<Whole> {
    let mut all = All::default();
    for path in paths.code {
        for value in at(resource, path) {
            let Some(codings) = codings(value)? else {
                all.inexpressible();
                continue;
            };
            for (system, code) in codings {
                all.add(
                    vocabulary
                        .code_value(system, code)
                        .ok()
                        .map(|it| format!("code={it}")),
                );
                if *path == "modality" && vocabulary.alias_of(system) == Some("dcm") {
                    all.add(Some(format!("mod={code}")));
                }
            }
        }
    }
    Ok(all.finish())
}

fn authors(resource: &Json, paths: &Paths, places: &Places<'_>) -> Result<Whole> {
    let mut all = All::default();
    for value in paths.author.iter().flat_map(|path| at(resource, path)) {
        let label = match places.literal(value)? {
            Some(Named {
                reference,
                kind: Some(kind),
            }) => key(&kind).map(|key| format!("author={key}:{reference}")),
            Some(_) => None,
            None => identified(value, places.vocabulary),
        };
        all.add(label);
    }
    Ok(all.finish())
}

/// An author who is named by an identifier and a type.
fn identified(value: &Json, vocabulary: &Vocabulary) -> Option<String> {
    // A reference that cannot be followed may name somebody else than the identifier.
    if value.get("reference").is_some() {
        return None;
    }
    let identifier = value.get("identifier")?;
    if identifier.get("use").and_then(Json::as_str) == Some("old") {
        return None;
    }
    let text = |name| identifier.get(name).and_then(Json::as_str);
    let key = key(type_name(value.get("type")?.as_str()?))?;
    let coded = vocabulary
        .code_value(text("system")?, text("value")?)
        .ok()?;
    Some(format!("author={key}:{coded}"))
}

/// Labels `enc`, `cplan` and `eoc`.
fn links(resource: &Json, paths: &Paths, places: &Places<'_>) -> Result<Whole> {
    let mut all = All::default();
    for path in paths.link {
        for value in at(resource, path) {
            // In R4 the context of a document is no reference but has some.
            let is_one = |name| value.get(name).is_some();
            if *path == "context"
                && !["reference", "identifier", "display"]
                    .into_iter()
                    .any(is_one)
            {
                continue;
            }
            let Some(named) = places.literal(value)? else {
                all.inexpressible();
                continue;
            };
            let kind = named.kind.as_deref().or(match path.rsplit('.').next() {
                Some("encounter") => Some("Encounter"),
                Some("episodeOfCare") => Some("EpisodeOfCare"),
                _ => None,
            });
            let name = match kind {
                Some("Encounter") => "enc",
                Some("CarePlan") => "cplan",
                Some("EpisodeOfCare") => "eoc",
                Some(_) => continue,
                None => {
                    all.inexpressible();
                    continue;
                }
            };
            all.add(Some(format!("{name}={}", named.reference)));
        }
    }
    Ok(all.finish())
}

/// Labels `mime`: types in small letters, without what follows a semicolon.
fn types_of_media(resource: &Json, paths: &Paths) -> Result<Whole> {
    let legal = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$-^_.+".contains(&byte)
    };
    let token = |text: &str| !text.is_empty() && text.bytes().all(legal);
    let mut all = All::default();
    for value in paths.media.iter().flat_map(|path| at(resource, path)) {
        let text = value.as_str().ok_or(Error::Shape)?;
        let kind = text.split(';').next().unwrap_or_default();
        let lawful = kind.split_once('/');
        let lawful = lawful.is_some_and(|(one, other)| token(one) && token(other));
        all.add(lawful.then(|| format!("mime={kind}")));
    }
    Ok(all.finish())
}

/// Labels `profile`.
fn profiles(resource: &Json) -> Result<Whole> {
    let legal = |byte: u8| byte.is_ascii_graphic() && !b"&|(),\"\\".contains(&byte);
    let mut all = All::default();
    for value in at(resource, "meta.profile") {
        let text = value.as_str().ok_or(Error::Shape)?;
        let lawful = !text.is_empty() && text.bytes().all(legal);
        all.add(lawful.then(|| format!("profile={text}")));
    }
    Ok(all.finish())
}

/// Two parts of one kind.
fn both(one: Whole, other: Whole) -> Whole {
    match (one, other) {
        (Some(Some(one)), Some(Some(other))) => Some(Some([one, other].concat())),
        (Some(None), _) | (_, Some(None)) => Some(None),
        (one, other) => one.or(other),
    }
}

/// Labels of one kind, each once, until one is missing.
#[derive(Default)]
struct All {
    labels: BTreeSet<String>,
    broken: bool,
}

impl All {
    fn add(&mut self, label: Option<String>) {
        match label {
            Some(label) => {
                self.labels.insert(label);
            }
            None => self.broken = true,
        }
    }

    fn inexpressible(&mut self) {
        self.broken = true;
    }

    fn finish(self) -> Whole {
        if self.broken {
            return Some(None);
        }
        (!self.labels.is_empty()).then(|| Some(self.labels.into_iter().collect()))
    }
}
