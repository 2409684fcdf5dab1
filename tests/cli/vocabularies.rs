//! Vocabularies: shown, extended, and used by grants.

use serde_json::json;

use super::grants::{UNTIL, grant, people, seal};
use super::support::Place;

const ADDITIONS: &[u8] = b"\
section sens
HEPC STD pinned hepatitis C
source http://clinic.example/codes 2 CC0-1.0 Clinic
";

fn clinic(place: &Place) {
    place.write("additions.txt", ADDITIONS);
    place
        .run("vocabulary extend --id hv1+clinic -o clinic.txt additions.txt")
        .ok();
}

#[test]
fn what_a_vocabulary_holds() {
    let place = Place::new();
    let ran = place.run("vocabulary show").ok();
    for part in [
        "vocabulary    hv1\nSHA-256       ",
        "pinned        44 sensitivity codes by sens.none=hv1\n",
        "choice        mental-health (mental health): BH, COGN, DVD, EMOTDIS, MH, PSY, PSYTHPN\n",
        "(CC-BY-4.0)\n",
    ] {
        assert!(ran.text().contains(part), "{part}: {}", ran.text());
    }
    let value = place.run("vocabulary show --json").ok().json();
    assert_eq!(value["id"], "hv1");
    assert_eq!(value["based_on"], json!([]));
    assert_eq!(value["sections"]["type"]["codes"], 182);
    assert_eq!(
        value["presets"]["substance-use"]["codes"],
        json!(["ETH", "ETHUD", "OPIOIDUD", "SUD"])
    );

    let ran = place.run("vocabulary show --codes purpose").ok();
    assert!(ran.text().contains("BTG  break the glass; below ETREAT\n"));
    assert!(
        ran.text()
            .contains("PurposeOfUse  purpose of use; abstract\n")
    );
    let value = place.run("vocabulary show --codes kin --json").ok().json();
    let codes = value["codes"].as_array().unwrap();
    let daughter = codes.iter().find(|it| it["code"] == "DAU").unwrap();
    assert_eq!(daughter["parents"], json!(["DAUC", "NCHILD"]));
    place.refuses(1, "vocabulary show --codes preset");
    place.refuses(501, "vocabulary show missing");
    place.misused("vocabulary");
    place.misused("vocabulary show a b");
}

#[test]
fn codes_of_ones_own() {
    let place = Place::new();
    clinic(&place);
    let carried = place.run("vocabulary show --json").ok().json();
    let value = place.run("vocabulary show --json clinic.txt").ok().json();
    assert_eq!(value["id"], "hv1+clinic");
    assert_eq!(
        value["based_on"],
        json!([{"id": "hv1", "sha256": carried["sha256"]}])
    );
    assert_eq!(value["pinned"].as_array().unwrap().len(), 45);
    let ran = place.run("vocabulary show clinic.txt").ok();
    let line = format!(
        "based on      hv1, {}\n",
        carried["sha256"].as_str().unwrap()
    );
    assert!(ran.text().contains(&line), "{}", ran.text());

    let again = "vocabulary extend --id hv1+clinic -o clinic.txt additions.txt";
    place.refuses(502, again);
    let report = place.run(&format!("{again} --force --json")).ok().json();
    assert_eq!(report["sha256"], value["sha256"]);
    assert_eq!(report["warnings"], json!([]));
    let piped = place
        .run("vocabulary extend --id hv1+clinic -o - additions.txt")
        .ok();
    assert_eq!(piped.out, place.read("clinic.txt"));

    place.refuses(
        120,
        "vocabulary extend --base clinic.txt --id hv1 -o x additions.txt",
    );
    place.write(
        "typo.txt",
        b"section sens\nsource http://clinic.example/codes 2 CC0-1.0 Clinic\nHEPC STDS - x\n",
    );
    let error = place.refuses(120, "vocabulary extend --id x -o x typo.txt");
    assert!(
        error.contains("ADDITIONS: vocabulary refused at line 3"),
        "{error}"
    );
    let mut changed = place.read("clinic.txt");
    let at = changed.iter().position(|byte| *byte == b'\n').unwrap();
    changed[at + 10] ^= 1;
    place.write("changed.txt", &changed);
    place.refuses(120, "vocabulary show changed.txt");
    place.misused("vocabulary extend -o x additions.txt");
    place.misused("vocabulary extend --id x additions.txt");
}

#[test]
fn an_added_code_does_not_open_what_was_marked_before() {
    let place = people();
    clinic(&place);
    let of = |vocabulary: &str, code: &str, directory: &str| {
        let policy = format!("--policy 'type=Observation and not sens={code}'");
        grant(
            &place,
            &format!("{policy} --vocabulary {vocabulary} {UNTIL}"),
            directory,
        )
    };
    of("clinic.txt", "HEPC", "HEPC").ok();
    of("clinic.txt", "HIV", "HIV").ok();
    of("hv1", "HIV", "OLD").ok();
    assert_eq!(of("hv1", "HEPC", "X").refused(), 201);
    let twice = of("hv1 --vocabulary clinic.txt", "HIV", "X");
    assert_eq!(twice.refused(), 5);

    for (record, labels, opens) in [
        ("old", "--label sens.none=hv1", ["HIV", "OLD"].as_slice()),
        ("new", "--label sens.none=hv1+clinic", &["HEPC", "HIV"]),
        (
            "positive",
            "--label sens=HEPC --label sens.not=HIV",
            &["HIV", "OLD"],
        ),
        ("unmarked", "", &[]),
    ] {
        seal(
            &place,
            record,
            &format!("--label type=Observation {labels}"),
        );
        for directory in ["HEPC", "HIV", "OLD"] {
            let ran = place.run(&format!(
                "request new --key study.key --grant {directory}/grant.hg -o q --force {record}.hippo"
            ));
            let granted = opens.contains(&directory);
            assert_eq!(
                ran.code == Some(0),
                granted,
                "{record} {directory}: {}",
                ran.err
            );
            if !granted {
                assert_eq!(ran.refused(), 204);
            }
        }
    }
}
