"""Envelopes, detached headers and rewraps, read and written: SPEC.md, section 8."""

import hmac
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

import capsules
import ciphertexts
import labels
from capsules import ed25519_public, label_bytes, sign, verify
from kdf import Fields, flag, hkdf, lp8, lp16, lp32, tag, transcript, u32, u64, unframe

SUITES = {1: ChaCha20Poly1305, 2: AESGCM}
ENVELOPE, BATCH, PAYLOAD, SESSION = 1, 2, 3, 4
POLICY, CAPSULE, BOTH = 1, 2, 3
NONCE = bytes(12)


def optional(value, write=bytes):
    return b"\0" if value is None else b"\1" + write(value)


def read_optional(fields, read):
    return read(fields) if flag(fields) else None


def opened(suite, key, nonce, sealed):
    return SUITES[suite](key).decrypt(nonce, sealed, None)


def sealed(suite, key, nonce, plain):
    return SUITES[suite](key).encrypt(nonce, plain, None)


def signer_seed(key_file):
    fields = unframe(19, key_file)
    seed = fields.take(32)
    assert len(fields.prefixed(1)) <= 64
    fields.end()
    return seed


class Header:
    """A header as read: every field, and nothing believed yet but the signatures."""

    def __init__(self, data, kind):
        fields = Fields(data)
        assert fields.take(6) == b"HIPPO\1", "magic or version"
        self.suite, self.kind = fields.number(1), fields.number(1)
        assert self.suite in SUITES and self.kind == kind, "suite or kind"
        end = 12 + fields.number(4)
        self.id = fields.take(16)
        self.record = fields.prefixed(1)
        self.created = fields.number(8)
        self.sender = read_optional(fields, lambda it: it.take(32))
        start = fields.at
        self.labels = [fields.prefixed(2) for _ in range(fields.number(1))]
        assert self.labels == sorted(set(self.labels)), "labels"
        self.label_bytes = data[start : fields.at]
        self.vocabulary, self.label_key, self.subject = (
            read_optional(fields, lambda it: it.take(32)) for _ in range(3)
        )
        self.clear, self.metadata = (
            read_optional(fields, lambda it: it.prefixed(2)) for _ in range(2)
        )
        self.chunk, self.salt, self.commitment = fields.number(4), fields.take(32), fields.take(32)
        assert fields.at == end, "fixed part"
        self.h = transcript("ENVELOPE-FIXED", data[:end])
        self.header_signature = fields.take(64) if self.sender else None
        length = fields.number(4)
        start = fields.at
        self.consent = read_optional(fields, lambda it: (it.take(32), it.prefixed(2)))
        self.stanzas = [(fields.number(1), fields.prefixed(4)) for _ in range(fields.number(1))]
        self.access = data[start : fields.at]
        self.writer = read_optional(fields, lambda it: (it.take(32), it.take(64)))
        assert fields.at == start + length, "access part"
        self.covered = data[: fields.at]
        self.code = fields.take(32)
        self.rest = data[fields.at :]
        if self.sender:
            verify(self.sender, self.header_signature, "SENDER-SIGNS-HEADER", self.h)
        if self.writer:
            key, signature = self.writer
            verify(key, signature, "WRITER-SIGNS-ACCESS", self.h, self.access)

    def unlock(self, keys):
        """The data key, by the first stanza that one of these keys is for."""
        for kind, body in self.stanzas:
            key = self.stanza_key(kind, Fields(body), keys)
            if key is not None:
                key = hkdf(b"", key, tag("ENVELOPE-WRAP") + bytes([kind]) + self.h)
                dek = opened(1, key, NONCE, body[-48:])
                assert commitment(dek, self.salt) == self.commitment, "commitment"
                assert code(dek, self.covered) == self.code, "code"
                return dek
        raise AssertionError("no stanza for these keys")

    def stanza_key(self, kind, fields, keys):
        if kind == POLICY and "user" in keys:
            data = fields.take(len(fields.data) - 48)
            return keys["user"].open(data, self.h)[0]
        if kind == CAPSULE and "patient" in keys:
            data = fields.take(len(fields.data) - 48)
            return keys["patient"].open(capsules.Capsule(data, self.labels), self.h)
        if kind == BOTH and len(keys) == 2:
            ciphertext = fields.prefixed(4)
            capsule = fields.take(len(fields.data) - 48 - fields.at)
            capsule = capsules.Capsule(capsule, self.labels)
            first, digest = keys["user"].open(ciphertext, self.h)
            second = keys["patient"].open(capsule, self.h)
            return joined(first, second, digest, capsule.digest, self.h)
        return None

    def read_metadata(self, dek):
        key = metadata_key(dek, self.salt, self.id)
        return None if self.metadata is None else opened(1, key, NONCE, self.metadata)

    def read_payload(self, dek, payload):
        key = payload_key(dek, self.salt, self.h)
        return self.read_chunks(key, payload, 0)

    def read_chunks(self, key, data, segment):
        """The content of chunks with, if there is a sender, the signature behind them."""
        chunks = data
        if self.sender:
            chunks, signature = data[:-64], data[-64:]
            verify(
                self.sender, signature, "SENDER-SIGNS-PAYLOAD", self.h, u32(segment), digest(chunks)
            )
        size, out, at, number = self.chunk + 16, b"", 0, 0
        while True:
            chunk = chunks[at : at + size]
            at += size
            last = at >= len(chunks)
            plain = opened(self.suite, key, nonce(number, last), chunk)
            assert plain or number == 0, "an empty chunk behind others"
            out, number = out + plain, number + 1
            if last:
                return out


