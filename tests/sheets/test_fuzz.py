"""Seeded damage to good files: whatever comes of it is rows or a refusal, and the parent lives."""

from __future__ import annotations

import random
import re
import zipfile

import pytest

from hvb_followup.errors import Problem, Refused
from hvb_followup.registers import Known
from hvb_followup.registers.checks import read
from hvb_followup.registers.text import Line
from hvb_followup.sheets.annotating import CellProblem, annotated
from hvb_followup.sheets.reading import read_sheet, recognised_by
from tests.sheets.builders import SHEETS, Part, parts, strings, styles, table, zipped

SHEET = SHEETS["placement"]
HEADINGS = tuple(column.heading for column in SHEET.columns)
RECOGNISED = recognised_by(SHEET)
SPLICES = [
    b"<", b">", b"&", b"\0", b"]]>", b"<!--", b"<c", b"</row>", b'r="XFD1048576"', b't="s"', b"<f/>", b"-1", b"1E308",
    b"999999999999999999999", b"\xff\xfe", b"<![CDATA[", b'xmlns=""', b"_xD83D_", b"PK\x05\x06", b"<mergeCell ref='A2:B9'/>",
]  # fmt: skip
TWISTS = [
    "0", "1", "2", "-1", "1.5", "1E308", "1E999", "60", "1048576", "1048577", "99999999999", "A1", "B2", "E3", "XFD1048576",
    "ZZ1", "s", "b", "e", "d", "n", "str", "inlineStr", "hidden", "visible", "rId1", "", "_x0000_", "x",
]  # fmt: skip


def sound() -> dict[str, Part]:
    """A workbook with something of everything."""
    day, shared = '<c r="E3" s="1"><v>46085</v></c>', '<c r="A4" t="s"><v>1</v></c>'
    body = table(HEADINGS, ("L-1", "H", "9001", "2010", "2026-03-04"), ("L-2", "", "", "", day), (shared,))
    return parts(body, style=styles("yyyy-mm-dd"), shared=strings("a", "L-3"))


def damaged(chance: random.Random) -> bytes:
    """A workbook or its CSV, hurt in one to four places: in its parts, or in the finished file."""
    made = sound()
    if chance.random() < 0.15:
        return hurt(chance, ";".join(HEADINGS).encode() + b"\nL-1;H;9001;2010;2026-03-04;\n" * 3)
    if chance.random() < 0.6:
        name = chance.choice([*sorted(made), *["xl/worksheets/sheet1.xml"] * 4])
        text = made[name]
        assert isinstance(text, str)
        made[name] = twisted(chance, text) if chance.random() < 0.7 else hurt(chance, text.encode())
        return zipped(made)
    return hurt(chance, zipped(made, chance.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])))


def twisted(chance: random.Random, text: str) -> str:
    """XML that still holds together, with one to three of its numbers, references or names changed for others."""
    for _ in range(chance.randint(1, 3)):
        found = chance.choice(list(re.finditer(r'(?<=[">])[^"<>]*(?=["<])', text)))
        text = text[: found.start()] + chance.choice(TWISTS) + text[found.end() :]
    return text


def hurt(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 1, 4, 30]))
        piece = chance.choice(
            [b"", chance.randbytes(1), chance.randbytes(4), chance.choice(SPLICES), data[start:end] * 2]
        )
        data = data[:start] + piece + data[end:]
    return data


def survives(seed: int) -> set[str]:
    """The codes of a file with this seed, or {"read"}; anything but rows that add up or a refusal in words raises."""
    data = damaged(random.Random(seed))
    lines, problems = attempted(data)
    assert all(problem.code and problem.says and problem.mend for problem in problems)
    if lines is None:
        return {problem.code for problem in problems}
    if seed % 10 == 0:
        assert annotated(data, [CellProblem(row=2, column="A", says="Fel.")], RECOGNISED).startswith(b"PK")
    return {"read"}


def attempted(data: bytes) -> tuple[tuple[Line, ...] | None, tuple[Problem, ...]]:
    try:
        lines = read_sheet(data, RECOGNISED)
    except Refused as refused:
        return None, refused.problems
    try:
        reading = read(SHEETS["placement"], lines, Known())
    except Refused as refused:
        return lines, refused.problems
    if (
        reading.rows != len(lines) - 1
        or reading.rows != len(reading.accepted) + reading.rejected + reading.blank
    ):
        raise AssertionError("rows were lost")
    return lines, ()


def test_damaged_files_end_as_rows_or_as_a_refusal() -> None:
    outcomes = set().union(*(survives(seed) for seed in range(40)))
    assert {"read", "sheet-broken"} <= outcomes
    # So small a file is never greedy: that would be a surprise inside the child.
    assert "sheet-greedy" not in outcomes


@pytest.mark.nightly
def test_a_thousand_damaged_files_end_as_rows_or_as_a_refusal() -> None:
    outcomes = set().union(*(survives(seed) for seed in range(1_000, 2_000)))
    assert len(outcomes) >= 4
    assert "sheet-greedy" not in outcomes
