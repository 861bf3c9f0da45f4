"""What a measurement holds, between measuring and writing it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import polars as pl

from hvb_followup.actions.publish.frozen import NOT_YET, Frozen
from hvb_followup.actions.publish.opened import OpenedWave
from hvb_followup.actions.publish.staff_measured import StaffMeasured
from hvb_followup.disclosure.model import Atom, Datum, Figure, Wave
from hvb_followup.frames import FEEDBACK
from hvb_followup.registry import Unit


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Everything measured up to a half-year: what was frozen, what may be shown of it, and what waits.

    ``waves`` are of surveys; atoms, data and figures also of registers. ``told_back`` are homes, and nobody in them.
    """

    half_year: str
    waves: tuple[Wave, ...]
    atoms: tuple[Atom, ...]
    data: tuple[Datum, ...]
    figures: tuple[Figure, ...]
    pending: Mapping[str, int]
    units: tuple[Unit, ...]
    registers: Frozen = NOT_YET
    staff: StaffMeasured = StaffMeasured()
    told_back: pl.DataFrame = FEEDBACK.empty()


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft was made of, and its audit counts again. Exact: never kept, and never out of the counter's errands.

    ``told`` is every figure of the ``n_published`` releases before it.
    """

    release: str
    n_published: int
    told: Sequence[Figure]
    opened: Sequence[OpenedWave]
    measured: Measured
