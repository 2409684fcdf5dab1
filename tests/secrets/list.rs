//! The types that hold secrets are the ones of the list, and none of them can be copied, printed,
//! compared or serialised.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

const LIST: &str = include_str!("types.txt");
/// What a type is secret by.
const ROOTS: &[&str] = &["Secret", "PrivateKey", "SigningKey"];
/// What no secret type has.
const FORBIDDEN: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Display",
    "PartialEq",
    "Eq",
    "Hash",
    "PartialOrd",
    "Ord",
    "Serialize",
    "Deserialize",
];

#[derive(Default, Clone)]
struct Type {
    file: String,
    derived: BTreeSet<String>,
    /// Names in its fields, those behind a reference left out.
    holds: BTreeSet<String>,
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !["tests", "bin"].contains(&name) {
            sources(&path, found);
        } else if name.ends_with(".rs")
            && !["tests.rs", "testing.rs", "test_rng.rs"].contains(&name)
        {
            found.push(path);
        }
    }
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == sign)
}

fn words(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut borrowed = false;
    for token in &tokens {
        match token {
            TokenTree::Group(group) => words(group.stream(), found),
            TokenTree::Punct(sign) if sign.as_char() == '&' => borrowed = true,
            // A lifetime, or what stands before the type it is a reference to.
            TokenTree::Punct(sign) if sign.as_char() == '\'' => {}
            TokenTree::Punct(_) => borrowed = false,
            TokenTree::Ident(word) if !borrowed => {
                found.insert(word.to_string());
            }
            _ => {}
        }
    }
}

/// The types of a file, and the traits it implements by hand, as `Trait for Type`.
fn read(
    tokens: TokenStream,
    file: &str,
    types: &mut BTreeMap<String, Type>,
    impls: &mut Vec<(String, String)>,
) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let (mut derived, mut for_tests) = (BTreeSet::new(), false);
    let mut at = 0;
    while at < tokens.len() {
        if is_sign(tokens.get(at), '#')
            && let Some(TokenTree::Group(group)) = tokens.get(at + 1)
        {
            let inner: Vec<_> = group.stream().into_iter().collect();
            let text = group.to_string().replace(' ', "");
            for_tests |= text.contains("cfg(test)") || text.contains("cfg(all(test");
            if word(inner.first()).as_deref() == Some("derive") {
                words(group.stream(), &mut derived);
            }
            at += 2;
            continue;
        }
        match word(tokens.get(at)).as_deref() {
            Some(what @ ("struct" | "enum")) if !for_tests => {
                let is_enum = what == "enum";
                let name = word(tokens.get(at + 1)).unwrap_or_default();
                let mut it = Type {
                    file: file.to_owned(),
                    derived: std::mem::take(&mut derived),
                    ..Type::default()
                };
                let mut end = at + 2;
                while end < tokens.len() && !is_sign(tokens.get(end), ';') {
                    if let Some(TokenTree::Group(body)) = tokens.get(end) {
                        // The names of an enum's variants are no types.
                        for token in body.stream() {
                            match token {
                                TokenTree::Group(inner) if is_enum => {
                                    words(inner.stream(), &mut it.holds)
                                }
                                _ => {}
                            }
                        }
                        if !is_enum {
                            words(body.stream(), &mut it.holds);
                        }
                        if body.delimiter() == Delimiter::Brace {
                            break;
                        }
                    }
                    end += 1;
                }
                // Two of one name: whoever holds one of them is not known by that name.
                let taken = types.contains_key(&name);
                types.insert(
                    if taken {
                        format!("{file}::{name}")
                    } else {
                        name
                    },
                    it,
                );
                at = end;
            }
            Some("mod" | "fn" | "trait") if for_tests => {
                while at < tokens.len()
                    && !matches!(tokens.get(at), Some(TokenTree::Group(it)) if it.delimiter() == Delimiter::Brace)
                    && !is_sign(tokens.get(at), ';')
                {
                    at += 1;
                }
            }
            Some("impl") => {
                let mut end = at + 1;
                let (mut before, mut after, mut passed) = (String::new(), String::new(), false);
                while end < tokens.len()
                    && !matches!(tokens.get(end), Some(TokenTree::Group(it)) if it.delimiter() == Delimiter::Brace)
                {
                    match word(tokens.get(end)).as_deref() {
                        Some("for") => passed = true,
                        Some("where") => break,
                        Some(name) if passed && after.is_empty() => after = name.to_owned(),
                        Some(name) if !passed => before = name.to_owned(),
                        _ => {}
                    }
                    end += 1;
                }
                impls.push((before, after));
                at = end;
            }
            _ => {}
        }
        if matches!(tokens.get(at), Some(TokenTree::Group(it)) if it.delimiter() == Delimiter::Brace)
            || is_sign(tokens.get(at), ';')
        {
            derived.clear();
            for_tests = false;
        }
        at += 1;
    }
}

