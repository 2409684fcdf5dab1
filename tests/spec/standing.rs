//! Standing sharings, their refresh, and grants to a role: SPEC.md, sections 14.15 to 14.17.

use hippocrypt::abe::{AuthorityKey, UserKey};
use hippocrypt::envelope::{RoleRecipient, install_in_role};
use hippocrypt::policy::{Attributes, Date, LabelFrame, LabelPolicy, Policy};
use hippocrypt::pre::{
    Begin, Cache, Conditions, Credential, Grant, GrantTerms, GrantTo, HeldSharing,
    MemoryRelayState, PatientKey, RecipientKey, RefreshDealing, RefreshInvitation,
    RefreshStatement, RelayKey, SharingEnd, SharingShare, StandingSharing, Through, Verified,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use crate::dump::Dump;

const NOW: u64 = 1_795_478_400;

/// Everything is made from one source, in the order below.
pub struct Made {
    relays: [RelayKey; 2],
    sharing: StandingSharing,
    share: SharingShare,
    held: Vec<HeldSharing>,
    kept: Vec<u8>,
    invitation: RefreshInvitation,
    dealing: RefreshDealing,
    statement: RefreshStatement,
    end: SharingEnd,
    credential: Credential,
    grant: Grant<Verified>,
    nurse: UserKey,
}

pub fn made() -> Made {
    let rng = &mut ChaCha20Rng::from_seed([0x49; 32]);
    let patient = PatientKey::generate(rng).unwrap();
    let relays = ["north", "south"].map(|name| RelayKey::generate(name, rng).unwrap());
    let publics = relays.each_ref().map(|relay| relay.public().clone());
    let cache = &mut Cache::new();
    let (sharing, shares) = patient.new_sharing(&publics, 2, cache, rng).unwrap();
    let state = MemoryRelayState::default();
    let mut held: Vec<HeldSharing> = relays
        .iter()
        .zip(&shares)
        .map(|(key, share)| HeldSharing::install(sharing.clone(), share, key, &state).unwrap())
        .collect();
    let invitations: Vec<_> = held
        .iter_mut()
        .zip(&relays)
        .map(|(held, key)| {
            held.begin_refresh(key, (Begin::GoOn, &[]), &state, rng)
                .unwrap()
        })
        .collect();
    let dealings: Vec<_> = held
        .iter()
        .zip(&relays)
        .map(|(held, key)| held.deal_refresh(&invitations, key, rng).unwrap())
        .collect();
    let statements: Vec<_> = held
        .iter_mut()
        .zip(&relays)
        .map(|(held, key)| held.accept_refresh(&dealings, key).unwrap())
        .collect();
    let kept = held[0].to_bytes(&relays[0], rng).unwrap().expose().clone();
    let statement = held[0].finish_refresh(&statements).unwrap();

    let authority = AuthorityKey::generate("Hospital", rng).unwrap();
    let attributes = || Attributes::parse(["role=nurse"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let nurse = authority.issue(&attributes(), until, rng).unwrap();
    let doctor = RecipientKey::generate("anna", rng).unwrap();
    let holder = doctor.public();
    let credential =
        Credential::issue(&authority, holder, attributes(), NOW, NOW + 30 * 86_400).unwrap();
    let policy = Policy::parse("role=nurse").unwrap();
    let role = RoleRecipient::new(authority.public(), policy, None, None, false).unwrap();
    let frame = LabelFrame::new(2000, until).unwrap();
    let policy = LabelPolicy::parse("conf=N", &frame).unwrap();
    let terms = GrantTerms {
        recipient: GrantTo::Role(&role),
        policy: &policy,
        hide_policy: false,
        through: Through::Standing(&sharing),
        sequence: 1,
        not_before: NOW,
        not_after: NOW + 30 * 86_400,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let (grant, _) = patient.grant(&terms, cache, rng).unwrap();
    Made {
        end: patient.end_sharing(&sharing, NOW + 60, cache).unwrap(),
        share: shares[0].clone(),
        invitation: invitations[0].clone(),
        dealing: dealings[0].clone(),
        relays,
        sharing,
        held,
        kept,
        statement,
        credential,
        grant,
        nurse,
    }
}

fn header<'a>(bytes: &'a [u8], kind: &str) -> Dump<'a> {
    let mut dump = Dump::new(bytes);
    dump.field(5, "magic HIPPO");
    dump.field(1, "version 1");
    dump.field(1, "suite 1");
    dump.field(1, kind);
    dump
}

fn close(mut dump: Dump<'_>) -> String {
    dump.field(32, "checksum");
    dump.finish()
}

fn sharing(made: &Made) -> String {
    let bytes = made.sharing.to_bytes().unwrap();
    let mut dump = header(&bytes, "kind 58: a standing sharing");
    dump.field(2, "profile: 332 bytes");
    dump.long(332, "the body of the patient's profile");
    dump.field(16, "sharing id");
    dump.field(8, "epoch 1");
    dump.field(2, "2 of 2 relays");
    dump.field(32, "relay 1: X25519 public key");
    dump.field(32, "and Ed25519 public key");
    dump.long(64, "relay 2");
    dump.long(96, "C_0");
    dump.long(96, "C_1");
    dump.field(
        64,
        "patient's signature over SHARING_SIGNATURE || all bytes before",
    );
    close(dump)
}

fn share(made: &Made) -> String {
    let bytes = made.share.to_bytes();
    let mut dump = header(&bytes, "kind 59: a relay's share of a standing sharing");
    dump.field(32, "S");
    dump.field(1, "relay 1");
    dump.field(80, "share, sealed");
    close(dump)
}

fn held(made: &Made) -> String {
    let mut dump = header(&made.kept, "kind 60: a standing sharing in a relay's state");
    let sharing = made.sharing.to_bytes().unwrap().len();
    dump.field(4, &format!("sharing: {sharing} bytes"));
    dump.long(sharing, "the object above");
    dump.field(1, "relay 1");
    dump.field(1, "no refresh so far");
    dump.field(4, "refresh 1 was begun");
    dump.field(4, "its statement is the last one signed");
    dump.field(1, "it was accepted");
    let statement = made.statement.to_bytes().len() - 65;
    dump.field(4, &format!("statement: {statement} bytes"));
    dump.long(statement, "as below, with the signature of relay 1 alone");
    dump.field(2, "112 bytes");
    dump.field(112, "share and next share, sealed to the relay itself");
    close(dump)
}

fn round(dump: &mut Dump<'_>) {
    dump.field(32, "S");
    dump.field(4, "from refresh number 0");
    dump.field(4, "to 1");
}

fn invitation(made: &Made) -> String {
    let bytes = made.invitation.to_bytes();
    let mut dump = header(&bytes, "kind 61: an invitation to a refresh");
    round(&mut dump);
    dump.field(1, "relay 1");
    dump.field(32, "X25519 public key of this refresh");
    dump.field(4, "no statement signed so far");
    dump.field(
        64,
        "its signature over REFRESH_INVITATION || all bytes before",
    );
    close(dump)
}

fn dealing(made: &Made) -> String {
    let bytes = made.dealing.to_bytes();
    let mut dump = header(&bytes, "kind 62: a dealing of a refresh");
    round(&mut dump);
    dump.field(32, "round digest");
    dump.field(1, "relay 1");
    dump.field(1, "threshold 2");
    dump.long(96, "C_1");
    dump.field(1, "two parts");
    dump.field(80, "that of relay 1, sealed");
    dump.long(80, "that of relay 2");
    dump.field(
        64,
        "dealer's signature over REFRESH_DEALING || all bytes before",
    );
    close(dump)
}

fn statement(made: &Made) -> String {
    let bytes = made.statement.to_bytes();
    let mut dump = header(&bytes, "kind 63: a statement of a refresh");
    round(&mut dump);
    dump.field(2, "commitment: 96 bytes");
    dump.long(96, "C_1");
    dump.field(1, "two signatures");
    dump.field(1, "relay 1");
    dump.field(
        64,
        "its signature over REFRESH_STATEMENT || the body so far",
    );
    dump.field(1, "relay 2");
    dump.field(64, "its signature");
    close(dump)
}

fn end(made: &Made) -> String {
    let bytes = made.end.to_bytes().unwrap();
    let mut dump = header(&bytes, "kind 64: the end of a standing sharing");
    let sharing = made.sharing.to_bytes().unwrap().len();
    dump.field(4, &format!("sharing: {sharing} bytes"));
    dump.long(sharing, "the object above");
    dump.field(8, "at 2026-11-24 00:01:00 UTC");
    dump.field(
        64,
        "patient's signature over SHARING_END || all bytes before",
    );
    close(dump)
}

fn credential(made: &Made) -> String {
    let bytes = made.credential.to_bytes().unwrap();
    let mut dump = header(&bytes, "kind 65: a credential");
    dump.field(32, "issuer's Ed25519 public key");
    dump.field(32, "holder: X25519 public key");
    dump.field(32, "and Ed25519 public key");
    dump.field(8, "not before 2026-11-24 00:00:00 UTC");
    dump.field(8, "not after 2026-12-24 00:00:00 UTC");
    dump.field(2, "attributes: 13 bytes");
    dump.field(13, "one attribute: role=nurse");
    dump.field(
        64,
        "issuer's signature over CREDENTIAL_SIGNATURE || all bytes before",
    );
    close(dump)
}

fn role_grant(made: &Made) -> String {
    let bytes = made.grant.to_bytes();
    let mut dump = header(&bytes, "kind 40: a grant");
    let length = u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
    dump.field(4, &format!("header: {length} bytes"));
    dump.field(1, "version 2 of the header");
    dump.field(16, "grant id");
    dump.field(8, "sequence 1");
    dump.field(2, "profile: 332 bytes");
    dump.long(332, "the body of the patient's profile");
    dump.field(1, "to a role");
    dump.field(32, "issuer of credentials: Ed25519 public key");
    dump.field(32, "authority id");
    let policy = Policy::parse("role=nurse").unwrap().as_bytes().len();
    dump.field(2, &format!("policy: {policy} bytes"));
    dump.field(policy, "role=nurse");
    dump.field(1, "the policy over labels is shown");
    dump.field(4, "policy: 13 bytes");
    dump.field(13, "conf=N");
    dump.field(8, "not before 2026-11-24 00:00:00 UTC");
    dump.field(8, "not after 2026-12-24 00:00:00 UTC");
    dump.field(4, "any purpose, action, role, no break-glass");
    dump.field(32, "publisher's Ed25519 public key");
    dump.field(1, "no consent");
    dump.field(1, "under a standing sharing");
    dump.field(8, "epoch 1");
    dump.field(16, "sharing id");
    dump.field(2, "2 of 2 relays");
    dump.long(128, "keys of the relays");
    dump.long(192, "C_0, C_1 of the dealing");
    dump.field(32, "KEYC");
    dump.field(64, "patient's signature over GRANT_SIGNATURE || G");
    let at = 12 + length + 64;
    let sealed = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let inner = u32::from_be_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
    dump.field(4, &format!("sealed part: {sealed} bytes"));
    dump.field(4, &format!("ciphertext: {inner} bytes"));
    dump.long(inner, "C of section 7.5");
    dump.long(sealed - 4 - inner, "D and R of one row, sealed");
    close(dump)
}

type Object = (&'static str, fn(&Made) -> String);
pub const OBJECTS: [Object; 9] = [
    ("standing sharing", sharing),
    ("sharing share", share),
    ("held sharing", held),
    ("refresh invitation", invitation),
    ("refresh dealing", dealing),
    ("refresh statement", statement),
    ("sharing end", end),
    ("credential", credential),
    ("grant to a role", role_grant),
];

/// What is shown is what the library reads.
pub fn check(made: &Made) {
    let bytes = made.sharing.to_bytes().unwrap();
    assert!(StandingSharing::from_bytes(&bytes).is_ok());
    assert!(HeldSharing::from_bytes(&made.kept, &made.relays[0]).is_ok());
    assert_eq!(made.held[0].number(), 1);
    assert!(SharingEnd::from_bytes(&made.end.to_bytes().unwrap()).is_ok());
    assert!(Credential::from_bytes(&made.credential.to_bytes().unwrap()).is_ok());
    let grant = Grant::from_bytes(&made.grant.to_bytes()).unwrap();
    let grant = grant.verify().unwrap();
    let mut held = install_in_role(grant, &made.nurse, &mut Cache::new()).unwrap();
    assert_eq!(held.know_refresh(&made.statement), Ok(()));
}
