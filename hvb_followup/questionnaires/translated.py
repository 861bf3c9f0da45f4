"""A translator's sheet back into a file of words.

A language is reviewed when two people have read each of its texts (R7 S2); until then it opens in the demo only.
Everything wrong in a returned sheet is told at once, and nothing is taken from it before all is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup.errors import Problem, Refused
from hvb_followup.questionnaires.translation import Table, longest, mark, placeholders, said, texts, words_of

NEEDED = ("key", "source_hash", "target", "status")
STATUSES = ("machine", "draft", "reviewed")


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
    filled = _filled(_shape(words_of(base), words_of(now or {})), "", target)
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
    if source and len(line.target) > longest(source):
        yield f"Texten har {len(line.target)} tecken, fler än {longest(source)}.", "Korta den."
    if "\n" in line.target and "\n" not in source:
        yield "Texten har en radbrytning som källtexten saknar.", "Skriv den på en rad."


def _problem(where: str, says: str, mend: str) -> Problem:
    return Problem(code="translation", where=where, says=says, mend=mend)
