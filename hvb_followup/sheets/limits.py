"""How much a spreadsheet may ask for, and what the child and its parent say to each other."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one upload may cost. ``cells`` counts every row out to its last filled cell."""

    upload: int = 10_000_000
    memory: int = 512 * MIB
    seconds: int = 20
    answer: int = 64 * MIB
    entries: int = 2_000
    unpacked: int = 150_000_000
    rows: int = 50_000
    columns: int = 200
    cells: int = 1_000_000
    text: int = 20_000_000
    cell_text: int = 32_767


LIMITS = Limits()


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that shows no value: a formula that was never worked out, or one that came out as an error."""

    code: str
    row: int
    column: int


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """One visible sheet of a workbook: filled cells only, by row (from 1) and column (from 0).

    ``merged`` holds first row, first column, last row, last column of every range of merged cells.
    """

    name: str
    rows: dict[int, dict[int, str]]
    faults: tuple[Fault, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the child found: the visible sheets, or a code of refusal and where."""

    tabs: tuple[Tab, ...] = ()
    refused: str = ""
    where: str = ""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A place to colour in the annotated copy, and what its comment says."""

    row: int
    column: int
    heading: str
    severity: str
    says: str
    mend: str


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is to write: sheets as they were, and marks in one of them."""

    tabs: tuple[Tab, ...]
    marked: int
    marks: tuple[Mark, ...]


def letter(column: int) -> str:
    """The column, from 0, as a spreadsheet names it: A, B … Z, AA."""
    above, below = divmod(column, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + below)


def cell_name(row: int, column: int) -> str:
    """The cell as a spreadsheet names it: C7."""
    return f"{letter(column)}{row}"
