//! Policies as text, as canonical bytes, and as the rows that these become; labels.

use hippocrypt::abe::{self, AuthorityKey};
use hippocrypt::policy::{
    Attributes, Date, Formula, LabelFrame, LabelKey, LabelPolicy, LabelSet, Labels, Policy,
};
use serde_json::{Value, json};

use crate::vectors::{H, Recorder, hex};

/// Every form of a condition and of a gate, also under `not`.
const OVER_ATTRIBUTES: [&str; 21] = [
    "role=nurse",
    "a=b and (c=d or e=f and a=b) and (a=b or g=h)",
    "2 of (a=1x, b=2x, c=3x and d=4x, 1 of (e=5x, f=6x))",
    "2 of (a=x, b=y) and 1 of (a=x, b=y)",
    "dept in {er, icu, \"José \\\"B\\\"\"}",
    "not role!=nurse",
    "icd10:code=E11* and icd10:code in {E11.9, F*}",
    "level=3",
    "level!=0 or level!=255 or level!=100",
    "level<7 and level:u16<=300 and level:u32>70000",
    "not (level<7 or not level<=100 or level>200)",
    "not (level>=3 and a!=b)",
    "level in 3..17 or id:u32 in 5..4294967294",
    "not level in 0..17 and not level in 3..255 and not level in 3..17",
    "level in {3, 1, 2}",
    "not level in {3, 0} and a=b",
    "not 2 of (level<3, a!=b, c!=d)",
    "licensed in 2026-01-01..2026-12-31",
    "licensed>=2026-11-24 and expires>=2026-11-24",
    "not (not (a=b) and not (c=d))",
    "not not (a=b or not (level=1 or level=2))",
];

/// Under a frame from 2020 to the end of 2027.
const OVER_LABELS: [&str; 14] = [
    "type=Observation",
    "type in {Observation, Condition} and conf=N",
    "not sens=HIV and sens!=PSY",
    "not sens in {HIV, PSY} or not (sens=ETH or sens=HIV) or not sens!=HIV",
    "y=2026 or ym=2026-11 or ymd=2026-11-22",
    "ymd>=2026-11-22",
    "ymd<2021-03-02 and ym<=2021-03",
    "y>2024 or y!=2022",
    "ym in 2021-11..2023-02",
    "ymd in {2026-11-22, 2024-02-29}",
    "not ymd in 2021-12-30..2026-01-02",
    "not ym in {2021-11, 2024-12}",
    "not (ymd>2026-11-22 or ym!=2026-11)",
    "2 of (y=unknown, ym=unknown, code=a)",
];

fn rows(formula: &Formula) -> Value {
    formula.rows().iter().map(|it| hex(it.as_bytes())).collect()
}

pub fn policies() -> Value {
    json!({
        "policies": {"of": OVER_ATTRIBUTES.map(over_attributes)},
        "label_policies": {"of": labels_of(&OVER_LABELS)},
        "shares": shares(),
        "labels": labels(),
    })
}

fn over_attributes(text: &str) -> Value {
    let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    json!({
        "text": hex(text),
        "policy": hex(policy.as_bytes()),
        "rows": rows(&policy.formula().unwrap()),
    })
}

fn labels_of(texts: &[&str]) -> Value {
    let frame = LabelFrame::new(2020, Date::parse("2027-12-31").unwrap())
        .and_then(|it| it.vocabulary("hv1", ["ETH", "HIV", "PSY"]))
        .and_then(|it| it.vocabulary("hv2", ["HIV"]))
        .unwrap();
    texts
        .iter()
        .map(|text| {
            let policy =
                LabelPolicy::parse(text, &frame).unwrap_or_else(|error| panic!("{text}: {error}"));
            json!({
                "text": hex(text),
                "policy": hex(policy.as_bytes()),
                "rows": rows(&policy.formula().unwrap()),
            })
        })
        .collect()
}

/// The shares of some of these, as a ciphertext has them.
fn shares() -> Value {
    let source = &mut Recorder::new(40);
    let hospital = AuthorityKey::generate("Hospital", source).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let attributes = Attributes::parse(["a=b", "c=d", "a=1x", "b=2x", "e=5x", "level=2"]).unwrap();
    let user = hospital.issue(&attributes, until, source).unwrap();
    let cache = &mut abe::Cache::new();
    let each: Vec<Value> = [1, 2, 15, 16]
        .map(|at: usize| {
            let policy = Policy::parse(OVER_ATTRIBUTES[at]).unwrap();
            let source = &mut Recorder::new(41);
            let (ciphertext, key) = hospital
                .public()
                .encapsulate(&policy, &H, cache, source)
                .unwrap();
            assert!(user.satisfies(&policy).unwrap());
            json!({
                "policy": hex(policy.as_bytes()),
                "drawn": source.drawn(),
                "ciphertext": hex(ciphertext.to_bytes()),
                "key": hex(key.expose()),
            })
        })
        .into();
    json!({
        "authority": hex(hospital.public().to_bytes()),
        "h": hex(H),
        "of": each,
    })
}

/// Labels, completed by the calendar, sorted and blinded; a policy over blinded ones.
fn labels() -> Value {
    let given = ["type=Observation", "ymd=2026-11-24", "conf=N"];
    let labels = Labels::parse(given.iter().copied()).unwrap();
    let unknown = Labels::parse(["ym=unknown"]).unwrap();
    let key = LabelKey::generate(&mut Recorder::new(42)).unwrap();
    let frame = LabelFrame::new(2020, Date::parse("2027-12-31").unwrap()).unwrap();
    let policy = LabelPolicy::parse("ym>=2026-11 and 1 of (conf=N, conf=R)", &frame).unwrap();
    let blinded = policy.blinded(&key).unwrap();
    json!({
        "given": given.iter().map(hex).collect::<Vec<_>>(),
        "labels": hex(labels.to_bytes()),
        "unknown": hex(unknown.to_bytes()),
        "label_key": hex(key.to_bytes().expose()),
        "id": hex(key.id()),
        "blinded": hex(LabelSet::blinded(&labels, &key).to_bytes()),
        "policy": hex(policy.as_bytes()),
        "blinded_policy": hex(blinded.as_bytes()),
    })
}
