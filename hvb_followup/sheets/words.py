"""Swedish words that templates, annotated copies and reading must agree on."""

from __future__ import annotations

import re

EXAMPLE = "Exempel"
TO_MEND = "Att rätta"
LISTS = "Listor"
ABOUT = "Om mallen"
HELP = "Hjälp:"
VERSION_NAME = "mallversion"

# What a spreadsheet takes for the start of a formula, in half and full width, and the sign that stops it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DEFUSED = "'"
_DEFUSED_CELL = re.compile(rf"{DEFUSED}\s*[{re.escape(''.join(FORMULA_STARTS))}]")


def starts_formula(text: str) -> bool:
    """True when a spreadsheet might take the text for a formula, space before it or not."""
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)


def defused(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return DEFUSED + text if starts_formula(text) else text


def restored(text: str) -> str:
    """A defused text as it was."""
    return text[len(DEFUSED) :] if _DEFUSED_CELL.match(text) else text
