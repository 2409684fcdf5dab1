//! The objects of recovery and rotation: SPEC.md, section 14.12.

use hippocrypt::pre::{
    Objection, PatientKey, RecipientKey, ReleasedShare, Rotation, SeedBackup, SeenSuccessions,
    Splitting, Succession, TrusteeShare,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use crate::dump::Dump;
use crate::header;

/// Everything is made from one source, in the order below.
pub struct Made {
    patient: PatientKey,
    trustees: [RecipientKey; 2],
    device: RecipientKey,
    split: Splitting,
    released: [ReleasedShare; 2],
    rotation: Rotation,
    objection: Objection,
    seen: SeenSuccessions,
}

pub fn made() -> Made {
    let rng = &mut ChaCha20Rng::from_seed([0x49; 32]);
    let patient = PatientKey::generate(rng).unwrap();
    let trustees = ["Ada", "Ben"].map(|name| RecipientKey::generate(name, rng).unwrap());
    let device = RecipientKey::generate("new phone", rng).unwrap();
    let publics = trustees.each_ref().map(|it| it.public().clone());
    let split = patient.split(&publics, 2, rng).unwrap();
    let released = [0, 1].map(|at: usize| {
        split.shares[at]
            .release(&trustees[at], device.public(), rng)
            .unwrap()
    });
    let rotation = split.key.rotate(rng).unwrap();
    let by_recovery = patient.rotate(rng).unwrap().succession;
    let mut seen = SeenSuccessions::default();
    seen.first_seen(&by_recovery, 1_795_478_400).unwrap();
    Made {
        objection: split.key.object(&by_recovery).unwrap(),
        seen,
        patient,
        trustees,
        device,
        split,
        released,
        rotation,
    }
}

fn profile(dump: &mut Dump<'_>, sequence: u8) {
    dump.field(2, "profile: 332 bytes");
    dump.field(96, "P");
    dump.field(32, "Ed25519 public key");
    dump.field(1, "no key for proofs");
    dump.field(1, "recovery keys");
    dump.field(32, "Ed25519");
    dump.field(32, "X25519");
    dump.field(2, "two of two trustees");
    dump.field(8, &format!("sequence {sequence}"));
    dump.field(32, "proof: e");
    dump.field(32, "z");
    dump.field(64, "signature over PROFILE_SIGNATURE || the profile before");
}

fn trustee_share(made: &Made) -> String {
    let bytes = made.split.shares[0].to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 48: a trustee's share");
    profile(&mut dump, 1);
    dump.field(48, "S: recovery secret and tag");
    dump.field(32, "B, HPKE: encapsulated key");
    dump.field(48, "seed and tag");
    dump.field(32, "c_1");
    dump.field(32, "c_2");
    dump.field(
        64,
        "the recovery key's signature over RECOVERY_SIGNATURE || D",
    );
    dump.field(1, "trustee 1");
    dump.field(32, "the trustee's X25519 public key");
    dump.field(32, "and Ed25519 public key");
    dump.field(32, "HPKE: encapsulated key");
    dump.field(48, "r_1 and tag");
    dump.field(32, "checksum");
    dump.finish()
}

fn succession_object(dump: &mut Dump<'_>) {
    header(dump, "kind 50: a succession");
    dump.field(1, "rank 1: by the device's key");
    dump.field(32, "id of the earlier patient");
    profile(dump, 2);
    dump.field(
        64,
        "signature over SUCCESSION_SIGNATURE || all bytes before",
    );
    dump.field(32, "checksum");
}

fn succession(made: &Made) -> String {
    let bytes = made.rotation.succession.to_bytes();
    let mut dump = Dump::new(&bytes);
    succession_object(&mut dump);
    dump.finish()
}

fn seed_backup(made: &Made) -> String {
    let bytes = made.rotation.backup.as_ref().unwrap().to_bytes();
    let length = made.rotation.succession.to_bytes().len();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 51: the seed of a rotated key");
    dump.field(2, &format!("succession: {length} bytes"));
    dump.long(length, "the whole object");
    dump.field(32, "HPKE: encapsulated key");
    dump.field(48, "seed and tag");
    dump.field(32, "checksum");
    dump.finish()
}

fn objection(made: &Made) -> String {
    let bytes = made.objection.to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 68: an objection");
    dump.field(32, "digest of the succession");
    dump.field(64, "signature over SUCCESSION_OBJECTION || the digest");
    dump.field(32, "checksum");
    dump.finish()
}

fn seen(made: &Made) -> String {
    let bytes = made.seen.to_bytes();
    let mut dump = Dump::new(&bytes);
    header(&mut dump, "kind 69: successions seen");
    dump.field(2, "one");
    dump.field(32, "digest of the succession");
    dump.field(8, "first seen 2026-11-24 00:00:00 UTC");
    dump.field(32, "checksum");
    dump.finish()
}

type Object = (&'static str, fn(&Made) -> String);
pub const OBJECTS: [Object; 5] = [
    ("trustee share", trustee_share),
    ("succession", succession),
    ("seed backup", seed_backup),
    ("objection", objection),
    ("successions seen", seen),
];

/// What is shown is whole, and leads from the shares to the latest key.
pub fn check(made: &Made) {
    let share = TrusteeShare::from_bytes(&made.split.shares[0].to_bytes()).unwrap();
    assert_eq!(share.check(&made.trustees[0]), Ok(()));
    let parts = made
        .released
        .each_ref()
        .map(|it| ReleasedShare::from_bytes(&it.to_bytes()).unwrap());
    let backup = made.rotation.backup.as_ref().unwrap().to_bytes();
    let backup = SeedBackup::from_bytes(&backup).unwrap();
    let key = PatientKey::recover(&parts, &made.device, &[backup]).unwrap();
    assert_eq!(
        key.profile().to_bytes(),
        made.rotation.key.profile().to_bytes()
    );
    let succession = made.rotation.succession.to_bytes();
    let succession = Succession::from_bytes(&succession).unwrap();
    assert!(succession.verify(made.patient.profile()).is_ok());
}
