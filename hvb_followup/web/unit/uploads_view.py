"""Importera: what was read of a file, by rule and row by row, what is to be confirmed, and what would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hvb_followup.actions.report.importing import Imported
from hvb_followup.actions.report.own_register import Recent
from hvb_followup.errors import Problem
from hvb_followup.periods import STOCKHOLM
from hvb_followup.registers.model import Reading, Remark
from hvb_followup.registers.staff_checks import OVERLAP_STORED
from hvb_followup.store.registers import Batch
from hvb_followup.web.unit import words
from hvb_followup.web.unit.whose import Whose

Context = dict[str, Any]
SHOWN_ROWS = 12  # of the rows with one and the same fault
SHOWN_REMARKS = 200
SHOWN_KEYS = 50
_STATES = {"active": "gäller", "undone": "ångrad"}


def start_page(whose: Whose, kind: str, recent: Recent, problems: Sequence[Problem] = ()) -> Context:
    """Choose a register, fetch its template, choose a file; and what has been imported lately."""
    return {
        "whose": whose,
        "kind": kind,
        "register": words.KINDS[kind],
        "kinds": [(one, words.KINDS[one]) for one in whose.kinds],
        "problems": problems,
        "batches": [_batch(one, may_undo=one.id in recent.undoable) for one in recent.batches],
    }


def _batch(one: Batch, *, may_undo: bool) -> Context:
    return {
        "id": one.id,
        "register": words.KINDS.get(one.kind, one.kind),
        "at": f"{one.made_at.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}",
        "by": one.made_by,
        "state": _STATES.get(one.state, one.state),
        "may_undo": may_undo,
    }


def read_page(
    whose: Whose,
    kind: str,
    found: Imported,
    carried: str,
    typed: Mapping[str, str],
    ticked: frozenset[str] = frozenset(),
    problems: Sequence[Problem] = (),
) -> Context:
    """The outcome of a dry run. ``typed`` and ``ticked`` are what was filled in the last time it was shown."""
    reading, changes = found.reading, found.difference
    may_remove = bool(changes.missing) and _stop_by_the_missing_alone(reading) and removes(whose)
    n_taken = len(changes.new) + len(changes.changed) + len(changes.confirmed)
    return {
        "whose": whose,
        "kind": kind,
        "register": words.KINDS[kind],
        "summary": _summary(found),
        "problems": problems,
        "faults": _by_rule(reading.problems),
        "questions": [
            {**group, "reason": typed.get(f"skal-{group['code']}", "")}
            for group in _by_rule(reading.questions, by_column=False)
        ],
        "tips": _by_rule(reading.tips),
        "rows": sorted((*reading.problems, *reading.questions), key=lambda one: one.row)[:SHOWN_REMARKS],
        "ticked": ticked,
        "changes": [
            ("nya", "Nya", _keys(changes.new)),
            ("andrade", "Ändrade", _keys(changes.changed)),
            ("bekraftade", "Bekräftas av er", _keys(changes.confirmed)),
            ("lika", "Precis som förut", _keys(changes.unchanged)),
        ],
        "missing": _keys(changes.missing),
        "removes": removes(whose),
        "may_remove": may_remove,
        "remove": typed.get("saknas") == "ta-bort",
        "n_taken": n_taken,
        "can_take": bool(n_taken or reading.questions or may_remove),
        "carried": carried,
        "is_marked": bool(reading.problems or reading.questions),
    }


def _stop_by_the_missing_alone(reading: Reading) -> bool:
    """True when every row holds once the rows that the file lacks are taken away, such as one whose first day is mended."""
    return all(one.code == OVERLAP_STORED.code for one in reading.problems)


def removes(whose: Whose) -> bool:
    """True where rows can be taken away for not being in a file: a municipality may not know what the home has written."""
    return whose.home is not None


def _summary(found: Imported) -> str:
    """41 rader lästa: 36 klara, 3 att bekräfta, 2 fel."""
    reading = found.reading
    read = reading.rows - reading.blank
    told = [f"{words.number(len(reading.accepted))} klara"]
    told += [f"{words.number(reading.awaiting)} att bekräfta"] if reading.awaiting else []
    told += [f"{words.number(reading.rejected)} med fel"] if reading.rejected else []
    blank = f" {words.number(reading.blank)} tomma rader hoppades över." if reading.blank else ""
    return f"{words.number(read)} {'rad läst' if read == 1 else 'rader lästa'}: {', '.join(told)}.{blank}"


def _by_rule(remarks: Iterable[Remark], *, by_column: bool = True) -> list[Context]:
    """Remarks of one kind (and column) together: what, where, and that all can be mended alike."""
    groups: dict[tuple[str, str], list[Remark]] = {}
    for one in remarks:
        groups.setdefault((one.code, one.heading if by_column else ""), []).append(one)
    return [
        {
            "code": code,
            "heading": heading,
            "says": own[0].says,
            "mend": own[0].mend,
            "n": len(own),
            "rows": own,
            "shown": ", ".join(f"{one.row}" for one in own[:SHOWN_ROWS])
            + (" …" if len(own) > SHOWN_ROWS else ""),
        }
        for (code, heading), own in groups.items()
    ]


def _keys(keys: Sequence[tuple[str, str]]) -> Context:
    shown = [key.replace("|", ", ") for _, key in keys[:SHOWN_KEYS]]
    return {"n": len(keys), "shown": shown, "more": max(0, len(keys) - SHOWN_KEYS)}
