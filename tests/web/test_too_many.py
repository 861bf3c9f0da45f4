"""Too many tries in vain, through the doors: who is slowed, who never is, and what stays behind of it (issue 5, G10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pyotp
import pytest
from litestar import Litestar

from hvb_followup.access import MACHINE_OPERATOR, Role
from hvb_followup.actions.operate.accounts import NewAccount, make_account
from hvb_followup.actions.operate.alarms import SAID, alarms
from hvb_followup.actions.pacing import count_in_vain
from hvb_followup.periods import local_instant
from hvb_followup.pseudonyms import make_code
from hvb_followup.store import tried
from hvb_followup.throttling import CODES, HELP, RECEIPTS, SIGN_IN, STATUS, Limits, Visitor
from tests.asking import Answered, post
from tests.ballot.raw_bytes import holding, on_disk
from tests.ballot.test_canaries import columns_of, everything_in
from tests.web.test_answer_door import opened
from tests.web.test_sendouts import signed_in
from tests.world import NORTH, World

HERE, THERE = "192.0.2.1", "198.51.100.7"
BUDGETS = (CODES, RECEIPTS, STATUS, HELP, SIGN_IN)
SECOND = dt.timedelta(seconds=1)
WORDS = "receipt=lampa+tiger+penna+sol"


@pytest.fixture(autouse=True)
def inside_every_window(world: World) -> None:
    """The application's clock is the machine's set forward, to within a second: windows and steps begin far from here."""
    world.now = world.now.replace(minute=7, second=10, microsecond=0)


def guesses() -> Any:
    """Codes with a right check symbol that were never issued."""
    return (make_code(lambda bits, number=number: number) for number in range(10_000, 20_000))


async def enter(app: Litestar, code: str, net: str = HERE) -> Answered:
    return await post(app, "/svara", f"code={code}", net=net)


async def spend(world: World, limits: Limits, n: int, *nets: str, name: str = "") -> None:
    """So many tries in vain from each net, counted as the errands count them."""
    for net in nets:
        for _ in range(n):
            await count_in_vain(world.gate, limits, Visitor(net=net, name=name), world.now)


async def test_a_guesser_is_slowed_and_everybody_else_gets_in(world: World) -> None:
    first, second = await opened(world, 2)
    app, typed = await world.app(), guesses()
    for _ in range(CODES.here):
        assert (await enter(app, next(typed))).status == 422
    through = [(await enter(app, next(typed))).status for _ in range(10)]
    assert sorted(through)[-9:] == [429] * 9, "one turn a pause, and ten tries at one moment"
    refused = await enter(app, next(typed))
    assert (refused.status, refused.header("retry-after")) == (429, "20")
    assert "för många försök" in refused.text
    assert await enter(app, first) == refused, "nothing is looked up: a right code is told the same"
    assert (await enter(app, second, THERE)).header("location") == "/svara/start"
    world.now += CODES.pause + SECOND
    await world.set_clock()
    assert (await enter(app, first)).header("location") == "/svara/start", "and from here, in her turn"


async def test_a_right_code_opens_with_the_whole_budget_spent_and_guessers_go_in_turn(world: World) -> None:
    (code,) = await opened(world)
    app = await world.app()
    nets = [f"198.51.100.{number}" for number in range(50)]
    await spend(world, CODES, CODES.everywhere // len(nets), *nets)
    assert (await enter(app, code, "203.0.113.1")).header("location") == "/svara/start"
    seen = [(await enter(app, next(guesses()), net)).status for net in nets]
    assert seen.count(422) <= 2, "all who have tried share one turn, every other second"
    assert seen.count(429) >= len(nets) - 2


async def test_what_was_typed_wrong_is_counted_and_a_slip_of_the_finger_is_not(world: World) -> None:
    used, fresh = await opened(world, 2)
    await world.answer(used)
    app = await world.app()
    for slip in ("", "A", fresh[:-1] + ("0" if fresh[-1] != "0" else "1"), "%00"):
        assert (await enter(app, slip)).status == 422
    assert await world.database.run("SELECT * FROM tried") == []
    for n, wrong in enumerate((next(guesses()), used), 1):
        assert (await enter(app, wrong)).status == 422
        assert {row["n"] for row in await world.database.run("SELECT n FROM tried")} == {n}


async def test_who_gets_in_and_answers_leaves_no_row(world: World) -> None:
    """DESIGN §4.2: the answering errand writes no time, and no counter either."""
    (code,) = await opened(world)
    app = await world.app()
    before = await everything_in(world.database, "tried", "audit", "job_run")
    assert (await enter(app, code)).header("location") == "/svara/start"
    await world.answer(code)
    assert await everything_in(world.database, "tried", "audit", "job_run") == before
    assert await world.database.run("SELECT * FROM tried") == []


async def test_nothing_stored_says_who_tried_what_or_when(world: World) -> None:
    """A thief of the database has hashes and numbers of today; the same try from the same net is another row tomorrow."""
    await opened(world)
    app = await world.app()
    wrong = next(guesses())
    await enter(app, wrong, THERE)
    await post(app, "/svara/ta-bort", WORDS, net=THERE)
    await post(app, "/logga-in", "name=anna-andersson&password=x", net=THERE)
    assert await columns_of(world.database, "tried") == {"id", "day", "n"}
    rows = {bytes(row["id"]) for row in await world.database.run("SELECT id FROM tried")}
    assert len(rows) == 7
    assert {len(one) for one in rows} == {16}
    files = await on_disk(world.database)
    for needle in (THERE, wrong, "lampa", "anna-andersson"):
        assert holding(files, needle.encode()) == [], needle
    world.now += dt.timedelta(days=1)
    await world.set_clock()
    await enter(app, wrong, THERE)
    later = {bytes(row["id"]) for row in await world.database.run("SELECT id FROM tried")}
    assert len(later - rows) == 2
    await tried.sweep(world.database, world.context().today)
    assert len(await world.database.run("SELECT id FROM tried")) == 2


@pytest.mark.parametrize("limits", BUDGETS, ids=lambda limits: limits.what)
async def test_a_spent_budget_is_an_alarm_of_the_day_once_and_tells_nothing_of_who(
    world: World, limits: Limits
) -> None:
    """One try short of it nothing is said; with it the operator's page, one audit row and one line say the day."""
    nets = [f"198.51.100.{number}" for number in range(10)]
    each, rest = divmod(limits.everywhere - 1, len(nets))
    await spend(world, limits, each, *nets)
    await spend(world, limits, rest, HERE)
    assert (await ticked(world), await alarm_rows(world)) == ((), [])
    await spend(world, limits, 2, THERE, name="anna-andersson")
    day = world.context().today
    said = (f"{day}: ovanligt många försök {SAID[limits.what]}. Se /drift/larm.",)
    assert [await ticked(world) for _ in range(2)] == [said, ()]
    world.now += dt.timedelta(days=1)
    assert await ticked(world) == ()
    assert await alarm_rows(world) == [(local_instant(day, 0), f"{day} {limits.what}")]
    assert await world.database.run("SELECT * FROM tried") == []
    assert await columns_of(world.database, "spent") == {"id", "day", "what"}
    await world.set_clock()
    async with await signed_in(world, Role.OPERATOR) as client:
        page = (await client.get("/drift/larm")).text
    assert (str(day) in page, SAID[limits.what] in page) == (True, True)


