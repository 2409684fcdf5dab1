//! The other kinds of objects: good ones from the frozen vectors, and with one fault. And no kind is forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
use hippocrypt::pre::{Cache, HeldSharing, MemoryRelayState, PatientKey, PublisherState, RelayKey};
use serde_json::Value;

use super::calls::KINDS;
use super::kit::{Kit, dice, with_checksum};
use super::objects::{NOW, framed};

/// File, vector, field and, where it is a list, place in it.
type Vector = (&'static str, &'static str, &'static str, Option<usize>);

const VECTORS: &[(&str, Vector)] = &[
    ("authority-share", ("key", "backup", "parts", Some(0))),
    ("linkage-key", ("key", "linkage", "key", None)),
    ("requests", ("grant", "grant", "open_requests", None)),
    ("answer", ("grant", "grant", "answers", Some(0))),
    ("blame", ("revocation", "blame", "blame", None)),
    ("trustee-share", ("recovery", "split", "shares", Some(0))),
    ("released-share", ("recovery", "split", "released", Some(0))),
    (
        "succession",
        ("recovery", "rotation_by_recovery", "succession", None),
    ),
    (
        "seed-backup",
        ("recovery", "rotation_by_device", "seed_backup", None),
    ),
    ("objection", ("recovery", "objection", "objection", None)),
    ("seen-successions", ("recovery", "objection", "seen", None)),
    ("standing-sharing", ("sharing", "sharing", "sharing", None)),
    ("sharing-share", ("sharing", "sharing", "shares", Some(0))),
    ("sharing-end", ("sharing", "sharing", "end", None)),
    (
        "refresh-invitation",
        ("sharing", "refresh", "invitations", Some(0)),
    ),
    (
        "refresh-dealing",
        ("sharing", "refresh", "dealings", Some(0)),
    ),
    ("refresh-statement", ("sharing", "refresh", "whole", None)),
    ("credential", ("sharing", "role_grant", "credential", None)),
    (
        "signed-consent",
        ("consent", "signed_consent", "consent", None),
    ),
    (
        "signed-labels",
        ("consent", "signed_labels", "signed", None),
    ),
    ("consent-registry", ("proof", "registry", "registry", None)),
    ("place-receipt", ("proof", "registry", "receipt", None)),
    (
        "place-revocation",
        ("proof", "registry", "revocation", None),
    ),
    ("checkpoint", ("proof", "registry", "checkpoint", None)),
    (
        "provable-consent",
        ("proof", "provable_consent", "signed", None),
    ),
    ("consent-proof", ("proof", "proof", "proof", None)),
    ("proof-key", ("proof", "proof", "key", None)),
    ("proof-receipt", ("proof", "receipt", "receipt", None)),
];

/// Kinds of megabytes: where small ones are held to the digests that they once had.
const WITHOUT_VECTOR: &[(u8, &str)] = &[
    (88, "src/zk/prover/ceremony/tests.rs"),
    (89, "src/zk/prover/ceremony/tests.rs"),
    (90, "src/zk/prover/ceremony/tests.rs"),
];

/// And those that no function reads from bytes alone: their readers take a directory or a flash.
const WITHOUT_FILE: &[u8] = &[46, 56, 57];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn frozen((file, vector, field, place): Vector) -> Vec<u8> {
    let text = fs::read(root().join(format!("tests/vectors/{file}.json"))).unwrap();
    let all: Value = serde_json::from_slice(&text).unwrap();
    let value = &all[vector][field];
    let value = place.map_or(value, |at| &value[at]);
    unhex(
        value
            .as_str()
            .unwrap_or_else(|| panic!("no {vector} {field} in {file}.json")),
    )
}

pub fn add(kit: &mut Kit) {
    for (call, vector) in VECTORS {
        framed(kit, call, &frozen(*vector));
    }
    states(kit);
    full(kit);
    headers(kit);
    ceremonies(kit);
}

/// What parties keep for themselves.
fn states(kit: &mut Kit) {
    let patient = PatientKey::from_bytes(&kit.files["patient_key_good.bin"]).unwrap();
    let mut state = PublisherState::new(*patient.profile().signing_key());
    state.next_grant(NOW).unwrap();
    state.revoke(&patient, &[8; 16], NOW).unwrap();
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let policy = LabelPolicy::parse("conf=N", &frame).unwrap();
    state.keep_policy(&[7; 16], &policy).unwrap();
    framed(kit, "publisher-state", &state.to_bytes().unwrap());
    let relay = RelayKey::from_bytes(&kit.files["relay_key_good.bin"]).unwrap();
    let (rng, cache) = (&mut dice(41), &mut Cache::new());
    let publics = [relay.public().clone()];
    let (sharing, shares) = patient.new_sharing(&publics, 1, cache, rng).unwrap();
    let state = MemoryRelayState::default();
    let held = HeldSharing::install(sharing, &shares[0], &relay, &state).unwrap();
    framed(
        kit,
        "held-sharing",
        held.to_bytes(&relay, rng).unwrap().expose(),
    );
}

/// Objects with all that they may have.
const FULL: &[(&str, &str, Vector)] = &[
    (
        "patient_key_with_carers",
        "patient-key",
        ("key", "carers", "later_key", None),
    ),
    (
        "authority_key_with_schema",
        "authority-key",
        ("key", "schema", "authority_key", None),
    ),
    (
        "authority_with_schema",
        "authority-public",
        ("key", "schema", "authority", None),
    ),
    (
        "schema_with_values",
        "schema",
        ("key", "schema", "schema", None),
    ),
    (
        "grant_with_a_hidden_policy",
        "grant",
        ("grant", "hidden_grant", "grant", None),
    ),
    (
        "grant_to_a_role",
        "grant",
        ("sharing", "role_grant", "grant", None),
    ),
    (
        "requests_that_are_blind",
        "requests",
        ("grant", "hidden_grant", "blind_requests", None),
    ),
    (
        "requests_in_a_role",
        "requests",
        ("sharing", "role_grant", "requests", None),
    ),
    (
        "revocation_list_with_entries",
        "revocation-list",
        ("revocation", "revocations", "list", None),
    ),
    (
        "terms_with_every_criterion",
        "terms",
        ("consent", "terms", "bytes", None),
    ),
    (
        "proven_key",
        "proven-key",
        ("proof", "consent_key", "proven", None),
    ),
    ("batch", "header", ("stream", "batch", "batch", None)),
    (
        "record_with_everything",
        "header",
        ("envelope", "envelope_policy", "envelope", None),
    ),
];

fn full(kit: &mut Kit) {
    for (name, call, vector) in FULL {
        let good = frozen(*vector);
        kit.add(&format!("{name}_good.bin"), call, 0, &good);
        let cut = &good[..good.len().min(200) / 2];
        kit.add(&format!("{name}_cut.bin"), call, 100, cut);
    }
}

/// Headers of batches and of payloads apart.
fn headers(kit: &mut Kit) {
    let batch = frozen(("stream", "batch", "batch", None));
    kit.add("batch_cut_in_its_header.bin", "header", 100, &batch[..100]);
    let object = frozen(("envelope", "envelope_detached", "object", None));
    kit.add("payload_taken_for_a_header.bin", "header", 105, &object);
    let locked = frozen(("key", "locked", "locked", None));
    kit.add("locked_good.bin", "key-file", 0, &locked);
    let mut damaged = locked.clone();
    damaged[40] ^= 1;
    kit.add("locked_checksum_wrong.bin", "key-file", 114, &damaged);
}

/// Only their beginnings: whole ones take megabytes.
fn ceremonies(kit: &mut Kit) {
    for (call, kind, code) in [
        ("proving-key", 88, 106),
        ("powers", 89, 106),
        ("ceremony", 90, 100),
    ] {
        let name = call.replace('-', "_");
        let cut = [b"HIPPO\x01\x01", &[kind][..], &[0; 32]].concat();
        let cut = with_checksum(&cut, |_| {});
        kit.add(&format!("{name}_cut.bin"), call, code, &cut);
    }
}

/// The numbers of kinds in src/tags.rs.
fn kinds() -> BTreeSet<u8> {
    let text = fs::read_to_string(root().join("src/tags.rs")).unwrap();
    let (_, kinds) = text.split_once("enum Kind {").unwrap();
    let (kinds, _) = kinds.split_once("\n}").unwrap();
    kinds
        .lines()
        .filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "))
        .map(|(_, number)| number.parse().unwrap())
        .collect()
}

#[test]
fn every_kind_has_a_decoder_and_a_bad_file() {
    let table = fs::read_to_string(root().join("tests/testkit/table.txt")).unwrap();
    let bad: BTreeSet<&str> = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.ends_with("\t0"))
        .map(|line| line.split('\t').nth(1).unwrap())
        .collect();
    for kind in kinds() {
        let call = KINDS.iter().find(|(known, _)| *known == kind);
        assert_eq!(call.is_none(), WITHOUT_FILE.contains(&kind), "kind {kind}");
        if let Some((_, call)) = call {
            assert!(bad.contains(call), "no bad file for kind {kind}, {call}");
        }
    }
    let named: BTreeSet<u8> = KINDS.iter().map(|(kind, _)| *kind).collect();
    assert!(named.is_subset(&kinds()));
}

#[test]
fn every_kind_has_a_frozen_vector() {
    let mut frozen = BTreeSet::new();
    for file in fs::read_dir(root().join("tests/vectors")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        // Magic, version and suite in hexadecimal, then the kind; only objects of version 1.
        let objects = text.split("484950504f01").skip(1);
        frozen.extend(objects.filter_map(|it| u8::from_str_radix(it.get(2..4)?, 16).ok()));
    }
    for kind in kinds() {
        let exception = WITHOUT_VECTOR.iter().find(|(known, _)| *known == kind);
        assert_eq!(frozen.contains(&kind), exception.is_none(), "kind {kind}");
        if let Some((_, test)) = exception {
            assert!(root().join(test).is_file(), "{test}");
        }
    }
    assert!(frozen.is_subset(&kinds()), "a vector of no kind");
}
