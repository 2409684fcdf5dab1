//! Questions about codes.

use crate::error::Result;
use crate::policy::{Date, LabelFrame};

use super::hierarchy::{Entry, Hierarchy};
use super::{CodeSet, Concept, Confidentiality, Property, Vocabulary};

impl Vocabulary {
    pub(super) fn set(&self, set: CodeSet) -> Option<&Hierarchy> {
        self.sets.get(set as usize)
    }

    /// The code in this set.
    #[must_use]
    pub fn concept(&self, set: CodeSet, code: &str) -> Option<Concept<'_>> {
        let hierarchy = self.set(set)?;
        let entry = hierarchy.find(code)?;
        Some(Concept {
            set,
            hierarchy,
            entry,
        })
    }

    /// All codes of a set, by code.
    pub fn concepts(&self, set: CodeSet) -> impl Iterator<Item = Concept<'_>> {
        let hierarchy = self.set(set).into_iter();
        hierarchy.flat_map(move |hierarchy| {
            hierarchy.iter().map(move |entry| Concept {
                set,
                hierarchy,
                entry,
            })
        })
    }

    /// What people call the code.
    #[must_use]
    pub fn display_of(&self, set: CodeSet, code: &str) -> Option<&str> {
        Some(self.concept(set, code)?.display())
    }

    /// Whether `code` is `ancestor` or lies below it, both in this set.
    #[must_use]
    pub fn is_within(&self, set: CodeSet, code: &str, ancestor: &str) -> bool {
        self.set(set).is_some_and(|it| it.is_within(code, ancestor))
    }

    fn usable(&self, set: CodeSet, code: &str) -> bool {
        self.concept(set, code)
            .is_some_and(|concept| !concept.has(Property::Abstract))
    }

    /// The purpose of use.
    #[must_use]
    pub fn purpose(&self, code: &str) -> Option<Concept<'_>> {
        self.concept(CodeSet::Purpose, code)
    }

    /// Whether the purpose is the other one or a kind of it: `BTG` is within `TREAT`.
    #[must_use]
    pub fn purpose_is_within(&self, code: &str, ancestor: &str) -> bool {
        self.is_within(CodeSet::Purpose, code, ancestor)
    }

    /// The level of confidentiality.
    #[must_use]
    pub fn confidentiality(&self, code: &str) -> Option<Confidentiality> {
        self.concept(CodeSet::Confidentiality, code)?;
        Confidentiality::from_code(code)
    }

    /// The sensitivity.
    #[must_use]
    pub fn sensitivity(&self, code: &str) -> Option<Concept<'_>> {
        self.concept(CodeSet::Sensitivity, code)
    }

    /// Whether the sensitivity is the other one or a kind of it: `ETHUD` is within `SUD`.
    #[must_use]
    pub fn sensitivity_is_within(&self, code: &str, ancestor: &str) -> bool {
        self.is_within(CodeSet::Sensitivity, code, ancestor)
    }

    /// The sensitivity and all kinds of it that a record can be labelled with, by code.
    ///
    /// Records carry exact codes, so a policy names all of these.
    pub fn sensitivities_within(&self, ancestor: &str) -> impl Iterator<Item = &str> {
        let set = self.set(CodeSet::Sensitivity).into_iter();
        set.flat_map(move |set| set.within(ancestor))
            .filter(|entry| entry.properties & Property::Abstract.bit() == 0)
            .map(|entry| &*entry.code)
    }

    /// The sensitivities that the label `sens.none=` with this vocabulary's id denies, by code.
    pub fn pinned(&self) -> impl Iterator<Item = &str> {
        self.pinned_by(u8::MAX)
    }

    /// The sensitivities that `sens.none=ID` denies, of this vocabulary or one that it is based
    /// on; none for an id that is neither.
    pub fn pinned_in<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a str> {
        let place = (0..).zip(self.lineage()).find(|(_, (own, _))| *own == id);
        let block = place.map(|(block, _)| block);
        block
            .into_iter()
            .flat_map(move |block| self.pinned_by(block))
    }

    /// Those that the blocks up to this one pin.
    fn pinned_by(&self, block: u8) -> impl Iterator<Item = &str> {
        let pinned = move |entry: &&Entry| {
            entry.block <= block && entry.properties & Property::Pinned.bit() != 0
        };
        let entries = self.set(CodeSet::Sensitivity).into_iter();
        entries
            .flat_map(Hierarchy::iter)
            .filter(pinned)
            .map(|entry| &*entry.code)
    }

    /// The pinned sensitivities that a record which carries `carried` may be said to lack, for
    /// its `sens.not` labels: not what it carries, nor what lies above or below that.
    ///
    /// A record that carries `OPIOIDUD` is about `SUD` too, and one that carries only `SPI` may
    /// be about any kind of it. Of a record with an unknown code nothing can be said.
    pub fn sensitivities_beside<'a>(
        &'a self,
        carried: &'a [&'a str],
    ) -> impl Iterator<Item = &'a str> {
        let known = carried.iter().all(|own| self.sensitivity(own).is_some());
        self.pinned().filter(move |code| {
            known
                && !carried.iter().any(|own| {
                    self.sensitivity_is_within(own, code) || self.sensitivity_is_within(code, own)
                })
        })
    }

    /// Whether it is an action of a consent.
    #[must_use]
    pub fn is_action(&self, code: &str) -> bool {
        self.usable(CodeSet::Action, code)
    }

    /// Whether it is an obligation.
    #[must_use]
    pub fn is_obligation(&self, code: &str) -> bool {
        self.usable(CodeSet::Obligation, code)
    }

    /// Whether it is something to refrain from.
    #[must_use]
    pub fn is_refrain(&self, code: &str) -> bool {
        self.usable(CodeSet::Refrain, code)
    }

    /// Whether it is a type that FHIR resources have, in R4, R4B or R5.
    #[must_use]
    pub fn is_resource_type(&self, code: &str) -> bool {
        self.usable(CodeSet::ResourceType, code)
    }

    /// The system of an alias.
    #[must_use]
    pub fn system_of(&self, alias: &str) -> Option<&str> {
        self.systems.get(alias).map(|it| &**it)
    }

    /// The alias of a system, whose URI is taken as it is.
    #[must_use]
    pub fn alias_of(&self, system: &str) -> Option<&str> {
        self.aliases.get(system).map(|it| &**it)
    }

    /// The frame of policies over labels, with this vocabulary pinned, and each that it is based
    /// on with the codes that were pinned then.
    ///
    /// So `not sens=HIV` opens records marked `sens.none` under any of them, and `not sens=CODE`
    /// of a code that was added only those marked since.
    ///
    /// # Errors
    /// [`Error::Time`](crate::Error::Time) as for [`LabelFrame::new`].
    pub fn frame(&self, first_year: u16, last_day: Date) -> Result<LabelFrame> {
        self.pin(LabelFrame::new(first_year, last_day)?)
    }

    /// Adds this vocabulary, and each that it is based on, to a frame.
    ///
    /// # Errors
    /// Those of [`LabelFrame::vocabulary`]: an id that the frame has, more than 16 vocabularies.
    pub fn pin(&self, mut frame: LabelFrame) -> Result<LabelFrame> {
        for (block, (id, _)) in (0..).zip(self.lineage()) {
            let mut codes = self.pinned_by(block).peekable();
            if codes.peek().is_some() {
                frame = frame.vocabulary(id, codes)?;
            }
        }
        Ok(frame)
    }
}
