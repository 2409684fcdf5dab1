"""SPEC.md, sections 2, 4 and 6.1: fields, hashes, derivations, and the frame of objects."""

import hmac
from hashlib import sha256

from groups import Q

HEADER = b"HIPPO\x01\x01"


def tag(name):
    return b"HIPPO-V01-" + name.encode()


def u16(number):
    return number.to_bytes(2, "big")


def u32(number):
    return number.to_bytes(4, "big")


def u64(number):
    return number.to_bytes(8, "big")


def lp8(data):
    return bytes([len(data)]) + data


def lp16(data):
    return u16(len(data)) + data


def lp32(data):
    return u32(len(data)) + data


def scalar(number):
    return (number % Q).to_bytes(32, "big")


def transcript(name, *items):
    """H(tag; x1, x2, ..)."""
    return sha256(lp16(tag(name)) + b"".join(map(lp32, items))).digest()


def extract(salt, key):
    return hmac.digest(salt or bytes(32), key, "sha256")


def expand(prk, info, length):
    out = block = b""
    number = 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([number]), "sha256")
        out, number = out + block, number + 1
    return out[:length]


def hkdf(salt, key, info):
    return expand(extract(salt, key), info, 32)


def xof(prk, name):
    """Scalars from a key, one after the other."""
    number = 0
    while True:
        yield int.from_bytes(expand(prk, tag(name) + u32(number), 64), "big") % Q
        number += 1


def frame(kind, body):
    whole = HEADER + bytes([kind]) + body
    return whole + sha256(whole).digest()


def unframe(kind, data):
    assert data[:8] == HEADER + bytes([kind]) and sha256(data[:-32]).digest() == data[-32:]
    return Fields(data[8:-32])


def flag(fields):
    """Whether an optional field is there."""
    value = fields.number(1)
    assert value in (0, 1), "flag"
    return value == 1


class Fields:
    """Reads fields off the front of bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        assert self.at + count <= len(self.data), "truncated"
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def prefixed(self, size):
        return self.take(self.number(size))

    def end(self):
        assert self.at == len(self.data), "trailing bytes"


class Kem:
    """The Fujisaki-Okamoto skeleton under the tags of one scheme (SPEC.md, section 7.3)."""

    def __init__(self, prefix):
        self.prefix = prefix

    def coins(self, context, statement, message):
        """The scalars, and k1."""
        prk = extract(transcript(f"{self.prefix}-COINS", context, statement), message)
        key = expand(prk, tag(f"{self.prefix}-COIN-KEY"), 32)
        return xof(prk, f"{self.prefix}-COIN-SCALAR"), key

    def mask(self, context, header, shared, message):
        salt = transcript(f"{self.prefix}-MASK", context, header)
        pad = hkdf(salt, shared, tag(f"{self.prefix}-MASK"))
        return bytes(x ^ y for x, y in zip(pad, message, strict=True))

    def key(self, k1, digest, binding):
        return hkdf(b"", k1, tag(f"{self.prefix}-KEY") + digest + binding)
