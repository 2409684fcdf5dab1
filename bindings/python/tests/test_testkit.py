"""The files of the test kit, each with one fault, give the errors of its table from Python too."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

import hippocrypt as hc
import pytest
from conftest import ROOT

KIT = ROOT / "tests/testkit"

# What the table calls, by name; what it names beside these Python programs are not offered.
CALLS: dict[str, Callable[[Path], object]] = {
    "authority-key": hc.Authority.load,
    "user-key": hc.UserKey.load,
    "signer-key": hc.Signer.load,
    "patient-key": hc.Patient.load,
    "recipient-key": hc.Recipient.load,
    "relay-key": hc.Relay.load,
    "authority-public": lambda path: hc.AuthorityPublic.from_bytes(path.read_bytes()),
    "signer-public": lambda path: hc.SignerPublic.from_bytes(path.read_bytes()),
    "patient-profile": lambda path: hc.PatientProfile.from_bytes(path.read_bytes()),
    "recipient-public": lambda path: hc.RecipientPublic.from_bytes(path.read_bytes()),
    "relay-public": lambda path: hc.RelayPublic.from_bytes(path.read_bytes()),
    "grant": lambda path: hc.Grant.from_bytes(path.read_bytes()),
    "grant-share": lambda path: hc.GrantShare.from_bytes(path.read_bytes()),
    "policy": lambda path: hc.Policy(path.read_text("utf-8")),
    "label-lines": lambda path: hc.Record("r", labels=path.read_text("utf-8").splitlines()),
    "header": lambda path: hc.inspect(path.read_bytes()),
}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that only its owner can read, as secret files must be: a checkout is not so."""
    copy = tmp_path_factory.mktemp("kit")
    for file in (KIT / "files").iterdir():
        shutil.copyfile(file, copy / file.name)
        (copy / file.name).chmod(0o600)
    return copy


def opened(path: Path, key: str) -> bytes:
    holder = hc.load_key(path.parent / key)
    return hc.open(path.read_bytes(), key=holder)  # type: ignore[arg-type]


def accepted(call: str, code: int) -> set[int]:
    """The table's number. Python reads key files, whose checksum (114) comes before their fields:
    it is wrong too where the length is (100, 101)."""
    is_file = call in CALLS and call not in ("policy", "label-lines", "header")
    return {code, 114} if is_file and code in (100, 101) else {code}


def rows() -> list[tuple[str, str, str, int]]:
    lines = (KIT / "table.txt").read_text().splitlines()
    split = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(file, call, key, int(code)) for file, call, key, code in split]


def test_the_files_are_refused_as_the_table_says(kit: Path) -> None:
    run, wrong = 0, []
    for file, call, key, code in rows():
        path = kit / file
        try:
            if call in CALLS:
                CALLS[call](path)
            elif call in ("open-with-user-key", "open-with-patient-key"):
                opened(path, key)
            else:
                continue
            found = 0
        except UnicodeDecodeError:
            continue  # Python's text cannot even hold it.
        except hc.Error as error:
            found = error.code
        run += 1
        if found not in accepted(call, code):
            wrong.append(f"{file}, {call}: {found}, not {code}")
    assert not wrong, "\n".join(wrong)
    assert run >= 150


def test_a_wrong_number_would_be_seen(kit: Path) -> None:
    file, _, _, code = next(row for row in rows() if row[1] == "user-key" and row[3])
    with pytest.raises(hc.Error) as caught:
        hc.UserKey.load(kit / file)
    assert caught.value.code in accepted("user-key", code)
    assert caught.value.code not in accepted("user-key", 0)
