"""Telling back: what a home tells its young people will be done after each wave. Nothing here knows an answer.

The duty is the same however many answered, also where nobody did: that it were not would tell how many. It follows
the families of young people that are published half-year by half-year; those of change close no wave that means
anything to one home (DESIGN §4.4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from hvb_followup import periods
from hvb_followup.access import Home, Permission, Person, may
from hvb_followup.actions.context import Context
from hvb_followup.errors import Conflict, Problem, Refused, not_found
from hvb_followup.feedback.checks import forbidden, unready
from hvb_followup.feedback.duty import due_on
from hvb_followup.feedback.model import Statement
from hvb_followup.questionnaires.readability import lix
from hvb_followup.registers.guard import holds_personal_number
from hvb_followup.registry import Unit
from hvb_followup.store import feedback as kept
from hvb_followup.store import homes, waves
from hvb_followup.store.feedback import Feedback
from hvb_followup.store.waves import Wave, wave_id

SHOWN = 4  # so many closed waves back, two years, as public facts tell of them
State = Literal["missing", "draft", "given"]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A closed wave and what has been told of it; ``draft`` is what is being written, ``statement`` what stands.

    ``given_on`` is the day of the first version that stands, ``changed_on`` of the newest where it is another.
    """

    wave: Wave
    title: str
    due_on: dt.date
    version: int = 1
    draft: Statement | None = None
    statement: Statement | None = None
    given_on: dt.date | None = None
    changed_on: dt.date | None = None
    may_take_back: bool = False

    @property
    def closed_on(self) -> dt.date:
        """The day the wave closed."""
        return periods.local_day(self.wave.closes_at)

    @property
    def state(self) -> State:
        """Given when anything stands, else draft or missing."""
        if self.statement is not None:
            return "given"
        return "draft" if self.draft is not None else "missing"

    def is_late(self, today: dt.date) -> bool:
        """True when nothing stands and the last day has passed."""
        return self.statement is None and today > self.due_on


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A finished statement about one wave, by the manager who stands for it."""

    manager: Person
    unit: str
    family: str
    half_year: str
    statement: Statement


async def told_of(context: Context, unit: Unit) -> tuple[Told, ...]:
    """The home's newest closed waves that are to be told back, the newest first. Asks for no permission itself."""
    asked = context.catalogue.families_told_back
    closed = [
        one for one in await waves.of_unit(unit.id) if one.family in asked and one.closes_at <= context.now
    ]
    versions: dict[str, list[Feedback]] = {}
    for version in await kept.of_unit(context.database, unit.id):
        versions.setdefault(version.wave, []).append(version)
    return tuple(_told(context, one, versions.get(one.id, ())) for one in reversed(closed[-SHOWN:]))


async def feedback_of(context: Context, unit_id: str) -> tuple[Unit, tuple[Told, ...]]:
    """A home one reports for, and its closed waves."""
    unit = await context.unit(unit_id, Permission.REGISTER_READ)
    return unit, await told_of(context, unit)


async def feedback_on(context: Context, unit_id: str, family: str, half_year: str) -> tuple[Unit, Told]:
    """One closed wave of a home one reports for; NotFound for any other."""
    unit, told = await feedback_of(context, unit_id)
    return unit, _of(told, wave_id(unit.id, family, half_year))


async def save_draft(
    context: Context, unit_id: str, family: str, half_year: str, statement: Statement
) -> None:
    """Keep what has been written so far; Refused where it points at somebody."""
    unit = await context.unit(unit_id, Permission.FEEDBACK_WRITE)
    told = _of(await told_of(context, unit), wave_id(unit.id, family, half_year))
    _refuse(forbidden(statement, has_number=holds_personal_number(statement.prose)))
    async with context.database.transaction():
        await _save(context, told, statement)
        await context.note(Permission.FEEDBACK_WRITE, f"{told.wave.id} {told.version}")


async def publish(
    context: Context,
    unit_id: str,
    family: str,
    half_year: str,
    statement: Statement,
    *,
    names_nobody: bool,
) -> None:
    """Let the statement stand: from now on it is only changed by a newer one. Refused with everything it lacks."""
    unit = await context.unit(unit_id, Permission.FEEDBACK_PUBLISH)
    told = _of(await told_of(context, unit), wave_id(unit.id, family, half_year))
    ready = only_written(statement)
    _refuse(lacks(ready, told.closed_on, context.today, names_nobody=names_nobody))
    async with context.database.transaction():
        await _save(context, told, ready)
        who = context.person.name
        if not await kept.publish(context.database, told.wave.id, told.version, who, context.now):
            raise Conflict(_changed(told.wave.half_year))
        await context.note(Permission.FEEDBACK_PUBLISH, f"{told.wave.id} {told.version}")


