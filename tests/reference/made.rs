//! What the independent program made, opened by the library: every kind of object.

use hippocrypt::abe::{AuthorityKey, AuthorityPublic, AuthorityShare, UserKey};
use hippocrypt::asymmetric::Signer;
use hippocrypt::consent::{SignedConsent, Terms};
use hippocrypt::envelope::{BothHolder, Header, Opener, Owner, Sender, SessionStatus};
use hippocrypt::keys::{SignerKey, unlock};
use hippocrypt::policy::{LabelKey, LabelSet, Labels};
use hippocrypt::pre::{
    Cache, Capsule, Circumstances, Claims, CouponPack, Grant, GrantShare, HeldSharing, LIST_AGE,
    MemoryRelayState, PatientKey, PatientProfile, REQUEST_AGE, Rank, RecipientGrant, RecipientKey,
    RelayKey, RelayShare, RevocationList, Revoked, SharingShare, Sight, StandingSharing,
    Succession, TrusteeShare,
};
use serde_json::Value;

use crate::vectors::{NOW, Recorder};

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn list(value: &Value) -> Vec<Vec<u8>> {
    value.as_array().unwrap().iter().map(bytes).collect()
}

/// Everybody's keys, read from what the program wrote.
struct People {
    hospital: AuthorityKey,
    nurse: UserKey,
    patient: PatientKey,
    ward: SignerKey,
}

impl People {
    fn read(keys: &Value) -> Self {
        let people = Self {
            hospital: AuthorityKey::from_bytes(&bytes(&keys["authority_key"])).unwrap(),
            nurse: UserKey::from_bytes(&bytes(&keys["user_key"])).unwrap(),
            patient: PatientKey::from_bytes(&bytes(&keys["patient_key"])).unwrap(),
            ward: SignerKey::from_bytes(&bytes(&keys["ward"])).unwrap(),
        };
        let public = AuthorityPublic::from_bytes(&bytes(&keys["authority"])).unwrap();
        assert_eq!(public.id(), people.hospital.public().id());
        assert_eq!(public.name(), "Klinik Süd");
        let cache = &mut hippocrypt::abe::Cache::new();
        let source = &mut Recorder::new(110);
        assert_eq!(people.nurse.check(&public, cache, source), Ok(()));
        let profile = PatientProfile::from_bytes(&bytes(&keys["profile"])).unwrap();
        assert_eq!(profile.id(), people.patient.profile().id());
        people
    }

    fn opener(&self) -> Opener<'_> {
        let both = BothHolder::new(&self.nurse, Box::new(Owner::new(&self.patient)));
        Opener::new()
            .key(&self.nurse)
            .patient(&self.patient)
            .unwrap_with(Box::new(both))
    }
}

/// Everything of it.
pub fn open(made: &Value) {
    let people = People::read(&made["keys"]);
    envelopes(made, &people);
    streams(made, &people);
    consent(&made["consent"], &people);
    split(&made["split"], &people);
    granted(&made["grant"], &people);
    others(made, &people);
}

fn envelopes(made: &Value, people: &People) {
    let envelopes = made["envelopes"].as_object().unwrap();
    assert_eq!(envelopes.len(), 3);
    for (name, pair) in envelopes {
        let opened = people.opener().open(&bytes(&pair[0])).unwrap();
        assert_eq!(*opened.plaintext.expose(), bytes(&pair[1]), "{name}");
        let fixed = opened.header.fixed();
        match name.as_str() {
            "policy" => {
                let metadata = opened.header.metadata().unwrap().unwrap();
                assert_eq!(metadata.expose(), b"from bed 12");
                assert_eq!(fixed.clear_metadata(), Some(&b"monitor 4"[..]));
                let ward = people.ward.verifying_key();
                assert_eq!(opened.sender, Sender::Signed(ward));
                let consent = opened.header.access().consent().unwrap();
                assert_eq!(consent.scope(), b"treatment");
                let (header, _) = Header::from_bytes(&bytes(&pair[0])).unwrap();
                assert!(header.is_under(&[0; 32]));
            }
            "capsule" => {
                let key = LabelKey::from_bytes(&bytes(&made["keys"]["label_key"])).unwrap();
                assert_eq!(fixed.label_key_id(), Some(&key.id()));
                let labels = Labels::parse(["conf=N", "ym=2026-11"]).unwrap();
                assert!(*fixed.label_set() == LabelSet::blinded(&labels, &key));
            }
            _ => assert_eq!(opened.sender, Sender::Unsigned),
        }
    }
}

