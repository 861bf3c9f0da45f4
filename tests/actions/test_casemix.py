"""Case-mix from published figures to words: made of what everybody sees, frozen, met by later half-years, and shown."""

from __future__ import annotations

import datetime as dt
import shutil
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from hvb_followup import content
from hvb_followup.access import Person, Role
from hvb_followup.actions.publish.circumstances import circumstances, types_of
from hvb_followup.actions.publish.comparing import compare
from hvb_followup.actions.publish.fitting import fit_model, frozen_model
from hvb_followup.cli.modelling import written
from hvb_followup.comparison.adjusting import Model
from hvb_followup.errors import HvbError, NotFound, Refused
from hvb_followup.gates import Gate
from hvb_followup.pages.compared import Compared, ComparedFigure
from hvb_followup.store import releases
from hvb_followup.store.releases import Release
from tests.world import World

CATALOGUE = content.read()
ROOT = content.root()
HOMES = 150
FOR = "justerat för andelen som är placerade enligt LVU och om hemmet är stödboende"


def row(
    indicator: str, whose: str, x: int, n: int, level: str = "unit", period: str = "2025K2"
) -> dict[str, Any]:
    low, high = (0, 1) if x <= 1 else (n - 1, n) if x >= n - 1 else (x, x)
    return {
        "indicator": indicator, "level": level, "whose": whose, "status": "", "outcome": "shown", "audience": "public",
        "period_from": "2024K1", "period_to": period, "n": n, "x_lo": low, "x_hi": high, "response": None, "flags": ["g"],
    }  # fmt: skip


def published(
    effect: float = 2.0,
    *,
    persons: int = 20,
    homes: int = HOMES,
    half_year: str = "2025H1",
    spread: float = 0.0,
) -> dict[str, Any]:
    """An invented release's public body: homes whose placements break down by whom they take in, and by ``spread``."""
    dice = np.random.default_rng(3)
    rows, units = [], []
    for number in range(homes):
        whose, share = f"H{number:03}", dice.uniform(0.1, 0.9)
        kind = "stodboende" if number % 10 == 0 else "hvb"
        odds = -0.8 + effect * (share - 0.5) + spread * dice.normal()
        broken, taken = int(dice.binomial(persons, 1 / (1 + np.exp(-odds)))), round(persons * share)
        rows += [row("S01", whose, broken, persons), row("S13", whose, taken, persons)]
        units.append(
            {"id": whose, "name": f"Hemmet {number:03}", "unit_type": kind, "provider": f"P{number % 40:02}"}
        )
    return {"id": f"{half_year}-prov", "period": half_year, "figures": rows, "units": units}


def made(effect: float = 2.0) -> Model:
    found = frozen_model(published(effect), CATALOGUE.indicator("S01"), CATALOGUE, invented=True)
    assert isinstance(found, Model)
    return found


MODEL = made()
SPOILT = msgspec.structs.replace(MODEL, calibration=msgspec.structs.replace(MODEL.calibration, slope=0.7))


def compared(
    body: dict[str, Any], *models: Model, half_year: str = "2025H2", before: tuple[Compared, ...] = ()
) -> Compared:
    names = {unit["id"]: unit["name"] for unit in body["units"]}
    known = circumstances(body["figures"], types_of(body["units"]))
    return compare(half_year, body["figures"], CATALOGUE.indicators, names, before, models, known)


def test_what_is_fitted_is_the_indicator_by_what_homes_take_in_and_the_kind_they_are() -> None:
    assert (MODEL.id, MODEL.used_from, MODEL.places, MODEL.persons) == (
        "S01-2025H2-demo",
        "2025H2",
        HOMES,
        20 * HOMES,
    )
    assert [one.key for one in MODEL.term] == ["share:S13", "unit_type:stodboende"]
    assert MODEL.term[0].coef == pytest.approx(2.0, abs=2.5 * MODEL.term[0].se)
    assert MODEL.term[1].centre == pytest.approx(0.1)
    assert MODEL.gate() is None


def figure_of(found: Compared) -> ComparedFigure:
    figure = found.at("S01", "unit")
    assert figure is not None
    return figure


DIFFERING = published(persons=60, spread=0.5)
PLAIN, ADJUSTED = figure_of(compared(DIFFERING)), figure_of(compared(DIFFERING, MODEL))


def goes_with_intake(figure: ComparedFigure) -> float:
    """How homes' pooled levels go with what they take in: a correlation."""
    taken = {one["whose"]: one["x_lo"] for one in DIFFERING["figures"] if one["indicator"] == "S13"}
    told = [(taken[one.whose], one.middle) for one in figure.units if one.middle is not None]
    assert len(told) > 100
    return float(np.corrcoef(np.array(told).T)[0, 1])


