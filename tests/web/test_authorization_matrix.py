"""Every route × everybody: made from the application's own routes, so that a route without a row fails the build.

A row says what nobody and each signed-in person gets; what is somebody's own is asked for in every relation.
"""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from litestar import Litestar, get

from hvb_followup.access import Permission, Role
from hvb_followup.errors import Unsound
from hvb_followup.pseudonyms import link, written
from hvb_followup.registry import Municipality, Placement, unit_id
from hvb_followup.store import homes
from hvb_followup.web.answer import router as respondents
from hvb_followup.web.security import handlers_of, refuse_unguarded
from tests.asking import FORM, Answered, ask
from tests.telling_back import tell_back
from tests.world import ALFA, NORTH, OTHER, SOUTH, World

NOBODY = "nobody"
INSIDE = ("/enhet", "/min-kommun", "/drift")
EVERYBODY = [NOBODY, *(role.value for role in Role)]
FAR = "9003"  # a municipality that places in one home only
SUMMER = dt.date(2024, 6, 1)
MISSING = unit_id("M1SSG")
SCOPES = {
    Role.UNIT_MANAGER: NORTH,
    Role.DATA_ENTRY: NORTH,
    Role.PROVIDER_ADMIN: ALFA,
    Role.PROCURER: FAR,
    Role.CASE_WORKER: FAR,
}

