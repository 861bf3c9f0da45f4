"""Places side by side: each through every gate in order, to the word it may have; and nothing that cannot be told is told."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from hvb_followup.comparison.pooled import FEWEST, Group, classes
from hvb_followup.comparison.together import GATES, Place, Placed, Together, together
from hvb_followup.comparison.wording import outcome_words
from hvb_followup.gates import Gate

DIFFERS = frozenset({"higher", "lower", "unusual_high", "unusual_low"})


def places(*counts: tuple[int, int], response: float | None = 0.7) -> list[Place]:
    """Places with exact counts (x, n)."""
    return [
        Place(whose=f"H{number}", x_lo=x, x_hi=x, n=n, response=response)
        for number, (x, n) in enumerate(counts)
    ]


def nation(n_places: int, seed: int, spread: float = 0.6) -> list[Place]:
    """Places that differ by ``spread`` logits around 0.75, each told coarsely as two atoms of ten would be."""
    dice = np.random.default_rng(seed)
    found = []
    for number in range(n_places):
        share = 1 / (1 + np.exp(-(1.1 + spread * dice.normal())))
        atoms = [coarse(int(dice.binomial(n, share)), n) for n in (12, 12, 12)]
        found.append(Place(whose=f"H{number}", n=36, x_lo=sum(one[0] for one in atoms),
                           x_hi=sum(one[1] for one in atoms), response=0.7))  # fmt: skip
    return found


def coarse(x: int, n: int) -> tuple[int, int]:
    """The datum that is made of x of n (DESIGN §4.5)."""
    if x <= 1:
        return 0, 1
    return (n - 1, n) if x >= n - 1 else (x, x)


def one_of(found: Together, whose: str = "HX") -> Placed:
    return next(one for one in found.places if one.whose == whose)


@pytest.mark.parametrize(
    ("odd", "outcomes", "verdict"),
    [
        ({"hidden": "too_few"}, ("untold", "untold", "too_few"), "hidden"),
        ({"hidden": "waiting"}, ("untold", "untold", "waiting"), "hidden"),
        ({"n": 0, "x_lo": 0, "x_hi": 0}, ("no_answers",), "no_persons"),
        ({"n": nan}, ("not_a_number",), "not_fitted"),
        ({"x_lo": inf}, ("not_a_number",), "not_fitted"),
        ({"x_hi": 21}, ("impossible",), "not_fitted"),
        ({"x_lo": 3, "x_hi": 2}, ("impossible",), "not_fitted"),
        ({"x_lo": -1}, ("impossible",), "not_fitted"),
        ({"x_lo": 9.5}, ("impossible",), "not_fitted"),
        ({"response": nan}, ("open", "response_unknown"), "not_fitted"),
        ({"response": 1.2}, ("open", "more_than_invited"), "not_fitted"),
        ({"response": inf}, ("open", "more_than_invited"), "not_fitted"),
        ({"response": 0.3}, ("open", "response"), "response"),
        ({"mix": "no_overlap"}, ("open", "open", "open", "no_overlap"), "not_fitted"),
        ({"offset": nan}, ("open", "open", "open", "not_a_number"), "not_fitted"),
    ],
)
def test_a_gate_that_closes_is_kept_as_the_reason_and_no_number_follows(
    odd: dict[str, Any], outcomes: tuple[str, ...], verdict: str
) -> None:
    whole = {"whose": "HX", "n": 20, "x_lo": 10, "x_hi": 11, "response": 0.7, **odd}
    found = one_of(together([*nation(11, 1), Place(**whole)]))
    assert found.outcomes[: len(outcomes)] == outcomes
    assert set(found.outcomes[len(outcomes) :]) == {"not_reached"}
    assert (found.verdict, found.kind, found.flag) == (verdict, None, "none")
    assert outcome_words(found.verdict, found.outcomes)


@pytest.mark.parametrize("mix", ["separation", "collinear", "case_mix", "not_adjusted"])
def test_without_a_case_mix_model_the_words_say_so(mix: str) -> None:
    found = one_of(
        together([*nation(40, 1), Place(whose="HX", n=60, x_lo=20, x_hi=20, response=0.7, mix=mix)])
    )
    assert found.outcomes == ("open", "open", "open", mix, "open", "open", "lower")
    assert not found.is_adjusted


@pytest.mark.parametrize(
    ("there", "code"),
    [
        ([], "no_units"),
        (places((3, 4)), "one_unit"),
        (places(*[(7, 10)] * (FEWEST - 1)), "too_few"),
        (places(*[(0, 0)] * 12), "no_units"),
        (places(*[(7, 10)] * 12, response=0.2), "no_units"),
    ],
)
def test_too_few_places_make_no_group(there: list[Place], code: str) -> None:
    found = together(there)
    assert isinstance(found.group, Gate)
    assert found.group.code == code
    assert (found.n_compared, found.flagged, found.expected_by_chance) == (0, 0, 0.0)
    assert all(one.kind is None for one in found.places)


@pytest.mark.parametrize("count", [(0, 12), (12, 12), (8, 12), (160, 400)])
def test_where_all_are_equal_nobody_is_called_different(count: tuple[int, int]) -> None:
    found = together(places(*[count] * 15))
    assert isinstance(found.group, Group)
    assert {one.verdict for one in found.places} <= {"reliability", "alike"}
    assert found.flagged == 0


def test_a_home_that_is_far_from_all_others_is_flagged_and_its_level_established() -> None:
    there = [*nation(100, 4, 0.35), Place(whose="HX", n=60, x_lo=14, x_hi=15, response=0.7)]
    found = one_of(together(there))
    assert (found.verdict, found.flag) == ("lower", "low")
    before = [place if place.whose != "HX" else Place(whose="HX", n=60, x_lo=14, x_hi=15, response=0.7, before="low")
              for place in there]  # fmt: skip
    assert one_of(together(before)).verdict == "unusual_low"


def test_a_register_has_no_response_and_is_compared_without() -> None:
    there = [*nation(30, 2), Place(whose="HX", n=60, x_lo=20, x_hi=21)]
    assert one_of(together(there)).outcomes[:3] == ("open", "not_asked", "open")


def test_the_reason_told_is_the_gate_that_closed_and_not_one_that_let_on() -> None:
    """Whose circumstances are not known is compared unadjusted: among four, it is the group that is too small."""
    few = [Place(whose=f"H{one}", n=20, x_lo=9, x_hi=10, mix="unknown_mix") for one in range(4)]
    one = together(few).places[0]
    assert outcome_words(one.verdict, one.outcomes).endswith("underlaget är för litet.")


def test_figures_that_are_never_pooled_say_why() -> None:
    found = together(nation(30, 2), closed=Gate(code="events", reason="They come in clusters."))
    assert {one.outcomes[GATES.index("pooling")] for one in found.places} == {"events"}
    assert "klungor" in outcome_words(found.places[0].verdict, found.places[0].outcomes)


@pytest.mark.parametrize(
    ("n", "x_lo", "x_hi", "cut"),
    [
        (4, 2, 2, ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4))),
        (10, 9, 10, ((0, 0), (1, 2), (3, 4), (5, 6), (7, 8), (9, 10))),
        (10, 4, 6, ((0, 0), (1, 3), (4, 6), (7, 9), (10, 10))),
        (10, 0, 10, ((0, 10),)),
    ],
)
def test_a_scale_is_cut_everywhere_as_coarsely_as_the_datum(
    n: int, x_lo: int, x_hi: int, cut: tuple[tuple[int, int], ...]
) -> None:
    assert classes(n, x_lo, x_hi) == cut


def test_the_order_of_places_changes_nothing_but_their_order() -> None:
    there = nation(60, 7)
    found, turned = together(there), together(there[::-1])
    said = {one.whose: (one.verdict, one.flag) for one in found.places}
    assert {one.whose: (one.verdict, one.flag) for one in turned.places} == said


def falsely(worlds: Iterable[int], n_places: int) -> None:
    """Where nothing differs: false flags within the stated budget of two in a thousand, and hardly any words."""
    found = [together(nation(n_places, seed, 0.0)) for seed in worlds]
    assert sum(one.flagged for one in found) <= max(1.0, sum(one.expected_by_chance for one in found))
    words = sum(place.verdict in DIFFERS for one in found for place in one.places)
    assert words / (len(found) * n_places) <= 0.05


def as_usual(worlds: Iterable[int], n_places: int) -> None:
    """Where homes differ as homes do: most can be compared, and flags stay within the budget."""
    found = [together(nation(n_places, seed, 0.6)) for seed in worlds]
    expected = sum(one.expected_by_chance for one in found)
    assert sum(one.n_compared for one in found) > 0.5 * len(found) * n_places
    assert sum(one.flagged for one in found) <= expected + 2 * expected**0.5


def test_false_flags_stay_within_the_budget() -> None:
    falsely(range(4), 100)
    as_usual(range(4), 100)


@pytest.mark.nightly
def test_false_flags_stay_within_the_budget_over_twenty_nations() -> None:
    falsely(range(20), 600)
    as_usual(range(20), 600)
