"""The nine sheets: how people write, what each check finds and lets be, and lists that grow as data."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import msgspec
import pytest

from hvb_followup import catalogue, content
from hvb_followup.access import Role
from hvb_followup.errors import Refused
from hvb_followup.qualifications import staff as qualified
from hvb_followup.registers import KINDS, Known, Reading, Sheet, csv_lines, read, sheets
from hvb_followup.registers.model import BEKRAFTA, FEL, TIPS, Stored
from hvb_followup.registry import AGE_BANDS, OperatingForm, Term, check_symbol, unit_id
from hvb_followup.store import homes
from tests.asking import ask
from tests.world import NORTH, SOUTH, World

HOME = unit_id("7K2QX")
TODAY = dt.date(2026, 11, 22)
TERM = Term(
    provider="PALFA",
    unit_type="hvb",
    operating_form=OperatingForm.PRIVATE,
    from_on=dt.date(2000, 1, 1),
)
KNOWN = Known(
    providers=frozenset(),
    units=frozenset({HOME}),
    municipalities=frozenset({"9001"}),
    today=TODAY,
    terms={HOME: (TERM,)},
    ages={"hvb": (0, 20), "stodboende": (16, 20)},
    staff={HOME: {"P-1": ((dt.date(2025, 1, 15), dt.date(2026, 3, 10)),)}},
    placements={"L-1": Stored(HOME, "9001", dt.date(2025, 1, 1), dt.date(2026, 1, 1))},
    rules=frozenset({"STF-2025-EDU"}),
)
SHEETS = sheets(content.codelists())
STAFF = {
    "Personalnyckel": "P-1",
    "Roll": "omsorgspersonal",
    "Anställningsform": "anställd",
    "Anställd från": "2025-01-15",
}
EDUCATED = {"Utbildning 1 nivå": "yh", "Utbildning 1 klar": "2015"}
CHECKED = {
    "Registerkontroll avser": "båda",
    "Utdraget daterat": "2024-11-01",
    "Utdraget lämnat": "2024-12-01",
    "Registerkontroll datum": "2024-12-02",
}
EXCUSED = {
    "Särskilda skäl regel": "STF-2025-EDU",
    "Särskilda skäl beslut": "2025-08-01",
    "Särskilda skäl till": "2027-08-01",
}
# One row of each sheet that nothing is wrong with.
SOUND: dict[str, dict[str, str]] = {
    "placement": {
        "Löpnummer": "L-9",
        "Hem": HOME,
        "Kommun": "9001",
        "Födelseår": "2010",
        "Startdatum": "2025-03-04",
        "Planerat slut": "2025-12-01",
        "Slutdatum": "2025-12-02",
        "Avslutsorsak": "målet uppnått",
    },
    "staff": {**STAFF, **EDUCATED, **CHECKED, **EXCUSED, "Arbetsuppgifter": "vård och omsorg"},
    "hours": {"Personalnyckel": "P-1", "Månad": "2026-03", "Timmar": "152,5", "Varav natt": "12:30"},
    "events": {
        "Händelsenummer": "1",
        "Datum": "2025-02-01",
        "Typ": "brand",
        "Allvar": "3",
        "Löpnummer": "L-1",
    },
    "capacity": {
        "Gäller från": "2026-01-01",
        "Platser": "8",
        "Lediga": "2",
        "Dygnspris": "5 200 kr",
        "Tar emot från ålder": "13",
        "Tar emot till ålder": "17",
        "Tillstånd beslutat": "2024-05-02",
        "Tillståndets diarienummer": "8.1-12345/2024",
    },
    "inspections": {
        "Diarienummer": "1-2/2026",
        "Datum": "2026-02-03",
        "Typ": "årlig tillsyn",
        "Beslut": "kritik",
        "Bristområden": "ledning",
    },
    "complaints": {"Klagomålsnummer": "1", "Datum": "2026-02-03", "Gäller": "mat", "Besvarat": "2026-02-09"},
}


def read_rows(kind: str, *rows: dict[str, str], known: Known = KNOWN, unit: str = HOME) -> Reading:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    lines = [";".join(headings), *(";".join(row.get(heading, "") for heading in headings) for row in rows)]
    return read_text(SHEETS[kind], "\n".join(lines), known, unit)


def read_text(sheet: Sheet, text: str, known: Known = KNOWN, unit: str = HOME) -> Reading:
    return read(sheet, csv_lines(sheet, text.encode()), known, unit=unit)


def found(reading: Reading) -> list[tuple[str, str]]:
    return [(one.code, one.heading) for one in (*reading.problems, *reading.questions, *reading.tips)]


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_a_sound_row_is_taken_without_a_word(kind: str) -> None:
    reading = read_rows(kind, SOUND[kind])
    assert (found(reading), len(reading.accepted)) == ([], 1)


# kind · what is changed in the sound row · what is said, where, and how grave it is
CASES: list[tuple[str, dict[str, str], str, str, str]] = [
    ("placement", {"Födelseår": "2003"}, "birth-year", "Födelseår", FEL),
    ("placement", {"Planerat slut": "2025-01-01"}, "plan-before-start", "Planerat slut", FEL),
    ("placement", {"Slutdatum": ""}, "ending-without-date", "Slutdatum", FEL),
    ("placement", {"Avslutsorsak": ""}, "date-without-ending", "Avslutsorsak", BEKRAFTA),
    ("placement", {"Slutdatum": "2026-11-23"}, "end-ahead", "Slutdatum", FEL),
    (
        "placement",
        {"Startdatum": "2028-01-01", "Slutdatum": "", "Planerat slut": "", "Avslutsorsak": ""},
        "start-far-ahead",
        "Startdatum",
        BEKRAFTA,
    ),
    ("placement", {"Lagrum": "SoL utan behovsprövning"}, "code-not-used", "Lagrum", BEKRAFTA),
    ("placement", {"Skolstart": "2025-03-03"}, "date-before-start", "Skolstart", BEKRAFTA),
    ("placement", {"Lämplighetsbedömning": "2025-03-05"}, "suitability-late", "Lämplighetsbedömning", TIPS),
    ("placement", {"Hälsoundersökning": "ja"}, "done-without-date", "Hälsoundersökning", TIPS),
    ("placement", {"Avslutsorsak": "trött"}, "cell-endings", "Avslutsorsak", FEL),
    ("staff", {"Anställd till": "2025-01-14"}, "end-before-start", "Anställd till", FEL),
    ("staff", {"Anställd från": "2028-01-01"}, "start-far-ahead", "Anställd från", BEKRAFTA),
    ("staff", {"Föreståndare från": "2025-01-14"}, "manager-outside", "Föreståndare från", FEL),
    ("staff", {"Förra anställningen slutade": "2024-12-01"}, "previous-half", "Förra arbetsgivaren", FEL),
    (
        "staff",
        {"Förra anställningen slutade": "2025-02-01", "Förra arbetsgivaren": "samma"},
        "previous-late",
        "Förra anställningen slutade",
        FEL,
    ),
    (
        "staff",
        {"Erfarenhet från": "2015", "Erfarenhet till": "2014"},
        "experience-order",
        "Erfarenhet till",
        FEL,
    ),
    ("staff", {"Arbetsuppgifter": ""}, "duties-missing", "Arbetsuppgifter", TIPS),
    ("staff", {"Utbildning 1 nivå": ""}, "education-half", "Utbildning 1 nivå", FEL),
    ("staff", {"Utbildning 1 klar": ""}, "education-undated", "Utbildning 1 klar", BEKRAFTA),
    ("staff", {"Utbildning 1 klar": "2028"}, "education-ahead", "Utbildning 1 klar", BEKRAFTA),
    ("staff", {"Utbildning 1 klar": "2026"}, "education-this-year", "Utbildning 1 klar", BEKRAFTA),
    ("staff", {"Utbildning 1 klar": "2026-11-23"}, "education-this-year", "Utbildning 1 klar", BEKRAFTA),
    ("staff", {"Utbildning 1 år": "120"}, "education-long", "Utbildning 1 år", BEKRAFTA),
    (
        "staff",
        {"Utbildning 1 bevis kontrollerat": "2014-06-01"},
        "evidence-early",
        "Utbildning 1 bevis kontrollerat",
        FEL,
    ),
    (
        "staff",
        {
            "Utbildning 1 nivå": "",
            "Utbildning 1 klar": "",
            "Utbildning 2 nivå": "yh",
            "Utbildning 2 klar": "2015",
        },
        "education-order",
        "Utbildning 2 nivå",
        FEL,
    ),
    ("staff", {"Registerkontroll avser": ""}, "check-half", "Registerkontroll avser", FEL),
    (
        "staff",
        {"Utdraget lämnat": "2024-10-31", "Registerkontroll datum": "2024-10-31"},
        "extract-order",
        "Utdraget daterat",
        FEL,
    ),
    (
        "staff",
        {"Registerkontroll datum": "2024-11-30"},
        "check-before-hand-over",
        "Registerkontroll datum",
        FEL,
    ),
    ("staff", {"Utdraget daterat": "2024-05-01"}, "extract-old", "Utdraget daterat", BEKRAFTA),
    ("staff", {"Registerkontroll datum": "2025-01-16"}, "check-late", "Registerkontroll datum", TIPS),
    ("staff", {"Särskilda skäl till": ""}, "special-half", "Särskilda skäl till", FEL),
    ("staff", {"Särskilda skäl till": "2025-07-31"}, "special-order", "Särskilda skäl till", FEL),
    ("staff", {"Särskilda skäl regel": "STF-2099"}, "rule-unknown", "Särskilda skäl regel", FEL),
    ("hours", {"Varav natt": "152,6"}, "night-over-total", "Varav natt", FEL),
    ("hours", {"Timmar": "744,1"}, "hours-impossible", "Timmar", FEL),
    ("hours", {"Timmar": "744"}, "hours-many", "Timmar", BEKRAFTA),
    ("hours", {"Månad": "2026-04"}, "hours-outside", "Månad", BEKRAFTA),
    ("hours", {"Personalnyckel": "P-2"}, "staff-unknown", "Personalnyckel", BEKRAFTA),
    ("hours", {"Personalnyckel": "inhyrd", "Månad": "2026-12"}, "month-ahead", "Månad", BEKRAFTA),
    ("hours", {"Timmar": ""}, "cell-missing", "Timmar", FEL),
    ("events", {"Datum": "2024-12-31"}, "event-before-placement", "Datum", FEL),
    ("events", {"Datum": "2026-01-02"}, "event-after-placement", "Datum", BEKRAFTA),
    ("events", {"Löpnummer": "L-2"}, "placement-unknown", "Löpnummer", BEKRAFTA),
    ("events", {"Åtgärdad": "2025-01-31"}, "end-before-start", "Åtgärdad", FEL),
    ("events", {"Datum": "2026-11-23", "Löpnummer": ""}, "event-ahead", "Datum", FEL),
    ("events", {"Allvar": "5"}, "cell-severity", "Allvar", FEL),
    ("capacity", {"Lediga": "9"}, "free-over-places", "Lediga", FEL),
    ("capacity", {"Dygnspris": "0"}, "price-nought", "Dygnspris", BEKRAFTA),
    ("capacity", {"Dygnspris": "499,99"}, "price-low", "Dygnspris", BEKRAFTA),
    ("capacity", {"Dygnspris": "4,850"}, "price-low", "Dygnspris", BEKRAFTA),
    ("capacity", {"Dygnspris": "50000,01"}, "price-high", "Dygnspris", BEKRAFTA),
    ("capacity", {"Tar emot till ålder": ""}, "age-half", "Tar emot till ålder", FEL),
    ("capacity", {"Tar emot från ålder": "18"}, "ages-turned", "Tar emot till ålder", FEL),
    ("capacity", {"Tar emot till ålder": "21"}, "age-too-old", "Tar emot till ålder", FEL),
    ("capacity", {"Tillstånd beslutat": "2026-11-23"}, "licence-ahead", "Tillstånd beslutat", FEL),
    ("capacity", {"Dygnspris": "enligt avtal"}, "cell-money", "Dygnspris", FEL),
    ("inspections", {"Datum": "2026-11-23"}, "inspection-ahead", "Datum", FEL),
    ("inspections", {"Bristområden": ""}, "decision-without-area", "Bristområden", BEKRAFTA),
    ("inspections", {"Bristområden": "ingen brist"}, "no-shortcoming-and-more", "Bristområden", BEKRAFTA),
    (
        "inspections",
        {"Bristområden": "ingen brist, droger", "Beslut": ""},
        "no-shortcoming-and-more",
        "Bristområden",
        BEKRAFTA,
    ),
    (
        "inspections",
        {"Bristområden": "ingen brist, droger", "Beslut": "föreläggande"},
        "no-shortcoming-and-more",
        "Bristområden",
        BEKRAFTA,
    ),
    ("complaints", {"Datum": "2026-11-23", "Besvarat": ""}, "complaint-ahead", "Datum", FEL),
]


@pytest.mark.parametrize(
    ("kind", "change", "code", "heading", "severity"),
    CASES,
    ids=[f"{place} {one[2]}" for place, one in enumerate(CASES)],
)
def test_each_check_finds_its_fault_and_says_where(
    kind: str, change: dict[str, str], code: str, heading: str, severity: str
) -> None:
    reading = read_rows(kind, {**SOUND[kind], **change})
    assert found(reading) == [(code, heading)]
    (remark,) = (*reading.problems, *reading.questions, *reading.tips)
    assert remark.severity == severity
    assert remark.cell.endswith("2") or heading not in {**SOUND[kind], **change}
    counted = (reading.rejected, reading.awaiting, len(reading.accepted))
    assert counted == {FEL: (1, 0, 0), BEKRAFTA: (0, 1, 0), TIPS: (0, 0, 1)}[severity]


def test_engagements_of_one_key_may_follow_but_not_overlap() -> None:
    first, second = {**STAFF, "Anställd till": "2025-06-30"}, {**STAFF, "Anställd från": "2025-07-01"}
    assert found(read_rows("staff", second, first)) == []
    reading = read_rows("staff", second, {**first, "Anställd till": "2025-07-01"})
    assert [(one.row, one.code) for one in reading.problems] == [(3, "engagements-overlap")]


def test_no_shortcoming_goes_with_no_remark_or_no_decision() -> None:
    for decision in ("", "utan anmärkning"):
        row = {**SOUND["inspections"], "Bristområden": "inga brister", "Beslut": decision}
        assert found(read_rows("inspections", row)) == []


def test_what_ivo_finds_wanting_can_be_told() -> None:
    """R1 §3.2's list, each by its Swedish word."""
    areas = {
        "lämplighetsbedömning": "suitability",
        "efterlevnad av tillstånd": "licence_compliance",
        "kompetens": "competence",
        "bemanning": "staffing",
        "registerkontroll": "register_check",
        "dokumentation": "documentation",
        "begränsningsåtgärder": "restrictive_measures",
        "bemötande": "treatment_of_children",
        "våld och hot": "violence_threat",
        "droger": "drugs",
        "incidentrutiner": "incident_routines",
        "delaktighet": "child_participation",
        "lokaler": "premises",
    }
    (row,) = read_rows("inspections", {**SOUND["inspections"], "Bristområden": ", ".join(areas)}).accepted
    assert row.areas == tuple(areas.values())


