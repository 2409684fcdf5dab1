//! The consents that HL7 publishes with FHIR: npm packages that `make test` installs.

use std::path::{Path, PathBuf};

use hippocrypt::consent::Reading::{Pcf11, R4Typed, R5Negate};
use hippocrypt::fhir::NoResolver;

use super::{Row, holds, row};

/// R4, and R4B with the same files.
pub const R4: &[Row] = &[
    row(
        R4Typed,
        "Consent-consent-example-basic.json",
        "compiles",
        "opts in; the root says nothing but how long",
    ),
    row(
        R4Typed,
        "Consent-consent-example-notTime.json",
        "compiles",
        "opts in; the root says nothing but how long, although its narrative calls that time denied",
    ),
    row(
        R4Typed,
        "Consent-consent-example-Emergency.json",
        "E05 Consent.provision",
        "opts out, and nobody can tell whether the root's purpose is an exception or a scope",
    ),
    row(
        R4Typed,
        "Consent-consent-example-Out.json",
        "E05 Consent.provision",
        "opts out, and the root names the custodian without a type",
    ),
    row(
        R4Typed,
        "Consent-consent-example-grantor.json",
        "E05 Consent.provision",
        "opts out, and the root names actors and an action without a type",
    ),
    row(
        R4Typed,
        "Consent-consent-example-notAuthor.json",
        "E05 Consent.provision",
        "opts in, and the root names an actor without a type",
    ),
    row(
        R4Typed,
        "Consent-consent-example-notOrg.json",
        "E04 Consent.provision.type",
        "opts in, and the root denies",
    ),
    row(
        R4Typed,
        "Consent-consent-example-notThem.json",
        "E05 Consent.provision",
        "opts in, and means by the root, without a type, whom it denies",
    ),
    row(
        R4Typed,
        "Consent-consent-example-notThis.json",
        "E05 Consent.provision",
        "opts in, and means by the root, without a type, what it denies",
    ),
    row(
        R4Typed,
        "Consent-consent-example-pkb.json",
        "E05 Consent.provision",
        "opts out, and neither the root nor eleven provisions inside have a type",
    ),
    row(
        R4Typed,
        "Consent-consent-example-signature.json",
        "E05 Consent.provision",
        "opts in, and the root names an actor without a type",
    ),
    row(
        R4Typed,
        "Consent-consent-example-smartonfhir.json",
        "E07 Consent.provision.provision[0].type",
        "opts in and permits inside: read as an addition it would permit everything",
    ),
    row(
        Pcf11,
        "Consent-consent-example-smartonfhir.json",
        "E07 Consent.provision.provision[0].type",
        "IHE's additions need something that they add to",
    ),
    row(
        R5Negate,
        "Consent-consent-example-basic.json",
        "E11 Consent.sourceAttachment",
        "R5 has lists of sources and provisions where R4 has one of each",
    ),
];

pub const R5: &[Row] = &[
    row(
        R5Negate,
        "Consent-consent-example-basic.json",
        "compiles",
        "denies, but for a period",
    ),
    row(
        R5Negate,
        "Consent-consent-example-CDA.json",
        "E08 Consent.provision[0].provision[0]",
        "the second level would deny what the first permits to deny",
    ),
    row(
        R5Negate,
        "Consent-consent-example-Emergency.json",
        "E08 Consent.provision[0].provision[0]",
        "by alternation it denies in emergencies what the narrative permits in emergencies only",
    ),
    row(
        R5Negate,
        "Consent-consent-example-grantor.json",
        "E21 Consent.grantor[0]",
        "another Patient consents, and nothing shows that they may; a custodian stands as recipient",
    ),
    row(
        R5Negate,
        "Consent-consent-example-notAuthor.json",
        "E12 Consent.provision[0].actor[0].role",
        "the custodian stands as recipient",
    ),
    row(
        R5Negate,
        "Consent-consent-example-notOrg.json",
        "compiles",
        "permits, but for one organisation",
    ),
    row(
        R5Negate,
        "Consent-consent-example-notThem.json",
        "compiles",
        "permits, but for one practitioner",
    ),
    row(
        R5Negate,
        "Consent-consent-example-notThis.json",
        "E13 Consent.provision[0].data[0]",
        "what is related to a prescription is not among what was given",
    ),
    row(
        R5Negate,
        "Consent-consent-example-notTime.json",
        "compiles",
        "permits, but for a period",
    ),
    row(
        R5Negate,
        "Consent-consent-example-Out.json",
        "E12 Consent.provision[0].actor[0].role",
        "the custodian stands as recipient",
    ),
    row(
        R5Negate,
        "Consent-consent-example-pkb.json",
        "E08 Consent.provision[0].provision[0]",
        "eleven provisions on the second level would reverse the first",
    ),
    row(
        R5Negate,
        "Consent-consent-example-smartonfhir.json",
        "E08 Consent.provision[0].provision[0]",
        "the second level would reverse the first; a relative consents without proof",
    ),
];

/// The consents of an npm package; none if it is not installed, with a word about it.
fn package(version: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/examples")
        .join(version);
    if !folder.is_dir() {
        println!("skipped: no npm package with the examples of FHIR");
        return None;
    }
    // Beside them lie the definitions of FHIR's types.
    let consents = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("consents")
        .join(version);
    std::fs::create_dir_all(&consents).unwrap();
    for file in super::files(&folder) {
        let name = file.file_name().unwrap().to_str().unwrap();
        if name.starts_with("Consent-") {
            std::fs::copy(&file, consents.join(name)).unwrap();
        }
    }
    Some(consents)
}

#[test]
fn r4_as_published() {
    if let Some(folder) = package("r4") {
        holds(&folder, R4, &NoResolver);
    }
}

#[test]
fn r4b_as_published() {
    if let Some(folder) = package("r4b") {
        holds(&folder, R4, &NoResolver);
    }
}

#[test]
fn r5_as_published() {
    if let Some(folder) = package("r5") {
        holds(&folder, R5, &NoResolver);
    }
}
