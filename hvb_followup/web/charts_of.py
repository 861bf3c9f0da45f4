"""What charts are made of: released figures, and lines that comparison draws around them.

The one place where the web lets ``comparison`` and ``pages`` meet; neither knows the other. Lines are drawn only:
a flag is what the release says, never where a dot lies (DESIGN §5). ``comparison`` brings scipy, which is heavy: it
is loaded when the first chart is asked for, not when the web starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal

import msgspec

from hvb_followup.gates import Gate
from hvb_followup.pages.blocks import latest_of
from hvb_followup.pages.charts import Dot, Limits, Point, dot_of, has_share
from hvb_followup.pages.figures import period_words
from hvb_followup.pages.grid import NATION
from hvb_followup.pages.model import Figure, Release
from hvb_followup.pages.trends import Added, added
from hvb_followup.pages.words import Words

INNER, OUTER = 0.05, 0.002  # what is left outside the lines, both sides together
END_CLASS = 1  # 0 and 1 are shown as one class, and as many at the other end (DESIGN §4.4)
STEPS = 48  # sizes at which lines are drawn
FEWEST_DOTS = 5  # a funnel of fewer says nothing that the table does not
FEWEST_POINTS = 2


LevelName = Literal["unit", "provider"]


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """A funnel's dots, its lines by size, the nation's level (per cent), and what the dots are."""

    level: LevelName
    dots: tuple[Dot, ...]
    lines: tuple[Limits, ...]
    centre: float

    def at(self, n: int) -> Limits | None:
        """The lines at a size."""
        return limits(self.centre, n)

    @property
    def outside(self) -> float:
        """How many of the dots chance alone is expected to put outside the inner lines, were all at the centre."""
        return sum(_outside(self.centre, dot.n) for dot in self.dots)


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A trend's points, and the level of all of them together (per cent)."""

    points: tuple[Point, ...]
    centre: float


def funnel(release: Release, kpi: str, own: str = "", flagged: frozenset[str] = frozenset()) -> Funnel | None:
    """The funnel of an indicator's homes (or providers, where no home has a figure); None where there is too little.

    ``own`` is the home to mark; ``flagged`` are those whom the release flags.
    """
    nation, level = latest_of(release.at("nation", NATION)).get(kpi), level_of(release, kpi)
    if nation is None or level is None or not has_share(nation):
        return None
    centre = dot_of(nation, "").middle
    dots = tuple(
        dot_of(figure, name, is_own=whose == own, is_flagged=whose in flagged)
        for whose, name in names(release)[level].items()
        for figure in _shown(release, level, whose, kpi)
    )
    return Funnel(level=level, dots=dots, lines=_lines(dots, centre), centre=centre)


def level_of(release: Release, kpi: str) -> LevelName | None:
    """At which level an indicator has a funnel: homes, else providers; None where too few have a share."""
    return next(
        (
            level
            for level, known in names(release).items()
            if sum(len(_shown(release, level, whose, kpi)) for whose in known) >= FEWEST_DOTS
        ),
        None,
    )


def names(release: Release) -> dict[LevelName, dict[str, str]]:
    """The names of homes and providers by id, in Swedish order."""
    return {
        "unit": {home.id: home.name for home in release.homes.values()},
        "provider": {provider: homes[0].provider_name for provider, homes in release.providers.items()},
    }


def _shown(release: Release, level: str, whose: str, kpi: str) -> list[Figure]:
    """A place's share, where it shows one."""
    figure = latest_of(release.at(level, whose)).get(kpi)
    return [figure] if figure is not None and has_share(figure) else []


def trend(history: Mapping[str, Figure], say: Words) -> Trend | None:
    """The nation's trend of an indicator from its published figures by half-year; None with fewer than two windows."""
    windows = added(history)
    if len(windows) < FEWEST_POINTS or any(figure.scale == "rate" for figure in history.values()):
        return None
    n = sum(window.n for window in windows)
    centre = 50 * sum(window.x_lo + window.x_hi for window in windows) / n
    return Trend(points=tuple(_point(window, centre, say) for window in windows), centre=centre)


@lru_cache(maxsize=4096)
def limits(centre: float, n: int) -> Limits | None:
    """Where chance alone leaves places with n answers around a level (per cent), or None where nothing can vary."""
    from hvb_followup.comparison.funnel import binomial

    inner, outer = binomial(centre / 100, n, INNER), binomial(centre / 100, n, OUTER)
    if isinstance(inner, Gate) or isinstance(outer, Gate):
        return None
    return Limits(
        n=n,
        low=100 * inner.low_clipped,
        high=100 * inner.high_clipped,
        lowest=100 * outer.low_clipped,
        highest=100 * outer.high_clipped,
        drawn=(inner.draws_low, inner.draws_high, outer.draws_low, outer.draws_high),
    )


@lru_cache(maxsize=4096)
def _outside(centre: float, n: int) -> float:
    from hvb_followup.comparison.funnel import binomial, outside

    line = binomial(centre / 100, n, INNER)
    return 0.0 if isinstance(line, Gate) else outside(centre / 100, n, line, END_CLASS)


@cache
def reasons() -> Mapping[str, tuple[str, str]]:
    """Why a method gives no number, by the gate's code, in Swedish and English."""
    from hvb_followup.comparison.wording import GATES

    return GATES


def _lines(dots: Sequence[Dot], centre: float) -> tuple[Limits, ...]:
    """Lines from the smallest size to the largest, close where few answered and they bend most."""
    least, most = min(dot.n for dot in dots), max(dot.n for dot in dots)
    first, last = max(least - 2, 1), most + 2
    sizes = {round(first * (last / first) ** (step / (STEPS - 1))) for step in range(STEPS)}
    return tuple(line for n in sorted(sizes) if (line := limits(centre, n)) is not None)


def _point(window: Added, centre: float, say: Words) -> Point:
    from hvb_followup.comparison.intervals import wilson_coarse

    low, high = wilson_coarse(window.x_lo, window.x_hi, window.n)
    return Point(
        label=period_words(window.first, window.last, say),
        n=window.n,
        x_lo=window.x_lo,
        x_hi=window.x_hi,
        lo=100 * low,
        hi=100 * high,
        limits=limits(centre, window.n),
    )
