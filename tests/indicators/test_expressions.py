from __future__ import annotations

import msgspec
import pytest

from hvb_followup import content
from hvb_followup.frames import ANSWERS
from hvb_followup.indicators import expressions

SAFE = content.read().indicator("U01")
ITEMS = {"safe_here": ("very", "quite", "not", "skipped"), "school": ("always", "never", "not_relevant")}


def faults(part: str, expression: str) -> list[str]:
    plain = msgspec.structs.replace(SAFE, numerator="safe_here = 'very'", denominator="safe_here = 'very'")
    changed = msgspec.structs.replace(plain, **{part: expression})
    found = expressions.problems(changed, ITEMS, ("standard", "easy"), "f")
    assert {problem.where for problem in found} <= {f"f: $.{part}"}
    return [problem.says for problem in found]


@pytest.mark.parametrize("part", expressions.PARTS)
@pytest.mark.parametrize(
    "expression",
    [
        "safe_here = 'very'",
        "safe_here in ('very', 'quite') and not (school = 'never')",
        "safe_here <> 'not' or school is null",
        "safe_here is not null AND school IN ('always')",
    ],
)
def test_comparisons_of_answers_are_the_language(part, expression):
    assert faults(part, expression) == []


@pytest.mark.parametrize("column", list(ANSWERS.columns))
def test_nothing_but_answers_may_decide_who_is_counted(column):
    """A membership by unit, age, language or edition would split a home's group (DESIGN §4.7)."""
    for part in ("where", "denominator"):
        assert any("delar gruppen" in said for said in faults(part, f"{column} is not null"))
    if column != "edition":
        assert faults("numerator", f"{column} is not null")


def test_the_numerator_may_know_which_options_were_offered():
    assert faults("numerator", "safe_here = 'quite' and edition = 'standard'") == []


@pytest.mark.parametrize(
    "expression",
    [
        "count(*) > 4",
        "max(safe_here) = safe_here",
        "first(safe_here) = 'very'",
        "row_number() over (order by safe_here) = 1",
        "safe_here in (select safe_here from self)",
        "exists (select 1)",
        "(select true)",
        "lower(safe_here) = 'very'",
        "safe_here like 'v%'",
        "safe_here = 'verry'",
        "saef_here = 'very'",
        "safe_here = 'always'",
        "safe_here",
        "'very'",
        "safe_here = 'very' and",
        "safe_here = 'very'; drop",
        "safe_here = 'very' -- all",
        "safe_here > 3",
        "\"safe_here\" = 'very'",
        "safe_here between 1 and 2",
    ],
)
def test_everything_else_is_refused(expression):
    assert faults("numerator", expression)


def test_a_sub_select_is_refused_before_it_is_run():
    said = faults("where", "safe_here in (select unit from self)")
    assert any("select" in fault for fault in said)


def test_a_question_named_like_a_function_does_not_let_the_function_in():
    items = {**ITEMS, "max": ("very",)}
    changed = msgspec.structs.replace(SAFE, numerator="max(safe_here) = 'very'", denominator="max = 'very'")
    found = expressions.problems(changed, items, ("standard",), "f")
    assert [problem.where for problem in found] == ["f: $.numerator"]
