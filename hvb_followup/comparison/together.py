"""Places side by side: each datum through every gate of DESIGN §5, in order, to the word it may have.

Persons → response → shown → case-mix → pooling → reliability → words. What arrives is what everybody may see of
each place: a count between two limits, of so many, and how many of those asked have answered at least. Nothing
else is looked at, so the outcome tells nothing that they do not, and whoever has the published rows can work it
out again. The group is every place that passes the first three gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan

import msgspec

from hvb_followup.comparison import flags, pooled
from hvb_followup.comparison.hierarchy import Prior
from hvb_followup.comparison.multiplicity import expected_by_chance, rejected
from hvb_followup.comparison.nonresponse import COMPARABLE
from hvb_followup.comparison.pooled import Group, Kind
from hvb_followup.comparison.reliability import ENOUGH
from hvb_followup.comparison.verdict import UNUSUAL, Evidence, Verdict, compares, verdict
from hvb_followup.gates import Gate, six_figures

GATES = ("persons", "response", "shown", "casemix", "pooling", "reliability", "words")
OPEN, NOT_REACHED = "open", "not_reached"
# Outcomes that let a figure on, though they say something: untold of what is not shown; nobody is asked for a
# register; no circumstances to allow for; no model that allows for them, or the place's own are not known, and then
# the words say so.
PASSES = frozenset(
    {
        *(OPEN, "untold", "not_asked", "not_needed"),
        *("not_adjusted", "unknown_mix", "case_mix", "separation", "collinear"),
    }
)
ADJUSTED = frozenset({OPEN, "not_needed"})


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What may be seen of one place: between ``x_lo`` and ``x_hi`` of ``n``, or ``hidden`` says why not.

    ``response`` is the least share (0–1) of those asked who may have answered; None where nobody is asked (a
    register), NaN where it is not known, above 1 where more answered than were asked. ``mix`` is the outcome of
    the case-mix model and ``offset`` what it lets one expect of the place (logits from the group). ``before``
    says in which direction the place was unusual in the latest window that has no answer in common with this.
    """

    whose: str
    n: float = 0
    x_lo: float = 0
    x_hi: float = 0
    response: float | None = None
    hidden: str = ""
    mix: str = "not_adjusted"
    offset: float = 0.0
    before: flags.Flag = "none"


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one place: the outcome of each of GATES, the word, and the model's numbers where all are open.

    ``flag`` says that its count is unusual even among places that differ a bit (predictive mid-p below 0.001,
    and BH 5 % among all).
    """

    whose: str
    outcomes: tuple[str, ...]
    verdict: Verdict
    kind: Kind | None = None
    flag: flags.Flag = "none"

    @property
    def is_adjusted(self) -> bool:
        """Whether nothing about who lives there is left to allow for."""
        return self.outcomes[GATES.index("casemix")] in ADJUSTED


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """What came of all places, in the order they came; the group they make, or the gate that says why there is none."""

    places: tuple[Placed, ...]
    group: Group | Gate
    n_group: int
    n_compared: int
    expected_by_chance: float
    flagged: int


def together(places: Sequence[Place], *, prior: Prior | None = None, closed: Gate | None = None) -> Together:
    """Every place through every gate. ``closed`` says beforehand why such figures are never pooled."""
    early = {place.whose: _early(place) for place in places}
    members = [place for place in places if _passes(early[place.whose])]
    group, kinds = _pooled(members, prior, closed)
    flagged = _flags(members, kinds)
    placed = tuple(_placed(place, early[place.whose], group, kinds, flagged) for place in places)
    compared = [one for one in placed if compares(one.verdict)]
    return Together(
        places=placed,
        group=group,
        n_group=len(members),
        n_compared=len(compared),
        expected_by_chance=six_figures(expected_by_chance(len(compared), 2 * UNUSUAL)),
        flagged=sum(one.flag != "none" for one in compared),
    )


def _early(place: Place) -> tuple[str, ...]:
    """The outcomes of the gates before pooling, up to the first that closes."""
    if place.hidden:
        return "untold", "untold", place.hidden
    found: list[str] = []
    for outcome in (_persons(place), _response(place), OPEN, _mix(place)):
        found.append(outcome)
        if outcome not in PASSES:
            break
    return tuple(found)


def _passes(early: Sequence[str]) -> bool:
    """Whether all gates before pooling let the place on."""
    return len(early) == GATES.index("pooling") and early[-1] in PASSES


def _persons(place: Place) -> str:
    numbers = (place.n, place.x_lo, place.x_hi)
    if not all(map(isfinite, numbers)):
        return "not_a_number"
    if any(one != int(one) for one in numbers) or not 0 <= place.x_lo <= place.x_hi <= place.n:
        return "impossible"
    return "no_answers" if place.n == 0 else OPEN


def _response(place: Place) -> str:
    if place.response is None:
        return "not_asked"
    if place.response != place.response:
        return "response_unknown"
    if place.response > 1:
        return "more_than_invited"
    return OPEN if six_figures(place.response) >= COMPARABLE else "response"


def _mix(place: Place) -> str:
    return place.mix if isfinite(place.offset) else "not_a_number"


def _datum(place: Place) -> pooled.Datum:
    return pooled.Datum(x_lo=int(place.x_lo), x_hi=int(place.x_hi), n=int(place.n), offset=place.offset)


def _pooled(
    members: Sequence[Place], prior: Prior | None, closed: Gate | None
) -> tuple[Group | Gate, dict[str, Kind]]:
    """The group, or why there is none, and what is said of its places that are told apart well enough for a word;
    of all others the model's numbers would be thrown away."""
    group = closed or pooled.pool([_datum(place) for place in members], prior=prior)
    if isinstance(group, Gate):
        return group, {}
    known = group.kinds([row for row, told in enumerate(group.reliabilities) if told >= ENOUGH])
    if isinstance(known, Gate):
        return known, {}
    kinds = {kind.number: kind for kind in known}
    return group, {
        place.whose: kinds[row] for place, row in zip(members, group.rows, strict=True) if row in kinds
    }


