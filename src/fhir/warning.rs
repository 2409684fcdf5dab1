//! What compiles and should still be looked at.

use alloc::string::String;
use core::fmt;

macro_rules! warnings {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// Why an element should be looked at.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Concern {
            $($(#[$doc])* $name,)+
        }

        impl fmt::Display for Concern {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(match self {
                    $(Self::$name => $text,)+
                })
            }
        }
    };
}

warnings! {
    /// Encryption enforces `access` only.
    OtherAction = "encryption enforces access; other actions are recorded, not enforced",
    /// Purposes are alternatives, although FHIR's text says all of them.
    AnyPurpose = "several purposes: any one of them is enough",
    /// Nobody is named who consented.
    NoGrantor = "does not say who consented",
    /// Somebody consented for the patient.
    OnBehalf = "somebody else consented for the patient; whether they still may is not checked",
    /// The consent was not verified, or not successfully.
    NotVerified = "says that the consent was not verified",
    /// A sensitivity is named, others that belong to it in people's minds are not.
    NarrowSensitivity = "names one kind of sensitive data; related kinds are labelled otherwise",
    /// A code of a system that the vocabulary does not list.
    ForeignSystem = "a code system that the vocabulary does not list: compared letter by letter",
    /// A reference within a server, without the server.
    Relative = "a relative reference: it names a resource of one server only",
    /// Neither a policy nor a rule, which FHIR R4 demands (ppc-1).
    NoPolicy = "neither policy nor policyRule is there, although FHIR says one must be",
    /// A policy that is not applied, because the consent states its own rule.
    PolicyNotApplied = "is not applied: the consent states what it decides itself",
    /// The policy also wants something of the user that nobody can see in the consent.
    UserAuthorisation = "also wants the user to be an authorised clinician, which is not checked here",
    /// A copy of the consent in another language, which is not read.
    NotRead = "holds the consent once more in a language that is not read",
    /// Test data.
    TestData = "is marked as test data",
    /// A period alone: published examples mean that data of that time is withheld.
    OnlyPeriod = "says when requests are made, not when data is from: that would be dataPeriod",
    /// Data from before the consent.
    EarlierData = "does not by itself tell whether data from before the consent is meant",
}

/// A concern, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The element, as FHIRPath.
    pub path: String,
    /// What there is to look at.
    pub concern: Concern,
}

impl fmt::Display for Warning {
    /// `Consent.provision.action[0]: …`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.concern)
    }
}
