"""Vectors of grants, sharings, recovery and revocation."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import hippocrypt as hc
import pytest
from hippocrypt import hazmat
from vectors import checks, code, key, raw, signer, text


@checks("grant", "grant", "hidden_grant")
def a_grant_and_what_relays_answered(it: dict[str, Any]) -> None:
    grant = hc.Grant.from_bytes(raw(it["grant"]))
    assert grant.to_bytes().hex() == it["grant"] and grant.hides_policy == it["terms"]["hidden"]
    assert (grant.not_before, grant.not_after) == (
        it["terms"]["not_before"],
        it["terms"]["not_after"],
    )
    assert grant.purposes == [text(one) for one in it["terms"]["conditions"][0]]
    recipient = key(it["recipient_key"])
    public = hc.RecipientPublic.from_bytes(raw(it["recipient"]))
    assert recipient.public == public
    for digits in it["shares"]:
        assert hc.GrantShare.from_bytes(raw(digits)).to_bytes().hex() == digits
    held = hc.HeldGrant(grant, recipient)
    answers = [raw(answer) for answer in it["answers"]]
    held.with_answers(answers)
    changed = bytearray(answers[0])
    changed[-1] ^= 1
    assert code(lambda: held.with_answers([changed])) >= 100
    nothing_without_a_list(it, grant, it["open_requests"])


def nothing_without_a_list(it: dict[str, Any], grant: hc.Grant, requests: str) -> None:
    """The vector has no key of its patient, whose list of revocations relays want to see: somebody
    else's does not count."""
    stranger = hc.Patient.generate()
    revocations = hc.PublisherState(stranger).publish(stranger, now=it["time"])
    for number in it["answered"]:
        service = hc.RelayService(key(it["relay_keys"][number - 1]), now=it["time"])
        share = hc.GrantShare.from_bytes(raw(it["shares"][number - 1]))
        asked: dict[str, Any] = {"grant": grant, "share": share, "now": it["time"]}
        assert code(lambda: service.transform(raw(requests), revocations=revocations, **asked)) == 405


@checks("sharing", "role_grant")
def a_grant_to_a_role(it: dict[str, Any]) -> None:
    hospital = key(it["hospital_key"])
    assert hospital.public.to_bytes().hex() == it["hospital"]
    credential = hc.Credential.from_bytes(raw(it["credential"]))
    recipient = key(it["recipient_key"])
    # Signatures draw nothing: the credential is issued again, byte for byte.
    again = hc.Credential.issue(
        hospital, recipient.public, credential.attributes, until="2026-12-24", start=it["not_before"]
    )
    assert credential.not_after == it["not_after"]
    assert again.not_before == credential.not_before and again.issuer == credential.issuer
    assert credential.holder == recipient.public.fingerprint
    grant = hc.Grant.from_bytes(raw(it["grant"]))
    user = key(it["user_key"])
    held = hc.HeldGrant(grant, user, requester=recipient, credential=credential)
    held.with_answers([raw(answer) for answer in it["answers"]])
    assert code(lambda: hc.HeldGrant(grant, recipient)) == 303


@checks("sharing", "sharing")
def a_standing_sharing(it: dict[str, Any]) -> None:
    sharing = hc.StandingSharing.from_bytes(raw(it["sharing"]))
    assert (sharing.epoch, sharing.threshold) == (it["epoch"], it["threshold"])
    relays = [key(one) for one in it["relay_keys"]]
    assert sharing.relays == [relay.public.fingerprint for relay in relays]
    patient = key(it["patient_key"])
    assert sharing.patient == patient.profile
    # The end is a signature alone.
    assert patient.end_sharing(sharing, now=it["end_time"]).to_bytes().hex() == it["end"]
    assert hc.SharingEnd.from_bytes(raw(it["end"])).sharing == sharing
    for number, share in enumerate(it["shares"], 1):
        assert hc.SharingShare.from_bytes(raw(share)).index == number


@checks("sharing", "refresh")
def a_refresh(it: dict[str, Any]) -> None:
    kinds = {
        "invitations": hc.RefreshInvitation,
        "dealings": hc.RefreshDealing,
        "statements": hc.RefreshStatement,
    }
    for name, kind in kinds.items():
        for digits in it[name]:
            message = kind.from_bytes(raw(digits))  # type: ignore[attr-defined]
            assert message.to_bytes().hex() == digits and message.number == 1
    whole = hc.RefreshStatement.from_bytes(raw(it["whole"]))
    assert whole.signatures == len(it["relay_keys"])


