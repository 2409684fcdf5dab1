//! Finds every path of a source text that starts at the crate's root, by tokens: comments,
//! strings and documentation cannot be mistaken for code, and macro bodies are read too.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What a path names directly below the crate's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `crate::name…`, or `super::name…` where that reaches the root.
    Name(String),
    /// The root as a whole (`crate::*`, `crate as x`, `extern crate self`): nothing can be checked behind it.
    Root,
}

/// One path, with the line it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub target: Target,
    pub line: usize,
}

/// Every path to the crate's root in `source`, whose own module path is `place`.
pub fn mentions(source: &str, place: &[String]) -> Result<Vec<Mention>, String> {
    let tokens: TokenStream = source
        .parse()
        .map_err(|error| format!("does not tokenise: {error}"))?;
    let mut found = Vec::new();
    walk(tokens, place, &mut found);
    Ok(found)
}

/// Names that `lib.rs` re-exports, each with the first segment of where it comes from.
pub fn facade(source: &str) -> Result<Vec<(String, String)>, String> {
    let tokens: TokenStream = source
        .parse()
        .map_err(|error| format!("does not tokenise: {error}"))?;
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if is(token, "use") {
            let end = tokens[at..]
                .iter()
                .position(|t| punct(t, ';'))
                .map_or(tokens.len(), |n| at + n);
            leaves(&tokens[at + 1..end], None, &mut names);
        }
    }
    Ok(names)
}

/// Names of the modules declared at the top of a source text, with a body or without.
pub fn modules(source: &str) -> Result<Vec<String>, String> {
    let tokens: TokenStream = source
        .parse()
        .map_err(|error| format!("does not tokenise: {error}"))?;
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let after_mod = tokens.windows(2).filter(|pair| is(&pair[0], "mod"));
    Ok(after_mod.filter_map(|pair| ident(&pair[1])).collect())
}

fn walk(tokens: TokenStream, place: &[String], found: &mut Vec<Mention>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at + 1..];
        match token {
            TokenTree::Ident(word) if word == "mod" => {
                if let [name, TokenTree::Group(body), ..] = rest
                    && body.delimiter() == Delimiter::Brace
                    && let Some(name) = ident(name)
                {
                    walk(body.stream(), &[place, &[name]].concat(), found);
                    at += 2;
                }
            }
            TokenTree::Ident(word)
                if word == "extern"
                    && rest.len() > 1
                    && is(&rest[0], "crate")
                    && is(&rest[1], "self") =>
            {
                found.push(Mention {
                    target: Target::Root,
                    line: line(token),
                });
            }
            TokenTree::Ident(word) if word == "crate" => at += after_root(token, rest, found),
            TokenTree::Ident(word) if word == "super" => {
                at += after_super(token, rest, place, found)
            }
            TokenTree::Group(group) => walk(group.stream(), place, found),
            _ => {}
        }
        at += 1;
    }
}

/// Reads what follows a token that stands for the root; answers how many tokens it took.
fn after_root(root: &TokenTree, rest: &[TokenTree], found: &mut Vec<Mention>) -> usize {
    if rest.first().is_some_and(|next| is(next, "as")) {
        found.push(Mention {
            target: Target::Root,
            line: line(root),
        });
        return 0;
    }
    if !starts_with_colons(rest) {
        return 0; // `pub(crate)`, `extern crate name`
    }
    tree(&rest[2..], &[], found);
    3
}

/// Reads a chain `super::super::…` and, where it reaches the root, what follows.
fn after_super(
    token: &TokenTree,
    rest: &[TokenTree],
    place: &[String],
    found: &mut Vec<Mention>,
) -> usize {
    let parent = &place[..place.len().saturating_sub(1)];
    if parent.is_empty() {
        return after_root(token, rest, found);
    }
    if !starts_with_colons(rest) {
        return 0;
    }
    tree(&rest[2..], parent, found);
    3
}

/// One element of a `use` tree, or the next segment of a path, relative to the module `place`.
fn tree(tokens: &[TokenTree], place: &[String], found: &mut Vec<Mention>) {
    let Some(first) = tokens.first() else { return };
    match first {
        TokenTree::Group(group) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for item in inner.split(|token| punct(token, ',')) {
                tree(item, place, found);
            }
        }
        TokenTree::Ident(word) if word == "super" => {
            after_super(first, &tokens[1..], place, found);
        }
        _ if !place.is_empty() => {}
        TokenTree::Ident(word) if word != "self" => {
            found.push(Mention {
                target: Target::Name(name(&word.to_string())),
                line: line(first),
            });
        }
        _ => found.push(Mention {
            target: Target::Root,
            line: line(first),
        }),
    }
}

/// Collects `(imported name, first segment)` of a `use` tree.
fn leaves(tokens: &[TokenTree], from: Option<&str>, names: &mut Vec<(String, String)>) {
    let mut segments = tokens.iter().filter(|t| !punct(t, ':')).peekable();
    while segments
        .peek()
        .is_some_and(|t| is(t, "crate") || is(t, "self"))
    {
        segments.next();
    }
    let mut from = from.map(str::to_owned);
    let mut last = None;
    for segment in segments {
        match segment {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for item in inner.split(|token| punct(token, ',')) {
                    leaves(item, from.as_deref(), names);
                }
                return;
            }
            other => last = ident(other).filter(|word| word != "as").or(last),
        }
        from = from.or_else(|| last.clone());
    }
    if let (Some(name), Some(from)) = (last, from) {
        names.push((name, from));
    }
}

fn ident(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(name(&word.to_string())),
        _ => None,
    }
}

fn name(word: &str) -> String {
    word.trim_start_matches("r#").to_owned()
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(found) if found == word)
}

fn punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == sign)
}

fn starts_with_colons(tokens: &[TokenTree]) -> bool {
    tokens.len() > 2 && punct(&tokens[0], ':') && punct(&tokens[1], ':')
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}
