"""Figures as open data says them: in our own shape, in Kolada's, and as tables. Nothing is computed here."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from hvb_followup.pages.compared import GATE_NAMES, Compared, ComparedUnit
from hvb_followup.pages.facts import Capacity, Facts, Feedback, Inspection
from hvb_followup.web.shelf import Published

TOLD = ("period_from", "period_to", "n", "x_lo", "x_hi", "lo", "hi", "response")
CSV_COLUMNS = (
    "kpi", "level", "ou", "period", "period_from", "period_to", "gender", "status", "outcome", "value", "n", "x_lo", "x_hi",
    "lo", "hi", "response", "flags", "sentence", "pooled", "pooled_lo", "pooled_hi", "verdict", "gate", "reason",
    "words", "release",
)  # fmt: skip
# A place in a comparison: every gate's outcome, and null with the reason where nothing may be compared.
COMPARED_COLUMNS = (
    "kpi", "level", "ou", *(f"gate_{name}" for name in GATE_NAMES), "verdict", "words", "pooled", "pooled_lo",
    "pooled_hi", "above", "tail", "exact", "flagged", "reliability", "silent_lo", "silent_hi", "period_from",
    "period_to", "group", "compared", "centre", "spread", "n_needed", "expected_by_chance", "method", "row_hash",
)  # fmt: skip
LEVELS = {
    "ou": frozenset({"unit"}),
    "group": frozenset({"nation", "lan", "group"}),
    "provider": frozenset({"provider"}),
}
FACT_COLUMNS = (
    "ou",
    "age_from",
    "age_to",
    *Capacity.__struct_fields__,
    "signed_quarter",
    "signed_on",
    "signed_by",
)
INSPECTION_COLUMNS = ("ou", *Inspection.__struct_fields__)
FEEDBACK_COLUMNS = ("ou", *Feedback.__struct_fields__)
Row = dict[str, Any]


def figure_rows(
    published: Published, asked: Mapping[str, frozenset[str]], language: str = "sv"
) -> Iterator[Row]:
    """The release's figures that fit what is asked (kpi, and one of ou, group, provider), in the API's shape."""
    kpis = asked.get("kpi")
    whose = next(((name, asked[name]) for name in LEVELS if name in asked), None)
    for figure in published.content["figures"]:
        if kpis is not None and figure["indicator"] not in kpis:
            continue
        if whose and (figure["level"] not in LEVELS[whose[0]] or figure["whose"] not in whose[1]):
            continue
        yield row_of(figure, published, language)


def row_of(figure: Row, published: Published, language: str = "sv") -> Row:
    """One figure in Kolada's shape; a withheld one has a status, an outcome and no number."""
    place = {
        "kpi": figure["indicator"],
        "level": figure["level"],
        "ou": figure["whose"],
        "period": published.release.period,
        "gender": "T",
        "status": figure["status"],
        "outcome": figure["outcome"],
        "sentence": figure[f"sentence_{language}"],
        "release": published.release.id,
    }
    if figure["status"]:
        return {**place, "value": None, "count": None}
    told = {name: figure.get(name) for name in TOLD}
    beside = _beside(published.page.compared, figure, language)
    counted = {"value": figure.get("value"), "count": figure.get("n"), "flags": figure["flags"]}
    return {**place, **told, **counted, **beside}


def _beside(compared: Compared | None, figure: Row, language: str) -> Row:
    """What may be said of the figure beside its group: null, and the gate that closed, where nothing may."""
    unit = compared and compared.of(figure["indicator"], figure["level"], figure["whose"])
    if not unit:
        return dict.fromkeys(("pooled", "pooled_lo", "pooled_hi", "verdict", "gate", "reason", "words"))
    gate, reason = unit.closed or (None, None)
    return {**_said(unit, language), "gate": gate, "reason": reason}


def _said(unit: ComparedUnit, language: str) -> Row:
    return {
        "pooled": unit.middle,
        "pooled_lo": unit.lo,
        "pooled_hi": unit.hi,
        "verdict": unit.verdict,
        "words": unit.words_en if language == "en" else unit.words_sv,
    }


