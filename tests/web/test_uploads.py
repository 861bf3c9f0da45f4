"""Importera: nothing is stored before "Lägg in", everything is found at once, and a day's import can be undone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup.access import Role
from hvb_followup.web import security
from hvb_followup.web.security import FormRefused
from tests.asking import FORM, ask
from tests.web.own_home import carried, desk, sheet, staff_csv, stored, words
from tests.world import NORTH, OTHER, SOUTH, World

NUMBER = "19121212" + "-" + "1212"  # of nobody: a test number of Skatteverket's


async def test_a_dry_run_tells_everything_and_stores_nothing(world: World) -> None:
    manager = await desk(world)
    seen = await manager.read("staff", staff_csv())
    assert seen.status == 200
    assert "5 rader lästa: 5 klara." in words(seen)
    assert "Nya 5" in words(seen)
    assert await stored(world, "staff") == 0
    assert await world.database.run("SELECT * FROM batch") == []


async def test_what_is_put_in_is_there_and_putting_it_in_again_changes_nothing(world: World) -> None:
    manager = await desk(world)
    done = await manager.put_in("staff", staff_csv())
    assert (done.status, done.header("location")) == (303, f"/enhet/{NORTH}/importera?kind=staff#senaste")
    assert await stored(world, "staff") == 5
    again = await manager.read("staff", staff_csv())
    assert "Det finns inget att lägga in. Allt i filen fanns redan, precis så." in words(again)
    await manager.put_in("staff", staff_csv())
    assert await stored(world, "staff") == 5


async def test_the_template_comes_filled_in_and_can_be_sent_back_as_it_is(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    template = await manager.get("/mall/staff")
    assert template.header("content-disposition") == f'attachment; filename="staff-{NORTH}.xlsx"'
    again = await manager.read("staff", template.body)
    assert "5 rader lästa: 5 klara." in words(again)
    assert "Precis som förut 5" in words(again)


async def test_only_what_differs_is_told_and_what_is_missing_stays_unless_it_is_taken_away(
    world: World,
) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    changed = staff_csv({("P-03", "Utbildning 1 bevis"): "kontrollerad"}, drop=("P-05",))
    seen = await manager.read("staff", changed)
    assert "Nya 0 Ändrade 1 Precis som förut 3 Finns hos oss men inte i filen 1" in words(seen)
    await manager.put_in("staff", changed)
    assert "P-05" in words(await manager.get("/personal"))
    await manager.put_in("staff", changed, saknas="ta-bort")
    assert "P-05" not in words(await manager.get("/personal"))


async def test_a_file_with_a_personnummer_is_refused_by_row_and_column_and_its_number_is_nowhere(
    world: World,
) -> None:
    manager = await desk(world)
    seen = await manager.read("staff", staff_csv({("P-02", "Personalnyckel"): NUMBER}))
    assert seen.status == 422
    assert (
        "Rad 3, cell A3, Personalnyckel: Cellen ser ut som ett personnummer. Filen är inte sparad."
        in words(seen)
    )
    assert NUMBER not in seen.text
    assert 'name="carried"' not in seen.text
    assert await stored(world, "staff") == 0
    assert NUMBER not in repr(await world.database.run("SELECT * FROM audit"))


async def test_a_fault_stops_its_row_and_never_the_file(world: World) -> None:
    manager = await desk(world)
    wrong = staff_csv(
        {("P-02", "Roll"): "chefen", ("P-03", "Roll"): "chefen", ("P-04", "Anställd från"): "igår"}
    )
    seen = await manager.read("staff", wrong)
    assert "5 rader lästa: 2 klara, 3 med fel." in words(seen)
    assert "Samma fel på 2 rader: rätta alla på samma sätt." in words(seen)
    assert "Rad 3, 4" in words(seen)
    assert "Rad 5 · cell D5 · Anställd från : Det är inte ett datum." in words(seen)
    await manager.put_in("staff", wrong)
    assert await stored(world, "staff") == 2


async def test_what_looks_odd_waits_for_a_tick_and_a_reason(world: World) -> None:
    manager = await desk(world)
    odd = staff_csv({("P-02", "Utbildning 1 år"): "12"})
    seen = await manager.read("staff", odd)
    assert "5 rader lästa: 4 klara, 1 att bekräfta." in words(seen)
    mark = "3-education-long"
    assert f'name="ok-{mark}"' in seen.text
    ticked = {"kind": "staff", "do": "take", "carried": carried(seen), f"ok-{mark}": "ja"}
    refused = await manager.send({**ticked, "skal-education-long": "  "})
    assert refused.status == 422
    assert "Skriv varför raderna stämmer" in words(refused)
    assert f'name="ok-{mark}" value="ja" checked' in refused.text
    assert await stored(world, "staff") == 0
    named = await manager.send({**ticked, "skal-education-long": f"Hon är {NUMBER}"})
    assert named.status == 422
    assert await stored(world, "staff") == 0
    done = await manager.send({**ticked, "skal-education-long": "Läste deltid vid sidan av arbetet"})
    assert done.status == 303
    assert await stored(world, "staff") == 5


async def test_without_a_tick_only_the_rest_is_put_in(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv({("P-02", "Utbildning 1 år"): "12"}))
    assert await stored(world, "staff") == 4


async def test_the_file_comes_back_with_its_faults_in_the_cells(world: World) -> None:
    manager = await desk(world)
    seen = await manager.read("staff", staff_csv({("P-02", "Roll"): "chefen"}))
    copy = await manager.send({"kind": "staff", "do": "mark", "carried": carried(seen)})
    assert copy.header("content-disposition") == 'attachment; filename="staff-att-ratta.xlsx"'
    with zipfile.ZipFile(io.BytesIO(copy.body)) as book:
        assert any(name.startswith("xl/comments") for name in book.namelist())
    assert await stored(world, "staff") == 0


async def test_the_carried_file_is_of_no_use_to_another_session_home_or_register_and_not_after_an_hour(
    world: World,
) -> None:
    manager = await desk(world)
    sealed = carried(await manager.read("staff", staff_csv()))
    other = await desk(world, Role.DATA_ENTRY)
    take = {"kind": "staff", "do": "take", "carried": sealed}
    assert (await other.send(take)).status == 422
    assert (await manager.send({**take, "kind": "hours"})).status == 422
    assert (await manager.send({**take, "carried": sealed[:-8] + "AAAAAAAA"})).status == 422
    provider = await desk(world, Role.PROVIDER_ADMIN)
    of_north = carried(await provider.read("staff", staff_csv()))
    assert (await provider.send({**take, "carried": of_north}, unit=SOUTH)).status == 422
    assert b"P-01" not in sealed.encode()
    await manager.later(hours=1, minutes=1)
    late = await manager.send(take)
    assert late.status == 422
    assert "Välj filen igen." in words(late)
    assert await stored(world, "staff") == 0


async def test_an_import_is_undone_within_a_day_by_who_made_it(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    (batch,) = await world.database.run("SELECT id FROM batch")
    undo = {"batch": str(batch["id"])}
    entry = await desk(world, Role.DATA_ENTRY)
    assert 'name="batch"' not in (await entry.get("/importera")).text
    assert 'name="batch"' in (await manager.get("/importera")).text
    assert (await entry.post("/importera/angra", undo)).status == 404
    assert "P-01" in words(await manager.get("/personal"))
    assert (await manager.post("/importera/angra", undo)).status == 303
    assert "Ingen personal är inlagd än." in words(await manager.get("/personal"))


async def test_after_a_day_an_import_stands(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    (batch,) = await world.database.run("SELECT id FROM batch")
    await manager.later(hours=24, minutes=1)
    await world.database.run("UPDATE session SET ends_at = ?", world.now + dt.timedelta(hours=1))
    assert 'name="batch"' not in (await manager.get("/importera")).text
    assert (await manager.post("/importera/angra", {"batch": str(batch["id"])})).status == 409
    rows = await world.database.run("SELECT state FROM batch")
    assert [row["state"] for row in rows] == ["active"]


async def test_nobody_puts_rows_into_a_home_that_is_not_hers(world: World) -> None:
    manager = await desk(world)
    assert (await manager.read("staff", staff_csv(), unit=OTHER)).status == 404
    of_other = sheet([{"Personalnyckel": "P-1", "Hem": OTHER, "Roll": "omsorgspersonal",
                       "Anställningsform": "anställning", "Anställd från": "2024-01-01"}])  # fmt: skip
    seen = await manager.read("staff", of_other)
    assert "Raden gäller ett annat hem" in words(seen) or "finns inte i registret" in words(seen)
    await manager.put_in("staff", of_other)
    assert await stored(world, "staff", OTHER) == 0


@pytest.mark.parametrize("kind", ["provider", "unit", "nonsense", ""])
async def test_a_home_imports_its_own_registers_and_no_other(world: World, kind: str) -> None:
    manager = await desk(world)
    assert (await manager.read(kind, staff_csv())).status == 404
    assert (await manager.get(f"/mall/{kind}")).status == 404


async def test_no_file_too_large_a_file_and_no_sheet_are_told_apart(world: World) -> None:
    manager = await desk(world)
    told = {
        b"": "Ingen fil är vald.",
        b"x" * 3_000_001: "Filen är större än 3 MB.",
        b"%PDF-1.7 hej": "",
    }
    for file, says in told.items():
        seen = await manager.read("staff", file)
        assert seen.status == 422
        assert says in words(seen)
    large = await manager.read("staff", b"x" * 4_600_000)
    assert large.status == 413
    assert (
        await ask(
            manager.app,
            "POST",
            f"/enhet/{NORTH}/importera",
            headers=[*manager.headers, ("content-type", FORM)],
        )
    ).status == 415


async def test_a_form_of_another_site_is_not_taken(world: World) -> None:
    manager = await desk(world)
    manager.headers = [
        one if one[0] != "sec-fetch-site" else (one[0], "cross-site") for one in manager.headers
    ]
    assert (await manager.read("staff", staff_csv())).status == 403
    assert (await manager.post("/kvartal/2026K3", {"do": "sign"})).status == 403


class _Sent:
    """A request with a body and its kind, and nothing else."""

    def __init__(self, body: bytes, kind: str) -> None:
        self._body, self.headers = body, {"content-type": kind}

    async def body(self) -> bytes:
        return self._body


names = st.text("abcdefåäö-0123", min_size=1, max_size=12)


@given(fields=st.dictionaries(names, st.binary(max_size=200), min_size=1, max_size=8))
async def test_every_part_arrives_byte_by_byte(fields: dict[str, bytes]) -> None:
    made = httpx.Request("POST", "http://t/", files=[(name, ("f", said)) for name, said in fields.items()])
    sent = _Sent(made.read(), made.headers["content-type"])
    assert await security.read_parts(sent) == fields  # type: ignore[arg-type]


@given(body=st.binary(max_size=300), mark=st.text("ab-", max_size=4))
async def test_a_broken_form_is_refused_and_nothing_worse(body: bytes, mark: str) -> None:
    try:
        await security.read_parts(_Sent(body, f"multipart/form-data; boundary={mark}"))  # type: ignore[arg-type]
    except FormRefused:
        return
