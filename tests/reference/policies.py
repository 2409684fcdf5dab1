"""SPEC.md, sections 9 and 10: canonical bytes of policies to rows; shares and coefficients.

A node is (k, children) or the bytes of a literal or label. Only what the vectors use is read.
"""

from datetime import date, timedelta

from groups import Q
from kdf import Fields, lp16, u32

BITS = {1: 8, 2: 16, 3: 32, 4: 16}
FIRST = date(1900, 1, 1)
LAST = date(2079, 6, 6)


def text_literal(name, value):
    return b"\x01" + lp16(name) + lp16(value)


def number_literal(name, kind, relation, place, prefix, bound):
    return b"\x02" + lp16(name) + bytes([kind, 2, relation, place]) + u32(prefix) + bytes([bound])


def digits(kind, value):
    """(place, the digits before it as a number, the digit), the highest first."""
    count = BITS[kind] // 2
    for place in range(count):
        low = 2 * (count - place)
        yield place, value >> low, value >> (low - 2) & 3


def literals_of_number(name, kind, value):
    """What a key holds."""
    for place, prefix, digit in digits(kind, value):
        for bound in range(1, digit + 1):
            yield number_literal(name, kind, 1, place, prefix, bound)
        for bound in range(digit, 3):
            yield number_literal(name, kind, 2, place, prefix, bound)
    for length in range(1, BITS[kind] + 1):
        yield number_literal(name, kind, 3, length, value >> (BITS[kind] - length), 0)


def at_least(name, kind, value):
    """x >= value is x > value - 1."""
    rows = [
        number_literal(name, kind, 1, place, prefix, digit + 1)
        for place, prefix, digit in digits(kind, value - 1)
        if digit != 3
    ]
    return any_of(rows)


def any_of(nodes):
    return nodes[0] if len(nodes) == 1 else (1, nodes)


def gate(fields, kind, node):
    """AND, OR and k of n."""
    needed = fields.number(2) if kind == 0x82 else None
    children = [node(fields) for _ in range(fields.number(2))]
    return ({0x80: len(children), 0x81: 1}.get(kind, needed), children, kind == 0x80)


def over_attributes(data):
    def node(fields):
        kind = fields.number(1)
        if kind < 0x80:
            return text_literal(fields.take(kind), fields.prefixed(1))
        if kind == 0x88:
            name, width, operator = fields.prefixed(1), fields.number(1), fields.number(1)
            assert operator == 6, "another comparison than >="
            return at_least(name, width, fields.number(BITS[width] // 8))
        assert kind in (0x80, 0x81, 0x82), kind
        return gate(fields, kind, node)

    fields = Fields(data)
    assert fields.number(1) == 1
    root = node(fields)
    fields.end()
    return root


def cover(unit, low, high):
    """The years, months and days, as coarse as they go, that fill a span of days."""
    labels = []
    while low <= high:
        year = date(low.year, 12, 31)
        following = date(low.year + low.month // 12, low.month % 12 + 1, 1)
        month = following - timedelta(days=1)
        if (low.month, low.day) == (1, 1) and year <= high:
            label, last = f"y={low:%Y}", year
        elif unit >= 2 and low.day == 1 and month <= high:
            label, last = f"ym={low:%Y-%m}", month
        else:
            assert unit == 3
            label, last = f"ymd={low:%Y-%m-%d}", low
        labels.append(label.encode())
        low = last + timedelta(days=1)
    return labels


def over_labels(data):
    fields = Fields(data)
    assert fields.number(1) == 2
    fields.number(2)  # the first year: no vector lacks a lower end
    last = FIRST + timedelta(days=fields.number(2))
    pinned = {}
    for _ in range(fields.number(1)):
        vocabulary = fields.prefixed(1)
        pinned[vocabulary] = [fields.prefixed(1) for _ in range(fields.number(2))]

    def node(fields):
        kind = fields.number(1)
        if kind < 0x80:
            return fields.take(kind) + b"=" + fields.prefixed(1)
        if kind == 0x83:
            name, value = fields.prefixed(1), fields.prefixed(1)
            assert name == b"sens"
            marks = [b"sens.none=" + it for it, codes in pinned.items() if value in codes]
            assert marks, "not pinned"
            return any_of([b"sens.not=" + value, *marks])
        if kind == 0x8B:
            unit, operator, value = fields.number(1), fields.number(1), fields.number(2)
            assert (unit, operator) == (3, 6), "another comparison than ymd>="
            return any_of(cover(unit, FIRST + timedelta(days=value), last))
        assert kind in (0x80, 0x81, 0x82), kind
        return gate(fields, kind, node)

    root = node(fields)
    fields.end()
    return root


def rows(node):
    return [node] if isinstance(node, bytes) else [row for it in node[1] for row in rows(it)]


def columns(node):
    return 0 if isinstance(node, bytes) else node[0] - 1 + sum(map(columns, node[1]))


def shares(node, secret, fresh):
    """The share of every row; `fresh` gives the scalars, claimed in preorder."""
    if isinstance(node, bytes):
        return [secret]
    needed, children, *is_and = node
    own = [next(fresh) for _ in range(needed - 1)]
    if is_and == [True]:
        each = [secret + own[0], *(b - a for a, b in zip(own, own[1:])), -own[-1]]
    else:
        each = [
            secret + sum(v * i**power for power, v in enumerate(own, 1))
            for i in range(1, len(children) + 1)
        ]
    parts = (shares(child, share % Q, fresh) for child, share in zip(children, each, strict=True))
    return [share for part in parts for share in part]


def inverse(number):
    return pow(number % Q, Q - 2, Q)


def at_zero(indices):
    """Lagrange coefficients of f(0)."""
    result = []
    for i in indices:
        weight = 1
        for j in indices:
            if j != i:
                weight = weight * j * inverse(j - i) % Q
        result.append(weight)
    return result


def solve(node, held, first=0):
    """{row: coefficient} with sum of coefficient times share = secret, or None; any will do."""
    if isinstance(node, bytes):
        return {first: 1} if node in held else None
    needed, children, *is_and = node
    found = {}
    for number, child in enumerate(children, 1):
        if len(found) < needed:
            inner = solve(child, held, first)
            if inner is not None:
                found[number] = inner
        first += len(rows(child))
    if len(found) < needed:
        return None
    weights = [1] * needed if is_and == [True] else at_zero(list(found))
    return {
        row: coefficient * weight % Q
        for weight, inner in zip(weights, found.values(), strict=True)
        for row, coefficient in inner.items()
    }
