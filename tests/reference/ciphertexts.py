"""Attribute-based encryption: SPEC.md, sections 7.1 to 7.5."""

import policies
from capsules import ed25519_public, sign, verify
from groups import G1, G2, ONE, Q, add, combine, decode1, decode2, encode1, encode2, hash1
from groups import power, product, times
from kdf import Fields, Kem, flag, frame, lp8, lp16, lp32, scalar, tag, transcript
from kdf import u64, unframe

SUITE = "with-BLS12381G1_XMD:SHA-256_SSWU_RO_"
KEM = Kem("CP")
BASE = hash1(tag(f"CP-BASE-{SUITE}"), b"")


def literal_point(literal):
    return hash1(tag(f"CP-ATTRIBUTE-{SUITE}"), literal)


def literals(attributes):
    """What a key with these attributes holds, in its order (sections 9 and 10)."""
    fields, held = Fields(attributes), []
    for _ in range(fields.number(2)):
        kind = fields.number(1)
        if kind < 0x80:
            held.append(policies.text_literal(fields.take(kind), fields.prefixed(1)))
        elif kind == 0x80:
            held += policies.literals_of_code(fields.prefixed(1), fields.prefixed(1))
        else:
            name, width = fields.prefixed(1), kind - 0x80
            value = fields.number(policies.BITS[width] // 8)
            held += policies.literals_of_number(name, width, value)
    fields.end()
    return list(dict.fromkeys(held))


def wide(drawn):
    return int.from_bytes(drawn, "big") % Q


def issue(alpha, authority, attributes, drawn):
    """A key file, and its components: the key id and r are what was drawn."""
    r = wide(drawn[16:80])
    third = times(G2, r)
    second = add(times(G1, alpha), times(BASE, r))
    first = {literal: times(literal_point(literal), r) for literal in literals(attributes)}
    body = authority + drawn[:16] + u64(0) + lp16(attributes) + encode2(third) + encode1(second)
    return frame(18, body + b"".join(map(encode1, first.values()))), (first, second, third)


def check_key(alpha, components):
    """e(sk2, g2) = E e(b, sk3); e(sk1[x], g2) = e(H(x), sk3) for every x, in one product each."""
    first, second, third = components
    minus = times(G1, -alpha)
    assert product((second, G2), (minus, G2), (times(BASE, -1), third)) == ONE, "sk2"
    for literal in (next(iter(first)), next(reversed(first))):
        pairs = (first[literal], G2), (times(literal_point(literal), -1), third)
        assert product(*pairs) == ONE, "sk1"
    weights = [3 * at + 1 for at in range(len(first))]
    own = combine(first.values(), weights)
    hashed = combine(map(literal_point, first), weights)
    assert product((own, G2), (times(hashed, -1), third)) == ONE, "all sk1"


def points(authority, policy, message):
    """The points of a ciphertext, all made from its message, with s1 and k1."""
    root = policies.over_attributes(policy)
    row_literals = policies.rows(root)
    occurrence = occurrences(row_literals)
    coins, k1 = KEM.coins(authority, policy, message)
    s = next(coins)
    columns = [next(coins) for _ in range(policies.columns(root))]
    shares = policies.shares(root, s, iter(columns))
    each = [next(coins) for _ in range(max(occurrence))]
    header = encode2(times(G2, s)) + b"".join(encode2(times(G2, it)) for it in each)
    for literal, share, number in zip(row_literals, shares, occurrence, strict=True):
        row = add(times(BASE, share), times(literal_point(literal), each[number - 1]))
        header += encode1(row)
    return header, s, k1


class Public:
    """An authority's public file: whole, as its own signature says."""

    def __init__(self, data):
        fields = unframe(17, data)
        self.parameter, self.verifying = fields.take(576), fields.take(32)
        self.name = fields.prefixed(1)
        self.schema = fields.prefixed(4) if flag(fields) else None
        signed = data[: 8 + fields.at]
        verify(self.verifying, fields.take(64), "AUTHORITY-SELF-SIGNATURE", signed)
        fields.end()
        self.id = transcript("CP-AUTHORITY-ID", self.parameter)

    def encapsulate(self, policy, binding, message):
        """C, its key, and what decapsulating has to find on the way."""
        header, s, k1 = points(self.id, policy, message)
        shared = power(self.parameter, s)
        masked = KEM.mask(self.id, header, shared, message)
        whole = self.id + lp32(policy) + header + masked
        key = KEM.key(k1, transcript("CP-CIPHERTEXT", whole), binding)
        return whole, key, shared


def occurrences(row_literals):
    seen, occurrence = {}, []
    for literal in row_literals:
        seen[literal] = seen.get(literal, 0) + 1
        occurrence.append(seen[literal])
    return occurrence


class UserKey:
    """A key file; its points are decoded when they are used."""

    def __init__(self, data):
        fields = unframe(18, data)
        self.authority, self.id, self.issued = fields.take(32), fields.take(16), fields.number(8)
        self.attributes = fields.prefixed(2)
        self.third, self.second = fields.take(96), fields.take(48)
        self.first = {literal: fields.take(48) for literal in literals(self.attributes)}
        fields.end()

    def open(self, data, binding):
        """The key behind a ciphertext, all of which is made again; the ciphertext's digest."""
        fields = Fields(data)
        assert fields.take(32) == self.authority, "another authority"
        policy = fields.prefixed(4)
        header, masked = data[fields.at : -32], data[-32:]
        root = policies.over_attributes(policy)
        occurrence = occurrences(policies.rows(root))
        asked = set(policies.rows(root)) & set(self.first)
        own = {literal: decode1(self.first[literal]) for literal in asked}
        components = own, decode1(self.second), decode2(self.third)
        shared = shared_element(root, occurrence, header, components)
        message = KEM.mask(self.authority, header, shared, masked)
        again, _, k1 = points(self.authority, policy, message)
        assert again == header, "made again from its message, it is another"
        digest = transcript("CP-CIPHERTEXT", data)
        return KEM.key(k1, digest, binding), digest


def shared_element(root, occurrence, header, components):
    """Section 7.4: K' from a key and the points of a ciphertext."""
    first, second, third = components
    row_literals, tau = policies.rows(root), max(occurrence)
    ct1, *ct2 = (decode2(header[96 * at :][:96]) for at in range(1 + tau))
    ct3 = [decode1(header[96 * (1 + tau) + 48 * at :][:48]) for at in range(len(row_literals))]
    weights = policies.solve(root, set(first))
    masks = combine([ct3[row] for row in weights], weights.values())
    terms = [(second, ct1), (times(masks, -1), third)]
    for number, point in enumerate(ct2, 1):
        used = {row: w for row, w in weights.items() if occurrence[row] == number}
        if used:
            own = combine([first[row_literals[row]] for row in used], used.values())
            terms.append((own, point))
    return product(*terms)


def check(vector):
    alpha, name = wide(vector["authority_drawn"][:64]), vector["name"]
    seed = vector["authority_drawn"][64:96]
    parameter = product((times(G1, alpha), G2))
    authority = transcript("CP-AUTHORITY-ID", parameter)
    body = scalar(alpha) + seed + lp8(name) + b"\0"
    assert frame(16, body) == vector["authority_key"], "authority key"
    whole = frame(17, parameter + ed25519_public(seed) + lp8(name) + b"\0")[:-32]
    signature = sign(seed, "AUTHORITY-SELF-SIGNATURE", whole)
    assert frame(17, whole[8:] + signature) == vector["authority"], "authority's public file"

    data, components = issue(alpha, authority, vector["attributes"], vector["issue_drawn"])
    assert data == vector["user_key"], "user key"
    check_key(alpha, components)

    policy, binding, message = vector["policy"], vector["h"], vector["drawn"]
    whole, key, shared = Public(vector["authority"]).encapsulate(policy, binding, message)
    root = policies.over_attributes(policy)
    occurrence = occurrences(policies.rows(root))
    assert max(occurrence) > 1, "no attribute repeats"
    assert whole == vector["ciphertext"], "ciphertext"
    assert key == vector["key"], "key"
    header = whole[36 + len(policy) : -32]
    assert shared_element(root, occurrence, header, components) == shared, "decapsulated"
    assert UserKey(vector["user_key"]).open(whole, binding)[0] == key, "opened by the key file"


def check_shares(vector):
    """Ciphertexts, whose points are made of the shares."""
    public = Public(vector["authority"])
    for each in vector["of"]:
        whole, key, _ = public.encapsulate(each["policy"], vector["h"], each["drawn"])
        assert whole == each["ciphertext"] and key == each["key"], "shares"
