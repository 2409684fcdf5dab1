//! Sessions: sealed from a pipe, read while they grow, cut off, killed, rewrapped.

use std::fs;

use serde_json::Value;

use super::support::Place;

mod growing;

const SEAL: &str = "seal --patient patient.pub --label type=ECG --record night-7 \
     --sign monitor.key --session --segment-bytes 1000";
const OPEN: &str = "open --key patient.key --from monitor.pub";
/// Bytes of a segment of 1,000: number and length, content, tag, signature.
const SEGMENT: usize = 9 + 1000 + 16 + 64;
const END: usize = 37 + 64;

/// A patient, and a monitor that signs.
fn people() -> Place {
    let place = Place::new();
    for line in [
        "patient new -o patient.key",
        "signer new --name monitor -o monitor.key",
    ] {
        place.run(line).ok();
    }
    place
}

/// Frames that differ: number `n` is what its bytes say.
fn frames(range: std::ops::Range<usize>) -> Vec<u8> {
    range
        .flat_map(|number| (0..1000).map(move |at| (number * 7 + at) as u8))
        .collect()
}

/// With a session of four frames and 100 bytes more.
fn recorded() -> (Place, Vec<u8>) {
    let place = people();
    let content = frames(0..5)[..4100].to_vec();
    place
        .pipe(&format!("{SEAL} -o night.hippo -"), &content)
        .ok();
    (place, content)
}

/// What `inspect` says of a session's segments.
fn outline(place: &Place, name: &str) -> Value {
    place.run(&format!("inspect --json {name}")).ok().json()["session"].clone()
}

#[test]
fn a_session_is_sealed_from_a_pipe_and_opened() {
    let place = people();
    let content = frames(0..5)[..4100].to_vec();
    let sealed = place.pipe(&format!("{SEAL} -o night.hippo --json -"), &content);
    let sealed = sealed.ok().json();
    assert_eq!(
        (&sealed["segments"], &sealed["content_bytes"]),
        (&5.into(), &4100.into())
    );
    assert_eq!(sealed["sealed_bytes"], place.read("night.hippo").len());
    let opened = place
        .run(&format!("{OPEN} -o copy --json night.hippo"))
        .ok()
        .json();
    assert_eq!(place.read("copy"), content);
    let session = serde_json::json!({
        "status": "ended", "segments": 5, "missing": [], "damage": null,
    });
    assert_eq!(opened["session"], session);
    assert_eq!(opened["sender"]["status"], "signed");
    let seen = serde_json::json!({
        "status": "ended", "segments": 5, "missing": [], "torn_bytes": 0,
    });
    assert_eq!(outline(&place, "night.hippo"), seen);
    let page = place.run("inspect night.hippo").ok();
    let lines = page.text();
    assert!(lines.starts_with("session") && lines.contains("4,100 bytes of content\n"));
    assert!(lines.contains("5 segments\n") && lines.contains("ended\n"));
    place.run("doctor --key patient.key night.hippo").ok();
    // The same through pipes, and from a file.
    place.write("content", &content);
    let through = place.run(&format!("{SEAL} -o - content")).ok();
    let copy = place.pipe(&format!("{OPEN} -o - -"), &through.out).ok();
    assert_eq!(copy.out, content);
    let others = format!("{OPEN} -o c night.hippo").replace("patient.key", "other.key");
    place.run("patient new -o other.key").ok();
    place.refuses(303, &others);
    place.run("signer new -o thief.key").ok();
    place.refuses(
        302,
        &format!("{OPEN} -o c night.hippo").replace("monitor.pub", "thief.pub"),
    );
}

/// Not patients alone have sessions.
#[test]
fn a_session_is_sealed_under_a_policy() {
    let place = Place::hospital();
    let line = "seal --authority hospital.pub --policy role=cardiologist --record theatre-2 \
         --session --sealed-meta bed-4 -o s.hippo obs.json";
    place.run(line).ok();
    let open = "open --key icu.key --meta-output meta -o copy --json s.hippo";
    let opened = place.run(open).ok().json();
    assert_eq!(opened["session"]["segments"], 1);
    assert_eq!(opened["sender"]["status"], "unsigned");
    assert_eq!(
        (place.read("copy"), place.read("meta")),
        (place.read("obs.json"), b"bed-4".to_vec())
    );
    place.refuses(204, "open --key dentist.key -o no s.hippo");
    let known = "open --key icu.key --from ward.pub -o no s.hippo";
    place.refuses(302, known);
}

#[test]
fn nothing_is_a_session_too() {
    let place = people();
    let sealed = place.run(&format!("{SEAL} -o night.hippo --json -")).ok();
    assert_eq!(sealed.json()["segments"], 0);
    place.run(&format!("{OPEN} -o copy night.hippo")).ok();
    assert_eq!(place.read("copy"), b"");
}

