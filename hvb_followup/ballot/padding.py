"""One length for all: what is sealed tells nothing by its size."""

from __future__ import annotations

_HEAD = 4  # bytes that hold the content's own length


def pad(content: bytes, size: int) -> bytes:
    """The content with zeros after it, ``size`` + 4 bytes; a content that does not fit is an error."""
    if len(content) > size:
        raise ValueError(f"{len(content)} bytes do not fit in {size}")
    return len(content).to_bytes(_HEAD, "big") + content.ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """The content back."""
    length = int.from_bytes(padded[:_HEAD], "big")
    return padded[_HEAD : _HEAD + length]
