"""Grants through relays, from sealing to withdrawal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import hippocrypt as hc
import pytest

NOW = 1_795_500_000


@dataclass
class Study:
    """A patient who granted a study some of their records, through two of three relays."""

    patient: hc.Patient
    state: hc.PublisherState
    grant: hc.Grant
    shares: list[hc.GrantShare]
    held: hc.HeldGrant
    services: list[hc.RelayService]

    def ask(self, records: list[bytes], *, now: int, relays: int = 2) -> hc.GrantedKey:
        request = self.held.request(records, purpose="HRESCH", now=now)
        revocations = self.state.publish(self.patient, now=now)
        answers = [
            service.transform(
                request, grant=self.grant, share=share, revocations=revocations, now=now
            )
            for service, share in list(zip(self.services, self.shares))[:relays]
        ]
        return self.held.with_answers(answers)


@pytest.fixture()
def study(tmp_path: Path) -> Study:
    patient, recipient = hc.Patient.generate(), hc.Recipient.generate("study 12")
    relays = [hc.Relay.generate(name) for name in "abc"]
    state = hc.PublisherState(patient)
    grant, shares = hc.make_grant(
        patient,
        recipient.public,
        "type=Observation and conf=N",
        relays=[relay.public for relay in relays],
        threshold=2,
        until="2027-12-31",
        state=state,
        purposes="HRESCH",
        start=NOW,
    )
    services = [
        hc.RelayService(relay, state=tmp_path / str(number), now=NOW)
        for number, relay in enumerate(relays)
    ]
    return Study(patient, state, grant, shares, hc.HeldGrant(grant, recipient), services)


def sealed(patient: hc.Patient, *labels: str) -> bytes:
    record = hc.Record("r", labels=labels, created=NOW)
    return hc.seal(b"72/min", record=record, patient=patient.profile)


def test_relays_help_until_the_patient_says_stop(study: Study) -> None:
    record = sealed(study.patient, "type=Observation", "conf=N")
    with pytest.raises(hc.OpenError) as few:
        hc.open(record, key=study.ask([record], now=NOW + 1, relays=1))
    assert few.value.code == 308
    key = study.ask([record], now=NOW + 2)
    assert hc.open(record, key=key) == b"72/min" == hc.open(record, key=study.patient)
    later = sealed(study.patient, "type=Observation", "conf=N")
    with pytest.raises(hc.OpenError):
        hc.open(later, key=key)

    study.state.revoke(study.patient, study.grant, now=NOW + 3)
    with pytest.raises(hc.Revoked):
        study.ask([later], now=NOW + 4)
    assert hc.open(record, key=key) == b"72/min"  # Nobody can call that back.


def test_only_what_was_granted(study: Study) -> None:
    other = sealed(study.patient, "type=Condition", "conf=N")
    with pytest.raises(hc.NotSatisfied):
        study.held.request([other], purpose="HRESCH", now=NOW)
    good = sealed(study.patient, "type=Observation", "conf=N")
    request = study.held.request([other, good], purpose="HRESCH", skip=True, now=NOW)
    list_ = study.state.publish(study.patient, now=NOW)
    answer = {"grant": study.grant, "share": study.shares[0]}
    study.services[0].transform(request, revocations=list_, now=NOW, **answer)  # type: ignore[arg-type]
    with pytest.raises(hc.TimeError) as again:  # The same request a second time.
        study.services[0].transform(request, revocations=list_, now=NOW, **answer)  # type: ignore[arg-type]
    assert again.value.code == 404
    stale = study.held.request([good], purpose="HRESCH", now=NOW + 100_000)
    with pytest.raises(hc.TimeError) as old:
        study.services[0].transform(stale, revocations=list_, now=NOW + 100_000, **answer)  # type: ignore[arg-type]
    assert old.value.code == 405
    with pytest.raises(hc.TimeError) as purpose:
        asked = study.held.request([good], purpose="TREAT", now=NOW + 5)
        study.services[0].transform(asked, revocations=list_, now=NOW + 5, **answer)  # type: ignore[arg-type]
    assert purpose.value.code == 403


def test_a_grant_says_what_it_is(study: Study) -> None:
    grant = study.grant
    assert grant.purposes == ["HRESCH"] and grant.threshold == 2 and grant.not_before == NOW
    assert grant.policy is not None and "type=Observation" in grant.policy
    assert hc.Grant.from_bytes(grant.to_bytes()) == grant
    again = hc.PublisherState.from_bytes(study.state.to_bytes(), owner=study.patient)
    assert again.to_bytes() == study.state.to_bytes()
    stranger = hc.Patient.generate()
    with pytest.raises(hc.CallError):
        study.state.publish(stranger)
    with pytest.raises(hc.Error):
        hc.HeldGrant(grant, hc.Recipient.generate("somebody else"))