fn streams(made: &Value, people: &People) {
    let detached = &made["detached"];
    let header = bytes(&detached["header"]);
    let (header, rest) = Header::from_bytes(&header).unwrap();
    assert!(rest.is_empty());
    let header = people.opener().unlock(header).unwrap();
    let (content, _) = header.open_detached(&bytes(&detached["object"])).unwrap();
    assert_eq!(content.expose(), b"pixels");

    let batch = bytes(&made["batch"]);
    let mut opener = people.opener();
    let opened = opener.open_batch(&batch).unwrap();
    let contents = [&b"72/min"[..], b"", b"75/min"];
    assert_eq!(opened.ids().len(), contents.len());
    for (at, expected) in contents.iter().enumerate() {
        assert_eq!(opened.open(at).unwrap().0.expose(), expected);
    }

    let session = bytes(&made["session"]);
    let (header, mut unread) = Header::from_bytes(&session).unwrap();
    let mut session = people.opener().unlock(header).unwrap().session().unwrap();
    let first = session.next(&mut unread).unwrap().unwrap();
    assert_eq!(*first.plaintext.expose(), [0; 2_000]);
    let third = session.next(&mut unread).unwrap().unwrap();
    assert_eq!(third.plaintext.expose(), b"third");
    assert!(session.next(&mut unread).unwrap().is_none());
    assert_eq!(session.status(), SessionStatus::Ended);
    assert_eq!(session.missing(), std::slice::from_ref(&(1..2)));
}

fn consent(made: &Value, people: &People) {
    let terms = Terms::from_bytes(&bytes(&made["terms"])).unwrap();
    assert_eq!(terms.digest().unwrap().to_vec(), bytes(&made["digest"]));
    let signed = SignedConsent::from_bytes(&bytes(&made["signed"])).unwrap();
    let verified = signed.verify(people.patient.profile(), NOW).unwrap();
    assert_eq!(*verified.terms(), terms);
}

fn split(made: &Value, people: &People) {
    let later = PatientKey::from_bytes(&bytes(&made["later_key"])).unwrap();
    assert_eq!(later.profile().trustees(), Some((2, 3)));
    let device = RecipientKey::generate("phone", &mut Recorder::new(111)).unwrap();
    let released: Vec<_> = list(&made["shares"])
        .iter()
        .zip(list(&made["trustees"]))
        .skip(1)
        .map(|(share, trustee)| {
            let share = TrusteeShare::from_bytes(share).unwrap();
            let trustee = RecipientKey::from_bytes(&trustee).unwrap();
            assert_eq!(share.check(&trustee), Ok(()));
            let source = &mut Recorder::new(112);
            share.release(&trustee, device.public(), source).unwrap()
        })
        .collect();
    let again = PatientKey::recover(&released, &device, &[]).unwrap();
    assert_eq!(again.profile().id(), people.patient.profile().id());
    assert!(again.holds_recovery());
}

