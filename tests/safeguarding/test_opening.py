"""No wave opens where nobody would hear who asks for help, or a help line is not to be trusted (DESIGN §4.10, R7 H3–H4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from hvb_followup.actions.operate.opening import open_waves
from hvb_followup.actions.operate.sending import Mailing
from hvb_followup.actions.operate.ticking import UNSENT, Done
from hvb_followup.catalogue import Catalogue
from hvb_followup.deployment import Deployment, read_deployment
from hvb_followup.errors import Refused
from hvb_followup.keys.web import desk_public_path
from hvb_followup.store import accounts
from tests.reviewed_words import reviewed_words
from tests.safeguarding.reviewing import ANNA, BODIL, RECIPIENTS, Reviewed
from tests.waves.sending import Kept, mailing
from tests.world import ALFA, HALF_YEAR, NORTH, World

Change = Callable[[Deployment], Deployment]


def tied(*ties: str) -> Change:
    first = msgspec.structs.replace(RECIPIENTS[0], ties=ties)
    return lambda facts: msgspec.structs.replace(facts, recipient=(first, RECIPIENTS[1]))


def checked(day: dt.date | None) -> Change:
    return lambda facts: msgspec.structs.replace(
        facts, helpline=tuple(msgspec.structs.replace(one, verified_on=day) for one in facts.helpline)
    )


async def opened(reviewed: Reviewed, deployment: Deployment, *, mails: bool = True) -> set[str]:
    """Open the half-year's waves outside a demonstration; the codes of what hinders."""
    world = reviewed.world
    try:
        means = msgspec.structs.replace(world.means, deployment=deployment, demo=False, mails=mails)
        await open_waves(world.context(), means, HALF_YEAR)
    except Refused as refused:
        assert await world.database.run("SELECT id FROM wave") == []
        return {problem.code for problem in refused.problems}
    assert await world.database.run("SELECT id FROM wave")
    return set()


async def ticked(world: World, sends: Mailing | None) -> Done:
    """A tick outside a demonstration."""
    return await world.tick(sends, demo=False)


@pytest.fixture
def reviewed(reviewed: Reviewed) -> Reviewed:
    """As everywhere here, but the questionnaires' words have been read too."""
    reviewed.world.catalogue = reviewed_words(reviewed.world.catalogue)
    return reviewed


async def test_with_two_free_recipients_a_key_fresh_lines_and_read_words_a_real_wave_opens(
    reviewed: Reviewed,
) -> None:
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


async def test_the_words_that_ship_are_drafts_and_open_no_real_wave(
    reviewed: Reviewed, catalogue: Catalogue
) -> None:
    """R7 S2 and G14: nobody is asked, invited or counted by words that no person has read."""
    reviewed.world.catalogue = catalogue
    reviewed.world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    assert await opened(reviewed, reviewed.world.deployment) == {"draft-words"}


async def test_what_has_been_read_opens_beside_drafts_and_the_tick_says_which_those_are(
    reviewed: Reviewed, catalogue: Catalogue
) -> None:
    world = reviewed.world
    world.catalogue = reviewed_words(catalogue, ["ung-upplevelse"])
    world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    done = await ticked(world, mailing(world, Kept()))
    rows = await world.database.run("SELECT DISTINCT family FROM wave")
    assert ([row["family"] for row in rows], done.opened) == (["ung-upplevelse"], 3)
    drafts = {line.partition(" ")[0] for line in done.not_opened.splitlines()}
    assert drafts == {one.id for one in catalogue.questionnaires} - {"ung-upplevelse"}


async def test_where_no_mail_can_go_out_it_stays_shut(reviewed: Reviewed) -> None:
    """R7 H4: whoever should hear is told by e-mail and in no other way."""
    reviewed.world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    assert await opened(reviewed, reviewed.world.deployment, mails=False) == {"help-mail"}


@pytest.mark.parametrize("channels", [None, ["sms"]])
async def test_the_tick_says_that_nobody_has_heard_where_no_mail_can_go_out(
    reviewed: Reviewed, channels: list[str] | None
) -> None:
    """R7 H4 and G17: with text messages alone the word would wait for ever."""
    world, mail = reviewed.world, Kept()
    world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    await reviewed.ask("hjälp")
    done = await ticked(world, mailing(world, mail, channels) if channels else None)
    assert (done.opened, done.helped.first, done.notices, done.unheard) == (0, 1, 0, UNSENT)
    assert "HVB_SMTP_URL" in done.not_opened
    assert (await ticked(world, mailing(world, mail))).unheard == ""
    assert len(mail.sent) == 2


async def test_a_word_that_has_waited_a_quarter_of_an_hour_is_told_of(reviewed: Reviewed) -> None:
    """R7 G17: a mail server that takes nothing is no better than none."""
    world, mail = reviewed.world, Kept()
    mail.is_away = True
    await reviewed.ask("hjälp")
    said = []
    for minutes in (0, 14, 1):
        world.now += dt.timedelta(minutes=minutes)
        said.append((await ticked(world, mailing(world, mail))).unheard)
    assert said == ["", "", UNSENT]


async def test_the_tick_opens_what_may_open_and_tells_of_cases(reviewed: Reviewed) -> None:
    world = reviewed.world
    world.now = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    await reviewed.ask("hjälp")
    mail = Kept()
    done = await ticked(world, mailing(world, mail))
    assert (done.not_opened, done.opened > 0, done.helped.first, done.unheard) == ("", True, 1, "")
    assert {one.to for one in mail.sent} == {one.email for one in RECIPIENTS}


def test_a_deployment_file_names_its_recipients(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "deployment.toml"
    path.write_text('[[recipient]]\nname = "Jouren"\naccount = "a"\nemail = "a@x"\nties = ["HNORR"]\n')
    (found,) = read_deployment(path).recipient
    assert (found.account, found.ties) == ("a", ("HNORR",))
