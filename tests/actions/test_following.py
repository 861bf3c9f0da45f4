"""Following placements: the young person, the contact person and the social worker answer at start and exit."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.operate.opening import followed
from hvb_followup.actions.purchase.issuing import issue_codes, issue_everywhere
from hvb_followup.actions.respond import answering
from hvb_followup.ballot.count import open_record
from hvb_followup.errors import NotFound
from hvb_followup.registry import Municipality, OperatingForm, Term, Unit, unit_id
from hvb_followup.store import counting, homes, waves
from tests.asking import Phone
from tests.world import ALFA, BETA, HALF_YEAR, LILLBY, NORTH, OTHER, SOUTH, STORBY, World

YOUNG, CONTACT, SOCIAL = "ung-utfall", "kontaktperson", "socialsekreterare"
FAMILIES = {YOUNG, CONTACT, SOCIAL}
NOW = dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


async def asked(world: World, family: str, unit: str = NORTH) -> list[tuple[str, str]]:
    """The placements and moments that get a code now."""
    return [(one.placement, one.moment) for one in await world.codes(unit, family=family)]


async def three_placements(world: World) -> None:
    """One came ten days ago, one left yesterday, one lives there since long."""
    await world.placement("new", TODAY - 10 * DAY)
    await world.placement("gone", TODAY - 100 * DAY, TODAY - DAY, municipality=STORBY)
    await world.placement("long", TODAY - 300 * DAY)


async def test_the_three_families_that_follow_placements_open_in_every_home(world: World) -> None:
    assert {one.id for one in followed(world.catalogue)} == FAMILIES
    await world.follow(now=NOW)
    opened = [(wave.family, wave.unit, wave.state) for wave in await waves.all_waves()]
    assert sorted(opened) == sorted(
        (family, unit, "open") for family in FAMILIES for unit in (NORTH, SOUTH, OTHER)
    )


async def test_a_home_that_begins_while_they_are_open_gets_its_own_from_then_on(world: World) -> None:
    """From 15 June, in a wave from 1 June to 1 December: nobody's start is lost."""
    began, before = dt.date(2026, 6, 15), dt.date(2026, 6, 5)
    new, taken_over = unit_id("NEW00"), unit_id("TAKEN")
    terms = {
        new: ((ALFA, began, None),),
        taken_over: ((BETA, before, began - DAY), (ALFA, began, None)),
    }
    async with world.database.transaction():
        await homes.put_units(world.database, [home(unit, *told) for unit, told in terms.items()])
    found = []
    for day in (1, 14, 15):
        await world.follow("2026H2", dt.datetime(2026, 6, day, 10, tzinfo=dt.UTC))
        found.append({wave.unit for wave in await waves.all_waves()})
    assert found == [
        {NORTH, SOUTH, OTHER},
        {NORTH, SOUTH, OTHER, taken_over},
        {NORTH, SOUTH, OTHER, taken_over, new},
    ]


async def test_one_that_was_taken_over_before_any_wave_was_opened_gets_none(world: World) -> None:
    began, before = dt.date(2026, 6, 15), dt.date(2026, 6, 5)
    unit = unit_id("TAKEN")
    async with world.database.transaction():
        told = home(unit, (BETA, before, began - DAY), (ALFA, began, None))
        await homes.put_units(world.database, [told])
    await world.follow("2026H2", dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC))
    assert {wave.unit for wave in await waves.all_waves()} == {NORTH, SOUTH, OTHER}


def home(unit: str, *terms: tuple[str, dt.date, dt.date | None]) -> Unit:
    told = [
        Term(
            provider=provider,
            unit_type="hvb",
            operating_form=OperatingForm.PRIVATE,
            from_on=first,
            to_on=last,
        )
        for provider, first, last in terms
    ]
    return Unit(id=unit, name="Nya", lan="Gotland", places=8, terms=tuple(told))


async def test_each_is_asked_at_the_moments_of_the_questionnaire(world: World) -> None:
    await three_placements(world)
    await world.follow(now=NOW)
    both = [("gone", "exit"), ("new", "start")]
    assert {family: await asked(world, family) for family in sorted(FAMILIES)} == {
        YOUNG: both,
        CONTACT: both,
        SOCIAL: [("gone", "exit")],
    }
    assert await asked(world, YOUNG) == []


