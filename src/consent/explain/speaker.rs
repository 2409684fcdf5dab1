//! Words for what Terms hold: codes, parties, lists, days.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::calendar::{Clock, offset};
use super::super::criterion::Meaning;
use super::super::vocabulary::{CodeSet, Confidentiality, Vocabulary};
use super::super::{Interval, Recipient, RecordReference, Terms};
use super::phrase::Phrase;
use super::{Audience, Phrases};

/// Speaks one language to one audience about one consent.
#[derive(Clone, Copy)]
pub(super) struct Speaker<'a> {
    pub(super) phrases: &'a Phrases,
    pub(super) audience: Audience,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) terms: &'a Terms,
}

impl Speaker<'_> {
    pub(super) fn say(&self, phrase: Phrase<'_>) -> String {
        self.phrases.say(phrase, self.audience)
    }

    /// `a, b or c`.
    pub(super) fn any_of(&self, items: impl IntoIterator<Item = String>) -> String {
        self.list(items, |before, last| {
            self.say(Phrase::ListOr { before, last })
        })
    }

    /// `a, b and c`.
    pub(super) fn all_of(&self, items: impl IntoIterator<Item = String>) -> String {
        self.list(items, |before, last| {
            self.say(Phrase::ListAnd { before, last })
        })
    }

    /// `a, b, c`.
    pub(super) fn list_of(&self, items: impl IntoIterator<Item = String>) -> String {
        self.list(items, |before, next| {
            self.say(Phrase::ListNext { before, next })
        })
    }

    fn list(
        &self,
        items: impl IntoIterator<Item = String>,
        end: impl Fn(&str, &str) -> String,
    ) -> String {
        let mut items: Vec<String> = items.into_iter().collect();
        let Some(last) = items.pop() else {
            return String::new();
        };
        let before = items.into_iter().reduce(|before, next| {
            self.say(Phrase::ListNext {
                before: &before,
                next: &next,
            })
        });
        match before {
            None => last,
            Some(before) => end(&before, &last),
        }
    }

    /// A code as its display with the code in brackets.
    pub(super) fn code(&self, set: CodeSet, code: &str) -> String {
        match self.vocabulary.display_of(set, code) {
            Some(words) => self.say(Phrase::CodeKnown { words, code }),
            None => self.say(Phrase::CodeUnknown { code }),
        }
    }

    pub(super) fn level(&self, level: Confidentiality) -> String {
        self.code(CodeSet::Confidentiality, level.code())
    }

    /// A code `alias:code` of the set, whose codes stand there with or without the alias; those
    /// of other systems stand as they are.
    pub(super) fn coded(&self, set: CodeSet, value: &str) -> String {
        let bare = value.split_once(':').map_or(value, |(_, code)| code);
        let known = |code| self.vocabulary.display_of(set, code);
        match known(value).or_else(|| known(bare)) {
            Some(words) => self.say(Phrase::CodeKnown { words, code: value }),
            None => value.to_string(),
        }
    }

    /// Something promised: an obligation, or something to refrain from.
    pub(super) fn obligation(&self, value: &str) -> String {
        let bare = value.split_once(':').map_or(value, |(_, code)| code);
        for set in [CodeSet::Obligation, CodeSet::Refrain] {
            if let Some(words) = self.vocabulary.display_of(set, bare) {
                return self.say(Phrase::CodeKnown { words, code: value });
            }
        }
        self.say(Phrase::CodeUnknown { code: value })
    }

    /// A type of resource; most are called as they are coded.
    pub(super) fn resource_type(&self, code: &str) -> String {
        match self.vocabulary.display_of(CodeSet::ResourceType, code) {
            Some(words) if words != code => self.say(Phrase::CodeKnown { words, code }),
            _ => code.to_string(),
        }
    }

    /// Somebody with all of these attributes.
    pub(super) fn party(&self, recipient: &Recipient) -> String {
        recipient
            .iter()
            .map(|attribute| self.attribute(attribute))
            .reduce(|first, next| {
                self.say(Phrase::Together {
                    first: &first,
                    next: &next,
                })
            })
            .unwrap_or_default()
    }

    pub(super) fn attribute(&self, attribute: &str) -> String {
        let (key, value) = attribute.split_once('=').unwrap_or(("", attribute));
        let coded = |set| self.coded(set, value);
        self.say(match key {
            "prac" => Phrase::Practitioner { value },
            "pracrole" => Phrase::PractitionerRole { value },
            "org" => Phrase::Organisation { value },
            "role" => {
                return self.say(Phrase::Role {
                    value: &coded(CodeSet::Role),
                });
            }
            "group" => Phrase::Group { value },
            "team" => Phrase::Team { value },
            "dev" => Phrase::Device { value },
            "kin" => {
                return self.say(Phrase::Kin {
                    value: &coded(CodeSet::Kin),
                });
            }
            "pat" if value == self.terms.subject => Phrase::Subject,
            "pat" => Phrase::Patient { value },
            _ => Phrase::Other { key, value },
        })
    }

    pub(super) fn record(&self, record: &RecordReference) -> String {
        let reference = record.reference.as_str();
        match record.meaning {
            Meaning::Instance => reference.to_string(),
            Meaning::AuthoredBy => self.say(Phrase::RecordAuthored { reference }),
            Meaning::Related | Meaning::Dependents if record.members.is_empty() => {
                self.say(Phrase::RecordLinked { reference })
            }
            Meaning::Related | Meaning::Dependents => {
                let members = self.all_of(record.members.iter().cloned());
                self.say(Phrase::RecordListed {
                    reference,
                    members: &members,
                })
            }
        }
    }

    /// A span of whole days in the consent's zone, or of moments where it does not begin and end
    /// at midnight.
    pub(super) fn span(&self, span: &Interval) -> String {
        let zone = self.zone();
        let from = span.from().map(|from| {
            let clock = Clock::at(from, self.terms.zone);
            if clock.second == 0 {
                self.day(&clock)
            } else {
                self.moment(from)
            }
        });
        let until = span.until().map(|until| {
            let last = until.saturating_sub(1);
            let midnight = Clock::at(until, self.terms.zone).second == 0;
            if midnight {
                self.day(&Clock::at(last, self.terms.zone))
            } else {
                self.moment(last)
            }
        });
        self.say(match (&from, &until) {
            (Some(from), Some(until)) => Phrase::SpanBoth {
                from,
                until,
                zone: &zone,
            },
            (Some(from), None) => Phrase::SpanFrom { from, zone: &zone },
            (None, Some(until)) => Phrase::SpanUntil { until, zone: &zone },
            (None, None) => Phrase::SpanAlways,
        })
    }

    /// A second with the zone in which it stands; a day only, at midnight, since consents are
    /// often given on a day.
    pub(super) fn moment_with_zone(&self, second: i64) -> String {
        let clock = Clock::at(second, self.terms.zone);
        let moment = match clock.second {
            0 => self.day(&clock),
            _ => self.moment(second),
        };
        self.say(Phrase::DateZone {
            moment: &moment,
            zone: &self.zone(),
        })
    }

    pub(super) fn moment(&self, second: i64) -> String {
        let clock = Clock::at(second, self.terms.zone);
        self.say(Phrase::DateMoment {
            date: &self.day(&clock),
            time: &clock.time(),
        })
    }

    pub(super) fn zone(&self) -> String {
        match self.terms.zone {
            0 => self.say(Phrase::ZoneUtc),
            zone => self.say(Phrase::ZoneOffset {
                offset: &offset(zone),
            }),
        }
    }

    fn day(&self, clock: &Clock) -> String {
        let month = self.say(match clock.month {
            1 => Phrase::January,
            2 => Phrase::February,
            3 => Phrase::March,
            4 => Phrase::April,
            5 => Phrase::May,
            6 => Phrase::June,
            7 => Phrase::July,
            8 => Phrase::August,
            9 => Phrase::September,
            10 => Phrase::October,
            11 => Phrase::November,
            _ => Phrase::December,
        });
        self.say(Phrase::DateDay {
            day: &format!("{}", clock.day),
            month: &month,
            year: &format!("{}", clock.year),
        })
    }
}
