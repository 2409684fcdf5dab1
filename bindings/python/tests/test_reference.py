"""An independent program, which knows SPEC.md alone, opens what the library seals and the other
way round."""

from __future__ import annotations

import json
import os
import subprocess

import hippocrypt as hc
import pytest
from conftest import ROOT
from hippocrypt import hazmat

PROGRAM = ROOT / "tests/reference/both_ways.py"


def test_envelopes_agree() -> None:
    python = ROOT / "target/reference/bin/python"
    if not python.exists():
        pytest.skip("no Python with the packages of tests/reference")
    hospital = hc.Authority.generate("hospital")
    key = hospital.issue(["role=nurse", "dept=icu"], until="2070-12-31")
    policy = hc.Policy("role=nurse and (dept=icu or dept=er)")
    data, signer = os.urandom(2_500), hc.Signer.generate("ward")
    records = [
        (b"", hc.Record("empty"), None),
        (data, hc.Record("signed", chunk_size=1024, sealed_metadata=b"hidden"), signer),
        (data[:1024], hc.Record("aes", suite="aes-256-gcm", labels="conf=N", metadata=b"m"), None),
    ]
    sealed = [
        hc.seal(
            plain, record=record, authority=hospital.public, policy=policy, sender=sender, expiry=None
        )
        for plain, record, sender in records
    ]
    case = {
        "user_key": hazmat.secret_bytes(key).hex(),
        "authority": hospital.public.to_bytes().hex(),
        "policy": policy.to_bytes().hex(),
        "plaintext": data.hex(),
        "sealed": [it.hex() for it in sealed],
    }
    done = subprocess.run(
        [str(python), "-B", str(PROGRAM)],
        input=json.dumps(case).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    told = json.loads(done.stdout)
    assert [bytes.fromhex(it["plaintext"]) for it in told["opened"]] == [it[0] for it in records]
    assert [it["metadata"] for it in told["opened"]] == [None, b"hidden".hex(), None]
    assert [bytes.fromhex(it["record"]) for it in told["opened"]] == [b"empty", b"signed", b"aes"]
    for digits in told["sealed"]:
        opened = hc.open_record(bytes.fromhex(digits), key=key)
        assert opened.plaintext == data and opened.sealed_metadata == b"hidden"
        assert opened.header.record == "obs-1" and opened.header.metadata == b"shown"
