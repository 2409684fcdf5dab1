"""Vectors of records, batches and sessions."""

from __future__ import annotations

import io
from typing import Any

import hippocrypt as hc
from vectors import checks, code, key, raw, text


@checks("envelope", "envelope_aes", "envelope_capsule", "envelope_policy", "envelope_blinded")
def a_record(it: dict[str, Any]) -> None:
    sealed, about = raw(it["envelope"]), it["record"]
    owner = key(it.get("user_key") or it["patient_key"])
    by = key(it["sender"]).public if "sender" in it else None
    opened = hc.open_record(sealed, key=owner, senders=by)
    assert opened.plaintext.hex() == it["plaintext"]
    assert opened.sender == (by.key if by else None)
    header = opened.header
    assert (header.record, header.created) == (text(about["id"]), about["created"])
    assert header.chunk_size == about["chunk"]
    assert header.suite == {1: "chacha20-poly1305", 2: "aes-256-gcm"}[about["suite"]]
    assert (header.metadata or b"").hex() == (about["clear"] or "")
    assert (opened.sealed_metadata or b"").hex() == (about["metadata"] or "")
    if about["label_key"] is None:
        assert header.labels == [text(label) for label in about["labels"]]
    else:
        assert header.labels is None and all(raw(label) in sealed for label in about["labels"])
    if "consent" in it:
        assert header.consent_scope == text(it["consent"]["scope"])
    changed = bytearray(sealed)
    changed[-1] ^= 1
    assert code(lambda: hc.open(changed, key=owner)) >= 100


@checks("envelope", "envelope_both")
def a_record_for_both(it: dict[str, Any]) -> None:
    sealed, keys = raw(it["envelope"]), [key(it["user_key"]), key(it["patient_key"])]
    assert hc.open(sealed, key=keys).hex() == it["plaintext"]
    for one in keys:
        assert code(lambda: hc.open(sealed, key=one)) == 303


@checks("envelope", "envelope_detached")
def a_record_in_two_parts(it: dict[str, Any]) -> None:
    header, payload = raw(it["envelope"]), raw(it["object"])
    by = key(it["sender"]).public
    for owner in (key(it["user_key"]), key(it["patient_key"])):
        assert hc.open(payload, key=owner, header=header, senders=by).hex() == it["plaintext"]


@checks("envelope", "rewrap")
def a_rewrapped_record(it: dict[str, Any]) -> None:
    before, after = raw(it["before"]), raw(it["envelope"])
    (earlier,), (later,) = it["earlier_keys"].values(), it["later_keys"].values()
    assert hc.open(before, key=key(earlier)).hex() == it["plaintext"]
    assert hc.open(after, key=key(later)).hex() == it["plaintext"]
    assert code(lambda: hc.open(before, key=key(later))) == 303


@checks("stream", "batch", "batch_unsigned")
def a_batch(it: dict[str, Any]) -> None:
    by = key(it["sender"]).public if it["sender"] else None
    opened = hc.open_batch(raw(it["batch"]), key=key(it["user_key"]), senders=by)
    assert [[name.encode().hex(), data.hex()] for name, data in opened.items()] == it["members"]


@checks("stream", "session", "session_interrupted")
def a_session(it: dict[str, Any]) -> None:
    owner, by = key(it["patient_key"]), key(it["sender"]).public if it.get("sender") else None
    file = io.BytesIO(raw(it["session"]))
    reader = hc.SessionReader(file, key=owner, senders=by, incomplete=True)
    found = {segment.number: segment.plaintext.hex() for segment in reader}
    there = {
        number: content
        for number, content in enumerate(it["segments"])
        if number not in it["lost"]
    }
    assert found == there and reader.ended == it["ended"]
    if it["ended"] and not it["lost"]:
        reader.require_whole()
    else:
        assert code(reader.require_whole) in (336, 337)
