"""What would hold under other rules: a class of each home that only the audit reads, and how many homes lie in each.

Nothing but the number of homes in each class is told. It is made of classes alone, which could be told one by one
(DESIGN §4.6): whoever knows every other home takes no more from it than this home's class. A share of the nation's
staff would not do: made of counts it moves with one person, and made of classes it says next to nothing.
A home's class under other rules is kept over time like any class, and is left out where it and the class under the
law could meet in one count: who meets the stricter rules meets the others too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from hvb_followup.disclosure.model import HalfYear
from hvb_followup.disclosure.staff import STAFF_RULES, Heads, StaffFigure, StaffRules, heads_bands
from hvb_followup.disclosure.staff_show import heads_figures, silent

LAW, THEN = "law", "then"
Missing = tuple[int, int]


def what_if_figures(
    indicator: str,
    heads: Iterable[Heads],
    law: Iterable[StaffFigure],
    *,
    units: Mapping[str, str],
    release: HalfYear,
    earlier: Iterable[StaffFigure] = (),
    rules: StaffRules = STAFF_RULES,
) -> tuple[StaffFigure, ...]:
    """The class of each home under other rules, and the nation's count of homes; ``law`` are those by heads today."""
    of_law = {one.place: one for one in law if one.level == "unit"}
    beside = next((one.indicator for one in of_law.values()), "")
    classes = heads_figures(indicator, heads, units=units, release=release, earlier=earlier, rules=rules)
    homes = tuple(
        _apart(
            msgspec.structs.replace(one, kind="what_if", beside=beside if one.is_told else ""),
            of_law.get(one.place),
            rules,
        )
        for one in classes
        if one.level == "unit"
    )
    return (*homes, _counted(indicator, release, homes, of_law, beside, rules))


def class_of(figure: StaffFigure) -> str:
    """How many are missing, in the words that homes of every size share."""
    least, most = _missing(figure)
    if most == 0:
        return "all"
    if most <= 2:
        return "one-two"
    return "three-" if least >= 3 else "some"


@lru_cache(maxsize=65536)
def may_meet(n_law: int, n: int) -> bool:
    """True when some class of ``n_law`` heads and some of ``n`` would leave one count to one of them.

    It follows from the numbers of heads alone, so that a class which is left out tells nothing either.
    """
    pairs = (
        ((n_law - a.highest, n_law - a.lowest), (n - b.highest, n - b.lowest))
        for a in heads_bands(n_law)
        for b in heads_bands(n)
    )
    return any(_meet(one, other) or _meet(other, one) for one, other in pairs)


def _meet(fewer: Missing, more: Missing) -> bool:
    """One count is left to ``more``, a class of two or more, when no fewer are missing there than in ``fewer``.

    That is so where ``fewer`` begins at the last count of ``more``. One count is left to ``fewer`` at that same
    place only, and ``more`` then holds two: the one class of a single count is "all", and nothing lies below it.
    """
    return more[0] < more[1] == fewer[0]


def _missing(figure: StaffFigure) -> Missing:
    n, lowest, highest = figure.numbers
    return n - highest, n - lowest


def _apart(figure: StaffFigure, law: StaffFigure | None, rules: StaffRules) -> StaffFigure:
    if not rules.apart_from_law or not figure.is_told or law is None or not law.is_told:
        return figure
    if not may_meet(law.numbers[0], figure.numbers[0]):
        return figure
    bare = StaffFigure(
        indicator=figure.indicator, kind="what_if", level="unit", place=figure.place, release=figure.release
    )
    return silent(bare, "waiting")


def _counted(
    indicator: str,
    release: HalfYear,
    homes: Iterable[StaffFigure],
    of_law: Mapping[str, StaffFigure],
    beside: str,
    rules: StaffRules,
) -> StaffFigure:
    """The nation: homes whose class is known under both, by class under each."""
    bare = StaffFigure(indicator=indicator, kind="what_if", level="nation", place="", release=release)
    both = [(of_law[one.place], one) for one in homes if one.is_told and _is_told(of_law.get(one.place))]
    if len(both) < rules.sum_homes:
        return silent(bare, "too_few")
    counts = Counter(
        f"{name}:{class_of(one)}" for pair in both for name, one in zip((LAW, THEN), pair, strict=True)
    )
    everybody = counts[f"{THEN}:all"]
    return msgspec.structs.replace(
        bare,
        band="homes",
        as_of=release,
        n=len(both),
        lowest=everybody,
        highest=everybody,
        homes=tuple(one.place for _, one in both),
        beside=beside,
        counts=tuple(sorted(counts.items())),
    )


def _is_told(figure: StaffFigure | None) -> bool:
    return figure is not None and figure.is_told
