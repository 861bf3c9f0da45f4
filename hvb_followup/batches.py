"""Many things, some at a time. Knows nothing of what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batched(every: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The things in their order, so many at a time; the last ones may be fewer."""
    return (every[first : first + size] for first in range(0, len(every), size))
