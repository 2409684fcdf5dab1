"""Types that signatures share: for type checkers, never imported when a program runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Protocol, Union

from typing_extensions import Buffer

from ._native import (
    Authority,
    AuthorityShare,
    GrantedKey,
    LabelKey,
    LinkageKey,
    Patient,
    Recipient,
    Relay,
    Signer,
    UserKey,
)
from ._source import KeySource

#: A secret key of any kind.
Key = Union[Authority, UserKey, Patient, Recipient, Relay, Signer, LinkageKey, LabelKey, AuthorityShare]
#: One way to open records.
OneKey = Union[UserKey, Patient, GrantedKey, KeySource]
#: One key or any of several.
KeyArgument = Union[OneKey, Sequence[OneKey]]


class Readable(Protocol):
    """What plaintext or records are read from."""

    def read(self, size: int, /) -> bytes: ...


class Writable(Protocol):
    """What they are written to."""

    def write(self, data: bytes, /) -> Optional[int]: ...


class In(Protocol):
    """A file or a raw stream."""

    def read(self, size: int, /) -> Optional[bytes]: ...


class Out(Protocol):
    """A file or a writer that seals."""

    def write(self, data: bytes, /) -> Optional[int]: ...


__all__ = ["Buffer", "In", "Key", "KeyArgument", "OneKey", "Out", "Readable", "Writable"]
