"""Audit, sign, publish; and the attack, which is the same audit over everything released so far.

A release is refused unless nothing in everything ever released, this one included, can be taken apart
(DESIGN §4.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl

from hvb_followup import registry
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish import registers_kept, staff_kept
from hvb_followup.actions.publish.block_sets import presence_families
from hvb_followup.actions.publish.duties import told_back
from hvb_followup.actions.publish.keeping import indicators_of_blocks
from hvb_followup.actions.publish.measured import Ground, Measured
from hvb_followup.actions.publish.measuring import (
    measured_until,
    owner_of,
    released_comparisons,
    released_figures,
    released_of_staff,
    shapes_of,
    told_as_level,
)
from hvb_followup.actions.publish.opened import OpenedWave, of_staff, open_waves
from hvb_followup.actions.publish.paired import answer_rows, families_of_change, pair_up
from hvb_followup.actions.publish.registers_measured import frozen_answers, splits
from hvb_followup.actions.publish.staff_measured import StaffReleased, staff_ledger
from hvb_followup.actions.publish.uncollected import uncollected
from hvb_followup.actions.publish.writing import is_as_measured, release_rows
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure.audit import Finding, Ledger, audit
from hvb_followup.disclosure.model import Figure
from hvb_followup.disclosure.staff_audit import audit_staff
from hvb_followup.errors import Conflict, Problem, Refused, not_found
from hvb_followup.keys.counter import CounterKeys
from hvb_followup.registry import Unit
from hvb_followup.store import counting, homes, ledger, releases

ANSWER_SCHEMA: dict[str, type[pl.DataType]] = {
    "unit": pl.String,
    "provider": pl.String,
    "family": pl.String,
    "major": pl.Int64,
    "half_year": pl.String,
    "link": pl.String,
    "moment": pl.String,
    "issue": pl.Int64,
    "alone": pl.String,
    "flagged": pl.Boolean,
}


@uncollected
async def publish(context: Context, keys: CounterKeys, release_id: str, ground: Ground | None = None) -> None:
    """Publish a draft, signed by the context's person; Refused with every finding of the audit.

    ``ground`` is what it was made of a moment ago; None, or of anything else: everything is opened and measured again.
    """
    context.require(Permission.RELEASE_PUBLISH)
    draft = await releases.release(f"{release_id}:ledger")
    if draft is None:
        raise not_found(release_id)
    if not is_as_measured(await releases.parts(context.database, release_id)):
        raise Refused(_altered(release_id))
    n_audited = await releases.n_published(context.database)
    figures = msgspec.json.decode(draft.body, type=list[Figure])
    staff = [*await released_of_staff(), *await _staff_of(release_id)]
    told = ground.told if ground and ground.n_published == n_audited else await released_figures()
    everything = [*told, *figures]
    newest = max((figure.release for figure in everything), default="")
    if ground is None or (ground.release, ground.measured.half_year) != (release_id, newest):
        ground = await _ground(context, keys, newest)
    findings = _audited(context.catalogue, ground, everything, staff)
    if findings:
        raise Refused(*map(_problem, findings))
    async with context.database.transaction():
        # One publication after so many: another one meanwhile would not have been part of the audit.
        is_claimed = await ledger.claim(context.database, f"publish after {n_audited}", context.now)
        if not is_claimed or not await releases.publish(
            context.database, release_id, context.person.name, context.now
        ):
            raise Conflict(_not_a_draft(release_id))
        await context.note(Permission.RELEASE_PUBLISH, release_id)


@uncollected
async def attack(context: Context, keys: CounterKeys) -> tuple[Finding, ...]:
    """The audit over everything released to anybody; empty when nothing can be taken apart."""
    context.require(Permission.RELEASE_MEASURE)
    figures = await released_figures()
    if not figures:
        return ()
    ground = await _ground(context, keys, max(figure.release for figure in figures))
    return _audited(context.catalogue, ground, figures, await released_of_staff())


@uncollected
async def rebuild(context: Context, keys: CounterKeys, release_id: str) -> bool:
    """True when the release, measured again from the sealed waves, comes out the same: every row has its hash."""
    context.require(Permission.RELEASE_MEASURE)
    stored = await releases.release(release_id)
    if stored is None:
        raise not_found(release_id)
    parts = await releases.parts(context.database, release_id)
    earlier = [figure for figure in await released_figures() if figure.release < stored.period]
    measured = await _measured(context, keys, stored.period, earlier)
    compared = await released_comparisons(stored.period)
    again = release_rows(measured, context.catalogue, await homes.providers(), compared)
    is_same = {row.id: row.hash for row in again} == {row.id: row.hash for row in parts}
    return is_same and is_as_measured(parts)


async def _ground(context: Context, keys: CounterKeys, half_year: str) -> Ground:
    """What everything up to a half-year was made of, opened and measured again."""
    opened = open_waves(await counting.sealed_waves(context.database, until=half_year), keys.storage)
    units = await homes.units()
    frozen = await registers_kept.frozen(context.database, keys.storage)
    known = staff_kept.kept(await staff_kept.sealed_parts(context.database), keys.storage, until=half_year)
    measured = measured_until(
        half_year, opened, units, context.catalogue, (), frozen, known, with_figures=False
    )
    return Ground(release="", n_published=0, told=(), opened=opened, measured=measured)


def _audited(
    catalogue: Catalogue, ground: Ground, figures: Sequence[Figure], staff: Sequence[StaffReleased]
) -> tuple[Finding, ...]:
    measured = ground.measured
    of_blocks = indicators_of_blocks(catalogue)
    counted = of_staff(ground.opened, catalogue)[1]
    in_blocks = frozen_answers(measured.registers, ANSWER_SCHEMA)
    released = Ledger(
        answers=pl.concat([kept_answers(counted, measured.units, catalogue), in_blocks]),
        atoms=measured.atoms,
        data=measured.data,
        figures=tuple(figures),
        shapes=shapes_of(catalogue),
        change_families=families_of_change(catalogue),
        presence_families=presence_families(of_blocks),
        splits=splits(measured.registers, of_blocks),
    )
    return (*audit(released), *audit_staff(staff_ledger(staff, measured.staff)))


async def _staff_of(release_id: str) -> list[StaffReleased]:
    """What a draft tells of staff; nothing where it tells nothing."""
    row = await releases.release(f"{release_id}:staff")
    return [msgspec.json.decode(row.body, type=StaffReleased)] if row else []


async def _measured(
    context: Context, keys: CounterKeys, half_year: str, earlier: Sequence[Figure]
) -> Measured:
    opened = open_waves(await counting.sealed_waves(context.database, until=half_year), keys.storage)
    frozen = await registers_kept.frozen(context.database, keys.storage)
    staff = [_before(one, half_year) for one in await released_of_staff()]
    known = staff_kept.kept(await staff_kept.sealed_parts(context.database), keys.storage, until=half_year)
    units = await homes.units()
    measured = measured_until(half_year, opened, units, context.catalogue, earlier, frozen, known, staff)
    return msgspec.structs.replace(measured, told_back=await told_back(context, half_year, units))


def _before(released: StaffReleased, half_year: str) -> StaffReleased:
    """What was told of staff before a half-year."""
    figures = tuple(one for one in released.figures if one.release < half_year)
    return StaffReleased(figures=figures)


def kept_answers(opened: Sequence[OpenedWave], units: Sequence[Unit], catalogue: Catalogue) -> pl.DataFrame:
    """Every kept answer and every pair as the audit reads it: who, where, when and how, never what she said."""
    by_id = registry.by_id(units)
    rows: list[tuple[Any, ...]] = []
    for wave in told_as_level(opened, catalogue):
        sealed = wave.sealed
        place = sealed.unit, owner_of(sealed, by_id), sealed.family, sealed.major, sealed.half_year
        rows += [
            (*place, one.link, one.moment, one.issue, one.answers.get("alone", ""), one.flagged)
            for one in wave.record.counted
        ]
    rows += [
        tuple(row[name] for name in ANSWER_SCHEMA) for row in answer_rows(pair_up(opened, catalogue, by_id))
    ]
    # Column by column: a frame made of rows looks at every value of them twice.
    columns = zip(ANSWER_SCHEMA, zip(*rows, strict=True), strict=True) if rows else ()
    return pl.DataFrame(dict(columns), schema=pl.Schema(ANSWER_SCHEMA))


def _altered(release_id: str) -> Problem:
    return Problem(
        code="draft-altered",
        where=release_id,
        says="Utkastet är inte det som mättes.",
        mend="Publicera inte; mät om.",
    )


def _not_a_draft(release_id: str) -> Problem:
    return Problem(
        code="not-a-draft",
        where=release_id,
        says="Publiceringen är redan gjord, eller en annan gjordes under tiden.",
        mend="Se vad som är publicerat och försök igen.",
    )


def _problem(finding: Finding) -> Problem:
    return Problem(code=finding.rule, where=finding.place, says=finding.says, mend="Publicera inte; mät om.")
