//! Grants to a role: credentials.

use super::*;
use crate::asymmetric::SigningKey;
use crate::policy::{Attributes, Policy};

const TEXT: &str = "type=Observation";

/// Seals nothing: keeps the part as it is. The scheme that does stands above this module.
struct Bare(GrantRole);

impl SealPart for Bare {
    fn role(&self) -> &GrantRole {
        &self.0
    }

    fn seal_part(
        &self,
        part: &Secret<Vec<u8>>,
        _: &[u8; 32],
        _: &mut dyn crate::random::Randomness,
    ) -> Result<Vec<u8>> {
        Ok(part.expose().clone())
    }
}

struct Ward {
    world: World,
    granted: Granted,
    issuer: SigningKey,
    doctor: RecipientKey,
}

fn signing(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::build(|bytes| bytes.fill(seed)))
}

fn ward() -> Ward {
    let world = World::new(1, 2);
    let issuer = signing(1);
    let policy = Policy::parse("role=cardiologist and level>=2").unwrap();
    let bare = Bare(GrantRole::new(issuer.verifying_key(), [5; 32], policy).unwrap());
    let change = |terms: &mut GrantTerms<'_>| {
        // The terms outlive the closure.
        terms.recipient = GrantTo::Role(std::boxed::Box::leak(std::boxed::Box::new(bare)));
    };
    let (grant, shares) = world.deal(TEXT, 2, change, 3);
    let state = MemoryRelayState::default();
    let installed = shares
        .iter()
        .zip(&world.relays)
        .map(|(share, key)| RelayShare::install(grant.clone(), share, key, NOW, &state).unwrap())
        .collect();
    let part = Secret::new(grant.sealed().to_vec());
    let held = RecipientGrant::install_part(grant.clone(), &part, &mut Cache::new()).unwrap();
    Ward {
        granted: Granted {
            grant,
            shares,
            held,
            installed,
        },
        doctor: RecipientKey::generate("dr. a", &mut rng(7)).unwrap(),
        issuer,
        world,
    }
}

#[test]
fn a_credential_ends_after_it_begins() {
    let it = ward();
    let attributes = Attributes::parse(ROLE).unwrap();
    let issue = |from, until| {
        Credential::issue(
            &it.issuer,
            it.doctor.public(),
            attributes.clone(),
            from,
            until,
        )
    };
    for until in [NOW - 1, NOW] {
        let refused = issue(NOW, until).err();
        assert_eq!(
            refused,
            Some(Error::Time("a credential ends before it begins"))
        );
    }
    let credential = issue(NOW, NOW + 1).unwrap();
    assert_eq!(
        (credential.not_before(), credential.not_after()),
        (NOW, NOW + 1)
    );
}

impl Ward {
    fn credential(&self, attributes: &[&str], until: u64) -> Credential {
        let attributes = Attributes::parse(attributes.iter().copied()).unwrap();
        let holder = self.doctor.public();
        Credential::issue(&self.issuer, holder, attributes, NOW - 10, until).unwrap()
    }

    fn ask(&self, credential: &Credential, capsule: &Capsule) -> Result<Requests> {
        self.ask_with(Sight::Open, credential, capsule)
    }

    fn ask_with(
        &self,
        sight: Sight,
        credential: &Credential,
        capsule: &Capsule,
    ) -> Result<Requests> {
        self.granted.held.request_in_role(
            (&self.doctor, credential),
            &[(capsule, &H)],
            sight,
            &Claims::none(),
            NOW,
            &mut rng(4),
        )
    }
}

const ROLE: [&str; 2] = ["role=cardiologist", "level=3"];

#[test]
fn everybody_in_the_role_asks_with_a_key_of_their_own() {
    let it = ward();
    let header = it.granted.grant.header();
    assert_eq!(header.recipient(), None);
    assert!(header.role().is_some());
    let again = Grant::from_bytes(&it.granted.grant.to_bytes()).unwrap();
    assert_eq!(again.header().role(), header.role());
    let (capsule, key) = it.world.seal(&["type=Observation"], 2);
    let credential = it.credential(&ROLE, NOW + 10);
    let bytes = credential.to_bytes().unwrap();
    assert_eq!(Credential::from_bytes(&bytes).unwrap(), credential);
    for sight in [Sight::Open, Sight::Blind] {
        let asked = it.ask_with(sight, &credential, &capsule).unwrap();
        let asked = Requests::from_bytes(&asked.to_bytes().unwrap()).unwrap();
        let request = asked.for_relay(1).unwrap();
        assert_eq!(request.sight(), sight);
        let shown = request.credential().unwrap();
        assert_eq!(shown.holder(), it.doctor.public().fingerprint());
        assert_eq!(
            shown.attributes().to_string(),
            "level:u8=3, role=cardiologist"
        );
        let answers: Vec<_> = [1, 2]
            .iter()
            .map(|relay| {
                let answer = it.world.serve(&it.granted, &asked, *relay).unwrap();
                answer.verify(&it.granted.grant).unwrap()
            })
            .collect();
        let opened = it.world.open(&it.granted, &capsule, &answers).unwrap();
        assert!(opened.matches(key.expose()));
    }
}

