"""A release written out: canonical rows, their hash, and who may see which.

Everybody sees ``statistics`` and ``compared``; a home, its provider and its purchasers also ``own_unit``; the
audit reads ``ledger``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup import periods
from hvb_followup.actions.publish.canonical import canonical, digest, encoded, hash_of, six
from hvb_followup.actions.publish.circumstances import circumstances, types_of
from hvb_followup.actions.publish.comparing import compare
from hvb_followup.actions.publish.duties import duty_figures
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
from hvb_followup.pages.compared import Compared
from hvb_followup.registry import Provider, Unit, owners_on, swedish_sort_key
from hvb_followup.store.releases import Release

METHOD = "1"
# Rows of figures, each written out already.
Texts = list[msgspec.Raw]


def release_rows(
    measured: Measured,
    catalogue: Catalogue,
    providers: Mapping[str, Provider],
    compared_before: Sequence[Compared] = (),
) -> list[Release]:
    """The rows of a draft; the first is the public one and its id is the release's.

    ``compared_before`` is what earlier releases compared, oldest first.
    """
    by_id = {one.id: one for one in catalogue.indicators}
    told = [told_to_all(figure, by_id) for figure in measured.figures]
    told_to: defaultdict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.figure.level == "unit":
            told_to[one.figure.place].append(told_to_home(one, by_id))
    owners = owners_on(measured.units, periods.last_day(measured.half_year))
    duties = duty_figures(measured.told_back, catalogue, owners)
    of_staff = [(row, encoded(row)) for row in staff_figures(measured.staff.released, public_figure)]
    others_of: defaultdict[str, Texts] = defaultdict(list)
    for row, text in of_staff:
        if row["level"] == "unit":
            others_of[row["whose"]].append(text)
    for row in duties:
        if row["level"] == "unit":
            others_of[row["whose"]].append(encoded(row))
    responses = response_figures(told, catalogue)
    figures = [*(one.text for one in told), *map(encoded, responses), *(text for _, text in of_staff)]
    figures += map(encoded, duties)
    rows = [*(one.row for one in told), *responses, *(row for row, _ in of_staff), *duties]
    everything = _public(measured, providers, figures)
    public = {name: encoded(part) for name, part in everything.items()}
    names = names_in_order(measured.units, providers)
    known = circumstances(rows, types_of(everything["units"]))
    told_together = compare(
        measured.half_year, rows, catalogue.indicators, names, compared_before, catalogue.models, known
    )
    compared = encoded(told_together)
    ledger, staff = encoded(measured.figures), _staff(measured)
    name = release_name(measured.half_year, public, ledger, staff, compared)
    bodies = [(name, "statistics", {"id": name, **public}), (f"{name}:compared", "compared", compared)]
    bodies += [(f"{name}:ledger", "ledger", ledger)]
    bodies += [(f"{name}:staff", "staff_ledger", staff)] if staff else []
    for unit in sorted(one.id for one in measured.units):
        body = _own(unit, measured.half_year, told_to[unit], others_of[unit], catalogue)
        bodies.append((f"{name}:{unit}", "own_unit", body))
    return [_row(measured.half_year, key, kind, canonical(body)) for key, kind, body in bodies]


def _own(
    unit: str, half_year: str, told: Sequence[Told], of_staff: Texts, catalogue: Catalogue
) -> dict[str, Any]:
    responses = map(encoded, response_figures(told, catalogue))
    figures = [*(one.text for one in told), *responses, *of_staff]
    return {"unit": unit, "period": half_year, "method": METHOD, "figures": figures}


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
    kept = [bodies.get(f"{name}:{part}") for part in ("ledger", "staff", "compared")]
    return is_of_period and name == release_name(period, public, *kept)


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
