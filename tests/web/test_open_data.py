"""The rest of the open data: providers, changes, Kolada's shape, Parquet, and a description that fits what there is."""

from __future__ import annotations

import io
import re
from typing import Any

import msgspec
import openpyxl
import polars as pl
from litestar import Litestar

from hvb_followup.web.public.openapi import PATHS
from hvb_followup.web.public.workbooks import Workbooks, workbook
from hvb_followup.web.security import handlers_of
from tests.asking import ask
from tests.world import ALFA, BETA, HALF_YEAR, NORTH, OTHER, SOUTH, World


async def fetch(app: Litestar, target: str, status: int = 200) -> Any:
    answered = await ask(app, "GET", target)
    assert answered.status == status, f"{target}: {answered.text}"
    return msgspec.json.decode(answered.body)


async def test_providers_come_with_their_homes_in_alphabetical_order(world: World) -> None:
    await world.published()
    found = await fetch(await world.app(), "/api/v1/provider")
    assert found["values"] == [
        {"id": ALFA, "title": "Alfa Omsorg", "ou": [NORTH, SOUTH]},
        {"id": BETA, "title": "Beta Vård", "ou": [OTHER]},
    ]


async def test_changes_are_publications_and_definitions_newest_first(world: World) -> None:
    release = await world.published()
    app = await world.app()
    rows = (await fetch(app, "/api/v1/changes"))["values"]
    days = [row["on"] for row in rows]
    assert days == sorted(days, reverse=True)
    assert {row["id"] for row in rows} == {release, *(one.id for one in world.catalogue.indicators)}
    since = max(days)
    later = (await fetch(app, f"/api/v1/changes?since={since}"))["values"]
    assert later == [row for row in rows if row["on"] >= since]
    assert (await fetch(app, "/api/v1/changes?since=igår", 400))["status"] == 400


async def test_koladas_shape_has_a_value_per_year_and_none_where_it_is_withheld(world: World) -> None:
    await world.published()
    app = await world.app()
    found = await fetch(app, f"/kolada/v3/oudata/kpi/U01/ou/{NORTH},{SOUTH}")
    assert set(found) == {"count", "values", "next_url", "previous_url"}
    said = {row["ou"]: row for row in found["values"]}
    year = int(HALF_YEAR[:4])
    assert {row["period"] for row in found["values"]} == {year}
    assert said[NORTH]["values"] == [
        {"gender": "T", "count": 12, "status": "", "value": 67, "isdeleted": False}
    ]
    assert said[SOUTH]["values"] == [
        {"gender": "T", "count": None, "status": "..", "value": None, "isdeleted": False}
    ]
    assert (await fetch(app, f"/kolada/v3/oudata/kpi/X99/ou/{NORTH}"))["values"] == []


async def test_several_ids_with_commas_and_far_too_many(world: World) -> None:
    await world.published()
    app = await world.app()
    found = await fetch(app, f"/api/v1/data/kpi/U01,U02/ou/{NORTH},{SOUTH}")
    assert {(row["kpi"], row["ou"]) for row in found["values"]} == {
        (kpi, unit) for kpi in ("U01", "U02") for unit in (NORTH, SOUTH)
    }
    many = ",".join(f"H{number}" for number in range(101))
    assert (await fetch(app, f"/api/v1/data/kpi/U01/ou/{many}", 400))["status"] == 400


async def test_every_table_comes_as_csv_and_as_parquet_with_the_same_rows(world: World) -> None:
    release = await world.published()
    app = await world.app()
    for table in ("figures", "compared", "ou", "provider", "kpi"):
        text = (await ask(app, "GET", f"/export/{release}/{table}.csv")).body
        stored = pl.read_parquet((await ask(app, "GET", f"/export/{release}/{table}.parquet")).body)
        read = pl.read_csv(io.BytesIO(text), infer_schema=False)
        assert (read.columns, read.height) == (stored.columns, stored.height), table
        assert stored.height > 0
    assert (await ask(app, "GET", f"/export/{release}/figures.ods")).status == 404


async def test_every_table_comes_as_excel_with_the_same_rows_and_a_reason_for_every_empty_value(
    world: World,
) -> None:
    release = await world.published()
    app = await world.app()
    for table in ("figures", "ou", "provider", "kpi"):
        answer = await ask(app, "GET", f"/export/{release}/{table}.xlsx")
        assert answer.header("content-type").startswith("application/vnd.openxmlformats")
        heading, *rows = openpyxl.load_workbook(io.BytesIO(answer.body)).active.iter_rows(values_only=True)
        stored = pl.read_parquet((await ask(app, "GET", f"/export/{release}/{table}.parquet")).body)
        assert list(heading) == stored.columns
        assert [tuple(cell or None for cell in row) for row in rows] == [
            tuple(cell or None for cell in row) for row in stored.iter_rows()
        ], table
    figures = [
        dict(zip(heading, row, strict=True))
        for answer in [await ask(app, "GET", f"/export/{release}/figures.xlsx")]
        for heading, *rows in [
            list(openpyxl.load_workbook(io.BytesIO(answer.body)).active.iter_rows(values_only=True))
        ]
        for row in rows
    ]
    withheld = [row for row in figures if row["status"]]
    assert withheld
    for row in withheld:
        assert row["outcome"]
        assert [row[name] for name in ("value", "n", "x_lo", "x_hi", "lo", "hi")] == [None] * 6


async def test_an_excel_file_is_made_once_and_thrown_out_when_there_is_no_room() -> None:
    kept = Workbooks(room=1)
    first = await kept.get("a", [{"x": 1}], ("x",))
    assert await kept.get("a", iter(()), ("x",)) is first
    await kept.get("b", [{"x": 2}], ("x",))
    assert await kept.get("a", [{"x": 3}], ("x",)) != first


def test_what_a_person_wrote_is_no_formula_in_a_public_excel_file() -> None:
    nasty = ("=1+1", "+46", "-2", "@SUM(A1)", '=HYPERLINK("http://a.test")', "http://a.test", "0012", "\t=1")
    book = openpyxl.load_workbook(io.BytesIO(workbook([{"title": one} for one in nasty], ("title",))))
    cells = [row[0] for row in book.active.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(nasty)
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


async def test_the_description_names_every_address_and_no_other(world: World) -> None:
    app = await world.app()
    described = await fetch(app, "/openapi.json")
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == set(PATHS)
    patterns = [re.sub(r"\{(\w+):path\}", ".+", re.sub(r"\{\w+:str\}", "[^/]+", route.path))
                for route, _ in handlers_of(app) if route.path.startswith(("/api/", "/kolada/", "/export/"))]  # fmt: skip
    for path in PATHS:
        assert [one for one in patterns if re.fullmatch(one, path)], path
    for pattern in patterns:
        assert [path for path in PATHS if re.fullmatch(pattern, path)], pattern


async def test_a_described_figure_has_the_described_keys(world: World) -> None:
    await world.published()
    app = await world.app()
    value = (await fetch(app, "/openapi.json"))["components"]["schemas"]["Value"]
    for unit in (NORTH, SOUTH):
        for row in (await fetch(app, f"/api/v1/data/kpi/U01/ou/{unit}"))["values"]:
            assert set(value["required"]) <= set(row) <= set(value["properties"])
            assert row["level"] in value["properties"]["level"]["enum"]
