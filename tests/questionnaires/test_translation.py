"""Words out to a translator and back: nothing lost, everything wrong told at once, reviewed by two."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hvb_followup import content
from hvb_followup.errors import Refused
from hvb_followup.questionnaires import translated, translation
from hvb_followup.questionnaires.toml_text import toml
from hvb_followup.questionnaires.translation import mark
from hvb_followup.sheets.exporting import export
from hvb_followup.sheets.reading import read_sheet

SURVEYS = content.root() / "surveys"
FILES = sorted(
    file
    for file in (*SURVEYS.glob("*/*.toml"), *SURVEYS.glob("*/v*/*.toml"))
    if file.stem not in ("instrument", "published")
)
BASE = {
    "language": "sv",
    "status": "draft",
    "revision": 1,
    "instrument": {"title": "Prov"},
    "item": {"calm": {"q": "Är du lugn?"}, "told": {"q": "Senast den {day}, {name}."}},
    "months": ["januari", "februari"],
}


def table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def through_a_spreadsheet(base: Any, now: Any, kind: Any = "csv") -> list[translated.Line]:
    """The sheet as a translator would send it back untouched."""
    headings, rows = translation.sheet(base, now)
    data = export(headings, rows, kind)
    heading, *back = read_sheet(data, lambda cells: sum(cell in translation.COLUMNS for cell in cells))
    return translated.lines(heading.cells, [(line.number, line.cells) for line in back])


def filled(
    now: Any = None, status: str = "draft", readers: tuple[str, str] = ("", ""), **changed: str
) -> Any:
    """Rows as a translator fills them in: each text in English, or as it is changed by its key."""
    english = {
        "instrument.title": "Test",
        "item.calm.q": "Are you calm?",
        "item.told.q": "By {day}, {name}.",
        "months.0": "January",
        "months.1": "February",
    }
    rows = []
    for number, (key, source) in enumerate(translation.texts(BASE).items(), start=2):
        target = changed.get(key, english[key])
        rows.append((number, [key, "", source, mark(source), target, status, *readers]))
    return rows


def read(rows: Any, now: Any = None, *, recorded: bool = False) -> translated.Translated:
    lines = translated.lines(translation.COLUMNS, rows)
    return translated.read(lines, BASE, now, "en", recorded=recorded)


def told(rows: Any, now: Any = None) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(rows, now)
    return [f"{problem.where}: {problem.says}" for problem in refused.value.problems]


@pytest.mark.parametrize(
    "file", FILES, ids=lambda file: f"{file.parent.parent.name}-{file.parent.name}-{file.stem}"
)
def test_every_file_of_words_is_the_same_table_when_written_and_read(file):
    assert tomllib.loads(toml(table(file))) == table(file)
    assert toml(tomllib.loads(toml(table(file)))) == toml(table(file))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "file",
    [one for one in FILES if one.stem != "sv"],
    ids=lambda file: f"{file.parent.parent.name}-{file.stem}",
)
def test_every_language_comes_back_from_the_translator_as_it_went(file, kind):
    base, now = table(file.with_name("sv.toml")), table(file)
    lines = through_a_spreadsheet(base, now, kind)
    back = translated.read(lines, base, now, file.stem, recorded=True)
    assert back.table == now
    assert (back.changed, back.marks_dropped) == (0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "-5",
        "'=1",
        "@du",
        "+46",
        'säg "ja"',
        "a;b",
        "a\\nb",
        "rad\nrad",
        "\\",
        "é\u200bå",
        "שלום",
        "\x7f",
    ],
)
def test_no_sign_is_lost_on_the_way(text):
    base = {"item": {"a": {"q": text}}}
    (line,) = through_a_spreadsheet(base, {"item": {"a": {"q": text}}})
    assert line.target == text
    assert tomllib.loads(toml(base)) == base


def test_a_new_language_is_laid_out_as_the_base_is():
    """R7 S1."""
    back = read(filled())
    assert list(back.table) == ["language", "status", "revision", "instrument", "item", "months"]
    assert back.table["months"] == ["January", "February"]
    assert (back.table["language"], back.table["status"], back.table["revision"]) == ("en", "draft", 1)
    assert back.changed == 5


def test_everything_that_is_wrong_is_told_at_once():
    rows = filled(**{"item.calm.q": "Calm? " * 20, "item.told.q": "By {dag}.", "instrument.title": ""})
    rows[0][1][5] = "done"
    rows[4][1][3] = "0" * 12
    rows[3][1][4] = "Janu\\nary"
    rows += [(9, ["item.gone.q", "", "", "", "Gone?", "draft", "", ""]), (10, rows[3][1])]
    assert told(rows) == [
        "rad 2, instrument.title: Status 'done' finns inte.",
        "rad 2, instrument.title: Texten saknas.",
        "rad 3, item.calm.q: Texten har 119 tecken, fler än 62.",
        "rad 4, item.told.q: Platshållarna stämmer inte: dag, day, name.",
        "rad 5, months.0: Raden finns flera gånger.",
        "rad 5, months.0: Texten har en radbrytning som källtexten saknar.",
        "rad 6, months.1: Källtexten har ändrats sedan filen skrevs ut.",
        "rad 9, item.gone.q: Nyckeln finns inte.",
        "rad 10, months.0: Raden finns flera gånger.",
        "rad 10, months.0: Texten har en radbrytning som källtexten saknar.",
    ]


def test_rows_and_columns_that_are_gone_are_told():
    assert told(filled()[1:]) == ["instrument.title: Raden saknas."]
    with pytest.raises(Refused) as refused:
        translated.lines(["key", "target"], [])
    assert [problem.where for problem in refused.value.problems] == ["source_hash", "status"]


def test_braces_that_do_not_match_are_told():
    assert told(filled(**{"item.told.q": "By {day"})) == [
        "rad 4, item.told.q: Platshållarna stämmer inte: klamrarna."
    ]


@pytest.mark.parametrize(
    ("status", "readers", "stands", "read_by"),
    [
        ("draft", ("", ""), "draft", None),
        ("machine", ("", ""), "machine", None),
        ("reviewed", ("", ""), "draft", None),
        ("reviewed", ("AB", ""), "draft", ["AB"]),
        ("reviewed", ("AB", "AB"), "draft", ["AB"]),
        ("draft", ("AB", "CD"), "draft", ["AB", "CD"]),
        ("machine", ("AB", "CD"), "machine", ["AB", "CD"]),
        ("reviewed", ("AB", "CD"), "reviewed", ["AB", "CD"]),
    ],
)
def test_a_language_is_reviewed_when_two_people_have_read_each_text(status, readers, stands, read_by):
    """R7 S2."""
    back = read(filled(status=status, readers=readers)).table
    assert (back["status"], back.get("read_by")) == (stands, read_by)


def test_one_text_that_only_one_has_read_keeps_all_a_draft_and_half_marks_are_told():
    rows = filled(status="reviewed", readers=("AB", "CD"))
    rows[2][1][7] = ""
    back = read(rows)
    assert (back.table["status"], back.table["read_by"]) == ("draft", ["AB"])
    assert back.marks_dropped == 4


@pytest.mark.parametrize("stands", ["reviewed", "tested"])
def test_what_was_reviewed_stays_so_until_a_text_is_changed(stands):
    now = read(filled(status="reviewed", readers=("AB", "CD"))).table | {"status": stands}
    assert read(filled(status="reviewed"), now).table == now
    one = {"item.calm.q": "Are you calm now?"}
    assert read(filled(status="reviewed", **one), now).table["status"] == "draft"
    again = filled(status="reviewed", **one)
    again[1][1][6:] = ["CD", "EF"]
    mended = read(again, now).table
    assert (mended["status"], mended["read_by"]) == ("reviewed", ["AB", "CD", "EF"])


@pytest.mark.parametrize(("recorded", "revision"), [(True, 4), (False, 3)])
def test_words_that_have_been_asked_are_mended_in_a_new_revision(recorded, revision):
    now = read(filled()).table | {"revision": 3}
    changed = filled(**{"item.calm.q": "Calm?"})
    assert read(changed, now, recorded=recorded).table["revision"] == revision
    assert read(filled(), now, recorded=recorded).table["revision"] == 3


def test_a_translator_is_told_what_a_text_is_and_what_must_stand():
    _, rows = translation.sheet(BASE, None)
    about = {row[0]: row[1] for row in rows}
    assert about["item.told.q"] == "fråga (told); högst 90 tecken; behåll {day}, {name}"
    assert about["item.calm.q"] == "fråga (calm); högst 62 tecken"
    assert {row[4] for row in rows} == {""}
