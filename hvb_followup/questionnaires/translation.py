"""Words out to a translator: one row per text, with what it is, the source's mark, and who has read it.

What comes back is read by ``translated``; both must agree on how a cell is written.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = ("key", "about", "source", "source_hash", "target", "status", "reader_1", "reader_2")
HEAD = ("language", "status", "revision", "read_by")  # what the file says of itself; not for a translator
LONGEST, ROOM = 2, 40  # a text may be twice as long as its source, and some signs more
_KINDS = {
    "q": "fråga",
    "easy": "lätt text",
    "hint": "raden under",
    "not_relevant": "svaret att det inte gäller",
}
_OWN = {"name": "språkets namn på språket själv", "direction": "ltr (från vänster) eller rtl (från höger)"}

Table = Mapping[str, Any]


def texts(table: Table) -> dict[str, str]:
    """Every text by its path, such as ``item.life.q``, in the order they stand; the head is left out."""
    return dict(_texts(words_of(table), ""))


def words_of(table: Table) -> Table:
    """The table without its head."""
    return {key: value for key, value in table.items() if key not in HEAD}


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
        return
    parts = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, part in parts:
        yield from _texts(part, f"{path}.{key}" if path else str(key))


def sheet(base: Table, now: Table | None) -> tuple[list[str], list[list[str]]]:
    """Headings and rows for the translator: every text of ``base``, and what ``now`` says of it."""
    source, target = texts(base), texts(now or {})
    status, readers = _standing(now)
    rows = [
        [
            *(key, _about(key, source.get(key, "")), shown(source.get(key, "")), mark(source.get(key, ""))),
            *(shown(target.get(key, "")), status if key in target else "draft", *readers),
        ]
        for key in dict.fromkeys((*source, *target))
    ]
    return list(COLUMNS), rows


def _standing(now: Table | None) -> tuple[str, tuple[str, str]]:
    """The status of a file's texts, and who has read all of them and waits for a second."""
    status = str((now or {}).get("status", "draft"))
    if status in ("reviewed", "tested"):
        return "reviewed", ("", "")
    readers = [str(one) for one in (now or {}).get("read_by", ())]
    first, second, *_ = [*readers, "", ""]
    return status, (first, second)


def mark(source: str) -> str:
    """The mark of a source text: another when the text is."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def shown(text: str) -> str:
    """The text on one line: line breaks are written out, since spreadsheets turn them about.

    So is a first ', which in a cell may be the mark of a text that looks like a formula.
    """
    line = text.replace("\\", "\\\\").replace("\n", "\\n")
    return f"\\{line}" if line.startswith("'") else line


def said(cell: str) -> str:
    """The text of a cell."""
    whole = cell.strip().replace("\r\n", "\n").removeprefix("\\" if cell.strip().startswith("\\'") else "")
    return whole.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")


def _about(key: str, source: str) -> str:
    """What a text is, how long it may be, and what must stand in it untouched."""
    first, *rest = key.split(".")
    what = _OWN.get(key, key)
    if first == "item":
        what = f"{_KINDS.get(rest[-1], rest[-1])} ({rest[0]})"
    elif first == "scale":
        what = f"svar på skalan {rest[0]}" + (", lätt text" if rest[1] == "easy" else "")
    kept = sorted(placeholders(source) or ())
    untouched = f"; behåll {', '.join(f'{{{name}}}' for name in kept)}" if kept else ""
    return f"{what}; högst {longest(source)} tecken{untouched}"


def placeholders(text: str) -> set[str] | None:
    """The named places for facts; None when the braces do not match."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def longest(source: str) -> int:
    """How many signs the text of a source may have."""
    return LONGEST * len(source) + ROOM
