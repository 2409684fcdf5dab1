"""SPEC.md, sections 9 and 10: canonical bytes of policies to rows; shares and coefficients.

A node is (k, children, gate) or the bytes of a literal or label.
"""

from datetime import date, timedelta

from groups import Q
from kdf import Fields, lp16, u32

BITS = {1: 8, 2: 16, 3: 32, 4: 16}
EQUAL, OTHER, BELOW, AT_MOST, ABOVE, AT_LEAST = range(1, 7)
NEGATED = {EQUAL: OTHER, BELOW: AT_LEAST, AT_MOST: ABOVE}
NEGATED |= {other: one for one, other in NEGATED.items()}
AND, OR, THRESHOLD = "and", "or", "k of n"
FIRST = date(1900, 1, 1)


def text_literal(name, value):
    return b"\x01" + lp16(name) + lp16(value)


def code_literal(name, code, starred):
    return (b"\x04" if starred else b"\x03") + lp16(name) + lp16(code)


def number_literal(name, kind, relation, place, prefix, bound):
    return b"\x02" + lp16(name) + bytes([kind, 2, relation, place]) + u32(prefix) + bytes([bound])


def digits(kind, value):
    """(place, the digits before it as a number, the digit), the highest first."""
    count = BITS[kind] // 2
    for place in range(count):
        low = 2 * (count - place)
        yield place, value >> low, value >> (low - 2) & 3


def node_literal(name, kind, length, value):
    return number_literal(name, kind, 3, length, value >> (BITS[kind] - length), 0)


def literals_of_number(name, kind, value):
    """What a key holds."""
    for place, prefix, digit in digits(kind, value):
        for bound in range(1, digit + 1):
            yield number_literal(name, kind, 1, place, prefix, bound)
        for bound in range(digit, 3):
            yield number_literal(name, kind, 2, place, prefix, bound)
    for length in range(1, BITS[kind] + 1):
        yield node_literal(name, kind, length, value)


def literals_of_code(name, code):
    """What a key holds: prefixes by characters, then the code."""
    text = code.decode()
    for length in range(1, len(text) + 1):
        yield code_literal(name, text[:length].encode(), True)
    yield code_literal(name, code, False)


def any_of(nodes):
    return nodes[0] if len(nodes) == 1 else (1, nodes, OR)


def all_of(nodes):
    return nodes[0] if len(nodes) == 1 else (len(nodes), nodes, AND)


def above(name, kind, value):
    return [
        number_literal(name, kind, 1, place, prefix, digit + 1)
        for place, prefix, digit in digits(kind, value)
        if digit != 3
    ]


def below(name, kind, value):
    return [
        number_literal(name, kind, 2, place, prefix, digit - 1)
        for place, prefix, digit in digits(kind, value)
        if digit != 0
    ]


def compared(name, kind, operator, value):
    """The rows of one comparison."""
    most = (1 << BITS[kind]) - 1
    if operator == EQUAL:
        return [node_literal(name, kind, BITS[kind], value)]
    if operator == OTHER:
        lower = below(name, kind, value) if value > 0 else []
        return lower + (above(name, kind, value) if value < most else [])
    if operator == BELOW:
        return below(name, kind, value)
    if operator == AT_MOST:
        return below(name, kind, value + 1)
    if operator == ABOVE:
        return above(name, kind, value)
    return above(name, kind, value - 1)


def within(name, kind, low, high):
    """The fewest aligned blocks that fill the range."""
    rows = []
    while low <= high:
        size = 0
        while low % (2 << size) == 0 and low + (2 << size) - 1 <= high:
            size += 1
        rows.append(node_literal(name, kind, BITS[kind] - size, low))
        low += 1 << size
    return rows


def lacking(name, kind, low, high):
    """Not in the range."""
    most = (1 << BITS[kind]) - 1
    lower = compared(name, kind, BELOW, low) if low > 0 else []
    return lower + (compared(name, kind, ABOVE, high) if high < most else [])


def tree(fields, leaf, negated=False):
    """A node of the canonical bytes, with every `not` pushed down to the leaves."""
    kind = fields.number(1)
    if kind == 0x83:
        return tree(fields, leaf, not negated)
    if kind not in (0x80, 0x81, 0x82):
        return leaf(kind, fields, negated)
    needed = fields.number(2) if kind == 0x82 else None
    children = [tree(fields, leaf, negated) for _ in range(fields.number(2))]
    count = len(children)
    needed = {0x80: count, 0x81: 1}.get(kind, needed)
    if negated:
        needed = count - needed + 1
    # An AND is shared otherwise than n of n.
    gate = {0x80: AND, 0x81: OR, 0x82: THRESHOLD}[kind]
    return needed, children, {AND: OR, OR: AND}.get(gate, gate) if negated else gate


def read_code(fields):
    starred = fields.number(1)
    return fields.prefixed(1), starred == 1


def attribute_leaf(kind, fields, negated):
    if kind < 0x80:
        assert not negated
        return text_literal(fields.take(kind), fields.prefixed(1))
    name = fields.prefixed(1)
    if kind == 0x84:
        assert negated, "a text that must lack"
        return text_literal(name, fields.prefixed(1))
    if kind == 0x85:
        assert not negated
        values = [fields.prefixed(1) for _ in range(fields.number(2))]
        return any_of([text_literal(name, it) for it in values])
    if kind == 0x86:
        assert fields.number(1) == (OTHER if negated else EQUAL)
        return code_literal(name, *read_code(fields))
    if kind == 0x87:
        assert not negated
        return any_of([code_literal(name, *read_code(fields)) for _ in range(fields.number(2))])
    width = fields.number(1)
    size = BITS[width] // 8
    if kind == 0x88:
        operator, value = fields.number(1), fields.number(size)
        operator = NEGATED[operator] if negated else operator
        return any_of(compared(name, width, operator, value))
    if kind == 0x89:
        values = [fields.number(size) for _ in range(fields.number(2))]
        if negated:
            return all_of([any_of(compared(name, width, OTHER, it)) for it in values])
        return any_of([compared(name, width, EQUAL, it)[0] for it in values])
    assert kind == 0x8A, kind
    low, high = fields.number(size), fields.number(size)
    return any_of((lacking if negated else within)(name, width, low, high))


