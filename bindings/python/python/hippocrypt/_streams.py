"""Streams of any size: context managers over file objects, and whole files."""

from __future__ import annotations

import os
from io import RawIOBase

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import BinaryIO, Callable, Optional, Union

    from ._native import Header, Record, Sealer, SignerPublic
    from ._types import Buffer, In, KeyArgument, Out, Readable, Writable

_PART = 1 << 20
#: The longest header in bytes.
_HEADER = 256 << 10


class SealWriter:
    """Seals what is written to it into ``file``, in constant memory.

    A context manager: leaving it ends the record; an exception inside leaves ``file`` without
    what ends a record, so that it opens for nobody as a whole. ``file`` stays open. With
    ``detached``, ``file`` gets a payload object, and ``header`` is kept elsewhere.
    """

    def __init__(
        self,
        file: Writable,
        *,
        sealer: Sealer,
        record: Union[str, Record],
        detached: bool = False,
    ) -> None:
        self._native = _native.SealWriter(file, sealer=sealer, record=record, detached=detached)
        self._ended = False

    @property
    def header(self) -> Optional[bytes]:
        """The header that is kept apart; None where it is in ``file``."""
        return self._native.header

    def write(self, data: Buffer) -> int:
        """Seals any buffer; gives its length in bytes."""
        return self._native.write(data)

    def close(self) -> None:
        """Writes what ends the record; a second time does nothing."""
        if not self._ended:
            self._ended = True
            self._native.finish()

    def abandon(self) -> None:
        """Ends without what ends a record."""
        self._ended = True
        self._native.abandon()

    def __enter__(self) -> SealWriter:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


class OpenReader(RawIOBase):
    """Reads a sealed record from ``file``: a raw binary stream for anything that reads files.

    What it gives is authentic, but until the end is reached nobody knows that nothing is
    missing; at the end a truncated record raises OpenError instead of an end. ``sender`` is
    known then. Wrap it in ``io.BufferedReader`` for lines. With a header that is kept ``apart``,
    ``file`` is its payload object.
    """

    def __init__(
        self,
        file: Readable,
        *,
        key: KeyArgument,
        senders: Union[SignerPublic, Iterable[SignerPublic], None] = None,
        apart: Optional[Buffer] = None,
    ) -> None:
        if senders is None:
            self._native = _native.OpenReader(file, key=key, apart=apart)
        else:
            self._native = _native.OpenReader(file, key=key, senders=senders, apart=apart)
        self._header = self._native.header
        self._sender: Optional[bytes] = None
        self._ended = False

    @property
    def header(self) -> Header:
        """What everybody can read of the record."""
        return self._header

    @property
    def sender(self) -> Optional[bytes]:
        """The Ed25519 key of who signed all of it; None before the end or if nobody did."""
        return self._sender

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        if self._ended:
            return 0
        data = self._native.read(len(view))
        view[: len(data)] = data
        if not data and len(view) > 0:
            self._ended = True
            self._sender = self._native.finish()
        return len(data)


def seal_file(
    source: Union[str, os.PathLike[str], Readable],
    target: Union[str, os.PathLike[str], Writable],
    *,
    sealer: Sealer,
    record: Union[str, Record],
    header: Union[str, os.PathLike[str], Writable, None] = None,
    overwrite: bool = False,
    progress: Optional[Callable[[int], object]] = None,
) -> int:
    """Seals ``source`` into ``target``, paths or file objects; gives the bytes read.

    A path appears only when it is complete. ``progress`` is called with the number of bytes
    since the last call: ``tqdm(...).update`` fits. With ``header``, a path or file object too,
    the header goes there, and ``target`` gets the payload object.
    """
    if header is None:
        with _Input(source) as reading, _Output(target, overwrite) as writing:
            with SealWriter(writing, sealer=sealer, record=record) as out:
                return _copy(reading, out, progress)
    # What stands last appears first: the header never without its object.
    with _Input(source) as reading, _Output(header, overwrite) as heading:
        with _Output(target, overwrite) as writing:
            with SealWriter(writing, sealer=sealer, record=record, detached=True) as out:
                total = _copy(reading, out, progress)
                heading.write(out.header or b"")
        return total


def open_file(
    source: Union[str, os.PathLike[str], Readable],
    target: Union[str, os.PathLike[str], Writable],
    *,
    key: KeyArgument,
    senders: Union[SignerPublic, Iterable[SignerPublic], None] = None,
    header: Union[str, os.PathLike[str], Readable, None] = None,
    overwrite: bool = False,
    progress: Optional[Callable[[int], object]] = None,
) -> Optional[bytes]:
    """Opens ``source`` into ``target``, paths or file objects; gives the Ed25519 key of who
    signed the record, or None.

    A path appears only when all of it was verified, with mode 0600. A file object gets parts
    before that: keep them only if this returns. ``header`` is where the header of a payload
    object is.
    """
    apart = None
    if header is not None:
        with _Input(header) as heading:
            apart = heading.read(_HEADER + 1)
    with _Input(source) as reading, _Output(target, overwrite) as writing:
        record = OpenReader(reading, key=key, senders=senders, apart=apart)
        _copy(record, writing, progress)
        return record.sender


def _copy(source: In, target: Out, progress: Optional[Callable[[int], object]]) -> int:
    total = 0
    while data := source.read(_PART):
        rest = memoryview(data)
        while rest:
            written = target.write(bytes(rest))
            if written is None:
                raise BlockingIOError("a file object that blocks is needed")
            rest = rest[written:]
        total += len(data)
        if progress is not None:
            progress(len(data))
    return total


class _Input:
    """A path, opened here and closed again, or a file object, which is left alone."""

    def __init__(self, source: Union[str, os.PathLike[str], Readable]) -> None:
        self._own: Optional[BinaryIO] = None
        if isinstance(source, (str, os.PathLike)):
            self._own = open(source, "rb")
            self._file: Readable = self._own
        else:
            self._file = source

    def __enter__(self) -> Readable:
        return self._file

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.close()


class _Output:
    """A path, which appears when it is complete, or a file object."""

    def __init__(
        self, target: Union[str, os.PathLike[str], Writable], overwrite: bool
    ) -> None:
        self._path: Optional[Path] = None
        if isinstance(target, (str, os.PathLike)):
            # These take long to import, and most sessions write no file.
            import tempfile
            from pathlib import Path

            self._path = Path(target)
            if self._path.exists() and not overwrite:
                raise FileExistsError(f"{self._path} exists; overwrite=True replaces it")
            number, self._name = tempfile.mkstemp(dir=self._path.parent, prefix=".hippo-")
            self._own = os.fdopen(number, "wb")
            self._file: Writable = self._own
        else:
            self._file = target

    def __enter__(self) -> Writable:
        return self._file

    def __exit__(self, kind: Optional[type[BaseException]], *_: object) -> None:
        if self._path is None:
            return
        try:
            if kind is None:
                self._own.flush()
                os.fsync(self._own.fileno())
        finally:
            self._own.close()
            if kind is not None:
                os.unlink(self._name)
        if kind is None:
            os.replace(self._name, self._path)
