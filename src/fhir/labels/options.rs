//! What labels to give.

use alloc::string::String;
use alloc::vec::Vec;

use crate::consent::Vocabulary;
use crate::consent::vocabulary::Property;
use crate::error::{Error, Result};
use crate::fhir::reference::{is_http, plain};

/// Labels of a record where nobody wishes for another number.
const MOST: usize = 12;
/// Most labels of a record.
const LIMIT: usize = 64;
/// The sensitivities that published consents name (IHE PCF, Advanced): what a record which
/// carries another one is said to lack, so that a prohibition of one does not close all.
const BESIDE: [&str; 6] = ["ETH", "ETHUD", "HIV", "OPIOIDUD", "PSY", "SDV"];

/// What labels to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelOptions {
    /// The address below which relative references lie, without a slash at its end. A resource
    /// whose own address shows one lies there. Terms are made with the same one.
    pub base: Option<String>,
    /// Days instead of months: more can be asked of the records, and more is told by them.
    pub day: bool,
    /// The label `inst`: which resource it is.
    pub instance: bool,
    /// Most labels, from 1 to 64. Type, confidentiality and sensitivities are given in any case;
    /// the others as far as they fit, in this order: date, instance, what the record lacks beside
    /// its sensitivities, codes, authors, links, kinds of document.
    pub most: usize,
    /// Of which sensitivities `sens.not` is given on a record that carries others: only those
    /// that somebody looked for.
    pub beside: Vec<String>,
}

impl Default for LabelOptions {
    /// Months, no instance, twelve labels.
    fn default() -> Self {
        Self {
            base: None,
            day: false,
            instance: false,
            most: MOST,
            beside: BESIDE.map(String::from).to_vec(),
        }
    }
}

impl LabelOptions {
    pub(super) fn check(mut self, vocabulary: &Vocabulary) -> Result<Self> {
        if !(1..=LIMIT).contains(&self.most) {
            return Err(Error::Argument("a record has 1 to 64 labels"));
        }
        if let Some(base) = &mut self.base {
            if base.ends_with('/') {
                base.pop();
            }
            if !is_http(base) || plain(base).is_err() {
                return Err(Error::Argument("a base is an http or https address"));
            }
        }
        let known = |code: &String| {
            let concept = vocabulary.sensitivity(code);
            concept.is_some_and(|it| !it.has(Property::Abstract))
        };
        if !self.beside.iter().all(known) {
            return Err(Error::Argument("a sensitivity of the vocabulary"));
        }
        Ok(self)
    }
}
