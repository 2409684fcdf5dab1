"""Patients and capsules: SPEC.md, section 14."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from groups import G1, G2, add, decode1, decode2, encode1, encode2, hash1, product, times
from kdf import Fields, Kem, extract, flag, frame, hkdf, lp16, scalar, tag, transcript, u64
from kdf import unframe, xof

KEM = Kem("KP")


def label_point(label):
    return hash1(tag("KP-LABEL-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"), label)


def one_scalar(name, *items):
    return next(xof(transcript(name, *items), name))


def ed25519_public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed, name, *parts):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(tag(name) + b"".join(parts))


def verify(key, signature, name, *parts):
    Ed25519PublicKey.from_public_bytes(key).verify(signature, tag(name) + b"".join(parts))


def x25519_public(key):
    return X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


class Profile:
    """What everybody knows of a patient, from the body of the profile: its signatures hold."""

    def __init__(self, body):
        self.body, fields = body, Fields(body)
        self.point, self.verifying = fields.take(96), fields.take(32)
        self.jubjub = fields.take(32) if flag(fields) else None
        self.recovery = fields.take(64) if flag(fields) else None
        self.carers = []
        threshold, count = fields.number(1), fields.number(1)
        if threshold == 255:
            for _ in range(count):
                carer = fields.number(1), fields.take(32), fields.number(8), fields.prefixed(2)
                self.carers.append(carer)
            threshold, count = fields.number(1), fields.number(1)
        self.threshold, self.trustees, self.sequence = threshold, count, fields.number(8)
        statement = body[: fields.at]
        challenge, answer = fields.number(32), fields.number(32)
        nonce = add(times(G2, answer), times(decode2(self.point), -challenge))
        assert challenge == one_scalar("PROFILE-POSSESSION", statement, encode2(nonce)), "proof"
        signed = body[: fields.at]
        verify(self.verifying, fields.take(64), "PROFILE-SELF-SIGNATURE", signed)
        fields.end()
        self.id = transcript("KP-PATIENT-ID", b"\x01", self.point)

    @classmethod
    def read(cls, data):
        """The object that travels."""
        return cls(unframe(25, data).data)


class Patient:
    """What follows from a patient's seed."""

    def __init__(self, seed):
        self.seed = seed
        self.alpha = next(xof(extract(tag("PATIENT-ALPHA"), seed), "PATIENT-ALPHA"))
        self.signing = hkdf(b"", seed, tag("PATIENT-SIGNING-KEY"))
        self.point = encode2(times(G2, self.alpha))
        self.id = transcript("KP-PATIENT-ID", b"\x01", self.point)

    @classmethod
    def new(cls, drawn):
        """One of 96 random bytes: seed, recovery, a nonce's."""
        self, recovery, fresh = cls(drawn[:32]), drawn[32:64], drawn[64:96]
        self.sign_profile(recovery, recovery_keys(recovery), (0, 0), 0, fresh)
        return self

    @classmethod
    def read(cls, key_file):
        fields = unframe(24, key_file)
        self = cls(fields.take(32))
        self.recovery = fields.take(32) if flag(fields) else None
        self.profile = fields.prefixed(2)
        fields.end()
        profile = Profile(self.profile)
        assert profile.point == self.point and profile.verifying == ed25519_public(self.signing)
        assert self.recovery is None or profile.recovery == recovery_keys(self.recovery)
        return self

    def sign_profile(self, recovery, keys, trustees, sequence, fresh, carers=b""):
        """The profile of these recovery keys; the secret, if it is still there, in the key file."""
        self.recovery = recovery
        statement = self.point + ed25519_public(self.signing)
        statement += b"\0" + b"\1" + keys + carers + bytes(trustees) + u64(sequence)
        nonce = one_scalar("PROFILE-NONCE", scalar(self.alpha), statement, fresh)
        challenge = one_scalar("PROFILE-POSSESSION", statement, encode2(times(G2, nonce)))
        body = statement + scalar(challenge) + scalar(nonce + challenge * self.alpha)
        self.profile = body + sign(self.signing, "PROFILE-SELF-SIGNATURE", body)
        held = b"\0" if recovery is None else b"\1" + recovery
        self.key_file = frame(24, self.seed + held + lp16(self.profile))
        self.profile_file = frame(25, self.profile)

    def open(self, capsule, binding):
        """The key in a capsule."""
        assert capsule.patient == self.id, "another patient"
        shared = product((times(G1, self.alpha), decode2(capsule.first)))
        return capsule.key(shared, binding)


def recovery_keys(secret):
    """Both public keys."""
    signing = ed25519_public(hkdf(b"", secret, tag("RECOVERY-SIGNING-KEY")))
    return signing + x25519_public(hkdf(b"", secret, tag("RECOVERY-HPKE-KEY")))


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
    shared = product((times(G1, s), decode2(patient.point)))
    masked = KEM.mask(patient.id, label_digest + first + row_digest, shared, message)
    digest = transcript("KP-CAPSULE", patient.id, label_digest, first, row_digest, masked)
    nonce = one_scalar("KP-NONCE", scalar(s), digest, fresh)
    challenge = one_scalar("KP-PROOF-OF-KNOWLEDGE", digest, first, encode2(times(G2, nonce)))
    proof = scalar(challenge) + scalar(nonce + challenge * s)
    data = patient.id + first + rows + masked + proof
    return data, digest, KEM.key(k1, digest, binding)


def check(vector):
    patient = Patient.new(vector["patient_drawn"])
    assert patient.key_file == vector["patient_key"], "patient key"
    assert patient.profile_file == vector["profile"], "profile"
    labels = vector["labels"]
    data, digest, key = seal(patient, labels, vector["h"], vector["drawn"])
    assert data == vector["capsule"], "capsule"
    assert digest == vector["d"], "d"
    assert key == vector["key"], "key"
    capsule = Capsule(vector["capsule"], labels)
    capsule.check_proof()
    assert Profile.read(vector["profile"]).id == patient.id
    assert Patient.read(vector["patient_key"]).open(capsule, vector["h"]) == key, "by the owner"
