"""A release as pages read it, and the words that belong to its indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Literal

import msgspec

from hvb_followup.errors import Problem, Unsound
from hvb_followup.pages.compared import Compared
from hvb_followup.pages.facts import Facts, HomeFacts
from hvb_followup.periods import is_half_year, is_quarter
from hvb_followup.registry import swedish_sort_key

Status = Literal["", "..", ".", "-"]
Band = Literal["få", "blandat", "de flesta"]
# Who tells a figure: how many answered; young people; two answers about one placement; homes and municipalities of
# placements; homes of their staff; staff; homes of events; and what a home has done after a wave.
Source = Literal["known", "young", "change", "placements", "staff", "staff_answers", "events", "duty"]
Fact = str | int | bool | tuple[str, ...]

_ROUNDING = 0.5


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a release; a withheld one carries no number, only ``status``, ``outcome`` and sentences.

    ``value``, ``lo`` and ``hi`` are per cent (0–100), as in the API; ``x_lo``–``x_hi`` of ``n`` is the coarse
    count (DESIGN §4.5); ``band`` is set instead of all numbers where 5–9 answered. A figure whose outcome is
    ``response`` tells its ``response`` and nothing else; a ``fact`` is of what a home has done, counted out. Of
    the scale ``rate``, ``n`` are care days, the count events, and the other numbers per 1 000 care days. A figure
    about staff is a class in words and carries no count; its ``lo`` and ``hi`` are the steps of the class, where
    it is made of such.
    """

    indicator: str
    level: Literal["unit", "provider", "lan", "group", "nation"]
    whose: str
    audience: Literal["public", "unit"] = "public"
    status: Status = ""
    outcome: str = ""
    period_from: str = ""
    period_to: str = ""
    persons: int | None = None
    n: int | None = None
    x_lo: int | None = None
    x_hi: int | None = None
    lo: float | None = None
    hi: float | None = None
    value: float | None = None
    response: str | None = None
    flags: tuple[str, ...] = ()
    band: Band | None = None
    scale: Literal["share", "rate"] = "share"
    class_sv: str = ""
    class_en: str = ""
    sentence_sv: str = ""
    sentence_en: str = ""

    @property
    def is_class(self) -> bool:
        """True for a figure about staff, told as a class in words (DESIGN §4.6)."""
        return bool(self.class_sv)

    @property
    def is_response(self) -> bool:
        """True for a figure that tells how many answered, in its band and nothing finer (DESIGN §4.5)."""
        return self.outcome == "response"

    @property
    def has_number(self) -> bool:
        """True for a figure that counts young people or answers: no class of staff, and no band of the response."""
        return self.n is not None and not self.is_fact

    @property
    def is_fact(self) -> bool:
        """True for what a home has done (class C): all is counted, and it says nothing of anybody's answers."""
        return self.outcome in ("fact", "not_due")


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What is open about a home: län, never municipality or address (DESIGN §4.12).

    ``facts`` are those that registers bring and a search asks for (age_from, age_to, price in öre …); one that is
    not there is not known. ``known`` is all that is known of it, once plain facts have been published.
    """

    id: str
    name: str
    lan: str
    places: int
    provider: str
    provider_name: str
    operating_form: str
    unit_type: str
    facts: Mapping[str, Fact] = {}
    known: HomeFacts | None = None


class Release(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One publication: what was shown, when, and who signed it. ``pending_share`` is 0–1.

    ``facts`` is the id of the plain facts that stand beside its figures, "" before the first. ``compared`` is what
    is said of places side by side; None of a release from before anything was compared.
    """

    id: str
    period: str
    published_on: str = ""
    signed_by: str = ""
    method: str
    figures: tuple[Figure, ...]
    units: tuple[Home, ...]
    pending_share: float = 0.0
    facts: str = ""
    compared: Compared | None = None

    @cached_property
    def homes(self) -> dict[str, Home]:
        """Homes by id, in Swedish alphabetical order; there is no other order to be had (DESIGN §5)."""
        return {home.id: home for home in sorted(self.units, key=_by_name)}

    @cached_property
    def providers(self) -> dict[str, tuple[Home, ...]]:
        """Each provider's homes, providers and homes in alphabetical order."""
        found: dict[str, list[Home]] = {}
        for home in sorted(
            self.homes.values(), key=lambda one: (swedish_sort_key(one.provider_name), one.provider)
        ):
            if home.provider:
                found.setdefault(home.provider, []).append(home)
        return {provider: tuple(homes) for provider, homes in found.items()}

    @cached_property
    def answers(self) -> dict[str, int]:
        """For each home that shows a number: the answers under the figure that most have answered."""
        most: dict[str, int] = {}
        for figure in self.figures:
            # Only answers have a response: a register figure's n is placements or care days.
            is_answered = figure.response is not None and figure.audience == "public"
            if figure.level == "unit" and is_answered and figure.n is not None:
                most[figure.whose] = max(figure.n, most.get(figure.whose, 0))
        return most

    def at(self, level: str, whose: str) -> tuple[Figure, ...]:
        """The figures that everybody may see of one place."""
        return tuple(self._by_place.get((level, whose), ()))

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], list[Figure]]:
        found: dict[tuple[str, str], list[Figure]] = {}
        for figure in self.figures:
            if figure.audience == "public":
                found.setdefault((figure.level, figure.whose), []).append(figure)
        return found


