"""A proof of consent is verified: for nothing but what it is about, and once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hippocrypt as hc
import pytest
from conftest import ROOT

PLACE = ROOT / "ffi/tests/proof"
NOW = 1_795_500_000


def read(name: str) -> bytes:
    return (PLACE / name).read_bytes()


def signer(name: str) -> hc.SignerPublic:
    return hc.SignerPublic.from_bytes(read(name))


def expect(**changes: Any) -> hc.ProofExpectation:
    wanted: dict[str, Any] = {
        "request": b"\x11" * 32,
        "categories": 3,
        "purposes": 4,
        "actions": 1,
        "verifier": signer("verifier.pub"),
        "study": "study 12",
        "about": b"\x22" * 32,
        "nonce": b"\x33" * 32,
        "subject": read("subject.bin"),
    }
    return hc.ProofExpectation(**{**wanted, **changes})


def code(call: Any) -> int:
    with pytest.raises(hc.Error) as refused:
        call()
    return refused.value.code


def test_the_board_verifies_without_names(tmp_path: Path) -> None:
    key = hc.ProofKey.from_bytes(read("key.bin"))
    checkpoint = hc.Checkpoint.from_bytes(read("checkpoint.bin"), registry=signer("registry.pub"))
    proof = hc.ConsentProof.from_bytes(read("proof.bin"))
    assert len(proof.grantee) == len(proof.pseudonym) == len(key.digest) == 32
    assert proof.to_bytes() == read("proof.bin") and 0 < checkpoint.time <= NOW
    verifier = hc.ProofVerifier(key, [checkpoint])
    names = {name: number for number, name in hc.error_table().items()}
    for other in (
        {"categories": 7},
        {"study": "study 13"},
        {"nonce": bytes(32)},
        {"subject": bytes(31) + b"\1"},
    ):
        wrong = expect(**other)
        assert code(lambda: verifier.verify(proof, wrong, now=NOW)) == names["Statement"]
    assert code(lambda: verifier.verify(proof, expect(), now=NOW + 9_999)) == names["Replayed"]
    nobody = hc.ProofVerifier(key, [])
    assert code(lambda: nobody.verify(proof, expect(), now=NOW)) == names["Roots"]

    used = hc.ReplayStore(tmp_path)
    verifier.verify(proof, expect(), now=NOW, used=used)
    assert code(lambda: verifier.verify(proof, expect(), now=NOW, used=used)) == names["Replayed"]
    # An auditor, later: a log received it in time.
    receipt = hc.ProofReceipt.from_bytes(read("receipt.bin"), log=signer("log.pub"))
    verifier.verify(proof, expect(), now=NOW + 9_999, receipt=receipt)


def test_nothing_forged_is_taken() -> None:
    damaged = bytearray(read("proof.bin"))
    damaged[200] ^= 1
    board = signer("verifier.pub")
    assert code(lambda: hc.ConsentProof.from_bytes(damaged))
    assert code(lambda: hc.Checkpoint.from_bytes(read("checkpoint.bin"), registry=board))
    assert code(lambda: hc.ProofReceipt.from_bytes(read("receipt.bin"), log=board))
    key = hc.ProofKey.from_bytes(read("key.bin"))
    # One that a single party made is refused where a ceremony's is asked for.
    assert code(lambda: hc.ProofKey.from_bytes(read("key.bin"), pinned=key.digest))
    assert code(lambda: expect(nonce=b"short"))
