"""Types that signatures share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Sequence, Union

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._native import GrantedKey, Patient, UserKey
    from ._source import KeySource
elif sys.version_info >= (3, 12):
    from collections.abc import Buffer
else:
    Buffer = Any

#: One way to open records.
OneKey = Union["UserKey", "Patient", "GrantedKey", "KeySource"]
#: One key or any of several.
KeyArgument = Union[OneKey, Sequence[OneKey]]

__all__ = ["Buffer", "KeyArgument", "OneKey"]