def _by_name(home: Home) -> tuple[str, str]:
    return swedish_sort_key(home.name), home.id


class IndicatorText(msgspec.Struct, frozen=True, kw_only=True):
    """The words of an indicator; ``paired_with`` is the one it is never shown without (DESIGN §5).

    ``changes`` is its log, newest first, as (day, what changed).
    """

    id: str
    title: str
    why: str = ""
    how: str = ""
    not_for: str = ""
    paired_with: str = ""
    domain: str = ""
    source: Source = "young"
    version: str = ""
    changes: tuple[tuple[str, str], ...] = ()


def release_from(content: Mapping[str, object] | str) -> Release:
    """The release in this JSON, or in plain values as JSON reads them; unknown keys are left alone.

    Raises ``Unsound``, with every problem, where a figure's numbers contradict its status or one another: a
    page shows nothing rather than something that was not meant.
    """
    try:
        release = _of_json(content) if isinstance(content, str) else msgspec.convert(content, Release)
    except msgspec.ValidationError as error:
        raise Unsound(Problem(code="release-shape", where="publicering", says=str(error))) from error
    problems = [problem for figure in release.figures for problem in _wrong_with(figure)]
    if problems:
        raise Unsound(*problems)
    return release


def _of_json(content: str) -> Release:
    return msgspec.json.decode(content, type=Release)


def with_facts(release: Release, facts_id: str, facts: Facts) -> Release:
    """The release with these plain facts beside its figures; of a home without any, nothing is known."""
    units = tuple(_with_known(home, facts.homes.get(home.id, HomeFacts())) for home in release.units)
    return msgspec.structs.replace(release, units=units, facts=facts_id)


def _with_known(home: Home, known: HomeFacts) -> Home:
    facts: dict[str, Fact] = {}
    ages = known.takes or known.ages  # what the home says of itself, else what its type of home may take
    if ages is not None:
        facts |= {"age_from": ages[0], "age_to": ages[1]}
    if known.capacity is not None and known.capacity.price is not None:
        facts["price"] = known.capacity.price
    return msgspec.structs.replace(home, facts={**home.facts, **facts}, known=known)


def _wrong_with(figure: Figure) -> Iterator[Problem]:
    where = f"{figure.indicator} {figure.whose}"
    numbers = (figure.n, figure.x_lo, figure.x_hi, figure.lo, figure.hi, figure.value)
    is_silent = bool(figure.status) or figure.band is not None or figure.is_response or figure.is_class
    told = (figure.n, figure.x_lo, figure.x_hi, figure.value) if figure.is_class else numbers
    if is_silent and any(number is not None for number in told):
        yield Problem(code="release-leak", where=where, says="A figure that is not shown carries numbers.")
    if figure.status and (figure.band is not None or figure.persons is not None or figure.is_class):
        yield Problem(
            code="release-leak", where=where, says="A withheld figure carries more than its reason."
        )
    if not is_silent and None in numbers:
        yield Problem(code="release-gap", where=where, says="A shown figure lacks a number.")
    elif figure.is_response and not figure.response:
        yield Problem(code="release-gap", where=where, says="A response figure lacks its band.")
    elif not is_silent and not _is_coherent(figure):
        yield Problem(code="release-range", where=where, says="0 ≤ lo ≤ value ≤ hi ≤ 100 (per cent) fails.")
    if not figure.status and not _are_ends(figure.period_from, figure.period_to):
        yield Problem(code="release-period", where=where, says="A shown figure lacks its period.")


@lru_cache(maxsize=1024)
def _are_ends(first: str, last: str) -> bool:
    """True for two half-years or two quarters; a release has few, over and over."""
    return (is_half_year(first) and is_half_year(last)) or (is_quarter(first) and is_quarter(last))


def _is_coherent(figure: Figure) -> bool:
    """Count and interval are in order, and the interval is in per cent: most of them never lie below one."""
    n, x_lo, x_hi = figure.n or 0, figure.x_lo or 0, figure.x_hi or 0
    lo, hi, value = figure.lo or 0.0, figure.hi or 0.0, figure.value or 0.0
    is_ordered = 0 <= lo <= value + _ROUNDING and value <= hi + _ROUNDING
    is_ordered = is_ordered and (hi <= 100 or figure.scale == "rate")
    are_shares = hi <= 1 and 2 * x_lo > n
    return n > 0 and 0 <= x_lo <= x_hi <= n and is_ordered and not are_shares
