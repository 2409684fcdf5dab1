"""Standing sharings, refresh, credentials, grants to a role: SPEC.md, sections 14.15 to 14.17."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import ciphertexts
import policies
from capsules import Capsule, Patient, Profile, ed25519_public, label_bytes, label_point, sign
from capsules import verify
from grants import HPKE, Party, shared_of
from groups import G1, G2, ONE, Q, add, combine, decode1, decode2, encode2, product, times
from kdf import Fields, extract, frame, hkdf, lp8, lp16, lp32, tag, transcript, u32, u64
from kdf import unframe, xof

NONCE = bytes(12)


class Sharing:
    """A standing sharing, as anybody reads it."""

    def __init__(self, data):
        fields = unframe(58, data)
        self.data, self.profile = data, Profile(fields.prefixed(2))
        self.id, self.epoch = fields.take(16), fields.number(8)
        start = fields.at
        self.threshold, count = fields.number(1), fields.number(1)
        self.relays = [fields.take(64) for _ in range(count)]
        self.committee = fields.data[start : fields.at]
        self.commitment = [fields.take(96) for _ in range(self.threshold)]
        whole = data[: 8 + fields.at]
        verify(self.profile.verifying, fields.take(64), "PATIENT-SIGNS-SHARING", whole)
        fields.end()
        self.digest = named(self.profile.id, self.id, self.epoch, self.committee, self.commitment)


def named(patient, sharing, epoch, committee, commitment):
    joined = b"".join(commitment)
    return transcript("SHARING-DIGEST", patient, sharing, u64(epoch), committee, joined)


def value(polynomial, place):
    return sum(it * place**power for power, it in enumerate(polynomial)) % Q


def committed(points, place):
    """g2^f(place), from the commitment's points."""
    return combine(points, [place**power for power in range(len(points))])


def check_sharing(vector):
    patient = Patient.read(vector["patient_key"])
    relays = [Party(28, it) for it in vector["relay_keys"]]
    sharing = vector["drawn"][:16]
    committee = bytes([vector["threshold"], len(relays)]) + b"".join(it.keys for it in relays)
    secret = hkdf(b"", patient.seed, tag("PATIENT-SHARINGS"))
    salt = transcript("SHARING-SECRET", sharing, committee, u64(vector["epoch"]))
    coins = xof(extract(salt, secret), "SHARING-STREAM")
    polynomial = [next(coins) for _ in range(vector["threshold"])]
    commitment = [encode2(times(G2, it)) for it in polynomial]
    body = lp16(patient.profile) + sharing + u64(vector["epoch"]) + committee
    whole = frame(58, body + b"".join(commitment))[:-32]
    data = frame(58, whole[8:] + sign(patient.signing, "PATIENT-SIGNS-SHARING", whole))
    assert data == vector["sharing"], "sharing"
    read = Sharing(data)
    for index, (relay, share) in enumerate(zip(relays, vector["shares"], strict=True), 1):
        assert open_share(read, relay, index, share) == value(polynomial, index), "share"
    whole = frame(64, lp32(data) + u64(vector["end_time"]))[:-32]
    end = frame(64, whole[8:] + sign(patient.signing, "PATIENT-ENDS-SHARING", whole))
    assert end == vector["end"], "end"


def open_share(sharing, relay, index, data):
    fields = unframe(59, data)
    assert fields.take(33) == sharing.digest + bytes([index])
    info = tag("SHARING-TO-RELAY") + sharing.digest + bytes([index])
    share = int.from_bytes(relay.open(fields.take(80), info), "big")
    fields.end()
    assert encode2(times(G2, share)) == encode2(
        committed([decode2(it) for it in sharing.commitment], index)
    ), "share and commitment"
    return share


def begun(data, relay):
    """What a relay keeps, sealed to itself: its share, and the key of a round or the next share."""
    fields = unframe(60, data)
    fields.prefixed(4)
    fields.number(1)
    if fields.number(1):
        fields.prefixed(4)
    fields.take(8)
    state = fields.number(1)
    if state == 2:
        fields.prefixed(4)
    before = data[: 8 + fields.at]
    info = tag("SHARING-HELD-BY-RELAY") + sha256(before).digest()
    opened = Fields(relay.open(fields.prefixed(2), info))
    fields.end()
    share = opened.number(32)
    more = opened.take(32) if state else None
    opened.end()
    return share, more


