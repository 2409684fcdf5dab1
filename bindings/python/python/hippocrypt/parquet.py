"""Parquet Modular Encryption under policies: the file's own keys, wrapped for who satisfies them.

``PolicyKms`` is the key server that Parquet asks for, without a server: a master key's name
stands for a policy, and a wrapped key is a sealed record that carries the policy and opens for
every key of the authority that satisfies it. Files stay ordinary Parquet. Needs pyarrow.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional, Sequence, Union

import pyarrow.parquet.encryption as pe

from . import _native
from ._errors import _make
from ._native import AuthorityPublic, Policy, Record, Sealer, Signer

if TYPE_CHECKING:
    from ._types import KeyArgument

_BEGIN = "hc1-"


def key_id(policy: Union[str, Policy]) -> str:
    """The name of a policy as a master key: ``hc1-`` and base32 of SHA-256 over its canonical
    bytes, without padding; 56 characters, none of which Parquet gives a meaning."""
    policy = Policy(policy) if isinstance(policy, str) else policy
    digest = hashlib.sha256(policy.to_bytes()).digest()
    return _BEGIN + base64.b32encode(digest).decode().rstrip("=")


class PolicyKms(pe.KmsClient):  # type: ignore[misc]
    """Wraps Parquet's keys under policies and unwraps them with keys of the authority.

    To write, give ``authority`` and the ``policies``; to read, give ``key``. ``expiry`` is as
    for ``hippocrypt.seal``.
    """

    def __init__(
        self,
        *,
        authority: Optional[AuthorityPublic] = None,
        policies: Iterable[Union[str, Policy]] = (),
        key: Optional[KeyArgument] = None,
        expiry: Any = "sealing",
        allow_unknown: bool = False,
        sender: Optional[Signer] = None,
    ) -> None:
        super().__init__()
        self._key = key
        self._sealers: dict[str, tuple[Policy, Sealer]] = {}
        for one in policies:
            policy = Policy(one) if isinstance(one, str) else one
            sealer = Sealer(
                authority=authority,
                policy=policy,
                expiry=expiry,
                allow_unknown=allow_unknown,
                sender=sender,
            )
            self._sealers[key_id(policy)] = (policy, sealer)

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        """A key of Parquet's, sealed under the policy of that name, in base64."""
        if master_key_identifier not in self._sealers:
            raise _make(7, "Missing", "missing: the policy with the name of this master key")
        policy, sealer = self._sealers[master_key_identifier]
        record = Record("parquet-key", metadata=policy.to_bytes())
        return base64.b64encode(sealer.seal(key_bytes, record=record)).decode()

    def unwrap_key(self, wrapped_key: Union[str, bytes], master_key_identifier: str) -> bytes:
        """The key inside; raises NotSatisfied if the keys at hand do not satisfy the policy."""
        if self._key is None:
            raise _make(7, "Missing", "missing: a key to read with")
        sealed = base64.b64decode(wrapped_key, validate=True)
        opened = _native.open_record(sealed, key=self._key)
        named = opened.header.metadata
        if named is None or key_id(Policy.from_bytes(named)) != master_key_identifier:
            raise _make(310, "OtherRecord", "the wrapped key is of another policy")
        return opened.plaintext

    def factory(self) -> pe.CryptoFactory:
        """What pyarrow's readers and writers take."""
        return pe.CryptoFactory(lambda _: self)

    def encryption_properties(
        self,
        footer: Union[str, Policy],
        columns: Mapping[Union[str, Policy], Sequence[str]],
        **options: Any,
    ) -> Any:
        """For ``pyarrow.parquet.ParquetWriter(encryption_properties=...)``: who can read the
        footer, with schema and statistics, and who can read which columns. Keys have 256 bits.
        A column that no policy names is not encrypted."""
        configuration = pe.EncryptionConfiguration(
            footer_key=key_id(footer),
            column_keys={key_id(policy): list(names) for policy, names in columns.items()},
            data_key_length_bits=256,
            **options,
        )
        connection = pe.KmsConnectionConfig()
        return self.factory().file_encryption_properties(connection, configuration)

    def decryption_properties(self) -> Any:
        """For ``pyarrow.parquet.read_table(decryption_properties=...)``."""
        connection = pe.KmsConnectionConfig()
        return self.factory().file_decryption_properties(connection)


def write_table(
    table: Any,
    where: Any,
    *,
    authority: AuthorityPublic,
    footer: Union[str, Policy],
    columns: Mapping[Union[str, Policy], Sequence[str]],
    expiry: Any = "sealing",
    sender: Optional[Signer] = None,
    **options: Any,
) -> None:
    """Writes a Parquet file whose footer and columns are encrypted under policies; ``options``
    are those of ``pyarrow.parquet.write_table``."""
    import pyarrow.parquet as pq

    kms = PolicyKms(
        authority=authority, policies=[footer, *columns], expiry=expiry, sender=sender
    )
    properties = kms.encryption_properties(footer, columns)
    pq.write_table(table, where, encryption_properties=properties, **options)


def read_table(where: Any, *, key: KeyArgument, **options: Any) -> Any:
    """Reads such a file with one key or any of several; ``options`` are those of
    ``pyarrow.parquet.read_table``, of which ``columns`` reads only what the key opens."""
    import pyarrow.parquet as pq

    properties = PolicyKms(key=key).decryption_properties()
    return pq.read_table(where, decryption_properties=properties, **options)


__all__ = ["PolicyKms", "key_id", "read_table", "write_table"]