async def test_along_the_way_a_card_is_given_once_in_a_wave_also_to_the_social_worker(world: World) -> None:
    """R7 §3.9, R1: who gets letters, as all with a protected identity do, is followed as others are."""
    for name, days in (("new", 10), ("three", 95), ("half", 190), ("leaves", 95)):
        ends_on = TODAY + 60 * DAY if name == "leaves" else None
        await world.placement(name, TODAY - days * DAY, ends_on)
    await world.follow(now=NOW)
    along = [("half", "follow_up"), ("three", "follow_up")]
    assert await asked(world, SOCIAL) == along
    assert await asked(world, CONTACT) == [("new", "start")]
    assert await asked(world, YOUNG) == [along[0], ("new", "start"), along[1]]
    assert await asked(world, YOUNG) == []


async def test_a_short_stay_gets_a_code_of_its_own_for_each_moment(world: World) -> None:
    await world.placement("short", TODAY - 10 * DAY)
    await world.follow(now=NOW)
    assert await asked(world, CONTACT) == [("short", "start")]
    await world.placement("short", TODAY - 10 * DAY, TODAY + 10 * DAY)
    assert await asked(world, CONTACT) == [("short", "exit")]
    wave = await waves.wave(f"{NORTH}:{CONTACT}:{HALF_YEAR}")
    assert wave is not None
    assert wave.invited == 2


@pytest.mark.parametrize(
    ("birth_year", "is_asked"), [(2005, False), (2006, True), (2013, True), (2014, False)]
)
async def test_the_age_is_that_at_the_start_and_adults_are_asked_about_any_age(
    world: World, birth_year: int, is_asked: bool
) -> None:
    """A stay from 2026 to 2027: who was 20 at the start is asked at 21, who was 12 is not at 13."""
    await world.placement("one", dt.date(2026, 6, 1), dt.date(2027, 3, 1), birth_year=birth_year)
    await world.follow("2027H1", dt.datetime(2027, 3, 1, 10, tzinfo=dt.UTC))
    young = await world.codes(NORTH, "2027H1", family=YOUNG)
    assert [one.moment for one in young] == (["exit"] if is_asked else [])
    assert len(await world.codes(NORTH, "2027H1", family=SOCIAL)) == 1
    for one in young:
        assert (await world.enter(one.code)).age == 2026 - birth_year


async def test_the_placing_municipality_issues_also_when_its_only_young_person_has_left(world: World) -> None:
    await three_placements(world)
    await world.follow(now=NOW)
    storby, lillby = (Person(name="s", role=Role.CASE_WORKER, scope=one) for one in (STORBY, LILLBY))
    for family in (SOCIAL, CONTACT):
        given = [
            await issue_codes(world.context(person), world.web_keys.secret, NORTH, HALF_YEAR, family)
            for person in (storby, lillby)
        ]
        expected = [["gone"], [] if family == SOCIAL else ["new"]]
        assert [[one.placement for one in some] for some in given] == expected


async def test_never_the_home_and_a_municipality_of_long_ago_not_either(world: World) -> None:
    """Long ago is two weeks where the end is the last to be asked about, and 13 months where it is not."""
    async with world.database.transaction():
        await homes.put_municipalities(world.database, [Municipality(code="9003", name="Nära", lan="Skåne")])
    await world.placement("gone", TODAY - 500 * DAY, TODAY - 15 * DAY, municipality="9003")
    await world.placement("long gone", TODAY - 600 * DAY, TODAY - 397 * DAY, municipality=STORBY)
    await world.placement("new", TODAY - 10 * DAY)
    await world.follow(now=NOW)
    manager = Person(name="f", role=Role.UNIT_MANAGER, scope=NORTH)
    provider = Person(name="u", role=Role.PROVIDER_ADMIN, scope="PALFA")
    near, far = (Person(name="s", role=Role.CASE_WORKER, scope=one) for one in ("9003", STORBY))
    for persons, families in (((manager, provider, far), FAMILIES), ((near,), FAMILIES - {YOUNG})):
        for person, family in itertools.product(persons, sorted(families)):
            with pytest.raises(NotFound):
                await issue_codes(world.context(person), world.web_keys.secret, NORTH, HALF_YEAR, family)
    assert await world.database.run("SELECT 1 FROM code") == []


async def test_everywhere_at_once_gives_what_each_home_would_be_given(world: World) -> None:
    await three_placements(world)
    await world.placement("south", TODAY - 7 * DAY, unit=SOUTH)
    await world.follow(now=NOW)
    issued = await issue_everywhere(world.context(), world.web_keys.secret, HALF_YEAR, YOUNG)
    assert {unit: [(one.placement, one.moment) for one in codes] for unit, codes in issued.items()} == {
        NORTH: [("gone", "exit"), ("new", "start")],
        SOUTH: [("south", "start")],
        OTHER: [],
    }


