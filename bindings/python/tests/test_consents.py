"""Consents: compiled, said in words, decided, signed; and charts sealed under them."""

from __future__ import annotations

import copy
import json
from typing import Any

import hippocrypt as hc
import pytest
from conftest import ROOT

DATA = ROOT / "examples/data"
BASE = "https://lakeside.example/fhir"
DOCUMENT = (DATA / "consent.json").read_text()
CONSENT: dict[str, Any] = json.loads(DOCUMENT)


def terms() -> hc.Terms:
    return hc.Terms.from_fhir(CONSENT, reading="pcf-1.1", base=BASE)


def request(**changes: Any) -> dict[str, Any]:
    asked = {
        "patient": f"{BASE}/Patient/nadia-rehn",
        "time": "2026-09-14T12:00:00Z",
        "recipient": {"prac": [f"{BASE}/Practitioner/raman"]},
        "purposes": ["TREAT"],
        "record": {"labels": ["type=Observation", "conf=N", "sens.none=hv1"]},
    }
    return {**asked, **changes}


def test_a_consent_from_a_dict_a_text_or_bytes() -> None:
    made = [
        hc.Terms.from_fhir(document, reading="pcf-1.1", base=BASE)
        for document in (CONSENT, DOCUMENT, DOCUMENT.encode())
    ]
    assert {it.subject for it in made} == {f"{BASE}/Patient/nadia-rehn"}
    # Nobody can guess a digest: two compilations of one document have two.
    assert len({it.digest for it in made}) == 3
    again = hc.Terms.from_bytes(made[0].to_bytes())
    assert again.digest == made[0].digest == bytes.fromhex(again.to_dict()["digest"])
    words = made[0].explain()
    assert "Your records may be opened" in words and words != made[0].explain("carer")


def test_what_cannot_be_enforced_is_refused_with_its_place() -> None:
    with pytest.raises(hc.ConsentError) as refused:
        hc.Terms.from_fhir(CONSENT, reading="r4-typed", base=BASE)
    assert refused.value.code == 607
    assert any("Consent.provision.provision[0].type" in it for it in refused.value.reasons)
    changed = copy.deepcopy(CONSENT)
    changed["provision"]["code"] = [{"text": "everything"}]
    with pytest.raises(hc.ConsentError) as refused:
        hc.Terms.from_fhir(changed, reading="pcf-1.1", base=BASE)
    assert refused.value.reasons
    with pytest.raises(hc.CallError):
        hc.Terms.from_fhir(CONSENT, reading="guess")
    with pytest.raises(hc.DecodeError):
        hc.Terms.from_fhir("{", reading="pcf-1.1")
    with pytest.raises(ValueError):
        hc.Terms.from_fhir({"a": float("nan")}, reading="pcf-1.1")


def test_decisions_guess_nothing() -> None:
    decision = hc.decide(terms(), request())
    assert (decision.outcome, decision.by) == ("PERMIT", "rule") and decision.rule is not None
    decision.require()
    for changes in ({"purposes": ["HMARKT"]}, {"recipient": {"prac": [f"{BASE}/Practitioner/x"]}}):
        refused = hc.decide(terms(), request(**changes))
        assert refused.outcome != "PERMIT"
        with pytest.raises(hc.NotPermitted):
            refused.require()
    with pytest.raises(TypeError):
        bool(decision)
    with pytest.raises(hc.ConsentError) as wrong:
        hc.decide(terms(), request(extra=1))
    assert wrong.value.reasons
    with pytest.raises(hc.CallError):
        hc.decide(terms(), request(), conflict="guess")


def test_signed_by_the_patient_and_nobody_else(patient: hc.Patient) -> None:
    signed = hc.sign_consent(hc.Terms.from_fhir(DOCUMENT, reading="pcf-1.1", base=BASE), patient=patient)
    verified = hc.verify_consent(signed, profile=patient.profile, document=DOCUMENT.encode())
    assert verified.signer == "patient" and verified.terms.subject.endswith("nadia-rehn")
    with pytest.raises(hc.Error):
        hc.verify_consent(signed, profile=hc.Patient.generate().profile)
    with pytest.raises(hc.CallError):
        hc.verify_consent(signed, profile=patient.profile, document=b"{}")
    with pytest.raises(hc.Error):
        hc.verify_consent(signed[:-1], profile=patient.profile)
    with pytest.raises(hc.Error):
        hc.sign_consent(terms(), carer=hc.Signer.generate("x"), profile=patient.profile)


def test_my_psychiatrist_sees_it_my_dentist_does_not(
    hospital: hc.Authority, patient: hc.Patient
) -> None:
    clinic, ward = hc.Signer.generate("clinic"), hc.Signer.generate("ward")
    consent = hc.verify_consent(hc.sign_consent(terms(), patient=patient), profile=patient.profile)
    labels = hc.sign_labels((DATA / "labels.json").read_bytes(), signer=clinic)
    batches, about = hc.seal_chart(
        (DATA / "bundle.json").read_bytes(),
        consent=consent,
        patient=patient.profile,
        authority=hospital.public,
        labels=labels,
        labels_from=[clinic.public],
        base=BASE,
        sender=ward,
    )
    assert sum(group["resources"] for group in about) == 86
    assert {group["batch"] for group in about} == set(batches)
    opened = {}
    for who in ("raman", "feld"):
        key = hospital.issue([f'prac="{BASE}/Practitioner/{who}"', "pou=TREAT"], until="2070-01-01")
        bundle, closed = hc.open_chart(list(batches.values()), key=key, senders=ward.public)
        opened[who] = len(bundle["entry"])
        assert closed[204 if 204 in closed else 303] > 0
    whole, closed = hc.open_chart(list(batches.values()), key=patient)
    # As in the demo of the command line.
    assert opened == {"raman": 72, "feld": 83} and len(whole["entry"]) == 86 and not closed
    with pytest.raises(hc.Error):
        hc.seal_chart(
            (DATA / "bundle.json").read_bytes(),
            consent=consent,
            patient=hc.Patient.generate().profile,
        )


def test_contradicting_consents_are_an_error_unless_a_rule_says_which_holds() -> None:
    changed = copy.deepcopy(CONSENT)
    changed["provision"] = {
        "type": "deny",
        "actor": [CONSENT["provision"]["actor"][0]],
        "purpose": CONSENT["provision"]["purpose"],
    }
    other = hc.Terms.from_fhir(changed, reading="r4-typed", base=BASE)
    both = [terms(), other]
    with pytest.raises(hc.ConsentError) as refused:
        hc.decide(both, request())
    assert refused.value.code == 620
    assert hc.decide(both, request(), conflict="deny-overrides").outcome == "DENY"
