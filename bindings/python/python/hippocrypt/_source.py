"""Where a key comes from: what can be pickled and sent to workers, while the key never is."""

from __future__ import annotations

import os

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional, Union

    from ._types import Key


_PLACES = {"file": str, "descriptor": int, "environment": str}


class KeySource:
    """A place that a secret key is read from, each time it is needed.

    A source holds no key: it pickles as the place's name alone, so that worker processes read
    the key themselves. ``passphrase`` is a source too, of the text that locks the key.
    """

    __slots__ = ("_kind", "_passphrase", "_place")

    def __init__(
        self,
        kind: str,
        place: Union[str, int, Callable[[], Union[bytes, str]]],
        passphrase: Optional[KeySource] = None,
    ) -> None:
        if kind not in ("file", "descriptor", "environment", "callable"):
            raise ValueError("a source is a file, descriptor, environment name or callable")
        fits = callable(place) if kind == "callable" else isinstance(place, _PLACES[kind])
        if not fits or not isinstance(passphrase, (KeySource, type(None))):
            raise TypeError("a place of another type, or a passphrase that is no KeySource")
        self._kind = kind
        self._place = place
        self._passphrase = passphrase

    @classmethod
    def file(
        cls, path: Union[str, os.PathLike[str]], *, passphrase: Optional[KeySource] = None
    ) -> KeySource:
        """A file that only its owner can read (mode 0600)."""
        return cls("file", os.fspath(path), passphrase)

    @classmethod
    def descriptor(cls, number: int, *, passphrase: Optional[KeySource] = None) -> KeySource:
        """An open file descriptor, read to its end from where it stands, once."""
        return cls("descriptor", number, passphrase)

    @classmethod
    def environment(cls, name: str, *, passphrase: Optional[KeySource] = None) -> KeySource:
        """A variable of the environment that holds an armoured key."""
        return cls("environment", name, passphrase)

    @classmethod
    def callable(
        cls, get: Callable[[], Union[bytes, str]], *, passphrase: Optional[KeySource] = None
    ) -> KeySource:
        """A function that gives the key's bytes or armoured text; only one that is defined at
        the top of a module can be pickled."""
        return cls("callable", get, passphrase)

    def load(self) -> Key:
        """Reads the key, of whichever kind it is."""
        passphrase = None
        if self._passphrase is not None:
            passphrase = self._passphrase._read().decode().rstrip("\r\n")
        if self._kind == "file" and isinstance(self._place, str):
            return _native.load_key(self._place, passphrase=passphrase)
        return _native.read_key(self._read(), passphrase=passphrase)

    def _read(self) -> bytes:
        place = self._place
        if isinstance(place, int):
            with open(place, "rb", closefd=False) as file:
                content: bytes = file.read()
                return content
        if isinstance(place, str):
            if self._kind == "file":
                return _native.read_private(place)
            text = os.environ.get(place)
            if text is None:
                raise _native.missing("a variable of the environment")
            return text.encode()
        given = place()
        return given.encode() if isinstance(given, str) else bytes(given)

    def __repr__(self) -> str:
        place = "…" if self._kind == "callable" else repr(self._place)
        return f"KeySource.{self._kind}({place})"

    def __getstate__(self) -> object:
        return (self._kind, self._place, self._passphrase)

    def __setstate__(self, state: tuple[str, str, Optional[KeySource]]) -> None:
        self._kind, self._place, self._passphrase = state