/// From the grant to the capsule's key, the relays in between.
fn granted(made: &Value, people: &People) {
    let cache = &mut Cache::new();
    let study = RecipientKey::from_bytes(&bytes(&made["recipient_key"])).unwrap();
    let grant = Grant::from_bytes(&bytes(&made["grant"])).unwrap();
    let grant = grant.verify().unwrap();
    assert_eq!(grant.header().patient().id(), people.patient.profile().id());
    let held = RecipientGrant::install(grant.clone(), &study, cache).unwrap();
    let labels = list(&made["labels"]);
    let labels: Vec<&str> = labels
        .iter()
        .map(|it| std::str::from_utf8(it).unwrap())
        .collect();
    let labels = LabelSet::from(&Labels::parse(labels).unwrap());
    let capsule = Capsule::from_bytes(&bytes(&made["capsule"]), &labels).unwrap();
    let h = [0; 32];
    let claims = Claims::none().purpose("HRESCH").unwrap();
    let source = &mut Recorder::new(113);
    let requests = held
        .request(
            &study,
            &[(&capsule, &h)],
            Sight::Blind,
            &claims,
            NOW,
            source,
        )
        .unwrap();
    let relays = list(&made["relay_keys"]);
    let answers: Vec<_> = list(&made["shares"])
        .iter()
        .zip(&relays)
        .skip(1)
        .map(|(share, relay)| {
            let share = GrantShare::from_bytes(share).unwrap();
            let relay = RelayKey::from_bytes(relay).unwrap();
            let state = &mut MemoryRelayState::default();
            let circumstances = Circumstances {
                now: NOW,
                request_age: REQUEST_AGE,
                list_age: LIST_AGE,
                current: None,
            };
            let index = share.index();
            RelayShare::install(grant.clone(), &share, &relay, NOW, state)
                .unwrap()
                .transform(
                    requests.for_relay(index).unwrap(),
                    &relay,
                    &circumstances,
                    state,
                )
                .unwrap()
                .verify(&grant)
                .unwrap()
        })
        .collect();
    let opened = held
        .open(&capsule, &[&answers[0], &answers[1]], &h, cache)
        .unwrap();
    assert_eq!(opened.expose().to_vec(), bytes(&made["key"]));
}

fn others(made: &Value, people: &People) {
    let shared = &made["sharing"];
    let sharing = StandingSharing::from_bytes(&bytes(&shared["sharing"])).unwrap();
    let relays = list(&made["grant"]["relay_keys"]);
    for (share, relay) in list(&shared["shares"]).iter().zip(&relays) {
        let share = SharingShare::from_bytes(share).unwrap();
        let relay = RelayKey::from_bytes(relay).unwrap();
        let state = MemoryRelayState::default();
        assert!(HeldSharing::install(sharing.clone(), &share, &relay, &state).is_ok());
    }

    let revoked = RevocationList::from_bytes(&bytes(&made["revocations"])).unwrap();
    let kinds: Vec<_> = revoked.entries().iter().map(|it| *it.revoked()).collect();
    assert_eq!(kinds, [Revoked::Grant([0; 16]), Revoked::Floor(9)]);
    assert!(revoked.entries()[0].is_by(people.patient.profile()));

    let succession = Succession::from_bytes(&bytes(&made["succession"])).unwrap();
    let succession = succession.verify(people.patient.profile()).unwrap();
    assert_eq!(succession.rank(), Rank::Recovery);

    let pack = CouponPack::from_bytes(&bytes(&made["coupons"])).unwrap();
    let device = RecipientKey::from_bytes(&bytes(&made["grant"]["recipient_key"])).unwrap();
    assert_eq!(pack.open(&device, None).unwrap().count(), 2);

    let parts: Vec<AuthorityShare> = list(&made["backup"])
        .iter()
        .map(|it| AuthorityShare::from_bytes(it).unwrap())
        .collect();
    let again = AuthorityKey::recover(&parts[1..]).unwrap();
    assert_eq!(again.public().id(), people.hospital.public().id());

    let object = unlock(&bytes(&made["locked"]), Some("correct horse")).unwrap();
    assert_eq!(*object.expose(), bytes(&made["keys"]["ward"]));
}