def test_the_words_say_what_is_allowed_for() -> None:
    said = {one.words_sv.partition(" (")[2] for one in PLAIN.units if one.is_compared}
    assert said == {"ej justerat för vilka unga som bor där)"}
    assert {one.words_sv.partition(" (")[2] for one in ADJUSTED.units if one.is_compared} == {f"{FOR})"}
    english = "adjusted for the share placed under the Care of Young Persons Act and whether it is supported housing)"
    assert {one.words_en.partition(" (")[2] for one in ADJUSTED.units if one.is_compared} == {english}
    assert PLAIN.model is None
    assert ADJUSTED.model is not None
    assert (ADJUSTED.model.id, ADJUSTED.model.slope) == (MODEL.id, MODEL.calibration.slope)
    assert PLAIN.row_hash != ADJUSTED.row_hash


def test_what_homes_take_in_no_longer_makes_them_differ() -> None:
    assert goes_with_intake(PLAIN) > 0.5
    assert abs(goes_with_intake(ADJUSTED)) < 0.2
    assert (ADJUSTED.spread or 0) < 0.9 * (PLAIN.spread or 0)
    changed = [one.whose for one in PLAIN.units if one.verdict != ADJUSTED.by_place[one.whose].verdict]
    assert len(changed) > 10


def test_a_home_of_which_too_little_is_known_or_that_is_like_no_other_is_not_adjusted() -> None:
    body = published(persons=60)
    lost, odd = "H003", "H005"
    body["figures"] = [one for one in body["figures"] if (one["indicator"], one["whose"]) != ("S13", lost)]
    for one in body["figures"]:
        if (one["indicator"], one["whose"]) == ("S13", odd):
            one["x_lo"] = one["x_hi"] = 60
    figure = compared(body, MODEL).at("S01", "unit")
    assert figure is not None
    mixes = {unit.whose: dict(unit.gates)["casemix"] for unit in figure.units}
    assert (mixes[lost], mixes[odd]) == ("unknown_mix", "no_overlap")
    assert set(mixes.values()) == {"open", "unknown_mix", "no_overlap"}
    assert "ej justerat" in figure.by_place[lost].words_sv or not figure.by_place[lost].is_compared
    assert not figure.by_place[odd].is_compared
    assert "rättvis jämförelsegrupp" in figure.by_place[odd].words_sv


@pytest.mark.parametrize(
    ("models", "half_year", "outcome"),
    [
        ((), "2025H2", "not_adjusted"),
        ((MODEL,), "2025H1", "not_adjusted"),  # the half-year that it was made of
        ((MODEL,), "2027H1", "open"),
        ((SPOILT,), "2025H2", "case_mix"),
        ((msgspec.structs.replace(MODEL, indicator="S02"),), "2025H2", "not_adjusted"),
    ],
)  # fmt: skip
def test_a_model_is_met_by_later_half_years_alone_and_only_where_it_came_true(
    models: tuple[Model, ...], half_year: str, outcome: str
) -> None:
    figure = compared(published(), *models, half_year=half_year).at("S01", "unit")
    assert figure is not None
    assert {dict(one.gates)["casemix"] for one in figure.units} == {outcome}


def test_what_homes_take_in_is_told_and_never_compared() -> None:
    assert CATALOGUE.indicator("S13").is_of_intake
    assert {one.id for one in CATALOGUE.indicators if one.is_of_intake} == {"S13"}
    assert compared(published(), MODEL).at("S13", "unit") is None


def test_a_figure_that_met_another_model_is_worked_out_again() -> None:
    body = published()
    first = compared(body, MODEL)
    again = compared(body, MODEL, before=(first,))
    assert again == first
    other = msgspec.structs.replace(
        MODEL, id="S01-2025H2-b", term=(msgspec.structs.replace(MODEL.term[0], coef=0.5), MODEL.term[1])
    )
    assert compared(body, other, before=(first,)) == compared(body, other) != first


def test_a_provider_is_as_its_homes_are() -> None:
    units = [
        {"id": "H1", "unit_type": "hvb", "provider": "P1"},
        {"id": "H2", "unit_type": "stodboende", "provider": "P1"},
        {"id": "H3", "unit_type": "hvb", "provider": ""},
    ]
    known = circumstances([row("S13", "P1", 7, 20, "provider"), row("S13", "H1", 0, 20)], types_of(units))
    assert known("provider", "P1") == {"share:S13": 0.35, "unit_type:hvb": 0.5, "unit_type:stodboende": 0.5}
    assert known("unit", "H1") == {"share:S13": 0.025, "unit_type:hvb": 1.0, "unit_type:stodboende": 0.0}
    assert known("unit", "H9") == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (published(homes=49), "too_few"),
        (published(homes=60, persons=8), "too_few"),
        (
            {**published(), "figures": [one for one in published()["figures"] if one["indicator"] == "S13"]},
            "no_units",
        ),
    ],
)
def test_too_little_makes_no_model(body: dict[str, Any], code: str) -> None:
    found = frozen_model(body, CATALOGUE.indicator("S01"), CATALOGUE, invented=False)
    assert isinstance(found, Gate)
    assert found.code == code


