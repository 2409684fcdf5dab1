"""Terms, read and written, and the objects that sign them: SPEC.md, sections 16.2, 16.4, 17.1."""

from hashlib import sha256

from capsules import Patient, ed25519_public, sign
from kdf import Fields, flag, frame, lp8, lp32, transcript, u16, u64, unframe

READINGS = [b"native", b"r4-typed", b"pcf-1.1", b"r5-negate", b"mii-2025"]
MODES = [None, b"any-of", b"all-of"]
BASES = [b"silent", b"permit", b"forbid"]
EFFECTS = [None, b"permit", b"forbid"]
LEVELS = [b"U", b"L", b"M", b"N", b"R", b"V"]
MEANINGS = [None, b"instance", b"related", b"dependents", b"authored-by"]
CRITERIA = (
    "recipient purpose action permission during confidentiality sensitivity type document code "
    "dated author record"
).split()
SPANS = ("during", "dated")
LEAST, MOST = -(1 << 63), (1 << 63) - 1


def i64(number):
    return number.to_bytes(8, "big", signed=True)


def read_i64(fields):
    return int.from_bytes(fields.take(8), "big", signed=True)


def read_set(fields):
    values = [fields.prefixed(1) for _ in range(fields.number(2))]
    assert values == sorted(set(values)) and all(values), "set"
    return values


def write_set(values):
    return u16(len(values)) + b"".join(map(lp8, values))


def read_span(fields):
    """(from, until), None where it is open."""
    low, high = read_i64(fields), read_i64(fields)
    assert low < high
    return (None if low == LEAST else low), (None if high == MOST else high)


def write_span(span):
    low, high = span
    return i64(LEAST if low is None else low) + i64(MOST if high is None else high)


def read_criterion(fields, name):
    if name == "recipient":
        return [read_set(fields) for _ in range(fields.number(2))]
    if name in SPANS:
        return read_span(fields)
    if name == "confidentiality":
        return fields.number(1)
    if name == "record":
        return [
            (fields.number(1), fields.prefixed(1), read_set(fields))
            for _ in range(fields.number(2))
        ]
    return read_set(fields)


def write_criterion(name, value):
    if name == "recipient":
        return u16(len(value)) + b"".join(map(write_set, value))
    if name in SPANS:
        return write_span(value)
    if name == "confidentiality":
        return bytes([value])
    if name == "record":
        each = (bytes([it[0]]) + lp8(it[1]) + write_set(it[2]) for it in value)
        return u16(len(value)) + b"".join(each)
    return write_set(value)


def read(data):
    """Terms as a dictionary; a rule is (effect, {criterion: value})."""
    assert data[:8] == b"HIPPO\1\0\x48", "header"
    fields = Fields(data[8:])
    terms = {"salt": fields.take(32), "vocabulary": fields.take(32)}
    terms["reading"], terms["mode"] = fields.number(1), fields.number(1)
    terms["subject"], terms["grantors"] = fields.prefixed(1), read_set(fields)
    terms["source"] = fields.take(32)
    terms["decided"] = read_i64(fields) if flag(fields) else None
    terms["zone"] = int.from_bytes(fields.take(2), "big", signed=True)
    terms["valid"], terms["base"] = read_span(fields), fields.number(1)
    terms["rules"] = []
    for _ in range(fields.number(2)):
        effect, criteria = fields.number(1), {}
        numbers = []
        for _ in range(fields.number(1)):
            numbers.append(fields.number(1))
            name = CRITERIA[numbers[-1] - 1]
            criteria[name] = read_criterion(fields, name)
        assert numbers == sorted(set(numbers)), "criteria"
        terms["rules"].append((effect, criteria))
    terms["obligations"] = read_set(fields)
    terms["supersedes"] = fields.take(32) if flag(fields) else None
    fields.end()
    return terms


