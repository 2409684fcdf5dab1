//! The demo tells the truth: on the carried bundle, on real data, and about a tool that misbehaves.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "../../examples/demo/main.rs"]
#[allow(
    dead_code,
    reason = "some of it is for the example's main and table only"
)]
mod demo;

mod bundle;
mod charts;
mod consent;
mod grant;
mod labels;
#[cfg(unix)]
mod misbehaving;
mod monitor;
#[cfg(unix)]
mod otherwise;
mod reading;
#[cfg(unix)]
mod relays;
mod signals;
mod study;

use demo::options::Options;
use demo::records::Rest;
use std::path::{Path, PathBuf};

const TOOL: &str = env!("CARGO_BIN_EXE_hippocrypt");

/// A file of the repository.
fn ours(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of the data that lie beside the repository; without them the test is skipped.
fn shared(path: &str) -> Option<PathBuf> {
    let path = ours("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no ../shared");
    None
}

/// The demo's report on its second act on some data, with the built tool or another.
fn run(tool: &Path, data: &Path) -> Result<demo::report::Report, String> {
    run_asserting(tool, data, None)
}

/// As [`run`], where whoever runs the demo asserts a confidentiality of what nobody else labelled.
fn run_asserting(
    tool: &Path,
    data: &Path,
    conf: Option<&str>,
) -> Result<demo::report::Report, String> {
    let conf = conf.map(str::to_owned);
    demo::run(&options(tool, data, Rest { conf, sens: None }))
}

/// The third act, where whoever runs the demo asserts this of what nobody else labelled.
fn run_grant(tool: &Path, data: &Path, rest: Rest) -> Result<demo::grant::story::Story, String> {
    demo::run_grant(&options(tool, data, rest))
}

fn options(tool: &Path, data: &Path, rest: Rest) -> Options {
    let labels = data.with_file_name("labels.json");
    let consent = data.with_file_name("consent.json");
    Options {
        labels: labels.is_file().then_some(labels),
        consent: consent.is_file().then_some(consent),
        ecg: None,
        rest,
        data: data.into(),
        json: true,
        jobs: 2,
        tool: tool.into(),
    }
}

/// The second act's numbers.
fn report(tool: &Path, data: &Path) -> Result<serde_json::Value, String> {
    Ok(run(tool, data)?.value())
}
