"""Makes what the library has to read and to open: every kind of object that SPEC.md describes.

    python make.py

It prints JSON, byte strings in hexadecimal. The keys are made here too, from fixed bytes; what
HPKE seals is another each time.
"""

import json
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

import capsules
import ciphertexts
import key_files
import labels
import language
import recoveries
import revocations
import sharings
import streams
import terms
from capsules import Patient, recovery_keys, sign
from envelopes import BATCH, BOTH, CAPSULE, ENVELOPE, POLICY, SESSION, Writing
from grants import HPKE, Deal, Party
from groups import G2, encode2, times
from kdf import extract, frame, hkdf, lp8, lp16, lp32, scalar, tag, transcript, u16, u32, u64, xof

NOW = 1_795_500_000
UNTIL = 46_750  # 2027-12-31


class Drawn:
    """Bytes that look random and are the same each time."""

    def __init__(self, name):
        self.name, self.number = name.encode(), 0

    def take(self, count):
        out = b""
        while len(out) < count:
            out += sha256(self.name + u32(self.number)).digest()
            self.number += 1
        return out[:count]


def text(name, value):
    return bytes([len(name)]) + name.encode() + lp8(value.encode())


def policy(words, labels=False):
    """The canonical bytes of what stands behind encoding and frame."""
    return language.written(language.Parser(words, labels).whole())


def signer(seed, name):
    return frame(19, seed + lp8(name))


def party(kind, drawn, name):
    hpke = bytearray(drawn.take(32))
    hpke[0] &= 248
    hpke[31] = hpke[31] & 127 | 64
    return frame(kind, drawn.take(32) + bytes(hpke) + lp8(name))


class World:
    """Everybody's keys."""

    def __init__(self):
        drawn = Drawn("people")
        self.alpha, seed = ciphertexts.wide(drawn.take(64)), drawn.take(32)
        self.authority_key, self.authority = key_files.authority(
            self.alpha, seed, "Klinik Süd".encode(), None
        )
        self.authority_id = ciphertexts.Public(self.authority).id
        held = u16(4)
        held += bytes([0x84]) + lp8(b"expires") + u16(UNTIL)
        held += bytes([0x80]) + lp8(b"icd10") + lp8(b"E11")
        held += bytes([0x81]) + lp8(b"level") + bytes([3])
        held += text("role", "nurse")
        self.user_key, _ = ciphertexts.issue(
            self.alpha, self.authority_id, held, drawn.take(80)
        )
        self.patient = Patient.new(drawn.take(96))
        self.ward = signer(drawn.take(32), b"Ward 3")
        self.study = party(26, drawn, b"study 12")
        self.relays = [party(28, drawn, name) for name in (b"north", b"south", b"west")]
        self.label_key = frame(22, drawn.take(32))

    def policy(self, words):
        data = b"\1" + policy(words)
        return {"type": POLICY, "authority": self.authority, "policy": data}

    def capsule(self):
        return {"type": CAPSULE, "profile": self.patient.profile_file}

    def both(self, words):
        return {**self.policy(words), **self.capsule(), "type": BOTH}

    def keys(self):
        return {
            "authority_key": self.authority_key,
            "authority": self.authority,
            "user_key": self.user_key,
            "patient_key": self.patient.key_file,
            "profile": self.patient.profile_file,
            "ward": self.ward,
            "label_key": self.label_key,
        }


def record(name, given=(), suite=1, chunk=65_536, **more):
    whole = dict.fromkeys(("label_key", "vocabulary", "clear", "metadata"))
    whole.update(id=name, created=NOW, labels=labels.completed(given), suite=suite, chunk=chunk)
    whole.update(more)
    return whole


def envelopes(world):
    content = b"".join(bytes([at % 251]) for at in range(3_000))
    words = "role=nurse and 2 of (level>=2, ward=\"3\", level=3) and expires>=2026-11-24"
    drawn = Drawn("policy")
    whole = record(
        b"obs-1",
        [b"type=Observation", b"ymd=2026-11-24"],
        chunk=1_024,
        clear=b"monitor 4",
        metadata=b"from bed 12",
    )
    writing = Writing(ENVELOPE, whole, drawn, world.ward)
    consent = {"terms": bytes(32), "scope": b"treatment"}
    header = writing.header([world.policy(words)], drawn, consent)
    yield "policy", header + writing.payload(content), content

    drawn = Drawn("capsule")
    key = labels.Key(world.label_key)
    given = labels.completed([b"conf=N", b"ym=2026-11"])
    blinded = sorted(map(key.blind, given))
    whole = record(b"obs-2", suite=2, label_key=key.id)
    whole["labels"] = blinded
    writing = Writing(ENVELOPE, whole, drawn)
    header = writing.header([world.capsule()], drawn)
    yield "capsule", header + writing.payload(b""), b""

    drawn = Drawn("both")
    writing = Writing(ENVELOPE, record(b"obs-3", [b"conf=R"]), drawn)
    header = writing.header([world.both("role=nobody or icd10:code=E1*")], drawn)
    yield "both", header + writing.payload(b"73/min"), b"73/min"


