"""Reading a manager's sheet: what is taken, what is not, and that the rows always add up."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup import content
from hvb_followup.errors import Refused
from hvb_followup.registers import (
    Known,
    Reading,
    UnitRow,
    csv_lines,
    holds_personal_number,
    sheets,
    units_from,
)
from hvb_followup.registers import read as read_lines
from hvb_followup.registry import LAN, OperatingForm, Placement, Provider, check_symbol, unit_id

ALMEN, BJORKEN = "P" + "A1B2C" + check_symbol("A1B2C"), "P" + "ZZ9Y8" + check_symbol("ZZ9Y8")
HOME, OTHER = unit_id("7K2QX"), unit_id("M4RDA")
KNOWN = Known(
    providers=frozenset({ALMEN, BJORKEN}),
    units=frozenset({HOME, OTHER}),
    municipalities=frozenset({"9001", "0114"}),
)
SHEETS = sheets(content.codelists())
PLACEMENTS = "Löpnummer;Hem;Kommun;Födelseår;Startdatum;Slutdatum\n"
UNITS = "Hemmets id;Namn;Län;Platser;Utförare;Typ;Driftsform;Gäller från;Gäller till\n"


def read(kind: str, data: bytes, known: Known) -> Reading:
    return read_lines(SHEETS[kind], csv_lines(SHEETS[kind], data), known)


def placements(*rows: str) -> Reading:
    return read("placement", (PLACEMENTS + "\n".join(rows)).encode(), KNOWN)


def homes(*rows: str) -> Reading:
    return read("unit", (UNITS + "\n".join(rows)).encode(), KNOWN)


def refusal(data: bytes, kind: str = "placement") -> list[str]:
    with pytest.raises(Refused) as refused:
        read(kind, data, KNOWN)
    return [problem.code for problem in refused.value.problems]


def adds_up(reading: Reading) -> bool:
    assert len(reading.odd) == reading.awaiting
    return reading.rows == len(reading.accepted) + reading.rejected + reading.awaiting + reading.blank


def test_a_whole_row_becomes_a_placement() -> None:
    reading = placements(f"L-1;{HOME};9001;2010;2026-03-04;2026-09-01")
    assert [row.placement() for row in reading.accepted] == [
        Placement(
            id="L-1",
            unit=HOME,
            municipality="9001",
            birth_year=2010,
            starts_on=dt.date(2026, 3, 4),
            ends_on=dt.date(2026, 9, 1),
        ),
    ]
    assert (reading.problems, reading.tips, reading.rows) == ((), (), 1)


def test_a_provider_is_an_id_and_a_name() -> None:
    reading = read("provider", f"Utförarens id;Namn\n{ALMEN};Almens hem\n".encode(), Known())
    assert reading.accepted == (Provider(id=ALMEN, name="Almens hem"),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-04", dt.date(2026, 3, 4)),
        ("4/3 2026", dt.date(2026, 3, 4)),
        ("20260304", dt.date(2026, 3, 4)),
        ("2026-3-4", dt.date(2026, 3, 4)),
        ("2026-03-04 00:00:00", dt.date(2026, 3, 4)),
        ("29/2 2028", dt.date(2028, 2, 29)),
        ("46085", dt.date(2026, 3, 4)),
        ("46085,0", dt.date(2026, 3, 4)),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, meant: dt.date) -> None:
    assert placements(f"L-1;{HOME};9001;2010;{written};").accepted[0].starts_on == meant  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written", ["2026-02-30", "i mars", "3/14 2026", "0001-01-01", "46085,5", "4608", "2026"]
)
def test_what_is_no_date_stops_its_row_and_names_the_cell(written: str) -> None:
    reading = placements(f"L-1;{HOME};9001;2010;{written};", f"L-2;{HOME};9001;2010;2026-03-04;")
    assert [row.id for row in reading.accepted] == ["L-2"]
    assert [(problem.code, problem.where) for problem in reading.problems] == [
        ("cell-date", "rad 2, cell E2, Startdatum")
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_any_usual_delimiter_and_encoding_reads_alike(delimiter: str, encoding: str) -> None:
    text = (PLACEMENTS + f"Å-1;{HOME};9001;2010;2026-03-04;\n").replace(";", delimiter)
    reading = read("placement", text.encode(encoding), KNOWN)
    assert (reading.accepted[0].id, reading.problems) == ("Å-1", ())


def test_headings_may_come_in_any_order_case_and_wording() -> None:
    text = f"START ; placerande  kommun;född*;PLATSNYCKEL;Enhet\n2026-03-04;114;2010;L-1;{HOME.lower()}\n"
    reading = read("placement", text.encode(), KNOWN)
    assert [(row.id, row.unit, row.municipality) for row in reading.accepted] == [("L-1", HOME, "0114")]  # type: ignore[union-attr]


def test_quoted_cells_may_hold_delimiters_and_line_breaks_and_rows_keep_their_numbers() -> None:
    reading = homes(
        f'{HOME};"Almen; södra";Skåne;8;{ALMEN};HVB;privat;2025-01-01;',
        f'{OTHER};"Två\nrader";Skåne;8;{ALMEN};HVB;privat;2025-01-01;',
        f"{OTHER};Björken;Skåne;noll;{ALMEN};HVB;privat;2025-01-01;",
    )
    assert [row.name for row in reading.accepted] == ["Almen; södra"]  # type: ignore[union-attr]
    assert [problem.where for problem in reading.problems] == [
        "rad 3, cell B3, Namn",
        "rad 4, cell D4, Platser",
    ]


def test_blank_rows_are_counted_and_stop_nothing() -> None:
    data = (
        f"\n;;;;;\n{PLACEMENTS}\nL-1;{HOME};9001;2010;2026-03-04;\n ; ;;;;\nL-2;{HOME};9001;x;2026-03-04;\n"
    )
    reading = read("placement", data.encode(), KNOWN)
    assert (reading.rows, len(reading.accepted), reading.rejected, reading.blank) == (6, 1, 1, 4)
    assert reading.problems[0].where == "rad 7, cell D7, Födelseår"


def test_every_problem_is_told_at_once() -> None:
    reading = placements(
        f";{unit_id('00000')};9999;tio;2026-13-01;x", f"L-2;{HOME};9001;2010;2026-05-01;2026-04-01"
    )
    assert [problem.code for problem in reading.problems] == [
        "cell-missing",
        "unknown-unit",
        "unknown-municipality",
        "cell-year",
        "cell-date",
        "cell-date",
        "end-before-start",
    ]
    assert (reading.accepted, reading.rejected) == ((), 2)


def test_an_unknown_provider_stops_a_home() -> None:
    stranger = "P" + "00000" + check_symbol("00000")
    reading = homes(f"{HOME};Almen;Skåne;8;{stranger};HVB;privat;2025-01-01;")
    assert [problem.code for problem in reading.problems] == ["unknown-provider"]


def test_a_mistyped_id_is_found_by_its_check_symbol() -> None:
    swapped = HOME[0] + HOME[2] + HOME[1] + HOME[3:]
    assert [p.code for p in placements(f"L-1;{swapped};9001;2010;2026-03-04;").problems] == ["cell-unit"]


@pytest.mark.parametrize(
    ("year", "code"), [("2027", "birth-year"), ("2004", "birth-year"), ("1800", "cell-year")]
)
def test_a_birth_year_that_cannot_be_is_a_problem(year: str, code: str) -> None:
    assert [p.code for p in placements(f"L-1;{HOME};9001;{year};2026-03-04;").problems] == [code]


def test_of_two_rows_with_one_key_neither_is_taken() -> None:
    reading = placements(
        f"L-1;{HOME};9001;2010;2026-03-04;",
        f"L-2;{HOME};9001;2010;2026-03-04;",
        f"L-1;{HOME};9001;2011;2026-03-04;",
    )
    assert [row.id for row in reading.accepted] == ["L-2"]
    assert [(p.code, p.where) for p in reading.problems] == [
        ("row-key-twice", "rad 2, cell A2, Löpnummer"),
        ("row-key-twice", "rad 4, cell A4, Löpnummer"),
    ]
    assert adds_up(reading)


def test_a_ragged_row_is_stopped_but_empty_cells_at_its_end_are_not() -> None:
    reading = placements(
        f"L-1;{HOME};9001", f"L-2;{HOME};9001;2010;2026-03-04;;;;", f"L-3;{HOME};9001;2010;2026-03-04;;x"
    )
    assert [row.id for row in reading.accepted] == ["L-2"]
    assert [(p.code, p.where) for p in reading.problems] == [("row-ragged", "rad 2"), ("row-ragged", "rad 4")]


def test_an_unknown_column_is_a_tip_that_names_its_letter_and_not_its_words() -> None:
    text = PLACEMENTS.replace("\n", ";Anna Andersson\n") + f"L-1;{HOME};9001;2010;2026-03-04;;x\n"
    reading = read("placement", text.encode(), KNOWN)
    assert (len(reading.accepted), reading.problems) == (1, ())
    assert [tip.where for tip in reading.tips] == ["rad 1, cell G1"]
    assert "Anna" not in str(reading.tips)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", ["sheet-empty"]),
        (b" \n \n", ["sheet-empty"]),
        (b"\xef\xbb\xbf", ["sheet-empty"]),
        (b"\xef\xbb\xbf" * 2, ["sheet-empty"]),
        (PLACEMENTS.encode(), ["sheet-no-rows"]),
        ((PLACEMENTS + ";;;;;\n").encode(), ["sheet-no-rows"]),
        (b"L\x00pnummer", ["sheet-nul"]),
        ("Löpnummer".encode("utf-16"), ["sheet-encoding"]),
        (b"PK\x03\x04 a workbook", ["sheet-encoding"]),
        (b"L\x81pnummer", ["sheet-encoding"]),
        ((PLACEMENTS + '"L-1;').encode(), ["sheet-quotes"]),
        ((PLACEMENTS + '"L-1"x;').encode(), ["sheet-quotes"]),
        (b"x" * 10_000_001, ["sheet-too-large"]),
        ("Löpnummer;Hem;Hem;Kommun;Startdatum\n1;2;3;4;5".encode(), ["heading-twice", "heading-missing"]),
        (b";;;\n,,", ["heading-missing"] * 5 + ["sheet-no-rows"]),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(data: bytes, codes: list[str]) -> None:
    assert sorted(refusal(data)) == sorted(codes)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("Kommunal", OperatingForm.MUNICIPAL_OWN),
        ("egen regi", OperatingForm.MUNICIPAL_OWN),
        ("Entreprenad", OperatingForm.MUNICIPAL_CONTRACTED),
        ("PRIVAT", OperatingForm.PRIVATE),
        ("idéburen", OperatingForm.NONPROFIT),
        ("region", OperatingForm.REGION),
        ("municipal_own", OperatingForm.MUNICIPAL_OWN),
    ],
)
def test_operating_forms_are_understood_in_swedish(word: str, form: OperatingForm) -> None:
    assert homes(f"{HOME};Almen;Skåne;8;{ALMEN};HVB;{word};2025-01-01;").accepted[0].operating_form == form  # type: ignore[union-attr]


NO_S = {"Blekinge", "Dalarna", "Gotland", "Halland", "Jämtland", "Norrbotten", "Skåne", "Uppsala"}
NO_S |= {"Västerbotten", "Örebro"}


@pytest.mark.parametrize("name", [name for name in LAN if " " not in name])
def test_every_lan_is_known_with_and_without_its_ending(name: str) -> None:
    ending = "" if name in NO_S else "s"
    for written in (name, f"{name}{ending} län"):
        row = homes(f"{HOME};Almen;{written};8;{ALMEN};HVB;privat;2025-01-01;").accepted[0]
        assert isinstance(row, UnitRow)
        assert row.lan == name


def test_a_later_row_of_the_same_home_is_a_change_of_owner() -> None:
    reading = homes(
        f"{HOME};Nya Almen;Skåne;9;{BJORKEN};HVB;privat;2026-01-01;",
        f"{HOME};Almen;Skåne;8;{ALMEN};HVB;egen regi;2020-01-01;",
    )
    (home,) = units_from(row for row in reading.accepted if isinstance(row, UnitRow))
    assert (home.name, home.places) == ("Nya Almen", 9)
    assert [(term.provider, term.from_on, term.to_on) for term in home.terms] == [
        (ALMEN, dt.date(2020, 1, 1), dt.date(2025, 12, 31)),
        (BJORKEN, dt.date(2026, 1, 1), None),
    ]


def test_a_new_sheet_adds_terms_to_a_home_that_exists() -> None:
    first = homes(f"{HOME};Almen;Skåne;8;{ALMEN};HVB;privat;2020-01-01;").accepted
    later = homes(f"{HOME};Almen;Skåne;8;{BJORKEN};stödboende;privat;2026-01-01;").accepted
    existing = units_from(row for row in first if isinstance(row, UnitRow))
    (home,) = units_from((row for row in later if isinstance(row, UnitRow)), existing)
    assert [home.term_on(day).provider for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 1))] == [
        ALMEN,
        BJORKEN,
    ]  # type: ignore[union-attr]


def test_written_periods_of_one_home_that_overlap_are_a_problem() -> None:
    reading = homes(
        f"{HOME};Almen;Skåne;8;{ALMEN};HVB;privat;2020-01-01;2026-01-01",
        f"{HOME};Almen;Skåne;8;{BJORKEN};HVB;privat;2026-01-01;",
    )
    assert [(p.code, p.where) for p in reading.problems] == [("terms-overlap", "rad 2, cell I2, Gäller till")]
    assert adds_up(reading)


# ---- the personnummer guard: the numbers are made here, from dates and serials, and belong to nobody


def personal_number(date: str, serial: str = "001") -> str:
    """Ten digits with a right check digit (Luhn, worked the long way round)."""
    total = 0
    for place, digit in enumerate(date + serial):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product if product < 10 else product - 9
    return date + serial + str(-total % 10)


PNR = personal_number("100304")


@pytest.mark.parametrize(
    "text",
    [
        PNR,
        f"{PNR[:6]}-{PNR[6:]}",
        f"{PNR[:6]}+{PNR[6:]}",
        f"{PNR[:6]}\u2013{PNR[6:]}",
        f"{PNR[:6]} {PNR[6:]}",
        f"20{PNR}",
        f"20{PNR[:6]}-{PNR[6:]}",
        f"20{PNR[:2]}-{PNR[2:4]}-{PNR[4:6]}-{PNR[6:]}",
        f"Anna, {PNR[:6]}-{PNR[6:]}, flyttar",
        f"L{PNR}",
        f"{PNR}.0",
        personal_number("100364"),
        personal_number("000229"),
    ],
)
def test_what_looks_like_a_personnummer_is_found(text: str) -> None:
    assert holds_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "20260304",
        "2026-03-04 00:00:00",
        "9001",
        "L-0042",
        HOME,
        PNR[:9] + str((int(PNR[9]) + 1) % 10),
        personal_number("101304"),
        personal_number("100230"),
        personal_number("556677"),
        f"30{PNR}",
        f"7{PNR}",
        f"123{PNR}",
        "08-123 45 67",
    ],
)
def test_ordinary_dates_ids_and_numbers_are_not(text: str) -> None:
    assert not holds_personal_number(text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"{PLACEMENTS}\n20{PNR};{HOME};9001;2010;2026-03-04;\n", "rad 3, cell A3, Löpnummer"),
        (f"{PLACEMENTS}L-1;{HOME};9001;2010;2026-03-04;;{PNR}\n", "rad 2, cell G2"),
        (f"{PNR};{PLACEMENTS}1;2;3;4;5;6;7\n", "rad 1, cell A1"),
    ],
)
def test_a_personnummer_anywhere_refuses_the_whole_file_and_is_never_repeated(text: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        read("placement", text.encode(), KNOWN)
    assert [(p.code, p.where) for p in refused.value.problems] == [("personal-number", where)]
    assert PNR not in str(refused.value)


def test_no_problem_ever_repeats_what_a_cell_says() -> None:
    secrets = ["hemlig1!", "hemlig2", "hemlig3", "hemlig4", "hemlig5", "hemlig6"]
    reading = placements(";".join(secrets))
    assert len(reading.problems) == 6
    assert not any(secret in str(reading.problems) for secret in secrets)


# ---- whatever is handed in


def reading_or_none(kind: str, data: bytes) -> Reading | None:
    """What is read, or nothing where the file is refused; any other error fails the test."""
    try:
        return read(kind, data, KNOWN)
    except Refused:
        return None


cells = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(
        [
            "",
            "L-1",
            "L-2",
            HOME,
            ALMEN,
            "9001",
            "2010",
            "2026-03-04",
            "4/3 2026",
            "Skåne",
            "HVB",
            "privat",
            '"',
        ]
    ),
)
tables = st.lists(st.lists(cells, max_size=10), max_size=8)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(SHEETS)), data=st.binary(max_size=400))
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(kind: str, data: bytes) -> None:
    reading = reading_or_none(kind, data)
    assert reading is None or adds_up(reading)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(SHEETS)), table=tables, delimiter=st.sampled_from(";,\t"))
def test_rows_always_add_up(kind: str, table: list[list[str]], delimiter: str) -> None:
    heading = delimiter.join(column.heading for column in SHEETS[kind].columns)
    text = "\n".join([heading, *(delimiter.join(row) for row in table)])
    reading = reading_or_none(kind, text.encode("utf-8"))
    assert reading is None or adds_up(reading)
    assert reading is None or (reading.rejected == 0) == (reading.problems == ())
    assert reading is None or (reading.awaiting == 0) == (reading.questions == ())


@pytest.mark.parametrize("kind", sorted(SHEETS))
def test_no_two_columns_of_a_sheet_answer_to_the_same_heading(kind: str) -> None:
    names = [
        re.sub(r"\W", "", name).casefold()
        for column in SHEETS[kind].columns
        for name in (column.heading, *column.synonyms)
    ]
    assert len(names) == len(set(names))
