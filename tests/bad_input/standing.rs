//! 200 trials of each damage on every object of standing sharings, their refresh, and grants to a
//! role.

use hippocrypt::Error;
use hippocrypt::abe::{AuthorityKey, UserKey};
use hippocrypt::envelope::{RoleRecipient, install_in_role};
use hippocrypt::policy::{Attributes, Date, LabelFrame, LabelPolicy, LabelSet, Labels, Policy};
use hippocrypt::pre::{
    Begin, Cache, Claims, Conditions, Credential, Grant, GrantTerms, GrantTo, HeldSharing,
    MemoryRelayState, PatientKey, RecipientGrant, RecipientKey, RefreshDealing, RefreshInvitation,
    RefreshStatement, RelayKey, Requests, SharingEnd, SharingShare, Sight, StandingSharing,
    Through, Unverified, Verified,
};

use super::grants::{file, refused_or_the_same};
use super::support::Place;
use super::tool::trials;

const NOW: u64 = 1_795_500_000;

/// A sharing between two relays, in the middle of a refresh.
struct Objects {
    patient: PatientKey,
    relays: [RelayKey; 2],
    sharing: StandingSharing,
    shares: Vec<SharingShare>,
    invitations: Vec<RefreshInvitation>,
    dealings: Vec<RefreshDealing>,
    statements: Vec<RefreshStatement>,
    /// The first relay's state before each step.
    begun: Vec<u8>,
    accepted: Vec<u8>,
}

fn objects() -> Objects {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let relays = ["one", "two"].map(|name| RelayKey::generate(name, rng).unwrap());
    let publics = relays.each_ref().map(|it| it.public().clone());
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
    let begun = held[0].to_bytes(&relays[0], rng).unwrap().expose().clone();
    let dealings: Vec<_> = held
        .iter()
        .zip(&relays)
        .map(|(held, key)| held.deal_refresh(&invitations, key, rng).unwrap())
        .collect();
    let statements = held
        .iter_mut()
        .zip(&relays)
        .map(|(held, key)| held.accept_refresh(&dealings, key).unwrap())
        .collect();
    let accepted = held[0].to_bytes(&relays[0], rng).unwrap().expose().clone();
    Objects {
        patient,
        relays,
        sharing,
        shares,
        invitations,
        dealings,
        statements,
        begun,
        accepted,
    }
}

impl Objects {
    fn held(&self, bytes: &[u8]) -> HeldSharing {
        HeldSharing::from_bytes(bytes, &self.relays[0]).unwrap()
    }
}

