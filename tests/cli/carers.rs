//! Grants to carers, and what carers revoke.

use super::grants::{self, RELAYS};
use super::support::Place;

const CARER: &str = "patient carer --key patient.key --signer";
const ANNA: &str = "grant new --key patient.key --to anna.pub --carer";

/// People of grants, with Anna, a recipient, as a helper for observations.
fn people() -> Place {
    let place = grants::people();
    place.run("recipient new --name anna -o anna.key").ok();
    let helper = "anna.pub --kind helper --until 2060-06-30 --scope type=Observation";
    let ran = place.run(&format!("{CARER} {helper}")).ok();
    assert!(ran.err.contains("grant new --carer"), "{}", ran.err);
    place
}

fn show(place: &Place, grant: &str) -> serde_json::Value {
    let line = format!("grant show --json {grant}/grant.hg");
    place.run(&line).ok().json()
}

fn ask(place: &Place, grant: &str, records: &str) {
    let line = format!("request new --key anna.key --grant {grant}/grant.hg --force -o request");
    place.run(&format!("{line} {records}")).ok();
}

fn transform(grant: &str, relay: u8, more: &str) -> String {
    format!(
        "transform --key r{relay}.key --grant {grant}/grant.hg --share {grant}/share-{relay}.hs \
         --request request {more} -o part-{relay}"
    )
}

#[test]
fn a_carers_grant_is_what_the_profile_says() {
    let place = people();
    place.run(&format!("{ANNA} {RELAYS} -o A")).ok();
    let shown = show(&place, "A");
    assert_eq!(shown["carer"], "helper");
    assert_eq!(shown["policy"], "type=Observation");
    assert_eq!(shown["until"], "2060-06-30");
    let text = place.run("grant show A/grant.hg").ok();
    assert!(
        text.text().contains("the patient's helper"),
        "{}",
        text.text()
    );
    let listed = place.run("grant list --key patient.key --json A").ok();
    assert_eq!(listed.json()["grants"][0]["carer"], "helper");
    // Narrower, not wider.
    let less = "--policy 'conf=N or conf=L' --until 2059-12-31";
    place.run(&format!("{ANNA} {RELAYS} {less} -o B")).ok();
    let shown = show(&place, "B");
    assert_eq!(shown["policy"], "type=Observation and (conf=N or conf=L)");
    assert_eq!(shown["until"], "2059-12-31");
    let same = "--policy 'type=Observation and conf=N'";
    place.run(&format!("{ANNA} {RELAYS} {same} -o C")).ok();
    assert_eq!(show(&place, "C")["policy"], "type=Observation and conf=N");
    // It opens what it says.
    grants::none(&place);
    ask(&place, "A", "obs.hippo");
    for relay in [1, 2] {
        place.run(&transform("A", relay, "--revocations list")).ok();
    }
    let open =
        "open --key anna.key --grant A/grant.hg --part part-1 --part part-2 -o own obs.hippo";
    place.run(open).ok();
    assert_eq!(place.read("own"), b"{\"hr\":72}\n");
}

#[test]
fn beyond_time_and_scope_a_carer_is_granted_nothing() {
    let place = people();
    let refuses = |line: &str| place.refuses(411, &format!("{line} {RELAYS} -o X"));
    let longer = refuses(&format!("{ANNA} --until 2060-07-01"));
    assert!(longer.contains("time"), "{longer}");
    // Also without saying that she is one.
    let plain = "grant new --key patient.key --to anna.pub";
    let beyond = refuses(&format!("{plain} --policy conf=N --until 2059-12-31"));
    assert!(beyond.contains("scope"), "{beyond}");
    refuses(&format!(
        "{plain} --policy conf=N --until 2059-12-31 --blind"
    ));
    refuses(&format!(
        "{plain} --policy type=Observation --until 2060-12-31"
    ));
    // Nobody whom the profile does not name.
    refuses(&ANNA.replace("anna.pub", "study.pub"));
    place.misused(&format!("{plain} {RELAYS} --until 2059-12-31 -o X"));
    place.misused(&format!("{plain} {RELAYS} --policy conf=N -o X"));
    // Whose scope is everything is granted what is said.
    let all = "anna.pub --kind guardian --until 2060-06-30";
    place.run(&format!("{CARER} {all}")).ok();
    place.refuses(7, &format!("{ANNA} {RELAYS} -o X"));
    place
        .run(&format!("{ANNA} {RELAYS} --policy conf=N -o D"))
        .ok();
    assert_eq!(show(&place, "D")["carer"], "guardian");
    // Whose time has ended gets nothing.
    let ended = "anna.pub --kind guardian --until 2020-06-30 --scope conf=N";
    place.run(&format!("{CARER} {ended}")).ok();
    refuses(ANNA);
    refuses(&format!("{plain} --policy conf=N --until 2059-12-31"));
}