@pytest.mark.parametrize("written", ["inhyrd", "Inhyrd", "INHYRD", "Inhyrd ", "in hyrd"])
def test_hired_staff_are_known_however_the_word_is_written(written: str) -> None:
    reading = read_rows("hours", {**SOUND["hours"], "Personalnyckel": written})
    assert found(reading) == []
    assert [row.staff for row in reading.accepted] == ["inhyrd"]


def test_an_engagement_may_not_reach_into_one_that_is_stored_and_stays() -> None:
    """KNOWN has P-1 from 2025-01-15 to 2026-03-10; a row of the same first day tells that engagement anew."""
    late = {**STAFF, "Anställd från": "2026-03-10"}
    reading = read_rows("staff", late)
    assert [(one.code, one.heading) for one in reading.problems] == [
        ("engagements-overlap-stored", "Anställd från")
    ]
    assert found(read_rows("staff", {**late, "Anställd från": "2026-03-11"})) == []
    assert found(read_rows("staff", {**late, "Personalnyckel": "P-2"})) == []
    early = {**STAFF, "Anställd från": "2024-12-01", "Anställd till": "2025-01-14"}
    assert found(read_rows("staff", early)) == []
    assert len(read_rows("staff", {**early, "Anställd till": "2025-01-15"}).problems) == 1
    ended = {**STAFF, "Anställd till": "2026-03-09"}
    assert found(read_rows("staff", ended, late)) == [], "the stored one is told anew, and ends before"


