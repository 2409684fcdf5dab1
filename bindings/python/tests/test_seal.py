"""Sealing and opening in memory."""

from __future__ import annotations

import array
import datetime
import pickle

import hippocrypt as hc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

POLICY = "role=cardiologist and dept=icu"


def test_who_satisfies_the_policy_opens_and_nobody_else(
    hospital: hc.Authority, cardiologist: hc.UserKey, dentist: hc.UserKey
) -> None:
    sealed = hc.seal(b"sinus rhythm", record="obs-1", authority=hospital.public, policy=POLICY)
    assert hc.open(sealed, key=cardiologist) == b"sinus rhythm"
    assert hc.open(sealed, key=[dentist, cardiologist]) == b"sinus rhythm"
    with pytest.raises(hc.NotSatisfied) as refused:
        hc.open(sealed, key=dentist)
    assert refused.value.code == 204 and refused.value.name == "NotSatisfied"
    stranger = hc.Authority.generate("elsewhere").issue("role=cardiologist", until="2070-01-01")
    with pytest.raises(hc.OpenError) as other:
        hc.open(sealed, key=stranger)
    assert other.value.code == 303


def test_any_buffer_goes_in(hospital: hc.Authority, cardiologist: hc.UserKey) -> None:
    numbers = array.array("d", [1.5, 2.5])
    for data in (b"abc", bytearray(b"abc"), memoryview(b"xabc")[1:], numbers):
        sealed = hc.seal(data, record="r", authority=hospital.public, policy=POLICY)
        for given_ in (sealed, bytearray(sealed), memoryview(sealed)):
            assert hc.open(given_, key=cardiologist) == bytes(memoryview(data).tobytes())


@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=5000), chunk=st.sampled_from([1024, 4096, 65536]))
def test_round_trip(data: bytes, chunk: int) -> None:
    record = hc.Record("r", labels="type=Observation", chunk_size=chunk, suite="aes-256-gcm")
    sealed = _SEALER.seal(data, record=record)
    assert hc.open(sealed, key=_PATIENT) == data


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_no_changed_record_opens_and_none_panics(place: int, flip: int) -> None:
    damaged = bytearray(_SEALED)
    damaged[place % len(damaged)] ^= flip
    with pytest.raises(hc.Error):
        hc.open(damaged, key=_PATIENT)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_no_bytes_panic(data: bytes) -> None:
    for read in (hc.inspect, hc.read_key, hc.Policy.from_bytes, hc.Grant.from_bytes):
        with pytest.raises(hc.Error):
            read(data)


_PATIENT = hc.Patient.generate()
_SEALER = hc.Sealer(patient=_PATIENT.profile)
_RECORD = hc.Record("r", labels="type=Observation")
_SEALED = _SEALER.seal(b"x" * 100, record=_RECORD)


def test_the_header_is_readable_for_everybody(hospital: hc.Authority, patient: hc.Patient) -> None:
    signer = hc.Signer.generate("Ward 3")
    record = hc.Record(
        "obs-1",
        labels=["type=Observation", "conf=N", "ym=2026-11"],
        created=datetime.datetime(2026, 11, 24, tzinfo=datetime.timezone.utc),
        metadata=b"shown",
        sealed_metadata=b"hidden",
        chunk_size=2048,
    )
    sealed = hc.seal(
        b"72/min",
        record=record,
        authority=hospital.public,
        policy=["role=cardiologist", hc.Policy("role=nurse")],
        patient=patient.profile,
        sender=signer,
        expiry=None,
    )
    header = hc.inspect(sealed)
    assert header.record == "obs-1" and header.created == 1_795_478_400
    assert header.policies == ["role=cardiologist", "role=nurse"]
    assert [str(policy) for policy in header.policy_objects()] == header.policies
    assert header.patients == [patient.profile.id]
    assert header.labels is not None and "y=2026" in header.labels
    assert (header.metadata, header.has_sealed_metadata) == (b"shown", True)
    assert header.sender == signer.public.key and header.chunk_size == 2048
    opened = hc.open_record(sealed, key=patient, senders=signer.public)
    assert (opened.plaintext, opened.sealed_metadata) == (b"72/min", b"hidden")
    assert opened.sender == signer.public.key and opened.header.record == "obs-1"
    assert b"72/min" not in repr(opened).encode()
    with pytest.raises(hc.OpenError) as refused:
        hc.open(sealed, key=patient, senders=[hc.Signer.generate("other").public])
    assert refused.value.code == 302


def test_both_needs_both(hospital: hc.Authority, cardiologist: hc.UserKey, patient: hc.Patient) -> None:
    sealed = hc.seal(
        b"x",
        record=_RECORD,
        authority=hospital.public,
        policy=POLICY,
        patient=patient.profile,
        both=True,
    )
    assert hc.open(sealed, key=[cardiologist, patient]) == b"x"
    for alone in (cardiologist, patient):
        with pytest.raises(hc.OpenError):
            hc.open(sealed, key=alone)


def test_a_leaver_reads_nothing_sealed_later(hospital: hc.Authority) -> None:
    leaver = hospital.issue("role=nurse", until=datetime.date(2026, 1, 31))
    before, after = (
        hc.seal(
            b"x", record=hc.Record("r", created=created), authority=hospital.public, policy="role=nurse"
        )
        for created in (1_769_800_000, 1_770_000_000)
    )
    assert hc.open(before, key=leaver) == b"x"
    with pytest.raises(hc.NotSatisfied):
        hc.open(after, key=leaver)


