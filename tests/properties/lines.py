"""One printed line: what was found in which world, and the limit it must keep to."""

from __future__ import annotations

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that may not pass its limit: ``most`` above, ``least`` below."""

    what: str
    value: float
    least: float = float("-inf")
    most: float = float("inf")

    @property
    def holds(self) -> bool:
        """True when the figure keeps to its limits; NaN never does."""
        return self.least <= self.value <= self.most

    def __str__(self) -> str:
        limits = [f"≥ {self.least:g}"] * (self.least > float("-inf"))
        limits += [f"≤ {self.most:g}"] * (self.most < float("inf"))
        verdict = "PASS" if self.holds else "FAIL"
        return f"{verdict}  {self.value:10.5g}  {' and '.join(limits):18} {self.what}"
