"""What each column of a register is for: nothing is asked of a home that nothing uses (DESIGN §3).

A column is used by the sheet itself (it names the row, dates it or points to another register, or is another way of
writing one that does), or by what the sheet says of it in ``uses``: one line per column. Rooms that use columns are
told by name and field; the room knows none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from hvb_followup.errors import Problem
from hvb_followup.registers.model import Column, Sheet

SELF_CHECK = "self_check"  # told back to the home itself (``tallies``)
CHECK = "check"  # ``check.days``: one of the sheet's own checks
# The fields that each user of registers has: frames by what indicators look at, values by what rules and pages read.
Users = Mapping[str, Collection[str]]


def problems(sheet: Sheet, users: Users) -> Iterator[Problem]:
    """Columns that nothing uses, and uses that are none."""
    for column in sheet.columns:
        use = sheet.uses.get(column.id)
        if use is None and not is_of_the_sheet(sheet, column):
            yield _problem(
                sheet, column.id, "Ingenting använder kolumnen.", "Ta bort den, eller ange i uses."
            )
        elif use is not None and not _is_real(sheet, use, users):
            yield _problem(sheet, column.id, f"Det som ska använda den, {use}, gör det inte.", "Rätta uses.")
    known = {column.id for column in sheet.columns}
    for name in sorted(set(sheet.uses) - known):
        yield _problem(sheet, name, "Kolumnen finns inte.", "Ta bort raden i uses.")


def is_of_the_sheet(sheet: Sheet, column: Column) -> bool:
    """True when the sheet needs the column to know which row it is, of when, and of whom."""
    own = {*sheet.key, *(sheet.span or ()), sheet.dated_by, sheet.within, "unit"}
    return column.id in own or bool(column.refers_to) or bool(column.written_as)


def _is_real(sheet: Sheet, use: str, users: Users) -> bool:
    who, _, field = use.partition(".")
    if who == CHECK:
        return field in {check.__name__ for check in (*sheet.row_checks, *sheet.sheet_checks)}
    return use == SELF_CHECK or field in users.get(who, ())


def _problem(sheet: Sheet, column: str, says: str, mend: str) -> Problem:
    return Problem(code="register-column", where=f"{sheet.kind}: {column}", says=says, mend=mend)