def test_rows_that_are_alike_under_two_keys_are_asked_about() -> None:
    twin = {**SOUND["staff"], "Personalnyckel": "P-2"}
    assert [(one.row, one.code) for one in read_rows("staff", SOUND["staff"], twin).questions] == [
        (3, "rows-alike")
    ]
    assert found(read_rows("staff", SOUND["staff"], {**twin, "Utdraget daterat": "2024-11-02"})) == []
    known_well = {**SOUND["placement"], "Genomförandeplan": "2025-03-20"}
    reading = read_rows("placement", known_well, {**known_well, "Löpnummer": "L-8"})
    assert [(one.row, one.code) for one in reading.questions] == [(3, "rows-alike")]
    assert found(read_rows("placement", SOUND["placement"], {**SOUND["placement"], "Löpnummer": "L-8"})) == []


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_a_templates_three_heading_rows_are_recognised(kind: str) -> None:
    columns = SHEETS[kind].columns
    told = SOUND[kind]
    top = [
        [column.id for column in columns],
        [column.heading for column in columns],
        [column.help for column in columns],
    ]
    row = [told.get(column.heading, "") for column in columns]
    text = "\n".join(";".join(f'"{cell}"' for cell in cells) for cells in (*top, row))
    reading = read_text(SHEETS[kind], text)
    assert (reading.rows, len(reading.accepted), reading.problems) == (1, 1, ())
    assert reading.numbers == (4,)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("152,5", 9150), ("152.5", 9150), ("152:30", 9150), ("0", 0), ("1/3", None), ("-3", None), ("0,01", 1)],
)
def test_hours_are_read_as_people_write_them(written: str, minutes: int | None) -> None:
    reading = read_rows("hours", {**SOUND["hours"], "Timmar": written, "Varav natt": ""})
    assert [row.minutes for row in reading.accepted] == ([] if minutes is None else [minutes])