#[test]
fn relays_refuse_whoever_does_not_show_to_be_in_the_role() {
    let it = ward();
    let (capsule, _) = it.world.seal(&["type=Observation"], 2);
    let good = it.credential(&ROLE, NOW + 10);
    let requests = it.ask(&good, &capsule).unwrap();
    // The request of a program that checks nothing, with another credential in it.
    let length = good.to_bytes().unwrap().len();
    let with = |credential: &Credential, key: &RecipientKey| {
        let shown = credential.to_bytes().unwrap();
        requests.forged(1, key, |bytes| {
            let behind = bytes.split_off(34 + 2 + length);
            bytes.truncate(34);
            bytes.extend_from_slice(&(shown.len() as u16).to_be_bytes());
            bytes.extend_from_slice(&shown);
            bytes.extend_from_slice(&behind);
        })
    };
    let refused = |credential: &Credential| {
        let forged = with(credential, &it.doctor);
        it.world.serve(&it.granted, &forged, 1).err()
    };
    assert_eq!(refused(&good), None);
    let ended = it.credential(&ROLE, NOW);
    assert_eq!(refused(&ended), Some(Error::CredentialNotValidNow));
    assert_eq!(it.ask(&ended, &capsule).err(), refused(&ended));
    for attributes in [
        &["role=nurse", "level=3"][..],
        &["role=cardiologist"],
        &["role=cardiologist", "level=1"],
    ] {
        let other = it.credential(attributes, NOW + 10);
        let outside = Some(Error::Credential("its holder is not in the role"));
        assert_eq!(refused(&other), outside, "{attributes:?}");
        assert_eq!(it.ask(&other, &capsule).err(), outside);
    }
    let holder = it.doctor.public();
    let attributes = Attributes::parse(ROLE).unwrap();
    let foreign = Credential::issue(&signing(2), holder, attributes, NOW - 10, NOW + 10).unwrap();
    let by_another = Some(Error::Credential("by another issuer than the grant names"));
    assert_eq!(refused(&foreign), by_another);
    // Somebody else's credential, with the thief's signature under the request.
    let thief = RecipientKey::generate("", &mut rng(8)).unwrap();
    let stolen = with(&good, &thief);
    assert_eq!(
        it.world.serve(&it.granted, &stolen, 1).err(),
        Some(Error::Verify)
    );
    // One that the issuer did not sign is not even read.
    let forged = good.clone().forged(&signing(2)).to_bytes().unwrap();
    assert_eq!(Credential::from_bytes(&forged).err(), Some(Error::Verify));
}

#[test]
fn a_credential_is_asked_for_by_roles_alone() {
    let it = ward();
    let (capsule, _) = it.world.seal(&["type=Observation"], 2);
    let asked = it.granted.held.request(
        &it.doctor,
        &[(&capsule, &H)],
        Sight::Open,
        &Claims::none(),
        NOW,
        &mut rng(4),
    );
    assert!(matches!(asked.err(), Some(Error::Credential(_))));
    // None in a request under a grant to a role, one under a grant to somebody.
    let own = it.world.grant(TEXT, 2);
    let requests = it.world.ask(&own, &[&capsule], Sight::Open);
    let bare = requests.forged(1, &it.world.recipient, |bytes| {
        bytes[..32].copy_from_slice(it.granted.grant.digest());
    });
    assert_eq!(
        it.world.serve(&it.granted, &bare, 1).err(),
        Some(Error::Credential("the grant is to a role"))
    );
    let credential = it.credential(&ROLE, NOW + 10);
    let shown = it.ask(&credential, &capsule).unwrap();
    let shown = shown.forged(1, &it.doctor, |bytes| {
        bytes[..32].copy_from_slice(own.grant.digest());
    });
    assert_eq!(
        it.world.serve(&own, &shown, 1).err(),
        Some(Error::Credential("the grant asks for none"))
    );
    // Nobody installs it with a recipient's key.
    let refused = RecipientGrant::install(it.granted.grant, &it.doctor, &mut Cache::new());
    assert_eq!(refused.err(), Some(Error::NoStanza));
}