#[test]
fn sharings_shares_and_ends() {
    let it = objects();
    let taken = file(200, &it.sharing.to_bytes().unwrap(), true, |bytes| {
        StandingSharing::from_bytes(bytes)?.to_bytes()
    });
    assert_eq!(taken, 0, "every byte of a sharing is signed");
    let share = it.shares[0].to_bytes();
    file(203, &share, true, |bytes| {
        Ok(SharingShare::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(206, &share, true, |bytes| {
        let read = SharingShare::from_bytes(bytes)?;
        let state = MemoryRelayState::default();
        HeldSharing::install(it.sharing.clone(), &read, &it.relays[0], &state)?;
        Ok(read.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a share is covered");
    let end = it.patient.end_sharing(&it.sharing, NOW, &mut Cache::new());
    let taken = file(207, &end.unwrap().to_bytes().unwrap(), true, |bytes| {
        SharingEnd::from_bytes(bytes)?.to_bytes()
    });
    assert_eq!(taken, 0, "every byte of an end is signed");
}

#[test]
fn sharings_in_a_relays_state() {
    let it = objects();
    for (seed, good) in [(210, &it.begun), (211, &it.accepted)] {
        // Sealing again gives other bytes: what was read is compared by what it says.
        type Said = (u8, u32, Option<u32>);
        let say = |bytes: &[u8]| -> hippocrypt::Result<Said> {
            let held = HeldSharing::from_bytes(bytes, &it.relays[0])?;
            Ok((held.index(), held.number(), held.pending()))
        };
        let expected = say(good).unwrap();
        let taken = refused_or_the_same(seed, good, true, |bytes| {
            assert_eq!(say(bytes)?, expected);
            Ok(bytes.to_vec())
        });
        assert_eq!(taken, 0, "every byte of the state is covered");
    }
}

#[test]
fn what_travels_in_a_refresh() {
    let it = objects();
    let key = &it.relays[0];
    let invitation = it.invitations[1].to_bytes();
    file(220, &invitation, true, |bytes| {
        Ok(RefreshInvitation::from_bytes(bytes)?.to_bytes())
    });
    let held = it.held(&it.begun);
    let taken = refused_or_the_same(223, &invitation, true, |bytes| {
        let read = RefreshInvitation::from_bytes(bytes)?;
        let all = [it.invitations[0].clone(), read];
        held.deal_refresh(&all, key, &mut getrandom::SysRng)?;
        Ok(all[1].to_bytes())
    });
    assert_eq!(taken, 0, "every byte of an invitation is signed");

    let dealing = it.dealings[1].to_bytes();
    file(224, &dealing, true, |bytes| {
        Ok(RefreshDealing::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(227, &dealing, true, |bytes| {
        let read = RefreshDealing::from_bytes(bytes)?;
        let all = [it.dealings[0].clone(), read];
        it.held(&it.begun).accept_refresh(&all, key)?;
        Ok(all[1].to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a dealing is signed");

    let statement = it.statements[1].to_bytes();
    file(228, &statement, true, |bytes| {
        Ok(RefreshStatement::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(231, &statement, true, |bytes| {
        let read = RefreshStatement::from_bytes(bytes)?;
        let all = [it.statements[0].clone(), read];
        it.held(&it.accepted).finish_refresh(&all)?;
        Ok(all[1].to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a statement is signed");
}

/// A grant to nurses, one of them, and how she asks.
struct Ward {
    grant: Grant<Verified>,
    held: RecipientGrant,
    nurse: UserKey,
    recipient: RecipientKey,
    credential: Credential,
    patient: PatientKey,
}

fn ward() -> Ward {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let relay = RelayKey::generate("one", rng).unwrap();
    let authority = AuthorityKey::generate("Elsewhere", rng).unwrap();
    let attributes = || Attributes::parse(["role=nurse"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let nurse = authority.issue(&attributes(), until, rng).unwrap();
    let recipient = RecipientKey::generate("nurse", rng).unwrap();
    let holder = recipient.public();
    let credential = Credential::issue(&authority, holder, attributes(), NOW - 1, NOW + 9).unwrap();
    let policy = Policy::parse("role=nurse").unwrap();
    let role = RoleRecipient::new(authority.public(), policy, None, None, false).unwrap();
    let frame = LabelFrame::new(2000, until).unwrap();
    let policy = LabelPolicy::parse("conf=N", &frame).unwrap();
    let publics = [relay.public().clone()];
    let terms = GrantTerms {
        recipient: GrantTo::Role(&role),
        policy: &policy,
        hide_policy: false,
        through: Through::Relays {
            relays: &publics,
            threshold: 1,
        },
        sequence: 1,
        not_before: NOW - 10,
        not_after: NOW + 1_000,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let cache = &mut Cache::new();
    let (grant, _) = patient.grant(&terms, cache, rng).unwrap();
    Ward {
        held: install_in_role(grant.clone(), &nurse, cache).unwrap(),
        grant,
        nurse,
        recipient,
        credential,
        patient,
    }
}

#[test]
fn grants_to_a_role_credentials_and_their_requests() {
    let it = ward();
    let grant = it.grant.to_bytes();
    file(240, &grant, true, |bytes| {
        Ok(Grant::<Unverified>::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(243, &grant, true, |bytes| {
        let read = Grant::from_bytes(bytes)?.verify()?;
        let held = install_in_role(read, &it.nurse, &mut Cache::new())?;
        Ok(held.grant().to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a grant to a role is covered");
    let taken = file(244, &it.credential.to_bytes().unwrap(), true, |bytes| {
        Credential::from_bytes(bytes)?.to_bytes()
    });
    assert_eq!(taken, 0, "every byte of a credential is signed");
    let labels = LabelSet::from(&Labels::parse(["conf=N"]).unwrap());
    let rng = &mut getrandom::SysRng;
    let coupon = it.patient.profile().mint(&labels, &mut Cache::new(), rng);
    let (capsule, _) = coupon.unwrap().seal(&[7; 32]);
    let requests = it
        .held
        .request_in_role(
            (&it.recipient, &it.credential),
            &[(&capsule, &[7; 32])],
            Sight::Open,
            &Claims::none(),
            NOW,
            rng,
        )
        .unwrap();
    file(247, &requests.to_bytes().unwrap(), false, |bytes| {
        Requests::from_bytes(bytes)?.to_bytes()
    });
}

/// What the trials above can't reach by accident: a header of version 2 that version 1 could say.
#[test]
fn one_version_for_one_header() {
    let it = objects();
    let policy = {
        let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
        LabelPolicy::parse("conf=N", &frame).unwrap()
    };
    let recipient = RecipientKey::generate("", &mut getrandom::SysRng).unwrap();
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(recipient.public()),
        policy: &policy,
        hide_policy: false,
        through: Through::Standing(&it.sharing),
        sequence: 1,
        not_before: NOW,
        not_after: NOW + 1,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let rng = &mut getrandom::SysRng;
    let (grant, _) = it.patient.grant(&terms, &mut Cache::new(), rng).unwrap();
    let mut bytes = grant.to_bytes();
    // Flag and epoch stand before sharing id, relays, C and KEYC.
    let header = u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let flag = 12 + header - 32 - 2 * 96 - 2 * 64 - 2 - 16 - 9;
    assert_eq!(bytes[flag..flag + 9], [1, 0, 0, 0, 0, 0, 0, 0, 1]);
    bytes.splice(flag..flag + 9, [0]);
    bytes[8..12].copy_from_slice(&(header as u32 - 8).to_be_bytes());
    let read = Grant::<Unverified>::from_bytes(&super::trials::with_checksum(&bytes));
    assert_eq!(read.err(), Some(Error::NotCanonical("version of a grant")));
}

/// The same through the tool, for a relay and its patient.
#[test]
fn through_the_tool() {
    let place = Place::new();
    for line in [
        "patient new -o patient.key",
        "recipient new -o study.key",
        "signer new -o registry.key",
        "relay new -o r1.key",
        "relay new -o r2.key",
        "sharing new --key patient.key --relay r1.pub --relay r2.pub --threshold 2 -o S",
        "relay add --key r1.key --sharing S/sharing.hsh --share S/share-1.hs",
        "relay add --key r2.key --sharing S/sharing.hsh --share S/share-2.hs",
        "relay refresh begin --key r1.key --sharing S/sharing.hsh -o i1",
        "relay refresh begin --key r2.key --sharing S/sharing.hsh -o i2",
        "relay refresh deal --key r1.key --sharing S/sharing.hsh --invitation i1 --invitation i2 -o d1",
        "relay refresh deal --key r2.key --sharing S/sharing.hsh --invitation i1 --invitation i2 -o d2",
        "sharing end --key patient.key --sharing S/sharing.hsh -o end",
        "credential issue --key registry.key --to study.pub --attr role=a --until 2060-12-31 -o c",
    ] {
        place.run(line).ok();
    }
    let new = "grant new --key patient.key --to study.pub --policy a=b --until 2060-12-31 -o out";
    trials(
        &place,
        250,
        "S/sharing.hsh",
        &format!("{new} --sharing bad"),
    );
    let deal = "relay refresh deal --key r1.key --sharing S/sharing.hsh --invitation i1 -o out";
    trials(&place, 251, "i2", &format!("{deal} --invitation bad"));
    let accept = "relay refresh accept --key r1.key --sharing S/sharing.hsh --dealing d1 -o out";
    trials(&place, 252, "d2", &format!("{accept} --dealing bad"));
    for relay in 1..=2 {
        place
            .run(&format!(
                "relay refresh accept --key r{relay}.key --sharing S/sharing.hsh --dealing d1 --dealing d2 -o s{relay}"
            ))
            .ok();
    }
    let finish = "relay refresh finish --key r1.key --sharing S/sharing.hsh --statement s1 -o out";
    trials(&place, 253, "s2", &format!("{finish} --statement bad"));
    trials(&place, 254, "end", "relay end --key r1.key --end bad");
    trials(&place, 255, "c", "credential show bad");
    let add = "relay add --key r1.key --state new --sharing S/sharing.hsh --share bad";
    place.run("relay new -o r3.key --state new").ok();
    trials(&place, 256, "S/share-1.hs", add);
}
