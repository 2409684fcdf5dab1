"""One call for one task."""

from __future__ import annotations

from ._native import Sealer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from typing import Optional, Union

    from ._native import AuthorityPublic, PatientProfile, Policy, Record, Signer
    from ._types import Buffer


def seal(
    data: Buffer,
    *,
    record: Union[str, Record],
    authority: Optional[AuthorityPublic] = None,
    policy: Union[str, Policy, Iterable[Union[str, Policy]], None] = None,
    patient: Optional[PatientProfile] = None,
    both: bool = False,
    expiry: Union[str, datetime.date, None] = "sealing",
    allow_unknown: bool = False,
    sender: Optional[Signer] = None,
) -> bytes:
    """Seals any buffer as one record; gives the record's bytes.

    It opens for every key of ``authority`` whose attributes satisfy ``policy`` (or any policy
    of a list), and for ``patient``; with ``both`` only for who satisfies the policy and was
    granted access by the patient. ``expiry`` says until when keys must have been valid:
    ``"sealing"``, the day of the record, by default; a day; or None, for ever.

    The sealed record is about 1.5 KiB longer than ``data``. Raises CallError, PolicyError.
    """
    sealer = Sealer(
        authority=authority,
        policy=policy,
        patient=patient,
        both=both,
        expiry=expiry,
        allow_unknown=allow_unknown,
        sender=sender,
    )
    return sealer.seal(data, record=record)
