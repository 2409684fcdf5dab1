//! What `hv1` holds.

use std::vec::Vec;

use super::*;

const PURPOSES: &str = "HMARKT
HOPERAT CAREMGT DONAT FRAUD GOV HACCRED HCOMPL HDECD HDIRECT HDM HLEGAL HOUTCOMS HPRGRP HQUALIMP HSYSADMIN MEMADMIN MILCDM MLTRAINING PATADMIN PATSFTY PERFMSR RECORDMGT SYSDEV TRAIN
HPAYMT CLMATTCH COVAUTH COVERAGE PMTDS REMITADV
HRESCH BIORCH CLINTRCH DSRCH POARCH TRANSRCH
PATRQT FAMRQT PWATRNY SUPNWK
PUBHLTH DISASTER THREAT
TREAT CLINTRL COC ETREAT POPHLTH TREATDS
ETREAT BTG ERTREAT
COVERAGE ELIGDTRM ELIGVER ENROLLM MILDCRG
CLINTRCH CLINTRCHNPC CLINTRCHPC PRECLINTRCH
HSYSADMIN LABELING METAMGT
SYSDEV HTEST";

static_assertions::assert_impl_all!(Vocabulary: Send, Sync);

#[test]
fn sets_and_properties_stand_where_they_are_looked_for() {
    for (place, set) in CodeSet::ALL.into_iter().enumerate() {
        assert_eq!(set as usize, place, "{}", set.name());
    }
    let names: Vec<_> = Property::ALL.map(Property::name).into();
    assert!(names.is_sorted());
    assert_eq!(Property::ALL.map(Property::bit).iter().sum::<u8>(), 255);
}

#[test]
fn the_purposes_lie_as_published() {
    let hv1 = hv1();
    let mut all = 1;
    for line in PURPOSES.lines() {
        let (parent, children) = line.split_once(' ').unwrap_or((line, ""));
        let found: Vec<_> = hv1
            .concepts(CodeSet::Purpose)
            .filter(|it| it.parents().eq([parent]))
            .map(|it| it.code())
            .collect();
        assert_eq!(
            found,
            children.split_whitespace().collect::<Vec<_>>(),
            "{parent}"
        );
        all += found.len();
    }
    let top = hv1
        .concepts(CodeSet::Purpose)
        .filter(|it| it.parents().eq(["PurposeOfUse"]));
    assert_eq!(top.count(), 7);
    assert_eq!(hv1.concepts(CodeSet::Purpose).count(), all + 7);
    assert!(hv1.purpose("PurposeOfUse").unwrap().has(Property::Abstract));
    assert_eq!(
        hv1.purpose("BTG").unwrap().ancestors().collect::<Vec<_>>(),
        ["ETREAT", "PurposeOfUse", "TREAT"]
    );
    assert!(hv1.purpose_is_within("TREAT", "TREAT"));
    assert!(!hv1.purpose_is_within("TREAT", "ETREAT"));
    assert!(!hv1.purpose_is_within("btg", "TREAT"));
    assert!(!hv1.purpose_is_within("FooBar", "FooBar"));
}

#[test]
fn confidentiality_is_ordered() {
    let hv1 = hv1();
    let levels: Vec<_> = ["U", "L", "M", "N", "R", "V"]
        .map(|code| hv1.confidentiality(code).unwrap())
        .into();
    assert_eq!(levels, Confidentiality::ALL);
    assert!(levels.is_sorted());
    let below: Vec<_> = Confidentiality::Moderate
        .and_below()
        .map(Confidentiality::code)
        .collect();
    assert_eq!(below, ["U", "L", "M"]);
    for code in ["", "n", "B", "_Confidentiality"] {
        assert_eq!(hv1.confidentiality(code), None, "{code}");
    }
}

#[test]
fn the_traps_of_the_sensitivities() {
    let hv1 = hv1();
    let within = |code| hv1.sensitivities_within(code).collect::<Vec<_>>();
    assert_eq!(within("SUD"), ["ETHUD", "OPIOIDUD", "SUD"]);
    assert_eq!(within("ETH"), ["ETH"]);
    assert_eq!(within("PSY"), ["PSY"]);
    assert_eq!(within("SEX"), ["SEX"]);
    assert_eq!(within("BH"), ["BH", "COGN", "DVD", "EMOTDIS"]);
    assert_eq!(
        within("SPI"),
        [
            "BH", "COGN", "DVD", "EMOTDIS", "ETHUD", "MH", "OPIOIDUD", "PSY", "PSYTHPN", "SPI",
            "SUD"
        ]
    );
    assert_eq!(within("SICKLE"), [""; 0]);
    assert_eq!(hv1.sensitivity("SICKLE"), None);
    assert!(hv1.sensitivity("SCA").is_some());
    assert!(hv1.sensitivity_is_within("DOB", "_EntitySensitivityPolicyType"));
    assert!(hv1.sensitivity_is_within("LOCIS", "_RoleInformationSensitivityPolicy"));
    // The name of a group is no label, and so in no list of labels.
    assert_eq!(
        within("_RoleInformationSensitivityPolicy"),
        ["B", "EMPL", "LOCIS", "SSP"]
    );
}

#[test]
fn every_sensitivity_that_a_record_can_carry_is_pinned() {
    let hv1 = hv1();
    let pinned: Vec<_> = hv1.pinned().collect();
    assert_eq!(pinned.len(), 44);
    assert_eq!(
        pinned,
        hv1.sensitivities_within("_InformationSensitivityPolicy")
            .collect::<Vec<_>>()
    );
}