# method, route: what is asked for; what nobody gets; what everybody who is signed in gets.
# "own" means: see OWN below. A respondent's page never depends on who is signed in: there is no such thing there.
ROWS = """
GET   /svara                            /svara                       200  200
POST  /svara                            /svara                       422  422
GET   /svara/start                      /svara/start                 200  200
POST  /svara/start                      /svara/start                 200  200
GET   /svara/fraga/{number:int}         /svara/fraga/1               200  200
POST  /svara/fraga/{number:int}         /svara/fraga/1               200  200
POST  /svara/klar                       /svara/klar                  200  200
GET   /svara/hjalp                      /svara/hjalp                 200  200
POST  /svara/hjalp                      /svara/hjalp                 503  503
GET   /svara/hjalp/svar                 /svara/hjalp/svar            200  200
POST  /svara/hjalp/svar                 /svara/hjalp/svar            422  422
GET   /svara/form                       /svara/form                  200  200
POST  /svara/form                       /svara/form                  200  200
GET   /svara/prova                      /svara/prova                 200  200
POST  /svara/prova                      /svara/prova                 200  200
GET   /svara/ljud/{name:str}            /svara/ljud/x.mp3            404  404
POST  /svara/kvar                       /svara/kvar                  410  410
GET   /svara/stang                      /svara/stang                 303  303
GET   /svara/lamna                      /svara/lamna                 303  303
GET   /svara/ta-bort                    /svara/ta-bort               200  200
GET   /svara/inga-fler                  /svara/inga-fler             404  404
POST  /svara/inga-fler                  /svara/inga-fler             404  404
POST  /svara/sms                        /svara/sms                   404  404
POST  /svara/ta-bort                    /svara/ta-bort               422  422
GET   /logga-in                         /logga-in                    200  200
POST  /logga-in                         /logga-in                    422  422
POST  /logga-ut                         /logga-ut                    303  303
GET   /enhet                            /enhet                       303  200
GET   /enhet/vad-om                     /enhet/vad-om                303  reporters
GET   /enhet/{ou:str}                   /enhet/{ou}                  303  reads
GET   /enhet/{ou:str}/resultat          /enhet/{ou}/resultat         303  own
GET   /enhet/{ou:str}/kvartal/{quarter:str} /enhet/{ou}/kvartal/2026K3 303 reads
POST  /enhet/{ou:str}/kvartal/{quarter:str} /enhet/{ou}/kvartal/2026K3 303 signs
GET   /enhet/{ou:str}/placeringar       /enhet/{ou}/placeringar      303  reads
POST  /enhet/{ou:str}/placeringar       /enhet/{ou}/placeringar      303  writes
GET   /enhet/{ou:str}/personal          /enhet/{ou}/personal         303  reads
GET   /enhet/{ou:str}/rad/{kind:str}    /enhet/{ou}/rad/placement    303  reads
POST  /enhet/{ou:str}/rad/{kind:str}    /enhet/{ou}/rad/placement    303  forms
GET   /enhet/{ou:str}/aterkoppling      /enhet/{ou}/aterkoppling     303  reads
GET   /enhet/{ou:str}/aterkoppling/{family:str}/{half_year:str} /enhet/{ou}/aterkoppling/ung-upplevelse/2026H2 303 reads
POST  /enhet/{ou:str}/aterkoppling/{family:str}/{half_year:str} /enhet/{ou}/aterkoppling/ung-upplevelse/2026H2 303 tells
GET   /enhet/{ou:str}/aterkoppling/{family:str}/{half_year:str}/blad /enhet/{ou}/aterkoppling/ung-upplevelse/2026H2/blad 303 reads
GET   /enhet/{ou:str}/importera         /enhet/{ou}/importera        303  reads
POST  /enhet/{ou:str}/importera         /enhet/{ou}/importera        303  uploads
POST  /enhet/{ou:str}/importera/angra   /enhet/{ou}/importera/angra  303  undoes
GET   /enhet/{ou:str}/mall/{kind:str}   /enhet/{ou}/mall/staff       303  reads
GET   /min-kommun/utskick               /min-kommun/utskick          303  places
POST  /min-kommun/utskick               /min-kommun/utskick          303  keeps
GET   /min-kommun/koder                 /min-kommun/koder            303  places
POST  /min-kommun/koder                 /min-kommun/koder            303  keeps
GET   /min-kommun/placeringar           /min-kommun/placeringar      303  places
POST  /min-kommun/placeringar           /min-kommun/placeringar      303  confirms
GET   /min-kommun/rad/placement         /min-kommun/rad/placement    303  places
POST  /min-kommun/rad/placement         /min-kommun/rad/placement    303  enters
GET   /min-kommun/mall/placement        /min-kommun/mall/placement   303  places
GET   /min-kommun/importera             /min-kommun/importera        303  places
POST  /min-kommun/importera             /min-kommun/importera        303  hands-in
POST  /min-kommun/importera/angra       /min-kommun/importera/angra  303  keeps
GET   /min-kommun/aterkoppling          /min-kommun/aterkoppling     303  follows
GET   /drift/utskick                    /drift/utskick               303  operates
GET   /drift/larm                       /drift/larm                  303  operates
GET   /                                 /                            200  200
GET   /hem/{ou:str}                     /hem/{ou}                    200  200
GET   /hitta                            /hitta?ou={ou}               200  200
GET   /jamfor                           /jamfor?ou={other},{south}   200  200
GET   /utforare/{provider_id:str}       /utforare/{alfa}             200  200
GET   /indikator/{kpi:str}              /indikator/U01               200  200
GET   /lan                              /lan                         200  200
GET   /regi                             /regi                        200  200
GET   /tema/{theme_id:str}             /tema/trygghet               200  200
GET   /metod                            /metod                       200  200
GET   /metod/{method_id:str}            /metod/intervall             200  200
GET   /metod/modell/{kpi:str}           /metod/modell/U01            200  200
GET   /diagram/jamfor                   /diagram/jamfor?ou={other},{south}&kpi=U01  404  404
GET   /diagram/{kpi:str}/{kind:str}     /diagram/U01/tratt           404  404
GET   /data                             /data                        200  200
GET   /api/v1/kpi                       /api/v1/kpi                  200  200
GET   /api/v1/ou                        /api/v1/ou                   200  200
GET   /api/v1/provider                  /api/v1/provider             200  200
GET   /api/v1/changes                   /api/v1/changes              200  200
GET   /kolada/v3/oudata/kpi/{kpi_ids:str}/ou/{ou_ids:str} /kolada/v3/oudata/kpi/U01/ou/{ou} 200 200
GET   /openapi.json                     /openapi.json                200  200
GET   /api/v1/periods                   /api/v1/periods              200  200
GET   /api/v1/releases                  /api/v1/releases             200  200
GET   /api/v1/data/{parts:path}         /api/v1/data/kpi/U01/ou/{ou} 200  200
GET   /export/{release:str}/{table:str} /export/{release}/figures.csv 200 200
GET   /health                           /health                      200  200
GET   /ready                            /ready                       200  200
GET   /static/{name:str}                {css}                        200  200
"""