def nonce(number, last):
    return number.to_bytes(11, "big") + bytes([last])


def digest(chunks):
    return sha256(lp16(tag("SENDER-CHUNKS")) + chunks).digest()


def commitment(dek, salt):
    return hkdf(salt, dek, tag("ENVELOPE-COMMIT"))


def code(dek, covered):
    return hmac.digest(hkdf(b"", dek, tag("ENVELOPE-HEADER")), covered, "sha256")


def metadata_key(dek, salt, envelope_id):
    return hkdf(salt, dek, tag("ENVELOPE-METADATA") + envelope_id)


def payload_key(dek, salt, h):
    return hkdf(salt, dek, tag("ENVELOPE-PAYLOAD") + h)


def joined(first, second, ciphertext, d, h):
    info = tag("ENVELOPE-POLICY-AND-PATIENT") + ciphertext + d + h
    return hkdf(b"", first + second, info)


def carried(consent, envelope_id):
    """What the access part says of a consent: another digest for every record."""
    return transcript("ENVELOPE-CONSENT", consent["terms"], envelope_id) + lp16(consent["scope"])


class Writing:
    """Makes an envelope from what its writer says and draws."""

    def __init__(self, kind, record, drawn, sender=None):
        self.kind, self.record, self.sender = kind, record, sender and signer_seed(sender)
        self.dek, self.id, self.salt = drawn.take(32), drawn.take(16), drawn.take(32)
        self.suite = record["suite"]
        body = self.id + lp8(record["id"]) + u64(record["created"])
        body += optional(self.sender, ed25519_public) + label_bytes(record["labels"])
        body += optional(record["vocabulary"]) + optional(record["label_key"]) + b"\0"
        body += optional(record["clear"], lp16)
        key = metadata_key(self.dek, self.salt, self.id)
        seal = lambda plain: lp16(sealed(1, key, NONCE, plain))
        body += optional(record["metadata"], seal)
        body += u32(record["chunk"]) + self.salt + commitment(self.dek, self.salt)
        self.fixed = b"HIPPO\1" + bytes([self.suite, kind]) + u32(len(body)) + body
        self.h = transcript("ENVELOPE-FIXED", self.fixed)
        self.start = self.fixed
        if self.sender:
            self.start += sign(self.sender, "SENDER-SIGNS-HEADER", self.h)

    def header(self, stanzas, drawn, consent=None, writer=None, kept=()):
        """The header, with these stanzas: ready ones first, then those that are described."""
        made = [bytes([kind]) + lp32(body) for kind, body in kept]
        made += [self.stanza(it, drawn) for it in stanzas]
        access = optional(consent, lambda it: carried(it, self.id))
        access += bytes([len(made)]) + b"".join(made)
        writer = signer_seed(writer) if writer else (self.sender if consent else None)
        written = b"\0"
        if writer:
            signature = sign(writer, "WRITER-SIGNS-ACCESS", self.h, access)
            written = b"\1" + ed25519_public(writer) + signature
        whole = self.start + lp32(access + written)
        return whole + code(self.dek, whole)

    def stanza(self, described, drawn):
        kind = described["type"]
        if kind != CAPSULE:
            public = ciphertexts.Public(described["authority"])
            whole, first, _ = public.encapsulate(described["policy"], self.h, drawn.take(32))
        if kind != POLICY:
            patient = capsules.Profile.read(described["profile"])
            capsule, d, second = capsules.seal(
                patient, self.record["labels"], self.h, drawn.take(64)
            )
        if kind == POLICY:
            body, key = whole, first
        elif kind == CAPSULE:
            body, key = capsule, second
        else:
            body = lp32(whole) + capsule
            key = joined(first, second, transcript("CP-CIPHERTEXT", whole), d, self.h)
        key = hkdf(b"", key, tag("ENVELOPE-WRAP") + bytes([kind]) + self.h)
        return bytes([kind]) + lp32(body + sealed(1, key, NONCE, self.dek))

    def payload(self, content):
        return self.chunks(payload_key(self.dek, self.salt, self.h), content, 0)

    def chunks(self, key, content, segment):
        size, out = self.record["chunk"], b""
        pieces = [content[at : at + size] for at in range(0, len(content), size)] or [b""]
        for number, piece in enumerate(pieces):
            out += sealed(self.suite, key, nonce(number, number + 1 == len(pieces)), piece)
        if self.sender:
            out += sign(self.sender, "SENDER-SIGNS-PAYLOAD", self.h, u32(segment), digest(out))
        return out

    def object(self, content):
        """The payload of a detached header."""
        return b"HIPPO\1" + bytes([self.suite, PAYLOAD]) + self.id + self.payload(content)

