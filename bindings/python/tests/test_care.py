"""Grants to roles and carers, standing sharings, and relays that answer wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hippocrypt as hc
import pytest
from conftest import ROOT

NOW = 1_795_500_000
LABELS = ["type=Observation", "conf=N"]
POLICY = "type=Observation and conf=N"


def code(call: object) -> int:
    with pytest.raises(hc.Error) as refused:
        call()  # type: ignore[operator]
    return refused.value.code


def record(patient: hc.Patient, *labels: str, **more: Any) -> bytes:
    what = hc.Record("r", labels=labels or LABELS, created=NOW, **more)
    return hc.seal(b"72/min", record=what, patient=patient.profile)


@dataclass
class World:
    """Three relays, each with a state of its own, and a patient."""

    patient: hc.Patient
    state: hc.PublisherState
    relays: list[hc.Relay]
    services: list[hc.RelayService]

    @property
    def publics(self) -> list[hc.RelayPublic]:
        return [relay.public for relay in self.relays]

    def grant(self, recipient: Any, policy: str | None = POLICY, **more: Any) -> Any:
        through = {} if "sharing" in more else {"relays": self.publics, "threshold": 2}
        if not more.get("carer"):
            more.setdefault("until", "2027-12-31")
        return hc.make_grant(
            self.patient, recipient, policy, state=self.state, start=NOW, **through, **more
        )

    def ask(
        self, held: hc.HeldGrant, grant: hc.Grant, sealed: bytes, shares: list[Any], **more: Any
    ) -> hc.GrantedKey:
        now = more.pop("now", NOW + 1)
        revocations = more.pop("revocations", None) or self.state.publish(self.patient, now=now)
        request = held.request([sealed], now=now)
        answers = [
            service.transform(
                request, grant=grant, share=share, revocations=revocations, now=now, **more
            )
            for service, share in zip(self.services, shares)
        ]
        return held.with_answers(answers)


@pytest.fixture()
def world(tmp_path: Path) -> Iterator[World]:
    patient = hc.Patient.generate()
    relays = [hc.Relay.generate(name) for name in "abc"]
    services = [
        hc.RelayService(relay, state=tmp_path / str(number), now=NOW)
        for number, relay in enumerate(relays)
    ]
    yield World(patient, hc.PublisherState(patient), relays, services)


def test_a_grant_to_a_role(world: World, hospital: hc.Authority) -> None:
    nurse = hospital.issue("role=nurse", until="2070-12-31")
    clerk = hospital.issue("role=clerk", until="2070-12-31")
    role = hc.Role(hospital.public, "role=nurse")
    assert repr(role) == "<hippocrypt.Role 'role=nurse'>".replace("'", '"')
    grant, shares = world.grant(role)
    assert grant.role == "role=nurse" and not grant.is_standing
    asking = hc.Recipient.generate("Ada, nurse")
    credential = hc.Credential.issue(
        hospital, asking.public, "role=nurse", until="2027-12-31", start=NOW
    )
    assert credential.attributes == ["role=nurse"]
    assert credential.not_before == NOW < credential.not_after
    assert hc.Credential.from_bytes(credential.to_bytes()).holder == asking.public.fingerprint
    held = hc.HeldGrant(grant, nurse, requester=asking, credential=credential)
    sealed = record(world.patient)
    key = world.ask(held, grant, sealed, shares)
    assert hc.open(sealed, key=key) == b"72/min" and key.blame(sealed) == []
    assert code(lambda: hc.HeldGrant(grant, clerk)) == 204
    assert code(lambda: hc.HeldGrant(grant, asking)) == 303
    assert code(lambda: hc.HeldGrant(grant, nurse).request([sealed], now=NOW)) == 7
    other = hc.Credential.issue(
        hospital, asking.public, "role=clerk", until="2027-12-31", start=NOW
    )
    not_in_it = hc.HeldGrant(grant, nurse, requester=asking, credential=other)
    assert code(lambda: not_in_it.request([sealed], now=NOW)) == 331


def test_a_carer_reads_and_revokes_within_their_scope(world: World) -> None:
    daughter = hc.Recipient.generate("daughter")
    carer = hc.Carer("guardian", daughter.public, until="2027-06-30", scope="type=Observation")
    assert (carer.kind, carer.scope) == ("guardian", "type=Observation")
    assert carer.key == daughter.public.key and len(carer.fingerprint.split()) == 12
    assert code(lambda: world.grant(daughter.public, None, carer=True)) > 0
    world.patient = world.patient.with_carers([carer])
    (named,) = world.patient.profile.carers
    assert (named.key, named.not_after) == (carer.key, carer.not_after)
    grant, shares = world.grant(daughter.public, None, carer=True)
    assert grant.not_after == carer.not_after and grant.policy == "type=Observation"
    held = hc.HeldGrant(grant, daughter)
    sealed = record(world.patient)
    key = world.ask(held, grant, sealed, shares, patient=world.patient.profile)
    assert hc.open(sealed, key=key) == b"72/min"
    assert code(lambda: held.request([record(world.patient, "type=Condition")], now=NOW)) == 204
    assert code(lambda: world.grant(daughter.public, None, carer=True, until="2030-01-01")) > 0

    # She revokes a study's grant within her scope; relays take her list beside the patient's.
    study = hc.Recipient.generate("study")
    other, other_shares = world.grant(study.public)
    hers = hc.PublisherState(daughter)
    hers.revoke(daughter, other, now=NOW + 2)
    lists = [world.state.publish(world.patient, now=NOW + 2), hers.publish(daughter, now=NOW + 2)]
    reader = hc.HeldGrant(other, study)
    with pytest.raises(hc.Revoked):
        world.ask(reader, other, sealed, other_shares, revocations=lists, now=NOW + 3)
    outside, _ = world.grant(study.public, "type=Condition")
    assert code(lambda: hers.revoke(daughter, outside, now=NOW + 2)) > 0
    assert code(lambda: hers.revoke(world.patient, outside)) == 1
    assert code(lambda: hers.revoke_all(daughter)) == 1
    removed = world.patient.with_carers([])
    assert removed.profile.carers == []
    profile = removed.profile
    assert code(lambda: world.ask(held, grant, sealed, shares, patient=profile, now=NOW + 4)) > 0
    assert code(lambda: hc.Carer("uncle", daughter.public, until="2027-06-30")) == 1


def test_a_standing_sharing_serves_many_grants_and_is_refreshed(world: World) -> None:
    sharing, dealt = world.patient.new_sharing(world.publics, threshold=2)
    assert (sharing.epoch, sharing.threshold, len(dealt)) == (1, 2, 3)
    assert sharing.relays == [it.fingerprint for it in world.publics]
    assert sharing.patient == world.patient.profile
    for service, share in zip(world.services, dealt):
        service.add_share(sharing, share)
    assert code(lambda: world.services[0].add_share(sharing, dealt[0])) == 502
    assert code(lambda: world.services[0].add_share(sharing, dealt[1])) in (303, 502)
    study = hc.Recipient.generate("study")
    grant, shares = world.grant(study.public, sharing=sharing)
    assert shares == [] and grant.is_standing
    held, sealed = hc.HeldGrant(grant, study), record(world.patient)
    none = [None, None]
    assert hc.open(sealed, key=world.ask(held, grant, sealed, none)) == b"72/min"

    invitations = [it.begin_refresh(sharing) for it in world.services]
    assert {it.number for it in invitations} == {1}
    dealings = [it.deal_refresh(sharing, invitations) for it in world.services]
    assert [it.index for it in dealings] == [1, 2, 3]
    assert hc.RefreshDealing.from_bytes(dealings[0].to_bytes()) == dealings[0]
    said = [it.accept_refresh(sharing, dealings) for it in world.services]
    done = [it.finish_refresh(sharing, said) for it in world.services]
    assert done[0].signatures == 3 and done[0].number == 1
    held = hc.HeldGrant(grant, study, refreshed=[done[0]])
    assert hc.open(sealed, key=world.ask(held, grant, sealed, none, now=NOW + 2)) == b"72/min"
    assert code(lambda: world.services[0].accept_refresh(sharing, dealings)) in (329, 330)

    end = world.patient.end_sharing(sharing, now=NOW + 3)
    assert (end.time, end.sharing) == (NOW + 3, sharing)
    assert world.services[0].end_sharing(end) and not world.services[0].end_sharing(end)
    assert code(lambda: world.ask(held, grant, sealed, none, now=NOW + 4)) == 406
    following, _ = world.patient.new_sharing(world.publics, threshold=2, after=sharing)
    assert (following.id, following.epoch) == (sharing.id, 2)
    stranger = hc.Patient.generate()
    assert code(lambda: stranger.end_sharing(sharing)) == 326
    memory = hc.RelayService(world.relays[0])
    assert code(lambda: memory.add_share(sharing, dealt[0])) == 7
    own = {"relays": world.publics, "threshold": 2}
    assert code(lambda: world.grant(study.public, sharing=sharing, **own)) == 1  # type: ignore[arg-type]


def test_labels_and_policies_that_relays_do_not_see(world: World) -> None:
    study, key = hc.Recipient.generate("study"), hc.LabelKey.generate()
    sealed = record(world.patient, label_key=key)
    grant, shares = world.grant(study.public, label_key=key, hide_policy=True)
    assert grant.hides_policy and grant.policy is None
    held = hc.HeldGrant(grant, study)
    assert hc.open(sealed, key=world.ask(held, grant, sealed, shares)) == b"72/min"
    clear = record(world.patient)
    assert code(lambda: held.request([clear], now=NOW)) == 204


def test_a_wrong_answer_is_left_out_and_blamed(world: World) -> None:
    study = hc.Recipient.generate("study")
    grant, shares = world.grant(study.public)
    held = hc.HeldGrant(grant, study)
    sealed, other = record(world.patient), record(world.patient)
    # What the relay signs for one record under the name of another needs its key, so the honest
    # case is all that can be made here: no proof, and none that was changed holds.
    key = world.ask(held, grant, sealed, shares)
    assert key.blame(sealed) == [] and key.blame(other) == []
    vector = json.loads((ROOT / "tests/vectors/revocation.json").read_text())["blame"]
    wrong = bytes.fromhex(vector["blame"])
    relay, words, accused = hc.check_blame(wrong)
    assert relay == vector["relay"] and len(words.split()) == 12
    assert accused.to_bytes().hex() == vector["grant"]
    changed = bytearray(wrong)
    changed[len(changed) // 2] ^= 1
    for broken in (bytes(changed), b"HIPPO", wrong[:-1]):
        assert code(lambda: hc.check_blame(broken)) >= 100
