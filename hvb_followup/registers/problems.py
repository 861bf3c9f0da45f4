"""Every fault a file or a cell can have, in the words the manager reads; none of them repeats what a cell says.

What rows can be wrong in stands with the rules themselves, in each sheet's module.
"""

from __future__ import annotations

from collections.abc import Mapping

from hvb_followup.registers.model import FEL, TIPS, Column, Doubt, Found, Remark, Sheet

_SAVE_AS = "Spara den som ”CSV UTF-8” i kalkylprogrammet och försök igen."

# code: what is wrong, what to do about it
_WORDS = {
    "sheet-kind": ("Det finns inget sådant blad.", "Välj ett av bladen i listan."),
    "sheet-too-large": ("Filen är större än 10 MB.", "Dela upp den i flera."),
    "sheet-encoding": ("Filen är inte text i CSV-format, eller så går tecknen inte att tyda.", _SAVE_AS),
    "sheet-nul": ("Filen har tecken som inte hör hemma i text.", _SAVE_AS),
    "sheet-empty": ("Filen är tom.", "Välj en fil med rubriker och rader."),
    "sheet-no-rows": ("Filen har inga rader under rubrikerna.", "Fyll i minst en rad."),
    "sheet-quotes": (
        "Ett citattecken börjar men slutar inte rätt, eller så är en cell för lång.",
        "Rätta raden, eller ta bort citattecknen.",
    ),
    "personal-number": (
        "Cellen ser ut som ett personnummer. Filen är inte sparad.",
        "Använd ett eget löpnummer.",
    ),
    "heading-missing": ("Kolumnen saknas.", "Lägg till den."),
    "heading-twice": ("Rubriken finns flera gånger.", "Behåll en av kolumnerna."),
    "heading-unknown": (
        "Rubriken känns inte igen. Kolumnen läses inte.",
        "Ta bort den, eller rätta rubriken.",
    ),
    "row-ragged": (
        "Raden har inte lika många celler som rubrikraden.",
        "Kontrollera skiljetecken och citattecken.",
    ),
    "row-key-twice": ("Samma nyckel står på flera rader. Ingen av dem är läst.", "Behåll en."),
    "cell-missing": ("Cellen är tom.", "Fyll i den."),
    "unknown-provider": ("Utföraren finns inte i registret.", "Lägg in utföraren först."),
    "unknown-unit": ("Hemmet finns inte i registret.", "Lägg in hemmet först."),
    "unknown-municipality": ("Kommunen finns inte i registret.", "Kontrollera kommunkoden."),
    "unit-of-other": (
        "Raden gäller ett annat hem än det du arbetar med.",
        "Ta bort raden, eller välj det andra hemmet.",
    ),
    "end-before-start": ("Slutet är före början.", "Har dag och månad bytt plats?"),
    "code-not-used": ("Valet fanns inte den dagen.", "Välj ett annat i listan, eller kontrollera datumet."),
}
_TIPS = {"heading-unknown"}


class Place:
    """Where the columns of a sheet are in a file: letters for cells, by column id."""

    def __init__(self, sheet: Sheet, columns: Mapping[int, Column]) -> None:
        self._letters = {column.id: letter(place) for place, column in columns.items()}
        self._headings = {column.id: column.heading for column in sheet.columns}

    def remark(self, row: int, found: Found) -> Remark:
        """A doubt about a row, at its cell; a column that the file lacks has no cell, but a heading."""
        doubt, column = found
        return Remark(
            code=doubt.code,
            where=_where(row, self._letters.get(column, ""), self._headings.get(column, "")),
            says=doubt.says,
            mend=doubt.mend,
            row=row,
            cell=f"{self._letters[column]}{row}" if column in self._letters else "",
            heading=self._headings.get(column, ""),
            severity=doubt.severity,
        )


def doubt(code: str) -> Doubt:
    """A doubt that rows of any sheet can meet."""
    says, mend = _WORDS[code]
    return Doubt(code, TIPS if code in _TIPS else FEL, says, mend)


def in_file(code: str, row: int | None = None) -> Remark:
    """What is wrong with the file as a whole, or from a row on."""
    said = doubt(code)
    return Remark(
        code=code,
        where="filen" if row is None else f"rad {row}",
        says=said.says,
        mend=said.mend,
        row=row or 0,
        severity=said.severity,
    )


def in_cell(code: str, row: int, column: str, heading: str) -> Remark:
    """What is wrong in one cell; ``column`` is its letter, or "" for a column that is not there."""
    said = doubt(code)
    return Remark(
        code=code,
        where=_where(row, column, heading),
        says=said.says,
        mend=said.mend,
        row=row,
        cell=f"{column}{row}" if column else "",
        heading=heading,
        severity=said.severity,
    )


def letter(place: int) -> str:
    """The column as a spreadsheet names it: A, B … Z, AA."""
    above, below = divmod(place, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + below)


def _where(row: int, column: str, heading: str) -> str:
    return ", ".join(
        part for part in (f"rad {row}", f"cell {column}{row}" if column else "", heading) if part
    )
