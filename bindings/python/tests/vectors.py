"""What the checks of the vectors share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import hippocrypt as hc
import pytest
from hippocrypt import hazmat

Check = Callable[[dict[str, Any]], None]
CHECKS: dict[tuple[str, str], Check] = {}


def checks(file: str, *names: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        CHECKS.update({(f"{file}.json", name): check for name in names})
        return check

    return register


def raw(digits: str) -> bytes:
    return bytes.fromhex(digits)


def text(digits: str) -> str:
    return raw(digits).decode()


def plain(value: Any) -> Any:
    """A value whose texts are in hexadecimal digits, as JSON has it."""
    if isinstance(value, dict):
        return {name: plain(it) for name, it in value.items()}
    if isinstance(value, list):
        return [plain(it) for it in value]
    return text(value) if isinstance(value, str) else value


def key(digits: str) -> Any:
    """A secret object, which comes back as it was."""
    read = hc.read_key(raw(digits))
    assert hazmat.secret_bytes(read).hex() == digits
    return read


def signer(seed: str, name: bytes = b"") -> hc.Signer:
    """The signer of a seed, in the object that SPEC.md, section 6.2, says."""
    body = b"HIPPO\1\1\x13" + raw(seed) + bytes([len(name)]) + name
    read = hc.read_key(body + hashlib.sha256(body).digest())
    assert isinstance(read, hc.Signer)
    return read


def code(call: Callable[[], object]) -> int:
    with pytest.raises(hc.Error) as refused:
        call()
    return refused.value.code
