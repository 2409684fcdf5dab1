"""Sessions: recordings sealed as they come, whole or interrupted."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hippocrypt as hc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

RECORD = hc.Record("night-7", labels="type=ECG", created=1_795_478_400)
PARTS = [b"first 10 seconds", b"", b"x" * 100_000, b"last"]


def recorded(patient: hc.Patient, sender: hc.Signer | None = None) -> bytes:
    file = io.BytesIO()
    sealer = hc.Sealer(patient=patient.profile, sender=sender)
    with hc.SessionWriter(file, sealer=sealer, record=RECORD) as session:
        for part in PARTS:
            session.segment(memoryview(part))
    return file.getvalue()


def test_segments_come_out_as_they_went_in(patient: hc.Patient, tmp_path: Path) -> None:
    ward = hc.Signer.generate("ward")
    sealed = recorded(patient, ward)
    reader = hc.SessionReader(io.BytesIO(sealed), key=patient, senders=ward.public)
    assert reader.header.content == "session" and not reader.ended
    segments = list(reader)
    assert [it.plaintext for it in segments] == PARTS
    assert [it.number for it in segments] == list(range(4))
    assert all(it.sender == ward.public.key for it in segments)
    assert reader.ended and reader.missing == []
    assert repr(segments[0]) == "<hippocrypt.Segment 0, 16 bytes>"
    # Into a file with a descriptor, which is on the disk after each segment.
    path = tmp_path / "night.hippo"
    sealer = hc.Sealer(patient=patient.profile)
    with open(path, "wb") as file, hc.SessionWriter(file, sealer=sealer, record=RECORD) as out:
        out.segment(b"one")
        with open(path, "rb") as growing:
            live = hc.SessionReader(growing, key=patient)
            assert (one := live.read_segment()) is not None and one.plaintext == b"one"
            assert live.read_segment() is None and not live.ended
            out.segment(b"two")
            assert (two := live.read_segment()) is not None and two.plaintext == b"two"
            out.end()
            assert live.read_segment() is None and live.ended
            live.require_whole()


def test_what_was_interrupted_opens_as_far_as_it_goes(patient: hc.Patient) -> None:
    file = io.BytesIO()
    sealer = hc.Sealer(patient=patient.profile)
    with pytest.raises(KeyError):
        with hc.SessionWriter(file, sealer=sealer, record=RECORD) as session:
            session.segment(b"one")
            session.segment(b"two")
            raise KeyError
    for cut in (0, 5):
        sealed = file.getvalue()[: len(file.getvalue()) - cut]
        reader = hc.SessionReader(io.BytesIO(sealed), key=patient)
        got = []
        with pytest.raises(hc.OpenError) as refused:
            for segment in reader:
                got.append(segment.plaintext)
        assert refused.value.code == 336
        assert got == ([b"one", b"two"] if cut == 0 else [b"one"])
        calm = hc.SessionReader(io.BytesIO(sealed), key=patient, incomplete=True)
        assert [it.plaintext for it in calm] == got and not calm.ended


def test_a_missing_segment_shows(patient: hc.Patient) -> None:
    file = io.BytesIO()
    places = []
    session = hc.SessionWriter(file, sealer=hc.Sealer(patient=patient.profile), record=RECORD)
    for number in range(5):
        places.append(file.tell())
        session.segment(bytes([number]))
    session.end()
    whole = file.getvalue()
    lost = whole[: places[1]] + whole[places[3] :]
    reader = hc.SessionReader(io.BytesIO(lost), key=patient)
    got = []
    with pytest.raises(hc.OpenError) as refused:
        got.extend(it.number for it in iter(reader))
    assert refused.value.code == 337 and reader.missing == [(1, 2)]
    calm = hc.SessionReader(io.BytesIO(lost), key=patient, incomplete=True)
    assert [it.number for it in calm] == [0, 3, 4]
    with pytest.raises(hc.OpenError):
        session.segment(b"after the end")


def test_only_sessions_by_those_accepted(patient: hc.Patient) -> None:
    sealed = recorded(patient)
    with pytest.raises(hc.Error) as refused:
        hc.SessionReader(io.BytesIO(sealed), key=hc.Patient.generate())
    assert refused.value.code == 303
    other = hc.Signer.generate("other").public
    with pytest.raises(hc.Error) as refused:
        hc.SessionReader(io.BytesIO(sealed), key=patient, senders=other)
    assert refused.value.code == 302
    record = hc.seal(b"x", record=RECORD, patient=patient.profile)
    with pytest.raises(hc.DecodeError):
        hc.SessionReader(io.BytesIO(record), key=patient)
    with pytest.raises(hc.DecodeError):
        hc.open(sealed, key=patient)
    damaged = bytearray(sealed)
    damaged[-200] ^= 1
    with pytest.raises(hc.Error):
        list(hc.SessionReader(io.BytesIO(damaged), key=patient))

    class Full(io.RawIOBase):
        def write(self, data: object) -> int:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        hc.SessionWriter(Full(), sealer=hc.Sealer(patient=patient.profile), record=RECORD)


def test_threads_look_while_another_reads(patient: hc.Patient) -> None:
    """Whoever reads holds the reader, and needs the interpreter for the file object."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            time.sleep(0.001)
            return super().read(size)

    sealed = recorded(patient)
    for _ in range(20):
        reader = hc.SessionReader(Slow(sealed), key=patient)
        with ThreadPoolExecutor(3) as pool:
            looks = [pool.submit(lambda: (reader.ended, reader.missing)) for _ in range(30)]
            assert len(list(reader)) == len(PARTS)
            for look in looks:
                look.result(timeout=10)


_PATIENT = hc.Patient.generate()
_SEALER = hc.Sealer(patient=_PATIENT.profile)


@settings(max_examples=20, deadline=None)
@given(parts=st.lists(st.binary(max_size=3000), max_size=6), cut=st.integers(0, 40))
def test_round_trip_of_any_segments(parts: list[bytes], cut: int) -> None:
    file = io.BytesIO()
    with hc.SessionWriter(file, sealer=_SEALER, record=RECORD) as session:
        for part in parts:
            session.segment(part)
    whole = file.getvalue()
    assert [it.plaintext for it in hc.SessionReader(io.BytesIO(whole), key=_PATIENT)] == parts
    # Cut anywhere in the end mark or the last segment, what is there opens.
    short = io.BytesIO(whole[: len(whole) - 1 - cut])
    found = [it.plaintext for it in hc.SessionReader(short, key=_PATIENT, incomplete=True)]
    assert found == parts[: len(found)] and len(found) >= len(parts) - 1


@settings(max_examples=20, deadline=None)
@given(data=st.binary(max_size=5000), chunk=st.sampled_from([1024, 2048, 65536]))
def test_round_trip_in_two_parts(data: bytes, chunk: int) -> None:
    record = hc.Record("r", labels="type=ECG", chunk_size=chunk)
    header, payload = _SEALER.seal_detached(data, record=record)
    assert hc.open(payload, key=_PATIENT, header=header) == data
