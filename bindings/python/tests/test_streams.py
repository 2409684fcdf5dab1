"""Streams over file objects and whole files."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path
from typing import Optional

import hippocrypt as hc
import pytest

RECORD = hc.Record("r", labels="type=Observation", chunk_size=1024)
DATA = os.urandom(300_000)


@pytest.fixture(scope="module")
def sealer(patient: hc.Patient) -> hc.Sealer:
    return hc.Sealer(patient=patient.profile, sender=SIGNER)


SIGNER = hc.Signer.generate("ward")


def test_context_manager_and_raw_file(patient: hc.Patient, sealer: hc.Sealer) -> None:
    sealed = io.BytesIO()
    with hc.SealWriter(sealed, sealer=sealer, record=RECORD) as out:
        for start in range(0, len(DATA), 7_777):
            assert out.write(memoryview(DATA)[start : start + 7_777]) > 0
    assert hc.open(sealed.getvalue(), key=patient) == DATA
    sealed.seek(0)
    reader = hc.OpenReader(sealed, key=patient, senders=SIGNER.public)
    assert reader.header.record == "r" and reader.sender is None
    assert io.BufferedReader(reader, 4096).read() == DATA
    assert reader.sender == SIGNER.public.key
    with pytest.raises(hc.OpenError):
        out.write(b"more")


def test_what_was_abandoned_opens_for_nobody(patient: hc.Patient, sealer: hc.Sealer) -> None:
    sealed = io.BytesIO()
    with pytest.raises(KeyError):
        with hc.SealWriter(sealed, sealer=sealer, record=RECORD) as out:
            out.write(DATA)
            raise KeyError
    with pytest.raises(hc.Error):
        hc.open(sealed.getvalue(), key=patient)
    sealed.seek(0)
    with pytest.raises(hc.Error):
        hc.OpenReader(sealed, key=patient).readall()


def test_whole_files_appear_complete_or_not(
    patient: hc.Patient, sealer: hc.Sealer, tmp_path: Path
) -> None:
    plain, sealed, again = (tmp_path / name for name in ("plain", "sealed", "again"))
    plain.write_bytes(DATA)
    steps: list[int] = []
    count = hc.seal_file(plain, sealed, sealer=sealer, record=RECORD, progress=steps.append)
    assert count == len(DATA) == sum(steps)
    assert hc.open_file(sealed, str(again), key=patient) == SIGNER.public.key
    assert again.read_bytes() == DATA and again.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        hc.open_file(sealed, again, key=patient)
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(hc.Error):
        hc.open_file(sealed, tmp_path / "never", key=patient)
    assert sorted(it.name for it in tmp_path.iterdir()) == ["again", "plain", "sealed"]


class Broken(io.RawIOBase):
    """Fails after some bytes, with an exception of its own."""

    def __init__(self, left: int) -> None:
        self.left = left

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self.left -= len(data)
        if self.left < 0:
            raise ZeroDivisionError("disk")
        return len(data)

    def read(self, size: Optional[int] = -1, /) -> str:  # type: ignore[override]
        return "text"


def test_exceptions_of_file_objects_come_through(patient: hc.Patient, sealer: hc.Sealer) -> None:
    with pytest.raises(ZeroDivisionError):
        hc.SealWriter(Broken(10), sealer=sealer, record=RECORD)
    with pytest.raises(ZeroDivisionError):
        with hc.SealWriter(Broken(5_000), sealer=sealer, record=RECORD) as out:
            out.write(DATA)
    with pytest.raises(TypeError):
        hc.OpenReader(Broken(0), key=patient)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        hc.SealWriter(object(), sealer=sealer, record=RECORD)  # type: ignore[arg-type]


def test_short_writes_lose_nothing(patient: hc.Patient, sealer: hc.Sealer, tmp_path: Path) -> None:
    class Short(io.BytesIO):
        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            return super().write(data[:100])

    sealed = Short()
    with hc.SealWriter(sealed, sealer=sealer, record=RECORD) as out:
        out.write(DATA[:5_000])
    assert hc.open(sealed.getvalue(), key=patient) == DATA[:5_000]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers that signal")
def test_an_interrupt_stops_a_long_call(sealer: hc.Sealer) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        # Far sooner than so much can be sealed; only the call itself can notice it.
        data = bytes(256 << 20)
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        with pytest.raises(KeyboardInterrupt):
            sealer.seal(data, record=RECORD)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
