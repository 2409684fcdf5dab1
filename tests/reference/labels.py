"""Labels of records, in clear and blinded: SPEC.md, section 9."""

import hmac

import policies
from capsules import label_bytes
from kdf import hkdf, lp16, tag, u16, unframe


def completed(given):
    """With what the calendar brings: a day its month and year, a month its year."""
    labels = set(given)
    for label in given:
        name, value = label.split(b"=", 1)
        if name == b"ymd":
            labels |= {b"ym=" + value[:7], b"y=" + value[:4]}
        if name == b"ym" and (value != b"unknown" or not any(it[:2] == b"y=" for it in given)):
            labels.add(b"y=" + (value if value == b"unknown" else value[:4]))
    return sorted(labels)


class Key:
    def __init__(self, key_file):
        fields = unframe(22, key_file)
        self.key = fields.take(32)
        fields.end()
        self.id = hkdf(b"", self.key, tag("LABEL-KEY-ID"))

    def blind(self, label):
        return hmac.digest(self.key, tag("LABEL-BLIND") + lp16(label), "sha256")


def blinded_policy(node, key):
    """Canonical bytes of a formula over blinded labels."""
    if isinstance(node, bytes):
        return b"\x01" + key.blind(node)
    needed, children, gate = node
    count = u16(len(children))
    if gate == policies.AND:
        head = b"\x80" + count
    elif gate == policies.OR:
        head = b"\x81" + count
    else:
        head = b"\x82" + u16(needed) + count
    return head + b"".join(blinded_policy(it, key) for it in children)


def check(vector):
    labels = completed(vector["given"])
    assert label_bytes(labels) == vector["labels"], "labels"
    assert label_bytes(completed([b"ym=unknown"])) == vector["unknown"], "unknown"
    key = Key(vector["label_key"])
    assert key.id == vector["id"], "id of a label key"
    assert label_bytes(sorted(map(key.blind, labels))) == vector["blinded"], "blinded labels"
    blinded = vector["blinded_policy"]
    plain = policies.over_labels(vector["policy"])
    assert policies.rows(policies.over_labels(blinded)) == [
        key.blind(it) for it in policies.rows(plain)
    ], "rows of the blinded policy"
    assert b"\3" + blinded_policy(plain, key) == blinded, "blinded policy"
