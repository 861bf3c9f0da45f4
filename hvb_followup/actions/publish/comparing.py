"""COMPARED: the shown figures of a release, place beside place, through every gate to its words (DESIGN §2, §5).

Reads the rows that everybody may see and nothing else: whoever has them can work it out again, and what is said
here tells nothing that they do not.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import inf, nan
from typing import Any, Literal

import msgspec

from hvb_followup.actions.publish.circumstances import Circumstances, nothing_known
from hvb_followup.comparison import adjusting, nonresponse, wording
from hvb_followup.comparison.adjusting import Mix, Model
from hvb_followup.comparison.flags import Flag
from hvb_followup.comparison.pooled import Group, Kind
from hvb_followup.comparison.together import GATES, Place, Placed, Together, together
from hvb_followup.comparison.verdict import pairs
from hvb_followup.gates import Gate, six_figures
from hvb_followup.indicators.model import Indicator
from hvb_followup.pages.compared import (
    PAIRS,
    Both,
    CaseMix,
    Compared,
    ComparedFigure,
    ComparedUnit,
    Condition,
    Tenth,
    packed,
)
from hvb_followup.periods import first_quarter, last_quarter

METHOD = "1"
LEVELS: tuple[Literal["unit", "provider"], ...] = ("unit", "provider")
SURE = frozenset({"higher", "lower", "unusual_high", "unusual_low"})
# The least share of those asked that a band allows.
LEAST_RESPONSE = {"< 30 %": 0.0, "30–49 %": 0.3, "50–69 %": 0.5, "≥ 70 %": 0.7, "> 100 %": inf}
EVENTS = Gate(code="events", reason="Events come in clusters, and homes write them down differently.")
# What is read of a row.
SEEN = ("whose", "status", "outcome", "period_from", "period_to", "n", "x_lo", "x_hi", "response")
Row = Mapping[str, Any]


def compare(
    period: str,
    rows: Iterable[Row],
    indicators: Sequence[Indicator],
    names: Mapping[str, str],
    earlier: Sequence[Compared] = (),
    models: Sequence[Model] = (),
    known: Circumstances = nothing_known,
) -> Compared:
    """Every comparison of a release: its public ``rows``, the ``names`` of homes and providers (by which they
    are ordered), and what was compared before.

    ``models`` are frozen, and ``known`` what they may ask about places. Whose figures have not changed is not
    worked out again. What homes take in is told beside results and never compared itself.
    """
    of = defaultdict(list)
    for row in rows:
        of[row["indicator"], row["level"]].append(row)
    order = {whose: place for place, whose in enumerate(names)}
    figures = [
        _figure(
            one,
            level,
            sorted(of[one.id, level], key=lambda row: order[row["whose"]]),
            earlier,
            adjusting.newest(models, one.id, period),
            known,
        )
        for one in indicators
        if (one.is_of_young or one.is_of_blocks) and not one.is_of_intake
        for level in LEVELS
        if of[one.id, level]
    ]
    return Compared(
        period=period,
        method=METHOD,
        row_hash=_hash([one.row_hash for one in figures]),
        figures=tuple(figures),
        pair_words={code: in_both(wording.pair_words, code) for code in PAIRS},
        no_pair=wording.NO_PAIR,
        hidden_words=in_both(wording.verdict_words, "hidden"),
        overview=_overview(figures),
    )


def _overview(figures: Sequence[ComparedFigure]) -> tuple[Both, ...]:
    """How many homes may be compared in anything, and the budget of false alarms beside the alarms there are."""
    of_homes = [one for one in figures if one.level == "unit"]
    shown = [unit for one in of_homes for unit in one.units]
    hidden = {whose for one in of_homes for places in one.hidden.values() for whose in places}
    homes, compared = hidden | {unit.whose for unit in shown}, {one.whose for one in shown if one.is_compared}
    if not homes:
        return ()
    sure = {unit.whose for unit in shown if unit.verdict in SURE}
    tests, expected = sum(one.n_compared for one in of_homes), sum(one.expected_by_chance for one in of_homes)
    flagged = sum(one.flagged for one in of_homes)
    return (
        in_both(wording.reach_words, len(homes), len(compared), len(sure)),
        in_both(wording.budget_words, tests, expected, flagged),
    )


def _figure(
    indicator: Indicator,
    level: Literal["unit", "provider"],
    rows: Sequence[Row],
    earlier: Sequence[Compared],
    model: Model | None,
    known: Circumstances,
) -> ComparedFigure:
    told = [row for row in rows if not row["status"]]
    first = min((row["period_from"] for row in told), default="")
    last = max((row["period_to"] for row in told), default="")
    before = _before(indicator.id, level, first, earlier)
    mixes = [_mix(row, indicator, model, known) for row in rows]
    seen = [METHOD, indicator.adjustment, sorted(before.items()), [_seen(row) for row in rows]]
    row_hash = _hash([*seen, model.id, mixes] if model else seen)
    as_before = _as_before(indicator.id, level, row_hash, earlier)
    if as_before is not None:
        return as_before
    places = [_place(row, indicator, mix, before) for row, mix in zip(rows, mixes, strict=True)]
    found = together(places, closed=EVENTS if indicator.kind == "rate" else None)
    written = ComparedFigure(
        indicator=indicator.id,
        level=level,
        period_from=first,
        period_to=last,
        n_units=found.n_group,
        n_compared=found.n_compared,
        expected_by_chance=found.expected_by_chance,
        flagged=found.flagged,
        row_hash=row_hash,
        model=_told_of(model) if model else None,
    )
    if isinstance(found.group, Gate):
        closed = msgspec.structs.replace(written, closed=found.group.code)
        return _with_units(closed, places, found.places, {})
    return _with_group(written, places, found, found.group)


def _told_of(model: Model) -> CaseMix:
    """A frozen model as a release carries it, for its model card."""
    comes, closed = model.calibration, model.gate()
    return CaseMix(
        id=model.id,
        invented=model.invented,
        made_on=str(model.made_on),
        release=model.release,
        period_from=model.period_from,
        period_to=model.period_to,
        places=model.places,
        persons=model.persons,
        events=model.events,
        intercept=model.intercept,
        conditions=tuple(
            Condition(
                sv=one.sv, en=one.en, centre=one.centre, low=one.low, high=one.high, coef=one.coef, se=one.se
            )
            for one in model.term
        ),
        in_large=comes.in_large,
        in_large_se=comes.in_large_se,
        slope=comes.slope,
        slope_se=comes.slope_se,
        tenths=tuple(Tenth(one.expected, one.observed, one.places, one.persons) for one in comes.tenths),
        closed=closed.code if closed else "",
    )


def _with_group(
    figure: ComparedFigure, places: Sequence[Place], found: Together, group: Group
) -> ComparedFigure:
    """The figure with its group's numbers, its places, and the probabilities of every pair that is compared."""
    used = sorted({one.kind.number for one in found.places if one.kind is not None})
    reliabilities = sorted(group.reliabilities[row] for row in group.rows)
    above = group.above(used)
    told = msgspec.structs.replace(
        figure,
        centre=_per_cent(group.centre),
        spread=group.spread,
        reliability=reliabilities[len(reliabilities) // 2],
        n_needed=group.n_needed,
        tells_nothing_apart=group.tells_nothing_apart,
        pairs=packed(zip(wording.pairs_per_cent(above), pairs(above), strict=True)),
    )
    return _with_units(told, places, found.places, {kind: row for row, kind in enumerate(used)})


def _with_units(
    figure: ComparedFigure, places: Sequence[Place], placed: Sequence[Placed], kinds: Mapping[int, int]
) -> ComparedFigure:
    hidden: dict[str, tuple[str, ...]] = {}
    for place in places:
        if place.hidden:
            hidden[place.hidden] = (*hidden.get(place.hidden, ()), place.whose)
    shown = [(place, one) for place, one in zip(places, placed, strict=True) if not place.hidden]
    circumstances = _conditions_in_words(figure.model)
    units = tuple(_unit(place, one, kinds, circumstances) for place, one in shown)
    return msgspec.structs.replace(figure, units=units, hidden=hidden)


def _conditions_in_words(model: CaseMix | None) -> Both:
    """What a model allows for, to stand in its words."""
    conditions = model.conditions if model else ()
    return wording.listed([one.sv for one in conditions], "sv"), wording.listed(
        [one.en for one in conditions], "en"
    )


def _unit(place: Place, placed: Placed, kinds: Mapping[int, int], conditions: Both) -> ComparedUnit:
    allowed = conditions if placed.outcomes[GATES.index("casemix")] == adjusting.HOLDS else ("", "")
    say = partial(wording.outcome_words, is_adjusted=placed.is_adjusted, adjusted_for=allowed)
    sv, en = in_both(say, placed.verdict, placed.outcomes)
    low, high = _silent(place)
    said = ComparedUnit(
        whose=place.whose,
        gates=tuple(zip(GATES, placed.outcomes, strict=True)),
        verdict=placed.verdict,
        words_sv=sv,
        words_en=en,
        silent_lo=low,
        silent_hi=high,
    )
    return said if placed.kind is None else _with_numbers(said, placed, placed.kind, kinds)


def _with_numbers(said: ComparedUnit, placed: Placed, kind: Kind, kinds: Mapping[int, int]) -> ComparedUnit:
    return msgspec.structs.replace(
        said,
        lo=_per_cent(kind.lo),
        middle=_per_cent(kind.middle),
        hi=_per_cent(kind.hi),
        flagged=placed.flag != "none",
        above=kind.above,
        tail=min(kind.tails.lower_mid, kind.tails.upper_mid),
        exact=kind.exact,
        reliability=kind.reliability,
        kind=kinds[kind.number],
    )


def _mix(row: Row, indicator: Indicator, model: Model | None, known: Circumstances) -> Mix:
    """The case-mix gate's outcome for a place, and what is expected of it."""
    if indicator.adjustment == "none":
        return Mix("not_needed", 0.0)
    if row["status"]:
        return Mix(adjusting.NO_MODEL, 0.0)
    return adjusting.mix(model, known(row["level"], row["whose"]))


def _place(row: Row, indicator: Indicator, mix: Mix, before: Mapping[str, Flag]) -> Place:
    """A public row as the gates see it."""
    whose = row["whose"]
    if row["status"]:
        return Place(whose=whose, hidden=row["outcome"], mix=mix.outcome)
    response = LEAST_RESPONSE.get(row["response"], nan)
    return Place(
        whose=whose,
        n=row["n"],
        x_lo=row["x_lo"],
        x_hi=row["x_hi"],
        response=None if indicator.is_of_blocks else response,
        mix=mix.outcome,
        offset=mix.offset,
        before=before.get(whose, "none"),
    )


def _silent(place: Place) -> tuple[float | None, float | None]:
    """Where the share of all who were asked may lie, in per cent, whatever the silent would have said."""
    if place.hidden or place.response is None:
        return None, None
    if place.response == 0 and 0 < place.n < inf:
        return 0.0, 100.0
    # No more were asked than the band's lowest response allows.
    found = nonresponse.bounds_coarse(place.x_lo, place.x_hi, place.n, place.n / place.response)
    return (None, None) if isinstance(found, Gate) else (_per_cent(found.low), _per_cent(found.high))


def _before(indicator: str, level: str, first: str, earlier: Sequence[Compared]) -> dict[str, Flag]:
    """Who was flagged, and in which direction, in the latest window that ended before this one begins."""
    if not first:
        return {}
    ended = [
        figure
        for past in earlier
        for figure in [past.at(indicator, level)]
        if figure and figure.period_to and last_quarter(figure.period_to) < first_quarter(first)
    ]
    if not ended:
        return {}
    return {
        unit.whose: "high" if (unit.above or 0.0) > 0.5 else "low" for unit in ended[-1].units if unit.flagged
    }


def _as_before(
    indicator: str, level: str, row_hash: str, earlier: Sequence[Compared]
) -> ComparedFigure | None:
    """The same comparison as an earlier release made of the same rows."""
    found = [figure for past in earlier for figure in [past.at(indicator, level)] if figure]
    return next((figure for figure in reversed(found) if figure.row_hash == row_hash), None)


def _seen(row: Row) -> list[Any]:
    return [row.get(name) for name in SEEN]


def _per_cent(share: float) -> float:
    return six_figures(100 * share)


def in_both(say: Callable[..., str], *values: object) -> Both:
    """The same in Swedish and English."""
    return say(*values, "sv"), say(*values, "en")


def _hash(body: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()[:16]
