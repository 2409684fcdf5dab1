//! One error type for the whole library, with numbers that never change.
//!
//! A number belongs to one meaning for ever: C, Python and the command-line tool show the same
//! table. Blocks: 1-99 the call, 100 decoding, 200 policies, 300 opening and verifying, 400 time
//! and revocation, 500 the environment, 600 FHIR. Retired numbers stay listed in SPEC.md.
//!
//! No variant carries user data: an error may be logged. Once a secret has been used the only
//! answers are [`Error::Open`] and [`Error::Verify`], and [`Error::BadCapsule`] and
//! [`Error::BadShare`] where they follow from public data.
//!
//! ```
//! use hippocrypt::Error;
//! assert_eq!(Error::Open.code(), 300);
//! assert_eq!(Error::TrailingBytes.to_string(), "bytes follow the end of the object");
//! ```

use core::fmt;

/// What an operation of this library answers.
pub type Result<T> = core::result::Result<T, Error>;

macro_rules! errors {
    ($($(#[doc = $doc:literal])* $code:literal $name:ident $(($($field:ident: $ty:ty),+))? = $text:literal,)+) => {
        /// Everything that can go wrong, each with its number ([`Error::code`]).
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Error {
            $($(#[doc = $doc])* $name $(($($ty),+))?,)+
        }

        impl Error {
            /// Number and name of every error, ascending.
            pub const TABLE: &'static [(u16, &'static str)] = &[$(($code, stringify!($name))),+];

            /// What a number means, the same for every error that has it: for callers who are given
            /// numbers only, as C programs are. None for a number that no error has.
            #[must_use]
            pub const fn meaning(code: u16) -> Option<&'static str> {
                match code {
                    $($code => Some(concat!($($doc),*).trim_ascii_start()),)+
                    _ => None,
                }
            }

            /// The error's number: stable, and equal in Rust, C, Python and the tool.
            #[must_use]
            pub const fn code(&self) -> u16 {
                match self {
                    $(Self::$name $(($(errors!(@ignore $field)),+))? => $code,)+
                }
            }
        }

        impl fmt::Display for Error {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name $(($($field),+))? => write!(out, $text $(, $($field = $field),+)?),)+
                }
            }
        }
    };
    (@ignore $field:ident) => { _ };
}

