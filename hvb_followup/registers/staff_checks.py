"""What rows of the staff sheet can be wrong in, each with its sentence and a suggested mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from hvb_followup.registers.model import (
    BEKRAFTA,
    FEL,
    TIPS,
    Checked,
    Doubt,
    Found,
    Known,
)
from hvb_followup.registers.staff_row import StaffRow

EXTRACT_DAYS = 184  # six months are at most 184 days; the law counts months, see qualifications.register
_OLD = dt.timedelta(days=EXTRACT_DAYS)

OVERLAP = Doubt(
    "engagements-overlap",
    FEL,
    "Anställningen går in i en annan rad med samma nyckel.",
    "Avsluta den första dagen innan nästa börjar.",
)
OVERLAP_STORED = Doubt(
    "engagements-overlap-stored",
    FEL,
    "Anställningen går in i en som redan är inlagd med samma nyckel.",
    "Är första dagen rättad? Ta bort den gamla raden. Är det en ny anställning? Avsluta först den gamla.",
)
ALIKE = Doubt(
    "rows-alike",
    BEKRAFTA,
    "En annan rad är lika i allt utom nyckeln.",
    "Är det samma person? Ta bort den ena, eller bekräfta.",
)
EDUCATION_HALF = Doubt(
    "education-half", FEL, "Utbildningen har ingen nivå.", "Fyll i nivån, eller ta bort resten."
)
EDUCATION_UNDATED = Doubt(
    "education-undated",
    BEKRAFTA,
    "Året då utbildningen var klar saknas. Utan det prövas den inte.",
    "Fyll i året, eller bekräfta att det är okänt.",
)
# What ends before post-secondary school meets no requirement, whenever it was completed.
SCHOOL = ("compulsory", "upper_secondary")
EDUCATION_EARLY = Doubt(
    "education-order", FEL, "Utbildning 2 är ifylld men inte utbildning 1.", "Flytta den till utbildning 1."
)
EDUCATION_AHEAD = Doubt(
    "education-ahead",
    BEKRAFTA,
    "Utbildningen slutar i framtiden.",
    "Kontrollera året, eller bekräfta att den pågår.",
)
EDUCATION_THIS_YEAR = Doubt(
    "education-this-year",
    BEKRAFTA,
    "Utbildningen blir klar i år. Av ett årtal ensamt räknas den som klar först den 31 december.",
    "Skriv dagen om den är klar, eller bekräfta att den pågår.",
)
EDUCATION_LONG = Doubt(
    "education-long", BEKRAFTA, "Utbildningen är längre än tio år.", "Är det poäng som står i fältet för år?"
)
CHECKED_EARLY = Doubt(
    "evidence-early",
    FEL,
    "Beviset är kontrollerat innan utbildningen var klar.",
    "Har dag och månad bytt plats?",
)
EXTRACT_OLD = Doubt(
    "extract-old",
    BEKRAFTA,
    "Utdraget var äldre än sex månader när det lämnades.",
    "Kontrollera båda dagarna, eller bekräfta.",
)
EXTRACT_ORDER = Doubt(
    "extract-order",
    FEL,
    "Utdraget är lämnat eller kontrollerat före den dag det utfärdades.",
    "Har dag och månad bytt plats?",
)
LOOKED_EARLY = Doubt(
    "check-before-hand-over", FEL, "Utdraget är kontrollerat innan det lämnades.", "Kontrollera båda dagarna."
)
CHECK_HALF = Doubt(
    "check-half",
    FEL,
    "Registerkontrollen saknar dag eller register.",
    "Fyll i register, utfärdat och kontrollerat.",
)
CHECK_LATE = Doubt(
    "check-late",
    TIPS,
    "Registerkontrollen är gjord efter första dagen.",
    "Den ska göras innan arbetet börjar.",
)
SPECIAL_HALF = Doubt(
    "special-half",
    FEL,
    "Särskilda skäl behöver regel, beslutsdag och slutdag.",
    "Fyll i alla tre, eller ta bort dem.",
)
SPECIAL_ORDER = Doubt(
    "special-order", FEL, "De särskilda skälen slutar före beslutet.", "Har dag och månad bytt plats?"
)
RULE_UNKNOWN = Doubt("rule-unknown", FEL, "Regeln finns inte.", "Skriv regelns id, som STF-2025-EDU.")
PREVIOUS_LATE = Doubt(
    "previous-late",
    FEL,
    "Förra anställningen slutade efter att den här började.",
    "Kontrollera båda dagarna.",
)
PREVIOUS_HALF = Doubt(
    "previous-half",
    FEL,
    "Förra anställningen behöver både slutdag och arbetsgivare.",
    "Fyll i båda, eller ta bort dem.",
)
MANAGER_OUTSIDE = Doubt(
    "manager-outside", FEL, "Tiden som föreståndare ligger utanför anställningen.", "Kontrollera dagarna."
)
EXPERIENCE_ORDER = Doubt(
    "experience-order", FEL, "Erfarenheten slutar innan den börjar.", "Har dag och månad bytt plats?"
)
NO_DUTIES = Doubt(
    "duties-missing",
    TIPS,
    "Arbetsuppgifter saknas. Reglerna utgår från dem och inte från titeln.",
    "Fyll i dem.",
)
FAR_AHEAD = Doubt(
    "start-far-ahead", BEKRAFTA, "Första dagen är mer än ett år fram.", "Kontrollera året, eller bekräfta."
)


def engaged(seen: Checked) -> Iterator[Found]:
    row: StaffRow = seen.row
    today = seen.known.today
    if today and row.engaged_from_on > today + dt.timedelta(days=366):
        yield Found(FAR_AHEAD, "engaged_from_on")
    last = row.engaged_to_on or dt.date.max
    for column in ("manager_from_on", "manager_to_on"):
        day = getattr(row, column)
        if day and not row.engaged_from_on <= day <= last:
            yield Found(MANAGER_OUTSIDE, column)
    if bool(row.previous_ended_on) != bool(row.previous_employer):
        yield Found(PREVIOUS_HALF, "previous_employer" if row.previous_ended_on else "previous_ended_on")
    elif row.previous_ended_on and row.previous_ended_on > row.engaged_from_on:
        yield Found(PREVIOUS_LATE, "previous_ended_on")
    if row.experience_from_on and row.experience_to_on and row.experience_to_on < row.experience_from_on:
        yield Found(EXPERIENCE_ORDER, "experience_to_on")
    if not row.duties and row.role == "care_staff" and seen.has("duties"):
        yield Found(NO_DUTIES, "duties")


def educated(seen: Checked) -> Iterator[Found]:
    row: StaffRow = seen.row
    if row.education_2_level and not row.education_1_level:
        yield Found(EDUCATION_EARLY, "education_2_level")
    for number in (1, 2):
        level, completed_on, years, checked_on = (
            getattr(row, f"education_{number}_{name}")
            for name in ("level", "completed_on", "years", "checked_on")
        )
        if completed_on and not level:
            yield Found(EDUCATION_HALF, f"education_{number}_level")
        if level and level not in SCHOOL and not completed_on:
            yield Found(EDUCATION_UNDATED, f"education_{number}_completed_on")
        if completed_on and seen.known.today and completed_on > seen.known.today:
            is_later = completed_on.year > seen.known.today.year
            yield Found(
                EDUCATION_AHEAD if is_later else EDUCATION_THIS_YEAR, f"education_{number}_completed_on"
            )
        if years and years > 10:
            yield Found(EDUCATION_LONG, f"education_{number}_years")
        # Of a completion year alone the last day is assumed: only another year can be said to be too early.
        if (
            checked_on
            and completed_on
            and checked_on < completed_on
            and not _is_year_alone(completed_on, checked_on)
        ):
            yield Found(CHECKED_EARLY, f"education_{number}_checked_on")


def _is_year_alone(completed_on: dt.date, checked_on: dt.date) -> bool:
    return (completed_on.month, completed_on.day) == (12, 31) and checked_on.year == completed_on.year


def register_check(seen: Checked) -> Iterator[Found]:
    row: StaffRow = seen.row
    issued, handed, looked = row.check_issued_on, row.check_handed_over_on, row.check_on
    told = (bool(row.check_registers), bool(issued), bool(looked))
    if any((*told, handed)) and not all(told):
        missing = ("check_registers", "check_issued_on", "check_on")[told.index(False)]
        yield Found(CHECK_HALF, missing)
        return
    if not issued or not looked:
        return
    received = handed or looked
    if received < issued or looked < issued:
        yield Found(EXTRACT_ORDER, "check_issued_on")
    elif handed and looked < handed:
        yield Found(LOOKED_EARLY, "check_on")
    elif received - issued > _OLD:
        yield Found(EXTRACT_OLD, "check_issued_on")
    if looked > row.engaged_from_on:
        yield Found(CHECK_LATE, "check_on")


def excused(seen: Checked) -> Iterator[Found]:
    row: StaffRow = seen.row
    told = {name: getattr(row, name) for name in ("special_rule", "special_decided_on", "special_expires_on")}
    missing = [name for name, value in told.items() if not value]
    if missing and len(missing) < len(told):
        yield Found(SPECIAL_HALF, missing[0])
    if row.special_decided_on and row.special_expires_on and row.special_expires_on < row.special_decided_on:
        yield Found(SPECIAL_ORDER, "special_expires_on")
    if row.special_rule and seen.known.rules and row.special_rule not in seen.known.rules:
        yield Found(RULE_UNKNOWN, "special_rule")


def overlapping(rows: Sequence[StaffRow], known: Known) -> Iterator[tuple[int, Found]]:
    """Engagements of one key in one home that reach into the next."""
    people: dict[tuple[str, str], list[tuple[dt.date, int]]] = {}
    for place, row in enumerate(rows):
        people.setdefault((row.unit, row.staff), []).append((row.engaged_from_on, place))
    for spells in people.values():
        for (_, place), (following, _) in pairwise(sorted(spells)):
            if (rows[place].engaged_to_on or dt.date.max) >= following:
                yield place, Found(OVERLAP, "engaged_to_on")


def overlapping_stored(rows: Sequence[StaffRow], known: Known) -> Iterator[tuple[int, Found]]:
    """Engagements that reach into one of the same key that is stored, and that the file does not tell anew."""
    told = {(row.unit, row.staff, row.engaged_from_on) for row in rows}
    for place, row in enumerate(rows):
        last = row.engaged_to_on or dt.date.max
        for first, ended in known.staff.get(row.unit, {}).get(row.staff, ()):
            is_told = (row.unit, row.staff, first) in told
            if not is_told and first <= last and row.engaged_from_on <= (ended or dt.date.max):
                yield place, Found(OVERLAP_STORED, "engaged_from_on")
                break


def alike(rows: Sequence[StaffRow], known: Known) -> Iterator[tuple[int, Found]]:
    """Rows that say much and the same, under two keys."""
    seen: dict[StaffRow, int] = {}
    for place, row in enumerate(rows):
        if not row.education_1_level or not row.check_issued_on:
            continue
        first = seen.setdefault(msgspec.structs.replace(row, staff=""), place)
        if first != place and rows[first].staff != row.staff:
            yield place, Found(ALIKE, "staff")
