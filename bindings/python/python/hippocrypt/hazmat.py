"""What a reviewer should look for: secrets that leave their objects, keys that nobody should trust."""

from ._native import development_keys, secret_bytes

__all__ = ["development_keys", "secret_bytes"]
