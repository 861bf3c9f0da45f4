"""One figure, one value: page, comparison, indicator page, sentence, JSON, CSV and Parquet say the same of every place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from litestar import Litestar

from hvb_followup.keys.web import open_web_keys
from hvb_followup.running import operation
from hvb_followup.web.service import Service
from tests.asking import ask
from tests.demo.nation import HALF_YEARS, SmallNation
from tests.world import ALFA, BETA, NORTH, OTHER, SOUTH, World, standing

# How many answer in each home, and how many of them are content; the second home's count is coarse, the third waits.
ANSWERS = {NORTH: (12, 8), SOUTH: (11, 11), OTHER: (7, 3)}
PLACES = [
    *(("unit", unit, f"/hem/{unit}") for unit in ANSWERS),
    ("provider", ALFA, f"/utforare/{ALFA}"),
    ("provider", BETA, f"/utforare/{BETA}"),
]
NUMBERS = ("n", "x_lo", "x_hi", "lo", "hi", "value")


@pytest.fixture
async def open_figures(world: World) -> tuple[Litestar, str]:
    """Three homes of two providers have answered, and it is published; the application and the release."""
    for unit, (count, content) in ANSWERS.items():
        await world.placements(unit, count)
        await world.open()
        for number, issued in enumerate(await world.codes(unit)):
            good = number < content
            await world.answer(
                issued.code, safe_here="very" if good else "not", home="good" if number % 3 else "very_bad"
            )
    await world.close()
    release = await world.release()
    return await world.app(), release


async def rows(app: Litestar, target: str) -> list[dict[str, Any]]:
    answered = await ask(app, "GET", f"/api/v1/data/{target}")
    assert answered.status == 200, target
    found: list[dict[str, Any]] = msgspec.json.decode(answered.body)["values"]
    return found


async def text(app: Litestar, target: str) -> str:
    answered = await ask(app, "GET", target)
    assert answered.status == 200, target
    return unescape(answered.text).replace("\u00a0", " ")


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def table_row(page: str, title: str) -> str:
    """What a home's or a provider's page says of an indicator in its table."""
    found = re.search(rf'<th role="rowheader" scope="row">{re.escape(title)}</th>(.*?)</tr>', page, re.DOTALL)
    assert found, title
    return plain(found[1])


def grid_cells(page: str, title: str) -> list[str]:
    """What a comparison says of an indicator, column by column."""
    found = re.search(rf">{re.escape(title)}</a></th></tr>\s*<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    assert found, title
    return [plain(cell) for cell in re.findall(r"<td.*?</td>", found[1], re.DOTALL)]


def said(row: dict[str, Any]) -> str:
    """A count as one says it, spelled anew here on purpose."""
    low, high, n = row["x_lo"], row["x_hi"], row["n"]
    if low == high:
        return f"{low} av {n}"
    if high == n and low:
        return f"minst {low} av {n}"
    return f"högst {high} av {n}" if low == 0 and high < n else f"{low}–{high} av {n}"


def reach(row: dict[str, Any]) -> str:
    low, high = int(row["lo"] // 1), -int(-row["hi"] // 1)
    return f"{low} %" if low == high else f"{low}–{high} %"  # what is counted out has no reach


async def test_every_core_figure_of_three_homes_and_two_providers_is_the_same_everywhere(
    open_figures: tuple[Litestar, str], world: World
) -> None:
    app, release = open_figures
    shares = [one for one in world.catalogue.indicators if one.kind == "share" and one.sensitivity == 1]
    exported = (await ask(app, "GET", f"/export/{release}/figures.csv")).body.decode("utf-8-sig")
    lines = {(one["kpi"], one["level"], one["ou"]): one for one in csv.DictReader(io.StringIO(exported))}
    parquet = pl.read_parquet((await ask(app, "GET", f"/export/{release}/figures.parquet")).body)
    homes_page = await text(app, f"/jamfor?ou={','.join(ANSWERS)}")
    providers_page = await text(app, f"/jamfor?utforare={ALFA},{BETA}")
    seen = set()
    for level, whose, address in PLACES:
        page = await text(app, address)
        name = "ou" if level == "unit" else "provider"
        for share in shares:
            (row,) = await rows(app, f"kpi/{share.id}/{name}/{whose}")
            line = lines[share.id, level, whose]
            (stored,) = parquet.filter(kpi=share.id, level=level, ou=whose).to_dicts()
            cells = grid_cells(homes_page if level == "unit" else providers_page, share.title.sv)
            column = list(ANSWERS).index(whose) if level == "unit" else [ALFA, BETA].index(whose)
            listed = await text(app, f"/indikator/{share.id}")
            place = plain(re.search(rf'<a href="{address}">.*?</tr>', listed, re.DOTALL)[0])  # type: ignore[index]
            seen.add(row["status"])
            assert (line["status"], stored["status"]) == (row["status"], row["status"])
            assert row["sentence"] == line["sentence"] == stored["sentence"]
            assert row["sentence"].replace("\u00a0", " ") in page
            if row["status"]:
                assert not [line[one] for one in NUMBERS if line[one] or stored[one] is not None]
                assert "väntar på fler" in table_row(page, share.title.sv)
                assert cells[column].endswith("väntar på fler")
                assert "väntar på fler" in place
                continue
            for one in NUMBERS:
                assert float(line[one]) == row[one] == stored[one], one
            for shown in (table_row(page, share.title.sv), cells[column], place):
                assert said(row) in shown
                assert reach(row) in shown
    assert seen == {"", ".."}


async def test_a_lan_and_bought_care_are_the_sums_of_their_homes(open_figures: tuple[Litestar, str]) -> None:
    """All three homes are private and lie on Gotland; the one of seven persons counts there too."""
    app, _ = open_figures
    (lan,) = await rows(app, "kpi/U01/group/Gotland")
    (bought,) = await rows(app, "kpi/U01/group/bought")
    (nation,) = await rows(app, "kpi/U01/group/SE")
    expected = (30, 8 + 10 + 3, 8 + 11 + 3)
    for row in (lan, bought, nation):
        assert (row["n"], row["x_lo"], row["x_hi"]) == expected
    assert (lan["level"], bought["level"], nation["level"]) == ("lan", "group", "nation")
    assert said(lan) in await text(app, "/lan?kpi=U01")
    cells = grid_cells(await text(app, "/regi"), "Känner sig trygg i boendet")
    assert said(bought) in cells[1]
    assert said(nation) in cells[2]
    answered = await ask(app, "GET", "/api/v1/data/kpi/U01/group/own")
    assert answered.status == 404


async def test_english_pages_say_the_same_figure_in_english(open_figures: tuple[Litestar, str]) -> None:
    app, _ = open_figures
    page = await text(app, f"/hem/{SOUTH}?lang=en")
    assert "at least 10 of 11" in table_row(page, "Feels safe where they live")
    (row,) = msgspec.json.decode((await ask(app, "GET", f"/api/v1/data/kpi/U01/ou/{SOUTH}?lang=en")).body)[
        "values"
    ]
    assert row["sentence"].startswith("At least 10 of 11 answered so")
    assert row["sentence"] in page


# --- the small nation: also blocks, rates and classes of staff ----------------------------------------------


@pytest.fixture
async def nation_app(small_nation: SmallNation, tmp_path: Path) -> AsyncIterator[Litestar]:
    """The application, serving a copy of the small demo nation."""
    settings = small_nation.copy(tmp_path / "nation")
    async with operation(settings, jobs=False) as opened:
        keys = open_web_keys(settings.web_keys, settings.public_keys)
        service = Service(settings, opened.catalogue, keys, opened.deployment, opened.receipt_words())
        service.database = opened.database
        yield standing(service)


def three_homes_and_two_providers(nation: SmallNation) -> tuple[list[str], list[str]]:
    """The home with the most to tell, the one with the least and one between; the providers likewise."""
    told: dict[str, dict[str, int]] = {"unit": {}, "provider": {}}
    for (_, level, whose), row in nation.figures(HALF_YEARS[-1]).items():
        if level in told:
            told[level][whose] = told[level].get(whose, 0) + (not row["status"])
    homes, providers = (sorted(found, key=lambda one: (found[one], one)) for found in told.values())
    return [homes[-1], homes[0], homes[len(homes) // 2]], [providers[-1], providers[0]]


def tens_of(value: float, *, up: bool) -> str:
    """A rate's limit with one decimal, outwards."""
    tenths = -int(-round(10 * value, 6) // 1) if up else int(round(10 * value, 6) // 1)
    return f"{tenths // 10},{tenths % 10}"


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def words_of(row: dict[str, Any], stored: dict[str, Any]) -> list[str]:
    """What every place must say of the figure, spelled anew; ``stored`` is the release's own row."""
    if row["outcome"] == "not_due":
        return ["inget att räkna än"]
    if row["status"]:
        return [{"..": "väntar på fler", "-": "inte inlämnat"}[row["status"]]]
    if row["outcome"] == "response":
        return [row["response"].replace("<", "under").replace("≥", "minst")]
    if row["outcome"] == "class":
        words = stored["class_sv"].replace("\u00a0", " ")
        assert words.casefold() in row["sentence"].replace("\u00a0", " ").casefold()
        return [words]
    if stored.get("scale") == "rate":
        low, high = (grouped(row[one]) for one in ("x_lo", "x_hi"))
        events = low if low == high else f"{low}–{high}"
        reach_of = f"{tens_of(row['lo'], up=False)}–{tens_of(row['hi'], up=True)} per 1 000"
        return [f"{events} på {grouped(row['n'])} vårddygn", reach_of]
    return [said(row), reach(row)]


async def test_every_figure_of_the_nations_homes_and_providers_is_the_same_everywhere(
    nation_app: Litestar, small_nation: SmallNation
) -> None:
    homes, providers = three_homes_and_two_providers(small_nation)
    published = small_nation.figures(HALF_YEARS[-1])
    titles = {one.id: one.title.sv for one in nation_app.state.service.catalogue.indicators}
    release = small_nation.releases[HALF_YEARS[-1]]["statistics"]["id"]
    exported = (await ask(nation_app, "GET", f"/export/{release}/figures.csv")).body.decode("utf-8-sig")
    lines = {(one["kpi"], one["level"], one["ou"]): one for one in csv.DictReader(io.StringIO(exported))}
    assert set(lines) == set(published)
    compared = {
        "unit": (homes, await text(nation_app, f"/jamfor?ou={','.join(homes)}")),
        "provider": (providers, await text(nation_app, f"/jamfor?utforare={','.join(providers)}")),
    }
    listed = {kpi: await text(nation_app, f"/indikator/{kpi}") for kpi in {key[0] for key in published}}
    seen: set[tuple[str, str]] = set()
    for level, (places, grid_page) in compared.items():
        path, name = ("/hem/", "ou") if level == "unit" else ("/utforare/", "provider")
        for whose in places:
            page = await text(nation_app, f"{path}{whose}")
            kpis = sorted(kpi for kpi, at, place in published if (at, place) == (level, whose))
            answered = await rows(nation_app, f"kpi/{','.join(kpis)}/{name}/{whose}")
            assert [row["kpi"] for row in sorted(answered, key=lambda row: row["kpi"])] == kpis
            for row in answered:
                kpi, stored = row["kpi"], published[row["kpi"], level, whose]
                line, words = lines[kpi, level, whose], words_of(row, stored)
                assert row["sentence"] == line["sentence"] == stored["sentence_sv"]
                assert (row["status"], row["outcome"]) == (line["status"], line["outcome"])
                for one in NUMBERS:
                    told = row.get(one)
                    assert told == stored.get(one), (kpi, one)
                    assert line[one] == "" if told is None else float(line[one]) == told, (kpi, one)
                entry = re.search(rf'<a href="{path}{whose}">.*?</tr>', listed[kpi], re.DOTALL)
                cell = grid_cells(grid_page, titles[kpi])[places.index(whose)]
                for told_by in (table_row(page, titles[kpi]), cell, plain(entry[0]) if entry else ""):
                    assert not [one for one in words if one not in told_by], (kpi, whose, told_by)
                # Of the response a page has the band and no sentence.
                has_sentence = not row["status"] and row["outcome"] != "response"
                assert not has_sentence or row["sentence"].replace("\u00a0", " ") in page
                seen.add((level, row["outcome"]))
    outcomes = {"shown", "class", "response", "waiting", "too_few", "fact"}
    assert {outcome for _, outcome in seen} == outcomes
    shown = {
        kpi
        for (kpi, level, whose), row in published.items()
        if whose in (*homes, *providers) and not row["status"]
    }
    assert len(shown) > 30