@checks("recovery", "split")
def a_split(it: dict[str, Any]) -> None:
    trustees, device = [key(one) for one in it["trustees"]], key(it["device"])
    later = key(it["later_key"])
    assert later.profile.trustees == (it["threshold"], len(trustees))
    later.profile.require_follows(key(it["patient_key"]).profile)
    for digits, trustee in zip(it["shares"], trustees):
        share = hc.TrusteeShare.from_bytes(raw(digits))
        share.check(trustee)
        share.require_current(later.profile)
        assert share.to_bytes().hex() == digits
    released = [hc.ReleasedShare.from_bytes(raw(one)) for one in it["released"]]
    recovered = hc.Patient.recover(released, device=device, known=later.profile)
    assert hazmat.secret_bytes(recovered).hex() == it["recovered"]


@checks("recovery", "rotation_by_device", "rotation_by_recovery")
def a_rotation(it: dict[str, Any]) -> None:
    before, later = key(it["patient_key"]), key(it["later_key"])
    succession = hc.Succession.from_bytes(raw(it["succession"]))
    assert before.profile.follow([succession]) == later.profile
    assert succession.signed_by == ("device" if it["seed_backup"] else "recovery")
    if it["seed_backup"]:
        backup = hc.SeedBackup.from_bytes(raw(it["seed_backup"]))
        assert backup.sequence == later.profile.sequence


@checks("recovery", "objection")
def an_objection(it: dict[str, Any]) -> None:
    patient, succession = key(it["patient_key"]), hc.Succession.from_bytes(raw(it["succession"]))
    # A signature draws nothing.
    assert patient.object(succession).to_bytes().hex() == it["objection"]
    seen = hc.SeenSuccessions()
    with pytest.raises(hc.Error):
        patient.profile.follow([succession], wait=60, seen=seen, now=it["time"])
    assert seen.to_bytes().hex() == it["seen"]


@checks("recovery", "coupon_pack")
def coupons(it: dict[str, Any]) -> None:
    patient, device = key(it["patient_key"]), key(it["device"])
    minter = signer(it["minter"]).public
    labels = [text(label) for label in it["labels"]]
    with tempfile.TemporaryDirectory() as folder:
        store = hc.CouponStore(f"{folder}/coupons")
        count = store.add(raw(it["pack"]), key=device, minter=minter)
        assert count >= 1 and store.stock()[0][1:] == (patient.profile.id, count, count)
        sealer = hc.Sealer(patient=patient.profile, coupons=store)
        # What the library adds to a set of labels by itself is not given.
        given = [label for label in labels if label != "ym=unknown"]
        sealed = sealer.seal(b"x", record=hc.Record("r", labels=given))
        assert hc.open(sealed, key=patient) == b"x"


@checks("stored", "coupon_file")
def stored_coupons(it: dict[str, Any]) -> None:
    device, profile = key(it["device"]), key(it["patient_key"]).profile
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / text(it["name"])
        path.write_bytes(raw(it["file"]))
        path.chmod(0o600)
        store = hc.CouponStore(folder)
        # It was made elsewhere: nothing is left of it, and its pack does not come again.
        assert store.stock() == [(raw(it["pack"])[8:24], profile.id, 3, 0)]
        assert store.add(raw(it["pack"]), key=device) == 0


@checks("revocation", "revocations")
def revocations(it: dict[str, Any]) -> None:
    patient = key(it["patient_key"])
    state = hc.PublisherState(patient)
    state.take(raw(it["empty"]))
    state.take(raw(it["list"]))
    listed = state.publish(patient, now=it["list_time"] + 1)
    # Both entries are in what is published after, each as it was signed: behind header, publisher,
    # number, time and their number, and before signature and checksum.
    begin, end = 8 + 32 + 8 + 8 + 4, -(64 + 32)
    assert len(it["entries"]) == 2 and len(listed) == len(raw(it["list"]))
    assert listed[begin:end] == raw(it["list"])[begin:end]
    assert listed[:begin] != raw(it["list"])[:begin]
    for place in (20, -40):
        changed = bytearray(raw(it["list"]))
        changed[place] ^= 1
        assert code(lambda: state.take(changed)) >= 100


@checks("revocation", "publisher")
def a_publisher(it: dict[str, Any]) -> None:
    patient = key(it["patient_key"])
    state = hc.PublisherState.from_bytes(raw(it["state"]), owner=patient)
    assert state.to_bytes().hex() == it["state"]
    state.take(raw(it["list"]))
    assert state.to_bytes().hex() == it["state"]
    # The next list has the same entries.
    begin, end = 8 + 32 + 8 + 8 + 4, -(64 + 32)
    listed = state.publish(patient, now=it["list_time"] + 1)
    assert listed[begin:end] == raw(it["list"])[begin:end]
    stranger = hc.Patient.generate()
    assert code(lambda: hc.PublisherState.from_bytes(raw(it["state"]), owner=stranger)) >= 1


@checks("revocation", "blame")
def blame(it: dict[str, Any]) -> None:
    relay, words, grant = hc.check_blame(raw(it["blame"]))
    assert relay == it["relay"] and grant.to_bytes().hex() == it["grant"]
    assert len(words.split()) == 12 and it["answer"] in it["blame"]
