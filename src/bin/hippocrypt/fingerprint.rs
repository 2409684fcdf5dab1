//! `fingerprint`.

use std::ffi::OsStr;

use hippocrypt::abe::AuthorityPublic;
use hippocrypt::keys::{self, SignerPublic};
use hippocrypt::policy::Schema;
use hippocrypt::pre::{Carer, PatientProfile, RecipientPublic, RelayPublic, Succession};
use hippocrypt::{Error, Result};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::{Value, json};

use crate::args::Fingerprint;
use crate::failure::{Outcome, Role};
use crate::{carer, files, report, schema, values};

/// What one file says.
struct Shown {
    kind: &'static str,
    name: String,
    fingerprint: keys::Fingerprint,
    schema: Option<Schema>,
    /// The id of an authority, which stands in its keys and records.
    authority: Option<String>,
    /// Who may sign for a patient.
    carers: Vec<Carer>,
}

/// Shows fingerprints.
pub fn run(args: &Fingerprint) -> Outcome<()> {
    // All files are read before anything is printed.
    let shown = args
        .files
        .iter()
        .map(|path| read(path))
        .collect::<Outcome<Vec<_>>>()?;
    if args.json {
        return report::json(&json!({ "files": shown.iter().map(value).collect::<Vec<_>>() }));
    }
    let mut text = String::new();
    for (
        path,
        Shown {
            kind,
            name,
            fingerprint,
            schema,
            authority,
            carers,
        },
    ) in args.files.iter().zip(&shown)
    {
        let path = path.to_string_lossy();
        let words = fingerprint.to_words();
        let named = if name.is_empty() && matches!(*kind, "patient" | "succession") {
            String::new()
        } else {
            format!(" \"{name}\"")
        };
        text.push_str(&format!(
            "{path}: {kind}{named}\n  {words}\n  {fingerprint}\n"
        ));
        if let Some(authority) = authority {
            text.push_str(&format!("  authority {authority}\n"));
        }
        for carer in carers {
            text.push_str(&format!("{}\n", carer::line(carer)));
        }
        if let Some(schema) = schema {
            text.push_str(&format!("  schema: {}\n", schema::summary(schema)));
        }
        if args.qr {
            text.push_str(&picture(*fingerprint)?);
        }
    }
    report::print(&text)
}

fn read(path: &OsStr) -> Outcome<Shown> {
    let bytes = files::public(path, "FILE")?;
    // The kind stands in the file: what is none of these is refused as of another kind.
    let mut refusal = None;
    for reader in [authority, signer, patient, recipient, relay, succession] {
        match reader(&bytes) {
            Err(Error::Kind(found)) => refusal = Some(Error::Kind(found)),
            read => return read.role("FILE"),
        }
    }
    Err(refusal.unwrap_or(Error::Magic)).role("FILE")
}

fn authority(bytes: &[u8]) -> Result<Shown> {
    AuthorityPublic::from_bytes(bytes).map(|public| Shown {
        kind: "authority",
        name: public.name().to_owned(),
        fingerprint: public.fingerprint(),
        schema: public.schema().cloned(),
        authority: Some(values::hex(public.id().as_bytes())),
        carers: Vec::new(),
    })
}

fn signer(bytes: &[u8]) -> Result<Shown> {
    SignerPublic::from_bytes(bytes)
        .map(|public| Shown::of("signer", public.name(), public.fingerprint()))
}

fn patient(bytes: &[u8]) -> Result<Shown> {
    PatientProfile::from_bytes(bytes).map(|profile| Shown {
        carers: profile.carers().to_vec(),
        ..Shown::of("patient", "", profile.fingerprint())
    })
}

fn recipient(bytes: &[u8]) -> Result<Shown> {
    RecipientPublic::from_bytes(bytes)
        .map(|public| Shown::of("recipient", public.name(), public.fingerprint()))
}

fn relay(bytes: &[u8]) -> Result<Shown> {
    RelayPublic::from_bytes(bytes)
        .map(|public| Shown::of("relay", public.name(), public.fingerprint()))
}

fn succession(bytes: &[u8]) -> Result<Shown> {
    Succession::from_bytes(bytes).map(|it| Shown::of("succession", "", it.fingerprint()))
}

impl Shown {
    fn of(kind: &'static str, name: &str, fingerprint: keys::Fingerprint) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            fingerprint,
            schema: None,
            authority: None,
            carers: Vec::new(),
        }
    }
}

fn value(shown: &Shown) -> Value {
    json!({
        "kind": shown.kind,
        "claimed_name": shown.name,
        "fingerprint": shown.fingerprint.to_string(),
        "words": shown.fingerprint.to_words(),
        "qr_text": shown.fingerprint.to_qr_text(),
        "authority": shown.authority,
        "schema": shown.schema.as_ref().map(schema::value),
        "carers": shown.carers.iter().map(carer::value).collect::<Vec<_>>(),
    })
}

fn picture(fingerprint: keys::Fingerprint) -> Outcome<String> {
    let code = QrCode::new(fingerprint.to_qr_text()).map_err(|_| Error::TooLarge("QR code"))?;
    // Terminals are dark more often than not: their light blocks are the light squares.
    let drawn = code
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .build();
    Ok(format!("{drawn}\n"))
}
