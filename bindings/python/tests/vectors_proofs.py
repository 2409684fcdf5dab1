"""Vectors of proofs of consent."""

from __future__ import annotations

from typing import Any

import hippocrypt as hc
from vectors import checks, code, raw, signer


@checks("proof", "proof")
def a_proof_and_its_key(it: dict[str, Any]) -> None:
    proof = hc.ConsentProof.from_bytes(raw(it["proof"]))
    assert proof.to_bytes().hex() == it["proof"]
    key = hc.ProofKey.from_bytes(raw(it["key"]))
    assert key.digest.hex() == it["key_digest"]
    # One party made it, and pinning does not make it better.
    pinned = raw(it["key_digest"])
    assert code(lambda: hc.ProofKey.from_bytes(raw(it["key"]), pinned=pinned)) == 343
    changed = bytearray(raw(it["proof"]))
    changed[-40] ^= 1
    assert code(lambda: hc.ConsentProof.from_bytes(changed)) >= 100


@checks("proof", "receipt")
def a_receipt(it: dict[str, Any]) -> None:
    log, proof = signer(it["log"]), hc.ConsentProof.from_bytes(raw(it["proof"]))
    # A signature draws nothing.
    assert hc.ProofReceipt.sign(proof, log=log, now=it["time"]).to_bytes().hex() == it["receipt"]
    receipt = hc.ProofReceipt.from_bytes(raw(it["receipt"]), log=log.public)
    assert receipt.to_bytes().hex() == it["receipt"]


@checks("proof", "provable_consent")
def a_provable_consent(it: dict[str, Any]) -> None:
    consent = hc.ProvableConsent.from_bytes(raw(it["signed"]))
    assert (consent.not_before, consent.expires) == (it["not_before"], it["expires"])
    assert consent.grantee == signer(it["grantee"]).public.key


@checks("proof", "registry")
def a_registry(it: dict[str, Any]) -> None:
    place = hc.PlaceReceipt.from_bytes(raw(it["receipt"]))
    assert (place.index, place.time) == (it["index"], it["time"])
    revocation = hc.revoke_place(signer(it["revoker"]), place)
    assert revocation.to_bytes().hex() == it["revocation"]
    assert hc.PlaceRevocation.from_bytes(raw(it["revocation"])) == revocation
    registry = signer(it["signer"]).public
    checkpoint = hc.Checkpoint.from_bytes(raw(it["checkpoint"]), registry=registry)
    assert checkpoint.time >= it["time"] and checkpoint.to_bytes().hex() == it["checkpoint"]
    other = signer(it["revoker"]).public
    assert code(lambda: hc.Checkpoint.from_bytes(raw(it["checkpoint"]), registry=other)) == 346
