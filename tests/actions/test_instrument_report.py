"""The yearly instrument report tells of the questions, of nobody who answered, and of no few."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from hvb_followup import content
from hvb_followup.access import Person, Role
from hvb_followup.actions.publish import instrument
from hvb_followup.actions.publish.instrument import is_crowded, report, rounded, share_class, whole_atoms
from hvb_followup.catalogue import Catalogue
from hvb_followup.cli.instruments import page
from hvb_followup.disclosure.model import Rules
from hvb_followup.errors import NotFound, Refused
from hvb_followup.frames import ANSWERS
from hvb_followup.questionnaires.answers import columns
from hvb_followup.questionnaires.model import Questionnaire
from tests.world import FAMILY, HALF_YEAR, NORTH, World

OFTEN = ("always", "mostly", "sometimes", "never")
GOOD = ("very_good", "good", "bad", "very_bad")


@pytest.fixture
def questionnaire(catalogue: Catalogue) -> Questionnaire:
    return catalogue.questionnaire(FAMILY, 1)


def answered(
    questionnaire: Questionnaire, persons: int, homes: int, **changed: list[str | None]
) -> pl.DataFrame:
    """So many persons, spread over so many homes, who skip everything but what is given."""
    plain = {
        "unit": [f"H{one % homes}" for one in range(persons)],
        "family": [FAMILY] * persons,
        "major": [1] * persons,
        "half_year": [HALF_YEAR] * persons,
        "link": [f"L{one}" for one in range(persons)],
        "age_band": ["15–17"] * persons,
        "moment": ["half"] * persons,
        "language": ["sv"] * persons,
        "edition": ["standard"] * persons,
        "mode": ["own"] * persons,
    }
    items = {name: ["skipped"] * persons for name in columns(questionnaire)}
    frame = ANSWERS.with_columns(columns(questionnaire))
    return pl.DataFrame({**plain, **items, **changed}, schema=pl.Schema(frame.columns))


def scale(
    questionnaire: Questionnaire, answers: pl.DataFrame, name: str, rules: Rules | None = None
) -> instrument.ScaleReport:
    found = report(questionnaire, 2026, answers, rules or Rules())
    assert found is not None
    return next(one for one in found.scales if one.id == name)


def correlated(persons: int, seed: int = 7) -> dict[str, list[str | None]]:
    """Three questions that go the same way, from a fixed seed."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=persons)
    return {
        item: [OFTEN[int(np.clip(2 - value, 0, 3))] for value in own + rng.normal(scale=0.6, size=persons)]
        for item in ("respect", "listens", "cares")
    }


@pytest.mark.parametrize(
    ("persons", "homes", "is_told"), [(100, 20, True), (99, 20, False), (100, 19, False), (20, 20, False)]
)
def test_nothing_is_told_of_fewer_than_a_hundred_in_twenty_homes(
    questionnaire: Questionnaire, persons: int, homes: int, is_told: bool
) -> None:
    assert (report(questionnaire, 2026, answered(questionnaire, persons, homes)) is not None) is is_told


def test_alpha_is_the_textbooks_and_leaves_rounded(questionnaire: Questionnaire) -> None:
    said = correlated(240)
    points = np.array([[100 - 100 * OFTEN.index(str(one)) / 3 for one in said[item]] for item in said])
    k, total = 3, points.sum(axis=0).var(ddof=1)
    oracle = k / (k - 1) * (1 - points.var(axis=1, ddof=1).sum() / total)
    found = scale(questionnaire, answered(questionnaire, 240, 24, **said), "treatment")
    assert found.alpha == round(oracle * 20) / 20
    assert 0.7 < oracle < 0.95


def test_alpha_is_not_told_where_two_questions_were_both_answered_by_too_few(
    questionnaire: Questionnaire,
) -> None:
    said = correlated(240)
    said["respect"][:150] = ["skipped"] * 150
    answers = answered(questionnaire, 240, 24, **said)
    found = scale(questionnaire, answers, "treatment")
    assert (found.alpha, found.closed) == (None, "too_few")
    assert next(item for item in found.items if item.id == "respect").floor is None
    lax = scale(questionnaire, answers, "treatment", Rules(exact_persons=1, exact_homes=1))
    assert lax.alpha is not None


def test_a_question_says_how_many_left_it_and_stand_at_its_ends_in_classes_of_five(
    questionnaire: Questionnaire,
) -> None:
    said: list[str | None] = ["always"] * 90 + ["never"] * 30 + ["skipped"] * 20 + ["not_reached"] * 10
    found = scale(questionnaire, answered(questionnaire, 150, 25, respect=said), "treatment")
    item = next(one for one in found.items if one.id == "respect")
    assert (item.unanswered, item.not_reached) == ("20–24 %", "5–9 %")
    assert (item.ceiling, item.floor) == ("75–79 %", "25–29 %")


