"""The exceptions: one hierarchy, with the numbers that Rust, C and the tool use."""

from __future__ import annotations

# Importing typing takes longer than all the rest, and only type checkers need it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional


class Error(Exception):
    """Everything that hippocrypt refuses.

    ``code`` is the error's number, which never changes; ``name`` is its name in the table of
    SPEC.md; ``reasons`` are lines that say more, each with its place, where there are any. No
    message holds a secret or anybody's data.
    """

    code: int
    name: str
    reasons: tuple[str, ...]

    def __init__(self, code: int, name: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(code, name, message, tuple(reasons))
        self.code = code
        self.name = name
        self.message = message
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        return "\n".join([f"error {self.code}: {self.message}", *self.reasons])


class CallError(Error):
    """1 to 99: an argument is outside what the call accepts."""


class DecodeError(Error):
    """100 to 199: bytes are not what SPEC.md says."""


class PolicyError(Error):
    """200 to 299: a policy is refused, or not satisfied."""


class NotSatisfied(PolicyError):
    """204: the key's attributes do not satisfy the policy."""


class OpenError(Error):
    """300 to 399: opening or verifying failed."""


class TimeError(Error):
    """400 to 499: outside the time of validity, or revoked."""


class Revoked(TimeError):
    """402: the patient has revoked the grant."""


class EnvironmentFailure(Error):
    """500 to 599: files, randomness or key stores failed."""


class ConsentError(Error):
    """600 to 699: a consent or FHIR document is refused, or does not permit it."""


class NotPermitted(ConsentError):
    """628: the consents do not permit what is asked for."""


_BLOCKS = (
    CallError,
    DecodeError,
    PolicyError,
    OpenError,
    TimeError,
    EnvironmentFailure,
    ConsentError,
)
_OWN = {204: NotSatisfied, 402: Revoked, 628: NotPermitted}


def _make(code: int, name: str, message: str, reasons: Optional[Sequence[str]] = None) -> Error:
    """The exception for a number; called by the native module."""
    block = code // 100
    class_ = _OWN.get(code) or (_BLOCKS[block] if block < len(_BLOCKS) else Error)
    return class_(code, name, message, reasons or ())
