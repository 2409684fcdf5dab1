//! What the masks of a statement mean, and that they cover what the decision permits.

use super::*;
use crate::asymmetric::VerifyingKey;

/// Bits 0 to 62: levels, 44 sensitivities, 12 types, the others.
const EVERY: u64 = (1 << 63) - 1;
const LEVELS: u64 = 0x3f;
const TYPES: u64 = 0x1fff << 50;

fn key() -> VerifyingKey {
    let key = SigningKey::generate(&mut getrandom::SysRng).unwrap();
    key.verifying_key()
}

/// What one permission is made of.
fn short(criteria: impl IntoIterator<Item = Criterion>) -> ShortConsent {
    let terms = terms(vec![Rule::permit(criteria).unwrap()]);
    let all = short_consents(&terms, hv1(), &person(0), &key()).unwrap();
    let [short] = all.try_into().unwrap();
    short
}

fn categories(labels: &[&str]) -> u64 {
    let labels = Labels::parse(labels.iter().copied()).unwrap();
    let record = Record::of_labels(&labels, hv1()).unwrap();
    ShortConsent::categories_of(&record, hv1()).unwrap()
}

/// SPEC.md, section 16.7, in numbers.
#[test]
fn each_bit_of_a_consent_stands_where_the_specification_has_it() {
    let all = short([]);
    assert_eq!(all.categories, EVERY);
    assert_eq!((all.purposes, all.actions), ((1 << 62) - 1, 0b1_1111));
    assert_eq!((all.not_before, all.expires), (0, u64::MAX));
    for (place, level) in Confidentiality::ALL.into_iter().enumerate() {
        let up_to = (1 << (place + 1)) - 1;
        let mask = short([Criterion::Confidentiality(level)]).categories;
        assert_eq!(mask, EVERY & !LEVELS | up_to, "{level:?}");
    }
    let types = |names: &[&str]| Criterion::resource_type(names.iter().copied()).unwrap();
    for (names, bits) in [
        (&["AllergyIntolerance"][..], 1 << 50),
        (&["Condition", "Procedure"], 1 << 51 | 1 << 61),
    ] {
        assert_eq!(short([types(names)]).categories, EVERY & !TYPES | bits);
    }
    let both = short([
        Criterion::Confidentiality(Confidentiality::Normal),
        types(&["Observation"]),
    ]);
    assert_eq!(both.categories, EVERY & !TYPES & !LEVELS | 0b1111 | 1 << 59);
    let purposes = |codes: &[&str]| short([Criterion::purpose(codes.iter().copied()).unwrap()]);
    // With all below it: BTG and ERTREAT.
    assert_eq!(purposes(&["ETREAT"]).purposes, 1 << 1 | 1 << 17 | 1 << 18);
    assert_eq!(purposes(&["HMARKT"]).purposes, 1 << 28);
    assert_eq!(ShortConsent::purpose_bit("HMARKT", hv1()), Some(1 << 28));
    let actions = short([Criterion::action(["access", "use"]).unwrap()]);
    assert_eq!(actions.actions, 0b1_0001);
    let during = Interval::new(Some(FROM as i64), Some(UNTIL as i64)).unwrap();
    let during = short([Criterion::During(during)]);
    assert_eq!((during.not_before, during.expires), (FROM, UNTIL));
}

