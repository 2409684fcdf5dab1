//! Holds resources to the models of an independent package.

use hippocrypt::fhir::Json;
use std::path::Path;
use std::process::Command;

/// What the models find wrong; `None` if the package is not there.
fn validate(name: &str, resources: &[(&str, Json)]) -> Option<Result<(), String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = if cfg!(windows) { "Scripts" } else { "bin" };
    let python = root.join("target/reference").join(place).join("python");
    let usable = Command::new(&python)
        .args(["-c", "import fhir.resources"])
        .output();
    if !usable.is_ok_and(|it| it.status.success()) {
        println!("skipped: no Python with the packages of tests/reference/requirements.txt");
        return None;
    }
    let list = resources.iter();
    let list = list.map(|(version, it)| Json::array([Json::string(version), it.clone()]));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, Json::array(list).to_string()).unwrap();
    let ran = Command::new(&python)
        .args([
            "-B".as_ref(),
            root.join("tests/border/validate.py").as_os_str(),
        ])
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    if ran.status.success() && said.trim() == resources.len().to_string() {
        return Some(Ok(()));
    }
    let complaint = String::from_utf8_lossy(&ran.stderr);
    Some(Err(format!("{said}{complaint}")))
}

/// All are lawful, and none is any more with a member that FHIR does not know.
pub fn check(name: &str, resources: &[(&str, Json)]) {
    let Some(found) = validate(&format!("{name}.json"), resources) else {
        return;
    };
    assert_eq!(found, Ok(()), "{name}");
    let (version, Json::Object(members)) = &resources[0] else {
        panic!("a resource is an object");
    };
    let mut members = members.to_vec();
    members.push(("hippocrypt".into(), Json::Bool(true)));
    let other = [(*version, Json::Object(members.into()))];
    let found = validate(&format!("{name}-other.json"), &other).unwrap();
    assert!(found.unwrap_err().contains("hippocrypt"));
}
