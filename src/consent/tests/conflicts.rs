//! Several consents together.

use super::*;
use crate::error::Error;

fn says(base: Base, decided: Option<i64>) -> Terms {
    let mut one = draft(vec![]);
    one.base = base;
    one.decided = decided;
    one.grantors = Set::values([ADA]).unwrap();
    Terms::check(one).unwrap()
}

fn outcome(consents: &[Terms], rule: ConflictRule) -> Result<(Outcome, Option<usize>), Error> {
    decide_together(consents, &request(), rule).map(|(it, place)| (it.outcome, place))
}

#[test]
fn one_that_forbids_is_enough() {
    let consents = [says(Base::Permit, Some(9)), says(Base::Forbid, Some(5))];
    assert_eq!(
        outcome(&consents, ConflictRule::DenyOverrides),
        Ok((Outcome::Deny, Some(1)))
    );
    assert_eq!(
        outcome(&consents, ConflictRule::NewestWins),
        Ok((Outcome::Permit, Some(0)))
    );
    assert_eq!(
        outcome(&consents, ConflictRule::Refuse),
        Err(Error::ConsentConflict)
    );
}

#[test]
fn equal_or_unknown_moments_do_not_decide() {
    for other in [Some(5), None] {
        let consents = [says(Base::Permit, other), says(Base::Forbid, Some(5))];
        assert_eq!(
            outcome(&consents, ConflictRule::NewestWins),
            Err(Error::ConsentConflict)
        );
    }
    let agreeing = [says(Base::Permit, Some(5)), says(Base::Permit, Some(5))];
    for rule in ConflictRule::ALL {
        assert_eq!(outcome(&agreeing, rule), Ok((Outcome::Permit, Some(0))));
    }
}

#[test]
fn one_voice_alone_needs_no_moment() {
    for rule in ConflictRule::ALL {
        let alone = [says(Base::Permit, None)];
        assert_eq!(outcome(&alone, rule), Ok((Outcome::Permit, Some(0))));
        assert_eq!(ConflictRule::from_name(rule.name()), Some(rule));
    }
    assert_eq!(ConflictRule::from_name("the last word"), None);
}

#[test]
fn what_says_nothing_has_no_voice() {
    let mut silent = draft(vec![permit(vec![Criterion::action(["correct"]).unwrap()])]);
    silent.decided = Some(99);
    let silent = Terms::check(silent).unwrap();
    let consents = [silent.clone(), says(Base::Forbid, Some(5))];
    for rule in ConflictRule::ALL {
        assert_eq!(outcome(&consents, rule), Ok((Outcome::Deny, Some(1))));
        assert_eq!(outcome(&[], rule), Ok((Outcome::NoConsent, None)));
        assert_eq!(
            outcome(std::slice::from_ref(&silent), rule),
            Ok((Outcome::NoConsent, None))
        );
    }
}

#[test]
fn a_successor_replaces_only_what_the_same_people_gave_and_only_once_it_is_valid() {
    let earlier = says(Base::Forbid, None);
    let mut later = draft(vec![]);
    later.base = Base::Permit;
    later.supersedes = Some(earlier.digest().unwrap());
    later.grantors = Set::values([ADA]).unwrap();
    let together = |later: &TermsDraft| {
        let consents = [earlier.clone(), Terms::check(later.clone()).unwrap()];
        outcome(&consents, ConflictRule::DenyOverrides).unwrap()
    };
    assert_eq!(together(&later), (Outcome::Permit, Some(1)));
    let mut stranger = later.clone();
    stranger.grantors = Set::values(["https://example.org/Patient/eve"]).unwrap();
    assert_eq!(together(&stranger), (Outcome::Deny, Some(0)));
    stranger.grantors = Set::default();
    assert_eq!(together(&stranger), (Outcome::Deny, Some(0)));
    let mut future = later.clone();
    future.valid = Interval::new(Some(NOW + 1), None).unwrap();
    assert_eq!(together(&future), (Outcome::Deny, Some(0)));
    later.valid = Interval::new(None, Some(NOW)).unwrap();
    assert_eq!(together(&later), (Outcome::NoConsent, None));
}

#[test]
fn permissions_bring_all_their_obligations_together() {
    let owing = |code| {
        let mut one = draft(vec![permit(vec![])]);
        one.obligations = Set::values([code]).unwrap();
        Terms::check(one).unwrap()
    };
    let consents = [owing("NORDSCLCD"), owing("DEID")];
    let (decision, _) =
        decide_together(&consents, &request(), ConflictRule::DenyOverrides).unwrap();
    assert_eq!(&decision.obligations[..], ["DEID", "NORDSCLCD"]);
}
