"""What a reviewer should look for: secrets that leave their objects."""

from ._native import secret_bytes

__all__ = ["secret_bytes"]
