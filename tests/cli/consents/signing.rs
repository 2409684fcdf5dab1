//! Signed consents.

use super::*;

/// A desk with a patient's key, and a guardian's and a stranger's.
fn signing() -> Place {
    let place = desk();
    place.run("patient new -o ada.key").ok();
    for name in ["ben", "eve"] {
        place
            .run(&format!("signer new --name {name} -o {name}.key"))
            .ok();
    }
    place
        .run("patient carer --key ada.key --signer ben.pub --kind guardian --until 2060-12-31")
        .ok();
    place
}

#[test]
fn the_patient_signs_and_everybody_can_check_it() {
    let place = signing();
    let ran = place
        .run(&format!(
            "consent sign --patient-key ada.key {HOW} -o signed.hc consent.json"
        ))
        .ok();
    assert!(
        ran.err
            .contains("What this consent says about your records"),
        "{}",
        ran.err
    );
    assert!(ran.err.ends_with("signed as the patient\n"), "{}", ran.err);
    #[cfg(unix)]
    assert_eq!(place.mode("signed.hc"), 0o600);
    let verify = "consent verify --patient ada.pub --document consent.json";
    let ran = place.run(&format!("{verify} -o out.hct signed.hc")).ok();
    assert!(
        ran.err.starts_with("signed by the patient\n"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("made from this document"), "{}", ran.err);
    place
        .run("consent decide --request request.json out.hct")
        .ok();
    let json = place.run(&format!("{verify} --json signed.hc")).ok().json();
    assert_eq!(
        (&json["signer"], &json["document"]),
        (&json!("patient"), &json!(true))
    );
    assert_eq!(json["subject"], ADA);
    place.refuses(502, &format!("{verify} -o out.hct signed.hc"));

    put(&place, "other.json", &change(consent(), "/id", json!("c2")));
    let other = "consent verify --patient ada.pub --document other.json";
    assert!(
        place
            .refuses(1, &format!("{other} -o x.hct signed.hc"))
            .contains("--document")
    );
    place.run("patient new -o eva.key").ok();
    place.refuses(301, "consent verify --patient eva.pub signed.hc");
    place.refuses(
        401,
        "consent verify --patient ada.pub --received 2020-01-01T00:00:00Z signed.hc",
    );
    for wrong in ["2060-01-01", "now", "2060-01-01T00:00:00"] {
        place.refuses(
            401,
            &format!("consent verify --patient ada.pub --received {wrong} signed.hc"),
        );
    }
    place.refuses(105, "consent verify --patient ada.pub terms.hct");
    place.refuses(
        502,
        "consent sign --patient-key ada.key -o signed.hc terms.hct",
    );
    place.refuses(
        1,
        "consent sign --patient-key ada.key --patient eva.pub -o x.hc terms.hct",
    );
    let mut bytes = place.read("signed.hc");
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    place.write("signed.hc", &bytes);
    assert!(place.refuses_any("consent verify --patient ada.pub signed.hc") >= 100);
}

#[test]
fn a_guardian_signs_while_they_are_one_and_strangers_never() {
    let place = signing();
    let sign = "consent sign --patient ada.pub -o signed.hc terms.hct";
    place.refuses(1, &format!("{sign} --carer-key eve.key"));
    let ran = place
        .run(&format!("{sign} --json --carer-key ben.key"))
        .ok();
    assert_eq!(ran.json()["signer"], "guardian");
    let verify = "consent verify --patient ada.pub signed.hc";
    let ran = place.run(verify).ok();
    assert!(
        ran.err.starts_with("signed by the guardian\n"),
        "{}",
        ran.err
    );
    place
        .run(&format!("{verify} --received 2060-12-31T23:59:59Z"))
        .ok();
    place.refuses(301, &format!("{verify} --received 2061-01-01T00:00:00Z"));
    let ran = place
        .run("consent sign --carer-key ben.key --patient ada.pub --force -o signed.hc terms.hct")
        .ok();
    assert!(ran.err.contains("the person you care for"), "{}", ran.err);
}
