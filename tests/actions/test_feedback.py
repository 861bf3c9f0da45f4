"""Telling back: drafted, published, unchangeable but by a newer version; on both engines, with a frozen clock."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.report import feedback
from hvb_followup.actions.report.feedback import Signed, Told
from hvb_followup.errors import Conflict, NotFound, Refused
from hvb_followup.feedback.model import Action, Statement
from hvb_followup.waves.schedule import window
from tests.world import ALFA, FAMILY, LILLBY, NORTH, OTHER, SOUTH, World

WAVE = (FAMILY, "2026H1")  # closes on 1 June 2026
MANAGER = Person(name="chef", role=Role.UNIT_MANAGER, scope=NORTH)
ENTRY = Person(name="inmatare", role=Role.DATA_ENTRY, scope=NORTH)
PROVIDER = Person(name="utförare", role=Role.PROVIDER_ADMIN, scope=ALFA)
SAYS = Statement(
    text="Tack för att ni svarade.",
    actions=(Action(what="Ni får välja mat på fredag.", by_on="2026-07-01", role="kitchen"),),
)
OTHER_WORDS = Statement(text="Vi tänkte om.", actions=SAYS.actions)


@pytest.fixture
async def closed(world: World) -> World:
    """The wave of the first half-year has closed, and nobody has answered."""
    await world.open("2026H1")
    await world.close("2026H1")
    return world


async def told(world: World, person: Person = MANAGER) -> Told:
    return (await feedback.feedback_on(world.context(person), NORTH, *WAVE))[1]


async def put_up(world: World, says: Statement = SAYS, person: Person = MANAGER) -> None:
    await feedback.publish(world.context(person), NORTH, *WAVE, says, names_nobody=True)


async def audited(world: World) -> list[tuple[str, str]]:
    rows = await world.database.run("SELECT did, what FROM audit WHERE did LIKE 'feedback:%' ORDER BY id")
    return [(row["did"], row["what"]) for row in rows]


async def test_a_wave_is_due_also_where_nobody_answered(closed: World) -> None:
    one = await told(closed)
    assert (one.state, one.closed_on, one.due_on) == ("missing", dt.date(2026, 6, 1), dt.date(2026, 7, 1))
    assert [one.is_late(dt.date(2026, 7, day)) for day in (1, 2)] == [False, True]


async def test_an_open_wave_and_waves_of_change_are_not_told_back(closed: World) -> None:
    await closed.open("2026H2")
    await closed.follow("2026H2")
    _, all_told = await feedback.feedback_of(closed.context(MANAGER), NORTH)
    assert [one.wave.id for one in all_told] == [f"{NORTH}:{FAMILY}:2026H1"]
    with pytest.raises(NotFound):
        await feedback.feedback_on(closed.context(MANAGER), NORTH, FAMILY, "2026H2")


async def test_a_draft_is_kept_as_it_is_and_published_with_its_day(closed: World) -> None:
    half_done = Statement(actions=(Action(what="Ny soffa", by_on="snart"),))
    await feedback.save_draft(closed.context(ENTRY), NORTH, *WAVE, half_done)
    assert ((await told(closed)).state, (await told(closed)).draft) == ("draft", half_done)
    closed.now += dt.timedelta(days=13)
    await put_up(closed)
    one = await told(closed)
    assert (one.state, one.statement, one.draft) == ("given", SAYS, None)
    assert (one.given_on, one.changed_on) == (dt.date(2026, 6, 14), None)
    name = f"{NORTH}:{FAMILY}:2026H1 1"
    assert await audited(closed) == [("feedback:write", name), ("feedback:publish", name)]


async def test_what_stands_is_changed_only_by_a_newer_version_with_its_own_day(closed: World) -> None:
    await put_up(closed)
    before = await closed.database.run("SELECT * FROM feedback")
    closed.now += dt.timedelta(days=20)
    await feedback.save_draft(closed.context(MANAGER), NORTH, *WAVE, OTHER_WORDS)
    one = await told(closed)
    assert (one.statement, one.draft, one.version) == (SAYS, OTHER_WORDS, 2)
    await put_up(closed, OTHER_WORDS)
    one = await told(closed)
    assert (one.statement, one.given_on, one.changed_on) == (
        OTHER_WORDS,
        dt.date(2026, 6, 1),
        dt.date(2026, 6, 21),
    )
    assert before == await closed.database.run("SELECT * FROM feedback WHERE version = 1")


async def test_it_is_taken_back_within_a_day_and_not_later(closed: World) -> None:
    await put_up(closed)
    closed.now += dt.timedelta(hours=24)
    assert (await told(closed)).may_take_back
    await feedback.take_back(closed.context(MANAGER), NORTH, *WAVE)
    one = await told(closed)
    assert (one.state, one.draft, one.given_on) == ("draft", SAYS, None)
    await put_up(closed)
    closed.now += dt.timedelta(hours=24, seconds=1)
    assert not (await told(closed)).may_take_back
    with pytest.raises(Conflict):
        await feedback.take_back(closed.context(MANAGER), NORTH, *WAVE)


async def test_an_older_version_is_not_taken_back_behind_a_newer(closed: World) -> None:
    await put_up(closed)
    await feedback.save_draft(closed.context(MANAGER), NORTH, *WAVE, OTHER_WORDS)
    with pytest.raises(Conflict):
        await feedback.take_back(closed.context(MANAGER), NORTH, *WAVE)
    await feedback.discard(closed.context(ENTRY), NORTH, *WAVE)
    await feedback.take_back(closed.context(MANAGER), NORTH, *WAVE)
    assert (await told(closed)).draft == SAYS


async def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_stored(closed: World) -> None:
    hard = "Verksamhetsledningen implementerar kontinuerliga kvalitetsförbättringar genomgående."
    odd = Statement(text=f"{hard} Fråga 811228-9874.", actions=(Action(what="Mer fika"),))
    with pytest.raises(Refused) as refused:
        await feedback.publish(closed.context(MANAGER), NORTH, *WAVE, odd, names_nobody=False)
    codes = [one.code for one in refused.value.problems]
    assert codes[0] == "feedback-number"
    assert set(codes) >= {"feedback-hard", "feedback-names", "feedback-role", "feedback-day"}
    with pytest.raises(Refused):
        await feedback.save_draft(closed.context(MANAGER), NORTH, *WAVE, odd)
    assert await closed.database.run("SELECT * FROM feedback") == []
    assert await audited(closed) == []


NOBODY_ELSE = [
    Person(name="annan", role=Role.UNIT_MANAGER, scope=SOUTH),
    Person(name="annan utförare", role=Role.PROVIDER_ADMIN, scope="PBETA"),
    Person(name="kommun", role=Role.CASE_WORKER, scope=LILLBY),
    Person(name="upphandlare", role=Role.PROCURER, scope=LILLBY),
    Person(name="drift", role=Role.OPERATOR),
]


@pytest.mark.parametrize("person", NOBODY_ELSE, ids=lambda one: one.name)
async def test_the_words_are_read_by_those_who_report_and_nobody_else(closed: World, person: Person) -> None:
    """A text about six persons, read by all who place there, would be a text about persons: they see the day."""
    await closed.placements(NORTH, 2)
    await put_up(closed)
    for reader in (MANAGER, ENTRY, PROVIDER):
        assert (await told(closed, reader)).statement == SAYS
    with pytest.raises(NotFound):
        await told(closed, person)


@pytest.mark.parametrize("person", [ENTRY, PROVIDER, *NOBODY_ELSE], ids=lambda one: one.name)
async def test_only_the_manager_publishes_and_takes_back(closed: World, person: Person) -> None:
    with pytest.raises(NotFound):
        await put_up(closed, person=person)
    await put_up(closed)
    with pytest.raises(NotFound):
        await feedback.take_back(closed.context(person), NORTH, *WAVE)
    assert (await told(closed)).state == "given"


async def test_many_homes_at_once_are_stored_as_one_by_one(closed: World) -> None:
    closed.now = window("2026H1").closes_at + dt.timedelta(days=3)
    managers = {
        unit: Person(name=f"chef {unit}", role=Role.UNIT_MANAGER, scope=unit) for unit in (NORTH, OTHER)
    }
    signed = [
        Signed(manager=one, unit=unit, family=FAMILY, half_year="2026H1", statement=SAYS)
        for unit, one in managers.items()
    ]
    await feedback.publish_many(closed.context(), signed)
    stored = "SELECT wave, version, state, body, written_by, published_at FROM feedback ORDER BY wave"
    together = await closed.database.run(stored)
    async with closed.database.transaction():
        await closed.database.run("DELETE FROM feedback")
    for unit, one in managers.items():
        await feedback.publish(closed.context(one), unit, *WAVE, SAYS, names_nobody=True)
    assert together == await closed.database.run(stored)
    assert len(together) == 2


@pytest.mark.parametrize("fault", ["another's home", "no manager", "open wave", "too hard"])
async def test_of_many_none_is_stored_where_one_may_not(closed: World, fault: str) -> None:
    await closed.open("2026H2")
    half_year = "2026H2" if fault == "open wave" else "2026H1"
    person = {"another's home": NOBODY_ELSE[0], "no manager": ENTRY}.get(fault, MANAGER)
    says = Statement(text="Verksamhetsutveckling pågår.") if fault == "too hard" else SAYS
    good = Signed(manager=MANAGER, unit=NORTH, family=FAMILY, half_year="2026H1", statement=SAYS)
    bad = Signed(manager=person, unit=NORTH, family=FAMILY, half_year=half_year, statement=says)
    with pytest.raises(Refused if fault == "too hard" else NotFound):
        await feedback.publish_many(closed.context(), [good, bad])
    assert await closed.database.run("SELECT * FROM feedback") == []
