"""The vectors of tests/vectors, frozen by Rust, through Python: each is checked, or listed with a
reason. What Rust draws at random for them has no door here, so making is compared where nothing is
drawn, and reading and opening everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import ROOT

MODULES = [
    "vectors_keys",
    "vectors_records",
    "vectors_grants",
    "vectors_consents",
    "vectors_proofs",
]
pytest.register_assert_rewrite(*MODULES)

import vectors_consents  # noqa: E402, F401
import vectors_grants  # noqa: E402, F401
import vectors_keys  # noqa: E402, F401
import vectors_proofs  # noqa: E402, F401
import vectors_records  # noqa: E402, F401
from vectors import CHECKS  # noqa: E402

# Without a door in Python, and why.
NO_DOOR = {
    ("policy.json", "shares"): "ciphertexts outside a record: points do not cross",
    ("policy.json", "label_policies"): "policies over labels are texts; their bytes are in grants",
    ("proof.json", "consent_key"): "keys for proofs follow from a patient's seed, in the profile",
    ("recovery.json", "coupon"): "a coupon outside its pack would be used twice",
    ("stored.json", "relay_journal"): "a relay's state is a folder of the tool's",
    ("stored.json", "coupon_flash"): "devices with flash run no Python",
}


def all_vectors() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path.name, name): vector
        for path in (ROOT / "tests/vectors").glob("*.json")
        for name, vector in json.loads(path.read_text()).items()
    }


VECTORS = all_vectors()


def test_every_vector_is_checked_or_listed() -> None:
    assert len(VECTORS) >= 50
    assert set(CHECKS) | set(NO_DOOR) == set(VECTORS)
    assert not set(CHECKS) & set(NO_DOOR)


@pytest.mark.parametrize(("file", "name"), sorted(CHECKS))
def test_vector(file: str, name: str) -> None:
    CHECKS[file, name](VECTORS[file, name])
