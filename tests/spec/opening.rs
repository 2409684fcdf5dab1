//! What the examples of grants show is right: it opens.

use hippocrypt::envelope::{CapsuleOpener, GrantHolder, Opener, Owner};
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{
    Answer, Blame, Cache, Grant, GrantShare, PatientProfile, RecipientGrant, RecipientPublic,
    RelayPublic, RevocationList, VerifiedAnswer,
};

use crate::grants::{Made, capsule_of};

/// What is shown opens, and every object is read again.
pub fn check(made: &Made, key: &hippocrypt::abe::UserKey) {
    let cache = &mut Cache::new();
    let opened = Opener::new().patient(&made.patient).open(&made.record);
    assert_eq!(opened.unwrap().plaintext.expose(), b"72/min");
    let grant = Grant::from_bytes(&made.grant.to_bytes()).unwrap().verify();
    let grant = grant.unwrap();
    let answers: Vec<VerifiedAnswer> = made
        .answers
        .iter()
        .map(|it| Answer::from_bytes(&it.to_bytes()).unwrap())
        .map(|it| it.verify(&grant).unwrap())
        .collect();
    let held = RecipientGrant::install(grant, &made.study, cache).unwrap();
    let opened = Opener::new()
        .grant(&held, answers.iter().collect())
        .open(&made.record);
    assert_eq!(opened.unwrap().plaintext.expose(), b"72/min");
    // Answers for the capsule of one record do not open another's.
    let mut holder = GrantHolder::new(&held, answers.iter().collect());
    let (capsule, h) = capsule_of(&made.record);
    assert!(holder.open_capsule(&capsule, &h).unwrap().is_some());
    let owner = Box::new(Owner::new(&made.patient));
    let both = hippocrypt::envelope::BothHolder::new(key, owner);
    let opened = Opener::new().unwrap_with(Box::new(both)).open(&made.both);
    assert_eq!(opened.unwrap().plaintext.expose(), b"72/min");
    let alone = Opener::new().patient(&made.patient).open(&made.both);
    assert_eq!(alone.err(), Some(hippocrypt::Error::NoStanza));

    assert!(PatientProfile::from_bytes(&made.patient.profile().to_bytes()).is_ok());
    assert!(RecipientPublic::from_bytes(&made.study.public().to_bytes()).is_ok());
    assert!(RelayPublic::from_bytes(&made.relays[1].public().to_bytes()).is_ok());
    assert!(GrantShare::from_bytes(&made.shares[1].to_bytes()).is_ok());
    assert!(RevocationList::from_bytes(&made.list.to_bytes()).is_ok());
    let blame = Blame::from_bytes(&made.blame, cache).unwrap();
    assert_eq!(blame.check(cache), Ok(1));
    let blinded = made.policy.blinded(&made.label_key).unwrap();
    let labels = Labels::parse(["type=Observation", "conf=N"]).unwrap();
    let set = LabelSet::blinded(&labels, &made.label_key);
    assert_eq!(blinded.formula().unwrap().rows().len(), set.len());
}
