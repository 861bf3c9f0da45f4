"""A release written out: canonical rows, their hash, and who may see which.

Everybody sees ``statistics``; a home, its provider and its purchasers also ``own_unit``; the audit reads ``ledger``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup import periods
from hvb_followup.actions.publish.canonical import canonical, digest, encoded, hash_of, six
from hvb_followup.actions.publish.figures_written import (
    Told,
    public_figure,
    response_figures,
    told_to_all,
    told_to_home,
)
from hvb_followup.actions.publish.measured import Measured
from hvb_followup.actions.publish.staff_writing import staff_figures
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure.show import waiting_percent
from hvb_followup.registry import Provider, Unit, swedish_sort_key
from hvb_followup.store.releases import Release

METHOD = "1"
# Rows of figures, each written out already.
Texts = list[msgspec.Raw]


def release_rows(
    measured: Measured, catalogue: Catalogue, providers: Mapping[str, Provider]
) -> list[Release]:
    """The rows of a draft; the first is the public one and its id is the release's."""
    of_blocks = {one.id: one for one in catalogue.indicators if one.is_of_blocks}
    told = [told_to_all(figure, of_blocks) for figure in measured.figures]
    told_to: defaultdict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.figure.level == "unit":
            told_to[one.figure.place].append(told_to_home(one, of_blocks))
    of_staff = [(row, encoded(row)) for row in staff_figures(measured.staff.released, public_figure)]
    staff_of: defaultdict[str, Texts] = defaultdict(list)
    for row, text in of_staff:
        if row["level"] == "unit":
            staff_of[row["whose"]].append(text)
    figures = [*_texts(told, catalogue), *(text for _, text in of_staff)]
    public = {name: encoded(part) for name, part in _public(measured, providers, figures).items()}
    ledger, staff = encoded(measured.figures), _staff(measured)
    name = release_name(measured.half_year, public, ledger, staff)
    bodies = [(name, "statistics", {"id": name, **public}), (f"{name}:ledger", "ledger", ledger)]
    bodies += [(f"{name}:staff", "staff_ledger", staff)] if staff else []
    for unit in sorted(one.id for one in measured.units):
        own = [*_texts(told_to[unit], catalogue), *staff_of[unit]]
        body = {"unit": unit, "period": measured.half_year, "method": METHOD, "figures": own}
        bodies.append((f"{name}:{unit}", "own_unit", body))
    return [_row(measured.half_year, key, kind, canonical(body)) for key, kind, body in bodies]


def _row(half_year: str, key: str, kind: str, text: str) -> Release:
    return Release(id=key, kind=kind, period=half_year, state="draft", hash=hash_of(text), body=text)


def _public(measured: Measured, providers: Mapping[str, Provider], figures: Texts) -> dict[str, Any]:
    return {
        "period": measured.half_year,
        "method": METHOD,
        "figures": figures,
        "pending_share": six(pending_per_cent(measured) / 100),
        "units": [_unit(unit, measured.half_year, providers) for unit in in_swedish_order(measured.units)],
    }


def _staff(measured: Measured) -> msgspec.Raw | None:
    """What the audit reads of staff; None where nothing is told of them."""
    told = measured.staff.released
    return encoded(told) if told.figures or told.survey or told.data else None


def _texts(told: Sequence[Told], catalogue: Catalogue) -> Texts:
    """The figures as somebody may see them, and after them the response of the same waves."""
    return [*(one.text for one in told), *map(encoded, response_figures(told, catalogue))]


def is_as_measured(rows: Sequence[Release]) -> bool:
    """True when every row has the hash of its body, and what everybody sees belongs to what was audited."""
    # A body is canonical text, so that nothing need be read to see whether it is the one that was hashed.
    if any(hash_of(row.body) != row.hash for row in rows):
        return False
    bodies = {row.id: msgspec.Raw(row.body) for row in rows}
    ((name, period),) = ((row.id, row.period) for row in rows if row.kind == "statistics")
    public = msgspec.json.decode(bodies[name], type=dict[str, msgspec.Raw])
    del public["id"]
    is_of_period = bytes(public["period"]) == canonical(period).encode()
    return is_of_period and name == release_name(
        period, public, bodies[f"{name}:ledger"], bodies.get(f"{name}:staff")
    )


def release_name(half_year: str, public: Mapping[str, Any], ledger: Any, staff: Any | None = None) -> str:
    """The release's id: its half-year, and a piece of the hash of what is shown and what is audited."""
    audited = [ledger] if staff is None else [ledger, staff]
    return f"{half_year}-{digest([public, *audited])[:8]}"


def in_swedish_order(units: Iterable[Unit]) -> list[Unit]:
    """Homes by name; never by result (DESIGN §5)."""
    return sorted(units, key=lambda unit: (swedish_sort_key(unit.name), unit.id))


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