/// One grant in `A`, its relays' shares those of a standing sharing in `S`.
fn standing() -> Place {
    let place = people();
    place
        .run(&format!("sharing new --key patient.key {RELAYS} -o S"))
        .ok();
    for relay in 1..=3 {
        let place_of = format!("relay add --key r{relay}.key --sharing S/sharing.hsh");
        place
            .run(&format!("{place_of} --share S/share-{relay}.hs"))
            .ok();
    }
    // A later profile does not end the sharing.
    place.run("signer new --name ben -o ben.key").ok();
    let ben = "ben.pub --kind guardian --until 2060-06-30";
    place.run(&format!("{CARER} {ben}")).ok();
    place
        .run(&format!("{ANNA} --sharing S/sharing.hsh -o A"))
        .ok();
    grants::none(&place);
    ask(&place, "A", "obs.hippo");
    place
}

#[test]
fn a_carers_grant_can_hang_on_a_standing_sharing() {
    let place = standing();
    let shown = show(&place, "A");
    assert_eq!(shown["carer"], "helper");
    assert_eq!(shown["epoch"], 1);
    assert_eq!(shown["policy"], "type=Observation");
    assert_eq!(shown["until"], "2060-06-30");
    // Of their scope and time all the same.
    let refuses = |line: &str, flags: &str| {
        let said = place.refuses(411, &format!("{line} --sharing S/sharing.hsh -o X"));
        assert!(said.contains(flags), "{said}");
    };
    let plain = "grant new --key patient.key --to anna.pub --until 2059-12-31 --policy conf=N";
    refuses(plain, "--policy");
    refuses(&format!("{ANNA} --until 2060-07-01"), "--until");
    let alone = |relay: u8, more: &str| {
        let share = format!("--share A/share-{relay}.hs ");
        transform("A", relay, more).replace(&share, "")
    };
    for relay in [1, 3] {
        let more = "--revocations list --patient patient.pub";
        place.run(&alone(relay, more)).ok();
    }
    let open =
        "open --key anna.key --grant A/grant.hg --part part-1 --part part-3 -o own obs.hippo";
    place.run(open).ok();
    assert_eq!(place.read("own"), b"{\"hr\":72}\n");
    // A guardian revokes it, and a relay that knows that the patient has removed her refuses too.
    let by = "grant revoke --carer --grant A/grant.hg --key ben.key --new-state -o by-ben";
    place.run(by).ok();
    place.run(&format!("{CARER} anna.pub --remove")).ok();
    let lists = "--revocations list --revocations by-ben";
    place.refuses(402, &alone(2, lists));
    let later = format!(
        "{} --force",
        alone(1, "--revocations list --patient patient.pub")
    );
    place.refuses(411, &later);
}

#[test]
fn a_role_is_no_carer() {
    let place = people();
    place.run("authority new -o hospital.key").ok();
    let role = "grant new --key patient.key --to-role role=nurse --authority hospital.pub";
    let said = format!("{RELAYS} --policy conf=N --until 2060-12-31");
    place.misused(&format!("{role} {said} --carer -o X"));
    place.misused(&format!("{role} {RELAYS} --policy conf=N -o X"));
    // Beyond the helper's time and scope: it is to everybody in the role.
    place.run(&format!("{role} {said} -o R")).ok();
    let shown = show(&place, "R");
    assert!(shown["carer"].is_null() && shown["recipient"].is_null());
    assert_eq!(shown["role"]["policy"], "role=nurse");
    let listed = place.run("grant list --key patient.key R").ok();
    assert!(listed.text().contains("role=nurse"), "{}", listed.text());
    assert!(
        !listed.text().contains("the patient's"),
        "{}",
        listed.text()
    );
}

#[test]
fn scopes_can_name_vocabularies() {
    let place = people();
    let scope = "anna.pub --kind attorney --until 2060-06-30 --scope 'not sens=HIV' \
         --vocabulary hv1=HIV,PSY";
    place.run(&format!("{CARER} {scope}")).ok();
    let ran = place.run(&format!("{ANNA} {RELAYS} --policy conf=N -o A"));
    ran.ok();
    grants::seal(&place, "none", "--label conf=N --label sens.none=hv1");
    ask(&place, "A", "none.hippo");
    grants::none(&place);
    place.run(&transform("A", 1, "--revocations list")).ok();
    place.refuses(
        1,
        &format!("{ANNA} {RELAYS} --policy conf=N --vocabulary hv2=HIV -o B"),
    );
}

#[test]
fn relays_that_know_a_later_profile_serve_no_former_carer() {
    let place = people();
    place.run(&format!("{ANNA} {RELAYS} -o A")).ok();
    std::fs::copy(place.path("patient.pub"), place.path("then.pub")).unwrap();
    grants::none(&place);
    ask(&place, "A", "obs.hippo");
    let with = |relay, profile: &str| {
        let more = format!("--revocations list --patient {profile}");
        transform("A", relay, &more)
    };
    place.run(&with(1, "patient.pub")).ok();
    let ran = place.run(&format!("{CARER} anna.pub --remove")).ok();
    assert!(
        ran.err.contains("until they end or are revoked"),
        "{}",
        ran.err
    );
    place.refuses(411, &with(2, "patient.pub"));
    place.run("patient new -o other.key").ok();
    place.refuses(325, &with(2, "other.pub"));
    // Who does not know goes on: what ends a grant for sure is a revocation.
    place.run(&with(2, "then.pub")).ok();
}

