//! A permission holds whatever the facts turn out to be that nobody stated.
//!
//! An evaluator of its own, with two values only and facts that are all known, is the oracle: a
//! request with open facts may be permitted only if it permits every way of filling them in.

use proptest::prelude::*;

use super::*;

const PRACS: [&str; 2] = ["prac=a", "prac=b"];
const ORGS: [&str; 2] = ["org=x", "org=y"];
const TYPES: [&str; 2] = ["Observation", "Condition"];
const SENSITIVITIES: [&str; 2] = ["HIV", "PSY"];

/// All facts of a small world, each known or open.
#[derive(Clone, Debug)]
struct World {
    prac: Option<Option<usize>>,
    org: Option<Option<usize>>,
    purpose: Option<usize>,
    level: Option<usize>,
    sensitive: [Option<bool>; 2],
    kind: Option<usize>,
    day: Option<i64>,
}

const PURPOSES: [&str; 3] = ["TREAT", "ETREAT", "HRESCH"];

fn world() -> impl Strategy<Value = World> {
    use prop::option::of;
    (
        of(of(0..2_usize)),
        of(of(0..2_usize)),
        of(0..3_usize),
        of(0..6_usize),
        [of(any::<bool>()), of(any::<bool>())],
        of(0..2_usize),
        of(0..4_i64),
    )
        .prop_map(|(prac, org, purpose, level, sensitive, kind, day)| World {
            prac,
            org,
            purpose,
            level,
            sensitive,
            kind,
            day,
        })
}

impl World {
    fn request(&self) -> Request {
        let mut request = request();
        let mut named = Vec::new();
        let mut without = Vec::new();
        for (key, names, found) in [("prac", PRACS, self.prac), ("org", ORGS, self.org)] {
            match found {
                Some(Some(one)) => named.push(names[one]),
                Some(None) => without.push(key),
                None => {}
            }
        }
        request.recipient = without
            .into_iter()
            .try_fold(Attributes::of(named).unwrap(), Attributes::without)
            .unwrap();
        request.purposes = self
            .purpose
            .map(|it| purpose(PURPOSES[it]))
            .into_iter()
            .collect();
        let record = &mut request.record;
        record.confidentiality = self.level.map(|it| Confidentiality::ALL[it]);
        for (code, found) in SENSITIVITIES.into_iter().zip(self.sensitive) {
            match found {
                Some(true) => record.sensitivities.present([code]).unwrap(),
                Some(false) => record.sensitivities.absent([code]).unwrap(),
                None => {}
            }
        }
        record.resource_type = self.kind.map(|it| TYPES[it].into());
        record.dated = self
            .day
            .map(|it| Interval::new(Some(it), Some(it + 1)).unwrap());
        request
    }

    /// Every way of filling in what is open.
    fn filled(&self) -> Vec<Self> {
        let mut all = vec![self.clone()];
        macro_rules! fill {
            ($field:ident, $values:expr) => {
                if self.$field.is_none() {
                    let fill = |it: &World| {
                        let it = it.clone();
                        $values.map(move |value| World {
                            $field: Some(value),
                            ..it.clone()
                        })
                    };
                    all = all.iter().flat_map(fill).collect();
                }
            };
        }
        fill!(prac, [None, Some(0), Some(1)].into_iter());
        fill!(org, [None, Some(0), Some(1)].into_iter());
        fill!(purpose, 0..3);
        fill!(level, 0..6);
        fill!(kind, 0..2);
        fill!(day, 0..4);
        for place in 0..2 {
            if self.sensitive[place].is_none() {
                all = all
                    .iter()
                    .flat_map(|it| {
                        [true, false].map(|value| {
                            let mut it = it.clone();
                            it.sensitive[place] = Some(value);
                            it
                        })
                    })
                    .collect();
            }
        }
        all
    }
}

/// Two values only, on facts that are all known.
fn permits(terms: &Terms, world: &World) -> bool {
    let mut permitted = terms.base == Base::Permit;
    for rule in &terms.rules {
        let forbids = rule.effect() == Effect::Forbid;
        let applies = rule.criteria().iter().all(|criterion| match criterion {
            Criterion::Recipient(all) => all.iter().any(|one| {
                one.iter().all(|it| {
                    world.prac.unwrap().is_some_and(|own| PRACS[own] == it)
                        || world.org.unwrap().is_some_and(|own| ORGS[own] == it)
                })
            }),
            Criterion::Purpose(all) => all.iter().any(|it| {
                let own = PURPOSES[world.purpose.unwrap()];
                own == it || (own == "ETREAT" && it == "TREAT")
            }),
            Criterion::Confidentiality(level) => {
                let own = Confidentiality::ALL[world.level.unwrap()];
                if forbids {
                    own >= *level
                } else {
                    own <= *level
                }
            }
            Criterion::Sensitivity(all) => {
                (0..2).any(|place| world.sensitive[place].unwrap() && all.has(SENSITIVITIES[place]))
            }
            Criterion::Type(all) => all.has(TYPES[world.kind.unwrap()]),
            Criterion::Dated(span) => span.has(world.day.unwrap()),
            other => panic!("{other:?}"),
        });
        if applies {
            permitted = !forbids;
        }
    }
    permitted
}

fn some(names: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(names, 1..=names.len())
}

fn criteria() -> impl Strategy<Value = Vec<Criterion>> {
    let recipient = prop::collection::vec(
        prop::sample::subsequence(vec!["prac=a", "prac=b", "org=x", "org=y"], 1..3),
        1..3,
    );
    use prop::option::of;
    (
        of(recipient.prop_map(|it| Criterion::recipients(it).unwrap())),
        of(some(&PURPOSES).prop_map(|it| Criterion::purpose(it).unwrap())),
        of((0..6_usize).prop_map(|it| Criterion::Confidentiality(Confidentiality::ALL[it]))),
        of(some(&SENSITIVITIES).prop_map(|it| Criterion::sensitivity(it).unwrap())),
        of(some(&TYPES).prop_map(|it| Criterion::resource_type(it).unwrap())),
        of((0..3_i64, 1..3_i64).prop_map(|(from, length)| {
            Criterion::Dated(Interval::new(Some(from), Some(from + length)).unwrap())
        })),
    )
        .prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].into_iter().flatten().collect())
}

fn consent() -> impl Strategy<Value = Terms> {
    let rule = (any::<bool>(), criteria()).prop_map(|(permits, criteria)| {
        let effect = if permits {
            Effect::Permit
        } else {
            Effect::Forbid
        };
        Rule::new(effect, criteria).unwrap()
    });
    let base = prop::sample::select(vec![Base::Silent, Base::Permit, Base::Forbid]);
    (base, prop::collection::vec(rule, 1..5)).prop_map(|(base, rules)| {
        let mut one = draft(rules);
        one.base = base;
        Terms::check(one).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn nothing_open_is_read_as_a_permission(terms in consent(), world in world()) {
        let decision = decide(&terms, &world.request());
        let permitted = decision.outcome == Outcome::Permit;
        let mut filled = world.filled().into_iter();
        if permitted {
            prop_assert!(filled.all(|it| permits(&terms, &it)));
        }
        for one in world.filled().iter().take(50) {
            let decision = decide(&terms, &one.request());
            prop_assert_eq!(decision.outcome == Outcome::Permit, permits(&terms, one));
            prop_assert_eq!(decision.missing, []);
        }
    }
}
