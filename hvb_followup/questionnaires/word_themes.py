"""The themes that a reader can give own words: a list that is content, and knows no text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from hvb_followup.errors import Problem

LONGEST_ID = 20  # letters: what is found in a pool is sealed at a length that has room for these
_ID = re.compile(rf"[a-z][a-z_]{{0,{LONGEST_ID - 1}}}")


class WordTheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One theme. ``shown`` is false for what says only that a text cannot be told of."""

    id: str
    sv: str
    sensitivity: int = 1
    shown: bool = True


class WordThemes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of ``surveys/word_themes.toml``, in the order in which themes are offered and told."""

    version: int = 1
    theme: tuple[WordTheme, ...] = ()


def problems(themes: WordThemes, where: str) -> Iterator[Problem]:
    """What is wrong with the list."""
    ids = [one.id for one in themes.theme]
    faults = [
        (one.id, "Temats id ska vara korta små bokstäver.")
        for one in themes.theme
        if not _ID.fullmatch(one.id)
    ]
    faults += [(one.id, "Temat saknar namn.") for one in themes.theme if not one.sv.strip()]
    faults += [
        (one.id, "Känsligheten är 1 eller 2.") for one in themes.theme if one.sensitivity not in {1, 2}
    ]
    faults += [(id_, "Temat står två gånger.") for id_ in sorted({one for one in ids if ids.count(one) > 1})]
    if all(one.shown for one in themes.theme):
        faults.append(("", "Det saknas ett tema för texter som inte kan återges (shown = false)."))
    for id_, says in faults:
        yield Problem(code="word-theme", where=f"{where}: {id_}", says=says, mend="Rätta filen.")