#[test]
fn each_bit_of_a_record_stands_where_the_specification_has_it() {
    let none = "sens.none=hv1";
    assert_eq!(categories(&["conf=U", "type=Patient", none]), 1 | 1 << 60);
    assert_eq!(
        categories(&["conf=N", "type=Media", none]),
        1 << 3 | 1 << 62
    );
    let beside: Vec<String> = hv1()
        .sensitivities_beside(&["HIV"])
        .map(|it| format!("sens.not={it}"))
        .collect();
    let with_hiv = ["conf=R", "type=Observation", "sens=HIV"];
    let looked: Vec<&str> = with_hiv
        .into_iter()
        .chain(beside.iter().map(String::as_str))
        .collect();
    let expected = 1 << 4 | 1 << 59 | 1 << 23;
    assert_eq!(categories(&looked), expected);
    // What nobody said, and a type that nobody knows.
    let open = 1 << 63;
    assert_eq!(categories(&with_hiv), expected | open);
    assert_eq!(categories(&["conf=N", none]), 1 << 3 | open);
    assert_eq!(categories(&["type=Patient", none]), 1 << 60 | open);
    let labels = Labels::parse(["conf=N", none]).unwrap();
    let mut record = Record::of_labels(&labels, hv1()).unwrap();
    record.resource_type = Some("Nonsense".into());
    let unknown = ShortConsent::categories_of(&record, hv1()).unwrap();
    assert_eq!(unknown, 1 << 3 | open);
}

#[test]
fn a_statement_covers_what_lies_in_all_its_masks_and_its_time() {
    let during = Interval::new(Some(FROM as i64), Some(UNTIL as i64)).unwrap();
    let it = short([
        Criterion::Confidentiality(Confidentiality::Normal),
        Criterion::purpose(["HMARKT"]).unwrap(),
        Criterion::action(["use"]).unwrap(),
        Criterion::During(during),
    ]);
    let (asked, why, what) = (1 << 3 | 1 << 59, 1 << 28, 1 << 4);
    for time in [FROM, UNTIL - 1] {
        assert!(it.covers(asked, why, what, time), "{time}");
    }
    for time in [FROM - 1, UNTIL] {
        assert!(!it.covers(asked, why, what, time), "{time}");
    }
    for (categories, purposes, actions) in [
        (0, why, what),
        (asked, 0, what),
        (asked, why, 0),
        (asked | 1 << 4, why, what),
        (asked | 1 << 63, why, what),
        (asked, why | 1, what),
        (asked, why, what | 1),
    ] {
        assert!(!it.covers(categories, purposes, actions, FROM));
    }
}

#[test]
fn what_is_no_product_is_refused_and_what_has_ended_is_left_out() {
    let made = |change: &dyn Fn(&mut TermsDraft)| {
        let mut draft = TermsDraft::new([1; 32], *hv1().hash(), ADA);
        draft.rules = vec![everything()];
        change(&mut draft);
        let terms = Terms::check(draft).unwrap();
        short_consents(&terms, hv1(), &person(0), &key()).map(|all| all.len())
    };
    let purposes = |codes: &[&'static str]| {
        Rule::permit([Criterion::purpose(codes.iter().copied()).unwrap()]).unwrap()
    };
    let refused = Err(Error::NotEnforceable(
        "purposes that must all be stated, in a proof",
    ));
    for (mode, codes, expected) in [
        (PurposeMode::AllOf, &["TREAT", "HMARKT"][..], refused),
        (PurposeMode::AllOf, &["TREAT"], Ok(1)),
        (PurposeMode::AnyOf, &["TREAT", "HMARKT"], Ok(1)),
    ] {
        let found = made(&|draft| {
            draft.purpose_mode = mode;
            draft.rules = vec![purposes(codes)];
        });
        assert_eq!(found, expected, "{mode:?} {codes:?}");
    }
    // The first second of 1970 is the last before anything can be signed for.
    for (until, expected) in [(0, 0), (1, 1)] {
        let found = made(&|draft| draft.valid = Interval::new(None, Some(until)).unwrap());
        assert_eq!(found, Ok(expected), "{until}");
    }
    // One sensitivity more, and the last type would stand on the bit of what is unknown.
    let more =
        "section sens\nsource http://clinic.example/codes 3 CC0-1.0 Clinic\nZIKA STD pinned Zika\n";
    let more = hv1().extend("hv1+site", more).unwrap();
    let refused = ShortConsent::categories_of(&Record::default(), &more);
    let room = Error::NotEnforceable("so many sensitivities, in a proof");
    assert_eq!(refused, Err(room));
}

