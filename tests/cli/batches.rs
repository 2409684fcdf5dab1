//! Batches: many records under one header.

use std::fs;

use hippocrypt::envelope::{Expiry, Record, RecordId, Sealer};
use hippocrypt::{abe::AuthorityPublic, keys::file, policy::Policy};

use super::support::{Dice, Place};

const SEAL: &str =
    "batch seal --authority hospital.pub --policy role=cardiologist --record chart-7";

/// Three records, sealed and signed.
fn place() -> Place {
    let place = Place::hospital();
    fs::create_dir(place.path("chart")).unwrap();
    for (at, length) in [0, 10, 100_000].into_iter().enumerate() {
        let content = Dice::new(at as u64).bytes(length);
        place.write(&format!("chart/obs-{at}.json"), &content);
    }
    let files = "chart/obs-0.json chart/obs-1.json x.y=chart/obs-2.json";
    place
        .run(&format!(
            "{SEAL} --sign ward.key --label type=Observation -o b.hippo {files}"
        ))
        .ok();
    place
}

/// The names in a folder, each with its bytes.
fn folder(place: &Place, name: &str) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(place.path(name))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_record_comes_back() {
    let place = place();
    let told = place
        .run("batch open --key icu.key --from ward.pub --json -o out/chart b.hippo")
        .ok()
        .json();
    assert_eq!(told["record"], "chart-7");
    assert_eq!(told["sender"]["claimed_name"], "ward 3");
    assert_eq!(told["sender"]["status"], "signed");
    assert_eq!(told["members"][2]["record"], "x.y");
    assert_eq!(told["members"][2]["content_bytes"], 100_000);
    let names = ["obs-0", "obs-1", "x.y"];
    let opened = folder(&place, "out/chart");
    assert_eq!(opened.len(), 3);
    for ((at, (name, content)), expected) in opened.iter().enumerate().zip(names) {
        assert_eq!(name, expected);
        assert!(*content == place.read(&format!("chart/obs-{at}.json")));
        #[cfg(unix)]
        assert_eq!(place.mode(&format!("out/chart/{name}")), 0o600);
    }
    #[cfg(unix)]
    assert_eq!(place.mode("out") & 0o077, 0);

    // One alone, also through pipes.
    place
        .run("batch open --key icu.key --member obs-1 -o one b.hippo")
        .ok();
    assert_eq!(place.read("one"), place.read("chart/obs-1.json"));
    let ran = place.pipe(
        "batch open --key icu.key --member x.y -o - -",
        &place.read("b.hippo"),
    );
    assert!(ran.ok().out == place.read("chart/obs-2.json"));
    place.refuses(7, "batch open --key icu.key --member obs-3 -o no b.hippo");
    place.refuses(1, "batch open --key icu.key -o - b.hippo");
    place.refuses(204, "batch open --key dentist.key -o no b.hippo");
    place.run("signer new -o other.key").ok();
    place.refuses(
        302,
        "batch open --key icu.key --from other.pub -o no b.hippo",
    );
    // A batch is no record, and a record no batch.
    place.refuses(105, "open --key icu.key -o no b.hippo");
    let seal = "seal --authority hospital.pub --policy role=cardiologist --record r";
    place.run(&format!("{seal} -o r.hippo obs.json")).ok();
    place.refuses(105, "batch open --key icu.key -o no r.hippo");
    place.refuses(105, "batch list r.hippo");
}

