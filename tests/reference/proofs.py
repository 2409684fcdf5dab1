"""Proofs of consent: SPEC.md, sections 19.1, 19.2 and 19.4, and the pseudonyms of section 6.6.

Poseidon's constants come from the Grain register of its paper, Jubjub from its equation.
"""

import hmac
from functools import cache
from itertools import islice

from capsules import ed25519_public, sign, verify
from groups import Q, decode1, decode2, encode1, encode2
from kdf import Fields, expand, extract, flag, frame, lp16, scalar, tag, transcript, u32, u64, unframe, xof

# ---- Poseidon ------------------------------------------------------------------------------------

FULL, PARTIAL = 8, {3: 57, 5: 60}


def grain(width):
    """The register's bits, every second one dropped where the one before it is 0."""

    def bits(value, count):
        return [value >> at & 1 for at in reversed(range(count))]

    state = bits(1, 2) + bits(0, 4) + bits(255, 12) + bits(width, 12)
    state += bits(FULL, 10) + bits(PARTIAL[width], 10) + [1] * 30

    def step():
        bit = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        state.append(bit)
        del state[0]
        return bit

    for _ in range(160):
        step()
    while True:
        chosen, bit = step(), step()
        if chosen:
            yield bit


@cache
def parameters(width):
    register = grain(width)

    def number():
        return int("".join(str(bit) for bit in islice(register, 255)), 2)

    constants = []
    while len(constants) < width * (FULL + PARTIAL[width]):
        value = number()
        if value < Q:
            constants.append(value)
    columns = [number() % Q for _ in range(2 * width)]
    first, second = columns[:width], columns[width:]
    return constants, [[pow(x + y, -1, Q) for y in second] for x in first]


def permute(state):
    width = len(state)
    constants, matrix = parameters(width)
    rounds = FULL + PARTIAL[width]
    for at in range(rounds):
        state = [(it + constants[at * width + i]) % Q for i, it in enumerate(state)]
        whole = at < FULL // 2 or at >= rounds - FULL // 2
        state = [pow(it, 5, Q) if whole or i == 0 else it for i, it in enumerate(state)]
        state = [sum(m * it for m, it in zip(row, state, strict=True)) % Q for row in matrix]
    return state


def poseidon(use, *inputs):
    width = 3 if len(inputs) <= 2 else 5
    padded = list(inputs) + [0] * (width - 1 - len(inputs))
    return permute([256 * use + len(inputs), *padded])[0]


def check_poseidon():
    assert permute([0, 1, 2])[0] >> 224 == 0x28CE1942, "the authors' vector of width 3"
    assert permute([0, 1, 2, 3, 4])[0] >> 224 == 0x2A918B9C, "the authors' vector of width 5"


# ---- Jubjub --------------------------------------------------------------------------------------

D = -10240 * pow(10241, -1, Q) % Q
ORDER = 0x0E7DB4EA6533AFA906673B0101343B00A6682093CCC81082D0970E5ED6F72CB7
IDENTITY = (0, 1)


def add(left, right):
    (x1, y1), (x2, y2) = left, right
    cross = D * x1 * x2 % Q * y1 % Q * y2 % Q
    x = (x1 * y2 + y1 * x2) * pow(1 + cross, -1, Q) % Q
    return x, (y1 * y2 + x1 * x2) * pow(1 - cross, -1, Q) % Q


def times(point, number):
    out = IDENTITY
    while number:
        if number & 1:
            out = add(out, point)
        point, number = add(point, point), number >> 1
    return out


BASE = times((0x62EDCBB8BF3787C88B0F03DDD60A8187CAF55D1B29BF81AFE4B3D35DF1A7ADFE, 11), 8)


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def on_curve(point):
    x, y = point
    return (y * y - x * x - 1 - D * x * x % Q * y * y) % Q == 0


class ConsentKey:
    def __init__(self, seed):
        wide = expand(extract(tag("ZK-JUBJUB-KEY"), seed), tag("ZK-JUBJUB-KEY"), 64)
        self.secret = int.from_bytes(wide, "little") % ORDER
        self.public = times(BASE, self.secret)
        assert on_curve(BASE) and times(BASE, ORDER) == IDENTITY != self.public

    def sign(self, commitment, message, fresh):
        seed = self.secret.to_bytes(32, "little") + fresh + scalar(message)
        wide = expand(extract(tag("ZK-JUBJUB-NONCE"), seed), tag("ZK-JUBJUB-NONCE"), 64)
        nonce = int.from_bytes(wide, "little") % ORDER
        point = times(BASE, nonce)
        hashed = poseidon(7, poseidon(commitment, *point, *self.public), message)
        challenge = hashed & ((1 << 128) - 1)
        answer = (nonce + challenge * self.secret) % ORDER
        assert times(BASE, answer) == add(point, times(self.public, challenge))
        return encode(point) + answer.to_bytes(32, "little")


