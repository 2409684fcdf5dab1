//! 200 trials of each damage on every object of grants: keys, grants and what travels with them,
//! records sealed to patients, and policies over labels.

use hippocrypt::abe::{AuthorityKey, UserKey};
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{
    BothHolder, BothRecipient, Expiry, Header, Opener, Owner, PatientRecipient, PolicyRecipient,
    Record, Sealer, Stanza, both_stanza, capsule_stanza,
};
use hippocrypt::keys::file;
use hippocrypt::policy::{
    Attributes, Date, LabelFrame, LabelKey, LabelPolicy, LabelSet, Labels, Policy,
};
use hippocrypt::pre::{
    Answer, Blame, Cache, Capsule, Circumstances, Claims, Conditions, Grant, GrantShare,
    GrantTerms, GrantTo, LIST_AGE, MemoryRelayState, PatientKey, PatientProfile, REQUEST_AGE,
    RecipientGrant, RecipientKey, RecipientPublic, RelayKey, RelayPublic, RelayShare, Requests,
    Revocation, RevocationList, Revoked, Sight, Through, Unverified, Verified, VerifiedAnswer,
};
use hippocrypt::{Error, Result, Secret};
use sha2::{Digest, Sha256};

use super::counting::peak;
use super::trials::{MEMORY, MEMORY_PER_BYTE, all_refused, each_damage, with_checksum};

const NOW: u64 = 1_795_500_000;
const H: [u8; 32] = [7; 32];
const LABELS: [&str; 3] = ["type=Observation", "conf=N", "ymd=2026-11-22"];

/// A patient's grant in everybody's hands, a capsule, and the way to the end of it.
struct Objects {
    patient: PatientKey,
    recipient: RecipientKey,
    relays: [RelayKey; 2],
    policy: LabelPolicy,
    grant: Grant<Verified>,
    shares: Vec<GrantShare>,
    held: RecipientGrant,
    installed: RelayShare,
    capsule: Capsule,
}

fn labels() -> LabelSet {
    LabelSet::from(&Labels::parse(LABELS).unwrap())
}

fn objects() -> Objects {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let recipient = RecipientKey::generate("study 12", rng).unwrap();
    let relays = ["one", "two"].map(|name| RelayKey::generate(name, rng).unwrap());
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap())
        .and_then(|frame| frame.vocabulary("hv1", ["HIV", "PSY"]))
        .unwrap();
    let text = "type=Observation and (conf=N or not sens=HIV) and ymd>=2026-11-22";
    let policy = LabelPolicy::parse(text, &frame).unwrap();
    let publics = [relays[0].public().clone(), relays[1].public().clone()];
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(recipient.public()),
        policy: &policy,
        hide_policy: false,
        through: Through::Relays {
            relays: &publics,
            threshold: 2,
        },
        sequence: 1,
        not_before: NOW - 10,
        not_after: NOW + 1_000,
        conditions: Conditions::any().purposes(["HRESCH"]).unwrap(),
        publisher: None,
        consent: Some([3; 32]),
    };
    let cache = &mut Cache::new();
    let (grant, shares) = patient.grant(&terms, cache, rng).unwrap();
    let held = RecipientGrant::install(grant.clone(), &recipient, cache).unwrap();
    let state = MemoryRelayState::default();
    let installed =
        RelayShare::install(grant.clone(), &shares[0], &relays[0], NOW, &state).unwrap();
    let coupon = patient.profile().mint(&labels(), cache, rng).unwrap();
    Objects {
        capsule: coupon.seal(&H).0,
        patient,
        recipient,
        relays,
        policy,
        grant,
        shares,
        held,
        installed,
    }
}

impl Objects {
    fn requests(&self, sight: Sight) -> Vec<u8> {
        let claims = Claims::none().purpose("HRESCH").unwrap();
        let capsules = [(&self.capsule, &H)];
        let rng = &mut getrandom::SysRng;
        self.held
            .request(&self.recipient, &capsules, sight, &claims, NOW, rng)
            .and_then(|it| it.to_bytes())
            .unwrap()
    }

