"""A home's manager at her desk: asks for pages, sends forms and files, as a browser would. All staff is invented."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from urllib.parse import urlencode

import httpx
from litestar import Litestar

from hvb_followup.access import Role
from tests.asking import Answered, ask, post
from tests.world import ALFA, LILLBY, NORTH, World

Rows = list[dict[str, str]]
SCOPES = {Role.UNIT_MANAGER: NORTH, Role.DATA_ENTRY: NORTH, Role.PROVIDER_ADMIN: ALFA}

# One column a person: a manager with a degree, two with the education, one with special reasons, and one whose
# education is only said.
STAFF = """
Personalnyckel                  ; P-01                ; P-02               ; P-03            ; P-04            ; P-05
Roll                            ; föreståndare        ; omsorgspersonal    ; omsorgspersonal ; omsorgspersonal ; omsorgspersonal
Anställningsform                ; anställning         ; anställning        ; anställning     ; anställning     ; anställning
Anställd från                   ; 2020-01-01          ; 2021-03-01         ; 2022-05-01      ; 2025-09-01      ; 2026-02-01
Arbetsuppgifter                 ;                     ; omsorg, uppfostran ; omsorg          ; omsorg          ; omsorg
Utbildning 1 nivå               ; examen på grundnivå ; eftergymnasial     ; eftergymnasial  ; gymnasial       ; eftergymnasial
Utbildning 1 inriktning         ; socialt arbete      ; socialpedagogik    ; socialpedagogik ; annan           ; socialpedagogik
Utbildning 1 år                 ; 3                   ; 2                  ; 2               ; 3               ; 2
Utbildning 1 klar               ; 2010-06-05          ; 2015-06-05         ; 2018-06-05      ; 2019-06-05      ; 2020-06-05
Utbildning 1 bevis              ; kontrollerad        ; kontrollerad       ; bifogad         ; bifogad         ; egen uppgift
Utbildning 1 bevis kontrollerat ; 2019-12-01          ; 2021-01-10         ;                 ;                 ;
Erfarenhet från                 ; 2012-01-01          ;                    ;                 ;                 ;
Erfarenhet bevis                ; bifogad             ;                    ;                 ;                 ;
Lämplighet bedömd               ; 2019-12-10          ; 2021-02-20         ; 2022-04-20      ; 2025-08-20      ; 2026-01-20
Samlad kompetens bedömd         ; 2019-12-10          ;                    ;                 ;                 ;
Särskilda skäl regel            ;                     ;                    ;                 ; STF-2025-EDU    ;
Särskilda skäl beslut           ;                     ;                    ;                 ; 2025-08-25      ;
Särskilda skäl till             ;                     ;                    ;                 ; 2026-11-30      ;
Registerkontroll avser          ; båda                ; båda               ; båda            ; båda            ;
Utdraget daterat                ; 2019-11-20          ; 2021-02-01         ; 2022-04-01      ; 2025-08-01      ;
Utdraget lämnat                 ; 2019-12-02          ; 2021-02-10         ; 2022-04-10      ; 2025-08-10      ;
Registerkontroll datum          ; 2019-12-02          ; 2021-02-10         ; 2022-04-10      ; 2025-08-10      ;
""".strip()


def staff_csv(change: dict[tuple[str, str], str] | None = None, drop: tuple[str, ...] = ()) -> bytes:
    """The staff list with some cells changed, by key and heading, and some keys left out."""
    columns = [[cell.strip() for cell in line.split(";")] for line in STAFF.splitlines()]
    names = [column[0] for column in columns]
    rows = [dict(zip(names, said, strict=True)) for said in zip(*(one[1:] for one in columns), strict=True)]
    for (key, heading), said in (change or {}).items():
        next(row for row in rows if row["Personalnyckel"] == key)[heading] = said
    return sheet([row for row in rows if row["Personalnyckel"] not in drop])


def sheet(rows: Rows) -> bytes:
    """Rows as a Swedish spreadsheet saves them."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, list(dict.fromkeys(name for row in rows for name in row)), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode("utf-8-sig")


