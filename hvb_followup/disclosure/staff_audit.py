"""The audit of what is told of staff: over everything ever released, is each class a class? (DESIGN §4.6–4.7)

It is the opponent of the other ``staff_*`` modules of this room and calls none of them: its numbers stand
here once more, it counts again from the registers, and it tries every count one by one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, combinations, product

import msgspec

from hvb_followup.disclosure.ledger import Finding
from hvb_followup.disclosure.model import Datum, Figure
from hvb_followup.disclosure.staff import Heads, Hours, StaffFigure
from hvb_followup.disclosure.staff_survey import Group

# By the fewest heads: for each class its key, and the fewest and most who are missing (None: all of them).
HEADS = (
    (5, (("all", 0, 0), ("missing:one-two", 1, 2), ("missing:three-", 3, None))),
    (10, (("all", 0, 0), ("missing:1-2", 1, 2), ("missing:3-5", 3, 5), ("missing:6-", 6, None))),
)
STEPS_FROM = 20
LEFT = (
    (6, {"left:0-1": (0, 1), "left:2-3": (2, 3), "left:4-": (4, None)}),
    (10, {"left:0-1": (0, 1), "left:2-3": (2, 3), "left:4-6": (4, 6), "left:7-": (7, None)}),
)
SUM_HOMES, SUM_HEADS = 3, 20
SURVEY_FROM = 8
HEAD_KINDS = ("heads", "what_if")


class StaffLedger(msgspec.Struct, frozen=True, kw_only=True):
    """Everything told of staff, and what it was told from: ``heads`` by indicator, of every half-year told."""

    figures: tuple[StaffFigure, ...] = ()
    survey: tuple[Figure, ...] = ()
    data: tuple[Datum, ...] = ()
    groups: tuple[Group, ...] = ()
    heads: dict[str, tuple[Heads, ...]] = {}
    hours: dict[str, tuple[Hours, ...]] = {}


def audit_staff(ledger: StaffLedger) -> tuple[Finding, ...]:
    """Everything that may not be told, in a fixed order; empty when all is well. No finding names a person."""
    found = [
        *_class_findings(ledger),
        *_person_findings(ledger),
        *_sum_findings(ledger),
        *_hours_findings(ledger),
        *_what_if_findings(ledger),
        *_survey_findings(ledger),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (finding.rule, finding.place)))


def _class_findings(ledger: StaffLedger) -> Iterator[Finding]:
    for figure in ledger.figures:
        for rule, says in _faults(figure):
            yield Finding(rule=rule, place=figure.id, says=says)
    told: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for figure in ledger.figures:
        if figure.level == "unit" and figure.is_told and figure.kind != "manager":
            told[figure.indicator, figure.place, figure.as_of].add(figure.band)
    for (indicator, place, as_of), bands in told.items():
        if len(bands) > 1:
            says = "Samma halvår har berättats i två olika klasser."
            yield Finding(rule="staff-twice", place=f"{as_of}/{indicator}/unit/{place}", says=says)


def _faults(figure: StaffFigure) -> Iterator[tuple[str, str]]:
    numbers = (figure.n, figure.lowest, figure.highest, figure.looked_on)
    if not figure.is_told:
        if (
            figure.band
            or figure.as_of
            or figure.homes
            or figure.counts
            or any(one is not None for one in numbers)
        ):
            yield "staff-withheld", "En uppgift som inte visas bär mer än sitt skäl."
        return
    if figure.kind == "manager":
        yield from _manager_faults(figure)
    elif figure.level == "unit" and figure.kind in HEAD_KINDS:
        yield from _heads_faults(figure)
    elif figure.level == "unit" and figure.kind == "turnover":
        yield from _turnover_faults(figure)
    elif figure.level == "unit":
        yield "staff-hours-unit", "Arbetstid visas för ett enskilt hem."


def _manager_faults(figure: StaffFigure) -> Iterator[tuple[str, str]]:
    if figure.level != "unit":
        return
    if figure.band not in ("shown", "not_shown") or (figure.band == "not_shown" and figure.looked_on):
        yield "staff-manager", "Det sägs mer om föreståndaren än att hemmet har visat det eller inte."


def _heads_faults(figure: StaffFigure) -> Iterator[tuple[str, str]]:
    n, lowest, highest = figure.numbers
    if n < HEADS[0][0]:
        yield "staff-few", "Färre än fem personer visas i en klass."
    # Each of those classes but "all" holds two counts or more.
    if (figure.band, lowest, highest) not in _head_classes(n):
        yield "staff-class", "Klassen är ingen av dem som får visas."


def _head_classes(n: int) -> list[tuple[str, int, int]]:
    if n >= STEPS_FROM:
        return [("all", n, n), *_steps(n)]
    classes = next((rows for least, rows in reversed(HEADS) if n >= least), ())
    return [(key, n - (n if most is None else most), n - least) for key, least, most in classes]


def _steps(n: int) -> list[tuple[str, int, int]]:
    """Steps of ten per cent of n, counted head by head."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for met in range(n):
        tens = met * 10 // n
        found["share:0-2" if tens < 2 else f"share:{tens}-{tens + 1}"].append(met)
    return [(key, min(counts), max(counts)) for key, counts in found.items()]


