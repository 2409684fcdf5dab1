//! Everything that is said, as keys with named places; the words stand in a table.

/// Declares the phrases: each with its key in the table and its places. `both` marks those that
/// speak of the patient, which have words of their own for each audience.
macro_rules! phrases {
    ($($name:ident $({ $($place:ident),+ })? = $key:literal $($both:ident)?,)+) => {
        /// One thing to say, its places filled.
        #[derive(Clone, Copy)]
        pub(super) enum Phrase<'a> {
            $($name $({ $($place: &'a str),+ })?,)+
        }

        /// Key, places and whether the audiences have words of their own, of every phrase.
        pub(super) const KEYS: &[Key] = &[
            $(Key {
                name: $key,
                places: &[$($(stringify!($place)),+)?],
                by_audience: phrases!(@both $($both)?),
            },)+
        ];

        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Number {
            $($name,)+
        }

        impl<'a> Phrase<'a> {
            /// Where it stands among [`KEYS`].
            pub(super) const fn number(self) -> usize {
                match self {
                    $(Self::$name $({ $($place: _),+ })? => Number::$name as usize,)+
                }
            }

            /// Its key in the table.
            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$name $({ $($place: _),+ })? => $key,)+
                }
            }

            /// What stands in its place of this name.
            pub(super) fn value(self, place: &str) -> &'a str {
                match self {
                    $(Self::$name $({ $($place),+ })? => {
                        let all: &[(&str, &'a str)] = &[$($((stringify!($place), $place)),+)?];
                        all.iter().find(|(name, _)| *name == place).map_or("", |(_, value)| value)
                    })+
                }
            }
        }
    };
    (@both both) => { true };
    (@both) => { false };
}

/// A phrase as the table knows it.
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// The places that its words must have.
    pub(super) places: &'static [&'static str],
    /// Whether the audiences have words of their own.
    pub(super) by_audience: bool,
}

phrases! {
    Title = "title" both,
    Covers { reference } = "covers",
    GivenBySubject = "given.by-subject" both,
    GivenByOthers { who } = "given.by-others" both,
    GivenTogether { who } = "given.together" both,
    GivenUnknown = "given.unknown",
    GivenWhen { moment } = "given.when",
    GivenWhenUnknown = "given.when-unknown",
    ValidAlways = "valid.always",
    ValidSpan { span } = "valid.span",
    Replaces = "replaces",

    SpanBoth { from, until, zone } = "span.both",
    SpanFrom { from, zone } = "span.from",
    SpanUntil { until, zone } = "span.until",
    SpanAlways = "span.always",
    DateDay { day, month, year } = "date.day",
    DateMoment { date, time } = "date.moment",
    DateZone { moment, zone } = "date.zone",
    January = "month.1",
    February = "month.2",
    March = "month.3",
    April = "month.4",
    May = "month.5",
    June = "month.6",
    July = "month.7",
    August = "month.8",
    September = "month.9",
    October = "month.10",
    November = "month.11",
    December = "month.12",
    ZoneUtc = "zone.utc",
    ZoneOffset { offset } = "zone.offset",

    ListNext { before, next } = "list.next",
    ListOr { before, last } = "list.or",
    ListAnd { before, last } = "list.and",
    CodeKnown { words, code } = "code.known",
    CodeUnknown { code } = "code.unknown",

    Enforced = "enforced",
    Order = "enforced.order",
    NotKnown = "enforced.not-known",
    BaseSilent = "base.silent" both,
    BasePermit = "base.permit" both,
    BaseForbid = "base.forbid" both,
    Permit = "permit" both,
    PermitAlso = "permit.also" both,
    PermitBut = "permit.but" both,
    PermitExcept = "permit.except" both,
    PermitAll = "permit.all" both,
    Forbid = "forbid" both,
    ForbidAlso = "forbid.also" both,
    ForbidBut = "forbid.but" both,
    ForbidExcept = "forbid.except" both,
    ForbidAll = "forbid.all" both,

    IfRecipient { who } = "if.recipient",
    IfPurpose { purposes } = "if.purpose",
    IfPurposeAll { purposes } = "if.purpose.all",
    IfPurposeOne { purposes } = "if.purpose.one",
    IfAction { actions } = "if.action",
    IfPermission { permissions } = "if.permission",
    IfPermissionOne { permissions } = "if.permission.one",
    IfDuring { span } = "if.during",
    IfAtMost { level } = "if.confidentiality.at-most",
    IfAtLeast { level } = "if.confidentiality.at-least",
    IfSensitivity { codes } = "if.sensitivity",
    IfType { types } = "if.type",
    IfDocument { documents } = "if.document",
    IfCode { codes } = "if.code",
    IfDated { span } = "if.dated",
    IfAuthor { who } = "if.author",
    IfRecord { records } = "if.record",
    RecordLinked { reference } = "record.linked",
    RecordListed { reference, members } = "record.listed",
    RecordAuthored { reference } = "record.authored",
    UnlabelledClosed = "unlabelled.not-opened",
    UnlabelledForbidden = "unlabelled.stays-closed",
    UndatedClosed = "undated.not-opened",
    UndatedForbidden = "undated.stays-closed",

    Practitioner { value } = "who.prac",
    PractitionerRole { value } = "who.pracrole",
    Organisation { value } = "who.org",
    Role { value } = "who.role",
    Group { value } = "who.group",
    Team { value } = "who.team",
    Device { value } = "who.dev",
    Kin { value } = "who.kin",
    Patient { value } = "who.pat",
    Subject = "who.subject" both,
    Other { key, value } = "who.other",
    Together { first, next } = "who.together",

    Limits = "limits",
    LimitOpened = "limits.opened",
    LimitUse = "limits.use",
    LimitActions { actions } = "limits.actions",
    LimitPurpose = "limits.purpose",
    LimitLabels = "limits.labels",
    LimitObligations { obligations } = "limits.obligations",

    HowRead = "reading",
    ReadNative = "reading.native",
    ReadR4Typed = "reading.r4-typed",
    ReadPcf11 = "reading.pcf-1.1",
    ReadR5Negate = "reading.r5-negate",
    ReadMii2025 = "reading.mii-2025",
    ReadAnyOf = "reading.any-of",
    ReadAllOf = "reading.all-of",
    ReadZone { zone } = "reading.zone",
    ReadVocabulary { id } = "reading.vocabulary",

    Words = "words",
    WordCovers { word, others } = "words.covers",
    WordLevels { levels } = "words.levels",
}
