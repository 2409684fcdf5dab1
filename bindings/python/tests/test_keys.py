"""Keys: files, secrecy, and sources."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Union

import hippocrypt as hc
import pytest
from hippocrypt import hazmat

Secret = Union[
    hc.Authority,
    hc.AuthorityShare,
    hc.UserKey,
    hc.Patient,
    hc.Recipient,
    hc.Relay,
    hc.Signer,
    hc.LinkageKey,
    hc.LabelKey,
]

MAKERS: dict[str, Callable[[], Secret]] = {
    "Authority": lambda: hc.Authority.generate("a"),
    "UserKey": lambda: hc.Authority.generate("a").issue("a=b", until="2070-01-01"),
    "Patient": hc.Patient.generate,
    "Recipient": lambda: hc.Recipient.generate("r"),
    "Relay": lambda: hc.Relay.generate("r"),
    "Signer": lambda: hc.Signer.generate("s"),
    "LinkageKey": hc.LinkageKey.generate,
    "LabelKey": hc.LabelKey.generate,
    "AuthorityShare": lambda: hc.Authority.generate("a").split(parts=2, threshold=2)[0],
}


@pytest.mark.parametrize("name", MAKERS)
def test_secrets_stay_in_their_objects(name: str, tmp_path: Path) -> None:
    key = MAKERS[name]()
    assert repr(key) == str(key) == f"<hippocrypt.{name}>"
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(key)
    with pytest.raises(TypeError):
        bytes(key)  # type: ignore[call-overload]
    assert not hasattr(key, "to_bytes") and not hasattr(key, "__dict__")

    path = tmp_path / "key"
    key.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"-----BEGIN HIPPOCRYPT" in path.read_bytes()
    again = hc.load_key(path)
    assert type(again).__name__ == name
    assert hazmat.secret_bytes(again) == hazmat.secret_bytes(key)
    assert hazmat.secret_bytes(type(key).load(path)) == hazmat.secret_bytes(key)
    with pytest.raises(hc.EnvironmentFailure) as refused:
        key.save(path)
    assert refused.value.code == 502
    path.chmod(0o644)
    with pytest.raises(hc.EnvironmentFailure) as refused:
        hc.load_key(path)
    assert refused.value.code == 504


def test_a_passphrase_locks(tmp_path: Path) -> None:
    key, path = hc.Signer.generate("s"), tmp_path / "key"
    key.save(path, passphrase="correct horse")
    with pytest.raises(hc.OpenError) as refused:
        hc.Signer.load(path)
    assert refused.value.code == 304
    with pytest.raises(hc.OpenError) as refused:
        hc.Signer.load(path, passphrase="battery staple")
    assert refused.value.code == 300
    assert hc.Signer.load(path, passphrase="correct horse").public == key.public


def test_public_halves_pickle_and_compare(tmp_path: Path) -> None:
    publics = [
        hc.Authority.generate("a").public,
        hc.Signer.generate("s").public,
        hc.Recipient.generate("r").public,
        hc.Relay.generate("r").public,
        hc.Patient.generate().profile,
    ]
    for number, public in enumerate(publics):
        assert pickle.loads(pickle.dumps(public)) == public
        public.save(tmp_path / str(number))
        assert type(public).load(tmp_path / str(number)) == public
        assert len({public, type(public).from_bytes(public.to_bytes())}) == 1
        assert len(public.fingerprint.split()) == 12
        assert all(public != other for other in publics[:number])


RECORD = hc.Record("r", labels="type=Observation")
KEY_TEXT = b""


def give_key() -> bytes:
    return KEY_TEXT


def test_sources_travel_and_keys_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = hc.Patient.generate()
    sealed = hc.seal(b"x", record=RECORD, patient=patient.profile)
    path, locked = tmp_path / "key", tmp_path / "locked"
    patient.save(path)
    patient.save(locked, passphrase="correct horse")
    monkeypatch.setenv("HIPPO_TEST_KEY", path.read_text())
    monkeypatch.setenv("HIPPO_TEST_PASS", "correct horse\n")
    monkeypatch.setattr(sys.modules[__name__], "KEY_TEXT", path.read_bytes())
    sources = [
        hc.KeySource.file(path),
        hc.KeySource.environment("HIPPO_TEST_KEY"),
        hc.KeySource.callable(give_key),
        hc.KeySource.file(locked, passphrase=hc.KeySource.environment("HIPPO_TEST_PASS")),
    ]
    for source in sources:
        pickled = pickle.dumps(source)
        assert b"PATIENT KEY" not in pickled and len(pickled) < 500
        assert hc.open(sealed, key=pickle.loads(pickled)) == b"x"
    with open(path, "rb") as file:
        assert hc.open(sealed, key=hc.KeySource.descriptor(file.fileno())) == b"x"
    with pytest.raises(hc.CallError):
        hc.KeySource.environment("HIPPO_TEST_NOTHING").load()
    assert "PATIENT" not in repr(sources)


def test_a_worker_process_reads_the_key_itself(tmp_path: Path) -> None:
    patient = hc.Patient.generate()
    sealed, path = hc.seal(b"x", record=RECORD, patient=patient.profile), tmp_path / "key"
    patient.save(path)
    work = (
        "import pickle, sys, hippocrypt as hc\n"
        "source, sealed = pickle.load(sys.stdin.buffer)\n"
        "sys.stdout.buffer.write(hc.open(sealed, key=source))"
    )
    sent = pickle.dumps((hc.KeySource.file(path), sealed))
    done = subprocess.run([sys.executable, "-c", work], input=sent, capture_output=True, check=True)
    assert done.stdout == b"x"


def test_restricted_and_checked(hospital: hc.Authority, cardiologist: hc.UserKey) -> None:
    cardiologist.check(hospital.public)
    with pytest.raises(hc.Error):
        cardiologist.check(hc.Authority.generate("other").public)
    expires = [it for it in cardiologist.attributes if it.startswith("expires")]
    less = cardiologist.restrict(["role=cardiologist", *expires])
    assert less.satisfies("role=cardiologist") and not less.satisfies("dept=icu")
    assert less.expires == cardiologist.expires
    with pytest.raises(hc.CallError):
        cardiologist.restrict("role=dentist")


def test_pseudonyms_link_within_a_domain() -> None:
    key = hc.LinkageKey.generate()
    here = hc.pseudonym(key, "study-12", "943 476 5919")
    assert len(here) == 64 and here == hc.pseudonym(key, "study-12", "943 476 5919")
    others = [("study-13", "943 476 5919"), ("study-1", "2943 476 5919")]
    assert all(hc.pseudonym(key, *other) != here for other in others)
    assert hc.pseudonym(hc.LinkageKey.generate(), "study-12", "943 476 5919") != here
    with pytest.raises(hc.CallError):
        hc.pseudonym(key, "", "x")


def test_threads_share_keys_and_run_beside_each_other(patient: hc.Patient) -> None:
    sealer = hc.Sealer(patient=patient.profile)

    def work(number: int) -> bool:
        data = os.urandom(50_000)
        return hc.open(sealer.seal(data, record=RECORD), key=patient) == data

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(64)))


def test_parts_of_an_authority_give_it_back() -> None:
    hospital = hc.Authority.generate("hospital")
    parts = hospital.split(parts=3, threshold=2)
    assert [(part.index, part.threshold) for part in parts] == [(1, 2), (2, 2), (3, 2)]
    again = hc.Authority.recover(parts[1:])
    assert again.public == hospital.public
    other = hospital.split(parts=3, threshold=2)
    wrong = [(7, parts[:1]), (7, []), (5, [parts[0]] * 2), (1, [parts[0], other[1]])]
    for code, given in wrong:
        with pytest.raises(hc.CallError) as refused:
            hc.Authority.recover(given)
        assert refused.value.code == code
    for count, threshold in ((3, 1), (2, 3)):
        with pytest.raises(hc.CallError):
            hospital.split(parts=count, threshold=threshold)
