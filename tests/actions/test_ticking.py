"""A tick does what is due: late, twice, in several processes at once, or after a kill, with the same result (R6 G18)."""

from __future__ import annotations

import asyncio
import datetime as dt

import msgspec
import pytest
from click.testing import CliRunner

from hvb_followup import cli
from hvb_followup.actions.operate.anchoring import broken_trail
from hvb_followup.actions.operate.ticking import Done, destroy_due
from hvb_followup.deployment import Deployment
from hvb_followup.jobs.timetable import EVERY_MINUTE, GRACE, scheduler
from hvb_followup.periods import STOCKHOLM, shift
from hvb_followup.store import ledger, waves
from hvb_followup.waves.schedule import window
from tests.counted import counted_in
from tests.world import FAMILY, HALF_YEAR, NORTH, World

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


async def ticked(
    world: World, at: dt.datetime, *, demo: bool = True, deployment: Deployment | None = None
) -> Done:
    world.now = at
    return await world.tick(demo=demo, deployment=deployment)


async def answered(world: World, number: int, half_year: str, first: int = 1) -> None:
    """So many new young people answer in the half-year's open wave."""
    birth_year = int(half_year[:4]) - 16
    await world.placements(NORTH, number, first, birth_year=birth_year)
    for one in await world.codes(NORTH, half_year):
        await world.answer(one.code)


async def states(world: World) -> dict[str, set[str]]:
    """The states of each half-year's waves."""
    found: dict[str, set[str]] = {}
    for wave in await waves.all_waves():
        found.setdefault(wave.half_year, set()).add(wave.state)
    return found


FOLLOWING = 9  # three homes, and three questionnaires that follow placements: one wave of each is always open


def n_waves(half_year: str) -> int:
    """Three homes, one questionnaire for young people, and in the autumn one for staff."""
    return 6 if half_year.endswith("H2") else 3


@pytest.mark.parametrize("half_year", ["2026H2", "2027H1"])
async def test_a_wave_is_open_in_its_window_and_at_no_other_minute(world: World, half_year: str) -> None:
    times = window(half_year)
    assert (await ticked(world, times.opens_at - MINUTE)).opened == FOLLOWING
    assert (await ticked(world, times.opens_at)).opened == n_waves(half_year)
    assert (await ticked(world, times.closes_at - MINUTE)).counted == 0
    assert await states(world) == {half_year: {"open"}}
    closed = await ticked(world, times.closes_at)
    assert (closed.counted, closed.opened) == (n_waves(half_year) + FOLLOWING, FOLLOWING)
    assert (await ticked(world, times.closes_at + MINUTE)).opened == 0
    assert await states(world) == {half_year: {"counted"}, shift(half_year, 1): {"open"}}


async def test_ticks_before_and_after_and_twice_do_each_thing_once(world: World) -> None:
    times = window(HALF_YEAR)
    opened = [(await ticked(world, times.opens_at)).opened for _ in range(3)]
    await answered(world, 12, HALF_YEAR)
    closed = [await ticked(world, times.closes_at) for _ in range(3)]
    assert opened == [6 + FOLLOWING, 0, 0]
    assert [one.counted for one in closed] == [6 + FOLLOWING, 0, 0]
    assert [bool(one.draft) for one in closed] == [True, False, False]
    rows = await world.database.run("SELECT id FROM release WHERE kind = 'statistics'")
    assert [row["id"] for row in rows] == [closed[0].draft]


async def test_four_ticks_at_once_open_count_and_measure_once(world: World) -> None:
    times = window(HALF_YEAR)
    opened = await asyncio.gather(*(ticked(world, times.opens_at) for _ in range(4)))
    assert sum(one.opened for one in opened) == 6 + FOLLOWING
    await answered(world, 12, HALF_YEAR)
    closed = await asyncio.gather(*(ticked(world, times.closes_at) for _ in range(4)))
    assert sum(one.counted for one in closed) == 6 + FOLLOWING
    assert len(await counted_in(world)) == 12
    rows = await world.database.run("SELECT id FROM release WHERE kind = 'statistics'")
    assert len(rows) == 1
    assert await ledger.first_broken(world.database, world.counter_keys.audit) is None