def write(terms):
    out = b"HIPPO\1\0\x48" + terms["salt"] + terms["vocabulary"]
    out += bytes([terms["reading"], terms["mode"]]) + lp8(terms["subject"])
    out += write_set(terms["grantors"]) + terms["source"]
    out += b"\0" if terms["decided"] is None else b"\1" + i64(terms["decided"])
    out += terms["zone"].to_bytes(2, "big", signed=True) + write_span(terms["valid"])
    out += bytes([terms["base"]]) + u16(len(terms["rules"]))
    for effect, criteria in terms["rules"]:
        out += bytes([effect, len(criteria)])
        for name in sorted(criteria, key=CRITERIA.index):
            value = write_criterion(name, criteria[name])
            out += bytes([CRITERIA.index(name) + 1]) + value
    out += write_set(terms["obligations"])
    return out + (b"\0" if terms["supersedes"] is None else b"\1" + terms["supersedes"])


def digest(data):
    return transcript("CONSENT-TERMS", data)


def of_json(view):
    """The same dictionary, from the view that section 16.6 describes."""
    moment = lambda it: None if it is None else it["seconds"]
    span = lambda it: (moment(it["from"]), moment(it["until"]))
    hours, minutes = view["zone"][1:].split(b":")
    zone = (60 * int(hours) + int(minutes)) * (-1 if view["zone"][:1] == b"-" else 1)

    def criterion(name, value):
        if name in SPANS:
            return span(value)
        if name == "confidentiality":
            return LEVELS.index(value)
        if name == "record":
            return [
                (MEANINGS.index(it["meaning"]), it["reference"], it["members"]) for it in value
            ]
        return value

    return {
        "salt": unhexed(view["salt"]),
        "vocabulary": unhexed(view["vocabulary"]),
        "reading": READINGS.index(view["reading"]),
        "mode": MODES.index(view["purpose_mode"]),
        "subject": view["subject"],
        "grantors": view["grantors"],
        "source": unhexed(view["source"]) or bytes(32),
        "decided": moment(view["decided"]),
        "zone": zone,
        "valid": span(view["valid"]),
        "base": BASES.index(view["base"]),
        "rules": [
            (
                EFFECTS.index(rule["effect"]),
                {name: criterion(name, value) for name, value in rule["criteria"].items()},
            )
            for rule in view["rules"]
        ],
        "obligations": view["obligations"],
        "supersedes": unhexed(view["supersedes"]),
    }


def unhexed(text):
    return text and bytes.fromhex(text.decode())


def check(vector):
    terms = of_json(vector["json"])
    assert write(terms) == vector["bytes"], "written"
    assert read(vector["bytes"]) == terms, "read"
    assert digest(vector["bytes"]) == vector["digest"], "digest"
    assert vector["digest"].hex().encode() == vector["json"]["digest"], "digest in JSON"


def signed(terms, patient, seed, time):
    body = lp32(terms) + patient + ed25519_public(seed) + u64(time)
    whole = frame(73, body)[:-32]
    return frame(73, body + sign(seed, "PATIENT-SIGNS-CONSENT", whole))


def check_signed(vector):
    patient = Patient.read(vector["patient_key"])
    seed = vector["guardian"] or patient.signing
    made = signed(vector["terms"], patient.id, seed, vector["time"])
    assert made == vector["consent"], "signed consent"


def check_labels(vector):
    seed = vector["seed"]
    body = lp32(vector["file"]) + ed25519_public(seed) + u64(vector["time"])
    whole = frame(76, body)[:-32]
    made = frame(76, body + sign(seed, "ASSERTER-SIGNS-LABELS", whole))
    assert made == vector["signed"], "signed labels"
    assert unframe(76, vector["signed"]).prefixed(4) == vector["file"]


def check_compiled(vector):
    """What the library compiled says of itself the same in bytes and in JSON."""
    for each in vector["of"]:
        outcome = each["outcome"]
        if "terms" in outcome:
            terms = of_json(outcome["json"])
            assert write(terms) == outcome["terms"], each["reading"]
            assert sha256(each["document"]).digest() == terms["source"], "source document"
        else:
            assert all(600 < it["error"] <= 640 for it in outcome["refused"])
