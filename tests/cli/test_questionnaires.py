"""``hvb questionnaire``: as a municipality and a translator use it, on a copy of the content."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyxform.xls2xform import convert

from hvb_followup import content
from hvb_followup.cli import main

Run = Callable[..., Result]
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the content, and a folder beside it for what is written."""
    for part in ("surveys", "dashboards"):
        shutil.copytree(content.root() / part, tmp_path / "house" / part)
    return tmp_path / "house"


@pytest.fixture
def hvb(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``hvb questionnaire`` on the copy."""
    monkeypatch.setenv("HVB_CONTENT", str(house))
    monkeypatch.setenv("HVB_DATA", str(tmp_path / "data"))

    def run(*words: object, ends: int = 0) -> Result:
        result = CliRunner().invoke(main, ["questionnaire", *map(str, words)])
        assert result.exit_code == ends, result.output
        return result

    return run


def filled(file: Path, **changed: str) -> None:
    """Fill in every text of a translator's file that is empty, and the columns that are named."""
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")), delimiter=";"))
    for row in rows:
        row["target"] = row["target"] or f"{row['source']}"
        row |= {column: text for column, text in changed.items() if column in row}
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(("family", "edition"), [("ung-utfall", "easy"), ("personal", "standard")])
def test_an_xlsform_is_written_that_pyxform_takes(
    hvb: Run, tmp_path: Path, family: str, edition: str
) -> None:
    out = tmp_path / "form.xlsx"
    hvb("xlsform", family, "--edition", edition, "--out", out)
    warnings: list[str] = []
    assert convert(str(out), warnings=warnings).xform
    assert warnings == []


def test_an_edition_or_a_family_that_is_not_there_is_refused(hvb: Run, tmp_path: Path) -> None:
    out = tmp_path / "form.xlsx"
    assert "Skriv standard." in hvb("xlsform", "personal", "--edition", "easy", "--out", out, ends=1).output
    hvb("xlsform", "ingen", "--out", out, ends=1)
    assert not out.exists()


def test_a_new_language_goes_out_and_comes_back_and_the_content_is_sound(
    hvb: Run, house: Path, tmp_path: Path
) -> None:
    """Of a MAJOR that has not been asked yet; what a person does next is told, and then nothing is left to mend."""
    for family in ("ung-utfall", "player", "messages"):
        out = tmp_path / f"{family}.csv"
        hvb("to-translate", family, "fi", "--out", out)
        filled(out, status="reviewed", reader_1="AB", reader_2="CD")
        told = hvb("translated", family, "fi", out).output
    assert "Run `hvb check`." in told
    instrument = house / "surveys/ung-utfall/v1/instrument.toml"
    text = instrument.read_text(encoding="utf-8")
    instrument.write_text(
        text.replace('languages = ["sv", "en"', 'languages = ["fi", "sv", "en"'), encoding="utf-8"
    )
    assert content.check(house, TODAY) == ()
    words = content.read(house).latest("ung-utfall").words["fi"]
    assert (words.status, words.revision, words.read_by) == ("reviewed", 1, ("AB", "CD"))


def test_a_language_that_comes_back_untouched_leaves_its_file_as_it_lay(
    hvb: Run, house: Path, tmp_path: Path
) -> None:
    for family, place in (
        ("ung-upplevelse", "ung-upplevelse/v1"),
        ("player", "player"),
        ("messages", "messages"),
    ):
        file, out = house / "surveys" / place / "en.toml", tmp_path / "en.csv"
        before = file.read_bytes()
        hvb("to-translate", family, "en", "--out", out)
        assert "0 texts changed" in hvb("translated", family, "en", out).output
        assert file.read_bytes() == before


def test_mending_words_that_have_been_asked_is_a_new_revision_and_its_hash_is_told(
    hvb: Run, house: Path, tmp_path: Path
) -> None:
    out, file = tmp_path / "en.csv", house / "surveys/ung-upplevelse/v1/en.toml"
    hvb("to-translate", "ung-upplevelse", "en", "--out", out)
    out.write_text(
        out.read_text(encoding="utf-8-sig").replace('"Always"', '"All the time"'), encoding="utf-8-sig"
    )
    told = hvb("translated", "ung-upplevelse", "en", out).output
    assert "1 texts changed, status draft, revision 2" in told
    assert tomllib.loads(file.read_text(encoding="utf-8"))["scale"]["often"]["always"] == "All the time"
    (problem,) = content.check(house, TODAY)
    assert problem.code == "published-words"
    (line,) = [line for line in told.splitlines() if "published.toml" in line]
    assert line.split(": ", 1)[1] in problem.mend


def test_a_wrong_sheet_is_refused_whole_and_changes_nothing(hvb: Run, house: Path, tmp_path: Path) -> None:
    out, file = tmp_path / "en.csv", house / "surveys/player/en.toml"
    before = file.read_bytes()
    hvb("to-translate", "player", "en", "--out", out)
    filled(out, status="perfect")
    told = hvb("translated", "player", "en", out, ends=1).output
    assert told.count("[translation]") == len(out.read_text(encoding="utf-8-sig").splitlines()) - 1
    assert file.read_bytes() == before


def test_remarks_above_the_words_stay(hvb: Run, house: Path, tmp_path: Path) -> None:
    out, file = tmp_path / "en.csv", house / "surveys/messages/en.toml"
    hvb("to-translate", "messages", "en", "--out", out)
    sheet = out.read_text(encoding="utf-8-sig")
    out.write_text(sheet.replace("Hi!", "Hello!"), encoding="utf-8-sig")
    first = file.read_text(encoding="utf-8").splitlines()[0]
    hvb("translated", "messages", "en", out)
    assert file.read_text(encoding="utf-8").splitlines()[0] == first
    assert tomllib.loads(file.read_text(encoding="utf-8"))["first"].startswith("Hello!")


@pytest.mark.parametrize("language", ["sv", "../en", "EN", "instrument"])
def test_the_base_language_and_no_language_are_refused(hvb: Run, tmp_path: Path, language: str) -> None:
    hvb("to-translate", "ung-utfall", language, "--out", tmp_path / "x.csv", ends=1)
    assert not (tmp_path / "x.csv").exists()


def test_a_word_that_the_format_does_not_know_is_refused(hvb: Run, house: Path, tmp_path: Path) -> None:
    out = tmp_path / "fi.csv"
    hvb("to-translate", "player", "fi", "--out", out)
    filled(out)
    out.write_text(
        out.read_text(encoding="utf-8-sig").replace(";ltr;draft", ";left;draft"), encoding="utf-8-sig"
    )
    assert "player/fi.toml: $.direction" in hvb("translated", "player", "fi", out, ends=1).output
    assert not (house / "surveys/player/fi.toml").exists()
