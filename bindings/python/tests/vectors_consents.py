"""Vectors of consents."""

from __future__ import annotations

from typing import Any

import hippocrypt as hc
import pytest
from vectors import checks, key, plain, raw, signer, text

BASE = "https://example.org/fhir"


def reading(document: str, name: str) -> hc.Terms:
    return hc.Terms.from_fhir(raw(document), reading=text(name), base=BASE)


@checks("consent", "compiled")
def compiled(it: dict[str, Any]) -> None:
    for case in it["of"]:
        outcome = case["outcome"]
        if "refused" in outcome:
            with pytest.raises(hc.ConsentError) as refused:
                reading(case["document"], case["reading"])
            wanted = [f"{one['error']} {text(one['path'])}" for one in outcome["refused"]]
            lines = refused.value.reasons
            assert len(lines) == len(wanted)
            for line, start in zip(lines, wanted):
                number, place = start.split()
                assert number in line and place in line
            continue
        terms = reading(case["document"], case["reading"])
        found, frozen = terms.to_dict(), plain(outcome["json"])
        for drawn in ("salt", "digest"):
            assert found.pop(drawn) != frozen.pop(drawn)
        assert found == frozen and terms.noted == plain(outcome["noted"])
        again = hc.Terms.from_bytes(raw(outcome["terms"]))
        assert again.to_bytes().hex() == outcome["terms"]


@checks("consent", "terms")
def terms_in_binary(it: dict[str, Any]) -> None:
    terms = hc.Terms.from_bytes(raw(it["bytes"]))
    assert terms.to_bytes().hex() == it["bytes"] and terms.digest.hex() == it["digest"]
    assert terms.to_dict() == plain(it["json"])


@checks("consent", "decisions")
def decisions(it: dict[str, Any]) -> None:
    terms = hc.Terms.from_bytes(raw(it["terms"]))
    for case in it["of"]:
        decision, said = hc.decide(terms, raw(case["request"])), plain(case["decision"])
        assert decision.outcome == text(case["outcome"]) == said["decision"]
        assert (decision.by, decision.rule) == (said["by"], said["rule"])
        assert decision.missing == [fact["fact"] for fact in said["missing"]]
        assert decision.obligations == said["obligations"]


@checks("consent", "signed_consent", "signed_consent_by_guardian")
def signed_consents(it: dict[str, Any]) -> None:
    patient, terms = key(it["patient_key"]), hc.Terms.from_bytes(raw(it["terms"]))
    if it["guardian"] is None:
        signed = hc.sign_consent(terms, patient=patient, now=it["time"])
    else:
        carer = signer(it["guardian"])
        signed = hc.sign_consent(terms, carer=carer, profile=patient.profile, now=it["time"])
    assert signed.hex() == it["consent"]
    verified = hc.verify_consent(raw(it["consent"]), profile=patient.profile, received=it["time"])
    assert verified.signer == ("patient" if it["guardian"] is None else "guardian")
    assert verified.terms.digest == terms.digest and verified.time == it["time"]


@checks("consent", "signed_labels")
def signed_labels(it: dict[str, Any]) -> None:
    made = hc.sign_labels(raw(it["file"]), signer=signer(it["seed"]), now=it["time"])
    assert made.hex() == it["signed"]
