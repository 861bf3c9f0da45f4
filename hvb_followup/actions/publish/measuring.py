"""From sealed waves to a draft release: the data's way of DESIGN §2, in one errand.

Runs with the counter's keys. What leaves is coarse; exact counts live only inside this errand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import msgspec
import polars as pl

from hvb_followup import periods, registry
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish.duties import told_back
from hvb_followup.actions.publish.frozen import NOT_YET, Frozen
from hvb_followup.actions.publish.keeping import indicators_of_blocks, keep_registers, kept_registers
from hvb_followup.actions.publish.measured import Ground, Measured
from hvb_followup.actions.publish.opened import OpenedWave, answers_frame, of_staff, open_waves
from hvb_followup.actions.publish.paired import families_of_change, pair_up
from hvb_followup.actions.publish.paired_measured import pair_shapes, pair_values
from hvb_followup.actions.publish.registers_measured import measure_registers, shape_of
from hvb_followup.actions.publish.staff_measured import (
    NO_REGISTERS,
    StaffRegisters,
    StaffReleased,
    staff_measured,
)
from hvb_followup.actions.publish.uncollected import uncollected
from hvb_followup.actions.publish.writing import release_rows
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure import coarse, freeze, show
from hvb_followup.disclosure.model import Figure, Shape, Wave
from hvb_followup.errors import Problem, Unsound
from hvb_followup.frames import VALUES
from hvb_followup.indicators import compute
from hvb_followup.indicators.model import Indicator
from hvb_followup.keys.counter import CounterKeys
from hvb_followup.pages.compared import Compared, compared_from
from hvb_followup.registry import Unit
from hvb_followup.store import counting, homes, releases
from hvb_followup.store.counting import SealedWave

WaveKey = tuple[str, str, str]
OWN_CARE, BOUGHT_CARE = "own", "bought"


async def measure(
    context: Context, keys: CounterKeys, half_year: str, registers: StaffRegisters | None = None
) -> str:
    """Measure everything counted up to a half-year and store a draft release; its id.

    ``registers`` is what is known of staff; None: what homes have reported.
    """
    return (await draft(context, keys, half_year, registers)).release


@uncollected
async def draft(
    context: Context,
    keys: CounterKeys,
    half_year: str,
    registers: StaffRegisters | None = None,
    *,
    look: bool = True,
) -> Ground:
    """``measure``, and what the draft was made of, for whoever audits it at once.

    Not ``look``: registers that are kept are taken as they were, and what was handed in since waits for the next.
    """
    context.require(Permission.RELEASE_MEASURE)
    kept = None if look else await kept_registers(context, keys, half_year)
    frozen, staff = kept or await keep_registers(context, keys, half_year, registers)
    opened = open_waves(await counting.sealed_waves(context.database, until=half_year), keys.storage)
    # Showing asks of what was told before only what was told exactly.
    n_published, figures = await releases.n_published(context.database), await released_figures()
    earlier = [figure for figure in figures if figure.is_exact]
    told, stored = await released_of_staff(), await releases.coarse_data(context.database)
    units = await homes.units()
    measured = measured_until(half_year, opened, units, context.catalogue, earlier, frozen, staff, told)
    measured = msgspec.structs.replace(measured, told_back=await told_back(context, half_year, units))
    made = (*measured.data, *measured.staff.released.data)
    data = {datum.id: msgspec.json.encode(datum).decode() for datum in made}
    _refuse_changed(data, stored)
    compared = await released_comparisons(half_year)
    rows = release_rows(measured, context.catalogue, await homes.providers(), compared)
    async with context.database.transaction():
        await releases.put_data(context.database, data)
        await releases.put_draft(context.database, rows)
        await context.note(Permission.RELEASE_MEASURE, rows[0].id)
    return Ground(release=rows[0].id, n_published=n_published, told=figures, opened=opened, measured=measured)


def measured_until(
    half_year: str,
    opened: Sequence[OpenedWave],
    units: Sequence[Unit],
    catalogue: Catalogue,
    earlier: Sequence[Figure],
    frozen_registers: Frozen = NOT_YET,
    registers_of_staff: StaffRegisters = NO_REGISTERS,
    told_of_staff: Sequence[StaffReleased] = (),
    *,
    with_figures: bool = True,
) -> Measured:
    """Answers → atoms → marks → values → coarse data → figures, with nothing counted after the half-year.

    Without figures: what is frozen and made coarse, for the audit, which reads the figures that were released.
    Registers of young people arrive frozen and go the same way from there. What is about staff (class B) goes a
    way of its own and shares no row with the young people's.
    """
    until = [wave for wave in opened if wave.sealed.half_year <= half_year]
    of_the_staff, everything = of_staff(until, catalogue)
    known = registry.by_id(units)
    paired = pair_up(everything, catalogue, known)
    counted = told_as_level(everything, catalogue)
    waves = (*(wave_of(wave, known) for wave in counted), *paired.waves)
    atoms = freeze.atoms(waves, now=half_year)
    frozen = freeze.frozen(atoms, waves)
    values = pl.concat(
        [exact_values(catalogue, counted, frozen), pair_values(catalogue, paired.joined, frozen)]
    ).sort("indicator", "atom")
    shapes = (*survey_shapes(catalogue), *pair_shapes(catalogue))
    data = coarse.data(atoms, values, shapes)
    owners = registry.owners_on(units, periods.last_day(half_year)) if with_figures else {}
    registers = measure_registers(
        frozen_registers,
        until=half_year,
        indicators=indicators_of_blocks(catalogue),
        owners=owners,
        earlier=earlier,
        with_figures=with_figures,
    )
    figures = (
        ()
        if not with_figures
        else show.figures(
            data,
            atoms,
            values,
            shapes=shapes,
            units=owners,
            release=half_year,
            earlier=earlier,
            responses={**responses(counted), **paired.responses},
            wider=places_around(units),
        )
    )
    return Measured(
        half_year=half_year,
        waves=waves,
        atoms=(*atoms, *registers.frozen.atoms),
        data=(*data, *registers.data),
        figures=(*figures, *registers.figures),
        pending=freeze.pending(waves, now=half_year),
        units=tuple(units),
        registers=registers.frozen,
        staff=staff_measured(
            half_year,
            catalogue,
            of_the_staff,
            units,
            registers_of_staff,
            [figure for one in told_of_staff for figure in one.figures],
        ),
    )


def told_as_level(opened: Sequence[OpenedWave], catalogue: Catalogue) -> list[OpenedWave]:
    """The waves of families that are told half-year by half-year: never those of change (DESIGN §4.4)."""
    of_change = families_of_change(catalogue)
    return [wave for wave in opened if wave.sealed.family not in of_change]


def wave_of(opened: OpenedWave, units: Mapping[str, Unit]) -> Wave:
    """A counted wave as freezing sees it: who, where, when, and one owner or none."""
    sealed = opened.sealed
    return Wave(
        unit=sealed.unit,
        provider=owner_of(sealed, units),
        family=sealed.family,
        major=sealed.major,
        half_year=sealed.half_year,
        links=tuple(sorted(one.link for one in opened.record.counted)),
    )


def owner_of(sealed: SealedWave, units: Mapping[str, Unit]) -> str | None:
    """The one owner of the home over the whole wave, or None."""
    first, last = periods.first_day(sealed.half_year), periods.last_day(sealed.half_year)
    return registry.unit_owner(units[sealed.unit], first, last)


def exact_values(catalogue: Catalogue, opened: Sequence[OpenedWave], frozen: pl.DataFrame) -> pl.DataFrame:
    """VALUES: exact integers per atom and indicator."""
    found = [
        compute.values_of(asked, answers_frame(opened, questionnaire), frozen)
        for questionnaire in catalogue.questionnaires
        for asked in [
            [one for one in shares_of(catalogue, questionnaire.id) if questionnaire.major in one.majors]
        ]
        if asked
    ]
    return pl.concat([VALUES.empty(), *found]).sort("indicator", "atom")


def shares_of(catalogue: Catalogue, family: str) -> list[Indicator]:
    """The share indicators of a questionnaire family."""
    return [one for one in catalogue.indicators_of(family) if one.is_of_young]


def shapes_of(catalogue: Catalogue) -> tuple[Shape, ...]:
    """What disclosure control needs to know of everything that is shown of young people."""
    return (
        *survey_shapes(catalogue),
        *pair_shapes(catalogue),
        *map(shape_of, indicators_of_blocks(catalogue)),
    )


def survey_shapes(catalogue: Catalogue) -> tuple[Shape, ...]:
    """Of each share of answers; a pair shares its merge (DESIGN §4.4)."""
    return tuple(
        Shape(
            id=one.id,
            family=one.source,
            group=min(one.id, one.paired_with or one.id),
            sensitivity=one.sensitivity,
            smallest_n=one.smallest_n,
            lowest_level=one.lowest_level,
            # An invented nation of 150 homes showed it: three overlapping sums can give a home's end class away.
            exact_apart=True,
        )
        for one in catalogue.indicators
        if one.is_of_young
    )


def places_around(units: Sequence[Unit]) -> Callable[[str, str], tuple[show.Place, ...]]:
    """For a home and a half-year: its län, and whether its care was the municipality's own or bought."""
    known = registry.by_id(units)

    @cache
    def around(home: str, half_year: str) -> tuple[show.Place, ...]:
        unit = known.get(home)
        term = unit.term_on(periods.last_day(half_year)) if unit else None
        if unit is None or term is None:
            return ()
        is_own = term.operating_form == registry.OperatingForm.MUNICIPAL_OWN
        return ("lan", unit.lan), ("group", OWN_CARE if is_own else BOUGHT_CARE)

    return around


