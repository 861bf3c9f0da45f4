"""The nation over time, from what has been published and nothing else: windows that share no answers.

A release tells the sum over the last four half-years. What one half-year added is the difference between two
releases, and what fell out of the older end is what was added four half-years before. All of it is reckoned
from published numbers: anybody may do the same, and nothing becomes finer than they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from hvb_followup.pages.model import Figure
from hvb_followup.periods import first_quarter, half_years_between

WINDOW = 4  # half-years in a published window (disclosure.model.Rules.window)
LEAST = 100  # answers in a window of a trend; fewer are added to the next


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What one or several half-years added: the coarse count ``x_lo``–``x_hi`` of ``n``."""

    first: str
    last: str
    n: int
    x_lo: int
    x_hi: int


def added(figures: Mapping[str, Figure], least: int = LEAST) -> tuple[Added, ...]:
    """Windows without a common answer, oldest first, from one indicator's published figures by half-year.

    Nothing where the first release already held older answers than its own half-year, and nothing after a
    half-year that has no figure: what was added cannot be told apart there.
    """
    steps: list[_Step] = []
    before: Figure | None = None
    for half_year in sorted(figures):
        figure = figures[half_year]
        if figure.n is None or not _follows(half_year, figure, steps):
            break
        steps.append(_step(half_year, figure, before, steps[-WINDOW] if len(steps) >= WINDOW else None))
        before = figure
    return _joined([step.added for step in steps], least)


class _Step(msgspec.Struct, frozen=True):
    """What one half-year added; ``is_sum`` where its bounds are the sum of its coarse data's own."""

    added: Added
    is_sum: bool


def _follows(half_year: str, figure: Figure, steps: Sequence[_Step]) -> bool:
    """Whether the half-year comes next; the first must hold nothing older than itself."""
    if not steps:
        return first_quarter(figure.period_from) >= first_quarter(half_year)
    return half_years_between(steps[-1].added.last, half_year) == 1


def _step(half_year: str, now: Figure, before: Figure | None, dropped: _Step | None) -> _Step:
    """The newest window, less the one before, with what fell out of it put back.

    Coarse sums of the same data are subtracted end by end. Where one of them was told exactly, its data's own
    ends are not known: then crosswise, which is wider and always right.
    """
    low, high, n = now.x_lo or 0, now.x_hi or 0, now.n or 0
    is_sum = "g" in now.flags
    if before is not None:
        old = (before.x_lo or 0, before.x_hi or 0)
        is_sum = is_sum and "g" in before.flags and (dropped is None or dropped.is_sum)
        low, high = (low - old[0], high - old[1]) if is_sum else (low - old[1], high - old[0])
        n -= before.n or 0
    if dropped is not None:
        low, high, n = low + dropped.added.x_lo, high + dropped.added.x_hi, n + dropped.added.n
    added = Added(first=half_year, last=half_year, n=n, x_lo=max(low, 0), x_hi=min(high, n))
    return _Step(added, is_sum)


def _joined(steps: Sequence[Added], least: int) -> tuple[Added, ...]:
    found: list[Added] = []
    waiting: list[Added] = []
    for step in steps:
        waiting.append(step)
        if sum(one.n for one in waiting) >= least:
            found.append(_sum(waiting))
            waiting = []
    return tuple(found)


def _sum(steps: Sequence[Added]) -> Added:
    return Added(
        first=steps[0].first,
        last=steps[-1].last,
        n=sum(one.n for one in steps),
        x_lo=sum(one.x_lo for one in steps),
        x_hi=sum(one.x_hi for one in steps),
    )
