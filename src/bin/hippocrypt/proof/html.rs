//! One page for an ethics board, which needs nothing from elsewhere.

use std::fmt::Write;

use hippocrypt::proof::Coverage;

use super::relied::{Found, Relied, pseudonym, reason};
use crate::values;

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em;\
color:#222}table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3em .6em;\
text-align:left;vertical-align:top}.no{background:#fde8e8}.yes{background:#e8f6e8}code{font-size:90%}";

/// What the page does not show, whatever it says above.
const LIMITS: [&str; 6] = [
    "It names no patient, and cannot be asked for one.",
    "That a record is about the patient who consented is the word of the custodian who sealed it.",
    "Who counts as a patient was decided by the registry that enrolled them.",
    "Pseudonyms do not count people: a patient can give several consents, and each has its own.",
    "A consent revoked after the time of its proof shows as given; it was in force then.",
    "Whoever made the keys of proofs alone, or all parties of a ceremony together, can make proofs \
of consents that nobody gave.",
];

/// The page.
pub fn page(relied: &Relied, found: &Found) -> String {
    let request = relied.asked.request();
    let mut body = String::new();
    heading(&mut body, relied, found);
    let rows = [
        ("Study", escape(&request.study)),
        ("Purposes", escape(&request.purposes.join(", "))),
        ("Action", escape(&request.action)),
        ("Kinds of records", buckets(relied)),
        ("Verifier's key", code(&request.verifier.to_bytes())),
        ("Request", code(relied.asked.digest())),
        ("Registry's key", code(&relied.registry.to_bytes())),
        ("Keys of proofs", code(&relied.key.key().digest())),
        ("Made by", escape(&relied.provenance())),
    ];
    body += "<h2>What was asked, and of whom</h2><table>";
    for (name, value) in rows {
        put(
            &mut body,
            format_args!("<tr><th>{name}</th><td>{value}</td></tr>"),
        );
    }
    body += "</table>";
    proofs(&mut body, found);
    if let Found::Records(_) = found {
        records(&mut body, found);
    }
    body += "<h2>What this does not show</h2><ul>";
    for limit in LIMITS {
        put(&mut body, format_args!("<li>{limit}</li>"));
    }
    body += "</ul>";
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta \
http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
<title>Proofs of consent</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )
}

fn heading(body: &mut String, relied: &Relied, found: &Found) {
    *body += "<h1>Proofs of consent</h1>";
    match found {
        Found::Someone(proofs) => {
            let right = proofs.iter().filter(|it| it.is_ok()).count();
            put(
                body,
                format_args!(
                    "<p>{right} of {} proofs are right. Each shows that someone enrolled \
consented, and nothing about whom a record is of.</p>",
                    proofs.len()
                ),
            );
        }
        Found::Records(found) => {
            let covered = found.covered();
            put(
                body,
                format_args!(
                    "<p>Of {} records {covered} are covered by a consent in force, and {} are \
not.</p>",
                    relied.records.len(),
                    relied.records.len() - covered
                ),
            );
        }
    }
}

fn proofs(body: &mut String, found: &Found) {
    *body +=
        "<h2>Proofs</h2><table><tr><th>Proof</th><th>At</th><th>Pseudonym</th><th>Result</th></tr>";
    for (place, proof) in found.proofs().iter().enumerate() {
        let number = place + 1;
        match proof {
            Ok(proof) => put(
                body,
                format_args!(
                    "<tr class=\"yes\"><td>{number}</td><td>{}</td><td><code>{}</code></td>\
<td>right</td></tr>",
                    values::moment(proof.inputs().now),
                    pseudonym(proof)
                ),
            ),
            Err(error) => put(
                body,
                format_args!(
                    "<tr class=\"no\"><td>{number}</td><td></td><td></td><td>refused: {}</td></tr>",
                    escape(&error.to_string())
                ),
            ),
        }
    }
    *body += "</table>";
}

fn records(body: &mut String, found: &Found) {
    let Found::Records(found) = found else {
        return;
    };
    *body += "<h2>Records</h2><p>Numbered in the order in which they were given.</p><table><tr>\
<th>Record</th><th>Covered</th><th>By proof, or why not</th></tr>";
    for row in found.rows() {
        let number = row.record + 1;
        match &row.coverage {
            Coverage::Covered(place) => put(
                body,
                format_args!(
                    "<tr class=\"yes\"><td>{number}</td><td>yes</td><td>{}</td></tr>",
                    place + 1
                ),
            ),
            other => put(
                body,
                format_args!(
                    "<tr class=\"no\"><td>{number}</td><td>no</td><td>{}</td></tr>",
                    escape(&reason(other).unwrap_or_default())
                ),
            ),
        }
    }
    *body += "</table>";
}

fn buckets(relied: &Relied) -> String {
    let buckets = relied.asked.request().buckets.iter();
    let lines: Vec<String> = buckets.map(|it| escape(&it.to_string())).collect();
    lines.join("<br>")
}

fn code(bytes: &[u8; 32]) -> String {
    format!("<code>{}</code>", values::hex(bytes))
}

fn put(body: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = body.write_fmt(text);
}

/// Text as it stands in HTML.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            other => safe.push(other),
        }
    }
    safe
}
