"""An invented staff list of 500 people, and the faults a test plants in it; nobody here exists."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import msgspec

HEADINGS = (
    "Personalnyckel",
    "Hem",
    "Roll",
    "Anställningsform",
    "Anställd från",
    "Anställd till",
    "Sysselsättning %",
    "Arbetsuppgifter",
    "Utbildning 1 nivå",
    "Utbildning 1 inriktning",
    "Utbildning 1 år",
    "Utbildning 1 klar",
    "Utbildning 1 bevis",
    "Utbildning 1 bevis kontrollerat",
    "Lämplighet bedömd",
    "Registerkontroll avser",
    "Utdraget daterat",
    "Utdraget lämnat",
    "Registerkontroll datum",
    "Särskilda skäl regel",
    "Särskilda skäl beslut",
    "Särskilda skäl till",
)
Cells = dict[str, str]


class Fault(msgspec.Struct, frozen=True):
    """How a row is spoilt, and what is then said: the code, and the heading it is said at ("": of the row)."""

    code: str
    heading: str
    spoil: Callable[[Cells], Cells]


def _put(heading: str, text: str) -> Callable[[Cells], Cells]:
    return lambda row: {**row, heading: text}


# Fifteen kinds; each is planted twice.
FAULTS = (
    Fault("cell-missing", "Personalnyckel", _put("Personalnyckel", "")),
    Fault("cell-serial", "Personalnyckel", _put("Personalnyckel", "Anna A.")),
    Fault("cell-unit", "Hem", _put("Hem", "H123456")),
    Fault("cell-roles", "Roll", _put("Roll", "astronaut")),
    Fault("cell-engagements", "Anställningsform", _put("Anställningsform", "livstid")),
    Fault("cell-date", "Anställd från", _put("Anställd från", "2024-13-01")),
    Fault("end-before-start", "Anställd till", _put("Anställd till", "1999-01-01")),
    Fault("cell-percent", "Sysselsättning %", _put("Sysselsättning %", "140")),
    Fault("cell-duties", "Arbetsuppgifter", _put("Arbetsuppgifter", "vård och omsorg, trolleri")),
    Fault("cell-number", "Utbildning 1 år", _put("Utbildning 1 år", "två")),
    Fault(
        "evidence-early",
        "Utbildning 1 bevis kontrollerat",
        _put("Utbildning 1 bevis kontrollerat", "1990-02-03"),
    ),
    Fault("check-half", "Registerkontroll avser", _put("Registerkontroll avser", "")),
    Fault("extract-order", "Utdraget daterat", _put("Utdraget daterat", "2025-12-01")),
    Fault("extract-old", "Utdraget daterat", _put("Utdraget daterat", "2010-01-15")),
    Fault("special-half", "Särskilda skäl beslut", _put("Särskilda skäl regel", "STF-2025-EDU")),
)


def sound_rows(unit: str, count: int = 500) -> list[Cells]:
    """So many rows without fault, each in one of the ways people write."""
    return [_sound(unit, number, random.Random(number)) for number in range(1, count + 1)]


def _sound(unit: str, number: int, chance: random.Random) -> Cells:
    year, day = chance.randint(2018, 2024), chance.randint(1, 28)
    is_manager = number % 50 == 1
    return {
        "Personalnyckel": f"P-{number:03}",
        "Hem": unit,
        "Roll": "föreståndare"
        if is_manager
        else chance.choice(["omsorgspersonal", "Behandlingsassistent", "annan personal"]),
        "Anställningsform": chance.choice(["anställning", "Tillsvidare", "inhyrd", "vikariat"]),
        "Anställd från": chance.choice([f"{year}-09-{day:02}", f"{year}09{day:02}", f"{day}/9 {year}"]),
        "Anställd till": "",
        "Sysselsättning %": chance.choice(["100", "75", "50 %"]),
        "Arbetsuppgifter": ""
        if is_manager
        else chance.choice(["vård och omsorg", "behandling, uppfostran", "kök"]),
        "Utbildning 1 nivå": chance.choice(["eftergymnasial", "socionom", "högskola"]),
        "Utbildning 1 inriktning": chance.choice(["socialt arbete", "socialpedagogik", "annan relevant"]),
        "Utbildning 1 år": chance.choice(["2", "3,5", "1.5"]),
        "Utbildning 1 klar": str(chance.randint(1995, 2016)),
        "Utbildning 1 bevis": chance.choice(["kontrollerad", "kopia", "egen uppgift"]),
        "Utbildning 1 bevis kontrollerat": "",
        "Lämplighet bedömd": f"{year}-08-20",
        "Registerkontroll avser": chance.choice(["båda", "belastning, misstanke"]),
        "Utdraget daterat": f"{year}-0{chance.randint(4, 6)}-01",
        "Utdraget lämnat": f"{year}-08-{chance.randint(1, 10):02}",
        "Registerkontroll datum": f"{year}-08-12",
        "Särskilda skäl regel": "",
        "Särskilda skäl beslut": "",
        "Särskilda skäl till": "",
    }


def planted(rows: Sequence[Cells], seed: int = 3) -> tuple[list[Cells], dict[int, Fault]]:
    """The rows with each fault planted twice, and which fault stands in which row of the file (from 2)."""
    places = random.Random(seed).sample(range(len(rows)), 2 * len(FAULTS))
    spoilt, where = list(rows), {}
    for place, fault in zip(places, (*FAULTS, *FAULTS), strict=True):
        spoilt[place] = fault.spoil(rows[place])
        where[place + 2] = fault
    return spoilt, where


def as_csv(rows: Sequence[Cells]) -> bytes:
    """The list as a spreadsheet saves it."""
    lines = [";".join(HEADINGS), *(";".join(f'"{row[name]}"' for name in HEADINGS) for row in rows)]
    return "\r\n".join(lines).encode("utf-8-sig")
