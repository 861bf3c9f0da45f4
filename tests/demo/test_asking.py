"""Whole questionnaires sealed at once hold what the same people answer question by question."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from hvb_followup import clock
from hvb_followup.access import MACHINE_OPERATOR
from hvb_followup.actions.publish.opened import open_waves
from hvb_followup.actions.respond.answering import make_box
from hvb_followup.demo import serve
from hvb_followup.demo.asking import Answers, answer, answer_step_by_step, ask, count
from hvb_followup.demo.invent import Nation, invented
from hvb_followup.demo.reporting import hand_in
from hvb_followup.keys.counter import make_counter_keys
from hvb_followup.keys.web import make_web_keys
from hvb_followup.running import Operation, operation
from hvb_followup.settings import from_environment
from hvb_followup.store import counting, homes, migrate

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HALF_YEAR = "2025H2"  # staff are asked too
Told = dict[str, tuple[int, int, list[object]]]


async def told(surroundings: Operation, made: Nation, answers_so: Answers) -> Told:
    """By wave: how many were invited and valid, and what everybody said; then as if nobody had been asked."""
    database, settings = surroundings.database, surroundings.settings
    box = make_box(
        database,
        surroundings.catalogue,
        make_web_keys(settings.web_keys, settings.public_keys),
        surroundings.receipt_words(),
    )
    await ask(surroundings, box, made, HALF_YEAR, live=False, answers_so=answers_so)
    left = await database.run("SELECT (SELECT count(*) FROM draft) AS drafts, sum(used) AS used FROM code")
    await count(surroundings, HALF_YEAR)
    opened = open_waves(await counting.sealed_waves(database), surroundings.counter_keys().storage)
    found: Told = {
        wave.sealed.wave: (
            wave.record.n_invited,
            wave.record.n_valid,
            # An anonymous answer's link is drawn anew, and a receipt is as new as its code.
            sorted(
                (
                    one.link if one.age_band else "",
                    one.issue,
                    one.age_band,
                    one.moment,
                    one.language,
                    one.edition,
                    one.mode,
                    tuple(one.answers.items()),
                )
                for one in wave.record.counted
            ),
        )
        for wave in opened
    }
    found["used codes"] = (int(left[0]["used"]), int(left[0]["drafts"]), [])
    for table in ("sealed_wave", "envelope", "code", "wave", "audit"):
        await database.run(f"DELETE FROM {table}")
    return found


async def test_answers_given_at_once_and_step_by_step_are_counted_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "machine_now", lambda: NOW)
    settings = from_environment({"HVB_DEMO": "1", "HVB_DATA": str(tmp_path)})
    settings.deployment.write_text(serve.DEPLOYMENT, encoding="utf-8")
    make_counter_keys(settings.counter_keys)
    async with operation(settings) as surroundings:
        await migrate.migrate(surroundings.database)
        made = invented(surroundings.catalogue, 5, "2025H1", NOW)
        async with surroundings.database.transaction():
            await homes.put_municipalities(surroundings.database, made.municipalities)
        await hand_in(await surroundings.context(MACHINE_OPERATOR), made)
        at_once = await told(surroundings, made, answer)
        step_by_step = await told(surroundings, made, answer_step_by_step)
    assert at_once == step_by_step
    assert at_once["used codes"][0] > 30
    assert at_once["used codes"][1] == 0, "no draft is left"
