"""Recovery, rotation and coupons: SPEC.md, sections 14.12 and 14.13."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

import ciphertexts
import policies
from capsules import Capsule, Patient, Profile, ed25519_public, label_bytes, recovery_keys, seal
from capsules import sign, verify
from groups import Q
from grants import Party
from kdf import Fields, expand, extract, frame, hkdf, lp16, scalar, tag, transcript, u16, u64
from kdf import unframe

HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
NONCE = bytes(12)


def hpke_open(key, sealed, info):
    return HPKE.decrypt(sealed, X25519PrivateKey.from_private_bytes(key), info=info)


def hpke_seal(public, plain, info):
    return HPKE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=info)


def recovery_signing(secret):
    return hkdf(b"", secret, tag("RECOVERY-SIGNING-KEY"))


def recovery_hpke(secret):
    return hkdf(b"", secret, tag("RECOVERY-HPKE-KEY"))


def secret_key(root, profile):
    return hkdf(b"", scalar(root), tag("RECOVERY-SECRET-BACKUP") + profile)


class Share:
    """A trustee's share (48), or one released to a device (49), with the split around it."""

    def __init__(self, kind, data):
        self.kind = kind
        fields = unframe(kind, data)
        self.body = fields.prefixed(2)
        self.profile = Profile(self.body)
        self.secret, self.seed = fields.take(48), fields.take(80)
        self.checksums = [fields.take(32) for _ in range(self.profile.trustees)]
        before = fields.data[: fields.at]
        self.digest = transcript("RECOVERY-SPLIT-DIGEST", before)
        key = self.profile.recovery[:32]
        verify(key, fields.take(64), "PATIENT-SIGNS-SPLIT", self.digest)
        self.index, self.holder, self.sealed = fields.number(1), fields.take(64), fields.take(80)
        fields.end()

    def digest_of_profile(self):
        return transcript("PROFILE-DIGEST", self.body)

    def place(self):
        return bytes([self.index, self.profile.threshold, self.profile.trustees])

    def open(self, party):
        assert party.keys == self.holder, "another holder"
        name = "RECOVERY-TO-TRUSTEE" if self.kind == 48 else "RECOVERY-TO-DEVICE"
        opened = party.open(self.sealed, tag(name) + self.digest + self.place())
        checksum = transcript(
            "RECOVERY-SHARE-CHECKSUM", self.digest_of_profile(), self.place(), opened
        )
        assert checksum == self.checksums[self.index - 1], "checksum"
        return int.from_bytes(opened, "big")


def recover(released, device):
    """The seed and the recovery secret, from enough released shares of one split."""
    first = released[0]
    assert all(it.digest == first.digest for it in released)
    shares = {it.index: it.open(device) for it in released}
    assert len(shares) >= first.profile.threshold, "too few"
    weights = policies.at_zero(list(shares))
    root = sum(a * b for a, b in zip(shares.values(), weights, strict=True)) % Q
    key = secret_key(root, first.digest_of_profile())
    secret = ChaCha20Poly1305(key).decrypt(NONCE, first.secret, None)
    assert recovery_keys(secret) == first.profile.recovery, "recovery keys"
    info = tag("RECOVERY-SEED-BACKUP") + first.digest_of_profile()
    return hpke_open(recovery_hpke(secret), first.seed, info), secret


def check_split(vector):
    before = Patient.read(vector["patient_key"])
    later = Patient.read(vector["later_key"])
    trustees = [Party(26, it) for it in vector["trustees"]]
    threshold = vector["threshold"]
    drawn = Fields(vector["drawn"])
    again = Patient(before.seed)
    again.sign_profile(
        None, Profile(before.profile).recovery, (threshold, len(trustees)), 1, drawn.take(32)
    )
    assert again.key_file == vector["later_key"], "key after the split"
    polynomial = [ciphertexts.wide(drawn.take(64)) for _ in range(threshold)]

    shares = [Share(48, it) for it in vector["shares"]]
    key = secret_key(polynomial[0], shares[0].digest_of_profile())
    sealed = ChaCha20Poly1305(key).encrypt(NONCE, before.recovery, None)
    for index, (share, trustee) in enumerate(zip(shares, trustees, strict=True), 1):
        assert share.body == later.profile and share.secret == sealed and share.index == index
        value = sum(it * index**power for power, it in enumerate(polynomial)) % Q
        assert share.open(trustee) == value, "share"

    released = [Share(49, it) for it in vector["released"]]
    seed, secret = recover(released, Party(26, vector["device"]))
    assert (seed, secret) == (before.seed, before.recovery), "recovered"
    held = b"\1" + secret + lp16(released[0].body)
    assert frame(24, seed + held) == vector["recovered"], "recovered key"


