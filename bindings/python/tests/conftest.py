"""What tests share."""

from __future__ import annotations

from pathlib import Path

import hippocrypt as hc
import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def hospital() -> hc.Authority:
    return hc.Authority.generate("St. Elsewhere")


@pytest.fixture(scope="session")
def cardiologist(hospital: hc.Authority) -> hc.UserKey:
    return hospital.issue(["role=cardiologist", "dept=icu", "level=3"], until="2070-12-31")


@pytest.fixture(scope="session")
def dentist(hospital: hc.Authority) -> hc.UserKey:
    return hospital.issue(["role=dentist"], until="2070-12-31")


@pytest.fixture(scope="session")
def patient() -> hc.Patient:
    return hc.Patient.generate()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the repository with larger data, where there is one."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The line that scripts/summary.awk counts."""
    count = {name: len(terminalreporter.getreports(name)) for name in ("passed", "skipped")}
    failed = sum(len(terminalreporter.getreports(name)) for name in ("failed", "error"))
    terminalreporter.write_line(
        f"test result: {'FAILED' if failed else 'ok'}. {count['passed']} passed; {failed} failed;"
        f" {count['skipped']} ignored; 0 measured; 0 filtered out"
    )
