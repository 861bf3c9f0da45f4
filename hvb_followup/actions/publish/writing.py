"""A release written out: canonical rows, their hash, and who may see which.

Everybody sees ``statistics`` and ``compared``; a home, its provider and its purchasers also ``own_unit``; the
audit reads ``ledger``.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup import periods
from hvb_followup.actions.publish import paired_written, registers_written
from hvb_followup.actions.publish.comparing import compare
from hvb_followup.actions.publish.measured import Measured
from hvb_followup.actions.publish.staff_writing import staff_figures
from hvb_followup.catalogue import Catalogue
from hvb_followup.comparison import wording
from hvb_followup.comparison.intervals import wilson_coarse
from hvb_followup.disclosure.model import Figure
from hvb_followup.disclosure.show import waiting_percent
from hvb_followup.indicators.model import Indicator
from hvb_followup.pages.compared import Compared
from hvb_followup.registry import Provider, Unit, swedish_sort_key
from hvb_followup.store.releases import Release

METHOD = "1"
NATION = "SE"
# A figure, and its row as somebody may see it.
Told = tuple[Figure, dict[str, Any]]
LANGUAGES: tuple[wording.Language, ...] = ("sv", "en")


def release_rows(
    measured: Measured,
    catalogue: Catalogue,
    providers: Mapping[str, Provider],
    compared_before: Sequence[Compared] = (),
) -> list[Release]:
    """The rows of a draft; the first is the public one and its id is the release's.

    ``compared_before`` is what earlier releases compared, oldest first.
    """
    own = {unit.id: unit for unit in measured.units}
    staff_rows = staff_figures(measured.staff.released, public_figure)
    public: dict[str, Any] = {
        "period": measured.half_year,
        "method": METHOD,
        "figures": [
            *_told(measured.figures, catalogue, public_figure),
            *staff_rows,
        ],
        "pending_share": six(pending_per_cent(measured) / 100),
        "units": [_unit(unit, measured.half_year, providers) for unit in in_swedish_order(own.values())],
    }
    compared = compare(
        measured.half_year,
        public["figures"],
        catalogue.indicators,
        names_in_order(own.values(), providers),
        compared_before,
    )
    ledger = [msgspec.to_builtins(figure) for figure in measured.figures]
    of_home: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in measured.figures:
        if figure.level == "unit":
            of_home[figure.place].append(figure)
    staff = msgspec.to_builtins(measured.staff.released, str_keys=True)
    has_staff = any(staff.values())
    staff_of_home: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in staff_rows:
        if row["level"] == "unit":
            staff_of_home[row["whose"]].append(row)
    beside = msgspec.to_builtins(compared)
    name = release_name(measured.half_year, public, ledger, staff if has_staff else None, beside)
    bodies = {
        name: ("statistics", {"id": name, **public}),
        f"{name}:compared": ("compared", beside),
        f"{name}:ledger": ("ledger", ledger),
        **({f"{name}:staff": ("staff_ledger", staff)} if has_staff else {}),
        **{
            f"{name}:{unit}": (
                "own_unit",
                _own(unit, measured.half_year, of_home[unit], catalogue, staff_of_home[unit]),
            )
            for unit in sorted(own)
        },
    }
    return [
        Release(id=key, kind=kind, period=measured.half_year, state="draft", hash=hash_of(text), body=text)
        for key, (kind, body) in bodies.items()
        for text in [canonical(body)]
    ]


def is_as_measured(rows: Sequence[Release]) -> bool:
    """True when every row has the hash of its body, and what everybody sees belongs to what was audited."""
    bodies = {row.id: msgspec.json.decode(row.body) for row in rows}
    if any(digest(bodies[row.id]) != row.hash for row in rows):
        return False
    (name,) = (row.id for row in rows if row.kind == "statistics")
    public = {key: value for key, value in bodies[name].items() if key != "id"}
    kept = [bodies.get(f"{name}:{part}") for part in ("ledger", "staff", "compared")]
    return name == release_name(public["period"], public, *kept)


def release_name(
    half_year: str, public: Mapping[str, Any], ledger: Any, staff: Any = None, compared: Any = None
) -> str:
    """The release's id: its half-year, and a piece of the hash of what is shown, audited and compared."""
    kept = [part for part in (ledger, staff, compared) if part is not None]
    return f"{half_year}-{digest([public, *kept])[:8]}"


def names_in_order(units: Iterable[Unit], providers: Mapping[str, Provider]) -> dict[str, str]:
    """Homes, then providers, each by name: never by result (DESIGN §5)."""
    owners = sorted(providers.values(), key=lambda one: (swedish_sort_key(one.name), one.id))
    homes = {unit.id: unit.name for unit in in_swedish_order(units)}
    return {**homes, **{owner.id: owner.name for owner in owners}}


def in_swedish_order(units: Iterable[Unit]) -> list[Unit]:
    """Homes by name; never by result (DESIGN §5)."""
    return sorted(units, key=lambda unit: (swedish_sort_key(unit.name), unit.id))


def public_figure(figure: Figure) -> dict[str, Any]:
    """A figure as everybody sees it: what is for the home alone is withheld, with its reason."""
    if not figure.is_shown or figure.audience != "public":
        return _withheld(figure, figure.outcome if not figure.is_shown else "waiting")
    return _counted(figure)


def own_figure(figure: Figure) -> dict[str, Any]:
    """A figure as the home, its provider and its purchasers see it: 5–9 persons in a word."""
    if not figure.is_shown:
        return _withheld(figure, figure.outcome)
    return _in_a_word(figure) if figure.word else _counted(figure)