def succession(rank, signing, earlier, later):
    whole = frame(50, bytes([rank]) + earlier + lp16(later))[:-32]
    return frame(50, whole[8:] + sign(signing, "PATIENT-SIGNS-SUCCESSION", whole))


def check_rotation(vector):
    before = Patient.read(vector["patient_key"])
    profile = Profile(before.profile)
    drawn = Fields(vector["drawn"])
    later = Patient(drawn.take(32))
    secret = drawn.take(32) if before.recovery else None
    keys = recovery_keys(secret) if secret else profile.recovery
    trustees = (0, 0) if secret else (profile.threshold, profile.trustees)
    later.sign_profile(secret, keys, trustees, profile.sequence + 1, drawn.take(32))
    assert later.key_file == vector["later_key"], "later key"
    if before.recovery:
        rank, signing = 2, recovery_signing(before.recovery)
    else:
        rank, signing = 1, before.signing
    made = succession(rank, signing, before.id, later.profile)
    assert made == vector["succession"], "succession"
    backup = vector["seed_backup"]
    assert (backup is None) == (rank == 2)
    if backup:
        fields = unframe(51, backup)
        assert fields.prefixed(2) == made and len(fields.take(80)) == 80
        fields.end()


def check_objection(vector):
    patient = Patient.read(vector["patient_key"])
    fields = unframe(50, vector["succession"])
    assert fields.number(1) == 2, "rank"
    digest = transcript("SUCCESSION-DIGEST", vector["succession"])
    shown = sha256(tag("FINGERPRINT") + bytes([50]) + digest).digest()[:16]
    assert shown == vector["fingerprint"], "fingerprint"
    signature = sign(patient.signing, "PATIENT-OBJECTS-TO-SUCCESSION", digest)
    assert frame(68, digest + signature) == vector["objection"], "objection"
    assert frame(69, u16(1) + digest + u64(vector["time"])) == vector["seen"], "seen"


def coupon(labels, capsule, k1):
    return frame(54, label_bytes(labels) + capsule + k1)


def first_key(patient, labels, message):
    """k1: what a coupon holds beside its capsule."""
    salt = transcript("KP-COINS", patient.id, transcript("KP-LABELS", label_bytes(labels)))
    return expand(extract(salt, message), tag("KP-COIN-KEY"), 32)


def check_coupon(vector):
    patient, labels = Profile.read(vector["profile"]), vector["labels"]
    data, _, _ = seal(patient, labels, bytes(32), vector["drawn"])
    k1 = first_key(patient, labels, vector["drawn"][:32])
    assert coupon(labels, data, k1) == vector["coupon"], "coupon"


def check_pack(vector):
    patient = Patient.read(vector["patient_key"])
    device, labels = Party(26, vector["device"]), vector["labels"]
    data = vector["pack"]
    fields = unframe(55, data)
    fields.take(16)
    assert fields.take(32) == patient.id and fields.take(64) == device.keys
    count = fields.number(2)
    minter = fields.take(32) if fields.number(1) else None
    assert minter == ed25519_public(vector["minter"])
    head = fields.data[: fields.at]
    info = tag("COUPONS-TO-DEVICE") + sha256(head).digest()
    opened = Fields(device.open(fields.prefixed(4), info))
    whole = data[: 8 + fields.at]
    assert fields.take(64) == sign(vector["minter"], "MINTER-SIGNS-COUPONS", whole), "signature"
    fields.end()
    assert opened.take(len(label_bytes(labels))) == label_bytes(labels)
    for _ in range(count):
        capsule = Capsule(opened.take(224 + 48 * len(labels)), labels)
        capsule.check_proof()
        k1 = opened.take(32)
        expected = hkdf(b"", k1, tag("KP-KEY") + capsule.digest + bytes(32))
        assert patient.open(capsule, bytes(32)) == expected, "k1"
    opened.end()
