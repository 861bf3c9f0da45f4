"""What was known of staff when a half-year was first measured, kept sealed: a half-year is told once.

A later correction in the register changes nothing that has been told, and the audit counts what was counted then.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
import polars as pl

from hvb_followup.actions.publish.staff_measured import NO_REGISTERS, StaffRegisters
from hvb_followup.ballot.count import seal, unseal
from hvb_followup.frames import ENGAGEMENTS, FINDINGS, HOURS, Frame
from hvb_followup.store import releases
from hvb_followup.store.database import Database

_PREFIX = "staff/"
_STEP = 4096  # its length tells how many are engaged to no more than this
Table = dict[str, list[Any]]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One half-year's frames as columns; ``looked_on`` by home."""

    findings: Table
    hours: Table
    engagements: Table
    looked_on: dict[str, dt.date]


async def sealed_parts(database: Database) -> dict[str, str]:
    """Every half-year that was ever measured, as it lies sealed."""
    return await releases.sealed_data(database, _PREFIX)


def is_kept(half_year: str, data: Mapping[str, str]) -> bool:
    """True when the half-year has been measured before."""
    return _PREFIX + half_year in data


def sealed(half_year: str, known: StaffRegisters, storage_key: bytes) -> dict[str, str]:
    """A half-year's frames as a datum that only the counter's side opens."""
    kept = Kept(
        findings=known.findings.to_dict(as_series=False),
        hours=known.hours.to_dict(as_series=False),
        engagements=known.engagements.to_dict(as_series=False),
        looked_on={unit: day for (unit, half), day in known.looked_on.items() if half == half_year},
    )
    name, content = _PREFIX + half_year, msgspec.json.encode(kept)
    size = -(-len(content) // _STEP) * _STEP
    return {name: base64.b64encode(seal(content, name, storage_key, size)).decode()}


def kept(data: Mapping[str, str], storage_key: bytes, *, until: str) -> StaffRegisters:
    """Everything kept up to a half-year; who was engaged, as it stood at the last of them."""
    names = sorted(name for name in data if name.startswith(_PREFIX) and name <= _PREFIX + until)
    known = NO_REGISTERS
    # One part after the other: as lists of text they take many times the room that they take as frames.
    for name in names:
        known = _with(known, name.removeprefix(_PREFIX), _opened(name, data[name], storage_key))
    return known


def _with(known: StaffRegisters, half_year: str, part: Kept) -> StaffRegisters:
    return StaffRegisters(
        findings=pl.concat([known.findings, _frame(FINDINGS, part.findings)]),
        hours=pl.concat([known.hours, _frame(HOURS, part.hours)]),
        engagements=_frame(ENGAGEMENTS, part.engagements),
        looked_on={
            **known.looked_on,
            **{(unit, half_year): day for unit, day in part.looked_on.items()},
        },
    )


def _opened(name: str, body: str, storage_key: bytes) -> Kept:
    return msgspec.json.decode(unseal(base64.b64decode(body), name, storage_key), type=Kept)


def _frame(frame: Frame, table: Table) -> pl.DataFrame:
    days = [name for name, dtype in frame.columns.items() if dtype == pl.Date]
    schema = pl.Schema({name: pl.String if name in days else dtype for name, dtype in frame.columns.items()})
    made = pl.DataFrame(table, schema=schema)
    return frame.conform(made.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in days))
