"""A grantee proves a consent in a notebook, and nothing that the consent does not say."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import shutil
import time
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


def test_a_registry_a_patient_a_study_and_a_board(keys: Path, tmp_path: Path) -> None:
    """The whole way in Python: nothing of the tool's is needed but the ceremony of the keys."""
    station, study = hc.Signer.generate("registry"), hc.Signer.generate("study")
    board, ward = hc.Signer.generate("board"), hc.Signer.generate("ward")
    now = int(time.time()) - 100
    registry = hc.Registry.create(tmp_path / "registry", signer=station, now=now)
    assert code(lambda: hc.Registry.create(tmp_path / "registry", signer=station)) == 502
    assert code(lambda: hc.Registry.create(tmp_path / "other", signer=station, levels=11)) == 1

    unready = hc.Patient.generate()
    assert code(lambda: registry.enrol(unready.profile)) == 7
    patient, other = unready.with_consent_key(), hc.Patient.generate().with_consent_key()
    patient.profile.require_follows(unready.profile)
    assert [registry.enrol(it.profile, now=now) for it in (patient, other)] == [0, 1]
    assert code(lambda: registry.enrol(patient.profile)) == 345
    assert code(lambda: registry.sign_checkpoint(now=now - 1)) == 401
    place = registry.give_place(patient.profile, now=now)
    assert place.time == now and pickle.loads(pickle.dumps(place)) == place

    terms = hc.Terms.from_fhir(consented(), reading="r4-typed", base="https://example.org/fhir")
    signed = hc.sign_consent(terms, patient=patient, now=now)
    consent = hc.verify_consent(signed, profile=patient.profile, received=now)
    products = hc.consent_products(consent, grantee=study.public)
    assert len(products) == 1 and all(products[0])
    provable = hc.sign_provable_consent(
        consent, patient=patient, grantee=study.public, place=place, product=1
    )
    provable.save(tmp_path / "consent")
    assert (tmp_path / "consent").stat().st_mode & 0o777 == 0o600
    wrong = {"patient": patient, "grantee": study.public, "place": place, "product": 2}
    assert code(lambda: hc.sign_provable_consent(consent, **wrong)) == 1

    # The ward seals for its patients, and says whom each record is about.
    def sealed(whose: hc.Patient, labels: list[str], sender: hc.Signer) -> bytes:
        record = hc.Record("r", labels=labels, subject=hc.ProofSubject.about(whose.profile))
        return hc.seal(b"72/min", record=record, patient=whose.profile, sender=sender)

    normal = ["type=Observation", "conf=N", "sens.none=hv1"]
    assert code(lambda: hc.ProofSubject.about(unready.profile)) == 7
    records = [
        sealed(patient, normal, ward),
        sealed(other, normal, ward),
        sealed(patient, ["type=Observation", "conf=R", "sens.none=hv1"], ward),
        sealed(patient, normal, study),
    ]
    asked = hc.ProofRequest.from_json(
        {
            "verifier": board.public.key.hex(),
            "study": "sleep",
            "log": "",
            "nonce": "07" * 32,
            "purposes": ["HRESCH"],
            "action": "access",
            "buckets": [normal],
        }
    )
    snapshot = hc.RegistrySnapshot.load(tmp_path / "registry", registry=station.public)
    key = hc.ProvingKey.load(keys / "proving.key", pinned=proving_digest(keys))
    subject = hc.open_record(records[0], key=patient).subject
    assert subject is not None
    proof = hc.ConsentProof.prove(
        key=key,
        request=asked,
        consent=hc.ProvableConsent.load(tmp_path / "consent"),
        subject=subject,
        registry=snapshot,
        signer=study,
    )

    def verifier() -> hc.ProofVerifier:
        checkpoints = hc.Checkpoint.load_all(tmp_path / "registry", registry=station.public)
        return hc.ProofVerifier(
            hc.ProofKey.from_bytes((keys / "verifying.key").read_bytes()), checkpoints
        )

    receipt = hc.ProofReceipt.sign(proof, log=board)
    assert hc.ProofReceipt.from_bytes(receipt.to_bytes(), log=board.public)
    used, customs = hc.ReplayStore(), [ward.public]
    found = verifier().verify_extraction(asked, records[:1], [proof], custodians=customs, used=used)
    found.require_complete()
    assert found.proofs == [proof.pseudonym] and found.covered == 1
    # One subject for one record: another record of the patient has another commitment.
    found = verifier().verify_extraction(
        asked, records, [proof], custodians=customs, receipts=[receipt]
    )
    assert [row.covered for row in found.rows] == [True, False, False, False]
    assert [row.proof for row in found.rows] == [0, None, None, None]
    reasons = [row.reason for row in found.rows]
    assert reasons[0] is None and "no proof" in str(reasons[1]) and "beyond" in str(reasons[2])
    assert code(found.require_complete) == 348 and "1 of 4" in repr(found)
    again = verifier().verify_extraction(asked, records[:1], [proof], custodians=customs, used=used)
    refused = again.proofs[0]
    assert isinstance(refused, hc.Error) and refused.code == 404
    assert code(again.require_complete) == 404
    arguments = {"custodians": customs, "receipts": [receipt, receipt]}
    assert code(lambda: verifier().verify_extraction(asked, records, [proof], **arguments)) == 1

    # The patient withdraws: what is proven from then on is refused.
    assert code(lambda: hc.revoke_place(study, place)) == 1
    revocation = hc.revoke_place(patient, place)
    assert revocation.index == place.index
    hc.Registry(tmp_path / "registry", signer=station).apply(revocation)
    late = hc.RegistrySnapshot.load(tmp_path / "registry", registry=station.public)
    parts = {"key": key, "request": asked, "consent": provable, "subject": subject}
    assert code(lambda: hc.ConsentProof.prove(registry=late, signer=study, **parts)) == 342
    bogus = registry.give_place(board.public)
    assert code(lambda: hc.revoke_place(patient, bogus)) == 1
    assert hc.revoke_place(board, bogus).index == bogus.index


def consented() -> dict[str, Any]:
    """A consent to research on ordinary observations."""
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/consentscope",
                    "code": "research",
                }
            ]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/ada"},
        "policy": [{"uri": "https://example.org/policy"}],
        "provision": {
            "type": "permit",
            "purpose": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                    "code": "HRESCH",
                }
            ],
        },
    }


def proving_digest(keys: Path) -> bytes:
    return hashlib.sha256((keys / "proving.key").read_bytes()).digest()