async def publish_many(context: Context, signed: Sequence[Signed]) -> None:
    """The same in many homes at once, each by its own manager: first versions only, of waves that have closed."""
    asked = sorted({(one.family, one.half_year) for one in signed})
    closed = {wave.id: wave for one in asked for wave in await waves.asked(*one)}
    who_owns = {unit.id: unit for unit in await homes.units()}
    new = [_first_version(context, one, closed, who_owns) for one in signed]
    async with context.database.transaction():
        await kept.put_published(context.database, new)
        await context.note(Permission.FEEDBACK_PUBLISH, f"{len(new)} hem")


async def take_back(context: Context, unit_id: str, family: str, half_year: str) -> None:
    """Make what was published in the last 24 hours a draft again; Conflict when there is none so new."""
    unit = await context.unit(unit_id, Permission.FEEDBACK_PUBLISH)
    wave = wave_id(unit.id, family, half_year)
    async with context.database.transaction():
        if not await kept.take_back(context.database, wave, context.now):
            raise Conflict(_stands(half_year))
        await context.note(Permission.FEEDBACK_PUBLISH, f"{wave} tillbakatagen")


async def discard(context: Context, unit_id: str, family: str, half_year: str) -> None:
    """Throw a draft away; what stands goes on standing."""
    unit = await context.unit(unit_id, Permission.FEEDBACK_WRITE)
    wave = wave_id(unit.id, family, half_year)
    async with context.database.transaction():
        if await kept.discard(context.database, wave):
            await context.note(Permission.FEEDBACK_WRITE, f"{wave} utkast slängt")


def lacks(
    statement: Statement, closed_on: dt.date, today: dt.date, *, names_nobody: bool
) -> tuple[Problem, ...]:
    """Everything that keeps the statement from being put up."""
    prose = statement.prose
    return (
        *forbidden(statement, has_number=holds_personal_number(prose)),
        *unready(statement, closed_on=closed_on, today=today, ease=lix(prose), names_nobody=names_nobody),
    )


def only_written(statement: Statement) -> Statement:
    """The statement without empty actions."""
    actions = tuple(one for one in statement.actions if not one.is_empty)
    return msgspec.structs.replace(statement, actions=actions)


def _first_version(
    context: Context, signed: Signed, closed: dict[str, Wave], who_owns: dict[str, Unit]
) -> Feedback:
    unit, wave = (
        who_owns.get(signed.unit),
        closed.get(wave_id(signed.unit, signed.family, signed.half_year)),
    )
    term = unit.term_on(context.today) if unit else None
    home = Home(unit=signed.unit, provider=term.provider if term else "")
    if wave is None or not may(signed.manager, Permission.FEEDBACK_PUBLISH, home):
        raise not_found(signed.unit)
    if wave.family not in context.catalogue.families_told_back or wave.closes_at > context.now:
        raise not_found(wave.id)
    closed_on = periods.local_day(wave.closes_at)
    _refuse(lacks(signed.statement, closed_on, context.today, names_nobody=True))
    return Feedback(
        wave=wave.id,
        version=1,
        state="published",
        body=_written(signed.statement),
        written_by=signed.manager.name,
        published_at=context.now,
    )


async def _save(context: Context, told: Told, statement: Statement) -> None:
    body, who = _written(statement), context.person.name
    if not await kept.save_draft(context.database, told.wave.id, told.version, body, who):
        raise Conflict(_changed(told.wave.half_year))


def _told(context: Context, wave: Wave, versions: Iterable[Feedback]) -> Told:
    standing = [one for one in versions if one.state == "published"]
    draft = next((one for one in versions if one.state == "draft"), None)
    newest = standing[-1] if standing else None
    days = [periods.local_day(one.published_at) for one in standing if one.published_at]
    last_at = newest.published_at if newest else None
    return Told(
        wave=wave,
        title=context.catalogue.latest(wave.family).title("sv"),
        due_on=due_on(periods.local_day(wave.closes_at)),
        version=draft.version if draft else len(standing) + 1,
        draft=_read(draft) if draft else None,
        statement=_read(newest) if newest else None,
        given_on=days[0] if days else None,
        changed_on=days[-1] if len(days) > 1 else None,
        may_take_back=draft is None and last_at is not None and context.now - last_at <= kept.UNDO_WITHIN,
    )


def _of(told: Iterable[Told], wave: str) -> Told:
    found = next((one for one in told if one.wave.id == wave), None)
    if found is None:
        raise not_found(wave)
    return found


def _written(statement: Statement) -> str:
    return msgspec.json.encode(statement).decode()


def _read(version: Feedback) -> Statement:
    return msgspec.json.decode(version.body, type=Statement)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(*problems)


def _changed(half_year: str) -> Problem:
    says = "Någon annan har publicerat eller ändrat återkopplingen."
    return Problem(code="feedback-changed", where=half_year, says=says, mend="Öppna sidan igen.")


def _stands(half_year: str) -> Problem:
    says = "Det har gått mer än ett dygn, eller så finns det ett nyare utkast."
    mend = "Skriv en ny version: den får sitt eget datum."
    return Problem(code="feedback-stands", where=half_year, says=says, mend=mend)
