//! Images and ECGs are bytes like any other: they come back unchanged, and only to those who may.

use super::demo::hospital::found;
use super::demo::tool::{Tool, arguments};
use super::{TOOL, shared};
use std::fs;
use std::path::{Path, PathBuf};

/// Files of `folder` with this extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = all
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

/// Seals each file for cardiologists: the cardiologist gets its bytes, the dentist no file.
fn come_back_unchanged(files: &[PathBuf]) {
    let folder = tempfile::tempdir().unwrap();
    let tool = Tool::new(Path::new(TOOL));
    let hospital = found(&tool, folder.path()).unwrap();
    let [cardiologist, dentist, ..] = hospital.keys.as_slice() else {
        panic!("two keys")
    };
    for (number, file) in files.iter().enumerate() {
        let name = format!("recording-{number}");
        let (envelope, opened, refused) = (
            folder.path().join(format!("{name}.hippo")),
            folder.path().join(&name),
            folder.path().join(format!("{name}-no")),
        );
        tool.must(arguments![
            "seal",
            "--authority",
            &hospital.authority,
            "--policy",
            "role=cardiologist",
            "--label",
            "type=Media",
            "--record",
            &name,
            "--sign",
            &hospital.signer,
            "-o",
            &envelope,
            file,
        ])
        .unwrap();
        let original = fs::read(file).unwrap();
        let added = fs::metadata(&envelope).unwrap().len() - original.len() as u64;
        assert!(
            added < 2500 + original.len() as u64 / 1000,
            "{name}: {added} bytes more"
        );
        tool.must(arguments![
            "open",
            "--key",
            cardiologist,
            "--from",
            &hospital.sender,
            "-o",
            &opened,
            &envelope
        ])
        .unwrap();
        assert!(fs::read(&opened).unwrap() == original, "{name} changed");
        let answer = tool
            .call(arguments![
                "open", "--key", dentist, "-o", &refused, &envelope
            ])
            .unwrap();
        assert_eq!(
            (answer.status, answer.error, refused.exists()),
            (Some(1), Some(204), false)
        );
    }
}

#[test]
fn dicom_images_and_waveforms() {
    let Some(folder) = shared("data/dicom") else {
        return;
    };
    let files = files(&folder, "dcm");
    assert_eq!(files.len(), 4);
    come_back_unchanged(&files);
}

#[test]
fn ecg_recordings() {
    let Some(folder) = shared("data/telemetry") else {
        return;
    };
    let files = files(&folder, "dat");
    assert_eq!(files.len(), 2);
    come_back_unchanged(&files);
}