# --- the errand, the file and its check -----------------------------------------------------------------------


async def put(world: World, body: dict[str, Any], *, is_signed: bool = True) -> None:
    text = msgspec.json.encode(body).decode()
    draft = Release(
        id=body["id"], kind="statistics", period=body["period"], state="draft", hash="0", body=text
    )
    async with world.database.transaction():
        await releases.put_draft(world.database, [draft])
        if is_signed:
            assert await releases.publish(world.database, body["id"], "analytiker", world.now)


async def test_the_analyst_makes_a_model_of_a_published_release_and_nobody_else_does(world: World) -> None:
    await put(world, published())
    analyst = world.context(Person(name="analytiker", role=Role.ANALYST))
    model = await fit_model(analyst, "2025H1-prov", "S01", invented=False)
    assert (model.id, model.invented) == ("S01-2025H2", False)
    assert msgspec.structs.replace(model, id=MODEL.id, invented=True, made_on=MODEL.made_on) == MODEL
    for role in (Role.PROCURER, Role.UNIT_MANAGER):
        with pytest.raises(HvbError):
            await fit_model(
                world.context(Person(name="någon", role=role)), "2025H1-prov", "S01", invented=False
            )
    with pytest.raises(NotFound):
        await fit_model(analyst, "2025H1-finnsinte", "S01", invented=False)
    for unfit in ("S10", "T03", "R01", "S02"):
        with pytest.raises(Refused):
            await fit_model(analyst, "2025H1-prov", unfit, invented=False)


async def test_no_model_is_made_of_a_draft(world: World) -> None:
    await put(world, published(), is_signed=False)
    with pytest.raises(NotFound):
        await fit_model(
            world.context(Person(name="analytiker", role=Role.ANALYST)), "2025H1-prov", "S01", invented=False
        )
    assert await releases.release("2025H1-prov") is not None


def test_a_written_model_is_read_back_the_same() -> None:
    assert msgspec.convert(tomllib.loads(written(MODEL)), Model) == MODEL


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for part in ("surveys", "dashboards"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.rmtree(tmp_path / "dashboards" / "models")
    (tmp_path / "dashboards" / "models").mkdir()
    return tmp_path


def put_file(house: Path, model: Model, name: str = "") -> None:
    (house / "dashboards" / "models" / f"{name or model.id}.toml").write_text(
        written(model), encoding="utf-8"
    )


TERMS = MODEL.term


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"persons": 400}, "persons"),
        ({"indicator": "S10"}, "indicator"),
        ({"indicator": "P01"}, "indicator"),
        ({"indicator": "Z99"}, "indicator"),
        ({"indicator": "R01"}, "indicator"),
        ({"indicator": "T03"}, "indicator"),
        ({"used_from": "2025K3"}, "used_from"),
        ({"used_from": "2025H1"}, "used_from"),
        ({"period_to": "2025H2"}, "used_from"),
        ({"period_to": "i fjol"}, "period_to"),
        ({"term": (msgspec.structs.replace(TERMS[0], of="S01"),)}, "term[0]"),
        ({"term": (msgspec.structs.replace(TERMS[0], of="S99"),)}, "term[0]"),
        ({"term": (TERMS[0], msgspec.structs.replace(TERMS[1], of="slott"))}, "term[1]"),
        ({"term": (msgspec.structs.replace(TERMS[0], en=" "),)}, "term[0]"),
        ({"term": (msgspec.structs.replace(TERMS[0], coef=1.23456),)}, "term"),
    ],
)
def test_hvb_check_refuses_a_model_that_is_ill_formed(
    house: Path, change: dict[str, Any], where: str
) -> None:
    put_file(house, msgspec.structs.replace(MODEL, **change))
    found = [problem.where for problem in content.check(house, dt.date(2026, 11, 22))]
    assert any(one.endswith(f"$.{where}") for one in found), found
    with pytest.raises(Refused):
        content.read(house)


def test_a_model_is_named_as_its_file_and_has_the_formats_keys(house: Path) -> None:
    put_file(house, MODEL, "annat")
    assert [problem.code for problem in content.check(house, dt.date(2026, 11, 22))] == ["model"]
    file = house / "dashboards" / "models" / "annat.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("slope =", "lutning ="), encoding="utf-8")
    assert {problem.code for problem in content.check(house, dt.date(2026, 11, 22))} == {"content-shape"}


def test_an_invented_model_is_for_demonstrations_and_no_other_is(house: Path) -> None:
    real = msgspec.structs.replace(MODEL, id="S01-2025H2", invented=False)
    put_file(house, MODEL)
    put_file(house, real)
    assert content.read(house).models == (real,)
    assert content.read(house, invented=True).models == (MODEL,)
    assert CATALOGUE.models == ()
    assert {one.indicator for one in content.read(invented=True).models} == {"S01", "S02", "U01"}
