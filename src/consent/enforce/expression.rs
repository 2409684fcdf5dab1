//! Conditions put together to the text of a policy.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A monotone expression over conditions of the policy language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expression {
    Always,
    Never,
    /// One condition, as the language writes it.
    Condition(String),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Expression {
    /// `name="value"`. Values of Terms have no quote and no backslash.
    pub(super) fn equals(name: &str, value: &str) -> Self {
        Self::Condition(format!("{name}=\"{value}\""))
    }

    pub(super) fn all(items: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for item in items {
            match item {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::All(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        Self::collapse(kept, Self::Always, Self::All)
    }

    pub(super) fn any(items: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for item in items {
            match item {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Any(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        Self::collapse(kept, Self::Never, Self::Any)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }

    fn collapse(mut kept: Vec<Self>, empty: Self, many: fn(Vec<Self>) -> Self) -> Self {
        let mut seen = BTreeSet::new();
        let fresh: Vec<bool> = kept.iter().map(|it| seen.insert(it)).collect();
        let mut fresh = fresh.into_iter();
        kept.retain(|_| fresh.next().unwrap_or(true));
        match (kept.pop(), kept.is_empty()) {
            (None, _) => empty,
            (Some(one), true) => one,
            (Some(last), false) => {
                kept.push(last);
                many(kept)
            }
        }
    }

    /// How many conditions it has.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Always | Self::Never => 0,
            Self::Condition(_) => 1,
            Self::All(items) | Self::Any(items) => items.iter().map(Self::size).sum(),
        }
    }

    /// The text of a policy; none where everything or nothing is meant, which is no policy.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Always | Self::Never => None,
            other => Some(other.written()),
        }
    }

    fn written(&self) -> String {
        let joined = |items: &[Self], word: &str| {
            let items: Vec<String> = items
                .iter()
                .map(|item| match item {
                    Self::Condition(text) => text.clone(),
                    inner => format!("({})", inner.written()),
                })
                .collect();
            items.join(word)
        };
        match self {
            // Not reached from a whole expression: both were folded away.
            Self::Always | Self::Never => String::new(),
            Self::Condition(text) => text.clone(),
            Self::All(items) => joined(items, " and "),
            Self::Any(items) => joined(items, " or "),
        }
    }
}
