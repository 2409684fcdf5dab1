"""A grantee proves a consent in a notebook, and nothing that the consent does not say."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hippocrypt as hc
import pytest
from conftest import ROOT
from hippocrypt.hazmat import development_keys

PLACE = ROOT / "bindings/python/tests/proof"
# When the registry of the files signed.
CHECKPOINT = 1_795_650_224
NOW = CHECKPOINT + 60


def read(name: str) -> bytes:
    return (PLACE / name).read_bytes()


def signer(name: str) -> hc.Signer:
    key = hc.read_key(read(name))
    assert isinstance(key, hc.Signer)
    return key


def request(**changes: Any) -> hc.ProofRequest:
    return hc.ProofRequest.from_json({**json.loads(read("request.json")), **changes})


def subject() -> hc.ProofSubject:
    patient = hc.read_key(read("patient.key"))
    found = hc.open_record(read("record.hippo"), key=patient).subject
    assert found is not None
    return found


def guide() -> str:
    """What the guide says of proving."""
    text = (ROOT / "docs/python.md").read_text()
    blocks = re.findall(r"^```python proofs\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def lay_out(folder: Path, keys: Path) -> None:
    """The files of the guide, the secret ones for their owner alone."""
    shutil.copytree(PLACE / "registry", folder / "registry")
    (folder / "keys").symlink_to(keys)
    files = {"consent.bin": "consent.hc", "patient.key": "reader.key"}
    for name in ("consent.bin", "patient.key", "study.key", "record.hippo", "request.json"):
        copy = folder / files.get(name, name)
        shutil.copyfile(PLACE / name, copy)
        copy.chmod(0o600)


def code(call: Callable[[], object]) -> int:
    with pytest.raises(hc.Error) as refused:
        call()
    return refused.value.code


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The only keys of this module: making them takes seconds."""
    folder = tmp_path_factory.mktemp("keys")
    proving, verifying = development_keys()
    (folder / "proving.key").write_bytes(proving)
    (folder / "verifying.key").write_bytes(verifying)
    return folder


@pytest.fixture(scope="module")
def parts(keys: Path) -> dict[str, Any]:
    """What a true proof is made of."""
    proving = keys / "proving.key"
    pinned = hashlib.sha256(proving.read_bytes()).digest()
    registry = hc.SignerPublic.from_bytes(read("registry/registry.pub"))
    key = hc.ProvingKey.load(proving, pinned=pinned)
    assert key.digest == pinned
    return {
        "key": key,
        "request": request(),
        "consent": hc.ProvableConsent.from_bytes(read("consent.bin")),
        "subject": subject(),
        "registry": hc.RegistrySnapshot.load(PLACE / "registry", registry=registry),
        "signer": signer("study.key"),
        "now": NOW,
    }


def test_a_grantee_proves_and_the_board_verifies(
    keys: Path, parts: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, keys)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"hc": hc, "Path": Path, "agreed": parts["key"].digest}
    exec(compile(guide(), "docs/python.md, proofs", "exec"), names)
    proof = names["proof"]
    # The clock's time, or the registry's where the clock is behind it.
    assert (now := proof.time) >= CHECKPOINT
    assert proof.grantee == parts["signer"].public.key == parts["consent"].grantee
    received = hc.ConsentProof.from_bytes(Path("proof.zkp").read_bytes())

    checkpoint = parts["registry"].checkpoint
    assert checkpoint.time == CHECKPOINT and parts["registry"].enrolled == 2
    verifying = hc.ProofKey.from_bytes((keys / "verifying.key").read_bytes())
    board = hc.ProofVerifier(verifying, [checkpoint], revocation_age=1 << 40)
    about = parts["subject"].commitment
    expected = request().expectation(subject=about)
    used = hc.ReplayStore()
    board.verify(received, expected, now=now, used=used)
    assert code(lambda: board.verify(received, expected, now=now, used=used)) == 404
    # Another question, or another patient's record, is not answered by it.
    other = request(nonce="00" * 32)
    assert other.digest != request().digest
    for wrong in (other.expectation(subject=about), request().expectation(subject=bytes(32))):
        assert code(lambda: board.verify(received, wrong, now=now)) == 348


def test_what_is_not_so_has_no_proof(parts: dict[str, Any]) -> None:
    sensitive = [["type=Observation", "conf=R", "sens.none=hv1"]]
    stranger = hc.ProofSubject(parts["subject"].commitment, bytes(32))
    cases: list[tuple[int, dict[str, Any]]] = [
        (342, {"request": request(purposes=["TREAT"])}),
        (342, {"request": request(buckets=sensitive)}),
        (342, {"subject": stranger}),
        (1, {"signer": signer("stranger.key")}),
        (401, {"now": CHECKPOINT - 1}),
    ]
    for expected, change in cases:
        assert code(lambda: hc.ConsentProof.prove(**{**parts, **change})) == expected, change


def test_requests_and_keys_are_read_strictly(keys: Path, tmp_path: Path) -> None:
    assert hc.ProofRequest.from_json(read("request.json")).digest == request().digest
    assert code(lambda: request(more=1)) == 627
    assert code(lambda: request(nonce="00")) == 627
    assert code(lambda: request(purposes=["NONE"])) == 1
    assert code(lambda: request(buckets=[["type=Observation"]])) == 341
    proving = keys / "proving.key"
    assert code(lambda: hc.ProvingKey.load(proving, pinned=bytes(32))) == 350
    stranger = signer("stranger.key").public
    assert code(lambda: hc.RegistrySnapshot.load(PLACE / "registry", registry=stranger))
    damaged = bytearray(read("consent.bin"))
    damaged[100] ^= 1
    assert code(lambda: hc.ProvableConsent.from_bytes(damaged))
    kept = tmp_path / "consent"
    kept.touch(mode=0o600)
    kept.write_bytes(read("consent.bin"))
    for secret in (hc.ProvableConsent.load(kept), subject()):
        with pytest.raises(TypeError):
            pickle.dumps(secret)