#[test]
fn guardians_revoke_for_the_patient_and_helpers_do_not() {
    let place = people();
    place.run("signer new --name ben -o ben.key").ok();
    let ben = "ben.pub --kind guardian --until 2060-06-30";
    place.run(&format!("{CARER} {ben}")).ok();
    let more = "--policy 'type=Observation and conf=N' --until 2060-12-31";
    grants::grant(&place, more, "G").ok();
    grants::ask(&place, "obs.hippo").ok();
    grants::none(&place);
    let revoke = "grant revoke --carer --grant G/grant.hg --key";
    // Their own list, numbered in a state of their own.
    place.refuses(7, &format!("{revoke} ben.key -o by-ben"));
    place.refuses(411, &format!("{revoke} anna.key --new-state -o by-anna"));
    place.refuses(411, &format!("{revoke} study.key --new-state -o by-study"));
    place.refuses(105, &format!("{revoke} r1.key --new-state -o by-relay"));
    let lists = "--revocations list --revocations by-ben";
    place.run(&grants::transform(1, "--revocations list")).ok();
    let ran = place
        .run(&format!("{revoke} ben.key --new-state --json -o by-ben"))
        .ok();
    assert_eq!(ran.json()["entries"].as_array().unwrap().len(), 1);
    place.refuses(402, &grants::transform(2, lists));
    // Kept for ever, as the patient's own.
    place.refuses(402, &grants::transform(2, "--revocations list"));
    for flags in ["--all", "--none", "--recovery --grant G/grant.hg"] {
        place.misused(&format!("grant revoke --carer --key ben.key {flags} -o x"));
    }
    // A list that the patient makes of it shows whose it is to nobody who does not ask.
    let list = "grant revoke --key patient.key --none --earlier by-ben --json -o list --force";
    place.run(list).ok();
    let listed = place.run("grant list --key patient.key --json G").ok();
    assert_eq!(listed.json()["grants"][0]["status"], "revoked");
}

/// A thief of the device has rotated, and grants under the new key; two trustees end it.
#[test]
fn a_recovered_key_ends_what_a_thief_has_granted() {
    let place = grants::people();
    for key in ["t1", "t2", "newphone"] {
        place.run(&format!("recipient new -o {key}.key")).ok();
    }
    place
        .run("patient split --key patient.key --trustee t1.pub --trustee t2.pub --threshold 2 -o D")
        .ok();
    place
        .run("patient rotate --key patient.key -o thief.key")
        .ok();
    place
        .run(&format!(
            "grant new --key thief.key --to study.pub {RELAYS} --policy conf=N --until 2060-12-31 -o G"
        ))
        .ok();
    let seal = "seal --patient thief.pub --label conf=N --record late -o late.hippo obs.json";
    place.run(seal).ok();
    grants::ask(&place, "late.hippo").ok();
    place
        .run("grant revoke --key thief.key --none -o list")
        .ok();
    for trustee in [1, 2] {
        place
            .run(&format!(
                "patient release --key t{trustee}.key --share D/trustee-{trustee}.ht --to newphone.pub -o p{trustee}"
            ))
            .ok();
    }
    place
        .run("patient recover --key newphone.key --part p1 --part p2 --patient patient.pub -o found.key")
        .ok();
    let by = "grant revoke --key found.key --recovery";
    // Under the thief's key the device's key says nothing, and other keys name other recovery keys.
    place.refuses(1, "grant revoke --key found.key --grant G/grant.hg -o x");
    place.run("patient new -o other.key").ok();
    place.refuses(1, &format!("{by} --all --patient other.pub -o x"));
    place.refuses(
        7,
        "grant revoke --key thief.key --recovery --grant G/grant.hg -o x",
    );
    for flags in [
        "--all --patient thief.pub",
        "--recovery --grant G/grant.hg --patient thief.pub",
    ] {
        place.misused(&format!("grant revoke --key found.key {flags} -o x"));
    }
    place.run(&grants::transform(1, "--revocations list")).ok();
    let ran = place.run(&format!("{by} --grant G/grant.hg -o one")).ok();
    assert!(ran.err.contains("by the recovery key"), "{}", ran.err);
    let lists = "--revocations list --revocations one";
    place.refuses(402, &grants::transform(2, lists));
    place
        .run(&format!("{by} --all --patient thief.pub -o all"))
        .ok();
    // Whatever the thief grants from now on, too.
    place
        .run(&format!(
            "grant new --key thief.key --to study.pub {RELAYS} --policy conf=N --until 2060-12-31 -o H"
        ))
        .ok();
    place
        .run("request new --key study.key --grant H/grant.hg -o request --force late.hippo")
        .ok();
    let line = grants::transform(3, "--revocations list --revocations all").replace("G/", "H/");
    place.refuses(402, &line);
}
