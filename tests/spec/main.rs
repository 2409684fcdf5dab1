//! The annotated bytes in SPEC.md are what the library writes: generated here, compared line by
//! line. What SPEC.md should say is in `target/tmp/SPEC-bytes.md` after a run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod consents;
mod coupons;
mod dump;
mod grants;
mod opening;
mod recovery;
mod standing;

use dump::Dump;
use hippocrypt::abe::{AuthorityKey, UserKey};
use hippocrypt::envelope::{Expiry, Opener, Record, Sealer};
use hippocrypt::keys::{SignerKey, SignerPublic};
use hippocrypt::policy::{Attributes, Date, Labels, Policy, Schema, SchemaEntry, Width};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

/// Everything is made from this one source, in the order below.
struct Made {
    authority: AuthorityKey,
    key: UserKey,
    ward: SignerKey,
    record: Vec<u8>,
    batch: Vec<u8>,
    object: Vec<u8>,
}

fn made() -> Made {
    let mut rng = ChaCha20Rng::from_seed([0x48; 32]);
    let authority = AuthorityKey::generate("Hospital", &mut rng).unwrap();
    let ward = SignerKey::generate("Ward 3", &mut rng).unwrap();
    let attributes = Attributes::parse(["role=nurse"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let key = authority.issue(&attributes, until, &mut rng).unwrap();
    let record = Record::new("obs-1")
        .unwrap()
        .created(1_795_478_400)
        .labels(Labels::parse(["type=Observation"]).unwrap())
        .sealed_metadata(b"from the monitor")
        .unwrap();
    let policy = Policy::parse("role=nurse").unwrap();
    let mut sealer = Sealer::new()
        .policy(authority.public(), policy, Expiry::Never)
        .sender(&ward);
    let content = b"sinus rhythm";
    let sealed = sealer.seal(&record, content, &mut rng).unwrap();
    let object = sealer
        .seal_detached(&record, content, &mut rng)
        .unwrap()
        .object;
    let ids = ["r-1", "r-2"].map(|id| hippocrypt::envelope::RecordId::new(id).unwrap());
    let members = ids.iter().map(|id| (id, &b"72/min"[..]));
    let batch = sealer.seal_batch(&record, members, &mut rng).unwrap();
    drop(sealer);
    Made {
        authority,
        key,
        ward,
        record: sealed,
        batch,
        object,
    }
}

fn header(dump: &mut Dump<'_>, kind: &str) {
    dump.field(5, "magic HIPPO");
    dump.field(1, "version 1");
    dump.field(1, "suite 1");
    dump.field(1, kind);
}

fn signer_public(made: &Made) -> String {
    let bytes = made.ward.public().to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 20: a signer's public file");
    dump.field(32, "Ed25519 public key");
    dump.field(7, "name: 6 bytes, \"Ward 3\"");
    dump.field(
        64,
        "self-signature over SIGNER_SIGNATURE || all bytes before",
    );
    dump.field(32, "checksum: SHA-256 of all bytes before");
    dump.finish()
}

fn authority_public(made: &Made) -> String {
    let bytes = made.authority.public().to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 17: an authority's public file");
    dump.long(576, "E");
    dump.field(32, "Ed25519 public key");
    dump.field(9, "name: 8 bytes, \"Hospital\"");
    dump.field(1, "no schema");
    dump.field(
        64,
        "self-signature over AUTHORITY_SIGNATURE || all bytes before",
    );
    dump.field(32, "checksum");
    dump.finish()
}

fn user_key(made: &Made) -> String {
    let bytes = made.key.to_bytes();
    let mut dump = Dump::new(bytes.expose());
    header(&mut dump, "kind 18: a user key");
    dump.field(32, "authority id");
    dump.field(16, "key id");
    dump.field(8, "time of issue: unknown");
    dump.field(2, "attributes: 24 bytes");
    dump.field(2, "two attributes");
    dump.field(
        11,
        "date expires: type 4 behind 0x80, name of 7 bytes, day 46750",
    );
    dump.field(11, "text role=nurse: name of 4 bytes, value of 5");
    dump.field(96, "sk3");
    dump.field(48, "sk2");
    dump.long(
        41 * 48,
        "sk1: 40 literals of the date, then the one of the text",
    );
    dump.field(32, "checksum");
    dump.finish()
}

fn fixed_part(dump: &mut Dump<'_>) {
    dump.field(4, "fixed part: 189 bytes follow");
    dump.field(16, "envelope id");
    dump.field(6, "record id: 5 bytes, \"obs-1\"");
    dump.field(8, "created 2026-11-24 00:00:00 UTC");
    dump.field(33, "sender");
    dump.field(19, "one label of 16 bytes, \"type=Observation\"");
    dump.field(1, "no vocabulary");
    dump.field(1, "no label key");
    dump.field(1, "no subject");
    dump.field(1, "no clear metadata");
    dump.field(35, "encrypted metadata: 32 bytes");
    dump.field(4, "chunk size 65,536");
    dump.field(32, "payload salt");
    dump.field(32, "commitment to the data key");
}

fn envelope(made: &Made) -> String {
    let mut dump = Dump::new(&made.record);
    header(&mut dump, "kind 1: an envelope");
    fixed_part(&mut dump);
    dump.field(64, "sender's signature over SENDER_HEADER || h");
    dump.field(4, "access part: 376 bytes follow");
    dump.field(1, "no consent");
    dump.field(1, "one stanza");
    dump.field(5, "type 1, 368 bytes");
    dump.field(32, "authority id");
    dump.field(4, "policy: 12 bytes");
    dump.field(1, "encoding 1");
    dump.field(11, "text role=nurse");
    dump.field(96, "ct1");
    dump.field(96, "ct2[1]");
    dump.field(48, "ct3[1]");
    dump.field(32, "masked message c");
    dump.field(48, "wrapped data key");
    dump.field(1, "no writer");
    dump.field(32, "code");
    dump.field(28, "the one chunk: 12 bytes and a tag");
    dump.field(64, "trailer: sender's signature over the payload");
    dump.finish()
}

fn batch(made: &Made) -> String {
    let members = 2 * (1 + 4 + 16 + 4 + 22 + 64) + 1 + 4 + 32 + 64;
    let mut dump = Dump::new(&made.batch);
    header(&mut dump, "kind 2: a batch");
    dump.long(
        made.batch.len() - 8 - members,
        "the rest of the header, as above",
    );
    for id in ["r-1", "r-2"] {
        dump.field(1, "a member");
        dump.field(4, &format!("record id {id:?}"));
        dump.field(16, "random");
        dump.field(26, "22 bytes: ciphertext and tag");
        dump.field(64, "sender's signature over the member");
    }
    dump.field(1, "the end");
    dump.field(4, "two members");
    dump.field(32, "closing code");
    dump.field(64, "sender's signature over the count");
    dump.finish()
}

fn object(made: &Made) -> String {
    let mut dump = Dump::new(&made.object);
    header(&mut dump, "kind 3: a payload whose header is elsewhere");
    dump.field(16, "envelope id");
    dump.field(28, "the one chunk");
    dump.field(64, "trailer");
    dump.finish()
}

fn schema(_: &Made) -> String {
    let role = SchemaEntry::text("role").unwrap();
    let level = SchemaEntry::number("level", Width::U8).unwrap();
    let schema = Schema::new([
        role.one_of(["rn", "md"]).unwrap(),
        level.within(0, 9).unwrap(),
        SchemaEntry::code("icd10").unwrap(),
    ])
    .unwrap();
    let mut dump = Dump::new(schema.as_bytes());
    dump.field(1, "encoding 1: a schema");
    dump.field(2, "three names");
    dump.field(6, "icd10 (name of 5 bytes)");
    dump.field(2, "type 5, a code; any value");
    dump.field(6, "level (name of 5 bytes)");
    dump.field(4, "type 1, u8; a range, from 0 to 9");
    dump.field(5, "role (name of 4 bytes)");
    dump.field(4, "type 0, text; a list of 2 values");
    dump.field(6, "md, rn");
    dump.finish()
}

type Object = (&'static str, fn(&Made) -> String);
const OBJECTS: [Object; 7] = [
    ("signer public", signer_public),
    ("authority public", authority_public),
    ("user key", user_key),
    ("envelope", envelope),
    ("batch", batch),
    ("payload object", object),
    ("schema", schema),
];

/// Every object with its annotated bytes.
fn all() -> Vec<(&'static str, String)> {
    let made = made();
    let granted = grants::made(made.authority.public());
    let first = OBJECTS.iter().map(|(name, write)| (*name, write(&made)));
    let grants = grants::OBJECTS.iter();
    let recovered = recovery::made();
    let recovery = recovery::OBJECTS.iter();
    let minted = coupons::made();
    let coupons = coupons::OBJECTS.iter();
    let consented = consents::made();
    let consents = consents::OBJECTS.iter();
    let shared = standing::made();
    let standing = standing::OBJECTS.iter();
    first
        .chain(grants.map(|(name, write)| (*name, write(&granted))))
        .chain(recovery.map(|(name, write)| (*name, write(&recovered))))
        .chain(coupons.map(|(name, write)| (*name, write(&minted))))
        .chain(consents.map(|(name, write)| (*name, write(&consented))))
        .chain(standing.map(|(name, write)| (*name, write(&shared))))
        .collect()
}

#[test]
fn the_annotated_bytes_of_the_specification_are_the_librarys() {
    let spec = include_str!("../../SPEC.md");
    let all = all();
    // Written before anything is compared: for whoever changes a format.
    let blocks = all
        .iter()
        .map(|(name, bytes)| format!("<!-- bytes of: {name} -->\n```text\n{bytes}```\n\n"));
    let place = concat!(env!("CARGO_TARGET_TMPDIR"), "/SPEC-bytes.md");
    std::fs::write(place, blocks.collect::<String>()).unwrap();
    for (name, expected) in all {
        let begin = format!("<!-- bytes of: {name} -->\n```text\n");
        let (_, block) = spec
            .split_once(&begin)
            .unwrap_or_else(|| panic!("no block: {name}"));
        let (block, _) = block.split_once("```").unwrap();
        assert_eq!(block, expected, "{name}");
    }
}

#[test]
fn what_the_specification_shows_opens() {
    let made = made();
    let opened = Opener::new().key(&made.key).open(&made.record).unwrap();
    assert_eq!(opened.plaintext.expose(), b"sinus rhythm");
    assert!(SignerPublic::from_bytes(&made.ward.public().to_bytes()).is_ok());
    let mut opener = Opener::new().key(&made.key);
    assert_eq!(opener.open_batch(&made.batch).unwrap().ids().len(), 2);
    opening::check(&grants::made(made.authority.public()), &made.key);
    recovery::check(&recovery::made());
    coupons::check(&coupons::made());
    consents::check(&consents::made());
    standing::check(&standing::made());
}
