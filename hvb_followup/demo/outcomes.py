"""Following placements in the invented nation: start and exit, by the young person, contact person and social worker.

A few homes have begun, as it would be: what is told of change grows out of pairs, and pairs take time.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any

import msgspec

from hvb_followup.actions.operate.opening import followed, open_following
from hvb_followup.actions.purchase.issuing import IssuedCode, issue_everywhere
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import BallotBox
from hvb_followup.ballot.draft import Draft
from hvb_followup.demo.asking import Live, all_answer, at, set_clock_to
from hvb_followup.demo.chance import dice_of
from hvb_followup.demo.invent import SEED, Nation
from hvb_followup.periods import local_day
from hvb_followup.questionnaires.model import Item, Questionnaire
from hvb_followup.questionnaires.routing import suggested_edition
from hvb_followup.running import Operation
from hvb_followup.waves.schedule import following_window

BEGUN = 16  # homes that follow their placements
STEP = dt.timedelta(days=8)  # a start is due for eight days: so often, nobody's is missed
LIVE_CODES = 3  # of each questionnaire, left for whoever tries the demonstration
ANSWERING = {"ung-utfall": 0.75, "kontaktperson": 0.92, "socialsekreterare": 0.85}
ALONG = 0.5  # of those who would answer at the start or the end, so many do along the way
BEFORE, RISEN, SPREAD, SEEN = (
    0.42,
    0.17,
    0.2,
    0.1,
)  # how somebody is, 0–1; how much better at the end; and noise
SHARE_CHOSEN_GOALS = ("sleep", "school", "friends", "calm")


async def follow(
    operation: Operation, box: BallotBox, made: Nation, half_year: str, *, live: bool
) -> list[Live]:
    """One half-year of starts and exits in the homes that have begun; the codes kept where it is still live."""
    times, begun = following_window(half_year), {unit.id for unit in made.units[:BEGUN]}
    await open_following(at(operation, times.opens_at), operation.means(), half_year, among=begun)
    now = set_clock_to(half_year) if live else times.closes_at
    kept, answers = list[Live](), list[Coroutine[Any, Any, None]]()
    for instant in _instants(times.opens_at, min(now, times.closes_at), live=live):
        codes, said = await _ask(operation, box, half_year, instant, local_day(now) if live else None, kept)
        kept, answers = kept + codes, answers + said
    await all_answer(answers)
    return kept


def _instants(first: dt.datetime, last: dt.datetime, *, live: bool) -> Iterator[dt.datetime]:
    """Every eighth day; where codes are to be live, the last one is now."""
    n_steps = (last - first) // STEP
    if live:
        yield from (last - step * STEP for step in range(n_steps, -1, -1))
    else:
        yield from (first + step * STEP + dt.timedelta(hours=6) for step in range(n_steps))


async def _ask(
    operation: Operation,
    box: BallotBox,
    half_year: str,
    instant: dt.datetime,
    live_on: dt.date | None,
    already: Sequence[Live],
) -> tuple[list[Live], list[Coroutine[Any, Any, None]]]:
    """Codes to all who are due: most will answer at that instant, and a few codes that can still be used are kept."""
    context, kept = at(operation, instant), list[Live]()
    answers: list[Coroutine[Any, Any, None]] = []
    families = followed(operation.catalogue)
    everywhere = [issue_everywhere(context, box.keys.secret, half_year, one.id) for one in families]
    for questionnaire, issued in zip(families, await asyncio.gather(*everywhere), strict=True):
        for unit, codes in issued.items():
            for one in codes:
                n_kept = sum(other.family == questionnaire.id for other in (*already, *kept))
                is_live = live_on is not None and one.last_on is not None and live_on <= one.last_on
                if is_live and n_kept < LIVE_CODES:
                    kept.append(_live(unit, questionnaire, half_year, one))
                elif _answers(questionnaire, one):
                    answers.append(_answer(box, questionnaire, one, context.now))
    return kept, answers


def _live(unit: str, questionnaire: Questionnaire, half_year: str, one: IssuedCode) -> Live:
    return Live(unit=unit, family=questionnaire.id, half_year=half_year, code=one.code)


def _answers(questionnaire: Questionnaire, one: IssuedCode) -> bool:
    dice = dice_of(SEED, f"follow {questionnaire.id} {one.moment}", one.placement)
    share = ANSWERING.get(questionnaire.id, 0.7) * (ALONG if one.moment == "follow_up" else 1)
    return dice.random() < share


async def _answer(box: BallotBox, questionnaire: Questionnaire, one: IssuedCode, now: dt.datetime) -> None:
    """Somebody answers about a placement: code, draft, "Klar"."""
    sitting = await answering.open_code(box, one.code, language="sv", now=now)
    if sitting is None:
        raise RuntimeError("a code that was just issued does not open")
    if "easy" in questionnaire.editions:
        sitting = msgspec.structs.replace(sitting, edition=suggested_edition(sitting.age))
    dice = dice_of(SEED, f"said {questionnaire.id} {one.moment}", one.placement)
    said = _said(questionnaire, dice, how_it_is(one.placement, one.moment), sitting.edition)
    every = answering.items(box, sitting, Draft.all_given(said, sitting.mark))
    path = [item for item in every if item.type != "text"]
    before = {item.id: said[item.id] for item in path[:-1]}
    draft = Draft.all_given(before, sitting.mark, sitting.edition)
    await answering.save(box, sitting, draft, path[-1], said[path[-1].id])
    await answering.finish(box, sitting)


def how_it_is(placement: str, moment: str) -> float:
    """How somebody is at a moment, 0–1: most are better at the end, some worse."""
    dice = dice_of(SEED, "how it is", placement)
    before, risen = dice.gauss(BEFORE, SPREAD / 2), dice.gauss(RISEN, SPREAD)
    return min(1.0, max(0.0, before + (risen if moment in {"exit", "after"} else 0.0)))


def _said(questionnaire: Questionnaire, dice: random.Random, level: float, edition: str) -> dict[str, str]:
    """An answer to every question but those in own words, asked or not."""
    return {
        item.id: _one(questionnaire, item, dice, level, edition)
        for item in questionnaire.items
        if item.type != "text"
    }


def _one(questionnaire: Questionnaire, item: Item, dice: random.Random, level: float, edition: str) -> str:
    scale = questionnaire.scale_of(item)
    options = scale.codes(edition)
    if item.id == "alone":
        return "alone"
    if item.type == "goals":
        return dice.choice(SHARE_CHOSEN_GOALS)
    seen = min(1.0, max(0.0, level + dice.gauss(0, SEEN)))
    # Options stand best first; numbers rise, and so does what is asked the other way round.
    rises = scale.type == "number" or item.reverse
    place = round((seen if rises else 1 - seen) * (len(options) - 1))
    return options[place]
