"""Grants, from the patient's secrets to what the recipient opens: SPEC.md, section 14."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

import policies
from capsules import Capsule, Patient, ed25519_public, label_bytes, label_point, sign, x25519_public
from groups import G1, G2, ONE, Q, add, combine, decode1, decode2, encode1, encode2, product, times
from kdf import extract, frame, hkdf, lp8, lp16, lp32, scalar, tag, transcript, u16, u32, u64
from kdf import unframe, xof

HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Party:
    """The keys of a recipient (kind 26) or relay (28), from the key file."""

    def __init__(self, kind, data):
        fields = unframe(kind, data)
        self.seed, self.hpke, self.name = fields.take(32), fields.take(32), fields.prefixed(1)
        fields.end()
        self.keys = x25519_public(self.hpke) + ed25519_public(self.seed)
        whole = frame(kind + 1, self.keys + lp8(self.name))[:-32]
        signature = sign(self.seed, "PARTY-SELF-SIGNATURE", whole)
        self.public = frame(kind + 1, whole[8:] + signature)

    def open(self, sealed, info):
        return HPKE.decrypt(sealed, X25519PrivateKey.from_private_bytes(self.hpke), info=info)


class Deal:
    """A grant made again from the patient's seed, the source's bytes and the terms."""

    def __init__(self, patient, recipient, relays, terms, drawn):
        self.salt, self.id, sharing = drawn[:32], drawn[32:48], drawn[48:64]
        fresh, policy = drawn[64:96], terms["policy"]
        shown = b"\0" + lp32(policy)
        if terms["hidden"]:
            shown = b"\1" + transcript("GRANT-POLICY", self.salt, policy)
        header = b"\1" + self.id + u64(terms["sequence"]) + lp16(patient.profile)
        header += recipient.keys + shown + u64(terms["not_before"]) + u64(terms["not_after"])
        for codes in terms["conditions"]:
            header += bytes([len(codes)]) + b"".join(map(lp8, codes))
        header += b"\0"  # no emergencies
        header += ed25519_public(patient.signing)  # the publisher of revocations
        header += b"\0"  # no consent
        header += sharing + bytes([terms["threshold"], len(relays)])
        header += b"".join(relay.keys for relay in relays)

        prk = hkdf(b"", patient.seed, tag("PATIENT-GRANTS"))
        salt = transcript("GRANT-COINS", header, policy, fresh)
        coins = xof(extract(salt, prk), "GRANT-COIN-STREAM")
        self.x = next(coins)
        self.polynomial = [self.x] + [next(coins) for _ in range(terms["threshold"] - 1)]
        self.root = policies.over_labels(policy)
        self.labels = policies.rows(self.root)
        secret = patient.alpha * policies.inverse(self.x) % Q
        columns = [next(coins) for _ in range(policies.columns(self.root))]
        shares = policies.shares(self.root, secret, iter(columns))
        first, second = b"", b""
        for label, share in zip(self.labels, shares, strict=True):
            rho = next(coins)
            first += encode1(add(times(G1, share), times(label_point(label), rho)))
            second += encode2(times(G2, rho * self.x))
        self.rows = first + second
        self.commitment = [times(G2, it) for it in self.polynomial]
        header += b"".join(map(encode2, self.commitment))
        self.header = header + transcript("GRANT-COMPONENTS", self.rows)
        self.digest = transcript("GRANT-HEADER", self.header)
        self.signature = sign(patient.signing, "PATIENT-SIGNS-GRANT", self.digest)

    def share(self, index):
        return sum(it * index**power for power, it in enumerate(self.polynomial)) % Q


def check_components(deal, patient):
    """The equation that a recipient checks, under the weights of one solution; the points."""
    count = len(deal.labels)
    first = [decode1(deal.rows[48 * at :][:48]) for at in range(count)]
    second = [decode2(deal.rows[48 * count + 96 * at :][:96]) for at in range(count)]
    weights = policies.solve(deal.root, set(deal.labels))
    own = combine([first[row] for row in weights], weights.values())
    terms = [(own, deal.commitment[0]), (times(G1, -1), decode2(patient.point))]
    terms += [(times(label_point(deal.labels[row]), -w), second[row]) for row, w in weights.items()]
    assert product(*terms) == ONE, "components"
    return first, second


def request(deal, recipient, index, claims, time, nonce, capsules, binding, blind):
    body = deal.digest + bytes([index, blind]) + b"".join(map(lp8, claims)) + b"\0"
    body += u64(time) + nonce + u16(len(capsules))
    for capsule in capsules:
        body += binding + capsule.first + capsule.proof
        if blind:
            body += capsule.digest
        else:
            body += label_bytes(capsule.labels) + capsule.row_digest + capsule.masked
    return body + sign(recipient.seed, "RECIPIENT-SIGNS-REQUEST", body)


def answer(deal, relay, index, share, capsules):
    body = deal.digest + bytes([index]) + u32(0) + u16(len(capsules))
    for capsule in capsules:
        capsule.check_proof()
        power = encode2(times(decode2(capsule.first), share))
        body += capsule.digest + capsule.first + power
    digest = transcript("RELAY-SIGNS-ANSWER", body)
    return frame(43, body + sign(relay.seed, "RELAY-SIGNS-ANSWER", digest))


def shared_element(deal, first, second, capsule, powers):
    return shared_of(deal.root, first, second, capsule, powers)


def shared_of(root, first, second, capsule, powers):
    """K = e(prod D^w, U') prod e(T^-w, R), with U' = prod U_i^L_i."""
    labels = policies.rows(root)
    transformed = combine(powers.values(), policies.at_zero(list(powers)))
    weights = policies.solve(root, set(capsule.labels))
    terms = [(combine([first[row] for row in weights], weights.values()), transformed)]
    for row, weight in weights.items():
        place = capsule.labels.index(labels[row])
        terms.append((times(decode1(capsule.rows[place]), -weight), second[row]))
    return product(*terms)


def check(vector):
    patient = Patient.new(vector["patient_drawn"])
    recipient = Party(26, vector["recipient_key"])
    assert recipient.public == vector["recipient"], "public keys"
    relays = [Party(28, it) for it in vector["relay_keys"]]
    assert [it.public for it in relays] == vector["relays"], "relays' public keys"
    deal = Deal(patient, recipient, relays, vector["terms"], vector["drawn"])

    fields = unframe(40, vector["grant"])
    assert fields.prefixed(4) == deal.header, "header"
    assert fields.take(64) == deal.signature, "signature"
    part = recipient.open(fields.prefixed(4), tag("GRANT-TO-RECIPIENT") + deal.digest)
    fields.end()
    hidden = deal.salt + lp32(vector["terms"]["policy"]) if vector["terms"]["hidden"] else b""
    assert part == hidden + deal.rows, "rows"
    first, second = check_components(deal, patient)

    for index, (relay, data) in enumerate(zip(relays, vector["shares"], strict=True), 1):
        fields = unframe(41, data)
        assert fields.take(33) == deal.digest + bytes([index])
        share = relay.open(fields.take(80), tag("GRANT-TO-RELAY") + deal.digest + bytes([index]))
        fields.end()
        assert share == scalar(deal.share(index)), "share"
        powers = [index**power for power in range(len(deal.commitment))]
        assert encode2(times(G2, deal.share(index))) == encode2(combine(deal.commitment, powers))

    capsule = Capsule(vector["capsule"], vector["labels"])
    for blind, name in enumerate(("open", "blind")):
        drawn = vector[f"{name}_drawn"]
        body = patient.id + bytes([len(relays)])
        for index in range(1, len(relays) + 1):
            nonce = drawn[16 * index - 16 : 16 * index]
            asked = deal, recipient, index, vector["claims"], vector["time"], nonce
            body += lp32(request(*asked, [capsule], vector["h"], blind))
        assert frame(42, body) == vector[f"{name}_requests"], f"{name} requests"

    powers = {}
    for index, data in zip(vector["answered"], vector["answers"], strict=True):
        share = deal.share(index)
        assert answer(deal, relays[index - 1], index, share, [capsule]) == data, "answer"
        powers[index] = times(decode2(capsule.first), share)
    shared = shared_element(deal, first, second, capsule, powers)
    assert capsule.key(shared, vector["h"]) == vector["key"], "opened by the recipient"
    own = product((times(G1, patient.alpha), decode2(capsule.first)))
    assert own == shared, "the owner's element"
