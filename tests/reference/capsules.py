"""Patients and capsules: SPEC.md, section 14."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from groups import G1, G2, add, decode1, decode2, encode1, encode2, hash1, product, times
from kdf import Kem, extract, frame, hkdf, lp16, scalar, tag, transcript, u64, xof

KEM = Kem("KP")


def label_point(label):
    return hash1(tag("KP-LABEL-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"), label)


def one_scalar(name, *items):
    return next(xof(transcript(name, *items), name))


def ed25519_public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed, name, *parts):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(tag(name) + b"".join(parts))


def x25519_public(key):
    return X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


class Patient:
    """Everything of a patient, from the 96 random bytes of a new one: seed, recovery, a nonce's."""

    def __init__(self, drawn):
        self.seed, recovery, fresh = drawn[:32], drawn[32:64], drawn[64:96]
        self.alpha = next(xof(extract(tag("PATIENT-ALPHA"), self.seed), "PATIENT-ALPHA"))
        self.signing = hkdf(b"", self.seed, tag("PATIENT-SIGNING-KEY"))
        self.point = encode2(times(G2, self.alpha))
        self.id = transcript("KP-PATIENT-ID", b"\x01", self.point)
        recovery_keys = ed25519_public(hkdf(b"", recovery, tag("RECOVERY-SIGNING-KEY")))
        recovery_keys += x25519_public(hkdf(b"", recovery, tag("RECOVERY-HPKE-KEY")))
        statement = self.point + ed25519_public(self.signing)
        statement += b"\0" + b"\1" + recovery_keys + bytes(2) + u64(0)
        nonce = one_scalar("PROFILE-NONCE", scalar(self.alpha), statement, fresh)
        challenge = one_scalar("PROFILE-POSSESSION", statement, encode2(times(G2, nonce)))
        body = statement + scalar(challenge) + scalar(nonce + challenge * self.alpha)
        self.profile = body + sign(self.signing, "PROFILE-SELF-SIGNATURE", body)
        self.key_file = frame(24, self.seed + b"\1" + recovery + lp16(self.profile))
        self.profile_file = frame(25, self.profile)


def label_bytes(labels):
    return bytes([len(labels)]) + b"".join(map(lp16, labels))


class Capsule:
    """A capsule as it travels, with the labels of its record."""

    def __init__(self, data, labels):
        assert len(data) == 32 + 96 + 48 * len(labels) + 32 + 64
        self.data, self.labels = data, labels
        self.patient, self.first = data[:32], data[32:128]
        rows = data[128:-96]
        self.rows = [rows[at : at + 48] for at in range(0, len(rows), 48)]
        self.masked, self.proof = data[-96:-64], data[-64:]
        self.label_digest = transcript("KP-LABELS", label_bytes(labels))
        self.row_digest = transcript("KP-ROWS", rows)
        self.digest = transcript(
            "KP-CAPSULE", self.patient, self.label_digest, self.first, self.row_digest, self.masked
        )

    def check_proof(self):
        challenge, answer = (int.from_bytes(it, "big") for it in (self.proof[:32], self.proof[32:]))
        nonce = times(G2, answer), times(decode2(self.first), -challenge)
        assert challenge == one_scalar(
            "KP-PROOF-OF-KNOWLEDGE", self.digest, self.first, encode2(add(*nonce))
        )

    def key(self, shared, binding):
        """The key behind the shared element, after the whole capsule was made again."""
        header = self.label_digest + self.first + self.row_digest
        message = KEM.mask(self.patient, header, shared, self.masked)
        coins, k1 = KEM.coins(self.patient, self.label_digest, message)
        s = next(coins)
        assert encode2(times(G2, s)) == self.first, "U"
        for label, row in zip(self.labels, self.rows, strict=True):
            assert encode1(times(label_point(label), s)) == row, "T"
            decode1(row)
        return KEM.key(k1, self.digest, binding)


def seal(patient, labels, binding, drawn):
    """The capsule, and its key, from m and the 32 bytes of the proof's nonce."""
    message, fresh = drawn[:32], drawn[32:64]
    label_digest = transcript("KP-LABELS", label_bytes(labels))
    coins, k1 = KEM.coins(patient.id, label_digest, message)
    s = next(coins)
    first = encode2(times(G2, s))
    rows = b"".join(encode1(times(label_point(label), s)) for label in labels)
    row_digest = transcript("KP-ROWS", rows)
    shared = product((times(G1, s), times(G2, patient.alpha)))
    masked = KEM.mask(patient.id, label_digest + first + row_digest, shared, message)
    digest = transcript("KP-CAPSULE", patient.id, label_digest, first, row_digest, masked)
    nonce = one_scalar("KP-NONCE", scalar(s), digest, fresh)
    challenge = one_scalar("KP-PROOF-OF-KNOWLEDGE", digest, first, encode2(times(G2, nonce)))
    proof = scalar(challenge) + scalar(nonce + challenge * s)
    data = patient.id + first + rows + masked + proof
    return data, digest, KEM.key(k1, digest, binding)


def check(vector):
    patient = Patient(vector["patient_drawn"])
    assert patient.key_file == vector["patient_key"], "patient key"
    assert patient.profile_file == vector["profile"], "profile"
    labels = vector["labels"]
    data, digest, key = seal(patient, labels, vector["h"], vector["drawn"])
    assert data == vector["capsule"], "capsule"
    assert digest == vector["d"], "d"
    assert key == vector["key"], "key"
    capsule = Capsule(vector["capsule"], labels)
    capsule.check_proof()
    shared = product((times(G1, patient.alpha), decode2(capsule.first)))
    assert capsule.key(shared, vector["h"]) == key, "opened by the owner"
