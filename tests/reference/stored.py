"""What parties keep on media of their own: SPEC.md, sections 14.13 and 15.2."""

from hashlib import sha256

from capsules import Patient, label_bytes
from grants import Party
from kdf import HEADER, Fields, tag, u16, u32, u64, unframe
from revocations import entry


def checksum(name, *items):
    return sha256(tag(name) + b"".join(items)).digest()[:16]


def check_journal(vector):
    patient = Patient.read(vector["patient_key"])
    parts = [
        HEADER + bytes([46]) + u64(vector["born"]) + u64(vector["since"]),
        b"\x0f" + entry(patient, vector["revocation"]),
        b"\x33" + vector["publisher"] + u64(vector["list"]),
        b"\x55" + vector["requester"] + vector["nonce"] + u64(vector["time"]),
        b"\x5a" + vector["sharing"] + u32(vector["floor"]),
    ]
    whole, before = b"", bytes(16)
    for part in parts:
        before = checksum("RELAY-JOURNAL", before, part)
        whole += part + before
    assert whole == vector["journal"], "journal"


class Pack:
    """A pack without a minter, and its coupons as (capsule, k1)."""

    def __init__(self, vector):
        self.patient = Patient.read(vector["patient_key"])
        labels = vector["labels"]
        device = Party(26, vector["device"])
        fields = unframe(55, vector["pack"])
        self.id = fields.take(16)
        assert fields.take(32) == self.patient.id and fields.take(64) == device.keys
        self.count = fields.number(2)
        assert fields.take(1) == b"\0"
        info = tag("COUPONS-TO-DEVICE") + sha256(fields.data[: fields.at]).digest()
        opened = Fields(device.open(fields.prefixed(4), info))
        fields.end()
        self.labels = label_bytes(labels)
        assert opened.take(len(self.labels)) == self.labels
        capsule = 224 + 48 * len(labels)
        self.coupons = [(opened.take(capsule), opened.take(32)) for _ in range(self.count)]
        opened.end()

    def checksum(self, *items):
        return checksum("COUPON-STORE-CHECKSUM", *items)

    def slot(self, index, *coupon):
        return self.checksum(self.id, u16(index), *coupon)


def check_file(vector):
    pack, spent = Pack(vector), vector["spent"]
    file = HEADER + bytes([56]) + u64(vector["born"]) + pack.id + pack.patient.id
    file += pack.labels + u16(pack.count)
    file += pack.checksum(file)
    for index, (capsule, k1) in enumerate(pack.coupons):
        front = k1 + pack.slot(index, k1, capsule)
        file += (front if index >= spent else bytes(48)) + capsule
    assert file == vector["file"], "file"
    name = f"{pack.id.hex()}-{spent:04}.coupons"
    assert name.encode() == vector["name"], "name"


def padded(data, size):
    return data + b"\xff" * (size - len(data))


def check_flash(vector):
    pack, word, page = Pack(vector), vector["word"], vector["page"]
    registry = vector["registry_pages"]

    def words(length):
        return -(-length // word) * word

    slot = words(word + 2 + vector["coupon_bytes"] + 16)
    fit = page // slot
    pages = -(-pack.count // fit)
    head = HEADER + bytes([57]) + u16(registry) + u32(vector["coupon_bytes"]) + bytes(2)
    flash = padded(head + pack.checksum(head), 32)
    record = pack.id + u16(registry) + u16(pages) + u16(pack.count) + bytes(2)
    flash += record + pack.checksum(record)[:8] + bytes(word)
    flash = padded(flash, registry * page)
    for first in range(0, pack.count, fit):
        own = b""
        for index in range(first, min(first + fit, pack.count)):
            capsule, k1 = pack.coupons[index]
            coupon = pack.labels + capsule + k1
            mark = bytes(word) if index < vector["spent"] else b"\xff" * word
            filled = mark + u16(len(coupon)) + coupon + pack.slot(index, coupon)
            own += padded(filled, slot)
        flash += padded(own, page)
    flash = padded(flash, (registry + pages) * page) + bytes((vector["pages"] - registry - pages) * page)
    assert flash == vector["flash"], "flash"
