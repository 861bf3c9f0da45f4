"""Everything that is said of places beside one another agrees with loops to 1e-9 before it is rounded (issue 4)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hvb_followup import content
from hvb_followup.actions.publish import comparing
from hvb_followup.actions.publish.circumstances import circumstances
from hvb_followup.comparison import pooled, together
from hvb_followup.comparison.wording import NOT_ADJUSTED, VERDICTS
from hvb_followup.gates import Gate
from hvb_followup.pages.compared import PAIRS, Compared, ComparedFigure
from tests.demo.nation import HALF_YEARS, SmallNation
from tests.oracle import beside, blocks
from tests.oracle.beside import Beside, Place, Seen

Row = dict[str, Any]
INDICATORS = Path(__file__).parents[2] / "dashboards" / "indicators"
MODELS = INDICATORS.parent / "models"
CATALOGUE = content.read(invented=True)
LEVELS = ("unit", "provider")
BANDS = ("50–69 %", "≥ 70 %")


@pytest.fixture
def unrounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same arithmetic, but for the six figures on which numbers leave."""
    for room in (pooled, together, comparing):
        monkeypatch.setattr(room, "six_figures", lambda value: value)


@cache
def definition(indicator: str) -> Mapping[str, Any]:
    return tomllib.loads((INDICATORS / f"{indicator}.toml").read_text(encoding="utf-8"))


@cache
def model(indicator: str) -> Mapping[str, Any] | None:
    """The frozen model of an indicator, of those that came true."""
    for file in sorted(MODELS.glob(f"{indicator}-*.toml")):
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        told = found["calibration"]
        if 0.8 <= told["slope"] <= 1.2 and abs(told["in_large"]) < 0.2:
            return found
    return None


def mixed(row: Row, known: Mapping[str, float], half_year: str) -> Seen:
    """The row with what case-mix makes of it: a term for each circumstance, to the nearest tenth of a logit."""
    asked, found = definition(row["indicator"]), model(row["indicator"])
    if asked["adjustment"] == "none":
        return Seen(row)
    if found is None or found["used_from"] > half_year:
        is_tried = any(
            tomllib.loads(file.read_text(encoding="utf-8"))["used_from"] <= half_year
            for file in MODELS.glob(f"{row['indicator']}-*.toml")
        )
        return Seen(row, "case_mix" if is_tried else "not_adjusted")
    logits = 0.0
    for term in found["term"]:
        share = known.get(f"{term['kind']}:{term['of']}")
        if share is None:
            return Seen(row, "unknown_mix")
        if not term["low"] <= share <= term["high"]:
            return Seen(row, "no_overlap")
        logits += term["coef"] * (share - term["centre"])
    away = 1 if logits >= 0 else -1
    return Seen(row, "open", away * beside.half_up(10 * abs(logits)) / 10)


def agrees(figure: ComparedFigure, told: Beside, rows: list[Row], *, exactly: bool) -> int:
    """Hold a figure against the oracle; how many numbers were held. ``exactly``: as it is published, on six figures."""

    def same(made: float | None, loops: float, where: object) -> None:
        assert made is not None, where
        if exactly:
            assert made == beside.six(loops), where
        else:
            assert made == pytest.approx(loops, abs=1e-9, rel=0), where

    n = 0
    scale = 100 if exactly else 1  # per cent are held as shares before they are rounded

    def share(made: float | None) -> float | None:
        return made if exactly or made is None else made / 100

    assert (figure.closed, figure.n_units) == (told.closed, told.n_group)
    assert (figure.n_compared, figure.flagged) == (len(told.compared), told.flagged)
    same(figure.expected_by_chance, 2 * 0.001 * len(told.compared), figure.indicator)
    assert [one.whose for one in figure.units] == [row["whose"] for row in rows if not row["status"]]
    assert {whose: outcome for outcome, places in figure.hidden.items() for whose in places} == {
        row["whose"]: row["outcome"] for row in rows if row["status"]
    }
    by_whose = {row["whose"]: row for row in rows}
    for unit in figure.units:
        said, where = told.of[unit.whose], (figure.indicator, unit.whose)
        assert tuple(outcome for _, outcome in unit.gates) == said.gates, where
        assert (unit.verdict, unit.flagged, unit.exact) == (said.verdict, said.flag != "none", said.exact), (
            where
        )
        limits = beside.silent(by_whose[unit.whose]) if figure.indicator not in blocks.RULES else None
        assert (unit.silent_lo is None) is (limits is None), where
        for made, loops in zip((unit.silent_lo, unit.silent_hi), limits or (), strict=False):
            same(share(made), loops * scale, where)
        assert unit.is_compared is bool(said.numbers), where
        for name, loops in said.numbers.items():
            made = getattr(unit, name)
            is_per_cent = name in ("lo", "middle", "hi")
            same(
                share(made) if is_per_cent else made,
                loops * scale if is_per_cent else loops,
                (*where, name),
            )
            n += 1
        wanted = VERDICTS[unit.verdict][0]
        is_told = bool(said.numbers) and said.gates[3] not in ("open", "not_needed")
        assert unit.words_sv.startswith(wanted), where
        assert (NOT_ADJUSTED[0] in unit.words_sv) is is_told, where
        assert ("justerat för" in unit.words_sv.replace(NOT_ADJUSTED[0], "")) is (
            bool(said.numbers) and said.gates[3] == "open"
        ), where
    return n + (_of_group(figure, told, same, share, scale) if told.group else 0)


