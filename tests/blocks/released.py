"""Releases of invented registers, each made as it would have been made then, and all pooled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

import msgspec
import polars as pl

from hvb_followup import content, periods, registry
from hvb_followup.actions.publish.block_sets import presence_families
from hvb_followup.actions.publish.frozen import NOT_YET, Frozen
from hvb_followup.actions.publish.keeping import indicators_of_blocks
from hvb_followup.actions.publish.publishing import ANSWER_SCHEMA
from hvb_followup.actions.publish.registers_frozen import freeze_registers
from hvb_followup.actions.publish.registers_measured import (
    frozen_answers,
    measure_registers,
    shape_of,
    splits,
)
from hvb_followup.disclosure.audit import Ledger
from hvb_followup.disclosure.model import RULES, Atom, Datum, Figure, Rules
from hvb_followup.indicators.model import Indicator

from .invented import LINK_KEY, Nation

RELEASES = ("2022H2", "2023H1", "2023H2", "2024H1", "2024H2", "2025H1", "2025H2", "2026H1")


@cache
def indicators() -> tuple[Indicator, ...]:
    """Those that are counted in blocks, of the content that ships."""
    return tuple(indicators_of_blocks(content.read()))


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """Everything frozen in the end, and everything that any of the releases used or showed."""

    frozen: Frozen
    atoms: tuple[Atom, ...]
    data: tuple[Datum, ...]
    figures: tuple[Figure, ...]
    rules: Rules

    def ledger(self) -> Ledger:
        """All of it, as the audit reads it."""
        of_blocks = indicators()
        return Ledger(
            answers=frozen_answers(self.frozen, ANSWER_SCHEMA),
            atoms=self.atoms,
            data=self.data,
            figures=self.figures,
            shapes=tuple(shape_of(one, self.rules) for one in of_blocks),
            presence_families=presence_families(of_blocks),
            splits=splits(self.frozen, of_blocks),
        )


def release(nation: Nation, releases: Sequence[str] = RELEASES, rules: Rules = RULES) -> Released:
    """Each half-year the registers as they stood then: frozen, measured, shown."""
    frozen = NOT_YET
    atoms: dict[Atom, None] = {}
    data: dict[Datum, None] = {}
    figures: list[Figure] = []
    for now in releases:
        frozen = frozen_on(nation, now, frozen, rules)
        made = measure_registers(
            frozen,
            until=now,
            indicators=indicators(),
            owners=registry.owners_on(nation.units, periods.last_day(now)),
            earlier=figures,
            rules=rules,
        )
        atoms |= dict.fromkeys(made.frozen.atoms)
        data |= dict.fromkeys(made.data)
        figures += made.figures
    return Released(frozen=frozen, atoms=tuple(atoms), data=tuple(data), figures=tuple(figures), rules=rules)


def frozen_on(nation: Nation, now: str, before: Frozen = NOT_YET, rules: Rules = RULES) -> Frozen:
    """The registers read some days after a half-year and frozen up to it."""
    return freeze_registers(
        nation.on(periods.last_day(now) + dt.timedelta(10)),
        until=now,
        units=nation.units,
        indicators=indicators(),
        link_key=LINK_KEY,
        before=before,
        rules=rules,
    )


def pooled(one: Ledger, other: Ledger) -> Ledger:
    """Two ledgers as one: registers beside surveys, whose invented S01 is another than ours."""
    other = _renamed(other, {"S01": "V01"})
    return Ledger(
        answers=pl.concat([one.answers, other.answers.select(one.answers.columns)]),
        atoms=one.atoms + other.atoms,
        data=one.data + other.data,
        figures=one.figures + other.figures,
        shapes=one.shapes + other.shapes,
        change_families=one.change_families | other.change_families,
        presence_families=one.presence_families | other.presence_families,
        splits={**one.splits, **other.splits},
    )


def _renamed(ledger: Ledger, names: dict[str, str]) -> Ledger:
    replace = msgspec.structs.replace
    return replace(
        ledger,
        data=tuple(replace(one, indicator=names.get(one.indicator, one.indicator)) for one in ledger.data),
        figures=tuple(
            replace(one, indicator=names.get(one.indicator, one.indicator)) for one in ledger.figures
        ),
        shapes=tuple(
            replace(one, id=names.get(one.id, one.id), group=names.get(one.group, one.group))
            for one in ledger.shapes
        ),
    )