# A home's results: her own home, another of the same provider, another provider's, and one that does not exist.
OWN = """
unit_manager           200 404 404 404
data_entry             404 404 404 404
provider_admin         200 200 404 404
case_worker            404 404 404 404
procurer               200 404 404 404
analyst                404 404 404 404
evidence_checker       404 404 404 404
safeguarding_reviewer  404 404 404 404
auditor                404 404 404 404
operator               404 404 404 404
"""
# A home's own register: to read it, to write in it, and to sign its quarter. Everybody else is told nothing.
REPORTS = """
unit_manager           200 404 404 404
data_entry             200 404 404 404
provider_admin         200 200 404 404
"""
SIGNS = """
unit_manager           200 404 404 404
"""
# To write to the young people of one's own home.
TELLS = """
unit_manager           200 404 404 404
data_entry             200 404 404 404
"""
# What who may gets where 200 stands: sent on after writing, or told what is wrong with an empty form.
GETS = {
    "own": 200,
    "reads": 200,
    "writes": 303,
    "forms": 422,
    "uploads": 415,
    "undoes": 404,
    "signs": 409,
    "tells": 422,
}
# Pages that are of no home: for one role, whatever she speaks for; an empty form names no placement of hers.
ROLE_OF = {"places": Role.CASE_WORKER.value, "keeps": "", "operates": Role.OPERATOR.value}
# What the case worker gets of an empty form: nothing to confirm, all that is to be filled in, a form that is no file.
ENTERS = {"confirms": 303, "enters": 422, "hands-in": 415}
HOMES = (NORTH, SOUTH, OTHER, MISSING)


class Row(msgspec.Struct, frozen=True):
    """What one route gives: to nobody, and to whoever is signed in."""

    method: str
    route: str
    asked: str
    nobody: str
    signed_in: str


def rows() -> list[Row]:
    return [Row(*line.split()) for line in ROWS.strip().splitlines()]


def table(text: str) -> dict[str, list[int]]:
    lines = [line.split() for line in text.strip().splitlines()]
    nobody = {role.value: [404, 404, 404, 404] for role in Role}
    return nobody | {role: [int(status) for status in statuses] for role, *statuses in lines}


def own() -> dict[str, list[int]]:
    return table(OWN)


def statuses_of(right: str) -> dict[str, list[int]]:
    """What each role gets in each relation, of a route with this right."""
    text = {"own": OWN, "signs": SIGNS, "tells": TELLS}.get(right, REPORTS)
    return {
        role: [GETS[right] if status == 200 else status for status in statuses]
        for role, statuses in table(text).items()
    }


def status_of(wanted: str, who: str) -> int:
    """What the table says that somebody gets, of her own home where it is of a home."""
    if wanted in ROLE_OF:
        return 200 if who == ROLE_OF[wanted] else 404
    if wanted in ENTERS:
        return ENTERS[wanted] if who == Role.CASE_WORKER else 404
    if wanted == "follows":  # whoever speaks for a municipality
        return 200 if who in ("case_worker", "procurer") else 404
    if wanted == "reporters":  # all one's own homes together: for whoever reports for any
        return 200 if who in table(REPORTS) and 200 in table(REPORTS)[who] else 404
    return statuses_of(wanted)[who][0] if wanted in GETS else int(wanted)