def over_attributes(data):
    fields = Fields(data)
    assert fields.number(1) == 1
    root = tree(fields, attribute_leaf)
    fields.end()
    return root


def months(day):
    return 12 * (day.year - 1900) + day.month - 1


def month(number):
    """The first day of a month."""
    return date(1900 + number // 12, number % 12 + 1, 1)


def span_of(unit, value):
    """The first and last day of a year, month or day."""
    if unit == 1:
        return date(value, 1, 1), date(value, 12, 31)
    if unit == 2:
        return month(value), month(value + 1) - timedelta(days=1)
    day = FIRST + timedelta(days=value)
    return day, day


def cover(unit, low, high):
    """The years, months and days, as coarse as they go, that fill a span of days."""
    labels = []
    while low <= high:
        year = date(low.year, 12, 31)
        last_of_month = month(months(low) + 1) - timedelta(days=1)
        if (low.month, low.day) == (1, 1) and year <= high:
            label, last = f"y={low:%Y}", year
        elif unit >= 2 and low.day == 1 and last_of_month <= high:
            label, last = f"ym={low:%Y-%m}", last_of_month
        else:
            assert unit == 3
            label, last = f"ymd={low:%Y-%m-%d}", low
        labels.append(label.encode())
        low = last + timedelta(days=1)
    return labels


class Frame:
    """What a policy over labels says of the calendar and of vocabularies."""

    def __init__(self, fields):
        self.first = date(fields.number(2), 1, 1)
        self.last = FIRST + timedelta(days=fields.number(2))
        self.pinned = {}
        for _ in range(fields.number(1)):
            vocabulary = fields.prefixed(1)
            self.pinned[vocabulary] = [fields.prefixed(1) for _ in range(fields.number(2))]

    def before(self, unit, day):
        return cover(unit, self.first, day - timedelta(days=1))

    def after(self, unit, day):
        return cover(unit, day + timedelta(days=1), self.last)

    def compared(self, unit, operator, value):
        low, high = span_of(unit, value)
        return {
            EQUAL: lambda: cover(unit, low, high),
            OTHER: lambda: self.before(unit, low) + self.after(unit, high),
            BELOW: lambda: self.before(unit, low),
            AT_MOST: lambda: cover(unit, self.first, high),
            ABOVE: lambda: self.after(unit, high),
            AT_LEAST: lambda: cover(unit, low, self.last),
        }[operator]()

    def leaf(self, kind, fields, negated):
        if kind < 0x80:
            name, value = fields.take(kind), fields.prefixed(1)
            return self.lack(name, value) if negated else name + b"=" + value
        if kind == 0x84:
            name, value = fields.prefixed(1), fields.prefixed(1)
            return name + b"=" + value if negated else self.lack(name, value)
        if kind == 0x85:
            name = fields.prefixed(1)
            values = [fields.prefixed(1) for _ in range(fields.number(2))]
            if negated:
                return all_of([self.lack(name, it) for it in values])
            return any_of([name + b"=" + it for it in values])
        unit = fields.number(1)
        if kind == 0x8B:
            operator, value = fields.number(1), fields.number(2)
            operator = NEGATED[operator] if negated else operator
            return any_of(self.compared(unit, operator, value))
        if kind == 0x8C:
            values = [fields.number(2) for _ in range(fields.number(2))]
            if negated:
                return all_of([any_of(self.compared(unit, OTHER, it)) for it in values])
            return any_of([label for it in values for label in self.compared(unit, EQUAL, it)])
        assert kind == 0x8D, kind
        low, high = (span_of(unit, fields.number(2)) for _ in range(2))
        if negated:
            return any_of(self.before(unit, low[0]) + self.after(unit, high[1]))
        return any_of(cover(unit, low[0], high[1]))

    def lack(self, name, value):
        assert name == b"sens"
        marks = [b"sens.none=" + it for it, codes in self.pinned.items() if value in codes]
        assert marks, "not pinned"
        return any_of([b"sens.not=" + value, *marks])


def blinded_leaf(kind, fields, negated):
    assert kind == 1 and not negated
    return fields.take(32)


def over_labels(data):
    fields = Fields(data)
    kind = fields.number(1)
    assert kind in (2, 3)
    root = tree(fields, Frame(fields).leaf if kind == 2 else blinded_leaf)
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
    needed, children, gate = node
    own = [next(fresh) for _ in range(needed - 1)]
    if gate == AND:
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
    needed, children, gate = node
    found = {}
    for number, child in enumerate(children, 1):
        if len(found) < needed:
            inner = solve(child, held, first)
            if inner is not None:
                found[number] = inner
        first += len(rows(child))
    if len(found) < needed:
        return None
    weights = [1] * needed if gate == AND else at_zero(list(found))
    return {
        row: coefficient * weight % Q
        for weight, inner in zip(weights, found.values(), strict=True)
        for row, coefficient in inner.items()
    }


def over(data):
    return over_attributes(data) if data[0] == 1 else over_labels(data)


def check_rows(vector):
    for policy in vector["of"]:
        assert rows(over(policy["policy"])) == policy["rows"], policy["text"].decode()