#[test]
fn a_prohibition_is_no_part_of_a_statement_and_not_left_out() {
    let key = key();
    let forbidden = || Rule::forbid([Criterion::sensitivity(["HIV"]).unwrap()]).unwrap();
    let refused = terms(vec![everything(), forbidden()]);
    let answer = short_consents(&refused, hv1(), &person(0), &key);
    assert!(matches!(answer, Err(Error::NotEnforceable(_))));
    // Before anything is permitted it forbids nothing; nor does it forbid others.
    let fine = terms(vec![forbidden(), everything()]);
    assert_eq!(
        short_consents(&fine, hv1(), &person(0), &key)
            .unwrap()
            .len(),
        1
    );
    let others = Criterion::recipients([["prac=b"]]).unwrap();
    let fine = terms(vec![everything(), Rule::forbid([others]).unwrap()]);
    assert_eq!(
        short_consents(&fine, hv1(), &person(0), &key)
            .unwrap()
            .len(),
        1
    );
}

/// Permissions by what statements can say.
fn provable() -> impl Strategy<Value = Terms> {
    let sayable = |it: &Criterion| match it {
        Criterion::Type(all) => all.iter().all(|it| it != "Media"),
        Criterion::Sensitivity(_) | Criterion::Dated(_) | Criterion::Code(_) => false,
        _ => true,
    };
    let rule = criteria(true).prop_map(move |mut criteria| {
        criteria.retain(sayable);
        Rule::permit(criteria).unwrap()
    });
    let base = prop::sample::select(vec![Base::Silent, Base::Forbid]);
    (base, prop::collection::vec(rule, 1..4)).prop_map(|(base, rules)| {
        let mut draft = TermsDraft::new([1; 32], *hv1().hash(), ADA);
        (draft.base, draft.rules) = (base, rules);
        Terms::check(draft).unwrap()
    })
}

/// Labels that say all that counts.
fn whole() -> impl Strategy<Value = Labels> {
    labels().prop_filter("something is open", |labels| {
        let record = Record::of_labels(labels, hv1()).unwrap();
        ShortConsent::categories_of(&record, hv1()).unwrap() >> 63 == 0
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn proofs_cover_what_the_decision_permits(
        terms in provable(),
        who in 0..PEOPLE.len(),
        whole in whole(),
        part in labels(),
        time in FROM..LATER,
    ) {
        let all = short_consents(&terms, hv1(), &person(who), &key()).unwrap();
        for labels in [whole, part] {
            let record = Record::of_labels(&labels, hv1()).unwrap();
            let categories = ShortConsent::categories_of(&record, hv1()).unwrap();
            for why in PURPOSES {
                let purpose = ShortConsent::purpose_bit(why, hv1()).unwrap();
                let covered = all.iter().any(|it| it.covers(categories, purpose, 1, time));
                let decision = decide(&terms, &request(who, why, &labels, time));
                let permitted = decision.outcome == Outcome::Permit;
                prop_assert!(permitted || !covered, "{} {}", why, labels);
                let open = categories >> 63 == 1;
                prop_assert!(!permitted || covered || open, "{} {} {:?}", why, labels, all);
            }
        }
    }

    /// Where anything may stand in them: what is not refused permits no more.
    #[test]
    fn proofs_cover_nothing_that_the_decision_does_not_permit(
        terms in consent(),
        who in 0..PEOPLE.len(),
        labels in whole(),
        time in FROM..LATER,
    ) {
        let Ok(all) = short_consents(&terms, hv1(), &person(who), &key()) else {
            return Ok(());
        };
        let record = Record::of_labels(&labels, hv1()).unwrap();
        let categories = ShortConsent::categories_of(&record, hv1()).unwrap();
        for why in PURPOSES {
            let purpose = ShortConsent::purpose_bit(why, hv1()).unwrap();
            if all.iter().any(|it| it.covers(categories, purpose, 1, time)) {
                let decision = decide(&terms, &request(who, why, &labels, time));
                prop_assert_eq!(decision.outcome, Outcome::Permit, "{} {}", why, labels);
            }
        }
    }
}
