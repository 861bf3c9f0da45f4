"""Registers into blocks: what homes reported is frozen once, quarter by quarter, as waves are (DESIGN §4.4).

Runs beside the counter: it makes links, and they stay here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from hvb_followup import periods
from hvb_followup.actions.publish.block_counts import with_counts
from hvb_followup.actions.publish.block_rows import Registers, linked, members
from hvb_followup.actions.publish.block_sets import sets_of
from hvb_followup.actions.publish.block_waves import Owners, open_waves, with_blocks
from hvb_followup.actions.publish.frozen import NOT_YET, Frozen
from hvb_followup.disclosure.model import RULES, Rules
from hvb_followup.indicators.model import Indicator
from hvb_followup.registry import Unit


def freeze_registers(
    registers: Registers,
    *,
    until: str,
    units: Sequence[Unit],
    indicators: Iterable[Indicator],
    link_key: bytes,
    before: Frozen = NOT_YET,
    rules: Rules = RULES,
) -> Frozen:
    """What was frozen before, and what closes or becomes known by the end of ``until`` (never later rows).

    ``indicators`` are those of blocks. A period that ended before the last freezing freezes nothing new.
    """
    quarter = periods.quarter_from_number(periods.last_quarter(until))
    if before.until and periods.quarters_between(before.until, quarter) < 0:
        return before
    rows = linked(registers, link_key, {unit.id for unit in units})
    frozen = msgspec.structs.replace(before, until=quarter)
    owner = Owners(units)
    for one in sets_of(indicators, rules):
        waves = open_waves(members(one, rows, quarter), one.family, before, owner, quarter)
        frozen = with_blocks(frozen, waves, one.wait, before, rules)
        frozen = with_counts(frozen, one, rows, before, rules)
    return frozen
