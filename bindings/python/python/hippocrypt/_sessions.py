"""Sessions: recordings that are sealed as they come, and read while they grow."""

from __future__ import annotations

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import Optional, Union

    from ._native import Header, Record, Sealer, Segment, SignerPublic
    from ._types import Buffer, KeyArgument, Readable, Writable


class SessionWriter:
    """Seals a recording into ``file`` as it comes.

    Each segment is in ``file`` when ``segment`` returns, and on the disk if ``file`` has a
    descriptor: a power failure takes no segment that was written before. A context manager:
    leaving it ends the session; an exception inside leaves an interrupted one, of which every
    whole segment opens. ``file`` stays open.
    """

    def __init__(self, file: Writable, *, sealer: Sealer, record: Union[str, Record]) -> None:
        self._native = _native.SessionWriter(file, sealer=sealer, record=record)
        self._ended = False

    def segment(self, data: Buffer) -> None:
        """Seals the next segment, any buffer of 1 byte to 64 MiB."""
        self._native.segment(data)

    def end(self) -> None:
        """Writes the end mark, which says how many there were; a second time does nothing."""
        if not self._ended:
            self._ended = True
            self._native.end()

    def __enter__(self) -> SessionWriter:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            self.end()
        else:
            self._ended = True
            self._native.abandon()


class SessionReader:
    """Reads the segments of a session from ``file``, each authenticated as a whole.

    Iterating gives what is there and raises OpenError at its end unless that is all of it: 336
    without an end mark, 337 where segments are missing. With ``incomplete`` it ends quietly, and
    ``ended`` and ``missing`` say what there was. Of a file that still grows ``read_segment`` gives
    one segment at a time.
    """

    def __init__(
        self,
        file: Readable,
        *,
        key: KeyArgument,
        senders: Union[SignerPublic, Iterable[SignerPublic], None] = None,
        incomplete: bool = False,
    ) -> None:
        if senders is None:
            self._native = _native.SessionReader(file, key=key)
        else:
            self._native = _native.SessionReader(file, key=key, senders=senders)
        self._incomplete = incomplete

    @property
    def header(self) -> Header:
        """What everybody can read of the session."""
        return self._native.header

    @property
    def ended(self) -> bool:
        """Whether the end mark was read: nothing follows."""
        return self._native.ended

    @property
    def missing(self) -> list[tuple[int, int]]:
        """First and last number of each run of segments that was sealed and is not there."""
        return self._native.missing

    def read_segment(self) -> Optional[Segment]:
        """The next segment; None where what is there ends. Of a growing file, ask again."""
        return self._native.read_segment()

    def require_whole(self) -> None:
        """Raises OpenError unless all of the session was read."""
        self._native.require_whole()

    def __iter__(self) -> Iterator[Segment]:
        while (segment := self.read_segment()) is not None:
            yield segment
        if not self._incomplete:
            self.require_whole()