async def test_a_tick_that_comes_a_year_late_counts_every_wave_in_order(world: World) -> None:
    """The second half-year's count needs the first's: who was kept then is not kept again."""
    await ticked(world, window("2026H2").opens_at)
    await answered(world, 6, "2026H2")
    await world.open("2027H1")
    await answered(world, 6, "2027H1", first=5)
    done = await ticked(world, window("2027H1").closes_at + 90 * DAY)
    assert (done.counted, done.opened) == (9 + FOLLOWING, FOLLOWING)
    assert await states(world) == {"2026H2": {"counted"}, "2027H1": {"counted"}, "2027H2": {"open"}}
    kept, later = await counted_in(world, half_year="2026H2"), await counted_in(world, half_year="2027H1")
    assert len(kept) == 6
    assert not {one.link for one in kept} & {one.link for one in later}
    assert len(later) == 4
    assert done.draft.startswith("2027H1-")


async def test_without_demo_nothing_opens_and_it_says_why(world: World) -> None:
    done = await ticked(world, window(HALF_YEAR).opens_at, demo=False)
    assert done.opened == 0
    assert "Jag vill ha hjälp" in done.not_opened
    assert await waves.all_waves() == ()


async def test_a_missing_fact_keeps_every_wave_shut_and_is_named(world: World) -> None:
    bare = msgspec.structs.replace(world.deployment, operator="", helpline=())
    done = await ticked(world, window(HALF_YEAR).opens_at, deployment=bare)
    assert done.opened == 0
    assert done.not_opened.count("\n") >= 1
    assert await waves.all_waves() == ()
    assert (await ticked(world, window(HALF_YEAR).opens_at)).opened == 6 + FOLLOWING


async def test_a_key_is_destroyed_35_days_after_the_close_and_never_before_the_count(world: World) -> None:
    times = window(HALF_YEAR)
    await ticked(world, times.opens_at)
    await answered(world, 5, HALF_YEAR)
    assert (await ticked(world, times.closes_at)).keys_destroyed == ()
    assert (await ticked(world, times.closes_at + 35 * DAY)).keys_destroyed == ()
    assert world.counter_keys.has_counting_key(HALF_YEAR)
    assert (await ticked(world, times.closes_at + 36 * DAY)).keys_destroyed == (HALF_YEAR,)
    assert not world.counter_keys.has_counting_key(HALF_YEAR)
    assert (await ticked(world, times.closes_at + 37 * DAY)).keys_destroyed == ()


async def test_a_key_outlives_any_delay_while_a_wave_is_uncounted(world: World) -> None:
    """Counting fails for ninety days; the key is still there when it is mended."""
    times = window(HALF_YEAR)
    await ticked(world, times.opens_at)
    await answered(world, 5, HALF_YEAR)
    assert await destroy_due(world.counter_keys, times.closes_at + 90 * DAY) == ()
    await waves.close_due(world.database, times.closes_at)
    assert await destroy_due(world.counter_keys, times.closes_at + 90 * DAY) == ()
    storage = world.counter_keys.folder / f"counting-{HALF_YEAR}.key"
    hidden = storage.rename(storage.with_suffix(".aside"))
    (fault,) = (await ticked(world, times.closes_at + 90 * DAY)).faults
    assert "Nyckelfilen saknas" in fault.says
    hidden.rename(storage)
    done = await ticked(world, times.closes_at + 91 * DAY)
    assert (done.counted, done.keys_destroyed) == (6 + FOLLOWING, (HALF_YEAR,))
    assert len(await counted_in(world)) == 5


async def test_a_half_year_whose_private_half_is_lost_does_not_open_again(world: World) -> None:
    """A new private half would open nothing that was sealed to the old public one."""
    await ticked(world, window(HALF_YEAR).opens_at)
    world.counter_keys.destroy_counting_key(HALF_YEAR)
    done = await ticked(world, window(HALF_YEAR).opens_at + DAY)
    assert "Nyckelfilen saknas" in done.not_opened
    assert not world.counter_keys.has_counting_key(HALF_YEAR)


async def test_a_tick_leaves_no_audit_row_loose_and_the_trail_whole(world: World) -> None:
    await ticked(world, window(HALF_YEAR).opens_at)
    rows = await world.database.run("SELECT link FROM audit")
    assert rows
    assert all(row["link"] for row in rows)
    assert await broken_trail(world.database, world.counter_keys) == ""


