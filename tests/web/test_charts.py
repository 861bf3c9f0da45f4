"""Charts at their addresses: what is drawn of which release, what weighs what, and that nothing is needed of them."""

from __future__ import annotations

import gzip
import re

import msgspec
import plotly.graph_objects as go
import pytest
from drawn import LATEST, OWN, UNITS, released
from litestar import Litestar

from hvb_followup.web import plotly
from tests.asking import Answered, ask
from tests.world import World

FIRST_LOAD = 120_000  # bytes compressed, before any chart
PACKED = [("accept-encoding", "gzip")]


async def drawing(app: Litestar, address: str) -> dict[str, object]:
    answered = await ask(app, "GET", address)
    assert answered.status == 200, address
    assert answered.header("content-type").startswith("application/json")
    found: dict[str, object] = msgspec.json.decode(answered.body)
    return found


def size(answered: Answered) -> int:
    assert answered.header("content-encoding") == "gzip"
    return len(answered.body)


async def test_a_page_names_its_charts_and_plotly_can_draw_each(world: World) -> None:
    await released(world)
    app = await world.app()
    page = (await ask(app, "GET", f"/indikator/U01?hem={OWN}")).text
    named = [one.replace("&amp;", "&") for one in re.findall(r'data-chart="([^"]*)"', page)]
    assert named == [f"/diagram/U01/{kind}" for kind in (
        f"grupper?r={LATEST}&hem={OWN}", f"tratt?r={LATEST}&hem={OWN}", f"trend?r={LATEST}")]  # fmt: skip
    for address in named:
        go.Figure(await drawing(app, address))


async def test_the_own_home_is_marked_and_a_flag_is_what_the_release_says(world: World) -> None:
    await released(world)
    app = await world.app()
    marks = (await drawing(app, f"/diagram/U01/tratt?hem={OWN}"))["data"]
    assert isinstance(marks, list)
    by_name = {one["name"]: one for one in marks if one["mode"] != "lines"}
    assert by_name["Björken"]["x"] == [12]
    assert by_name["Ovanligt resultat"]["x"] == [15]
    assert len(by_name["Hem"]["x"]) == 6
    assert "&lt;b&gt;" in by_name["Hem"]["hovertext"][-1]


async def test_without_a_comparison_there_are_no_sets_and_no_flags(world: World) -> None:
    await released(world, with_compared=False)
    app = await world.app()
    assert (await ask(app, "GET", "/diagram/U01/grupper")).status == 404
    marks = (await drawing(app, "/diagram/U01/tratt"))["data"]
    assert isinstance(marks, list)
    assert "Ovanligt resultat" not in {one["name"] for one in marks}


async def test_a_trend_ends_with_the_release_that_is_asked_for(world: World) -> None:
    await released(world)
    app = await world.app()
    page = (await ask(app, "GET", "/indikator/U01")).text
    for said in ("80–90\u00a0av\u00a0120", "110–115\u00a0av\u00a0140", "100–110\u00a0av\u00a0140"):
        assert said in page, said
    earlier = (await ask(app, "GET", "/indikator/U01?r=2025H2-drawn")).text
    assert "110–115\u00a0av\u00a0140" in earlier
    assert "100–110\u00a0av\u00a0140" not in earlier
    assert 'id="over-tid"' in earlier
    assert 'id="over-tid"' not in (await ask(app, "GET", "/indikator/U01?r=2025H1-drawn")).text


async def test_two_homes_are_drawn_on_one_axis_and_one_is_not(world: World) -> None:
    await released(world)
    app = await world.app()
    made = await drawing(app, f"/diagram/jamfor?ou={UNITS[0]},{UNITS[1]}&kpi=U01")
    assert isinstance(made["data"], list)
    assert [one["name"] for one in made["data"]] == ["Almen", "Björken"]
    assert (await ask(app, "GET", f"/diagram/jamfor?ou={UNITS[0]}")).status == 404


@pytest.mark.parametrize(
    "target",
    ["/diagram/U01/tarta", "/diagram/X99/tratt", "/diagram/U01/tratt?r=finns-inte", "/diagram/jamfor"],
)
async def test_what_cannot_be_drawn_is_not_found(world: World, target: str) -> None:
    assert (await ask(await world.app(), "GET", target)).status == 404
    await released(world)
    assert (await ask(await world.app(), "GET", target)).status == 404


async def test_the_library_comes_from_here_under_its_hash_and_is_kept_for_ever(world: World) -> None:
    app = await world.app()
    answered = await ask(app, "GET", f"/static/{plotly.script().name}", headers=PACKED)
    assert answered.header("cache-control") == "public, max-age=31536000, immutable"
    assert answered.header("content-type").startswith("text/javascript")
    assert gzip.decompress(answered.body)[:60].count(b"plotly.js") == 1
    assert (await ask(app, "GET", "/static/plotly.000000000000.js")).status == 404


async def test_a_page_is_light_before_any_chart_and_holds_nothing_inline(world: World) -> None:
    await released(world)
    app = await world.app()
    page = await ask(app, "GET", "/indikator/U01", headers=PACKED)
    text = gzip.decompress(page.body).decode()
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
    assert not any("plotly." in file for file in files)
    sizes = [size(await ask(app, "GET", file, headers=PACKED)) for file in files]
    assert size(page) + sum(sizes) <= FIRST_LOAD
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|onclick", text)


async def test_the_first_page_and_those_without_charts_load_no_script(world: World) -> None:
    await released(world)
    app = await world.app()
    for address in ("/", "/metod", "/hitta", "/jamfor", f"/hem/{UNITS[0]}"):
        assert "<script" not in (await ask(app, "GET", address)).text, address


async def test_a_model_card_says_what_the_release_compared(world: World) -> None:
    await released(world)
    app = await world.app()
    page = (await ask(app, "GET", "/metod/modell/U01")).text
    for said in ("Svar som behövs för tillförlitlighet 0,5", "76\u00a0%", "Säger siffran mer än slumpen?",
                 "Av 8 jämförelser väntas 0,0 larma av ren slump; 1 larmade.", "0f0f0f0f0f0f0f0f"):  # fmt: skip
        assert said in page, said
    assert (await ask(app, "GET", "/metod/modell/X99")).status == 404


async def test_every_method_has_its_page_in_both_languages_and_its_code_is_there(world: World) -> None:
    app = await world.app()
    methods = world.catalogue.methods
    assert len(methods) >= 10
    for one in methods:
        for language, what in one.what.items():
            page = await ask(app, "GET", f"/metod/{one.id}?lang={language}")
            assert page.status == 200, one.id
            assert what[:40] in page.text.replace("&#39;", "'")
    assert (await ask(app, "GET", "/metod/finns-inte")).status == 404
