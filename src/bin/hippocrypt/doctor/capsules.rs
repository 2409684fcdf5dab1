//! What stands in the way of a patient's capsule.

use hippocrypt::Error;
use hippocrypt::pre::Capsule;

use super::Finding;
use crate::granted::Granted;
use crate::opening::Keyring;
use crate::{grant, values};

/// What keys and grant do with a capsule: the finding for what fits best.
pub fn examine(capsule: &Capsule, keys: &Keyring) -> Finding {
    let patient = capsule.patient();
    let sealed = values::hex(patient.as_bytes());
    if keys
        .patients()
        .iter()
        .any(|key| key.profile().id() == patient)
    {
        return Finding::Fits(
            "the patient's own key: if opening fails all the same, record or key was changed",
        );
    }
    if let Some(granted) = keys.granted() {
        let own = granted.grant().grant().header().patient().id();
        if own == patient {
            return under_grant(capsule, granted);
        }
        return Finding::NotForThisKey(format!(
            "sealed to patient {sealed}; the grant is of patient {}",
            values::hex(own.as_bytes())
        ));
    }
    Finding::NotForThisKey(match keys.patients() {
        [] => format!(
            "sealed to patient {sealed}: the patient's key is needed, or a recipient's with --grant"
        ),
        [key, ..] => format!(
            "sealed to patient {sealed}; the key is of patient {}",
            values::hex(key.profile().id().as_bytes())
        ),
    })
}

fn under_grant(capsule: &Capsule, granted: &Granted) -> Finding {
    let grant = granted.grant();
    let header = grant.grant().header();
    if !grant.satisfies(capsule.labels()) {
        let why = format!(
            "the record's labels do not satisfy the grant: {}",
            grant.policy()
        );
        return Finding::Blocked(Error::NotSatisfied, vec![why]);
    }
    let (here, needed) = (granted.answers_for(capsule), header.threshold());
    if here >= usize::from(needed) {
        return Finding::Fits(
            "grant, labels and answers fit: if opening fails all the same, it says who is at fault",
        );
    }
    let mut why = vec![format!(
        "{here} of {needed} answers for this record are here: more relays must answer, with --part"
    )];
    if let Ok(now) = values::now()
        && header.check_time(now).is_err()
    {
        why.push(format!(
            "relays answer no more, or not yet: the grant runs from {} to {}",
            values::moment(header.not_before()),
            grant::end(header)
        ));
    }
    Finding::Blocked(Error::TooFewAnswers(needed), why)
}
