"""Envelopes under a policy: SPEC.md, section 8, both ways.

    python both_ways.py <CASE

CASE is JSON; byte strings stand in hexadecimal. It gives a key file of kind 18 and what the
library sealed, which is opened here; and an authority's public file, a policy's canonical bytes
and a plaintext, which are sealed here. Prints both results as JSON.
"""

import json
import os
import sys
from hashlib import sha256
from hmac import digest as hmac

import ciphertexts
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from kdf import Fields, hkdf, lp8, lp16, lp32, tag, transcript, u32, u64

SUITES = {1: ChaCha20Poly1305, 2: AESGCM}
ZERO = bytes(12)


def optional(fields, read):
    flag = fields.number(1)
    assert flag < 2, "flag"
    return read() if flag else None


def read_fixed(whole):
    """The fixed part, its fields, and what stands behind it."""
    assert whole[:6] == b"HIPPO\x01" and whole[7] == 1, "not an envelope"
    length = int.from_bytes(whole[8:12], "big")
    fields = Fields(whole[12 : 12 + length])
    fixed = {"suite": whole[6], "id": fields.take(16), "record": fields.prefixed(1)}
    fixed["created"] = fields.number(8)
    fixed["sender"] = optional(fields, lambda: fields.take(32))
    fixed["labels"] = [fields.prefixed(2) for _ in range(fields.number(1))]
    assert all(a < b for a, b in zip(fixed["labels"], fixed["labels"][1:])), "order of labels"
    for name in ("vocabulary", "label key", "subject"):
        fixed[name] = optional(fields, lambda: fields.take(32))
    for name in ("clear", "sealed"):
        fixed[name] = optional(fields, lambda: fields.prefixed(2))
    fixed["chunk"] = fields.number(4)
    fixed["salt"], fixed["commitment"] = fields.take(32), fields.take(32)
    fields.end()
    return fixed, whole[: 12 + length], whole[12 + length :]


def read_access(data):
    """The stanzas, the bytes of the access part, and what stands behind it."""
    length = int.from_bytes(data[:4], "big")
    fields = Fields(data[4 : 4 + length])
    optional(fields, lambda: (fields.take(32), fields.prefixed(2)))
    stanzas = [(fields.number(1), fields.prefixed(4)) for _ in range(fields.number(1))]
    optional(fields, lambda: fields.take(96))
    fields.end()
    return stanzas, data[: 4 + length], data[4 + length :]


def wrap_key(stanza_key, kind, h):
    return hkdf(b"", stanza_key, tag("ENVELOPE-WRAP") + bytes([kind]) + h)


def payload_key(dek, fixed, h):
    return hkdf(fixed["salt"], dek, tag("ENVELOPE-PAYLOAD") + h)


def metadata_key(dek, fixed):
    return hkdf(fixed["salt"], dek, tag("ENVELOPE-METADATA") + fixed["id"])


def nonce(number, is_final):
    return number.to_bytes(11, "big") + bytes([is_final])


def open_envelope(whole, user_key):
    fixed, front, rest = read_fixed(whole)
    h = transcript("ENVELOPE-FIXED", front)
    signature = b""
    if fixed["sender"]:
        signature, rest = rest[:64], rest[64:]
        sender = Ed25519PublicKey.from_public_bytes(fixed["sender"])
        sender.verify(signature, tag("SENDER-SIGNS-HEADER") + h)
    stanzas, access, rest = read_access(rest)
    code, payload = rest[:32], rest[32:]
    body = next(body for kind, body in stanzas if kind == 1)
    stanza_key, _ = user_key.open(body[:-48], h)
    dek = ChaCha20Poly1305(wrap_key(stanza_key, 1, h)).decrypt(ZERO, body[-48:], None)
    assert hkdf(fixed["salt"], dek, tag("ENVELOPE-COMMIT")) == fixed["commitment"], "commitment"
    own = hmac(hkdf(b"", dek, tag("ENVELOPE-HEADER")), front + signature + access, "sha256")
    assert own == code, "code"
    if fixed["sender"]:
        payload, trailer = payload[:-64], payload[-64:]
        chunks = sha256(lp16(tag("SENDER-CHUNKS")) + payload).digest()
        sender.verify(trailer, tag("SENDER-SIGNS-PAYLOAD") + h + u32(0) + chunks)
    aead, size = SUITES[fixed["suite"]](payload_key(dek, fixed, h)), fixed["chunk"] + 16
    plain, count = b"", max(1, -(-len(payload) // size))
    for number in range(count):
        chunk = payload[number * size :][:size]
        plain += aead.decrypt(nonce(number, number == count - 1), chunk, None)
    metadata = None
    if fixed["sealed"] is not None:
        key = metadata_key(dek, fixed)
        metadata = ChaCha20Poly1305(key).decrypt(ZERO, fixed["sealed"], None)
    return {"plaintext": plain.hex(), "record": fixed["record"].hex(),
            "metadata": None if metadata is None else metadata.hex()}


def present(value):
    return b"\0" if value is None else b"\1" + value


def seal_envelope(authority, policy, plaintext, suite, chunk):
    dek, fixed = os.urandom(32), {"id": os.urandom(16), "salt": os.urandom(32)}
    sealed = ChaCha20Poly1305(metadata_key(dek, fixed)).encrypt(ZERO, b"hidden", None)
    labels = [b"conf=N", b"type=Observation"]
    body = fixed["id"] + lp8(b"obs-1") + u64(1_795_478_400) + present(None)
    body += bytes([len(labels)]) + b"".join(map(lp16, labels)) + 3 * present(None)
    body += present(lp16(b"shown")) + present(lp16(sealed)) + u32(chunk) + fixed["salt"]
    body += hkdf(fixed["salt"], dek, tag("ENVELOPE-COMMIT"))
    front = b"HIPPO\x01" + bytes([suite, 1]) + lp32(body)
    h = transcript("ENVELOPE-FIXED", front)
    whole, key, _ = authority.encapsulate(policy, h, os.urandom(32))
    wrapped = ChaCha20Poly1305(wrap_key(key, 1, h)).encrypt(ZERO, dek, None)
    access = lp32(present(None) + b"\1" + b"\1" + lp32(whole + wrapped) + present(None))
    header = front + access
    header += hmac(hkdf(b"", dek, tag("ENVELOPE-HEADER")), header, "sha256")
    aead = SUITES[suite](payload_key(dek, fixed, h))
    parts = [plaintext[at : at + chunk] for at in range(0, len(plaintext), chunk)] or [b""]
    last = len(parts) - 1
    return header + b"".join(
        aead.encrypt(nonce(number, number == last), part, None) for number, part in enumerate(parts)
    )


def main():
    case = json.load(sys.stdin)
    key = ciphertexts.UserKey(bytes.fromhex(case["user_key"]))
    opened = [open_envelope(bytes.fromhex(it), key) for it in case["sealed"]]
    authority = ciphertexts.Public(bytes.fromhex(case["authority"]))
    policy = bytes.fromhex(case["policy"])
    plain = bytes.fromhex(case["plaintext"])
    made = [seal_envelope(authority, policy, plain, suite, 1024).hex() for suite in SUITES]
    json.dump({"opened": opened, "sealed": made}, sys.stdout)


if __name__ == "__main__":
    main()
