"""Freezing: each answer is put once, for ever, into an atom of at least five persons (DESIGN §4.4).

All functions are online folds over time: what comes later never changes what was closed. They must
never know what was answered: atoms depend on who answered when, and on nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import polars as pl

from hvb_followup.disclosure.model import RULES, Atom, Rules, Wave
from hvb_followup.frames import FROZEN
from hvb_followup.periods import half_year_from_number, is_quarter, last_quarter, quarter_from_number

Key = tuple[str, int]


class Given(NamedTuple):
    """What keeping looks at in one answer set; ``flagged`` None counts as flagged."""

    link: str
    moment: str
    issue: int
    alone: str | None
    flagged: bool | None


def keep(
    answers: Sequence[Given], kept_before: Set[str], rules: Rules = RULES, *, is_level: bool = True
) -> list[int]:
    """The places, in order, of the answers of one wave (or of a family's half-year) that count.

    Helped by staff and flagged ones are dropped; the code issued last wins. ``kept_before`` are the links kept
    in that family in the half-year before; families published as change pass ``is_level=False`` and skip that.
    """
    counted = [place for place, one in enumerate(answers) if _may_count(one, rules)]
    if rules.latest_only:
        counted = _latest(answers, counted)
    if is_level and rules.skip_adjacent:
        counted = [place for place in counted if answers[place].link not in kept_before]
    return counted


def _may_count(one: Given, rules: Rules) -> bool:
    is_helped = rules.drop_helped and one.alone == "helped_staff"
    return not is_helped and not (rules.drop_flagged and one.flagged is not False)


def _latest(answers: Sequence[Given], places: Iterable[int]) -> list[int]:
    latest: dict[tuple[str, str], int] = {}
    for place in places:
        key = answers[place].link, answers[place].moment
        if key not in latest or answers[place].issue > answers[latest[key]].issue:
            latest[key] = place
    return sorted(latest.values())


def atoms(
    waves: Iterable[Wave],
    *,
    now: str,
    rules: Rules = RULES,
    serials: Mapping[Key, int] = MappingProxyType({}),
) -> tuple[Atom, ...]:
    """All atoms closed by the end of half-year (or quarter) ``now``, in the order they closed.

    ``now`` is the last period of which every wave is counted; later waves are not looked at. Waves
    of one unit and family accumulate in time order until they hold ``rules.smallest`` distinct
    persons and, where care days are counted, ``rules.rate_days`` of them. A change of owner or MAJOR
    cuts: what was pending is a leftover, and so is a wave during which the owner changed. Leftovers
    and pending waves at least 24 months old go to the remainder. ``serials`` says how many atoms of
    the remainder were closed before, per family and MAJOR, by those who freeze a part at a time.
    """
    return tuple(_fold(waves, now, rules, serials).closed)


def pending(waves: Iterable[Wave], *, now: str, rules: Rules = RULES) -> dict[str, int]:
    """Distinct persons per unit who are not yet in an atom at the end of half-year ``now``."""
    waiting: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for wave in _fold(waves, now, rules, {}).waiting():
        waiting[wave.unit].update((wave.family, link) for link in wave.links)
    return {unit: len(persons) for unit, persons in sorted(waiting.items())}


def frozen(closed: Iterable[Atom], waves: Iterable[Wave]) -> pl.DataFrame:
    """The FROZEN frame: each person once per atom, with her latest half-year in it."""
    present: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for wave in waves:
        present[wave.unit, wave.family, wave.half_year].update(wave.links)
    rows: list[tuple[str, str, str, str]] = []
    for atom in closed:
        latest: dict[str, tuple[str, str]] = {}
        for half_year, unit in sorted((half_year, unit) for unit, half_year in atom.members):
            here = present[unit, atom.family, half_year].intersection(atom.links)
            latest.update((link, (unit, half_year)) for link in here)
        rows += [(atom.id, unit, half_year, link) for link, (unit, half_year) in sorted(latest.items())]
    return pl.DataFrame(rows, schema=pl.Schema(FROZEN.columns), orient="row")


class _State(msgspec.Struct, kw_only=True):
    """What the fold carries from one half-year to the next."""

    rules: Rules
    queues: dict[tuple[str, str], list[Wave]] = msgspec.field(default_factory=dict)
    leftovers: list[Wave] = msgspec.field(default_factory=list)
    remainder: defaultdict[Key, list[Wave]] = msgspec.field(default_factory=lambda: defaultdict(list))
    serial: defaultdict[Key, int] = msgspec.field(default_factory=lambda: defaultdict(int))
    closed: list[Atom] = msgspec.field(default_factory=list)

    def waiting(self) -> list[Wave]:
        """Every wave that is not in an atom."""
        return [
            wave
            for queue in [*self.queues.values(), self.leftovers, *self.remainder.values()]
            for wave in queue
        ]


def _fold(waves: Iterable[Wave], now: str, rules: Rules, serials: Mapping[Key, int]) -> _State:
    by_time: defaultdict[int, list[Wave]] = defaultdict(list)
    for wave in waves:
        by_time[last_quarter(wave.half_year)].append(wave)
    state = _State(rules=rules)
    state.serial.update(serials)
    # Quarters without a wave count too: time passes, and what is pending grows old.
    for number in range(min(by_time, default=0), last_quarter(now) + 1 if by_time else 0):
        for wave in sorted(by_time[number], key=lambda wave: (wave.family, wave.unit, wave.major)):
            _take(state, wave)
        _move_the_old(state, number)
        for key in sorted(state.remainder):
            _close_remainder(state, key, number)
    return state


def _take(state: _State, wave: Wave) -> None:
    queue = state.queues.setdefault((wave.unit, wave.family), [])
    if queue and _cuts(queue[-1], wave, state.rules):
        state.leftovers += queue
        queue.clear()
    queue.append(wave)
    if wave.provider is None and state.rules.cut_at_owner:
        state.leftovers += queue
        queue.clear()
    elif _is_full(queue, state.rules):
        state.closed.append(_home_atom(queue))
        queue.clear()


def _cuts(before: Wave, after: Wave, rules: Rules) -> bool:
    new_owner = before.provider != after.provider and rules.cut_at_owner
    return new_owner or (before.major != after.major and rules.cut_at_major)


def _persons(waves: Sequence[Wave]) -> int:
    return len({link for wave in waves for link in wave.links})


def _is_full(waves: Sequence[Wave], rules: Rules) -> bool:
    days = [wave.days for wave in waves if wave.days is not None]
    return _persons(waves) >= rules.smallest and (not days or sum(days) >= rules.rate_days)


def _move_the_old(state: _State, number: int) -> None:
    old: list[Wave] = []
    for queue in [*state.queues.values(), state.leftovers]:
        aged = [_is_old(wave, number, state.rules) for wave in queue]
        old += [wave for wave, is_old in zip(queue, aged, strict=True) if is_old]
        queue[:] = [wave for wave, is_old in zip(queue, aged, strict=True) if not is_old]
    for wave in sorted(old, key=lambda wave: (wave.half_year, wave.unit)):
        if wave.links:
            state.remainder[wave.family, wave.major].append(wave)


def _is_old(wave: Wave, number: int, rules: Rules) -> bool:
    # Both periods have ended: eight quarters between their ends means closed 24 months ago.
    return number - last_quarter(wave.half_year) >= 2 * rules.remainder_age


def _close_remainder(state: _State, key: Key, number: int) -> None:
    taken: list[Wave] = []
    for wave in state.remainder[key]:
        taken.append(wave)
        homes = {member.unit for member in taken}
        if _is_full(taken, state.rules) and len(homes) >= state.rules.remainder_homes:
            state.serial[key] += 1
            state.closed.append(_remainder_atom(taken, state.serial[key], _period(taken, number)))
            taken = []
    state.remainder[key] = taken


def _home_atom(waves: Sequence[Wave]) -> Atom:
    last = waves[-1]
    half_years = tuple(sorted({wave.half_year for wave in waves}))
    span = "-".join(dict.fromkeys((half_years[0], half_years[-1])))
    name = f"{last.unit}:{last.family}:{last.major}:{span}"
    return _atom(waves, name, home=last.unit, provider=last.provider or "", closed=last.half_year)


def _remainder_atom(waves: Sequence[Wave], serial: int, closed: str) -> Atom:
    name = f"rest:{waves[-1].family}:{waves[-1].major}:{serial}"
    return _atom(waves, name, home="", provider="", closed=closed)


def _period(waves: Sequence[Wave], number: int) -> str:
    """The period that ends with a quarter: of the same length as the waves'."""
    if is_quarter(waves[-1].half_year):
        return quarter_from_number(number)
    return half_year_from_number(number // 2)


def _atom(waves: Sequence[Wave], name: str, *, home: str, provider: str, closed: str) -> Atom:
    return Atom(
        id=name,
        home=home,
        provider=provider,
        family=waves[-1].family,
        major=waves[-1].major,
        half_years=tuple(sorted({wave.half_year for wave in waves})),
        closed=closed,
        members=tuple((wave.unit, wave.half_year) for wave in waves),
        links=tuple(sorted({link for wave in waves for link in wave.links})),
    )
