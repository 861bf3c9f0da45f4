"""The pictures beside questions, read once at start: drawn into the page, since each file of its own would be a request.

A question's picture is found by its id, or else by what it is about; they tell nothing that the words do not, and
screen readers pass them by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from hvb_followup.errors import Problem, Unsound
from hvb_followup.questionnaires.model import Item

# All that a picture may consist of: shapes and their geometry. What could run, load or style is not among it.
_DRAWN = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg"((?: [a-zA-Z-]+="[\w .-]*")+)>'
    r'((?:<(?:path|circle|rect|line|ellipse|polygon)(?: [a-z0-9-]+="[\w .,-]*")+/>)+)</svg>\s*'
)
HARM = "harm"


def read_pictures(folder: Path) -> dict[str, Markup]:
    """Every picture of a folder by name, as it stands in a page; Unsound with each that is more than a drawing."""
    found = {path.stem: _DRAWN.fullmatch(path.read_text(encoding="utf-8")) for path in folder.glob("*.svg")}
    if odd := sorted(name for name, drawn in found.items() if drawn is None):
        raise Unsound(*(_no_drawing(name) for name in odd))
    return {name: _in_page(drawn[1], drawn[2]) for name, drawn in found.items() if drawn}


def picture_of(pictures: Mapping[str, Markup], item: Item) -> Markup:
    """A question's picture; beside one of harm nothing but a stop sign, whatever is drawn (R7 S5)."""
    name = item.id if item.id in pictures and item.domain != HARM else item.domain
    return pictures.get(name, Markup(""))


def _in_page(attributes: str, shapes: str) -> Markup:
    return Markup(  # matched above: shapes and numbers
        f'<svg class="picture" aria-hidden="true" focusable="false" width="64" height="64"{attributes}>{shapes}</svg>'
    )


def _no_drawing(name: str) -> Problem:
    says = "Bilden innehåller annat än former."
    return Problem(
        code="picture", where=f"surveys/pictures/{name}.svg", says=says, mend="Rita den med path och circle."
    )
