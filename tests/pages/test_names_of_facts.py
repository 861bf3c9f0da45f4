"""A fact's name and what it says stand together on every page: apart, a narrow screen puts them side by side with others'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hvb_followup import content
from hvb_followup.desk import pages as desk_pages

PLACES = (content.root() / "dashboards" / "templates", Path(desk_pages.__file__).parent / "templates")
LISTS = [
    path
    for place in PLACES
    for path in sorted(place.glob("*.html"))
    if 'class="facts"' in path.read_text("utf-8")
]


@pytest.mark.parametrize("template", LISTS, ids=lambda path: path.stem)
def test_every_fact_stands_with_its_name(template: Path) -> None:
    lists = re.findall(r'<dl class="facts">(.*?)</dl>', template.read_text("utf-8"), re.DOTALL)
    assert lists
    for one in lists:
        assert one.count("<dt>") == one.count("<div><dt>") > 0
