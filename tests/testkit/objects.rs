//! Binary objects: each one good, and with one fault.

use hippocrypt::abe::{AuthorityKey, Cache as AbeCache};
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::keys::{SignerKey, file};
use hippocrypt::policy::{
    Attributes, Date, LabelFrame, LabelKey, LabelPolicy, LabelSet, Labels, Policy,
};
use hippocrypt::pre::{
    Cache, Conditions, GrantTerms, GrantTo, PatientKey, RecipientKey, RelayKey, Through,
};

use super::kit::{Kit, dice, with_checksum};

pub const NOW: u64 = 1_795_500_000;

/// Where suite and kind stand.
const VERSION: usize = 5;
const SUITE: usize = 6;
const KIND: usize = 7;

/// The faults of every object that ends in a checksum.
pub fn framed(kit: &mut Kit, call: &'static str, good: &[u8]) {
    let name = call.replace('-', "_");
    let mut add = |fault: &str, code, bytes: &[u8]| {
        kit.add(&format!("{name}_{fault}.bin"), call, code, bytes);
    };
    let last = good.len() - 1;
    add("good", 0, good);
    add("last_byte_missing", 100, &good[..last]);
    add("trailing_byte", 101, &[good, &[0]].concat());
    add("magic_wrong", 102, &with_checksum(good, |it| it[0] = b'h'));
    add(
        "version_unknown",
        103,
        &with_checksum(good, |it| it[VERSION] = 2),
    );
    add(
        "suite_unknown",
        104,
        &with_checksum(good, |it| it[SUITE] = 9),
    );
    add(
        "kind_of_another",
        105,
        &with_checksum(good, |it| it[KIND] = 0xee),
    );
    let mut damaged = good.to_vec();
    damaged[last] ^= 1;
    add("checksum_wrong", 114, &damaged);
}