def _own(
    unit: str,
    half_year: str,
    figures: Sequence[Figure],
    catalogue: Catalogue,
    of_staff: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    told = [*_told(figures, catalogue, own_figure), *of_staff]
    return {"unit": unit, "period": half_year, "method": METHOD, "figures": told}


def _told(
    figures: Sequence[Figure], catalogue: Catalogue, tell: Callable[[Figure], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The figures as somebody may see them, and after them the response of the same waves."""
    by_id = {one.id: one for one in catalogue.indicators}
    pairs = [(one, tell(one)) for one in figures]
    told = [_said(row, one, by_id[one.indicator]) for one, row in pairs]
    return [*told, *_response_figures(pairs, catalogue)]


def _said(row: dict[str, Any], figure: Figure, indicator: Indicator) -> dict[str, Any]:
    """The row in the words of its kind: blocks of registers and pairs have their own."""
    if indicator.is_of_blocks:
        return registers_written.said(row, figure, indicator)
    return paired_written.said(row, figure, indicator) if indicator.is_of_pairs else row


def _place(figure: Figure) -> dict[str, Any]:
    return {"indicator": figure.indicator, "level": figure.level, "whose": figure.place or NATION}


def _withheld(figure: Figure, outcome: str) -> dict[str, Any]:
    return {
        **_place(figure),
        "status": "..",
        "outcome": outcome,
        "sentence_sv": wording.withheld_sentence(outcome, "sv"),
        "sentence_en": wording.withheld_sentence(outcome, "en"),
    }


def _counted(figure: Figure) -> dict[str, Any]:
    n, x_lo, x_hi = figure.n or 0, figure.x_lo or 0, figure.x_hi or 0
    low, high = wilson_coarse(x_lo, x_hi, n)
    said = {
        f"sentence_{language}": wording.sentence(
            n, x_lo, x_hi, first=figure.first, last=figure.last, response=figure.response, language=language
        )
        for language in LANGUAGES
    }
    return {
        **_place(figure),
        "audience": "public",
        "status": "",
        "outcome": "shown",
        "period_from": figure.first,
        "period_to": figure.last,
        "n": n,
        "x_lo": x_lo,
        "x_hi": x_hi,
        "lo": six(100 * low),
        "hi": six(100 * high),
        "value": wording.midpoint_per_cent(n, x_lo, x_hi),
        "response": figure.response or None,
        "flags": [] if figure.is_exact else ["g"],
        "band": None,
        **said,
    }


def _in_a_word(figure: Figure) -> dict[str, Any]:
    said = {
        f"sentence_{language}": wording.few_sentence(
            figure.word, first=figure.first, last=figure.last, response=figure.response, language=language
        )
        for language in LANGUAGES
    }
    return {
        **_place(figure),
        "audience": "unit",
        "status": "",
        "outcome": "words",
        "period_from": figure.first,
        "period_to": figure.last,
        "response": figure.response or None,
        "flags": ["g"],
        "band": figure.word,
        **said,
    }


def _response_figures(pairs: Sequence[Told], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Response as an indicator of its own: the band of the waves of a figure that is told, or the same silence."""
    return [
        {**_response(figure, row), "indicator": indicator.id}
        for indicator in catalogue.indicators
        if indicator.kind == "response"
        for figure, row in _one_per_place(pairs, catalogue, indicator.source)
    ]


def _one_per_place(pairs: Sequence[Told], catalogue: Catalogue, family: str) -> list[Told]:
    """For each place the first of the family's shares that is told; any of them where none is."""
    shares = {one.id for one in catalogue.indicators_of(family) if one.kind == "share"}
    chosen: dict[tuple[str, str], Told] = {}
    asked = [pair for pair in pairs if pair[0].indicator in shares]
    for figure, row in sorted(asked, key=lambda pair: (pair[0].indicator, pair[0].level, pair[0].place)):
        place = (figure.level, figure.place)
        if place not in chosen or chosen[place][1]["status"]:
            chosen[place] = figure, row
    return [chosen[place] for place in sorted(chosen)]


def _response(figure: Figure, told: Mapping[str, Any]) -> dict[str, Any]:
    if told["status"] or not told["response"]:
        return _withheld(figure, told["outcome"] if told["status"] else "waiting")
    kept = ("level", "whose", "audience", "status", "period_from", "period_to", "response")
    says = {
        f"sentence_{language}": wording.response_sentence(told["response"], language)
        for language in LANGUAGES
    }
    return {**{name: told[name] for name in kept}, "outcome": "response", "flags": [], **says}


def _unit(unit: Unit, half_year: str, providers: Mapping[str, Provider]) -> dict[str, Any]:
    term = unit.term_on(periods.last_day(half_year))
    owner = providers.get(term.provider) if term else None
    return {
        "id": unit.id,
        "name": unit.name,
        "lan": unit.lan,
        "places": unit.places,
        "provider": term.provider if term else "",
        "provider_name": owner.name if owner else "",
        "operating_form": str(term.operating_form) if term else "",
        "unit_type": term.unit_type if term else "",
    }


def pending_per_cent(measured: Measured) -> int:
    """The share of kept answers that still waits for others, to the nearest five per cent."""
    everybody = sum(len(wave.links) for wave in measured.waves)
    waiting = sum(measured.pending.values())
    return waiting_percent(waiting, everybody)


def six(value: float) -> float:
    """Six significant figures: two machines then agree (DESIGN §5)."""
    return float(f"{value:.6g}")


def canonical(body: Any) -> str:
    """JSON with sorted keys and no spaces: the same content is the same text."""
    return msgspec.json.encode(body, order="sorted").decode()


def digest(body: Any) -> str:
    """SHA-256 of the canonical text."""
    return hash_of(canonical(body))


def hash_of(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
