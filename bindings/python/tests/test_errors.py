"""The table of errors is Rust's."""

from __future__ import annotations

import pickle
import re

import hippocrypt as hc
from conftest import ROOT
from hippocrypt._errors import _make


def test_codes_are_those_of_rust() -> None:
    source = (ROOT / "src/error.rs").read_text()
    table = source.split("errors! {", 1)[1].split("\n}\n", 1)[0]
    rust = re.findall(r"^    (\d+) (\w+)[ (]", table, re.MULTILINE)
    assert {int(code): name for code, name in rust} == hc.error_table()


def test_every_code_has_a_class_of_its_block() -> None:
    blocks = {
        0: hc.CallError,
        1: hc.DecodeError,
        2: hc.PolicyError,
        3: hc.OpenError,
        4: hc.TimeError,
        5: hc.EnvironmentFailure,
        6: hc.ConsentError,
    }
    for code, name in hc.error_table().items():
        error = _make(code, name, "text", ["a reason"])
        assert isinstance(error, blocks[code // 100]) and isinstance(error, hc.Error)
        assert (error.code, error.name) == (code, name)
        assert str(error) == f"error {code}: text\na reason"
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