async def test_the_operator_is_told_of_help_lines_that_nobody_has_tried_for_long(world: World) -> None:
    """R7 H3: half a year is a warning, a year keeps waves shut; both stand on the page of alarms."""
    for age, said in ((183, ""), (184, "mer än ett halvår"), (366, "mer än ett år")):
        line = msgspec.structs.replace(
            world.deployment.helpline[0], verified_on=world.context().today - dt.timedelta(days=age)
        )
        deployment = msgspec.structs.replace(world.deployment, helpline=(line,))
        found = await alarms(world.context(MACHINE_OPERATOR), deployment)
        assert [said in one.says for one in found.helplines] == [True] * bool(said)


async def ticked(world: World) -> tuple[str, ...]:
    """What a tick has to say of spent budgets."""
    return (await world.tick()).spent


async def alarm_rows(world: World) -> list[tuple[dt.datetime, str]]:
    """When and of what the audit trail says that a budget was spent."""
    rows = await world.database.run("SELECT at, what FROM audit WHERE did = 'budget:spent' ORDER BY id")
    return [(_instant(row["at"]), row["what"]) for row in rows]


def _instant(value: dt.datetime | str) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)


async def test_taking_back_is_counted_every_time_and_answered_alike(world: World) -> None:
    app = await world.app()
    for _ in range(RECEIPTS.here):
        assert (await post(app, "/svara/ta-bort", WORDS)).status == 200
    statuses = [(await post(app, "/svara/ta-bort", WORDS)).status for _ in range(3)]
    assert statuses == [200, 429, 429], "one turn an hour"
    assert len(await world.database.run("SELECT id FROM withdrawal")) == RECEIPTS.here + 1
    assert (await post(app, "/svara/ta-bort", WORDS, net=THERE)).status == 200