    /// What the first relay makes of the bytes of requests.
    fn transform(&self, requests: &[u8]) -> Result<Answer> {
        let requests = Requests::from_bytes(requests)?;
        let request = requests.for_relay(1).ok_or(Error::NoStanza)?;
        let circumstances = Circumstances {
            now: NOW,
            request_age: REQUEST_AGE,
            list_age: LIST_AGE,
            current: None,
        };
        let state = &mut MemoryRelayState::default();
        self.installed
            .transform(request, &self.relays[0], &circumstances, state)
    }

    fn verified(&self) -> VerifiedAnswer {
        let answer = self.transform(&self.requests(Sight::Open)).unwrap();
        answer.verify(&self.grant).unwrap()
    }
}

/// Damages in each way, behind a checksum that fits again. What `read` accepts it must give back
/// byte for byte; the count of what was accepted though it is another object.
pub fn refused_or_the_same(
    seed: u64,
    good: &[u8],
    checksum: bool,
    read: impl Fn(&[u8]) -> Result<Vec<u8>>,
) -> usize {
    assert_eq!(read(good).unwrap(), good, "undamaged");
    let mut others = 0;
    each_damage(seed, good, |name, bad| {
        let bad = match checksum {
            true => with_checksum(bad),
            false => bad.to_vec(),
        };
        let (answer, memory) = peak(|| read(&bad));
        assert!(
            memory <= MEMORY + MEMORY_PER_BYTE * bad.len(),
            "{name}: {memory} bytes"
        );
        match answer {
            Ok(again) => {
                assert_eq!(again, bad, "{name}");
                others += usize::from(bad != good);
            }
            Err(error) => assert!(
                Error::TABLE.iter().any(|(code, _)| *code == error.code()),
                "{name}: {error}"
            ),
        }
    });
    others
}

/// Every damage to a file, in binary and in armour if it has one, and behind a right checksum. How
/// many other objects the reader took.
pub fn file(seed: u64, good: &[u8], armoured: bool, read: fn(&[u8]) -> Result<Vec<u8>>) -> usize {
    all_refused(seed, good, read);
    if armoured {
        let text = file::armour(good).unwrap();
        let read = |bytes: &[u8]| read(file::read(bytes)?.expose());
        all_refused(seed + 1, text.expose().as_bytes(), read);
    }
    refused_or_the_same(seed + 2, good, true, read)
}

