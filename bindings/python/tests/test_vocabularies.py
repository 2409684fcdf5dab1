"""Vocabularies of one's own."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import hippocrypt as hc
import pytest
from test_consents import BASE, CONSENT

OURS = """section sens
source http://clinic.example/codes 2 CC0-1.0 Clinic
HEPC STD pinned hepatitis C
"""


def test_codes_are_added_and_nothing_is_taken_away() -> None:
    hv1 = hc.Vocabulary.carried()
    ours = hv1.extend("hv1+clinic", OURS)
    assert (hv1.id, ours.id) == ("hv1", "hv1+clinic") and hv1 != ours
    assert len(ours.digest) == 32 and ours.digest != hv1.digest
    assert set(ours.pinned) - set(hv1.pinned) == {"HEPC"}
    assert ("HEPC", "hepatitis C") in ours.codes("sens")
    assert ours == hc.Vocabulary.from_bytes(ours.to_bytes()) == pickle.loads(pickle.dumps(ours))
    assert len({ours, hc.Vocabulary.from_bytes(ours.to_bytes())}) == 1
    for text in ("section sens\nHEPC", "nothing", OURS + "HIV STD pinned again\n"):
        with pytest.raises(hc.DecodeError) as refused:
            hv1.extend("hv1+x", text)
        assert refused.value.code == 120
    with pytest.raises(hc.CallError):
        hv1.codes("no section")


def test_terms_and_decisions_use_the_one_that_is_given() -> None:
    ours = hc.Vocabulary.carried().extend("hv1+clinic", OURS)
    document = copy.deepcopy(CONSENT)
    label = {"system": "http://clinic.example/codes", "code": "HEPC"}
    document["provision"]["provision"][0]["securityLabel"] = [label]
    options: dict[str, Any] = {"reading": "pcf-1.1", "base": BASE}
    with pytest.raises(hc.ConsentError):
        hc.Terms.from_fhir(document, **options)
    terms = hc.Terms.from_fhir(document, vocabulary=ours, **options)
    assert "hepatitis C" in terms.explain(vocabulary=ours)
    request = {"patient": terms.subject, "time": "2026-11-25T12:00:00Z", "purposes": ["HRESCH"]}
    decision = hc.decide(terms, request, vocabulary=ours)
    other = hc.decide(terms, request)
    assert decision.by != "other-vocabulary" == other.by
