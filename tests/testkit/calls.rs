//! What the table of the test kit can call, by name: for its tests, and for fuzzing.

#[cfg(feature = "zk")]
use hippocrypt::Secret;
use hippocrypt::abe::{AuthorityKey, AuthorityPublic, AuthorityShare, Ciphertext, UserKey};
#[cfg(feature = "zk")]
use hippocrypt::asymmetric::{SigningKey, VerifyingKey};
use hippocrypt::consent::{SignedConsent, Terms, Vocabulary};
use hippocrypt::envelope::{Header, Opener};
use hippocrypt::keys::{Fingerprint, LinkageKey, SignerKey, SignerPublic, file};
use hippocrypt::policy::{
    Attributes, Date, LabelFrame, LabelKey, LabelPolicy, Labels, Policy, Schema,
};
use hippocrypt::pre::{
    Answer, Blame, Cache, Coupon, CouponPack, Credential, Grant, GrantShare, HeldSharing,
    Objection, PatientKey, PatientProfile, PublisherState, RecipientKey, RecipientPublic,
    RefreshDealing, RefreshInvitation, RefreshStatement, RelayKey, RelayPublic, ReleasedShare,
    Requests, RevocationList, SeedBackup, SeenSuccessions, SharingEnd, SharingShare,
    StandingSharing, Succession, TrusteeShare, Unverified,
};
#[cfg(feature = "zk")]
use hippocrypt::zk::{
    Checkpoint, PlaceReceipt, PlaceRevocation, ProofKey, ProofReceipt, ProvableConsent, ProvenKey,
    Registry, SignedProof,
};
use hippocrypt::{Error, Result};
use sha2::{Digest, Sha256};

/// A decoder: the bytes that the value it reads is written as, where it has one encoding.
type Decoder = fn(&[u8]) -> Result<Option<Vec<u8>>>;

fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| Error::Text("not UTF-8"))
}

/// Whose words the kit holds: of a registry, of a log.
#[cfg(feature = "zk")]
fn owned_by(seed: u8) -> VerifyingKey {
    SigningKey::from_seed(&Secret::new([seed; 32])).verifying_key()
}

#[cfg(feature = "zk")]
pub const REGISTRY: u8 = 72;
#[cfg(feature = "zk")]
pub const LOG: u8 = 73;

/// The relay and the patient of the kit, whose states some objects are.
const RELAY: &[u8] = include_bytes!("files/relay_key_good.bin");
const PATIENT: &[u8] = include_bytes!("files/patient_profile_good.bin");

/// The one that requests and label files are read with.
#[cfg(feature = "fhir")]
fn vocabulary() -> &'static Vocabulary {
    static KEPT: std::sync::OnceLock<Vocabulary> = std::sync::OnceLock::new();
    KEPT.get_or_init(|| Vocabulary::hv1().unwrap())
}

