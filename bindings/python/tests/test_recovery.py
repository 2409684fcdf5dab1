"""Trustees, a lost device, and who follows a rotation."""

from __future__ import annotations

import pickle
from pathlib import Path

import hippocrypt as hc
import pytest

DAY = 86_400
NOW = 1_795_500_000


def code(call: object) -> int:
    with pytest.raises(hc.Error) as refused:
        call()  # type: ignore[operator]
    return refused.value.code


@pytest.fixture(scope="module")
def trustees() -> list[hc.Recipient]:
    return [hc.Recipient.generate(name) for name in ("sister", "notary", "friend")]


def split(patient: hc.Patient, trustees: list[hc.Recipient]) -> hc.Splitting:
    return patient.split([it.public for it in trustees], threshold=2)


def released(
    splitting: hc.Splitting, trustees: list[hc.Recipient], device: hc.Recipient
) -> list[hc.ReleasedShare]:
    pairs = list(zip(splitting.shares, trustees))[1:]
    return [share.release(key, to=device.public) for share, key in pairs]


def test_two_of_three_trustees_give_the_key_back(
    trustees: list[hc.Recipient], tmp_path: Path
) -> None:
    patient = hc.Patient.generate()
    assert patient.holds_recovery and patient.profile.trustees is None
    splitting = split(patient, trustees)
    key, shares = splitting.key, splitting.shares
    assert not key.holds_recovery and key.profile.trustees == (2, 3)
    assert splitting.succession is None and "Patient" not in repr(splitting)
    key.profile.require_follows(patient.profile)
    sealed = hc.seal(b"x", record=hc.Record("r", labels="conf=N"), patient=key.profile)
    for number, (share, trustee) in enumerate(zip(shares, trustees), 1):
        share.check(trustee)
        share.require_current(key.profile)
        assert (share.index, share.trustees) == (number, (2, 3))
        assert share.profile == key.profile and share.backup_id == shares[0].backup_id
        share.save(tmp_path / f"{number}.ht")
        assert hc.TrusteeShare.load(tmp_path / f"{number}.ht") == share
        assert pickle.loads(pickle.dumps(share)) == share
    assert code(lambda: shares[0].check(trustees[1])) == 303
    assert code(lambda: shares[0].require_current(hc.Patient.generate().profile)) == 323

    device = hc.Recipient.generate("new telephone")
    parts = released(splitting, trustees, device)
    again = hc.Patient.recover(parts, device=device, known=key.profile)
    assert hc.open(sealed, key=again) == b"x" and again.holds_recovery
    assert code(lambda: hc.Patient.recover(parts[:1], device=device)) == 320
    assert code(lambda: hc.Patient.recover([parts[0]] * 2, device=device)) == 324
    assert code(lambda: hc.Patient.recover(parts, device=trustees[0])) == 303
    stranger = hc.Patient.generate().profile
    assert code(lambda: hc.Patient.recover(parts, device=device, known=stranger)) == 323
    for threshold in (0, 1, 4):
        wrong = [it.public for it in trustees]
        assert code(lambda: patient.split(wrong, threshold=threshold)) == 1
    assert code(lambda: split(key, trustees)) == 1
    with pytest.raises(OverflowError):
        patient.split([], threshold=256)


def test_a_second_split_ends_the_shares_of_the_first(trustees: list[hc.Recipient]) -> None:
    first = split(hc.Patient.generate(), trustees)
    publics = [it.public for it in trustees]
    second = first.key.split(publics, threshold=2, again=True)
    # The earlier recovery secret is not at hand: nobody signs for the fresh keys.
    assert second.succession is None
    assert code(lambda: first.shares[0].require_current(second.key.profile)) == 322
    device = hc.Recipient.generate("device")
    recovered = hc.Patient.recover(released(second, trustees, device), device=device)
    third = recovered.split(publics, threshold=2, again=True)
    assert third.succession is not None and third.succession.signed_by == "recovery"
    assert second.key.profile.follow([third.succession]) == third.key.profile


def test_a_rotation_is_followed_and_the_old_grants_end(trustees: list[hc.Recipient]) -> None:
    splitting = split(hc.Patient.generate(), trustees)
    old = splitting.key
    rotation = old.rotate()
    assert rotation.succession.signed_by == "device" and rotation.backup is not None
    new = rotation.key.profile
    assert rotation.backup.sequence == new.sequence > old.profile.sequence
    assert old.profile.follow([rotation.succession]) == new
    assert len(rotation.succession.fingerprint.split()) == 12
    # With the backup the trustees of before recover the new key.
    device = hc.Recipient.generate("device")
    parts = released(splitting, trustees, device)
    again = hc.Patient.recover(parts, device=device, backups=[rotation.backup])
    assert again.profile.id == new.id
    earlier = hc.Patient.recover(parts, device=device)
    assert earlier.profile.id == old.profile.id

    state = hc.PublisherState(old)
    state.retire(old, now=NOW)
    revocations = state.publish(old, now=NOW)
    fresh = hc.PublisherState(rotation.key)
    before = len(fresh.to_bytes())
    fresh.take(revocations)
    assert len(fresh.to_bytes()) > before
    # Two alike: neither counts.
    both = [rotation.succession, old.rotate().succession]
    assert code(lambda: old.profile.follow(both)) == 325
    assert code(lambda: old.profile.follow([])) == 7
    assert code(lambda: hc.Patient.generate().profile.follow(both)) in (301, 325)


def test_a_recovery_waits_and_the_device_objects(trustees: list[hc.Recipient]) -> None:
    splitting = split(hc.Patient.generate(), trustees)
    known, device = splitting.key.profile, hc.Recipient.generate("device")
    recovered = hc.Patient.recover(released(splitting, trustees, device), device=device)
    rotation = recovered.rotate()
    succession = rotation.succession
    assert succession.signed_by == "recovery" and rotation.backup is None
    # It outranks what a thief signs with the device's key.
    thief = splitting.key.rotate().succession
    assert known.follow([thief, succession]) == rotation.key.profile

    seen = hc.SeenSuccessions()

    def follow(now: int, **more: object) -> hc.PatientProfile:
        return known.follow([succession], wait=2 * DAY, seen=seen, now=now, **more)  # type: ignore[arg-type]

    assert code(lambda: follow(NOW)) == 340
    seen = hc.SeenSuccessions.from_bytes(seen.to_bytes())
    assert follow(NOW + 2 * DAY) == rotation.key.profile
    objection = splitting.key.object(succession)
    assert hc.Objection.from_bytes(objection.to_bytes()) == objection
    assert code(lambda: follow(NOW + 2 * DAY, objections=[objection])) == 340
    assert follow(NOW + 6 * DAY, objections=[objection]) == rotation.key.profile
    assert follow(NOW, confirmed=succession.fingerprint) == rotation.key.profile
    assert code(lambda: follow(NOW, confirmed=thief.fingerprint)) == 1
    assert code(lambda: known.follow([succession], wait=DAY)) == 1
    assert code(lambda: splitting.key.object(thief)) == 1