def _turnover_faults(figure: StaffFigure) -> Iterator[tuple[str, str]]:
    summed, lowest, highest = figure.numbers
    if summed < 12 * LEFT[0][0]:
        yield "staff-few", "Omsättningen visas för färre än sex anställda."
    if highest <= lowest:
        yield "staff-class", "Klassen rymmer bara ett antal."
    if summed < 12 * STEPS_FROM:
        classes = next((rows for least, rows in reversed(LEFT) if summed >= 12 * least), {})
        least, most = classes.get(figure.band, (-1, -1))
        if lowest != least or (most is not None and highest != most):
            yield "staff-class", "Klassen är ingen av dem som får visas."
    elif len({min(120 * ended // summed, 5) for ended in range(lowest, highest + 1)}) != 1:
        yield "staff-class", "Klassen är inget steg om tio procent."


def _person_findings(ledger: StaffLedger) -> Iterator[Finding]:
    """Each pair of classes of one home, tried count by count, taking it that those who stayed are as they were."""
    told: defaultdict[tuple[str, str], dict[str, StaffFigure]] = defaultdict(dict)
    for figure in ledger.figures:
        if figure.kind in HEAD_KINDS and figure.level == "unit" and figure.is_fresh:
            told[figure.indicator, figure.place].setdefault(figure.as_of, figure)
    heads = {
        indicator: {(one.unit, one.half_year): one for one in rows}
        for indicator, rows in ledger.heads.items()
    }
    for (indicator, _), figures in told.items():
        known = heads.get(indicator, {})
        for before, after in combinations([figures[as_of] for as_of in sorted(figures)], 2):
            then, now = known.get((before.place, before.as_of)), known.get((after.place, after.as_of))
            if then is None or now is None:
                yield Finding(rule="staff-unknown", place=after.id, says="Personallistan finns inte kvar.")
            elif _is_pointed_at(before, after, len(then.bound & now.bound)):
                says = "Två klasser tillsammans visar hur det är med den som kommit eller slutat."
                yield Finding(rule="staff-person", place=f"{before.id} → {after.id}", says=says)


def _is_pointed_at(before: StaffFigure, after: StaffFigure, stayed: int) -> bool:
    was, now = _missing(before), _missing(after)
    n_before, n_after = before.numbers[0], after.numbers[0]
    stayed = min(stayed, n_before, n_after)
    left, joined = n_before - stayed, n_after - stayed
    possible = [
        (same, gone, come)
        for same, gone, come in product(range(stayed + 1), range(left + 1), range(joined + 1))
        if same + gone in was and same + come in now
    ]
    if not possible:
        return False
    # What is seen of each: a group of people, what can be missing among them, and whether "all" has said it.
    seen = (
        (1, {same + gone for same, gone, _ in possible}, was),
        (1, {same + come for same, _, come in possible}, now),
        (left, {gone for _, gone, _ in possible}, was),
        (joined, {come for _, _, come in possible}, now),
    )
    return any(size and len(values) < 2 and said != range(1) for size, values, said in seen)


def _missing(figure: StaffFigure) -> range:
    n, lowest, highest = figure.numbers
    return range(n - highest, n - lowest + 1)


def _sum_findings(ledger: StaffLedger) -> Iterator[Finding]:
    """A sum says what its homes' classes say, added up, and nothing finer: then no difference tells anything."""
    homes = {(one.release, one.indicator, one.place): one for one in ledger.figures if one.level == "unit"}
    for figure in ledger.figures:
        if figure.level == "unit" or not figure.is_told or figure.kind in ("hours", "what_if"):
            continue
        members = [homes.get((figure.release, figure.indicator, unit)) for unit in figure.homes]
        told = [one for one in members if one is not None and one.is_told]
        ends = [sum(one.numbers[place] for one in told) for place in range(3)]
        if len(told) < len(figure.homes) or ends != [figure.n, figure.lowest, figure.highest]:
            says = "Uppgiften är inte summan av hemmens klasser."
            yield Finding(rule="staff-sum", place=figure.id, says=says)
        if figure.kind == "manager":
            continue
        heads = ends[0] // 12 if figure.kind == "turnover" else ends[0]
        if len(told) < SUM_HOMES or heads < SUM_HEADS:
            says = "Summan bygger på färre än tre hem eller tjugo personer."
            yield Finding(rule="staff-sum-few", place=figure.id, says=says)
        if not _covers(figure, ends):
            says = "Spannet är snävare än summan av hemmens klasser."
            yield Finding(rule="staff-sum", place=figure.id, says=says)


def _covers(figure: StaffFigure, ends: Sequence[int]) -> bool:
    """Whether the words reach over every count that the homes' classes allow."""
    n, lowest, highest = ends
    if figure.band == "all":
        return lowest == n
    steps = re.fullmatch(r"(share|turn):(\d+)-(\d*)", figure.band)
    if steps is None:
        return False
    name, first, after = steps.groups()
    tenth = 12 if name == "turn" else 1
    low, high = int(first) * n <= 10 * tenth * lowest, after in ("", "11")
    return low and (high or 10 * tenth * highest < int(after) * n)


def _hours_findings(ledger: StaffLedger) -> Iterator[Finding]:
    """Every home keeps two counts of who meets the rule, whoever knows all schedules and reads the step."""
    heads = {(one.indicator, one.release, one.place): one for one in ledger.figures if _is_head_class(one)}
    hours = {
        (indicator, one.unit, one.half_year): one for indicator, rows in ledger.hours.items() for one in rows
    }
    for figure in ledger.figures:
        if figure.kind != "hours" or not figure.is_told or figure.level == "unit":
            continue
        told = [heads.get((figure.beside, figure.as_of, unit)) for unit in figure.homes]
        rows = [hours.get((figure.indicator, unit, figure.as_of)) for unit in figure.homes]
        n = sum(one.numbers[0] for one in told if one)
        if None in told or len(told) < SUM_HOMES or n < SUM_HEADS:
            yield Finding(
                rule="staff-hours-few",
                place=figure.id,
                says="Arbetstiden bygger på för få hem eller personer.",
            )
        elif None not in rows and not _keeps_two(
            figure,
            [one for one in told if one],
            [sorted(one.minutes.values()) for one in rows if one],
            _parts(figure, ledger),
        ):
            says = "Arbetstiden avslöjar hur många i ett hem som uppfyller kravet."
            yield Finding(rule="staff-hours", place=figure.id, says=says)


def _what_if_findings(ledger: StaffLedger) -> Iterator[Finding]:
    """Under other rules: each class beside the law's keeps two counts, and the nation counts homes and nothing else."""
    homes = {(one.release, one.indicator, one.place): one for one in ledger.figures if one.level == "unit"}
    for figure in ledger.figures:
        if figure.kind != "what_if" or not figure.is_told:
            continue
        law = homes.get((figure.release, figure.beside, figure.place))
        if figure.level == "unit" and law is not None and law.is_told and _leave_one(law, figure):
            says = "Klasserna under lagen och under andra regler har tillsammans bara ett antal kvar."
            yield Finding(rule="staff-what-if", place=figure.id, says=says)
        elif figure.level == "nation" and not _is_recounted(figure, homes):
            says = "Uppgiften är inte antalet hem i varje klass."
            yield Finding(rule="staff-what-if-sum", place=figure.id, says=says)
        elif figure.level == "provider":
            says = "Andra regler visas för en utförare."
            yield Finding(rule="staff-what-if-sum", place=figure.id, says=says)


def _leave_one(law: StaffFigure, then: StaffFigure) -> bool:
    """Whoever knows which rules are the stricter tries every pair of counts."""
    every = list(product(_missing(law), _missing(then)))
    for possible in ([(a, b) for a, b in every if a <= b], [(a, b) for a, b in every if a >= b]):
        for place, one in enumerate((law, then)):
            if possible and len({pair[place] for pair in possible}) < 2 <= len(_missing(one)):
                return True
    return False


def _is_recounted(figure: StaffFigure, homes: Mapping[tuple[str, str, str], StaffFigure]) -> bool:
    found: Counter[str] = Counter()
    for unit in figure.homes:
        for name, indicator in (("law", figure.beside), ("then", figure.indicator)):
            one = homes.get((figure.release, indicator, unit))
            if one is None or not one.is_told:
                return False
            found[f"{name}:{_size_of(_missing(one))}"] += 1
    n_all = found["then:all"]
    told = (figure.n, figure.lowest, figure.highest)
    return (
        len(figure.homes) >= SUM_HOMES
        and told == (len(figure.homes), n_all, n_all)
        and figure.counts == tuple(sorted((key, n) for key, n in found.items() if n))
    )


def _size_of(missing: range) -> str:
    if missing == range(1):
        return "all"
    if missing[-1] <= 2:
        return "one-two"
    return "three-" if missing[0] > 2 else "some"


def _is_head_class(figure: StaffFigure) -> bool:
    return figure.kind == "heads" and figure.level == "unit" and figure.is_fresh


def _parts(figure: StaffFigure, ledger: StaffLedger) -> list[StaffFigure]:
    """The providers' steps that are told of some of the nation's homes."""
    if figure.level != "nation":
        return []
    return [
        one
        for one in ledger.figures
        if (one.kind, one.level, one.indicator) == ("hours", "provider", figure.indicator)
        and one.is_told
        and one.as_of == figure.as_of
    ]


def _keeps_two(
    figure: StaffFigure,
    told: Sequence[StaffFigure],
    minutes: Sequence[list[int]],
    parts: Sequence[StaffFigure],
) -> bool:
    """For each home and count: the lightest and the heaviest that everybody together can be, within every step."""
    classes = [one.numbers for one in told]
    full = [[0] * (n - len(each)) + each for (n, _, _), each in zip(classes, minutes, strict=True)]
    light = [sum(each[:lowest]) for (_, lowest, _), each in zip(classes, full, strict=True)]
    heavy = [sum(each[len(each) - highest :]) for (_, _, highest), each in zip(classes, full, strict=True)]
    number = {one.place: place for place, one in enumerate(told)}
    groups = [_Part([number[unit] for unit in part.homes if unit in number], part) for part in parts]
    grouped = {home for group in groups for home in group.homes}
    groups += [_Part([home]) for home in range(len(told)) if home not in grouped]
    _, low, high = figure.numbers
    together = _Together(groups, light, heavy)
    for home, ((_, lowest, highest), each) in enumerate(zip(classes, full, strict=True)):
        least, most = [0, *accumulate(each)], [0, *accumulate(reversed(each))]
        counts = range(lowest, highest + 1)
        reached = sum(together.may_lie(home, least[count], most[count], low, high) for count in counts)
        if lowest != highest and reached < 2:
            return False
    return max((each[-1] for each in full if each), default=0) <= high - low + 1


class _Part(msgspec.Struct, frozen=True):
    """Homes whose minutes are told together, or one home for itself."""

    homes: list[int]
    told: StaffFigure | None = None

    def ends(self, light: int, heavy: int) -> tuple[int, int]:
        """The least and the most minutes of all its homes, within the step that is told of them."""
        if self.told is None:
            return light, heavy
        _, lowest, highest = self.told.numbers
        return max(light, lowest), min(heavy, highest)


class _Together:
    """Everybody's lightest and heaviest minutes by part, so that one home can be tried without adding up all others."""

    def __init__(self, parts: Sequence[_Part], light: Sequence[int], heavy: Sequence[int]) -> None:
        self._home = list(zip(light, heavy, strict=True))
        self._parts: dict[int, list[tuple[_Part, int, int]]] = defaultdict(list)
        self._least = self._most = self._impossible = 0
        for part in parts:
            inside = sum(light[one] for one in part.homes), sum(heavy[one] for one in part.homes)
            self._add(part, *inside, sign=1)
            for home in part.homes:
                self._parts[home].append((part, *inside))

    def may_lie(self, home: int, own_least: int, own_most: int, low: int, high: int) -> bool:
        """True when the whole can lie between two numbers while the home's minutes lie between its own."""
        light, heavy = self._home[home]
        for part, least, most in self._parts[home]:
            self._add(part, least, most, sign=-1)
            self._add(part, least - light + own_least, most - heavy + own_most, sign=1)
        is_possible = not self._impossible and self._least <= high and self._most >= low
        for part, least, most in self._parts[home]:
            self._add(part, least - light + own_least, most - heavy + own_most, sign=-1)
            self._add(part, least, most, sign=1)
        return is_possible

    def _add(self, part: _Part, light: int, heavy: int, *, sign: int) -> None:
        least, most = part.ends(light, heavy)
        self._least += sign * least
        self._most += sign * most
        self._impossible += sign * (least > most)


def _survey_findings(ledger: StaffLedger) -> Iterator[Finding]:
    """Yearly groups of eight, coarse at both ends; figures are sums of whole ones."""
    groups = {f"{one.indicator}@{one.name}": one for one in ledger.groups}
    data = {one.id: one for one in ledger.data}
    for datum in ledger.data:
        for rule, says in _datum_faults(datum, groups.get(datum.id)):
            yield Finding(rule=rule, place=datum.id, says=says)
    for figure in ledger.survey:
        if not figure.is_shown:
            continue
        parts = [data[one] for one in figure.data if one in data]
        ends = tuple(sum(getattr(one, name) for one in parts) for name in ("n", "x_lo", "x_hi"))
        is_whole = len(parts) == len(figure.data) > 0 and ends == (figure.n, figure.x_lo, figure.x_hi)
        if not is_whole or (figure.level == "unit" and len(parts) > 1):
            says = "Uppgiften är inte en summa av hela årsgrupper."
            yield Finding(rule="staff-survey-sum", place=figure.id, says=says)


def _datum_faults(datum: Datum, group: Group | None) -> Iterator[tuple[str, str]]:
    if group is None or len(datum.atoms) != 1 or datum.home != group.unit or datum.n != group.n:
        yield "staff-survey-group", "Uppgiften är inte ett hems svar under ett år."
    elif min(group.persons, group.n) < SURVEY_FROM:
        yield "staff-survey-few", "Färre än åtta har svarat."
    is_end = datum.x_lo <= 1 or datum.x_hi >= datum.n - 1
    if is_end and datum.x_hi - datum.x_lo < 1:
        yield "staff-survey-end", "Änden av skalan rymmer bara ett antal."