def check_refresh(vector):
    """All of it again: who dealt what to whom, and what the shares are afterwards."""
    sharing = Sharing(vector["sharing"])
    relays = [Party(28, it) for it in vector["relay_keys"]]
    own = [
        open_share(sharing, relay, index, data)
        for index, (relay, data) in enumerate(zip(relays, vector["shares"], strict=True), 1)
    ]
    round_keys, publics = [], []
    for index, data in enumerate(vector["invitations"], 1):
        fields = unframe(61, data)
        assert fields.take(32) == sharing.digest
        assert (fields.number(4), fields.number(4), fields.number(1)) == (0, 1, index)
        publics.append(fields.take(32))
        assert fields.number(4) == 0, "no statement yet"
        whole = data[: 8 + fields.at]
        key = relays[index - 1].keys[32:]
        verify(key, fields.take(64), "RELAY-SIGNS-REFRESH-INVITATION", whole)
        fields.end()
        share, secret = begun(vector["begun"][index - 1], relays[index - 1])
        assert share == own[index - 1], "share in a relay's state"
        private = X25519PrivateKey.from_private_bytes(secret)
        assert private.public_key().public_bytes_raw() == publics[-1], "key of the round"
        round_keys.append(private)
    numbers = u32(0) + u32(1)
    round_digest = transcript("REFRESH-ROUND", sharing.digest + numbers + b"".join(publics))

    points, later = [decode2(it) for it in sharing.commitment], list(own)
    for dealer, data in enumerate(vector["dealings"], 1):
        fields = unframe(62, data)
        assert fields.take(40) == sharing.digest + numbers and fields.take(32) == round_digest
        assert (fields.number(1), fields.number(1)) == (dealer, sharing.threshold)
        dealt = [decode2(fields.take(96)) for _ in range(sharing.threshold - 1)]
        assert fields.number(1) == len(relays)
        for index, private in enumerate(round_keys, 1):
            info = tag("REFRESH-TO-RELAY") + round_digest + bytes([dealer, index])
            part = int.from_bytes(HPKE.decrypt(fields.take(80), private, info=info), "big")
            powers = [index**power for power in range(1, sharing.threshold)]
            assert encode2(times(G2, part)) == encode2(combine(dealt, powers)), "part"
            later[index - 1] = (later[index - 1] + part) % Q
        whole = data[: 8 + fields.at]
        key = relays[dealer - 1].keys[32:]
        verify(key, fields.take(64), "RELAY-SIGNS-REFRESH-DEALING", whole)
        fields.end()
        points[1:] = [add(a, b) for a, b in zip(points[1:], dealt, strict=True)]
    body = sharing.digest + numbers + lp16(b"".join(map(encode2, points[1:])))
    signed = [sign(it.seed, "RELAY-SIGNS-REFRESH-STATEMENT", body) for it in relays]
    each = [bytes([index]) + it for index, it in enumerate(signed, 1)]
    for data, signature in zip(vector["statements"], each, strict=True):
        assert frame(63, body + b"\1" + signature) == data, "statement"
    whole = frame(63, body + bytes([len(each)]) + b"".join(each))
    assert whole == vector["whole"], "with all signatures"
    for index, (relay, data) in enumerate(zip(relays, vector["kept"], strict=True), 1):
        share, more = begun(data, relay)
        assert share == later[index - 1] and more is None, "share after the refresh"
        assert encode2(times(G2, share)) == encode2(committed(points, index)), "and commitment"
    weights = policies.at_zero([1, 2])
    before, after = (
        sum(a * b for a, b in zip(it, weights, strict=True)) % Q for it in (own, later)
    )
    assert before == after, "x stays"


def credential(seed, holder, vector):
    body = ed25519_public(seed) + holder + u64(vector["not_before"]) + u64(vector["not_after"])
    whole = frame(65, body + lp16(vector["attributes"]))[:-32]
    return frame(65, whole[8:] + sign(seed, "ISSUER-SIGNS-CREDENTIAL", whole))