def test_those_whose_edition_does_not_ask_are_not_counted_as_silent(questionnaire: Questionnaire) -> None:
    hard = next(
        questionnaire.item(one)
        for score in questionnaire.scores
        for one in score.items
        if score.method == "mean" and not questionnaire.item(one).easy
    )
    name = next(one.id for one in questionnaire.scores if hard.id in one.items)
    code = questionnaire.scale_of(hard).codes("standard")[0]
    said: list[str | None] = [code] * 120 + ["not_shown"] * 120
    edition = ["standard"] * 120 + ["easy"] * 120
    answers = answered(questionnaire, 240, 24, **{hard.id: said}).with_columns(edition=pl.Series(edition))
    found = scale(questionnaire, answers, name)
    assert next(one for one in found.items if one.id == hard.id).unanswered == "under 5 %"


@pytest.mark.parametrize(("others", "is_told"), [(99, False), (100, True)])
def test_a_language_is_told_only_where_the_rest_is_large_too(
    questionnaire: Questionnaire, others: int, is_told: bool
) -> None:
    language = ["en"] * others + ["sv"] * (300 - others)
    answers = answered(questionnaire, 300, 30).with_columns(language=pl.Series(language))
    found = report(questionnaire, 2026, answers)
    assert found is not None
    assert [part.share is not None for part in found.languages] == [is_told, is_told]


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "under 5 %"), (4, "under 5 %"), (5, "5–9 %"), (37, "35–39 %"), (94, "90–94 %"), (95, "minst 95 %"), (100, "minst 95 %")],
)  # fmt: skip
def test_every_class_of_shares_holds_five_counts_of_a_hundred(count: int, words: str) -> None:
    assert share_class(count, 100) == words


@pytest.mark.parametrize(("value", "to"), [(0.724, 0.7), (0.725, 0.75), (-0.01, 0.0), (float("nan"), None)])
def test_a_correlation_is_rounded_to_the_nearest_twentieth(value: float, to: float | None) -> None:
    assert rounded(value) == to


def test_a_scale_is_crowded_where_many_have_its_best_score(questionnaire: Questionnaire) -> None:
    said: dict[str, list[str | None]] = {item: ["always"] * 120 for item in ("respect", "listens", "cares")}
    assert is_crowded(scale(questionnaire, answered(questionnaire, 120, 24, **said), "treatment"))
    assert not is_crowded(instrument.ScaleReport(id="x", items=(), floor="under 5 %", ceiling="10–14 %"))


def test_only_answers_of_whole_atoms_are_read_and_one_of_each_person(questionnaire: Questionnaire) -> None:
    answers = answered(questionnaire, 3, 1).with_columns(link=pl.Series(["L1", "L1", "L2"]),
                                                         half_year=pl.Series(["2026H1", "2026H2", "2026H2"]))  # fmt: skip
    frozen = pl.DataFrame(
        [("a", "H0", "2026H1", "L1"), ("a", "H0", "2026H2", "L1")],
        schema=["atom", "unit", "half_year", "link"],
        orient="row",
    )
    assert whole_atoms(answers, frozen).select("link", "half_year").rows() == [("L1", "2026H2")]


async def test_the_errand_waits_for_the_whole_year_and_refuses_the_few(world: World) -> None:
    await world.placements(NORTH, 6)
    await world.open()
    for issued in await world.codes(NORTH):
        await world.answer(issued.code)
    with pytest.raises(Refused, match="inte alla räknade"):
        await instrument.instrument_report(world.context(), world.counter_keys, FAMILY, 2026)
    await world.close()
    with pytest.raises(Refused, match="Färre än 100 unga i 20 hem"):
        await instrument.instrument_report(world.context(), world.counter_keys, FAMILY, 2026)
    few = Rules(exact_persons=5, exact_homes=1)
    (found,) = await instrument.instrument_report(world.context(), world.counter_keys, FAMILY, 2026, few)
    assert (found.persons, found.homes) == (6, 1)
    with pytest.raises(Refused, match="inte alla räknade"):
        await instrument.instrument_report(world.context(), world.counter_keys, FAMILY, 2025)


@pytest.mark.parametrize("family", ["personal", "ung-utfall"])
async def test_what_staff_answer_and_what_is_published_as_change_has_no_report(
    world: World, family: str
) -> None:
    with pytest.raises(Refused, match="Rapporten görs för ungas enkäter"):
        await instrument.instrument_report(world.context(), world.counter_keys, family, 2026)


async def test_a_manager_may_not_have_it_made(world: World) -> None:
    otto = Person(name="Otto", role=Role.UNIT_MANAGER, scope=NORTH)
    with pytest.raises(NotFound):
        await instrument.instrument_report(world.context(otto), world.counter_keys, FAMILY, 2026)


def test_the_report_is_one_file_that_says_what_it_cannot_say(questionnaire: Questionnaire) -> None:
    found = report(questionnaire, 2026, answered(questionnaire, 120, 24, **correlated(120)))
    assert found is not None
    text = page((found,), content.root())
    assert "120 unga i 24 hem" in text
    assert "Alfa visas inte: Underlaget är för litet." in text
    assert "Ett utkast utan ”Klar” kastas oläst" in text
    assert not re.search(r'(?:href|src)="', text)
