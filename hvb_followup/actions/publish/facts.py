"""Publishing plain facts of homes: places, price, inspections, who signed when, and whether the young
were told back. Nothing here is about a person.

Only what ``pages.facts`` declares is taken out of a row, and of that only days, numbers, codes of the codelists and
diary numbers: what somebody wrote in words stays in the register (DESIGN §4.6).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec

from hvb_followup import periods
from hvb_followup.access import POLICY, Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish.canonical import canonical, digest
from hvb_followup.catalogue import Catalogue
from hvb_followup.feedback.duty import due_on
from hvb_followup.pages.facts import Capacity, Facts, Feedback, HomeFacts, Inspection, Signed
from hvb_followup.periods import local_day
from hvb_followup.registry import Unit
from hvb_followup.store import accounts, feedback, homes, ledger, registers, releases, waves
from hvb_followup.store import periods as signed
from hvb_followup.store.periods import Signature
from hvb_followup.store.releases import Release
from hvb_followup.store.waves import Wave

EVERY = dt.timedelta(minutes=15)
TOLD_BACK = 5  # half-years, the one that goes on among them
KEPT = dt.timedelta(days=90)  # so long an address of facts that are no longer the newest leads somewhere
FREE_FOR = dt.timedelta(days=21)  # so long it is known how many places are free (R8 §7.4)
INSPECTED_WITHIN = dt.timedelta(days=731)  # two years, leap day and all (R8 §3 T07)
# A diary number: digits and the signs between them, a year among them, and no date. The letters that may stand before
# (IVO, SN) are left out, so that no word that somebody wrote is ever told.
_YEAR = r"(?=.*(?:[./:-]20\d\d(?!\d)|(?<!\d)20\d\d[./:-]))(?!(?:19|20)\d\d-\d\d-\d\d)"
REFERENCE = re.compile(rf"(?:[A-Za-zÅÄÖåäö]{{1,6}}[ -]?)?({_YEAR}\d[\d./:-]{{3,29}})")

Body = Mapping[str, Any]


async def refresh_when_due(context: Context) -> str:
    """Refresh the facts when fifteen minutes have passed; the id of new ones, "" where nothing new was published."""
    if not await ledger.claim_every(context.database, "facts", context.now, EVERY):
        return ""
    return await refresh(context)


async def refresh(context: Context) -> str:
    """Publish the facts as they are now, and forget those of 90 days ago; "" where they are as published already."""
    context.require(Permission.RELEASE_MEASURE)
    body = msgspec.to_builtins(await _facts(context))
    hash_ = digest(body)
    row = Release(
        id=f"facts-{hash_[:16]}", kind="facts", period="", state="published", hash=hash_, body=canonical(body)
    )
    if row.id == await releases.newest_facts_id(context.database):
        return ""
    async with context.database.transaction():
        await releases.put_facts(context.database, row, context.now)
        await releases.sweep_facts(context.database, context.now - KEPT, row.id)
        await context.note(Permission.RELEASE_MEASURE, row.id)
    return row.id


async def _facts(context: Context) -> Facts:
    offered = _by_home(await registers.rows(context.database, "capacity"))
    inspected = _by_home(await registers.rows(context.database, "inspections"))
    signatures = await signed.newest_signatures()
    told = await _told_back(context)
    roles = await accounts.roles()
    return Facts(
        homes={
            unit.id: HomeFacts(
                ages=_ages(unit, context.catalogue, context.today),
                capacity=_capacity(offered[unit.id], context.today),
                inspections=_inspections(inspected[unit.id], context.catalogue, context.today),
                signed=_signed(signatures.get(unit.id), roles),
                feedback=_feedback(unit, told[unit.id], context.today),
            )
            for unit in await homes.units()
        }
    )


async def _told_back(context: Context) -> defaultdict[str, list[tuple[Wave, dt.date | None]]]:
    """By home, the closed waves that the young are to be told back of and when they were, the newest first."""
    now = periods.half_year_of(context.today)
    given = await feedback.first_given(context.database)
    found: defaultdict[str, list[tuple[Wave, dt.date | None]]] = defaultdict(list)
    for half_year in (periods.shift(now, -back) for back in range(TOLD_BACK)):
        for family in sorted(context.catalogue.families_told_back):
            for wave in await waves.asked(family, half_year):
                told_at = given.get(wave.id)
                if wave.closes_at <= context.now:
                    found[wave.unit].append((wave, local_day(told_at) if told_at else None))
    return found


def _feedback(unit: Unit, told: list[tuple[Wave, dt.date | None]], day: dt.date) -> tuple[Feedback, ...]:
    """Whether and when, of the waves that closed under today's owner: what another owed is not this one's."""
    now = unit.term_on(day)
    found = []
    for wave, given_on in told:
        closed_on = local_day(wave.closes_at)
        then = unit.term_on(closed_on)
        if now and then and now.provider == then.provider:
            found.append(Feedback(half_year=wave.half_year, due_on=due_on(closed_on), given_on=given_on))
    return tuple(found)


def _by_home(rows: list[dict[str, Any]]) -> defaultdict[str, list[Body]]:
    found: defaultdict[str, list[Body]] = defaultdict(list)
    for row in rows:
        found[row["unit"]].append(row)
    return found


def _ages(unit: Unit, catalogue: Catalogue, day: dt.date) -> tuple[int, int] | None:
    """The youngest and the oldest that this type of home may take."""
    term = unit.term_on(day)
    code = catalogue.codelists["unit_types"].get(term.unit_type) if term else None
    return code.ages if code else None


def _capacity(rows: list[Body], day: dt.date) -> Capacity | None:
    """What holds on the day: the row that began last, of those that have begun; free places while they are known."""
    begun = [row for row in rows if row["from_on"] <= day.isoformat()]
    if not begun:
        return None
    newest = max(begun, key=lambda row: str(row["from_on"]))
    declared = {name: newest[name] for name in Capacity.__struct_fields__ if name in newest}
    if "licence" in declared:
        declared["licence"] = reference_of(str(declared["licence"]))
    told = msgspec.convert(declared, Capacity)
    if told.free is None or day - told.from_on <= FREE_FOR:
        return told
    return msgspec.structs.replace(told, free=None, is_free_old=True)


def _inspections(rows: list[Body], catalogue: Catalogue, day: dt.date) -> tuple[Inspection, ...]:
    """The inspections of the last two years, the newest first."""
    since, until = (day - INSPECTED_WITHIN).isoformat(), day.isoformat()
    found = [_inspection(row, catalogue) for row in rows if since <= row["held_on"] <= until]
    return tuple(sorted(found, key=lambda one: (one.held_on, one.reference, one.kind), reverse=True))


def _inspection(row: Body, catalogue: Catalogue) -> Inspection:
    def code(codelist: str, said: str | None) -> str:
        return said if said and catalogue.codelists[codelist].get(said) else ""

    areas = (code("inspection_areas", area) for area in row.get("areas", ()))
    return Inspection(
        held_on=dt.date.fromisoformat(row["held_on"]),
        kind=code("inspection_kinds", row["kind"]),
        areas=tuple(area for area in areas if area),
        decision=code("inspection_decisions", row.get("decision")),
        state=code("inspection_states", row.get("state")),
        reference=reference_of(str(row["reference"])),
    )


def reference_of(said: str) -> str:
    """The number of a diary number; "" where something else was written."""
    found = REFERENCE.fullmatch(said.strip())
    return found[1] if found else ""


def _signed(signature: Signature | None, roles: Mapping[str, str]) -> Signed | None:
    """Who signed, as a role that may sign; whoever has no account any more is nobody in particular."""
    if signature is None:
        return None
    may_sign = {str(role) for role, may in POLICY.items() if Permission.QUARTER_SIGN in may}
    role = roles.get(signature.signed_by, "")
    return Signed(
        quarter=signature.quarter,
        signed_on=local_day(signature.signed_at),
        role=role if role in may_sign else "",
    )