#[test]
fn several_parents() {
    let hv1 = hv1();
    let daughter = hv1.concept(CodeSet::Kin, "DAU").unwrap();
    assert_eq!(std::format!("{daughter:?}"), "kin DAU");
    assert_eq!(Some(daughter), hv1.concept(CodeSet::Kin, "DAU"));
    assert_ne!(Some(daughter), hv1.concept(CodeSet::Kin, "SON"));
    assert_eq!(daughter.parents().collect::<Vec<_>>(), ["DAUC", "NCHILD"]);
    assert!(hv1.is_within(CodeSet::Kin, "DAU", "FAMMEMB"));
    assert!(hv1.is_within(CodeSet::Kin, "HPOWATT", "POWATT"));
    assert!(!hv1.is_within(CodeSet::Kin, "GUARD", "POWATT"));
}

#[test]
fn the_other_sets() {
    let hv1 = hv1();
    for (set, count, some) in [
        (
            CodeSet::Obligation,
            33,
            "REDACT MASK DEID PSEUD ANONY ENCRYPT DELAU",
        ),
        (
            CodeSet::Refrain,
            18,
            "NORDSCLCD NODSCLCDS NOCOLLECT NOREUSE",
        ),
        (
            CodeSet::Directive,
            11,
            "OPTIN OPTINR OPTOUT OPTOUTE GRANTORCHOICE IMPLIED IMPLIEDD",
        ),
        (CodeSet::ConsentType, 10, "INFA INFAO IDSCL"),
        (CodeSet::Law, 13, "42CFRPart2 HIPAAPsyNotes"),
        (CodeSet::Action, 5, "collect access use disclose correct"),
        (CodeSet::Scope, 4, "adr research patient-privacy treatment"),
        (
            CodeSet::Category,
            9,
            "acd dnr emrgonly hcd npp polst research rsdid rsreid",
        ),
        (CodeSet::Mii, 124, "2.16.840.1.113883.3.1937.777.24.5.3.6"),
        (CodeSet::DataUse, 25, "DUO:0000042 DUO:0000021"),
        (CodeSet::Role, 61, "IRCP PRCP CST AUT"),
        (CodeSet::Kin, 119, "PRN GUARD HPOWATT SPS DELEGATEE"),
        (
            CodeSet::ResourceType,
            182,
            "Observation Media Transport SubscriptionStatus",
        ),
    ] {
        assert_eq!(hv1.concepts(set).count(), count, "{}", set.name());
        for code in some.split(' ') {
            assert_eq!(hv1.concept(set, code).unwrap().code(), code);
        }
    }
    let with = |set, property| {
        let all = hv1.concepts(set).filter(move |it| it.has(property));
        all.map(|it| it.code()).collect::<Vec<_>>()
    };
    assert_eq!(with(CodeSet::Role, Property::Recipient), ["IRCP", "PRCP"]);
    assert_eq!(with(CodeSet::Role, Property::Author), ["AUT"]);
    assert_eq!(with(CodeSet::Role, Property::Custodian), ["CST"]);
    assert_eq!(with(CodeSet::DataUse, Property::Permission).len(), 6);
    assert_eq!(with(CodeSet::DataUse, Property::Modifier).len(), 19);
    assert_eq!(with(CodeSet::Mii, Property::Deprecated).len(), 6);
    assert!(hv1.is_action("access") && !hv1.is_action("read"));
    assert!(hv1.is_obligation("MASK") && !hv1.is_obligation("NOREUSE"));
    assert!(hv1.is_refrain("NOREUSE") && !hv1.is_refrain("MASK"));
    assert!(hv1.is_resource_type("Patient"));
    for none in ["Resource", "DomainResource", "Address", "patient", ""] {
        assert!(!hv1.is_resource_type(none), "{none}");
    }
    assert_eq!(
        hv1.display_of(CodeSet::Refrain, "NORDSCLCD"),
        Some("no redisclosure without consent directive")
    );
    assert_eq!(hv1.display_of(CodeSet::Refrain, "NORDSLCD"), None); // retired
}

#[test]
fn choices_for_people() {
    let hv1 = hv1();
    let names: Vec<_> = hv1.presets().map(|it| it.name()).collect();
    assert_eq!(
        names,
        [
            "genetics",
            "mental-health",
            "sexual-health",
            "substance-use",
            "violence"
        ]
    );
    let codes = |name| hv1.preset(name).unwrap().codes().collect::<Vec<_>>();
    assert_eq!(codes("substance-use"), ["ETH", "ETHUD", "OPIOIDUD", "SUD"]);
    let named: Vec<_> = hv1.preset("mental-health").unwrap().named().collect();
    assert_eq!(named, ["BH", "MH", "PSY", "PSYTHPN"]);
    assert!(hv1.preset("mental health").is_none());
    let choice = hv1.preset("mental-health").unwrap();
    assert_eq!(choice.display(), "mental health");
    assert!(std::format!("{choice:?}").contains("[\"BH\""));
}

#[test]
fn what_a_record_may_be_said_to_lack() {
    let hv1 = hv1();
    let beside = |carried: &[&str]| {
        hv1.sensitivities_beside(carried)
            .map(std::string::String::from)
            .collect::<Vec<_>>()
    };
    assert_eq!(beside(&[]).len(), 44);
    let lacks = beside(&["OPIOIDUD"]);
    assert_eq!(lacks.len(), 41);
    for about in ["OPIOIDUD", "SUD", "SPI"] {
        assert!(!lacks.iter().any(|it| it == about), "{about}");
    }
    assert!(!beside(&["SPI"]).iter().any(|it| it == "PSY"));
    assert!(beside(&["HIV", "NEWCODE"]).is_empty());
}
