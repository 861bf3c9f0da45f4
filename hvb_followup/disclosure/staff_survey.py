"""What staff answered: one yearly group of eight or more in one home, made coarse once, and sums of those.

A member of staff has no link, so nobody can be told to be in two groups: a group is one calendar year of one
home, it is never joined with another, and a figure for a provider or the nation is the sum of whole coarse
groups of that year (DESIGN §4.5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from hvb_followup.disclosure.coarse import coarse
from hvb_followup.disclosure.model import Datum, Figure, HalfYear, Level, Rules, Shape
from hvb_followup.disclosure.show import response_band
from hvb_followup.disclosure.staff import STAFF_RULES, StaffRules
from hvb_followup.periods import half_years_between


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One year's answers to one item in one home: how many answered at all, how many the item, how many so.

    ``provider`` owned the home throughout; where the owner changed there is no group.
    """

    indicator: str
    unit: str
    provider: str
    family: str
    major: int
    half_year: HalfYear
    persons: int
    n: int
    x: int

    @property
    def name(self) -> str:
        """The yearly group's own name."""
        return f"{self.unit}:{self.family}:{self.major}:{self.half_year[:4]}"


def survey_data(groups: Iterable[Group], rules: StaffRules = STAFF_RULES) -> tuple[Datum, ...]:
    """The coarse datum of every group in which eight or more answered, both at all and the item."""
    return tuple(
        _datum(one, rules)
        for one in sorted(groups, key=lambda one: (one.indicator, one.half_year, one.unit))
        if min(one.persons, one.n) >= rules.survey_from
    )


def survey_figures(
    data: Iterable[Datum],
    shapes: Iterable[Shape],
    *,
    units: Mapping[str, str],
    release: HalfYear,
    responses: Mapping[tuple[str, HalfYear], tuple[int, int]],
    rules: StaffRules = STAFF_RULES,
) -> tuple[Figure, ...]:
    """Per indicator the nation, each provider and each home: its newest year, or the reason for silence.

    ``responses`` are (counted, invited) by home and half-year of the family.
    """
    now = [one for one in data if 0 <= half_years_between(one.closed, release) < rules.survey_window]
    found: list[Figure] = []
    for shape in sorted(shapes, key=lambda shape: shape.id):
        whose: defaultdict[tuple[Level, str], list[Datum]] = defaultdict(list)
        for datum in now:
            if datum.indicator == shape.id:
                whose["nation", ""].append(datum)
                whose["provider", datum.provider].append(datum)
                if units.get(datum.home) == datum.provider:
                    whose["unit", datum.home].append(datum)
        places: list[tuple[Level, str]] = [("nation", "")]
        places += [("provider", one) for one in sorted(set(units.values()))]
        places += [("unit", one) for one in sorted(units)]
        found += [_figure(shape, place, whose[place], release, responses) for place in places]
    return tuple(found)


def _datum(one: Group, rules: StaffRules) -> Datum:
    x_lo, x_hi = coarse(one.n, one.x, 1, Rules(end_values=rules.survey_ends))
    return Datum(
        id=f"{one.indicator}@{one.name}",
        indicator=one.indicator,
        atoms=(one.name,),
        home=one.unit,
        provider=one.provider,
        closed=one.half_year,
        n=one.n,
        x_lo=x_lo,
        x_hi=x_hi,
    )


def _figure(
    shape: Shape,
    place: tuple[Level, str],
    chosen: list[Datum],
    release: HalfYear,
    responses: Mapping[tuple[str, HalfYear], tuple[int, int]],
) -> Figure:
    bare = Figure(indicator=shape.id, level=place[0], place=place[1], release=release)
    if not chosen:
        return msgspec.structs.replace(bare, status="..", outcome="waiting")
    pairs = [responses.get((one.home, one.closed), (0, 0)) for one in chosen]
    return msgspec.structs.replace(
        bare,
        audience="public",
        n=sum(one.n for one in chosen),
        x_lo=sum(one.x_lo for one in chosen),
        x_hi=sum(one.x_hi for one in chosen),
        first=min(one.closed for one in chosen),
        last=max(one.closed for one in chosen),
        response=response_band(sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)),
        data=tuple(one.id for one in chosen),
    )
