//! `fingerprint`.

use std::ffi::OsStr;

use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::keys::{self, SignerPublic};
use hippocrypt::policy::Schema;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::{Value, json};

use crate::args::Fingerprint;
use crate::failure::{Outcome, Role};
use crate::{files, report, schema, values};

/// What one file says.
struct Shown {
    kind: &'static str,
    name: String,
    fingerprint: keys::Fingerprint,
    schema: Option<Schema>,
    /// The id of an authority, which stands in its keys and records.
    authority: Option<String>,
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
        },
    ) in args.files.iter().zip(&shown)
    {
        let path = path.to_string_lossy();
        let words = fingerprint.to_words();
        text.push_str(&format!(
            "{path}: {kind} \"{name}\"\n  {words}\n  {fingerprint}\n"
        ));
        if let Some(authority) = authority {
            text.push_str(&format!("  authority {authority}\n"));
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
    // The kind stands in the file: what is neither is refused as of another kind.
    match AuthorityPublic::from_bytes(&bytes) {
        Ok(public) => Ok(Shown {
            kind: "authority",
            name: public.name().to_owned(),
            fingerprint: public.fingerprint(),
            schema: public.schema().cloned(),
            authority: Some(values::hex(public.id().as_bytes())),
        }),
        Err(Error::Kind(_)) => {
            let public = SignerPublic::from_bytes(&bytes).role("FILE")?;
            Ok(Shown {
                kind: "signer",
                name: public.name().to_owned(),
                fingerprint: public.fingerprint(),
                schema: None,
                authority: None,
            })
        }
        Err(error) => Err(error).role("FILE"),
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