def rows_of_homes() -> list[Row]:
    return [row for row in rows() if row.signed_in in GETS]


class Building:
    """The application with a release, and a way of asking it as anybody."""

    def __init__(self, app: Litestar, names: dict[str, str], sessions: dict[str, str]) -> None:
        self.app = app
        self.names = names
        self.sessions = sessions

    async def ask(self, who: str, method: str, target: str, unit: str = NORTH) -> Answered:
        asked = target.format(ou=unit, **self.names)
        headers = [("cookie", f"session={self.sessions[who]}")] if who != NOBODY else []
        if method == "POST":
            headers.append(("content-type", FORM))
        return await ask(self.app, method, asked, headers=headers)


@pytest.fixture
async def building(world: World) -> Building:
    """Figures published, and one account of each role, signed in."""
    async with world.database.transaction():
        await homes.put_municipalities(world.database, [Municipality(code=FAR, name="Fjärrby", lan="Skåne")])
        far = Placement(id="L-1", unit=NORTH, municipality=FAR, birth_year=2010, starts_on=SUMMER)
        await homes.put_placements(world.database, [far])
    release = await world.published()
    await tell_back(world, NORTH, SOUTH)
    app = await world.app()
    sessions = {role.value: await world.session(role, SCOPES.get(role, "")) for role in Role}
    css = app.state.service.files.href("site.css")
    names = {"release": release, "css": css, "south": SOUTH, "other": OTHER, "alfa": ALFA}
    return Building(app, names, sessions)


async def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    there = {
        (method, route.path)
        for route, handler in handlers_of(await world.app())
        for method in sorted(handler.http_methods)  # type: ignore[attr-defined]
    }
    assert there == {(row.method, row.route) for row in rows()}


async def test_every_handler_says_whose_door_it_is(world: World) -> None:
    doors = {(route.path, handler.opt["door"]) for route, handler in handlers_of(await world.app())}
    for path, door in doors:
        wanted = (
            "respondent"
            if path.startswith("/svara")
            else "signed-in"
            if path.startswith(INSIDE)
            else "public"
        )
        assert door == wanted, path


def test_an_application_with_an_unguarded_route_is_not_built() -> None:
    @get("/naken")
    async def naked() -> str:
        return ""

    @get("/halv", opt={"door": "signed-in"})
    async def half() -> str:
        return ""

    @get("/hel", opt={"door": "signed-in", "permission": Permission.OWN_RESULTS_READ})
    async def whole() -> str:
        return ""

    refuse_unguarded(Litestar([whole, respondents], openapi_config=None))
    with pytest.raises(Unsound) as refused:
        refuse_unguarded(Litestar([naked, half, whole], openapi_config=None))
    assert sorted(problem.where.split()[0] for problem in refused.value.problems) == ["/halv", "/naken"]


async def test_everybody_gets_what_the_table_says(building: Building) -> None:
    for row in rows():
        for who in EVERYBODY:
            wanted = row.nobody if who == NOBODY else row.signed_in
            if row.route in {"/logga-ut", "/logga-in"} and row.method == "POST" and who != NOBODY:
                continue  # these end the session: see test_sign_in
            got = await building.ask(who, row.method, row.asked)
            assert got.status == status_of(wanted, who), f"{who} {row.method} {row.asked}"


async def test_nobody_is_sent_to_sign_in_and_told_nothing_of_the_home(building: Building) -> None:
    for row in rows_of_homes():
        answers = [await building.ask(NOBODY, row.method, row.asked, unit) for unit in HOMES]
        assert {one.status for one in answers} == {303}
        assert {one.header("location") for one in answers} == {"/logga-in"}
        assert len({(one.headers, one.body) for one in answers}) == 1