def detached(world):
    drawn = Drawn("detached")
    writing = Writing(ENVELOPE, record(b"img-1", [b"conf=N"]), drawn, world.ward)
    stanzas = [world.policy("role=surgeon"), world.capsule()]
    return {"header": writing.header(stanzas, drawn), "object": writing.object(b"pixels")}


def batch(world):
    drawn = Drawn("batch")
    writing = Writing(BATCH, record(b"ward-3", suite=2), drawn, world.ward)
    header = writing.header([world.policy("role=nurse")], drawn)
    members = [(b"r-1", b"72/min"), (b"r-2", b""), (b"r-3", b"75/min")]
    return header + streams.write_batch(writing, members, drawn)


def session(world):
    drawn = Drawn("session")
    given = [b"type=ECG", b"conf=N"]
    writing = Writing(SESSION, record(b"night-1", given, chunk=1_024), drawn, world.ward)
    header = writing.header([world.capsule()], drawn)
    contents = [bytes(2_000), b"", b"third"]
    segments = streams.write_segments(writing, contents, [1])
    return header + segments + streams.write_end(writing, 3)


def consent(world):
    """Terms, signed by the patient."""
    vocabulary = sha256(b"some vocabulary").digest()
    subject = b"https://example.org/Patient/ada"
    made = {
        "salt": Drawn("salt").take(32),
        "vocabulary": vocabulary,
        "reading": 0,
        "mode": 1,
        "subject": subject,
        "grantors": [subject],
        "source": bytes(32),
        "decided": NOW,
        "zone": 60,
        "valid": (NOW, None),
        "base": 2,
        "rules": [
            (1, {"purpose": [b"TREAT"], "confidentiality": 3, "recipient": [[b"org=npi:1"]]}),
            (2, {"sensitivity": [b"HIV"], "dated": (-1, 5)}),
        ],
        "obligations": [b"DEID"],
        "supersedes": None,
    }
    data = terms.write(made)
    signed = terms.signed(data, world.patient.id, world.patient.signing, NOW)
    return {"terms": data, "digest": terms.digest(data), "signed": signed}


def split(world):
    """A first split among three trustees, two of whom are enough."""
    drawn = Drawn("split")
    patient = Patient(world.patient.seed)
    secret, keys = world.patient.recovery, recovery_keys(world.patient.recovery)
    patient.sign_profile(None, keys, (2, 3), 1, drawn.take(32))
    p = transcript("PROFILE-DIGEST", patient.profile)
    polynomial = [ciphertexts.wide(drawn.take(64)) for _ in range(2)]
    shares = [sharings.value(polynomial, index) for index in range(1, 4)]
    sealed = ChaCha20Poly1305(recoveries.secret_key(polynomial[0], p)).encrypt(
        bytes(12), secret, None
    )
    backup = recoveries.hpke_seal(keys[32:], patient.seed, tag("RECOVERY-SEED-BACKUP") + p)
    body = lp16(patient.profile) + sealed + backup
    place = lambda index: bytes([index, 2, 3])
    for index, share in enumerate(shares, 1):
        body += transcript("RECOVERY-SHARE-CHECKSUM", p, place(index), scalar(share))
    digest = transcript("RECOVERY-SPLIT-DIGEST", body)
    body += sign(recoveries.recovery_signing(secret), "PATIENT-SIGNS-SPLIT", digest)
    trustees = [party(26, drawn, name) for name in (b"Ada", b"Ben", b"Cyd")]
    made = []
    for index, (share, trustee) in enumerate(zip(shares, trustees, strict=True), 1):
        holder = Party(26, trustee).keys
        info = tag("RECOVERY-TO-TRUSTEE") + digest + place(index)
        sealed = recoveries.hpke_seal(holder[:32], scalar(share), info)
        made.append(frame(48, body + bytes([index]) + holder + sealed))
    return {"later_key": patient.key_file, "trustees": trustees, "shares": made}


def seal_to(public, plain, info):
    return HPKE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=info)


def grant(world):
    """A grant through two of three relays, one of a hidden policy."""
    recipient, relays = Party(26, world.study), [Party(28, it) for it in world.relays]
    words = "type=Observation and 2 of (conf=N, conf=L, ymd>=2026-11-24)"
    frame_of_policy = b"\2" + u16(2000) + u16(UNTIL) + b"\0"
    described = {
        "policy": frame_of_policy + policy(words, labels=True),
        "hidden": True,
        "sequence": 1,
        "not_before": NOW,
        "not_after": NOW + 86_400,
        "conditions": [[b"HRESCH"], [], []],
        "threshold": 2,
    }
    deal = Deal(world.patient, recipient, relays, described, Drawn("grant").take(96))
    part = deal.salt + lp32(described["policy"]) + deal.rows
    part = seal_to(recipient.keys[:32], part, tag("GRANT-TO-RECIPIENT") + deal.digest)
    whole = frame(40, lp32(deal.header) + deal.signature + lp32(part))
    shares = []
    for index, relay in enumerate(relays, 1):
        info = tag("GRANT-TO-RELAY") + deal.digest + bytes([index])
        sealed = seal_to(relay.keys[:32], scalar(deal.share(index)), info)
        shares.append(frame(41, deal.digest + bytes([index]) + sealed))
    given = labels.completed([b"type=Observation", b"conf=N", b"ymd=2026-11-25"])
    data, _, key = capsules.seal(world.patient, given, bytes(32), Drawn("granted").take(64))
    return {
        "recipient_key": world.study,
        "relay_keys": world.relays,
        "grant": whole,
        "shares": shares,
        "labels": given,
        "capsule": data,
        "key": key,
    }