def responses(opened: Sequence[OpenedWave]) -> dict[WaveKey, tuple[int, int]]:
    """Per wave: how many valid answers, of how many invited."""
    return {
        (wave.sealed.unit, wave.sealed.family, wave.sealed.half_year): (
            wave.record.n_valid,
            wave.record.n_invited,
        )
        for wave in opened
    }


async def released_figures() -> list[Figure]:
    """Every figure ever released to anybody, as the audit reads them."""
    names: dict[str, str] = {}
    found: list[Figure] = []
    for release in await releases.published("ledger"):
        found += named_once(msgspec.json.decode(release.body, type=list[Figure]), names)
    return found


def named_once(figures: list[Figure], names: dict[str, str]) -> list[Figure]:
    """The same figures, each datum's name one text in memory: a name stands in hundreds of sums."""
    for figure in figures:
        same = tuple([names.setdefault(one, one) for one in figure.data])
        msgspec.structs.force_setattr(figure, "data", same)
    return figures


async def released_comparisons(before: str) -> list[Compared]:
    """What earlier releases compared, of half-years before this one."""
    return [
        compared_from(release.body)
        for release in await releases.published("compared")
        if release.period < before
    ]


async def released_of_staff() -> list[StaffReleased]:
    """Everything ever released about staff, as the audit reads it."""
    return [
        msgspec.json.decode(release.body, type=StaffReleased)
        for release in await releases.published("staff_ledger")
    ]


def _refuse_changed(made: Mapping[str, str], stored: Mapping[str, str]) -> None:
    """A datum is made once: a different one under the same name means that something frozen has moved."""
    changed = [name for name, body in made.items() if stored.get(name, body) != body]
    if changed:
        problems = (_changed(name) for name in changed)
        raise Unsound(*problems)


def _changed(name: str) -> Problem:
    return Problem(
        code="datum-changed",
        where=name,
        says="En låst uppgift har ändrats sedan den gjordes.",
        mend="Mät inte. Sök felet i lagrade mätomgångar eller i innehållet.",
    )
