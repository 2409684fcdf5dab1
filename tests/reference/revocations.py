"""Revocations and proofs against relays: SPEC.md, sections 14.9 and 14.10."""

from capsules import Capsule, Patient, Profile, ed25519_public, label_bytes, label_point, sign
from capsules import verify
from groups import G2, ONE, combine, decode1, decode2, product, times
from kdf import Fields, frame, lp32, transcript, u16, u32, u64, unframe


def entry(patient, described):
    body = patient.id
    if described["kind"] == 1:
        body += b"\1" + described["grant"]
    else:
        body += b"\2" + bytes(8) + u64(described["floor"])
    body += u64(described["sequence"]) + u64(described["time"]) + ed25519_public(patient.signing)
    return body + sign(patient.signing, "PATIENT-SIGNS-REVOCATION", body)


def published(patient, entries, sequence, time):
    entries = sorted(entries, key=lambda it: it[:-64])
    body = ed25519_public(patient.signing) + u64(sequence) + u64(time)
    body += u32(len(entries)) + b"".join(entries)
    whole = frame(44, body)[:-32]
    return frame(44, body + sign(patient.signing, "PUBLISHER-SIGNS-REVOCATIONS", whole))


def check_list(vector):
    patient = Patient.read(vector["patient_key"])
    entries = [entry(patient, it) for it in vector["entries"]]
    assert published(patient, [], 1, vector["empty_time"]) == vector["empty"], "empty list"
    assert published(patient, entries, 2, vector["list_time"]) == vector["list"], "list"


def check_publisher(vector):
    """A publisher's state, and the list that it gives."""
    patient = Patient.read(vector["patient_key"])
    entries = sorted((entry(patient, it) for it in vector["entries"]), key=lambda it: it[:-64])
    numbers = [vector[name] for name in ("last_grant", "last_revocation", "last_list")]
    body = ed25519_public(patient.signing) + b"".join(map(u64, numbers))
    body += u32(len(entries)) + b"".join(entries)
    body += u16(1) + vector["grant"] + lp32(vector["policy"])
    assert frame(47, body) == vector["state"], "state"
    made = published(patient, entries, vector["last_list"], vector["list_time"])
    assert made == vector["list"], "list"


def check_blame(vector):
    """Why the relay is at fault, from what is in the proof alone."""
    fields = unframe(45, vector["blame"])
    grant, answer = fields.prefixed(4), fields.prefixed(4)
    assert (grant, answer) == (vector["grant"], vector["answer"])
    start = fields.at
    labels = [fields.prefixed(2) for _ in range(fields.number(1))]
    assert fields.data[start : fields.at] == label_bytes(labels)
    capsule = Capsule(fields.prefixed(2), labels)
    fields.end()

    fields = unframe(40, grant)
    header = fields.prefixed(4)
    digest = transcript("GRANT-HEADER", header)
    read = Fields(header)
    assert read.number(1) == 1
    read.take(16 + 8)
    profile = Profile(read.prefixed(2))
    verify(profile.verifying, fields.take(64), "PATIENT-SIGNS-GRANT", digest)
    count = 2
    commitment = header[-32 - 96 * count : -32]
    relays = header[-32 - 96 * count - 64 * count : -32 - 96 * count]

    fields = unframe(43, answer)
    assert fields.take(32) == digest
    index = fields.number(1)
    assert index == vector["relay"] and fields.number(4) == 0 and fields.number(2) == 1
    assert fields.take(128) == capsule.digest + capsule.first
    power = decode2(fields.take(96))
    signed = transcript("RELAY-SIGNS-ANSWER", fields.data[: fields.at])
    key = relays[64 * (index - 1) + 32 :][:32]
    verify(key, fields.take(64), "RELAY-SIGNS-ANSWER", signed)
    fields.end()

    capsule.check_proof()
    first = decode2(capsule.first)
    for label, row in zip(labels, capsule.rows, strict=True):
        # Each row by itself, where the library weighs all together.
        minus = times(label_point(label), -1)
        assert product((decode1(row), G2), (minus, first)) == ONE, "capsule"
    points = [decode2(commitment[96 * at :][:96]) for at in range(count)]
    own = combine(points, [index**it for it in range(count)])
    minus = times(label_point(labels[0]), -1)
    assert product((decode1(capsule.rows[0]), own), (minus, power)) != ONE, "a right answer"
