"""The language of policies, from text to canonical bytes: SPEC.md, section 9.

It parses what is right; it does not look for all that is wrong.
"""

import re
from datetime import date

import policies
from kdf import Fields, lp8, u16

WORD = r"[A-Za-z0-9](?:(?!\.\.)[A-Za-z0-9._+@/:-])*"
TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<quoted>"(?:[^"\\]|\\["\\])*")|(?P<sign>!=|<=|>=|\.\.|[=<>(){},*:])'
    rf"|(?P<word>{WORD}))"
)
NAME = re.compile(r"[ \t\n\r]*(?P<name>[A-Za-z](?:(?!\.\.)[A-Za-z0-9._-])*)")
TYPES = {"u8": 1, "u16": 2, "u32": 3, "date": 4}
UNITS = {"y": 1, "ym": 2, "ymd": 3}
OPERATORS = {"=": 1, "!=": 2, "<": 3, "<=": 4, ">": 5, ">=": 6}
AND, OR, SOME, NOT = 0x80, 0x81, 0x82, 0x83


class Parser:
    """A node is (gate, children, needed) or the bytes of a leaf."""

    def __init__(self, text, labels):
        self.text, self.at, self.labels = text, 0, labels

    def take(self, pattern=TOKEN):
        found = pattern.match(self.text, self.at)
        assert found, self.text[self.at :]
        self.at = found.end()
        kind = found.lastgroup
        return kind, found[kind]

    def peek(self):
        found = TOKEN.match(self.text, self.at)
        return (found.lastgroup, found[found.lastgroup]) if found else (None, "")

    def skip(self, *wanted):
        """Whether one of these comes next; then it is read."""
        if self.peek()[0] != "quoted" and self.peek()[1] in wanted:
            self.take()
            return True
        return False

    def expect(self, sign):
        assert self.skip(sign), (sign, self.text[self.at :])

    def whole(self):
        node = self.alternatives()
        assert not self.text[self.at :].strip(), self.text[self.at :]
        return node

    def alternatives(self):
        return self.joined(OR, "or", lambda: self.joined(AND, "and", self.operand))

    def joined(self, kind, word, part):
        children = [part()]
        while self.skip(word):
            children.append(part())
        if len(children) == 1:
            return children[0]
        merged = []
        for child in children:
            merged += child[1] if isinstance(child, tuple) and child[0] == kind else [child]
        return kind, merged, None

    def operand(self):
        if self.skip("not"):
            return NOT, [self.operand()], None
        if self.skip("("):
            node = self.alternatives()
            self.expect(")")
            return node
        kind, word = self.peek()
        if kind == "word" and word.isdigit():
            self.take()
            self.expect("of")
            self.expect("(")
            children = [self.alternatives()]
            while self.skip(","):
                children.append(self.alternatives())
            self.expect(")")
            return SOME, children, int(word)
        return self.leaf()

    def leaf(self):
        name = self.take(NAME)[1]
        kind = None
        if self.text[self.at : self.at + 1] == ":":
            self.at += 1
            kind = self.take()[1]
        if self.skip("in"):
            return self.listed(name, kind)
        operator = OPERATORS[self.take()[1]]
        value = self.constant(name, kind)
        return comparison(name, operator, value)

    def listed(self, name, kind):
        if self.skip("{"):
            values = [self.constant(name, kind)]
            while self.skip(","):
                values.append(self.constant(name, kind))
            self.expect("}")
            return chosen(name, values)
        low = self.constant(name, kind)
        self.expect("..")
        high = self.constant(name, kind)
        what = low[0]
        if what == "calendar":
            return b"\x8d" + bytes([low[1]]) + u16(low[2]) + u16(high[2])
        return b"\x8a" + named(name) + bytes([low[1]]) + numeral(low) + numeral(high)

    def constant(self, name, kind):
        """("text", value), ("code", value, starred), ("number", type, value), ("calendar", ..)."""
        token, value = self.take()
        if token == "quoted":
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        if kind == "code":
            starred = self.text[self.at : self.at + 1] == "*"
            self.at += starred
            return "code", value, starred
        if token == "word":
            if self.labels and name in UNITS and value != "unknown":
                return "calendar", UNITS[name], calendar(name, value)
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value) and kind in (None, "date"):
                return "number", 4, days(value)
            if value.isdigit():
                return "number", TYPES[kind or "u8"], int(value)
        return "text", value


def days(text):
    return (date.fromisoformat(text) - policies.FIRST).days


def calendar(name, value):
    if name == "y":
        return int(value)
    if name == "ym":
        return policies.months(date.fromisoformat(value + "-01"))
    return days(value)


def named(name):
    return lp8(name.encode())


def numeral(value):
    _, kind, number = value
    return number.to_bytes(policies.BITS[kind] // 8, "big")


def code(value):
    return bytes([value[2]]) + lp8(value[1].encode())


def comparison(name, operator, value):
    if value[0] == "text":
        text = lp8(value[1].encode())
        return named(name) + text if operator == 1 else b"\x84" + named(name) + text
    if value[0] == "code":
        return b"\x86" + named(name) + bytes([operator]) + code(value)
    if value[0] == "calendar":
        return b"\x8b" + bytes([value[1], operator]) + u16(value[2])
    return b"\x88" + named(name) + bytes([value[1], operator]) + numeral(value)


def chosen(name, values):
    count, first = u16(len(values)), values[0]
    if first[0] == "text":
        each = b"".join(lp8(it[1].encode()) for it in values)
        return b"\x85" + named(name) + count + each
    if first[0] == "code":
        return b"\x87" + named(name) + count + b"".join(map(code, values))
    if first[0] == "calendar":
        return b"\x8c" + bytes([first[1]]) + count + b"".join(u16(it[2]) for it in values)
    each = b"".join(map(numeral, values))
    return b"\x89" + named(name) + bytes([first[1]]) + count + each


def written(node):
    if isinstance(node, bytes):
        return node
    kind, children, needed = node
    inside = b"".join(map(written, children))
    if kind == NOT:
        return bytes([NOT]) + inside
    return bytes([kind]) + (b"" if needed is None else u16(needed)) + u16(len(children)) + inside


def check(vector):
    """From text to canonical bytes, and from these to rows."""
    for each in vector["of"]:
        text, data = each["text"].decode(), each["policy"]
        fields = Fields(data)
        labels = fields.number(1) == 2
        if labels:
            policies.Frame(fields)
        parsed = Parser(text, labels).whole()
        assert written(parsed) == data[fields.at :], text
    policies.check_rows(vector)
