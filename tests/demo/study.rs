//! The fifth act: what the proof covers, and what is refused.

use super::demo::records::Rest;
use super::demo::study::Study;
use super::{TOOL, demo, options, ours};
use serde_json::json;
use std::path::Path;
use std::sync::OnceLock;

pub fn carried() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    STUDY.get_or_init(|| {
        let data = ours("examples/data/bundle.json");
        demo::run_study(&options(Path::new(TOOL), &data, Rest::default())).unwrap()
    })
}

#[test]
fn a_proof_covers_what_was_consented_to_and_nothing_else() {
    const NONE: &[String] = &[];
    assert_eq!(carried().problems(), NONE);
    let told = carried().value();
    assert_eq!(told["covered"], json!([[1, 1], [1, 2]]));
    let refusals = told["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 5);
    assert!(refusals.iter().all(|it| it["error"] == it["expected"]));
    assert!(
        carried()
            .table()
            .lines()
            .all(|line| line.chars().count() <= 110)
    );
}