#[test]
fn without_its_end_it_opens_to_the_last_whole_segment() {
    let (place, content) = recorded();
    let whole = place.read("night.hippo");
    let body = whole.len() - END - (SEGMENT - 900) - 4 * SEGMENT;
    let cuts = [
        (whole.len() - 1, 5, 4100),
        (whole.len() - END, 5, 4100),
        (whole.len() - END - 1, 4, 4000),
        (body + 2 * SEGMENT + 3, 2, 2000),
        (body + SEGMENT - 1, 0, 0),
        (body, 0, 0),
    ];
    for (cut, segments, bytes) in cuts {
        place.write("cut.hippo", &whole[..cut]);
        let ran = place.run(&format!("{OPEN} -o copy --force --json cut.hippo"));
        assert_eq!(ran.refused(), 336);
        let told = ran_json(&place, "cut.hippo");
        assert_eq!(place.read("copy"), content[..bytes]);
        assert_eq!(told["session"]["status"], "interrupted");
        assert_eq!(told["session"]["segments"], segments);
        let seen = outline(&place, "cut.hippo");
        assert_eq!(seen["status"], "interrupted");
        assert_eq!(seen["segments"], segments);
        let said = place.run(&format!("{OPEN} -o copy --force cut.hippo"));
        assert!(said.err.contains("interrupted or still growing"));
        assert!(said.err.ends_with("it was interrupted, or goes on\n"));
        assert_eq!(said.code, Some(1));
        let why = place.run("doctor --key patient.key cut.hippo");
        assert_eq!(why.code, Some(1));
        assert!(why.err.starts_with("error 336: "));
        assert!(why.text().contains("no end"));
        place
            .run(&format!("{OPEN} -o copy --force --incomplete cut.hippo"))
            .ok();
    }
    for cut in [body - 1, 20, 0] {
        place.write("cut.hippo", &whole[..cut]);
        place.refuses(100, &format!("{OPEN} -o other cut.hippo"));
    }
}

/// The report of an opening that ends with an error.
fn ran_json(place: &Place, name: &str) -> Value {
    place
        .run(&format!("{OPEN} -o copy --force --json {name}"))
        .json()
}

#[test]
fn gaps_are_shown() {
    let (place, content) = recorded();
    let whole = place.read("night.hippo");
    let body = whole.len() - END - (SEGMENT - 900) - 4 * SEGMENT;
    let segments = body + SEGMENT..body + 3 * SEGMENT;
    let holes = [&whole[..segments.start], &whole[segments.end..]].concat();
    place.write("holes.hippo", &holes);
    let ran = place.run(&format!("{OPEN} -o copy --json holes.hippo"));
    assert_eq!(ran.refused(), 337);
    assert_eq!(
        place.read("copy"),
        [&content[..1000], &content[3000..]].concat()
    );
    let told = ran_json(&place, "holes.hippo");
    let missing = serde_json::json!([{ "first": 1, "last": 2, "at_byte": 1000 }]);
    assert_eq!(told["session"]["missing"], missing);
    assert_eq!(told["session"]["status"], "ended");
    let said = place
        .run(&format!("{OPEN} -o copy --force --incomplete holes.hippo"))
        .ok();
    assert!(
        said.err
            .contains("missing: segments 1 to 2, after 1,000 bytes")
    );
    assert_eq!(outline(&place, "holes.hippo")["missing"][0]["last"], 2);
    assert!(
        place
            .run("inspect holes.hippo")
            .ok()
            .text()
            .contains("missing: segments 1 to 2")
    );
    assert_eq!(
        place.run("doctor --key patient.key holes.hippo").code,
        Some(1)
    );
    // The last ones are missed too, where the end tells.
    let last = [&whole[..body], &whole[whole.len() - END..]].concat();
    place.write("last.hippo", &last);
    let told = ran_json(&place, "last.hippo");
    let missing = serde_json::json!([{ "first": 0, "last": 4, "at_byte": 0 }]);
    assert_eq!(told["session"]["missing"], missing);
}

#[test]
fn damage_is_refused_or_shown() {
    let (place, content) = recorded();
    let whole = place.read("night.hippo");
    let body = whole.len() - END - (SEGMENT - 900) - 4 * SEGMENT;
    for (at, code) in [(20, 300), (SEGMENT - 1, 301), (0, 115), (4, 300)] {
        let mut bad = whole.clone();
        bad[body + SEGMENT + at] ^= 2;
        place.write("bad.hippo", &bad);
        place.refuses(code, &format!("{OPEN} -o other bad.hippo"));
        let told = place
            .run(&format!(
                "{OPEN} -o copy --force --incomplete --json bad.hippo"
            ))
            .ok()
            .json();
        assert_eq!(told["session"]["status"], "damaged");
        assert_eq!(told["session"]["damage"], code);
        assert_eq!(place.read("copy"), content[..1000]);
    }
    // A power failure may leave zeros where a segment was to be.
    let zeros = [&whole[..body + 2 * SEGMENT], &[0; 512][..]].concat();
    place.write("zeros.hippo", &zeros);
    place.refuses_any(&format!("{OPEN} -o other zeros.hippo"));
    place
        .run(&format!("{OPEN} -o copy --force --incomplete zeros.hippo"))
        .ok();
    assert_eq!(place.read("copy"), content[..2000]);
    // Behind the end there is nothing.
    place.write("more.hippo", &[&whole[..], b"x"].concat());
    place.refuses(101, &format!("{OPEN} -o other more.hippo"));
    let why = place.run("doctor --key patient.key more.hippo");
    assert!(why.text().contains("damaged"));
}

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