#[test]
fn what_is_told_of_a_batch() {
    let place = place();
    let told = place
        .run(&format!("{SEAL} --json -o c.hippo chart/obs-1.json"))
        .ok()
        .json();
    assert_eq!(told["members"], 1);
    assert_eq!(told["content_bytes"], 10);
    assert_eq!(told["sealed_bytes"], place.read("c.hippo").len());
    assert!(
        told["policy"]
            .as_str()
            .unwrap()
            .starts_with("role=cardiologist and expires")
    );
    let told = place
        .run(&format!("{SEAL} -o d.hippo chart/obs-1.json"))
        .ok();
    assert!(told.err.contains("whoever can open one can open all"));

    let listed = place.run("batch list --json b.hippo").ok().json();
    let expected = serde_json::json!({
        "record": "chart-7",
        "members": [
            { "record": "obs-0", "content_bytes": 0 },
            { "record": "obs-1", "content_bytes": 10 },
            { "record": "x.y", "content_bytes": 100_000 },
        ],
    });
    assert_eq!(listed, expected);
    let page = place.run("batch list b.hippo").ok();
    let line = format!("{:>20}  x.y", "100,000 bytes");
    assert_eq!(page.text().lines().nth(2), Some(&line[..]));
}

#[test]
fn outputs_stay_unless_forced() {
    let place = place();
    let open = "batch open --key icu.key -o out b.hippo";
    place.refuses(502, &format!("{SEAL} -o b.hippo obs.json"));
    place.write("out", b"a file");
    assert!(place.refuses_any(open) >= 501);
    fs::remove_file(place.path("out")).unwrap();
    // The last of the files alone stands in the way: none appears.
    fs::create_dir(place.path("out")).unwrap();
    place.write("out/x.y", b"mine");
    place.refuses(502, open);
    assert_eq!(
        folder(&place, "out"),
        [("x.y".to_owned(), b"mine".to_vec())]
    );
    place.run(&format!("{open} --force")).ok();
    assert_eq!(folder(&place, "out").len(), 3);
    assert_eq!(place.read("out/x.y"), place.read("chart/obs-2.json"));
}

/// Damage in any record, the last included: no file of any other appears, nor the folder.
#[test]
fn one_damaged_record_withholds_all() {
    let place = place();
    let good = place.read("b.hippo");
    fs::create_dir(place.path("out")).unwrap();
    for at in [
        good.len() - 70_000,
        good.len() - 300,
        good.len() - 120,
        good.len() - 1,
    ] {
        let mut bad = good.clone();
        bad[at] ^= 4;
        place.write("bad.hippo", &bad);
        for output in ["new", "out"] {
            let number =
                place.refuses_any(&format!("batch open --key icu.key -o {output} bad.hippo"));
            assert!([300, 301].contains(&number), "{at}: {number}");
        }
        assert!(folder(&place, "out").is_empty());
        place.write("bad.hippo", &good[..at]);
        place.refuses_any("batch open --key icu.key -o new bad.hippo");
        place.refuses_any("batch list bad.hippo");
    }
    place.write("bad.hippo", &[&good[..], b"x"].concat());
    place.refuses(300, "batch open --key icu.key -o new bad.hippo");
    place.refuses(101, "batch list bad.hippo");
    // Nothing takes the place of a file before all are verified.
    place.write("out/obs-0", b"before");
    let mut bad = good.clone();
    let last = bad.len() - 200;
    bad[last] ^= 1;
    place.write("bad.hippo", &bad);
    place.refuses_any("batch open --key icu.key --force -o out bad.hippo");
    assert_eq!(place.read("out/obs-0"), b"before");
}

