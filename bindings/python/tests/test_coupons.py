"""Coupons, blinded labels, and records in two parts."""

from __future__ import annotations

import io
from pathlib import Path

import hippocrypt as hc
import pytest

LABELS = ["type=ECG", "conf=N"]


def code(call: object) -> int:
    with pytest.raises(hc.Error) as refused:
        call()  # type: ignore[operator]
    return refused.value.code


def test_a_device_seals_with_coupons(patient: hc.Patient, tmp_path: Path) -> None:
    device, clinic = hc.Recipient.generate("monitor"), hc.Signer.generate("clinic")
    pack = hc.mint_coupons(
        device.public, patient=patient.profile, labels=LABELS, count=2, signer=clinic
    )
    store = hc.CouponStore(tmp_path / "coupons")
    other = hc.Signer.generate("other").public
    assert code(lambda: store.add(pack, key=device, minter=other)) in (301, 302)
    assert code(lambda: store.add(pack, key=hc.Recipient.generate("thief"))) in (300, 303)
    assert store.add(pack, key=device, minter=clinic.public) == 2
    assert store.add(pack, key=device, minter=clinic.public) == 0
    ((_, whose, minted, left),) = store.stock()
    assert (whose, minted, left) == (patient.profile.id, 2, 2)

    sealer = hc.Sealer(patient=patient.profile, coupons=store)
    record = hc.Record("ecg-1", labels=LABELS)
    sealed = sealer.seal(b"frame", record=record)
    assert hc.open(sealed, key=patient) == b"frame"
    assert code(lambda: sealer.seal(b"x", record=hc.Record("r", labels="type=ECG"))) == 8
    file = io.BytesIO()
    with hc.SealWriter(file, sealer=sealer, record=record) as out:
        out.write(b"streamed")
    assert hc.open(file.getvalue(), key=patient) == b"streamed"
    assert store.stock()[0][3] == 0
    assert code(lambda: sealer.seal(b"x", record=record)) == 505
    assert code(lambda: hc.Sealer(coupons=store)) == 1
    zero = {"patient": patient.profile, "labels": LABELS}
    assert code(lambda: hc.mint_coupons(device.public, count=0, **zero)) == 1  # type: ignore[arg-type]

    seen = hc.SeenCapsules()
    seen.admit(sealed)
    seen.admit(sealed)
    seen.admit(file.getvalue())


def test_labels_are_blinded(patient: hc.Patient, tmp_path: Path) -> None:
    key = hc.LabelKey.generate()
    record = hc.Record("r", labels=LABELS, label_key=key)
    sealed = hc.seal(b"x", record=record, patient=patient.profile)
    assert hc.inspect(sealed).labels is None and b"type=ECG" not in sealed
    assert hc.open(sealed, key=patient) == b"x"
    key.save(tmp_path / "labels.key")
    again = hc.LabelKey.load(tmp_path / "labels.key")
    device = hc.Recipient.generate("monitor")
    store = hc.CouponStore(tmp_path / "coupons")
    pack = hc.mint_coupons(
        device.public, patient=patient.profile, labels=LABELS, count=1, label_key=again
    )
    assert store.add(pack, key=device) == 1
    sealer = hc.Sealer(patient=patient.profile, coupons=store)
    assert hc.open(sealer.seal(b"y", record=record), key=patient) == b"y"
    assert code(lambda: hc.Record("r", label_key=key)) == 7


def test_a_header_is_kept_apart(
    hospital: hc.Authority, cardiologist: hc.UserKey, dentist: hc.UserKey, tmp_path: Path
) -> None:
    ward = hc.Signer.generate("ward")
    sealer = hc.Sealer(authority=hospital.public, policy="dept=icu", sender=ward)
    content = bytes(range(256)) * 1024
    header, payload = sealer.seal_detached(content, record="scan")
    assert hc.inspect(header).content == "record" and len(payload) > len(content)
    opened = hc.open_record(payload, key=cardiologist, header=header, senders=ward.public)
    assert opened.plaintext == content and opened.sender == ward.public.key
    assert hc.open_range(payload, 70_000, 70_010, key=cardiologist, header=header) == (
        content[70_000:70_010]
    )
    # The header alone is rewrapped; the object stays as it is.
    dentists = hc.Sealer(authority=hospital.public, policy="role=dentist")
    moved = dentists.rewrap(header, key=cardiologist)
    assert hc.open(payload, key=dentist, header=moved, senders=ward.public) == content
    other, _ = sealer.seal_detached(content, record="scan")
    assert code(lambda: hc.open(payload, key=cardiologist, header=other)) == 310
    whole = sealer.seal(content, record="scan")
    assert code(lambda: hc.open(whole, key=cardiologist, header=header)) == 105
    assert code(lambda: hc.open(payload, key=cardiologist)) == 105
    assert code(lambda: hc.open(payload, key=cardiologist, header=header + b"x")) == 101
    assert code(lambda: hc.open(payload[:20], key=cardiologist, header=header)) == 100

    source = tmp_path / "scan.dcm"
    source.write_bytes(content)
    files = {name: tmp_path / name for name in ("object", "header", "again")}
    hc.seal_file(source, files["object"], sealer=sealer, record="scan", header=files["header"])
    signer = hc.open_file(
        files["object"], files["again"], key=cardiologist, header=files["header"]
    )
    assert signer == ward.public.key and files["again"].read_bytes() == content
    with pytest.raises(FileExistsError):
        hc.seal_file(source, tmp_path / "new", sealer=sealer, record="s", header=files["header"])
    assert not (tmp_path / "new").exists()