def test_minutes_may_stand_instead_of_hours() -> None:
    row = {"Personalnyckel": "P-1", "Månad": "2026-03", "Minuter": "9150", "Varav natt minuter": "60"}
    (taken,) = read_rows("hours", row).accepted
    assert (taken.minutes, taken.night_minutes) == (9150, 60)
    reading = read_rows("hours", {**row, "Minuter": "50"})
    assert found(reading) == [("night-over-total", "Varav natt minuter")]


@pytest.mark.parametrize(
    "written", ["2026-03", "202603", "2026/03", "mars 2026", "Mar 2026", "2026-03-01", "46082"]
)
def test_months_are_read_as_people_write_them(written: str) -> None:
    assert [row.month for row in read_rows("hours", {**SOUND["hours"], "Månad": written}).accepted] == [
        "2026-03"
    ]


@pytest.mark.parametrize(
    ("written", "ore"),
    [
        ("4850", 485000),
        ("4 850,50", 485050),
        ("4\u00a0850 kr", 485000),
        ("4850:-", 485000),
        ("4850,505", None),
        ("4.850", 485000),
        ("4.850,50 kr", 485050),
        ("4850.5", 485050),
        ("4.850.000", 485000000),
        ("0.850", 85),
    ],
)
def test_money_is_read_in_ore(written: str, ore: int | None) -> None:
    reading = read_rows("capacity", {**SOUND["capacity"], "Dygnspris": written})
    assert [row.price for row in (*reading.accepted, *reading.odd)] == ([] if ore is None else [ore])


