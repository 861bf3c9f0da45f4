"""The name of a row in a table of tests: the same in every process, so that several can share the work."""

from __future__ import annotations


def named(value: object) -> str:
    """As Python writes it, and a set in order."""
    return " ".join(sorted(map(str, value))) or "nothing" if isinstance(value, set) else str(value)
