"""Words out to a translator and back: one line per text, with what it is, the source's mark, and who has read it.

A language is reviewed when two people have read each of its texts (R7 S2); until then it opens in the demo only.
Everything wrong in a returned sheet is told at once, and nothing is taken from it before all is right.
"""

from __future__ import annotations

import hashlib
import string
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup.errors import Problem, Refused

COLUMNS = ("key", "about", "source", "source_hash", "target", "status", "reader_1", "reader_2")
NEEDED = ("key", "source_hash", "target", "status")
STATUSES = ("machine", "draft", "reviewed")
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


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row that came back, by the number the spreadsheet shows."""

    number: int
    key: str
    source_hash: str
    target: str
    status: str
    readers: frozenset[str] = frozenset()


class Translated(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: the file's whole table, how many texts are other than before, and marks that were not kept."""

    table: dict[str, Any]
    changed: int
    marks_dropped: int = 0


def texts(table: Table) -> dict[str, str]:
    """Every text by its path, such as ``item.life.q``, in the order they stand; the head is left out."""
    return dict(_texts(_words(table), ""))


def _words(table: Table) -> Table:
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
    return f"{what}; högst {_longest(source)} tecken{untouched}"


def placeholders(text: str) -> set[str] | None:
    """The named places for facts; None when the braces do not match."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def _longest(source: str) -> int:
    return LONGEST * len(source) + ROOM


def lines(headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> list[Line]:
    """The rows that say something; Refused when a column that is needed is not there."""
    place = {heading.strip().lower(): at for at, heading in enumerate(headings)}
    if missing := [column for column in NEEDED if column not in place]:
        raise Refused(*(_problem(column, "Kolumnen saknas.", "Ta med den ur filen.") for column in missing))

    def cell(row: Sequence[str], column: str) -> str:
        at = place.get(column, len(row))
        return row[at].strip() if at < len(row) else ""

    return [
        Line(
            number=number,
            key=cell(row, "key"),
            source_hash=cell(row, "source_hash"),
            target=said(cell(row, "target")),
            status=cell(row, "status").lower(),
            readers=frozenset({cell(row, "reader_1"), cell(row, "reader_2")} - {""}),
        )
        for number, row in rows
        if any(one.strip() for one in row)
    ]


def read(
    found: Sequence[Line], base: Table, now: Table | None, language: str, *, recorded: bool
) -> Translated:
    """The file that the lines make; Refused with everything that is wrong in them.

    ``recorded``: the words as they stand have been asked, so that a change of them is a new revision.
    """
    if problems := tuple(_problems(found, base, now)):
        raise Refused(*problems)
    said_now, target = texts(now or {}), {line.key: line.target for line in found}
    changed = {key for key, text in target.items() if text != said_now.get(key)}
    filled = _filled(_shape(_words(base), _words(now or {})), "", target)
    head: dict[str, Any] = {"language": language} if "language" in base else {}
    dropped = 0
    if "status" in base:
        status, read_by = _judged(found, now, changed)
        head |= {"status": status, "revision": _revision(now, changed, recorded=recorded)}
        head |= {"read_by": read_by} if read_by else {}
        dropped = sum(bool(line.readers - set(read_by)) for line in found)
    return Translated(table=head | filled, changed=len(changed), marks_dropped=dropped)


def _revision(now: Table | None, changed: set[str], *, recorded: bool) -> int:
    last = int((now or {}).get("revision", 1))
    return last + 1 if now and changed and recorded else last


def _judged(found: Sequence[Line], now: Table | None, changed: set[str]) -> tuple[str, list[str]]:
    """The file's status, and by whom it was read: by two each text, or by those who have read all."""
    before = (now or {}).get("status", "draft")
    stands = before in ("reviewed", "tested")
    kept = [stands and line.key not in changed and line.status == "reviewed" for line in found]
    is_read = [line.status == "reviewed" and len(line.readers) == 2 for line in found]
    if all(was or is_now for was, is_now in zip(kept, is_read, strict=True)):
        readers = {*((now or {}).get("read_by", ()) if stands else ())}.union(
            *(line.readers for line in found)
        )
        return before if stands and not changed else "reviewed", sorted(readers)
    by_all = frozenset.intersection(*(line.readers for line in found))
    return "machine" if any(line.status == "machine" for line in found) else "draft", sorted(by_all)


def _shape(base: Table, now: Table) -> dict[str, Any]:
    """The tables of the base with those that only the language has behind them."""
    both = {key: base.get(key, now.get(key)) for key in (*base, *now)}
    return {
        key: _shape(value, now[key] if isinstance(now.get(key), Mapping) else {})
        if isinstance(value, Mapping)
        else value
        for key, value in both.items()
    }


def _filled(shape: Any, path: str, target: Mapping[str, str]) -> Any:
    if isinstance(shape, str):
        return target[path]
    if isinstance(shape, Mapping):
        return {key: _filled(part, f"{path}.{key}".lstrip("."), target) for key, part in shape.items()}
    return [_filled(part, f"{path}.{at}", target) for at, part in enumerate(shape)]


def _problems(found: Sequence[Line], base: Table, now: Table | None) -> Iterator[Problem]:
    source, taken = texts(base), Counter(line.key for line in found)
    known = dict.fromkeys((*source, *texts(now or {})))
    for key in known:
        if key not in taken:
            yield _problem(key, "Raden saknas.", "Ta med alla rader.")
    for line in found:
        where = f"rad {line.number}, {line.key}"
        if line.key not in known:
            yield _problem(where, "Nyckeln finns inte.", "Ta bort raden.")
            continue
        if taken[line.key] > 1:
            yield _problem(where, "Raden finns flera gånger.", "Behåll en.")
        for says, mend in _line_problems(line, source.get(line.key, "")):
            yield _problem(where, says, mend)


def _line_problems(line: Line, source: str) -> Iterator[tuple[str, str]]:
    if line.source_hash != mark(source):
        yield (
            "Källtexten har ändrats sedan filen skrevs ut.",
            "Skriv ut filen igen och översätt raden på nytt.",
        )
    if line.status not in STATUSES:
        yield f"Status {line.status!r} finns inte.", f"Skriv {', '.join(STATUSES)}."
    if not line.target:
        yield "Texten saknas.", "Översätt den."
        return
    wanted, have = placeholders(source), placeholders(line.target)
    if source and wanted != have:
        names = "klamrarna" if have is None else ", ".join(sorted((wanted or set()) ^ have))
        yield f"Platshållarna stämmer inte: {names}.", "Behåll dem som i källtexten."
    if source and len(line.target) > _longest(source):
        yield f"Texten har {len(line.target)} tecken, fler än {_longest(source)}.", "Korta den."
    if "\n" in line.target and "\n" not in source:
        yield "Texten har en radbrytning som källtexten saknar.", "Skriv den på en rad."


def _problem(where: str, says: str, mend: str) -> Problem:
    return Problem(code="translation", where=where, says=says, mend=mend)