/// Every decoder of one input.
pub const DECODERS: &[(&str, Decoder)] = &[
    ("authority-key", |it| {
        same(AuthorityKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("authority-public", |it| {
        same(&AuthorityPublic::from_bytes(it)?.to_bytes())
    }),
    ("user-key", |it| {
        same(UserKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("signer-key", |it| {
        same(SignerKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("signer-public", |it| {
        same(&SignerPublic::from_bytes(it)?.to_bytes())
    }),
    ("label-key", |it| {
        same(LabelKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("patient-key", |it| {
        same(PatientKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("patient-profile", |it| {
        same(&PatientProfile::from_bytes(it)?.to_bytes())
    }),
    ("recipient-key", |it| {
        same(RecipientKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("recipient-public", |it| {
        same(&RecipientPublic::from_bytes(it)?.to_bytes())
    }),
    ("relay-key", |it| {
        same(RelayKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("relay-public", |it| {
        same(&RelayPublic::from_bytes(it)?.to_bytes())
    }),
    ("grant", |it| {
        same(&Grant::<Unverified>::from_bytes(it)?.to_bytes())
    }),
    ("grant-share", |it| {
        same(&GrantShare::from_bytes(it)?.to_bytes())
    }),
    ("requests", |it| {
        same(&Requests::from_bytes(it)?.to_bytes()?)
    }),
    ("answer", |it| same(&Answer::from_bytes(it)?.to_bytes())),
    ("revocation-list", |it| {
        same(&RevocationList::from_bytes(it)?.to_bytes())
    }),
    ("coupon", |it| {
        same(Coupon::from_bytes(it)?.into_bytes().expose())
    }),
    ("coupon-pack", |it| {
        same(&CouponPack::from_bytes(it)?.to_bytes()?)
    }),
    ("ciphertext", |it| {
        same(&Ciphertext::from_bytes(it)?.to_bytes())
    }),
    ("labels", |it| same(&Labels::from_bytes(it)?.to_bytes())),
    ("attributes", |it| {
        same(&Attributes::from_bytes(it)?.to_bytes())
    }),
    ("policy-bytes", |it| {
        same(&Policy::from_bytes(it)?.to_bytes())
    }),
    ("terms", |it| same(&Terms::from_bytes(it)?.to_bytes()?)),
    ("authority-share", |it| {
        same(AuthorityShare::from_bytes(it)?.to_bytes().expose())
    }),
    ("linkage-key", |it| {
        same(LinkageKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("blame", |it| {
        same(&Blame::from_bytes(it, &mut Cache::new())?.to_bytes()?)
    }),
    ("publisher-state", |it| {
        let owner = *PatientProfile::from_bytes(PATIENT)?.signing_key();
        same(&PublisherState::from_bytes(it, &owner)?.to_bytes()?)
    }),
    ("trustee-share", |it| {
        same(&TrusteeShare::from_bytes(it)?.to_bytes())
    }),
    ("released-share", |it| {
        same(&ReleasedShare::from_bytes(it)?.to_bytes())
    }),
    ("succession", |it| {
        same(&Succession::<Unverified>::from_bytes(it)?.to_bytes())
    }),
    ("seed-backup", |it| {
        same(&SeedBackup::from_bytes(it)?.to_bytes())
    }),
    ("standing-sharing", |it| {
        same(&StandingSharing::from_bytes(it)?.to_bytes()?)
    }),
    ("sharing-share", |it| {
        same(&SharingShare::from_bytes(it)?.to_bytes())
    }),
    // Sealed to the relay, anew each time it is written.
    ("held-sharing", |it| {
        HeldSharing::from_bytes(it, &RelayKey::from_bytes(RELAY)?).map(|_| None)
    }),
    ("refresh-invitation", |it| {
        same(&RefreshInvitation::from_bytes(it)?.to_bytes())
    }),
    ("refresh-dealing", |it| {
        same(&RefreshDealing::from_bytes(it)?.to_bytes())
    }),
    ("refresh-statement", |it| {
        same(&RefreshStatement::from_bytes(it)?.to_bytes())
    }),
    ("sharing-end", |it| {
        same(&SharingEnd::from_bytes(it)?.to_bytes()?)
    }),
    ("credential", |it| {
        same(&Credential::from_bytes(it)?.to_bytes()?)
    }),
    ("objection", |it| {
        same(&Objection::from_bytes(it)?.to_bytes())
    }),
    ("seen-successions", |it| {
        same(&SeenSuccessions::from_bytes(it)?.to_bytes())
    }),
    ("signed-consent", |it| {
        same(&SignedConsent::from_bytes(it)?.to_bytes()?)
    }),
    #[cfg(feature = "fhir")]
    ("signed-labels", |it| {
        same(&hippocrypt::fhir::labels::SignedLabels::from_bytes(it)?.to_bytes()?)
    }),
    #[cfg(feature = "zk")]
    ("consent-registry", |it| {
        same(&Registry::from_bytes(it)?.to_bytes()?)
    }),
    #[cfg(feature = "zk")]
    ("place-receipt", |it| {
        same(&PlaceReceipt::from_bytes(it)?.to_bytes())
    }),
    #[cfg(feature = "zk")]
    ("place-revocation", |it| {
        same(&PlaceRevocation::from_bytes(it)?.to_bytes())
    }),
    #[cfg(feature = "zk")]
    ("checkpoint", |it| {
        same(&Checkpoint::from_bytes(it, &owned_by(REGISTRY))?.to_bytes())
    }),
    #[cfg(feature = "zk")]
    ("provable-consent", |it| {
        same(ProvableConsent::from_bytes(it)?.to_bytes().expose())
    }),
    #[cfg(feature = "zk")]
    ("consent-proof", |it| {
        same(&SignedProof::from_bytes(it)?.to_bytes())
    }),
    #[cfg(feature = "zk")]
    ("proof-key", |it| {
        same(&ProofKey::from_bytes(it)?.to_bytes())
    }),
    #[cfg(feature = "zk")]
    ("proof-receipt", |it| {
        same(&ProofReceipt::from_bytes(it, &owned_by(LOG))?.to_bytes())
    }),
    #[cfg(feature = "zk-prover")]
    ("proving-key", |it| {
        hippocrypt::zk::prover::ProvingKey::from_bytes(it).map(|_| None)
    }),
    #[cfg(feature = "zk-prover")]
    ("powers", |it| {
        hippocrypt::zk::prover::ceremony::Powers::from_bytes(it).map(|_| None)
    }),
    #[cfg(feature = "zk-prover")]
    ("ceremony", |it| {
        hippocrypt::zk::prover::ceremony::Ceremony::from_bytes(it).map(|_| None)
    }),
    ("fingerprint", |it| {
        Fingerprint::parse(text(it)?).map(|_| None)
    }),
    ("vocabulary", |it| Vocabulary::read(it).map(|_| None)),
    #[cfg(feature = "fhir")]
    ("fhir-document", |it| {
        hippocrypt::fhir::Document::parse(it).map(|_| None)
    }),
    #[cfg(feature = "fhir")]
    ("fhir-bundle", |it| {
        hippocrypt::fhir::Bundle::parse(it).map(|_| None)
    }),
    #[cfg(feature = "fhir")]
    ("dicom", |it| {
        hippocrypt::fhir::labels::DicomHeader::read(it).map(|_| None)
    }),
    #[cfg(feature = "fhir")]
    ("label-file", |it| {
        hippocrypt::fhir::labels::Assertions::read(it, vocabulary()).map(|_| None)
    }),
    #[cfg(feature = "fhir")]
    ("request", |it| {
        let read = hippocrypt::fhir::read_request(it, vocabulary(), 0);
        read.map(|_| None).map_err(|refused| refused.error)
    }),
    #[cfg(feature = "zk")]
    ("proof-request", |it| {
        hippocrypt::proof::ProofRequest::from_json(it).map(|_| None)
    }),
    #[cfg(feature = "zk")]
    ("proven-key", |it| {
        let bytes = it.try_into().map_err(|_| Error::Truncated)?;
        same(&ProvenKey::from_bytes(bytes, &[70; 32])?.to_bytes())
    }),
    ("label-policy-text", |it| {
        let frame = LabelFrame::new(2000, Date::parse("2027-12-31")?)?;
        LabelPolicy::parse(text(it)?, &frame).map(|_| None)
    }),
    ("label-policy", |it| {
        LabelPolicy::from_bytes(it).map(|_| None)
    }),
    ("schema", |it| Schema::from_bytes(it).map(|_| None)),
    ("header", header),
    ("key-file", |it| file::read(it).map(|_| None)),
    ("policy", |it| Policy::parse(text(it)?).map(|_| None)),
    ("label-lines", |it| {
        Labels::parse(text(it)?.lines()).map(|_| None)
    }),
    ("attribute-lines", |it| {
        Attributes::parse(text(it)?.lines()).map(|_| None)
    }),
];

/// Which decoder reads objects of a kind (SPEC.md, section 3).
pub const KINDS: &[(u8, &str)] = &[
    (1, "header"),
    (2, "header"),
    (3, "header"),
    (4, "header"),
    (16, "authority-key"),
    (17, "authority-public"),
    (18, "user-key"),
    (19, "signer-key"),
    (20, "signer-public"),
    (21, "authority-share"),
    (22, "label-key"),
    (23, "linkage-key"),
    (24, "patient-key"),
    (25, "patient-profile"),
    (26, "recipient-key"),
    (27, "recipient-public"),
    (28, "relay-key"),
    (29, "relay-public"),
    (32, "key-file"),
    (40, "grant"),
    (41, "grant-share"),
    (42, "requests"),
    (43, "answer"),
    (44, "revocation-list"),
    (45, "blame"),
    (47, "publisher-state"),
    (48, "trustee-share"),
    (49, "released-share"),
    (50, "succession"),
    (51, "seed-backup"),
    (54, "coupon"),
    (55, "coupon-pack"),
    (58, "standing-sharing"),
    (59, "sharing-share"),
    (60, "held-sharing"),
    (61, "refresh-invitation"),
    (62, "refresh-dealing"),
    (63, "refresh-statement"),
    (64, "sharing-end"),
    (65, "credential"),
    (68, "objection"),
    (69, "seen-successions"),
    (72, "terms"),
    (73, "signed-consent"),
    (76, "signed-labels"),
    (80, "consent-registry"),
    (81, "place-receipt"),
    (82, "place-revocation"),
    (83, "checkpoint"),
    (84, "provable-consent"),
    (85, "consent-proof"),
    (86, "proof-key"),
    (87, "proof-receipt"),
    (88, "proving-key"),
    (89, "powers"),
    (90, "ceremony"),
];

/// What takes a key file as well.
pub const OPENERS: &[&str] = &[
    "open-with-user-key",
    "open-with-patient-key",
    "session-with-patient-key",
];

fn same(bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    Ok(Some(bytes.to_vec()))
}

/// A header from bytes and from a stream alike, and the list of a batch's members.
fn header(bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    let read = Header::from_bytes(bytes);
    #[cfg(feature = "std")]
    assert!(Header::read_from(&mut &*bytes).is_ok() == read.is_ok());
    let (header, rest) = read?;
    // Only headers that say so are of batches; what follows them is not the header's.
    let _ = header.list_members(rest);
    Ok(None)
}

/// Calls what `name` stands for. Bytes of a decoder that are accepted are the value's own.
pub fn call(name: &str, input: &[u8], keys: &[Vec<u8>]) -> Result<()> {
    if let Some((_, decode)) = DECODERS.iter().find(|(known, _)| *known == name) {
        if let Some(again) = decode(input)? {
            assert!(again == input, "{name}: a second encoding was accepted");
        }
        return Ok(());
    }
    match name {
        "open-with-user-key" => {
            let key = UserKey::from_bytes(&keys[0])?;
            Opener::new().key(&key).open(input).map(drop)
        }
        "open-with-patient-key" => {
            let key = PatientKey::from_bytes(&keys[0])?;
            Opener::new().patient(&key).open(input).map(drop)
        }
        "session-with-patient-key" => session(input, &PatientKey::from_bytes(&keys[0])?),
        _ => panic!("no such call: {name}"),
    }
}

/// Objects go to the decoder of their kind, as they are and behind a checksum that was mended, which no fuzzer finds;
/// everything else goes to all decoders.
pub fn read(input: &[u8]) {
    let offered = |name: &str| DECODERS.iter().any(|(known, _)| *known == name);
    let kind = input.get(7).filter(|_| input.starts_with(b"HIPPO"));
    match KINDS.iter().find(|(it, _)| Some(it) == kind) {
        Some((_, name)) if offered(name) => {
            let _ = call(name, input, &[]);
            if let Some(body) = input.len().checked_sub(32).map(|end| &input[..end]) {
                let _ = call(name, &[body, &Sha256::digest(body)].concat(), &[]);
            }
        }
        _ => {
            for (name, _) in DECODERS {
                let _ = call(name, input, &[]);
            }
        }
    }
}

/// All of a session, in order; without an end it is `Interrupted`.
fn session(input: &[u8], key: &PatientKey) -> Result<()> {
    let (header, mut unread) = Header::from_bytes(input)?;
    let mut opener = Opener::new().patient(key);
    let mut reader = opener.unlock(header)?.session()?;
    while reader.next(&mut unread)?.is_some() {}
    match (reader.status(), reader.missing()) {
        (hippocrypt::envelope::SessionStatus::Interrupted, _) => Err(Error::Interrupted),
        (_, [_, ..]) => Err(Error::SegmentsMissing),
        _ => Ok(()),
    }
}