async def test_own_pages_open_in_the_relations_of_the_table(building: Building) -> None:
    assert set(own()) == {role.value for role in Role}
    for row in rows_of_homes():
        for who, statuses in statuses_of(row.signed_in).items():
            for unit, status in zip(HOMES, statuses, strict=True):
                got = await building.ask(who, row.method, row.asked, unit)
                assert got.status == status, f"{who} {row.method} {row.route} {unit}"


async def test_the_foreign_and_the_missing_look_alike_to_the_byte(building: Building) -> None:
    for row in rows_of_homes():
        for who, statuses in statuses_of(row.signed_in).items():
            refused = [unit for unit, status in zip(HOMES, statuses, strict=True) if status == 404]
            answers = [await building.ask(who, row.method, row.asked, unit) for unit in refused]
            assert len({(one.status, one.headers, one.body) for one in answers}) == 1, f"{who} {row.route}"


async def test_the_list_of_own_homes_holds_what_opens_and_no_more(building: Building) -> None:
    for who, statuses in own().items():
        listed = (await building.ask(who, "GET", "/enhet")).text
        reported = table(REPORTS)[who]
        for unit, status, reports in zip(HOMES, statuses, reported, strict=True):
            only_results = status == 200 and reports != 200
            assert (f'href="/enhet/{unit}"' in listed) == (reports == 200), f"{who} {unit}"
            assert (f'href="/enhet/{unit}/resultat"' in listed) == only_results, f"{who} {unit}"


async def test_who_may_not_see_results_meets_no_link_to_them(building: Building) -> None:
    for who, sees in (("unit_manager", True), ("data_entry", False)):
        page = await building.ask(who, "GET", "/enhet/{ou}")
        assert (f'href="/enhet/{NORTH}/resultat"' in page.text) is sees


async def test_open_and_respondents_pages_are_the_same_whoever_is_signed_in(building: Building) -> None:
    for row in rows():
        if row.method != "GET" or row.route.startswith(INSIDE):
            continue
        answers = [await building.ask(who, "GET", row.asked) for who in EVERYBODY]
        assert len({(one.status, one.headers, one.body) for one in answers}) == 1, row.route


async def test_no_page_holds_a_placement_a_code_a_link_or_a_key(building: Building, world: World) -> None:
    """Placements of a home's own register are hers to see; those that answers came from lie in no register here."""
    secrets = individual(world)
    for row in rows():
        if row.method != "GET":
            continue
        for who, unit in those_who_see(row):
            body = (await building.ask(who, "GET", row.asked, unit)).body.decode(errors="replace")
            # A municipality's own list names its own placements, which is the one thing on it that it gave itself.
            hers = {"L-1"} if row.route.startswith("/min-kommun") and who == Role.CASE_WORKER else set()
            told = [secret for secret in secrets if secret in body and secret not in hers]
            assert not told, f"{who} {row.route} {unit}"


def those_who_see(row: Row) -> list[tuple[str, str]]:
    """Everybody and every home, but of a home's own pages only where they open: the others are alike to the byte."""
    if row.signed_in not in GETS:
        return [(who, unit) for who in EVERYBODY for unit in HOMES]
    found = statuses_of(row.signed_in).items()
    return [(who, unit) for who, got in found for unit, one in zip(HOMES, got, strict=True) if one == 200]


async def test_few_answers_are_words_for_the_home_and_nothing_for_the_public(building: Building) -> None:
    manager = await building.ask("provider_admin", "GET", "/enhet/{ou}/resultat", SOUTH)
    everybody = await building.ask(NOBODY, "GET", "/hem/{ou}", SOUTH)
    assert 'class="band"' in manager.text
    assert 'class="band"' not in everybody.text
    assert "väntar på fler" in everybody.text


def individual(world: World) -> list[str]:
    """What points at one young person: placement, code as stored and as written, link."""
    found: list[str] = []
    for issued in world.issued:
        joined = link(world.counter_keys.link, issued.placement)
        found += [issued.placement, issued.code, written(issued.code), joined]
    assert len(found) > 60
    return found
