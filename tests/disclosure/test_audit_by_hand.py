"""The audit held against small ledgers written by hand, each rule on both sides of its edge (DESIGN §4.4–4.7)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import polars as pl
import pytest

from hvb_followup.disclosure.audit import ANSWER_COLUMNS, audit
from hvb_followup.disclosure.ledger import Ledger
from hvb_followup.disclosure.model import Atom, Datum, Figure, Level, Rules, Shape
from hvb_followup.disclosure.show import figures
from hvb_followup.disclosure.structure import end_values, is_coarse
from hvb_followup.frames import VALUES

from .named import named
from .registers import SCHEMA

replace = msgspec.structs.replace
NOW = "2026H1"
ORDINARY = Shape(id="P01", family="ung", group="P01", smallest_n=0)


def atom(home: str, persons: int, wave: str = NOW, provider: str = "P1") -> Atom:
    """One whole wave of a home."""
    return Atom(
        id=f"{home}:{wave}",
        home=home,
        provider=provider,
        family="ung",
        major=1,
        half_years=(wave,),
        closed=wave,
        members=((home, wave),),
        links=tuple(f"{home}-{wave}-{number}" for number in range(persons)),
    )


def datum(low: int, high: int, *atoms: Atom, n: int | None = None) -> Datum:
    """What everybody of these atoms answered, made coarse; of n where some skipped it."""
    return Datum(
        id="P01@" + "+".join(one.id for one in atoms),
        indicator="P01",
        atoms=tuple(one.id for one in atoms),
        home=atoms[0].home if len({one.home for one in atoms}) == 1 else "",
        provider=atoms[0].provider,
        closed=max(one.closed for one in atoms),
        n=sum(len(one.links) for one in atoms) if n is None else n,
        x_lo=low,
        x_hi=high,
    )


def figure(*data: Datum, level: Level = "unit", place: str = "H1", **more: object) -> Figure:
    """The sum of these data, told in numbers."""
    one = Figure(indicator="P01", level=level, place=place, release=NOW, audience="public")
    n, low, high = (sum(getattr(d, name) for d in data) for name in ("n", "x_lo", "x_hi"))
    summed = {"n": n, "x_lo": low, "x_hi": high, "data": tuple(d.id for d in data)}
    return replace(one, **summed | more)


def ledger(
    atoms: Sequence[Atom], data: Sequence[Datum], figures: Sequence[Figure] = (), shape: Shape = ORDINARY
) -> Ledger:
    """All of it, with the answers that the atoms are made of."""
    rows = [
        (unit, one.provider, "ung", 1, wave, link, "level", 1, "alone", False)
        for one in atoms
        for unit, wave in one.members
        for link in one.links
    ]
    schema = {name: SCHEMA[name] for name in ANSWER_COLUMNS}
    return Ledger(
        answers=pl.DataFrame(rows, schema=schema, orient="row"),
        atoms=tuple(atoms),
        data=tuple(data),
        figures=tuple(figures),
        shapes=(shape,),
    )


def found(made: Ledger) -> set[str]:
    return {one.rule for one in audit(made)}


def of_one_home(
    persons: int, low: int, high: int, shape: Shape = ORDINARY, answered: int | None = None, **told: object
) -> set[str]:
    """What is found where so many persons of one home are told so."""
    home = atom("H1", persons)
    one = datum(low, high, home, n=answered)
    return found(ledger([home], [one], [figure(one, **told)], shape))


IN_WORDS = {"n": None, "x_lo": None, "x_hi": None, "audience": "unit"}


@pytest.mark.parametrize(
    ("shape", "persons", "expected"),
    [
        (ORDINARY, 10, set()),
        (ORDINARY, 9, {"few"}),
        (replace(ORDINARY, smallest_n=15), 15, set()),
        (replace(ORDINARY, smallest_n=15), 14, {"few"}),
        (replace(ORDINARY, scale="endings"), 10, set()),
        (replace(ORDINARY, scale="endings"), 9, {"few"}),
    ],
    ids=named,
)
def test_counts_are_told_from_ten_persons_or_what_the_indicator_asks(
    shape: Shape, persons: int, expected: set[str]
) -> None:
    assert of_one_home(persons, 5, 5, shape) == expected


@pytest.mark.parametrize(("skipped", "expected"), [(0, set()), (1, {"few"})])
def test_both_persons_and_answers_must_be_ten(skipped: int, expected: set[str]) -> None:
    assert of_one_home(10 + skipped, 5, 5, answered=10) == set()
    assert of_one_home(10, 5, 5, answered=10 - skipped) == expected


@pytest.mark.parametrize(
    ("persons", "low", "high", "expected"),
    [
        (21, 10, 10, set()),
        (21, 0, 2, set()),
        (21, 19, 21, set()),
        (21, 0, 1, {"end-class"}),
        (21, 2, 2, {"end-class"}),
        (20, 10, 10, {"few-sensitive", "sensitive-group"}),
    ],
)
def test_a_sensitive_figure_is_of_21_persons_and_told_above_the_home(
    persons: int, low: int, high: int, expected: set[str]
) -> None:
    shape = replace(ORDINARY, sensitivity=2)
    assert of_one_home(persons, low, high, shape, level="provider", place="P1") == expected
    assert of_one_home(persons, low, high, shape) == expected | {"sensitive-unit"}


@pytest.mark.parametrize(
    ("persons", "low", "high", "expected"),
    [
        (30, 5, 5, set()),
        (30, 25, 25, set()),
        (30, 0, 4, {"code-cell"}),
        (30, 26, 30, {"code-cell"}),
        (30, 4, 4, {"code-cell", "end-class"}),
        (29, 10, 10, {"few", "code-group"}),
    ],
)
def test_an_ending_code_is_of_30_with_five_on_either_side_and_above_the_home(
    persons: int, low: int, high: int, expected: set[str]
) -> None:
    shape = replace(ORDINARY, scale="codes")
    assert of_one_home(persons, low, high, shape, level="provider", place="P1") == expected
    assert of_one_home(persons, low, high, shape) == expected | {"code-unit"}


@pytest.mark.parametrize(
    ("days", "low", "high", "expected"),
    [
        (500, 0, 0, set()),
        (500, 1, 4, set()),
        (500, 5, 5, set()),
        (500, 6, 6, set()),
        (499, 5, 5, {"rate-days"}),
        (500, 0, 1, {"end-class"}),
        (500, 1, 1, {"end-class"}),
        (500, 1, 3, {"end-class"}),
        (500, 2, 4, {"end-class"}),
        (500, 4, 4, {"end-class"}),
        (500, 5, 6, {"end-class"}),
    ],
)
def test_a_rate_is_of_500_days_and_one_to_four_events_are_one_class(
    days: int, low: int, high: int, expected: set[str]
) -> None:
    assert of_one_home(10, low, high, replace(ORDINARY, scale="rate"), answered=days) == expected


# Answers of one home, how many values an end of the scale holds, and every interval that may be told.
COARSE = (
    (2, "share", {(0, 2)}),
    (3, "share", {(0, 1), (2, 3)}),
    (4, "endings", {(0, 4)}),
    (8, "codes", {(0, 8)}),
    (9, "codes", {(0, 4), (5, 9)}),
    (5, "share", {(0, 1), (2, 2), (3, 3), (4, 5)}),
    (6, "share", {(0, 1), (2, 2), (3, 3), (4, 4), (5, 6)}),
    (5, "endings", {(0, 2), (3, 5)}),
    (6, "endings", {(0, 2), (3, 3), (4, 6)}),
    (7, "endings", {(0, 2), (3, 3), (4, 4), (5, 7)}),
)


@pytest.mark.parametrize(("n", "scale", "allowed"), COARSE)
def test_a_datum_is_a_whole_class_or_one_value_between_the_ends(
    n: int, scale: str, allowed: set[tuple[int, int]]
) -> None:
    home, width = atom("H1", n), end_values(replace(ORDINARY, scale=scale))
    intervals = [(low, high) for high in range(n + 1) for low in range(high + 1)]
    told = {one for one in intervals if is_coarse(datum(*one, home), width)}
    # Five in the classes of endings overlap (0–2 and 3–5 hold three each and leave nothing between).
    assert told == allowed


@pytest.mark.parametrize(
    ("persons", "x", "word"),
    [
        (6, 2, "få"),
        (6, 3, "blandat"),
        (6, 4, "de flesta"),
        (9, 3, "få"),
        (9, 4, "blandat"),
        (9, 5, "blandat"),
        (9, 6, "de flesta"),
        (5, 2, "blandat"),
        (5, 3, "blandat"),
    ],
)
def test_a_word_follows_from_the_datum(persons: int, x: int, word: str) -> None:
    for told in ("få", "blandat", "de flesta"):
        expected = set() if told == word else {"words-only"}
        assert of_one_home(persons, x, x, word=told, **IN_WORDS) == expected


def test_words_are_for_five_and_carry_no_number() -> None:
    assert of_one_home(5, 2, 2, word="blandat", **IN_WORDS) == set()
    assert of_one_home(4, 2, 2, word="blandat", **IN_WORDS) >= {"few"}
    assert of_one_home(6, 2, 2, answered=4, word="blandat", **IN_WORDS) >= {"few"}
    for name, value in {"x_lo": 0, "x_hi": 0, "is_exact": True}.items():
        told = {**IN_WORDS, name: value}
        assert "words-only" in of_one_home(6, 3, 3, word="blandat", **told), name
    home = atom("H1", 6)
    one = datum(3, 3, home)
    told = replace(figure(one, word="blandat"), x_lo=None, x_hi=None, audience="unit", n=0)
    assert found(ledger([home], [one], [told])) == {"words-only"}


def test_words_are_for_the_home_and_its_owner_about_ordinary_shares() -> None:
    assert of_one_home(6, 3, 3, word="blandat", **IN_WORDS | {"audience": "public"}) == {"words-audience"}
    of_owner = {"level": "provider", "place": "P1", **IN_WORDS}
    assert of_one_home(6, 3, 3, word="blandat", **of_owner) == set()
    of_nation = {"level": "nation", "place": "", **IN_WORDS}
    assert of_one_home(6, 3, 3, word="blandat", **of_nation) == {"words-audience"}
    sensitive = of_one_home(21, 10, 10, replace(ORDINARY, sensitivity=2), word="blandat", **of_owner)
    assert sensitive == {"words-sensitive"}
    assert of_one_home(30, 15, 15, replace(ORDINARY, scale="codes"), word="blandat", **of_owner) == {
        "words-scale"
    }
    rate = replace(ORDINARY, scale="rate")
    assert of_one_home(9, 200, 200, rate, answered=600, word="få", **IN_WORDS) == {"words-scale"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"response": "50–69 %"}, set()),
        ({"response": "55 %"}, {"response"}),
        ({"audience": "unit"}, {"audience"}),
        ({"x_lo": 4}, {"sum"}),
        ({"x_lo": None}, {"sum"}),
        ({"x_hi": None}, {"sum"}),
        ({"x_hi": 7}, {"sum"}),
        ({"n": 11}, {"sum"}),
        ({"n": 13}, {"sum"}),
        ({"place": "H2"}, {"sum"}),
        ({"level": "provider", "place": "P2"}, {"sum"}),
        ({"level": "provider", "place": "P1"}, set()),
        ({"release": "2025H2"}, {"sum"}),
        ({"indicator": "P02"}, {"sum"}),
        ({"is_exact": True}, {"exact-small"}),
        ({"is_exact": True, "x_hi": 7}, {"exact-small", "sum"}),
        ({"is_exact": True, "x_lo": 5, "x_hi": 5}, {"exact-small", "sum"}),
        ({"is_exact": True, "x_lo": 7, "x_hi": 7}, {"exact-small", "sum"}),
    ],
    ids=named,
)
def test_a_figure_says_what_its_data_say(told: dict[str, object], expected: set[str]) -> None:
    home = atom("H1", 12)
    one = datum(6, 6, home)
    made = ledger([home], [one], [figure(one, **told)])
    both = replace(made, shapes=(ORDINARY, replace(ORDINARY, id="P02", group="P02")))
    assert found(both) - {"end-class"} == expected


def test_an_exact_figure_without_numbers_is_no_figure() -> None:
    """Nor where none of ten may be the truth."""
    told = {"is_exact": True, "x_lo": None, "x_hi": None}
    assert of_one_home(10, 0, 1, **told) == {"exact-small", "sum"}


@pytest.mark.parametrize(
    "told",
    [
        {"n": 0},
        {"x_lo": 0},
        {"x_hi": 0},
        {"audience": "unit"},
        {"is_exact": True},
        {"word": "få"},
        {"first": NOW},
        {"last": NOW},
        {"response": "≥ 70 %"},
        {"data": ("P01@H1:2026H1",)},
        {"split": "girls"},
    ],
    ids=named,
)
def test_a_silence_says_its_reason_and_nothing_else(told: dict[str, object]) -> None:
    silent = Figure(
        indicator="P01", level="unit", place="H1", release=NOW, status="..", outcome="few_persons"
    )
    assert found(ledger([], [], [silent])) == set()
    assert found(ledger([], [], [replace(silent, **told)])) == {"withheld"}


def homes(number: int, persons: int, first: int = 0) -> list[Atom]:
    return [atom(f"H{first + place:02d}", persons) for place in range(number)]


def exact(data: Sequence[Datum], **told: object) -> Figure:
    return figure(*data, level="nation", place="", is_exact=True, **told)


@pytest.mark.parametrize(
    ("atoms", "expected"),
    [
        (homes(20, 5), set()),
        (homes(19, 6), {"exact-small"}),
        ([*homes(19, 5), atom("H19", 4)], {"exact-small", "atom-small", "datum-answered"}),
        (homes(19, 5) + homes(1, 5, 19), set()),
    ],
    ids=["100 in 20", "114 in 19", "99 in 20", "100 in 20 again"],
)
def test_an_exact_sum_is_of_100_persons_in_20_homes(atoms: list[Atom], expected: set[str]) -> None:
    data = [datum(2, 2, one) for one in atoms]
    assert found(ledger(atoms, data, [exact(data)])) == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (homes(20, 5, 20), set()),
        (homes(19, 6, 20), {"exact-change"}),
        ([*homes(19, 5, 20), atom("H39", 4)], {"exact-change", "atom-small", "datum-answered"}),
        ([], set()),
    ],
    ids=["100 in 20", "114 in 19", "99 in 20", "the same again"],
)
def test_two_exact_sums_differ_by_100_persons_in_20_homes_or_not_at_all(
    others: list[Atom], expected: set[str]
) -> None:
    atoms = [*homes(20, 5), *others]
    data = [datum(2, 2, one) for one in atoms]
    sums = [exact(data[:20]), exact(data, split="")]
    for told in (sums, sums[::-1]):
        assert found(ledger(atoms, data, told)) == expected


def test_exact_sums_of_two_indicators_are_not_held_together() -> None:
    atoms = homes(21, 5)
    first = [datum(2, 2, one) for one in atoms]
    second = [replace(one, id=f"other {one.id}", indicator="P02") for one in first]
    told = [exact(first[:20]), replace(exact(second), indicator="P02")]
    made = ledger(atoms, [*first, *second], told)
    made = replace(made, shapes=(ORDINARY, replace(ORDINARY, id="P02", group="P02")))
    assert "exact-change" not in found(made)


# Twenty homes of five: nineteen in the middle, or at an end, and what is told of the sum.
@pytest.mark.parametrize(
    ("ends", "x", "expected"),
    [
        ((0, 1), 0, {"end-class"}),  # nobody at all
        ((0, 1), 1, set()),  # one somewhere: each home's may be 0 or 1
        ((0, 1), 19, set()),
        ((0, 1), 20, {"end-class"}),
        ((4, 5), 80, {"end-class"}),
        ((4, 5), 81, set()),
        ((4, 5), 99, set()),
        ((4, 5), 100, {"end-class"}),
    ],
)
def test_an_exact_sum_leaves_every_end_two_values(ends: tuple[int, int], x: int, expected: set[str]) -> None:
    atoms = homes(20, 5)
    data = [datum(*ends, one) for one in atoms]
    assert found(ledger(atoms, data, [exact(data, x_lo=x, x_hi=x)])) == expected


def test_an_exact_sum_may_leave_one_value_between_the_ends() -> None:
    """Two values next to the ends are told as they are: only the ends must keep two."""
    atoms = homes(20, 5)
    data = [datum(*ends, one) for ends, one in zip([(2, 2), (3, 3), *[(0, 1)] * 18], atoms, strict=True)]
    assert found(ledger(atoms, data, [exact(data, x_lo=14, x_hi=14)])) == set()


@pytest.mark.parametrize(("scale", "x"), [("share", 6), ("rate", 6), ("rate", 0)])
def test_a_span_that_no_count_fits_in_is_found_at_its_data_too(scale: str, x: int) -> None:
    shape = replace(ORDINARY, scale=scale)
    assert of_one_home(12, x, x, shape, answered=12 if scale == "share" else 500) == set()
    for told in ({"x_hi": x - 1}, {"x_lo": x + 1}):
        told["answered"] = 12 if scale == "share" else 500
        assert of_one_home(12, x, x, shape, **told) == {"sum", "end-class"}, told


@pytest.mark.parametrize(
    ("level", "persons", "number", "expected"),
    [
        ("nation", 5, 20, set()),
        ("nation", 6, 19, {"split"}),
        ("nation", 4, 20, {"split", "atom-small", "datum-answered", "class"}),
        ("unit", 5, 20, {"split", "sum"}),
    ],
)
def test_a_split_is_of_100_persons_in_20_homes_above_the_home(
    level: Level, persons: int, number: int, expected: set[str]
) -> None:
    """The split chooses everybody here, so that only its own rule can find it."""
    atoms = homes(number, persons)
    data = [datum(2, 2, one) for one in atoms]
    everybody = frozenset((link, NOW) for one in atoms for link in one.links)
    told = figure(*data, level=level, place="H01" if level == "unit" else "", split="girls")
    made = replace(ledger(atoms, data, [told]), splits={"girls": everybody})
    assert found(made) - {"class"} == expected - {"class"}
    # An indicator that chooses persons is a split by itself.
    bare = replace(told, split="")
    assert found(replace(made, figures=(bare,), splits={"P01": everybody})) - {"class"} == expected - {
        "class"
    }


@pytest.mark.parametrize(("persons", "expected"), [(5, set()), (4, {"atom-small", "datum-answered"})])
def test_an_atom_is_of_five_persons(persons: int, expected: set[str]) -> None:
    home = atom("H1", persons)
    assert found(ledger([home], [datum(2, 2, home)])) - {"end-class"} == expected


def test_five_have_certainly_answered_although_some_answered_twice() -> None:
    """Nobody answers two half-years in a row, so the two waves lie a year apart."""
    first, second = atom("H1", 6, "2025H1"), atom("H1", 6)
    again = replace(second, links=first.links[:2] + second.links[2:])
    for n, expected in ((7, set()), (6, {"datum-answered"})):
        both = datum(3, 3, first, again, n=n)
        assert found(ledger([first, again], [both])) == expected


@pytest.mark.parametrize(
    ("members", "closed", "expected"),
    [
        (("A", "B", "C"), NOW, set()),
        (("A", "B"), NOW, {"remainder-homes"}),
        (("A", "B", "C"), "2025H2", {"remainder-age"}),
        (("A", "B", "C"), "2026H2", set()),
    ],
)
def test_the_remainder_is_of_three_homes_and_two_years_old(
    members: tuple[str, ...], closed: str, expected: set[str]
) -> None:
    rest = Atom(
        id="rest",
        home="",
        provider="",
        family="ung",
        major=1,
        half_years=("2024H1",),
        closed=closed,
        members=tuple((unit, "2024H1") for unit in members),
        links=tuple(f"{unit}-{number}" for unit in members for number in range(3)),
    )
    made = ledger([], [datum(3, 3, rest)])
    rows = [
        (unit, None, "ung", 1, "2024H1", f"{unit}-{number}", "level", 1, "alone", False)
        for unit in members
        for number in range(3)
    ]
    answers = pl.DataFrame(rows, schema=made.answers.schema, orient="row")
    assert found(replace(made, atoms=(rest,), answers=answers)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"atoms": ("H1:2026H1", "gone")}, {"datum-atoms"}),
        ({"home": ""}, set()),
        ({"home": "H2"}, {"datum-mixed"}),
        ({"provider": "P2"}, {"datum-mixed"}),
        ({"provider": ""}, {"datum-mixed"}),
    ],
    ids=named,
)
def test_a_datum_is_of_whole_atoms_and_ascribed_to_their_own(
    change: dict[str, object], expected: set[str]
) -> None:
    home = atom("H1", 6)
    assert found(ledger([home], [replace(datum(3, 3, home), **change)])) == expected


@pytest.mark.parametrize(("release", "expected"), [("2025H2", {"sum"}), (NOW, set())])
def test_a_figure_waits_for_the_group_under_it_whatever_its_datum_says(
    release: str, expected: set[str]
) -> None:
    home = atom("H1", 12)
    early = replace(datum(6, 6, home), closed="2025H2")
    assert found(ledger([home], [early], [figure(early, release=release)])) == expected


def test_a_datum_over_two_homes_is_for_grouped_indicators_only() -> None:
    atoms = [atom("H1", 15), atom("H2", 15)]
    both = datum(10, 10, *atoms)
    assert found(ledger(atoms, [both])) == {"datum-mixed"}
    assert found(ledger(atoms, [both], shape=replace(ORDINARY, sensitivity=2))) == set()
    assert found(ledger(atoms, [both], shape=replace(ORDINARY, scale="codes"))) == set()
    other = [atoms[0], replace(atoms[1], provider="P2")]
    assert found(ledger(other, [both], shape=replace(ORDINARY, sensitivity=2))) == {"datum-mixed"}
    assert "datum-atoms" in found(ledger(atoms, [both], shape=replace(ORDINARY, family="personal")))


def test_a_home_whose_owner_changed_within_an_atom_is_found() -> None:
    home = replace(atom("H1", 6), provider="P1")
    made = ledger([home], [datum(3, 3, home)])
    for provider, expected in (("P1", set()), ("P2", {"atom-owner"}), (None, {"atom-owner"})):
        answers = made.answers.with_columns(pl.lit(provider, pl.String).alias("provider"))
        assert found(replace(made, answers=answers)) == expected


def test_what_no_answer_may_be_is_found_answer_by_answer() -> None:
    home = atom("H1", 6)
    made = ledger([home], [datum(3, 3, home)])
    cases = {
        "helped": pl.lit("helped_staff").alias("alone"),
        "flagged": pl.lit(True).alias("flagged"),
    }
    for rule, change in cases.items():
        one = made.answers.head(1).with_columns(change)
        places = [
            finding.place
            for finding in audit(replace(made, answers=pl.concat([one, made.answers.tail(-1)])))
            if finding.rule == rule
        ]
        assert places == ["H1:ung:2026H1"]
    unknown = made.answers.with_columns(pl.lit(None, pl.Boolean).alias("flagged"))
    assert found(replace(made, answers=unknown)) == {"flagged"}
    nobody = made.answers.with_columns(pl.lit(None, pl.String).alias("alone"))
    assert found(replace(made, answers=nobody)) == set()
    twice = pl.concat([made.answers, made.answers.head(1).with_columns(issue=pl.col("issue") + 1)])
    assert found(replace(made, answers=twice)) == {"one-answer"}


def test_indicators_of_one_score_are_merged_over_the_same_atoms() -> None:
    """A figure of each beside the other would otherwise tell the difference."""
    atoms = [atom("H1", 6, "2025H1"), atom("H1", 6)]
    both = datum(3, 3, *atoms)
    apart = [replace(datum(3, 3, one), id=f"P02@{one.id}", indicator="P02") for one in atoms]
    together = [replace(both, id="P02@both", indicator="P02")]
    for group, others, expected in (
        ("P01", together, set()),
        ("P01", apart, {"score-merge"}),
        ("P02", apart, set()),
    ):
        made = ledger(atoms, [both, *others])
        shapes = (ORDINARY, replace(ORDINARY, id="P02", group=group))
        assert found(replace(made, shapes=shapes)) == expected


@pytest.mark.parametrize(("first", "is_found"), [("2025H2", True), ("2025H1", False), ("2024H2", False)])
def test_who_answered_two_half_years_in_a_row_is_found(first: str, is_found: bool) -> None:
    before, now = atom("H1", 6, first), atom("H1", 6)
    now = replace(now, links=before.links)
    made = ledger([before, now], [datum(3, 3, before), datum(3, 3, now)])
    assert ("adjacent" in found(made)) is is_found
    as_change = replace(made, change_families=frozenset({"ung"}))
    assert "adjacent" not in found(as_change)
    assert {"change-as-level", "one-pair"} <= found(as_change)


SENSITIVE, CODES = replace(ORDINARY, sensitivity=2), replace(ORDINARY, scale="codes")


@pytest.mark.parametrize(
    ("shape", "persons", "answered", "low", "high", "is_told"),
    [
        (SENSITIVE, 21, 21, 10, 10, True),
        (SENSITIVE, 21, 20, 10, 10, False),
        (CODES, 30, 30, 5, 5, True),
        (CODES, 30, 30, 25, 25, True),
        (CODES, 30, 30, 0, 4, False),
        (CODES, 30, 30, 26, 30, False),
        (CODES, 29, 29, 10, 10, False),
    ],
)
def test_what_the_audit_would_find_is_not_shown(
    shape: Shape, persons: int, answered: int, low: int, high: int, is_told: bool
) -> None:
    home = atom("H1", persons)
    one = datum(low, high, home, n=answered)
    values = pl.DataFrame(
        [("P01", home.id, answered, answered, low)], schema=pl.Schema(VALUES.columns), orient="row"
    )
    told = figures([one], [home], values, shapes=[shape], units={"H1": "P1"}, release=NOW)
    assert {(made.level, made.is_shown) for made in told} == {("nation", is_told), ("provider", is_told)}


@pytest.mark.parametrize(
    ("events", "x", "expected"),
    [
        ([(1, 4)] * 20, 20, {"end-class"}),
        ([(1, 4)] * 20, 21, set()),
        ([(1, 4)] * 20, 79, set()),
        ([(1, 4)] * 20, 80, {"end-class"}),
        ([(0, 0)] * 17 + [(5, 5)] + [(1, 4)] * 2, 10, set()),
        ([(0, 0)] * 17 + [(5, 5)] + [(1, 4)] * 2, 7, {"end-class"}),
    ],
    ids=named,
)
def test_an_exact_sum_of_events_leaves_one_to_four_two_values(
    events: list[tuple[int, int]], x: int, expected: set[str]
) -> None:
    atoms = homes(20, 5)
    data = [datum(*ends, one, n=500) for ends, one in zip(events, atoms, strict=True)]
    told = exact(data, x_lo=x, x_hi=x)
    assert found(ledger(atoms, data, [told], replace(ORDINARY, scale="rate"))) == expected


def test_an_exact_sum_is_found_beside_a_datum_that_is_refused_by_itself() -> None:
    """None or one event is no class: and where a sum says that there was none, that is told of too."""
    atoms = homes(20, 5)
    data = [datum(0, 1, one, n=500) for one in atoms]
    made = ledger(atoms, data, [exact(data, x_lo=0, x_hi=0)], replace(ORDINARY, scale="rate"))
    says = {one.says.partition(" ")[0] for one in audit(made) if one.rule == "end-class"}
    assert says == {"Uppgiften", "Exakta"}


def test_a_figure_is_named_by_what_it_tells_of() -> None:
    one = figure(datum(3, 3, atom("H1", 12)))
    assert one.id == "2026H1/P01/unit/H1"
    assert replace(one, level="nation", place="").id == "2026H1/P01/nation/riket"
    assert replace(one, split="girls").id == "2026H1/P01/unit/H1/girls"


@pytest.mark.parametrize(
    ("wave", "closed", "expected"),
    [
        ("2026K1", "2026K1", set()),
        ("2026K1", "2026K3", set()),
        ("2026K1", "2025K4", {"atom-whole"}),
        ("2026H1", "2026H2", {"atom-whole"}),
        ("2026H1", "2025H2", {"atom-whole"}),
    ],
)
def test_a_wave_closes_with_its_half_year_and_a_block_of_quarters_may_wait(
    wave: str, closed: str, expected: set[str]
) -> None:
    home = replace(atom("H1", 6, wave), closed=closed)
    assert found(ledger([home], [datum(3, 3, home)])) == expected


def test_what_was_closed_is_never_another_thing_later() -> None:
    home = atom("H1", 6)
    one = datum(3, 3, home)
    made = ledger([home], [one])
    again = replace(home, id="again")
    for atoms in ((home, replace(home, provider="P2")), (replace(home, provider="P2"), home), (home, again)):
        assert "atom-reopened" in found(replace(made, atoms=atoms))
    for data in ((one, replace(one, x_hi=4)), (one, replace(one, id="again"))):
        assert "datum-remade" in found(replace(made, data=data))
    assert found(replace(made, atoms=(home, home), data=(one, one))) == set()


def test_two_versions_of_one_half_year_are_two_atoms_and_a_wave_without_answers_has_none() -> None:
    old, new = atom("H1", 6), replace(atom("H1", 6), id="H1:new", major=2)
    new = replace(new, links=tuple(f"new {link}" for link in new.links))
    both = ledger([old, new], [datum(3, 3, old), datum(3, 3, new)])
    versions = [1] * 6 + [2] * 6
    assert found(replace(both, answers=both.answers.with_columns(major=pl.Series(versions)))) == set()
    longer = replace(old, members=(("H1", "2025H2"), *old.members))
    silent = replace(ledger([old], [datum(3, 3, old)]), atoms=(longer,))
    assert found(silent) == set()
    other = silent.answers.with_columns(half_year=pl.lit("2025H2"), major=2 * pl.col("major"))
    mixed = replace(silent, answers=pl.concat([silent.answers, other]), change_families=frozenset())
    assert "atom-major" in found(mixed)


SMALL = Rules(exact_persons=10, exact_homes=1, exact_change_persons=1, exact_change_homes=1)


def shown(
    data: Sequence[Datum],
    atoms: Sequence[Atom],
    table: dict[str, int],
    shape: Shape = ORDINARY,
    **more: object,
) -> dict[tuple[str, str], tuple[int | None, int | None, bool]]:
    """What is shown of each place where so many of 12 said so, each home of an owner of its own."""
    rows = [("P01", one, 12, 12, x) for one, x in table.items()]
    values = pl.DataFrame(rows, schema=pl.Schema(VALUES.columns), orient="row")
    units = {one.home: one.provider for one in atoms}
    told = figures(data, atoms, values, shapes=[shape], units=units, release=NOW, rules=SMALL, **more)  # type: ignore[arg-type]
    return {(one.level, one.place): (one.x_lo, one.x_hi, one.is_exact) for one in told}


def test_an_atom_in_which_nobody_answered_adds_nothing_to_an_exact_sum() -> None:
    first, second = atom("H1", 12, "2025H1"), atom("H1", 12)
    both = datum(0, 12, first, second, n=12)
    assert shown([both], [first, second], {first.id: 6})["nation", ""] == (6, 6, True)


def test_a_sum_told_exactly_is_known_to_the_next_one() -> None:
    """To that of the owner in the same release, and to the nation's in the next."""
    atoms = [atom("H1", 12), atom("H2", 12, provider="P2")]
    data = [datum(0, 12, one) for one in atoms]
    table = {one.id: 6 for one in atoms}
    apart = shown(data, atoms, table, replace(ORDINARY, exact_apart=True))
    assert apart["nation", ""] == (12, 12, True)
    assert apart["provider", "P1"] == (0, 12, False)
    before = figure(data[0], level="provider", place="P1", is_exact=True, x_lo=6, x_hi=6)
    assert shown(data, atoms, table, earlier=[before])["nation", ""] == (12, 12, True)
    other = replace(before, x_lo=11, x_hi=11)
    assert shown(data, atoms, table, earlier=[other])["nation", ""] == (0, 24, False)


def test_a_rate_of_few_persons_is_not_told_in_words() -> None:
    home = atom("H1", 9)
    one = datum(6, 6, home, n=600)
    of_nine = figures(
        [one],
        [home],
        VALUES.empty(),
        shapes=[replace(ORDINARY, scale="rate")],
        units={"H1": "P1"},
        release=NOW,
    )
    assert {one.outcome for one in of_nine} == {"too_few"}