def _of_group(figure: ComparedFigure, told: Beside, same: Any, share: Any, scale: int) -> int:
    group = told.group
    assert group is not None
    assert figure.centre is not None
    same(share(figure.centre), group.centre * scale, "centre")
    same(figure.spread, group.tau, "spread")
    assert (figure.n_needed, figure.tells_nothing_apart) == (group.needed, group.tells_nothing_apart)
    ordered = sorted(group.reliability(place) for place in group.places)
    same(figure.reliability, ordered[len(ordered) // 2], "reliability")
    n = 3
    places = {said.place for said in told.compared}
    used = [kind for kind in group.kinds if kind in places]
    at, higher = 0, group.pairs(used)
    for high in range(len(used)):
        for low in range(high):
            above = 1 - higher[high, low]
            said = figure.pairs[2 * at], PAIRS[figure.pairs[2 * at + 1]]
            assert said == (beside.half_up(100 * beside.six(above)), beside.pair_code(above)), (high, low)
            at += 1
    assert len(figure.pairs) == 2 * at
    for said in told.compared:
        (whose,) = [one for one, other in told.of.items() if other is said]
        assert figure.by_place[whose].kind == used.index(said.place), whose  # type: ignore[arg-type]
    return n + at


# --- an invented survey, window after window ------------------------------------------------------------------

ODD, LOW, SILENT, CROWDED = "H03", "H05", "H07", "H09"
HIDDEN = {"H11": "too_few", "H12": "waiting"}


def row(indicator: str, whose: str, x: int, n: int, period: tuple[str, str], **other: Any) -> Row:
    low, high = (0, 1) if x <= 1 else (n - 1, n) if x >= n - 1 else (x, x)
    return {
        "indicator": indicator, "level": "unit", "whose": whose, "status": "", "outcome": "shown", "response": None,
        "period_from": period[0], "period_to": period[1], "n": n, "x_lo": low, "x_hi": high, **other,
    }  # fmt: skip


def survey(seed: int, period: tuple[str, str]) -> list[Row]:
    """Homes that differ by 0.2 logits, and one that is far from all; some are hidden, silent or contradictory."""
    dice = np.random.default_rng(seed)
    found = []
    for number in range(25):
        whose, n = f"H{number:02}", int(dice.integers(8, 60))
        level = 1.1 + 0.2 * dice.normal() - (3.2 if whose == ODD else 0)
        n = 60 if whose == ODD else n
        x = int(dice.binomial(n, 1 / (1 + np.exp(-level))))
        odd = {LOW: "30–49 %", SILENT: None, CROWDED: "> 100 %"}
        band = odd.get(whose, BANDS[number % 2])
        made = row("U01", whose, x, n, period, response=band)
        if whose in HIDDEN:
            made = {"indicator": "U01", "level": "unit", "whose": whose, "status": "..", "outcome": HIDDEN[whose],
                    "period_from": "", "period_to": ""}  # fmt: skip
        found.append(made)
    return found


def compared(
    rows: list[Row], half_year: str, before: tuple[Compared, ...] = (), known: Any = None
) -> Compared:
    names = {one["whose"]: one["whose"] for one in rows}
    known = known or (lambda level, whose: {})
    return comparing.compare(half_year, rows, CATALOGUE.indicators, names, before, CATALOGUE.models, known)


EARLIER, LATER = ("2023H1", "2024H2"), ("2025H1", "2026H2")


def test_a_survey_of_two_windows_is_told_as_loops_tell_it(unrounded: None) -> None:
    first, rows = survey(1, EARLIER), survey(3, LATER)
    then = compared(first, "2024H2")
    told_then = beside.beside([mixed(one, {}, "2024H2") for one in first], is_asked=True)
    agrees(then.figures[0], told_then, first, exactly=False)
    flags = {whose: said.flag for whose, said in told_then.of.items()}
    assert flags[ODD] == "low"
    seen = [mixed(one, {}, "2026H2")._replace(before=flags.get(one["whose"], "none")) for one in rows]
    told = beside.beside(seen, is_asked=True)
    now = compared(rows, "2026H2", (then,))
    (figure,) = now.figures
    sure = sum(
        said.verdict in {"higher", "lower", "unusual_high", "unusual_low"} for said in told.of.values()
    )
    assert [[int(one) for one in re.findall(r"\d+", said)] for said, _ in now.overview] == [
        [len(told.compared), len(rows), sure],
        [len(told.compared), beside.half_up(0.002 * len(told.compared)), told.flagged],
    ]
    assert agrees(figure, told, rows, exactly=False) > 100
    verdicts = {said.verdict for said in told.of.values()}
    assert told.of[ODD].verdict == "unusual_low"
    assert {"response", "not_fitted", "alike", "sign_higher", "sign_lower", "unusual_low"} <= verdicts


def test_homes_that_take_in_differently_are_told_as_loops_tell_it(unrounded: None) -> None:
    dice = np.random.default_rng(8)
    rows: list[Row] = []
    known: dict[str, dict[str, float]] = {}
    for number in range(12):
        whose, taken = f"H{number:02}", float(dice.uniform(0.1, 0.9))
        n = int(dice.integers(30, 70))
        odds = -0.8 + 1.3 * (taken - 0.43) + 0.5 * dice.normal()
        rows.append(
            row("S01", whose, int(dice.binomial(n, 1 / (1 + np.exp(-odds)))), n, ("2024K3", "2026K2"))
        )
        known[whose] = {"share:S13": taken, "unit_type:stodboende": 0.0}
    known["H04"]["share:S13"] = 0.99
    del known["H06"]["share:S13"]
    (figure,) = compared(rows, "2026H1", known=lambda level, whose: known[whose]).figures
    seen = [mixed(one, known[one["whose"]], "2026H1") for one in rows]
    assert len({one.offset for one in seen}) > 5
    assert {one.mix for one in seen} == {"open", "no_overlap", "unknown_mix"}
    assert agrees(figure, beside.beside(seen, is_asked=False), rows, exactly=False) > 40


# --- the small nation -----------------------------------------------------------------------------------------


def of_nation(nation: SmallNation, half_year: str, indicator: str, level: str) -> list[Row]:
    found = [one for key, one in nation.figures(half_year).items() if key[:2] == (indicator, level)]
    return sorted(found, key=lambda one: one["whose"])


def known_of(nation: SmallNation, half_year: str) -> Mapping[tuple[str, str], dict[str, float]]:
    """What everybody sees of each place's circumstances: what it takes in, and the share of supported housing."""
    body = nation.releases[half_year]["statistics"]
    found: dict[tuple[str, str], dict[str, float]] = {}
    for (indicator, level, whose), one in nation.figures(half_year).items():
        if indicator == "S13" and not one["status"]:
            found.setdefault((level, whose), {})["share:S13"] = (one["x_lo"] + one["x_hi"]) / (2 * one["n"])
    for level, key in (("unit", "id"), ("provider", "provider")):
        for whose in {one[key] for one in body["units"] if one[key]}:
            types = [one["unit_type"] for one in body["units"] if one[key] == whose and one["unit_type"]]
            if types:
                found.setdefault((level, whose), {})["unit_type:stodboende"] = types.count(
                    "stodboende"
                ) / len(types)
    return found


def figures(nation: SmallNation, half_year: str) -> Iterator[tuple[str, str]]:
    """The indicators and levels that are compared: young people's answers and registers, but not what homes take in."""
    for indicator in sorted({key[0] for key in nation.figures(half_year)}):
        asked = definition(indicator) if indicator != "Q01" else {"kind": "response"}
        of_young = asked["kind"] == "share" and asked.get("person_class", "A") == "A"
        if (of_young or asked.get("block")) and indicator != "S13":
            yield from (
                (indicator, level) for level in LEVELS if of_nation(nation, half_year, indicator, level)
            )


def held(nation: SmallNation, half_year: str, wanted: frozenset[str], *, exactly: bool) -> int:
    """How many numbers of a half-year's comparison were held against the oracle."""
    body = nation.releases[half_year]["statistics"]
    rows = [one for one in body["figures"] if one["level"] in LEVELS and one["indicator"] in wanted | {"S13"}]
    types: dict[str, dict[str, float]] = {}
    known = known_of(nation, half_year)
    for (_, whose), of_one in known.items():
        share = of_one.get("unit_type:stodboende", 0.0)
        types[whose] = {"stodboende": share, "hvb": 1 - share}
    names = {whose: whose for whose in sorted({one["whose"] for one in rows})}
    made = comparing.compare(
        half_year, rows, CATALOGUE.indicators, names, (), CATALOGUE.models, circumstances(rows, types)
    )
    wanted_figures = [one for one in figures(nation, half_year) if one[0] in wanted]
    assert {(one.indicator, one.level) for one in made.figures} == set(wanted_figures)
    n = 0
    for indicator, level in wanted_figures:
        of_one = of_nation(nation, half_year, indicator, level)
        seen = [mixed(one, known.get((level, one["whose"]), {}), half_year) for one in of_one]
        told = beside.beside(
            [one if not one.row["status"] else Seen(one.row) for one in seen],
            is_asked=indicator not in blocks.RULES,
            never="events" if indicator in blocks.RATES else "",
        )
        figure = made.at(indicator, level)
        assert figure is not None
        n += agrees(figure, told, of_one, exactly=exactly)
    return n


def test_the_small_nations_newest_comparison_is_told_as_loops_tell_it(
    small_nation: SmallNation, unrounded: None
) -> None:
    """Survey, register, rate and case-mix: one of each; all of them nightly."""
    assert held(small_nation, HALF_YEARS[-1], frozenset({"U01", "S01", "H01", "T03"}), exactly=False) > 10


@pytest.mark.nightly
@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_every_comparison_of_the_small_nation_is_told_as_loops_tell_it(
    small_nation: SmallNation, half_year: str, unrounded: None
) -> None:
    wanted = frozenset(one for one, _ in figures(small_nation, half_year))
    assert len(wanted) > 20
    assert held(small_nation, half_year, wanted, exactly=False) > 10


@pytest.mark.nightly
def test_the_same_holds_on_the_six_figures_that_are_published(small_nation: SmallNation) -> None:
    wanted = frozenset(one for one, _ in figures(small_nation, HALF_YEARS[-1]))
    assert held(small_nation, HALF_YEARS[-1], wanted, exactly=True) > 10


# --- the grid and the model without it ------------------------------------------------------------------------


def test_the_grid_lies_as_near_the_model_without_it_as_the_method_page_says() -> None:
    """Levels within 0.0001 and probabilities within 0.001, on coarse counts of homes that take in differently."""
    dice = np.random.default_rng(5)
    places = []
    for _ in range(14):
        n, share = int(dice.integers(12, 40)), 1 / (1 + np.exp(-(1.1 + 0.6 * dice.normal())))
        one = row("U01", "", int(dice.binomial(n, share)), n, EARLIER)
        places.append(Place(one["x_lo"], one["x_hi"], n, float(round(0.1 * dice.integers(-4, 5), 1))))
    exactly = beside.without_grid(places, nodes=24, sides=32)
    found = pooled.pool(
        [pooled.Datum(x_lo=one.x_lo, x_hi=one.x_hi, n=one.n, offset=one.offset) for one in places]
    )
    assert not isinstance(found, Gate)
    told = found.kinds(range(len(found.data)))
    assert not isinstance(told, Gate)
    kinds = [told[kind] for kind in found.rows]
    assert [one.middle for one in kinds] == pytest.approx([middle for middle, _ in exactly], abs=1e-4)
    assert [one.above for one in kinds] == pytest.approx([above for _, above in exactly], abs=1e-3)
    said = tomllib.loads((INDICATORS.parent / "methods" / "jamforelse.toml").read_text(encoding="utf-8"))
    assert "0,0001" in said["formula"]["sv"]
    assert "0,001" in said["formula"]["sv"]
