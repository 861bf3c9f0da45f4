"""What a method told: a test that wants a number stops where a gate has closed."""

from __future__ import annotations

from typing import TypeVar

from hvb_followup.gates import Gate

T = TypeVar("T")


def told(found: T | Gate) -> T:
    """The answer itself."""
    assert not isinstance(found, Gate), found
    return found