def test_wrong_types_are_type_errors(hospital: hc.Authority, cardiologist: hc.UserKey) -> None:
    public = hospital.public
    sealed = hc.seal(b"x", record="r", authority=public, policy=POLICY)
    calls = [
        lambda: hc.seal("text", record="r", authority=public, policy=POLICY),  # type: ignore[arg-type]
        lambda: hc.seal(7, record="r", authority=public, policy=POLICY),  # type: ignore[arg-type]
        lambda: hc.seal(b"x", record=7, authority=public, policy=POLICY),  # type: ignore[arg-type]
        lambda: hc.seal(b"x", record="r", authority=hospital, policy=POLICY),  # type: ignore[arg-type]
        lambda: hc.seal(b"x", record="r", authority=public, policy=7),  # type: ignore[arg-type]
        lambda: hc.seal(b"x", "r"),  # type: ignore[misc]
        lambda: hc.open(sealed, key=b"key"),  # type: ignore[arg-type]
        lambda: hc.open(sealed, key=None),  # type: ignore[arg-type]
        lambda: hc.open(sealed, cardiologist),  # type: ignore[misc]
        lambda: hospital.issue([1], until="2070-01-01"),  # type: ignore[list-item]
        lambda: hospital.issue("a=b", until=datetime.datetime(2070, 1, 1)),
        lambda: hc.Record("r", created=datetime.datetime(2070, 1, 1)),
        lambda: hc.Record("r", created=1.5),  # type: ignore[arg-type]
        lambda: hc.Policy(b"a=b"),  # type: ignore[arg-type]
        lambda: hc.Authority(),
    ]
    for number, call in enumerate(calls):
        with pytest.raises(TypeError):
            call()
            pytest.fail(f"call {number}")


def test_wrong_values_are_our_errors(hospital: hc.Authority, patient: hc.Patient) -> None:
    public = hospital.public
    calls = {
        1: lambda: hc.Sealer(policy="a=b"),
        7: lambda: hc.Sealer(),
        3: lambda: hc.Record("r", labels="no label"),
        4: lambda: hospital.issue("nothing", until="2070-01-01"),
        102: lambda: hc.open(b"no record of ours", key=patient),
        100: lambda: hc.open(b"HIPPO", key=patient),
        200: lambda: hc.Policy("role="),
        401: lambda: hc.Record("r", created=-1),
    }
    for code, call in calls.items():
        with pytest.raises(hc.Error) as refused:
            call()
        assert refused.value.code == code
    for record in ("", "x" * 129, "a\n"):
        with pytest.raises(hc.Error):
            hc.seal(b"x", record=record, authority=public, policy=POLICY)


def test_policies_compare_hash_and_pickle() -> None:
    policy = hc.Policy("role=nurse and level>=3")
    assert str(policy) == "role=nurse and level:u8>=3"
    assert pickle.loads(pickle.dumps(policy)) == policy == hc.Policy(str(policy))
    assert len({policy, hc.Policy("role=nurse and level>=3")}) == 1
    assert hc.Policy.from_bytes(policy.to_bytes()) == policy


def test_a_batch_opens_as_a_whole(patient: hc.Patient) -> None:
    batch = hc.Batch(sealer=hc.Sealer(patient=patient.profile), record=_RECORD)
    for number in range(5):
        batch.add(f"r{number}", bytes([number]) * number)
    sealed = batch.seal()
    opened = hc.open_batch(sealed, key=patient)
    assert len(batch) == len(opened) == 5
    assert list(opened) == [f"r{number}" for number in range(5)] and opened["r3"] == b"\3\3\3"
    with pytest.raises(hc.Error):
        hc.open_batch(sealed[:-1], key=patient)
    batch.add("r0", b"")
    with pytest.raises(hc.CallError):
        batch.seal()


def test_a_range_is_opened_alone(hospital: hc.Authority, cardiologist: hc.UserKey) -> None:
    content = bytes(range(256)) * 1024
    sealer = hc.Sealer(authority=hospital.public, policy="dept=icu")
    sealed = sealer.seal(content, record="scan")
    for start, stop in ((0, 1), (65_530, 65_550), (262_000, 262_144), (7, 7)):
        assert hc.open_range(sealed, start, stop, key=cardiologist) == content[start:stop]
    for start, stop in ((0, 262_145), (9, 8)):
        with pytest.raises(hc.CallError):
            hc.open_range(sealed, start, stop, key=cardiologist)
    damaged = sealed[:-100] + bytes([sealed[-100] ^ 1]) + sealed[-99:]
    with pytest.raises(hc.OpenError):
        hc.open_range(damaged, 262_000, 262_144, key=cardiologist)


def test_others_can_open_what_was_rewrapped(
    hospital: hc.Authority, cardiologist: hc.UserKey, dentist: hc.UserKey, patient: hc.Patient
) -> None:
    ward = hc.Signer.generate("ward")
    record = hc.Record("r", labels=["type=Observation", "conf=N"])
    sealed = hc.seal(
        b"72/min", record=record, authority=hospital.public, policy="dept=icu", sender=ward
    )
    dentists = hc.Sealer(authority=hospital.public, policy="role=dentist")
    moved = dentists.rewrap(sealed, key=cardiologist)
    assert hc.open(moved, key=dentist, senders=ward.public) == b"72/min"
    with pytest.raises(hc.NotSatisfied):
        hc.open(moved, key=cardiologist)
    with pytest.raises(hc.NotSatisfied):
        dentists.rewrap(sealed, key=dentist)
    added = hc.Sealer(patient=patient.profile).rewrap(sealed, key=cardiologist, keep=True)
    for key in (cardiologist, patient):
        assert hc.open(added, key=key, senders=ward.public) == b"72/min"
    with pytest.raises(hc.CallError):
        hc.Sealer(patient=patient.profile, sender=ward).rewrap(sealed, key=cardiologist)
