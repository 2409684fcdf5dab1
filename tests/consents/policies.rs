//! IHE's own policies decide where a consent does not, and only under IHE's reading.

use hippocrypt::consent::Reading::{Pcf11, R4Typed};
use hippocrypt::consent::{Base, Criterion, Rule};
use hippocrypt::fhir::NoResolver;
use serde_json::{Value, json};

use super::wild::{coding, r4, with};
use super::{compiled, options, outcome};

const IHE: &str = "https://profiles.ihe.net/ITI/PCF/";

fn under(policies: &[&str], provision: Value) -> Value {
    let policies: Vec<Value> = policies.iter().map(|it| json!({"uri": it})).collect();
    with(
        r4(),
        &[("/policy", json!(policies)), ("/provision", provision)],
    )
}

#[test]
fn the_four_policies_mean_what_they_say() {
    let purpose = |code| vec![Rule::permit([Criterion::purpose([code]).unwrap()]).unwrap()];
    for (policy, base, rules) in [
        ("Policy-all-normal", Base::Permit, vec![]),
        ("Policy-deny", Base::Forbid, vec![]),
        ("Policy-basic-normal", Base::Forbid, purpose("TREAT")),
        ("Policy-break-glass-only", Base::Forbid, purpose("BTG")),
    ] {
        let value = under(
            &[&format!("{IHE}{policy}")],
            json!({"period": {"start": "2026"}}),
        );
        let answer = compiled(value.to_string().as_bytes(), &options(Pcf11), &NoResolver);
        let terms = answer.unwrap().terms;
        assert_eq!((terms.base, &terms.rules), (base, &rules), "{policy}");
        let answer = compiled(value.to_string().as_bytes(), &options(R4Typed), &NoResolver);
        assert_eq!(outcome(&answer), "E03 Consent", "{policy}");
    }
}

#[test]
fn a_policy_that_is_not_known_decides_nothing() {
    let deny = format!("{IHE}Policy-deny");
    let normal = format!("{IHE}Policy-all-normal");
    let own = "https://hospital.example/policy";
    let period = || json!({"period": {"start": "2026"}});
    for (policies, provision, expected) in [
        (&[own][..], period(), "E16 Consent.policy[0].uri"),
        (&[&deny, own], period(), "E16 Consent.policy[1].uri"),
        (&[&deny, &normal], period(), "E04 Consent.policy[1].uri"),
        (&[&deny, &deny], period(), "compiles"),
        (
            &[&format!("{IHE}Policy-Deny")],
            period(),
            "E16 Consent.policy[0].uri",
        ),
        (&[own], json!({"type": "permit"}), "compiles"),
        (&[&deny], json!({"type": "permit"}), "compiles"),
        (
            &[&normal],
            json!({"purpose": [coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT")]}),
            "E05 Consent.provision",
        ),
    ] {
        let value = under(policies, provision);
        let answer = compiled(value.to_string().as_bytes(), &options(Pcf11), &NoResolver);
        assert_eq!(outcome(&answer), expected, "{policies:?}");
    }
}

#[test]
fn provisions_inside_start_from_the_policy() {
    let label = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "PSY");
    let nested = |kind: &str| json!({"provision": [{"type": kind, "securityLabel": [label]}]});
    let policy = format!("{IHE}Policy-basic-normal");
    let value = under(&[&policy], nested("deny"));
    let terms = compiled(value.to_string().as_bytes(), &options(Pcf11), &NoResolver)
        .unwrap()
        .terms;
    // What the policy permits is denied for psychiatry.
    let treat = || Criterion::purpose(["TREAT"]).unwrap();
    let psychiatry = Criterion::sensitivity(["PSY"]).unwrap();
    assert_eq!(
        terms.rules,
        [
            Rule::permit([treat()]).unwrap(),
            Rule::forbid([treat(), psychiatry]).unwrap()
        ]
    );
    // The policy limits purposes; a permit for psychiatry adds nothing to that.
    let value = under(&[&policy], nested("permit"));
    let answer = compiled(value.to_string().as_bytes(), &options(Pcf11), &NoResolver);
    assert_eq!(outcome(&answer), "E07 Consent.provision.provision[0].type");
    let value = under(&[&format!("{IHE}Policy-deny")], nested("deny"));
    let answer = compiled(value.to_string().as_bytes(), &options(Pcf11), &NoResolver);
    assert_eq!(outcome(&answer), "E07 Consent.provision.provision[0].type");
}

/// An opt-out under a system that is spelled otherwise must not be left out.
#[test]
fn a_directive_that_is_not_known_is_not_forgotten() {
    const V3: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    let path = "Consent.policyRule.coding[0]";
    for (system, code, expected) in [
        (V3, "OPTOUT", "E04 Consent.provision.type".to_owned()),
        (V3, "HIPAAConsent", "compiles".to_owned()),
        ("https://hospital.example/rules", "7", "compiles".to_owned()),
        (
            "http://hl7.org/fhir/v3/ActCode",
            "OPTOUT",
            format!("E09 {path}"),
        ),
        (
            "http://terminology.hl7.org/CodeSystem/v3-ActCode/",
            "OPTOUT",
            format!("E09 {path}"),
        ),
        (
            "http://terminology.hl7.org/CodeSystem/consentpolicycodes",
            "OPTOUT",
            format!("E09 {path}"),
        ),
        (V3, "optout", format!("E10 {path}")),
    ] {
        let value = with(
            r4(),
            &[
                ("/policyRule", json!({"coding": [coding(system, code)]})),
                ("/provision", json!({"type": "permit"})),
            ],
        );
        let answer = compiled(value.to_string().as_bytes(), &options(R4Typed), &NoResolver);
        assert_eq!(outcome(&answer), expected, "{system} {code}");
    }
}