def hours_csv(months: tuple[str, ...] = ("2026-07", "2026-08", "2026-09")) -> bytes:
    """160 hours a month each, 40 of them at night; 80 by hired staff without a key."""
    rows = [
        {"Personalnyckel": key, "Månad": month, "Timmar": hours, "Varav natt": night}
        for month in months
        for key, hours, night in (
            *((f"P-0{number}", "160", "40") for number in range(1, 6)),
            ("inhyrd", "80", "80"),
        )
    ]
    return sheet(rows)


def placements_csv(*rows: str) -> bytes:
    """Placements as key, year, first and last day, ending."""
    names = ("Löpnummer", "Födelseår", "Startdatum", "Slutdatum", "Avslutsorsak")
    return sheet([{**dict(zip(names, row.split(";"), strict=True)), "Kommun": "9001"} for row in rows])


class Desk:
    """Somebody signed in."""

    def __init__(self, world: World, app: Litestar, session: str, at: str = "") -> None:
        self.world, self.app, self.session, self.at = world, app, session, at
        self.headers = [("cookie", f"session={session}"), ("sec-fetch-site", "same-origin")]

    async def get(self, path: str = "", *, unit: str = NORTH) -> Answered:
        """A page of the home."""
        return await ask(self.app, "GET", f"{self._at(unit)}{path}", headers=self.headers)

    async def post(
        self, path: str, form: dict[str, str] | list[tuple[str, str]], *, unit: str = NORTH
    ) -> Answered:
        """A form sent."""
        return await post(self.app, f"{self._at(unit)}{path}", urlencode(form), headers=self.headers)

    async def send(
        self, fields: dict[str, str], file: bytes | None = None, *, unit: str = NORTH, name: str = "lista.csv"
    ) -> Answered:
        """The form with a file, as a browser encodes it."""
        parts = [(key, (None, value)) for key, value in fields.items()]
        if file is not None:
            parts.append(("file", (name, file)))  # type: ignore[arg-type]
        made = httpx.Request("POST", "http://test.invalid/", files=parts)
        headers = [*self.headers, ("content-type", made.headers["content-type"])]
        return await ask(self.app, "POST", f"{self._at(unit)}/importera", headers=headers, body=made.read())

    def _at(self, unit: str) -> str:
        return self.at or f"/enhet/{unit}"

    async def read(self, kind: str, file: bytes, *, unit: str = NORTH) -> Answered:
        """The dry run."""
        return await self.send({"kind": kind, "do": "read"}, file, unit=unit)

    async def put_in(self, kind: str, file: bytes, *, unit: str = NORTH, **more: str) -> Answered:
        """Dry run, then "Lägg in"."""
        seen = await self.read(kind, file, unit=unit)
        assert seen.status == 200, words(seen)
        fields = {"kind": kind, "do": "take", "carried": carried(seen), **more}
        return await self.send(fields, unit=unit)

    async def later(self, **by: float) -> None:
        """Let time pass."""
        self.world.now += dt.timedelta(**by)
        await self.world.set_clock()


async def desk(world: World, role: Role = Role.UNIT_MANAGER, scope: str = "") -> Desk:
    """A person of this role, signed in."""
    app = await world.app()
    return Desk(world, app, await world.session(role, scope or SCOPES.get(role, "")))


async def town(world: World, municipality: str = LILLBY) -> Desk:
    """A case worker of a municipality, signed in, at the pages of its own placements."""
    session = await world.session(Role.CASE_WORKER, municipality)
    return Desk(world, await world.app(), session, "/min-kommun")


def carried(answered: Answered) -> str:
    """The sealed upload in a page."""
    found = re.search(r'name="carried" value="([^"]+)"', answered.text)
    assert found, words(answered)
    return found[1]


def words(answered: Answered) -> str:
    """What the page's main part says, in one line."""
    body = answered.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body.partition(">")[2])).split()).replace(" ", " ")


async def stored(world: World, kind: str, unit: str = NORTH) -> int:
    """How many rows of a register are stored, whatever became of their batch."""
    rows = await world.database.run(
        "SELECT count(*) AS n FROM register_row WHERE kind = ? AND unit = ?", kind, unit
    )
    return int(rows[0]["n"])
