//! Whether a consent is in force, what it is about, and what it decides.

use hippocrypt::consent::{Attributes, Confidentiality, Outcome, Request, decide};

use super::*;

#[test]
fn whether_it_is_in_force_and_what_it_is_about() {
    let scope = "http://terminology.hl7.org/CodeSystem/consentscope";
    let categories = "http://terminology.hl7.org/CodeSystem/consentcategorycodes";
    for (change, expected, reason) in [
        (
            ("/status", json!("inactive")),
            "E02 Consent.status",
            "withdrawn",
        ),
        (
            ("/status", json!("proposed")),
            "E02 Consent.status",
            "nobody agreed yet",
        ),
        (
            ("/status", json!("rejected")),
            "E02 Consent.status",
            "refused by the patient",
        ),
        (
            ("/scope", concept(scope, "adr")),
            "E02 Consent.scope",
            "an advance directive",
        ),
        (
            ("/scope", concept(scope, "treatment")),
            "E02 Consent.scope",
            "a consent to treatment",
        ),
        (
            ("/scope", concept(scope, "privacy")),
            "E10 Consent.scope",
            "no such code",
        ),
        (
            (
                "/scope",
                concept("http://hl7.org/fhir/consentscope", "patient-privacy"),
            ),
            "E09 Consent.scope",
            "an earlier address of the system",
        ),
        (
            ("/scope", json!({"text": "Privacy"})),
            "E09 Consent.scope",
            "no code at all",
        ),
        (
            ("/scope", concept(scope, "research")),
            "E02 Consent.scope",
            "about research, but permits treatment",
        ),
        (
            ("/category/0", concept(categories, "dnr")),
            "E02 Consent.category[0]",
            "about resuscitation",
        ),
        (
            ("/category/0", concept(categories, "polst")),
            "E02 Consent.category[0]",
            "about care",
        ),
        (
            ("/category/0", concept(ACT_CODE, "EMRGONLY")),
            "E04 Consent.category[0]",
            "about emergencies, but permits treatment",
        ),
        (
            ("/category/0", concept(ACT_CODE, "RSREID")),
            "E02 Consent.category[0]",
            "about research, but permits treatment",
        ),
        (
            ("/category/0", concept("http://loinc.org", "64293-4")),
            "E10 Consent.category[0]",
            "a consent to a procedure",
        ),
        (
            ("/category/0", concept(ACT_CODE, "PSY")),
            "E10 Consent.category[0]",
            "a label is no category",
        ),
        (
            ("/category/0", concept("https://x.example", "privacy")),
            "E09 Consent.category[0]",
            "a system of somebody's own",
        ),
        (
            ("/category/0", json!({"text": "Privacy"})),
            "E09 Consent.category[0]",
            "no code at all",
        ),
        (
            ("/verification/0/verified", json!(false)),
            "compiles",
            "only a warning",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
    let research = with(
        r4(),
        &[
            ("/scope", concept(scope, "research")),
            ("/provision/purpose/0", coding(ACT_REASON, "CLINTRCH")),
        ],
    );
    becomes(R4Typed, &research, "compiles", "a kind of research");
    let emergency = with(
        r4(),
        &[
            ("/category/0", concept(ACT_CODE, "EMRGONLY")),
            ("/provision/purpose/0", coding(ACT_REASON, "BTG")),
        ],
    );
    becomes(R4Typed, &emergency, "compiles", "a kind of emergency");
    let deidentified = with(research, &[("/category/0", concept(categories, "rsdid"))]);
    let answer = compiled(
        deidentified.to_string().as_bytes(),
        &options(R4Typed),
        &NoResolver,
    );
    assert_eq!(answer.unwrap().terms.obligations[..], ["DEID"]);
}

#[test]
fn what_the_whole_decides() {
    let rule = |code: &str| ("/policyRule", concept(ACT_CODE, code));
    let typeless = ("/provision/type", Value::Null);
    let empty = ("/provision", json!({"period": {"start": "2026"}}));
    for (changes, expected, reason) in [
        (vec![rule("OPTIN")], "compiles", "opts in and permits"),
        (
            vec![rule("OPTOUT")],
            "E04 Consent.provision.type",
            "opts out and permits",
        ),
        (
            vec![rule("NOCONSENT")],
            "E04 Consent.provision.type",
            "no consent, and permits",
        ),
        (
            vec![rule("EMRGONLY")],
            "E04 Consent.policyRule",
            "for emergencies only, and permits treatment",
        ),
        (
            vec![rule("IMPLIED")],
            "compiles",
            "implied, and the provision says what",
        ),
        (vec![typeless.clone()], "E03 Consent", "nothing decides"),
        (
            vec![typeless.clone(), rule("OPTIN")],
            "E05 Consent.provision",
            "scope or exception",
        ),
        (
            vec![("/provision/type", json!("Permit"))],
            "E10 Consent.provision.type",
            "no such type",
        ),
        (
            vec![empty.clone(), rule("OPTIN")],
            "compiles",
            "all is permitted from then on",
        ),
        (
            vec![empty.clone(), rule("OPTINR")],
            "E16 Consent.policyRule",
            "restrictions, and nobody says which",
        ),
        (
            vec![empty.clone(), rule("OPTOUTE")],
            "E16 Consent.policyRule",
            "exceptions, and nobody says which",
        ),
        (
            vec![empty.clone(), rule("GRANTORCHOICE")],
            "E03 Consent",
            "neither in nor out",
        ),
        (
            vec![
                empty.clone(),
                ("/policyRule", json!({"text": "as discussed"})),
            ],
            "E03 Consent",
            "words only",
        ),
        (
            vec![
                empty,
                (
                    "/policyRule",
                    json!({"coding": [coding(ACT_CODE, "OPTIN"), coding(ACT_CODE, "OPTOUT")]}),
                ),
            ],
            "E04 Consent.policyRule",
            "both at once",
        ),
        (
            vec![("/provision", Value::Null), rule("OPTOUT")],
            "compiles",
            "all is denied",
        ),
        (
            vec![("/provision/provision/0/type", Value::Null)],
            "E06 Consent.provision.provision[0]",
            "a nested provision needs a type",
        ),
        (
            vec![("/provision/provision/0/type", json!("permit"))],
            "E07 Consent.provision.provision[0].type",
            "a permit in a permit",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &changes), expected, reason);
    }
    for (change, expected, reason) in [
        (
            ("/decision", Value::Null),
            "E03 Consent.decision",
            "no decision",
        ),
        (
            ("/decision", json!("perhaps")),
            "E10 Consent.decision",
            "no such decision",
        ),
        (
            ("/regulatoryBasis/0", concept(ACT_CODE, "OPTIN")),
            "E04 Consent.regulatoryBasis[0]",
            "opts in and denies",
        ),
        (
            ("/provision/0/type", json!("deny")),
            "E06 Consent.provision[0].type",
            "R5 has no types",
        ),
        (
            ("/provision/0/class", json!([])),
            "E01 Consent.provision[0].class",
            "an element of R4",
        ),
        (
            ("/scope", json!({"text": "x"})),
            "E01 Consent.scope",
            "an element of R4",
        ),
        (
            ("/dateTime", json!("2026")),
            "E01 Consent.dateTime",
            "an element of R4",
        ),
        (
            ("/provision/0/expression", json!({"expression": "true"})),
            "E14 Consent.provision[0].expression",
            "not evaluated",
        ),
        (
            (
                "/policyBasis",
                json!({"reference": {"reference": "Permission/1"}}),
            ),
            "E15 Consent.policyBasis.reference",
            "rules elsewhere",
        ),
        (
            ("/policyBasis", json!({"url": "https://hhs.example/policy"})),
            "compiles",
            "a basis in law, and the consent decides itself",
        ),
        (
            (
                "/provision/0/provision",
                json!([{"purpose": [coding(ACT_REASON, "ETREAT")]}]),
            ),
            "E08 Consent.provision[0].provision[0]",
            "a second level",
        ),
        (
            ("/sourceAttachment", json!({"title": "x"})),
            "E11 Consent.sourceAttachment",
            "R5 has a list here",
        ),
    ] {
        becomes(R5Negate, &with(r5(), &[change]), expected, reason);
    }
}

#[test]
fn alternation_is_read_once_it_is_accepted() {
    let nested = json!([{"purpose": [coding(ACT_REASON, "HMARKT")]}]);
    let value = with(
        r5(),
        &[
            ("/provision/0/provision", nested),
            ("/provision/0/purpose", Value::Null),
        ],
    );
    let mut options = options(R5Negate);
    options.accept_alternation = true;
    let answer = compiled(value.to_string().as_bytes(), &options, &NoResolver).unwrap();
    let effects: Vec<_> = answer.terms.rules.iter().map(|it| it.effect()).collect();
    assert_eq!(effects, [Effect::Permit, Effect::Forbid]);
    // A permit inside a denial of "restricted and higher" has no way to say "and higher".
    let nested = json!([{"actor": [recipient("Practitioner/8")]}]);
    let value = with(
        r5(),
        &[
            ("/provision/0/provision", nested),
            ("/decision", json!("permit")),
        ],
    );
    let answer = compiled(value.to_string().as_bytes(), &options, &NoResolver);
    assert_eq!(outcome(&answer), "E01 Consent.provision[0].provision[0]");
}

#[test]
fn an_exception_to_one_denial_opens_nothing_of_another() {
    let psychiatry = json!({
        "type": "deny", "securityLabel": [coding(ACT_CODE, "PSY")],
        "provision": [{"type": "permit", "actor": [recipient("Practitioner/7")]}]
    });
    let hiv = json!({"type": "deny", "securityLabel": [coding(ACT_CODE, "HIV")]});
    let root = |nested: Value| {
        let root = json!({"type": "permit", "provision": nested});
        with(r4(), &[("/provision", root)])
    };
    let rules = |value: Value| {
        let text = value.to_string();
        let compiled = compiled(text.as_bytes(), &options(R4Typed), &NoResolver);
        compiled.unwrap().terms.rules.clone()
    };
    // The same in either order: the denial without exceptions has the last word.
    let [_, _, permit, last] = &rules(root(json!([hiv, psychiatry])))[..] else {
        panic!()
    };
    assert_eq!(permit.effect(), Effect::Permit);
    assert_eq!(last.effect(), Effect::Forbid);
    assert_eq!(last.criteria(), [Criterion::sensitivity(["HIV"]).unwrap()]);
    assert_eq!(
        rules(root(json!([hiv, psychiatry]))),
        rules(root(json!([psychiatry, hiv])))
    );
    // Where both have exceptions, no order is right.
    becomes(
        R4Typed,
        &root(json!([psychiatry, hiv, psychiatry])),
        "E01 Consent.provision.provision[2]",
        "whoever may see psychiatry might see both",
    );
    becomes(
        Pcf11,
        &root(json!([psychiatry])),
        "E01 Consent.provision.provision[0].provision[0]",
        "IHE has two levels",
    );
}

#[test]
fn a_denial_inside_a_permit_reaches_below_its_ceiling() {
    let nested = json!([{"type": "deny", "actor": [recipient("Practitioner/7")]}]);
    let root = json!({
        "type": "permit", "securityLabel": [coding(CONFIDENTIALITY, "N")], "provision": nested
    });
    let text = with(r4(), &[("/provision", root)]).to_string();
    let terms = compiled(text.as_bytes(), &options(R4Typed), &NoResolver)
        .unwrap()
        .terms;
    for level in Confidentiality::ALL {
        for (who, permitted) in [("7", false), ("8", level <= Confidentiality::Normal)] {
            let mut request = Request::new(terms.vocabulary, &terms.subject, 1_800_000_000);
            let who = format!("prac=http://example.org/fhir/Practitioner/{who}");
            request.recipient = Attributes::of([&*who]).unwrap();
            request.record.confidentiality = Some(level);
            let outcome = decide(&terms, &request).outcome;
            assert_eq!(outcome == Outcome::Permit, permitted, "{who} {level:?}");
        }
    }
}

/// What one permission leaves out another one beside it must not open, in whatever order the two
/// stand.
#[test]
fn an_exception_holds_against_permissions_beside_it() {
    let feld = json!({"type": "permit", "actor": [recipient("Practitioner/feld")],
        "provision": [{"type": "deny", "securityLabel": [coding(ACT_CODE, "HIV")]}]});
    let all = json!({"type": "permit", "purpose": [coding(ACT_REASON, "TREAT")]});
    for provisions in [json!([feld, all]), json!([all, feld])] {
        let value = with(
            r4(),
            &[
                ("/policyRule", concept(ACT_CODE, "OPTOUT")),
                ("/provision", json!({"provision": provisions})),
            ],
        );
        let answer = compiled(value.to_string().as_bytes(), &options(R4Typed), &NoResolver);
        let terms = answer.unwrap().terms;
        let effects: Vec<Effect> = terms.rules.iter().map(|it| it.effect()).collect();
        assert_eq!(effects, [Effect::Permit, Effect::Permit, Effect::Forbid]);
    }
}
