"""The tutorial and the guide run, and tell the truth."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import hippocrypt as hc
import pytest
from conftest import ROOT

PNG = b"\x89PNG\r\n\x1a\n"


def tutorial() -> Any:
    path = ROOT / "bindings/python/examples/tutorial.py"
    spec = importlib.util.spec_from_file_location("tutorial", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tutorial"] = module
    spec.loader.exec_module(module)
    return module


def test_use_my_data_until_i_say_stop(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    if not any((ROOT / "target/examples/r4").glob("Observation-*.json")):
        pytest.skip("no npm package hl7.fhir.r4.examples")
    story = tutorial().main(tmp_path)
    facts = story.facts
    assert facts["participants"] >= 3 and facts["records"] > facts["records extracted"] > 0
    assert facts["after withdrawal"] == 402
    assert len(facts["past use of who withdrew"]) == 1
    before, after = facts["rows before and after withdrawal"]
    assert 0 < after < before
    assert "Consent-consent-example-basic" in facts["consents compiled"]
    assert facts["consents refused"]["Consent-consent-example-notOrg"] == 604
    access = story.access
    assert access["study, by grant"] == {"records: Observation": True, "records: Condition": False}
    assert all(access["clinician"].values()) and not any(access["visitor"].values())
    assert {it for it, can in access["analyst"].items() if can} == {"measurement.value"}
    for picture in facts["pictures"]:
        assert (tmp_path / picture).read_bytes().startswith(PNG)


def test_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    guide = (ROOT / "docs/python.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 8
    names: dict[str, Any] = {"__name__": "guide"}
    for number, block in enumerate(blocks):
        exec(compile(block, f"docs/python.md, block {number + 1}", "exec"), names)


def test_the_readmes_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for readme in (ROOT / "README.md", ROOT / "bindings/python/README.md"):
        blocks = re.findall(r"^```python\n(.*?)^```$", readme.read_text(), re.MULTILINE | re.DOTALL)
        assert blocks
        for block in blocks:
            exec(compile(block, readme.name, "exec"), {"__name__": "readme"})


def test_the_guide_names_every_door() -> None:
    guide = (ROOT / "docs/python.md").read_text()
    table = guide.split("## What has a door", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"`(\w+)`", table))
    assert set(hc.__all__) - named == set()