def _flags(members: Sequence[Place], kinds: Mapping[str, Kind]) -> dict[str, flags.Flag]:
    """Whose count is unusual (predictive mid-p below 0.001) and stands among all that are compared (BH 5 %)."""
    tested = [place.whose for place in members if place.whose in kinds]
    if not tested:
        return {}
    passes = rejected([kinds[one].two_sided for one in tested], "BH")
    if isinstance(passes, Gate):
        return {}
    return {one: kinds[one].unusual for one, passed in zip(tested, passes, strict=True) if passed}


def _placed(
    place: Place,
    early: tuple[str, ...],
    group: Group | Gate,
    kinds: Mapping[str, Kind],
    flagged: Mapping[str, flags.Flag],
) -> Placed:
    kind = kinds.get(place.whose)
    outcomes = list(early)
    if _passes(early):
        outcomes += (
            [group.code] if isinstance(group, Gate) else [OPEN, "reliability" if kind is None else OPEN]
        )
    flag = flagged.get(place.whose, "none")
    found = _verdict(place, outcomes, kind, flag)
    outcomes += [NOT_REACHED] * (len(GATES) - len(outcomes))
    if compares(found):
        outcomes[-1] = found
    return Placed(
        whose=place.whose,
        outcomes=tuple(outcomes),
        verdict=found,
        kind=kind if compares(found) else None,
        flag=flag if compares(found) else "none",
    )


def _verdict(place: Place, outcomes: Sequence[str], kind: Kind | None, flag: flags.Flag) -> Verdict:
    if outcomes[0] == "no_answers":
        return "no_persons"
    # What contradicts itself is never said to be too little.
    if outcomes[0] not in PASSES or outcomes[-1] in ("more_than_invited", "response_unknown"):
        return "not_fitted"
    if outcomes[-1] == "reliability":
        return "reliability"
    response = 1.0 if place.response is None or place.hidden else place.response
    return verdict(
        Evidence(
            persons=1,
            response=response,
            is_shown=not place.hidden,
            is_adjusted=outcomes[-1] in ADJUSTED,
            reliability=kind.reliability if kind else nan,
            above=kind.above if kind else nan,
            lower_tail=kind.tails.lower_mid if kind else 1.0,
            upper_tail=kind.tails.upper_mid if kind else 1.0,
            passes_fdr=flag != "none",
            periods=2 if flag != "none" and flag == place.before else 1,
        )
    )