def holders(vector):
    keys = {}
    if "user_key" in vector:
        keys["user"] = ciphertexts.UserKey(vector["user_key"])
    if "patient_key" in vector:
        keys["patient"] = capsules.Patient.read(vector["patient_key"])
    return keys


def begin(vector, kind):
    drawn = Fields(vector["drawn"])
    writing = Writing(kind, vector["record"], drawn, vector.get("sender"))
    assert writing.h == vector["h"], "h"
    header = writing.header(
        vector["stanzas"], drawn, vector.get("consent"), vector.get("writer")
    )
    return writing, header, drawn


def check_blinded(vector):
    key = labels.Key(vector["label_key"])
    record = vector["record"]
    assert record["label_key"] == key.id, "id of the label key"
    assert record["labels"] == sorted(map(key.blind, vector["clear_labels"])), "blinded labels"
    check_envelope(vector)


def check_envelope(vector):
    writing, header, drawn = begin(vector, ENVELOPE)
    drawn.end()
    if "object" in vector:
        assert header == vector["envelope"], "header"
        assert writing.object(vector["plaintext"]) == vector["object"], "payload object"
    else:
        assert header + writing.payload(vector["plaintext"]) == vector["envelope"], "envelope"

    read = Header(vector["envelope"], ENVELOPE)
    dek = read.unlock(holders(vector))
    assert dek == vector["drawn"][:32], "data key"
    assert read.read_metadata(dek) == vector["record"]["metadata"], "metadata"
    payload = read.rest
    if "object" in vector:
        assert not payload and vector["object"][8:24] == read.id, "object of another record"
        payload = vector["object"][24:]
    assert read.read_payload(dek, payload) == vector["plaintext"], "plaintext"


def check_rewrap(vector):
    """Another access part and code; all else stays byte for byte."""
    before, after = (Header(vector[it], ENVELOPE) for it in ("before", "envelope"))
    dek = before.unlock(holders(vector["earlier_keys"]))
    writing = Writing.__new__(Writing)
    writing.dek, writing.id, writing.h, writing.sender = dek, before.id, before.h, None
    writing.start = before.covered[: -4 - len(before.access) - 1]
    writing.record = {"labels": before.labels}
    assert before.writer is None
    drawn = Fields(vector["drawn"])
    header = writing.header(vector["stanzas"], drawn, kept=[before.stanzas[0]])
    drawn.end()
    assert header + before.rest == vector["envelope"], "rewrapped"
    assert after.unlock(holders(vector["later_keys"])) == dek, "data key"
    assert after.read_payload(dek, after.rest) == vector["plaintext"], "plaintext"
