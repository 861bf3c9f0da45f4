"""Answers that lead to help: shown next, once per panel and sitting, in words that fit, and stored nowhere (R7 H2, G17)."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup.questionnaires.routing import shown
from tests.asking import Phone
from tests.counted import every_row
from tests.safeguarding.reviewing import Reviewed
from tests.world import FAMILY, NORTH

TOLD = {
    "hurt": "inte ditt fel",
    "low": "ensam med hur du mår",
    "housing": "hitta någonstans att bo",
}


@pytest.mark.parametrize(("family", "moment"), [(FAMILY, ""), ("ung-utfall", "start")])
async def test_every_answer_that_the_questionnaire_names_leads_to_help_first(
    reviewed: Reviewed, family: str, moment: str
) -> None:
    world = reviewed.world
    questionnaire = world.catalogue.latest(family)
    path = shown(questionnaire, edition="standard", age=16, moment=moment, answers={})
    telling = [
        (number, item.help, item.help.on[-1]) for number, item in enumerate(path, 1) if item.help is not None
    ]
    assert telling
    await world.placement("L-1", dt.date(2026, 10, 10))
    await (world.follow if moment else world.open)()
    (issued, *_) = await world.codes(NORTH, family=family)
    phone = Phone(await world.app())
    await phone.begin(issued.code)
    seen: set[str] = set()
    for number, help_, code in telling:
        page = await phone.post(f"/svara/fraga/{number}", f"do=next&answer={code}")
        if help_.panel in seen:
            assert phone.at == f"/svara/fraga/{number + 1}"
            continue
        seen.add(help_.panel)
        assert phone.at == f"/svara/hjalp?n={number + 1}"
        assert TOLD[help_.panel] in page.text
        assert "Ingen läser ditt svar just nu" in page.text
        assert page.text.index("116 111") < page.text.index("<textarea")
        assert f'href="/svara/fraga/{number + 1}"' in page.text


async def test_that_help_was_shown_is_stored_nowhere(reviewed: Reviewed) -> None:
    """The database is the same whether the page was opened or not: only her own cookie knows."""
    world = reviewed.world
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    phone = Phone(await world.app())
    await phone.begin(issued.code)
    path = shown(world.catalogue.latest(FAMILY), edition="standard", age=16, moment="", answers={})
    number = next(number for number, item in enumerate(path, 1) if item.help is not None)
    lengths = set()
    for answer in ("never", "several"):
        await phone.post(f"/svara/fraga/{number}", f"do=next&answer={answer}")
        (draft,) = await world.database.run("SELECT body FROM draft")
        lengths.add((len(draft["body"]), len(phone.sitting)))
    assert phone.at.startswith("/svara/hjalp")
    assert len(lengths) == 1
    before = await every_row(world.database)
    await phone.get("/svara/hjalp?n=3")
    await phone.get("/svara/hjalp/svar")
    assert await every_row(world.database) == before
