"""Every file people or attackers send is read rightly or refused in words; nothing ever dies of it."""

from __future__ import annotations

import re

import pytest

from hvb_followup.errors import Refused
from hvb_followup.registers.text import Line
from hvb_followup.sheets.reading import read_sheet
from tests.sheets.builders import recognised
from tests.sheets.cases import HOSTILE

READ_WELL = {name: case for name, case in HOSTILE.items() if not isinstance(case[1], str)}
TURNED_AWAY = {name: case for name, case in HOSTILE.items() if isinstance(case[1], str)}


def test_there_are_enough_of_them() -> None:
    assert len(TURNED_AWAY) >= 60


@pytest.mark.parametrize("name", READ_WELL)
def test_what_can_be_read_is_read_with_its_row_numbers(name: str) -> None:
    build, expected = READ_WELL[name]
    lines = read_sheet(build(), recognised)
    assert [(line.number, line.cells) for line in lines if not line.is_blank or len(expected) > 2] == expected


@pytest.mark.parametrize("name", TURNED_AWAY)
def test_what_cannot_be_read_is_refused_and_says_how_to_mend_it(name: str) -> None:
    build, expected = TURNED_AWAY[name]
    with pytest.raises(Refused) as refused:
        read_sheet(build(), recognised)
    assert [problem.code for problem in refused.value.problems] == [expected]
    (problem,) = refused.value.problems
    assert re.match(r"filen|rad \d|blad \d|cell ", problem.where)
    assert problem.says.endswith(".")
    assert problem.mend.endswith(".")


def test_after_them_all_a_good_file_is_still_read() -> None:
    build, expected = HOSTILE["a plain workbook"]
    lines = read_sheet(build(), recognised)
    assert [(line.number, line.cells) for line in lines] == expected
    assert all(isinstance(line, Line) for line in lines)
