from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup import content
from hvb_followup.questionnaires import answers, scoring
from hvb_followup.questionnaires.model import Questionnaire

EXPERIENCE = content.read().questionnaire("ung-upplevelse", 1)
SCHEMA = {"edition": pl.String, **answers.columns(EXPERIENCE)}
MEANS = [score.id for score in EXPERIENCE.scores if score.method == "mean"]


def scores_of(questionnaire: Questionnaire, *rows: dict[str, str]) -> list[dict[str, float | None]]:
    schema = {"edition": pl.String, **answers.columns(questionnaire)}
    frame = pl.DataFrame([{"edition": "standard", **row} for row in rows], schema=schema)
    return scoring.score(questionnaire, frame).to_dicts()


@pytest.mark.parametrize(
    ("row", "mood"),
    [
        ({"calm": "always", "worried": "never", "life": "10"}, 100.0),
        ({"calm": "never", "worried": "always", "life": "0"}, 0.0),
        ({"calm": "mostly", "worried": "sometimes"}, 200 / 3),
        ({"calm": "mostly", "worried": "skipped", "life": "5"}, (200 / 3 + 50) / 2),
        ({"calm": "mostly"}, None),
        ({"calm": "not_relevant", "worried": "refused", "life": "5"}, None),
        ({"edition": "easy", "calm": "always", "life": "5"}, 75.0),
        ({"edition": "easy", "calm": "mostly", "life": "5"}, None),
    ],
)
def test_the_mean_of_answered_items_in_equal_steps(small, row, mood):
    assert scores_of(small, row)[0]["mood"] == (mood if mood is None else pytest.approx(mood, abs=1e-12))


@pytest.mark.parametrize(
    ("row", "hit"),
    [
        ({"work": "yes", "left": "yes"}, 0.0),
        ({"work": "yes", "left": "unsure"}, 100.0),
        ({"work": "no"}, 100.0),
        ({"work": "skipped", "left": "not_shown"}, None),
    ],
)
def test_an_any_score_tells_whether_it_happened(small, row, hit):
    assert scores_of(small, row)[0]["hit"] == hit


def test_reverse_turned_twice_is_what_it_was(small):
    calm, worried = small.item("calm"), small.item("worried")
    forward = scoring.points(small, calm, "standard")
    backward = scoring.points(small, worried, "standard")
    assert {code: 100 - value for code, value in backward.items()} == forward


def test_an_unscored_scale_has_no_points(experience):
    assert scoring.points(experience, experience.item("alone"), "standard") == {}


@pytest.mark.parametrize("edition", ["standard", "easy"])
def test_the_best_path_gives_a_hundred_and_the_worst_nothing(experience, edition):
    for place, expected in ((0, 100.0), (-1, 0.0)):
        row = {
            item.id: experience.scale_of(item).codes(edition)[place]
            for item in experience.items
            if item.scale
        }
        result = scores_of(experience, {"edition": edition, **row})[0]
        assert {result[name] for name in MEANS} == {expected}
        assert result["harm"] == 100 - expected


@settings(max_examples=50, deadline=None)
@given(data=st.data(), edition=st.sampled_from(["standard", "easy"]))
def test_no_score_leaves_nought_to_a_hundred(data, edition):
    row = {
        item.id: data.draw(st.sampled_from([*EXPERIENCE.scale_of(item).codes(edition), *answers.STATUSES]))
        for item in EXPERIENCE.items
        if item.scale
    }
    result = scores_of(EXPERIENCE, {"edition": edition, **row})[0]
    for score in EXPERIENCE.scores:
        points = [
            value
            for item in score.items
            if (value := scoring.points(EXPERIENCE, EXPERIENCE.item(item), edition).get(row[item]))
            is not None
        ]
        value = result[score.id]
        assert (value is None) == (len(points) < score.need)
        assert value is None or 0 <= value <= 100