def sharing(world):
    """A standing sharing among the same relays, its shares, and its end."""
    drawn = Drawn("sharing")
    relays = [Party(28, it) for it in world.relays]
    identity, epoch = drawn.take(16), u64(1)
    committee = bytes([2, 3]) + b"".join(it.keys for it in relays)
    secret = hkdf(b"", world.patient.seed, tag("PATIENT-SHARINGS"))
    coins = xof(
        extract(transcript("SHARING-SECRET", identity, committee, epoch), secret),
        "SHARING-STREAM",
    )
    polynomial = [next(coins) for _ in range(2)]
    commitment = [encode2(times(G2, it)) for it in polynomial]
    body = lp16(world.patient.profile) + identity + epoch + committee + b"".join(commitment)
    whole = frame(58, body)[:-32]
    signature = sign(world.patient.signing, "PATIENT-SIGNS-SHARING", whole)
    data = frame(58, body + signature)
    digest = sharings.Sharing(data).digest
    shares = []
    for index, relay in enumerate(relays, 1):
        info = tag("SHARING-TO-RELAY") + digest + bytes([index])
        sealed = seal_to(relay.keys[:32], scalar(sharings.value(polynomial, index)), info)
        shares.append(frame(59, digest + bytes([index]) + sealed))
    return {"sharing": data, "shares": shares}


def revoked(world):
    described = [
        {"kind": 1, "grant": bytes(16), "sequence": 1, "time": NOW},
        {"kind": 2, "floor": 9, "sequence": 2, "time": NOW + 1},
    ]
    entries = [revocations.entry(world.patient, it) for it in described]
    return revocations.published(world.patient, entries, 3, NOW + 2)


def rotated(world):
    """By the recovery secret, to a fresh key."""
    later = Patient.new(Drawn("later").take(96))
    later.sign_profile(
        later.recovery, recovery_keys(later.recovery), (0, 0), 1, Drawn("nonce").take(32)
    )
    signing = recoveries.recovery_signing(world.patient.recovery)
    return recoveries.succession(2, signing, world.patient.id, later.profile)


def coupons(world):
    """A pack of two, and what they are for."""
    drawn = Drawn("coupons")
    device = Party(26, world.study)
    given = labels.completed([b"type=ECG", b"y=unknown"])
    plain = capsules.label_bytes(given)
    for _ in range(2):
        coins = drawn.take(64)
        data, _, _ = capsules.seal(world.patient, given, bytes(32), coins)
        plain += data + recoveries.first_key(world.patient, given, coins[:32])
    head = drawn.take(16) + world.patient.id + device.keys + u16(2) + b"\0"
    info = tag("COUPONS-TO-DEVICE") + sha256(head).digest()
    return frame(55, head + lp32(seal_to(device.keys[:32], plain, info)))


def backup(world):
    drawn = Drawn("backup")
    identity = drawn.take(16)
    polynomial = [ciphertexts.wide(drawn.take(64)) for _ in range(2)]
    info = tag("AUTHORITY-BACKUP") + world.authority_id + identity
    key = ChaCha20Poly1305(hkdf(b"", scalar(polynomial[0]), info))
    sealed = lp16(key.encrypt(bytes(12), world.authority_key, None))
    head = world.authority_id + identity
    return [
        frame(21, head + bytes([2, it]) + scalar(sharings.value(polynomial, it)) + sealed)
        for it in (1, 2, 3)
    ]


def locked(world):
    salt = Drawn("lock").take(16)
    stretched = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=8_192)
    key = hkdf(b"", stretched.derive(b"correct horse"), tag("PASSPHRASE-LOCK"))
    begun = frame(32, bytes([1]) + u32(8_192) + bytes([1, 1]) + salt + u32(len(world.ward)))[:-32]
    sealed = ChaCha20Poly1305(key).encrypt(bytes(12), world.ward, begun)
    return frame(32, begun[8:] + sealed)


def hexed(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [hexed(it) for it in value]
    if isinstance(value, dict):
        return {name: hexed(it) for name, it in value.items()}
    return value


def main():
    world = World()
    made = {
        "keys": world.keys(),
        "envelopes": {name: [sealed, content] for name, sealed, content in envelopes(world)},
        "detached": detached(world),
        "batch": batch(world),
        "session": session(world),
        "consent": consent(world),
        "split": split(world),
        "grant": grant(world),
        "sharing": sharing(world),
        "revocations": revoked(world),
        "succession": rotated(world),
        "coupons": coupons(world),
        "backup": backup(world),
        "locked": locked(world),
    }
    print(json.dumps(hexed(made)))


if __name__ == "__main__":
    main()
