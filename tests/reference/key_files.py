"""Key files: SPEC.md, sections 6, 7.6, 7.7 and 14.1."""

from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

import ciphertexts
import policies
from capsules import Patient, Profile, ed25519_public, sign
from groups import G1, G2, Q, add, decode1, decode2, encode1, encode2, product, times
from kdf import Fields, frame, hkdf, lp8, lp16, lp32, scalar, tag, transcript, u64, unframe

NONCE = bytes(12)


def check_signer(vector):
    fields = unframe(19, vector["key"])
    seed, name = fields.take(32), fields.prefixed(1)
    fields.end()
    whole = frame(20, ed25519_public(seed) + lp8(name))[:-32]
    signature = sign(seed, "SIGNER-SELF-SIGNATURE", whole)
    assert frame(20, whole[8:] + signature) == vector["public"], "public file"


def authority(alpha, seed, name, schema):
    """The key file and the public file."""
    last = b"\0" if schema is None else b"\1" + lp32(schema)
    parameter = product((times(G1, alpha), G2))
    whole = frame(17, parameter + ed25519_public(seed) + lp8(name) + last)[:-32]
    signature = sign(seed, "AUTHORITY-SELF-SIGNATURE", whole)
    key = frame(16, scalar(alpha) + seed + lp8(name) + last)
    return key, frame(17, whole[8:] + signature)


def check_schema(vector):
    """An authority's files; the schema itself is read, and is ascending."""
    alpha, seed = ciphertexts.wide(vector["drawn"][:64]), vector["drawn"][64:96]
    made = authority(alpha, seed, vector["name"], vector["schema"])
    assert made == (vector["authority_key"], vector["authority"]), "files"
    fields = Fields(vector["schema"])
    assert fields.number(1) == 1
    entries = []
    for _ in range(fields.number(2)):
        name, kind = fields.prefixed(1), fields.number(1)
        entries.append((name, kind))
        if fields.number(1):
            if kind in (0, 5):
                values = [fields.prefixed(1) for _ in range(fields.number(2))]
                assert values == sorted(set(values)), "values"
            else:
                low, high = (fields.number(policies.BITS[kind] // 8) for _ in range(2))
                assert low <= high
    fields.end()
    assert entries == sorted(set(entries)), "entries"
    assert ciphertexts.Public(vector["authority"]).schema == vector["schema"]


def check_backup(vector):
    drawn = Fields(vector["drawn"])
    backup = drawn.take(16)
    secret, first = (ciphertexts.wide(drawn.take(64)) for _ in range(2))
    drawn.end()
    alpha = int.from_bytes(unframe(16, vector["authority_key"]).take(32), "big")
    identity = transcript("CP-AUTHORITY-ID", product((times(G1, alpha), G2)))
    key = hkdf(b"", scalar(secret), tag("AUTHORITY-BACKUP") + identity + backup)
    sealed = ChaCha20Poly1305(key).encrypt(NONCE, vector["authority_key"], None)
    shares = {}
    for index, part in enumerate(vector["parts"], 1):
        shares[index] = (secret + first * index) % Q
        body = identity + backup + bytes([2, index]) + scalar(shares[index]) + lp16(sealed)
        assert frame(21, body) == part, "part"
    chosen = [3, 1]
    weights = policies.at_zero(chosen)
    again = sum(shares[index] * weight for index, weight in zip(chosen, weights, strict=True)) % Q
    assert again == secret, "two parts give it back"


def check_restricted(vector):
    key = ciphertexts.UserKey(vector["user_key"])
    key_id, t = vector["drawn"][:16], ciphertexts.wide(vector["drawn"][16:])
    attributes = vector["attributes"]
    third = encode2(add(decode2(key.third), times(G2, t)))
    second = encode1(add(decode1(key.second), times(ciphertexts.BASE, t)))
    first = b""
    for literal in ciphertexts.literals(attributes):
        moved = times(ciphertexts.literal_point(literal), t)
        first += encode1(add(decode1(key.first[literal]), moved))
    body = key.authority + key_id + u64(key.issued) + lp16(attributes) + third + second + first
    assert frame(18, body) == vector["restricted"], "restricted key"


def check_locked(vector):
    data = vector["locked"]
    fields = unframe(32, data)
    assert fields.number(1) == 1
    memory, passes, lanes = fields.number(4), fields.number(1), fields.number(1)
    salt, length = fields.take(16), fields.number(4)
    associated = data[: 8 + fields.at]
    sealed = fields.take(length + 16)
    fields.end()
    stretched = Argon2id(
        salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory
    ).derive(vector["passphrase"])
    key = hkdf(b"", stretched, tag("PASSPHRASE-LOCK"))
    assert ChaCha20Poly1305(key).decrypt(NONCE, sealed, associated) == vector["object"], "inside"


def check_carers(vector):
    before = Patient.read(vector["patient_key"])
    profile = Profile(before.profile)
    carers = sorted(vector["carers"], key=lambda it: it["key"])
    written = bytes([255, len(carers)])
    for carer in carers:
        written += bytes([carer["kind"]]) + carer["key"] + u64(carer["until"])
        written += lp16(carer["scope"])
    later = Patient(before.seed)
    later.sign_profile(
        before.recovery,
        profile.recovery,
        (profile.threshold, profile.trustees),
        profile.sequence + 1,
        vector["drawn"],
        written,
    )
    assert later.key_file == vector["later_key"], "key with carers"
    read = Profile(Patient.read(vector["later_key"]).profile).carers
    assert [it[1] for it in read] == [it["key"] for it in carers], "read again"


def fingerprint(data):
    """Of a public file, by its kind."""
    kind = data[7]
    fields = unframe(kind, data)
    if kind == 17:
        public = transcript("CP-AUTHORITY-ID", fields.take(576)) + fields.take(32)
    else:
        public = fields.take({20: 32, 25: 96, 27: 64, 29: 64}[kind])
    return sha256(tag("FINGERPRINT") + bytes([kind]) + public).digest()[:16]


def check_fingerprints(vector):
    for each in vector["of"]:
        found = fingerprint(each["public"])
        assert found == each["fingerprint"], each["public"][7]
        assert b"HIPPO:1:" + found.hex().upper().encode() == each["qr"], "QR text"