/// Ids that a hostile sealer chose, who is not bound to this tool.
#[test]
fn ids_never_lead_out_of_the_folder() {
    let place = Place::hospital();
    fs::create_dir(place.path("out")).unwrap();
    let public = file::read(&place.read("hospital.pub")).unwrap();
    let public = AuthorityPublic::from_bytes(public.expose()).unwrap();
    let absolute = place.path("escaped");
    let rng = &mut getrandom::SysRng;
    for id in [
        "..",
        ".",
        "../escaped",
        "x/../../escaped",
        "/escaped",
        "sub/x",
        "..\\escaped",
        "C:escaped",
        ".hidden",
        "NUL",
        "com1.json",
        "x.",
        absolute.to_str().unwrap(),
    ] {
        let ids = ["good", id].map(|id| RecordId::new(id).unwrap());
        let batch = Sealer::new()
            .policy(
                &public,
                Policy::parse("role=cardiologist").unwrap(),
                Expiry::Never,
            )
            .seal_batch(
                &Record::new("b").unwrap(),
                ids.iter().map(|id| (id, &b"content"[..])),
                rng,
            )
            .unwrap();
        place.write("hostile.hippo", &batch);
        for force in ["", "--force"] {
            for output in ["out", "new"] {
                let open = format!("batch open --key icu.key {force} -o {output} hostile.hippo");
                place.refuses(116, &open);
            }
        }
        assert!(folder(&place, "out").is_empty(), "{id}");
        assert!(!absolute.exists());
        // By name it opens, into the file that the user chose.
        let member = format!("batch open --key icu.key --member '{id}' -o - hostile.hippo");
        assert_eq!(place.run(&member).ok().out, b"content");
        // And the tool itself seals none.
        let told = place.refuses_any(&format!("{SEAL} -o x.hippo '{id}=obs.json'"));
        assert_eq!(told, 116, "{id}");
    }

    // Names that are one file where upper and lower case are not told apart.
    let ids = ["a", "A"].map(|id| RecordId::new(id).unwrap());
    let batch = Sealer::new()
        .policy(
            &public,
            Policy::parse("role=cardiologist").unwrap(),
            Expiry::Never,
        )
        .seal_batch(
            &Record::new("b").unwrap(),
            ids.iter().map(|id| (id, &b"content"[..])),
            rng,
        )
        .unwrap();
    place.write("hostile.hippo", &batch);
    place.refuses(5, "batch open --key icu.key -o new hostile.hippo");
}

#[test]
fn what_no_batch_is_made_of() {
    let place = place();
    let obs = "chart/obs-1.json";
    place.refuses(5, &format!("{SEAL} -o x.hippo {obs} {obs}"));
    place.refuses(5, &format!("{SEAL} -o x.hippo {obs} OBS-1={obs}"));
    place.refuses(1, &format!("{SEAL} -o x.hippo ={obs}"));
    place.refuses(1, &format!("{SEAL} -o x.hippo .."));
    place.refuses(501, &format!("{SEAL} -o x.hippo {obs} nowhere"));
    place.refuses(501, &format!("{SEAL} -o x.hippo {obs} chart"));
    place.refuses(1, &format!("{SEAL} --json -o - {obs}"));
    let large = fs::File::create(place.path("large")).unwrap();
    large.set_len((64 << 20) + 1).unwrap();
    assert_eq!(
        place
            .run(&format!("{SEAL} -o x.hippo {obs} large"))
            .refused(),
        2
    );
    assert!(!place.path("x.hippo").exists());
    fs::remove_file(place.path("large")).unwrap();
    place.misused(&format!("{SEAL} -o x.hippo"));
    place.misused("batch seal --record r -o x.hippo obs.json");
    place.misused("batch open -o x b.hippo");
    place.misused("batch list");
    place.misused("batch");
}

/// A batch is rewrapped as a record is: its members stay byte for byte.
#[test]
fn batches_are_rewrapped() {
    let place = place();
    let before = place.read("b.hippo");
    place
        .run(
            "rewrap --key icu.key --authority hospital.pub --policy role=dentist --replace b.hippo",
        )
        .ok();
    let after = place.read("b.hippo");
    assert!(after.ends_with(&before[before.len() - 100_000..]) && after != before);
    place.refuses(204, "batch open --key icu.key -o no b.hippo");
    place
        .run("batch open --key dentist.key --from ward.pub -o out b.hippo")
        .ok();
    assert_eq!(folder(&place, "out").len(), 3);
}

/// What can't be finished leaves nothing new behind; what was there before stays.
#[test]
fn records_that_appeared_are_taken_back_when_one_fails() {
    let place = place();
    let open = "batch open --key icu.key --force -o";
    fs::create_dir_all(place.path("out/x.y")).unwrap();
    place.write("out/obs-0", b"before");
    place.refuses(501, &format!("{open} out b.hippo"));
    let left: Vec<_> = fs::read_dir(place.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    // That which replaced something has done so.
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(place.path("out/obs-0").exists() && place.path("out/x.y").is_dir());
}