def compared_rows(published: Published) -> Iterator[Row]:
    """Every place in every comparison of the release, by name and never by result."""
    compared = published.page.compared
    if compared is None:
        return
    for figure in compared.figures:
        group = {
            name: getattr(figure, name)
            for name in ("period_from", "period_to", "centre", "spread", "n_needed", "expected_by_chance")
        }
        for unit in figure.units:
            numbers = {name: getattr(unit, name) for name in COMPARED_COLUMNS if hasattr(unit, name)}
            yield {
                "kpi": figure.indicator,
                "level": figure.level,
                "ou": unit.whose,
                **{f"gate_{name}": outcome for name, outcome in unit.gates},
                **numbers,
                **_said(unit, "sv"),
                **group,
                "group": figure.n_units,
                "compared": figure.n_compared,
                "row_hash": figure.row_hash,
                "method": compared.method,
            }


def provider_rows(published: Published | None) -> list[Row]:
    """The providers of a release, with their homes, in alphabetical order."""
    if published is None:
        return []
    return [
        {"id": provider, "title": homes[0].provider_name, "ou": [home.id for home in homes]}
        for provider, homes in published.page.providers.items()
    ]


def fact_rows(facts: Facts) -> Iterator[Row]:
    """Plain facts, one row per home: the price in öre a day, the signature by role."""
    for home, known in facts.homes.items():
        low, high = known.ages or (None, None)
        row: Row = {"ou": home, "age_from": low, "age_to": high}
        row |= msgspec.to_builtins(known.capacity) if known.capacity else {}
        if known.signed:
            signed = known.signed
            row["signed_quarter"], row["signed_by"] = signed.quarter, signed.role
            row["signed_on"] = signed.signed_on.isoformat()
        yield row


def inspection_rows(facts: Facts) -> Iterator[Row]:
    """Inspections, one row each, in codes."""
    for home, known in facts.homes.items():
        for one in known.inspections:
            yield {"ou": home, **msgspec.to_builtins(one)}


def feedback_rows(facts: Facts) -> Iterator[Row]:
    """Whether and when the young were told back, one row a closed wave; never the words."""
    for home, known in facts.homes.items():
        for one in known.feedback:
            yield {"ou": home, **msgspec.to_builtins(one)}


def kolada_rows(releases: Iterable[Published], kpis: Sequence[str], homes: Sequence[str]) -> Iterator[Row]:
    """Kolada's shape: one value per indicator, home and turn of the year, under the year that ends."""
    for kpi in kpis:
        for home in homes:
            for published in releases:
                asked = {"kpi": frozenset({kpi}), "ou": frozenset({home})}
                for row in figure_rows(published, asked):
                    value = {name: row[name] for name in ("gender", "count", "status", "value")}
                    yield {
                        "kpi": kpi,
                        "ou": home,
                        "period": int(published.release.period[:4]),
                        "values": [{**value, "isdeleted": False}],
                    }


def csv_text(rows: Iterable[Row], columns: Sequence[str] = CSV_COLUMNS) -> str:
    """Rows as CSV; a text cell that a spreadsheet would take for a formula is made a text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([inert(plain(row.get(column))) for column in columns])
    return out.getvalue()


def parquet_bytes(rows: Iterable[Row], columns: Sequence[str] = CSV_COLUMNS) -> bytes:
    """The same rows and columns as Parquet; numbers stay numbers, and what is not told is null."""
    out = io.BytesIO()
    cells = [{column: plain(row.get(column)) for column in columns} for row in rows]
    pl.DataFrame(cells, infer_schema_length=None).write_parquet(out)
    return out.getvalue()


def plain(cell: Any) -> Any:
    """A cell of a table: several codes as words with spaces between."""
    return " ".join(cell) if isinstance(cell, list | tuple) else cell


def inert(cell: Any) -> Any:
    """A text that begins as a formula gets an apostrophe before it (OWASP: CSV injection)."""
    if isinstance(cell, str) and re.match(r"[=+\-@\t\r＝＋－＠]", cell):
        return f"'{cell}"
    return "" if cell is None else cell
