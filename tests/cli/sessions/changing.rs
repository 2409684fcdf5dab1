//! Rewrapping sessions, and flags that do not fit together.

use super::*;

#[test]
fn rewrapping_keeps_all_but_the_access_part() {
    let (place, content) = recorded();
    place.run("patient new -o other.key").ok();
    let whole = place.read("night.hippo");
    let body = whole.len() - END - (SEGMENT - 900) - 4 * SEGMENT;
    let rewrap = "rewrap --key patient.key --patient other.pub --replace";
    // One with its end, one without, one that ends in the middle of a segment.
    for cut in [whole.len(), whole.len() - END, body + SEGMENT + 77] {
        place.write("s.hippo", &whole[..cut]);
        place.run(&format!("{rewrap} s.hippo")).ok();
        let rewrapped = place.read("s.hippo");
        let behind = rewrapped.len() - (cut - body);
        assert!(rewrapped[behind..] == whole[body..cut]);
        // Fixed part and the sender's signature.
        let fixed = 12 + u32::from_be_bytes(whole[8..12].try_into().unwrap()) as usize;
        assert!(rewrapped[..fixed + 64] == whole[..fixed + 64]);
        assert!(rewrapped[..behind] != whole[..body]);
        place.refuses(303, &format!("{OPEN} -o x s.hippo"));
        let open = OPEN.replace("patient.key", "other.key");
        let told = place
            .run(&format!(
                "{open} -o copy --force --incomplete --json s.hippo"
            ))
            .ok()
            .json();
        assert_eq!(told["sender"]["status"], "signed");
        let bytes = told["content_bytes"].as_u64().unwrap() as usize;
        assert_eq!(place.read("copy"), content[..bytes]);
        assert_eq!(bytes >= 1000, cut > body);
        let again = place.run(&format!("{rewrap} s.hippo --json")).ok().json();
        assert_eq!(again["passed_over"], 1);
    }
}

#[test]
fn misuse_and_wrong_values() {
    let (place, _) = recorded();
    let seal = SEAL.replace(" --session --segment-bytes 1000", "");
    place.misused(&format!("{seal} --segment-bytes 9 -o x.hippo night.hippo"));
    place.misused(&format!(
        "{seal} --segment-seconds 9 -o x.hippo night.hippo"
    ));
    place.misused(&format!("{SEAL} --detached h -o x.hippo night.hippo"));
    place.misused(&format!("{OPEN} --idle 3 -o x night.hippo"));
    place.misused("open --key patient.key --range 0..4 --follow -o x night.hippo");
    for wrong in ["0", "67108865", "-1", "x"] {
        let wrong = format!("{seal} --session --segment-bytes {wrong} -o x.hippo -");
        place.refuses_any(&wrong);
    }
    for wrong in ["0", "86401", "-1", "x"] {
        place.refuses_any(&format!("{SEAL} --segment-seconds {wrong} -o x.hippo -"));
    }
    place.refuses_any(&format!("{OPEN} --follow --idle x -o x night.hippo"));
    place.refuses(502, &format!("{SEAL} -o night.hippo -"));
    place.refuses(501, &format!("{SEAL} -o x.hippo nothing"));
    place.refuses(105, "open --key patient.key --range 0..4 -o x night.hippo");
    // No session.
    let record = format!("{seal} -o r.hippo night.hippo");
    place.run(&record).ok();
    place.refuses(1, &format!("{OPEN} --follow -o x r.hippo"));
    place.refuses(1, &format!("{OPEN} --incomplete -o x r.hippo"));
    assert_eq!(
        place.run("inspect --json r.hippo").ok().json()["session"],
        Value::Null
    );
    // A full disk, or a file system that refuses: what was sealed before stays.
    let input = fs::read(place.path("r.hippo")).unwrap();
    let full = place.pipe(&format!("{SEAL} -o /dev/full -"), &input);
    assert_eq!(full.refused(), 501);
}
