//! Ceremonies, with powers for a circuit far smaller than the one that there is.

use serde_json::json;

use super::support::Place;

const POWERS: &str = "proof ceremony powers";

#[test]
fn powers_go_from_one_contributor_to_the_next() {
    let place = Place::new();
    place.run(&format!("{POWERS} new --log 2 -o p0")).ok();
    place.refuses(351, &format!("{POWERS} verify p0"));
    let mut hashes = Vec::new();
    for number in 0..2 {
        let next = number + 1;
        let line = format!("{POWERS} contribute --json -o p{next} p{number}");
        hashes.push(place.run(&line).ok().json()["contribution"].clone());
        place.refuses(502, &line);
    }
    let told = place.run(&format!("{POWERS} verify --json p2")).ok().json();
    assert_eq!(told["contributions"], json!(hashes));

    // Who leaves a contribution out changes the hashes; who changes a byte is refused.
    let told = place.run(&format!("{POWERS} verify --json p1")).ok().json();
    assert_eq!(told["contributions"], json!(hashes[..1]));
    let mut bytes = place.read("p2");
    bytes[40] ^= 1;
    place.write("damaged", &bytes);
    place.refuses(114, &format!("{POWERS} verify damaged"));
}

#[test]
fn a_ceremony_needs_powers_that_are_enough_and_checked() {
    let place = Place::new();
    place.run(&format!("{POWERS} new --log 2 -o p0")).ok();
    place.refuses(351, "proof ceremony new --powers p0 -o c0");
    place.run(&format!("{POWERS} contribute -o p1 p0")).ok();
    place.refuses(2, "proof ceremony new --powers p1 -o c0");
    place.refuses(105, "proof ceremony contribute -o c1 p1");
    let beacon = "0".repeat(64);
    place.refuses(
        105,
        &format!("proof ceremony close --beacon {beacon} -o c1 p1"),
    );
    place.refuses(105, "proof ceremony verify --powers p1 p1");
    place.refuses(105, "proof ceremony finish --powers p1 -o keys p1");
    place.refuses(2, &format!("{POWERS} new --log 16 -o p2"));
    place.misused("proof ceremony contribute -o c1");
    for made in ["c0", "c1", "p2", "keys/proving.key"] {
        assert!(!super::support::exists(&place.path(made)), "{made}");
    }
}