pub fn add(kit: &mut Kit) {
    let rng = &mut dice(1);
    let authority = AuthorityKey::generate("St. Elsewhere", rng).unwrap();
    let attributes = Attributes::parse(["role=cardiologist", "dept=icu"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let doctor = authority.issue(&attributes, until, rng).unwrap();
    let signer = SignerKey::generate("ward 3", rng).unwrap();
    let patient = PatientKey::generate(rng).unwrap();
    let study = RecipientKey::generate("study 12", rng).unwrap();
    let relays = ["a", "b", "c"].map(|name| RelayKey::generate(name, rng).unwrap());

    framed(kit, "authority-key", authority.to_bytes().expose());
    framed(kit, "authority-public", &authority.public().to_bytes());
    framed(kit, "user-key", doctor.to_bytes().expose());
    framed(kit, "signer-key", signer.to_bytes().expose());
    framed(kit, "signer-public", &signer.public().to_bytes());
    framed(
        kit,
        "label-key",
        LabelKey::generate(rng).unwrap().to_bytes().expose(),
    );
    framed(kit, "patient-key", patient.to_bytes().expose());
    framed(kit, "patient-profile", &patient.profile().to_bytes());
    framed(kit, "recipient-key", study.to_bytes().expose());
    framed(kit, "recipient-public", &study.public().to_bytes());
    framed(kit, "relay-key", relays[0].to_bytes().expose());
    framed(kit, "relay-public", &relays[0].public().to_bytes());

    let frame = LabelFrame::new(2000, until).unwrap();
    let policy = LabelPolicy::parse("type=ECG and conf=N", &frame).unwrap();
    let publics: Vec<_> = relays.iter().map(|relay| relay.public().clone()).collect();
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(study.public()),
        policy: &policy,
        hide_policy: false,
        through: Through::Relays {
            relays: &publics,
            threshold: 2,
        },
        sequence: 1,
        not_before: NOW,
        not_after: NOW + 86_400,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let cache = &mut Cache::new();
    let (grant, shares) = patient.grant(&terms, cache, rng).unwrap();
    framed(kit, "grant", &grant.to_bytes());
    framed(kit, "grant-share", &shares[0].to_bytes());
    let list = patient.publish(Vec::new(), 1, NOW).unwrap();
    framed(kit, "revocation-list", &list.to_bytes());

    let labels = LabelSet::from(&Labels::parse(["type=ECG", "conf=N"]).unwrap());
    let coupon = patient.profile().mint(&labels, cache, rng).unwrap();
    framed(kit, "coupon", coupon.into_bytes().expose());
    let device = RecipientKey::generate("monitor", rng).unwrap();
    let phone = SigningKey::generate(rng).unwrap();
    let pack = patient
        .profile()
        .mint_pack(device.public(), (&labels, 2), Some(&phone), cache, rng);
    let pack = pack.unwrap().to_bytes().unwrap();
    framed(kit, "coupon-pack", &pack);
    bodies(kit, &authority, &patient, &signer, &pack);
    points(kit, &authority);
    armour(kit, &signer);
}

/// Faults behind a checksum that is right.
fn bodies(
    kit: &mut Kit,
    authority: &AuthorityKey,
    patient: &PatientKey,
    signer: &SignerKey,
    pack: &[u8],
) {
    let public = authority.public().to_bytes();
    let changed = |good: &[u8], at: usize| with_checksum(good, |it| it[at] ^= 1);
    let behind = public.len() - 33;
    kit.add(
        "authority_public_signature_wrong.bin",
        "authority-public",
        301,
        &changed(&public, behind),
    );
    let key = authority.to_bytes();
    let high = with_checksum(key.expose(), |it| it[8..40].fill(0xff));
    kit.add(
        "authority_key_scalar_not_below_q.bin",
        "authority-key",
        111,
        &high,
    );
    let profile = patient.profile().to_bytes();
    let behind = profile.len() - 33;
    kit.add(
        "patient_profile_signature_wrong.bin",
        "patient-profile",
        301,
        &changed(&profile, behind),
    );
    let public = signer.public().to_bytes();
    let behind = public.len() - 33;
    kit.add(
        "signer_public_signature_wrong.bin",
        "signer-public",
        301,
        &changed(&public, behind),
    );
    let small = with_checksum(&public, |it| {
        it[8..40].fill(0);
        it[8] = 1;
    });
    kit.add(
        "signer_public_key_of_small_order.bin",
        "signer-public",
        109,
        &small,
    );
    kit.add(
        "coupon_pack_signature_wrong.bin",
        "coupon-pack",
        301,
        &changed(pack, pack.len() - 33),
    );
    // Behind header, pack id, patient and the device's two keys.
    let count = 8 + 16 + 32 + 64;
    let none = with_checksum(pack, |it| it[count..count + 2].fill(0));
    kit.add("coupon_pack_of_no_coupons.bin", "coupon-pack", 106, &none);
    let many = with_checksum(pack, |it| it[count..count + 2].fill(0xff));
    kit.add(
        "coupon_pack_of_65535_coupons.bin",
        "coupon-pack",
        106,
        &many,
    );
    let flag = with_checksum(pack, |it| it[count + 2] = 2);
    kit.add("coupon_pack_flag_of_two.bin", "coupon-pack", 115, &flag);
}

/// A ciphertext whose points are what no honest one has.
fn points(kit: &mut Kit, authority: &AuthorityKey) {
    let policy = Policy::parse("role=cardiologist").unwrap();
    let cache = &mut AbeCache::new();
    let made = authority
        .public()
        .encapsulate(&policy, &[7; 32], cache, &mut dice(2));
    let good = made.unwrap().0.to_bytes();
    kit.add("ciphertext_good.bin", "ciphertext", 0, &good);
    // Authority id (32), LP32 policy; then ct1 and one ct2 (96 each), one ct3 (48), c (32).
    let first = 36 + u32::from_be_bytes(good[32..36].try_into().unwrap()) as usize;
    let third = first + 192;
    assert_eq!(good.len(), third + 48 + 32);
    let mut add = |fault: &str, code, at: usize, point: &[u8]| {
        let mut bad = good.clone();
        bad[at..at + point.len()].copy_from_slice(point);
        kit.add(&format!("ciphertext_{fault}.bin"), "ciphertext", code, &bad);
    };
    let with = |length: usize, first: u8, last: u8| {
        let mut point = vec![0; length];
        (point[0], point[length - 1]) = (first, last);
        point
    };
    add("g1_identity", 110, third, &with(48, 0xc0, 0));
    add("g2_identity", 110, first, &with(96, 0xc0, 0));
    add(
        "g1_identity_with_other_bits",
        107,
        third,
        &with(48, 0xc0, 1),
    );
    add("g1_uncompressed_flag", 107, third, &with(48, 0x00, 4));
    add("g2_uncompressed_flag", 107, first, &with(96, 0x00, 4));
    // x^3 + 4 is a square for x = 4 and none for x = 1; hardly any x of the curve is in the subgroup.
    add("g1_not_on_the_curve", 108, third, &with(48, 0x80, 1));
    add("g1_not_in_the_subgroup", 109, third, &with(48, 0x80, 4));
    add(
        "g1_not_below_the_modulus",
        107,
        third,
        &[&[0x9f][..], &[0xff; 47]].concat(),
    );
    add(
        "g2_not_below_the_modulus",
        107,
        first,
        &[&[0x9f][..], &[0xff; 95]].concat(),
    );
    add("policy_length_too_high", 106, 32, &[0xff; 4]);
    kit.add(
        "ciphertext_cut_within_a_point.bin",
        "ciphertext",
        100,
        &good[..third + 20],
    );
    kit.add(
        "ciphertext_trailing_byte.bin",
        "ciphertext",
        101,
        &[good.as_slice(), &[0]].concat(),
    );
    kit.add("ciphertext_empty.bin", "ciphertext", 100, &[]);
}

/// Key files as text.
fn armour(kit: &mut Kit, signer: &SignerKey) {
    let good = file::armour(&signer.public().to_bytes())
        .unwrap()
        .expose()
        .clone();
    let mut add = |fault: &str, code, text: &str| {
        kit.add(
            &format!("armour_{fault}.txt"),
            "key-file",
            code,
            text.as_bytes(),
        );
    };
    add("good", 0, &good);
    add("carriage_returns", 113, &good.replace('\n', "\r\n"));
    add(
        "label_of_another",
        113,
        &good.replace("SIGNER PUBLIC KEY", "LABEL KEY"),
    );
    add(
        "label_unknown",
        113,
        &good.replace("SIGNER PUBLIC KEY", "SINGER PUBLIC KEY"),
    );
    add(
        "labels_differ",
        113,
        &good.replace("END HIPPOCRYPT SIGNER", "END HIPPOCRYPT LABEL"),
    );
    add("without_final_newline", 113, good.trim_end());
    add("two_final_newlines", 113, &format!("{good}\n"));
    add(
        "text_before",
        102,
        &good.replace("-----BEGIN", "To: ward 3\n-----BEGIN"),
    );
    add(
        "blank_in_a_line",
        113,
        &good.replacen("\nSElQ", "\nSE lQ", 1),
    );
    add("without_end", 113, good.split("-----END").next().unwrap());
}