class RoleHeader:
    """The header of a grant to a role under a standing sharing."""

    def __init__(self, data):
        fields = Fields(data)
        assert fields.number(1) == 2, "version 2"
        self.id, self.sequence = fields.take(16), fields.number(8)
        self.profile = Profile(fields.prefixed(2))
        assert fields.number(1) == 1, "to a role"
        self.issuer, self.authority = fields.take(32), fields.take(32)
        self.role = fields.prefixed(2)
        assert fields.number(1) == 0, "a policy that is shown"
        self.policy = fields.prefixed(4)
        self.times = fields.number(8), fields.number(8)
        assert fields.take(4) == bytes(4), "no conditions"
        self.publisher = fields.take(32)
        assert fields.number(1) == 0 and fields.number(1) == 1, "no consent, a standing sharing"
        self.epoch, self.sharing = fields.number(8), fields.take(16)
        start = fields.at
        threshold, count = fields.number(1), fields.number(1)
        self.relays = [fields.take(64) for _ in range(count)]
        self.committee = data[start : fields.at]
        self.commitment = [fields.take(96) for _ in range(threshold)]
        self.components = fields.take(32)
        fields.end()
        self.digest = transcript("GRANT-HEADER", data)


def check_role_grant(vector):
    patient = Patient.read(vector["patient_key"])
    anna = Party(26, vector["recipient_key"])
    fields = unframe(16, vector["hospital_key"])
    fields.take(32)
    seed = fields.take(32)
    paper = credential(seed, anna.keys, vector)
    assert paper == vector["credential"], "credential"

    fields = unframe(40, vector["grant"])
    header = RoleHeader(fields.prefixed(4))
    verify(header.profile.verifying, fields.take(64), "PATIENT-SIGNS-GRANT", header.digest)
    assert header.issuer == ed25519_public(seed) and header.profile.id == patient.id
    part = Fields(fields.prefixed(4))
    fields.end()
    binding = transcript("GRANT-TO-ROLE", header.digest)
    ciphertext = part.prefixed(4)
    key, _ = ciphertexts.UserKey(vector["user_key"]).open(ciphertext, binding)
    key = hkdf(b"", key, tag("GRANT-ROLE-KEY") + binding)
    rows = ChaCha20Poly1305(key).decrypt(NONCE, part.data[part.at :], None)
    assert transcript("GRANT-COMPONENTS", rows) == header.components, "components"

    root = policies.over_labels(header.policy)
    labels = policies.rows(root)
    first = [decode1(rows[48 * at :][:48]) for at in range(len(labels))]
    second = [decode2(rows[48 * len(labels) + 96 * at :][:96]) for at in range(len(labels))]
    weights = policies.solve(root, set(labels))
    own = combine([first[row] for row in weights], weights.values())
    terms = [(own, decode2(header.commitment[0])), (times(G1, -1), decode2(patient.point))]
    terms += [(times(label_point(labels[row]), -w), second[row]) for row, w in weights.items()]
    assert product(*terms) == ONE, "rows"

    capsule = Capsule(vector["capsule"], vector["labels"])
    fields = unframe(42, vector["requests"])
    assert fields.take(32) == patient.id
    for index in range(1, fields.number(1) + 1):
        check_request(Fields(fields.prefixed(4)), index, header, paper, anna, capsule, vector["h"])
    fields.end()

    powers = {}
    relays = [Party(28, it) for it in vector["relay_keys"]]
    for index, (relay, data) in enumerate(zip(relays, vector["answers"], strict=True), 1):
        fields = unframe(43, data)
        assert fields.take(33) == header.digest + bytes([index])
        assert fields.number(4) == 1, "after one refresh"
        assert fields.number(2) == 1 and fields.take(128) == capsule.digest + capsule.first
        powers[index] = decode2(fields.take(96))
        digest = transcript("RELAY-SIGNS-ANSWER", fields.data[: fields.at])
        verify(relay.keys[32:], fields.take(64), "RELAY-SIGNS-ANSWER", digest)
        fields.end()
    shared = shared_of(root, first, second, capsule, powers)
    assert capsule.key(shared, vector["h"]) == vector["key"], "opened"


def check_request(fields, index, header, paper, anna, capsule, h):
    assert fields.take(33) == header.digest + bytes([index])
    assert fields.number(1) == 2 and fields.prefixed(2) == paper, "open, with a credential"
    assert fields.take(3) == b"".join(map(lp8, [b"", b"", b""])) and fields.number(1) == 0
    fields.take(8 + 16)
    assert fields.number(2) == 1
    item = h + capsule.first + capsule.proof + label_bytes(capsule.labels)
    assert fields.take(len(item)) == item
    assert fields.take(64) == capsule.row_digest + capsule.masked
    signed = fields.data[: fields.at]
    verify(anna.keys[32:], fields.take(64), "RECIPIENT-SIGNS-REQUEST", signed)
    fields.end()
