"""Counted answers of families published as change, as the pairs that freeze of them (DESIGN §4.4).

A start without its exit goes no further than this: it is in no wave, no atom and no figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from hvb_followup import periods, registry
from hvb_followup.actions.publish.opened import OpenedWave
from hvb_followup.ballot.count import Counted
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure.model import Wave
from hvb_followup.disclosure.pairs import PAIR, Kind, Pair, Side, pairs
from hvb_followup.registry import Unit
from hvb_followup.waves.schedule import following_window

WaveKey = tuple[str, str, str]


class Joined(NamedTuple):
    """A pair and its two answers."""

    pair: Pair
    first: Counted
    last: Counted


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """The pairs of some half-years: their answers, the waves they freeze in, and how many were followed up.

    ``responses`` are pairs of the placements that ended, by wave: who lacks a pair was not followed up.
    """

    joined: tuple[Joined, ...] = ()
    waves: tuple[Wave, ...] = ()
    responses: Mapping[WaveKey, tuple[int, int]] = {}


def kinds(catalogue: Catalogue) -> tuple[Kind, ...]:
    """Start and exit of the same informant; and two informants' exits, where an indicator looks at both."""
    own = {
        one.id: Kind(first=(one.id, "start"), last=(one.id, "exit"))
        for one in catalogue.questionnaires
        if one.publishing == "change" and "start" in one.instrument.moments
    }
    both = {
        one.source: Kind(first=(one.together_with, "exit"), last=(one.source, "exit"), in_order=False)
        for one in catalogue.indicators
        if one.together_with
    }
    return tuple({**own, **both}.values())


def families_of_change(catalogue: Catalogue) -> frozenset[str]:
    """The families that are never published as level."""
    return frozenset(one.id for one in catalogue.questionnaires if one.publishing == "change")


def pair_up(opened: Sequence[OpenedWave], catalogue: Catalogue, units: Mapping[str, Unit]) -> Paired:
    """The pairs of everything counted so far."""
    families = families_of_change(catalogue)
    counted = [wave for wave in opened if wave.sealed.family in families]
    answers = [(wave, one) for wave in counted for one in wave.record.counted]
    sides = [_side(wave, one) for wave, one in answers]
    joined = [
        Joined(pair, answers[pair.first][1], answers[pair.last][1])
        for kind in kinds(catalogue)
        for pair in pairs(sides, kind)
    ]
    waves = tuple(_waves(joined, counted, {kind.family for kind in kinds(catalogue)}, units))
    ended = {_key(wave): wave.record.n_ended for wave in counted}
    return Paired(
        joined=tuple(joined),
        waves=waves,
        responses={key: (len(wave.links), ended.get(key, 0)) for wave in waves for key in [_place(wave)]},
    )


def answer_rows(paired: Paired) -> Iterator[dict[str, Any]]:
    """Every pair as the audit reads a kept answer; helped or flagged where either half was."""
    owners = {_place(wave): wave.provider for wave in paired.waves}
    for pair, first, last in paired.joined:
        alone = {first.answers.get("alone", ""), last.answers.get("alone", "")}
        yield {
            "unit": pair.unit,
            "provider": owners[pair.unit, pair.family, pair.half_year],
            "family": pair.family,
            "major": pair.major,
            "half_year": pair.half_year,
            "link": pair.link,
            "moment": PAIR,
            "issue": last.issue,
            "alone": "helped_staff" if "helped_staff" in alone else last.answers.get("alone", ""),
            "flagged": first.flagged or last.flagged,
        }


def _side(wave: OpenedWave, one: Counted) -> Side:
    sealed = wave.sealed
    return Side(sealed.unit, sealed.family, sealed.major, sealed.half_year, one.link, one.moment)


def _waves(
    joined: Sequence[Joined],
    counted: Iterable[OpenedWave],
    families: set[str],
    units: Mapping[str, Unit],
) -> Iterator[Wave]:
    """One wave per counted one, with the pairs that froze in it; also one without any takes its time."""
    lies_in: defaultdict[WaveKey, list[Pair]] = defaultdict(list)
    for pair, _, _ in joined:
        lies_in[pair.unit, pair.family, pair.half_year].append(pair)
    for wave in counted:
        if wave.sealed.family in families:
            here = lies_in[_key(wave)]
            yield Wave(
                unit=wave.sealed.unit,
                provider=_owner(units[wave.sealed.unit], wave.sealed.half_year, here),
                family=wave.sealed.family,
                major=wave.sealed.major,
                half_year=wave.sealed.half_year,
                links=tuple(sorted(pair.link for pair in here)),
            )


def _owner(unit: Unit, half_year: str, here: Iterable[Pair]) -> str | None:
    """The one owner from the earliest start of these pairs to the wave's close: a change is one home's doing."""
    since = min((pair.since for pair in here), key=periods.half_year_number, default=half_year)
    first = periods.local_day(following_window(since).opens_at)
    return registry.unit_owner(unit, first, periods.local_day(following_window(half_year).closes_at))


def _key(wave: OpenedWave) -> WaveKey:
    return wave.sealed.unit, wave.sealed.family, wave.sealed.half_year


def _place(wave: Wave) -> WaveKey:
    return wave.unit, wave.family, wave.half_year
