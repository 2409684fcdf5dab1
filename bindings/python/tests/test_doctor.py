"""Why a key does not open a record."""

from __future__ import annotations

import hippocrypt as hc
import pytest

RECORD = hc.Record("r", labels=["type=Observation", "conf=N"], created=1_795_500_000)


def findings(sealed: bytes, key: object, *authorities: hc.AuthorityPublic) -> str:
    found = hc.diagnose(sealed, key=key, authorities=authorities)  # type: ignore[arg-type]
    assert not found.fits and found.findings and repr(found) == "<hippocrypt.Diagnosis: does not fit>"
    return str(found)


def test_attributes_authorities_and_ends(
    hospital: hc.Authority, cardiologist: hc.UserKey, dentist: hc.UserKey
) -> None:
    public = hospital.public
    sealed = hc.seal(b"x" * 100, record=RECORD, authority=public, policy="role=cardiologist")
    assert hc.diagnose(sealed, key=cardiologist).fits
    assert hc.diagnose(sealed, key=[dentist, cardiologist]).findings == []
    assert "the key lacks: role=cardiologist" in findings(sealed, dentist)
    ended = hospital.issue("role=cardiologist", until="2026-01-31")
    assert "the key ended with 2026-01-31" in findings(sealed, ended)
    elsewhere = hc.Authority.generate("elsewhere")
    stranger = elsewhere.issue("role=cardiologist", until="2070-01-01")
    said = findings(sealed, stranger, public, elsewhere.public)
    assert 'under authority "St. Elsewhere"' in said and 'by authority "elsewhere"' in said
    assert "a key that it has issued is needed" in findings(sealed, hc.Patient.generate())
    short = sealed[:-110]
    assert "cut short or damaged" in findings(short, cardiologist)
    with pytest.raises(hc.DecodeError):
        hc.diagnose(sealed[:20], key=cardiologist)


def test_patients_and_grants(hospital: hc.Authority, cardiologist: hc.UserKey) -> None:
    patient, study = hc.Patient.generate(), hc.Recipient.generate("study")
    sealed = hc.seal(b"x", record=RECORD, patient=patient.profile)
    assert hc.diagnose(sealed, key=patient).fits
    assert "the key is of patient" in findings(sealed, hc.Patient.generate())
    assert "the patient's key" in findings(sealed, cardiologist)
    relay = hc.Relay.generate("relay")
    through = {"relays": [relay.public], "threshold": 1, "until": "2070-12-31"}
    state = hc.PublisherState(patient)
    grant, _ = hc.make_grant(patient, study.public, "type=Observation", state=state, **through)  # type: ignore[arg-type]
    none = hc.HeldGrant(grant, study).with_answers([])
    assert "0 of 1 answers" in findings(sealed, none)
    other = hc.seal(b"x", record=hc.Record("r", labels="type=Condition"), patient=patient.profile)
    assert "do not satisfy the grant" in findings(other, none)
    strange = hc.seal(b"x", record=RECORD, patient=hc.Patient.generate().profile)
    assert "the grant is of patient" in findings(strange, none)

    both = hc.seal(
        b"x",
        record=RECORD,
        authority=hospital.public,
        policy="role=cardiologist",
        patient=patient.profile,
        both=True,
    )
    assert hc.diagnose(both, key=[cardiologist, patient]).fits
    assert "together" in findings(both, cardiologist)


def test_headers_kept_apart(hospital: hc.Authority, cardiologist: hc.UserKey) -> None:
    sealer = hc.Sealer(authority=hospital.public, policy="dept=icu")
    header, payload = sealer.seal_detached(b"x" * 100, record="r")
    assert hc.diagnose(payload, key=cardiologist, header=header).fits
    assert not hc.diagnose(payload[:-110], key=cardiologist, header=header).fits
