"""Many small records under one header, released together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    from ._native import Record, Sealer, SignerPublic
    from ._types import Buffer, KeyArgument


class Batch:
    """Collects members to seal together: one header for all, about 100 bytes for each.

    A batch opens as a whole or not at all. ``record`` names it and gives its labels.
    """

    def __init__(self, *, sealer: Sealer, record: Union[str, Record]) -> None:
        self._sealer = sealer
        self._record = record
        self._members: list[tuple[str, bytes]] = []

    def add(self, name: str, data: Buffer) -> None:
        """Adds a member under a visible name of 1 to 128 bytes, used once."""
        self._members.append((name, bytes(data)))

    def __len__(self) -> int:
        return len(self._members)

    def seal(self) -> bytes:
        """The sealed batch."""
        return self._sealer.seal_batch(self._members, record=self._record)


class OpenedBatch(Mapping[str, bytes]):
    """The members of a batch by name, in order, all verified."""

    def __init__(self, members: Iterable[tuple[str, bytes]]) -> None:
        self._members = dict(members)

    def __getitem__(self, name: str) -> bytes:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"<hippocrypt.OpenedBatch of {len(self._members)}>"


def open_batch(
    sealed: Buffer,
    *,
    key: KeyArgument,
    senders: Union[SignerPublic, Iterable[SignerPublic], None] = None,
) -> OpenedBatch:
    """Opens a batch with one key or any of several."""
    if senders is None:
        return OpenedBatch(_native.open_batch(sealed, key=key))
    return OpenedBatch(_native.open_batch(sealed, key=key, senders=senders))
