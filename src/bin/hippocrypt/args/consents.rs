//! Flags of the commands about consents.

use std::ffi::OsString;

use clap::{ArgGroup, Args};

use super::{Telling, Unlock};

/// How FHIR consents are read: what a document does not say itself.
#[derive(Args)]
pub struct HowRead {
    /// Meaning of nested provisions: r4-typed, pcf-1.1, r5-negate or mii-2025. FHIR does not say,
    /// so a FHIR consent needs it
    #[arg(long, value_name = "READING")]
    pub reading: Option<OsString>,
    /// Directory with the resources that a consent may point at: every *.json in it
    #[arg(long, value_name = "DIR", requires = "reading")]
    pub context: Option<OsString>,
    /// What relative references lie below, as https://example.org/fhir
    #[arg(long, value_name = "URL", requires = "reading")]
    pub base: Option<OsString>,
    /// Zone in which days begin and end, as +01:00 [default: UTC]
    #[arg(
        long,
        value_name = "ZONE",
        requires = "reading",
        allow_hyphen_values = true
    )]
    pub zone: Option<OsString>,
    /// Whether one of several purposes is enough: any-of or all-of [default: any-of]
    #[arg(long, value_name = "MODE", requires = "reading")]
    pub purpose_mode: Option<OsString>,
    /// FHIR R5: each level of provisions reverses the one above it, also from the second on
    #[arg(long, requires = "reading")]
    pub accept_alternation: bool,
}

/// The vocabulary.
#[derive(Args)]
pub struct Words {
    /// Vocabulary that codes are taken from [default: hv1]
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<OsString>,
}

/// Compile a FHIR Consent to Terms: exactly what will be enforced.
///
/// What can't be enforced, or has no agreed meaning, is refused with its place; nothing is
/// skipped. What has no effect on a decision is listed.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt consent compile --reading pcf-1.1 --base https://example.org/fhir -o terms.hct consent.json")]
pub struct ConsentCompile {
    #[command(flatten)]
    pub how: HowRead,
    #[command(flatten)]
    pub words: Words,
    /// Print only the residual rules of IHE PCF, as one JSON array
    #[arg(long, conflicts_with_all = ["json", "quiet"])]
    pub residual: bool,
    /// Write the Terms here too; they are personal (mode 0600; `-`: standard output, and only
    /// the Terms)
    #[arg(long, short, value_name = "FILE", conflicts_with = "residual")]
    pub output: Option<OsString>,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
    /// The Consent (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Say in plain words what a consent permits and forbids, for whom, until when, and what nobody
/// can enforce.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt consent explain --reading pcf-1.1 --zone +01:00 consent.json
  hippocrypt consent explain --for carer terms.hct")]
pub struct ConsentExplain {
    /// Who reads it: patient or carer
    #[arg(long = "for", value_name = "READER", default_value = "patient")]
    pub audience: OsString,
    /// Table with the phrases of another language [default: English]
    #[arg(long, value_name = "FILE")]
    pub phrases: Option<OsString>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub how: HowRead,
    #[command(flatten)]
    pub words: Words,
    /// A FHIR Consent, or Terms (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Decide a request under a patient's consents, as if there were no encryption.
///
/// Exits with 0 only when the answer is PERMIT. If one of the consents can't be read there is no
/// answer: the others do not decide without it.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt consent decide --request request.json --reading pcf-1.1 consent.json older.hct

A request is a JSON object:
  {\"patient\": \"https://example.org/Patient/ada\", \"time\": \"2026-11-25T12:00:00Z\",
   \"recipient\": {\"prac\": [], \"org\": [\"npi:1234567893\"]}, \"purposes\": [\"TREAT\"],
   \"record\": {\"type\": \"Observation\", \"date\": \"2026-03\", \"labels\": [\"conf=N\", \"sens.none=hv1\"]}}
What it leaves out stays open: no permission is read into it.")]
pub struct ConsentDecide {
    /// The request
    #[arg(long, value_name = "FILE")]
    pub request: OsString,
    /// What holds where consents contradict each other: deny-overrides, newest-wins or refuse
    #[arg(long, value_name = "RULE", default_value = "deny-overrides")]
    pub conflict: OsString,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Write the decision as a FHIR AuditEvent (IHE BALP: AuthZconsent) before it is printed; needs --user, --client, --server, --consent
    #[arg(
        long,
        value_name = "FILE",
        requires = "user",
        requires = "client",
        requires = "server",
        requires = "consent"
    )]
    pub audit: Option<OsString>,
    /// With --audit: the version of FHIR, r4 or r5
    #[arg(long, value_name = "VERSION", default_value = "r4")]
    pub fhir: OsString,
    /// With --audit: the FHIR reference of who asks
    #[arg(long, value_name = "REFERENCE", requires = "audit")]
    pub user: Option<OsString>,
    /// With --audit: that of the program which asks for them
    #[arg(long, value_name = "REFERENCE", requires = "audit")]
    pub client: Option<OsString>,
    /// With --audit: that of the service which decides
    #[arg(long, value_name = "REFERENCE", requires = "audit")]
    pub server: Option<OsString>,
    /// With --audit: that of a consent, with its version; give it once for each
    #[arg(long, value_name = "REFERENCE", requires = "audit")]
    pub consent: Vec<OsString>,
    /// With --audit: replace an existing file
    #[arg(long, requires = "audit")]
    pub force: bool,
    #[command(flatten)]
    pub how: HowRead,
    #[command(flatten)]
    pub words: Words,
    /// The consents: FHIR Consents, Terms, or some of each
    #[arg(value_name = "FILE", required = true)]
    pub inputs: Vec<OsString>,
}

/// Sign a consent as the patient, or as a guardian or attorney whom the patient's profile names.
///
/// What is signed are the Terms: what they say is printed in plain words.
#[derive(Args)]
#[command(group = ArgGroup::new("signer").required(true))]
#[command(after_help = "\
Examples:
  hippocrypt consent sign --patient-key ada.key -o signed.hc terms.hct
  hippocrypt consent sign --carer-key ben.key --patient ada.pub -o signed.hc terms.hct")]
pub struct ConsentSign {
    /// The patient's key
    #[arg(long, value_name = "FILE", group = "signer")]
    pub patient_key: Option<OsString>,
    /// The signing key of a guardian or attorney
    #[arg(long, value_name = "FILE", group = "signer", requires = "patient")]
    pub carer_key: Option<OsString>,
    /// The patient's profile
    #[arg(long, value_name = "FILE")]
    pub patient: Option<OsString>,
    /// The signed consent; it is personal (mode 0600)
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub how: HowRead,
    #[command(flatten)]
    pub words: Words,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// A FHIR Consent, or Terms (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Check who signed a consent, and that it was made from a document.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt consent verify --patient ada.pub --document consent.json -o terms.hct signed.hc")]
pub struct ConsentVerify {
    /// The patient's profile
    #[arg(long, value_name = "FILE")]
    pub patient: OsString,
    /// When the consent was first seen, as 2026-11-25T12:00:00Z: a carer must have been one then
    /// [default: now]
    #[arg(long, value_name = "TIME")]
    pub received: Option<OsString>,
    /// The document that the Terms must have been made from
    #[arg(long, value_name = "FILE")]
    pub document: Option<OsString>,
    /// Write the Terms here (mode 0600)
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<OsString>,
    /// Replace the output if it exists
    #[arg(long, requires = "output")]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
    /// The signed consent
    #[arg(value_name = "FILE")]
    pub input: OsString,
}
