//! The fourth act: what the daughter and the recovered key open of the monitor's sessions, and what a
//! tool that does otherwise is told.

use super::demo::monitor::Night;
use super::demo::monitor::recording::{FRAME, RATE, Recording, format_212, synthetic};
use super::demo::records::Rest;
use super::{TOOL, demo, options, ours, shared};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::OnceLock;

const NONE: &[String] = &[];

fn night(tool: &Path, ecg: Option<&Path>) -> Night {
    let data = ours("examples/data/bundle.json");
    let mut options = options(tool, &data, Rest::default());
    options.ecg = ecg.map(Path::to_owned);
    demo::run_monitor(&options).unwrap()
}

pub fn carried() -> &'static Night {
    static NIGHT: OnceLock<Night> = OnceLock::new();
    NIGHT.get_or_init(|| night(Path::new(TOOL), None))
}

#[test]
fn the_daughter_and_the_recovered_key_open_every_whole_frame() {
    assert_eq!(carried().problems(), NONE);
    let told = carried().value();
    let session = |name: &str, frames: u64, status: &str, at: usize| {
        json!({"record": name, "frames": frames, "status": status, "carer_opened": frames,
            "recovered_opened": frames, "bytes_after": told["sessions"][at]["bytes_after"]})
    };
    let sessions = [
        session("session-1", 18, "ended", 0),
        session("session-2", 2, "interrupted", 1),
    ];
    assert_eq!(told["sessions"], json!(sessions));
    for (name, expected) in [
        ("one_relay", 308),
        ("one_trustee", 320),
        ("frame_bytes", 14_400),
    ] {
        assert_eq!(told[name], expected, "{name}");
    }
    // Numbers before each frame, and a tag and a signature behind it.
    let bytes = told["sessions"][0]["bytes_after"].as_u64().unwrap();
    let body = 18 * (9 + FRAME as u64 + 16 + 64) + 37 + 64;
    assert!((body + 500..body + 900).contains(&bytes), "{bytes}");
}

#[test]
fn it_is_told_in_narrow_lines_with_where_the_recording_is_from() {
    let table = carried().table();
    for line in table.lines() {
        assert!(line.chars().count() <= 110, "{line}");
    }
    assert!(table.contains("synthetic"));
    assert_eq!(carried().value()["synthetic"], true);
    let row = |begin: &str| {
        let line = table.lines().find(|line| line.starts_with(begin)).unwrap();
        let cells = line.split_whitespace().rev().take(3).map(str::to_owned);
        cells.collect::<Vec<_>>()
    };
    assert_eq!(row("session-1"), ["18", "18", "ended"]);
    assert_eq!(row("session-2"), ["2", "2", "interrupted"]);
    assert!(table.contains("(error 308)") && table.contains("(error 320)"));
    assert!(table.contains("ms to seal a frame"));
}

#[test]
fn the_synthetic_recording_is_the_same_every_time_and_looks_like_a_heart() {
    let all = synthetic(60 * RATE);
    assert_eq!(all, synthetic(60 * RATE));
    assert!(synthetic(61 * RATE).starts_with(&all));
    // R waves: where the first lead crosses one millivolt upwards.
    let high = |sample: &[i16; 2]| sample[0] > 1024 + 180;
    let beats = all.windows(2).filter(|it| !high(&it[0]) && high(&it[1]));
    assert!((68..=77).contains(&beats.count()));
    assert!(all.iter().flatten().all(|it| (800..1400).contains(it)));
    let recording = Recording::read(None, 3).unwrap();
    assert_eq!(recording.bytes.len(), 3 * FRAME);
    assert_eq!(recording.bytes[..2], all[0][0].to_be_bytes());
}

#[test]
fn format_212_is_read() {
    assert_eq!(format_212(&[0xe3, 0x33, 0xf3]), [[995, 1011]]);
    assert_eq!(
        format_212(&[0xff, 0x7f, 0xff, 0x00, 0x88, 0x00]),
        [[-1, 2047], [-2048, -2048]]
    );
    assert_eq!(format_212(&[1, 2]), [[0; 2]; 0]);
    let Some(path) = shared("data/telemetry/100.dat") else {
        return;
    };
    let all = format_212(&std::fs::read(path).unwrap());
    // What its header says: how many samples, the first ones, and their sums in 16 bits.
    assert_eq!((all.len(), all[0]), (650_000, [995, 1011]));
    let sum = |lead: usize| all.iter().fold(0_i16, |sum, it| sum.wrapping_add(it[lead]));
    assert_eq!((sum(0), sum(1)), (-22_131, 20_052));
}

#[test]
fn a_real_recording_goes_the_same_way() {
    let Some(path) = shared("data/telemetry/100.dat") else {
        return;
    };
    let night = night(Path::new(TOOL), Some(&path));
    assert_eq!(night.problems(), NONE);
    let told = night.value();
    assert_eq!(told["recording"], "PhysioNet file 100.dat");
    assert_eq!(told["synthetic"], false);
    assert_eq!(told["sessions"][0]["carer_opened"], 18);
}

#[test]
fn a_recording_that_is_too_short_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), [0; 3000]).unwrap();
    assert!(Recording::read(Some(file.path()), 1).is_err());
    assert!(Recording::read(Some(Path::new("nowhere")), 1).is_err());
}

/// The built tool, changed by `monitor.sh` in the way that its name says.
#[cfg(unix)]
#[track_caller]
fn found_out(behaviour: &str, reason: &str) {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let tool = folder.path().join(behaviour);
    symlink(ours("tests/demo/monitor.sh"), &tool).unwrap();
    symlink(TOOL, folder.path().join("real")).unwrap();
    let night = night(&tool, None);
    let problems = night.problems();
    assert!(
        problems.iter().any(|it| it.contains(reason)),
        "{problems:?}"
    );
    let table = night.table();
    assert!(table.contains(" PROBLEMS:\n  "), "{table}");
    assert!(!table.contains("All went as it should"), "{table}");
    assert_ne!(night.value()["problems"], Value::Array(vec![]));
}

#[cfg(unix)]
#[test]
fn a_tool_that_does_otherwise_is_found_out() {
    found_out("adds-a-byte", "the daughter opened other bytes");
    found_out("hides-the-missing-end", "session-2: the patient got");
    found_out("needs-one-relay", "one relay was enough");
    found_out("needs-one-trustee", "one trustee was enough");
}