def test_several_choices_stand_with_commas_and_both_registers_are_two() -> None:
    (row,) = read_rows(
        "staff", {**SOUND["staff"], "Arbetsuppgifter": "Behandling, kök och uppfostran"}
    ).accepted
    assert row.duties == ("treatment", "kitchen", "upbringing")
    assert row.check_registers == ("criminal_record", "suspicion_register")


def test_rows_of_another_home_than_the_one_at_hand_are_a_fault() -> None:
    other = unit_id("M4RDA")
    known = Known(units=frozenset({HOME, other}), municipalities=frozenset({"9001"}))
    reading = read_rows("placement", {**SOUND["placement"], "Hem": other}, known=known)
    assert found(reading) == [("unit-of-other", "Hem")]


def test_a_file_without_the_homes_column_needs_to_be_told_the_home() -> None:
    with pytest.raises(Refused) as refused:
        read_rows("staff", STAFF, unit="")
    assert [(one.code, one.where) for one in refused.value.problems] == [("heading-missing", "rad 1, Hem")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_explains_itself(kind: str) -> None:
    sheet = SHEETS[kind]
    assert sheet.title
    for column in sheet.columns:
        assert column.heading[0].isupper()
        assert column.help.endswith((".", "…")), column.id
        assert column.kind.says.endswith(".")
        assert column.kind.mend
    assert len({column.id for column in sheet.columns}) == len(sheet.columns)
    fields = set(sheet.row.__struct_fields__)
    assert {column.written_as or column.id for column in sheet.columns} == fields


# ---- codelists


def test_the_codelists_hold_what_the_rules_count_on() -> None:
    lists = content.codelists()
    assert set(lists["roles"].ids()) == set(qualified.Role.__args__)
    assert [code.ages for code in lists["age_bands"].code] == list(AGE_BANDS)
    assert {code.group for code in lists["endings"].code} == {"planned", "breakdown", "withdrawal", "neutral"}
    assert lists["endings"].get("unplanned_commissioner_moved").group == "withdrawal"  # type: ignore[union-attr]
    assert lists["endings"].get("escalated_to_sis").group == "breakdown"  # type: ignore[union-attr]


NEW_CATEGORY = """
[[code]]
id = "hvu_specialised"
sv = "specialiserat hem för barn och unga"
en = "Specialised home for children"
words = ["specialiserat HVU"]
ages = [12, 20]
valid_from = 2028-01-01
"""


def test_the_home_categories_of_sou_2025_84_come_in_as_data(tmp_path: Path) -> None:
    copy = tmp_path / "codelists"
    shutil.copytree(content.CODELISTS, copy)
    with (copy / "unit_types.toml").open("a", encoding="utf-8") as file:
        file.write(NEW_CATEGORY)
    sheet = sheets(content.codelists(copy))["unit"]
    text = "Hemmets id;Namn;Län;Platser;Utförare;Typ;Driftsform;Gäller från\n"
    owner = f"PA1B2C{check_symbol('A1B2C')}"
    known = Known(providers=frozenset({owner}))
    for first_day, codes in (("2028-02-01", []), ("2027-12-31", ["code-not-used"])):
        row = f"{HOME};Almen;Skåne;8;{owner};Specialiserat HVU;privat;{first_day}\n"
        reading = read(sheet, csv_lines(sheet, (text + row).encode()), known)
        assert ([one.code for one in reading.problems], [one.code for one in reading.questions]) == (
            [],
            codes,
        )
    assert "specialiserat hem för barn och unga" in sheet.column("unit_type").kind.choices


async def test_a_new_home_category_is_called_by_its_words_wherever_a_home_is_met(
    tmp_path: Path, world: World
) -> None:
    """SOU 2025:84: nothing but the codelist knows the category, and nobody is shown its id."""
    copy = tmp_path / "codelists"
    shutil.copytree(content.CODELISTS, copy)
    with (copy / "unit_types.toml").open("a", encoding="utf-8") as file:
        file.write(NEW_CATEGORY)
    world.catalogue = msgspec.structs.replace(world.catalogue, codelists=content.codelists(copy))
    (north,) = [unit for unit in await homes.units() if unit.id == NORTH]
    terms = tuple(msgspec.structs.replace(term, unit_type="hvu_specialised") for term in north.terms)
    async with world.database.transaction():
        await homes.put_units(world.database, [msgspec.structs.replace(north, terms=terms)])
    await world.published()
    app = await world.app()
    manager = [("cookie", f"session={await world.session(Role.UNIT_MANAGER, NORTH)}")]
    for target, says in (
        (f"/hem/{NORTH}", "Specialiserat hem för barn och unga"),
        (f"/hem/{NORTH}?lang=en", "Specialised home for children"),
        ("/hitta", "Specialiserat hem för barn och unga"),
        ("/hitta?typ=hvu_specialised", "Typ av hem: Specialiserat hem för barn och unga"),
        (f"/jamfor?ou={NORTH},{SOUTH}", "Specialiserat hem för barn och unga"),
        (f"/enhet/{NORTH}", "Specialiserat hem för barn och unga"),
        (f"/enhet/{NORTH}/resultat", "Specialiserat hem för barn och unga"),
    ):
        page = (await ask(app, "GET", target, headers=manager)).text
        assert says in page, target
        assert "hvu_specialised" not in re.sub(r"<[^>]*>", "", page), target


BROKEN = {
    "an id twice": ('id = "hvb"\nsv = "annat"\nen = "x"', "Orden"),
    "a word twice": ('id = "ny"\nsv = "HVB"\nen = "x"', "Orden"),
    "ends before it begins": (
        'id = "ny"\nsv = "ny"\nen = "x"\nvalid_from = 2026-01-01\nvalid_to = 2025-01-01',
        "slutar",
    ),
    "an unknown key": ('id = "ny"\nsv = "ny"\nen = "x"\ncolour = "blå"', "formatet"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_codelist_is_refused_with_its_place(tmp_path: Path, name: str) -> None:
    copy = tmp_path / "codelists"
    shutil.copytree(content.CODELISTS, copy)
    text, says = BROKEN[name]
    with (copy / "unit_types.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[[code]]\n{text}\n")
    with pytest.raises(Refused) as refused:
        content.codelists(copy)
    assert "unit_types.toml" in refused.value.problems[0].where
    assert says in refused.value.problems[0].says


def test_a_code_that_rules_count_on_cannot_go(tmp_path: Path) -> None:
    copy = tmp_path / "codelists"
    shutil.copytree(content.CODELISTS, copy)
    file = copy / "roles.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"unit_manager"', '"boss"'), encoding="utf-8")
    with pytest.raises(Refused, match="unit_manager"):
        content.codelists(copy)
    assert "unit_manager" in catalogue.CODES_WANTED["roles"]
