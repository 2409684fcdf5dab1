"""Vectors of keys, policies and labels."""

from __future__ import annotations

from typing import Any

import hippocrypt as hc
import pytest
from hippocrypt import hazmat
from vectors import checks, code, key, raw, text


@checks("ciphertext", "ciphertext")
def an_authority_its_key_and_its_policy(it: dict[str, Any]) -> None:
    authority, user = key(it["authority_key"]), key(it["user_key"])
    public = hc.AuthorityPublic.from_bytes(raw(it["authority"]))
    assert public == authority.public and public.name == text(it["name"])
    assert user.authority_id == public.id
    user.check(public)
    policy = hc.Policy.from_bytes(raw(it["policy"]))
    assert policy.to_bytes().hex() == it["policy"] and user.satisfies(policy)
    sealed = hc.seal(b"x", record="r", authority=authority.public, policy=policy, expiry=None)
    assert hc.open(sealed, key=user) == b"x"


@checks("capsule", "capsule")
def a_patient(it: dict[str, Any]) -> None:
    patient = key(it["patient_key"])
    # The vector holds the body of the profile, which its object has behind 8 bytes.
    assert it["profile"] in patient.profile.to_bytes().hex()
    labels = [text(label) for label in it["labels"]]
    record = hc.Record("r", labels=[it for it in labels if not it.startswith(("y=", "ym="))])
    sealed = hc.seal(b"x", record=record, patient=patient.profile)
    assert hc.open(sealed, key=patient) == b"x" and hc.inspect(sealed).labels == labels



@checks("key", "signer")
def a_signer(it: dict[str, Any]) -> None:
    own = key(it["key"])
    assert own.public.to_bytes().hex() == it["public"]


@checks("key", "locked")
def a_locked_key(it: dict[str, Any]) -> None:
    locked, passphrase = raw(it["locked"]), text(it["passphrase"])
    opened = hc.read_key(locked, passphrase=passphrase)
    assert hazmat.secret_bytes(opened).hex() == it["object"]
    assert code(lambda: hc.read_key(locked)) == 304
    assert code(lambda: hc.read_key(locked, passphrase=passphrase + "!")) == 300


@checks("key", "fingerprints")
def fingerprints(it: dict[str, Any]) -> None:
    kinds = [hc.AuthorityPublic, hc.PatientProfile, hc.RecipientPublic, hc.SignerPublic]
    for kind, case in zip(kinds, it["of"]):
        public = kind.from_bytes(raw(case["public"]))
        assert len(public.fingerprint.split()) == 12
        assert public.to_bytes().hex() == case["public"]
        others = [other for other in it["of"] if other is not case]
        assert all(kind_refuses(kind, other["public"]) for other in others)


def kind_refuses(kind: Any, digits: str) -> bool:
    return code(lambda: kind.from_bytes(raw(digits))) == 105


@checks("key", "restricted")
def a_key_for_fewer_attributes(it: dict[str, Any]) -> None:
    whole, less = key(it["user_key"]), key(it["restricted"])
    assert set(less.attributes) < set(whole.attributes)
    assert whole.restrict(less.attributes).attributes == less.attributes
    assert less.authority_id == whole.authority_id and less.expires == whole.expires


@checks("key", "schema")
def an_authority_with_a_schema(it: dict[str, Any]) -> None:
    authority = key(it["authority_key"])
    assert authority.public.to_bytes().hex() == it["authority"] and it["schema"] in it["authority"]
    nurse = authority.issue("role=rn", until="2070-12-31")
    sealer = hc.Sealer(authority=authority.public, policy="role=rn")
    assert hc.open(sealer.seal(b"x", record="r"), key=nurse) == b"x"
    for unknown in ("role=nobody", "nothing=at-all"):
        refused = hc.Sealer(authority=authority.public, policy=unknown)
        with pytest.raises(hc.PolicyError):
            refused.seal(b"x", record="r")
        allowed = hc.Sealer(authority=authority.public, policy=unknown, allow_unknown=True)
        allowed.seal(b"x", record="r")
    with pytest.raises(hc.PolicyError):
        authority.issue("role=nobody", until="2070-12-31")


@checks("key", "backup")
def parts_of_an_authority(it: dict[str, Any]) -> None:
    parts = [key(part) for part in it["parts"]]
    assert [part.index for part in parts] == [1, 2, 3]
    for pair in (parts[:2], parts[1:], parts[::2]):
        assert hazmat.secret_bytes(hc.Authority.recover(pair)).hex() == it["authority_key"]
    assert code(lambda: hc.Authority.recover(parts[:1])) == 7


@checks("key", "carers")
def carers(it: dict[str, Any]) -> None:
    before, later = key(it["patient_key"]), key(it["later_key"])
    later.profile.require_follows(before.profile)
    named = [(carer.key.hex(), carer.not_after, carer.kind) for carer in later.profile.carers]
    kinds = {1: "guardian", 2: "attorney", 3: "helper"}
    assert named == [(one["key"], one["until"], kinds[one["kind"]]) for one in it["carers"]]
    scoped = [carer.scope is not None for carer in later.profile.carers]
    assert scoped == [bool(one["scope"]) for one in it["carers"]]


@checks("policy", "policies")
def policies(it: dict[str, Any]) -> None:
    for case in it["of"]:
        policy = hc.Policy(text(case["text"]))
        assert policy.to_bytes().hex() == case["policy"]
        assert hc.Policy.from_bytes(raw(case["policy"])) == policy == hc.Policy(str(policy))


@checks("policy", "labels")
def labels(it: dict[str, Any]) -> None:
    patient, given = hc.Patient.generate(), [text(label) for label in it["given"]]
    sealed = hc.seal(b"", record=hc.Record("r", labels=given), patient=patient.profile)
    shown = hc.inspect(sealed).labels
    assert shown is not None
    # Each label is u16 length and text, behind their number.
    frozen = raw(it["labels"])
    written = b"".join(len(one).to_bytes(2, "big") + one.encode() for one in shown)
    assert frozen[0] == len(shown) and frozen[1:] == written
    record = hc.Record("r", labels=given, label_key=key(it["label_key"]))
    blinded = hc.seal(b"", record=record, patient=patient.profile)
    assert raw(it["blinded"])[1:] in blinded and written not in blinded


@checks("key", "linkage")
def a_pseudonym(it: dict[str, Any]) -> None:
    made = hc.pseudonym(key(it["key"]), text(it["domain"]), text(it["identifier"]))
    assert made == it["pseudonym"]
