"""The vectors of tests/vectors, frozen by Rust, through Python."""

from __future__ import annotations

import json
from typing import Any

import hippocrypt as hc
import pytest
from conftest import ROOT
from hippocrypt import hazmat


def vector(file: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "tests/vectors" / file).read_text())[name]
    return found


def key(digits: str) -> Any:
    """A secret object, which comes back as it was."""
    read = hc.read_key(bytes.fromhex(digits))
    assert hazmat.secret_bytes(read).hex() == digits
    return read


def test_an_authority_its_key_and_its_policy() -> None:
    it = vector("ciphertext.json", "ciphertext")
    authority, user = key(it["authority_key"]), key(it["user_key"])
    public = hc.AuthorityPublic.from_bytes(bytes.fromhex(it["authority"]))
    assert public == authority.public and public.name == bytes.fromhex(it["name"]).decode()
    assert user.authority_id == public.id
    user.check(public)
    policy = hc.Policy.from_bytes(bytes.fromhex(it["policy"]))
    assert policy.to_bytes().hex() == it["policy"] and user.satisfies(policy)
    sealed = hc.seal(b"x", record="r", authority=authority.public, policy=policy, expiry=None)
    assert hc.open(sealed, key=user) == b"x"


def test_a_patient() -> None:
    it = vector("capsule.json", "capsule")
    patient = key(it["patient_key"])
    # The vector holds the body of the profile, which its object has behind 8 bytes.
    assert it["profile"] in patient.profile.to_bytes().hex()
    labels = [bytes.fromhex(label).decode() for label in it["labels"]]
    record = hc.Record("r", labels=[it for it in labels if not it.startswith(("y=", "ym="))])
    sealed = hc.seal(b"x", record=record, patient=patient.profile)
    assert hc.open(sealed, key=patient) == b"x" and hc.inspect(sealed).labels == labels


@pytest.mark.parametrize("name", ["grant", "hidden_grant"])
def test_a_grant_and_what_relays_answered(name: str) -> None:
    it = vector("grant.json", name)
    grant = hc.Grant.from_bytes(bytes.fromhex(it["grant"]))
    assert grant.to_bytes().hex() == it["grant"]
    recipient = key(it["recipient_key"])
    public = hc.RecipientPublic.from_bytes(bytes.fromhex(it["recipient"]))
    assert recipient.public == public
    for digits in it["shares"]:
        assert hc.GrantShare.from_bytes(bytes.fromhex(digits)).to_bytes().hex() == digits
    relays = [key(digits) for digits in it["relay_keys"]]
    assert len(relays) == 3
    held = hc.HeldGrant(grant, recipient)
    answers = [bytes.fromhex(answer) for answer in it["answers"]]
    held.with_answers(answers)
    changed = bytearray(answers[0])
    changed[-1] ^= 1
    with pytest.raises(hc.Error):
        held.with_answers([changed])
