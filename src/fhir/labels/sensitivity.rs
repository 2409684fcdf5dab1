//! Confidentiality and sensitivities, as people asserted them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Labeller;
use super::assertions::{Found, Scope};
use super::gather::{Gathered, Kind};
use super::security::Security;
use crate::consent::Vocabulary;
use crate::error::{Error, Result};

impl Labeller<'_> {
    /// What the resource and the side file say together.
    pub(super) fn asserted(
        &self,
        name: Option<&str>,
        security: &Security,
        gathered: &mut Gathered,
    ) -> Result<()> {
        let asserted = name.and_then(|name| self.assertions.level(name));
        if let (Some(own), Some((level, _))) = (security.confidentiality, asserted)
            && own != level
        {
            return Err(Error::LabelConflict(
                "the resource and the side file about its confidentiality",
            ));
        }
        let level = security
            .confidentiality
            .or(asserted.map(|(level, _)| level));
        if let Some(level) = level {
            gathered.fixed.push(format!("conf={}", level.code()));
        }
        gathered
            .assertions
            .extend(asserted.map(|(_, by)| by.clone()));

        let mut carried: Vec<&str> = security.sensitivities.iter().map(String::as_str).collect();
        let found = name.and_then(|name| self.assertions.found(name));
        if let Some((found, scope, by)) = found {
            check(&carried, found, scope, self.vocabulary)?;
            carried.extend(found.codes.iter().map(String::as_str));
            carried.sort_unstable();
            carried.dedup();
            gathered.assertions.push(by.clone());
            match scope {
                Scope::Vocabulary(id) if carried.is_empty() => {
                    gathered.fixed.push(format!("sens.none={id}"));
                }
                Scope::Vocabulary(id) => {
                    let wanted = self.options.beside.iter().map(String::as_str);
                    let looked_for: Vec<&str> = wanted
                        .filter(|code| self.vocabulary.pinned_in(id).any(|it| it == *code))
                        .collect();
                    self.lacking(&carried, &looked_for, gathered);
                }
                Scope::Codes(codes) => {
                    let looked_for: Vec<&str> = codes.iter().map(String::as_str).collect();
                    self.lacking(&carried, &looked_for, gathered);
                }
            }
        }
        gathered
            .fixed
            .extend(carried.iter().map(|code| format!("sens={code}")));
        Ok(())
    }

    /// The codes that were looked for and not found, where their lack can be told: neither above
    /// nor below what was found.
    fn lacking(&self, carried: &[&str], looked_for: &[&str], gathered: &mut Gathered) {
        let related = |one: &str, other: &str| {
            self.vocabulary.sensitivity_is_within(one, other)
                || self.vocabulary.sensitivity_is_within(other, one)
        };
        let lacks = looked_for
            .iter()
            .filter(|code| !carried.iter().any(|own| related(own, code)));
        let labels: Vec<String> = lacks.map(|code| format!("sens.not={code}")).collect();
        gathered.offer(Kind::Lacking, Some(Some(labels)));
    }
}

/// Whether the resource carries what somebody looked for and did not find.
fn check(carried: &[&str], found: &Found, scope: &Scope, vocabulary: &Vocabulary) -> Result<()> {
    let looked_for = |code: &str| match scope {
        Scope::Vocabulary(id) => vocabulary.pinned_in(id).any(|it| it == code),
        Scope::Codes(codes) => codes.iter().any(|it| it == code),
    };
    let explained = |code: &str| {
        found.codes.iter().any(|own| {
            vocabulary.sensitivity_is_within(own, code)
                || vocabulary.sensitivity_is_within(code, own)
        })
    };
    if carried
        .iter()
        .any(|code| looked_for(code) && !explained(code))
    {
        return Err(Error::LabelConflict(
            "the resource and the side file about its sensitivity",
        ));
    }
    Ok(())
}
