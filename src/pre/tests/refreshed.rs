//! Answers with refreshed shares, and proofs against relays that gave wrong ones.

use super::standing::{LABELS, Standing, TEXT};
use super::*;

#[test]
fn a_wrong_answer_is_blamed_under_its_own_number() {
    let mut it = Standing::new(1, 2, 2);
    let granted = it.grant(TEXT, 3);
    let (capsule, _) = it.world.seal(&LABELS, 2);
    let statement = it.refresh(10);
    let other = {
        let mut other = Standing::new(5, 2, 2);
        other.refresh(10)
    };
    let mut now = it.admit(granted.grant.clone());
    let answers = it.world.answers(&now, &capsule, &[1, 2]);
    // Relay 2 signs U for U^x.
    let mut wrong = answers[1].answer().clone();
    wrong.items[0].point = wrong.items[0].first;
    wrong.signature = it.world.relays[1]
        .signing()
        .sign(&[crate::tags::ANSWER_SIGNATURE, &wrong.signed_digest()]);
    let wrong = wrong.verify(&granted.grant).unwrap();
    let bad = [answers[0].clone(), wrong.clone()];
    // Without the statement nobody can be named.
    let failed = it.world.open(&now, &capsule, &bad).err();
    assert_eq!(failed, Some(Error::Open));
    let cache = &mut Cache::new();
    let check = now.held.check_answer(&wrong, &[&capsule], cache);
    assert!(matches!(check, Err(Error::Refresh(_))));
    assert!(matches!(
        now.held.know_refresh(&other),
        Err(Error::Sharing(_))
    ));
    now.held.know_refresh(&statement).unwrap();
    let failed = it.world.open(&now, &capsule, &bad).err();
    assert_eq!(failed, Some(Error::BadShare(2)));
    assert_eq!(
        now.held.check_answer(&wrong, &[&capsule], cache),
        Err(Error::BadShare(2))
    );
    assert_eq!(
        now.held.check_answer(&answers[0], &[&capsule], cache),
        Ok(())
    );

    // The proof holds with the statement of that number only.
    let blame = |answer, statement| {
        Blame::after_refresh(
            &granted.grant,
            answer,
            &capsule,
            statement,
            &mut Cache::new(),
        )
    };
    let proof = blame(&wrong, Some(&statement)).unwrap();
    let bytes = proof.to_bytes().unwrap();
    let again = Blame::from_bytes(&bytes, cache).unwrap();
    assert_eq!(again.check(cache), Ok(2));
    assert_eq!(again.to_bytes().unwrap(), bytes);
    assert_eq!(blame(&wrong, None).err(), Some(Error::Verify));
    assert_eq!(
        blame(&answers[0], Some(&statement)).err(),
        Some(Error::Verify)
    );
    let mut unsigned = statement.clone();
    unsigned.signatures.pop();
    assert_eq!(
        blame(&wrong, Some(&unsigned)).err(),
        Some(Error::RefreshPart(2, "has not signed it"))
    );
    // Nor does an honest relay's answer of before become a wrong one under the new commitment.
    let old = it.held[0].index();
    let later = it.refresh(50);
    assert_eq!(blame(&answers[0], Some(&later)).err(), Some(Error::Verify));
    assert_eq!(old, 1);
}

#[test]
fn grants_with_a_sharing_of_their_own_know_no_refresh() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let mut answer = world.answers(&granted, &capsule, &[1])[0].answer().clone();
    answer.refresh = 1;
    answer.signature = world.relays[0]
        .signing()
        .sign(&[crate::tags::ANSWER_SIGNATURE, &answer.signed_digest()]);
    let refused = answer.verify(&granted.grant).err();
    assert!(matches!(refused, Some(Error::Refresh(_))));
}