#[test]
fn keys_and_profiles() {
    let it = objects();
    let patient = it.patient.to_bytes();
    let taken = file(30, patient.expose(), true, |bytes| {
        Ok(PatientKey::from_bytes(bytes)?.to_bytes().expose().clone())
    });
    assert_eq!(
        taken, 0,
        "a patient's key holds nothing that nothing covers"
    );
    let taken = file(33, &it.patient.profile().to_bytes(), true, |bytes| {
        Ok(PatientProfile::from_bytes(bytes)?.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a profile is signed");
    file(36, it.recipient.to_bytes().expose(), true, |bytes| {
        Ok(RecipientKey::from_bytes(bytes)?.to_bytes().expose().clone())
    });
    file(39, it.relays[0].to_bytes().expose(), true, |bytes| {
        Ok(RelayKey::from_bytes(bytes)?.to_bytes().expose().clone())
    });
    let taken = file(42, &it.recipient.public().to_bytes(), true, |bytes| {
        Ok(RecipientPublic::from_bytes(bytes)?.to_bytes())
    });
    assert_eq!(
        taken, 0,
        "every byte of a recipient's public file is signed"
    );
    let taken = file(45, &it.relays[0].public().to_bytes(), true, |bytes| {
        Ok(RelayPublic::from_bytes(bytes)?.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a relay's public file is signed");
    let key = LabelKey::generate(&mut getrandom::SysRng).unwrap();
    file(48, key.to_bytes().expose(), true, |bytes| {
        Ok(LabelKey::from_bytes(bytes)?.to_bytes().expose().clone())
    });
}

#[test]
fn grants_and_shares() {
    let it = objects();
    let grant = it.grant.to_bytes();
    file(51, &grant, true, |bytes| {
        Ok(Grant::<Unverified>::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(54, &grant, true, |bytes| {
        let read = Grant::from_bytes(bytes)?.verify()?;
        let held = RecipientGrant::install(read, &it.recipient, &mut Cache::new())?;
        Ok(held.grant().to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a grant is covered");
    let share = it.shares[0].to_bytes();
    file(55, &share, true, |bytes| {
        Ok(GrantShare::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(58, &share, true, |bytes| {
        let read = GrantShare::from_bytes(bytes)?;
        let state = MemoryRelayState::default();
        RelayShare::install(it.grant.clone(), &read, &it.relays[0], NOW, &state)?;
        Ok(read.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a share is covered");
}

#[test]
fn requests_and_answers() {
    let it = objects();
    for (seed, sight) in [(60, Sight::Open), (64, Sight::Blind)] {
        let requests = it.requests(sight);
        file(seed, &requests, false, |bytes| {
            Requests::from_bytes(bytes)?.to_bytes()
        });
        // The other relay's request is not this one's to check.
        each_damage(seed + 3, &requests, |name, bad| {
            let bad = with_checksum(bad);
            let (answer, memory) = peak(|| it.transform(&bad));
            assert!(memory <= MEMORY + MEMORY_PER_BYTE * bad.len(), "{name}");
            if let Ok(answer) = answer {
                let digests: Vec<_> = answer.digests().collect();
                assert_eq!(digests, [it.capsule.digest()], "{name}");
            }
        });
    }
    let answer = it.verified().answer().to_bytes();
    file(68, &answer, false, |bytes| {
        Ok(Answer::from_bytes(bytes)?.to_bytes())
    });
    let taken = refused_or_the_same(71, &answer, true, |bytes| {
        let read = Answer::from_bytes(bytes)?.verify(&it.grant)?;
        Ok(read.answer().to_bytes())
    });
    assert_eq!(taken, 0, "every byte of an answer is signed");
}

#[test]
fn revocations() {
    let it = objects();
    let id = *it.grant.header().grant_id();
    let entries: Vec<Revocation> = vec![
        it.patient.revoke(Revoked::Grant(id), 1, NOW),
        it.patient.revoke(Revoked::Floor(3), 2, NOW),
    ];
    let list = it.patient.publish(entries.clone(), 7, NOW).unwrap();
    let taken = file(72, &list.to_bytes(), true, |bytes| {
        Ok(RevocationList::from_bytes(bytes)?.to_bytes())
    });
    assert_eq!(taken, 0, "every byte of a list is signed");
    all_refused(75, &entries[0].to_bytes(), Revocation::from_bytes);
}

/// The answer of a relay that raises nothing to its share and signs it all the same: U for U^x.
fn wrong_answer(it: &Objects) -> VerifiedAnswer {
    let mut bytes = it.verified().answer().to_bytes();
    let (body, point, signature) = (8, 8 + 39 + 32 + 96, 8 + 39 + 32 + 2 * 96);
    bytes.copy_within(point - 96..point, point);
    let tag = b"HIPPO-V01-RELAY-SIGNS-ANSWER";
    let mut hash = Sha256::new();
    hash.update((tag.len() as u16).to_be_bytes());
    hash.update(tag);
    hash.update(((signature - body) as u32).to_be_bytes());
    hash.update(&bytes[body..signature]);
    let digest: [u8; 32] = hash.finalize().into();
    // The relay's seed stands first in its key file.
    let key = it.relays[0].to_bytes();
    let seed = key.expose()[8..40].try_into().unwrap();
    let signed = SigningKey::from_seed(&Secret::new(seed)).sign(&[tag, &digest]);
    bytes[signature..signature + 64].copy_from_slice(&signed);
    let answer = Answer::from_bytes(&with_checksum(&bytes)).unwrap();
    answer.verify(&it.grant).unwrap()
}

#[test]
fn proofs_of_blame() {
    let it = objects();
    let cache = &mut Cache::new();
    let blame = Blame::new(&it.grant, &wrong_answer(&it), &it.capsule, cache).unwrap();
    let taken = file(76, &blame.to_bytes().unwrap(), false, |bytes| {
        let blame = Blame::from_bytes(bytes, &mut Cache::new())?;
        assert_eq!(blame.check(&mut Cache::new()), Ok(1));
        blame.to_bytes()
    });
    assert_eq!(taken, 0, "every byte of a proof is covered");
}

fn sealed(patient: &PatientKey, authority: &AuthorityKey) -> [Vec<u8>; 2] {
    let rng = &mut getrandom::SysRng;
    let record = || {
        Record::new("obs-1")
            .unwrap()
            .labels(Labels::parse(LABELS).unwrap())
            .chunk_size(1024)
            .unwrap()
    };
    let policy = Policy::parse("role=nurse").unwrap();
    let policy = PolicyRecipient::new(authority.public(), policy, Expiry::Never);
    let both = BothRecipient::new(policy, PatientRecipient::new(patient.profile()));
    let capsule = Sealer::new()
        .recipient(Box::new(PatientRecipient::new(patient.profile())))
        .seal(&record(), b"content", rng)
        .unwrap();
    let both = Sealer::new()
        .recipient(Box::new(both))
        .seal(&record(), b"content", rng)
        .unwrap();
    [capsule, both]
}

fn user_key(authority: &AuthorityKey) -> UserKey {
    let attributes = Attributes::parse(["role=nurse"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    authority
        .issue(&attributes, until, &mut getrandom::SysRng)
        .unwrap()
}

#[test]
fn records_sealed_to_patients() {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let authority = AuthorityKey::generate("Elsewhere", rng).unwrap();
    let key = user_key(&authority);
    let [capsule, both] = sealed(&patient, &authority);
    all_refused(80, &capsule, |bytes| {
        Opener::new().patient(&patient).open(bytes)
    });
    all_refused(81, &both, |bytes| {
        let holder = BothHolder::new(&key, Box::new(Owner::new(&patient)));
        Opener::new().unwrap_with(Box::new(holder)).open(bytes)
    });
}

/// A stanza's body alone, as a reader of a header meets it.
#[test]
fn stanzas_of_patients() {
    let rng = &mut getrandom::SysRng;
    let patient = PatientKey::generate(rng).unwrap();
    let authority = AuthorityKey::generate("Elsewhere", rng).unwrap();
    let bodies = sealed(&patient, &authority).map(|record| {
        let header = Header::from_bytes(&record).unwrap().0;
        header.access().stanzas()[0].body().to_vec()
    });
    refused_or_the_same(82, &bodies[0], false, |bytes| {
        let stanza = Stanza::new(Stanza::CAPSULE, bytes.to_vec())?;
        let (capsule, wrapped) = capsule_stanza(&stanza, &labels())?;
        Ok([capsule.to_bytes(), wrapped.to_vec()].concat())
    });
    refused_or_the_same(83, &bodies[1], false, |bytes| {
        let stanza = Stanza::new(Stanza::BOTH, bytes.to_vec())?;
        let (ciphertext, capsule, wrapped) = both_stanza(&stanza, &labels())?;
        let ciphertext = ciphertext.to_bytes();
        let length = u32::try_from(ciphertext.len()).unwrap().to_be_bytes();
        Ok([
            &length,
            ciphertext.as_slice(),
            &capsule.to_bytes(),
            &wrapped,
        ]
        .concat())
    });
}

#[test]
fn policies_over_labels() {
    let it = objects();
    // Text and back: the bytes are those of the tree, not a copy of what was read.
    refused_or_the_same(84, it.policy.as_bytes(), false, |bytes| {
        let policy = LabelPolicy::from_bytes(bytes)?;
        let Some(frame) = policy.frame() else {
            return Ok(policy.as_bytes().to_vec());
        };
        let again = LabelPolicy::parse(&policy.to_string(), frame)?;
        Ok(again.as_bytes().to_vec())
    });
    let key = LabelKey::generate(&mut getrandom::SysRng).unwrap();
    let blinded = it.policy.blinded(&key).unwrap();
    refused_or_the_same(85, blinded.as_bytes(), false, |bytes| {
        let policy = LabelPolicy::from_bytes(bytes)?;
        assert!(!policy.formula()?.rows().is_empty());
        Ok(policy.as_bytes().to_vec())
    });
}
