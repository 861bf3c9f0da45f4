"""R01–R03 counted again by loops: every pair of a seeded crowd, verdict by verdict."""

from __future__ import annotations

import random

import pytest

from hvb_followup.actions.publish.paired import Joined, kinds
from hvb_followup.actions.publish.paired_measured import marks, pair_shapes
from hvb_followup.ballot.count import Counted
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure.pairs import Pair
from hvb_followup.questionnaires.model import Item, Questionnaire

STATUSES = ("skipped", "refused", "not_reached")


def answer(dice: random.Random, questionnaire: Questionnaire, moment: str) -> Counted:
    """Anything that somebody may have answered, one item in four not at all."""
    edition = dice.choice(questionnaire.editions)

    def one(item: Item) -> str:
        if edition == "easy" and not item.easy:
            return "not_shown"
        options = questionnaire.scale_of(item).codes(edition)
        return dice.choice(options) if options and dice.random() > 0.25 else dice.choice(STATUSES)

    answers = {item.id: one(item) for item in questionnaire.items}
    return Counted(
        link="",
        issue=1,
        age_band="15–17",
        moment=moment,
        language="sv",
        edition=edition,
        mode="self",
        answers=answers,
        receipt=b"",
    )


def crowd(catalogue: Catalogue, first: str, last: str, seed: int) -> list[Joined]:
    dice = random.Random(seed)
    found = []
    for number in range(300):
        pair = Pair(
            family=last,
            unit="H1",
            major=1,
            half_year="2026H2",
            link=f"p{number}",
            since="2026H1",
            first=0,
            last=0,
        )
        asked = catalogue.latest(first), catalogue.latest(last)
        found.append(
            Joined(
                pair,
                answer(dice, asked[0], "start" if first == last else "exit"),
                answer(dice, asked[1], "exit"),
            )
        )
    return found


# The steps of each answer to the wellbeing questions, by hand: best first, points 100 … 0.
STEPS = {
    "life": [str(one) for one in range(10, -1, -1)],
    "happy": ["always", "mostly", "sometimes", "never"],
    "calm": ["always", "mostly", "sometimes", "never"],
    "worried": ["never", "sometimes", "mostly", "always"],
    "sleep": ["very_good", "good", "bad", "very_bad"],
    "mood": ["very_good", "good", "bad", "very_bad"],
}
EASY = {
    "happy": ["always", "sometimes", "never"],
    "worried": ["never", "sometimes", "always"],
    "sleep": ["very_good", "bad", "very_bad"],
}
OF = {
    "ung-utfall": (("life", "happy", "calm", "worried", "sleep"), 3),
    "kontaktperson": (("mood", "worried", "sleep"), 2),
}


def wellbeing(said: Counted, family: str) -> float | None:
    items, need = OF[family]
    points = []
    for item in items:
        steps = EASY.get(item, STEPS[item]) if said.edition == "easy" else STEPS[item]
        if said.answers[item] in steps:
            points.append(100 - 100 * steps.index(said.answers[item]) / (len(steps) - 1))
    return sum(points) / len(points) if len(points) >= need else None


def expected(name: str, one: Joined) -> tuple[int, int]:
    """(num, den) as R8 §3 and the definition say it."""
    if name in ("R03", "R03s"):
        near = [
            int(value)
            for item, value in one.first.answers.items()
            if item.startswith("near_") and value.isdigit()
        ]
        judged = one.last.answers["goals"] in ("reached", "closer", "same", "further") and bool(near)
        reached = one.last.answers["goals"] == "reached" and (name == "R03s" or sum(near) >= 7 * len(near))
        return int(judged and reached), int(judged)
    before, after = (wellbeing(side, one.pair.family) for side in (one.first, one.last))
    if before is None or after is None or one.first.edition != one.last.edition:
        return 0, 0
    moved = round(after - before if name.startswith("R01") else before - after, 9)
    return int(moved >= 20), 1


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("R01", "ung-utfall", "ung-utfall"),
        ("R02", "ung-utfall", "ung-utfall"),
        ("R01k", "kontaktperson", "kontaktperson"),
        ("R02k", "kontaktperson", "kontaktperson"),
        ("R03", "ung-utfall", "socialsekreterare"),
        ("R03s", "ung-utfall", "socialsekreterare"),
    ],
)
def test_every_pair_is_counted_as_a_loop_would(
    catalogue: Catalogue, name: str, first: str, last: str
) -> None:
    joined = crowd(catalogue, first, last, seed=20261122)
    made = {
        row["link"]: (row["num"], row["den"])
        for row in marks(catalogue.indicator(name), catalogue, joined).to_dicts()
    }
    assert made == {one.pair.link: expected(name, one) for one in joined}
    assert 0 < sum(num for num, _ in made.values()) < sum(den for _, den in made.values()) < 300


def test_what_is_counted_of_the_same_pairs_shares_its_merge(catalogue: Catalogue) -> None:
    groups: dict[str, set[str]] = {}
    for shape in pair_shapes(catalogue):
        groups.setdefault(shape.group, set()).add(shape.id)
    assert sorted(map(sorted, groups.values())) == [["R01", "R02"], ["R01k", "R02k"], ["R03", "R03s"]]


def test_the_kinds_of_pairs_are_three(catalogue: Catalogue) -> None:
    assert {(one.first, one.last, one.in_order) for one in kinds(catalogue)} == {
        (("ung-utfall", "start"), ("ung-utfall", "exit"), True),
        (("kontaktperson", "start"), ("kontaktperson", "exit"), True),
        (("ung-utfall", "exit"), ("socialsekreterare", "exit"), False),
    }