def element(name, *items):
    """Bytes as an element of the field."""
    return next(xof(transcript(name, *items), name))


def check_key(vector):
    check_poseidon()
    key = ConsentKey(vector["seed"])
    assert encode(key.public) == vector["public"], "public"
    assert [scalar(it) for it in key.public] == vector["coordinates"], "coordinates"
    assert scalar(poseidon(1, *key.public)) == vector["leaf"], "leaf"
    r = int.from_bytes(vector["r"], "big")
    assert scalar(poseidon(8, *key.public, r)) == vector["subject"], "subject"
    message = poseidon(13, element("ZK-POSSESSION", vector["patient"]))
    proven = vector["public"] + key.sign(12, message, vector["drawn"])
    assert proven == vector["proven"], "proof of possession"


# ---- The registry --------------------------------------------------------------------------------


def root(use, levels, leaf, index, value):
    """The root of a tree of four children a node that has one leaf unlike the others."""
    empty = leaf
    for _ in range(levels):
        place = index & 3
        children = [value if at == place else empty for at in range(4)]
        value, empty, index = poseidon(use, *children), poseidon(use, *[empty] * 4), index >> 2
    assert index == 0
    return value


def check_registry(vector):
    signer, revoker = vector["signer"], vector["revoker"]
    registry, time = ed25519_public(signer), vector["time"]
    index = int.from_bytes(vector["drawn"][:4], "big")
    assert index == vector["index"]
    body = registry + u32(index) + ed25519_public(revoker) + u64(time)
    receipt = frame(81, body + sign(signer, "REGISTRY-SIGNS-PLACE", body))
    assert receipt == vector["receipt"], "receipt"
    body = registry + u32(index)
    revocation = body + sign(revoker, "REVOKER-SIGNS-PLACE-REVOCATION", body)
    assert frame(82, revocation) == vector["revocation"], "revocation"

    empty, point = poseidon(11), decode(vector["key"])
    levels = vector["levels"]
    enrolled = [root(2, levels, empty, 0, it) for it in (empty, poseidon(1, *point))]
    full = (1 << 128) - 1
    bitmaps = [full, full ^ 1 << (index & 127)]
    revoked = [root(3, 13, full, index >> 7, it) for it in bitmaps]
    expected = [(enrolled[0], revoked[0]), (enrolled[1], revoked[1]), (enrolled[1], revoked[0])]
    given = [(it["enrolment"], it["revocation"]) for it in vector["roots"]]
    assert given == [(scalar(a), scalar(b)) for a, b in expected], "roots"
    body = registry + u64(time + 2) + bytes([levels]) + b"".join(given[2])
    checkpoint = frame(83, body + sign(signer, "REGISTRY-SIGNS-CHECKPOINT", body))
    assert checkpoint == vector["checkpoint"], "checkpoint"

    fields = unframe(80, vector["registry"])
    assert fields.take(32) == registry and fields.number(1) == levels
    assert [fields.take(32) for _ in range(fields.number(4))] == [vector["key"]]
    places = [(fields.number(4), fields.take(32), fields.number(1)) for _ in range(fields.number(4))]
    assert places == [(index, ed25519_public(revoker), 1)]
    for last in given[2]:
        nodes = [(fields.number(1), fields.number(4), fields.take(32)) for _ in range(fields.number(4))]
        assert [it[:2] for it in nodes] == sorted({it[:2] for it in nodes}), "ascending"
        # A tree in which nothing is any more need not be kept.
        assert not nodes or nodes[-1][2] == last, "the root is the last node"
    fields.end()


def decode(data):
    number = int.from_bytes(data, "little")
    sign_of_x, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(1 + D * y * y, -1, Q) % Q
    x = root_of(square)
    point = (x if x & 1 == sign_of_x else Q - x, y)
    assert on_curve(point) and encode(point) == data
    return point