errors! {
    /// An argument is outside what the call accepts.
    1 Argument(what: &'static str) = "argument refused: {what}",
    /// An argument is larger than the limit that SPEC.md sets.
    2 TooLarge(what: &'static str) = "larger than the limit: {what}",
    /// A label is not `name=value` as SPEC.md defines it, or contradicts another of the set.
    3 Label(what: &'static str) = "label refused: {what}",
    /// An attribute is not `name=value` as SPEC.md defines it, or contradicts another of the set.
    4 Attribute(what: &'static str) = "attribute refused: {what}",
    /// The same label or attribute is given twice.
    5 Duplicate(what: &'static str) = "given twice: {what}",
    /// The name belongs to the library; only the call that owns it may set it.
    6 Reserved(what: &'static str) = "reserved name: {what}",
    /// The object needs something that this build or call was not given.
    7 Missing(what: &'static str) = "missing: {what}",
    /// The coupons at hand are for other labels than the record's.
    8 CouponLabels = "the coupons at hand are for other labels than the record's",

    /// The input ends before the object does.
    100 Truncated = "the input ends before the object does",
    /// Bytes follow the end of the object.
    101 TrailingBytes = "bytes follow the end of the object",
    /// The input does not begin as an object of this library.
    102 Magic = "not an object of this library",
    /// The object is of a format version that this release cannot read.
    103 Version(found: u8) = "format version {found} needs a newer release",
    /// The object uses a suite that this release cannot read.
    104 Suite(found: u8) = "suite {found} is not known",
    /// The object is of another kind than the call expects.
    105 Kind(found: u8) = "the object is of another kind ({found})",
    /// A length or count is outside its limits.
    106 Length(what: &'static str) = "length out of range: {what}",
    /// The bytes are not the one canonical encoding of the value.
    107 NotCanonical(what: &'static str) = "not canonical: {what}",
    /// The bytes do not name a point of the curve.
    108 NotOnCurve = "not a point of the curve",
    /// The point is outside the prime-order subgroup.
    109 NotInSubgroup = "point outside the prime-order subgroup",
    /// The point is the identity, which no honest object holds.
    110 IdentityPoint = "the identity element is refused",
    /// The number is not below the group order.
    111 ScalarRange = "scalar out of range",
    /// Text is not UTF-8 in normalisation form C, or contains control characters.
    112 Text(what: &'static str) = "text refused: {what}",
    /// The PEM armour is malformed.
    113 Armour(what: &'static str) = "armour refused: {what}",
    /// The checksum at the object's end does not match its bytes.
    114 Checksum = "checksum does not match: the file was damaged or changed",
    /// A field holds a value that this version does not define.
    115 Field(what: &'static str) = "undefined value in field: {what}",
    /// A record id is no name of a file: it may lead out of the directory.
    116 FileName(what: &'static str) = "not the name of a file: {what}",
    /// The document is not strict JSON, or beyond a limit: at which byte, and why.
    119 Json(offset: usize, what: &'static str) = "JSON refused at byte {offset}: {what}",
    /// A vocabulary's text is refused: in which line, from 1, and what was expected there.
    120 Vocabulary(line: usize, what: &'static str) = "vocabulary refused at line {line}: expected {what}",

    /// The policy text does not parse: where, and what was expected there.
    200 PolicySyntax(position: usize, expected: &'static str) = "policy refused at byte {position}: expected {expected}",
    /// The policy parses but says something that cannot be: where, and why.
    201 PolicyMeaning(position: usize, reason: &'static str) = "policy refused at byte {position}: {reason}",
    /// The policy is beyond a limit: where, and which.
    202 PolicyLimit(position: usize, limit: &'static str) = "policy refused at byte {position}: more than {limit}",
    /// Canonical policy bytes hold what the policy language cannot express.
    203 PolicyBytes(reason: &'static str) = "policy bytes refused: {reason}",
    /// The key's attributes do not satisfy the policy. Both are public.
    204 NotSatisfied = "the key's attributes do not satisfy the policy",
    /// The authority's schema does not know the name, or not with this type: of which condition
    /// of the policy or which attribute, from 1.
    205 UnknownName(number: usize) = "name and type not in the authority's schema: number {number}",
    /// The authority's schema knows the name, but not the value: of which condition of the policy
    /// or which attribute, from 1.
    206 UnknownValue(number: usize) = "value not in the authority's schema: number {number}",

    /// Opening failed. No more is said once a secret has been used.
    300 Open = "cannot be opened with this key, or was changed",
    /// A signature or proof does not verify.
    301 Verify = "a signature or proof does not verify",
    /// The sender is not one of those the caller accepts, or the record is unsigned.
    302 Sender = "the sender is not one of those accepted",
    /// No stanza of the record is for this kind of key or this authority.
    303 NoStanza = "no stanza of the record is for this key",
    /// The object is a secret protected by a passphrase, and none was given.
    304 PassphraseNeeded = "a passphrase is needed",
    /// A stream was used after it failed or ended.
    305 StreamEnded = "the stream has ended or failed before",
    /// A capsule is not what sealing makes: its maker, not a relay, is at fault.
    306 BadCapsule = "the capsule was not made as the format says; whoever sealed the record is at fault",
    /// A relay's answer is wrong; its index in the grant is named.
    307 BadShare(relay: u8) = "relay {relay} of the grant answered wrongly",
    /// Fewer relays answered than the grant needs.
    308 TooFewAnswers(needed: u8) = "answers of {needed} relays of the grant are needed",
    /// The record lacks what the deployment's profile demands.
    309 Profile(what: &'static str) = "the profile demands what the record lacks: {what}",
    /// Header and payload, kept apart, are of different records.
    310 OtherRecord = "header and payload are of different records",
    /// A capsule was used for another record before: whoever sealed one of the two is at fault.
    317 CapsuleReused = "the capsule was used for another record before",
    /// Fewer trustees released their shares than the split needs.
    320 TooFewShares(needed: u8) = "shares of {needed} trustees are needed",
    /// A trustee's share is not what the patient dealt; its index is named.
    321 WrongShare(trustee: u8) = "the share of trustee {trustee} is not the one that was dealt",
    /// A trustee's share is of an earlier split than others, or than the profile.
    322 StaleShare(trustee: u8) = "the share of trustee {trustee} is of an earlier split",
    /// A trustee's share is of another split or patient than the first.
    323 OtherShare(trustee: u8) = "the share of trustee {trustee} is of another split",
    /// The share of one trustee is given twice.
    324 RepeatedShare(trustee: u8) = "the share of trustee {trustee} is given twice",
    /// A later profile does not follow from the one that is known.
    325 Succession(what: &'static str) = "succession refused: {what}",
    /// A standing sharing, and what is asked of it, do not fit together.
    326 Sharing(what: &'static str) = "standing sharing: {what}",
    /// Answers with shares before and after a refresh do not fit together.
    327 MixedRefresh = "answers with shares of different refresh numbers do not fit together",
    /// A relay dealt a wrong part in a refresh; its index in the sharing is named.
    328 BadDealing(relay: u8) = "relay {relay} of the sharing dealt a wrong part of the refresh",
    /// A refresh lacks what a relay has to give, or what it gave does not fit; its index is named.
    329 RefreshPart(relay: u8, what: &'static str) = "refresh: relay {relay} of the sharing {what}",
    /// A step of a refresh does not follow from the one before.
    330 Refresh(what: &'static str) = "refresh refused: {what}",
    /// A requester's credential is missing, or not what the grant asks for.
    331 Credential(what: &'static str) = "credential refused: {what}",
    /// A session has no end mark, yet or for ever: what follows its last whole segment is not there.
    336 Interrupted = "the session has no end: it was interrupted, or goes on",
    /// Segments of a session were sealed and are not there.
    337 SegmentsMissing = "segments of the session are missing",
    /// A recovery waits before it counts: from when on it does, in Unix seconds.
    340 Waits(from: u64) = "a recovery waits: it counts from {from} on, in Unix seconds, or once its fingerprint is confirmed",
    /// The masks of a consent or request say nothing, or what no consent may say.
    341 Masks(what: &'static str) = "masks refused: {what}",
    /// A statement is not true of what the prover has, so there is no proof of it.
    342 Unprovable(what: &'static str) = "cannot be proven: {what}",
    /// The key that verifies proofs is not one that may be relied on.
    343 ProofKey(what: &'static str) = "key of proofs refused: {what}",
    /// A statement has another number of public inputs than the key of its proof.
    344 InputCount(found: usize) = "{found} public inputs do not fit the key",
    /// A registry refuses what its rules do not allow.
    345 Registry(what: &'static str) = "registry refused: {what}",
    /// The roots of a proof are not those that the verifier relies on.
    346 Roots(what: &'static str) = "roots of a proof refused: {what}",
    /// A record does not say whom it is about, so no proof can be about it.
    347 Subject(what: &'static str) = "subject refused: {what}",
    /// What a proof says is not what the verifier found itself.
    348 Statement(what: &'static str) = "not what the proof is about: {what}",
    /// A key that makes proofs is not one that may be relied on.
    350 ProvingKey(what: &'static str) = "proving key refused: {what}",
    /// A ceremony, or one of its contributions, counted from 1, is not what the rules say.
    351 Ceremony(contribution: u32, what: &'static str) = "ceremony refused at contribution {contribution}: {what}",

    /// The key's validity has ended, or not begun.
    400 NotValidNow = "outside the time of validity",
    /// A date or time cannot be expressed in the format.
    401 Time(what: &'static str) = "time refused: {what}",
    /// The patient has revoked the grant.
    402 Revoked = "the patient has revoked the grant",
    /// A condition of the grant is not met.
    403 Condition(what: &'static str) = "the grant does not allow this: {what}",
    /// A request that was served before, or whose time is too far from now.
    404 Replayed(what: &'static str) = "request refused: {what}",
    /// Revocation information that is too old, or older than what was seen before.
    405 StaleList(what: &'static str) = "revocation list refused: {what}",
    /// The patient has ended the epoch of the sharing.
    406 EpochEnded = "the patient has ended this epoch of the sharing",
    /// The requester's credential has ended, or not begun.
    407 CredentialNotValidNow = "the requester's credential is outside its time of validity",
    /// What the patient's profile does not allow this carer.
    411 Carer(what: &'static str) = "not for this carer: {what}",

    /// The source of randomness failed.
    500 Randomness = "the source of randomness failed",
    /// Reading or writing failed.
    501 Io(what: &'static str) = "input or output failed: {what}",
    /// The output exists and overwriting was not asked for.
    502 Exists = "the output exists; use --force to replace it",
    /// The place that holds the key refused or could not answer.
    503 KeyStore(what: &'static str) = "key store: {what}",
    /// A secret file can be read by others than its owner.
    504 Permissions = "the secret file can be read by others; set its mode to 0600",
    /// No coupon is left for the patient: more must be minted.
    505 NoCoupon = "no coupon is left for this patient",
    /// A file is being written by another process.
    506 Busy = "the file is being written",

    /// E01: an element that is not known or cannot be enforced, or a modifier extension.
    601 UnknownElement = "E01: an element that is not known or cannot be enforced",
    /// E02: the consent is not active, or is about something else than sharing data.
    602 NotInForce = "E02: the consent is not active, or not about sharing data",
    /// E03: nothing says whether the consent permits or denies.
    603 NoDecision = "E03: nothing says whether the consent permits or denies",
    /// E04: two elements say the opposite about what the consent decides.
    604 Contradiction = "E04: two elements contradict each other about what the consent decides",
    /// E05: criteria at the root of a FHIR R4 consent without a type.
    605 RootWithoutType = "E05: criteria at the root without a type: a scope or an exception",
    /// E06: a nested provision without a type in R4, or a type in R5.
    606 NestedType = "E06: a nested provision without a type, or with one where the version has none",
    /// E07: a nested provision decides as the one around it, and the reading gives that no meaning.
    607 SameType = "E07: a nested provision decides the same as the one around it",
    /// E08: nested provisions of FHIR R5 reverse each other, which nobody said is meant.
    608 Alternation = "E08: nested provisions reverse each other; accept that explicitly or not at all",
    /// E09: a code system that is not known, or an address that names none.
    609 UnknownSystem = "E09: a code system that is not known",
    /// E10: a code that the vocabulary does not have, or not for this place.
    610 UnknownCode = "E10: a code that the vocabulary does not have",
    /// E11: the JSON has another shape than FHIR says.
    611 Shape = "E11: another shape than FHIR says",
    /// E12: nobody can be named by the actor's reference, or its role receives nothing.
    612 Actor = "E12: an actor that names nobody who could receive data",
    /// E13: data that only the resources around it can name.
    613 RelatedData = "E13: data that is named through others, which were not given",
    /// E14: an expression, which is not evaluated.
    614 Expression = "E14: an expression, which is not evaluated",
    /// E15: the rules are in a Permission resource.
    615 PermissionResource = "E15: the rules are in a Permission resource",
    /// E16: the meaning is in a policy that is not known.
    616 UnknownPolicy = "E16: the meaning is in a policy that is not known",
    /// E17: a period of data that cannot be enforced.
    617 DataPeriod = "E17: a period of data that cannot be enforced",
    /// E18: labels below the resource while whole resources are sealed.
    618 InlineLabels = "E18: labels inside a resource that is sealed as a whole",
    /// E19: a denial by recipient where the mechanism has no negation.
    619 DeniedRecipient = "E19: a denied recipient, which the mechanism cannot express",
    /// E20: consents of one patient contradict each other, and the declared rule does not say
    /// which one holds.
    620 ConsentConflict = "E20: consents contradict each other",
    /// E21: whoever consented is not the patient and not shown to act for them.
    621 NoAuthority = "E21: whoever consented is not the patient and not shown to act for them",
    /// E22: the consent is not signed.
    622 NotSigned = "E22: the consent is not signed",
    /// E23: data without labels under a rule about labels.
    623 Unlabelled = "E23: data without labels under a rule about labels",
    /// E24: a condition of use that encryption cannot enforce.
    624 ConditionOfUse = "E24: a condition of use that encryption cannot enforce",
    /// A table of phrases is not complete or not in its form: at which line (0 for the whole),
    /// and what was expected there.
    626 Phrases(line: usize, what: &'static str) = "table of phrases refused at line {line}: expected {what}",
    /// A member of a request in JSON is not what it must be; its place is told beside it.
    627 RequestMember(what: &'static str) = "request refused: {what}",
    /// The consents forbid what is asked for, or do not permit it.
    628 NotPermitted = "the consents do not permit it",
    /// The mechanism cannot express what the consent says, and nothing is approximated.
    630 NotEnforceable(what: &'static str) = "cannot be enforced exactly: {what}",
    /// What people say about the labels of one resource contradicts itself.
    631 LabelConflict(what: &'static str) = "labels of one resource contradict each other: {what}",
    /// A side file of labels is not what SPEC.md says.
    632 LabelFile(what: &'static str) = "label file refused: {what}",
    /// The file is no DICOM file, or its header cannot be read.
    633 Dicom(what: &'static str) = "DICOM header refused: {what}",
    /// The resource is no stub of a sealed record, or of another one.
    634 Stub(what: &'static str) = "sealed resource refused: {what}",
    /// A resource is about another patient than the consent: its place in the bundle, from 0.
    640 OtherPatient(place: usize) = "resource {place} of the bundle is about another patient than the consent",
}

impl core::error::Error for Error {}

#[cfg(feature = "std")]
impl From<std::io::Error> for Error {
    /// Keeps the kind of failure and drops everything else: paths and names may be personal.
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::UnexpectedEof => Self::Truncated,
            ErrorKind::AlreadyExists => Self::Exists,
            ErrorKind::NotFound => Self::Io("not found"),
            ErrorKind::PermissionDenied => Self::Io("permission denied"),
            ErrorKind::StorageFull => Self::Io("no space left"),
            ErrorKind::BrokenPipe => Self::Io("the other end closed"),
            ErrorKind::IsADirectory => Self::Io("is a directory"),
            ErrorKind::NotADirectory => Self::Io("is not a directory"),
            // An error of ours that crossed std::io comes back as itself.
            _ => error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<Self>())
                .cloned()
                .unwrap_or(Self::Io("the system refused")),
        }
    }
}

#[cfg(feature = "std")]
impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        std::io::Error::other(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_so_never_repeat() {
        assert!(Error::TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn an_error_survives_the_way_through_io() {
        let io: std::io::Error = Error::Open.into();
        assert_eq!(Error::from(io), Error::Open);
    }
}
