//! The labels of one record while they are gathered.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Assertion, Labelled, Omitted, Reason};
use crate::consent::Fact;
use crate::error::Result;
use crate::policy::Labels;

/// Longest label.
const LONGEST: usize = 255;

/// All labels of one kind; `None` if the resource says nothing, and `Some(None)` if it says what
/// no label can.
pub(super) type Whole = Option<Option<Vec<String>>>;

/// The kinds of labels that need room, the most wanted first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Date,
    Instance,
    Lacking,
    Codes,
    Authors,
    Links,
    Documents,
}

impl Kind {
    const fn fact(self) -> Fact {
        match self {
            Self::Date => Fact::Date,
            Self::Lacking => Fact::Sensitivity,
            Self::Codes => Fact::Code,
            Self::Authors => Fact::Author,
            Self::Instance | Self::Links => Fact::Record,
            Self::Documents => Fact::Document,
        }
    }
}

pub(super) struct Gathered {
    most: usize,
    /// Labels that are given in any case.
    pub(super) fixed: Vec<String>,
    pub(super) assertions: Vec<Assertion>,
    offered: Vec<(Kind, Vec<String>)>,
    omitted: Vec<Omitted>,
}

impl Gathered {
    pub(super) const fn new(most: usize) -> Self {
        Self {
            most,
            fixed: Vec::new(),
            assertions: Vec::new(),
            offered: Vec::new(),
            omitted: Vec::new(),
        }
    }

    /// Takes a kind of labels, once each, to be given if there is room.
    pub(super) fn offer(&mut self, kind: Kind, labels: Whole) {
        let expressible = |labels: &Vec<String>| labels.iter().all(|it| it.len() <= LONGEST);
        match labels {
            None => {}
            Some(Some(labels)) if expressible(&labels) => self.offered.push((kind, labels)),
            Some(_) => self.omit(kind, Reason::Inexpressible),
        }
    }

    fn omit(&mut self, kind: Kind, reason: Reason) {
        let fact = kind.fact();
        self.omitted.push(Omitted { fact, reason });
    }

    /// All that fits.
    pub(super) fn finish(
        mut self,
        name: Option<String>,
        handling: Vec<String>,
    ) -> Result<Labelled> {
        let mut all = core::mem::take(&mut self.fixed);
        let mut offered = core::mem::take(&mut self.offered);
        offered.sort_by_key(|(kind, _)| *kind);
        let mut count = all.len();
        for (kind, mut labels) in offered {
            if kind == Kind::Lacking {
                // Each lack stands for itself: what is not said stays closed.
                let room = self.most.saturating_sub(count);
                if labels.len() > room {
                    labels.truncate(room);
                    self.omit(kind, Reason::Room);
                }
            }
            let size: usize = labels.iter().map(|it| size(it)).sum();
            if count + size > self.most {
                self.omit(kind, Reason::Room);
                continue;
            }
            count += size;
            all.append(&mut labels);
        }
        Ok(Labelled {
            name,
            labels: Labels::parse(all.iter().map(String::as_str))?,
            assertions: self.assertions,
            omitted: self.omitted,
            handling,
        })
    }
}

/// How many labels a label is with those that it brings.
fn size(label: &str) -> usize {
    match label.split_once('=') {
        Some(("ymd", _)) => 3,
        Some(("ym", _)) => 2,
        _ => 1,
    }
}
