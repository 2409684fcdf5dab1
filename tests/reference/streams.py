"""Batches and sessions, read and written: SPEC.md, sections 8.8 and 8.11."""

import hmac
from hashlib import sha256

from capsules import sign, verify
from envelopes import BATCH, NONCE, SESSION, Header, begin, holders, opened, sealed
from kdf import Fields, hkdf, lp8, lp16, lp32, tag, transcript, u32


def write_batch(writing, members, drawn):
    out, names = b"", lp16(tag("BATCH-NAMES"))
    for index, (name, content) in enumerate(members):
        random = drawn.take(16)
        body = sealed(writing.suite, member_key(writing, random, index, name), NONCE, content)
        out += b"\1" + lp8(name) + random + lp32(body)
        names += lp8(name)
        if writing.sender:
            signed = member_signed(writing.h, index, name, body)
            out += sign(writing.sender, "SENDER-SIGNS-MEMBER", *signed)
    names = sha256(names).digest()
    count = u32(len(members))
    out += b"\0" + count + closing(writing, count + names)
    if writing.sender:
        out += sign(writing.sender, "SENDER-SIGNS-CLOSE", writing.h, count, names)
    return out


def write_segments(writing, contents, lost=()):
    out = b""
    for number, (content, key) in enumerate(zip(contents, segment_keys(writing))):
        if number not in lost:
            out += b"\1" + u32(number) + lp32b(writing.chunks(key, content, number), writing.sender)
    return out


def write_end(writing, count):
    out = b"\0" + u32(count) + end_code(writing, count)
    if writing.sender:
        out += sign(writing.sender, "SENDER-SIGNS-END", writing.h, u32(count))
    return out


def lp32b(chunks, signed):
    """The length is that of the chunks, without the signature behind them."""
    return u32(len(chunks) - (64 if signed else 0)) + chunks


def member_key(header, random, index, name):
    return hkdf(random, header.dek, tag("BATCH-MEMBER") + header.h + u32(index) + name)


def member_signed(h, index, name, body):
    return h, u32(index), name, transcript("BATCH-CIPHERTEXT", body)


def closing(header, message):
    key = hkdf(b"", header.dek, tag("BATCH-CLOSE") + header.h)
    return hmac.digest(key, message, "sha256")


def ratchet(header):
    key = hkdf(header.salt, header.dek, tag("SESSION-FIRST-KEY") + header.h)
    while True:
        yield key
        key = hkdf(b"", key, tag("SESSION-NEXT-KEY") + header.h)


def segment_keys(header):
    for number, key in enumerate(ratchet(header)):
        yield hkdf(b"", key, tag("SESSION-SEGMENT") + header.h + u32(number))


def end_code(header, count):
    for number, key in enumerate(ratchet(header)):
        if number == count:
            key = hkdf(b"", key, tag("SESSION-END") + header.h)
            return hmac.digest(key, u32(count), "sha256")


def read_batch(data, keys):
    header = Header(data, BATCH)
    header.dek = header.unlock(keys)
    fields, members, names = Fields(header.rest), [], lp16(tag("BATCH-NAMES"))
    while (more := fields.number(1)) == 1:
        name, random, body = fields.prefixed(1), fields.take(16), fields.prefixed(4)
        assert name not in dict(members), "given twice"
        if header.sender:
            signed = member_signed(header.h, len(members), name, body)
            verify(header.sender, fields.take(64), "SENDER-SIGNS-MEMBER", *signed)
        key = member_key(header, random, len(members), name)
        members.append((name, opened(header.suite, key, NONCE, body)))
        names += lp8(name)
    assert more == 0
    count, names = u32(len(members)), sha256(names).digest()
    assert fields.take(4) == count, "count"
    assert fields.take(32) == closing(header, count + names), "closing code"
    if header.sender:
        verify(header.sender, fields.take(64), "SENDER-SIGNS-CLOSE", header.h, count, names)
    fields.end()
    return members


def read_session(data, keys):
    """{number: content}, and how many segments there were, or None without an end."""
    header = Header(data, SESSION)
    header.dek = header.unlock(keys)
    fields, found, next_number = Fields(header.rest), {}, 0
    derived = enumerate(segment_keys(header))
    while fields.at < len(fields.data):
        more, number = fields.number(1), fields.number(4)
        if more == 0:
            assert number >= next_number, "fewer than there are"
            assert fields.take(32) == end_code(header, number), "end code"
            if header.sender:
                verify(header.sender, fields.take(64), "SENDER-SIGNS-END", header.h, u32(number))
            fields.end()
            return found, number
        assert more == 1 and number >= next_number, "segment"
        chunks = fields.prefixed(4)
        if header.sender:
            chunks += fields.take(64)
        key = next(key for place, key in derived if place == number)
        found[number] = header.read_chunks(key, chunks, number)
        next_number = number + 1
    return found, None


def check_batch(vector):
    writing, header, drawn = begin(vector, BATCH)
    members = [tuple(it) for it in vector["members"]]
    assert header + write_batch(writing, members, drawn) == vector["batch"], "batch"
    drawn.end()
    assert read_batch(vector["batch"], holders(vector)) == members, "members"


def check_session(vector):
    writing, header, drawn = begin(vector, SESSION)
    drawn.end()
    contents, lost = vector["segments"], vector["lost"]
    whole = header + write_segments(writing, contents, lost)
    ended = len(contents) if vector["ended"] else None
    if vector["ended"]:
        whole += write_end(writing, len(contents))
    assert whole == vector["session"], "session"
    found = {number: it for number, it in enumerate(contents) if number not in lost}
    assert read_session(vector["session"], holders(vector)) == (found, ended), "segments"