async def test_a_start_card_opens_for_two_weeks_more_and_then_looks_like_any_wrong_code(world: World) -> None:
    await world.placement("new", TODAY - 14 * DAY)
    await world.follow(now=NOW)
    (one,) = await world.codes(NORTH, family=YOUNG)
    later = [NOW + 14 * DAY, NOW + 15 * DAY]
    opened = [await answering.enter(world.box, one.code, language="sv", now=now) for now in later]
    assert [sitting is not None for sitting in opened] == [True, False]


async def test_the_start_page_says_the_last_day_on_which_the_code_opens(world: World) -> None:
    """R7 P2: the card's, not the wave's; what was sent can be taken back as long as the wave is open."""
    await world.placement("new", TODAY - 10 * DAY)
    await world.follow(now=NOW)
    (one,) = await world.codes(NORTH, family=YOUNG)
    phone = Phone(await world.app())
    page = (await phone.enter(one.code)).text
    assert one.last_on == dt.date(2026, 10, 8)
    assert "Det sker när tiden är slut, den 8 oktober 2026." in page
    assert "till och med den 30 november 2026." in page


async def test_thanks_for_what_is_shown_as_a_change_promise_no_day(world: World) -> None:
    """R7 P2."""
    await world.placement("new", TODAY - 10 * DAY)
    await world.follow(now=NOW)
    for family in (YOUNG, CONTACT):
        (one,) = await world.codes(NORTH, family=family)
        phone = Phone(await world.app())
        await phone.begin(one.code)
        thanks = (await phone.post("/svara/klar")).text
        assert "Resultatet visas på nätet när tillräckligt många har svarat." in thanks
        assert "2027" not in thanks


async def test_what_is_counted_carries_its_moment_and_one_link_joins_the_placements_answers(
    world: World,
) -> None:
    await world.placement("one", TODAY - 10 * DAY)
    await world.follow(now=NOW)
    for family in (YOUNG, CONTACT):
        (code,) = await world.codes(NORTH, family=family)
        await answering.finish(world.box, await world.enter(code.code))
    await world.placement("one", TODAY - 10 * DAY, TODAY + 30 * DAY)
    world.now = NOW + 30 * DAY
    for family in sorted(FAMILIES):
        (code,) = await world.codes(NORTH, family=family)
        await answering.finish(world.box, await world.enter(code.code))
    await world.close()
    counted = [
        (wave.family, one.moment, one.link, one.age_band)
        for wave in await counting.sealed_waves(world.database)
        for one in open_record(wave.record, wave.wave, world.counter_keys.storage).counted
    ]
    assert sorted(row[:2] for row in counted) == [
        (CONTACT, "exit"),
        (CONTACT, "start"),
        (SOCIAL, "exit"),
        (YOUNG, "exit"),
        (YOUNG, "start"),
    ]
    assert len({row[2] for row in counted}) == 1
    assert {row[3] for row in counted} == {"15–17"}


@pytest.mark.parametrize(
    ("ended", "is_asked"), [("2026-09-20", True), ("2026-03-20", True), ("2026-06-20", False)]
)
async def test_letters_go_out_six_and_twelve_months_after_exit_to_who_has_turned_twenty_one(
    world: World, ended: str, is_asked: bool
) -> None:
    """Issue 5: age is checked at the start; who has left still gets a code, and her row stays while she can have one."""
    now = dt.datetime(2027, 3, 22, 10, tzinfo=dt.UTC)
    await world.placement("one", dt.date(2025, 9, 1), dt.date.fromisoformat(ended), birth_year=2005)
    await world.follow("2027H1", now)
    young = await world.codes(NORTH, "2027H1", family=YOUNG)
    assert [(one.placement, one.moment) for one in young] == ([("one", "after")] if is_asked else [])
    if is_asked:
        assert (await world.enter(young[0].code)).moment == "after"
        assert await homes.may_have_codes(["one"]) == {"one"}


async def test_a_placement_long_over_has_had_no_code_of_a_later_wave(world: World) -> None:
    now = dt.datetime(2027, 3, 22, 10, tzinfo=dt.UTC)
    await world.placement("over", dt.date(2024, 1, 1), dt.date(2025, 6, 1))
    await world.placement("new", dt.date(2027, 3, 12))
    await world.follow("2027H1", now)
    assert [one.placement for one in await world.codes(NORTH, "2027H1", family=YOUNG)] == ["new"]
    assert await homes.may_have_codes(["over", "new"]) == {"new"}