#[test]
fn the_list_is_whole_and_nothing_in_it_can_be_copied_or_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut files, mut types, mut impls) = (Vec::new(), BTreeMap::new(), Vec::new());
    sources(&root.join("src"), &mut files);
    for file in files {
        let name = file
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let tokens = fs::read_to_string(&file).unwrap().parse().unwrap();
        read(tokens, &name, &mut types, &mut impls);
    }
    assert!(types.len() > 200);
    // Whoever holds a secret type is one.
    let mut secret: BTreeSet<String> = ROOTS.iter().map(|root| (*root).to_owned()).collect();
    let twice: BTreeSet<_> = types
        .keys()
        .filter_map(|name| name.rsplit_once("::"))
        .map(|(_, name)| name.to_owned())
        .collect();
    loop {
        let known: BTreeSet<_> = secret.difference(&twice).cloned().collect();
        let more = types
            .iter()
            .filter(|(name, it)| !secret.contains(*name) && !it.holds.is_disjoint(&known));
        let more: Vec<_> = more.map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            break;
        }
        secret.extend(more);
    }
    let found: BTreeSet<String> = secret
        .iter()
        .filter_map(|name| {
            types
                .get(name)
                .map(|it| format!("{} {}", it.file, name.rsplit("::").next().unwrap()))
        })
        .collect();
    let listed: BTreeSet<String> = LIST
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let text = found
        .iter()
        .fold(String::new(), |all, line| all + line + "\n");
    assert!(
        found == listed,
        "tests/secrets/types.txt should say:\n{text}"
    );
    for name in &secret {
        let by_hand = impls
            .iter()
            .filter(|(_, of)| of == name && !twice.contains(of))
            .map(|(it, _)| it);
        let all: BTreeSet<_> = types
            .get(name)
            .into_iter()
            .flat_map(|it| &it.derived)
            .chain(by_hand)
            .collect();
        for it in FORBIDDEN {
            assert!(!all.contains(&(*it).to_owned()), "{name} has {it}");
        }
    }
}

#[test]
fn a_type_that_prints_a_secret_is_seen() {
    let text = "#[derive(Clone)] struct Key(Secret<[u8; 32]>); struct Holder<'a> { key: &'a Key } impl fmt::Debug for Key { fn x() {} }
        #[cfg(test)] mod tests { struct Hidden(Secret<u8>); }";
    let (mut types, mut impls) = (BTreeMap::new(), Vec::new());
    read(text.parse().unwrap(), "x.rs", &mut types, &mut impls);
    assert_eq!(types.keys().collect::<Vec<_>>(), ["Holder", "Key"]);
    assert!(types["Key"].derived.contains("Clone") && types["Key"].holds.contains("Secret"));
    assert!(!types["Holder"].holds.contains("Key"));
    assert_eq!(impls, [("Debug".to_owned(), "Key".to_owned())]);
}
