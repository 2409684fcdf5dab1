//! `vocabulary show` and `vocabulary extend`.

use std::ffi::OsStr;
use std::io::Write;

use hippocrypt::Error;
use hippocrypt::consent::vocabulary::{CodeSet, Concept, Property, Vocabulary};
use hippocrypt::keys::disk;
use serde_json::{Map, Value, json};

use crate::args::{VocabularyExtend, VocabularyShow};
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{json as json_file, values};

/// Longest vocabulary.
const LIMIT: usize = 1 << 20;
/// What names the carried one where a file could stand.
const CARRIED: &str = "hv1";

/// The carried vocabulary for `hv1`, or one from a file.
pub fn read(path: &OsStr, role: &'static str) -> Outcome<Vocabulary> {
    if path == CARRIED {
        return Ok(Vocabulary::hv1()?);
    }
    Vocabulary::read(&disk::read_file(path, LIMIT).role(role)?).role(role)
}

/// Shows a vocabulary.
pub fn show(args: &VocabularyShow) -> Outcome<()> {
    let path = args.input.as_deref().unwrap_or(OsStr::new(CARRIED));
    let vocabulary = read(path, "FILE")?;
    if let Some(name) = &args.codes {
        let name = values::text(name, "--codes")?;
        let set = CodeSet::ALL.into_iter().find(|set| set.name() == name);
        let set = set
            .ok_or(Error::Argument("no section of codes"))
            .role("--codes")?;
        return codes(&vocabulary, set, args.json);
    }
    if args.json {
        report::json(&value(&vocabulary))
    } else {
        report::print(&text(&vocabulary))
    }
}

/// Makes an extended one.
pub fn extend(args: &VocabularyExtend) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let base = read(&args.base, "--base")?;
    let additions = json_file::read(&args.additions, LIMIT, "ADDITIONS")?;
    let id = values::text(&args.id, "--id")?;
    let vocabulary = base.extend(id, &additions).map_err(|error| {
        // Line 0 is none of the additions: it is the id, or the whole.
        let role = match error {
            Error::Vocabulary(0, _) => "--id",
            _ => "ADDITIONS",
        };
        crate::failure::Failure::new(role, error)
    })?;
    let mut output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    output
        .write_all(vocabulary.as_str().as_bytes())
        .role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    let hash = values::hex(vocabulary.hash());
    notes.say(format!("vocabulary    {id}, SHA-256 {hash}"));
    let pinned = vocabulary.pinned().count();
    notes.say(format!(
        "label records sens.none={id} only if nothing of its {} was found",
        values::counted(pinned as u64, "pinned sensitivity code")
    ));
    let value = json!({ "id": id, "sha256": hash, "pinned": pinned });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

fn codes(vocabulary: &Vocabulary, set: CodeSet, as_json: bool) -> Outcome<()> {
    if as_json {
        let all: Vec<Value> = vocabulary
            .concepts(set)
            .map(|it| concept_value(&it))
            .collect();
        return report::json(&json!({
            "id": vocabulary.id(),
            "section": set.name(),
            "codes": all,
        }));
    }
    let mut text = String::new();
    for concept in vocabulary.concepts(set) {
        text += &format!("{}  {}", concept.code(), concept.display());
        let above: Vec<&str> = concept.parents().collect();
        if !above.is_empty() {
            text += &format!("; below {}", above.join(" and "));
        }
        for property in properties(&concept) {
            text += &format!("; {property}");
        }
        text += "\n";
    }
    report::print(&text)
}

fn properties(concept: &Concept<'_>) -> Vec<&'static str> {
    let all = Property::ALL.into_iter();
    all.filter(|property| concept.has(*property))
        .map(Property::name)
        .collect()
}

fn concept_value(concept: &Concept<'_>) -> Value {
    json!({
        "code": concept.code(),
        "display": concept.display(),
        "parents": concept.parents().collect::<Vec<_>>(),
        "properties": properties(concept),
    })
}

fn text(vocabulary: &Vocabulary) -> String {
    let mut text = format!("vocabulary    {}\n", vocabulary.id());
    text += &format!("SHA-256       {}\n", values::hex(vocabulary.hash()));
    let bases: Vec<_> = vocabulary.lineage().collect();
    if let [bases @ .., _] = bases.as_slice() {
        for (id, hash) in bases.iter().rev() {
            text += &format!("based on      {id}, {}\n", values::hex(*hash));
        }
    }
    let pinned = vocabulary.pinned().count() as u64;
    text += &format!(
        "pinned        {} by sens.none={}\n",
        values::counted(pinned, "sensitivity code"),
        vocabulary.id()
    );
    for set in CodeSet::ALL {
        let count = vocabulary.concepts(set).count() as u64;
        if count == 0 {
            continue;
        }
        text += &format!("{:14}{}\n", set.name(), values::counted(count, "code"));
        for (system, version, licence, title) in vocabulary.sources(set) {
            text += &format!("              {system} {version}: {title} ({licence})\n");
        }
    }
    for preset in vocabulary.presets() {
        let codes: Vec<&str> = preset.codes().collect();
        text += &format!(
            "choice        {} ({}): {}\n",
            preset.name(),
            preset.display(),
            codes.join(", ")
        );
    }
    text
}

fn value(vocabulary: &Vocabulary) -> Value {
    let mut lineage: Vec<Value> = vocabulary
        .lineage()
        .map(|(id, hash)| json!({ "id": id, "sha256": values::hex(hash) }))
        .collect();
    lineage.pop();
    let sections: Map<String, Value> = CodeSet::ALL
        .into_iter()
        .map(|set| {
            let sources: Vec<Value> = vocabulary
                .sources(set)
                .map(|(system, version, licence, title)| {
                    json!({
                        "system": system,
                        "version": version,
                        "licence": licence,
                        "title": title,
                    })
                })
                .collect();
            let count = vocabulary.concepts(set).count();
            let value = json!({ "codes": count, "sources": sources });
            (set.name().to_owned(), value)
        })
        .collect();
    let presets: Map<String, Value> = vocabulary
        .presets()
        .map(|preset| {
            let value = json!({
                "display": preset.display(),
                "codes": preset.codes().collect::<Vec<_>>(),
            });
            (preset.name().to_owned(), value)
        })
        .collect();
    json!({
        "id": vocabulary.id(),
        "sha256": values::hex(vocabulary.hash()),
        "based_on": lineage,
        "pinned": vocabulary.pinned().collect::<Vec<_>>(),
        "sections": sections,
        "presets": presets,
    })
}
