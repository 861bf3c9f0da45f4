"""Open data: shapes that others may rely on, and the same figure on the page, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from hvb_followup.errors import Refused
from hvb_followup.web.public.api import read_parts
from hvb_followup.web.public.rows import inert
from tests.asking import ask
from tests.world import ALFA, BETA, HALF_YEAR, NORTH, OTHER, SOUTH, World

LISTS = (
    "kpi",
    "ou",
    "periods",
    "releases",
    f"data/kpi/U01/ou/{NORTH}",
    "data/kpi/U01/group/SE",
    f"data/kpi/U01/provider/{ALFA}",
)


async def fetch(app: Litestar, target: str) -> dict[str, Any]:
    answered = await ask(app, "GET", f"/api/v1/{target}")
    assert answered.status == 200, f"{target}: {answered.text}"
    assert answered.header("content-type") == "application/json"
    return msgspec.json.decode(answered.body)


async def test_every_list_has_the_same_four_parts(world: World) -> None:
    release = await world.published()
    app = await world.app()
    for target in LISTS:
        found = await fetch(app, target)
        assert list(found) == ["values", "count", "next_url", "release"], target
        assert (found["count"], found["next_url"], found["release"]) == (len(found["values"]), None, release)
        assert found["count"] > 0
    for target in ("kpi", "ou", "periods", "releases"):
        assert all({"id", "title"} <= set(row) for row in (await fetch(app, target))["values"]), target


async def test_lists_are_there_before_the_first_release(world: World) -> None:
    app = await world.app()
    for target in ("kpi", "ou", "periods", "releases"):
        assert (await fetch(app, target))["release"] is None


async def test_anybody_may_fetch_and_need_not_fetch_twice(world: World) -> None:
    await world.published()
    app = await world.app()
    tags = set()
    for target in LISTS:
        first = await ask(app, "GET", f"/api/v1/{target}")
        tags.add(first.header("etag"))
        assert first.header("access-control-allow-origin") == "*"
        assert first.header("cross-origin-resource-policy") == "cross-origin"
        again = await ask(app, "GET", f"/api/v1/{target}", headers=[("if-none-match", first.header("etag"))])
        assert (again.status, again.body, again.header("etag")) == (304, b"", first.header("etag"))
        other = await ask(app, "GET", f"/api/v1/{target}", headers=[("if-none-match", '"annan"')])
        assert other.status == 200
    assert len(tags) == len(LISTS)


async def test_any_two_or_three_parts_in_any_order_find_the_figure(world: World) -> None:
    await world.published()
    app = await world.app()
    parts = {"kpi": "U01", "ou": NORTH, "period": HALF_YEAR}
    whole = await fetch(app, f"data/kpi/U01/ou/{NORTH}/period/{HALF_YEAR}")
    (figure,) = whole["values"]
    assert await fetch(app, f"data/period/{HALF_YEAR}/ou/{NORTH}/kpi/U01") == whole
    for left_out in parts:
        address = "/".join(f"{name}/{value}" for name, value in parts.items() if name != left_out)
        assert figure in (await fetch(app, f"data/{address}"))["values"], address


@pytest.mark.parametrize(
    "parts",
    [
        "",
        "kpi",
        "kpi/U01",
        "kpi/U01/ou",
        "kpi/U01/kpi/U01",
        "ou/A/group/SE",
        "x/y/kpi/U01",
        "kpi/U01/period/2026",
        "kpi/U01/period/2026H3",
    ],
)
def test_an_address_that_says_too_little_or_too_much_is_a_problem_document(parts: str) -> None:
    with pytest.raises(Refused):
        read_parts(parts)


async def test_what_is_not_there_is_a_problem_document(world: World) -> None:
    release = await world.published()
    app = await world.app()
    for target, status in (
        ("/api/v1/data/kpi/U01/ou/HXXXXXX", 404),
        ("/api/v1/data/kpi/U99/group/SE", 404),
        ("/api/v1/data/kpi/U01/period/2019H1", 404),
        (f"/api/v1/data/kpi/U01/period/2019H1?r={release}", 404),
        ("/api/v1/kpi?r=finns-inte", 404),
        ("/api/v1/nej", 404),
        ("/export/finns-inte/figures.csv", 404),
        (f"/export/{release}/annat.csv", 404),
        ("/api/v1/data/kpi/U01", 400),
        ("/api/v1/kpi?start=tre", 400),
    ):
        answered = await ask(app, "GET", target)
        document = msgspec.json.decode(answered.body)
        assert answered.status == document["status"] == status, target
        assert answered.header("content-type") == "application/problem+json"
        assert {"type", "title", "status", "detail", "errors"} == set(document)


async def test_a_withheld_figure_carries_its_reason_and_no_number(world: World) -> None:
    await world.published()
    app = await world.app()
    for unit in (SOUTH, OTHER):
        for row in (await fetch(app, f"data/ou/{unit}/period/{HALF_YEAR}"))["values"]:
            assert row["status"] == ".."
            assert set(row) == {
                "kpi", "level", "ou", "period", "gender", "status", "outcome", "sentence", "release", "value", "count",
            }  # fmt: skip
            assert (row["value"], row["count"]) == (None, None)
            assert not re.search(r"\d", row["sentence"].replace("30 dagar", "")), (
                "the duty's days are in the law"
            )


async def test_a_coarse_figure_is_the_same_on_the_page_in_json_and_in_csv(world: World) -> None:
    release = await world.published()
    app = await world.app()
    (row,) = (await fetch(app, f"data/kpi/U01/ou/{NORTH}/period/{HALF_YEAR}"))["values"]
    assert (row["n"], row["x_lo"], row["x_hi"], row["flags"], row["status"]) == (12, 8, 8, ["g"], "")
    assert row["value"] == 67
    exported = await ask(app, "GET", f"/export/{release}/figures.csv")
    assert exported.body.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(exported.body.decode("utf-8-sig"))))
    (line,) = [one for one in lines if (one["kpi"], one["ou"]) == ("U01", NORTH)]
    for name in ("n", "x_lo", "x_hi", "lo", "hi", "value"):
        assert float(line[name]) == row[name], name
    assert (line["flags"], line["response"], line["status"]) == ("g", row["response"], "")
    page = (await ask(app, "GET", f"/hem/{NORTH}")).text
    assert "8\u00a0av\u00a012" in page
    withheld = [one for one in lines if one["status"]]
    assert {one["ou"] for one in withheld} >= {SOUTH, OTHER}
    assert {tuple(one[name] for name in ("n", "x_lo", "x_hi", "lo", "hi", "value")) for one in withheld} == {
        ("",) * 6
    }


async def test_all_are_counted_alike_when_everybody_says_the_same(world: World) -> None:
    """Twelve of twelve is shown as "minst 11": the end class keeps two values (DESIGN §4.5)."""
    await world.placements(NORTH, 12)
    await world.open()
    for issued in await world.codes(NORTH):
        await world.answer(issued.code)
    await world.close()
    release = await world.release()
    app = await world.app()
    (row,) = (await fetch(app, f"data/kpi/U01/ou/{NORTH}/period/{HALF_YEAR}"))["values"]
    assert (row["x_lo"], row["x_hi"], row["n"], "g" in row["flags"]) == (11, 12, 12, True)
    exported = (await ask(app, "GET", f"/export/{release}/figures.csv")).text
    (line,) = [one for one in exported.splitlines() if one.startswith(f"U01,unit,{NORTH}")]
    assert ",12,11,12," in line
    assert "minst 11\u00a0av\u00a012" in (await ask(app, "GET", f"/hem/{NORTH}")).text


async def test_a_permalink_keeps_its_release_when_a_newer_one_comes(world: World) -> None:
    first = await world.published()
    app = await world.app()
    then = await fetch(app, f"data/kpi/U01/ou/{NORTH}?r={first}")
    await world.open("2027H1")
    for issued in await world.codes(NORTH, "2027H1"):
        await world.answer(issued.code, safe_here="very")
    await world.close("2027H1")
    second = await world.release("2027H1")
    app = await world.app()
    assert (await fetch(app, "kpi"))["release"] == second
    assert await fetch(app, f"data/kpi/U01/ou/{NORTH}?r={first}") == then
    assert (await fetch(app, f"data/kpi/U01/ou/{NORTH}/period/{HALF_YEAR}")) == then
    assert [row["id"] for row in (await fetch(app, "periods"))["values"]] == [HALF_YEAR, "2027H1"]
    assert {row["id"] for row in (await fetch(app, "releases"))["values"]} == {first, second}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a"])
def test_no_text_of_ours_becomes_a_formula_in_a_spreadsheet(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize(("cell", "written"), [(-1.5, -1.5), (0, 0), (None, ""), ("", ""), ("U01", "U01")])
def test_numbers_and_plain_texts_stay_as_they_are(cell: object, written: object) -> None:
    assert inert(cell) == written


async def test_owners_are_those_of_the_period(world: World) -> None:
    await world.published()
    owners = {row["id"]: row["provider"] for row in (await fetch(await world.app(), "ou"))["values"]}
    assert owners == {NORTH: ALFA, SOUTH: ALFA, OTHER: BETA}