async def test_the_clock_is_moved_by_command_in_a_demonstration_and_refused_outside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens_at = window("2027H1").opens_at
    for demo, code in (("0", 1), ("1", 0)):
        for name, value in (
            ("HVB_DATA", str(world.settings.data)),
            ("HVB_DATABASE_URL", world.settings.database_url),
            ("HVB_DEMO", demo),
        ):
            monkeypatch.setenv(name, value)
        command = ["tick", "--to", opens_at.isoformat()]
        result = await asyncio.to_thread(CliRunner().invoke, cli.main, command)
        assert result.exit_code == code, result.output
        ahead = await ledger.seconds_ahead(world.database)
        if demo == "0":
            assert "HVB_DEMO=1" in result.output
            assert ahead == 0
        else:
            now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=ahead)
            assert abs(now - opens_at) < MINUTE


def test_the_timetable_ticks_every_minute_of_the_year_but_never_between_two_and_three() -> None:
    """Two years, with both nights when the clocks change: never 02:xx, never more than 61 minutes without a tick."""
    at = dt.datetime(2026, 1, 1, tzinfo=STOCKHOLM)
    for _ in range(2 * 366 * 24):
        before, fires = at, EVERY_MINUTE.get_next_fire_time(None, at)
        local = fires.astimezone(STOCKHOLM)
        assert local.hour != 2
        gap = fires.astimezone(dt.UTC) - before.astimezone(dt.UTC)
        assert gap <= dt.timedelta(minutes=121 if _is_autumn_night(local) else 61)
        at = (before.astimezone(dt.UTC) + dt.timedelta(hours=1)).astimezone(STOCKHOLM)


def _is_autumn_night(local: dt.datetime) -> bool:
    """The last Sunday of October, when there are two hours between two and three."""
    return (local.month, local.weekday(), local.day >= 25) == (10, 6, True)


@pytest.mark.parametrize("night", [dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2026, 6, 1)])
def test_minute_by_minute_the_night_has_no_tick_at_two(night: dt.date) -> None:
    """Every tick of a night, in spring, in autumn and in between: each once, and none at 02."""
    at = dt.datetime(night.year, night.month, night.day, tzinfo=STOCKHOLM)
    seen, last = [], None
    while (fires := EVERY_MINUTE.get_next_fire_time(last, at)).astimezone(STOCKHOLM).hour < 6:
        seen.append(fires.astimezone(dt.UTC))
        last, at = fires, fires + dt.timedelta(microseconds=1)
    assert {one.astimezone(STOCKHOLM).hour for one in seen} == {0, 1, 3, 4, 5}
    assert len(seen) == len(set(seen)) == 5 * 60


async def test_a_tick_may_be_an_hour_late_is_made_up_for_once_and_never_runs_twice_at_once() -> None:
    async def nothing() -> None:
        return

    clockwork = scheduler(nothing)
    clockwork.start(paused=True)
    (job,) = clockwork.get_jobs()
    assert (job.coalesce, job.misfire_grace_time, job.max_instances) == (True, GRACE, 1)
    assert GRACE >= 3600
    clockwork.shutdown(wait=False)


def test_no_wave_opens_or_closes_in_the_hour_that_may_come_twice() -> None:
    for year in range(2024, 2040):
        for half in (1, 2):
            times = window(f"{year}H{half}")
            assert {
                times.opens_at.astimezone(STOCKHOLM).hour,
                times.closes_at.astimezone(STOCKHOLM).hour,
            } == {4}


async def test_what_was_waiting_when_a_tick_was_killed_is_done_by_the_next(world: World) -> None:
    """The state after each step of a tick is one that the next tick goes on from."""
    times = window(HALF_YEAR)
    await ticked(world, times.opens_at)
    await answered(world, 12, HALF_YEAR)
    await waves.close_due(world.database, times.closes_at)  # killed after closing
    done = await ticked(world, times.closes_at + MINUTE)
    assert (done.counted, bool(done.draft)) == (6 + FOLLOWING, True)
    wave = await waves.wave(f"{NORTH}:{FAMILY}:{HALF_YEAR}")
    assert wave is not None
    assert wave.state == "counted"
