//! The trials of grants again, through the tool.

use super::support::Place;
use super::tool::trials;

/// A patient's record, a grant through one relay, and a request for the record.
fn place() -> Place {
    let place = Place::new();
    place.write("obs.json", b"{\"hr\":72}\n");
    for line in [
        "patient new -o patient.key",
        "recipient new -o study.key",
        "relay new -o r1.key",
        "seal --patient patient.pub --label a=b --label c=d --record r -o r.hippo obs.json",
        "grant new --key patient.key --to study.pub --relay r1.pub --threshold 1 \
         --policy 'a=b and c=d' --until 2060-12-31 -o G",
        "request new --key study.key --grant G/grant.hg -o request r.hippo",
        "grant revoke --key patient.key --none -o list",
    ] {
        place.run(line).ok();
    }
    place
}

const TRANSFORM: &str = "transform --key r1.key --grant G/grant.hg --share G/share-1.hs --request request \
     --revocations list -o out";

#[test]
fn keys_and_profiles() {
    let place = place();
    trials(&place, 40, "patient.key", "open --key bad -o out r.hippo");
    let seal = "seal --patient bad --label a=b --record r -o out obs.json";
    trials(&place, 41, "patient.pub", seal);
    let request = "request new --key bad --grant G/grant.hg -o out r.hippo";
    trials(&place, 42, "study.key", request);
    let grant = "grant new --key patient.key --relay r1.pub --threshold 1 --policy a=b \
                 --until 2060-12-31";
    trials(&place, 43, "study.pub", &format!("{grant} --to bad -o out"));
    let grant = grant.replace("r1.pub", "bad");
    trials(
        &place,
        44,
        "r1.pub",
        &format!("{grant} --to study.pub -o out"),
    );
    // A relay's key, and what it keeps.
    trials(
        &place,
        45,
        "r1.key",
        &TRANSFORM.replace("r1.key", "bad --state r1.state"),
    );
}

#[test]
fn packs_of_coupons() {
    let place = place();
    let mint = "coupon mint --for study.pub --patient patient.pub --label a=b --count 2";
    place.run(&format!("{mint} -o pack")).ok();
    trials(
        &place,
        60,
        "pack",
        "coupon add --key study.key --store out bad",
    );
}

#[test]
fn grants_and_shares() {
    let place = place();
    trials(&place, 46, "G/grant.hg", "grant show --key study.key bad");
    trials(
        &place,
        47,
        "G/share-1.hs",
        &TRANSFORM.replace("G/share-1.hs", "bad"),
    );
}

#[test]
fn requests_lists_and_answers() {
    let place = place();
    trials(
        &place,
        48,
        "request",
        &TRANSFORM.replace("request --rev", "bad --rev"),
    );
    place
        .run("request new --key study.key --grant G/grant.hg --force -o request r.hippo")
        .ok();
    trials(&place, 49, "list", &TRANSFORM.replace("list", "bad"));
    place
        .run("request new --key study.key --grant G/grant.hg --force -o request r.hippo")
        .ok();
    place.run(&TRANSFORM.replace("-o out", "-o part")).ok();
    let open = "open --key study.key --grant G/grant.hg -o out";
    trials(&place, 50, "part", &format!("{open} --part bad r.hippo"));
}

#[test]
fn records_of_patients() {
    let place = place();
    trials(&place, 51, "r.hippo", "open --key patient.key -o out bad");
}
