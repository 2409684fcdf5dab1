"""Nothing is kept of a hundred thousand calls."""

from __future__ import annotations

import gc
from typing import Callable

import hippocrypt as hc
import pytest

resource = pytest.importorskip("resource")

PATIENT = hc.Patient.generate()
SEALED = hc.seal(
    b"x" * 2_000, record=hc.Record("r", labels="type=Observation"), patient=PATIENT.profile
)
STRANGER = hc.Patient.generate()
LINKAGE = hc.LinkageKey.generate()


def refused() -> None:
    try:
        hc.open(SEALED, key=STRANGER)
    except hc.OpenError:
        pass


CALLS: list[Callable[[], object]] = [
    refused,
    lambda: hc.inspect(SEALED),
    lambda: hc.Policy("role=nurse and level>=3").to_bytes(),
    lambda: hc.pseudonym(LINKAGE, "study", "ada"),
    lambda: PATIENT.profile,
]


def test_memory_does_not_grow() -> None:
    def run(times: int) -> int:
        for _ in range(times):
            for call in CALLS:
                call()
        gc.collect()
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    before = run(1_000)
    after = run(20_000)  # Times five calls: a leak of 100 bytes a call would be 10 MB.
    assert after - before < 6_000, f"{after - before} KiB more"