def root_of(square):
    """By Tonelli and Shanks: q - 1 is an odd number times 2^32."""
    odd, power = (Q - 1) >> 32, 32
    generator = next(it for it in range(2, 99) if pow(it, (Q - 1) // 2, Q) == Q - 1)
    c, t, found = pow(generator, odd, Q), pow(square, odd, Q), pow(square, (odd + 1) // 2, Q)
    while t != 1:
        least = next(i for i in range(1, power) if pow(t, 1 << i, Q) == 1)
        step = pow(c, 1 << (power - least - 1), Q)
        power, c = least, step * step % Q
        t, found = t * c % Q, found * step % Q
    return found


# ---- Consents and proofs -------------------------------------------------------------------------


def check_consent(vector):
    key = ConsentKey(vector["key_seed"])
    seed = int.from_bytes(vector["values"]["seed"], "big")
    grantee, (categories, purposes, actions) = ed25519_public(vector["grantee"]), vector["masks"]
    halves = [int.from_bytes(vector["terms"][at : at + 16], "big") for at in (0, 16)]
    masks = categories + (purposes << 64) + (actions << 128)
    first = poseidon(4, element("ZK-VOCABULARY", vector["vocabulary"]), *halves, masks)
    time = vector["not_before"] + (vector["expires"] << 64) + (vector["index"] << 128)
    message = poseidon(5, first, element("ZK-GRANTEE", grantee), time, seed)
    context = element("ZK-CONTEXT", ed25519_public(vector["verifier"]), vector["study"])
    values = {
        "seed": seed,
        "message": message,
        "context": context,
        "nullifier": poseidon(9, seed, context),
        "pseudonym": poseidon(10, seed, context),
    }
    assert {name: scalar(it) for name, it in values.items()} == vector["values"], "values"
    body = vector["vocabulary"] + vector["terms"] + u64(categories) + u64(purposes)
    body += actions.to_bytes(2, "big") + grantee + u64(vector["not_before"])
    body += u64(vector["expires"]) + u32(vector["index"]) + scalar(seed) + encode(key.public)
    body += key.sign(6, message, vector["drawn"])
    assert frame(84, body) == vector["signed"], "signed"


def check_proof(vector):
    """The bytes, what is signed, and the public inputs that a verifier computes; not the proof."""
    fields = unframe(86, vector["key"])
    body = fields.data
    assert fields.number(1) in (10, 16)
    fields.take(32)
    if flag(fields):
        fields.take(32 + 32)
    assert fields.number(1) == 11
    decode_and_encode(fields, "1222" + "1" * 12)
    fields.end()
    assert transcript("ZK-PROOF-KEY", body) == vector["key_digest"], "digest of the key"

    fields = unframe(85, vector["proof"])
    grantee, request = fields.take(32), fields.take(32)
    inputs = fields.take(352)
    decode_and_encode(fields, "121")
    signature = fields.take(64)
    fields.end()
    signed = fields.data[:-64]
    verify(grantee, signature, "GRANTEE-SIGNS-PROOF", signed)
    assert transcript("ZK-SIGNED-PROOF-DIGEST", signed, signature) == vector["digest"], "digest"
    assert request == vector["request"]
    assert [inputs[at : at + 32] for at in range(0, 352, 32)] == vector["inputs"], "inputs"
    # Behind header, the verifier's Ed25519 key.
    verifier = unframe(20, vector["verifier"]).take(32)
    log = b""
    about, nonce = vector["about"], vector["nonce"]
    computed = {
        4: element("ZK-GRANTEE", grantee),
        5: element("ZK-VOCABULARY", vector["vocabulary"]),
        6: element("ZK-CONTEXT", verifier, vector["study"]),
        10: element("ZK-BINDING", request, about, verifier, log, nonce),
    }
    for at, value in computed.items():
        assert vector["inputs"][at] == scalar(value), f"input {at}"


def decode_and_encode(fields, groups):
    for group in groups:
        decode_it, encode_it, size = (decode1, encode1, 48) if group == "1" else (decode2, encode2, 96)
        data = fields.take(size)
        assert encode_it(decode_it(data)) == data, "a point"


def check_receipt(vector):
    signed = Fields(vector["proof"][8:-32]).data
    digest = transcript("ZK-SIGNED-PROOF-DIGEST", signed[:-64], signed[-64:])
    body = ed25519_public(vector["log"]) + digest + u64(vector["time"])
    receipt = frame(87, body + sign(vector["log"], "LOG-SIGNS-PROOF-RECEIPT", body))
    assert receipt == vector["receipt"], "receipt"


def check_linkage(vector):
    assert frame(23, vector["drawn"]) == vector["key"], "key"
    message = tag("LINKAGE-PSEUDONYM") + lp16(vector["domain"]) + lp16(vector["identifier"])
    assert hmac.digest(vector["drawn"], message, "sha256") == vector["pseudonym"], "pseudonym"