async def test_how_a_case_goes_is_told_at_a_pace(world: World) -> None:
    app = await world.app()
    for _ in range(STATUS.here + 1):
        assert (await post(app, "/svara/hjalp/svar", WORDS)).status == 200
    refused = await post(app, "/svara/hjalp/svar", WORDS)
    assert (refused.status, refused.header("retry-after")) == (429, "600")
    assert 'href="/svara/hjalp"' in refused.text, "help is still to be had"


async def test_signing_in_is_slowed_by_name_and_its_holder_gets_in_from_elsewhere(world: World) -> None:
    """R6 T31: no account is ever locked."""
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    app = await world.app()

    async def sign_in(password: str, net: str) -> Answered:
        return await post(app, "/logga-in", f"name={name}&password={password}", net=net)

    await spend(world, SIGN_IN, SIGN_IN.by_name - 1, HERE, name=name)
    assert [(await sign_in("fel", HERE)).status for _ in range(3)] == [422, 422, 429]
    refused = await sign_in(password, HERE)
    assert (refused.status, refused.header("retry-after")) == (429, "300")
    assert (await sign_in(password, THERE)).status == 303
    world.now += SIGN_IN.pause + SECOND
    await world.set_clock()
    assert (await sign_in(password, HERE)).status == 303


async def test_a_one_time_code_is_used_once_in_its_window(world: World) -> None:
    new = NewAccount(name="anna", role=Role.UNIT_MANAGER, scope=NORTH, password="tolv-tecken-minst")
    codes = pyotp.TOTP(await make_account(world.context(), new, second_factor=True))
    app = await world.app()

    async def status(at: dt.datetime) -> int:
        form = f"name=anna&password={new.password}&code={codes.at(at)}"
        return (await post(app, "/logga-in", form)).status

    half = dt.timedelta(seconds=30)
    assert await status(world.now) == 303
    assert await status(world.now) == 422, "somebody saw it over her shoulder"
    assert await status(world.now - half) == 422, "nor one from before it"
    assert await status(world.now + half) == 303


async def test_a_wrong_password_uses_up_no_one_time_code(world: World) -> None:
    new = NewAccount(name="anna", role=Role.UNIT_MANAGER, scope=NORTH, password="tolv-tecken-minst")
    code = pyotp.TOTP(await make_account(world.context(), new, second_factor=True)).at(world.now)
    app = await world.app()
    statuses = [
        (await post(app, "/logga-in", f"name=anna&password={password}&code={code}")).status
        for password in ("fel-losenord-helt", new.password)
    ]
    assert statuses == [422, 303]


@pytest.mark.parametrize("language", ["", "?lang=en"])
async def test_the_page_is_neutral_kind_and_never_kept(world: World, language: str) -> None:
    app = await world.app()
    await spend(world, CODES, CODES.here, HERE)
    await enter(app, next(guesses()))
    page = await post(app, f"/svara{language}", f"code={next(guesses())}")
    assert page.status == 429
    assert page.header("cache-control") == "no-store"
    assert not page.all("set-cookie")
    assert ("Wait a while" if language else "Vänta en stund") in page.text
