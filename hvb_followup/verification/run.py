"""Every case in a folder: read, computed, compared, told. One method for each pair of digits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from hvb_followup.errors import Problem, Refused
from hvb_followup.verification import between_units, mix, over_time, spread, tables, within_persons
from hvb_followup.verification.case import Case, Method, asked, expected_tree, plain, read
from hvb_followup.verification.compare import Part, parts

# The method of a case, and the names under which what is expected only says what is asked.
METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {
    "01": (between_units.one_share, ()),
    "02": (between_units.two_shares, ()),
    "03": (between_units.one_rate, ()),
    "04": (between_units.one_mean, ()),
    "05": (between_units.several_shares, ()),
    "06": (between_units.funnel_lines, ("number_seq",)),
    "07": (between_units.fingertips_funnel, ("Population",)),
    "08": (spread.over_dispersion, ("group",)),
    "09": (spread.spread_of_means, ()),
    "10": (spread.equal_n, ("rest_of_season",)),
    "11": (spread.beta_binomial, ()),
    "12": (spread.linear_mixed, ("unit",)),
    "13": (spread.logistic_mixed, ("unit",)),
    "14": (mix.logistic_mix, ("unit",)),
    "15": (mix.linear_mix, ("unit",)),
    "16": (spread.reliabilities, ("variable", "outcome", "score")),
    "17": (spread.rankability, ()),
    "18": (spread.adjusted, ()),
    "19": (mix.weighted, ()),
    "20": (within_persons.reliable_change, ()),
    "21": (within_persons.effect_sizes, ()),
    "22": (within_persons.goal_scores, ()),
    "23": (within_persons.internal_consistency, ("item",)),
    "24": (within_persons.item_scores, ("answered_sum", "answered", "items")),
    "25": (mix.differential_items, ("item", "strata")),
    "26": (over_time.kaplan_meier, ("strata", "time", "group")),
    "27": (over_time.cumulative_incidence, ("curve",)),
    "28": (over_time.expected_endings, ("inst", "unit", "hospital", "center")),
    "29": (over_time.control_charts, ("x",)),
    "30": (over_time.early_warning, ("h", "mu", "lambda", "L", "set")),
    "31": (tables.two_way, ("row", "col")),
    "32": (tables.differencing, ()),
    "33": (between_units.exact_flags, ()),
    "34": (between_units.predictive_flags, ()),
    "35": (spread.whole_posterior, ()),
    "36": (spread.rank_sets, ()),
    "37": (between_units.closed_groups, ()),
    "38": (mix.repeated, ()),
    "39": (over_time.delayed_entry, ("time",)),
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a case; ``reason`` says why nothing of it was computed."""

    id: str
    state: Literal["pass", "fail", "unsupported"]
    parts: list[Part]
    reason: str = ""

    @property
    def deviation(self) -> float:
        """The largest deviation of what was compared."""
        return max((part.deviation for part in self.parts), default=0.0)


def verify(folder: Path) -> Iterator[Verdict]:
    """The verdict of each case under a folder, in order of name; refused where there is none.

    A case that cannot be read has failed, and the rest are judged all the same.
    """
    folders = sorted(path.parent for path in folder.glob("**/case.json"))
    if not folders:
        says = "Inga fall i mappen."
        raise Refused(
            Problem(
                code="no-cases", where=str(folder), says=says, mend="Varje fall är en mapp med case.json."
            )
        )
    for one in folders:
        yield _read_and_judged(one)


def _read_and_judged(folder: Path) -> Verdict:
    try:
        return judge(read(folder))
    except Refused as refused:
        reason = " ".join(problem.says for problem in refused.problems)
        return Verdict(id=folder.name, state="fail", parts=[], reason=reason)


def judge(case: Case) -> Verdict:
    """One case; a shape that the method does not know is unsupported and says so, never a crash."""
    if case.digits not in METHODS:
        return Verdict(id=case.id, state="unsupported", parts=[], reason="no such method")
    method, questions = METHODS[case.digits]
    try:
        got = plain(dict(method(asked(case, questions))))
        found = parts(expected_tree(case), got, case.tolerance)
    except (
        KeyError,
        StopIteration,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
    ) as error:
        return Verdict(
            id=case.id,
            state="unsupported",
            parts=[],
            reason=f"unknown shape ({type(error).__name__}: {error})",
        )
    compared = [part.state for part in found if part.state != "unsupported"]
    if "fail" in compared:
        return Verdict(id=case.id, state="fail", parts=found)
    return Verdict(id=case.id, state="pass" if compared else "unsupported", parts=found)


def lines(verdict: Verdict) -> Iterator[str]:
    """The case on one line, and under it every part that did not pass."""
    told = verdict.reason or f"largest deviation {verdict.deviation:.3g}"
    yield f"{verdict.id:<32} {verdict.state:<12} {told}"
    for part in verdict.parts:
        if part.state != "pass":
            used = (
                f"{part.used:.3g} × tolerance at {part.worst}"
                if part.state == "fail"
                else f"{part.values} values"
            )
            yield f"  {part.name:<30} {part.state:<12} {used}"
