//! Authorities in parts, and records rewrapped.

use super::support::Place;

const SEAL: &str = "seal --authority hospital.pub --sign ward.key";

#[test]
fn an_authority_comes_back_from_its_parts() {
    let place = Place::hospital();
    place
        .run("authority split --key hospital.key --threshold 2 --parts 3 -o parts")
        .ok();
    for part in 1..=3 {
        assert_eq!(place.mode(&format!("parts/part-{part}.key")), 0o600);
    }
    let recover = "authority recover --part parts/part-1.key --part parts/part-3.key -o again.key";
    place.run(recover).ok();
    assert_eq!(place.read("again.key"), place.read("hospital.key"));
    assert_eq!(place.read("again.pub"), place.read("hospital.pub"));

    place.refuses(7, "authority recover --part parts/part-1.key -o few.key");
    place.refuses(
        5,
        "authority recover --part parts/part-1.key --part parts/part-1.key -o x.key",
    );
    place.refuses(105, "authority recover --part hospital.key -o x.key");
    place.refuses(502, recover);
    place.refuses(
        502,
        "authority split --key hospital.key --threshold 2 --parts 3 -o parts",
    );
    place
        .run("authority split --key hospital.key --threshold 2 --parts 3 -o other")
        .ok();
    let mixed = "--part parts/part-1.key --part other/part-2.key";
    place.refuses(1, &format!("authority recover {mixed} -o x.key"));
    for (threshold, parts) in [("1", "3"), ("4", "3"), ("0", "0"), ("2", "256"), ("x", "3")] {
        let line = format!("--threshold {threshold} --parts {parts} -o new");
        let ran = place.run(&format!("authority split --key hospital.key {line}"));
        assert!([1, 2].contains(&ran.refused()), "{line}");
        assert!(!place.path("new").exists(), "{line}");
    }
}

#[test]
fn records_are_rewrapped_for_others() {
    let place = Place::hospital();
    for at in 0..3 {
        let policy = "--policy role=cardiologist --record r";
        place
            .run(&format!("{SEAL} {policy} -o r{at}.hippo obs.json"))
            .ok();
    }
    std::fs::create_dir(place.path("chart")).unwrap();
    for at in 0..3 {
        std::fs::rename(
            place.path(&format!("r{at}.hippo")),
            place.path(&format!("chart/r{at}.hippo")),
        )
        .unwrap();
    }
    let wrap = "rewrap --key icu.key --authority hospital.pub --policy role=dentist";
    let open = |key: &str| format!("open --key {key}.key --from ward.pub -o - chart/r1.hippo");
    place.refuses(204, &open("dentist"));
    place.misused(&format!("{wrap} chart"));

    let told = place
        .run(&format!("{wrap} --keep --json chart"))
        .ok()
        .json();
    assert_eq!(
        (told["rewrapped"].as_u64(), told["passed_over"].as_u64()),
        (Some(3), Some(0))
    );
    assert_eq!(place.run(&open("dentist")).ok().text(), "{\"hr\":72}\n");
    place.run(&open("icu")).ok();
    // Again: everything is so already, and stays byte for byte.
    let before = place.read("chart/r1.hippo");
    let told = place
        .run(&format!("{wrap} --keep --json chart"))
        .ok()
        .json();
    assert_eq!(
        (told["rewrapped"].as_u64(), told["passed_over"].as_u64()),
        (Some(0), Some(3))
    );
    assert_eq!(place.read("chart/r1.hippo"), before);

    place
        .run(&format!(
            "{wrap} --replace --sign-access ward.key chart/r1.hippo"
        ))
        .ok();
    place.run(&open("dentist")).ok();
    place.refuses(204, &open("icu"));
    let seen = place.run("inspect --json chart/r1.hippo").ok().json();
    assert!(seen["access_signed_by"].is_object(), "{seen}");
    assert_eq!(seen["stanzas"].as_array().unwrap().len(), 1);
    // A key that can't open a record can't rewrap it, and leaves it as it was.
    place.refuses(204, &format!("{wrap} --replace --no-expiry chart/r1.hippo"));
}
