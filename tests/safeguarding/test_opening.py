"""No wave opens where nobody would hear who asks for help, or a help line is not to be trusted (DESIGN §4.10, R7 H3–H4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from hvb_followup.actions.operate.opening import open_waves
from hvb_followup.actions.operate.ticking import tick
from hvb_followup.deployment import Deployment, read_deployment
from hvb_followup.errors import Refused
from hvb_followup.keys.web import desk_public_path
from hvb_followup.store import accounts
from tests.safeguarding.reviewing import ANNA, BODIL, RECIPIENTS, Reviewed
from tests.world import ALFA, HALF_YEAR, NORTH

Change = Callable[[Deployment], Deployment]


def tied(*ties: str) -> Change:
    first = msgspec.structs.replace(RECIPIENTS[0], ties=ties)
    return lambda facts: msgspec.structs.replace(facts, recipient=(first, RECIPIENTS[1]))


def checked(day: dt.date | None) -> Change:
    return lambda facts: msgspec.structs.replace(
        facts, helpline=tuple(msgspec.structs.replace(one, verified_on=day) for one in facts.helpline)
    )


async def opened(reviewed: Reviewed, deployment: Deployment) -> set[str]:
    """Open the half-year's waves outside a demonstration; the codes of what hinders."""
    world = reviewed.world
    try:
        await open_waves(
            world.context(),
            world.counter_keys,
            world.settings.public_keys,
            HALF_YEAR,
            deployment,
            demo=False,
        )
    except Refused as refused:
        assert await world.database.run("SELECT id FROM wave") == []
        return {problem.code for problem in refused.problems}
    assert await world.database.run("SELECT id FROM wave")
    return set()


async def test_with_two_free_recipients_a_key_and_fresh_lines_a_real_wave_opens(reviewed: Reviewed) -> None:
    reviewed.world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    assert await opened(reviewed, reviewed.world.deployment) == set()


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda facts: msgspec.structs.replace(facts, recipient=()), {"help-recipients"}),
        (lambda facts: msgspec.structs.replace(facts, recipient=RECIPIENTS[:1]), {"help-recipients"}),
        (tied(NORTH), {"help-recipients"}),
        (tied(ALFA), {"help-recipients"}),
        (checked(dt.date(2025, 10, 1)), {"helpline"}),
        (checked(None), {"helpline", "fact-missing"}),
        (lambda facts: msgspec.structs.replace(facts, helpline=()), {"helpline", "fact-missing"}),
    ],
)
async def test_anything_that_lacks_keeps_it_shut(reviewed: Reviewed, change: Change, codes: set[str]) -> None:
    reviewed.world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    assert await opened(reviewed, change(reviewed.world.deployment)) == codes


@pytest.mark.parametrize(
    "changed", [{"scope": NORTH}, {"role": "unit_manager"}, {"ends_on": dt.date(2026, 11, 1)}]
)
async def test_an_account_that_may_not_read_is_no_recipient(
    reviewed: Reviewed, changed: dict[str, object]
) -> None:
    """A scope is a tie; an ended account or another role reads nothing."""
    world = reviewed.world
    world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    account = await accounts.account(BODIL)
    assert account is not None
    async with world.database.transaction():
        await accounts.put_account(world.database, msgspec.structs.replace(account, **changed))
    assert await opened(reviewed, world.deployment) == {"help-recipients"}
    assert ANNA in {one.account for one in world.deployment.recipient}


async def test_without_the_desks_key_it_stays_shut(reviewed: Reviewed) -> None:
    world = reviewed.world
    world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    desk_public_path(world.settings.public_keys).unlink()
    assert await opened(reviewed, world.deployment) == {"desk-key"}


async def test_the_tick_opens_what_may_open_and_tells_of_cases(reviewed: Reviewed) -> None:
    world = reviewed.world
    world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    await reviewed.ask("hjälp")
    done = await tick(
        world.context(), world.counter_keys, world.settings.public_keys, world.deployment, demo=False
    )
    assert (done.not_opened, done.opened > 0, done.helped.first) == ("", True, 1)
    assert await reviewed.notices() == [("0", ANNA), ("0", BODIL)]


def test_a_deployment_file_names_its_recipients(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "deployment.toml"
    path.write_text('[[recipient]]\nname = "Jouren"\naccount = "a"\nemail = "a@x"\nties = ["HNORR"]\n')
    (found,) = read_deployment(path).recipient
    assert (found.account, found.ties) == ("a", ("HNORR",))
