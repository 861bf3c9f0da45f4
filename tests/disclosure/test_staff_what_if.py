"""Under other rules: the nation counts homes by class, the audit recounts, and each switch-off is found (DESIGN §4.6–4.7)."""

from __future__ import annotations

import msgspec
import pytest

from hvb_followup.disclosure.staff import Heads, StaffFigure, StaffRules, heads_bands
from hvb_followup.disclosure.staff_audit import StaffLedger, audit_staff
from hvb_followup.disclosure.staff_show import heads_figures
from hvb_followup.disclosure.staff_what_if import may_meet, what_if_figures

replace = msgspec.structs.replace
HALF_YEAR = "2026H1"


def heads(sizes: dict[str, tuple[int, int]]) -> list[Heads]:
    """Homes by (bound, missing)."""
    return [
        Heads(
            unit=unit,
            half_year=HALF_YEAR,
            bound=frozenset(map(str, range(n))),
            met=frozenset(map(str, range(missing, n))),
        )
        for unit, (n, missing) in sizes.items()
    ]


def told(
    law: dict[str, tuple[int, int]], then: dict[str, tuple[int, int]], rules: StaffRules | None = None
) -> StaffLedger:
    """What a release tells of these homes under the law and under a proposal, beside the counts."""
    units = dict.fromkeys(law, "P1")
    rules = rules or StaffRules()
    first = heads_figures("P01", heads(law), units=units, release=HALF_YEAR, rules=rules)
    second = what_if_figures("P11", heads(then), first, units=units, release=HALF_YEAR, rules=rules)
    return StaffLedger(figures=(*first, *second), heads={"P01": tuple(heads(law)), "P11": tuple(heads(then))})


def nation(ledger: StaffLedger) -> StaffFigure:
    (one,) = (one for one in ledger.figures if one.kind == "what_if" and one.level == "nation")
    return one


def test_the_nation_counts_homes_by_class_under_the_law_and_under_the_proposal() -> None:
    law = {"A": (8, 0), "B": (8, 0), "C": (9, 1), "D": (12, 4), "E": (4, 0)}
    then = {"A": (8, 0), "B": (8, 2), "C": (9, 5), "D": (12, 7), "E": (4, 3)}
    ledger = told(law, then)
    one = nation(ledger)
    assert dict(one.counts) == {
        "law:all": 2,
        "law:one-two": 1,
        "law:three-": 1,
        "then:all": 1,
        "then:one-two": 1,
        "then:three-": 2,
    }
    assert (one.n, one.lowest, one.highest) == (4, 1, 1)
    assert one.homes == ("A", "B", "C", "D")
    assert audit_staff(ledger) == ()


def test_a_class_that_reaches_from_one_to_more_than_two_has_a_word_of_its_own() -> None:
    """Ninety per cent of thirty heads: one to three are missing."""
    ledger = told(dict.fromkeys("ABC", (30, 2)), dict.fromkeys("ABC", (30, 12)))
    assert dict(nation(ledger).counts) == {"law:some": 3, "then:three-": 3}
    assert audit_staff(ledger) == ()


def test_a_home_that_is_too_small_under_the_law_is_not_counted_beside_it() -> None:
    law, then = dict.fromkeys("ABC", (9, 1)), dict.fromkeys("ABC", (9, 5))
    one = nation(told({**law, "D": (4, 0)}, {**then, "D": (9, 2)}))
    assert (one.n, one.homes) == (3, ("A", "B", "C"))


def test_two_homes_are_no_nation() -> None:
    one = nation(told({"A": (8, 0), "B": (8, 1)}, {"A": (8, 1), "B": (8, 3)}))
    assert (one.status, one.outcome, one.counts) == ("..", "too_few", ())


def test_equal_numbers_of_heads_never_meet_in_one_count() -> None:
    assert not any(may_meet(n, n) for n in range(5, 60))
    assert may_meet(19, 20)  # six or more of 19 missing, and five or six of 20: then it is six


def test_may_meet_agrees_with_trying_every_pair_of_counts() -> None:
    for n_law in range(5, 30):
        for n in range(5, 30):
            assert may_meet(n_law, n) == slow_meet(n_law, n), (n_law, n)


def slow_meet(n_law: int, n: int) -> bool:
    for a in heads_bands(n_law):
        for b in heads_bands(n):
            first = [n_law - met for met in range(a.lowest, a.highest + 1)]
            second = [n - met for met in range(b.lowest, b.highest + 1)]
            for pairs in (
                [(x, y) for x in first for y in second if x <= y],
                [(x, y) for x in first for y in second if x >= y],
            ):
                for place, own in enumerate((first, second)):
                    if pairs and len(own) > 1 and len({pair[place] for pair in pairs}) == 1:
                        return True
    return False


LAW = {"A": (8, 0), "B": (8, 1), "C": (9, 1), "D": (19, 6)}
THEN = {"A": (8, 1), "B": (8, 2), "C": (9, 5), "D": (20, 6)}


def test_a_home_whose_two_classes_could_leave_one_count_is_not_counted() -> None:
    ledger = told(LAW, THEN)
    assert nation(ledger).homes == ("A", "B", "C")
    assert audit_staff(ledger) == ()


def test_without_that_rule_the_audit_finds_the_home() -> None:
    found = audit_staff(told(LAW, THEN, StaffRules(apart_from_law=False)))
    assert {one.rule for one in found} == {"staff-what-if"}


@pytest.mark.parametrize(
    "broken",
    [
        {"counts": (("law:all", 3), ("then:all", 3))},
        {"homes": ("A", "B")},
        {"n": 17},
        {"homes": ("A", "B", "C", "D")},
        {"level": "provider", "place": "P1"},
    ],
)
def test_a_nation_that_tells_anything_but_the_number_of_homes_is_found(broken: dict[str, object]) -> None:
    ledger = told(LAW, THEN)
    figures = tuple(replace(one, **broken) if one == nation(ledger) else one for one in ledger.figures)
    assert "staff-what-if-sum" in {one.rule for one in audit_staff(replace(ledger, figures=figures))}


def test_a_class_of_one_count_under_other_rules_is_found() -> None:
    ledger = told(LAW, THEN, StaffRules(two_counts=False))
    assert "staff-class" in {one.rule for one in audit_staff(ledger)}


def test_a_home_whose_class_is_not_told_is_found_in_the_nations_count() -> None:
    ledger = told({"A": (8, 0), "B": (8, 0), "C": (9, 1)}, {"A": (8, 0), "B": (8, 0), "C": (9, 5)})
    assert audit_staff(ledger) == ()
    for kind in ("heads", "what_if"):
        gone = [one for one in ledger.figures if (one.kind, one.level, one.place) != (kind, "unit", "A")]
        assert {one.rule for one in audit_staff(replace(ledger, figures=tuple(gone)))} >= {
            "staff-what-if-sum"
        }
    silent = [
        replace(one, status="..", band="", as_of="", n=None, lowest=None, highest=None)
        if (one.kind, one.level, one.place) == ("heads", "unit", "A")
        else one
        for one in ledger.figures
    ]
    assert {one.rule for one in audit_staff(replace(ledger, figures=tuple(silent)))} >= {"staff-what-if-sum"}
